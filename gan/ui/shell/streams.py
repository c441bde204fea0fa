"""Answers in pieces that end when nobody reads them, for the server keeps of each what it has taken and cannot send;
and answers that are compressed on their way.
"""

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gan.ui.shell.requests import disconnection

SEND_TIMEOUT = 60.0  # seconds that a piece may wait for its reader, beside the time that its size is worth
SEND_RATE = 64_000  # bytes a second that a reader must take
CHUNK_BYTES = 65_536  # handed to the server at once
ZIPPED = 1_500  # bytes of a text from which it is compressed: less fits into one packet as it is
FASTEST = 1  # of gzip's levels: a text that is read once

log = logging.getLogger(__name__)


class TimedStream(StreamingResponse):
    """A response in pieces, which ends when its reader has gone or takes too long over one.

    Args:
        pieces: of any size.
        close: called once at the end, whatever happens.
        headers: of the response.
    """

    def __init__(
        self, pieces: AsyncIterator[bytes], close: Callable[[], None] = lambda: None,
        headers: Mapping[str, str] = MappingProxyType({"Cache-Control": "no-store"}),
        media_type: str = "application/octet-stream",
    ) -> None:  # fmt: skip
        super().__init__(pieces, media_type=media_type, headers=headers)
        self.close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        sending = asyncio.ensure_future(self.stream_response(send))
        gone = asyncio.ensure_future(disconnection(receive))
        try:
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            gone.cancel()
            self.close()
            await asyncio.wait((sending, gone))
        if not sending.cancelled() and (error := sending.exception()):
            if not isinstance(error, OSError):  # a TimeoutError is one too: nobody reads the answer
                raise error
            log.info("an answer was not read to its end: %r", error)

    async def stream_response(self, send: Send) -> None:
        """Send it to a reader who stays and keeps reading.

        Raises:
            TimeoutError: the reader is too slow.
        """
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for piece in self.body_iterator:
            view = memoryview(piece.encode() if isinstance(piece, str) else piece)
            async with asyncio.timeout(SEND_TIMEOUT + len(view) / SEND_RATE):
                for start in range(0, len(view), CHUNK_BYTES):
                    chunk = bytes(view[start : start + CHUNK_BYTES])
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                    await asyncio.sleep(0)  # others come in between, and so does the news that the reader has gone
        async with asyncio.timeout(SEND_TIMEOUT):
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def timed_file(
    content: bytes, headers: Mapping[str, str], media_type: str = "application/octet-stream",
    close: Callable[[], None] = lambda: None,
) -> TimedStream:  # fmt: skip
    """The response of a file that is in memory: a reader who takes nothing keeps a piece of it there, not all.

    Args:
        close: called once at the end, whatever happens.
    """

    async def whole() -> AsyncIterator[bytes]:
        yield content

    return TimedStream(whole(), close, {**headers, "Content-Length": str(len(content))}, media_type)


def zipped_json(request: Request, text: str) -> Response:
    """The response that is a text of JSON, compressed if it is long and the asker takes that."""
    content, headers = text.encode(), {"Vary": "Accept-Encoding"}
    if len(content) >= ZIPPED and "gzip" in request.headers.get("accept-encoding", ""):
        content, headers = gzip.compress(content, FASTEST, mtime=0), headers | {"Content-Encoding": "gzip"}
    return Response(content, media_type="application/json", headers=headers)
