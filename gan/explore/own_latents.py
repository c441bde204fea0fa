"""Latents of a visitor's own as text: ws in 8 bits, short enough for a link.

For each row of ws two float16, little end first, the lowest and the highest of its numbers, then a byte q for each
number w = low + (high - low) q / 255; all rows one after another, as base64url without padding. The page's own form of
it is `ui/browser/core/own_latents.js`; tests hold the two together, to the last bit.
"""

import base64
import re

import numpy as np
import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.models.model import Model
from gan.networks.ws import ws_shape

MAX_TEXT = 20_000  # characters
MAX_VALUE = 65_504.0  # the largest float16
STEPS = 255
FORM = re.compile(rf"[A-Za-z0-9_-]{{2,{MAX_TEXT}}}")
ENDS = np.dtype("<f2")  # of a row's two ends


def packed(ws: Tensor) -> str:
    """The text of ws [rows, w_dim]; each number comes back to about 1/510 of its row's range.

    Raises:
        ConfigError: ws has another form, or a number that is not finite or beyond float16.
    """
    values = ws.detach().cpu().float().numpy().astype(np.float64)
    if values.ndim != 2 or not values.size:
        raise ConfigError(f"a latent of one's own is [num_ws, w_dim], not {list(ws.shape)}")
    if not (np.abs(values) <= MAX_VALUE).all():  # false for what is no number
        raise ConfigError(f"a number of the latent is not finite or beyond {MAX_VALUE:,.0f}")
    ends = (np.stack([values.min(1), values.max(1)], 1) + 0.0).astype(ENDS)  # + 0: never -0
    low, high = (end[:, None] for end in ends.astype(np.float64).T)
    places = np.divide((values - low) * STEPS, high - low, out=np.zeros_like(values), where=high > low)
    q = np.floor(places + 0.5).clip(0, STEPS).astype(np.uint8)
    content = np.concatenate([ends.view(np.uint8), q], 1).tobytes()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def checked_own(text: str) -> str:
    """The text, if it may be a latent of one's own.

    Raises:
        ConfigError: it is no base64url, or too long.
    """
    if not FORM.fullmatch(text) or len(text) % 4 == 1:
        raise ConfigError(
            f"the latent of one's own picture is base64url of at most {MAX_TEXT:,} characters, not {text!r:.40}"
        )
    return text


def unpacked(text: str, w_dim: int) -> Tensor:
    """ws [rows, w_dim] float32 of a text.

    Raises:
        ConfigError: the text is no base64url, has no whole rows, or a row of it no range.
    """
    content = base64.urlsafe_b64decode(checked_own(text) + "=" * (-len(text) % 4))
    size = 2 * ENDS.itemsize + w_dim
    if len(content) % size:
        raise ConfigError(f"the latent of one's own picture has {len(content)} bytes, no whole rows of {size}")
    rows = np.frombuffer(content, np.uint8).reshape(-1, size)
    ends, q = rows[:, : size - w_dim].copy().view(ENDS).astype(np.float64), rows[:, size - w_dim :]
    low, high = ends[:, :1], ends[:, 1:]
    if not (np.isfinite(ends).all() and (low <= high).all()):
        raise ConfigError("the latent of one's own picture is damaged: a row of it has no range of numbers")
    return torch.from_numpy((low + (high - low) * q / STEPS).astype(np.float32))


def own_ws(model: Model, text: str) -> Tensor:
    """ws [rows, w_dim] of a text, rows as `ws_shape` says.

    Raises:
        ConfigError: the text is damaged, or the latent is of another model.
    """
    rows, w_dim = ws_shape(model.G)
    ws = unpacked(text, w_dim)
    if len(ws) != rows:
        raise ConfigError(
            f"{model.name} draws from {rows} x {w_dim} numbers, not from {len(ws)} x {w_dim}: "
            "this latent is another model's"
        )
    return ws
