"""Sounds for tests: tones, and a few of them in the form of the spoken digits' file."""

import math
from pathlib import Path

import numpy as np

from gan.media.mel import TRAITS

RATE = TRAITS["rate"]


def tone(seconds: float, hertz: float = 440.0, rate: int = RATE) -> np.ndarray:
    """int16 [L]"""
    return (8000 * np.sin(2 * math.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.int16)


def few_digits(home: Path) -> None:
    """Ten digits by two voices, seven takes of each, in the form of the set's file."""
    names = [f"{digit}_{voice}_{take}" for digit in range(10) for voice in ("ann", "bob") for take in range(7)]
    audio = np.zeros((len(names), 8000), np.int16)
    for row, name in zip(audio, names, strict=True):
        digit, voice, take = name.split("_")
        row[:2400] = tone(0.3, 200 * (int(digit) + 1) * (1.1 if voice == "bob" else 1.0) + int(take))
    (home / "speech").mkdir()
    np.savez(
        home / "speech" / "fsdd.npz", audio=audio, lengths=np.full(len(names), 2400, np.int32),
        labels=np.array([int(name[0]) for name in names], np.uint8),
        speakers=np.array([name.split("_")[1] == "bob" for name in names], np.uint8),
        speaker_names=np.array(["ann", "bob"]), files=np.array([f"{name}.wav" for name in names]), rate=RATE,
    )  # fmt: skip
