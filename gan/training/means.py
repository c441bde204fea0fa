"""Means: what a run's steps measured, on average, without making a step wait for its values."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from gan.training.world import ALONE, World

STATS = ("loss_d", "loss_g", "penalty", "p_real", "p_fake")
KEPT = 256  # steps whose losses and logits are kept before they are summed up


class Means:
    """Running means of STATS. Tensors are kept as they come and reduced many at once: a sum a step costs more."""

    def __init__(self) -> None:
        self._sums, self._counts = dict.fromkeys(STATS, 0.0), [0, 0]
        self._d: list[tuple[Tensor, Tensor, Tensor]] = []
        self._g: list[Tensor] = []

    def note_d(self, loss: Tensor, penalty: Tensor, logits: Tensor) -> None:
        """A step of D: two scalars, and its logits [2 N], those on real first; none with a graph."""
        self._d.append((loss, penalty, logits))
        self._counts[0] += 1
        if len(self._d) >= KEPT:
            self._reduce()

    def note_g(self, loss: Tensor) -> None:
        """A step of G: its loss, a scalar without a graph."""
        self._g.append(loss)
        self._counts[1] += 1
        if len(self._g) >= KEPT:
            self._reduce()

    def take(self, world: World = ALONE, device: torch.device | None = None) -> dict[str, float]:
        """The means over the steps since this was last called, and over all processes of `world`.

        nan where there was none: nothing was measured. `device` is what the processes talk by.
        """
        self._reduce()
        counts = {name: self._counts[name == "loss_g"] for name in STATS}
        means = {name: total / counts[name] if counts[name] else math.nan for name, total in self._sums.items()}
        self._sums, self._counts = dict.fromkeys(STATS, 0.0), [0, 0]
        if world.size == 1:
            return means
        values = torch.tensor(list(means.values()), device=device)
        world.mean_([values])
        return dict(zip(means, values.tolist(), strict=True))

    def _reduce(self) -> None:
        """Add what is kept to the sums."""
        if self._d:
            losses, penalties, logits = (in_double(values) for values in zip(*self._d, strict=True))
            on_real, on_fake = logits.sigmoid().chunk(2, 1)
            self._sums["loss_d"] += losses.sum().item()
            self._sums["penalty"] += penalties.sum().item()
            self._sums["p_real"] += on_real.mean(1).sum().item()
            self._sums["p_fake"] += on_fake.mean(1).sum().item()
        if self._g:
            self._sums["loss_g"] += in_double(self._g).sum().item()
        self._d, self._g = [], []


def in_double(values: Sequence[Tensor]) -> Tensor:
    """Values one above the other in float64, which a GPU of Apple's does not know."""
    stacked = torch.stack(list(values))
    return (stacked.cpu() if stacked.device.type == "mps" else stacked).double()
