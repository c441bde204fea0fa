"""Heads of requests that do not end: a connection that sends half of one, or nothing, is closed after a while.

h11 takes heads of 64 kB at most and waits for the rest of one for good; httptools, which uvicorn prefers where it is
installed, takes 60 MB of one. So the app has uvicorn read requests by h11, with a limit of time.
"""

import asyncio

import uvicorn.config
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0


class LimitedHeads(H11Protocol):
    """Uvicorn's protocol over h11; whoever has no request under way has HEAD_SECONDS for the head of one."""

    late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self.wait()

    def data_received(self, data: bytes) -> None:
        """Wait no longer once a head is whole; a further one on the same connection has as long."""
        if self.late is None and self.is_idle():
            self.wait()
        super().data_received(data)
        if not self.is_idle() or self.transport.is_closing() or self.transport.get_protocol() is not self:
            self.stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self.stop()
        super().connection_lost(exc)

    def is_idle(self) -> bool:
        """Whether no request is under way."""
        return self.cycle is None or self.cycle.response_complete

    def wait(self) -> None:
        """Give a head its time from now on."""
        self.late = self.loop.call_later(HEAD_SECONDS, self.end_late)

    def stop(self) -> None:
        """Wait for no head."""
        if self.late is not None:
            self.late.cancel()
            self.late = None

    def end_late(self) -> None:
        """Close a connection whose head did not come."""
        self.late = None
        if self.is_idle() and not self.transport.is_closing():
            self.transport.close()


def limit_heads() -> None:
    """Have every server that is started from now on, gradio's among them, read requests so."""
    uvicorn.config.HTTP_PROTOCOLS["auto"] = f"{LimitedHeads.__module__}:{LimitedHeads.__name__}"
