"""What reads sounds: the spoken digits, and folders of sound files."""

import dataclasses
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gan.data.clips_of_sound import VARIANTS, rows, trimmed
from gan.data.folders import HELD_OUT, class_of, parts, read_each, said_of_rest
from gan.data.listings import listed
from gan.data.readers import data_folder
from gan.data.reports import counted, left_out
from gan.data.stored import Stored
from gan.errors import DataError
from gan.media.hearing import Question, ears
from gan.media.mel import TRAITS, seconds
from gan.media.sound_files import LONGEST, SUFFIXES, decode
from gan.media.sounds import CLASS, SOUNDS, VOICE, tensors

log = logging.getLogger(__name__)
SPOKEN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SPEECH = "speech/fsdd.npz"
# Of the takes of each digit by each voice, as the set's makers part them: "recordings numbered 0-4 (inclusive) are in
# the test and 5-49 are in the training set".
HELD_TAKES = 5
SILENT, BROKEN = 1e-6, "without a sound that can be heard"  # the loudest sample of one that counts as silent
SECONDS = f"{seconds(TRAITS):.2f} s"


@dataclass(frozen=True)
class Heard:
    """A file that was read: its class, its sound trimmed, and what was done to it."""

    name: str
    sound: Tensor
    longer: bool
    cut: bool
    mixed: bool
    resampled: bool


def spoken_digits(data_dir: Path | None, train: bool, resolution: int) -> Stored:
    """The Free Spoken Digit Dataset in the two parts of its makers, each training clip in some variants.

    Raises:
        DataError: the file is missing or damaged.
    """
    return spoken(data_dir, train)[CLASS]


def spoken_as_they_are(data_dir: Path | None) -> Stored:
    """The training clips without variants, which take a third of the time to read: for a live run, which waits."""
    return spoken(data_dir, True, varied=False)[CLASS]


def spoken(data_dir: Path | None, train: bool, varied: bool = True) -> dict[str, Stored]:
    """The same sounds with two kinds of labels: the digits that are said, CLASS, and whose voice it is, VOICE.

    Args:
        varied: whether each training clip comes in some variants.
    """
    path = data_folder(data_dir) / SPEECH
    try:
        with np.load(path) as file:
            audio, lengths, labels, speakers, voices, names = (
                file[key] for key in ("audio", "lengths", "labels", "speakers", "speaker_names", "files")
            )
        takes = np.array([int(name.removesuffix(".wav").rpartition("_")[2]) for name in names.tolist()])
        clips = [
            trimmed(torch.from_numpy(clip[:count]).float() / 2**15, TRAITS)
            for clip, count in zip(audio, lengths.tolist(), strict=True)
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"the spoken digits are not at {path}, or are damaged there") from error
    answers = {CLASS: torch.from_numpy(labels).long(), VOICE: torch.from_numpy(speakers).long()}
    named = {CLASS: SPOKEN, VOICE: tuple(voices.tolist())}
    learnt, held = (np.flatnonzero(where).tolist() for where in (takes >= HELD_TAKES, takes < HELD_TAKES))
    part, variants = learnt if train else held, len(VARIANTS) if train and varied else 1
    found = rows([clips[at][0] for at in part], TRAITS, varied=variants > 1)
    as_they_are = found[::variants] if train else rows([clips[at][0] for at in learnt], TRAITS, varied=False)
    traits = with_ears(as_they_are, {name: (answers[name][learnt], named[name]) for name in answers})
    longer = sum(clips[at][1] for at in part)
    report = f"{counted(len(part), 'sound')} of {len(SPOKEN)} classes and {len(voices)} voices"
    report += f", {variants} variants of each" if variants > 1 else "" if train else ", the test part"
    report += f"; of {longer} longer than {SECONDS} the loudest {SECONDS}" if longer else ""
    return {
        name: Stored(
            found, answers[name][part].repeat_interleave(variants), named[name], report=report, medium=SOUNDS,
            traits=traits,
        )
        for name in answers
    }  # fmt: skip


def with_ears(learnt: Tensor, asked: Mapping[str, Question]) -> dict[str, Any]:
    """The traits of sounds, with ears that are fitted to rows of them."""
    return TRAITS | {"hears": ears(tensors(learnt, TRAITS), asked)}


def load_sounds(path: Path, train: bool = True) -> Stored:
    """The sounds in a folder; one level of sub-folders makes the classes.

    Channels are mixed, all rates become one, what is silent at either end is cut off. Bad and silent files are named in
    the log and left out; all that is done is counted in the report. Parts are those of `folders.parts`.

    Raises:
        DataError: the folder is missing, or holds no sound that can be heard.
    """
    listing = listed(path, SUFFIXES, "sounds:")
    learnt, held = parts(listing.files)
    chosen = learnt if train else held
    readings, silent = read_files(chosen, path)
    known = {one.name for one in readings} if train else {one.name for one in read_files(learnt, path)[0]}
    in_part, in_folder = ({class_of(file, path) for file in files} for files in (learnt, listing.files))
    dropped = {name: BROKEN if name in in_part else HELD_OUT for name in sorted(in_folder - known) if name}
    out = left_out(listing, len(chosen) - len(readings) - silent, dropped, "sound")
    out = ", ".join([words for words in (out, f"{silent:,} silent" if silent else "") if words])
    kept = [one for one in readings if one.name in known]
    if not kept:
        raise DataError(f"the folder {path} holds no sound that can be heard: {out or 'it is empty'}")
    classes = tuple(sorted(known))
    labels = torch.tensor([classes.index(one.name) for one in kept])
    report = line(kept, classes, train, said_of_rest(train, learnt, held, path, known))
    report += f"; left out: {out}" if out else ""
    log.info("%s: %s", path, report)
    variants = len(VARIANTS) if train else 1
    found = rows([one.sound for one in kept], TRAITS, varied=train)
    traits = with_ears(found[::variants], {CLASS: (labels, classes)}) if len(classes) > 1 else TRAITS
    return Stored(found, labels.repeat_interleave(variants), classes, report=report, medium=SOUNDS, traits=traits)


def read_files(files: Sequence[Path], folder: Path) -> tuple[list[Heard], int]:
    """(the files of a folder in which something is heard, in order; how many are silent); the log names the others."""

    def heard(file: Path) -> Heard | None:
        decoded = decode(file, TRAITS["rate"])
        sound, longer = trimmed(decoded.sound, TRAITS)
        if not len(sound) or not sound.abs().max() > SILENT:
            return None
        resampled = decoded.rate != TRAITS["rate"]
        return Heard(class_of(file, folder), sound, longer, decoded.cut, decoded.channels > 1, resampled)

    readings = read_each(heard, files)
    silent = [file for file, reading in readings.items() if reading is None]
    for file in silent:
        log.warning("skipped: %s is silent", file)
    return [reading for reading in readings.values() if reading], len(silent)


def line(kept: Sequence[Heard], classes: Sequence[str], train: bool, part: str) -> str:
    """What was read, and how."""
    of_classes = "" if tuple(classes) == ("",) else f" of {counted(len(classes), 'class', 'classes')}"
    head = f"{counted(len(kept), 'sound')}{of_classes} at {TRAITS['rate']:,} Hz{part}"
    head += f", {len(VARIANTS)} variants of each" if train else ""
    sums = {f.name: sum(getattr(one, f.name) for one in kept) for f in dataclasses.fields(Heard) if f.type is bool}
    pieces = [
        (sums["resampled"], f"{sums['resampled']:,} of other rates resampled"),
        (sums["mixed"], f"{sums['mixed']:,} of several channels mixed to one"),
        (sums["cut"], f"of {sums['cut']:,} longer than {LONGEST:.0f} s the first {LONGEST:.0f} s"),
        (sums["longer"], f"of {sums['longer']:,} longer than {SECONDS} the loudest {SECONDS}"),
    ]
    return "; ".join([head] + [words for count, words in pieces if count])
