"""Clips that are composed when they are drawn: grey pictures that swing to and fro, as a pendulum does.

The pictures are stored, the clips are not: a picture swings further or less far each time, so that there are as many
clips as anybody asks for.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from gan.data.excerpt import MNIST_CLASSES
from gan.data.points import ALL, Compared
from gan.data.readers import idx_set, shared_idx_set
from gan.data.stored import Stored
from gan.media.clips import CLIPS, FPS, turned

FRAMES = 8  # of a clip, which is one whole swing: the first follows the last
LEAST, MOST = 15.0, 30.0  # degrees that it swings to either side
HUNG = (4.0, 13.5)  # row and column of the pixel about which a picture of 28 turns: where MNIST's digits begin
GOLDEN = 0.618034  # its multiples lie evenly between whole numbers, wherever one stops
KEPT = 500  # clips that a page looks for the nearest among: of 8 frames each, they take 3 MB
# How far the frames are turned, in parts of the farthest. A swing comes through most places twice.
PLACES = torch.sin(torch.arange(-2, 3) * math.pi / 4)
ORDER = [2, 3, 4, 3, 2, 1, 0, 1]  # the place of each frame


@dataclass(frozen=True)
class Swinging(Stored):
    """Clips of the grey pictures `rows` [N, R, R, 1], whose labels are theirs."""

    @property
    def shape(self) -> tuple[int, ...]:
        return (FRAMES, *self.rows.shape[1:3])

    def labelled(self, n: int, generator: torch.Generator, part: slice = ALL) -> tuple[Tensor, Tensor | None]:
        """(the rows `part` of `sample`, the labels of their pictures where there are any)."""
        clips, drawn = self._composed(n, generator, part)
        return self.tensors(clips), None if self.labels is None else self.labels[drawn]

    def few(self, count: int, generator: torch.Generator) -> Tensor:
        """uint8 [n, FRAMES, R, R] clips, n at most `count` and KEPT; drawn with replacement."""
        return self._composed(min(count, KEPT), generator)[0]

    def samples_of(self, rows: Tensor) -> Tensor:
        """A clip of each picture [N, R, R, 1], [N, FRAMES, R, R]; neighbours swing differently far, always alike."""
        shares = torch.arange(len(rows), device=rows.device) * GOLDEN % 1
        return self.tensors(swung(rows[..., 0], LEAST + (MOST - LEAST) * shares))

    def compared(self, other: Stored, count: int, seed: int) -> Compared:
        """`count` clips of the pictures of either part, others for each seed."""
        generator = torch.Generator().manual_seed(seed)
        train = self.sample(count, generator)
        test, c = other.labelled(count, generator)
        return Compared(train, test, c)

    def _composed(self, n: int, generator: torch.Generator, part: slice = ALL) -> tuple[Tensor, Tensor]:
        """(clips uint8 [n, FRAMES, R, R], [n] which picture each is of)."""
        device = self.rows.device
        drawn = torch.randint(len(self.rows), (n,), generator=generator)[part].to(device)
        degrees = torch.empty(n).uniform_(LEAST, MOST, generator=generator)[part].to(device)
        return swung(self.rows[drawn][..., 0], degrees), drawn


def swung(pictures: Tensor, degrees: Tensor) -> Tensor:
    """Clips uint8 [N, FRAMES, R, R] of pictures [N, R, R] that swing so many degrees [N] to either side.

    A clip begins upright and goes to the right first. What is turned out of the frame is lost: of MNIST's digits .2 %
    of the ink, of the worst a tenth.
    """
    images = pictures[:, None].float().repeat_interleave(len(PLACES), 0)
    angles = (torch.deg2rad(degrees)[:, None] * PLACES.to(degrees)).flatten()
    frames = turned(images, angles, HUNG).round().byte()
    return frames.unflatten(0, (len(pictures), len(PLACES)))[:, ORDER, 0]


def set_swinging(digits: Stored) -> Swinging:
    """Clips of digits."""
    traits = {"hung": list(HUNG), "fps": FPS}
    return Swinging(digits.rows, digits.labels, digits.classes, medium=CLIPS, traits=traits)


def swinging(data_dir: Path | None, train: bool, resolution: int) -> Swinging:
    """MNIST's digits, swinging."""
    return set_swinging(idx_set("MNIST", MNIST_CLASSES)(data_dir, train, 0))


def shared_swinging(data_dir: Path | None) -> Swinging:
    """The training part for live runs, of which there may be many: the digits' files are mapped."""
    return set_swinging(shared_idx_set("MNIST", MNIST_CLASSES)(data_dir))
