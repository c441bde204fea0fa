"""Distances between a real and a generated set, from features [N, F]; none needs a download."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from gan.errors import ConfigError
from gan.networks.layers import SLOPE, linear

CHUNK = 1_000  # rows of a distance matrix held at once


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


def coverage(real: Tensor, fake: Tensor, k: int = 5) -> Coverage:
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
    with torch.no_grad():
        right = (judge(rows[test]).squeeze(1) > 0) == (labels[test] > 0.5)
    return right.float().mean().item()
