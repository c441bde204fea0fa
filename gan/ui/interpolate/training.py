"""The pixels of a training film: the same latents drawn by each snapshot of a run."""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor

from gan.errors import ConfigError, ModelError
from gan.explore.render import in_range, render
from gan.explore.views import PSI
from gan.latents import MAX_SEED, z_from_seeds
from gan.models.model import Model
from gan.numbers import check_whole
from gan.training.history import snapshots, training_film
from gan.ui.interpolate.film_body import MAX_PIXEL_BYTES
from gan.ui.shell.limits import Reservation
from gan.ui.shell.requests import RequestError

log = logging.getLogger(__name__)

MAX_SEEDS = 16  # of one training film
MAX_FILM_BYTES = MAX_PIXEL_BYTES // 2  # of pixels: they are held twice while they are drawn


@dataclass(frozen=True)
class TrainingQuery:
    """What a training film shows.

    Attributes:
        seeds: one picture of each.
        psi: truncation.
        c: [N] the class of each seed; None: the model's first.
    """

    seeds: list[int]
    psi: float
    c: Tensor | None

    @classmethod
    def of(cls, values: Mapping[str, Any], model: Model) -> Self:
        """The query of a request's seeds, psi and classes.

        Raises:
            ConfigError: a value is not of its form or out of its range.
        """
        seeds = values.get("seeds")
        if not isinstance(seeds, list) or not 1 <= len(seeds) <= MAX_SEEDS:
            raise ConfigError(f"a training film shows 1 to {MAX_SEEDS} seeds")
        seeds = [check_whole("a seed", seed, 0, MAX_SEED) for seed in seeds]
        psi = in_range("psi", values.get("psi", 1.0), PSI[1], low=PSI[0])
        return cls(seeds, psi, classes(model, values.get("classes"), len(seeds)))


def classes(model: Model, given: object, count: int) -> Tensor | None:
    """The class of each of `count` seeds, [N]; None where a request names none.

    Raises:
        ConfigError: they are not as many, or the model does not know one.
    """
    if given is None:
        return None
    if not isinstance(given, list) or len(given) != count:
        raise ConfigError(f"the classes of a training film are as many as its seeds, {count}")
    last = max(len(model.classes) - 1, 0)
    return torch.tensor([check_whole("a class", c, 0, last) for c in given])


def drawing_bytes(model: Model) -> int:
    """Bytes of what a sample looks like: those of a word, of a few hundred numbers, are many more."""
    if not model.medium.alone:
        return math.prod(model.shape)
    drawn = model.medium.preview(render(model, z_from_seeds([0], model.G.z_dim)), model.traits)
    return max(drawn.numel(), math.prod(model.shape))


def training_pixels(
    model: Model, folder: Path | None, query: TrainingQuery, reservation: Reservation
) -> tuple[list[int], Tensor]:
    """(the samples seen by each frame's generator, uint8 [T, H, W, C], for which the reservation holds the bytes).

    Args:
        folder: of the snapshots, if there is one.

    Raises:
        RequestError: there are no snapshots, one is damaged, too much is asked for, or too little memory is left.
    """
    kept = len(snapshots(folder)) if folder else 0
    if folder is None or kept < 2:
        raise RequestError(404, f"the model {model.name} came without moments of its training")
    count = len(query.seeds)
    size = kept * count * drawing_bytes(model)
    if size > MAX_FILM_BYTES:
        raise RequestError(413, f"{kept} moments of {count} seeds are more than a film holds: take fewer seeds")
    try:
        with reservation:
            reservation.grow(2 * size)  # frames are counted one by one, and again as one film
            labels, pixels = training_film(model, folder, query.seeds, query.psi, query.c)
            reservation.resize(pixels.numel())
            return labels, pixels
    except ModelError as error:  # its sentence names a file of this machine
        log.warning("no training film: %s", error)
        raise RequestError(404, f"the moments of the model {model.name}'s training are damaged") from error
