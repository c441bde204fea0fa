"""Points in the plane: what the sets of points are drawn from; [n, 2], about one unit wide."""

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor

from gan.media import Medium
from gan.media.medium import Traits
from gan.media.points import POINTS, SHAPE

DRAWN_STD = 0.02
ALL = slice(None)
Draw = Callable[[int, torch.Generator], Tensor]


class Compared(NamedTuple):
    """Real samples [N, *shape] that a model's are held against: of the training and of the test part.

    `c` [N] are the classes of the test part's, where there are any.
    """

    train: Tensor
    test: Tensor
    c: Tensor | None = None


@dataclass(frozen=True)
class Points:
    """A distribution in the plane, sampled afresh for every batch.

    Attributes:
        draw: (n, generator) -> [n, 2].
        unit: the length that networks see as 1; about a quarter of the set's radius.
        centres: [K, 2] of its modes, where it is a mixture; None where modes make no sense.
        std: of each mode.
    """

    draw: Draw
    unit: float = 0.25
    centres: Tensor | None = None
    std: float = 0.0
    medium: ClassVar[Medium] = POINTS
    size: ClassVar[int] = 0  # none is stored

    @property
    def shape(self) -> tuple[int, ...]:
        return SHAPE

    @property
    def traits(self) -> Traits:
        """Their unit."""
        return {"unit": self.unit}

    @property
    def classes(self) -> tuple[str, ...]:
        """None: points have no labels."""
        return ()

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """[n, 2] float32."""
        return self.draw(n, generator)

    def labelled(self, n: int, generator: torch.Generator, part: slice = ALL) -> tuple[Tensor, None]:
        """(the rows `part` of `sample`, no labels)."""
        samples = self.sample(n, generator)
        return samples if part is ALL else samples[part], None

    def compared(self, other: "Points", count: int, seed: int) -> "Compared":
        """`count` samples twice, both drawn here: of a distribution, not of a training part."""
        generator = torch.Generator().manual_seed(seed)
        test = self.sample(count, generator)
        return Compared(self.sample(count, generator), test)

    def to(self, device: torch.device) -> "Points":
        """Itself: points are drawn on the CPU."""
        return self


def mixture(centres: Tensor, std: float, unit: float = 0.25) -> Points:
    """Equal Gaussians of deviation `std` around centres [K, 2]."""
    deviation = torch.tensor(std)

    def draw(n: int, generator: torch.Generator) -> Tensor:
        which = torch.randint(len(centres), (n,), generator=generator)
        # A number is made a tensor in every call, and `centres[which]` takes three times as long.
        return centres.index_select(0, which).add_(torch.randn(n, 2, generator=generator).mul_(deviation))

    return Points(draw, unit, centres, std)


def curve(shape: Callable[[Tensor], Tensor], std: float) -> Points:
    """Points along a curve, t uniform in [0, 1) [n] -> [n, 2], with noise of deviation `std`."""

    def draw(n: int, generator: torch.Generator) -> Tensor:
        t = torch.rand(n, generator=generator)
        return shape(t) + std * torch.randn(n, 2, generator=generator)

    return Points(draw)


def on_circle(t: Tensor, radius: float | Tensor = 1.0) -> Tensor:
    """[n, 2] on a circle, t in turns."""
    return torch.stack([radius * torch.cos(2 * math.pi * t), radius * torch.sin(2 * math.pi * t)], 1)


def square_grid() -> Tensor:
    """[25, 2]: -4..4 in steps of 2."""
    axis = torch.arange(-4.0, 5.0, 2.0)
    return torch.cartesian_prod(axis, axis)


def line(t: Tensor) -> Tensor:
    """[n, 2] on a diagonal."""
    return torch.stack([2 * t - 1, t - 0.5], 1)


def spiral(t: Tensor) -> Tensor:
    """[n, 2] on two turns; the square root spreads points evenly along the arm."""
    return on_circle(2 * t.sqrt(), t.sqrt())


def moons(t: Tensor) -> Tensor:
    """[n, 2] on two half circles that face each other."""
    upper = t < 0.5
    arc = on_circle(t, 0.66)
    return arc + torch.where(upper[:, None], torch.tensor([-0.33, -0.15]), torch.tensor([0.33, 0.15]))


def smile() -> Tensor:
    """[N, 2] a smiling face: the drawing that `drawn` alone stands for."""
    face = on_circle(torch.arange(100) / 100, 0.85)
    mouth = on_circle(0.58 + 0.34 * torch.arange(50) / 49, 0.5)
    eye = on_circle(torch.arange(12) / 12, 0.08)
    return torch.cat([face, mouth, eye + torch.tensor([-0.3, 0.3]), eye + torch.tensor([0.3, 0.3])])


def around(drawn: Tensor) -> Points:
    """One of the drawn points [N, 2] at random, with noise of deviation DRAWN_STD."""
    return dataclasses.replace(mixture(drawn, DRAWN_STD), centres=None, std=0.0)
