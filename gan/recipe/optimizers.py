"""How weights follow their gradients: the optimisers that a run may use for G and for D."""

import inspect
from collections.abc import Iterable, Mapping
from typing import TypeVar, cast

import torch
from torch import Tensor
from torch.optim import Optimizer

K = TypeVar("K", bound=Optimizer)
OPTIMIZERS: dict[str, str] = {
    "adam": "steps scaled by each weight's own recent gradients",
    "sgd": "plain steps down the gradient, without momentum",
}


def uncompiled(kind: type[K]) -> type[K]:
    """An optimiser of torch without what its methods do for torch's compiler.

    They import it at their first use, which takes nearly as long as to import torch, and nothing here is compiled. What
    they are wrapped around is the same.
    """
    names = ("add_param_group", "zero_grad", "state_dict", "load_state_dict")
    methods = {name: inspect.unwrap(getattr(kind, name)) for name in names}
    methods["step"] = torch.no_grad()(inspect.unwrap(kind.step))
    return cast(type[K], type(kind.__name__, (kind,), methods))


ADAM, SGD = uncompiled(torch.optim.Adam), uncompiled(torch.optim.SGD)


def optimizer(name: str, parameters: Iterable[Tensor], lr: float, betas: tuple[float, float]) -> Optimizer:
    """The optimiser of a name in OPTIMIZERS; `betas` are Adam's, SGD has none.

    Adam: Kingma and Ba 2014, arXiv:1412.6980, algorithm 1.
    """
    if name == "sgd":
        return SGD(parameters, lr=lr, fused=True)
    return ADAM(parameters, lr=lr, betas=betas, fused=True)


def alike(values: Tensor, weight: Tensor) -> Tensor:
    """Values [...] in the order in memory of a weight [...] of their shape: fused optimisers take both as they lie."""
    if values.stride() == weight.stride() or values.shape != weight.shape:
        return values
    return torch.empty_like(weight, dtype=values.dtype).copy_(values)


def moments(opt: Optimizer) -> dict[str, Tensor]:
    """What an optimiser remembers of its weights, each tensor by its weight's number and its own name: "3.exp_avg"."""
    state = opt.state_dict()["state"]
    return {f"{number}.{key}": value for number, values in state.items() for key, value in values.items()}


def set_moments(opt: Optimizer, kept: Mapping[str, Tensor]) -> None:
    """Have an optimiser remember copies of what `moments` gave of one for weights of the same shapes."""
    weights, state = opt.param_groups[0]["params"], dict[int, dict[str, Tensor]]()
    for key, value in kept.items():
        number, _, moment = key.partition(".")
        state.setdefault(int(number), {})[moment] = alike(value.clone(), weights[int(number)])
    opt.load_state_dict({**opt.state_dict(), "state": state})
