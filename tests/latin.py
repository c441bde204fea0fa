"""The words in Latin letters that may stand on a Chinese page: names of things and signs that have no other name."""

import re

NAMES = {
    # of methods, sets and people
    "Adam", "SGD", "EMA", "KL", "Fréchet", "Wasserstein", "SeFa", "slerp", "lerp", "GAN", "MNIST", "Fashion", "CIFAR",
    "LFW", "R3GAN", "arXiv", "music21",
    # of files and techniques
    "PNG", "GIF", "GraphML", "JPEG", "AVIF", "BMP", "HEIC", "SVG", "MP4", "WebM", "WebP", "CSV", "zip",
    "safetensors", "JSON", "base64", "float32", "WebAssembly", "https", "WAV", "MIDI",
    # of browsers
    "Safari", "Firefox", "Chrome",
    # of keys
    "Ctrl", "Shift", "V", "Z",
    # of mathematics
    "ln",
    # what a request is made of, and commands
    "both", "want", "train.py",
    # the other language, in itself
    "English",
}  # fmt: skip
SIGNS = {
    "z", "w", "psi", "G", "D", "d", "g", "d1", "y", "R1", "R2", "px", "MB", "dB", "T", "s", "k", "M", "A", "B", "x",
    "h",
}  # fmt: skip
LICENCES = re.compile(r"\b(CC BY(-SA)? [34]\.0|MIT)\b")
WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ][\w.]*")
FIELD = re.compile(r"\{\w+\}|(?<=\])\(\w+\)")


def foreign_words(text: str) -> list[str]:
    """The words in Latin letters of a text that are not among these.

    What `{fields}` stand for is not looked at, nor are the keys of [terms](key).
    """
    plain = LICENCES.sub("", FIELD.sub("", text))
    return [word for found in WORD.findall(plain) if (word := found.rstrip(".")) not in NAMES | SIGNS]
