"""How weights follow their gradients: the optimisers that a run may use for G and for D."""

from collections.abc import Iterable

import torch
from torch import Tensor

OPTIMIZERS: dict[str, str] = {
    "adam": "steps scaled by each weight's own recent gradients",
    "sgd": "plain steps down the gradient, without momentum",
}


def optimizer(name: str, parameters: Iterable[Tensor], lr: float, betas: tuple[float, float]) -> torch.optim.Optimizer:
    """The optimiser of a name in OPTIMIZERS; `betas` are Adam's, SGD has none.

    Adam: Kingma and Ba 2014, arXiv:1412.6980, algorithm 1.
    """
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=lr, fused=True)
    return torch.optim.Adam(parameters, lr=lr, betas=betas, fused=True)


def alike(values: Tensor, weight: Tensor) -> Tensor:
    """Values [...] in the order in memory of a weight [...] of their shape: fused optimisers take both as they lie."""
    if values.stride() == weight.stride() or values.shape != weight.shape:
        return values
    return torch.empty_like(weight, dtype=values.dtype).copy_(values)
