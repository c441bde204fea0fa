"""Damaging: what a run of a task does to real pictures, and how it tells how well they are repaired.

What G is given of damaged pictures is [N, C, R, R], or for holes [N, C + 1, R, R] with the map of what is known.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from gan.data.sets import Data
from gan.explore.damage import box, half, shrunk, strokes
from gan.explore.translate import bicubic
from gan.metrics.distances import psnr
from gan.recipe.config import TrainConfig
from gan.recipe.tasks import DENOISE, ENLARGE, INPAINT
from gan.training.ticks import RepairReport

SHOWN, SHOWN_SEED = 24, 10**6  # pictures that a run is looked at by, and where their damage starts
HOLES = (box, half, strokes)
RANGE = 2.0  # images lie in [-1, 1]
FILLING = 200  # steps in which a hole's border spreads into it


def low_resolution(images: Tensor, config: TrainConfig, generator: torch.Generator) -> Tensor:
    """Pictures a `factor` smaller, by the mean of each block, and enlarged again by bicubic interpolation."""
    return bicubic(shrunk(images, config.factor), config.factor)


def with_noise(images: Tensor, config: TrainConfig, generator: torch.Generator) -> Tensor:
    """Pictures with normal noise, each of a strength of its own up to `strength`, clipped as a file clips it."""
    level = torch.rand(len(images), 1, 1, 1, generator=generator) * config.strength
    noise = torch.randn(images.shape, generator=generator)
    return (images + (RANGE * level * noise).to(images)).clamp(-1, 1)


def with_holes(images: Tensor, config: TrainConfig, generator: torch.Generator) -> Tensor:
    """Pictures with what is known of them, a third of them with each kind of hole."""
    parts = images.tensor_split(len(HOLES))  # `chunk` makes three parts of four pictures only two
    return torch.cat([hole(part, generator).seen().to(images) for hole, part in zip(HOLES, parts, strict=True)])


def smoothed(given: Tensor) -> Tensor:
    """Noisy pictures after a mean of 3 x 3."""
    return nn.functional.avg_pool2d(given, 3, 1, 1, count_include_pad=False)


def filled(given: Tensor) -> Tensor:
    """Pictures whose holes are filled with what their border spreads into them: about the harmonic solution."""
    pictures, known = given[:, :-1], given[:, -1:]
    x = pictures
    for _ in range(FILLING):
        x = torch.where(known > 0, pictures, smoothed(x))
    return x


# task -> (images, config, generator) -> what G is given; and what G is given -> what a classical filter makes of it.
TASK_DAMAGES: dict[str, Callable[[Tensor, TrainConfig, torch.Generator], Tensor]] = {
    ENLARGE: low_resolution, DENOISE: with_noise, INPAINT: with_holes,
}  # fmt: skip
FILTERS: dict[str, Callable[[Tensor], Tensor]] = {
    ENLARGE: lambda given: given, DENOISE: smoothed, INPAINT: filled,
}  # fmt: skip


class Damaging:
    """What a run of a task with `config` does to the pictures of its `data`, which it is looked at by as well."""

    def __init__(self, config: TrainConfig, data: Data) -> None:
        self.config = config
        generator = torch.Generator().manual_seed(SHOWN_SEED)
        self._true = data.sample(SHOWN, generator)
        self._given = self.damaged(self._true, generator)
        self._filter = psnr(FILTERS[config.task](self._given), self._true).mean().item()

    def damaged(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """What G is given of images [N, C, R, R]."""
        return TASK_DAMAGES[self.config.task](images, self.config, generator)

    def error(self, repaired: Tensor, true: Tensor) -> Tensor:
        """What is added to G's loss, a scalar: l1 |error| + l2 error^2, the means over all values.

        pix2pix, arXiv:1611.07004, equation 4, with a square beside it.
        """
        off = repaired - true
        return self.config.l1 * off.abs().mean() + self.config.l2 * off.square().mean()

    @torch.no_grad()
    def look(self, G: nn.Module) -> tuple[Tensor, Tensor, RepairReport]:
        """(damaged picture, repair and true one in turn, [3 SHOWN, C, R, R]; the repairs alone; how good they are).

        On the CPU.
        """
        repaired = G(self._given)
        rows = torch.stack([self._given[:, : repaired.shape[1]], repaired, self._true], 1).flatten(0, 1)
        report = RepairReport(psnr(repaired, self._true).mean().item(), self._filter)
        return rows.cpu(), repaired.cpu(), report
