"""Sets of pictures, kept as one uint8 tensor [N, R, R, C] in memory, and how their pixels are made to fit."""

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gan.data.points import ALL, Compared
from gan.media import Medium
from gan.media.images import to_images
from gan.media.pictures import PICTURES

FITTED = 500  # pictures resized at once: in float32 they take four times the memory


@dataclass(frozen=True)
class Pictures:
    """A set of pictures, held as `pixels` uint8 [N, R, R, C], with `labels` int64 [N] where it has classes.

    Attributes:
        report: one line on what was read and what was not, where they come from a folder.
    """

    pixels: Tensor
    labels: Tensor | None = None
    classes: tuple[str, ...] = ()
    unit: float = 1.0
    report: str = ""
    medium: ClassVar[Medium] = PICTURES
    centres: ClassVar[Tensor | None] = None  # of modes: pictures have none that are known
    std: ClassVar[float] = 0.0

    @property
    def shape(self) -> tuple[int, ...]:
        _, resolution, _, channels = self.pixels.shape
        return (channels, resolution, resolution)

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """[n, C, R, R] float32 in [-1, 1], drawn with replacement, on the device of `pixels`."""
        return self.labelled(n, generator)[0]

    def labelled(self, n: int, generator: torch.Generator, part: slice = ALL) -> tuple[Tensor, Tensor | None]:
        """(the rows `part` of `sample`, the labels of these pictures where there are any)."""
        rows = torch.randint(len(self.pixels), (n,), generator=generator)[part].to(self.pixels.device)
        return to_images(self.pixels[rows]), None if self.labels is None else self.labels[rows]

    def few(self, count: int, generator: torch.Generator) -> Tensor:
        """uint8 [n, R, R, C] pictures of the set in its order, n at most `count`, none twice."""
        return self.pixels[torch.randperm(len(self.pixels), generator=generator)[:count].sort().values]

    @property
    def size(self) -> int:
        """How many are stored."""
        return len(self.pixels)

    def compared(self, other: "Pictures", count: int, seed: int) -> Compared:
        """Pictures of this set, the training part, and of the `other`, the test part; `count` of each at most.

        Always the same ones: a folder's pictures lie in the order of their classes.
        """
        other = coloured_as(other, self)
        held = rows(other.size, count)
        return Compared(
            to_images(self.pixels[shuffled(self.size)[:count]]), to_images(other.pixels[held]),
            None if other.labels is None else other.labels[held],
        )  # fmt: skip

    def to(self, device: torch.device) -> "Pictures":
        """The same set in the memory of a device, pixels and labels as one tensor each."""
        labels = None if self.labels is None else self.labels.to(device)
        return dataclasses.replace(self, pixels=self.pixels.to(device), labels=labels)


@dataclass(frozen=True)
class Stacked(Pictures):
    """Pictures of which every channel is a grey one of `pixels` [N, R, R, 1], drawn independently.

    There are N^channels of them: each is composed when it is drawn, and none is kept. They have no labels: a class
    is a combination of the channels' classes.

    Attributes:
        of: the name of the set that the grey pictures are.
    """

    of: str = ""
    channels: int = 3

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.channels, *self.pixels.shape[1:3])

    def labelled(self, n: int, generator: torch.Generator, part: slice = ALL) -> tuple[Tensor, None]:
        """(the rows `part` of `sample`, no labels)."""
        return to_images(self._composed(n, generator, part)), None

    def few(self, count: int, generator: torch.Generator) -> Tensor:
        """uint8 [n, R, R, channels], n at most `count` and the grey pictures' number; drawn with replacement."""
        return self._composed(min(count, len(self.pixels)), generator)

    def compared(self, other: Pictures, count: int, seed: int) -> Compared:
        """`count` combinations of either part, another set for each seed."""
        generator = torch.Generator().manual_seed(seed)
        return Compared(self.sample(count, generator), other.sample(count, generator))

    def _composed(self, n: int, generator: torch.Generator, part: slice = ALL) -> Tensor:
        rows = torch.randint(len(self.pixels), (n, self.channels), generator=generator)[part].to(self.pixels.device)
        return self.pixels[rows].squeeze(-1).permute(0, 2, 3, 1)  # [n, C, R, R, 1] -> [n, R, R, C]


def fit(pixels: Tensor, resolution: int) -> Tensor:
    """uint8 [N, R, R, C] at another resolution; a black border where that is all it takes, else resampled."""
    size = pixels.shape[1]
    if resolution in (0, size):
        return pixels
    if 0 < resolution - size <= 4:
        before, after = (resolution - size) // 2, -(-(resolution - size) // 2)
        return torch.nn.functional.pad(pixels, (0, 0, before, after, before, after))
    parts = [
        torch.nn.functional.interpolate(
            part.permute(0, 3, 1, 2).float(), size=(resolution, resolution), mode="bilinear", antialias=True
        ).round().byte().permute(0, 2, 3, 1)
        for part in pixels.split(FITTED)
    ]  # fmt: skip
    return torch.cat(parts)


def coloured_as(pictures: Pictures, other: Pictures) -> Pictures:
    """The pictures with as many channels as the others have: each part of a folder is grey if all its own are."""
    channels, wanted = pictures.pixels.shape[-1], other.pixels.shape[-1]
    if channels == wanted:
        return pictures
    grey = pictures.pixels.float().mean(3, keepdim=True).round().byte()
    return dataclasses.replace(pictures, pixels=grey.expand(-1, -1, -1, wanted).contiguous())


def shuffled(count: int) -> Tensor:
    """The numbers below `count` in an order that is always the same."""
    return torch.randperm(count, generator=torch.Generator().manual_seed(0))


def rows(count: int, most: int) -> Tensor:
    """All numbers below `count`, or `most` of them at random."""
    return torch.arange(count) if count <= most else shuffled(count)[:most]
