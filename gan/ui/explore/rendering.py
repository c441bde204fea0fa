"""Pictures, features and the critic's ranks for browsers that cannot run a model: float32 rows in, float32 rows out.

A row is what decides one picture: w, or, where each layer follows a w of its own, all ws of the layers.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.explore.render import critic_rank
from gan.explore.render import features as layer_features
from gan.models.model import Model
from gan.networks.ws import ws_shape
from gan.numbers import parse_whole
from gan.ui.explore.model_files import MODEL_FILES
from gan.ui.shell.requests import RequestError

MAX_VALUE = 1e6  # of a number in a request
DECIMAL = re.compile(r"[0-9]*\.?[0-9]+(e-?[0-9]+)?")  # as a browser writes one
MAX_DECIMAL = 40  # characters


@dataclass(frozen=True)
class RenderQuery:
    """What the address of a render says beside the model's name.

    Attributes:
        want: a name in OUTPUTS.
        layer: of features, the one to stop before; of pictures, the one before which pairs of rows are mixed.
        share: of the second half of the rows where they are mixed, 0..1.
        mix_layer: of features, the one before which two rows are mixed first.
        c: the class that images are taken for.
    """

    want: str = "pictures"
    layer: int | None = None
    share: float = 0.0
    mix_layer: int | None = None
    c: int = 0

    @classmethod
    def of(cls, params: Mapping[str, str], model: Model) -> Self:
        """The query of an address's parameters want, stage (the layer), share, at (the mix layer) and c.

        Raises:
            ConfigError: a value is not of its form, or the model has no such layer or class.
        """
        want = params.get("want", "pictures")
        if want not in OUTPUTS:
            raise ConfigError(f"want is {', '.join(OUTPUTS)}, not {want!r:.40}")
        last = model.G.num_ws
        layer, mix_layer = (
            parse_whole(name, params[name], 0, last) if params.get(name) else None for name in ("stage", "at")
        )
        c = parse_whole("c", params.get("c") or "0", 0, max(len(model.classes) - 1, 0))
        return cls(want, layer, parse_share(params.get("share") or "0"), mix_layer, c)

    def row_size(self, model: Model) -> int:
        """The numbers in one row of the request."""
        if self.want == "critic_rank":
            return math.prod(model.shape)
        return math.prod(ws_shape(model.G))


def pictures(model: Model, rows: Tensor, query: RenderQuery) -> Tensor:
    """Images [N, values] of rows [N, row]; with a layer, of rows [2N, row], each mixed with one of the second half.

    Raises:
        ConfigError: too many rows, an odd number of rows to be mixed, or no such layer.
    """
    count, layer = model.G.num_ws, query.layer
    if layer is not None and (layer >= count or len(rows) % 2):
        raise ConfigError(f"mixing takes pairs of w and a stage from 0 to {count - 1}")
    if len(rows) // (1 if layer is None else 2) > model.medium.most:
        raise ConfigError(f"at most {model.medium.most:,} are made at once")
    if model.G.layered:
        return model.G.synthesis(layer_ws(model, rows, layer, query.share)).flatten(1)
    return run_layers(model, rows, count, layer, query.share).flatten(1)


def features(model: Model, rows: Tensor, query: RenderQuery) -> Tensor:
    """Features [values] of a row [1, row] before a layer; with a mix layer, of rows [2, row] that are mixed there.

    Raises:
        ConfigError: no layer, or another number of rows.
    """
    if query.layer is None or len(rows) != (1 if query.mix_layer is None else 2):
        raise ConfigError(f"features are those of one w, or of two that are mixed, at a stage; not of {len(rows)}")
    return run_layers(model, rows, query.layer, query.mix_layer, query.share).flatten()


def critic_ranks(model: Model, rows: Tensor, query: RenderQuery) -> Tensor:
    """[N] in 0..1, the critic's rank of each image [N, values], all of one class, among real data.

    Raises:
        ConfigError: too many images.
        RequestError: the model came without the critic's logits of real data.
    """
    if len(rows) > model.medium.most:
        raise ConfigError(f"the critic judges at most {model.medium.most:,} at once")
    ranks = critic_rank(model, rows.reshape(-1, *model.shape), torch.full((len(rows),), query.c))
    if ranks is None:
        raise RequestError(404, MODEL_FILES["critic"].missing.format(name=model.name))
    return ranks


OUTPUTS: dict[str, Callable[[Model, Tensor, RenderQuery], Tensor]] = {
    "pictures": pictures, "features": features, "critic_rank": critic_ranks,
}  # fmt: skip


@torch.inference_mode()
def run_layers(model: Model, w: Tensor, end: int, mix_layer: int | None, share: float) -> Tensor:
    """Features of rows [N, row] before layer `end`; with `mix_layer`, of [2N, row], the halves mixed before that."""
    if model.G.layered:
        return layer_features(model, layer_ws(model, w, mix_layer, share), end)
    x = w
    for i, layer in enumerate(model.G.layers()[:end]):
        x = mix_halves(x, share) if i == mix_layer else x
        x = layer(x)
    if mix_layer is not None and mix_layer >= end:
        x = mix_halves(x, share) if mix_layer == end else x[: len(x) // 2]
    return x


def layer_ws(model: Model, rows: Tensor, mix_layer: int | None, share: float) -> Tensor:
    """ws [N, num_ws, w_dim] of rows [N, row]; with `mix_layer`, of [2N, row], the halves mixed from that layer on."""
    ws = rows.view(len(rows), -1, model.G.w_dim)
    if mix_layer is None:
        return ws
    return torch.cat([ws[: len(ws) // 2, :mix_layer], mix_halves(ws[:, mix_layer:], share)], 1)


def mix_halves(x: Tensor, share: float) -> Tensor:
    """[N, ...] of [2N, ...]: `share` of the way from the first half to the second."""
    a, b = x.chunk(2)
    return a + share * (b - a)


def read_rows(content: bytearray, row_size: int) -> Tensor:
    """[N, row_size] of float32 bytes, little end first.

    Raises:
        ConfigError: the bytes are no whole rows, or a number is not finite or larger than MAX_VALUE.
    """
    if not content or len(content) % (4 * row_size):
        raise ConfigError(f"a request holds rows of {row_size} float32 numbers, not {len(content)} bytes")
    values = np.frombuffer(content, "<f4").reshape(-1, row_size).astype(np.float32)
    if not np.isfinite(values).all() or np.abs(values).max() > MAX_VALUE:
        raise ConfigError("a number of the request is not finite or far too large")
    return torch.from_numpy(values)


def write_rows(rows: Tensor) -> bytes:
    """A tensor's values as float32, little end first."""
    return rows.numpy().astype("<f4").tobytes()


def parse_share(text: str) -> float:
    """The number from 0 to 1 of an address.

    Raises:
        ConfigError: it is none.
    """
    value = float(text) if len(text) <= MAX_DECIMAL and DECIMAL.fullmatch(text) else math.nan
    if not 0 <= value <= 1:
        raise ConfigError(f"share must be a number from 0 to 1, not {text!r:.40}")
    return value
