"""Distances between a real and a generated set, from features [N, F]; none needs a download."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from gan.data.points import Points
from gan.errors import ConfigError
from gan.metrics.modes import ModeReport, counts_report
from gan.networks.layers import SLOPE, linear

CHUNK = 1_000  # rows of a distance matrix held at once
DIRECTIONS = 64
NEIGHBOURS = 5  # that precision, recall, density and coverage look at
PLANE_REALS, PLANE_DRAWS = 20_000, 200
SURE = 0.8  # a classifier's probability from which a picture counts as one of its class: 96 % of real digits reach it


def decibels(error: Tensor) -> Tensor:
    """The peak signal-to-noise ratio in dB of a mean squared error of images in [-1, 1]; at most 100."""
    return 10 * (4 / error.clamp(min=4e-10)).log10()


def psnr(images: Tensor, target: Tensor) -> Tensor:
    """[N] peak signal-to-noise ratio in dB of images [N, ...], whose values are clipped to [-1, 1] as a file does."""
    return decibels((images.clamp(-1, 1) - target).square().flatten(1).mean(1))


def frechet(a: Tensor, b: Tensor) -> float:
    """||mean_a - mean_b||^2 + trace(cov_a + cov_b - 2 (cov_a cov_b)^1/2) of features [N, F] and [M, F].

    The covariance of few or dead features is singular, where a matrix root fails: the trace of the root is taken
    as the sum of the roots of the product's eigenvalues, which are real and not negative, clipped at 0.
    Heusel et al. 2017, arXiv:1706.08500, equation 6.
    """
    a, b = a.double(), b.double()
    cov_a, cov_b = torch.cov(a.T), torch.cov(b.T)
    # The product's eigenvalues are those of the symmetric root_a cov_b root_a.
    values, vectors = torch.linalg.eigh(cov_a)
    root_a = vectors * values.clamp(min=0).sqrt() @ vectors.T
    shared = torch.linalg.eigvalsh(root_a @ cov_b @ root_a).clamp(min=0).sqrt().sum()
    distance = (a.mean(0) - b.mean(0)).square().sum() + cov_a.trace() + cov_b.trace() - 2 * shared
    return max(distance.item(), 0.0)


@dataclass(frozen=True)
class Coverage:
    """Fidelity and variety of fakes, each 0..1 but density, which may exceed 1.

    Attributes:
        precision: share of fakes inside the reals' neighbourhoods.
        recall: share of reals inside the fakes' neighbourhoods.
        density: in how many reals' neighbourhoods a fake lies, over k, on average.
        coverage: share of reals with a fake in their neighbourhood.
    """

    precision: float
    recall: float
    density: float
    coverage: float


def coverage(real: Tensor, fake: Tensor, k: int = NEIGHBOURS) -> Coverage:
    """Precision, recall, density and coverage of features real [N, F] and fake [M, F] by k nearest neighbours.

    Kynkäänniemi et al. 2019, arXiv:1904.06991, equation 1; Naeem et al. 2020, arXiv:2002.09797, equations 2 to 4.
    """
    if min(len(real), len(fake)) <= k:
        raise ConfigError(f"coverage needs more than {k} samples on each side, not {min(len(real), len(fake))}")
    real_radius, fake_radius = radii(real, k), radii(fake, k)
    inside = torch.zeros(len(fake))  # in how many reals' neighbourhoods each fake lies
    recalled, covered = torch.zeros(len(real), dtype=torch.bool), torch.zeros(len(real), dtype=torch.bool)
    for start in range(0, len(real), CHUNK):
        part = slice(start, start + CHUNK)
        distance = torch.cdist(real[part], fake)
        within = distance < real_radius[part, None]
        inside += within.sum(0)
        covered[part] = within.any(1)
        recalled[part] = (distance < fake_radius).any(1)
    return Coverage(
        precision=(inside > 0).float().mean().item(),
        recall=recalled.float().mean().item(),
        density=(inside / k).mean().item(),
        coverage=covered.float().mean().item(),
    )


def radii(features: Tensor, k: int) -> Tensor:
    """[N] distance of each of features [N, F] to its k-th nearest other."""
    return torch.cat(
        # k + 1: the nearest is the sample itself. Eight times faster than kthvalue.
        [torch.cdist(part, features).topk(k + 1, largest=False).values[:, -1] for part in features.split(CHUNK)]
    )


def two_sample(real: Tensor, fake: Tensor, seed: int = 0, steps: int = 1_000, width: int = 128) -> float:
    """Accuracy of a fresh classifier that tells real [N, F] from fake [N, F] on the halves it never saw.

    0.5 is perfect fakes, 1 the worst; the standard deviation is 0.5 / sqrt(samples in the held-out halves).
    Lopez-Paz and Oquab 2016, arXiv:1610.06545, section 3.
    """
    return sample_classifier(real, fake, seed, steps, width)[1]


def sample_classifier(
    real: Tensor, fake: Tensor, seed: int = 0, steps: int = 1_000, width: int = 128
) -> tuple[Callable[[Tensor], Tensor], float]:
    """(what gives rows [M, F] logits [M] of being real, its accuracy) of the two-sample test's classifier."""
    n = min(len(real), len(fake))
    generator = torch.Generator().manual_seed(seed)
    rows = torch.cat([real[:n].flatten(1), fake[:n].flatten(1)]).float()
    labels = torch.cat([torch.ones(n), torch.zeros(n)])
    order = torch.randperm(2 * n, generator=generator)
    train, test = order[:n], order[n:]
    mean, std = rows[train].mean(0), rows[train].std(0) + 1e-6
    rows = (rows - mean) / std
    judge = nn.Sequential(
        linear(rows.shape[1], width, "kaiming", generator), nn.LeakyReLU(SLOPE),
        linear(width, width, "kaiming", generator), nn.LeakyReLU(SLOPE), linear(width, 1, "kaiming", generator),
    )  # fmt: skip
    adam = torch.optim.AdamW(judge.parameters(), lr=1e-3, weight_decay=1e-2, fused=True)
    for _ in range(steps):
        batch = train[torch.randint(n, (128,), generator=generator)]
        loss = binary_cross_entropy_with_logits(judge(rows[batch]).squeeze(1), labels[batch])
        adam.zero_grad()
        loss.backward()
        adam.step()

    @torch.no_grad()
    def logits(some: Tensor) -> Tensor:
        return judge((some.flatten(1).float() - mean) / std).squeeze(1)

    with torch.no_grad():
        right = (judge(rows[test]).squeeze(1) > 0) == (labels[test] > 0.5)
    return logits, right.float().mean().item()


def outranked(on_real: Tensor, on_fake: Tensor) -> float:
    """The share of pairs of a real sample and a fake of which a critic likes the fake more, of logits [N] and [M].

    A relativistic or Wasserstein critic has no zero, only an order. 0.5 where it cannot tell them apart.
    """
    below = torch.searchsorted(on_real.sort().values, on_fake)  # reals that each fake outranks
    return (below.double().mean() / len(on_real)).item()


def projections(points: Tensor, directions: int = DIRECTIONS) -> Tensor:
    """[directions, N] points [N, 2] along evenly spaced directions of a half turn, each row ascending."""
    angle = torch.arange(directions) * math.pi / directions
    rows = torch.stack([angle.cos(), angle.sin()], 1) @ points.detach().float().T
    return torch.from_numpy(np.sort(rows.numpy(), axis=1))  # 25 times faster than torch's sort


class PlaneDistance:
    """How far `n` fakes are from a set in the plane: about 0 for a perfect G, in root-mean-square radii of the data.

    The sliced 1-Wasserstein distance W to PLANE_REALS reals. A finite sample of the data itself is not at 0, so the
    most that PLANE_DRAWS fresh samples of `n` reals score is taken off: sqrt(max(W^2 - floor^2, 0)) / radius.
    The order is 1 because blobs far apart never get exactly their share of a sample, which the square of order 2
    turns into a floor of 0.15 for two Gaussians; that of order 1 is 0.03 to 0.04 for every set.

    Attributes:
        radius: root mean square distance of the reals from their mean.
        floor: W of the reals' own samples, in the data's units.
    """

    def __init__(self, data: Points, n: int = 2_500) -> None:
        generator = torch.Generator().manual_seed(0)
        reals = data.sample(PLANE_REALS, generator)
        self.n = n
        self.radius = max((reals - reals.mean(0)).square().sum(1).mean().sqrt().item(), 1e-12)
        # The reals' quantile function in the middle of each of the fakes' n steps.
        self._quantiles = projections(reals)[:, (2 * torch.arange(n) + 1) * PLANE_REALS // (2 * n)]
        self.floor = max(self._distance(data.sample(n, generator)) for _ in range(PLANE_DRAWS))

    def __call__(self, fakes: Tensor) -> float:
        """The distance of fakes [n, 2]; not a finite number if one of them is not.

        Raises:
            ConfigError: there are more or fewer than n.
        """
        if len(fakes) != self.n:
            raise ConfigError(f"this distance compares {self.n:,} samples, not {len(fakes):,}")
        excess = self._distance(fakes) ** 2 - self.floor**2
        return (0.0 if excess < 0 else excess**0.5) / self.radius

    def _distance(self, points: Tensor) -> float:
        """Mean size of the gap between the quantile functions, over all directions."""
        return (projections(points) - self._quantiles).abs().mean(dtype=torch.float64).item()


def class_report(logits: Tensor) -> ModeReport:
    """The report of `modes.mode_report` for pictures, with classes for modes, from a classifier's logits [N, K].

    A picture is of high quality if the classifier gives its class a probability of SURE or more.
    """
    chance, which = logits.softmax(1).max(1)
    counts = torch.bincount(which[chance >= SURE], minlength=logits.shape[1])
    return counts_report(counts, len(logits))


def stacked_report(logits: Tensor) -> ModeReport:
    """The report for pictures stacked of C others, with the K^C combinations of classes for modes, of logits [N, C, K].

    A picture counts for the class that the classifier prefers in each channel, sure of it or not; it is of high quality
    if the classifier gives all of them a probability of SURE or more. Lin et al. 2018, arXiv:1712.04086, section 4.2.
    """
    _, channels, classes = logits.shape
    chance, which = logits.softmax(2).max(2)
    mode = (which * classes ** torch.arange(channels)).sum(1)
    report = counts_report(torch.bincount(mode, minlength=classes**channels), len(logits))
    return replace(report, high_quality=(chance >= SURE).all(1).float().mean().item())
