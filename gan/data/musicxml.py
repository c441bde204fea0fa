"""Scores in MusicXML, as far as four-part writing needs them: the notes of each part, the key's sharps, the metre.

What is read is what is written: repeats are not played, grace notes have no length and are left out.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

from gan.errors import DataError

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}  # semitones above C
MOST_BYTES = 20_000_000  # of a score that is read; those of four-part songs are a hundredth of it
UNREADABLE = (OSError, zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, ZeroDivisionError)
ENTITY = "<!ENTITY"  # in no score; a few of them can unfold into gigabytes


@dataclass(frozen=True)
class Note:
    """A note, or a rest (`pitch` None); times in quarters from the beginning of its part.

    Attributes:
        pitch: MIDI's number, 60 is middle C.
        begins: whether it is struck, not tied to the note before it.
    """

    start: Fraction
    length: Fraction
    pitch: int | None
    begins: bool = True


@dataclass(frozen=True)
class Part:
    """A part's name and its notes in the order of their beginnings.

    Attributes:
        single: whether no two notes of it sound at once, as far as the file says so: one voice, no chords.
    """

    name: str
    notes: tuple[Note, ...]
    single: bool


@dataclass(frozen=True)
class Score:
    """The parts of a score, and what stands at their beginning.

    Attributes:
        fifths: sharps of the key signature, flats below 0; (f, ...) all that stand in the first part.
        metres: (beats, their kind) of all time signatures in the first part, 4, 4 for four quarters.
        downbeat: the first bar line, in quarters; 0 where there is no upbeat.
        rights: what the file says of its makers' rights.
    """

    parts: tuple[Part, ...]
    fifths: tuple[int, ...]
    metres: tuple[tuple[int, int], ...]
    downbeat: Fraction
    rights: tuple[str, ...]


@dataclass
class Reading:
    """A part as far as it has been read."""

    notes: list[Note] = field(default_factory=list)
    fifths: list[int] = field(default_factory=list)
    metres: list[tuple[int, int]] = field(default_factory=list)
    bars: list[Fraction] = field(default_factory=list)
    voices: set[str] = field(default_factory=set)
    chords: bool = False
    divisions: Fraction = Fraction(1)  # a quarter, in the file's own unit
    now: Fraction = Fraction(0)


def read_score(path: Path) -> Score:
    """The score in a file, .musicxml or .xml, or .mxl, its compressed form.

    Raises:
        DataError: it cannot be read, or is no score by parts.
    """
    try:
        text = text_of(path)
        if ENTITY in text:
            raise DataError("it defines entities")
        root = ElementTree.fromstring(text)
        if root.tag != "score-partwise":
            raise DataError(f"it is a {root.tag:.40}, not a score by parts")
        return score_of(root)
    except DataError as error:
        raise DataError(f"{path.name} cannot be read as MusicXML: {error}") from error
    except UNREADABLE as error:
        raise DataError(f"{path.name} cannot be read as MusicXML") from error


def text_of(path: Path) -> str:
    """The XML of a file."""
    if not zipfile.is_zipfile(path):
        if path.stat().st_size > MOST_BYTES:
            raise DataError(f"it has more than {MOST_BYTES:,} bytes")
        return path.read_text("utf-8")
    with zipfile.ZipFile(path) as archive:
        inner = [info for info in archive.infolist() if info.filename.endswith(("xml",)) and not meta(info.filename)]
        if not inner:
            raise DataError("it holds no score")
        if inner[0].file_size > MOST_BYTES:
            raise DataError(f"its score has more than {MOST_BYTES:,} bytes")
        return archive.read(inner[0]).decode("utf-8")


def meta(name: str) -> bool:
    """Whether a file of a compressed score says where the score is, and is none."""
    return name.startswith("META-INF/") or name.startswith("__MACOSX/")


def score_of(root: ElementTree.Element) -> Score:
    """The score under the first element of a file."""
    names = {part.get("id"): (part.findtext("part-name") or "").strip() for part in root.iter("score-part")}
    readings = [(names.get(part.get("id"), ""), reading_of(part)) for part in root.iter("part")]
    if not readings:
        raise DataError("it has no part")
    first = readings[0][1]
    return Score(
        tuple(
            Part(name, tuple(sorted(one.notes, key=lambda note: note.start)), not one.chords and len(one.voices) < 2)
            for name, one in readings
        ),
        tuple(first.fifths), tuple(dict.fromkeys(first.metres)), downbeat(first),
        tuple(dict.fromkeys(rights_of(root))),
    )  # fmt: skip


def downbeat(reading: Reading) -> Fraction:
    """Where the first whole bar begins: after the first one where that is shorter than its metre, else 0."""
    if not reading.metres or len(reading.bars) < 2:
        return Fraction(0)
    beats, kind = reading.metres[0]
    first = reading.bars[1] - reading.bars[0]
    return first if first < Fraction(4 * beats, kind) else Fraction(0)


def reading_of(part: ElementTree.Element) -> Reading:
    """A part's measures in turn."""
    reading = Reading()
    for measure in part.iter("measure"):
        reading.bars.append(reading.now)
        for element in measure:
            read_element(element, reading)
    return reading


def read_element(element: ElementTree.Element, reading: Reading) -> None:
    """One element of a measure."""
    if element.tag == "attributes":
        if divisions := element.findtext("divisions"):
            reading.divisions = Fraction(divisions)
        reading.fifths += [int(text) for text in texts(element, "key/fifths")]
        for time in element.findall("time"):
            beats = sum(int(number) for number in (time.findtext("beats") or "").split("+") if number)
            if beats:
                reading.metres.append((beats, int(time.findtext("beat-type") or "4")))
    elif element.tag in ("backup", "forward"):
        length = duration(element, reading)
        reading.now += length if element.tag == "forward" else -length
    elif element.tag == "note" and element.find("grace") is None:
        read_note(element, reading)


def read_note(element: ElementTree.Element, reading: Reading) -> None:
    """A note or a rest; one of a chord begins where the one before it did."""
    length = duration(element, reading)
    if element.find("chord") is not None:
        reading.chords = True
        reading.now -= length
    if element.find("rest") is None:
        reading.voices.add(element.findtext("voice") or "")
    tied = any(tie.get("type") == "stop" for tie in element.findall("tie"))
    reading.notes.append(Note(reading.now, length, pitch_of(element), not tied))
    reading.now += length


def duration(element: ElementTree.Element, reading: Reading) -> Fraction:
    """An element's length in quarters."""
    return Fraction(element.findtext("duration") or "0") / reading.divisions


def pitch_of(element: ElementTree.Element) -> int | None:
    """MIDI's number of a note; None of a rest."""
    pitch = element.find("pitch")
    if pitch is None:
        return None
    alter = round(float(pitch.findtext("alter") or "0"))
    return 12 * (int(pitch.findtext("octave") or "") + 1) + STEPS[(pitch.findtext("step") or "").strip()] + alter


def texts(element: ElementTree.Element, path: str) -> Iterator[str]:
    """The texts of all elements at a path that have any."""
    return (found.text for found in element.findall(path) if found.text)


def rights_of(root: ElementTree.Element) -> Iterator[str]:
    """What a file says of rights: in the element made for it, or printed on the page."""
    yield from (text.strip() for text in texts(root, "identification/rights"))
    for credit in texts(root, "credit/credit-words"):
        line = " ".join(credit.split())
        if "©" in line or "copyright" in line.lower() or "commercial" in line.lower():
            yield line
