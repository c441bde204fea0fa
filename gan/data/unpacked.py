"""Pictures that come packed, laid out as a folder that is read as any other, within limits."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from gan.data.reports import counted, some
from gan.errors import DataError, reason

MAX_PICTURES, MAX_BYTES = 1_000_000, 16_000_000_000  # that are laid out of one set
MAX_LABEL = 9_999  # the highest number of a class
MAX_PICTURE = 400_000_000  # bytes of one, which is held in memory; the largest that is decoded has 320 MB as a TIFF
KEPT_NAME = 60  # characters of a file's name that stay, so that the log can name it


@dataclass
class Layout:
    """A folder that pictures are laid out in, and what was left out.

    Attributes:
        folder: where.
        called: what the set is called in sentences.
        count, size: pictures, and their bytes.
        others: files of other kinds, by suffix.
        left: why pictures were left out -> how many.
    """

    folder: Path
    called: str
    count: int = 0
    size: int = 0
    others: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)

    def add(self, content: bytes, name: str, suffix: str, of_class: str = "") -> None:
        """Lay out a picture; it comes after those before it in its class.

        Raises:
            DataError: there are too many, or the disk refuses.
        """
        self.check(self.count + 1, self.size + len(content))
        bare = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:KEPT_NAME]
        place = self.folder / class_folder(of_class) if of_class else self.folder
        try:
            place.mkdir(exist_ok=True)
            (place / f"{self.count:07d}-{bare}{suffix}").write_bytes(content)
        except OSError as error:
            raise DataError(f"{self.called} cannot be unpacked: {reason(error)}") from error
        self.count, self.size = self.count + 1, self.size + len(content)

    def check(self, count: int, size: int) -> None:
        """Raise a DataError where so many pictures, of so many bytes, are too much."""
        if count > MAX_PICTURES:
            raise DataError(f"{self.called} holds more than {MAX_PICTURES:,} pictures")
        if size > MAX_BYTES:
            raise DataError(f"{self.called} unpacks to more than {MAX_BYTES:,} bytes")

    def admits(self, size: int) -> bool:
        """Whether a picture of so many bytes is laid out; one that is too large is counted among those left out."""
        if size > MAX_PICTURE:
            self.left[f"larger than {MAX_PICTURE / 1e6:g} MB"] += 1
        return size <= MAX_PICTURE

    def check_room(self, size: int) -> None:
        """Raise a DataError where the disk has not so many bytes left."""
        free = shutil.disk_usage(self.folder).free
        if size > free:
            raise DataError(f"{self.called} unpacks to {size:,} bytes, and the disk has {free:,} left for it")

    @property
    def note(self) -> str:
        """What was left out; "" if all is there."""
        kinds = [
            suffix or "no suffix" for suffix, _ in sorted(self.others.items(), key=lambda kind: (-kind[1], kind[0]))
        ]
        pieces = [f"{counted(self.others.total(), 'file')} of other kinds ({some(kinds)})"] if self.others else []
        pieces += [f"{counted(count, 'picture')} {why}" for why, count in sorted(self.left.items())]
        return ", ".join(pieces)


@contextmanager
def layout(called: str) -> Iterator[Layout]:
    """A folder of its own for as long as the block runs.

    Raises:
        DataError: the disk refuses.
    """
    try:
        folder = TemporaryDirectory(prefix="gan-data-")
    except OSError as error:
        raise DataError(f"{called} cannot be unpacked: {reason(error)}") from error
    with folder as name:
        yield Layout(Path(name), called)


def class_folder(name: str) -> str:
    """The name of a class as that of a folder that is read: no path, not hidden, not too long."""
    plain = re.sub(r"[/\\\0]", "_", name).strip()[:80] or "_"
    return f"_{plain[1:]}" if plain.startswith(".") else plain


def is_label(value: object) -> bool:
    """Whether a value is the number of a class; -1 stands for none."""
    return type(value) is int and 0 <= value <= MAX_LABEL


def numbered(labels: list[int]) -> dict[int, str]:
    """The names of numbered classes, in the order of their numbers."""
    width = len(str(max(labels, default=0)))
    return {label: f"{label:0{width}d}" for label in set(labels)}
