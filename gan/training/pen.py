"""Pen: drawings as a hand makes them, from the middle lines of pictures of strokes.

A middle line is a set of points [P, 2], (x, y) in parts of the picture's side from its middle, so within -.5 to .5.
Drawings are float32 [N, 1, R, R] in [-1, 1], white on black.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

INK = 0.0  # values above it are ink
LEAST = 0.12  # of the side: a drawing is taken to be as large at least, so that a dot stays a dot
WIDTHS = (0.02, 0.085)  # radius of a pen, of the side
SIZES, TILT, SHIFT, WOBBLE = (0.45, 1.25), 0.45, 0.14, 0.03  # of a drawing; radians; of the side
MOST_POINTS = 160  # of a middle line


@dataclass(frozen=True)
class Framing:
    """How the makers of pictures of strokes framed them.

    Attributes:
        box: part of the side that the longer side of the ink fills.
        by_mass: whether the centre of its mass lies in the middle; else the middle of its box does.
        usual: the least and the largest radius of the pen in them, of the side. A page draws within the middle of it,
            as `FRAMINGS` in `gan/ui/browser/core/centring.js` says.
    """

    box: float
    by_mass: bool
    usual: tuple[float, float]


# By the data's name, where a pen's drawings mean what its pictures do. MNIST: 20 of 28 pixels, the centre of mass in
# the middle (LeCun, Cortes and Burges).
FRAMINGS: dict[str, Framing] = {
    "mnist": Framing(20 / 28, True, (0.03, 0.065)),
}


@dataclass(frozen=True)
class Handwriting:
    """How N drawings are made; each [N].

    Attributes:
        size: of the middle line, 1 as it is. tilt: in radians. x, y: shift, of the side.
        wobble: how far the line strays, of the side. radius: of the pen, of the side.
    """

    size: Tensor
    tilt: Tensor
    x: Tensor
    y: Tensor
    wobble: Tensor
    radius: Tensor


def uniform(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    """[count] numbers drawn between two."""
    return low + (high - low) * torch.rand(count, generator=generator)


def any_handwriting(count: int, generator: torch.Generator) -> Handwriting:
    """Handwritings of every kind: half of the drawings in the middle, the others anywhere."""
    away = (torch.rand(count, generator=generator) < 0.5).float()
    place = away * SHIFT
    size = uniform(count, *SIZES, generator)
    return Handwriting(
        torch.where(away > 0, size, 0.85 + 0.15 * size), uniform(count, -TILT, TILT, generator),
        place * uniform(count, -1, 1, generator), place * uniform(count, -1, 1, generator),
        WOBBLE * torch.rand(count, generator=generator).square(), uniform(count, *WIDTHS, generator),
    )  # fmt: skip


def still(count: int, tilt: Tensor) -> Handwriting:
    """Handwritings that do nothing but tilt."""
    zero, one = torch.zeros(count), torch.ones(count)
    return Handwriting(one, tilt, zero, zero, zero, 0.04 * one)


def thinned(ink: Tensor) -> Tensor:
    """Bool [N, R, R]: the middle lines of ink, one pixel wide.

    Zhang and Suen 1984, doi:10.1145/357994.358023: pixels of the edge go, those that hold a line together stay.
    """
    ink = nn.functional.pad(ink, (1, 1, 1, 1))
    while True:
        before = ink.sum()
        for first in (True, False):
            p = [ink.roll((dy, dx), (1, 2)) for dy, dx in
                 ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))]  # fmt: skip
            count = torch.stack(p).sum(0)
            turns = torch.stack([~a & b for a, b in zip(p, [*p[1:], p[0]], strict=True)]).sum(0)
            n, e, s, w = p[0], p[2], p[4], p[6]
            bare = ~(n & e & s) & ~(e & s & w) if first else ~(n & e & w) & ~(n & s & w)
            ink = ink & ~((count >= 2) & (count <= 6) & (turns == 1) & bare)
        if ink.sum() == before:
            return ink[:, 1:-1, 1:-1]


def middle_lines(images: Tensor) -> tuple[Tensor, Tensor]:
    """(points [N, P, 2] of the middle lines of images [N, 1, R, R], 1 for each that is one [N, P]).

    Points lie on pixels and halfway between two that touch; a set with fewer repeats its first one.
    """
    side = images.shape[-1]
    line = thinned(images[:, 0] > INK)
    sets = []
    for one in line:
        at = one.nonzero().float()[:MOST_POINTS]  # (y, x)
        gap = (at[:, None] - at[None]).abs().amax(2) if len(at) else torch.zeros(0, 0)
        a, b = ((gap == 1).triu()).nonzero(as_tuple=True)
        both = torch.cat([at, (at[a] + at[b]) / 2]) if len(at) else torch.full((1, 2), (side - 1) / 2)
        sets.append((both.flip(1) + 0.5) / side - 0.5)
    most = max(len(one) for one in sets)
    points = torch.stack([torch.cat([one, one[:1].expand(most - len(one), 2)]) for one in sets])
    mask = torch.stack([torch.arange(most) < len(one) for one in sets]).float()
    return points, mask


def moved(points: Tensor, writing: Handwriting, generator: torch.Generator) -> Tensor:
    """Middle lines [N, P, 2] in a handwriting: they stray, are tilted, scaled and shifted."""
    phase = 6.28 * torch.rand(len(points), 2, 2, generator=generator)
    waves = [
        writing.wobble[:, None] * ((9 + 6 * i) * points[..., 1 - i] + phase[:, i, :1]).sin() * (1 + phase[:, i, 1:] / 6)
        for i in (0, 1)
    ]
    points = points + torch.stack(waves, 2)
    cos, sin = writing.tilt.cos()[:, None], writing.tilt.sin()[:, None]
    x, y = points[..., 0], points[..., 1]
    turned = torch.stack([cos * x - sin * y, sin * x + cos * y], 2) * writing.size[:, None, None]
    return turned + torch.stack([writing.x, writing.y], 1)[:, None]


def drawn(points: Tensor, radius: Tensor, side: int) -> Tensor:
    """Drawings [N, 1, R, R] of points [N, P, 2] with round pens of radius [N]; edges are a pixel soft."""
    at = (torch.arange(side) + 0.5) / side - 0.5
    across = (points[..., 0, None] - at).square()  # [N, P, R]
    down = (points[..., 1, None] - at).square()
    away = (down[..., :, None] + across[..., None, :]).amin(1).sqrt()  # [N, R, R]
    return (2 * ((radius[:, None, None] - away) * side + 0.5).clamp(0, 1) - 1)[:, None]


def framed(points: Tensor, mask: Tensor, radius: Tensor, framing: Framing) -> tuple[Tensor, Tensor]:
    """(points [N, P, 2], radius [N]) of drawings as the makers of the data framed them, the pen's width with them.

    Args:
        mask: [N, P] 1 for each point that is one; the others repeat a point of the same line.
    """
    low, high = points.amin(1) - radius[:, None], points.amax(1) + radius[:, None]  # [N, 2]
    scale = framing.box / (high - low).amax(1).clamp(min=LEAST)
    mass = (points * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    middle = mass if framing.by_mass else (low + high) / 2
    return (points - middle[:, None]) * scale[:, None, None], radius * scale


def training_pairs(
    points: Tensor, mask: Tensor, framing: Framing, side: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """(drawings [N, 1, R, R] of middle lines in any handwriting, what they mean).

    What they mean is framed, with a usual pen and half the tilt.

    Half of the drawings are framed, as a page frames them before they are looked at, but with a pen of any width.
    """
    writing = any_handwriting(len(points), generator)
    lines = moved(points, writing, generator)
    neat, wide = framed(lines, mask, writing.radius, framing)
    some = torch.arange(len(points)) % 2 == 0
    shown = torch.where(some[:, None, None], neat, lines), torch.where(some, wide, writing.radius)
    plain = still(len(points), writing.tilt * 0.5)
    meant, _ = framed(moved(points, plain, generator), mask, plain.radius, framing)
    usual = shown[1].clamp(*framing.usual)
    return drawn(*shown, side), drawn(meant, usual, side)
