"""What is particular to sets of pictures: pictures composed when they are drawn, and pixels that are made to fit."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gan.data.points import ALL, Compared
from gan.data.stored import Stored
from gan.media.images import to_images

FITTED = 500  # pictures resized at once: in float32 they take four times the memory


@dataclass(frozen=True)
class Stacked(Stored):
    """Pictures of which every channel is a grey one of `rows` [N, R, R, 1], drawn independently.

    There are N^channels of them: each is composed when it is drawn, and none is kept. They have no labels: a class
    is a combination of the channels' classes.

    Attributes:
        of: the name of the set that the grey pictures are.
    """

    of: str = ""
    channels: int = 3

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.channels, *self.rows.shape[1:3])

    def labelled(self, n: int, generator: torch.Generator, part: slice = ALL) -> tuple[Tensor, None]:
        """(the rows `part` of `sample`, no labels)."""
        return to_images(self._composed(n, generator, part)), None

    def few(self, count: int, generator: torch.Generator) -> Tensor:
        """uint8 [n, R, R, channels], n at most `count` and the grey pictures' number; drawn with replacement."""
        return self._composed(min(count, len(self.rows)), generator)

    def compared(self, other: Stored, count: int, seed: int) -> Compared:
        """`count` combinations of either part, another set for each seed."""
        generator = torch.Generator().manual_seed(seed)
        return Compared(self.sample(count, generator), other.sample(count, generator))

    def _composed(self, n: int, generator: torch.Generator, part: slice = ALL) -> Tensor:
        rows = torch.randint(len(self.rows), (n, self.channels), generator=generator)[part].to(self.rows.device)
        return self.rows[rows].squeeze(-1).permute(0, 2, 3, 1)  # [n, C, R, R, 1] -> [n, R, R, C]


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
