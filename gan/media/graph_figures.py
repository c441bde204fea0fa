"""What is true of small graphs, adjacency matrices [N, S, S] of 0 and 1 with existence on the diagonal."""

from collections.abc import Callable

import torch
from torch import Tensor

BINS = 20  # of a histogram of what is no whole number
KERNEL_WIDTH = 0.25  # total variation at which two graphs count as moderately alike


def read(matrices: Tensor) -> tuple[Tensor, Tensor]:
    """(exists bool [N, S], edges float32 [N, S, S] with an empty diagonal); an edge needs both its nodes."""
    exists = matrices.diagonal(dim1=1, dim2=2).bool()
    edges = matrices.bool() & matrices.mT.bool() & exists[:, :, None] & exists[:, None]
    edges.diagonal(dim1=1, dim2=2).zero_()
    return exists, edges.float()


def reachable(exists: Tensor, edges: Tensor) -> Tensor:
    """bool [N, S, S] which nodes a way leads between; a node reaches itself."""
    near = torch.diag_embed(exists.float()) + edges
    for _ in range((len(near[0]) - 1).bit_length()):  # ways twice as long each time
        near = (near @ near > 0).float()
    return near.bool()


def parts(exists: Tensor, edges: Tensor) -> Tensor:
    """[N] the connected parts: each is counted by the first of its nodes."""
    return (exists & ~reachable(exists, edges).tril(-1).any(2)).sum(1)


def are_trees(exists: Tensor, edges: Tensor) -> Tensor:
    """bool [N] whether all hangs together, without a circle."""
    return (parts(exists, edges) == 1) & (edges.sum((1, 2)) == 2 * (exists.sum(1) - 1))


def are_cliques(exists: Tensor, edges: Tensor) -> Tensor:
    """bool [N] whether there is a node, and everyone is joined to all whom a way leads to."""
    near = reachable(exists, edges)
    near.diagonal(dim1=1, dim2=2).zero_()
    return exists.any(1) & (near == edges.bool()).flatten(1).all(1)


def degrees(exists: Tensor, edges: Tensor) -> Tensor:
    """[N, S] share of the nodes that have so many neighbours, from none up."""
    counts = torch.nn.functional.one_hot(edges.sum(2).long(), edges.shape[1]).float() * exists[..., None]
    return counts.sum(1) / exists.sum(1, keepdim=True).clamp(min=1)


def clustering(exists: Tensor, edges: Tensor) -> Tensor:
    """[N, BINS] histogram of the nodes' clustering: the share of pairs of neighbours that are joined themselves.

    Watts and Strogatz 1998, doi:10.1038/30918; 0 for nodes with fewer than two neighbours.
    """
    degree = edges.sum(2)
    triangles = (edges @ edges * edges).sum(2)  # each counted from both sides
    share = triangles / (degree * (degree - 1)).clamp(min=1)
    return histogram(share, exists, 1.0)


def spectrum(exists: Tensor, edges: Tensor) -> Tensor:
    """[N, BINS] histogram of the eigenvalues of the normalised Laplacian, between 0 and 2, one for each node.

    Chung 1997, Spectral Graph Theory, chapter 1.
    """
    scale = edges.sum(2).clamp(min=1).rsqrt()
    laplacian = torch.diag_embed((edges.sum(2) > 0).float()) - scale[:, :, None] * edges * scale[:, None]
    # A node that is not there gets a value above all others, and so the last place in the order.
    laplacian = laplacian + torch.diag_embed((~exists).float() * 10)
    values = torch.linalg.eigvalsh(laplacian.double()).float()
    there = torch.arange(values.shape[1]) < exists.sum(1, keepdim=True)
    return histogram(values, there, 2.0)


HISTOGRAMS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "degree": degrees, "clustering": clustering, "spectrum": spectrum,
}  # fmt: skip


def histogram(values: Tensor, counted: Tensor, top: float) -> Tensor:
    """[N, BINS] shares of those of values [N, S] in [0, top] that are counted."""
    at = (values / top * BINS).floor().clamp(0, BINS - 1).long()
    ones = torch.nn.functional.one_hot(at, BINS).float() * counted[..., None]
    return ones.sum(1) / counted.sum(1, keepdim=True).clamp(min=1)


def mmd2(first: Tensor, second: Tensor) -> float:
    """The squared maximum mean discrepancy of histograms [N, B] and [M, B], every pair counted, also one of equals.

    The kernel is exp(-TV^2 / (2 KERNEL_WIDTH^2)) of the total variation TV, as Liao et al. 2019, arXiv:1910.00760,
    section 4.1, have it in place of the earth mover's distance.
    """

    def alike(a: Tensor, b: Tensor) -> float:
        apart = torch.cdist(a, b, p=1) / 2
        return float((-apart.square() / (2 * KERNEL_WIDTH**2)).exp().double().mean())

    return alike(first, first) + alike(second, second) - 2 * alike(first, second)
