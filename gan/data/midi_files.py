"""Scores in standard MIDI files, read with mido: the notes of each track, the key and the metre where they are said."""

import importlib.util
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from gan.data.musicxml import Note, Part, Score
from gan.errors import DataError

MOST_BYTES = 5_000_000  # of a file that is read; those of four-part songs are a thousandth of it
LAP = Fraction(1, 8)  # quarters by which a note may go on into the next: fingers are not exact
SCALE = (0, 2, 4, 5, 7, 9, 11)  # of the key without sharps or flats
FIFTHS = range(-6, 6)  # sharps of a key signature, flats below 0
# What mido raises where a file is cut short or of another kind.
UNREADABLE = (OSError, EOFError, ValueError, KeyError, IndexError, TypeError)


def read_midi(path: Path) -> Score:
    """The score in a MIDI file: a part for each track and channel with notes, the highest on average first.

    Where no key is said, it is the one whose scale holds the most of what sounds.

    Raises:
        DataError: it cannot be read, or mido is not installed.
    """
    check_mido()
    import mido  # of an optional extra

    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(f"it has more than {MOST_BYTES:,} bytes")
        file = mido.MidiFile(path, clip=True)
        quarter = int(file.ticks_per_beat)
        if quarter <= 0:
            raise DataError("it counts time in frames, not in beats")
        played = list(notes_of(file.tracks, quarter))
        said = [message for track in file.tracks for message in track if message.is_meta]
        metres = [(message.numerator, message.denominator) for message in said if message.type == "time_signature"]
        keys = [fifths_of(message.key) for message in said if message.type == "key_signature"]
    except DataError as error:
        raise DataError(f"{path.name} cannot be read as MIDI: {error}") from error
    except UNREADABLE as error:
        raise DataError(f"{path.name} cannot be read as MIDI") from error
    parts = sorted(parts_of(played), key=height, reverse=True)
    fifths = keys[0] if keys else best_key([note for part in parts for note in part.notes])
    return Score(tuple(parts), (fifths,), tuple(dict.fromkeys(metres)) or ((4, 4),), Fraction(0), ())


def check_mido() -> None:
    """Raise a DataError where mido is not installed."""
    if importlib.util.find_spec("mido") is None:
        raise DataError("MIDI files are read with mido, which is not here: pip install mido")


def notes_of(tracks: Sequence[Any], quarter: int) -> Iterator[tuple[str, Note]]:
    """(its part, the note) of every note of some tracks, in the order in which they end."""
    for number, track in enumerate(tracks):
        now, sounding = 0, dict[tuple[int, int], int]()
        for message in track:
            now += message.time
            if message.type not in ("note_on", "note_off"):
                continue
            key = (message.channel, message.note)
            if key in sounding:
                start = sounding.pop(key)
                if now > start:
                    length = Fraction(now - start, quarter)
                    yield f"{number}.{message.channel}", Note(Fraction(start, quarter), length, message.note)
            if message.type == "note_on" and message.velocity:
                sounding[key] = now


def parts_of(played: Sequence[tuple[str, Note]]) -> Iterator[Part]:
    """The parts of notes by their names; one is single where no two of its notes sound at once for longer than LAP."""
    for name in dict.fromkeys(name for name, _ in played):
        notes = sorted((note for other, note in played if other == name), key=lambda note: note.start)
        ends = [note.start + note.length for note in notes]
        single = all(end <= note.start + LAP for end, note in zip(ends, notes[1:], strict=False))
        yield Part(name, tuple(notes), single)


def height(part: Part) -> float:
    """The mean pitch of a part's notes."""
    return sum(note.pitch or 0 for note in part.notes) / len(part.notes)


def fifths_of(key: str) -> int:
    """Sharps of a key as mido names it, such as Bbm; flats below 0."""
    name, minor = key.removesuffix("m"), key.endswith("m")
    return "FCGDAEB".index(name[0]) - 1 + 7 * (name.count("#") - name.count("b")) - 3 * minor


def best_key(notes: Sequence[Note]) -> int:
    """Sharps of the key whose scale holds the most of what sounds, the fewest signs of equals."""

    def held(fifths: int) -> Fraction:
        inside = (note.length for note in notes if note.pitch is not None and (note.pitch - 7 * fifths) % 12 in SCALE)
        return sum(inside, Fraction(0))

    return max(FIFTHS, key=lambda fifths: (held(fifths), -abs(fifths)))
