"""The core of GAN Atelier: everything that the web app and the command line share."""

__version__ = "0.1.0"
