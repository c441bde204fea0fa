"""What a run in trouble is told, and that one in good health is told nothing."""

import dataclasses
from typing import Any

import pytest
import torch

from core_fixtures import seed
from gan.metrics.modes import ModeReport
from gan.recipe.config import TrainConfig
from gan.recipe.objectives import OBJECTIVES
from gan.training.diagnosis import (
    ILLNESSES,
    REMEDIES,
    Diagnosis,
    Observation,
    diagnose,
    examine,
    in_force,
    spread,
)


def report(modes: int, fair: int, total: int = 8) -> ModeReport:
    return ModeReport(total=total, modes=modes, fair=fair, high_quality=0.9, reverse_kl=0.1)


SPREAD_OUT = torch.randn(200, 2, generator=seed())


def test_spread() -> None:
    assert spread(torch.ones(10, 1, 8, 8)) == 0
    assert spread(torch.tensor([[0.0, 0.0], [2.0, 6.0]])) == pytest.approx((1 + 9) / 2)


@pytest.mark.parametrize("modes", [None, report(8, 8), report(8, 5), report(0, 0)])
def test_good_health(modes: ModeReport | None) -> None:
    assert diagnose(True, 1.0, modes, SPREAD_OUT, 1.0) == ""


def test_divergence_comes_first() -> None:
    assert diagnose(False, 1.0, report(1, 1), torch.zeros(9, 2), 1.0).startswith("diverged")


@pytest.mark.parametrize("loss", [1e6, float("inf"), float("nan")])
def test_losses_that_run_away(loss: float) -> None:
    assert diagnose(True, loss, None, SPREAD_OUT, 1.0).startswith("diverging")


@pytest.mark.parametrize(("modes", "fair"), [(8, 4), (8, 3), (1, 1), (2, 0)])
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
SICK = TrainConfig(data="ring", objective="non-saturating", lr=1e-3, lr_d=0.1, d_steps=4, ema_nimg=0)
FEW = (0.5, 0.5, *(0.0,) * 6)


def seen(steps: int = 1_500, before: int = 0, **changes: Any) -> list[Observation]:
    """A history every 100 steps: well for `before` steps, then changed."""
    return [dataclasses.replace(WELL, steps=n, **(changes if n > before else {})) for n in range(100, steps + 100, 100)]


def said(history: list[Observation], **config: Any) -> str:
    return examine(history, dataclasses.replace(RING, **config)).name


def test_the_doctor_starts_and_is_content() -> None:
    assert examine([], RING).name == "starting"
    assert said(seen(400)) == "starting"
    assert examine(seen(), RING) == Diagnosis("healthy", {"fair": 8, "total": 8})


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
        ({"shares": (0.25,) * 4 + (0.0,) * 4, "fair": 4}, "collapsed"),  # half of the blobs are empty
        ({"shares": (0.2,) * 5 + (0.0,) * 3, "fair": 5}, "healthy"),
        ({"shares": (1.0, 0.0), "fair": 1, "total": 2}, "collapsed"),
        ({"shares": (), "total": 0, "fair": 0, "variety": 0.01}, "collapsed"),
        ({"drift": 1.2}, "oscillating"),
        # What healthy runs may look like.
        ({"passing": 0.0, "sure": 0.4}, "healthy"),
        ({"passing": 0.01, "sure": 0.99}, "healthy"),
        ({"shares": (), "total": 0, "fair": 0}, "healthy"),
        ({"drift": 0.4}, "healthy"),
    ],
)
def test_what_the_doctor_calls_it(changes: dict[str, Any], name: str) -> None:
    assert examine(seen(**changes), RING).name == name
    found = examine(seen(**changes), SICK)
    assert found.name == name
    assert found.name in ILLNESSES
    assert bool(found.cure) == (name in ("diverged", "strong-critic", "collapsed", "oscillating"))


def test_words_change_whole_letters_and_are_well() -> None:
    names = dataclasses.replace(RING, data="names", end="choice")
    assert [examine(seen(drift=drift), names).name for drift in (0.9, 1.3)] == ["healthy", "oscillating"]


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


def slow(steps: int, seconds: float, each: float = 2.0, **changes: Any) -> list[Observation]:
    """A history every `each` seconds, up to `steps` and `seconds` of training, changed throughout."""
    count = round(seconds / each)
    return [
        dataclasses.replace(WELL, steps=round(steps * n / count), seconds=each * n, **changes)
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize("rate", [10, 27, 80, 400, 2_000])
def test_a_critic_that_is_too_strong_is_named_within_ten_seconds(rate: int) -> None:
    """By steps where they are fast, by the clock where they are slow; 100 steps are needed at least."""
    sure: dict[str, Any] = {"passing": 0.0, "sure": 0.99}
    named = next(at for at in range(2, 60, 2) if said(slow(rate * at, at, **sure)) == "strong-critic")
    assert named <= 10
    assert all(said(slow(rate * at, at, **sure)) == "starting" for at in range(2, named, 2))


def test_by_the_clock_too_an_illness_must_last() -> None:
    begun = slow(200, 20.0)
    ill = [dataclasses.replace(seen, passing=0.0, sure=0.99) for seen in begun]
    assert said([*begun[:-2], *ill[-2:]]) == "starting"  # 4 seconds
    assert said([*begun[:5], *ill[5:]]) == "strong-critic"  # 10 seconds, 100 steps
    assert said([*begun[:6], *ill[6:9]]) == "starting"  # 6 seconds, but 60 steps
    crawling = [dataclasses.replace(seen, steps=seen.steps // 4) for seen in ill]
    assert said(crawling) == "starting"  # 20 seconds, but 50 steps
    assert said(slow(600, 60.0, shares=FEW)) == "collapsed"
    assert said(slow(400, 60.0, shares=FEW)) == "starting"  # every G begins on one spot


def remedied(config: TrainConfig, **changes: Any) -> tuple[str, dict[str, Any]]:
    """What is done about an illness of 1,500 steps, and all that it changes."""
    found = examine(seen(**changes), config)
    return found.remedy, found.cure


def test_the_cures() -> None:
    strong, few = {"passing": 0.0, "sure": 0.99}, {"shares": FEW}
    assert remedied(SICK, **strong) == ("brake", {"penalty": "r1-r2", "gamma": 0.1})
    weak = dataclasses.replace(SICK, penalty="r1-r2", gamma=1e-3)
    assert remedied(weak, **strong)[0] == "even"  # a brake that is there is not added
    braked = dataclasses.replace(SICK, penalty="r1-r2", gamma=0.1)
    assert remedied(braked, **strong) == ("even", {"d_steps": 1, "lr_d": 1e-3})
    assert remedied(dataclasses.replace(braked, d_steps=1, lr_d=0.0), **strong) == ("", {})
    assert remedied(SICK, **few)[0] == "brake"
    remedy, change = remedied(braked, **few)
    paired = dataclasses.replace(braked, **change)
    assert (remedy, paired.objective, paired.penalty_name, paired.d_steps) == ("pairs", "relativistic", "r1-r2", 1)
    assert paired.lr == paired.lr_d
    assert remedied(dataclasses.replace(paired, lr=1e-2), **few) == ("rates", {"lr": 4e-3})
    assert remedied(paired, **few) == ("", {})
    rates = {"lr": pytest.approx(1e-4), "lr_d": pytest.approx(1e-4)}
    assert remedied(SICK, drift=2.0) == ("average+rate", {"ema_nimg": 20_000.0} | rates)
    assert remedied(dataclasses.replace(SICK, ema_nimg=20_000.0), drift=2.0) == ("rate", rates)
    lagging = dataclasses.replace(SICK, objective="wasserstein", d_steps=1)
    assert remedied(lagging, drift=2.0) == remedied(lagging, **few) == ("critic-steps", {"d_steps": 5})
    wild = dataclasses.replace(RING, lr=0.5, lr_d=0.0)
    remedy, change = remedied(wild, finite=False)
    assert (remedy, change.keys()) == ("rate", {"lr", "lr_d"})
    assert 0 < change["lr_d"] <= change["lr"] <= 1e-3


def test_a_rate_is_never_cured_beyond_the_least_that_a_run_may_have() -> None:
    config = dataclasses.replace(RING, lr=5e-7, lr_d=0.0)
    remedy, change = remedied(config, finite=False)
    cured = dataclasses.replace(config, **change)  # refused where a value is out of its range
    assert (remedy, cured.lr, cured.lr_d) == ("rate", 1e-7, pytest.approx(5e-8))


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("remedy", REMEDIES)
def test_a_remedy_changes_what_it_says_and_is_given_once(remedy: str, objective: str) -> None:
    """No button names a change that is in force already, and none is there twice."""
    for config in (SICK, dataclasses.replace(SICK, lr_d=0.0, d_steps=1, penalty="r1-r2", ema_nimg=1e6)):
        sick = dataclasses.replace(config, objective=objective)
        change = REMEDIES[remedy](sick)
        assert all(value != in_force(sick, name) for name, value in change.items())
        if remedy != "rate":  # rates can always be smaller
            assert REMEDIES[remedy](dataclasses.replace(sick, **change)) == {}


@pytest.mark.parametrize("data", ["digits", "mnist", "grid", "drawn"])
def test_a_cure_is_a_possible_config(data: str) -> None:
    for changes in ({"finite": False}, {"shares": FEW}, {"passing": 0.0, "sure": 1.0}, {"drift": 2.0}):
        config = TrainConfig(data=data, objective="minimax")
        assert dataclasses.replace(config, **examine(seen(**changes), config).cure) != config
