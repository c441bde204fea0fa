"""Distances between sets, against closed forms and against what published code scores."""

import pytest
import torch

from gan.errors import ConfigError
from gan.metrics import coverage, frechet, radii, two_sample


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
