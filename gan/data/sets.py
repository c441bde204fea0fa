"""The data sets: what each is, its licence, and how to read it.

Points are [N, 2] in their own units; all else is kept as rows of bytes in memory, see `gan.data.stored`.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch

from gan.data import chorales
from gan.data.clips import FRAMES, set_swinging, shared_swinging, swinging
from gan.data.data import Data as Data
from gan.data.drawings import DRAWN, draw_points
from gan.data.excerpt import FASHION_CLASSES, MNIST_CLASSES, excerpt, excerpt_path
from gan.data.folders import load_folder
from gan.data.graphs import NODES, small_graphs
from gan.data.hub_files import HubFolder
from gan.data.hub_sets import load_hub
from gan.data.pictures import Stacked
from gan.data.points import (
    Points,
    around,
    curve,
    line,
    mixture,
    moons,
    on_circle,
    smile,
    spiral,
    square_grid,
)
from gan.data.readers import data_folder, folder_set, idx_set, load_digits, shared_idx_set, torchvision_set
from gan.data.sounds import SPEECH, load_sounds, spoken_as_they_are, spoken_digits
from gan.data.stored import Stored
from gan.data.words import load_words, named_list
from gan.data.zips import load_zip
from gan.errors import DataError
from gan.huggingface import HUB
from gan.media import Medium
from gan.media.clips import CLIPS
from gan.media.graphs import GRAPHS
from gan.media.pictures import PICTURES
from gan.media.points import POINTS, SHAPE
from gan.media.scores import SCORES
from gan.media.sounds import SHAPE as SPECTROGRAM
from gan.media.sounds import SOUNDS
from gan.media.words import LONGEST, MOST_LETTERS, WORDS

log = logging.getLogger(__name__)
FOLDER, ZIP, LINES, MIDI = "folder:", "zip:", "lines:", "midi:"
OWN_PICTURES = (FOLDER, ZIP, HUB)  # the prefixes of pictures that people bring
IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
# What a live run finds of a set on this machine: all of it, the excerpt that comes with the program, or nothing.
Found = Literal["whole", "excerpt", "nothing"]


@dataclass(frozen=True)
class Dataset:
    """An entry of DATASETS.

    Attributes:
        medium: what its samples are to a person.
        shape: of a sample at its own resolution.
        load: (data_dir, train, resolution) -> Data; resolution 0 means its own.
        folder: where its files lie within a data folder, if it needs any; files: those that all must be there.
        excerpt: the classes of the excerpt that comes with the program, where there is one.
        frames_of: the grey set whose pictures the frames of its clips are: its judge knows them.
        compose: (pictures of that set) -> its clips; its excerpt serves where files are missing.
        live: (data_dir) -> what a live run learns from instead, where reading all takes too long, or too much memory.
        fetched: whether reading it downloads it where it is missing.
        prepare: (its folder) -> what was read: makes the files from another program's, where they can be made so.
        research: whether what learnt from it is for research and teaching only, and is called so.
        figures: what an evaluation says instead of the medium's figures, if anything.
        judged: samples that an evaluation takes instead of the medium's number, if not 0.
    """

    label: str
    medium: Medium
    shape: tuple[int, ...]
    source: str
    licence: str
    load: Callable[[Path | None, bool, int], Data]
    folder: str = ""
    figures: tuple[str, ...] = ()
    judged: int = 0
    files: tuple[str, ...] = ()
    excerpt: tuple[str, ...] = ()
    frames_of: str = ""
    compose: Callable[[Stored], Stored] | None = None
    live: Callable[[Path | None], Data] | None = None
    fetched: bool = False
    prepare: Callable[[Path], str] | None = None
    research: bool = False


def points(label: str, make: Callable[[], Points], source: str = "made by this program") -> Dataset:
    """An entry for points: nothing to read, no licence to keep."""
    return Dataset(label, POINTS, SHAPE, source, "none needed", lambda data_dir, train, resolution: make())


def stacked(name: str) -> Callable[[Path | None, bool, int], Stacked]:
    """A reader for pictures whose channels are pictures of the grey set `name`."""

    def stack(data_dir: Path | None, train: bool, resolution: int) -> Stacked:
        grey = load(name, data_dir, train, resolution)
        assert isinstance(grey, Stored)
        return Stacked(grey.rows, of=name)

    return stack


DATASETS: dict[str, Dataset] = {
    "ring": points(
        "Ring of 8 Gaussians", lambda: mixture(on_circle(torch.arange(8) / 8), 0.01), "arXiv:1712.04086, section 4.1"
    ),
    "grid": points(
        "Grid of 25 Gaussians", lambda: mixture(square_grid(), 0.05, unit=1.0), "arXiv:1712.04086, section 4.1"
    ),
    "two-gaussians": points("Two Gaussians", lambda: mixture(torch.tensor([[-0.5, -0.5], [0.5, 0.5]]), 0.12)),
    "disjoint": points(
        "Three far blobs", lambda: mixture(torch.tensor([[-0.8, -0.5], [0.8, -0.5], [0.0, 0.8]]), 0.08)
    ),
    "line": points("Line", lambda: curve(line, 0.03)),
    "circle": points("Circle", lambda: curve(on_circle, 0.03)),
    "spiral": points("Spiral", lambda: curve(spiral, 0.02)),
    "moons": points("Two moons", lambda: curve(moons, 0.04)),
    "drawn": points("Drawn by hand", lambda: around(smile())),
    "digits": Dataset(
        "Small digits", PICTURES, (1, 8, 8), "scikit-learn's load_digits (UCI, E. Alpaydin and C. Kaynak)",
        "CC BY 4.0", load_digits,
    ),
    "mnist": Dataset(
        "MNIST digits", PICTURES, (1, 28, 28), "LeCun, Cortes and Burges, read with torchvision",
        "CC BY-SA 3.0", idx_set("MNIST", MNIST_CLASSES), "MNIST/raw", files=IDX, excerpt=MNIST_CLASSES, fetched=True,
        live=shared_idx_set("MNIST", MNIST_CLASSES),
    ),
    "fashion-mnist": Dataset(
        "Fashion-MNIST clothes", PICTURES, (1, 28, 28), "Zalando SE, arXiv:1708.07747, read with torchvision",
        "MIT", idx_set("FashionMNIST", FASHION_CLASSES), "FashionMNIST/raw", files=IDX, excerpt=FASHION_CLASSES,
        fetched=True, live=shared_idx_set("FashionMNIST", FASHION_CLASSES),
    ),
    "stacked-mnist": Dataset(
        "Three MNIST digits as the channels of one picture", PICTURES, (3, 28, 28),
        "LeCun, Cortes and Burges, read with torchvision; stacked as in arXiv:1712.04086, section 4.2",
        "CC BY-SA 3.0", stacked("mnist"), "MNIST/raw", ("combinations", "frechet", "two_sample", "critic"), 26_000,
        IDX, fetched=True,
    ),
    "cifar10": Dataset(
        "CIFAR-10 photographs, 32 px", PICTURES, (3, 32, 32), "A. Krizhevsky 2009, read with torchvision",
        "none stated by its makers", torchvision_set("CIFAR10"), "cifar-10-batches-py",
        fetched=True,
    ),
    "kanji": Dataset(
        "Ten brush-written characters", PICTURES, (1, 64, 64),
        "Kuzushiji-Kanji: KMNIST Dataset (created by CODH), adapted from Kuzushiji Dataset (created by NIJL and "
        "others), doi:10.20676/00000341", "CC BY-SA 4.0", folder_set("kanji", 64), "kanji",
    ),
    "faces": Dataset(
        "Labeled Faces in the Wild", PICTURES, (3, 64, 64),
        "University of Massachusetts, deep-funneled, centre crop",
        "the rights in the photographs are not settled: for research and teaching only", folder_set("faces", 64),
        "faces", research=True,
    ),
    "swinging-digits": Dataset(
        "MNIST digits that swing", CLIPS, (FRAMES, 28, 28),
        "LeCun, Cortes and Burges, read with torchvision; set swinging by this program",
        "CC BY-SA 3.0", swinging, "MNIST/raw", files=IDX, frames_of="mnist", compose=set_swinging,
        live=shared_swinging, fetched=True,
    ),
    "graphs": Dataset(
        "Small graphs of four families", GRAPHS, (1, NODES, NODES), "made by this program", "none needed", small_graphs,
    ),
    "bach": Dataset(
        "Chorales of J. S. Bach, four bars", SCORES, (132, 32, 1),
        "J. S. Bach, four-part chorales as encoded in music21's corpus, many by Margaret Greentree",
        "the music is free; some of its encodings may not be used for commercial uses, says music21, but not which",
        chorales.load, chorales.FOLDER, files=(chorales.FILE,),
        prepare=chorales.prepare,
    ),
    "names": Dataset(
        "Given names", WORDS, (27, 16, 1), "US Social Security Administration, as makemore lists them", "MIT",
        named_list("text", "names.txt"), "text", files=("names.txt",),
    ),
    "spoken-digits": Dataset(
        "Spoken digits", SOUNDS, SPECTROGRAM, "Free Spoken Digit Dataset, Zohar Jackson and others", "CC BY-SA 4.0",
        spoken_digits, str(Path(SPEECH).parent), files=(Path(SPEECH).name,),
        live=spoken_as_they_are,
    ),
}  # fmt: skip


def own_pictures(what: str, load: Callable[[Path, int, bool], Stored]) -> Callable[[str], Dataset]:
    """What makes the data set of somebody's pictures at a path, such as those in a folder.

    Args:
        what: lies there, such as "folder".
        load: (path, resolution, train) -> the pictures.
    """

    def made(path: str) -> Dataset:
        place = Path(path)
        return Dataset(
            f"Pictures of {place.name}", PICTURES, (3, 32, 32), f"a {what} of yours", "as your pictures are",
            lambda data_dir, train, resolution: load(place, resolution or 32, train),
        )  # fmt: skip

    return made


def hub_pictures(text: str) -> Dataset:
    """A data set of pictures on the Hub; what licence its card states is known when it has been read."""
    source = HubFolder.of(text)
    return Dataset(
        f"Pictures of {source.repository}", PICTURES, (3, 32, 32), f"https://huggingface.co/datasets/{source.repository}",
        "as its card on the Hub says", lambda data_dir, train, resolution: load_hub(text, resolution or 32, train),
    )  # fmt: skip


def own_words(path: str) -> Dataset:
    """A list of words, one a line; how many letters they have is known when it has been read."""
    file = Path(path)
    return Dataset(
        f"Words of {file.name}", WORDS, (MOST_LETTERS + 1, LONGEST + 1, 1), "a list of yours", "as your list is",
        lambda data_dir, train, resolution: load_words(file, train),
    )  # fmt: skip


def own_sounds(path: str) -> Dataset:
    """A folder of sounds."""
    folder = Path(path)
    return Dataset(
        f"Sounds of {folder.name}", SOUNDS, SPECTROGRAM, "a folder of yours", "as your sounds are",
        lambda data_dir, train, resolution: load_sounds(folder, train),
    )  # fmt: skip


def own_scores(path: str) -> Dataset:
    """A folder of scores for four voices, MIDI or MusicXML."""
    folder = Path(path)
    return Dataset(
        f"Scores of {folder.name}", SCORES, (132, 32, 1), "a folder of yours", "as your scores are",
        lambda data_dir, train, resolution: chorales.load_scores(folder, train),
    )  # fmt: skip


def own_drawing(text: str) -> Dataset:
    """Points that somebody drew, see `gan.data.drawings`."""
    drawn = draw_points(DRAWN + text)
    return points("Drawn by hand", lambda: around(drawn))


@dataclass(frozen=True)
class Prefix:
    """An entry of PREFIXES.

    Attributes:
        dataset: what makes the data set of the text behind it.
        meant: what follows it, as people are told.
        path: whether that is a path.
    """

    dataset: Callable[[str], Dataset]
    meant: str
    path: bool = False


# What a name of data can begin with, where it is none in DATASETS.
PREFIXES: dict[str, Prefix] = {
    FOLDER: Prefix(own_pictures("folder", load_folder), "PATH", path=True),
    ZIP: Prefix(own_pictures("zip", load_zip), "FILE", path=True),
    HUB: Prefix(hub_pictures, "USER/NAME"), DRAWN: Prefix(own_drawing, "TEXT"),
    LINES: Prefix(own_words, "FILE", path=True), "sounds:": Prefix(own_sounds, "FOLDER", path=True),
    MIDI: Prefix(own_scores, "FOLDER", path=True),
}  # fmt: skip


def prefix_of(name: str) -> str:
    """The key of PREFIXES that a name begins with, with a path behind it where it takes one; "" where there is none."""
    return next((key for key, of in PREFIXES.items() if name.startswith(key) and not (of.path and name == key)), "")


def dataset(name: str) -> Dataset:
    """The entry of a name in DATASETS, or one made for a name that begins as one of PREFIXES, such as `folder:PATH`.

    Raises:
        DataError: no such set.
    """
    prefix = prefix_of(name)
    if prefix:
        behind = name.removeprefix(prefix)
        return PREFIXES[prefix].dataset(os.path.expanduser(behind) if PREFIXES[prefix].path else behind)
    if name not in DATASETS:
        *first, last = [*DATASETS, *(f"{key}{entry.meant}" for key, entry in PREFIXES.items())]
        raise DataError(f"there is no data set {name!r:.60}; known are {', '.join(first)} and {last}")
    return DATASETS[name]


def path_of(name: str) -> str:
    """The prefix of a name that a path follows; "" where there is none."""
    prefix = prefix_of(name)
    return prefix if prefix and PREFIXES[prefix].path else ""


def located(name: str) -> str:
    """The name of a data set; of `folder:PATH` and the like with the whole path: the same from everywhere."""
    prefix = path_of(name)
    return prefix + os.path.abspath(os.path.expanduser(name.removeprefix(prefix))) if prefix else name


def public_name(name: str) -> str:
    """What a data set is called where others read it: of `folder:PATH` and the like with the last name alone."""
    prefix = path_of(name)
    return f"{prefix}{Path(located(name).removeprefix(prefix)).name or 'pictures'}" if prefix else name


def plain_name(name: str) -> str:
    """A data set's name without its details: of a drawing without the points, of `folder:PATH` the folder's own."""
    if name.startswith(HUB):
        return HubFolder.of(name.removeprefix(HUB)).repository.rpartition("/")[2]
    return DRAWN.removesuffix(":") if name.startswith(DRAWN) else public_name(name).removeprefix(path_of(name))


def at_hand(name: str, data_dir: Path | None = None) -> bool:
    """Whether the data of a name can be read here as they lie: without a download, and without unpacking them."""
    info = dataset(name)
    if name.startswith((HUB, ZIP)):
        return False
    folder = data_folder(data_dir) / info.folder
    # A download that failed leaves an empty folder behind.
    return not info.folder or (os.path.isdir(folder) and all(os.path.isfile(folder / file) for file in info.files))


def found_here(name: str) -> Found:
    """What `load_here` would read of the data of a name."""
    if at_hand(name):
        return "whole"
    of, classes = excerpt_of(name)
    return "excerpt" if classes and excerpt_path(of).is_file() else "nothing"


def excerpt_of(name: str) -> tuple[str, tuple[str, ...]]:
    """(the set whose excerpt stands for a set's files, the classes of that): its own, or that of its clips' frames."""
    of = dataset(name).frames_of or name
    return of, dataset(of).excerpt


def load_here(name: str) -> Data:
    """The data of a name for a live run: its files, else the excerpt that comes with the program; nothing is fetched.

    Raises:
        DataError: neither can be read. The sentence is for a visitor: it names no file, the log does.
    """
    found = found_here(name)
    try:
        if found == "whole":
            brief = dataset(name).live
            return brief(None) if brief else load(name)
        if found == "excerpt":
            compose, pictures = dataset(name).compose, excerpt(*excerpt_of(name))
            return compose(pictures) if compose else pictures
    except DataError as error:
        log.warning("%s", error)
        raise DataError(f"the data of {name} on this machine are damaged; its log says which") from error
    raise DataError(f"the data of {name} are not on this machine")


def load(name: str, data_dir: Path | None = None, train: bool = True, resolution: int = 0) -> Data:
    """The data of a name in DATASETS or that begins as one of PREFIXES, at its own resolution (0) or another.

    Raises:
        DataError: no such set, or its files cannot be read.
    """
    return dataset(name).load(data_dir, train, resolution)


def held_out(name: str, data_dir: Path | None = None, resolution: int = 0) -> Data | None:
    """The part of a data set that no run learns from; None where it cannot be read, as a run needs none."""
    try:
        return load(name, data_dir, False, resolution)
    except DataError:
        return None
