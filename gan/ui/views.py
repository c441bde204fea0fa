"""A view: everything that decides one picture of the Explore tab, and its form in a link."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.explore import Edits, neighbours, render
from gan.latents import parse_seeds, z_from_seeds
from gan.model import Model

DEFAULT_SEED = 42
RADIUS = 0.4  # how far the neighbours are: 0 here, 1 anywhere
AROUND = 8
MAX_STEPS = 200
CLOUD = 2_000  # samples drawn of a model of points
PSI, SIGMAS, RAW = (0.0, 1.5), (-3.0, 3.0), (-4.0, 4.0)  # what the sliders reach


@dataclass(frozen=True)
class View:
    """One picture: the latent of `seed`, then one neighbour after another, then the edits.

    Attributes:
        walk: the neighbours gone to, each 0..7, the first step first.
        directions: principal direction -> standard deviations along it.
        raw: coordinate of z -> its value.
    """

    model: str
    seed: int = DEFAULT_SEED
    walk: tuple[int, ...] = ()
    psi: float = 1.0
    directions: Mapping[int, float] = field(default_factory=dict)
    raw: Mapping[int, float] = field(default_factory=dict)

    @property
    def edits(self) -> Edits:
        """What the core changes in the latent."""
        return Edits(raw=self.raw, directions=self.directions)

    def query(self) -> str:
        """The query string of a link to this view; `from_query` reads it back."""
        values: dict[str, object] = {"tab": "explore", "model": self.model, "seed": self.seed}
        if self.walk:
            values["walk"] = "-".join(map(str, self.walk))
        if self.psi != 1:
            values["psi"] = f"{self.psi:g}"
        values |= {f"d{k + 1}": f"{v:g}" for k, v in sorted(self.directions.items())}
        values |= {f"z{i}": f"{v:g}" for i, v in sorted(self.raw.items())}
        return urlencode(values)


def from_query(query: Mapping[str, str], model: str) -> View:
    """The view that a link means; `model` where the link names none. Unknown keys are no part of it.

    Raises:
        ConfigError: a value is not of its form.
    """
    directions, raw = {}, {}
    for key, value in query.items():
        if match := re.fullmatch(r"([dz])(\d{1,4})", key, re.ASCII):
            if key == "d0":
                raise ConfigError("directions in a link count from 1: d1, d2, …, not d0")
            if match[1] == "d":
                directions[int(match[2]) - 1] = within(key, value, SIGMAS)
            else:
                raw[int(match[2])] = within(key, value, RAW)
    return View(
        model=query.get("model", model),
        seed=one_seed(query.get("seed", str(DEFAULT_SEED))),
        walk=steps(query.get("walk", "")),
        psi=within("psi", query.get("psi", "1"), PSI),
        directions=directions,
        raw=raw,
    )


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


def decimal(name: str, value: object) -> float:
    """A finite number of a text or a number."""
    try:
        number = math.nan if isinstance(value, bool) or value is None else float(str(value))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ConfigError(f"{name} must be a number, not {str(value)!r:.40}")
    return number


def within(name: str, value: object, bounds: tuple[float, float]) -> float:
    """A number within bounds, both ends allowed."""
    number = decimal(name, value)
    if not bounds[0] <= number <= bounds[1]:
        raise ConfigError(f"{name} must be a number from {bounds[0]:g} to {bounds[1]:g}, not {number:g}")
    return number


def latent(model: Model, view: View) -> Tensor:
    """z [z_dim] before the edits: the seed's, moved by each step of the walk."""
    z = z_from_seeds([view.seed], model.G.z_dim)[0]
    for i, step in enumerate(view.walk):
        z = around(z, view.seed, i)[step]
    return z


def around(z: Tensor, seed: int, step: int) -> Tensor:
    """[8, z_dim]: the neighbours of z, the latent after `step` steps of a walk that began at `seed`."""
    return neighbours(z, seed + step, RADIUS, AROUND)


def picture(model: Model, view: View) -> Tensor:
    """The image [1, C, R, R] of a view; of a model of points its samples [2000, 2].

    Always made alone: a batch of another size may round a value otherwise.
    """
    if model.kind == "points":
        z = torch.randn(CLOUD, model.G.z_dim, generator=torch.Generator().manual_seed(view.seed))
    else:
        z = latent(model, view)[None]
    return render(model, z, view.psi, view.edits)


def neighbourhood(model: Model, view: View) -> Tensor:
    """Images [8, C, R, R] of the neighbours of a view."""
    z = around(latent(model, view), view.seed, len(view.walk))
    return render(model, z, view.psi, view.edits)
