"""Scores: figures of `gan.media.scores.measured`; the nearest score is looked for in the whole training part."""

import torch

from bench.media_figures.measure import Bar, Measure
from gan.data import sets
from gan.data.stored import Stored
from gan.evaluation.evaluate import FIRST_SEED
from gan.explore.render import render
from gan.latents import z_from_seeds
from gan.media import harmony
from gan.media.voices import rows
from gan.models.model import Model


def copied(model: Model, count: int, seed: int) -> dict[str, float]:
    """Share of the cells of the nearest training score, of a model's scores and of held-out and of shuffled ones."""
    train, test = (sets.load(model.config.data, train=part) for part in (True, False))
    assert isinstance(train, Stored)
    assert isinstance(test, Stored)
    first = FIRST_SEED + seed * 10**6  # those of `evaluate`
    fake = rows(render(model, z_from_seeds(range(first, first + count), model.G.z_dim)), model.traits)
    mixed = harmony.shuffled_voices(test.rows, torch.Generator().manual_seed(seed))
    parts = {"": fake, "_real": test.rows, "_baseline": mixed}
    return {
        f"copied{name}": harmony.equal_cells(part, train.rows, train.traits)[1].mean().item()
        for name, part in parts.items()
    }


MEASURE = Measure(
    {
        "chords": Bar(0.85), "triads": Bar(0.6), "notes": Bar(1.0, most=1.25), "steps": Bar(0.75),
        "copied": Bar(0.5, least=False),
    },
    copied,
)  # fmt: skip
