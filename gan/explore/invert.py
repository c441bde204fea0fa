"""Inversion: the latents by which a generator makes a picture like one that is given.

First an encoder's guess, then steps of Adam on ws, a w for each layer, of which only what is known of the picture has
a say. Abdal et al. 2019, arXiv:1904.03189, section 3; the guess first: Zhu et al. 2016, arXiv:1609.03552.
ws are [N, num_ws, w_dim] in w's own units; of a G that is not layered num_ws is 1.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.explore.damage import luminance, shrunk
from gan.explore.render import CHUNK
from gan.models.latent_statistics import w_spread
from gan.models.model import Model
from gan.networks import Generator
from gan.networks.encoder import Encoder

WAYS: dict[str, str] = {
    "faithful": "from the encoder's guess: nearest to the picture",
    "easy": "from the nearest of many samples: easier to change afterwards",
}
MOST_STEPS = 2_000
STEPS, RATE = 50, 0.05  # of Adam, in standard deviations of w
BETAS, TINY = (0.9, 0.999), 1e-8
SAMPLES_SEED, SAMPLES, DRAWN = 5 * 10**6, 4_000, 64  # w that a start is chosen from, and how many of them are drawn
BLIND = 500  # of them that are drawn where no encoder says which are near
BATCH = 64  # pictures inverted at once


@dataclass(frozen=True)
class Pull:
    """What keeps ws where G makes sense, added to the error.

    Attributes:
        layers: times the mean square of what each layer's w differs from their mean, in standard deviations.
        mean: times the mean square of what they differ from the mean w.
    """

    layers: float = 0.0
    mean: float = 0.0


FREE = Pull()


def synthesis(G: Generator, ws: Tensor) -> Tensor:
    """Images [N, C, R, R] of ws [N, num_ws, w_dim]."""
    return G.synthesis(ws if G.layered else ws[:, 0])


def compared(images: Tensor, shrink: int, grey: bool) -> Tensor:
    """What of images is held against a target: the mean of each block, their luminance."""
    seen = shrunk(images, shrink)
    return luminance(seen) if grey else seen


def errors_of(images: Tensor, target: Tensor, known: Tensor) -> Tensor:
    """[N] mean squared error on what is known; all [N or 1, C, R, R], `known` with C or 1 channels."""
    known = known.expand(max(len(images), len(target), len(known)), target.shape[1], -1, -1)
    total = ((images - target).square() * known).flatten(1).sum(1)
    return total / known.flatten(1).sum(1).clamp(min=1.0)


@torch.enable_grad()
def fit(
    model: Model, ws: Tensor, target: Tensor, known: Tensor, *, shrink: int = 1, grey: bool = False,
    steps: int = STEPS, lr: float = RATE, pull: Pull = FREE, on_step: Callable[[int], None] | None = None,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """(ws [N, num_ws, w_dim], errors [N]): the best that so many steps of Adam see from each start.

    Adam moves (w - mean) / sd, its rate falls to 0 along a cosine. Kingma and Ba 2015, arXiv:1412.6980, algorithm 1.

    Args:
        ws: [N, num_ws, w_dim] the starts.
        target: [N or 1, C, r, r] what their pictures shall be like.
        known: the same with C or 1 channels: how much each value weighs, 0 to 1.
        shrink: r is R / shrink: pictures are compared after the mean of each block.
        grey: the target is a luminance [N or 1, 1, r, r].
        on_step: is told each step that is done.
    """
    mean, sd = w_spread(model.G)
    u = ((ws - mean) / sd).detach().clone()
    first, second = torch.zeros_like(u), torch.zeros_like(u)
    best, least = u.clone(), torch.full((len(u),), math.inf)
    for step in range(steps + 1):
        u.requires_grad_(True)
        errors = errors_of(compared(synthesis(model.G, mean + sd * u), shrink, grey), target, known)
        with torch.no_grad():
            better = errors < least
            best[better], least[better] = u[better], errors[better]
        if step == steps:
            break
        loss = errors + pull.mean * u.square().mean((1, 2))
        loss = loss + pull.layers * (u - u.mean(1, keepdim=True)).square().mean((1, 2))
        (gradient,) = torch.autograd.grad(loss.sum(), u)
        with torch.no_grad():
            first = BETAS[0] * first + (1 - BETAS[0]) * gradient
            second = BETAS[1] * second + (1 - BETAS[1]) * gradient.square()
            rate = lr * (1 + math.cos(math.pi * step / steps)) / 2
            move = first / (1 - BETAS[0] ** (step + 1))
            u = u - rate * move / ((second / (1 - BETAS[1] ** (step + 1))).sqrt() + TINY)
        if on_step is not None:
            on_step(step + 1)
    return mean + sd * best, least


@torch.no_grad()
def sample_ws(G: Generator, count: int = SAMPLES) -> tuple[Tensor, Tensor]:
    """(w [count, w_dim] that are always the same ones, their classes [count], all in turn)."""
    z = torch.randn(count, G.z_dim, generator=torch.Generator().manual_seed(SAMPLES_SEED))
    c = torch.arange(count) % max(G.classes, 1)
    return G.mapping(z, c if G.classes else None), c


def as_ws(G: Generator, w: Tensor) -> Tensor:
    """ws [N, num_ws, w_dim] of w [N, w_dim], the same for all layers."""
    return w[:, None].expand(-1, G.num_ws if G.layered else 1, -1).clone()


def nearest_first(w: Tensor, ws: Tensor, sd: Tensor) -> Tensor:
    """[K] the numbers of w [K, w_dim], those nearest to the mean over the layers of ws [num_ws, w_dim] first."""
    return ((w - ws.mean(0)) / sd).square().sum(1).argsort(stable=True)


@torch.no_grad()
def images_of(model: Model, ws: Tensor) -> Tensor:
    """Images [N, C, R, R] of ws [N, num_ws, w_dim], some at a time."""
    return torch.cat([synthesis(model.G, part) for part in ws.split(CHUNK)])


@torch.no_grad()
def nearest_sample(model: Model, image: Tensor, guess: Tensor | None) -> Tensor:
    """ws [1, num_ws, w_dim] of the sample whose picture is nearest to an image [C, R, R].

    Of all samples those are drawn whose w is nearest to the `guess` [num_ws, w_dim] of an encoder; without one, the
    first BLIND.
    """
    w, _ = sample_ws(model.G)
    rows = torch.arange(BLIND) if guess is None else nearest_first(w, guess, w_spread(model.G)[1])[:DRAWN]
    ws = as_ws(model.G, w[rows])
    errors = errors_of(images_of(model, ws), image[None], torch.ones(1, 1, 1, 1).expand_as(image[None]))
    return ws[errors.argmin()][None]


def starts(model: Model, images: Tensor, encoder: Encoder | None, way: str) -> Tensor:
    """ws [N, num_ws, w_dim] that the inversion of images begins with, by a way of WAYS.

    Raises:
        ConfigError: there is no such way.
    """
    if way not in WAYS:
        raise ConfigError(f"a picture is inverted {' or '.join(WAYS)}, not {way!r:.40}")
    with torch.no_grad():
        guesses = None if encoder is None else encoder(images)
    if guesses is not None and way == "faithful":
        return guesses
    near = [nearest_sample(model, image, None if guesses is None else guesses[i]) for i, image in enumerate(images)]
    return torch.cat(near)


def invert(
    model: Model, images: Tensor, encoder: Encoder | None = None, way: str = "faithful", steps: int = STEPS,
    pull: Pull = FREE,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """(ws [N, num_ws, w_dim], errors [N]) of images [N, C, R, R] in [-1, 1].

    Args:
        encoder: the model's; without one the start is the nearest of some samples.
        way: a name in WAYS.
        steps: of Adam; with 0 it stays at the start.

    Raises:
        ConfigError: there is no such way, or the images are not of the model's shape.
    """
    if tuple(images.shape[1:]) != model.shape or len(model.shape) != 3:
        raise ConfigError(f"{model.name} makes {model.medium.noun} of the shape {model.shape}, not {images.shape[1:]}")
    done = []
    for part in images.split(BATCH):
        known = torch.ones_like(part[:1, :1])
        done.append(fit(model, starts(model, part, encoder, way), part, known, steps=steps, pull=pull))
    return torch.cat([ws for ws, _ in done]), torch.cat([errors for _, errors in done])


@torch.no_grad()
def again(model: Model, encoder: Encoder, images: Tensor, ws: Tensor, share: float = 0.7) -> Tensor:
    """ws with a share of what the encoder sees in images [N, C, R, R] and not yet in their pictures.

    Richardson et al. 2021, arXiv:2008.00951, do it within the encoder (Alaluf et al. 2021, arXiv:2104.02699, eq. 2).
    """
    return ws + share * (encoder(images) - encoder(synthesis(model.G, ws)))


def decibels(images: Tensor, target: Tensor) -> Tensor:
    """[N] peak signal-to-noise ratio of images in [-1, 1]: 10 log10(4 / mean squared error), at most 100."""
    error = (images.clamp(-1, 1) - target).square().flatten(1).mean(1).clamp(min=4e-10)
    return 10 * (4 / error).log10()
