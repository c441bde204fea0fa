"""The Learn tab: eight steps from "what is a GAN" to a model that was just trained."""
