"""The data sets: what each is, its licence, and how to read it.

Points are [N, 2] in their own units; pictures are kept as one uint8 tensor [N, R, R, C] in memory.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import torch
from torch import Tensor

from gan.data.drawings import DRAWN, draw_points
from gan.data.excerpt import CLOTHES, DIGITS, excerpt, excerpt_path
from gan.data.folders import load_folder
from gan.data.pictures import Pictures, Stacked
from gan.data.points import (
    ALL,
    Compared,
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
from gan.data.readers import data_folder, folder_set, load_digits, torchvision_set
from gan.errors import DataError
from gan.media import Medium
from gan.media.pictures import PICTURES
from gan.media.points import POINTS, SHAPE

log = logging.getLogger(__name__)
FOLDER = "folder:"
IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
# What a live run finds of a set on this machine: all of it, the excerpt that comes with the program, or nothing.
Found = Literal["whole", "excerpt", "nothing"]


class Data(Protocol):
    """What a run learns from.

    Attributes:
        medium: what its samples are to a person.
        shape: of a sample.
        unit: the length in the data's own units that networks see as 1.
        classes: the names of its classes; empty if it has none.
        size: samples that are stored; 0 where each is drawn afresh.
        centres, std: [K, ...] of its modes and the deviation of each, where it is a mixture; None where modes make no
            sense.
    """

    @property
    def medium(self) -> Medium: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def unit(self) -> float: ...
    @property
    def classes(self) -> tuple[str, ...]: ...
    @property
    def size(self) -> int: ...
    @property
    def centres(self) -> Tensor | None: ...
    @property
    def std(self) -> float: ...

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """[n, *shape] float32 as networks see them, drawn with replacement."""

    def labelled(self, n: int, generator: torch.Generator, part: slice = ALL) -> tuple[Tensor, Tensor | None]:
        """(the rows `part` of `sample`, the classes of these where there are any)."""

    def compared(self, other: Any, count: int, seed: int) -> Compared:
        """Real samples of this training part and of the `other`, the test part, that a model's are held against."""

    def to(self, device: torch.device) -> "Data":
        """The same in the memory of a device."""


@dataclass(frozen=True)
class Dataset:
    """An entry of DATASETS.

    Attributes:
        medium: what its samples are to a person.
        shape: of a sample at its own resolution.
        load: (data_dir, train, resolution) -> Data; resolution 0 means its own.
        folder: where its files lie within a data folder, if it needs any; files: those that all must be there.
        excerpt: the classes of the excerpt that comes with the program, where there is one.
        fetched: whether reading it downloads it where it is missing.
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
    fetched: bool = False
    research: bool = False


def points(label: str, make: Callable[[], Points], source: str = "made by this program") -> Dataset:
    """An entry for points: nothing to read, no licence to keep."""
    return Dataset(label, POINTS, SHAPE, source, "none needed", lambda data_dir, train, resolution: make())


def stacked(name: str) -> Callable[[Path | None, bool, int], Stacked]:
    """A reader for pictures whose channels are pictures of the grey set `name`."""

    def stack(data_dir: Path | None, train: bool, resolution: int) -> Stacked:
        grey = load(name, data_dir, train, resolution)
        assert isinstance(grey, Pictures)
        return Stacked(grey.pixels, of=name)

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
        "CC BY-SA 3.0", torchvision_set("MNIST"), "MNIST/raw", files=IDX, excerpt=DIGITS, fetched=True,
    ),
    "fashion-mnist": Dataset(
        "Fashion-MNIST clothes", PICTURES, (1, 28, 28), "Zalando SE, arXiv:1708.07747, read with torchvision",
        "MIT", torchvision_set("FashionMNIST"), "FashionMNIST/raw", files=IDX, excerpt=CLOTHES, fetched=True,
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
}  # fmt: skip


def dataset(name: str) -> Dataset:
    """The entry of a name in DATASETS, or one made for `folder:PATH` or `drawn:TEXT`.

    Raises:
        DataError: no such set.
    """
    if name.startswith(FOLDER) and len(name) > len(FOLDER):
        path = Path(os.path.expanduser(name.removeprefix(FOLDER)))
        return Dataset(
            f"Pictures of {path.name}", PICTURES, (3, 32, 32), "a folder of yours", "as your pictures are",
            lambda data_dir, train, resolution: load_folder(path, resolution or 32, train),
        )  # fmt: skip
    if name.startswith(DRAWN):
        drawn = draw_points(name)
        return points("Drawn by hand", lambda: around(drawn))
    if name not in DATASETS:
        known = f"{', '.join(DATASETS)}, folder:PATH and drawn:TEXT"
        raise DataError(f"there is no data set {name!r:.60}; known are {known}")
    return DATASETS[name]


def located(name: str) -> str:
    """The name of a data set; of `folder:PATH` with the whole path, so that it means the same from everywhere."""
    if not name.startswith(FOLDER) or name == FOLDER:
        return name
    return FOLDER + os.path.abspath(os.path.expanduser(name.removeprefix(FOLDER)))


def public_name(name: str) -> str:
    """What a data set is called where others read it: of `folder:PATH` with the folder's name alone."""
    if not name.startswith(FOLDER):
        return name
    return f"{FOLDER}{Path(located(name).removeprefix(FOLDER)).name or 'pictures'}"


def plain_name(name: str) -> str:
    """A data set's name without its details: of a drawing without the points, of `folder:PATH` the folder's own."""
    return DRAWN.removesuffix(":") if name.startswith(DRAWN) else public_name(name).removeprefix(FOLDER)


def at_hand(name: str, data_dir: Path | None = None) -> bool:
    """Whether the data of a name can be read here without a download."""
    info = dataset(name)
    folder = data_folder(data_dir) / info.folder
    # A download that failed leaves an empty folder behind.
    return not info.folder or (os.path.isdir(folder) and all(os.path.isfile(folder / file) for file in info.files))


def found_here(name: str) -> Found:
    """What `load_here` would read of the data of a name."""
    if at_hand(name):
        return "whole"
    return "excerpt" if dataset(name).excerpt and excerpt_path(name).is_file() else "nothing"


def load_here(name: str) -> Data:
    """The data of a name for a live run: its files, else the excerpt that comes with the program; nothing is fetched.

    Raises:
        DataError: neither can be read. The sentence is for a visitor: it names no file, the log does.
    """
    found = found_here(name)
    try:
        if found == "whole":
            return load(name)
        if found == "excerpt":
            return excerpt(name, dataset(name).excerpt)
    except DataError as error:
        log.warning("%s", error)
        raise DataError(f"the pictures of {name} on this machine are damaged; its log says which") from error
    raise DataError(f"the pictures of {name} are not on this machine")


def load(name: str, data_dir: Path | None = None, train: bool = True, resolution: int = 0) -> Data:
    """The data of a name in DATASETS, of `folder:PATH` or of `drawn:TEXT`, at its own resolution (0) or another.

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
