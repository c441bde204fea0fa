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
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from torch import Tensor

from gan.errors import ConfigError, GanError, ModelError, sentence
from gan.explore.render import in_range
from gan.explore.views import PSI
from gan.latents import MAX_SEED
from gan.media.films import FILMS, MAX_FPS, MAX_FRAMES, MAX_SETTINGS, film, note_of
from gan.models.model import Model
from gan.numbers import check_whole
from gan.training.history import moments, training_film
from gan.ui.shell.catalogue import ModelCatalogue
from gan.ui.shell.limits import JobQueue, MemoryBudget, Reservation
from gan.ui.shell.requests import RequestError, content_length, errors_as_json, read_body, while_connected
from gan.ui.shell.streams import TimedStream

log = logging.getLogger(__name__)

MAX_SIDE = 1_024  # pixels of a frame as it comes, before it is enlarged
MAX_PIXELS = 64_000_000  # bytes of a film's pixels
MAX_HEADER = MAX_SETTINGS + 4_096
ROOM = 4 * MAX_PIXELS  # bytes of all films: on their way here, waiting, in the making, on their way back
AT_ONCE, WAITING = 2, 32  # films in the making, and those that may wait
BUSY = "this machine is busy with other visitors' films; try again in a moment"
TRAINING_SEEDS = 16  # latents of a training film
STEPS = 50  # progress is told so many times


class AbandonedError(Exception):
    """Nobody waits for this film any more."""


@dataclass
class Order:
    """A film to be written, checked; its pixels are dropped as soon as nobody needs them."""

    suffix: str
    pixels: Tensor | None
    fps: float
    settings: dict[str, Any]
    columns: int
    name: str

    @classmethod
    def of(cls, content: bytes | bytearray) -> "Order":
        """The order that a request's body is.

        Raises:
            ConfigError: header and pixels do not fit, or a value is out of its range.
        """
        header, pixels = unpacked(content)
        suffix = str(header.get("suffix"))
        if suffix not in FILMS:
            raise ConfigError(f"a film is {', '.join(FILMS)}, not {suffix!r:.20}")
        ranges = {"frames": (1, MAX_FRAMES), "height": (4, MAX_SIDE), "width": (4, MAX_SIDE), "channels": (1, 3)}
        shape = tuple(check_whole(name, header.get(name), *ends) for name, ends in ranges.items())
        if shape[3] == 2 or math.prod(shape) != len(pixels):
            raise ConfigError(f"{' x '.join(map(str, shape))} pixels are announced, {len(pixels):,} bytes came")
        settings = header.get("settings", {})
        if not isinstance(settings, dict):
            raise ConfigError("the settings of a film are an object of values by name")
        note_of(settings)
        fps = in_range("frames a second", header.get("fps", 25), MAX_FPS, low=1.0)
        given = header.get("columns")
        columns = 0 if given is None else check_whole("columns", given, 0, MAX_FRAMES)
        array = np.frombuffer(pixels, np.uint8).reshape(shape)
        array = array if array.flags.writeable else array.copy()  # what torch may hold without a copy
        return cls(suffix, torch.from_numpy(array), fps, settings, columns, file_name(header.get("name"), suffix))


class FilmRoutes:
    """The routes of films, beside one catalogue."""

    def __init__(self, catalogue: ModelCatalogue) -> None:
        self.catalogue = catalogue
        self.jobs = JobQueue(AT_ONCE, WAITING, BUSY)
        self.budget = MemoryBudget(ROOM, BUSY)

    @property
    def held(self) -> int:
        """Bytes that all films hold."""
        return self.budget.held

    def routes(self) -> list[Route]:
        """What the app serves beside gradio."""
        return [
            Route("/films/encode", errors_as_json(self.encode), methods=["POST"]),
            Route("/films/training", errors_as_json(self.training), methods=["POST"]),
        ]

    async def encode(self, request: Request) -> Response:
        """A film's file, after lines of JSON.

        {"share": of the frames done} comes as often as it changes; at the end either {"bytes", "type", "name"}, after
        which the file follows, or {"trouble": sentence}.
        """
        size = content_length(request)
        if size is None:
            raise RequestError(411, "a film is sent with its length")
        if size > MAX_PIXELS + MAX_HEADER + 4:
            raise RequestError(413, f"a film's pixels take at most {MAX_PIXELS:,} bytes: take fewer frames")
        if self.held + size > ROOM:  # it would be refused on its way
            raise RequestError(503, BUSY)
        with Reservation(self.budget) as reservation:
            order = await run_in_threadpool(Order.of, await read_body(request, size, reservation.grow))
            told: asyncio.Queue[float | None] = asyncio.Queue()
            loop = asyncio.get_running_loop()

            def tell(share: float) -> None:
                loop.call_soon_threadsafe(told.put_nowait, share)

            work = self.jobs.submit(written, order, reservation, tell)
            work.add_done_callback(lambda _: told.put_nowait(None))
            reservation.acquire()  # for the answer

        def ended() -> None:
            order.pixels = None
            work.cancel()
            reservation.release()

        return TimedStream(lines(order, work, told), ended)

    async def training(self, request: Request) -> Response:
        """Latents through a run's training: header {width, height, channels, frames, labels}, then the pixels."""
        try:
            asked = json.loads(await read_body(request, 4_096), parse_constant=refuse)
        except (ValueError, RecursionError) as error:
            raise ConfigError("a request is a JSON object") from error
        if not isinstance(asked, dict):
            raise ConfigError("a request is a JSON object")
        model = await run_in_threadpool(self.catalogue.load, asked.get("name"))
        seeds = asked.get("seeds")
        if not isinstance(seeds, list) or not 1 <= len(seeds) <= TRAINING_SEEDS:
            raise ConfigError(f"a training film shows 1 to {TRAINING_SEEDS} seeds")
        numbers = [check_whole("a seed", seed, 0, MAX_SEED) for seed in seeds]
        psi = in_range("psi", asked.get("psi", 1.0), PSI[1], low=PSI[0])
        c = told_classes(model, asked.get("classes"), len(numbers))
        past = self.catalogue.snapshot_folder(asked.get("name"))
        with Reservation(self.budget) as reservation:
            made = self.jobs.submit(training_pixels, model, past, numbers, psi, reservation, c)
            labels, pixels = await while_connected(request, made)
            reservation.acquire()  # for the answer
        frames, height, width, channels = pixels.shape
        header = {"width": width, "height": height, "channels": channels, "frames": frames, "labels": labels}
        return TimedStream(packing(header, pixels), reservation.release)


def written(order: Order, reservation: Reservation, tell: Callable[[float], Any]) -> bytes:
    """The file of an order, which then holds the reservation; `tell` hears of progress, not of every frame.

    Raises:
        AbandonedError: the visitor has left, before it was begun or between two frames.
    """
    last = 0

    def heard(share: float) -> None:
        nonlocal last
        if order.pixels is None:
            raise AbandonedError
        if int(share * STEPS) > last:
            last = int(share * STEPS)
            tell(share)

    with reservation:
        pixels = order.pixels
        if pixels is None:
            raise AbandonedError
        content = film(pixels, order.suffix, order.fps, order.settings, order.columns, heard)
        order.pixels = None
        reservation.resize(len(content))
        return content


async def packing(header: dict[str, Any], pixels: Tensor) -> AsyncIterator[bytes]:
    """Header and pixels as one body, a frame at a time."""
    yield packed(header, b"")
    for frame in pixels:
        yield frame.numpy().tobytes()


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


def training_pixels(
    model: Model, past: Path | None, seeds: list[int], psi: float, reservation: Reservation, c: Tensor | None = None
) -> tuple[list[int], Tensor]:
    """(the samples seen by each frame's generator, uint8 [T, H, W, C], for which the reservation holds the bytes).

    Raises:
        RequestError: there are no moments of its training, too much is asked for, a moment is damaged,
            or too little memory is left.
    """
    kept = len(moments(past)) if past else 0
    if past is None or kept < 2:
        raise RequestError(404, f"the model {model.name} came without moments of its training")
    size = kept * len(seeds) * math.prod(model.shape)
    if size > MAX_PIXELS // 2:
        raise RequestError(413, f"{kept} moments of {len(seeds)} pictures are more than a film holds: take fewer seeds")
    try:
        with reservation:
            reservation.grow(2 * size)  # frames are counted one by one, and again as one film
            labels, pixels = training_film(model, past, seeds, psi, c)
            reservation.resize(pixels.numel())
            return labels, pixels
    except ModelError as error:  # its sentence names a file of this machine
        log.warning("no training film: %s", error)
        raise RequestError(404, f"the moments of the model {model.name}'s training are damaged") from error


def told_classes(model: Model, given: object, count: int) -> Tensor | None:
    """The class of each of `count` seeds, [N]; the first one's where a request names none.

    Raises:
        ConfigError: they are not as many, or the model does not know one.
    """
    if given is None:
        return None
    if not isinstance(given, list) or len(given) != count:
        raise ConfigError(f"the classes of a training film are as many as its seeds, {count}")
    return torch.tensor([check_whole("a class", c, 0, max(len(model.classes) - 1, 0)) for c in given])


def line(told: dict[str, Any]) -> bytes:
    """One line of an answer."""
    return json.dumps(told).encode() + b"\n"


def packed(header: dict[str, Any], pixels: bytes) -> bytes:
    """Header and pixels as one body."""
    text = json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text + pixels


def unpacked(content: bytes | bytearray) -> tuple[dict[str, Any], memoryview]:
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


def file_name(name: object, suffix: str) -> str:
    """A name that any system takes: ASCII letters, digits, dots, dashes."""
    text = re.sub(r"[^A-Za-z0-9._-]+", "-", str(name or ""))[:80].strip("-._")
    return f"{text or 'film'}{suffix}"
