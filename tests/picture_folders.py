"""Folders of small pictures, for the tests of what is trained on them."""

from pathlib import Path

from core_fixtures import made_up
from gan.media.images import to_png


def picture_folder(folder: Path, count: int, channels: int = 1, resolution: int = 8, first: int = 0) -> Path:
    """A folder of `count` pictures, no two alike: those from `first` on of a row that is always the same."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, pixels in enumerate(made_up(first + count, resolution, channels).rows[first:], first):
        (folder / f"{number:04d}.png").write_bytes(to_png(pixels))
    return folder
