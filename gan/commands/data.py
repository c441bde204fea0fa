"""Fetch a data set ahead of time: `data NAME`, so that neither a training nor a page has to wait for it."""

from collections.abc import Sequence
from pathlib import Path

from gan.commands.parsing import Parser, called, say
from gan.data import sets
from gan.data.readers import data_folder
from gan.errors import DataError
from gan.files import make_folder


def parser() -> Parser:
    """The command line."""
    p = Parser(prog=called("data"), description="Fetch a data set ahead of time.")
    p.add_argument("name", metavar="NAME", help=f"one of {', '.join(sets.DATASETS)}")
    p.add_argument(
        "--data-dir", metavar="DIR", type=Path, help="where it goes; by default GAN_DATA_DIR, else data in this folder"
    )
    return p


def main(argv: Sequence[str]) -> None:
    """Fetch the set, or say what is there already."""
    args = parser().parse_args(argv)
    say(fetched(args.name, args.data_dir))


def fetched(name: str, data_dir: Path | None) -> str:
    """Both parts of a set read on this machine, downloaded where they are missing; returns what is there then.

    Raises:
        DataError: no such set, it is not to be had by a download, or the download fails.
        RunError: the folder cannot be made.
    """
    info, folder = sets.dataset(name), data_folder(data_dir)
    if not info.folder:
        return f"{name}: nothing to fetch, it needs no files"
    place = folder / info.folder
    if not sets.at_hand(name, data_dir):
        if not info.fetched:
            raise DataError(f"{name} cannot be fetched: put its pictures into {place}; it is {info.source}")
        make_folder(folder)
    train, test = (sets.load(name, data_dir, part).size for part in (True, False))
    return f"{name}: {train:,} training and {test:,} test pictures in {place} ({info.licence})"
