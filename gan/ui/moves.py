"""What a visitor can do to a view: each takes the view so far and gives the next one, or raises a ConfigError."""

import random
from dataclasses import replace

from gan.errors import ConfigError
from gan.model import Model
from gan.ui import views
from gan.ui.shelf import Shelf
from gan.ui.views import PSI, RAW, SIGMAS, View

DICE_SIDES = 1_000_000


def coordinate(model: Model, i: object) -> int:
    """A coordinate of z, checked."""
    if isinstance(i, bool) or not isinstance(i, int) or not 0 <= i < model.G.z_dim:
        raise ConfigError(f"z has coordinates 0 to {model.G.z_dim - 1}, not {i!r:.40}")
    return i


def slid(model: Model, view: View, psi: object, *sigmas: object) -> View:
    """psi or a direction was moved."""
    count = len(model.directions)
    moved = {k: views.within(f"direction {k + 1}", v, SIGMAS) for k, v in enumerate(sigmas[:count])}
    return replace(view, psi=views.within("psi", psi, PSI), directions={k: v for k, v in moved.items() if v})


def put(model: Model, view: View, i: object, value: object) -> View:
    """A coordinate of z was set."""
    i = coordinate(model, i)
    return replace(view, raw={**view.raw, i: views.within(f"z[{i}]", value, RAW)})


def released(view: View, i: object = None) -> View:
    """A coordinate, or all of them, comes from the seed again."""
    return replace(view, raw={} if i is None else {k: v for k, v in view.raw.items() if k != i})


def seeded(view: View, seed: object) -> View:
    """Another seed; the walk begins anew there. The same seed changes nothing."""
    number = views.one_seed(seed)
    return view if number == view.seed else replace(view, seed=number, walk=())


def rolled(view: View) -> View:
    """A seed by chance."""
    return replace(view, seed=random.SystemRandom().randrange(DICE_SIDES), walk=())


def chosen(view: View, model: str) -> View:
    """Another model: its latents mean something else, so only seed and psi stay."""
    return View(model, view.seed, psi=view.psi)


def stepped(view: View, step: object) -> View:
    """A neighbour was clicked."""
    if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step < views.AROUND:
        raise ConfigError(f"a neighbour is a number from 0 to {views.AROUND - 1}, not {step!r:.40}")
    if len(view.walk) >= views.MAX_STEPS:
        raise ConfigError(f"a walk has at most {views.MAX_STEPS} steps; start again from a seed")
    return replace(view, walk=(*view.walk, step))


def stepped_back(view: View) -> View:
    """The walk without its last step."""
    return replace(view, walk=view.walk[:-1])


def restored(view: View) -> View:
    """The seed's own picture: no walk, no edits, psi 1."""
    return View(view.model, view.seed)


def linked(shelf: Shelf, query: dict[str, str]) -> View:
    """The view of a link, drawn once to be sure that the model can."""
    view = views.from_query(query, shelf.names[0])
    views.picture(shelf.load(view.model), view)
    return view
