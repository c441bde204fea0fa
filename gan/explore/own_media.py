"""What inversion has to know of a medium: how its files are read, and what is said and kept of what a model makes.

A further medium whose samples become latents is one more entry of OWN_MEDIA.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan.data.given_sounds import read_sound
from gan.errors import ConfigError
from gan.media.given_pictures import read_picture
from gan.media.images import to_images, to_pixels, to_png
from gan.metrics.distances import psnr
from gan.models.model import Model

Row = dict[str, Any]  # what figures.json says of one file


@dataclass(frozen=True)
class Given:
    """A file as it was read.

    Attributes:
        image: float32 [C, R, R] in [-1, 1].
        remarks: what was done to it that may surprise, each a few words.
    """

    image: Tensor
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class OwnMedium:
    """An entry of OWN_MEDIA.

    Attributes:
        one: what a file of it is called.
        suffix: of the files that are written.
        read: (model, file, black for white) -> what is in the file.
        compared: (model, given [N, C, R, R], made [N, C, R, R]) -> N rows, each with its decibels as "db".
        told: a row in words.
        written: (model, one made [C, R, R]) -> the file of it.
    """

    one: str
    suffix: str
    read: Callable[[Model, Path, bool], Given]
    compared: Callable[[Model, Tensor, Tensor], Sequence[Row]]
    told: Callable[[Row], str]
    written: Callable[[Model, Tensor], bytes]


def picture(model: Model, file: Path, negative: bool) -> Given:
    """A picture file at the model's size and in its colours."""
    given = read_picture(file, model.shape[1], model.shape[0], negative)
    return Given(to_images(given.pixels[None])[0], given.remarks)


def pictures_compared(model: Model, given: Tensor, made: Tensor) -> Sequence[Row]:
    """The peak signal-to-noise ratio of each: the higher, the nearer."""
    return [{"db": round(float(db), 2)} for db in psnr(made, given)]


def sound(model: Model, file: Path, negative: bool) -> Given:
    """A sound file as the model makes sounds."""
    if negative:
        raise ConfigError(f"--negative makes black of white, and {model.name} makes sounds")
    given = read_sound(file, model.traits)
    return Given(given.sample, given.remarks)


def sounds_compared(model: Model, given: Tensor, made: Tensor) -> Sequence[Row]:
    """How far each is in dB over its spectrogram, the lower the nearer, and what is heard in both."""
    medium, traits = model.medium, model.traits
    apart = [float(medium.among(one[None], other[None], traits)[1]) for one, other in zip(made, given, strict=True)]
    said = zip(apart, medium.says(given, traits), medium.says(made, traits), strict=True)
    return [{"db": round(db, 2), "given": own, "made": answer} for db, own, answer in said]


def sound_file(model: Model, made: Tensor) -> bytes:
    """It as WAV."""
    return model.medium.file(".wav", made[None], model.traits, {"model": model.name})


OWN_MEDIA: dict[str, OwnMedium] = {
    "pictures": OwnMedium(
        "picture", ".png", picture, pictures_compared, lambda row: f"{row['db']:.1f} dB",
        lambda model, made: to_png(to_pixels(made[None])[0], {"model": model.name}),
    ),
    "sounds": OwnMedium(
        "sound", ".wav", sound, sounds_compared,
        lambda row: f"{row['db']:.1f} dB apart; given: {row['given']}; made: {row['made']}", sound_file,
    ),
}  # fmt: skip


def images_of_files(given: Sequence[Given]) -> Tensor:
    """[N, C, R, R] of files that were read."""
    return torch.stack([one.image for one in given])
