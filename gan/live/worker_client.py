"""WorkerClient: the app's end of a worker. Commands go out, their answers and the worker's events come in."""

import contextlib
import itertools
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import TypeVar, cast

from gan.errors import GanError, RunError
from gan.live.commands import Answer, Command, Leave, Refusal, Request, Started
from gan.live.messages import Event

PATIENCE = 60.0  # seconds for an answer; going back in a long run takes the longest
PROCESS_ENDED = "the run's process has ended; reset starts it over"
Result = TypeVar("Result")


@dataclass
class Waiter:
    """Somebody who waits for an answer; `answer` is None if the process has ended instead."""

    ready: threading.Event = field(default_factory=threading.Event)
    answer: Answer | Refusal | None = None


class WorkerClient:
    """A worker's process as its run sees it.

    Args:
        conn: to the worker.
        receive: called from the reader's thread with each event.
        lost: called once when the worker is gone without having been shut down.

    Attributes:
        ended: whether the worker has closed its end, as it does when its process ends.
        killed: whether its process was told to end by force. shut_down_at: when it was told in words; 0 before.
    """

    def __init__(self, conn: Connection, receive: Callable[[Event], None], lost: Callable[[], None]) -> None:
        self._conn, self._receive, self._lost = conn, receive, lost
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._waiting: dict[int, Waiter] = {}
        self._gone = False
        self._pid = 0  # 0 where it is no process of its own, or has not begun
        self.ended = threading.Event()
        self.killed, self.shut_down_at = False, 0.0
        self._reader = threading.Thread(target=self._read, name="live-reader", daemon=True)
        self._reader.start()

    def ask(self, command: Command[Result], patience: float = PATIENCE) -> Result | None:
        """What the command returns; None if the run diverged over it. A worker silent for `patience` seconds is ended.

        Raises:
            GanError: what the worker says is the visitor's mistake.
            RunError: the worker is gone or silent.
        """
        waiter = self.begin(command)
        if not waiter.ready.wait(patience):
            self.kill()
            raise RunError("the run does not answer; reset starts it over")
        if waiter.answer is None:
            raise RunError(PROCESS_ENDED)
        if isinstance(waiter.answer, Refusal):
            raise GanError(waiter.answer.sentence)
        return cast(Result | None, waiter.answer.result)  # what `carry_out` returned at the other end

    def begin(self, command: Command[object]) -> Waiter:
        """Like `ask`, for whoever looks later whether the answer has come."""
        waiter = Waiter()
        self._send(command, waiter)
        return waiter

    def tell(self, command: Command[object]) -> None:
        """Like `ask`, but nobody waits for the answer."""
        self._send(command, None)

    def kill(self) -> None:
        """End the worker's process whatever it does; never waits."""
        self.killed = True
        if self._pid and not self.ended.is_set():
            with contextlib.suppress(ProcessLookupError):  # it has ended by itself
                os.kill(self._pid, signal.SIGKILL)

    def shut_down(self) -> None:
        """End the worker, after what it does now."""
        self.shut_down_at = time.monotonic()
        with self._lock:
            self._gone = True
            with contextlib.suppress(OSError):  # it may be gone already
                self._conn.send(Leave())

    def _send(self, command: Command[object], waiter: Waiter | None) -> int:
        with self._lock:
            number = next(self._numbers)
            if self._gone:
                raise RunError(PROCESS_ENDED)
            if waiter is not None:
                self._waiting[number] = waiter
            try:
                self._conn.send(Request(number, command))
            except OSError as error:
                self._waiting.pop(number, None)
                raise RunError(PROCESS_ENDED) from error
            return number

    def _read(self) -> None:
        while True:
            try:
                message: Started | Answer | Refusal | Event = self._conn.recv()
            except (EOFError, OSError):
                break
            if isinstance(message, Started):
                self._pid = message.pid
                if self.killed:  # before its number was known
                    self.kill()
            elif isinstance(message, Answer | Refusal):
                waiter = self._waiting.pop(message.number, None)
                if waiter is not None:
                    waiter.answer = message
                    waiter.ready.set()
            elif not self._gone:
                self._receive(message)
        shut_down, self._gone = self._gone, True
        self._conn.close()
        self.ended.set()
        for waiter in list(self._waiting.values()):
            waiter.ready.set()
        self._waiting.clear()
        if not shut_down:
            self._lost()
