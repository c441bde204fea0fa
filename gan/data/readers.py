"""What reads the data sets' files: our own, those in MNIST's layout, torchvision's sets, folders of pictures."""

import dataclasses
import math
import os
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan.data.excerpt import EXCERPTS
from gan.data.folders import load_folder
from gan.data.pictures import fit
from gan.data.stored import Stored
from gan.errors import DataError

# What torchvision raises where files are missing, cut short or of another kind.
UNREADABLE = (RuntimeError, OSError, ValueError, TypeError, KeyError, AssertionError)


def load_digits(data_dir: Path | None, train: bool, resolution: int) -> Stored:
    """The digits that come with the program; every fifth picture is the test part.

    Raises:
        DataError: their file is missing or damaged.
    """
    try:
        with np.load(EXCERPTS / "digits.npz", allow_pickle=False) as file:
            values, labels = torch.from_numpy(file["images"]), torch.from_numpy(file["labels"]).long()
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError("the digits that come with this program are missing or damaged") from error
    pixels = (values.double() * 255 / 16).round().byte()[..., None]  # values are 0 to 16
    part = (torch.arange(len(pixels)) % 5 != 0) == train
    return Stored(fit(pixels[part], resolution), labels[part], tuple("0123456789"))


def data_folder(data_dir: Path | None = None) -> Path:
    """Where sets lie or are downloaded to: the folder given, else GAN_DATA_DIR, else `data` in the current folder."""
    return data_dir or Path(os.environ.get("GAN_DATA_DIR") or "data")


def idx_set(
    name: str, classes: tuple[str, ...], read: Callable[[str, int], Tensor] | None = None
) -> Callable[[Path | None, bool, int], Stored]:
    """A reader for a set in MNIST's layout, downloaded on first use, into the folder that torchvision gives it.

    Args:
        read: reads a file, as `read_idx` does.
    """
    fetch, read = torchvision_set(name), read or read_idx

    def load(data_dir: Path | None, train: bool, resolution: int) -> Stored:
        place = data_folder(data_dir) / name / "raw" / ("train" if train else "t10k")
        try:
            pixels, labels = read(f"{place}-images-idx3-ubyte", 3), read(f"{place}-labels-idx1-ubyte", 1)
        except (OSError, ValueError, struct.error):
            return fetch(data_dir, train, resolution)
        return Stored(fit(pixels[..., None], resolution), labels.long(), classes)

    return load


def read_idx(path: str, dimensions: int) -> Tensor:
    """Bytes in MNIST's layout, with so many dimensions: a kind, the sizes, all in 32 bits, then a byte each.

    Raises:
        OSError: there is no such file.
        ValueError, struct.error: it is of another kind, or cut short.
    """
    return of_idx(torch.frombuffer(bytearray(Path(path).read_bytes()), dtype=torch.uint8), path, dimensions)


def map_idx(path: str, dimensions: int) -> Tensor:
    """As `read_idx`, but the bytes stay in the file, and all processes that map it share what of it is in memory.

    A process that reads them after somebody has cut the file short is killed by the system.
    """
    # Of the modes the one in which torch may write, and nothing that is written gets into the file.
    return of_idx(torch.from_numpy(np.memmap(path, np.uint8, "c")), path, dimensions)


def of_idx(content: Tensor, path: str, dimensions: int) -> Tensor:
    """The bytes [sizes] of a file in MNIST's layout, a view of its whole content.

    Raises:
        ValueError, struct.error: it is of another kind, or cut short.
    """
    begin = 4 * (1 + dimensions)
    kind, *sizes = struct.unpack(f">{1 + dimensions}I", bytes(content[:begin].tolist()))
    if kind != 0x800 + dimensions or not math.prod(sizes) or len(content) != begin + math.prod(sizes):
        raise ValueError(f"{path} is not of {dimensions} dimensions")
    return content[begin:].view(sizes)


def shared_idx_set(name: str, classes: tuple[str, ...]) -> Callable[[Path | None], Stored]:
    """A reader for live runs, of which there may be many: the training part of a set in MNIST's layout, mapped."""
    load = idx_set(name, classes, map_idx)
    return lambda data_dir: load(data_dir, True, 0)


def torchvision_set(name: str) -> Callable[[Path | None, bool, int], Stored]:
    """A reader for a set of torchvision's, grey or in colour, downloaded on first use."""

    def load(data_dir: Path | None, train: bool, resolution: int) -> Stored:
        folder = data_folder(data_dir)
        if data_dir and not os.path.isdir(data_dir):  # unlike Path.is_dir it takes a name that is too long for a no
            raise DataError(f"the data folder {data_dir} does not exist")
        try:
            from torchvision import datasets  # slow to import, needed by these sets alone
        except ImportError as error:
            raise DataError(
                f"{name} is not whole in the folder {folder}, and what fetches it is not installed: pip install "
                "torchvision, or put its files there"
            ) from error
        reader = getattr(datasets, name)
        try:
            stored = reader(folder, train=train, download=False)
        except UNREADABLE:
            try:
                stored = reader(folder, train=train, download=True)
            except UNREADABLE as error:
                raise DataError(
                    f"{name} is not whole in the folder {folder} and cannot be downloaded now; "
                    "put its files there or name their folder with --data-dir"
                ) from error
        pixels = torch.as_tensor(stored.data)  # [N, R, R] or [N, R, R, 3]; of some sets an array, with labels in a list
        pixels = pixels[..., None] if pixels.dim() == 3 else pixels
        return Stored(fit(pixels, resolution), torch.as_tensor(stored.targets), tuple(stored.classes))

    return load


def character(name: str) -> str:
    """The character of a code point such as 4E00; any other name as it is."""
    return chr(int(name, 16)) if re.fullmatch("[0-9A-F]{4,5}", name) else name


def folder_set(name: str, own: int) -> Callable[[Path | None, bool, int], Stored]:
    """A reader for the pictures in the folder `name` of a data folder, of `own` pixels unless told otherwise."""

    def read(data_dir: Path | None, train: bool, resolution: int) -> Stored:
        folder = data_folder(data_dir) / name
        if not os.path.isdir(folder):
            raise DataError(f"the pictures of {name} are not at {folder}; put them there or name another --data-dir")
        pictures = load_folder(folder, resolution or own, train)
        return dataclasses.replace(pictures, classes=tuple(map(character, pictures.classes)))

    return read
