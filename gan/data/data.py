"""Data: what a run learns from, whatever its medium."""

from typing import Any, Protocol

import torch
from torch import Tensor

from gan.data.points import ALL, Compared
from gan.media import Medium
from gan.media.medium import Traits


class Data(Protocol):
    """What a run learns from.

    Attributes:
        medium: what its samples are to a person.
        shape: of a sample.
        unit: the length in the data's own units that networks see as 1.
        traits: constants that samples are read with, see `gan.media.medium`.
        classes: the names of its classes; empty if it has none.
        size: samples that are stored; 0 where each is drawn afresh.
        centres, std: [K, ...] of its modes and the deviation of each, where it is a mixture; None where modes make no
            sense.
    """

    @property
    def medium(self) -> Medium: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def unit(self) -> float: ...
    @property
    def traits(self) -> Traits: ...
    @property
    def classes(self) -> tuple[str, ...]: ...
    @property
    def size(self) -> int: ...
    @property
    def centres(self) -> Tensor | None: ...
    @property
    def std(self) -> float: ...

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """[n, *shape] float32 as networks see them, drawn with replacement."""

    def labelled(self, n: int, generator: torch.Generator, part: slice = ALL) -> tuple[Tensor, Tensor | None]:
        """(the rows `part` of `sample`, the classes of these where there are any)."""

    def compared(self, other: Any, count: int, seed: int) -> Compared:
        """Real samples of this training part and of the `other`, the test part, that a model's are held against."""

    def to(self, device: torch.device) -> "Data":
        """The same in the memory of a device."""
