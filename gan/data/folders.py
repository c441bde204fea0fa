"""Folders of pictures: how they are read, by one rule for all that lies in them."""

import dataclasses
import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan.data.kept_folders import kept
from gan.data.listings import Listing, listed
from gan.data.reports import Outcome, left_out
from gan.data.stored import Stored
from gan.errors import DataError
from gan.media.picture_files import (
    Decoded,
    beyond_8_bits,
    decode,
    decode_plain,
    guarded,
    hides_parts,
    huge_refused,
    may_be_transparent,
    opened,
    pixels_of,
)
from gan.media.values import Extent, Rule, common_scale, ground_under, luminance

T = TypeVar("T")

log = logging.getLogger(__name__)
HELD_OUT_FROM = 100
FLAT = 8  # levels of 256: pictures that differ by less, all together, show nothing
GROUNDS = 200  # pictures with transparent parts that the ground is chosen by
LOOKED_AT = (64, 64)  # pixels of each of them
MOST_AT_ONCE = 8  # files that are decoded at a time: each may unpack to 160 MB
HELD_OUT, BROKEN = "wholly held out for the test part", "without a picture that can be read"


@dataclass(frozen=True)
class Reading:
    """A file that has been read: its class, uint8 [R, R, 3], and what was done to fit it (see `Outcome`)."""

    name: str
    pixels: Tensor
    cropped: bool
    enlarged: bool
    on_ground: bool
    several: bool
    finite: bool


def load_folder(
    path: Path, resolution: int, train: bool = True, called: str = "", note: str = "", keep: bool = True
) -> Stored:
    """The pictures in a folder; one level of sub-folders makes the classes. Hidden files are skipped.

    Bad files are named and skipped; classes of which no picture is read for training are dropped. Of HELD_OUT_FROM
    files or more every tenth is the test part; of fewer, both parts are all of them.

    Args:
        called: what the set is called in sentences; by default the folder's path.
        note: what was left out already before the pictures lay in the folder.
        keep: whether what is read is kept for the next time, see `gan.data.kept_folders`.

    Raises:
        DataError: the folder is missing, holds no picture that can be read, or its pictures are flat.
    """
    found, called = listed(path), called or f"the folder {path}"
    told = (os.path.abspath(path), resolution, train, called, note)

    def read() -> Stored:
        with huge_refused():
            return read_folder(found, path, resolution, train, called, note)

    return kept(found, told, read) if keep else read()


def read_folder(found: Listing, path: Path, resolution: int, train: bool, called: str, note: str) -> Stored:
    """The pictures that were found in a folder, as `load_folder` says."""
    learnt, held = parts(found.files)
    chosen = learnt if train else held
    readings, rule = read_files(chosen, learnt, path, resolution)
    known = {reading.name for reading in readings} if train else readable_classes(learnt, path)
    in_part, in_folder = ({class_of(file, path) for file in files} for files in (learnt, found.files))
    dropped = {name: BROKEN if name in in_part else HELD_OUT for name in sorted(in_folder - known) if name}
    out = ", ".join(part for part in (left_out(found, len(chosen) - len(readings), dropped), note) if part)
    kept = [reading for reading in readings if reading.name in known]
    if not kept:
        raise DataError(f"{called} holds no picture that can be read: {out or 'it is empty'}")
    pixels = torch.stack([reading.pixels for reading in kept])
    if (pixels == pixels[..., :1]).all():
        pixels = pixels[..., :1].contiguous()
    outcome = Outcome(
        rule, pixels, tuple(sorted(known)), said_of_rest(train, learnt, held, path, known),
        sum(reading.cropped for reading in kept), sum(reading.enlarged for reading in kept),
        sum(reading.on_ground for reading in kept), sum(reading.several for reading in kept),
        sum(not reading.finite for reading in kept),
    )  # fmt: skip
    if train and outcome.highest - outcome.lowest < FLAT:
        raise DataError(f"the pictures in {called} are flat: {outcome.spread}")
    report = "; ".join([outcome.line] + ([f"left out: {out}"] if out else []))
    log.info("%s: %s", called.removeprefix("the folder "), report)
    labels = torch.tensor([outcome.classes.index(reading.name) for reading in kept])
    return Stored(pixels, labels, outcome.classes, report=report)


def parts(files: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """(the training part of the files of a folder, the test part)."""
    if len(files) < HELD_OUT_FROM:
        return list(files), list(files)
    held = files[9::10]
    return [file for number, file in enumerate(files) if number % 10 != 9], list(held)


def said_of_rest(train: bool, learnt: Sequence[Path], held: Sequence[Path], folder: Path, known: set[str]) -> str:
    """What a line says of the part that is not read, where there are two."""
    if learnt == held:
        return ""
    count = sum(class_of(file, folder) in known for file in held)
    return f", {count:,} more held out for the test part" if train else ", the test part"


def class_of(file: Path, folder: Path) -> str:
    """The name of its sub-folder; "" of a file that lies in none."""
    return "" if file.parent == folder else file.parent.name


def read_files(
    chosen: Sequence[Path], learnt: Sequence[Path], folder: Path, resolution: int
) -> tuple[list[Reading], Rule]:
    """(the chosen files of a folder that can be read, in order, the rule); the log names the others.

    Plain files are read at once: most folders hold no others, and need no rule.

    Args:
        learnt: the training part, in which the rule is found.
    """

    def plain(file: Path) -> Reading | None:
        decoded = decode_plain(file)
        return reading_of(decoded, file, folder, resolution, Rule()) if decoded else None

    def by_rule(file: Path) -> Reading:
        return reading_of(decode(file), file, folder, resolution, rule)

    readings = read_each(plain, chosen)
    waiting = [file for file, reading in readings.items() if reading is None]
    rule = rule_for(waiting if chosen == learnt else learnt) if waiting else Rule()  # plain files have no say in it
    readings |= read_each(by_rule, waiting)
    return [reading for file in chosen if (reading := readings.get(file))], rule


def read_each(read: Callable[[Path], T], files: Sequence[Path]) -> dict[Path, T]:
    """What `read` makes of each file, several at once; bad files are left out, and the log names them in order."""

    def tried(file: Path) -> T | DataError:
        try:
            return read(file)
        except DataError as error:
            return error

    with ThreadPoolExecutor(min(os.cpu_count() or 1, MOST_AT_ONCE)) as pool:  # decoding lets go of the interpreter
        results = dict(zip(files, pool.map(tried, files), strict=True))
    for result in results.values():
        if isinstance(result, DataError):
            log.warning("skipped: %s", result)
    return {file: result for file, result in results.items() if not isinstance(result, DataError)}


def reading_of(decoded: Decoded, file: Path, folder: Path, resolution: int, rule: Rule) -> Reading:
    """What is kept of a file of a folder.

    Raises:
        DataError: its pixels cannot be made to fit.
    """
    with guarded(file):
        pixels, on_ground = pixels_of(decoded, resolution, rule)
    enlarged = decoded.sides[0] < resolution
    name = class_of(file, folder)
    return Reading(name, pixels, not decoded.square, enlarged, on_ground, decoded.several, decoded.finite)


def readable_classes(files: Sequence[Path], folder: Path) -> set[str]:
    """The classes of which a picture can be read; of most of them one file is tried."""
    known: set[str] = set()
    for file in files:
        if (name := class_of(file, folder)) not in known and can_be_read(file):
            known.add(name)
    return known


def can_be_read(file: Path) -> bool:
    """Whether a file is a picture that can be read."""
    try:
        decode(file)
    except DataError:
        return False
    return True


def rule_for(files: Sequence[Path]) -> Rule:
    """The rule by which all files of a folder are read; those that cannot be read have no say.

    Most files say by their head that it does not concern them, and are not decoded.
    """
    extents: list[Extent] = []
    see_through: list[Path] = []
    for file in files:
        try:
            with opened(file) as head:
                deep, transparent = beyond_8_bits(head), may_be_transparent(head)
            extent = decode(file).extent if deep else None
        except DataError:
            continue
        if extent:
            extents.append(extent)
        if transparent:
            see_through.append(file)
    rule = Rule(common_scale(extents, whole=True), common_scale(extents, whole=False))
    few = see_through[:: -(-len(see_through) // GROUNDS) or 1]
    luminances = [seen for file in few if (seen := luminance_of(file, rule)) is not None]
    return dataclasses.replace(rule, ground=ground_under(luminances))


def luminance_of(file: Path, rule: Rule) -> float | None:
    """The luminance of what is seen in a file, 0 to 1; None if it hides nothing, shows nothing or cannot be read."""
    try:
        rgba = decode(file).painted(rule)
    except DataError:
        return None
    if not hides_parts(rgba):
        return None
    seen = np.asarray(rgba.resize(LOOKED_AT, Image.Resampling.BOX))
    return luminance(seen[..., :3], seen[..., 3])
