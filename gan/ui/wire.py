"""What the routes of Explore and of films share: bodies up to a limit, mistakes as sentences, and work in its turn."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from gan.errors import GanError, ModelError, sentence

P = ParamSpec("P")
R = TypeVar("R")
SECONDS = 120.0  # that a body may take to arrive
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


async def body(request: Request, most: int) -> bytes:
    """The bytes of a request.

    Raises:
        Refused: more than `most`, or they take too long.
    """
    told = request.headers.get("content-length", "0")
    if told.isdecimal() and int(told) > most:
        raise Refused(413, f"a request here has at most {most:,} bytes, not {int(told):,}")
    parts, size = [], 0
    try:
        async with asyncio.timeout(SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise Refused(413, f"a request here has at most {most:,} bytes")
                parts.append(part)
    except TimeoutError as error:
        raise Refused(408, f"the request did not arrive within {SECONDS:.0f} seconds") from error
    return b"".join(parts)


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
    gone = asyncio.ensure_future(disconnected(request))
    try:
        waited: set[asyncio.Future[Any]] = {result, gone}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if not result.done():
            raise ClientDisconnect
        return result.result()
    finally:
        result.cancel()
        gone.cancel()


async def disconnected(request: Request) -> None:
    """Come back when the visitor has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
