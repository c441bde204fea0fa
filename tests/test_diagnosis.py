"""What a run in trouble is told, and that one in good health is told nothing."""

import pytest
import torch

from core_fixtures import seed
from gan.diagnosis import diagnose, spread
from gan.modes import ModeReport


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
