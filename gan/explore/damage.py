"""Damage that is known: what is left of pictures, and what of it may be trusted.

Images are float32 [N, C, R, R] in [-1, 1]. Every draw comes from a generator that is passed in.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan.media.images import luma

BLANK = 0.0  # mid grey: what a damaged picture has where nothing is known
SALT = 0.2  # share of pixels that salt and pepper hide
LEVELS = (0.05, 0.5)  # standard deviations of noise that an encoder learns, of the whole range of values
SHARES = (0.05, 0.35)  # of pixels, of salt and pepper
LINES, LINE = 4, 0.045  # strokes over a picture, and half the width of each, of its side
STAINS, STAIN = 5, (0.07, 0.15)  # stains on a picture, and their radius, of its side


@dataclass(frozen=True)
class Damaged:
    """Damaged pictures.

    Attributes:
        pictures: [N, C, R, R] as they are seen: small ones with their pixels repeated, grey ones in every channel.
        known: [N, 1, R, R], 1 where something is known.
        certain: whether what is known is exact: then it is kept as it is.
        shrink: 1, or how many pixels of a side became one, by their mean.
        grey: whether the colours are lost.
    """

    pictures: Tensor
    known: Tensor
    certain: bool = True
    shrink: int = 1
    grey: bool = False

    def seen(self) -> Tensor:
        """[N, C + 1, R, R]: what an encoder for repair takes."""
        return torch.cat([torch.where(self.known > 0, self.pictures, BLANK), self.known], 1)

    def __getitem__(self, part: slice) -> "Damaged":
        """Some of the pictures."""
        return dataclasses.replace(self, pictures=self.pictures[part], known=self.known[part])


def whole_known(images: Tensor) -> Damaged:
    """Pictures of which everything is known."""
    return Damaged(images, torch.ones_like(images[:, :1]))


def with_hole(images: Tensor, known: Tensor) -> Damaged:
    """Pictures of which only what is `known` [N or 1, 1, R, R] is left."""
    known = (known > 0.5).to(images).expand(len(images), -1, -1, -1)
    return Damaged(torch.where(known > 0, images, BLANK), known)


def shrunk(images: Tensor, times: int) -> Tensor:
    """[N, C, R / times, R / times]: the mean of each block."""
    return images if times == 1 else nn.functional.avg_pool2d(images, times)


def too_small(images: Tensor, times: int) -> Damaged:
    """Pictures [N, C, R / times, R / times] that are so many times too small."""
    repeated = images.repeat_interleave(times, 2).repeat_interleave(times, 3)
    return dataclasses.replace(whole_known(repeated), shrink=times)


def downscaled(images: Tensor, times: int) -> Damaged:
    """Pictures at a fraction of their size: R is a multiple of `times`."""
    return too_small(shrunk(images, times), times)


def greyed(images: Tensor) -> Damaged:
    """Pictures without their colours."""
    return dataclasses.replace(whole_known(luma(images).expand_as(images)), grey=True)


def noisy(images: Tensor, level: float, generator: torch.Generator) -> Damaged:
    """Pictures with normal noise of a standard deviation in parts of the whole range, clipped as a file clips it."""
    noise = torch.randn(images.shape, generator=generator)
    return dataclasses.replace(whole_known((images + 2 * level * noise).clamp(-1, 1)), certain=False)


def salted(images: Tensor, share: float, generator: torch.Generator) -> Damaged:
    """Pictures with a share of their pixels black or white at random."""
    where = torch.rand(images[:, :1].shape, generator=generator)
    hidden = torch.where(where < share / 2, -1.0, 1.0).expand_as(images)
    return dataclasses.replace(whole_known(torch.where(where < share, hidden, images)), certain=False)


def places(side: int) -> tuple[Tensor, Tensor]:
    """(y, x), each [R, R]: where the pixels of a picture lie, 0 to 1."""
    at = (torch.arange(side) + 0.5) / side
    y, x = torch.meshgrid(at, at, indexing="ij")
    return y, x


def box(images: Tensor, generator: torch.Generator) -> Damaged:
    """Pictures without a quarter of their area: a square anywhere."""
    n, side = len(images), images.shape[-1]
    y, x = places(side)
    middle = 0.25 + torch.rand(2, n, 1, 1, 1, generator=generator) / 2
    inside = ((y - middle[0]).abs() < 0.25) & ((x - middle[1]).abs() < 0.25)
    return with_hole(images, 1.0 - inside.float())


def half(images: Tensor, generator: torch.Generator) -> Damaged:
    """Pictures without their left, right, upper or lower half."""
    y, x = places(images.shape[-1])
    sides = torch.stack([x > 0.5, x < 0.5, y > 0.5, y < 0.5]).float()[:, None]
    return with_hole(images, sides[torch.randint(4, (len(images),), generator=generator)])


def strokes(images: Tensor, generator: torch.Generator) -> Damaged:
    """Pictures crossed by lines, about a third of their area."""
    n, (y, x) = len(images), places(images.shape[-1])
    turn = torch.rand(n, LINES, 1, 1, generator=generator) * torch.pi
    offset = (torch.rand(n, LINES, 1, 1, generator=generator) - 0.5) * 0.6
    away = (turn.cos() * (x - 0.5) + turn.sin() * (y - 0.5) - offset).abs()
    return with_hole(images, (away > LINE).all(1, keepdim=True))


def stained(images: Tensor, generator: torch.Generator) -> Damaged:
    """Pictures with round stains of one grey each; what is under them is marked as unknown."""
    n, (y, x) = len(images), places(images.shape[-1])
    middle = 0.15 + 0.7 * torch.rand(2, n, STAINS, 1, 1, generator=generator)
    radius = STAIN[0] + (STAIN[1] - STAIN[0]) * torch.rand(n, STAINS, 1, 1, generator=generator)
    covered = ((y - middle[0]).square() + (x - middle[1]).square() < radius.square()).any(1, keepdim=True)
    grey = torch.rand(n, 1, 1, 1, generator=generator) * 1.5 - 0.5
    return Damaged(torch.where(covered, grey, images), (~covered).to(images))


Draw = Callable[[Tensor, torch.Generator], Damaged]


def between(bounds: tuple[float, float], generator: torch.Generator) -> float:
    """A number drawn between two."""
    return bounds[0] + (bounds[1] - bounds[0]) * float(torch.rand((), generator=generator))


# What a repair is measured on; the names are those of the figures.
MEASURED_DAMAGES: dict[str, Draw] = {
    "box": box,
    "half": half,
    "strokes": strokes,
    "noise .2": lambda images, generator: noisy(images, 0.2, generator),
    "noise .5": lambda images, generator: noisy(images, 0.5, generator),
    "salt and pepper": lambda images, generator: salted(images, SALT, generator),
    "stains": stained,
    "x2": lambda images, generator: downscaled(images, 2),
    "x4": lambda images, generator: downscaled(images, 4),
}
# What an encoder for repair learns from, each in every batch; boxes hide most of what matters, so they come thrice.
TRAINING_DAMAGES: tuple[Draw, ...] = (
    box, box, box, half, strokes, stained,
    lambda images, generator: noisy(images, between(LEVELS, generator), generator),
    lambda images, generator: salted(images, between(SHARES, generator), generator),
    lambda images, generator: downscaled(images, 2),
    lambda images, generator: downscaled(images, 4),
)  # fmt: skip
IN_COLOUR: tuple[Draw, ...] = (lambda images, generator: greyed(images),)


def damaged_at_random(images: Tensor, generator: torch.Generator) -> Tensor:
    """[N, C + 1, R, R]: what an encoder for repair sees of images, a part with each of TRAINING_DAMAGES."""
    damages = [*TRAINING_DAMAGES, *(IN_COLOUR if images.shape[1] > 1 else ())]
    fitting = [draw for draw in damages if images.shape[-1] % 4 == 0 or draw not in TRAINING_DAMAGES[-2:]]
    parts = images.tensor_split(len(fitting))  # `chunk` makes nine parts of 64 pictures only eight
    return torch.cat([draw(part, generator).seen() for draw, part in zip(fitting, parts, strict=True)])
