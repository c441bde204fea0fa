"""What a bench of media has to know of one."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gan.models.model import Model


@dataclass(frozen=True)
class Bar:
    """What a figure is to reach.

    Attributes:
        value: the bar.
        least: whether it is a floor; else it is a ceiling.
        most: a ceiling above a floor.
    """

    value: float
    least: bool = True
    most: float = math.inf

    def met(self, value: float) -> bool:
        """Whether a figure reaches it; nan does not."""
        return self.value <= value <= self.most if self.least else value <= self.value

    def __str__(self) -> str:
        if self.most < math.inf:
            return f"from {self.value:g} to {self.most:g}"
        return f"at {'least' if self.least else 'most'} {self.value:g}"


def nothing(model: Model, count: int, seed: int) -> dict[str, float]:
    """No figures besides."""
    return {}


@dataclass(frozen=True)
class Measure:
    """How a medium is measured.

    Attributes:
        bars: figure -> what it is to reach.
        besides: (model, samples, seed) -> figures that `evaluate` does not have; NAME_real and NAME_baseline beside.
    """

    bars: Mapping[str, Bar]
    besides: Callable[[Model, int, int], dict[str, float]] = nothing
