"""The optimisers against their papers' formulas."""

import pytest
import torch

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
