"""Fast passes against autograd's, which say what is right."""

import dataclasses
from itertools import product

import pytest
import torch

from core_fixtures import copied, differing, made_up, tiny
from gan.data.sets import Data, load, load_here
from gan.recipe.config import TrainConfig
from gan.recipe.objectives import OBJECTIVES
from gan.recipe.penalties import PENALTIES
from gan.recipe.presets import PRESETS
from gan.training.fast_passes import FastPasses
from gan.training.passes import AutogradPasses
from gan.training.trainer import Trainer

TOLERANCE = {"float32": 1e-5, "bf16": 0.02}  # of the largest gradient
# Networks and data that between them use every part of the formulas.
FORMS: dict[str, dict[str, object]] = {
    "pictures": {},
    "points with features": {"data": "ring", "features": 8},
    "classes": {"condition": "class", "d_steps": 2},
    "shared fakes, sigmoid": {"fakes": "shared", "end": "sigmoid", "g_steps": 2},
    "linear critic, uniform noise": {"data": "ring", "noise": "uniform", "d_widths": ()},
    "linear generator": {"g_widths": ()},
}
BRAKES = [name for name in PENALTIES if name != "gradient"]
SLOW: dict[str, dict[str, object]] = {
    "bf16 with features": {"data": "ring", "features": 8, "precision": "bf16"},
    "batch norm": {"norm": "batch"}, "dropout": {"dropout": 0.1},
    "augmentation": {"augment": "shift"}, "gradient penalty": {"objective": "wasserstein-gp"},
    "convolutions": {"network": "dcgan", "g_widths": (8, 4), "d_widths": (4, 8)},
}  # fmt: skip


def data_of(config: TrainConfig) -> Data:
    return load(config.data) if config.data == "ring" else made_up()


def check_gradients(config: TrainConfig) -> None:
    """Every gradient, loss and mean of two iterations is autograd's; each half begins at the same state."""
    rtol, atol = (1e-5, 1e-5) if config.precision == "float32" else (1e-2, 1e-2)
    fast, slow = Trainer(config, data_of(config)), Trainer(config, data_of(config), fast=False)
    assert isinstance(fast._passes, FastPasses)
    assert isinstance(slow._passes, AutogradPasses)
    for name in ("d", "g") * 2:
        fast.restore(copied(slow.state()))
        if name == "g":
            slow._shared = None
        losses = [getattr(trainer, f"step_{name}")() for trainer in (fast, slow)]
        found, wanted = (getattr(trainer, f"opt_{name}") for trainer in (fast, slow))
        torch.testing.assert_close(*losses, rtol=rtol, atol=atol)
        largest = max(gradient.abs().max() for gradient in wanted.gradients)
        assert largest > 0
        for ours, theirs in zip(found.parts(found.gradients), wanted.parts(wanted.gradients), strict=True):
            assert (ours - theirs).abs().max() <= TOLERANCE[config.precision] * largest
        assert fast.means() == pytest.approx(slow.means(), rel=10 * rtol, abs=atol, nan_ok=True)
    assert fast.nimg == slow.nimg


@pytest.mark.parametrize("penalty", BRAKES)
@pytest.mark.parametrize("form", FORMS)
def test_gradients_are_autograds(form: str, penalty: str) -> None:
    check_gradients(tiny(penalty=penalty, gamma=2.0, **FORMS[form]))


@pytest.mark.parametrize("penalty", BRAKES)
@pytest.mark.parametrize("form", FORMS)
def test_gradients_in_16_bits_are_autograds(form: str, penalty: str) -> None:
    """But for rounding: products are of 16 bits both ways, sums of several are rounded once or twice."""
    check_gradients(tiny(**{"penalty": penalty, "gamma": 2.0, "precision": "bf16"} | FORMS[form] | {"features": 0}))


@pytest.mark.parametrize("penalty", BRAKES)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_gradients_of_every_objective_are_autograds(objective: str, penalty: str) -> None:
    check_gradients(tiny(objective=objective, penalty=penalty, seed=7, batch=6))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_derivatives_are_those_of_the_losses(objective: str) -> None:
    """For logits of any size, ties and margins left out, where a loss has a bend."""
    kind = OBJECTIVES[objective]
    grid = [-90.0, -3.3, -0.7, 0.2, 1.4, 8.0, 90.0]
    real, fake = torch.tensor(list(product(grid, grid)), dtype=torch.float64).t().clone().requires_grad_().unbind(0)
    wanted = torch.autograd.grad(kind.loss_d(real, fake).sum(), (real, fake), retain_graph=True)
    for pair in zip(kind.by_d(real, fake), wanted, strict=True):
        torch.testing.assert_close(*pair)
    (by_fake,) = torch.autograd.grad(kind.loss_g(real, fake).sum(), fake)
    torch.testing.assert_close(kind.by_g(real, fake), by_fake)


@pytest.mark.parametrize("name", ["ring", "grid", "digits", "digits-mlp", "mnist-mlp", "ring-best", "grid-best"])
def test_presets_of_small_networks_are_fast(name: str) -> None:
    config = dataclasses.replace(PRESETS[name], nimg=10**5, batch=32)
    assert isinstance(Trainer(config, load_here(config.data))._passes, FastPasses)


@pytest.mark.parametrize("name", SLOW)
def test_everything_else_is_left_to_autograd(name: str) -> None:
    config = tiny(**SLOW[name])
    trainer = Trainer(config, data_of(config))
    assert isinstance(trainer._passes, AutogradPasses)
    trainer.step()


def test_a_critic_that_compares_pairs_keeps_its_last_bias() -> None:
    """Its gradient is 0, and what rounding leaves of it would be scaled up by Adam."""
    trainer = Trainer(tiny(batch=6, lr=0.1), made_up())
    bias = trainer.D.last.bias.detach().clone()
    for _ in range(5):
        trainer.step()
    assert torch.equal(trainer.D.last.bias, bias)


def test_a_run_begun_by_one_goes_on_by_the_other() -> None:
    """States know nothing of how a step is computed."""
    fast, slow = Trainer(tiny(), made_up()), Trainer(tiny(), made_up(), fast=False)
    fast.step()
    slow.restore(copied(fast.state()))
    assert differing(fast.state(), slow.state()) == []
    for _ in range(3):
        fast.step()
        slow.step()
    for key, value in slow.state().items():
        torch.testing.assert_close(fast.state()[key], value, rtol=1e-3, atol=1e-4)


def test_what_phases_hand_out_is_not_written_over() -> None:
    trainer = Trainer(tiny(), made_up())
    seen = [phase.values for _ in range(2) for phase in (*trainer.d_phases(), *trainer.g_phases())]
    before = [copied(values) for values in seen]
    for _ in range(2):
        trainer.step()
    assert all(differing(*pair) == [] for pair in zip(before, seen, strict=True))


def test_a_fake_of_a_step_that_was_left_is_made_anew() -> None:
    """Two steps of D lie between fakes that are shared and the step of G that they are shared with, one not ended."""
    trainers = [Trainer(tiny(fakes="shared"), made_up(), fast=fast) for fast in (True, False)]
    for trainer in trainers:
        trainer.step_d()
        left = trainer.d_phases()
        for _ in range(3):
            next(left)
        trainer.step_g()
    fast, slow = trainers
    for ours, theirs in zip(fast.opt_g.parts(fast.opt_g.gradients), slow.opt_g.gradients, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-6)
