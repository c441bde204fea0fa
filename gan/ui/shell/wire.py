"""What the routes of Explore and of films share: bodies up to a limit, mistakes as sentences, and work in its turn.

Nobody takes room by silence: a body must keep coming, an answer must keep being read, and what is held for either is
counted as it comes and given back when the last who uses it has left.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gan.errors import GanError, ModelError, sentence
from gan.numbers import digits

P = ParamSpec("P")
R = TypeVar("R")
SECONDS = 120.0  # that a body may take to arrive
LULL, COMING = 10.0, 640_000  # so many bytes of it must come, or the last of it, every so many seconds
PATIENCE, TAKEN = 60.0, 64_000  # seconds that an answer waits for its reader, and bytes a second that count besides
PIECE = 65_536  # bytes of an answer that are sent at once

log = logging.getLogger(__name__)
Endpoint = Callable[[Request], Awaitable[Response]]


class Refused(GanError):
    """A request that is not answered; `status` is HTTP's word for it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def answering(endpoint: Endpoint) -> Endpoint:
    """The endpoint with a mistake answered by {"trouble": sentence}: 404 for what is not here, 400 for the rest."""

    @wraps(endpoint)
    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refused as error:
            return JSONResponse({"trouble": sentence(error)}, error.status)
        except GanError as error:
            return JSONResponse({"trouble": sentence(error)}, 404 if isinstance(error, ModelError) else 400)
        except ClientDisconnect:  # nobody reads the answer
            return Response(status_code=400)

    return answered


class Room:
    """Bytes that all requests of a kind may hold together; threads may use it too.

    Args:
        most: how many.
        busy: the sentence for whoever finds it full.
    """

    def __init__(self, most: int, busy: str) -> None:
        self.most, self.busy = most, busy
        self.held = 0
        self.lock = threading.Lock()


class Place:
    """What one request holds of a room; given back when the last of those who entered it has left."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.size = self.users = 0

    def __enter__(self) -> "Place":
        self.enter()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def enter(self) -> None:
        """One more uses it."""
        with self.room.lock:
            self.users += 1

    def leave(self) -> None:
        """One fewer uses it."""
        with self.room.lock:
            self.users -= 1
            if not self.users:
                self.room.held -= self.size
                self.size = 0

    def grow(self, size: int) -> None:
        """Hold `size` bytes more.

        Raises:
            Refused: there is no room for them.
        """
        with self.room.lock:
            if self.room.held + size > self.room.most:
                raise Refused(503, self.room.busy)
            self.room.held += size
            self.size += size

    def become(self, size: int) -> None:
        """Hold `size` bytes from now on: what a request has become cannot be refused any more."""
        with self.room.lock:
            self.room.held += size - self.size
            self.size = size


async def body(request: Request, most: int, place: Place | None = None) -> bytearray:
    """The bytes of a request; a `place` grows by them as they arrive.

    Raises:
        Refused: more than `most`, more than the place has room for, or they take too long.
    """
    told = announced(request)
    if told is not None and told > most:
        raise Refused(413, f"a request here has at most {most:,} bytes, not {told:,}")
    content, loop = bytearray(), asyncio.get_running_loop()
    end, seen = loop.time() + SECONDS, 0
    try:
        async with asyncio.timeout(min(SECONDS, LULL)) as limit:
            async for part in request.stream():
                if len(content) + len(part) > most:
                    raise Refused(413, f"a request here has at most {most:,} bytes")
                if place:
                    place.grow(len(part))
                content += part
                if len(content) - seen >= COMING:
                    seen = len(content)
                    limit.reschedule(min(end, loop.time() + LULL))
    except TimeoutError as error:
        raise Refused(408, "the request did not arrive in time: the connection is too slow, or it broke off") from error
    return content


def announced(request: Request) -> int | None:
    """The length that a request announces; None where it announces none."""
    return digits(request.headers.get("content-length", ""))


class Turns:
    """Threads of their own for work that must not hold up anything else: so many at once, the others wait in order.

    Args:
        at_once: pieces of work done at the same time.
        waiting: how many more may wait.
        busy: the sentence for whoever comes when the queue is full.
    """

    def __init__(self, at_once: int, waiting: int, busy: str) -> None:
        self.pool = ThreadPoolExecutor(at_once, thread_name_prefix="turns")
        self.most, self.busy = at_once + waiting, busy
        self.inside = 0
        self.lock = threading.Lock()

    def start(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[R]":
        """The work's result to come; cancelling it before it began gives its place to the next.

        Raises:
            Refused: the queue is full.
        """
        with self.lock:
            if self.inside >= self.most:
                raise Refused(503, self.busy)
            self.inside += 1
        job = self.pool.submit(work, *args, **kwargs)
        job.add_done_callback(self._left)
        return asyncio.wrap_future(job)

    def _left(self, job: "Future[Any]") -> None:
        with self.lock:
            self.inside -= 1


async def unless_gone(request: Request, result: "asyncio.Future[R]") -> R:
    """A result, waited for as long as the visitor waits too; the request's body must have been read.

    Raises:
        ClientDisconnect: the visitor left; work that had not begun is dropped.
    """
    gone = asyncio.ensure_future(disconnected(request.receive))
    try:
        waited: set[asyncio.Future[Any]] = {result, gone}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if not result.done():
            raise ClientDisconnect
        return result.result()
    finally:
        result.cancel()
        gone.cancel()


async def disconnected(receive: Receive) -> None:
    """Come back when the visitor has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Answer(StreamingResponse):
    """An answer in pieces, which ends when its reader has gone or takes too long over one.

    Args:
        pieces: of any size.
        ended: called once at the end, whatever happens.
    """

    def __init__(self, pieces: AsyncIterator[bytes], ended: Callable[[], None]) -> None:
        super().__init__(pieces, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})
        self.ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        sending = asyncio.ensure_future(self.stream_response(send))
        gone = asyncio.ensure_future(disconnected(receive))
        try:
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            gone.cancel()
            self.ended()
            await asyncio.wait((sending, gone))
        if not sending.cancelled() and (error := sending.exception()):
            if not isinstance(error, OSError):  # a TimeoutError is one too: nobody reads it
                raise error
            log.info("an answer was not taken: %r", error)

    async def stream_response(self, send: Send) -> None:
        """Send it to a reader who stays and takes it."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for block in self.body_iterator:
            view = memoryview(block.encode() if isinstance(block, str) else block)
            async with asyncio.timeout(PATIENCE + len(view) / TAKEN):
                for start in range(0, len(view), PIECE):
                    piece = bytes(view[start : start + PIECE])
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        async with asyncio.timeout(PATIENCE):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
