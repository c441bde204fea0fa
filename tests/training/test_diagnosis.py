"""What a run in trouble is told, and that one in good health is told nothing."""

import dataclasses
from typing import Any

import pytest
import torch

from core_fixtures import seed
from gan.metrics.modes import ModeReport
from gan.recipe.config import TrainConfig
from gan.training.diagnosis import ILLNESSES, Diagnosis, Observation, diagnose, examine, spread


def report(modes: int, fair: int, total: int = 8) -> ModeReport:
    return ModeReport(total=total, modes=modes, fair=fair, high_quality=0.9, reverse_kl=0.1)


SPREAD_OUT = torch.randn(200, 2, generator=seed())


def test_spread() -> None:
    assert spread(torch.ones(10, 1, 8, 8)) == 0
    assert spread(torch.tensor([[0.0, 0.0], [2.0, 6.0]])) == pytest.approx((1 + 9) / 2)


@pytest.mark.parametrize("modes", [None, report(8, 8), report(8, 4), report(0, 0)])
def test_good_health(modes: ModeReport | None) -> None:
    assert diagnose(True, 1.0, modes, SPREAD_OUT, 1.0) == ""


def test_divergence_comes_first() -> None:
    assert diagnose(False, 1.0, report(1, 1), torch.zeros(9, 2), 1.0).startswith("diverged")


@pytest.mark.parametrize("loss", [1e6, float("inf"), float("nan")])
def test_losses_that_run_away(loss: float) -> None:
    assert diagnose(True, loss, None, SPREAD_OUT, 1.0).startswith("diverging")


@pytest.mark.parametrize(("modes", "fair"), [(8, 3), (1, 1), (2, 0)])
def test_few_modes(modes: int, fair: int) -> None:
    said = diagnose(True, 1.0, report(modes, fair), SPREAD_OUT, 1.0)
    assert said.startswith("mode collapse")
    assert f"{fair} of 8" in said


def test_all_the_same() -> None:
    assert diagnose(True, 1.0, None, torch.ones(64, 1, 8, 8), 0.3).startswith("mode collapse")
    assert diagnose(True, 1.0, None, 0.4 * SPREAD_OUT, 1.0).startswith("mode collapse")
    assert diagnose(True, 1.0, None, 0.6 * SPREAD_OUT, 1.0) == ""


# ---- the doctor -----------------------------------------------------------------------------------------------------

WELL = Observation(100, loss=0.8, shares=(0.125,) * 8, fair=8, total=8, passing=0.4, sure=0.05, drift=0.1)
RING = TrainConfig(data="ring", objective="relativistic")
FEW = (0.5, 0.5, *(0.0,) * 6)


def seen(steps: int = 1_500, before: int = 0, **changes: Any) -> list[Observation]:
    """A history every 100 steps: well for `before` steps, then changed."""
    return [dataclasses.replace(WELL, steps=n, **(changes if n > before else {})) for n in range(100, steps + 100, 100)]


def said(history: list[Observation], **config: Any) -> str:
    return examine(history, dataclasses.replace(RING, **config)).name


def test_the_doctor_starts_and_is_content() -> None:
    assert examine([], RING).name == "starting"
    assert said(seen(400)) == "starting"
    assert examine(seen(), RING) == Diagnosis("healthy", {"fair": 8, "total": 8}, {})


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"finite": False}, "diverged"),
        ({"loss": float("nan")}, "diverged"),
        ({"loss": 1e9}, "diverged"),
        ({"variety": 1e4}, "diverged"),
        ({"width": 0.1}, "one-point"),
        ({"width": 0.1, "finite": False}, "diverged"),
        ({"passing": 0.0, "sure": 0.99}, "strong-critic"),
        ({"shares": FEW, "fair": 2}, "collapsed"),
        ({"shares": (), "total": 0, "fair": 0, "variety": 0.01}, "collapsed"),
        ({"drift": 1.2}, "oscillating"),
        # What healthy runs may look like.
        ({"passing": 0.0, "sure": 0.4}, "healthy"),
        ({"passing": 0.01, "sure": 0.99}, "healthy"),
        ({"shares": (0.25,) * 4 + (0.0,) * 4, "fair": 4}, "healthy"),
        ({"shares": (), "total": 0, "fair": 0}, "healthy"),
        ({"drift": 0.4}, "healthy"),
    ],
)
def test_what_the_doctor_calls_it(changes: dict[str, Any], name: str) -> None:
    found = examine(seen(**changes), RING)
    assert found.name == name
    assert found.name in ILLNESSES
    assert bool(found.cure) == (name in ("diverged", "strong-critic", "collapsed", "oscillating"))


def test_an_illness_must_last() -> None:
    ill = {"shares": FEW, "fair": 2}
    assert said(seen(1_500, before=1_100, **ill)) == "healthy"
    assert said(seen(1_500, before=1_000, **ill)) == "collapsed"
    assert said(seen(1_500, before=800, passing=0.0, sure=0.99)) == "healthy"
    assert said(seen(1_500, before=700, passing=0.0, sure=0.99)) == "strong-critic"
    assert said(seen(1_500, before=1_100, drift=1.2)) == "healthy"
    assert said(seen(700, passing=0.0, sure=0.99)) == "starting"
    assert said(seen(700, drift=1.2)) == "starting"


def test_collapse_is_counted() -> None:
    found = examine(seen(shares=FEW, fair=0), RING)
    assert (found.values["fair"], found.values["total"]) == (2, 8)


def test_a_critic_with_a_margin_or_a_distance() -> None:
    """Hinge is sure at its margin already; Wasserstein's critic is meant to be."""
    sure = seen(passing=0.0, sure=0.5)
    assert said(sure) == "healthy"
    assert said(sure, objective="hinge") == "strong-critic"
    assert said(seen(passing=0.0, sure=0.99), objective="wasserstein") == "healthy"


def test_the_cures() -> None:
    sick = dataclasses.replace(RING, objective="non-saturating", lr=1e-3, lr_d=0.1, d_steps=4, ema_nimg=0)
    strong = examine(seen(passing=0.0, sure=0.99), sick).cure
    assert strong == {"penalty": "r1-r2", "gamma": 0.1, "d_steps": 1, "lr_d": 1e-3}
    paired = dataclasses.replace(sick, **examine(seen(shares=FEW), sick).cure)
    assert (paired.objective, paired.penalty_name, paired.d_steps) == ("relativistic", "r1-r2", 1)
    assert paired.lr == paired.lr_d
    assert examine(seen(drift=2.0), sick).cure == {"ema_nimg": 20_000.0}
    averaged = dataclasses.replace(sick, ema_nimg=20_000.0)
    assert examine(seen(drift=2.0), averaged).cure == {"lr": pytest.approx(1e-4), "lr_d": pytest.approx(1e-4)}
    lagging = dataclasses.replace(sick, objective="wasserstein", d_steps=1)
    assert examine(seen(drift=2.0), lagging).cure == {"d_steps": 5}
    wild = dataclasses.replace(RING, lr=0.5, lr_d=0.0)
    calm = dataclasses.replace(wild, **examine(seen(finite=False), wild).cure)
    assert calm.lr <= 1e-3
    assert 0 < calm.lr_d <= 1e-3


@pytest.mark.parametrize("data", ["digits", "mnist", "grid", "drawn"])
def test_a_cure_is_a_possible_config(data: str) -> None:
    for changes in ({"finite": False}, {"shares": FEW}, {"passing": 0.0, "sure": 1.0}, {"drift": 2.0}):
        config = TrainConfig(data=data, objective="minimax")
        assert dataclasses.replace(config, **examine(seen(**changes), config).cure) != config
