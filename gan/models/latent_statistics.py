"""Statistics: what a trained pair carries of its own latents and of its critic's opinion of real data."""

import torch
from torch import Tensor, nn

from gan.networks import Generator

SEED, COUNT = 2 * 10**6, 10_000  # of the latents that they are taken over, far from those people try
MAPPED, MAPPED_LEAST = 100_000, 500  # latents for the means of all classes together, and at least of each
CHUNK = 64  # samples judged at once
LEAST_SD = 1e-3  # of a coordinate of w that hardly moves


@torch.inference_mode()
def latent_statistics(G: Generator, count: int) -> dict[str, Tensor]:
    """w's mean and principal directions: {"w_avg" [w_dim], "directions" [count, w_dim], "sigmas" [count]}.

    With classes, the mean of each, "w_avg" [classes, w_dim], and the directions in which w varies around them.

    Principal components of the first layer's features, carried back to w by regression. The first layer is
    linear in w, features = w B + b, so with C the covariance of w both come from one small decomposition,
    C^1/2 B = U S V^T: the regression of w on the k-th component has the direction C^1/2 U_k.
    Härkönen et al. 2020 (GANSpace), arXiv:2004.02546, sections 2.1 and 2.2. A G that knows no latents has none of it.
    """
    if G.translates:
        return {"w_avg": torch.zeros(0), "directions": torch.zeros(0, 0), "sigmas": torch.zeros(0)}
    w, w_avg = centred_w(G, COUNT)
    B = G.stem(torch.eye(G.w_dim)) - G.stem(torch.zeros(1, G.w_dim))  # [w_dim, F]
    values, vectors = torch.linalg.eigh(torch.cov(w.T).reshape(G.w_dim, G.w_dim))
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T  # C^1/2
    U = torch.linalg.svd(root @ B, full_matrices=False).U[:, :count]
    directions = nn.functional.normalize((root @ U).T, dim=1)
    # The sign of a component is arbitrary: the largest entry is made positive, so that it never flips.
    directions = directions * directions.gather(1, directions.abs().argmax(1, keepdim=True)).sign()
    return {"w_avg": w_avg, "directions": directions, "sigmas": (w @ directions.T).std(0)}


@torch.inference_mode()
def centred_w(G: Generator, count: int) -> tuple[Tensor, Tensor]:
    """(w [count, w_dim] of drawn z less its mean, w_avg); with classes, each w less the mean of its class.

    Means that are known need no drawn w; others are taken over fewer where classes are many.
    """
    z = torch.randn(count, G.z_dim, generator=torch.Generator().manual_seed(SEED))
    if not G.classes:
        w = G.mapping(z)
        return w - w.mean(0), G.w_mean(w)
    c = torch.arange(count) % G.classes
    part = z[: min(count, max(MAPPED // G.classes, MAPPED_LEAST))] if G.layered else z[:1]
    means = torch.stack([G.w_mean(G.mapping(part, c.new_full((len(part),), k))) for k in range(G.classes)])
    return G.mapping(z, c) - means[c], means


@torch.no_grad()
def w_spread(G: Generator) -> tuple[Tensor, Tensor]:
    """(mean [w_dim], standard deviation [w_dim]) of w over drawn z and all classes in turn: the unit to move w in."""
    z = torch.randn(COUNT, G.z_dim, generator=torch.Generator().manual_seed(SEED))
    w = G.mapping(z, torch.arange(COUNT) % G.classes if G.classes else None)
    return w.mean(0), w.std(0).clamp(min=LEAST_SD)


def quantiles(D: nn.Module, reals: Tensor, c: Tensor | None = None, count: int = 101) -> Tensor:
    """[count] quantiles of D's logits on reals [N, ...] of classes c [N]: ascending, what `critic_rank` ranks among.

    [0] where there are no reals.
    """
    if not len(reals):
        return torch.zeros(0)
    with torch.inference_mode():
        parts = [None] * len(reals) if c is None else c.split(CHUNK)
        logits = torch.cat([D(part.clone(), told) for part, told in zip(reals.split(CHUNK), parts, strict=False)])
    return logits.quantile(torch.linspace(0, 1, count))


def directions_shown(z_dim: int) -> int:
    """How many principal directions a model carries."""
    return min(10, z_dim)
