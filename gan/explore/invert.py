"""Inversion: the latents by which a generator makes a picture like one that is given.

First an encoder's guess, then steps of L-BFGS on ws, a w for each layer, of which only what is known of the picture
has a say. Abdal et al. 2019, arXiv:1904.03189, section 3; the guess first, and L-BFGS: Zhu et al. 2016,
arXiv:1609.03552.
ws are [N, num_ws, w_dim] in w's own units; of a G that is not layered num_ws is 1.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.explore.damage import shrunk
from gan.explore.descent import Descent
from gan.explore.render import CHUNK
from gan.media.images import luma
from gan.models.model import Model
from gan.networks import Generator
from gan.networks.encoder import Encoder
from gan.networks.ws import as_ws, from_ws

WAYS: dict[str, str] = {
    "faithful": "from the encoder's guess: nearest to the picture",
    "easy": "from the nearest of many samples: easier to change afterwards",
}
MOST_STEPS = 2_000
STEPS = 50  # of a fit
SAMPLES_SEED, SAMPLES, DRAWN = 5 * 10**6, 4_000, 64  # w that a start is chosen from, and how many of them are drawn
BLIND = 500  # of them that are drawn where no encoder says which are near
BATCH = 64  # pictures inverted at once
# A guess is the mean of what a picture could be: nearer to the mean w than samples are, and its layers differ. What a
# fit begins with stays in what it finds: begun further out, with one w for all layers, that is easier to change.
OUTWARD, LEVELLED = 1.4, 20  # times the guess's distance; steps from which on a fit makes up for such a start


@dataclass(frozen=True)
class Pull:
    """What keeps ws where G makes sense, added to the error.

    Attributes:
        layers: times the mean square of what each layer's w differs from their mean, in standard deviations.
        mean: times the mean square of what they differ from the mean w.
        start: times the mean square of what they differ from where they began.
    """

    layers: float = 0.0
    mean: float = 0.0
    start: float = 0.0


FREE = Pull()


def compared(images: Tensor, shrink: int, grey: bool) -> Tensor:
    """What of images is held against a target: the mean of each block, their luma."""
    seen = shrunk(images, shrink)
    return luma(seen) if grey else seen


def errors_of(images: Tensor, target: Tensor, known: Tensor) -> Tensor:
    """[N] mean squared error on what is known; all [N or 1, C, R, R], `known` with C or 1 channels."""
    known = known.expand(max(len(images), len(target), len(known)), target.shape[1], -1, -1)
    total = ((images - target).square() * known).flatten(1).sum(1)
    return total / known.flatten(1).sum(1).clamp(min=1.0)


@torch.enable_grad()
def fit(
    model: Model, ws: Tensor, target: Tensor, known: Tensor, *, shrink: int = 1, grey: bool = False,
    steps: int = STEPS, pull: Pull = FREE, on_step: Callable[[int], None] | None = None,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """(ws [N, num_ws, w_dim], errors [N]): where so many steps of L-BFGS lead from each start.

    They move (w - mean) / sd; see `gan.explore.descent`.

    Args:
        ws: [N, num_ws, w_dim] the starts.
        target: [N or 1, C, r, r] what their pictures shall be like.
        known: the same with C or 1 channels: how much each value weighs, 0 to 1.
        shrink: r is R / shrink: pictures are compared after the mean of each block.
        grey: the target is a luma [N or 1, 1, r, r].
        on_step: is told each step that is done.
    """
    mean, sd = model.w_spread

    def seen(rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(errors [N], losses [N], slopes [N, D]) at rows [N, D]."""
        u = rows.view(ws.shape).requires_grad_(True)
        errors = errors_of(compared(model.G.synthesis(from_ws(model.G, mean + sd * u)), shrink, grey), target, known)
        losses = errors + pull.mean * u.square().mean((1, 2)) + pull.start * (u.flatten(1) - at).square().mean(1)
        losses = losses + pull.layers * (u - u.mean(1, keepdim=True)).square().mean((1, 2))
        (slopes,) = torch.autograd.grad(losses.sum(), u)
        return errors.detach(), losses.detach(), slopes.flatten(1)

    at = ((ws - mean) / sd).detach().flatten(1)
    errors, losses, slopes = seen(at)
    descent = Descent(at, losses, slopes, ws.shape[1])
    for step in range(steps):
        found, losses, slopes = seen(descent.ahead)
        errors = torch.where(descent.look(losses, slopes), found, errors)
        if on_step is not None:
            on_step(step + 1)
    return mean + sd * descent.at.view(ws.shape), errors


@torch.no_grad()
def sample_ws(G: Generator, count: int = SAMPLES) -> tuple[Tensor, Tensor]:
    """(w [count, w_dim] that are always the same ones, their classes [count], all in turn)."""
    z = torch.randn(count, G.z_dim, generator=torch.Generator().manual_seed(SAMPLES_SEED))
    c = torch.arange(count) % max(G.classes, 1)
    return G.mapping(z, c if G.classes else None), c


def nearest_first(w: Tensor, ws: Tensor, sd: Tensor) -> Tensor:
    """[K] the numbers of w [K, w_dim], those nearest to the mean over the layers of ws [num_ws, w_dim] first."""
    return ((w - ws.mean(0)) / sd).square().sum(1).argsort(stable=True)


@torch.no_grad()
def images_of(model: Model, ws: Tensor) -> Tensor:
    """Images [N, C, R, R] of ws [N, num_ws, w_dim], some at a time."""
    return torch.cat([model.G.synthesis(from_ws(model.G, part)) for part in ws.split(CHUNK)])


@torch.no_grad()
def nearest_sample(model: Model, image: Tensor, guess: Tensor | None) -> Tensor:
    """ws [1, num_ws, w_dim] of the sample whose picture is nearest to an image [C, R, R].

    Of all samples those are drawn whose w is nearest to the `guess` [num_ws, w_dim] of an encoder; without one, the
    first BLIND.
    """
    w, _ = sample_ws(model.G)
    rows = torch.arange(BLIND) if guess is None else nearest_first(w, guess, model.w_spread[1])[:DRAWN]
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


def levelled(model: Model, ws: Tensor) -> Tensor:
    """ws [N, num_ws, w_dim] with one w for all layers, OUTWARD as far from the mean w; of a G not layered as they are.

    Tov et al. 2021, arXiv:2102.02766, section 3: the nearer to single w of G's own, the better ws can be changed.
    """
    if not model.G.layered:
        return ws
    mean = model.w_spread[0]
    return mean + OUTWARD * (ws.mean(1, keepdim=True) - mean).expand_as(ws)


def invert(
    model: Model, images: Tensor, encoder: Encoder | None = None, way: str = "faithful", steps: int = STEPS,
    pull: Pull = FREE,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """(ws [N, num_ws, w_dim], errors [N]) of images [N, C, R, R] in [-1, 1].

    Args:
        encoder: the model's; without one the start is the nearest of some samples.
        way: a name in WAYS.
        steps: of the fit; with 0 it stays at the start.

    Raises:
        ConfigError: there is no such way, or the images are not of the model's shape.
    """
    if tuple(images.shape[1:]) != model.shape or not model.medium.inverted:
        raise ConfigError(f"{model.name} makes {model.medium.noun} of the shape {model.shape}, not {images.shape[1:]}")
    done = []
    for part in images.split(BATCH):
        known, begun = torch.ones_like(part[:1, :1]), starts(model, part, encoder, way)
        if encoder is not None and way == "faithful" and steps >= LEVELLED:
            begun = levelled(model, begun)
        done.append(fit(model, begun, part, known, steps=steps, pull=pull))
    return torch.cat([ws for ws, _ in done]), torch.cat([errors for _, errors in done])


@torch.no_grad()
def again(model: Model, encoder: Encoder, images: Tensor, ws: Tensor, share: float = 0.7) -> Tensor:
    """ws with a share of what the encoder sees in images [N, C, R, R] and not yet in their pictures.

    Richardson et al. 2021, arXiv:2008.00951, do it within the encoder (Alaluf et al. 2021, arXiv:2104.02699, eq. 2).
    """
    return ws + share * (encoder(images) - encoder(model.G.synthesis(from_ws(model.G, ws))))
