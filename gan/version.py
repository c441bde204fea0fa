"""The version of the program, told once: the package's metadata and the models' cards take it from here."""

__version__ = "0.2.0"
