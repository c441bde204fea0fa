"""What all visitors together may ask of the host: jobs at work and waiting, and bytes in memory."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, Self, TypeVar

from gan.ui.shell.requests import RequestError

P = ParamSpec("P")
R = TypeVar("R")


class JobQueue:
    """Threads for work that must not hold up anything else: some jobs at once, the others wait in order.

    Args:
        workers: jobs done at the same time.
        waiting: how many more may wait.
        busy: the sentence for whoever comes when the queue is full.
    """

    def __init__(self, workers: int, waiting: int, busy: str) -> None:
        self.pool = ThreadPoolExecutor(workers, thread_name_prefix="jobs")
        self.capacity, self.busy = workers + waiting, busy
        self.pending = 0  # jobs at work or waiting
        self.lock = threading.Lock()

    def submit(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[R]":
        """The future result of a job; one that is cancelled before it began is never done.

        Raises:
            RequestError: the queue is full.
        """
        return asyncio.wrap_future(self.begin(work, *args, **kwargs))

    def begin(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
        """As `submit`, for whoever wants to know when the job itself is over, though nobody waits for it any more."""
        with self.lock:
            if self.pending >= self.capacity:
                raise RequestError(503, self.busy)
            self.pending += 1
        job = self.pool.submit(work, *args, **kwargs)
        job.add_done_callback(self._done)
        return job

    def _done(self, job: "Future[Any]") -> None:
        with self.lock:
            self.pending -= 1


class MemoryBudget:
    """Bytes that all requests of a kind may hold together; threads may share it.

    Args:
        limit: bytes.
        busy: the sentence for whoever asks for more than is left.
    """

    def __init__(self, limit: int, busy: str) -> None:
        self.limit, self.busy = limit, busy
        self.held = 0
        self.lock = threading.Lock()


class Reservation:
    """What one request holds of a budget; given back when its last user has released it.

    A `with` block is one user.
    """

    def __init__(self, budget: MemoryBudget) -> None:
        self.budget = budget
        self.size = self.users = 0

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def acquire(self) -> None:
        """Count one more user."""
        with self.budget.lock:
            self.users += 1

    def release(self) -> None:
        """Count one user fewer; the last one gives the bytes back."""
        with self.budget.lock:
            self.users -= 1
            if not self.users:
                self.budget.held -= self.size
                self.size = 0

    def grow(self, size: int) -> None:
        """Hold `size` bytes more.

        Raises:
            RequestError: the budget does not have them.
        """
        with self.budget.lock:
            if self.budget.held + size > self.budget.limit:
                raise RequestError(503, self.budget.busy)
            self.budget.held += size
            self.size += size

    def resize(self, size: int) -> None:
        """Hold `size` bytes from now on, whatever is left: what a request has become cannot be refused any more."""
        with self.budget.lock:
            self.budget.held += size - self.size
            self.size = size
