"""How well points cover a mixture whose modes are known: PacGAN's figures, and a stricter one."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class ModeReport:
    """What share of which modes a set of points covers.

    Attributes:
        total: modes in the data.
        modes: modes with at least one sample within 3 standard deviations (PacGAN's rule).
        fair: modes with at least a fifth of their equal share of all samples.
        high_quality: share of samples within 3 standard deviations of a mode, 0..1.
        reverse_kl: KL(samples' modes || uniform) in nats, 0 for equal shares; infinite without any good sample.
    """

    total: int
    modes: int
    fair: int
    high_quality: float
    reverse_kl: float


def mode_shares(points: Tensor, centres: Tensor) -> Tensor:
    """[K] the share of points [N, 2] that lie nearest to each of centres [K, 2], however far; they sum to 1."""
    nearest = torch.cdist(points.float(), centres.float()).argmin(1)
    return torch.bincount(nearest, minlength=len(centres)) / len(points)


def mode_report(points: Tensor, centres: Tensor, std: float) -> ModeReport:
    """The report for points [N, 2] against equal modes at centres [K, 2] of deviation `std`.

    The KL is taken over the nearest modes of the high-quality samples.
    Lin et al. 2018, arXiv:1712.04086, section 4.1: 2,500 samples, 3 standard deviations.
    """
    distance, nearest = torch.cdist(points.float(), centres.float()).min(1)
    good = distance <= 3 * std
    return counts_report(torch.bincount(nearest[good], minlength=len(centres)), len(points))


def counts_report(counts: Tensor, n: int) -> ModeReport:
    """The report for `n` samples of which counts [K] are of high quality and belong to each mode."""
    modes, good = len(counts), counts.sum().item()
    share = counts.double() / max(good, 1)
    kl = torch.special.xlogy(share, share * modes).sum().item() if good else float("inf")
    return ModeReport(
        total=modes,
        modes=int((counts > 0).sum()),
        fair=int((counts >= n / modes / 5).sum()),
        high_quality=good / n,
        reverse_kl=kl,
    )
