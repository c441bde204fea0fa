"""Spoken digits: what judges hear in them, as they are and after they were made sounds; held-out ones beside."""

import dataclasses
from functools import cache

import torch
from torch import Tensor

from bench.media_figures.measure import Bar, Measure
from gan.data.clips_of_sound import VARIANTS
from gan.data.sounds import spoken
from gan.data.stored import Stored, at_most
from gan.errors import ModelError
from gan.evaluation.evaluate import fakes
from gan.explore.render import render
from gan.latents import z_from_seeds
from gan.media.mel import pictures
from gan.media.sounds import CLASS, SOUNDS, VOICE, waves
from gan.metrics.distances import coverage
from gan.models.judges import load_judge
from gan.models.model import Model
from gan.networks.judge import Judge

AT_ONCE = 250
SHOWN_PSI = SOUNDS.psi
BARS = {
    "accuracy": Bar(0.97), "accuracy_by_sound": Bar(0.95), "precision": Bar(0.75), "recall": Bar(0.80),
    "rarest_of_share": Bar(0.5), "commonest_of_share": Bar(2.0, least=False),
}  # fmt: skip


@cache
def held(train: bool) -> dict[str, Stored]:
    """A part of the spoken digits by both kinds of labels, read once."""
    return spoken(None, train)


@cache
def judge(name: str) -> Judge:
    """The judge of a name.

    Raises:
        ModelError: it is not there.
    """
    found = load_judge(name)
    if found is None:
        raise ModelError(f"the judge of {name} is not in weights/: python -m bench.judge {name}")
    return found.to(memory_format=torch.channels_last)


def logits(name: str, sounds: Tensor) -> Tensor:
    """[N, K] what the judge of a name thinks of sounds."""
    return torch.cat([judge(name)(part) for part in sounds.split(AT_ONCE)])


def features(sounds: Tensor) -> Tensor:
    """[N, 64] what the judge of digits sees in sounds."""
    return torch.cat([judge("spoken-digits").features(part) for part in sounds.split(AT_ONCE)])


def right(sounds: Tensor, c: Tensor) -> float:
    """The share of sounds in which the judge hears what was told."""
    return float((logits("spoken-digits", sounds).argmax(1) == c).double().mean())


def shares(sounds: Tensor) -> Tensor:
    """How much of its equal share each voice has, as the judge of voices hears them."""
    counts = torch.bincount(logits("spoken-digits-voices", sounds).argmax(1), minlength=len(held(True)[VOICE].classes))
    return counts.double() / len(sounds) * len(counts)


def neighbourhoods(sounds: Tensor, real: Tensor) -> dict[str, float]:
    """Precision and recall of sounds in as many as the held-out part has, against that: the mean of such parts."""
    test = features(real)
    parts = [coverage(test, part) for part in features(sounds).split(len(test)) if len(part) == len(test)]
    every = [dataclasses.asdict(part) for part in parts]
    return {name: sum(part[name] for part in every) / len(every) for name in ("precision", "recall")}


def spread_within(sounds: Tensor, c: Tensor) -> float:
    """The mean deviation of a value within a class."""
    return float(torch.stack([sounds[c == k].std(0).mean() for k in c.unique()]).mean())


def besides(model: Model, count: int, seed: int) -> dict[str, float]:
    """All that the judges say; `_real` is of held-out sounds, of training ones where the held-out are the measure."""
    train, test = held(True)[CLASS], held(False)[CLASS]
    assert test.labels is not None
    made, c = fakes(model, train, count, seed)
    assert c is not None
    real, learnt = test.tensors(test.rows), train.tensors(train.rows[:: len(VARIANTS)])
    again = pictures(waves(made, model.traits), model.traits)
    again_real = pictures(waves(real, model.traits), model.traits)
    calm = render(model, z_from_seeds(range(count), model.G.z_dim), psi=SHOWN_PSI, c=c)
    voices, voices_real = shares(made), shares(real)
    near = neighbourhoods(made, real)
    near_real = neighbourhoods(learnt[at_most(len(learnt), count)], real)
    return near | {f"{name}_real": value for name, value in near_real.items()} | {
        "accuracy": right(made, c), "accuracy_real": right(real, test.labels),
        "accuracy_by_sound": right(again, c), "accuracy_by_sound_real": right(again_real, test.labels),
        "accuracy_at_shown_psi": right(calm, c),
        "rarest_of_share": float(voices.min()), "rarest_of_share_real": float(voices_real.min()),
        "commonest_of_share": float(voices.max()), "commonest_of_share_real": float(voices_real.max()),
        "spread": spread_within(made, c), "spread_real": spread_within(real, test.labels),
    }  # fmt: skip


MEASURE = Measure(BARS, besides)
