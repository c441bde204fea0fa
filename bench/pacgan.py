"""PacGAN's rule for its two mixtures, written apart from `gan`: NumPy, its own modes, its own counting.

Lin et al. 2018, arXiv:1712.04086, section 4.1. What a bench says by it does not rest on what the trainer sees.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

Point = tuple[float, float]
REACH = 3.0  # deviations within which a sample is of high quality
FAIR = 0.2  # of its equal share of all samples makes a mode fair: this project's own bar, PacGAN asks for one sample


@dataclass(frozen=True)
class Mixture:
    """Equal round Gaussians: where they stand, and the deviation of each."""

    centres: tuple[Point, ...]
    std: float


MIXTURES = {
    "ring": Mixture(tuple((math.cos(k * math.pi / 4), math.sin(k * math.pi / 4)) for k in range(8)), 0.01),
    "grid": Mixture(tuple((float(x), float(y)) for x in range(-4, 5, 2) for y in range(-4, 5, 2)), 0.05),
}


@dataclass(frozen=True)
class Verdict:
    """What a sample of points comes to.

    Attributes:
        modes: with at least one sample of high quality.
        fair: modes with FAIR of their equal share, or more, in samples of high quality.
        high_quality: share of samples within REACH deviations of a mode, 0..1.
        reverse_kl: of all samples, each given to its nearest mode, from equal shares; nats, 0 for equal shares.
    """

    modes: int
    fair: int
    high_quality: float
    reverse_kl: float


def judge(points: ArrayLike, mixture: Mixture) -> Verdict:
    """The verdict on points [N, 2] in the mixture's own units; at least one."""
    away = np.linalg.norm(np.asarray(points, dtype=float)[:, None] - np.array(mixture.centres), axis=2)
    nearest, total, modes = away.argmin(1), len(away), len(mixture.centres)
    near = np.bincount(nearest, minlength=modes)
    good = np.bincount(nearest[away.min(1) <= REACH * mixture.std], minlength=modes)
    share = near[near > 0] / total
    return Verdict(
        modes=int((good > 0).sum()),
        fair=int((good >= FAIR * total / modes).sum()),
        high_quality=float(good.sum() / total),
        reverse_kl=float((share * np.log(share * modes)).sum()),
    )
