"""Songs for four voices as windows of four bars: chorales that come with music21, prepared once, and anybody's scores.

Only the four voices are taken, moved to the key without sharps or flats, at steps of an eighth. The project has no
score: it has what reads them.
"""

import importlib.util
import io
import logging
import os
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from gan.data.midi_files import check_mido, height, read_midi
from gan.data.musicxml import Note, Part, Score, read_score
from gan.data.reports import counted
from gan.data.stored import Stored
from gan.errors import DataError
from gan.files import make_folder, write_whole
from gan.media.scores import SCORES, STEPS
from gan.media.voices import BEAT, GROUPS, LOWEST

log = logging.getLogger(__name__)
FOLDER, FILE = "chorales", "bach.npz"
NAMES = ("soprano", "alto", "tenor", "bass")
TRAITS = {GROUPS: [32, 32, 32, 32], LOWEST: [54, 49, 44, 33], "voices": list(NAMES)}
METRE = ((4, 4),)
OCTAVE = 12
REST = -1
HELD = 10  # of so many songs one is held out
READERS: dict[str, Callable[[Path], Score]] = {
    ".mxl": read_score, ".xml": read_score, ".musicxml": read_score, ".mid": read_midi, ".midi": read_midi,
}  # fmt: skip
LONGEST = 20_000  # quarters of a song, hours
UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True)
class Song:
    """A chorale at steps of an eighth: MIDI's numbers [4, T], REST where a voice rests, and where notes begin [4, T].

    Attributes:
        lost: notes that begin and end between two steps.
    """

    pitches: NDArray[np.int64]
    begins: NDArray[np.int64]
    lost: int


def corpus() -> Path:
    """The folder of Bach's works in the music21 that is installed here; it is not imported.

    Raises:
        DataError: there is none.
    """
    found = importlib.util.find_spec("music21")
    for place in (found.submodule_search_locations or ()) if found else ():
        folder = Path(place) / "corpus" / "bach"
        if folder.is_dir():
            return folder
    raise DataError("the chorales are read from music21's scores, which are not here: pip install music21")


def prepare(folder: Path) -> str:
    """Write the windows of all chorales of music21's corpus into a folder; returns what was read and what was not.

    Raises:
        DataError: music21 is not installed, or none of its scores is a chorale as they are read here.
        RunError: the file cannot be written.
    """
    files = sorted(path for path in corpus().iterdir() if path.is_file())
    rows, songs, report = windows_of(files)
    make_folder(folder)
    packed = io.BytesIO()
    np.savez_compressed(packed, rows=rows, songs=songs, report=np.array(report))
    write_whole(folder / FILE, packed.getvalue())
    return report


def windows_of(files: Sequence[Path]) -> tuple[NDArray[np.uint8], NDArray[np.int32], str]:
    """(rows uint8 [N, 2, 4, 32], the number of the song of each [N], what was read and what was not) of scores.

    A window is kept once. A song that shares one with an earlier song has its number, so that both stay on one side of
    the split.

    Raises:
        DataError: there is no window.
    """
    tally: Counter[str] = Counter()
    owners: dict[bytes, int] = {}  # window -> its song
    for number, song in enumerate(read_songs(files, tally)):
        keys = [window.tobytes() for window in windows_in(song, tally)]
        own = min((owners[key] for key in keys if key in owners), default=number)
        for key in keys:
            tally["twice"] += key in owners
            owners.setdefault(key, own)
    if not owners:
        raise DataError(f"there are no four bars for four voices: {told(len(files), 0, tally)}")
    rows = np.frombuffer(b"".join(owners), np.uint8).reshape(-1, 2, len(NAMES), STEPS)
    return rows.copy(), np.array(list(owners.values()), np.int32), told(len(files), len(rows), tally)


def read_songs(files: Iterable[Path], tally: Counter[str]) -> Iterable[Song]:
    """The chorales among scores, each in the key without sharps or flats; `tally` counts the others."""
    for file in files:
        if (read := READERS.get(file.suffix.lower())) is None:
            tally["other"] += 1
            continue
        try:
            score = read(file)
        except DataError as error:
            log.warning("skipped: %s", error)
            tally["unreadable"] += 1
            continue
        lengths = [note.start + note.length for part in score.parts for note in part.notes if note.pitch is not None]
        parts = four_parts(score)
        why = (
            "silent" if not lengths else "long" if max(lengths) > LONGEST
            else "metre" if score.metres != METRE else "parts" if parts is None else ""
        )  # fmt: skip
        if why or parts is None:
            tally[why] += 1
            continue
        song = gridded(parts, score.downbeat % 1, shift_of(score.fifths[0] if score.fifths else 0))
        tally["lost"] += song.lost
        yield song


def four_parts(score: Score) -> list[Part] | None:
    """The parts for soprano, alto, tenor and bass, each of one voice; None where there are not exactly these.

    A score without any of these names has four parts, the highest first.
    """
    named = any(part.name.lower().split()[:1] == [name] for part in score.parts for name in NAMES)
    if not named:
        whole = len(score.parts) == len(NAMES) and all(part.single for part in score.parts)
        return sorted(score.parts, key=height, reverse=True) if whole else None
    found = []
    for name in NAMES:
        parts = [part for part in score.parts if part.name.lower().split()[:1] == [name]]
        if len(parts) != 1 or not parts[0].single or not parts[0].notes:
            return None
        found.append(parts[0])
    return found


def shift_of(fifths: int) -> int:
    """Semitones, -6 to 5, that move a key of so many sharps (flats below 0) to the one without any."""
    return (-7 * fifths + 6) % OCTAVE - 6


def gridded(parts: Sequence[Part], phase: Fraction, shift: int) -> Song:
    """Parts at steps of an eighth, the first at `phase` quarters."""
    end = max(note.start + note.length for part in parts for note in part.notes)
    steps = max(int((end - phase) * BEAT), 0)
    pitches = np.full((len(parts), steps), REST, np.int64)
    begins = np.zeros((len(parts), steps), np.int64)
    lost = 0
    for voice, part in enumerate(parts):
        for note in part.notes:
            start, stop = steps_of(note, phase)
            lost += start == stop and note.pitch is not None
            pitches[voice, max(start, 0) : stop] = REST if note.pitch is None else note.pitch + shift
            if note.begins and 0 <= start < min(stop, steps):
                begins[voice, start] = 1
    return Song(pitches, begins, lost)


def steps_of(note: Note, phase: Fraction) -> tuple[int, int]:
    """The first step at which a note sounds, and the first after it."""
    start, stop = ((at - phase) * BEAT for at in (note.start, note.start + note.length))
    return -(-start.numerator // start.denominator), max(-(-stop.numerator // stop.denominator), 0)


def windows_in(song: Song, tally: Counter[str]) -> Iterable[NDArray[np.uint8]]:
    """The windows of a song, one from each beat: uint8 [2, 4, 32]; `tally` counts songs, short ones and rests."""
    tally["short" if song.pitches.shape[1] < STEPS else "songs"] += 1
    lowest = np.array(TRAITS[LOWEST])[:, None]
    sizes = np.array(TRAITS[GROUPS])[:, None]
    heights = song.pitches - lowest
    sounding = song.pitches != REST
    out = sounding & ((heights < 0) | (heights >= sizes))
    tally["octaves"] += int((out & (song.begins > 0)).sum())
    heights = np.where(heights < 0, heights % OCTAVE, heights)
    heights = np.where(heights >= sizes, sizes - OCTAVE + (heights - sizes) % OCTAVE, heights)
    for start in range(0, heights.shape[1] - STEPS + 1, BEAT):
        part = slice(start, start + STEPS)
        if not sounding[:, part].all():
            tally["rests"] += 1
            continue
        yield np.stack([heights[:, part], song.begins[:, part]]).astype(np.uint8)


def told(files: int, windows: int, tally: Counter[str]) -> str:
    """What was read of scores and what was not, in one line."""
    out = [
        (tally["metre"], counted(tally["metre"], "score") + " not in 4/4 throughout"),
        (tally["parts"], counted(tally["parts"], "score") + " without exactly soprano, alto, tenor and bass"),
        (tally["silent"], counted(tally["silent"], "score") + " without a note"),
        (tally["long"], f"{counted(tally['long'], 'score')} of more than {LONGEST:,} quarters"),
        (tally["short"], counted(tally["short"], "song") + " shorter than 4 bars"),
        (tally["other"], counted(tally["other"], "file") + " of other kinds"),
        (tally["unreadable"], f"{tally['unreadable']:,} that cannot be read"),
        (tally["rests"], counted(tally["rests"], "window") + " in which a voice rests"),
        (tally["twice"], counted(tally["twice"], "window") + " that occur in another place"),
        (tally["lost"], counted(tally["lost"], "note") + " between two steps"),
    ]
    moved = tally["octaves"]
    read = f"{counted(tally['songs'], 'song')} from {counted(files, 'file')}"
    head = f"{counted(windows, 'window')} of 4 bars of {read}" if windows else read
    head += f"; {counted(moved, 'note')} moved by octaves into their voice" * bool(moved)
    left = ", ".join(words for count, words in out if count)
    return f"{head}; left out: {left}" if left else head


def load_scores(folder: Path, train: bool) -> Stored:
    """The windows of the scores in a folder and those below it, MIDI and MusicXML; of ten songs or more every tenth is
    the test part, of fewer both parts are all of them.

    Raises:
        DataError: the folder is missing, or its scores hold no four bars for four voices.
    """
    if not os.path.isdir(folder):  # unlike Path.is_dir it takes a name that is too long for a no
        raise DataError(f"the folder {folder} does not exist")
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    if any(READERS.get(file.suffix.lower()) is read_midi for file in files):
        check_mido()
    rows, songs, report = windows_of(files)
    held = songs % HELD == HELD - 1
    if held.any():
        rows = rows[held != train]
        report += ", every tenth song held out for the test part" if train else ", the test part"
    log.info("%s: %s", folder, report)
    return Stored(torch.from_numpy(rows), report=report, medium=SCORES, traits=TRAITS)


def load(data_dir: Path | None, train: bool, resolution: int) -> Stored:
    """The windows that were prepared; every tenth song is the test part.

    Raises:
        DataError: they have not been prepared, or their file is damaged.
    """
    from gan.data.readers import data_folder

    path = data_folder(data_dir) / FOLDER / FILE
    if not path.is_file():
        raise DataError(f"the chorales are not at {path}; python -m gan data bach prepares them from music21")
    damaged = DataError(f"the chorales at {path} are damaged; prepare them again: python -m gan data bach")
    try:
        with np.load(path, allow_pickle=False) as file:
            rows, songs, report = file["rows"], file["songs"], str(file["report"])
    except UNREADABLE as error:
        raise damaged from error
    if rows.dtype != np.uint8 or rows.shape[1:] != (2, len(NAMES), STEPS) or songs.shape != rows.shape[:1]:
        raise damaged
    if not len(rows) or (rows[:, 0] >= np.array(TRAITS[GROUPS])[:, None]).any() or (rows[:, 1] > 1).any():
        raise damaged
    part = (songs % HELD != HELD - 1) == train
    return Stored(torch.from_numpy(rows[part]), report=report, medium=SCORES, traits=TRAITS)
