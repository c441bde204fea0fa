"""Files written whole or not at all, a folder's orphans swept, and a folder kept for one process alone."""

import os
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gan.errors import RunError, reason

PART = ".part"


def write_whole(path: Path, content: bytes, keep: Path | None = None) -> None:
    """Write a file so that at any moment, `kill -9` included, either the old or the new content is there.

    A temporary file in the same folder, flushed to the disk, takes the name; then the folder is flushed.

    Args:
        keep: the name that an old file gets instead of being lost. It gets it when the new one is on the disk, so at
            any moment one of both names, or both, hold a whole file.

    Raises:
        RunError: the folder cannot be written or the disk is full; an old file stays as it was, or is at `keep`.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=PART)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        if keep and path.exists():
            os.replace(path, keep)
        os.replace(temporary, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        if temporary:
            with suppress(OSError):  # a disk that has just become read-only refuses this too
                temporary.unlink(missing_ok=True)
        raise RunError(f"cannot write {path}: {reason(error)}") from error


def make_folder(folder: Path) -> None:
    """Make a folder, and those that it lies in, unless it is there.

    Raises:
        RunError: the disk refuses.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"cannot write {folder}: {reason(error)}") from error


def pasted(path: Path) -> str:
    """A path as it can be pasted into a shell's command line: no space tears it, no dash makes it a flag."""
    bare = str(path)
    text = f"./{bare}" if bare.startswith("-") else bare
    if text.isprintable():
        return shlex.quote(text)
    # No terminal may show it as it is, and no shell reads escapes between plain quotes.
    return f"$'{''.join(map(quoted_byte, os.fsencode(text)))}'"


def quoted_byte(byte: int) -> str:
    """A byte of a name between a shell's $' and '."""
    return chr(byte) if 32 <= byte < 127 and byte not in b"'\\" else f"\\x{byte:02x}"


def short_name(name: str, most: int) -> str:
    """The first characters of a name, as many as fit into `most` bytes of UTF-8: a folder's name has at most 255."""
    return os.fsencode(name)[:most].decode("utf-8", "ignore")


def sweep(folder: Path) -> None:
    """Remove what a killed `write_whole` left in a folder."""
    for orphan in folder.glob(f".*{PART}"):
        with suppress(OSError):  # it does no harm; a disk that refuses says so at the next write
            orphan.unlink(missing_ok=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Make a folder and keep every other process that asks for it out while the block runs.

    The lock is on the folder itself, so no file is left behind; the kernel lifts it when the process dies, however it
    dies. Where there is no such lock (Windows, some network disks) nothing is held.

    Raises:
        RunError: another process is in there, or the folder cannot be made.
    """
    make_folder(folder)
    try:
        handle = os.open(folder, os.O_RDONLY) if os.name == "posix" else -1
    except OSError as error:
        raise RunError(f"cannot write {folder}: {reason(error)}") from error
    try:
        if handle >= 0:
            lock(handle, folder)
        yield
    finally:
        if handle >= 0:
            os.close(handle)


def lock(handle: int, folder: Path) -> None:
    """Lock an open folder until its handle is closed."""
    import fcntl  # POSIX alone has it

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise RunError(f"another process trains in {folder}: wait for its end, or name another --out") from error
    except OSError:  # a network disk without locks
        return
