"""The optimisers against their papers' formulas, and against torch's own."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from core_fixtures import copied, seed
from gan.recipe.optimizers import OPTIMIZERS, Optimizer, optimizer

BETAS = (0.5, 0.9)
either = pytest.mark.parametrize("flat", [False, True])


def weights_of() -> list[Tensor]:
    """Two weights of different shapes, the same every time."""
    return [torch.randn(3, 5, generator=seed(1)), torch.randn(4, generator=seed(2))]


def descend(opt: Optimizer, weights: list[Tensor]) -> None:
    """A step down the gradient of the sum of the weights' fourth powers."""
    for part, weight in zip(opt.parts(opt.gradients), weights, strict=True):
        part.copy_(4 * weight**3)
    opt.step()


@either
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_they_go_down(name: str, flat: bool) -> None:
    weights = weights_of()
    opt = optimizer(name, weights, 0.01, BETAS, flat)
    for _ in range(600):
        descend(opt, weights)
    assert max(weight.abs().max() for weight in weights) < 0.5


def test_sgd_is_a_plain_step() -> None:
    weight = torch.tensor([3.0, -2.0])
    opt = optimizer("sgd", [weight], 0.1, (0.9, 0.9))
    for expected in ([2.9, -2.1], [2.8, -2.2]):
        opt.gradients[0].fill_(1)
        opt.step()
        torch.testing.assert_close(weight, torch.tensor(expected))
    assert opt.moments() == {}


def test_adam_by_hand() -> None:
    weight = torch.tensor([1.0])
    opt = optimizer("adam", [weight], 0.1, BETAS)
    m = v = 0.0
    value = 1.0
    for t, grad in enumerate((2.0, -1.0, 4.0), start=1):
        opt.gradients[0].fill_(grad)
        opt.step()
        m, v = 0.5 * m + 0.5 * grad, 0.9 * v + 0.1 * grad**2
        value -= 0.1 * (m / (1 - 0.5**t)) / ((v / (1 - 0.9**t)) ** 0.5 + 1e-8)
        assert weight.item() == pytest.approx(value, rel=1e-5)


@either
@pytest.mark.parametrize(("name", "torchs"), [
    ("adam", lambda weights: torch.optim.Adam(weights, lr=0.01, betas=BETAS, fused=True)),
    ("sgd", lambda weights: torch.optim.SGD(weights, lr=0.01, fused=True)),
])  # fmt: skip
def test_they_are_torchs_to_the_last_bit(
    name: str, torchs: Callable[[list[Tensor]], torch.optim.Optimizer], flat: bool
) -> None:
    """Moments go by torch's names, and those that torch wrote are understood."""
    ours, theirs = weights_of(), weights_of()
    opt, other = optimizer(name, ours, 0.01, BETAS, flat), torchs(theirs)
    for turn in range(6):
        for weight in theirs:
            weight.grad = 4 * weight**3
        other.step()
        descend(opt, ours)
        for pair in zip(ours, theirs, strict=True):
            torch.testing.assert_close(*pair, **({} if flat else {"rtol": 0, "atol": 0}))
        kept = {f"{i}.{key}": value for i, each in other.state_dict()["state"].items() for key, value in each.items()}
        if name == "sgd":
            kept = {}
        assert opt.moments().keys() == kept.keys()
        for key, value in kept.items():
            # A kernel rounds its last values otherwise, and those of a flat tensor are not each weight's last.
            torch.testing.assert_close(opt.moments()[key], value, **({} if flat else {"rtol": 0, "atol": 0}))
        if turn == 2:
            opt = optimizer(name, ours, 0.01, BETAS, flat)
            opt.set_moments(kept)
    assert not torch.equal(ours[0], weights_of()[0])


def test_the_name_of_torchs_own_that_is_called_directly() -> None:
    """Where a torch has it no more, its public function does the same: twice as slowly for small networks."""
    assert callable(torch._fused_adam_)


@either
def test_without_that_name_adam_is_the_same(flat: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    fused, usual = weights_of(), weights_of()
    opt, fallback = (optimizer("adam", weights, 0.01, BETAS, flat) for weights in (fused, usual))
    for _ in range(4):
        descend(opt, fused)
        with monkeypatch.context() as patch:
            patch.delattr(torch, "_fused_adam_")
            descend(fallback, usual)
    for pair in zip(fused, usual, strict=True):
        torch.testing.assert_close(*pair)
    assert torch.equal(opt.moments()["1.step"], fallback.moments()["1.step"])


@either
def test_moments_are_taken_as_copies_and_of_no_other_weights(flat: bool) -> None:
    weights = weights_of()
    opt, other = (optimizer("adam", weights, 0.01, BETAS, flat) for _ in range(2))
    descend(opt, weights)
    kept = copied(opt.moments())
    other.set_moments(kept)
    descend(other, weights)
    assert all(torch.equal(value, opt.moments()[key]) for key, value in kept.items())
    for wrong in (
        {key: value for key, value in kept.items() if key != "1.exp_avg"},
        kept | {"2.step": kept["0.step"]},
        kept | {"0.exp_avg": torch.zeros(5, 3)},
    ):
        with pytest.raises((KeyError, ValueError)):
            other.set_moments(wrong)
    other.set_moments({})
    assert other.moments() == {}


def test_weights_may_be_parts_of_one() -> None:
    weights = weights_of()
    before = [weight.clone() for weight in weights]
    opt = optimizer("sgd", weights, 1.0, BETAS, flat=True)
    assert all(torch.equal(*pair) for pair in zip(weights, before, strict=True))
    assert [part.shape for part in opt.parts(opt.gradients)] == [weight.shape for weight in weights]
    opt.weights[0].zero_()
    assert not any(weight.any() for weight in weights)
