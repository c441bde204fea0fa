"""Samples that are kept in memory as small rows of bytes, of whatever medium, and drawn from at random."""

import dataclasses
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import ClassVar

import torch
from torch import Tensor

from gan.data.points import ALL, Compared
from gan.media import Medium
from gan.media.medium import Traits
from gan.media.pictures import PICTURES

SMALL = 500_000  # values, 2 MB


@dataclass(frozen=True)
class Stored:
    """A set of samples, held as `rows` uint8 [N, ...], with `labels` int64 [N] where it has classes.

    Attributes:
        rows: as their medium keeps them: of pictures the pixels [N, R, R, C].
        report: one line on what was read and what was not, where a person gave the files.
        licence: as the card of a set states it that is not known before it is read; "" of others.
        medium: says how rows become what networks see.
        traits: constants that the samples are read with, as JSON: an alphabet, a rate.
    """

    rows: Tensor
    labels: Tensor | None = None
    classes: tuple[str, ...] = ()
    unit: float = 1.0
    report: str = ""
    licence: str = ""
    medium: Medium = PICTURES
    traits: Traits = field(default_factory=dict, hash=False)
    centres: ClassVar[Tensor | None] = None  # of modes: of stored samples none are known
    std: ClassVar[float] = 0.0

    @property
    def shape(self) -> tuple[int, ...]:
        """Of a sample as networks see it."""
        return tuple(self.tensors(self.rows[:1]).shape[1:])

    def tensors(self, rows: Tensor) -> Tensor:
        """What networks see of rows uint8 [N, ...], float32 [N, *shape]."""
        return self.medium.tensors(rows, self.traits)

    def samples_of(self, rows: Tensor) -> Tensor:
        """The samples of some of the `rows`, one of each, as networks see them: [N, *shape]."""
        return self.tensors(rows)

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """[n, *shape] float32 as networks see them, drawn with replacement, on the device of `rows`."""
        return self.labelled(n, generator)[0]

    def labelled(self, n: int, generator: torch.Generator, part: slice = ALL) -> tuple[Tensor, Tensor | None]:
        """(the rows `part` of `sample`, the labels of these samples where there are any)."""
        drawn = torch.randint(self.rows.shape[0], (n,), generator=generator)
        drawn = (drawn if part is ALL else drawn[part]).to(self.rows.device)
        # In every step of a run: to write `rows[drawn]` takes twice as long.
        labels = None if self.labels is None else self.labels.index_select(0, drawn)
        if self._ready is not None:
            return self._ready.index_select(0, drawn), labels
        return self.tensors(self.rows.index_select(0, drawn)), labels

    @cached_property
    def _ready(self) -> Tensor | None:
        """All samples as networks see them, for a set so small that this takes no memory; None for others."""
        return self.tensors(self.rows) if prod(self.shape) * self.size <= SMALL else None

    def few(self, count: int, generator: torch.Generator) -> Tensor:
        """uint8 [n, ...] rows of the set in its order, n at most `count`, none twice."""
        return self.rows[torch.randperm(len(self.rows), generator=generator)[:count].sort().values]

    @property
    def size(self) -> int:
        """How many are stored."""
        return len(self.rows)

    def compared(self, other: "Stored", count: int, seed: int) -> Compared:
        """Samples of this set, the training part, and of the `other`, the test part; `count` of each at most.

        Always the same ones: a folder's pictures lie in the order of their classes.
        """
        seen = self.medium.alike(other.rows, self.rows)
        held = at_most(other.size, count)
        return Compared(
            self.tensors(self.rows[shuffled(self.size)[:count]]), self.tensors(seen[held]),
            None if other.labels is None else other.labels[held],
        )  # fmt: skip

    def to(self, device: torch.device) -> "Stored":
        """The same set in the memory of a device, rows and labels as one tensor each."""
        labels = None if self.labels is None else self.labels.to(device)
        return dataclasses.replace(self, rows=self.rows.to(device), labels=labels)


def shuffled(count: int) -> Tensor:
    """The numbers below `count` in an order that is always the same."""
    return torch.randperm(count, generator=torch.Generator().manual_seed(0))


def at_most(count: int, most: int) -> Tensor:
    """All numbers below `count`, or `most` of them at random."""
    return torch.arange(count) if count <= most else shuffled(count)[:most]
