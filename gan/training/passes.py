"""Passes through both networks of a pair, and back: how a step's logits, and the gradients of its losses, are computed.

`AutogradPasses` serve every network. Those in `gan.training.fast_passes` need no graph and serve fully connected pairs.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from gan.networks import Critic, Generator
from gan.networks.layers import norms_of, statistics_kept
from gan.recipe.objectives import Objective
from gan.recipe.optimizers import Optimizer
from gan.recipe.penalties import squared_gradient_norm


class Pair(NamedTuple):
    """What passes lead through.

    Attributes:
        opt_g, opt_d: the optimisers of both networks, whose `gradients` the passes fill.
        unit: the length in the data's units that the networks see as 1.
        rows: of a batch in this process, N.
    """

    G: Generator
    D: Critic
    opt_g: Optimizer
    opt_d: Optimizer
    objective: Objective
    unit: float
    rows: int


class Passes(Protocol):
    """A step asks for these in the order in which they stand here, those of D or those of G, and for all of them."""

    def generate(self, z: Tensor, c: Tensor | None, for_g: bool) -> Tensor:
        """G's samples [N, ...] of z; asked again for the same tensor z, those of before.

        Args:
            for_g: whether a step of G is to learn from them.
        """

    def judge(self, real: Tensor, fake: Tensor, c: Tensor | None, slopes: bool) -> Tensor:
        """D's logits [2 N] of what it sees, of real ones first.

        Args:
            slopes: whether `penalty` will be asked for.
        """

    def penalty(self, gamma: float, on_fake: bool) -> Tensor:
        """gamma / 2 times the mean squared gradient norm of the last logits, at real samples and, if asked, at fakes.

        R1 and R2, in the networks' unit; a scalar.
        """

    def descend_d(self, on_real: Tensor, on_fake: Tensor, loss: Tensor, penalty: Tensor) -> None:
        """Fill D's gradients: of the objective's loss of the last logits, [N] each, and of the penalty."""

    def judge_fakes(self, fake: Tensor, real: Callable[[], Tensor] | None, c: Tensor | None) -> tuple[Tensor, Tensor]:
        """Logits [N] on real and on fake for G's step; those on fake twice where there is no `real` to be drawn."""

    def descend_g(self, on_real: Tensor, on_fake: Tensor, loss: Tensor) -> None:
        """Fill G's gradients of its `loss`, which is the objective's of the last logits, [N] each."""


class AutogradPasses:
    """Passes of any pair: torch finds the gradients."""

    def __init__(self, pair: Pair, precision: str, device: torch.device) -> None:
        """`precision` is a name in `gan.recipe.config.PRECISIONS`."""
        self.pair, self.precision, self.device = pair, precision, device
        # Lists made once: walking through a network's layers costs as much as a layer.
        self._weights_g, self._weights_d = list(pair.G.parameters()), list(pair.D.parameters())
        self._norms = norms_of(pair.G)
        self._last_bias = [name for name, _ in pair.D.named_parameters()].index("last.bias")
        self._z: Tensor | None = None
        self._made = self._slopes = torch.empty(0)

    def generate(self, z: Tensor, c: Tensor | None, for_g: bool) -> Tensor:
        if z is self._z:
            return self._made
        if for_g:
            with self._cast():
                self._z, self._made = z, self.pair.G(z, c)
            return self._made
        with torch.no_grad(), self._cast(), statistics_kept(self._norms):
            fake: Tensor = self.pair.G(z, c)
        return fake

    def judge(self, real: Tensor, fake: Tensor, c: Tensor | None, slopes: bool) -> Tensor:
        D, both = self.pair.D, torch.cat([real, fake])
        # Fakes are of the classes of the reals that they are judged beside.
        c = None if c is None else torch.cat([c, c])
        if slopes and D.knows_gradients and self.precision == "float32":  # without a graph
            logits, gradients = D.with_gradients(both, c)
            self._slopes = gradients.square().flatten(1).sum(1)
            return logits
        both.requires_grad_(slopes)
        with self._cast():
            logits = D(both, c)
        if slopes:
            self._slopes = squared_gradient_norm(both, logits)
        return logits

    def penalty(self, gamma: float, on_fake: bool) -> Tensor:
        # Gradients are measured in the unit that the networks see, so that one gamma fits every set of points.
        real, fake = (self._slopes * self.pair.unit**2).chunk(2)
        return gamma / 2 * (real.mean() + (fake.mean() if on_fake else 0))

    def descend_d(self, on_real: Tensor, on_fake: Tensor, loss: Tensor, penalty: Tensor) -> None:
        grads = torch.autograd.grad(loss + penalty, self._weights_d)
        if self.pair.objective.pairs:
            # Only differences of logits count, so this gradient is 0; what rounding leaves of it Adam would scale up.
            grads[self._last_bias].zero_()
        torch._foreach_copy_(self.pair.opt_d.gradients, grads)

    def judge_fakes(self, fake: Tensor, real: Callable[[], Tensor] | None, c: Tensor | None) -> tuple[Tensor, Tensor]:
        D = self.pair.D
        with self._cast():
            on_fake: Tensor = D(fake, c)
            if real is None:
                return on_fake.detach(), on_fake
            with torch.no_grad():
                return D(real(), c), on_fake

    def descend_g(self, on_real: Tensor, on_fake: Tensor, loss: Tensor) -> None:
        torch._foreach_copy_(self.pair.opt_g.gradients, torch.autograd.grad(loss, self._weights_g))
        self._z, self._made = None, torch.empty(0)

    def _cast(self) -> AbstractContextManager[object]:
        bf16 = self.precision == "bf16"
        return torch.autocast(self.device.type, torch.bfloat16) if bf16 else nullcontext()
