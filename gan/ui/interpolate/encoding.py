"""A film's file of the pixels that a page has drawn, and what the page is told while it is made."""

import asyncio
import json
import logging
import math
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor

from gan.errors import ConfigError, GanError, sentence
from gan.explore.render import in_range
from gan.media.films import FILMS, MAX_FPS, MAX_FRAMES, film, note_of
from gan.numbers import check_whole
from gan.ui.interpolate.film_body import unpack
from gan.ui.shell.limits import Reservation

log = logging.getLogger(__name__)

MAX_SIDE = 1_024  # pixels of a frame as it comes, before it is enlarged
RANGES = {"frames": (1, MAX_FRAMES), "height": (4, MAX_SIDE), "width": (4, MAX_SIDE), "channels": (1, 3)}
PROGRESS_LINES = 50  # that a page gets of one film, at most
MAX_NAME = 80  # characters of a file's name


class AbandonedError(Exception):
    """Nobody waits for this film any more."""


@dataclass
class FilmJob:
    """A film to be written, checked.

    Attributes:
        suffix: a key of FILMS.
        pixels: uint8 [T, H, W, C]; None as soon as nobody needs them any more.
        fps: frames a second.
        settings: what is written into the file.
        columns: of a contact sheet; 0 chooses.
        name: of the file.
    """

    suffix: str
    pixels: Tensor | None
    fps: float
    settings: dict[str, Any]
    columns: int
    name: str

    @classmethod
    def of(cls, content: bytes | bytearray) -> Self:
        """The job that a request's body asks for.

        Raises:
            ConfigError: header and pixels do not fit, or a value is out of its range.
        """
        header, pixels = unpack(content)
        suffix = str(header.get("suffix"))
        if suffix not in FILMS:
            raise ConfigError(f"a film is {', '.join(FILMS)}, not {suffix!r:.20}")
        shape = tuple(check_whole(name, header.get(name), low, high) for name, (low, high) in RANGES.items())
        if shape[3] == 2 or math.prod(shape) != len(pixels):
            raise ConfigError(f"{' x '.join(map(str, shape))} pixels are announced, {len(pixels):,} bytes came")
        settings = header.get("settings", {})
        if not isinstance(settings, dict):
            raise ConfigError("the settings of a film are an object of values by name")
        note_of(settings)
        fps = in_range("frames a second", header.get("fps", 25), MAX_FPS, low=1.0)
        columns = header.get("columns")
        columns = 0 if columns is None else check_whole("columns", columns, 0, MAX_FRAMES)
        array = np.frombuffer(pixels, np.uint8).reshape(shape)
        array = array if array.flags.writeable else array.copy()  # what torch may hold without a copy
        return cls(suffix, torch.from_numpy(array), fps, settings, columns, file_name(header.get("name"), suffix))


def encode(job: FilmJob, reservation: Reservation, report: Callable[[float], Any]) -> bytes:
    """The file of a job, for which the reservation then holds the bytes; `report` hears of progress now and then.

    Raises:
        AbandonedError: the visitor has left, before it was begun or between two frames.
    """
    reported = 0

    def progress(share: float) -> None:
        nonlocal reported
        if job.pixels is None:
            raise AbandonedError
        if int(share * PROGRESS_LINES) > reported:
            reported = int(share * PROGRESS_LINES)
            report(share)

    with reservation:
        pixels = job.pixels
        if pixels is None:
            raise AbandonedError
        content = film(pixels, job.suffix, job.fps, job.settings, job.columns, progress)
        job.pixels = None
        reservation.resize(len(content))
        return content


async def progress_and_file(
    job: FilmJob, file: "asyncio.Future[bytes]", shares: "asyncio.Queue[float | None]"
) -> AsyncIterator[bytes]:
    """Lines of progress, the line of the end, the file.

    Args:
        file: what `encode` returns, done when `shares` gives None.
        shares: of the frames done, as they come.
    """
    yield line({"share": 0})
    while (share := await shares.get()) is not None:
        yield line({"share": round(share, 3)})
    try:
        content = file.result()
    except GanError as error:
        yield line({"trouble": sentence(error)})
        return
    except Exception:
        log.exception("a film was not written")
        yield line({"trouble": "This film could not be written."})
        return
    yield line({"bytes": len(content), "type": FILMS[job.suffix].media_type, "name": job.name})
    yield content


def line(values: dict[str, Any]) -> bytes:
    """One line of JSON."""
    return json.dumps(values).encode() + b"\n"


def file_name(name: object, suffix: str) -> str:
    """A name that any system takes: ASCII letters, digits, dots, dashes."""
    text = re.sub(r"[^A-Za-z0-9._-]+", "-", str(name or ""))[:MAX_NAME].strip("-._")
    return f"{text or 'film'}{suffix}"
