"""What a loaded model can show: pictures, principal directions, neighbours, the critic's rank of them.

A picture is a function of (model, z, psi, edits) and of nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from gan.errors import ConfigError
from gan.latents import CIRCLE, PATHS, TURNS, tour, truncate, z_from_seeds
from gan.models.latent_statistics import centred_w, directions_shown
from gan.models.model import Model, check_seeded
from gan.networks import Generator
from gan.networks.layers import Modulated
from gan.numbers import check_whole, digits

PSI_LIMIT, DIRECTION_LIMIT, RAW_LIMIT = 2.0, 5.0, 5.0
CHUNK = 64  # pictures made at once
MAX_SEGMENT = 240  # frames between two keys of a film
FPS = 25.0  # frames of a film a second, where nobody says
SEFA_COUNT = 2_000  # latents for the standard deviations along SeFa's directions
CLOUD_SEED, CLOUD = 3 * 10**6, 2_000  # the samples behind a film of what takes many to see anything


@dataclass(frozen=True)
class Mix:
    """Style mixing: another seed's features take part from a layer on.

    Attributes:
        seed: of the second latent, without edits.
        layer: 0 mixes w itself, k the features after G's k-th layer; the later, the smaller what is mixed. Where
            each layer has a w of its own, the ws of layer k and later are mixed instead.
        share: 0 none of it, 1 all of it.
    """

    seed: int
    layer: int = 0
    share: float = 0.5


@dataclass(frozen=True)
class Edits:
    """Changes to a latent, made in this order.

    Attributes:
        raw: coordinate of z -> the value it gets.
        directions: principal direction -> how far to go along it, in standard deviations.
        sefa: closed-form direction -> the same.
        mix: a second latent to mix with, if any.
        c: the class asked for, where the model has classes.
        layers: the first and last layer that follow the directions, where each has a w of its own; None: all.
    """

    raw: Mapping[int, float] = field(default_factory=dict)
    directions: Mapping[int, float] = field(default_factory=dict)
    sefa: Mapping[int, float] = field(default_factory=dict)
    mix: Mix | None = None
    c: int = 0
    layers: tuple[int, int] | None = None


NO_EDITS = Edits()


@torch.inference_mode()
def render(model: Model, z: Tensor, psi: float = 1.0, edits: Edits = NO_EDITS, c: Tensor | None = None) -> Tensor:
    """Images [N, C, R, R] in [-1, 1], or points [N, 2] in the data's units, of latents z [N, z_dim].

    Args:
        c: [N] the class of each, where the model has classes; by default that of the edits for all.

    Raises:
        ConfigError: psi or an edit is out of its range.
    """
    check_edits(model, psi, edits)
    second = None if edits.mix is None else mixed_w(model, edits.mix.seed, psi, edits.c)
    if c is None:
        c = torch.full((len(z),), edits.c)
    return torch.cat(
        [
            synthesis(model, edited_w(model, part, psi, edits, classes), second, edits.mix)
            for part, classes in zip(z.split(CHUNK), c.split(CHUNK), strict=True)
        ]
    )


def edited_w(model: Model, z: Tensor, psi: float, edits: Edits, c: Tensor) -> Tensor:
    """w [N, w_dim] of z and classes c [N]: raw values set in z, mapped, truncated, then moved along the directions.

    ws [N, num_ws, w_dim] where the directions act on some layers only.
    """
    z = z.clone()
    for i, value in edits.raw.items():
        z[:, i] = value
    return moved_w(model, truncated(model, z, psi, c), edits)


def moved_w(model: Model, w: Tensor, edits: Edits) -> Tensor:
    """w [N, w_dim] or ws [N, num_ws, w_dim] moved along the directions; ws where they act on some layers only."""
    moved = w
    for k, sigmas in edits.directions.items():
        moved = moved + sigmas * model.sigmas[k] * model.directions[k]
    if edits.sefa:
        directions, lengths = closed_form(model)
        for k, sigmas in edits.sefa.items():
            moved = moved + sigmas * lengths[k] * directions[k]
    if edits.layers is None:
        return moved
    first, last = edits.layers
    ws = ws_of(model.G, w)
    ws[:, first : last + 1] = ws_of(model.G, moved)[:, first : last + 1]
    return ws


def truncated(model: Model, z: Tensor, psi: float, c: Tensor) -> Tensor:
    """w [N, w_dim] of z [N, z_dim], truncated towards the mean of its class c [N]."""
    if not model.classes:
        return truncate(model.G.mapping(z), model.w_avg, psi)
    return truncate(model.G.mapping(z, c), model.w_avg[c], psi)


def mixed_w(model: Model, seed: int, psi: float, c: int = 0) -> Tensor:
    """w [1, w_dim] of a seed and a class without edits."""
    return truncated(model, z_from_seeds([seed], model.G.z_dim), psi, torch.tensor([c]))


def ws_of(G: Generator, w: Tensor) -> Tensor:
    """ws [N, num_ws, w_dim], a w for each of G's layers: of w [N, w_dim] the same for all, of ws a copy."""
    return (w if w.dim() == 3 else w[:, None].expand(-1, G.num_ws, -1)).clone()


def synthesis(model: Model, w: Tensor, second: Tensor | None = None, mix: Mix | None = None) -> Tensor:
    """The output of w [N, w_dim] or ws [N, num_ws, w_dim].

    With a `mix`, features (or, where each layer has its own, ws) of `second` [1 or N, w_dim] take part from its
    layer on.
    """
    if mix is None or second is None:
        return model.G.synthesis(w)
    if model.G.layered:
        ws = ws_of(model.G, w)
        ws[:, mix.layer :] = ws[:, mix.layer :].lerp(second[:, None], mix.share)
        return model.G.synthesis(ws)
    x = w
    for number, layer in enumerate([*model.G.layers(), None]):
        if number == mix.layer:
            x = x.lerp(second.expand_as(x), mix.share)
        if layer is None:
            break
        x = layer(x)
        if number < mix.layer:
            second = layer(second)
    return x


@torch.inference_mode()
def features(model: Model, w: Tensor, layer: int) -> Tensor:
    """Features [N, ...] of w [N, w_dim] or ws [N, num_ws, w_dim] after G's `layer`-th layer.

    Layer 0 is w itself, the last one the output; of samples that are several pictures, the first one's.
    """
    ws = model.G.along(ws_of(model.G, w))[:, 0]
    x = ws[:, 0]
    for number, one in enumerate(model.G.layers()[:layer]):
        x = one(x, ws[:, number])
    return x


def closed_form(model: Model) -> tuple[Tensor, Tensor]:
    """SeFa's directions [L, w_dim] and w's standard deviation along each [L].

    The unit vectors that the layers which w enters stretch most: eigenvectors of A^T A for their weights A, the
    largest value first. Shen and Zhou 2021, arXiv:2007.06600, equation 4.
    """
    G = model.G
    if G.translates:  # it has no latents
        return torch.zeros(0, 0), torch.zeros(0)
    modules: list[Any] = [layer.module for layer in G.layers()]
    A = torch.cat([modules[0].weight, *(module.style.weight for module in modules if isinstance(module, Modulated))])
    # The class that may stand beside z is no direction; where w is z, it has unit variance in every coordinate.
    free = G.w_dim if G.layered else G.z_dim
    A = A[:, :free].double()
    vectors = torch.linalg.eigh(A.T @ A).eigenvectors.T.flip(0)[: directions_shown(free)]
    # The sign is arbitrary, as for the principal directions: the largest entry is made positive.
    vectors = vectors * vectors.gather(1, vectors.abs().argmax(1, keepdim=True)).sign()
    vectors = nn.functional.pad(vectors.float(), (0, G.w_dim - free))
    if not G.layered:
        return vectors, torch.ones(len(vectors))
    return vectors, (centred_w(G, SEFA_COUNT)[0] @ vectors.T).std(0)


def pictures(
    model: Model, z: Tensor, psi: float = 1.0, edits: Edits = NO_EDITS, c: Tensor | None = None,
    seconds: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """uint8 pictures [N, H, W, C] of latents z [N, z_dim]: the pixels that the app and films show.

    Where it takes a cloud of samples to see anything, each z is marked in a faint one of all that the model makes.

    Args:
        seconds: [N] since a film began, where they are its frames.
    """
    return shown(model, render(model, z, psi, edits, c), psi, edits, seconds)


@torch.inference_mode()
def shown(
    model: Model, samples: Tensor, psi: float = 1.0, edits: Edits = NO_EDITS, seconds: Tensor | None = None
) -> Tensor:  # fmt: skip
    """`pictures` of samples [N, *shape] that the model made with psi and edits."""
    if model.medium.marked is None:
        at = torch.zeros(len(samples)) if seconds is None else seconds
        parts = zip(samples.split(CHUNK), at.split(CHUNK), strict=True)
        return torch.cat([model.medium.filmed(part, model.traits, due) for part, due in parts])
    around = torch.randn(CLOUD, model.G.z_dim, generator=torch.Generator().manual_seed(CLOUD_SEED))
    return model.medium.marked(samples, render(model, around, psi, edits), model.traits)


def classes_of(model: Model, seeds: Sequence[int], text: str | None = None) -> Tensor | None:
    """The class of each seed, [N]; None where the model knows none.

    Args:
        text: the name or number of one class, or of one for each seed with commas between; None: each seed takes that
            of its number modulo the number of classes.

    Raises:
        ConfigError: no such class, or neither one nor as many as there are seeds.
    """
    if text is None:
        return torch.tensor(seeds) % len(model.classes) if model.classes else None
    named = [text] if text in model.classes else text.split(",")
    if len(named) not in (1, len(seeds)):
        raise ConfigError(f"--class takes one class, or one for each of the {len(seeds)} seeds, not {len(named)}")
    c = torch.tensor([class_number(model, name.strip()) for name in named])
    return c.expand(len(seeds)) if len(named) == 1 else c


def class_number(model: Model, name: str) -> int:
    """The number of a class that is named, or has by its number.

    Raises:
        ConfigError: the model knows no such class.
    """
    if not model.classes:
        raise ConfigError(f"{model.name} knows no classes, so --class has no meaning for it")
    if name in model.classes:
        return model.classes.index(name)
    number = digits(name)
    if number is not None and number < len(model.classes):
        return number
    some = ", ".join(model.classes[:20]) + (", …" if len(model.classes) > 20 else "")
    raise ConfigError(
        f"{model.name} knows the classes {some}, or 0 to {len(model.classes) - 1} by number, not {name!r:.40}"
    )


@torch.inference_mode()
def film_pictures(
    model: Model, z: Tensor, psi: float = 1.0, shares: Tensor | None = None, fps: float = FPS
) -> Tensor:  # fmt: skip
    """The frames of a film, as `pictures` makes them, of z [T, z_dim] and `shares` [T, classes] of each class.

    Samples that move by themselves go on moving, at `fps` frames a second.
    """
    return film_frames(model, film_samples(model, z, psi, shares), psi, fps)


def film_frames(model: Model, samples: Tensor, psi: float = 1.0, fps: float = FPS) -> Tensor:
    """The frames uint8 [T, H, W, C] of the samples [T, *shape] of a film that the model made with psi."""
    return shown(model, samples, psi, seconds=torch.arange(len(samples)) / fps)


@torch.inference_mode()
def film_samples(model: Model, z: Tensor, psi: float = 1.0, shares: Tensor | None = None) -> Tensor:
    """The samples [T, *shape] of a film's frames, of z [T, z_dim] and `shares` [T, classes] of each class.

    Where a frame lies between classes, its w lies as far between what they make of its z.
    """
    if shares is None:
        return render(model, z, psi)
    check_edits(model, psi, NO_EDITS)
    w = torch.zeros(len(z), model.G.w_dim)
    for k in shares.any(0).nonzero().flatten().tolist():
        w += shares[:, k : k + 1] * truncated(model, z, psi, torch.full((len(z),), k))
    return torch.cat([model.G.synthesis(part) for part in w.split(CHUNK)])


def film_shares(c: Tensor, classes: int, frames: int, route: str, turn: str) -> Tensor:
    """[T, classes]: the share of each class in a film's frames, straight from key to key of classes c [K].

    A circle meets its first key alone and stays in that one's class.
    """
    own = nn.functional.one_hot(c, classes).float()
    return tour(own[:1].expand_as(own) if route == CIRCLE else own, frames, "lerp", "loop" if route == CIRCLE else turn)


def film_latents(seeds: Sequence[int], z_dim: int, frames: int, route: str, turn: str) -> Tensor:
    """Latents [T, z_dim] of a film through seeds.

    Raises:
        ConfigError: fewer than two seeds, a circle of one seed, or frames a segment out of 1..MAX_SEGMENT.
    """
    if len(seeds) < 2:
        raise ConfigError(f"a film needs two seeds or more, not {len(seeds)}")
    check_way(frames, route, turn)
    if route == CIRCLE and seeds[0] == seeds[1]:
        raise ConfigError("a circle needs two different seeds at its beginning")
    return tour(z_from_seeds(seeds, z_dim), frames, route, turn)


def check_way(frames: int, route: str, turn: str) -> None:
    """Raise a ConfigError unless frames a segment are within 1..MAX_SEGMENT, and route and turn are of their tables."""
    check_whole("frames for each segment", frames, 1, MAX_SEGMENT)
    if route not in PATHS or turn not in TURNS:
        raise ConfigError(f"a film goes by {' or '.join(PATHS)} and ends as {', '.join(TURNS)}")


def check_edits(model: Model, psi: float, edits: Edits) -> None:
    """Raise a ConfigError for a model without seeds, or a psi or an edit that is no number or out of range."""
    check_seeded(model)
    in_range("psi", psi, PSI_LIMIT, low=0.0)
    check_class(model, edits)
    for i, value in edits.raw.items():
        if not 0 <= i < model.G.z_dim:
            raise ConfigError(f"z has coordinates 0 to {model.G.z_dim - 1}, not {i}")
        in_range(f"z[{i}]", value, RAW_LIMIT)
    known = {
        "direction": (edits.directions, len(model.directions)),
        "SeFa": (edits.sefa, directions_shown(model.G.w_dim if model.G.layered else model.G.z_dim)),
    }
    for name, (moved, count) in known.items():
        for k, value in moved.items():
            if not 0 <= k < count:
                raise ConfigError(f"{model.name} has {count} directions, not a number {k}")
            in_range(f"{name} {k + 1}", value, DIRECTION_LIMIT)
    if edits.mix is not None:
        last = model.G.num_ws - 1
        if not model.medium.alone:
            raise ConfigError(f"{model.name} makes {model.medium.noun}, which are not mixed")
        if not 0 <= edits.mix.layer <= last:
            raise ConfigError(f"{model.name} can be mixed at a layer from 0 to {last}, not {edits.mix.layer}")
        in_range("share", edits.mix.share, 1.0, low=0.0)


def check_class(model: Model, edits: Edits) -> None:
    """Raise a ConfigError for a class or a range of layers that the model does not have."""
    if not 0 <= edits.c < max(len(model.classes), 1):
        has = f"classes 0 to {len(model.classes) - 1}" if model.classes else "no classes"
        raise ConfigError(f"{model.name} knows {has}, not a number {edits.c}")
    if edits.layers is not None:
        last = model.G.num_ws - 1
        if not model.G.layered:
            raise ConfigError(f"{model.name} has one w for all of its layers: a range of them has no meaning")
        if not 0 <= edits.layers[0] <= edits.layers[1] <= last:
            raise ConfigError(f"{model.name} has the layers 0 to {last}, not {edits.layers[0]} to {edits.layers[1]}")


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


def critic_rank(model: Model, images: Tensor, c: Tensor | None = None) -> Tensor | None:
    """The share of real pictures that the critic likes less than each of images [N, ...], [N] in 0..1.

    A logit has no unit of its own; its rank among the logits of real data has. None if the model lacks them.

    Args:
        c: [N] what each is taken for, where the model has classes.
    """
    if not len(model.real_logits):
        return None
    with torch.inference_mode():
        logits = model.D(images.clone(), c)
    below = torch.searchsorted(model.real_logits, logits.contiguous())
    return below / len(model.real_logits)
