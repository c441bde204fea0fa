"""Distances between sets, against closed forms and against what published code scores."""

import functools
import math
import time

import pytest
import torch

from gan.data.drawings import drawn_name
from gan.data.points import Points
from gan.data.sets import DATASETS, load, mixture
from gan.errors import ConfigError
from gan.metrics.distances import (
    PlaneDistance,
    class_report,
    coverage,
    frechet,
    projections,
    radii,
    two_sample,
)


def normal(n: int, dim: int, seed: int) -> torch.Tensor:
    return torch.randn(n, dim, generator=torch.Generator().manual_seed(seed))


def exact(mean: torch.Tensor, cov_root: torch.Tensor, n: int = 64) -> torch.Tensor:
    """Samples whose mean and covariance are exactly those given (root times its transpose)."""
    x = normal(n, len(mean), 3).double()
    x = x - x.mean(0)
    x = x @ torch.linalg.inv(torch.linalg.cholesky(torch.cov(x.T)).T)
    return mean + x @ cov_root.T


def test_frechet_of_gaussians_along_the_axes() -> None:
    a = exact(torch.zeros(2).double(), torch.diag(torch.tensor([1.0, 2.0])).double())
    b = exact(torch.tensor([3.0, -1.0]).double(), torch.diag(torch.tensor([2.0, 5.0])).double())
    # |mean|^2 + sum of (difference of standard deviations)^2
    assert frechet(a, b) == pytest.approx(10 + 1 + 9, abs=1e-6)


def test_frechet_of_turned_gaussians() -> None:
    turn = torch.tensor([[0.6, -0.8], [0.8, 0.6]]).double()
    a = exact(torch.zeros(2).double(), torch.diag(torch.tensor([1.0, 3.0])).double())
    b = exact(torch.zeros(2).double(), turn @ torch.diag(torch.tensor([1.0, 3.0])).double())
    cov_a, cov_b = torch.cov(a.T), torch.cov(b.T)
    # In two dimensions trace(M^1/2) = sqrt(trace M + 2 sqrt(det M)).
    product = cov_a @ cov_b
    root = (product.trace() + 2 * product.det().sqrt()).sqrt()
    assert frechet(a, b) == pytest.approx((cov_a.trace() + cov_b.trace() - 2 * root).item(), abs=1e-6)
    assert frechet(a, b) > 0.5


def test_frechet_is_zero_for_one_set_and_symmetric() -> None:
    a, b = normal(100, 8, 0), 2 * normal(100, 8, 1)
    assert frechet(a, a) == pytest.approx(0, abs=1e-6)
    assert frechet(a, b) == pytest.approx(frechet(b, a), rel=1e-6)


def test_frechet_with_dead_and_few_features_is_finite() -> None:
    a, b = normal(10, 32, 0), normal(10, 32, 1)
    a[:, :5] = b[:, :5] = 0
    assert 0 < frechet(a, b) < 1000


def test_coverage_scores_two_normal_sets_as_published() -> None:
    """Two N(0, I) sets of 64 dimensions; Naeem et al.: density and coverage near 1 and 1 - 2^-k for equal sets."""
    report = coverage(normal(2000, 64, 0), normal(2000, 64, 1))
    assert report.density == pytest.approx(1.0, abs=0.1)
    assert report.coverage == pytest.approx(1 - 0.5**5, abs=0.03)
    assert report.precision == pytest.approx(report.recall, abs=0.1)


def test_coverage_by_hand() -> None:
    real = torch.tensor([[0.0], [1.0], [2.0], [10.0], [11.0], [12.0]])
    fake = torch.tensor([[0.5], [0.6], [1.4], [1.5], [50.0], [51.0]])
    report = coverage(real, fake, k=1)
    # Every real's nearest other is 1 away; only the first three have a fake nearer than that.
    assert report.coverage == pytest.approx(3 / 6)
    assert report.precision == pytest.approx(4 / 6)
    # Each of the four near fakes lies in two neighbourhoods.
    assert report.density == pytest.approx(8 / 6)
    # Radii of the fakes: .1 .1 .1 .1 1 1; no real is that near to one.
    assert report.recall == 0


def test_coverage_sees_collapse_and_noise() -> None:
    real = normal(500, 4, 0)
    collapsed = real[:1] + 0.01 * normal(500, 4, 1)
    far = normal(500, 4, 2) + 100
    assert coverage(real, collapsed).precision > 0.9
    assert coverage(real, collapsed).coverage < 0.1
    assert coverage(real, far).precision == coverage(real, far).coverage == 0


def test_coverage_needs_more_samples_than_neighbours() -> None:
    with pytest.raises(ConfigError, match="more than 5 samples"):
        coverage(normal(5, 2, 0), normal(50, 2, 0))


def test_radii_leave_the_sample_itself_out() -> None:
    assert radii(torch.tensor([[0.0], [1.0], [3.0]]), 1).tolist() == [1, 1, 2]


def test_two_sample_is_a_coin_for_equal_sets_and_sure_for_others() -> None:
    # 1,000 held-out samples: the standard deviation is 0.016.
    assert two_sample(normal(1000, 8, 0), normal(1000, 8, 1)) == pytest.approx(0.5, abs=0.06)
    assert two_sample(normal(1000, 8, 0), normal(1000, 8, 1) + 2) > 0.97


def test_two_sample_sees_more_than_means() -> None:
    assert two_sample(normal(1000, 2, 0), 3 * normal(1000, 2, 1)) > 0.7


def test_two_sample_is_repeatable_and_leaves_the_global_generator() -> None:
    before = torch.get_rng_state()
    scores = [two_sample(normal(200, 4, 0), normal(200, 4, 1), steps=50) for _ in range(2)]
    assert scores[0] == scores[1]
    assert torch.equal(before, torch.get_rng_state())


def test_projections_are_sorted_along_even_directions() -> None:
    rows = projections(torch.tensor([[1.0, 0.0], [-2.0, 0.0]]), 4)
    cos = [math.cos(math.pi * i / 4) for i in range(4)]
    torch.testing.assert_close(rows, torch.tensor([sorted((c, -2 * c)) for c in cos]))


PLANAR = [
    *(name for name, entry in DATASETS.items() if entry.medium.name == "points"),
    drawn_name(torch.tensor([[0.3, 0.4]])),
]
by_plane = pytest.mark.parametrize("name", PLANAR)


@functools.cache
def distance_to(name: str) -> PlaneDistance:
    return PlaneDistance(planar(name))


def planar(name: str) -> Points:
    data = load(name)
    assert isinstance(data, Points)
    return data


def reals(name: str, n: int, seed: int) -> torch.Tensor:
    return planar(name).sample(n, torch.Generator().manual_seed(seed))


@by_plane
def test_a_perfect_generator_is_at_zero_within_noise(name: str) -> None:
    scores = [distance_to(name)(reals(name, 2_500, seed)) for seed in range(60)]
    assert max(scores) <= 0.03
    assert sum(score == 0 for score in scores) >= 50


@by_plane
def test_a_shift_of_a_tenth_of_the_width_is_found(name: str) -> None:
    distance = distance_to(name)
    for seed in range(10):
        shift = 0.2 * distance.radius * torch.tensor([math.cos(seed), math.sin(seed)])
        assert 0.06 < distance(reals(name, 2_500, seed) + shift) < 0.2


@by_plane
def test_collapse_is_found(name: str) -> None:
    distance = distance_to(name)
    points = reals(name, 2_500, 0)
    assert distance(points[:1].expand(2_500, 2)) > 0.5
    centre = points.mean(0)
    assert distance(centre + 0.7 * (points - centre)) > 0.1


@pytest.mark.parametrize(("name", "least"), [("ring", 0.05), ("two-gaussians", 0.5), ("disjoint", 0.2)])
def test_a_lost_mode_is_found(name: str, least: float) -> None:
    data = planar(name)
    assert data.centres is not None
    rest = mixture(data.centres[1:], data.std)
    assert distance_to(name)(rest.sample(2_500, torch.Generator().manual_seed(0))) > least


def test_the_plane_distance_has_no_unit() -> None:
    data = planar("moons")
    larger = Points(lambda n, generator: 1000 * data.sample(n, generator))
    moved = reals("moons", 2_500, 0) + 0.1
    assert PlaneDistance(larger)(1000 * moved) == pytest.approx(distance_to("moons")(moved), rel=1e-4)


def test_the_plane_distance_of_broken_samples() -> None:
    distance = distance_to("ring")
    assert math.isnan(distance(torch.full((2_500, 2), math.nan)))
    assert distance(torch.full((2_500, 2), 1e30)) > 1e20
    with pytest.raises(ConfigError, match=r"2,500 samples, not 7"):
        distance(torch.zeros(7, 2))
    few = PlaneDistance(planar("ring"), 300)
    assert few(reals("ring", 300, 1)) < 0.05


def test_the_plane_distance_is_quick_and_leaves_the_global_generator() -> None:
    distance, points = distance_to("ring"), reals("ring", 2_500, 0)
    before, start = torch.get_rng_state(), time.thread_time()
    for _ in range(20):
        distance(points)
    assert (time.thread_time() - start) / 20 < 5e-3
    assert PlaneDistance(planar("ring")).floor == distance.floor
    assert torch.equal(before, torch.get_rng_state())


def test_class_report() -> None:
    logits = torch.full((100, 4), 0.0)
    logits[:60, 0] = logits[60:98, 1] = logits[98:99, 2] = 9.0  # the last is of no class
    report = class_report(logits)
    assert (report.total, report.modes, report.fair) == (4, 3, 2)
    assert report.high_quality == pytest.approx(0.99)
    shares = [60 / 99, 38 / 99, 1 / 99]
    assert report.reverse_kl == pytest.approx(sum(s * math.log(4 * s) for s in shares))
    assert class_report(torch.zeros(5, 4)).reverse_kl == math.inf
    even = class_report(9 * torch.eye(4).repeat(5, 1))
    assert (even.fair, even.reverse_kl, even.high_quality) == (4, 0, 1)
