"""Repair: pictures that a generator makes, like a damaged one wherever something is known of it.

The damage is part of the error that is made small, what is known for certain is kept as it is, and one hole may have
several completions. Yeh et al. 2017, arXiv:1607.07539 (holes); Menon et al. 2020, arXiv:2003.03808 (tiny pictures).
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.explore.damage import Damaged, shrunk
from gan.explore.invert import (
    BLIND,
    DRAWN,
    Pull,
    compared,
    errors_of,
    fit,
    images_of,
    nearest_first,
    sample_ws,
)
from gan.media.images import luma
from gan.models.model import Model
from gan.networks.encoder import Encoder
from gan.networks.ws import as_ws

# Of a hole the encoder's guess knows more than a fit to its rim: few steps near it, and a say where nothing is known.
NEAR_GUESS, FEW_STEPS, GUESSED = Pull(start=1.0), 8, 0.1
SMALL, SMALL_STEPS = Pull(start=0.02), 18  # of a picture that is known everywhere, but shrunk or without its colours
CAREFUL, STRONG = Pull(0.01, 0.003), Pull(0.05, 0.015)  # for no noise, and for noise of STRONG_NOISE
WEAK_STEPS = 26  # for no noise
STRONG_NOISE, STRONG_STEPS = 0.5, 4  # longer, or freer, and it is the noise that is fitted
EXTREME = 0.9  # beyond it a value may be salt or pepper, and clipping halves the square of noise
FIRST_STEPS = 3  # of a fit that only says what is noise
NEAR_BY, FAR = 0.4, 1.4  # from a guess; by what lies between them and beyond, kinds of noise are told apart
OUTLIER = 0.8  # from a guess: there salt and pepper begin
CLASSES, NEAR = 6, 100  # classes that a hole is completed from, and samples of each that are drawn
ASKED = 10  # classes that are looked at, where there are more
WITHIN = (1.5, 0.02)  # a completion is shown if its error is at most this times the least, and this more
ALIKE = 0.2  # root mean square, where nothing is known, below which two completions are one
SHOWN = 4  # completions, at most


@dataclass(frozen=True)
class Task:
    """What is fitted: see `gan.explore.invert.fit`."""

    target: Tensor
    known: Tensor
    pull: Pull
    steps: int


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
    of the former kind what is far, and white or black, has no say: a grey was not made by it.
    """
    rest = (pictures - guess).abs()
    far = (rest > FAR).float().mean((1, 2, 3), keepdim=True)
    between = ((rest > NEAR_BY) & (rest <= FAR)).float().mean((1, 2, 3), keepdim=True)
    clean = (rest <= OUTLIER) | (pictures.abs() <= EXTREME)
    inside = torch.where(far > between, clean.float(), 1.0)
    # Beside an end of the range half of the noise is clipped away.
    share = torch.where(guess.abs() > EXTREME, 0.5, 1.0)
    square = (rest.square() * inside).sum((1, 2, 3)) / (share * inside).sum((1, 2, 3)).clamp(min=1.0)
    return square.sqrt().view(-1, 1, 1, 1).clamp(min=1e-3), inside


def task(damaged: Damaged, guess: Tensor, learnt: bool = True) -> Task:
    """What is fitted to damaged pictures, of which a guess [N, C, R, R] is known.

    Of a hole it says more than what lies around it if it was `learnt`, by an encoder for repair. Where values are
    uncertain, what clipping adds to noise is taken off them, outliers have no say, and the stronger the noise the
    stronger the pull.
    """
    if damaged.certain and (damaged.shrink > 1 or damaged.grey):
        seen = compared(damaged.pictures, damaged.shrink, damaged.grey)
        return Task(seen, shrunk(damaged.known, damaged.shrink), SMALL, SMALL_STEPS)
    if damaged.certain and not learnt:
        return Task(damaged.pictures, damaged.known, CAREFUL, SMALL_STEPS)
    if damaged.certain:
        target = torch.where(damaged.known > 0, damaged.pictures, guess)
        return Task(target, damaged.known + GUESSED * (1 - damaged.known), NEAR_GUESS, FEW_STEPS)
    sd, inside = noise_of(damaged.pictures, guess)
    target = damaged.pictures - (clipped_mean(guess, sd) - guess)
    strength = min(1.0, float(sd.mean()) / 2 / STRONG_NOISE)
    layers, mean = (
        low ** (1 - strength) * high**strength
        for low, high in ((CAREFUL.layers, STRONG.layers), (CAREFUL.mean, STRONG.mean))
    )
    steps = round(WEAK_STEPS - (WEAK_STEPS - STRONG_STEPS) * strength)
    return Task(target, inside * damaged.known, Pull(layers, mean), steps)


def for_others(damaged: Damaged, given: Task) -> Task:
    """The same for starts that nobody guessed: no guess has a say, and they may go further."""
    if not damaged.certain:
        return given
    return replace(given, known=shrunk(damaged.known, damaged.shrink), pull=SMALL)


def kept(damaged: Damaged, made: Tensor) -> Tensor:
    """What G made of damaged pictures, [N, C, R, R], with what is known for certain as it was given."""
    if not damaged.certain:
        return made
    if damaged.grey:
        return (made + luma(damaged.pictures) - luma(made)).clamp(-1, 1)
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
    ws = as_ws(model.G, sample_ws(model.G)[0][:BLIND])
    made = images_of(model, ws)  # the same ones for all pictures
    each = (made_errors(damaged[i : i + 1], made) for i in range(len(damaged.pictures)))
    return torch.stack([ws[errors.argmin()] for errors in each])


def known_errors(model: Model, damaged: Damaged, ws: Tensor) -> Tensor:
    """[N] mean squared error of the pictures of ws on what is known of one damaged picture."""
    return made_errors(damaged, images_of(model, ws))


def made_errors(damaged: Damaged, made: Tensor) -> Tensor:
    """[N] mean squared error of images [N, C, R, R] on what is known of one damaged picture, or each of its own."""
    target = compared(damaged.pictures, damaged.shrink, damaged.grey)
    return errors_of(
        compared(made, damaged.shrink, damaged.grey), target, shrunk(damaged.known, damaged.shrink)
    )  # fmt: skip


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
    return from_starts(model, damaged, ws, task(damaged, images_of(model, ws), encoder is not None))


def from_starts(model: Model, damaged: Damaged, ws: Tensor, given: Task) -> Repaired:
    """Repairs from some starts [N, num_ws, w_dim], of one damaged picture or each of its own."""
    ws, _ = fit(
        model, ws, given.target, given.known, shrink=damaged.shrink, grey=damaged.grey, steps=given.steps,
        pull=given.pull,
    )  # fmt: skip
    made = images_of(model, ws)
    return Repaired(kept(damaged, made), ws, made_errors(damaged, made))


def check(model: Model, damaged: Damaged) -> None:
    """Raise a ConfigError unless damaged pictures are of a model's shape and something is known of each."""
    if tuple(damaged.pictures.shape[1:]) != model.shape or not model.medium.inverted:
        raise ConfigError(f"{model.name} repairs {model.medium.noun} of the shape {model.shape}")
    if model.shape[-1] % damaged.shrink:
        raise ConfigError(f"pictures of {model.shape[-1]} pixels are no {damaged.shrink} times larger than others")
    if not damaged.known.flatten(1).any(1).all():
        raise ConfigError("the mask covers the whole picture: nothing is known of it")


def several(model: Model, damaged: Damaged, encoder: Encoder | None = None, most: int = SHOWN) -> Repaired:
    """Different completions of one damaged picture, at most so many, first the one that `repair` gives.

    Each but the first starts from a sample of another class (without classes: from samples that differ), and what the
    encoder guesses has no say in it. It counts if its error on what is known is within the bound WITHIN of the best.
    """
    check(model, damaged)
    guess = first_guess(model, damaged, encoder)
    first = task(damaged, images_of(model, guess), encoder is not None)
    others = for_others(damaged, first)
    found = joined(
        from_starts(model, damaged, guess, first),
        from_starts(model, damaged, other_starts(model, damaged, guess[0]), others),
    )
    rows = unlike(damaged, found, most)
    return Repaired(found.images[rows], found.ws[rows], found.errors[rows])


def unlike(damaged: Damaged, found: Repaired, most: int) -> list[int]:
    """The numbers of repairs of one picture that are shown, at most so many.

    The first one, and each the furthest from those before it, of all that are within the bound.
    """
    bound = WITHIN[0] * found.errors.min() + WITHIN[1]
    left = [i for i in range(len(found.errors)) if found.errors[i] <= bound]
    chosen = [left.pop(0)]
    while left and len(chosen) < most:
        far = [min(difference(damaged, found.images[i], found.images[j]) for j in chosen) for i in left]
        if max(far) <= ALIKE**2:
            break
        chosen.append(left.pop(far.index(max(far))))
    return chosen


def joined(a: Repaired, b: Repaired) -> Repaired:
    """The repairs of both."""
    return Repaired(torch.cat([a.images, b.images]), torch.cat([a.ws, b.ws]), torch.cat([a.errors, b.errors]))


def difference(damaged: Damaged, a: Tensor, b: Tensor) -> float:
    """The mean squared difference of two completions [C, R, R] where nothing is known; without a hole, everywhere."""
    free = 1 - damaged.known[0]
    where = free if bool(free.any()) else torch.ones_like(free)
    square = (a - b).square().mean(0, keepdim=True)
    return float((square * where).sum() / where.sum())


@torch.no_grad()
def other_starts(model: Model, damaged: Damaged, guess: Tensor) -> Tensor:
    """ws [K, num_ws, w_dim] of samples that fit what is known of a picture, K at most CLASSES, and differ.

    Of all samples those nearest to the guess [num_ws, w_dim] are drawn: NEAR of each class, the best of each class
    stays. Without classes DRAWN of them, and those stay that lie furthest apart among the best.
    """
    w, c = sample_ws(model.G)
    sd = model.w_spread[1]
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
