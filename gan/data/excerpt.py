"""Excerpts of data sets that come with the program: what a live run learns from where a set's own files are missing.

An excerpt is one lossless WebP in `gan/data/excerpts/`: a sheet of pictures, COLUMNS in a row, EACH of every class,
class by class. `python -m bench.excerpts` writes them; their licences lie beside them.
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan.data.stored import Stored
from gan.errors import DataError

EXCERPTS = Path(__file__).parent / "excerpts"
COLUMNS, EACH, SIDE = 50, 500, 28  # pictures in a row of the sheet, of each class; pixels of a picture
# The classes' names as torchvision has them, so that an excerpt and its set are of the same classes.
MNIST_CLASSES = (
    "0 - zero", "1 - one", "2 - two", "3 - three", "4 - four", "5 - five", "6 - six", "7 - seven", "8 - eight",
    "9 - nine",
)  # fmt: skip
FASHION_CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip


def excerpt_path(name: str) -> Path:
    """Where the excerpt of a set lies."""
    return EXCERPTS / f"{name}.webp"


def excerpt(name: str, classes: tuple[str, ...]) -> Stored:
    """The excerpt of a set: EACH pictures of every class, in the order of the classes.

    Raises:
        DataError: its file is missing or damaged.
    """
    rows = len(classes) * EACH // COLUMNS
    try:
        with Image.open(excerpt_path(name), formats=("WEBP",)) as file:
            sheet = np.asarray(file.convert("L"))
        pixels = cut(torch.from_numpy(sheet.copy()).view(rows * SIDE, COLUMNS * SIDE))
    except (OSError, ValueError, RuntimeError) as error:
        raise DataError(f"the excerpt of {name} that comes with this program is missing or damaged") from error
    return Stored(pixels, torch.arange(len(classes)).repeat_interleave(EACH), classes)


def cut(sheet: Tensor) -> Tensor:
    """uint8 [N, SIDE, SIDE, 1], row by row, of a sheet [rows * SIDE, COLUMNS * SIDE]."""
    return sheet.unflatten(0, (-1, SIDE)).unflatten(2, (COLUMNS, SIDE)).transpose(1, 2).flatten(0, 1)[..., None]


def joined(pixels: Tensor) -> Tensor:
    """The sheet uint8 [rows * SIDE, COLUMNS * SIDE] of pictures [N, SIDE, SIDE, 1]; N a multiple of COLUMNS."""
    return pixels[..., 0].unflatten(0, (-1, COLUMNS)).transpose(1, 2).flatten(2).flatten(0, 1)
