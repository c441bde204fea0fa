"""Pictures of latents that no seed drew: edited as those of seeds are, and as keys of a film.

ws is [N, num_ws, w_dim], a w for each layer, or [N, 1, w_dim] where G is not layered.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.explore.render import (
    CHUNK,
    FPS,
    NO_EDITS,
    Edits,
    check_edits,
    check_way,
    mixed_w,
    moved_w,
    synthesis,
    truncated,
)
from gan.latents import CIRCLE, tour, truncate, z_from_seeds
from gan.models.model import Model
from gan.networks.ws import as_ws, from_ws, ws_shape


@torch.inference_mode()
def render_ws(model: Model, ws: Tensor, psi: float = 1.0, edits: Edits = NO_EDITS, c: Tensor | None = None) -> Tensor:
    """Images [N, C, R, R] in [-1, 1] of ws [N, num_ws, w_dim].

    psi pulls every layer towards the mean w of the picture's class, and a second seed is mixed in as one of that class.

    Args:
        c: [N] the class of each, where the model has classes; by default the nearest one.

    Raises:
        ConfigError: ws has another form, psi or an edit is out of its range, or a coordinate of z is set.
    """
    check_edits(model, psi, edits)
    ws = checked_ws(model, ws)
    if edits.raw:
        raise ConfigError("a latent of one's own has no z, so none of z's coordinates can be set")
    classes = nearest_class(model, ws) if c is None else c
    images = []
    for part, own in zip(ws.split(CHUNK), classes.split(CHUNK), strict=True):
        w = moved_w(model, from_ws(model.G, truncated_ws(model, part, psi, own)), edits)
        second = None
        if edits.mix is not None:
            second = torch.cat([mixed_w(model, edits.mix.seed, psi, k) for k in own.tolist()])
        images.append(synthesis(model, w, second, edits.mix))
    return torch.cat(images)


@torch.inference_mode()
def film_of_ws(model: Model, keys: Tensor, frames: int, route: str, turn: str, c: Tensor | None = None) -> Tensor:
    """uint8 [T, H, W, C], the frames of a film through keys [K, num_ws, w_dim], as w is after psi.

    The path goes through the numbers of all layers at once, as it does where a film of seeds travels in w; a circle
    goes round the mean w of the first two keys' classes.

    Args:
        frames, route, turn: as for `film_latents`.
        c: [K] the class of each; by default the nearest one.

    Raises:
        ConfigError: keys have another form or are fewer than two, a circle of one latent, or as of `film_latents`.
    """
    keys = checked_ws(model, keys)
    check_way(frames, route, turn)
    if len(keys) < 2:
        raise ConfigError(f"a film needs two key frames or more, not {len(keys)}")
    if not model.medium.alone:
        raise ConfigError(f"{model.name} makes {model.medium.noun}: a film of them goes through seeds")
    centre = torch.zeros(model.G.w_dim)
    if route == CIRCLE:
        if torch.equal(keys[0], keys[1]):
            raise ConfigError("a circle needs two different key frames at its beginning")
        classes = nearest_class(model, keys[:2]) if c is None else c[:2]
        centre = model.w_avg[classes].mean(0) if model.classes else model.w_avg
    ws = tour((keys - centre).flatten(1), frames, route, turn).unflatten(1, keys.shape[1:]) + centre
    parts = zip(ws.split(CHUNK), (torch.arange(len(ws)) / FPS).split(CHUNK), strict=True)
    return torch.cat([model.medium.filmed(model.G.synthesis(from_ws(model.G, w)), model.traits, at) for w, at in parts])


@torch.inference_mode()
def ws_of_seeds(model: Model, seeds: Sequence[int], psi: float = 1.0, c: Tensor | None = None) -> Tensor:
    """ws [N, num_ws, w_dim] of seeds and their classes c [N], truncated: the same w for each layer."""
    z = z_from_seeds(seeds, model.G.z_dim)
    w = truncated(model, z, psi, torch.zeros(len(z), dtype=torch.long) if c is None else c)
    return as_ws(model.G, w)


def truncated_ws(model: Model, ws: Tensor, psi: float, c: Tensor) -> Tensor:
    """ws [N, num_ws, w_dim] truncated towards the mean w of each one's class c [N]."""
    return truncate(ws, model.w_avg[c][:, None] if model.classes else model.w_avg, psi)


def nearest_class(model: Model, ws: Tensor) -> Tensor:
    """[N] the class with the mean w nearest to that of the rows of ws [N, num_ws, w_dim]; 0 where there are none."""
    if not model.classes:
        return torch.zeros(len(ws), dtype=torch.long)
    return torch.cdist(ws.mean(1), model.w_avg).argmin(1)


def checked_ws(model: Model, ws: Tensor) -> Tensor:
    """ws [N, num_ws, w_dim] of a model as float32; numpy's arrays are taken too.

    Raises:
        ConfigError: they have another form, are no floats, or a number is not finite.
    """
    ws = torch.as_tensor(ws)
    rows, w_dim = ws_shape(model.G)
    if ws.dim() != 3 or ws.shape[1:] != (rows, w_dim) or not len(ws) or not ws.is_floating_point():
        raise ConfigError(f"ws of {model.name} are [N, {rows}, {w_dim}] floats, not {list(ws.shape)} of {ws.dtype}")
    if not ws.isfinite().all():
        raise ConfigError("a number of ws is not finite")
    return ws.detach().float()
