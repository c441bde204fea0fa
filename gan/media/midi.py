"""Scores as standard MIDI files (format 1): a track that says the tempo, then one for each voice."""

import struct
from collections.abc import Sequence

from gan.media.voices import BEAT, Tone

DIVISION = 480  # ticks in a quarter
LOUDNESS = 80  # of 127, of every note
ORGAN = 19  # the program that all voices are played with: church organ
MINUTE = 60_000_000  # microseconds
MOST_CHANNELS = 9  # before the one that MIDI keeps for drums
END = b"\x00\xff\x2f\x00"


def midi(voices: Sequence[Sequence[Tone]], names: Sequence[str], tempo: float, note: str = "") -> bytes:
    """A MIDI file of the voices' notes, a beat of which is a quarter.

    Args:
        names: of the voices.
        tempo: beats a minute.
        note: ASCII that the file carries, as the text of its first track.
    """
    said = meta(0x01, note.encode("ascii")) if note else b""
    head = said + meta(0x51, round(MINUTE / tempo).to_bytes(3, "big")) + meta(0x58, bytes((4, 2, 24, 8)))  # 4/4
    tracks = [head, *(track(voice, name, i) for i, (voice, name) in enumerate(zip(voices, names, strict=True)))]
    whole = struct.pack(">4sIHHH", b"MThd", 6, 1, len(tracks), DIVISION)
    return whole + b"".join(struct.pack(">4sI", b"MTrk", len(body + END)) + body + END for body in tracks)


def track(voice: Sequence[Tone], name: str, number: int) -> bytes:
    """The events of a voice's track."""
    channel = min(number, MOST_CHANNELS - 1)
    body = meta(0x03, name.encode("utf-8")) + bytes((0, 0xC0 | channel, ORGAN))
    now = 0
    for tone in voice:
        start, end = (step * DIVISION // BEAT for step in (tone.start, tone.start + tone.length))
        body += length(start - now) + bytes((0x90 | channel, tone.pitch, LOUDNESS))
        body += length(end - start) + bytes((0x80 | channel, tone.pitch, 0))
        now = end
    return body


def meta(kind: int, content: bytes) -> bytes:
    """An event that is no sound, at once."""
    return bytes((0, 0xFF, kind)) + length(len(content)) + content


def length(value: int) -> bytes:
    """A whole number as MIDI writes lengths: seven bits a byte, the highest first, all but the last marked."""
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(value & 0x7F | 0x80)
    return bytes(reversed(found))
