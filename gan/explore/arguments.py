"""The arguments of calls from Python, checked: seeds and classes of any usual kind, images, damages."""

import dataclasses
import operator
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.explore.damage import Damaged, too_small, with_hole
from gan.explore.render import class_number, classes_of
from gan.latents import MAX_SEED
from gan.models.model import Model
from gan.numbers import check_whole

Seeds = int | Iterable[int]
Classes = int | str | Iterable[int | str] | None


def damaged_picture(images: Tensor, mask: Tensor | None, denoise: bool, enlarge: int) -> Damaged:
    """What is left of images [1, C, r, r] of one damage."""
    if mask is not None:
        return with_hole(images, 1 - mask.float()[None, None])
    return dataclasses.replace(too_small(images, enlarge), certain=not denoise)


def check_inverted(model: Model) -> None:
    """Raise a ConfigError unless what a model makes can become latents."""
    if not model.medium.inverted:
        raise ConfigError(f"{model.name} makes {model.medium.noun}, and only pictures and sounds become latents")


def check_images(model: Model, images: Tensor, times: int = 1) -> None:
    """Raise a ConfigError unless images are those of a model of pictures or sounds, so many times smaller."""
    check_inverted(model)
    if times not in (1, 2, 4) or model.shape[1] % times:
        raise ConfigError(f"enlarge is 2 or 4, and {model.shape[1]} pixels can be divided by it, not {times!r:.40}")
    side = model.shape[1] // times
    if tuple(images.shape[1:]) != (model.shape[0], side, side):
        raise ConfigError(f"{model.name} takes images [{model.shape[0]}, {side}, {side}], not {[*images.shape[1:]]}")
    if not len(images):
        raise ConfigError("there is no image")
    if not images.is_floating_point() or not images.isfinite().all() or images.abs().max() > 1:
        raise ConfigError("images are float numbers from -1 to 1")


def seed_numbers(seeds: Seeds | None) -> list[int]:
    """Seeds as a list; ConfigError unless there is at least one, each a whole number from 0 to MAX_SEED."""
    given = [] if seeds is None else seeds if isinstance(seeds, Iterable) else [seeds]
    numbers = [whole(seed, "a seed", MAX_SEED) for seed in given]
    if not numbers:
        raise ConfigError("at least one seed is needed")
    return numbers


def class_numbers(model: Model, seeds: list[int], c: Classes) -> Tensor | None:
    """[N] the class of each seed; None where the model knows none and none is asked for."""
    if c is None:
        return classes_of(model, seeds)
    if not model.classes:
        raise ConfigError(f"{model.name} knows no classes, so c has no meaning for it")
    asked = list(c) if isinstance(c, Iterable) and not isinstance(c, str) else [c]
    if len(asked) not in (1, len(seeds)):
        raise ConfigError(f"c is one class, or one for each of the {len(seeds)} seeds, not {len(asked)}")
    last = len(model.classes) - 1
    numbers = [class_number(model, k) if isinstance(k, str) else whole(k, "a class", last) for k in asked]
    return torch.tensor(numbers).expand(len(seeds))


def whole(value: Any, what: str, most: int = 10**10, least: int = 0) -> int:
    """The value as an int from `least` to `most`; it may be one of numpy's or torch's, as is usual in a notebook."""
    with suppress(TypeError):
        value = operator.index(value)
    return check_whole(what, value, least, most)
