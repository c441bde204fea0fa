"""Regularisers on D: pure functions of images and logits, a value for each sample.

The weights (gamma / 2 for R1 and R2, lambda for WGAN-GP) are the trainer's.
"""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

PENALTIES: dict[str, str] = {
    "none": "no brake on the critic",
    "r1-r2": "squared slope at real (R1) and at fake (R2) samples",
    "r1": "squared slope at real samples only",
    "gradient": "slope held at 1 between real and fake (WGAN-GP)",
    "clip": "every weight of the critic clipped to a small box",
}


def squared_gradient_norm(images: Tensor, logits: Tensor) -> Tensor:
    """||d logits / d images||^2 for each sample, [N], differentiable once more.

    R1 where the images are real, R2 where they are fake. D must treat samples one by one (no batch norm),
    or the gradient of the sum is not the gradient of each.

    Args:
        images: [N, ...] float32, requires_grad.
        logits: [N], computed from `images`.

    Mescheder et al. 2018, arXiv:1801.04406, equation 9; R2 in arXiv:2501.05441, section 2.2.
    """
    (grad,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
    return grad.square().flatten(1).sum(1)


def gradient_penalty(
    D: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, share: Tensor, unit: float = 1.0
) -> Tensor:
    """(unit ||d D / d x|| - 1)^2 at one point between each real and its fake, [N].

    Gulrajani et al. 2017, arXiv:1704.00028, equation 3.

    Args:
        share: [N] of the real in each point, drawn from 0 to 1.
    """
    eps = share.to(real).view(-1, *[1] * (real.dim() - 1))
    between = (real.detach() * eps + fake.detach() * (1 - eps)).requires_grad_(True)
    # The root's own derivative is infinite at 0.
    norm = unit * (squared_gradient_norm(between, D(between)) + 1e-12).sqrt()
    return (norm - 1).square()


@torch.no_grad()
def clip_weights(parameters: Iterable[Tensor], limit: float) -> None:
    """Clip every weight to [-limit, limit] in place. arXiv:1701.07875, algorithm 1."""
    for parameter in parameters:
        parameter.clamp_(-limit, limit)
