"""A view: everything that decides one picture of the Explore tab, and its form in a link.

The page's own form of it is `ui/browser/core/views.js`; tests hold the two together.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.explore.own_latents import checked_own, own_ws
from gan.explore.own_pictures import render_ws
from gan.explore.render import Edits, Mix, neighbours, render
from gan.latents import parse_seeds, plane
from gan.models.model import Model
from gan.numbers import digits, parse_whole

DEFAULT_SEED = 42
RADIUS = 0.4  # how far the neighbours are: 0 here, 1 anywhere
AROUND = 8
MAX_STEPS = 200
CLOUD = 2_000  # samples drawn at once where it takes many to see anything
PSI, SIGMAS, RAW, PLACE, SHARE = (0.0, 1.5), (-3.0, 3.0), (-4.0, 4.0), (0.0, 0.999), (0.0, 1.0)
SHARE_AT_FIRST = 0.5
# What has no meaning where a latent is the visitor's own.
SEEDLESS: dict[str, Any] = {"seed": DEFAULT_SEED, "x": 0.0, "y": 0.0, "walk": (), "raw": {}, "c": 0}
MAX_LAYER, MAX_CLASS = 99, 999


@dataclass(frozen=True)
class View:
    """One picture: a place in the plane of seeds, then one neighbour after another, then the edits.

    Attributes:
        x, y: place between `seed` and its neighbours in the plane, 0 up to 1.
        walk: the neighbours gone to, each 0..7, the first step first.
        directions, sefa: principal and closed-form direction -> standard deviations along it.
        raw: coordinate of z -> its value.
        mix: a second latent, if any.
        c: the class asked for, where the model knows classes.
        layers: the first and last layer that follow the directions, where each has a w of its own; None: all.
        beside: another model shown on the same latent, "" for none; no part of the picture.
        own: a latent of the visitor's own as text, in the place of the seed's, which then counts for nothing, nor do
            its place, walk, coordinates and class; "" for none.
    """

    model: str
    seed: int = DEFAULT_SEED
    x: float = 0.0
    y: float = 0.0
    walk: tuple[int, ...] = ()
    psi: float = 1.0
    directions: Mapping[int, float] = field(default_factory=dict)
    sefa: Mapping[int, float] = field(default_factory=dict)
    raw: Mapping[int, float] = field(default_factory=dict)
    mix: Mix | None = None
    beside: str = ""
    c: int = 0
    layers: tuple[int, int] | None = None
    own: str = ""

    @property
    def edits(self) -> Edits:
        """What the core changes in the latent."""
        return Edits(self.raw, self.directions, self.sefa, self.mix, self.c, self.layers)

    def query(self) -> str:
        """The query string of a link to this view; `from_query` reads it back."""
        values: dict[str, object] = {"tab": "explore", "model": self.model}
        values |= {"own": self.own} if self.own else {"seed": self.seed}
        if self.c:
            values["c"] = self.c
        values |= {name: f"{v:g}" for name, v in (("x", self.x), ("y", self.y)) if v}
        if self.walk:
            values["walk"] = "-".join(map(str, self.walk))
        if self.psi != 1:
            values["psi"] = f"{self.psi:g}"
        values |= {f"d{k + 1}": f"{v:g}" for k, v in sorted(self.directions.items())}
        values |= {f"s{k + 1}": f"{v:g}" for k, v in sorted(self.sefa.items())}
        values |= {f"z{i}": f"{v:g}" for i, v in sorted(self.raw.items())}
        if self.layers:
            values["layers"] = "-".join(map(str, self.layers))
        if self.mix:
            values |= {"mix": self.mix.seed, "at": self.mix.layer, "share": f"{self.mix.share:g}"}
        if self.beside:
            values["beside"] = self.beside
        return urlencode(values)


def from_query(query: Mapping[str, str] | str, model: str) -> View:
    """The view that a link means; `model` where the link names none. Unknown keys are no part of it.

    Raises:
        ConfigError: a value is not of its form.
    """
    query = dict(parse_qsl(query.lstrip("?"), keep_blank_values=True)) if isinstance(query, str) else query
    moved: dict[str, dict[int, float]] = {"d": {}, "s": {}, "z": {}}
    for key, value in query.items():
        if match := re.fullmatch(r"([dsz])(\d{1,4})", key, re.ASCII):
            first = int(match[1] != "z")
            if int(match[2]) < first:
                raise ConfigError(f"directions in a link count from 1: {match[1]}1, {match[1]}2, …, not {key}")
            moved[match[1]][int(match[2]) - first] = within(key, value, RAW if match[1] == "z" else SIGMAS)
    view = View(
        model=query.get("model", model),
        seed=one_seed(query.get("seed", str(DEFAULT_SEED))),
        x=within("x", query.get("x", "0"), PLACE, 3),
        y=within("y", query.get("y", "0"), PLACE, 3),
        walk=steps(query.get("walk", "")),
        psi=within("psi", query.get("psi", "1"), PSI),
        directions=moved["d"], sefa=moved["s"], raw=moved["z"],
        mix=mixed(query), beside=query.get("beside", ""),
        c=parse_whole("c", query.get("c", "0"), 0, MAX_CLASS), layers=layers(query.get("layers")),
        own=own_of(query),
    )  # fmt: skip
    return replace(view, **SEEDLESS) if view.own else view


def own_of(query: Mapping[str, str]) -> str:
    """The latent of the visitor's own that a link holds, "" if it holds none."""
    text = query.get("own", "")
    return checked_own(text) if text else ""


def mixed(query: Mapping[str, str]) -> Mix | None:
    """The second latent of a link, if it names one."""
    if "mix" not in query:
        return None
    layer = parse_whole("at", query.get("at", "0"), 0, MAX_LAYER)
    share = within("share", query.get("share", str(SHARE_AT_FIRST)), SHARE)
    return Mix(one_seed(query["mix"]), layer, share)


def layers(text: str | None) -> tuple[int, int] | None:
    """The layers of a link, such as 2-5, if it names any."""
    if text is None:
        return None
    begin, _, end = text.partition("-")
    first, last = digits(begin), digits(end)
    if first is None or last is None or not first <= last <= MAX_LAYER:
        raise ConfigError(
            f"layers are the first and the last one, from 0 to {MAX_LAYER}, such as 2-5, not {text!r:.40}"
        )
    return first, last


def one_seed(text: object) -> int:
    """The seed that a text names; ConfigError unless it is exactly one."""
    seeds = parse_seeds(str(text))
    if len(seeds) != 1:
        raise ConfigError(f"one seed makes one picture; {str(text)!r:.40} names {len(seeds)}")
    return seeds[0]


def steps(text: str) -> tuple[int, ...]:
    """The walk of a link, such as 3-0-7."""
    if not re.fullmatch(r"([0-7](-[0-7])*)?", text) or len(text) > 2 * MAX_STEPS:
        raise ConfigError(f"a walk is neighbours 0 to 7 such as 3-0-7, at most {MAX_STEPS}, not {text!r:.40}")
    return tuple(int(step) for step in text.split("-")) if text else ()


def within(name: str, value: object, bounds: tuple[float, float], decimals: int = 2) -> float:
    """A number within bounds, both ends allowed, rounded: what a link says is the view, to the last bit."""
    try:
        number = math.nan if isinstance(value, bool) or value is None else float(str(value))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ConfigError(f"{name} must be a number, not {str(value)!r:.40}")
    if not bounds[0] <= number <= bounds[1]:
        raise ConfigError(f"{name} must be a number from {bounds[0]:g} to {bounds[1]:g}, not {number:g}")
    return round(number, decimals) + 0.0  # never -0


def latent(model: Model, view: View) -> Tensor:
    """z [1, z_dim] before the edits; where it takes a cloud to see anything [2000, z_dim], which knows no walk.

    Raises:
        ConfigError: the model makes clouds and the view takes a walk.
    """
    if not model.medium.alone:
        if view.walk:
            noun = model.medium.noun
            raise ConfigError(f"{model.name} makes {noun}, {CLOUD:,} at once: it has no neighbours to walk to")
        return plane(view.seed, view.x, view.y, [CLOUD, model.G.z_dim])
    z = plane(view.seed, view.x, view.y, [model.G.z_dim])
    for i, step in enumerate(view.walk):
        z = around(z, view.seed, i)[step]
    return z[None]


def around(z: Tensor, seed: int, step: int) -> Tensor:
    """[8, z_dim]: the neighbours of z, the latent after `step` steps of a walk that began at `seed`."""
    return neighbours(z, seed + step, RADIUS, AROUND)


@torch.inference_mode()
def picture(model: Model, view: View) -> Tensor:
    """The sample [1, *shape] of a view; where it takes many to see anything, a cloud of them [2000, *shape].

    Always made alone: a batch of another size may round a value otherwise.

    Raises:
        ConfigError: the model lacks a direction, coordinate or layer that the view names, or its latent is another
            model's.
    """
    if view.own:
        if not model.medium.alone:
            raise ConfigError(
                f"{model.name} makes {model.medium.noun}, {CLOUD:,} at once: none has a latent of its own"
            )
        return render_ws(model, own_ws(model, view.own)[None], view.psi, view.edits)
    return render(model, latent(model, view), view.psi, view.edits)
