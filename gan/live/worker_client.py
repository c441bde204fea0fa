"""The near end of a worker: ask it something, and hear what it sends by itself."""

import contextlib
import itertools
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from gan.errors import GanError, RunError

PATIENCE = 60.0  # seconds for an answer; a rewind of a long run takes the longest


class WorkerClient:
    """A worker process as its run sees it.

    Args:
        conn: to the worker.
        hear: called from the reader's thread with each message that is no answer.
        lost: called once when the worker is gone without having been dismissed.
    """

    def __init__(self, conn: Connection, hear: Callable[..., None], lost: Callable[[], None]) -> None:
        self._conn, self._hear, self._lost = conn, hear, lost
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[threading.Event, list[Any]]] = {}
        self._gone = False
        self._reader = threading.Thread(target=self._read, name="live-reader", daemon=True)
        self._reader.start()

    def ask(self, name: str, *arguments: Any) -> Any:
        """The worker's answer.

        Raises:
            GanError: what it says is the visitor's mistake; RunError: it is gone or silent.
        """
        event, box = threading.Event(), list[Any]()
        number = self._send(name, arguments, (event, box))
        if not event.wait(PATIENCE):
            self._waiting.pop(number, None)
            raise RunError("the run does not answer; reset starts it over")
        kind, value = box[0]
        if kind == "error":
            raise GanError(value)
        if kind == "lost":
            raise RunError("the run's process has ended; reset starts it over")
        return value

    def tell(self, name: str, *arguments: Any) -> None:
        """Like `ask`, but nobody waits for the answer."""
        self._send(name, arguments, None)

    def dismiss(self) -> None:
        """End the worker."""
        with self._lock:
            self._gone = True
            with contextlib.suppress(OSError):  # it may be gone already
                self._conn.send((-1, "leave", ()))

    def _send(self, name: str, arguments: tuple[Any, ...], waiter: tuple[threading.Event, list[Any]] | None) -> int:
        with self._lock:
            number = next(self._numbers)
            if self._gone:
                raise RunError("the run's process has ended; reset starts it over")
            if waiter is not None:
                self._waiting[number] = waiter
            try:
                self._conn.send((number, name, arguments))
            except OSError as error:
                self._waiting.pop(number, None)
                raise RunError("the run's process has ended; reset starts it over") from error
            return number

    def _read(self) -> None:
        while True:
            try:
                message = self._conn.recv()
            except (EOFError, OSError):
                break
            if message[0] in ("reply", "error"):
                waiter = self._waiting.pop(message[1], None)
                if waiter is not None:
                    waiter[1].append((message[0], message[2]))
                    waiter[0].set()
            elif not self._gone:
                self._hear(*message)
        dismissed, self._gone = self._gone, True
        self._conn.close()
        for event, box in list(self._waiting.values()):
            box.append(("lost", None))
            event.set()
        self._waiting.clear()
        if not dismissed:
            self._lost()
