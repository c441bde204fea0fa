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


def mode_report(points: Tensor, centres: Tensor, std: float) -> ModeReport:
    """The report for points [N, 2] against equal modes at centres [K, 2] of deviation `std`.

    The KL is taken over the nearest modes of the high-quality samples.
    Lin et al. 2018, arXiv:1712.04086, section 4.1: 2,500 samples, 3 standard deviations.
    """
    distance, nearest = torch.cdist(points.float(), centres.float()).min(1)
    good = distance <= 3 * std
    counts = torch.bincount(nearest[good], minlength=len(centres)).double()
    share = counts / counts.sum().clamp(min=1)
    kl = torch.special.xlogy(share, share * len(centres)).sum().item() if good.any() else float("inf")
    return ModeReport(
        total=len(centres),
        modes=int((counts > 0).sum()),
        fair=int((counts >= len(points) / len(centres) / 5).sum()),
        high_quality=good.double().mean().item(),
        reverse_kl=kl,
    )
