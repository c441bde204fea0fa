"""How weights follow their gradients: the optimisers that a run may use for G and for D.

They move all weights of a network in one call: torch's own look at each of them in Python before every step.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.optim.adam import adam

OPTIMIZERS: dict[str, str] = {
    "adam": "steps scaled by each weight's own recent gradients",
    "sgd": "plain steps down the gradient, without momentum",
}
EPS = 1e-8  # of Adam, as torch has it


def flattened(parameters: Sequence[Tensor]) -> Tensor:
    """All values of parameters as one flat tensor, whose parts they are from now on: what moves it moves them."""
    flat = torch.cat([parameter.detach().flatten() for parameter in parameters])
    for parameter, part in zip(parameters, parts_of(flat, parameters), strict=True):
        parameter.data = part
    return flat


def parts_of(flat: Tensor, parameters: Sequence[Tensor]) -> list[Tensor]:
    """A flat tensor [n] in parts of the parameters' shapes, one after the other; each is a view."""
    parts = flat.split([parameter.numel() for parameter in parameters])
    return [part.view(parameter.shape) for part, parameter in zip(parts, parameters, strict=True)]


class Optimizer(ABC):
    """Moves the weights of a network by gradients that are put into `gradients` before each step.

    Attributes:
        weights: what is moved: the parameters, or one flat tensor whose parts they are.
        gradients: a tensor for each of the weights, alike in memory, as fused kernels take both as they lie.
        lr: the rate of the next step.
        betas: Adam's decays; SGD does not look at them.
    """

    def __init__(self, parameters: Sequence[Tensor], lr: float, betas: tuple[float, float], flat: bool = False) -> None:
        self._parameters = list(parameters)
        self.weights = [flattened(parameters)] if flat else [parameter.detach() for parameter in parameters]
        self.gradients = [torch.zeros_like(weight) for weight in self.weights]
        self.lr, self.betas, self._flat = lr, betas, flat

    @abstractmethod
    def step(self) -> None:
        """Move the weights once."""

    def parts(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Tensors that are like the weights, such as the gradients, as one for each parameter."""
        return parts_of(tensors[0], self._parameters) if self._flat else list(tensors)

    def moments(self) -> dict[str, Tensor]:
        """What it remembers, each tensor by its parameter's number and torch's name: "3.exp_avg"; {} at first."""
        return {}

    def set_moments(self, kept: Mapping[str, Tensor]) -> None:
        """Remember copies of what `moments` gave of one for parameters of the same shapes.

        Raises:
            KeyError, RuntimeError, ValueError: they are another one's.
        """
        if kept:
            raise ValueError("this optimiser remembers nothing")


class SGD(Optimizer):
    """w <- w - lr g."""

    def step(self) -> None:
        torch._foreach_add_(self.weights, self.gradients, alpha=-self.lr)


class Adam(Optimizer):
    """Steps scaled by the running mean of each gradient and of its square.

    Kingma and Ba 2014, arXiv:1412.6980, algorithm 1.
    """

    def __init__(self, parameters: Sequence[Tensor], lr: float, betas: tuple[float, float], flat: bool = False) -> None:
        super().__init__(parameters, lr, betas, flat)
        self._means, self._squares = ([torch.zeros_like(weight) for weight in self.weights] for _ in range(2))
        # One number for all weights: they make every step together.
        self._step, self._one = (torch.full((), n, device=self.weights[0].device) for n in (0.0, 1.0))
        self._steps = [self._step] * len(self.weights)
        self._begun = False

    def step(self) -> None:
        self._begun = True
        self._step += self._one
        move = getattr(torch, "_fused_adam_", torchs_adam)
        beta1, beta2 = self.betas
        move(
            self.weights, self.gradients, self._means, self._squares, [], self._steps, lr=self.lr, beta1=beta1,
            beta2=beta2, weight_decay=0.0, eps=EPS, amsgrad=False, maximize=False,
        )  # fmt: skip

    def moments(self) -> dict[str, Tensor]:
        pairs = zip(self.parts(self._means), self.parts(self._squares), strict=True)
        return {
            f"{number}.{key}": value
            for number, (mean, square) in enumerate(pairs if self._begun else ())
            for key, value in (("step", self._step.clone()), ("exp_avg", mean), ("exp_avg_sq", square))
        }

    def set_moments(self, kept: Mapping[str, Tensor]) -> None:
        self._begun = bool(kept)
        names = {f"{n}.{key}" for n in range(len(self._parameters)) for key in ("step", "exp_avg", "exp_avg_sq")}
        if kept and kept.keys() != names:
            raise KeyError("the moments of other parameters")
        for key, tensors in (("exp_avg", self._means), ("exp_avg_sq", self._squares)):
            for number, part in enumerate(self.parts(tensors)):
                value = kept.get(f"{number}.{key}")
                if value is None:
                    part.zero_()
                elif value.shape != part.shape:
                    raise ValueError(f"the moments of a weight {tuple(value.shape)}, not {tuple(part.shape)}")
                else:
                    part.copy_(value)
        self._step.copy_(kept.get("0.step", torch.zeros(())))


def torchs_adam(
    weights: list[Tensor], gradients: list[Tensor], means: list[Tensor], squares: list[Tensor], maxima: list[Tensor],
    steps: list[Tensor], **settings: Any,
) -> None:  # fmt: skip
    """What `torch._fused_adam_` does, by torch's public function: for a torch that no longer has that private one."""
    # It counts the step itself, for each weight.
    adam(weights, gradients, means, squares, maxima, [steps[0] - 1 for _ in steps], **settings)


KINDS: dict[str, type[Optimizer]] = {"adam": Adam, "sgd": SGD}


def optimizer(
    name: str, parameters: Sequence[Tensor], lr: float, betas: tuple[float, float], flat: bool = False
) -> Optimizer:
    """The optimiser of a name in OPTIMIZERS; `betas` are Adam's.

    Args:
        flat: whether the parameters become parts of one flat tensor, for networks whose steps take no time.
    """
    return KINDS[name](parameters, lr, betas, flat)
