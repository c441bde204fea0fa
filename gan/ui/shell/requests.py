"""What the routes of Explore and of films share: bodies up to a limit, and errors as sentences.

Nobody takes memory by silence: a body must keep coming, and whatever is held of it is counted as it arrives.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive

from gan.errors import ConfigError, GanError, ModelError, sentence
from gan.numbers import digits

R = TypeVar("R")
Endpoint = Callable[[Request], Awaitable[Response]]

BODY_TIMEOUT = 120.0  # seconds that a whole body may take to arrive
PROGRESS_TIMEOUT = 10.0  # seconds in which the next PROGRESS_BYTES of a body, or the last of it, must arrive
PROGRESS_BYTES = 640_000


class RequestError(GanError):
    """A request that is refused with an HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def errors_as_json(endpoint: Endpoint) -> Endpoint:
    """The endpoint; it answers an error with {"trouble": sentence}: 404 for what is not here, 400 for the rest."""

    @wraps(endpoint)
    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except RequestError as error:
            return JSONResponse({"trouble": sentence(error)}, error.status)
        except GanError as error:
            return JSONResponse({"trouble": sentence(error)}, 404 if isinstance(error, ModelError) else 400)
        except ClientDisconnect:  # nobody reads the answer
            return Response(status_code=400)

    return answered


async def read_body(request: Request, limit: int, reserve: Callable[[int], None] | None = None) -> bytearray:
    """The bytes of a request.

    Args:
        limit: bytes, at most.
        reserve: called with the size of each part before it is kept; it may refuse.

    Raises:
        RequestError: the body is longer than `limit` or takes too long, or `reserve` refuses.
        ClientDisconnect: the visitor left.
    """
    length = content_length(request)
    if length is not None and length > limit:
        raise RequestError(413, f"a request here has at most {limit:,} bytes, not {length:,}")
    content, loop = bytearray(), asyncio.get_running_loop()
    end, counted = loop.time() + BODY_TIMEOUT, 0
    try:
        async with asyncio.timeout(min(BODY_TIMEOUT, PROGRESS_TIMEOUT)) as timeout:
            async for part in request.stream():
                if len(content) + len(part) > limit:
                    raise RequestError(413, f"a request here has at most {limit:,} bytes")
                if reserve:
                    reserve(len(part))
                content += part
                if len(content) - counted >= PROGRESS_BYTES:
                    counted = len(content)
                    timeout.reschedule(min(end, loop.time() + PROGRESS_TIMEOUT))
    except TimeoutError as error:
        message = "the request did not arrive in time: the connection is too slow, or it broke off"
        raise RequestError(408, message) from error
    return content


async def read_object(request: Request, limit: int) -> dict[str, object]:
    """The JSON object in a request's body, of at most `limit` bytes.

    Raises:
        ConfigError: it is none.
        RequestError: it is too long, or does not arrive in time.
    """
    try:
        body = await read_body(request, limit)
    except ClientDisconnect as error:  # nobody reads the response
        raise ConfigError("the request ended before its end") from error
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ConfigError("a request is a JSON object") from error
    if not isinstance(content, dict):
        raise ConfigError("a request is a JSON object")
    return content


def content_length(request: Request) -> int | None:
    """The length in bytes that a request announces; None where it announces none."""
    return digits(request.headers.get("content-length", ""))


async def while_connected(request: Request, result: "asyncio.Future[R]") -> R:
    """A result, waited for as long as the visitor waits too; the request's body must have been read.

    Raises:
        ClientDisconnect: the visitor left; work that had not begun is dropped.
    """
    gone = asyncio.ensure_future(disconnection(request.receive))
    try:
        waited: set[asyncio.Future[Any]] = {result, gone}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if not result.done():
            raise ClientDisconnect
        return result.result()
    finally:
        result.cancel()
        gone.cancel()


async def disconnection(receive: Receive) -> None:
    """Return when the visitor has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
