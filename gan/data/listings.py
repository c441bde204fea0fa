"""What lies in a folder of pictures or sounds: files that are read, and all that is left out."""

import os
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from gan.errors import DataError
from gan.media.picture_files import SUFFIXES

DEEPEST = 100_000  # entries of deeper folders that are counted
OF_THE_SYSTEM = {"thumbs.db", "desktop.ini"}
RESOURCES = "._"  # what macOS writes beside a file on a disk of another system; no picture, whatever its suffix


@dataclass(frozen=True)
class Listing:
    """What lies in a folder and in its sub-folders.

    Attributes:
        files: by their suffix what was looked for, pictures unless told otherwise, in order.
        others: how many files of each other suffix.
        deeper: such files in folders within sub-folders; `counted_all` is False if there are more.
        hidden: such files whose names begin with a dot.
        nothing: names of such files that are no files, such as broken links and pipes.
        closed: sub-folders that may not be opened.
    """

    files: tuple[Path, ...]
    others: Counter[str]
    deeper: int = 0
    counted_all: bool = True
    hidden: int = 0
    nothing: int = 0
    closed: tuple[str, ...] = ()


def has_suffix(name: str, suffixes: Collection[str]) -> bool:
    """Whether a file is a picture by its suffix, or whatever else has such ones."""
    return os.path.splitext(name)[1].lower() in suffixes and not name.startswith(RESOURCES)


def listed(path: Path, suffixes: Collection[str] = SUFFIXES, prefix: str = "folder:") -> Listing:
    """What lies in a folder and one level below it. Hidden folders are not looked into.

    Args:
        suffixes: of the files that are looked for.
        prefix: what a folder of such files is called by.

    Raises:
        DataError: the folder is missing, is a file, or may not be opened.
    """
    if os.path.isfile(path):
        raise DataError(f"{path} is a file: name the folder that it lies in, {prefix}{path.parent}")
    if not os.path.isdir(path):
        raise DataError(f"the folder {path} does not exist")
    try:
        names = os.listdir(path)
    except OSError as error:
        raise DataError(f"the folder {path} may not be opened") from error
    folders = {name for name in names if os.path.isdir(path / name)}
    files = [path / name for name in names if name not in folders]
    closed: list[str] = []
    deeper: list[Path] = []
    for name in (name for name in folders if not hidden(name)):
        try:
            inside = {path / name / entry for entry in os.listdir(path / name)}
        except OSError:
            closed.append(name)
            continue
        below = {entry for entry in inside if os.path.isdir(entry)}
        deeper += below
        files += inside - below
    pictures = [file for file in files if has_suffix(file.name, suffixes)]
    shown = [file for file in pictures if not hidden(file.name)]
    there = sorted(file for file in shown if os.path.isfile(file))
    others = (file for file in files if not has_suffix(file.name, suffixes) and not hidden(file.name))
    return Listing(
        tuple(there), Counter(file.suffix.lower() for file in others if file.name.lower() not in OF_THE_SYSTEM),
        *files_below(deeper, suffixes), len(pictures) - len(shown), len(shown) - len(there), tuple(sorted(closed)),
    )  # fmt: skip


def hidden(name: str) -> bool:
    """Whether a file or a folder is hidden, as Unix has it."""
    return name.startswith(".")


def files_below(folders: Iterable[Path], suffixes: Collection[str]) -> tuple[int, bool]:
    """(how many such files lie in these folders, at any depth, whether they are all); hidden ones are not counted."""
    count = seen = 0
    for folder in (folder for folder in folders if not hidden(folder.name)):
        for _, inside, names in os.walk(folder):
            inside[:] = [name for name in inside if not hidden(name)]
            count += sum(has_suffix(name, suffixes) and not hidden(name) for name in names)
            seen += len(inside) + len(names)
            if seen > DEEPEST:
                return count, False
    return count, True
