"""Classical filters that repair pictures without having learnt anything, in numpy, scipy and torch.

Each takes damaged pictures and gives images [N, C, R, R] in [-1, 1]. What has a parameter is tried with several; which
suits best is found on the very pictures that are measured, in the filters' favour.
"""

from collections.abc import Callable

import numpy as np
import torch
from scipy import ndimage, sparse
from scipy.sparse.linalg import splu
from torch import Tensor, nn

from gan.explore.damage import Damaged, shrunk

Filter = Callable[[Damaged], Tensor]


def laplacian(side: int) -> sparse.csr_matrix:
    """[R R, R R] the sum of differences to the neighbours of each pixel, of those that it has."""
    line = sparse.diags([np.ones(side - 1), -2 * np.ones(side), np.ones(side - 1)], [-1, 0, 1]).tolil()
    line[0, 0] = line[-1, -1] = -1
    one = sparse.identity(side)
    return (sparse.kron(line, one) + sparse.kron(one, line)).tocsr()


def smooth_fill(damaged: Damaged, order: int) -> Tensor:
    """Holes filled so that the Laplacian, applied `order` times, is 0 in them: 1 harmonic, 2 biharmonic.

    Chui and Mhaskar 2010, doi:10.1016/j.acha.2009.04.004, for the latter.
    """
    pictures = damaged.pictures.clone().double().numpy()
    n, channels, side, _ = pictures.shape
    L = laplacian(side)
    A = L if order == 1 else (L @ L).tocsr()
    for i in range(n):
        hole = damaged.known[i, 0].numpy().ravel() == 0
        solve = splu(A[hole][:, hole].tocsc())
        for c in range(channels):
            flat = pictures[i, c].reshape(-1)
            flat[hole] = solve.solve(-A[hole][:, ~hole] @ flat[~hole])
    return torch.from_numpy(pictures).float().clamp(-1, 1)


def median(damaged: Damaged, size: int) -> Tensor:
    """The median of size x size pixels."""
    return torch.from_numpy(ndimage.median_filter(damaged.pictures.numpy(), (1, 1, size, size)))


def gaussian(damaged: Damaged, sd: float) -> Tensor:
    """A normal blur of a deviation in pixels."""
    return torch.from_numpy(ndimage.gaussian_filter(damaged.pictures.numpy(), (0, 0, sd, sd)))


def total_variation(damaged: Damaged, weight: float, steps: int = 60) -> Tensor:
    """argmin_u |u - x|^2 / 2 + weight TV(u), by Chambolle's dual projection (2004, doi:10.1023/B:JMIV.0000011325)."""
    x = damaged.pictures
    p = torch.zeros(2, *x.shape)

    def divergence(p: Tensor) -> Tensor:
        down = nn.functional.pad(p[0][:, :, :-1], (0, 0, 1, 1)).diff(dim=2)
        across = nn.functional.pad(p[1][:, :, :, :-1], (1, 1)).diff(dim=3)
        return down + across

    for _ in range(steps):
        u = divergence(p) - x / weight
        gradient = torch.stack(
            [
                nn.functional.pad(u.diff(dim=2), (0, 0, 0, 1)),
                nn.functional.pad(u.diff(dim=3), (0, 1)),
            ]
        )
        p = (p + 0.25 * gradient) / (1 + 0.25 * gradient.square().sum(0).sqrt())
    return (x - weight * divergence(p)).clamp(-1, 1)


def interpolated(damaged: Damaged, mode: str) -> Tensor:
    """A tiny picture enlarged."""
    side = damaged.pictures.shape[-1]
    small = shrunk(damaged.pictures, damaged.shrink)
    return nn.functional.interpolate(small, size=(side, side), mode=mode, align_corners=False).clamp(-1, 1)


HOLES: dict[str, Filter] = {
    "biharmonic": lambda damaged: smooth_fill(damaged, 2),
    "harmonic": lambda damaged: smooth_fill(damaged, 1),
}
NOISES: dict[str, Filter] = {
    **{f"TV {weight:g}": lambda damaged, weight=weight: total_variation(damaged, weight) for weight in (0.3, 0.6, 1.2)},
    **{f"median {size}": lambda damaged, size=size: median(damaged, size) for size in (3, 5)},
    "Gaussian 1": lambda damaged: gaussian(damaged, 1.0),
}
LARGER: dict[str, Filter] = {
    "bicubic": lambda damaged: interpolated(damaged, "bicubic"),
    "bilinear": lambda damaged: interpolated(damaged, "bilinear"),
}


def fitting(damaged: Damaged) -> dict[str, Filter]:
    """The filters for a damage."""
    if not damaged.certain:
        return NOISES
    return LARGER if damaged.shrink > 1 else HOLES
