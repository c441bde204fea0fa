"""What reads the data sets' files: packages, torchvision's sets, folders of pictures."""

import dataclasses
import os
import re
from collections.abc import Callable
from pathlib import Path

import torch

from gan.data.folders import load_folder
from gan.data.pictures import Pictures, fit
from gan.errors import DataError

# What torchvision raises where files are missing, cut short or of another kind.
UNREADABLE = (RuntimeError, OSError, ValueError, TypeError, KeyError, AssertionError)


def load_digits(data_dir: Path | None, train: bool, resolution: int) -> Pictures:
    """scikit-learn's digits; every fifth picture is the test part."""
    from sklearn import datasets  # slow to import, needed by this set alone

    digits = datasets.load_digits()
    pixels = (torch.from_numpy(digits.images) * 255 / 16).round().byte()[..., None]
    part = (torch.arange(len(pixels)) % 5 != 0) == train
    return Pictures(fit(pixels[part], resolution), torch.from_numpy(digits.target)[part], tuple("0123456789"))


def data_folder(data_dir: Path | None = None) -> Path:
    """Where sets lie or are downloaded to: the folder given, else GAN_DATA_DIR, else `data` in the current folder."""
    return data_dir or Path(os.environ.get("GAN_DATA_DIR") or "data")


def torchvision_set(name: str) -> Callable[[Path | None, bool, int], Pictures]:
    """A reader for a set of torchvision's, grey or in colour, downloaded on first use."""

    def load(data_dir: Path | None, train: bool, resolution: int) -> Pictures:
        from torchvision import datasets  # slow to import, needed by these sets alone

        reader = getattr(datasets, name)
        folder = data_folder(data_dir)
        if data_dir and not os.path.isdir(data_dir):  # unlike Path.is_dir it takes a name that is too long for a no
            raise DataError(f"the data folder {data_dir} does not exist")
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
        return Pictures(fit(pixels, resolution), torch.as_tensor(stored.targets), tuple(stored.classes))

    return load


def character(name: str) -> str:
    """The character of a code point such as 4E00; any other name as it is."""
    return chr(int(name, 16)) if re.fullmatch("[0-9A-F]{4,5}", name) else name


def folder_set(name: str, own: int) -> Callable[[Path | None, bool, int], Pictures]:
    """A reader for the pictures in the folder `name` of a data folder, of `own` pixels unless told otherwise."""

    def read(data_dir: Path | None, train: bool, resolution: int) -> Pictures:
        folder = data_folder(data_dir) / name
        if not os.path.isdir(folder):
            raise DataError(f"the pictures of {name} are not at {folder}; put them there or name another --data-dir")
        pictures = load_folder(folder, resolution or own, train)
        return dataclasses.replace(pictures, classes=tuple(map(character, pictures.classes)))

    return read
