"""The data sets: what each is, its licence, and how to read it.

Points are [N, 2] in their own units; pictures are kept as one uint8 tensor [N, R, R, C] in memory.
"""

import base64
import dataclasses
import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import torch
from torch import Tensor

from gan.errors import DataError
from gan.media.images import read_picture, to_images
from gan.plane import ALL, around, curve, line, mixture, moons, on_circle, smile, spiral, square_grid
from gan.plane import Points as Points

log = logging.getLogger(__name__)

# What torchvision raises where files are missing, cut short or of another kind.
UNREADABLE = (RuntimeError, OSError, ValueError, TypeError, KeyError, AssertionError)
FITTED = 500  # pictures resized at once: in float32 they take four times the memory
PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"}
HELD_OUT_FROM = 100
FOLDER, DRAWN = "folder:", "drawn:"
MAX_DRAWN = 2_000


@dataclass(frozen=True)
class Pictures:
    """A set of pictures, held as `pixels` uint8 [N, R, R, C], with `labels` int64 [N] where it has classes."""

    pixels: Tensor
    labels: Tensor | None = None
    classes: tuple[str, ...] = ()
    unit: float = 1.0
    kind: ClassVar[str] = "pictures"

    @property
    def shape(self) -> tuple[int, ...]:
        _, resolution, _, channels = self.pixels.shape
        return (channels, resolution, resolution)

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """[n, C, R, R] float32 in [-1, 1], drawn with replacement, on the device of `pixels`."""
        return self.labelled(n, generator)[0]

    def labelled(self, n: int, generator: torch.Generator, part: slice = ALL) -> tuple[Tensor, Tensor | None]:
        """(the rows `part` of `sample`, the labels of these pictures where there are any)."""
        rows = torch.randint(len(self.pixels), (n,), generator=generator)[part].to(self.pixels.device)
        return to_images(self.pixels[rows]), None if self.labels is None else self.labels[rows]

    def few(self, count: int, generator: torch.Generator) -> Tensor:
        """uint8 [n, R, R, C] pictures of the set in its order, n at most `count`, none twice."""
        return self.pixels[torch.randperm(len(self.pixels), generator=generator)[:count].sort().values]

    def to(self, device: torch.device) -> "Pictures":
        """The same set in the memory of a device, pixels and labels as one tensor each."""
        labels = None if self.labels is None else self.labels.to(device)
        return dataclasses.replace(self, pixels=self.pixels.to(device), labels=labels)


@dataclass(frozen=True)
class Stacked(Pictures):
    """Pictures of which every channel is a grey one of `pixels` [N, R, R, 1], drawn independently.

    There are N^channels of them: each is composed when it is drawn, and none is kept. They have no labels: a class
    is a combination of the channels' classes.

    Attributes:
        of: the name of the set that the grey pictures are.
    """

    of: str = ""
    channels: int = 3

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.channels, *self.pixels.shape[1:3])

    def labelled(self, n: int, generator: torch.Generator, part: slice = ALL) -> tuple[Tensor, None]:
        """(the rows `part` of `sample`, no labels)."""
        return to_images(self._composed(n, generator, part)), None

    def few(self, count: int, generator: torch.Generator) -> Tensor:
        """uint8 [n, R, R, channels], n at most `count` and the grey pictures' number; drawn with replacement."""
        return self._composed(min(count, len(self.pixels)), generator)

    def _composed(self, n: int, generator: torch.Generator, part: slice = ALL) -> Tensor:
        rows = torch.randint(len(self.pixels), (n, self.channels), generator=generator)[part].to(self.pixels.device)
        return self.pixels[rows].squeeze(-1).permute(0, 2, 3, 1)  # [n, C, R, R, 1] -> [n, R, R, C]


Data = Points | Pictures


@dataclass(frozen=True)
class Dataset:
    """An entry of DATASETS.

    Attributes:
        kind: "points" or "pictures".
        shape: as `Points.shape` or `Pictures.shape` at its own resolution.
        load: (data_dir, train, resolution) -> Data; resolution 0 means its own.
        folder: where its files lie within a data folder, if it needs any.
    """

    label: str
    kind: str
    shape: tuple[int, ...]
    source: str
    licence: str
    load: Callable[[Path | None, bool, int], Data]
    folder: str = ""


def drawn_name(drawn: Tensor) -> str:
    """The name `drawn:TEXT` of 1 to MAX_DRAWN points [N, 2] within [-1, 1], each value rounded to 1/255 of the width.

    TEXT is the bytes x, y, x, y, ... (0 is -1, 255 is 1, y upwards) in base64 for addresses, without padding.

    Raises:
        DataError: no points or too many of them.
    """
    check_drawn(len(drawn))
    values = ((drawn.clamp(-1, 1) + 1) * 127.5).round().byte()
    return DRAWN + base64.urlsafe_b64encode(bytes(values.flatten().tolist())).decode().rstrip("=")


def draw_points(name: str) -> Tensor:
    """[N, 2] within [-1, 1], the points of a name that `drawn_name` made; of "drawn", those of the example.

    Raises:
        DataError: the text is damaged, empty or too long.
    """
    if name == DRAWN.rstrip(":"):
        return smile()
    text = name.removeprefix(DRAWN)
    # A length of 4 n + 1 is no base64; other letters would be skipped in silence.
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text) or len(text) % 4 == 1:
        raise DataError(f"the drawing {text!r:.60} is damaged: it is not base64")
    values = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(values) % 2:
        raise DataError(f"the drawing {text!r:.60} is damaged: its last point has no y")
    check_drawn(len(values) // 2)
    return torch.tensor(list(values)).view(-1, 2) / 127.5 - 1


def check_drawn(count: int) -> None:
    """Raise a DataError unless a drawing has 1 to MAX_DRAWN points."""
    if not 1 <= count <= MAX_DRAWN:
        raise DataError(f"a drawing has 1 to {MAX_DRAWN:,} points, not {count:,}")


def points(label: str, make: Callable[[], Points], source: str = "made by this program") -> Dataset:
    """An entry for points: nothing to read, no licence to keep."""
    return Dataset(label, "points", (2,), source, "none needed", lambda data_dir, train, resolution: make())


def fit(pixels: Tensor, resolution: int) -> Tensor:
    """uint8 [N, R, R, C] at another resolution; a black border where that is all it takes, else resampled."""
    size = pixels.shape[1]
    if resolution in (0, size):
        return pixels
    if 0 < resolution - size <= 4:
        before, after = (resolution - size) // 2, -(-(resolution - size) // 2)
        return torch.nn.functional.pad(pixels, (0, 0, before, after, before, after))
    parts = [
        torch.nn.functional.interpolate(
            part.permute(0, 3, 1, 2).float(), size=(resolution, resolution), mode="bilinear", antialias=True
        ).round().byte().permute(0, 2, 3, 1)
        for part in pixels.split(FITTED)
    ]  # fmt: skip
    return torch.cat(parts)


def load_digits(data_dir: Path | None, train: bool, resolution: int) -> Pictures:
    """scikit-learn's digits; every fifth picture is the test part."""
    from sklearn import datasets  # slow to import, needed by this set alone

    digits = datasets.load_digits()
    pixels = (torch.from_numpy(digits.images) * 255 / 16).round().byte()[..., None]
    part = (torch.arange(len(pixels)) % 5 != 0) == train
    return Pictures(fit(pixels[part], resolution), torch.from_numpy(digits.target)[part], tuple("0123456789"))


def data_dirs(data_dir: Path | None) -> list[Path]:
    """Where sets are looked for: the folder given, else GAN_DATA_DIR, else `data` here and beside the project."""
    if data_dir:
        return [data_dir]
    if named := os.environ.get("GAN_DATA_DIR"):
        return [Path(named)]
    root = Path(__file__).resolve().parent.parent
    return [root / "data", root.parent / "shared" / "data"]


def torchvision_set(name: str) -> Callable[[Path | None, bool, int], Pictures]:
    """A reader for a set of torchvision's, grey or in colour, downloaded into `data` on first use."""

    def load(data_dir: Path | None, train: bool, resolution: int) -> Pictures:
        from torchvision import datasets  # slow to import, needed by these sets alone

        reader = getattr(datasets, name)
        folders = data_dirs(data_dir)
        if data_dir and not data_dir.is_dir():
            raise DataError(f"the data folder {data_dir} does not exist")
        for folder in folders:
            try:
                found = reader(folder, train=train, download=False)
                break
            except UNREADABLE:
                continue
        else:
            try:
                found = reader(folders[0], train=train, download=True)
            except UNREADABLE as error:
                raise DataError(
                    f"{name} is not in {folders[0]} and cannot be downloaded ({error}); "
                    "put its files there or name their folder with --data-dir"
                ) from error
        pixels = torch.as_tensor(found.data)  # [N, R, R] or [N, R, R, 3]; of some sets an array, with labels in a list
        pixels = pixels[..., None] if pixels.dim() == 3 else pixels
        return Pictures(fit(pixels, resolution), torch.as_tensor(found.targets), tuple(found.classes))

    return load


def stacked(name: str) -> Callable[[Path | None, bool, int], Stacked]:
    """A reader for pictures whose channels are pictures of the grey set `name`."""

    def stack(data_dir: Path | None, train: bool, resolution: int) -> Stacked:
        grey = load(name, data_dir, train, resolution)
        assert isinstance(grey, Pictures)
        return Stacked(grey.pixels, of=name)

    return stack


def load_folder(path: Path, resolution: int, train: bool = True) -> Pictures:
    """The pictures in a folder; one level of sub-folders makes the classes. Hidden files are skipped.

    Bad files are named and skipped. Of HELD_OUT_FROM files or more every tenth is the test part; of fewer, both parts
    are all of them.

    Raises:
        DataError: the folder is missing or holds no picture that can be read.
    """
    if not os.path.isdir(path):
        raise DataError(f"the folder {path} does not exist")
    found = sorted((*path.glob("[!.]*"), *path.glob("[!.]*/[!.]*")))
    files = [file for file in found if file.suffix.lower() in PICTURE_SUFFIXES and file.is_file()]
    class_of = {file: file.parent.name if file.parent != path else "" for file in files}
    classes = tuple(sorted(set(class_of.values())))
    if len(files) >= HELD_OUT_FROM:
        files = [file for number, file in enumerate(files) if (number % 10 != 9) == train]
    pixels: list[Tensor] = []
    labels: list[int] = []
    for file in files:
        try:
            pixels.append(read_picture(file, resolution))
            labels.append(classes.index(class_of[file]))
        except DataError as error:
            log.warning("skipped: %s", error)
    if not pixels:
        raise DataError(f"the folder {path} holds no picture that can be read")
    stack = torch.stack(pixels)
    if (stack == stack[..., :1]).all():
        stack = stack[..., :1].contiguous()
    return Pictures(stack, torch.tensor(labels), classes)


def coloured_as(pictures: Pictures, other: Pictures) -> Pictures:
    """The pictures with as many channels as the others have: each part of a folder is grey if all its own are."""
    channels, wanted = pictures.pixels.shape[-1], other.pixels.shape[-1]
    if channels == wanted:
        return pictures
    grey = pictures.pixels.float().mean(3, keepdim=True).round().byte()
    return dataclasses.replace(pictures, pixels=grey.expand(-1, -1, -1, wanted).contiguous())


def character(name: str) -> str:
    """The character of a code point such as 4E00; any other name as it is."""
    return chr(int(name, 16)) if re.fullmatch("[0-9A-F]{4,5}", name) else name


def folder_set(name: str, own: int) -> Callable[[Path | None, bool, int], Pictures]:
    """A reader for the pictures in the folder `name` of a data folder, of `own` pixels unless told otherwise."""

    def read(data_dir: Path | None, train: bool, resolution: int) -> Pictures:
        folders = [folder / name for folder in data_dirs(data_dir)]
        for folder in folders:
            if folder.is_dir():
                found = load_folder(folder, resolution or own, train)
                return dataclasses.replace(found, classes=tuple(map(character, found.classes)))
        raise DataError(f"the pictures of {name} are not in {folders[0]}; put them there or name another --data-dir")

    return read


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
        "Small digits", "pictures", (1, 8, 8), "scikit-learn's load_digits (UCI, E. Alpaydin and C. Kaynak)",
        "CC BY 4.0", load_digits,
    ),
    "mnist": Dataset(
        "MNIST digits", "pictures", (1, 28, 28), "LeCun, Cortes and Burges, read with torchvision",
        "CC BY-SA 3.0", torchvision_set("MNIST"), "MNIST/raw",
    ),
    "fashion-mnist": Dataset(
        "Fashion-MNIST clothes", "pictures", (1, 28, 28), "Zalando SE, arXiv:1708.07747, read with torchvision",
        "MIT", torchvision_set("FashionMNIST"), "FashionMNIST/raw",
    ),
    "stacked-mnist": Dataset(
        "Three MNIST digits as the channels of one picture", "pictures", (3, 28, 28),
        "LeCun, Cortes and Burges, read with torchvision; stacked as in arXiv:1712.04086, section 4.2",
        "CC BY-SA 3.0", stacked("mnist"), "MNIST/raw",
    ),
    "cifar10": Dataset(
        "CIFAR-10 photographs, 32 px", "pictures", (3, 32, 32), "A. Krizhevsky 2009, read with torchvision",
        "none stated by its makers", torchvision_set("CIFAR10"), "cifar-10-batches-py",
    ),
    "kanji": Dataset(
        "Ten brush-written characters", "pictures", (1, 64, 64),
        "Kuzushiji-Kanji: KMNIST Dataset (created by CODH), adapted from Kuzushiji Dataset (created by NIJL and "
        "others), doi:10.20676/00000341", "CC BY-SA 4.0", folder_set("kanji", 64), "kanji",
    ),
    "faces": Dataset(
        "Labeled Faces in the Wild", "pictures", (3, 64, 64),
        "University of Massachusetts, deep-funneled, centre crop",
        "the rights in the photographs are not settled: for research and teaching only", folder_set("faces", 64),
        "faces",
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
            f"Pictures of {path.name}", "pictures", (3, 32, 32), "a folder of yours", "as your pictures are",
            lambda data_dir, train, resolution: load_folder(path, resolution or 32, train),
        )  # fmt: skip
    if name.startswith(DRAWN):
        drawn = draw_points(name)
        return points("Drawn by hand", lambda: around(drawn))
    if name not in DATASETS:
        known = f"{', '.join(DATASETS)}, folder:PATH and drawn:TEXT"
        raise DataError(f"there is no data set {name!r:.60}; known are {known}")
    return DATASETS[name]


def at_hand(name: str, data_dir: Path | None = None) -> bool:
    """Whether the data of a name can be read here without a download."""
    needed = dataset(name).folder
    return not needed or any((folder / needed).is_dir() for folder in data_dirs(data_dir))


def load(name: str, data_dir: Path | None = None, train: bool = True, resolution: int = 0) -> Data:
    """The data of a name in DATASETS, of `folder:PATH` or of `drawn:TEXT`, at its own resolution (0) or another.

    Raises:
        DataError: no such set, or its files cannot be read.
    """
    return dataset(name).load(data_dir, train, resolution)
