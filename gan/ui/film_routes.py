"""The routes of films: pictures that a page has drawn become a file, and a run's past becomes pictures.

Numbers and pixels travel as one body: the length of a JSON header in four bytes, little end first, the header, the
pixels uint8 [T, H, W, C].
"""

import asyncio
import json
import logging
import math
import re
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from torch import Tensor

from gan.errors import ConfigError, GanError, ModelError, sentence
from gan.explore import in_range
from gan.export import FILMS, MAX_FPS, MAX_FRAMES, MAX_SETTINGS, film, note_of
from gan.history import moments, training_film
from gan.latents import MAX_SEED
from gan.model import Model
from gan.ui.shelf import Shelf
from gan.ui.wire import Refused, Turns, answering, body, unless_gone
from gan.views import PSI

log = logging.getLogger(__name__)

MAX_SIDE = 1_024  # pixels of a frame as it comes, before it is enlarged
MAX_PIXELS = 64_000_000  # bytes of a film's pixels
MAX_HEADER = MAX_SETTINGS + 4_096
ROOM = 4 * MAX_PIXELS  # bytes of all films that are on their way or waiting
AT_ONCE, WAITING = 2, 32  # films in the making, and those that may wait
BUSY = "this machine is busy with other visitors' films; try again in a moment"
TRAINING_SEEDS = 16  # latents of a training film
STEPS = 50  # progress is told so many times

NUMBERS = "application/octet-stream"


@dataclass(frozen=True)
class Order:
    """A film to be written, checked."""

    suffix: str
    pixels: Tensor
    fps: float
    settings: dict[str, Any]
    columns: int
    name: str

    @classmethod
    def of(cls, content: bytes) -> "Order":
        """The order that a request's body is.

        Raises:
            ConfigError: header and pixels do not fit, or a value is out of its range.
        """
        header, pixels = unpacked(content)
        suffix = str(header.get("suffix"))
        if suffix not in FILMS:
            raise ConfigError(f"a film is {', '.join(FILMS)}, not {suffix!r:.20}")
        shape = (
            whole(header, "frames", 1, MAX_FRAMES), whole(header, "height", 4, MAX_SIDE),
            whole(header, "width", 4, MAX_SIDE), whole(header, "channels", 1, 3),
        )  # fmt: skip
        if shape[3] == 2 or math.prod(shape) != len(pixels):
            raise ConfigError(f"{' x '.join(map(str, shape))} pixels are announced, {len(pixels):,} bytes came")
        settings = header.get("settings", {})
        if not isinstance(settings, dict):
            raise ConfigError("the settings of a film are an object of values by name")
        note_of(settings)
        fps = in_range("frames a second", header.get("fps", 25), MAX_FPS, low=1.0)
        columns = whole(header, "columns", 0, MAX_FRAMES) if header.get("columns") is not None else 0
        array = np.frombuffer(pixels, np.uint8).reshape(shape).copy()
        return cls(suffix, torch.from_numpy(array), fps, settings, columns, file_name(header.get("name"), suffix))


class FilmRoutes:
    """The routes of films, beside one shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.turns = Turns(AT_ONCE, WAITING, BUSY)
        self.held = 0  # bytes of films that are on their way or waiting

    def routes(self) -> list[Route]:
        """What the app serves beside gradio."""
        return [
            Route("/films/encode", answering(self.encode), methods=["POST"]),
            Route("/films/training", answering(self.training), methods=["POST"]),
        ]

    async def encode(self, request: Request) -> Response:
        """A film's file, after lines of JSON.

        {"share": of the frames done} comes as often as it changes; at the end either {"bytes", "type", "name"}, after
        which the file follows, or {"trouble": sentence}.
        """
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            raise Refused(411, "a film is sent with its length")
        size = int(length)
        if size > MAX_PIXELS + MAX_HEADER + 4:
            raise Refused(413, f"a film's pixels take at most {MAX_PIXELS:,} bytes: take fewer frames")
        if self.held + size > ROOM:
            raise Refused(503, BUSY)
        self.held += size
        given_back = False

        def give_back(_: object = None) -> None:
            nonlocal given_back
            self.held -= 0 if given_back else size
            given_back = True

        try:
            order = await run_in_threadpool(Order.of, await body(request, size))
            told: asyncio.Queue[float | None] = asyncio.Queue()
            loop = asyncio.get_running_loop()
            work = self.turns.start(written, order, lambda share: loop.call_soon_threadsafe(told.put_nowait, share))
        except BaseException:
            give_back()
            raise
        work.add_done_callback(lambda _: told.put_nowait(None))
        work.add_done_callback(give_back)
        return Written(order, work, told)

    async def training(self, request: Request) -> Response:
        """Latents through a run's training: header {width, height, channels, frames, labels}, then the pixels."""
        try:
            asked = json.loads(await body(request, 4_096), parse_constant=refuse)
        except (ValueError, RecursionError) as error:
            raise ConfigError("a request is a JSON object") from error
        if not isinstance(asked, dict):
            raise ConfigError("a request is a JSON object")
        model = await run_in_threadpool(self.shelf.load, asked.get("name"))
        seeds = asked.get("seeds")
        if not isinstance(seeds, list) or not 1 <= len(seeds) <= TRAINING_SEEDS:
            raise ConfigError(f"a training film shows 1 to {TRAINING_SEEDS} seeds")
        numbers = [whole({"a seed": seed}, "a seed", 0, MAX_SEED) for seed in seeds]
        psi = in_range("psi", asked.get("psi", 1.0), PSI[1], low=PSI[0])
        past = self.shelf.past(asked.get("name"))
        made = self.turns.start(training_pixels, model, past, numbers, psi)
        labels, pixels = await unless_gone(request, made)
        frames, height, width, channels = pixels.shape
        header = {"width": width, "height": height, "channels": channels, "frames": frames, "labels": labels}
        return Response(packed(header, pixels.numpy().tobytes()), media_type=NUMBERS)


def written(order: Order, tell: Any) -> bytes:
    """The file of an order; `tell` hears of progress, not of every frame."""
    last = 0

    def heard(share: float) -> None:
        nonlocal last
        if int(share * STEPS) > last:
            last = int(share * STEPS)
            tell(share)

    return film(order.pixels, order.suffix, order.fps, order.settings, order.columns, heard)


class Written(StreamingResponse):
    """The answer to an order, piece by piece; work that has not begun is dropped when its visitor leaves."""

    def __init__(self, order: Order, work: "asyncio.Future[bytes]", told: "asyncio.Queue[float | None]") -> None:
        super().__init__(lines(order, work, told), media_type=NUMBERS, headers={"Cache-Control": "no-store"})
        self.work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.work.cancel()


async def lines(
    order: Order, work: "asyncio.Future[bytes]", told: "asyncio.Queue[float | None]"
) -> AsyncIterator[bytes]:
    """Lines of progress, the line of the end, the file."""
    yield line({"share": 0})
    while (share := await told.get()) is not None:
        yield line({"share": round(share, 3)})
    try:
        content = work.result()
    except GanError as error:
        yield line({"trouble": sentence(error)})
        return
    except Exception:
        log.exception("a film was not written")
        yield line({"trouble": "This film could not be written."})
        return
    yield line({"bytes": len(content), "type": FILMS[order.suffix].kind, "name": order.name})
    yield content


def training_pixels(model: Model, past: Path | None, seeds: list[int], psi: float) -> tuple[list[int], Tensor]:
    """(the samples seen by each frame's generator, uint8 [T, H, W, C]).

    Raises:
        Refused: there are no moments of its training, too much is asked for, or a moment is damaged.
    """
    kept = len(moments(past)) if past else 0
    if past is None or kept < 2:
        raise Refused(404, f"{model.name} came without moments of its training")
    if kept * len(seeds) * math.prod(model.shape) > MAX_PIXELS // 2:
        raise Refused(413, f"{kept} moments of {len(seeds)} pictures are more than a film holds: take fewer seeds")
    try:
        return training_film(model, past, seeds, psi)
    except ModelError as error:  # its sentence names a file of this machine
        log.warning("no training film: %s", error)
        raise Refused(404, f"the moments of {model.name}'s training are damaged") from error


def line(told: dict[str, Any]) -> bytes:
    """One line of an answer."""
    return json.dumps(told).encode() + b"\n"


def packed(header: dict[str, Any], pixels: bytes) -> bytes:
    """Header and pixels as one body."""
    text = json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text + pixels


def unpacked(content: bytes) -> tuple[dict[str, Any], memoryview]:
    """(header, pixels) of a body.

    Raises:
        ConfigError: it is not of this form.
    """
    length = int.from_bytes(content[:4], "little")
    if len(content) < 4 or length > min(MAX_HEADER, len(content) - 4):
        raise ConfigError("a film is the length of its header in four bytes, its header and its pixels")
    try:
        header = json.loads(content[4 : 4 + length], parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise ConfigError("the header of a film is a JSON object") from error
    if not isinstance(header, dict):
        raise ConfigError("the header of a film is a JSON object")
    return header, memoryview(content)[4 + length :]


def refuse(constant: str) -> NoReturn:
    """NaN and Infinity are not JSON."""
    raise ValueError(constant)


def whole(header: dict[str, Any], name: str, least: int, most: int) -> int:
    """A whole number of a header."""
    value = header.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ConfigError(f"{name} must be a whole number from {least} to {most}, not {value!r:.40}")
    return value


def file_name(name: object, suffix: str) -> str:
    """A name that any system takes: ASCII letters, digits, dots, dashes."""
    text = re.sub(r"[^A-Za-z0-9._-]+", "-", str(name or ""))[:80].strip("-._")
    return f"{text or 'film'}{suffix}"
