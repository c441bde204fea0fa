"""PacGAN's figures on sets whose answer is known."""

import math

import pytest
import torch

from core_fixtures import seed
from gan.metrics.modes import mode_report

CENTRES = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]])


def around(counts: list[int], std: float = 0.1) -> torch.Tensor:
    centres = CENTRES.repeat_interleave(torch.tensor(counts), 0)
    return centres + std * torch.randn(len(centres), 2, generator=seed())


def test_real_samples() -> None:
    report = mode_report(around([600] * 4), CENTRES, 0.1)
    assert (report.total, report.modes, report.fair) == (4, 4, 4)
    # Within 3 deviations in two dimensions: 1 - exp(-9 / 2).
    assert report.high_quality == pytest.approx(1 - math.exp(-4.5), abs=0.005)
    assert report.reverse_kl < 1e-3


def test_half_of_the_modes() -> None:
    report = mode_report(CENTRES[:2].repeat(50, 1), CENTRES, 0.1)
    assert (report.modes, report.fair, report.high_quality) == (2, 2, 1.0)
    assert report.reverse_kl == pytest.approx(math.log(2))


def test_a_single_point() -> None:
    report = mode_report(CENTRES[:1].repeat(50, 1), CENTRES, 0.1)
    assert (report.modes, report.fair) == (1, 1)
    assert report.reverse_kl == pytest.approx(math.log(4))


def test_fair_needs_a_fifth_of_the_equal_share() -> None:
    # 400 points over 4 modes: the equal share is 100, a fifth of it 20.
    points = CENTRES.repeat_interleave(torch.tensor([361, 19, 20, 0]), 0)
    report = mode_report(points, CENTRES, 0.1)
    assert (report.modes, report.fair) == (3, 2)
    shares = [361 / 400, 19 / 400, 20 / 400]
    assert report.reverse_kl == pytest.approx(sum(s * math.log(s * 4) for s in shares), abs=1e-6)


def test_far_points_count_against_quality_and_fairness_alone() -> None:
    points = torch.cat([CENTRES.repeat(10, 1), torch.full((60, 2), 5.0)])
    report = mode_report(points, CENTRES, 0.1)
    assert report.high_quality == pytest.approx(0.4)
    assert report.modes == 4
    assert report.fair == 4
    assert report.reverse_kl == pytest.approx(0, abs=1e-9)


def test_the_edge_is_at_three_deviations() -> None:
    just_in, just_out = torch.tensor([[0.299, 0.0]]), torch.tensor([[0.301, 0.0]])
    assert mode_report(just_in, CENTRES, 0.1).high_quality == 1
    assert mode_report(just_out, CENTRES, 0.1).high_quality == 0


def test_nothing_good() -> None:
    report = mode_report(torch.full((30, 2), 5.0), CENTRES, 0.1)
    assert (report.modes, report.fair, report.high_quality) == (0, 0, 0.0)
    assert report.reverse_kl == float("inf")
