"""Ends: what becomes of G's last sums, so that they are samples. Each is one entry of ENDS.

Some samples are choices: which letter, which note, whether there is an edge. G makes them whole, with no in-between,
as the data has them, and learns by the gradient of a soft form (straight-through, arXiv:1308.3432, section 3). That
draws nothing at random, so a sample stays a function of its latent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

Groups = Sequence[int]


class Hard(torch.autograd.Function):
    """`hard` with the gradient of `soft`, both of one shape."""

    @staticmethod
    def forward(ctx: Any, soft: Tensor, hard: Tensor) -> Tensor:
        return hard

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        return grads[0], None


def tanh(x: Tensor, groups: Groups) -> Tensor:
    """In [-1, 1]."""
    return x.tanh()


def tanh_by_sums(by: Tensor, samples: Tensor) -> Tensor:
    """by (1 - samples^2)."""
    return torch.ops.aten.tanh_backward(by, samples)


def sigmoid(x: Tensor, groups: Groups) -> Tensor:
    """2 s(x) - 1, in [-1, 1] too."""
    return 2 * x.sigmoid() - 1


def sigmoid_by_sums(by: Tensor, samples: Tensor) -> Tensor:
    """by (1 - samples^2) / 2, for 2 s(x) - 1 is tanh(x / 2)."""
    return tanh_by_sums(by, samples).mul_(0.5)


def plain(x: Tensor, groups: Groups) -> Tensor:
    """x itself."""
    return x


def plain_by_sums(by: Tensor, samples: Tensor) -> Tensor:
    """by itself."""
    return by


def choice(x: Tensor, groups: Groups) -> Tensor:
    """[N, C, ...] of 1 and 0: in each of the `groups` of channels one is chosen at every place, the first of equals.

    The groups follow one another. Channels behind the last are chosen each for itself, where x is above 0.
    """
    rest = x.shape[1] - sum(groups)
    *parts, alone = x.split([*groups, rest], 1)
    soft = [part.softmax(1) for part in parts]
    hard = [torch.zeros_like(part).scatter_(1, part.argmax(1, keepdim=True), 1.0) for part in parts]
    return Hard.apply(torch.cat([*soft, alone.sigmoid()], 1), torch.cat([*hard, (alone > 0).to(alone.dtype)], 1))


def sign(x: Tensor, groups: Groups) -> Tensor:
    """[N, C, S, S] of 1 and -1, symmetric: 1 where the mean of x and its transpose is above 0."""
    both = (x + x.mT) / 2
    return Hard.apply(both.tanh(), torch.where(both > 0, 1.0, -1.0).to(x.dtype))


@dataclass(frozen=True)
class End:
    """An entry of ENDS.

    Attributes:
        help: what it is, for `--end`.
        apply: (G's last sums [N, *shape] in float32, sizes of the groups of channels) -> samples [N, *shape].
        by_sums: (a gradient by the samples, the samples) -> that by the sums, for an end of each value by itself.
        unit_range: whether D sees [0, 1] where samples are in [-1, 1].
        hard: whether samples are whole choices, so that a small change of weights changes one or nothing.
    """

    help: str
    apply: Callable[[Tensor, Groups], Tensor]
    by_sums: Callable[[Tensor, Tensor], Tensor] | None = None
    unit_range: bool = False
    hard: bool = False


ENDS: dict[str, End] = {
    "tanh": End("G ends in tanh", tanh, tanh_by_sums),
    "sigmoid": End("G ends in a sigmoid, D sees values in [0, 1]", sigmoid, sigmoid_by_sums, unit_range=True),
    "none": End("G ends in a plain sum", plain, plain_by_sums),
    "choice": End("G chooses one of each group of channels at every place", choice, hard=True),
    "sign": End("G says yes or no to every pair, alike in both directions", sign, hard=True),
}
