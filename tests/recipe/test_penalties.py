"""The brakes on D against closed forms on critics whose slope is known."""

import pytest
import torch
from torch import Tensor, nn

from core_fixtures import seed
from gan.recipe.penalties import clip_weights, gradient_penalty, squared_gradient_norm

A = torch.tensor([3.0, -4.0])  # of length 5


def linear_critic(x: Tensor) -> Tensor:
    return x @ A


def quadratic_critic(x: Tensor) -> Tensor:
    """|x|^2, whose slope is 2 |x|."""
    return x.flatten(1).square().sum(1)


def slopes(D, x: Tensor) -> Tensor:
    x = x.clone().requires_grad_(True)
    return squared_gradient_norm(x, D(x))


def test_slope_of_a_linear_critic() -> None:
    torch.testing.assert_close(slopes(linear_critic, torch.randn(7, 2, generator=seed())), torch.full((7,), 25.0))


def test_slope_of_a_quadratic_critic_is_each_samples_own() -> None:
    x = torch.randn(5, 1, 3, 3, generator=seed())
    torch.testing.assert_close(slopes(quadratic_critic, x), 4 * x.flatten(1).square().sum(1))


def test_gradient_reaches_the_weights() -> None:
    """d |a|^2 / da = 2 a: through the gradient of the gradient."""
    layer = nn.Linear(2, 1)
    x = torch.randn(6, 2, generator=seed()).requires_grad_(True)
    squared_gradient_norm(x, layer(x).squeeze(1)).mean().backward()
    torch.testing.assert_close(layer.weight.grad, 2 * layer.weight.detach())


@pytest.mark.parametrize("unit", [1.0, 0.25])
def test_gradient_penalty_of_a_linear_critic(unit: float) -> None:
    real, fake = torch.randn(2, 9, 2, generator=seed())
    penalty = gradient_penalty(linear_critic, real, fake, torch.rand(9, generator=seed(1)), unit)
    torch.testing.assert_close(penalty, torch.full((9,), (5 * unit - 1) ** 2))


def test_gradient_penalty_looks_between_each_real_and_its_fake() -> None:
    real, fake = torch.zeros(400, 2), torch.ones(400, 2) * torch.tensor([1.0, 2.0])
    seen = []

    def critic(x: Tensor) -> Tensor:
        seen.append(x.detach())
        return quadratic_critic(x)

    share = torch.rand(400, generator=seed(1))
    penalty = gradient_penalty(critic, real, fake, share)
    (between,) = seen
    torch.testing.assert_close(between[:, 1], 2 * between[:, 0])  # on the segment
    torch.testing.assert_close(between[:, 0], 1 - share)
    assert 0 <= between[:, 0].min() < 0.1
    assert 0.9 < between[:, 0].max() <= 1
    torch.testing.assert_close(penalty, (2 * between.norm(dim=1) - 1).square(), rtol=1e-4, atol=1e-4)


def test_gradient_penalty_moves_a_critic_towards_slope_one() -> None:
    layer = nn.Linear(2, 1)
    with torch.no_grad():
        layer.weight.copy_(A[None])
    real, fake = torch.randn(2, 9, 2, generator=seed())
    gradient_penalty(lambda x: layer(x).squeeze(1), real, fake, torch.rand(9, generator=seed(1))).mean().backward()
    # d (|a| - 1)^2 / da = 2 (|a| - 1) a / |a|
    torch.testing.assert_close(layer.weight.grad, 2 * 4 * A[None] / 5)


def test_gradient_penalty_of_a_flat_critic_is_finite() -> None:
    layer = nn.Linear(2, 1)
    nn.init.zeros_(layer.weight)
    gradient_penalty(
        lambda x: layer(x).squeeze(1), torch.zeros(4, 2), torch.ones(4, 2), torch.rand(4)
    ).mean().backward()
    assert layer.weight.grad is not None
    assert layer.weight.grad.isfinite().all()


def test_clip() -> None:
    layer = nn.Linear(2, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[3.0, -0.2], [0.1, -7.0]]))
        layer.bias.copy_(torch.tensor([0.4, -0.6]))
    clip_weights(layer.parameters(), 0.5)
    assert torch.equal(layer.weight, torch.tensor([[0.5, -0.2], [0.1, -0.5]]))
    assert torch.equal(layer.bias, torch.tensor([0.4, -0.5]))
