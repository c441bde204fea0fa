"""Pictures of the browser's engine, in deno or on an empty page, beside PyTorch's."""

import random
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor

from gan.explore import views
from gan.explore.render import Mix, closed_form
from gan.models.model import Model
from gan.networks.ends import ENDS
from js_core import Evaluates, tensor

ALIKE = 1e-3  # from PyTorch, in [-1, 1] or in a model of points' unit
# Each view of a model, drawn in turn.
DRAW = """
async ([name, views]) => {
  const { engine, mixW, wOfView } = lib, model = await engine.model(name), found = [];
  for (const view of views) {
    const w = mixW(model, view);
    found.push(numbers(await engine.draw(name, wOfView(model, view), w && { ...view.mix, w })));
  }
  return found;
}
"""


def some_views(model: Model, count: int) -> list[views.View]:
    """One for each of so many seeds, with edits of every kind, several at once."""
    draw = random.Random(model.name)
    stages, closed = model.G.num_ws, len(closed_form(model)[0])
    found = []
    for seed in range(count):
        picked = {kind for kind in ("plane", "walk", "psi", "directions", "sefa", "raw", "mix") if draw.random() < 0.4}
        if not model.medium.alone:
            picked -= {"walk", "mix"}
        first, last = sorted((draw.randrange(stages), draw.randrange(stages)))
        some = {
            kind: {draw.randrange(last): round(draw.uniform(-far, far), 2) for _ in range(3)} if kind in picked else {}
            for kind, last, far in (
                ("directions", len(model.directions), 3), ("sefa", closed, 3),
                ("raw", model.G.z_dim, 4),
            )
        }  # fmt: skip
        mix = Mix(draw.randrange(2**32), seed % stages, round(draw.random(), 2)) if "mix" in picked else None
        found.append(views.View(
            model.name, seed, round(draw.uniform(0, 0.999), 3) * ("plane" in picked), draw.choice([0.0, 0.5]),
            tuple(draw.randrange(8) for _ in range(3)) if "walk" in picked else (),
            round(draw.uniform(0, 1.5), 2) if "psi" in picked else 1.0,
            some["directions"], some["sefa"], some["raw"], mix, "", seed % max(len(model.classes), 1),
            (first, last) if model.G.layered and draw.random() < 0.7 else None,
        ))  # fmt: skip
    return found


def told(view: views.View) -> dict[str, Any]:
    """A view as JavaScript holds it."""
    mix = view.mix and {"seed": view.mix.seed, "stage": view.mix.layer, "share": view.mix.share}
    values = {"seed": view.seed, "x": view.x, "y": view.y, "walk": view.walk, "psi": view.psi, "mix": mix}
    values |= {"c": view.c, "layers": view.layers}
    return values | {"directions": view.directions, "sefa": view.sefa, "raw": view.raw}


def furthest(js: Evaluates, model: Model, asked: list[views.View]) -> float:
    """The largest difference of a value from PyTorch's over all pictures, in the model's unit; ties are left out."""
    found = js.evaluate(DRAW, [model.name, [told(view) for view in asked]])
    far = [
        ((tensor(a) - views.picture(model, v).flatten()).abs() * ~ties(model, v)).max()
        for a, v in zip(found, asked, strict=True)
    ]
    return float(max(far)) / model.unit


def ties(model: Model, view: views.View) -> Tensor:
    """Which values of a picture, flat, G chooses between sums that are no further apart than ALIKE; bool."""
    return undecided(model, lambda: views.picture(model, view)).flatten()


def undecided(model: Model, make: Callable[[], Tensor]) -> Tensor:
    """Which values of the samples that `make` gives are choices between sums no further apart than ALIKE; bool.

    In each group of channels all that may be chosen there are left out; of an end that chooses nothing, none.
    """
    end = model.config.end
    if not ENDS[end].hard:
        return torch.zeros((), dtype=torch.bool)
    with patch.dict(ENDS, {end: ENDS["none"]}):
        sums = make()
    if end == "sign":
        return (sums + sums.mT).abs() <= ALIKE
    sizes = model.traits["groups"]
    *parts, alone = sums.split([*sizes, sums.shape[1] - sum(sizes)], 1)
    close = [(part.topk(2, 1).values.diff(dim=1).abs() <= ALIKE).expand_as(part) for part in parts]
    return torch.cat([*close, alone.abs() <= ALIKE], 1)
