"""Hearing: what a sound says and whose voice it is, guessed by a few sums; its twin is core/hearing.js.

A model carries its ears among its traits, so that a page without any classifier can put a sound into words: the trait
"hears" names questions and their answers, and holds the weights of one linear guess, fitted to what the model learnt.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.media.mel import Traits

AUDIBLE = 0.04  # mean level of a frame, of 1, from which on it is part of a sound
BANDS, SLICES = 16, 8  # how finely the course of a sound is looked at
LEAST = 0.02  # deviation of a value that is taken for any at all
PIECE = 192  # characters of each of the texts that hold the weights
STRICT = 30.0  # ridge: it keeps the weights small
Question = tuple[Tensor, Sequence[str]]  # the answers [N] to it for some sounds, and the names of all answers


def levels(sounds: Tensor) -> Tensor:
    """[N, bands, frames] float64 in 0..1, the highest band first, of sounds [N, 1, bands, frames] in [-1, 1]."""
    return (sounds[:, 0].double().clamp(-1, 1) + 1) / 2


def span(level: Tensor) -> tuple[Tensor, Tensor]:
    """([N] first frame that is heard, [N] how many from it to the last one) of `levels`; (0, 0) of silence."""
    on = level.mean(1) > AUDIBLE  # [N, frames]
    first, last = on.double().argmax(1), level.shape[2] - on.flip(1).double().argmax(1)
    heard = on.any(1)
    return first * heard, (last - first) * heard


def course(sounds: Tensor) -> Tensor:
    """[N, F] float64 what a sound does: bands over its own time, its length, and the mean and spread of each band."""
    level = levels(sounds)
    first, count = span(level)
    frames = level.shape[2]
    at = first[:, None] + (torch.arange(SLICES, dtype=torch.float64) + 0.5) / SLICES * count[:, None] - 0.5
    below = at.floor().clamp(0, frames - 1)
    share = (at - below).clamp(0, 1)[:, None]
    coarse = level.unflatten(1, (BANDS, -1)).mean(2)  # [N, BANDS, frames]

    def taken(frame: Tensor) -> Tensor:
        return coarse.gather(2, frame.long()[:, None].expand(-1, BANDS, -1))

    slices = taken(below) * (1 - share) + taken((below + 1).clamp(max=frames - 1)) * share
    on = (level.mean(1) > AUDIBLE).double()[:, None]  # [N, 1, frames]
    heard = on.sum(2).clamp(min=1)
    mean = (level * on).sum(2) / heard
    spread = ((((level - mean[..., None]) * on).square().sum(2)) / heard).sqrt()
    return torch.cat([slices.flatten(1), count[:, None] / frames, mean, spread], 1)


def ears(sounds: Tensor, questions: Mapping[str, Question]) -> dict[str, Any]:
    """The trait "hears", JSON values: one linear guess for every question, fitted to sounds by ridge regression.

    Weights are kept as whole numbers of 16 bits, in units of "step", in base64: a card has room for short texts alone.
    """
    seen = course(sounds)
    mean, deviation = seen.mean(0), seen.std(0).clamp(min=LEAST)
    inputs = torch.cat([(seen - mean) / deviation, torch.ones(len(seen), 1)], 1)
    gram = inputs.T @ inputs + STRICT * torch.eye(inputs.shape[1])
    weights = []
    for answers, names in questions.values():
        wanted = torch.nn.functional.one_hot(answers, len(names)).double()
        fitted = torch.linalg.solve(gram, inputs.T @ wanted)  # [F + 1, answers]
        slopes = fitted[:-1] / deviation[:, None]
        weights.append(torch.cat([slopes, fitted[-1:] - (mean @ slopes)[None]]).T)
    every = torch.cat(weights)  # [all answers, F + 1]
    step = float(every.abs().max()) / (2**15 - 1)
    packed = base64.b64encode((every / step).round().numpy().astype("<i2").tobytes()).decode()
    asked = {name: list(names) for name, (_, names) in questions.items()}
    return {"asks": asked, "step": step, "weights": [packed[at : at + PIECE] for at in range(0, len(packed), PIECE)]}


def weights_of(hears: Mapping[str, Any]) -> Tensor:
    """[all answers, F + 1] float64 of the trait "hears"."""
    packed = np.frombuffer(base64.b64decode("".join(hears["weights"])), "<i2")
    answers = sum(map(len, hears["asks"].values()))
    return torch.from_numpy(packed.astype(np.float64)).view(answers, -1) * hears["step"]


def heard(sounds: Tensor, traits: Traits) -> dict[str, Tensor]:
    """Question -> [N] number of the answer guessed for each sound; {} where a model has no ears."""
    hears = traits.get("hears")
    if not hears:
        return {}
    seen = course(sounds)
    scores = torch.cat([seen, torch.ones(len(seen), 1)], 1) @ weights_of(hears).T
    sizes = [len(names) for names in hears["asks"].values()]
    return {name: part.argmax(1) for name, part in zip(hears["asks"], scores.split(sizes, 1), strict=True)}


def check_ears(traits: Traits) -> None:
    """Raise a ConfigError where the trait "hears", if there is one, is not what `ears` makes."""
    hears = traits.get("hears")
    if hears is None:
        return
    try:
        asked = hears["asks"]
        answers, inputs = sum(map(len, asked.values())), BANDS * SLICES + 1 + 2 * traits["bands"] + 1
        good = (
            all(isinstance(text, str) for names in asked.values() for text in names)
            and all(asked.values())
            and np.isfinite(float(hears["step"]))
            and len(base64.b64decode("".join(hears["weights"]), validate=True)) == 2 * answers * inputs
        )
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise ConfigError("the ears of these sounds are damaged") from error
    if not good:
        raise ConfigError("the ears of these sounds are of other sounds")
