"""Pictures of latents that no seed drew: edited as those of seeds are, and as keys of a film.

ws is [N, num_ws, w_dim], a w for each layer, or [N, 1, w_dim] where G is not layered.
"""

import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.explore.own_latents import own_shape
from gan.explore.render import CHUNK, NO_EDITS, Edits, check_edits, mixed_w, moved_w, synthesis
from gan.latents import truncate
from gan.models.model import Model


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
    check_ws(model, ws)
    if edits.raw:
        raise ConfigError("a latent of one's own has no z, so none of z's coordinates can be set")
    classes = nearest_class(model, ws) if c is None else c
    images = []
    for part, own in zip(ws.split(CHUNK), classes.split(CHUNK), strict=True):
        w = moved_w(model, taken(model, truncated_ws(model, part, psi, own)), edits)
        second = None
        if edits.mix is not None:
            second = torch.cat([mixed_w(model, edits.mix.seed, psi, k) for k in own.tolist()])
        images.append(synthesis(model, w, second, edits.mix))
    return torch.cat(images)


def truncated_ws(model: Model, ws: Tensor, psi: float, c: Tensor) -> Tensor:
    """ws [N, num_ws, w_dim] truncated towards the mean w of each one's class c [N]."""
    return truncate(ws, model.w_avg[c][:, None] if model.classes else model.w_avg, psi)


def taken(model: Model, ws: Tensor) -> Tensor:
    """What G's synthesis takes of ws: [N, num_ws, w_dim], or w [N, w_dim] where G is not layered."""
    return ws if model.G.layered else ws[:, 0]


def nearest_class(model: Model, ws: Tensor) -> Tensor:
    """[N] the class with the mean w nearest to that of the rows of ws [N, num_ws, w_dim]; 0 where there are none."""
    if not model.classes:
        return torch.zeros(len(ws), dtype=torch.long)
    return torch.cdist(ws.mean(1), model.w_avg).argmin(1)


def check_ws(model: Model, ws: Tensor) -> None:
    """Raise a ConfigError unless ws are [N, num_ws, w_dim] finite floats of a model."""
    rows, w_dim = own_shape(model.G)
    if ws.dim() != 3 or ws.shape[1:] != (rows, w_dim) or not len(ws) or not ws.is_floating_point():
        raise ConfigError(f"ws of {model.name} are [N, {rows}, {w_dim}] floats, not {list(ws.shape)} of {ws.dtype}")
    if not ws.isfinite().all():
        raise ConfigError("a number of ws is not finite")
