"""Muon: each step of a matrix goes equally far in all its directions, however unlike their gradients are.

Jordan et al. 2024, kellerjordan.github.io/posts/muon; with decay as in Liu et al. 2025, arXiv:2502.16982. What is of
one dimension, and a network's first and last layer, are better left to AdamW.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

MOMENTUM, DECAY = 0.95, 0.01
POLYNOMIAL, TIMES = (3.4445, -4.7750, 2.0315), 5  # brings singular values between 0 and 1 near 1
TINY = 1e-7


def orthogonal(matrix: Tensor) -> Tensor:
    """A matrix [M, N] whose singular vectors are those of `matrix`, its singular values about 1.

    Newton and Schulz's iteration X <- a X + b (X X') X + c (X X')^2 X. All factors are polynomials of X X', so only
    that small matrix is iterated.
    """
    x = matrix.T if len(matrix) > matrix.shape[1] else matrix
    x = x / (x.norm() + TINY)
    gram, product = x @ x.T, torch.eye(len(x))
    a, b, c = POLYNOMIAL
    for step in range(TIMES):
        factor = b * gram + c * gram @ gram
        factor.diagonal().add_(a)
        product = factor @ product
        if step + 1 < TIMES:
            gram = factor @ gram @ factor
    x = product @ x
    return x.T if len(matrix) > matrix.shape[1] else x


class Muon:
    """Steps of weights of two or more dimensions, those behind the first taken together.

    Args:
        rate: how far a step goes, as a share of each direction's unit.
    """

    def __init__(self, weights: Iterable[nn.Parameter], rate: float) -> None:
        self.weights, self.rate = list(weights), rate
        self.means = [torch.zeros_like(weight) for weight in self.weights]

    @torch.no_grad()
    def step(self) -> None:
        """Move each weight by what its gradients come to, Nesterov's look ahead included."""
        for weight, mean in zip(self.weights, self.means, strict=True):
            assert weight.grad is not None
            mean.lerp_(weight.grad, 1 - MOMENTUM)
            move = orthogonal(weight.grad.lerp(mean, MOMENTUM).flatten(1))
            wide = max(1.0, move.shape[0] / move.shape[1]) ** 0.5
            weight.mul_(1 - self.rate * DECAY).add_(move.view_as(weight), alpha=-self.rate * wide)
