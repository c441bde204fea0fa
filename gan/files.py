"""Files written whole or not at all, and a folder's orphans swept."""

import os
import tempfile
from pathlib import Path

from gan.errors import RunError

PART = ".part"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that at any moment, `kill -9` included, either the old or the new content is there.

    A temporary file in the same folder, flushed to the disk, takes the name; then the folder is flushed.

    Raises:
        RunError: the folder cannot be written or the disk is full; an old file stays as it was.
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
        os.replace(temporary, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        if temporary:
            temporary.unlink(missing_ok=True)
        raise RunError(f"cannot write {path}: {error.strerror or error}") from error


def sweep(folder: Path) -> None:
    """Remove what a killed `write_whole` left in a folder."""
    for orphan in folder.glob(f".*{PART}"):
        orphan.unlink(missing_ok=True)
