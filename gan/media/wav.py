"""WAV files of one voice, 16 bits; what they say of themselves is the comment of their information."""

import io
import struct
import wave
from typing import Any

import numpy as np
from numpy.typing import NDArray

DEEPEST = 2**15 - 1  # the largest number in a file


def wav_file(sound: NDArray[np.floating[Any]], rate: int, note: str = "") -> bytes:
    """The file of a sound [T] in [-1, 1], values beyond clipped, of `rate` samples a second.

    Args:
        note: ASCII that stands behind the sound, where players do not look.
    """
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes((np.clip(sound, -1, 1) * DEEPEST).round().astype("<i2").tobytes())
    return commented(file.getvalue(), note.encode("ascii")) if note else file.getvalue()


def commented(file: bytes, note: bytes) -> bytes:
    """A WAV file and its comment: the chunk LIST, of the kind INFO, holds ICMT, whose text ends in zeros."""
    text = note + bytes(2 - len(note) % 2)  # chunks have an even length
    info = b"INFOICMT" + struct.pack("<I", len(text)) + text
    whole = file + b"LIST" + struct.pack("<I", len(info)) + info
    return whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:]
