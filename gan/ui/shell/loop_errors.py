"""What goes wrong in the server's own loop: a line for each kind of error a minute, where the system refuses.

When files run out, asyncio would write the same traceback two thousand times a second, and fill the disk.
"""

import asyncio
import logging
from typing import Any

from gan.errors import reason

log = logging.getLogger(__name__)
SILENCE = 60.0  # seconds


class LoopErrors:
    """An exception handler of an asyncio loop."""

    def __init__(self) -> None:
        self.last: dict[tuple[str, int | None], float] = {}  # kind of error -> when it was told

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Tell of an error; of the system's refusals of one kind at most one in SILENCE."""
        error = context.get("exception")
        if not isinstance(error, OSError):
            loop.default_exception_handler(context)
            return
        kind, now = (str(context.get("message", "")), error.errno), loop.time()
        if now - self.last.get(kind, -SILENCE) >= SILENCE:
            self.last[kind] = now
            log.warning("%s: %s", kind[0] or "the server's loop", reason(error))
