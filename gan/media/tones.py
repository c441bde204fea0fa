"""Scores as sound: a soft organ of a few partials, written as a WAV file."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gan.media.voices import BEAT, Tone

RATE = 22_050  # samples a second
PARTIALS = (1.0, 0.45, 0.25, 0.12, 0.08, 0.04)  # how loud the tone and its overtones are
RISE, FALL = 0.02, 0.08  # seconds in which a note comes and goes
PEAK = 0.9  # of the loudest sample
CONCERT, CONCERT_PITCH = 440.0, 69  # Hz of the A above middle C, and its number


def frequency(pitch: int) -> float:
    """Hz of MIDI's number of a note, in equal temperament."""
    return float(CONCERT * 2 ** ((pitch - CONCERT_PITCH) / 12))


def sound(voices: Sequence[Sequence[Tone]], tempo: float) -> NDArray[np.float32]:
    """The samples of the voices played together, [T] in [-1, 1] at RATE.

    Args:
        tempo: beats a minute.
    """
    step = 60 / tempo / BEAT  # seconds
    steps = max(tone.start + tone.length for voice in voices for tone in voice)
    heard = np.zeros(round((steps * step + FALL) * RATE) + 1, np.float64)
    for voice in voices:
        for tone in voice:
            played, at = note(tone.pitch, tone.length * step), round(tone.start * step * RATE)
            heard[at : at + len(played)] += played[: len(heard) - at]
    return (heard * (PEAK / np.abs(heard).max())).astype(np.float32)


def note(pitch: int, seconds: float) -> NDArray[np.float64]:
    """One note of so many seconds, and its fall."""
    t = np.arange(round((seconds + FALL) * RATE)) / RATE
    partials = sum(strength * np.sin(2 * np.pi * frequency(pitch) * k * t) for k, strength in enumerate(PARTIALS, 1))
    return np.asarray(partials * np.minimum(t / RISE, 1) * np.clip((seconds + FALL - t) / FALL, 0, 1))
