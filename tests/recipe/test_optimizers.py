"""The optimisers against their papers' formulas."""

from collections.abc import Callable
from copy import deepcopy

import pytest
import torch
from torch import Tensor

from core_fixtures import seed
from gan.recipe.optimizers import OPTIMIZERS, optimizer


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_they_go_down(name: str) -> None:
    weight = torch.tensor([3.0, -2.0], requires_grad=True)
    opt = optimizer(name, [weight], 0.1, (0.5, 0.9))
    for _ in range(200):
        (weight.grad,) = torch.autograd.grad(weight.square().sum(), weight)
        opt.step()
    assert weight.abs().max() < 0.5


def test_sgd_is_a_plain_step() -> None:
    weight = torch.tensor([3.0, -2.0], requires_grad=True)
    opt = optimizer("sgd", [weight], 0.1, (0.9, 0.9))
    for expected in ([2.9, -2.1], [2.8, -2.2]):
        weight.grad = torch.ones(2)
        opt.step()
        torch.testing.assert_close(weight.detach(), torch.tensor(expected))
    assert opt.state_dict()["state"] == {}


def test_adam_by_hand() -> None:
    weight = torch.tensor([1.0], requires_grad=True)
    opt = optimizer("adam", [weight], 0.1, (0.5, 0.9))
    m = v = 0.0
    value = 1.0
    for t, grad in enumerate((2.0, -1.0, 4.0), start=1):
        weight.grad = torch.tensor([grad])
        opt.step()
        m, v = 0.5 * m + 0.5 * grad, 0.9 * v + 0.1 * grad**2
        value -= 0.1 * (m / (1 - 0.5**t)) / ((v / (1 - 0.9**t)) ** 0.5 + 1e-8)
        assert weight.item() == pytest.approx(value, rel=1e-5)


@pytest.mark.parametrize(("name", "torchs"), [
    ("adam", lambda weights: torch.optim.Adam(weights, lr=0.01, betas=(0.5, 0.9), fused=True)),
    ("sgd", lambda weights: torch.optim.SGD(weights, lr=0.01, fused=True)),
])  # fmt: skip
def test_they_are_torchs_to_the_last_bit(name: str, torchs: Callable[[list[Tensor]], torch.optim.Optimizer]) -> None:
    """A state may be torch's, and no step is seen by autograd."""
    start = torch.randn(3, 5, generator=seed())
    ours, theirs = (start.clone().requires_grad_() for _ in range(2))
    opt, other = optimizer(name, [ours], 0.01, (0.5, 0.9)), torchs([theirs])
    for turn in range(6):
        for weight, each in ((ours, opt), (theirs, other)):
            each.zero_grad()
            assert weight.grad is None
            weight.pow(4).sum().backward()
            each.step()
            assert weight.is_leaf
        assert torch.equal(ours, theirs)
        if turn == 2:
            opt.load_state_dict(deepcopy(other.state_dict()))
    assert not torch.equal(ours, start)
