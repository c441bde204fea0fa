"""Repair: pictures that a generator makes, like a damaged one wherever something is known of it.

The damage is part of the error that is made small, what is known for certain is kept as it is, and one hole may have
several completions. Yeh et al. 2017, arXiv:1607.07539 (holes); Menon et al. 2020, arXiv:2003.03808 (tiny pictures).
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.explore.damage import Damaged, luminance, shrunk
from gan.explore.invert import (
    BLIND,
    DRAWN,
    STEPS,
    Pull,
    as_ws,
    compared,
    errors_of,
    fit,
    images_of,
    nearest_first,
    sample_ws,
)
from gan.models.latent_statistics import w_spread
from gan.models.model import Model
from gan.networks.encoder import Encoder

CAREFUL, STRONG = Pull(0.01, 0.003), Pull(0.3, 0.1)  # where nothing is uncertain, and for noise of STRONG_NOISE
STRONG_NOISE, STRONG_STEPS = 0.5, 25  # longer, or freer, and it is the noise that is fitted
EXTREME = 0.9  # beyond it a value is so near to black or white that clipping halves the noise's square
FIRST_STEPS = 15  # of a fit that only says what is noise
NEAR_BY, FAR = 0.4, 1.4  # from a guess; by what lies between them and beyond, kinds of noise are told apart
OUTLIER = 0.8  # from a guess: there salt and pepper begin
CLASSES, NEAR = 6, 16  # classes that a hole is completed from, and samples of each that are drawn
ASKED = 10  # classes that are looked at, where there are more
WITHIN = (1.5, 0.02)  # a completion is shown if its error is at most this times the least, and this more
ALIKE = 0.2  # root mean square, where nothing is known, below which two completions are one
SHOWN = 4  # completions, at most


@dataclass(frozen=True)
class Task:
    """What is fitted: see `gan.explore.invert.fit`."""

    target: Tensor
    known: Tensor
    pull: Pull = CAREFUL
    steps: int = STEPS


@dataclass(frozen=True)
class Repaired:
    """Repaired pictures.

    Attributes:
        images: [N, C, R, R] with what is certain as it was given.
        ws: [N, num_ws, w_dim], what G made them from.
        errors: [N] mean squared error on what is known.
    """

    images: Tensor
    ws: Tensor
    errors: Tensor


def clipped_mean(images: Tensor, sd: Tensor) -> Tensor:
    """The mean of values in [-1, 1] with normal noise of a deviation `sd` [N, 1, 1, 1], after clipping to [-1, 1]."""
    low, high = (-1 - images) / sd, (1 - images) / sd
    below, above = torch.special.ndtr(low), torch.special.ndtr(-high)
    density = ((-low.square() / 2).exp() - (-high.square() / 2).exp()) / math.sqrt(2 * math.pi)
    return above - below + images * (1 - above - below) + sd * density


def noise_of(pictures: Tensor, guess: Tensor) -> tuple[Tensor, Tensor]:
    """(deviation [N, 1, 1, 1] of the noise in pictures, by a guess of what is under it; 1 for each value but outliers).

    Salt and pepper lie far from the guess or not at all, noise of a normal kind lies more often between. Of a picture
    of the former kind what is far has no say.
    """
    rest = (pictures - guess).abs()
    far = (rest > FAR).float().mean((1, 2, 3), keepdim=True)
    between = ((rest > NEAR_BY) & (rest <= FAR)).float().mean((1, 2, 3), keepdim=True)
    inside = torch.where(far > between, (rest <= OUTLIER).float(), 1.0)
    # Beside an end of the range half of the noise is clipped away.
    share = torch.where(guess.abs() > EXTREME, 0.5, 1.0)
    square = (rest.square() * inside).sum((1, 2, 3)) / (share * inside).sum((1, 2, 3)).clamp(min=1.0)
    return square.sqrt().view(-1, 1, 1, 1).clamp(min=1e-3), inside


def task(damaged: Damaged, guess: Tensor) -> Task:
    """What is fitted to damaged pictures, of which an encoder's guess [N, C, R, R] is known.

    Where values are uncertain, what clipping adds to noise is taken off them, outliers have no say, and the stronger
    the noise the stronger the pull.
    """
    if damaged.certain:
        return Task(
            compared(damaged.pictures, damaged.shrink, damaged.grey), shrunk(damaged.known, damaged.shrink)
        )  # fmt: skip
    sd, inside = noise_of(damaged.pictures, guess)
    target = damaged.pictures - (clipped_mean(guess, sd) - guess)
    strength = min(1.0, float(sd.mean()) / 2 / STRONG_NOISE)
    layers, mean = (
        low ** (1 - strength) * high**strength
        for low, high in ((CAREFUL.layers, STRONG.layers), (CAREFUL.mean, STRONG.mean))
    )
    return Task(target, inside * damaged.known, Pull(layers, mean), round(STEPS - (STEPS - STRONG_STEPS) * strength))


def kept(damaged: Damaged, made: Tensor) -> Tensor:
    """What G made of damaged pictures, [N, C, R, R], with what is known for certain as it was given."""
    if not damaged.certain:
        return made
    if damaged.grey:
        return (made + luminance(damaged.pictures) - luminance(made)).clamp(-1, 1)
    if damaged.shrink > 1:
        times = damaged.shrink
        rest = shrunk(damaged.pictures, times) - shrunk(made, times)
        return (made + rest.repeat_interleave(times, 2).repeat_interleave(times, 3)).clamp(-1, 1)
    return torch.where(damaged.known > 0, damaged.pictures, made)


def first_guess(model: Model, damaged: Damaged, encoder: Encoder | None) -> Tensor:
    """ws [N, num_ws, w_dim] that a repair begins with: an encoder's for repair, or else the nearest of some samples."""
    if encoder is not None:
        with torch.no_grad():
            return encoder(damaged.seen())
    return torch.cat([nearest_known(model, damaged[i : i + 1]) for i in range(len(damaged.pictures))])


def nearest_known(model: Model, damaged: Damaged) -> Tensor:
    """ws [1, num_ws, w_dim] of the sample whose picture is most like the one damaged picture where that is known."""
    ws = as_ws(model.G, sample_ws(model.G)[0][:BLIND])
    return ws[known_errors(model, damaged, ws).argmin()][None]


def known_errors(model: Model, damaged: Damaged, ws: Tensor) -> Tensor:
    """[N] mean squared error of the pictures of ws on what is known of one damaged picture."""
    seen = compared(images_of(model, ws), damaged.shrink, damaged.grey)
    target = compared(damaged.pictures, damaged.shrink, damaged.grey)
    return errors_of(seen, target, shrunk(damaged.known, damaged.shrink))


def repair(model: Model, damaged: Damaged, encoder: Encoder | None = None) -> Repaired:
    """The one repair of each of some damaged pictures.

    Args:
        encoder: the model's for repair; without one the start is the nearest of some samples.

    Raises:
        ConfigError: the pictures are not of the model's shape, or nothing is known of one.
    """
    check(model, damaged)
    ws = first_guess(model, damaged, encoder)
    if not damaged.certain:  # a better guess tells better what is noise
        ws = from_starts(model, damaged, ws, replace(task(damaged, images_of(model, ws)), steps=FIRST_STEPS)).ws
    return from_starts(model, damaged, ws, task(damaged, images_of(model, ws)))


def from_starts(model: Model, damaged: Damaged, ws: Tensor, given: Task) -> Repaired:
    """Repairs from some starts [N, num_ws, w_dim], of one damaged picture or each of its own."""
    ws, errors = fit(
        model, ws, given.target, given.known, shrink=damaged.shrink, grey=damaged.grey, steps=given.steps,
        pull=given.pull,
    )  # fmt: skip
    return Repaired(kept(damaged, images_of(model, ws)), ws, errors)


def check(model: Model, damaged: Damaged) -> None:
    """Raise a ConfigError unless damaged pictures are of a model's shape and something is known of each."""
    if tuple(damaged.pictures.shape[1:]) != model.shape or len(model.shape) != 3:
        raise ConfigError(f"{model.name} repairs {model.medium.noun} of the shape {model.shape}")
    if model.shape[-1] % damaged.shrink:
        raise ConfigError(f"pictures of {model.shape[-1]} pixels are no {damaged.shrink} times larger than others")
    if not damaged.known.flatten(1).any(1).all():
        raise ConfigError("the mask covers the whole picture: nothing is known of it")


def several(model: Model, damaged: Damaged, encoder: Encoder | None = None, most: int = SHOWN) -> Repaired:
    """Different completions of one damaged picture, at most so many, the nearest to what is known first.

    Each starts from a sample of another class (without classes: from samples that differ), and counts if its error on
    what is known is within the bound WITHIN of the best.
    """
    check(model, damaged)
    guess = first_guess(model, damaged, encoder)
    ws = torch.cat([guess, other_starts(model, damaged, guess[0])])
    found = from_starts(model, damaged, ws, task(damaged, images_of(model, guess)))
    bound = WITHIN[0] * found.errors.min() + WITHIN[1]
    chosen: list[int] = []
    for i in found.errors.argsort(stable=True).tolist():
        if found.errors[i] <= bound and all(differ(damaged, found.images[i], found.images[j]) for j in chosen):
            chosen.append(i)
    rows = chosen[:most]
    return Repaired(found.images[rows], found.ws[rows], found.errors[rows])


def differ(damaged: Damaged, a: Tensor, b: Tensor) -> bool:
    """Whether two completions [C, R, R] are two answers: they differ where nothing is known, or without a hole."""
    free = 1 - damaged.known[0]
    where = free if bool(free.any()) else torch.ones_like(free)
    square = (a - b).square().mean(0, keepdim=True)
    return bool((square * where).sum() / where.sum() > ALIKE**2)


@torch.no_grad()
def other_starts(model: Model, damaged: Damaged, guess: Tensor) -> Tensor:
    """ws [K, num_ws, w_dim] of samples that fit what is known of a picture, K at most CLASSES, and differ.

    Of all samples those nearest to the guess [num_ws, w_dim] are drawn: NEAR of each class, the best of each class
    stays. Without classes DRAWN of them, and those stay that lie furthest apart among the best.
    """
    w, c = sample_ws(model.G)
    sd = w_spread(model.G)[1]
    order = nearest_first(w, guess, sd)
    if not model.classes:
        near = order[:DRAWN]
        best = near[known_errors(model, damaged, as_ws(model.G, w[near])).argsort(stable=True)[: 3 * CLASSES]]
        return as_ws(model.G, w[best[apart(w[best] / sd, CLASSES)]])
    asked = list(dict.fromkeys(c[order].tolist()))[:ASKED]  # the classes whose samples lie nearest
    best_of, errors = [], []
    for k in asked:
        near = order[c[order] == k][:NEAR]
        off = known_errors(model, damaged, as_ws(model.G, w[near]))
        best_of.append(int(near[off.argmin()]))
        errors.append(float(off.min()))
    rows = [best_of[i] for i in sorted(range(len(asked)), key=errors.__getitem__)[:CLASSES]]
    return as_ws(model.G, w[rows])


def apart(points: Tensor, count: int) -> Tensor:
    """The numbers of `count` points [N, D], the first one and each the furthest from those before it."""
    rows = [0]
    distance = (points - points[0]).square().sum(1)
    while len(rows) < min(count, len(points)):
        rows.append(int(distance.argmax()))
        distance = distance.minimum((points - points[rows[-1]]).square().sum(1))
    return torch.tensor(rows)
