"""The core of GAN Atelier: everything that the web app and the command line share."""
