"""Scores in MusicXML made for tests: parts are lists of (quarters, pitch or None for a rest)."""

import random
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from gan.data import chorales

Line = Sequence[tuple[float, int | None]]
SPELT = ((0, "C", 0), (1, "C", 1), (2, "D", 0), (3, "E", -1), (4, "E", 0), (5, "F", 0), (6, "F", 1), (7, "G", 0),
         (8, "A", -1), (9, "A", 0), (10, "B", -1), (11, "B", 0))  # fmt: skip
DIVISIONS = 4  # a quarter, in the files' unit


def note(quarters: float, pitch: int | None, more: str = "") -> str:
    """A note or a rest."""
    duration = f"<duration>{round(quarters * DIVISIONS)}</duration>{more}<voice>1</voice>"
    if pitch is None:
        return f"<note><rest/>{duration}</note>"
    _, step, alter = SPELT[pitch % 12]
    spelt = f"<pitch><step>{step}</step><alter>{alter}</alter><octave>{pitch // 12 - 1}</octave></pitch>"
    return f"<note>{spelt}{duration}</note>"


def measures(line: Line, fifths: int, metre: tuple[int, int], upbeat: float) -> str:
    """A part's measures: the first is as long as the upbeat, where there is one; notes do not cross bar lines."""
    beats, kind = metre
    head = (
        f"<attributes><divisions>{DIVISIONS}</divisions><key><fifths>{fifths}</fifths></key>"
        f"<time><beats>{beats}</beats><beat-type>{kind}</beat-type></time></attributes>"
    )
    found, inside, left = [], head, upbeat or beats * 4 / kind
    for quarters, pitch in line:
        inside += note(quarters, pitch)
        left -= quarters
        if left <= 0:
            found.append(inside)
            inside, left = "", beats * 4 / kind
    return "".join(f"<measure>{part}</measure>" for part in (*found, *([inside] if inside else [])))


def musicxml(
    parts: Mapping[str, Line], fifths: int = 0, metre: tuple[int, int] = (4, 4), upbeat: float = 0, rights: str = ""
) -> str:
    """A score by parts."""
    names = "".join(f'<score-part id="P{i}"><part-name>{name}</part-name></score-part>' for i, name in enumerate(parts))
    lines = "".join(
        f'<part id="P{i}">{measures(line, fifths, metre, upbeat)}</part>' for i, line in enumerate(parts.values())
    )
    said = f"<identification><rights>{rights}</rights></identification>" if rights else ""
    return f'<?xml version="1.0"?><score-partwise>{said}<part-list>{names}</part-list>{lines}</score-partwise>'


def chorale(bars: int = 5, seed: int = 0, shift: int = 0) -> dict[str, Line]:
    """Four voices of quarters in C, chords of I, IV, V and vi at random after the first two."""
    chords = ((72, 67, 64, 48), (72, 69, 65, 53), (74, 67, 59, 55), (72, 64, 60, 57))
    order = [0, 1, *random.Random(seed).choices(range(4), k=4 * bars - 2)]
    return {
        name: [(1.0, chords[i][voice] + shift) for i in order]
        for voice, name in enumerate(("Soprano", "Alto", "Tenor", "Bass"))
    }


def compressed(path: Path, text: str) -> Path:
    """A score in the form .mxl."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/container.xml", "<container/>")
        archive.writestr("score.xml", text)
    return path


def few_scores(home: Path) -> Path:
    """A folder of data with chorales that nobody wrote, prepared as those of an installed music21 are; the folder."""
    bach = home / "site" / "music21" / "corpus" / "bach"
    bach.mkdir(parents=True)
    (bach.parents[1] / "__init__.py").touch()
    for number in range(15):
        (bach / f"{number:02d}.xml").write_text(musicxml(chorale(seed=number)))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(home / "site")
        chorales.prepare(home / chorales.FOLDER)
    return home
