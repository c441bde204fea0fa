"""What a loaded model can show: pictures, principal directions, neighbours, D's opinion.

A picture is a function of (model, z, psi, edits) and of nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from gan.errors import ConfigError
from gan.images import mark, scatter, to_pixels
from gan.latents import PATHS, TURNS, tour, truncate, z_from_seeds
from gan.model import Model
from gan.networks import Generator

PSI_LIMIT, DIRECTION_LIMIT, RAW_LIMIT = 2.0, 5.0, 5.0
CHUNK = 64  # pictures made at once
MAX_SEGMENT = 240  # frames between two keys of a film
PLANE = 6.0  # half the side of a scatter plot, in the unit that the networks see
# Seeds whose latents the statistics are taken over; far from those people try.
STATISTICS_SEED, STATISTICS_COUNT = 2 * 10**6, 10_000
CLOUD_SEED, CLOUD = 3 * 10**6, 2_000  # the samples behind a film of points
FAINT = (229, 190, 164)  # their orange


@dataclass(frozen=True)
class Mix:
    """Style mixing: another seed's features take part from a stage on.

    Attributes:
        seed: of the second latent, without edits.
        stage: 0 mixes w itself, k the features after G's k-th layer; the later, the smaller what is mixed.
        share: 0 none of it, 1 all of it.
    """

    seed: int
    stage: int = 0
    share: float = 0.5


@dataclass(frozen=True)
class Edits:
    """Changes to a latent, made in this order.

    Attributes:
        raw: coordinate of z -> the value it gets.
        directions: principal direction -> how far to go along it, in standard deviations.
        sefa: closed-form direction -> the same.
        mix: a second latent to mix with, if any.
    """

    raw: Mapping[int, float] = field(default_factory=dict)
    directions: Mapping[int, float] = field(default_factory=dict)
    sefa: Mapping[int, float] = field(default_factory=dict)
    mix: Mix | None = None


NO_EDITS = Edits()


@torch.inference_mode()
def render(model: Model, z: Tensor, psi: float = 1.0, edits: Edits = NO_EDITS) -> Tensor:
    """Images [N, C, R, R] in [-1, 1], or points [N, 2] in the data's units, of latents z [N, z_dim].

    Raises:
        ConfigError: psi or an edit is out of its range.
    """
    check_edits(model, psi, edits)
    second = None if edits.mix is None else mixed_w(model, edits.mix.seed, psi)
    return torch.cat(
        [synthesis(model, edited_w(model, part, psi, edits), second, edits.mix) for part in z.split(CHUNK)]
    )


def edited_w(model: Model, z: Tensor, psi: float, edits: Edits) -> Tensor:
    """w [N, w_dim]: raw values set in z, mapped, truncated, then moved along the directions."""
    z = z.clone()
    for i, value in edits.raw.items():
        z[:, i] = value
    w = truncate(model.G.mapping(z), model.w_avg, psi)
    for k, sigmas in edits.directions.items():
        w = w + sigmas * model.sigmas[k] * model.directions[k]
    if edits.sefa:
        directions, lengths = closed_form(model)
        for k, sigmas in edits.sefa.items():
            w = w + sigmas * lengths[k] * directions[k]
    return w


def mixed_w(model: Model, seed: int, psi: float) -> Tensor:
    """w [1, w_dim] of a seed without edits."""
    return truncate(model.G.mapping(z_from_seeds([seed], model.G.z_dim)), model.w_avg, psi)


def synthesis(model: Model, w: Tensor, second: Tensor | None = None, mix: Mix | None = None) -> Tensor:
    """The output of w [N, w_dim]; with a `mix`, features of `second` [1 or N, w_dim] take part from its stage on."""
    if mix is None or second is None:
        return model.G.synthesis(w)
    x = w
    for number, stage in enumerate([*model.G.stages(), None]):
        if number == mix.stage:
            x = x.lerp(second.expand_as(x), mix.share)
        if stage is None:
            break
        x = stage(x)
        if number < mix.stage:
            second = stage(second)
    return x


@torch.inference_mode()
def features(model: Model, w: Tensor, stage: int) -> Tensor:
    """Features [N, ...] of w [N, w_dim] after G's `stage`-th layer; stage 0 is w itself, the last one the output."""
    for layer in model.G.stages()[:stage]:
        w = layer(w)
    return w


def closed_form(model: Model) -> tuple[Tensor, Tensor]:
    """SeFa's directions [L, w_dim] and w's standard deviation along each [L].

    The unit vectors that the first layer stretches most: eigenvectors of A^T A for its weight A, the largest value
    first. Shen and Zhou 2021, arXiv:2007.06600, equation 4. w has unit variance in every coordinate here.
    """
    A = model.G.stages()[0].layer.weight
    assert isinstance(A, Tensor)
    vectors = torch.linalg.eigh(A.double().T @ A.double()).eigenvectors.T.flip(0)[: directions_shown(model.G.w_dim)]
    # The sign is arbitrary, as for the principal directions: the largest entry is made positive.
    vectors = vectors * vectors.gather(1, vectors.abs().argmax(1, keepdim=True)).sign()
    return vectors.float(), torch.ones(len(vectors))


def pictures(model: Model, z: Tensor, psi: float = 1.0, edits: Edits = NO_EDITS) -> Tensor:
    """uint8 pictures [N, H, W, C] of latents z [N, z_dim]; of a points model, one scatter plot for z [N, M, z_dim].

    The pixels that `sample`, the app and films show. z [N, z_dim] of a points model, as in a film, gives all that it
    makes in faint dots, each time with a large mark where that z comes out.
    """
    if model.kind == "pictures":
        return to_pixels(render(model, z, psi, edits))
    limit = PLANE * model.unit
    if z.dim() == 3:
        return torch.stack([scatter(render(model, cloud, psi, edits), limit) for cloud in z])
    around = torch.randn(CLOUD, model.G.z_dim, generator=torch.Generator().manual_seed(CLOUD_SEED))
    backdrop = scatter(render(model, around, psi, edits), limit, FAINT)
    return torch.stack([mark(backdrop.clone(), place, limit) for place in render(model, z, psi, edits)])


def film_latents(seeds: Sequence[int], z_dim: int, frames: int, kind: str, turn: str) -> Tensor:
    """Latents [T, z_dim] of a film through seeds.

    Raises:
        ConfigError: fewer than two seeds, or frames a segment out of 1..MAX_SEGMENT.
    """
    if len(seeds) < 2:
        raise ConfigError(f"a film needs two seeds or more, not {len(seeds)}")
    if isinstance(frames, bool) or not isinstance(frames, int) or not 1 <= frames <= MAX_SEGMENT:
        raise ConfigError(f"frames for each segment must be a whole number from 1 to {MAX_SEGMENT}, not {frames!r:.40}")
    if kind not in PATHS or turn not in TURNS:
        raise ConfigError(f"a film goes by {' or '.join(PATHS)} and ends as {', '.join(TURNS)}")
    return tour(z_from_seeds(seeds, z_dim), frames, kind, turn)


def check_edits(model: Model, psi: float, edits: Edits) -> None:
    """Raise a ConfigError for a psi or an edit that is no number or out of range."""
    in_range("psi", psi, PSI_LIMIT, low=0.0)
    for i, value in edits.raw.items():
        if not 0 <= i < model.G.z_dim:
            raise ConfigError(f"z has coordinates 0 to {model.G.z_dim - 1}, not {i}")
        in_range(f"z[{i}]", value, RAW_LIMIT)
    known = {
        "direction": (edits.directions, len(model.directions)),
        "SeFa": (edits.sefa, directions_shown(model.G.w_dim)),
    }
    for kind, (moved, count) in known.items():
        for k, value in moved.items():
            if not 0 <= k < count:
                raise ConfigError(f"{model.name} has {count} directions, not a number {k}")
            in_range(f"{kind} {k + 1}", value, DIRECTION_LIMIT)
    if edits.mix is not None:
        last = len(model.G.stages()) - 1
        if model.kind == "points" or not 0 <= edits.mix.stage <= last:
            raise ConfigError(f"{model.name} can be mixed at a stage from 0 to {last}, and only if it makes pictures")
        in_range("share", edits.mix.share, 1.0, low=0.0)


def in_range(name: str, value: object, high: float, low: float | None = None) -> float:
    """The value as a float; ConfigError unless it is a number from `low` (default: -high) to `high`."""
    low = -high if low is None else low
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ConfigError(f"{name} must be a number from {low:g} to {high:g}, not {value!r:.40}")
    return float(value)


def neighbours(z: Tensor, seed: int, radius: float, count: int = 8) -> Tensor:
    """[count, z_dim] latents around z [z_dim]: a step of `radius` towards fresh draws, kept at z's length.

    The same seed gives the same neighbours. Radius 0 stays, 1 goes all the way.
    """
    others = z_from_seeds([(seed * 1009 + 7919 * i) % 2**32 for i in range(1, count + 1)], len(z))
    mixed = z + radius * (others - z)
    return mixed / mixed.norm(dim=1, keepdim=True).clamp(min=1e-6) * z.norm()


def opinion(model: Model, images: Tensor) -> Tensor | None:
    """The share of real pictures that the critic likes less than each of images [N, ...], [N] in 0..1.

    A logit has no unit of its own; its rank among the logits of real data has. None if the model lacks them.
    """
    if not len(model.real_logits):
        return None
    with torch.inference_mode():
        logits = model.D(images.clone())
    below = torch.searchsorted(model.real_logits, logits.contiguous())
    return below / len(model.real_logits)


@torch.inference_mode()
def latent_statistics(G: Generator, count: int) -> dict[str, Tensor]:
    """w's mean and principal directions: {"w_avg" [w_dim], "directions" [count, w_dim], "sigmas" [count]}.

    Principal components of the first layer's features, carried back to w by regression. The first layer is
    linear in w, features = w B + b, so with C the covariance of w both come from one small decomposition,
    C^1/2 B = U S V^T: the regression of w on the k-th component has the direction C^1/2 U_k.
    Härkönen et al. 2020 (GANSpace), arXiv:2004.02546, sections 2.1 and 2.2.
    """
    generator = torch.Generator().manual_seed(STATISTICS_SEED)
    w = G.mapping(torch.randn(STATISTICS_COUNT, G.z_dim, generator=generator))
    B = G.stem(torch.eye(G.w_dim)) - G.stem(torch.zeros(1, G.w_dim))  # [w_dim, F]
    values, vectors = torch.linalg.eigh(torch.cov(w.T).reshape(G.w_dim, G.w_dim))
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T  # C^1/2
    U = torch.linalg.svd(root @ B, full_matrices=False).U[:, :count]
    directions = nn.functional.normalize((root @ U).T, dim=1)
    # The sign of a component is arbitrary: the largest entry is made positive, so that it never flips.
    directions = directions * directions.gather(1, directions.abs().argmax(1, keepdim=True)).sign()
    return {"w_avg": G.w_mean(w), "directions": directions, "sigmas": ((w - w.mean(0)) @ directions.T).std(0)}


def quantiles(D: nn.Module, reals: Tensor, count: int = 101) -> Tensor:
    """[count] quantiles of D's logits on reals [N, ...], ascending: what `opinion` ranks pictures among."""
    with torch.inference_mode():
        logits = torch.cat([D(part.clone()) for part in reals.split(CHUNK)])
    return logits.quantile(torch.linspace(0, 1, count))


def directions_shown(z_dim: int) -> int:
    """How many principal directions a model carries."""
    return min(10, z_dim)
