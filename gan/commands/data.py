"""Fetch or prepare a data set ahead of time: `data NAME`, so that neither a training nor a page waits for it."""

from collections.abc import Sequence
from pathlib import Path

from gan.commands.parsing import Parser, called, say
from gan.data import sets
from gan.data.readers import data_folder
from gan.data.stored import Stored
from gan.errors import DataError
from gan.files import make_folder
from gan.huggingface import HUB


def parser() -> Parser:
    """The command line."""
    p = Parser(prog=called("data"), description="Fetch or prepare a data set ahead of time.")
    p.add_argument("name", metavar="NAME", help=f"one of {', '.join(sets.DATASETS)}")
    p.add_argument(
        "--data-dir", metavar="DIR", type=Path, help="where it goes; by default GAN_DATA_DIR, else data in this folder"
    )
    return p


def main(argv: Sequence[str]) -> None:
    """Fetch the set, or say what is there already."""
    args = parser().parse_args(argv)
    for line in fetched(args.name, args.data_dir).splitlines():
        say(line)


def fetched(name: str, data_dir: Path | None) -> str:
    """Both parts of a set read on this machine, downloaded or prepared where they are missing.

    Returns:
        What is there then; before it a line on what was read and what was not, of a set that was prepared now.

    Raises:
        DataError: no such set or folder, it is not to be had by a download, or the download fails.
        RunError: the folder cannot be made.
    """
    info, folder = sets.dataset(name), data_folder(data_dir)
    if name.startswith(sets.OWN_PICTURES):
        pictures = sets.load(name, data_dir)
        assert isinstance(pictures, Stored)
        if name.startswith(HUB):
            return f"{name}: {pictures.report}"
        kind = "folder" if name.startswith(sets.FOLDER) else "zip"
        return f"{name}: nothing to fetch, it is a {kind} of yours: {pictures.report}"
    if not info.folder:
        return f"{name}: nothing to fetch, it needs no files"
    place, report = folder / info.folder, ""
    if not sets.at_hand(name, data_dir) and info.prepare:
        report = f"{info.prepare(place)}\n"
    elif not sets.at_hand(name, data_dir):
        if not info.fetched:
            raise DataError(f"{name} cannot be fetched: put its {info.medium.noun} into {place}; it is {info.source}")
        make_folder(folder)
    train, test = (sets.load(name, data_dir, part).size for part in (True, False))
    return f"{report}{name}: {train:,} training and {test:,} test {info.medium.noun} in {place} ({info.licence})"
