"""Folders of pictures as they were read last: what has not changed is not decoded again.

What was read lies in `GAN_CACHE_DIR`, by default a folder in the user's cache, under a name made of all that it depends
on: the files' names, sizes and times of change, the resolution, and the code that reads them.
"""

import hashlib
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import safetensors
import safetensors.torch

from gan.data.listings import Listing
from gan.data.stored import Stored
from gan.errors import RunError
from gan.files import sweep, write_whole
from gan.version import __version__

PLACE = "GAN_CACHE_DIR"
LEAST = 500  # files from which a folder is kept: fewer are decoded in a blink
MOST = 2_000_000_000  # bytes of all that is kept; what was used longest ago goes first
NOTE = "atelier"
# What makes samples of files, and what is said of them: whoever changes it sees what it makes.
SOURCES = ("data/folders.py", "data/reports.py", "media/picture_files.py", "media/values.py")
MAKERS = tuple(Path(__file__).parent.parent / name for name in SOURCES)
SUFFIX = ".safetensors"

log = logging.getLogger("gan.data")


class Lines(logging.Handler):
    """`lines`: (level, line) of all that a log says in the thread that makes this; another one reads other folders."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[int, str]] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Note a line."""
        if record.thread == self._thread:
            self.lines.append((record.levelno, record.getMessage()))


def place() -> Path:
    """Where folders are kept."""
    if given := os.environ.get(PLACE):
        return Path(given)
    cache = os.environ.get("XDG_CACHE_HOME")
    if not cache:
        cache = os.path.expanduser("~/Library/Caches" if sys.platform == "darwin" else "~/.cache")
    return Path(cache) / "gan-atelier"


def kept(found: Listing, told: Sequence[object], read: Callable[[], Stored]) -> Stored:
    """What `read` makes of the files of a folder: as it was read last if nothing has changed since, else read and kept.

    The log says again what it said when they were read. A file that changes without another size or time of change
    is not noticed. A disk that is full or may not be written, or a damaged file of ours, costs the time of reading and
    nothing else.

    Args:
        found: the files of the folder, and what else lies in it.
        told: all else that the samples depend on.
    """
    if len(found.files) < LEAST:
        return read()
    path = place() / f"{key(found, told)}{SUFFIX}"
    if (data := opened(path)) is not None:
        return data
    with heard() as lines:
        data = read()
    note = {"classes": data.classes, "report": data.report, "lines": lines, "read": time.time()}
    assert data.labels is not None
    tensors = {"rows": data.rows, "labels": data.labels}
    try:
        write_whole(path, safetensors.torch.save(tensors, {NOTE: json.dumps(note)}))
    except RunError as error:
        log.info("the folder is read anew the next time: %s", error)
    shrink(path.parent)
    return data


def key(found: Listing, told: Sequence[object]) -> str:
    """Hex digits that are others as soon as anything changes that the samples depend on."""
    whole = hashlib.blake2b(repr((__version__, told, found)).encode(), digest_size=16)
    for maker in MAKERS:
        whole.update(maker.read_bytes() if maker.is_file() else b"")
    for file in found.files:
        try:
            seen = os.stat(file)
            whole.update(f"{seen.st_size} {seen.st_mtime_ns} {seen.st_ctime_ns};".encode())
        except OSError:
            whole.update(b"gone;")
    return whole.hexdigest()


def opened(path: Path) -> Stored | None:
    """The samples in a file of ours, the log saying what it said of them; None if there is none that can be read."""
    try:
        with safetensors.safe_open(path, "pt") as file:
            note = json.loads(file.metadata()[NOTE])
            data = Stored(
                file.get_tensor("rows"), file.get_tensor("labels"), tuple(note["classes"]), report=note["report"]
            )
        day = time.strftime("%Y-%m-%d", time.localtime(note["read"]))
        lines = [(int(level), str(line)) for level, line in note["lines"]]
        os.utime(path)  # used now
    except (OSError, safetensors.SafetensorError, ValueError, KeyError, TypeError):
        return None
    for level, line in lines:
        log.log(level, "%s", line)
    log.info("none of these files has changed since they were read on %s", day)
    return data


@contextmanager
def heard() -> Iterator[list[tuple[int, str]]]:
    """(level, line) of all that the log of data says in the block."""
    handler = Lines()
    log.addHandler(handler)
    try:
        yield handler.lines
    finally:
        log.removeHandler(handler)


def shrink(folder: Path) -> None:
    """Remove what was used longest ago until no more than MOST bytes are kept, and what a killed process left."""
    sweep(folder)
    try:
        files = sorted(folder.glob(f"*{SUFFIX}"), key=lambda file: -file.stat().st_mtime)
        whole = 0
        for file in files:
            whole += file.stat().st_size
            if whole > MOST:
                file.unlink()
    except OSError:  # another process removes the same
        return
