"""Explore's own routes: which models there are, their files for the browser, and pictures for browsers that cannot.

Nothing here is asked for while sliders move, except by browsers without WebAssembly; see `gan.portable`.
"""

import asyncio
import hashlib
import math
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from torch import Tensor

from gan import portable
from gan.data import DATASETS
from gan.data import at_hand as data_at_hand
from gan.errors import ConfigError, ModelError
from gan.explore import features as stage_features
from gan.explore import opinion
from gan.history import moments
from gan.model import Model, readable
from gan.ui.shelf import Shelf
from gan.ui.wire import Refused, Turns, answering, body, unless_gone

MOST_PICTURES, MOST_POINTS = 64, 2_000  # rows of one request
AT_ONCE, WAITING = 2, 64  # pictures in the making, and requests that may wait for them
FILES_KEPT, FACTS_KEPT = 24, 200  # browser files and lines of the drop-down in memory
MAX_BODY = 16_000_000  # bytes of a request
BUSY = "this machine is busy with other visitors' pictures; try again in a moment"
NUMBER = re.compile(r"[0-9]*\.?[0-9]+(e-?[0-9]+)?")  # as a browser writes one

# part -> (what makes its file, the sentence for a model that has none)
PARTS: dict[str, tuple[Callable[[Model], bytes | None], str]] = {
    "generator": (portable.generator, "the model {name} has no generator that a browser can run"),
    "critic": (portable.critic, "the model {name} came without its critic's opinions of real data"),
    "reference": (lambda model: reference(model), "the real pictures of the model {name} are not on this machine"),
}  # fmt: skip


class ExploreRoutes:
    """The routes of one shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.turns = Turns(AT_ONCE, WAITING, BUSY)
        # Of files, each made once whoever asks; reading a data set must not hold up generators.
        self.makers = {part: Turns(1, 1_000, BUSY) for part in PARTS}
        self.kept: OrderedDict[Hashable, tuple[bytes | None, str]] = OrderedDict()
        self.making: dict[Hashable, asyncio.Future[Any]] = {}
        self.facts: dict[Hashable, dict[str, Any]] = {}
        self.facts_lock = threading.Lock()

    def routes(self) -> list[Route]:
        """What the app serves beside gradio."""
        return [
            Route("/explore/models", answering(self.models), methods=["GET"]),
            Route("/explore/file", answering(self.file), methods=["GET"]),
            Route("/explore/render", answering(self.render), methods=["POST"]),
        ]

    # ---- models and their files ---------------------------------------------------------------------------------

    async def models(self, request: Request) -> Response:
        """{"models": facts for the drop-down, "first": the name to begin with}; `also` names guests' models."""
        asked = [name for name in request.query_params.getlist("also")[:8] if name in self.shelf.guests]
        names = [*dict.fromkeys(asked), *self.shelf.names]
        listed = [found for found in await run_in_threadpool(lambda: [*map(self.facts_of, names)]) if found]
        first = next((entry["name"] for entry in listed if entry["name"] not in self.shelf.guests), "")
        return JSONResponse({"models": listed, "first": first}, headers={"Cache-Control": "no-cache"})

    def facts_of(self, name: str) -> dict[str, Any] | None:
        """What the page says of a model before it has its file; None where that has gone since the app began."""
        try:
            stamp = self.shelf.stamp(name)
            found = self.facts.get(stamp) or facts(self.shelf.load(name), name)
            past = self.shelf.past(name)
        except ModelError:
            return None
        with self.facts_lock:  # several threads ask at once
            self.facts[stamp] = found
            while len(self.facts) > FACTS_KEPT:
                del self.facts[next(iter(self.facts))]
        filmed = past is not None and found["kind"] == "pictures" and len(moments(past)) > 1
        return found | {"history": filmed}

    async def file(self, request: Request) -> Response:
        """A model's generator, its critic or its reference pictures, with a tag by which browsers keep it."""
        name, part = request.query_params.get("name", ""), request.query_params.get("part", "")
        if part not in PARTS:
            raise ConfigError(f"a file is {', '.join(PARTS)}, not {part!r:.40}")
        content, tag = await self.content(name, part)
        if content is None:
            raise Refused(404, PARTS[part][1].format(name=name))
        headers = {"ETag": tag, "Cache-Control": "no-cache"}  # kept, and asked for again by its tag alone
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="application/octet-stream", headers=headers)

    async def content(self, name: str, part: str) -> tuple[bytes | None, str]:
        """(the bytes of a file or None, its tag); made once for all who ask."""
        key = (self.shelf.stamp(name), part)
        if key not in self.kept:
            if key not in self.making:
                self.making[key] = self.makers[part].start(self.make, name, part)
                self.making[key].add_done_callback(lambda _: self.making.pop(key, None))
            self.kept[key] = await asyncio.shield(self.making[key])
            while len(self.kept) > FILES_KEPT:
                self.kept.popitem(last=False)
        self.kept.move_to_end(key)
        return self.kept[key]

    def make(self, name: str, part: str) -> tuple[bytes | None, str]:
        """A file and its tag."""
        content = PARTS[part][0](self.shelf.load(name))
        return content, f'"{hashlib.sha256(content or b"").hexdigest()}"'

    # ---- pictures for browsers that cannot ----------------------------------------------------------------------

    async def render(self, request: Request) -> Response:
        """float32 numbers for float32 numbers, little end first: want=pictures, features or critic_rank."""
        asked = request.query_params
        model = await run_in_threadpool(self.shelf.load, asked.get("name", ""))
        want = asked.get("want", "pictures")
        if want not in WANTS:
            raise ConfigError(f"to be wanted are {', '.join(WANTS)}, not {want!r:.40}")
        wish = Wish.of(asked, model)
        width = math.prod(model.shape) if want == "critic_rank" else row_size(model)
        most = 2 * (MOST_POINTS if model.kind == "points" else MOST_PICTURES)
        content = await body(request, min(most * width * 4, MAX_BODY))

        def work() -> bytes:
            made = WANTS[want](model, numbers(content, width), wish)
            return made.numpy().astype("<f4").tobytes()

        made = await unless_gone(request, self.turns.start(work))
        return Response(made, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})


@dataclass(frozen=True)
class Wish:
    """What an address says besides: the stage to stop or to mix at, the second half's share, where features are mixed
    first, and the class that images are taken for.
    """

    stage: int | None = None
    share: float = 0.0
    at: int | None = None
    c: int = 0

    @classmethod
    def of(cls, asked: Mapping[str, str], model: Model) -> "Wish":
        """The wish of an address.

        Raises:
            ConfigError: a value is not of its form, or the model has no such stage or class.
        """
        stages = len(model.G.stages())
        stage, at = (whole(key, asked[key], stages) if asked.get(key) else None for key in ("stage", "at"))
        c = whole("c", asked.get("c") or "0", max(len(model.classes) - 1, 0))
        return cls(stage, number("share", asked.get("share") or "0"), at, c)


def row_size(model: Model) -> int:
    """Numbers that say a picture: those of w, or, where each stage follows a w of its own, those of all ws."""
    return model.G.w_dim * (len(model.G.stages()) if model.G.layered else 1)


def facts(model: Model, name: str) -> dict[str, Any]:
    """The line of a model in the drop-down."""
    data = model.card.get("data")
    label = data.get("label") if isinstance(data, dict) else None  # texts of a card are clean, see gan.model
    return {
        "name": name, "kind": model.kind, "label": readable(label or model.config.data), "macs": portable.macs(model),
        "sha256": readable(model.card.get("sha256", "")), "critic": bool(len(model.real_logits)),
        "reference": at_hand(model),
    }  # fmt: skip


def at_hand(model: Model) -> bool:
    """Whether real pictures of a model's data are handed out: never a folder's, which a card may name as it likes."""
    name = model.config.data
    return model.kind == "pictures" and name in DATASETS and data_at_hand(name)


def reference(model: Model) -> bytes | None:
    """The file of a model's real pictures; None where they are not at hand."""
    return portable.reference(model) if at_hand(model) else None


def pictures(model: Model, rows: Tensor, wish: Wish) -> Tensor:
    """[N, values] of w [N, row]; with a stage, of [2N, row]: mixed there, `share` of the second half's."""
    most = MOST_POINTS if model.kind == "points" else MOST_PICTURES
    stages, stage = model.G.stages(), wish.stage
    if stage is not None and (stage >= len(stages) or len(rows) % 2):
        raise ConfigError(f"mixing takes pairs of w and a stage from 0 to {len(stages) - 1}")
    if len(rows) // (1 if stage is None else 2) > most:
        raise ConfigError(f"at most {most:,} are made at once")
    return through(model, rows, len(stages), stage, wish.share).flatten(1)


def features(model: Model, rows: Tensor, wish: Wish) -> Tensor:
    """What one w [1, row] is at a stage; with `at`, two are mixed there first."""
    if wish.stage is None or len(rows) != (1 if wish.at is None else 2):
        raise ConfigError(f"features are those of one w, or of two that are mixed, at a stage; not of {len(rows)}")
    return through(model, rows, wish.stage, wish.at, wish.share).flatten()


def judged(model: Model, rows: Tensor, wish: Wish) -> Tensor:
    """[N] the critic's opinion of images [N, values], all of one class."""
    if len(rows) > MOST_PICTURES and model.kind == "pictures":
        raise ConfigError(f"the critic judges at most {MOST_PICTURES} at once")
    shares = opinion(model, rows.reshape(-1, *model.shape), torch.full((len(rows),), wish.c))
    if shares is None:
        raise Refused(404, PARTS["critic"][1].format(name=model.name))
    return shares


WANTS: dict[str, Callable[[Model, Tensor, Wish], Tensor]] = {
    "pictures": pictures, "features": features, "critic_rank": judged,
}  # fmt: skip


@torch.inference_mode()
def through(model: Model, w: Tensor, end: int, mix: int | None, share: float) -> Tensor:
    """Features of rows [N, row] at stage `end`; with `mix`, of rows [2N, row], the halves mixed at that stage."""
    if model.G.layered:
        ws = w.view(len(w), -1, model.G.w_dim)
        if mix is not None:
            ws = torch.cat([ws[: len(ws) // 2, :mix], mixed(ws[:, mix:], share)], 1)
        return stage_features(model, ws, end)
    x = w
    for i, stage in enumerate(model.G.stages()[:end]):
        x = mixed(x, share) if i == mix else x
        x = stage(x)
    if mix is not None and mix >= end:
        x = mixed(x, share) if mix == end else x[: len(x) // 2]
    return x


def mixed(x: Tensor, share: float) -> Tensor:
    """[N, ...] of [2N, ...]."""
    a, b = x.chunk(2)
    return a + share * (b - a)


def numbers(content: bytearray, width: int) -> Tensor:
    """[N, width] of float32, little end first.

    Raises:
        ConfigError: another length, or one is not finite.
    """
    if not content or len(content) % (4 * width):
        raise ConfigError(f"a request holds rows of {width} float32 numbers, not {len(content)} bytes")
    values = np.frombuffer(content, "<f4").reshape(-1, width).astype(np.float32)
    if not np.isfinite(values).all() or np.abs(values).max() > 1e6:
        raise ConfigError("a number of the request is not finite or far too large")
    return torch.from_numpy(values)


def whole(name: str, text: str, most: int) -> int:
    """A whole number from 0 to `most` in an address."""
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= most):
        raise ConfigError(f"{name} must be a whole number from 0 to {most}, not {text!r:.40}")
    return int(text)


def number(name: str, text: str) -> float:
    """A number from 0 to 1 in an address."""
    value = float(text) if NUMBER.fullmatch(text[:40]) else math.nan
    if len(text) > 40 or not 0 <= value <= 1:
        raise ConfigError(f"{name} must be a number from 0 to 1, not {text!r:.40}")
    return value
