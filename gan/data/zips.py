"""Zips of pictures: a zipped folder, or what stylegan3's `dataset_tool.py` writes, whose dataset.json holds labels.

Nothing in a zip is trusted: its names, its sizes and what it says to hold.
"""

import json
import lzma
import os
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any

from gan.data.folders import load_folder
from gan.data.listings import has_suffix, hidden
from gan.data.stored import Stored
from gan.data.unpacked import MAX_LABEL, Layout, is_label, layout, numbered
from gan.errors import DataError
from gan.media.picture_files import SUFFIXES

NOTE = "dataset.json"  # of stylegan3
MAX_NOTE = 64_000_000  # bytes of it
MAC = "__MACOSX"  # a folder that macOS adds, of no pictures
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip


def load_zip(path: Path, resolution: int, train: bool = True, called: str = "") -> Stored:
    """The pictures in a zip, read as those in a folder are; see `gan.data.folders`.

    Classes are the labels of a dataset.json, if there is one; else one level of folders, below a folder that
    all lie in.

    Args:
        called: what the zip is called in sentences; by default its path.

    Raises:
        DataError: it is missing, damaged, locked, too large, names a file outside of itself or no file at all, or holds
            no picture that can be read.
    """
    with layout(called or f"the zip {path}") as out:
        unpack(path, out)
        return load_folder(out.folder, resolution, train, out.called, out.note, keep=False)


def unpack(path: Path, out: Layout) -> None:
    """Lay the pictures of a zip out.

    Raises:
        DataError: as `load_zip` says.
    """
    if not os.path.isfile(path):
        raise DataError(f"{out.called} does not exist")
    try:
        with zipfile.ZipFile(path) as file:
            members = [member for member in file.infolist() if not member.is_dir()]
            for member in members:
                check_member(member, out.called)
            pictures = sorted((m for m in members if is_picture(m.filename)), key=lambda member: member.filename)
            size, known = sum(member.file_size for member in pictures), {member.filename for member in pictures}
            out.check(len(pictures), size)
            out.check_room(size)
            labels = labels_of(file, members, out.called)
            top = "" if labels is not None else top_folder([picture.filename for picture in pictures])
            out.others.update(
                PurePosixPath(m.filename).suffix.lower()
                for m in members if m.filename not in known and m.filename != NOTE and not is_hidden(m.filename)
            )  # fmt: skip
            names = numbered(list((labels or {}).values()))
            for picture in pictures:
                if not out.admits(picture.file_size):
                    continue
                inner = PurePosixPath(picture.filename.removeprefix(top))
                if labels:
                    if picture.filename not in labels:
                        out.left["without a label"] += 1
                        continue
                    of_class = names[labels[picture.filename]]
                elif labels is None and len(inner.parts) > 2:
                    out.left["in deeper folders"] += 1
                    continue
                else:  # folders of a dataset.json without labels are no classes
                    of_class = "" if labels is not None or len(inner.parts) == 1 else inner.parts[0]
                out.add(file.read(picture), inner.stem, inner.suffix.lower(), of_class)
    except DataError:
        raise
    except DAMAGED as error:
        raise DataError(f"{out.called} is damaged, or no zip") from error


def check_member(member: zipfile.ZipInfo, called: str) -> None:
    """Raise a DataError for a member that no zip of pictures has."""
    path = PurePosixPath(member.filename)
    if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in member.filename or ":" in path.parts[0]:
        raise DataError(f"{called} names a file outside of itself, {member.filename!r:.60}")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind and not stat.S_ISREG(kind):
        raise DataError(f"{called} holds {member.filename!r:.60}, which is no file but a link or a device")
    if member.flag_bits & 1:
        raise DataError(f"{called} is locked with a password")


def is_hidden(name: str) -> bool:
    """Whether a member, or a folder that it lies in, is hidden or the system's own."""
    return any(hidden(part) or part == MAC for part in PurePosixPath(name).parts)


def is_picture(name: str) -> bool:
    """Whether a member is a picture by its name."""
    return has_suffix(PurePosixPath(name).name, SUFFIXES) and not is_hidden(name)


def top_folder(names: list[str]) -> str:
    """The folder that all of some members lie in, with its slash; "" where there is none."""
    tops = {name.partition("/")[0] for name in names}
    return f"{tops.pop()}/" if len(tops) == 1 and all("/" in name for name in names) else ""


def labels_of(file: zipfile.ZipFile, members: list[zipfile.ZipInfo], called: str) -> dict[str, int] | None:
    """member -> label by the dataset.json of a zip; empty where that has none, None where there is no such file.

    Raises:
        DataError: it is not of stylegan3's form.
    """
    note = next((member for member in members if member.filename == NOTE), None)
    if note is None:
        return None
    wrong = f"the {NOTE} of {called} is not as stylegan3 writes it: labels are pairs of a file and a whole number"
    if note.file_size > MAX_NOTE:
        raise DataError(f"the {NOTE} of {called} has more than {MAX_NOTE:,} bytes")
    try:
        values = json.loads(file.read(note))
    except (ValueError, RecursionError) as error:
        raise DataError(wrong) from error
    pairs: Any = values.get("labels") if isinstance(values, dict) else False
    if pairs is None:
        return {}
    if not isinstance(pairs, list):
        raise DataError(wrong)
    labels: dict[str, int] = {}
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
            raise DataError(wrong)
        if not is_label(pair[1]):
            raise DataError(f"{wrong} from 0 to {MAX_LABEL:,}, not {pair[1]!r:.40}")
        labels[pair[0]] = pair[1]
    return labels
