"""What all visitors together may ask of the host: jobs at work and waiting, and bytes in memory."""

import asyncio
import functools
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, ParamSpec, Self, TypeVar

from gan.live.visitors import Served, Visitor, gives_way, in_turn, present_visitor, visiting
from gan.ui.shell.requests import RequestError

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(eq=False)
class Job:
    """Work that waits for a thread, and whose it is."""

    work: Callable[[], Any]
    visitor: Visitor
    result: "Future[Any]" = field(default_factory=Future)


class JobQueue:
    """Threads for work that must not hold up anything else: some jobs at once, the others wait, visitor by visitor.

    Args:
        workers: jobs done at the same time.
        waiting: how many more may wait.
        busy: the sentence for whoever comes when the queue is full.
    """

    def __init__(self, workers: int, waiting: int, busy: str) -> None:
        self.pool = ThreadPoolExecutor(workers, thread_name_prefix="jobs")
        self.capacity, self.busy = workers + waiting, busy
        self.waiting: list[Job] = []
        self.working: list[Job] = []
        self.served = Served()
        self.lock = threading.Lock()

    @property
    def pending(self) -> int:
        """Jobs at work or waiting."""
        return len(self.waiting) + len(self.working)

    def submit(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[R]":
        """The future result of a job; one that is cancelled before it began is never done.

        Where the queue is full, the newest waiting job of a visitor who has two more than this one is refused instead.

        Raises:
            RequestError: the queue is full.
        """
        return asyncio.wrap_future(self.begin(work, *args, **kwargs))

    def begin(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
        """As `submit`, for whoever wants to know when the job itself is over, though nobody waits for it any more."""
        job, refused = Job(functools.partial(work, *args, **kwargs), present_visitor()), None
        with self.lock:
            if self.pending >= self.capacity:
                newest = self.waiting[::-1]
                index = gives_way([other.visitor for other in newest], job.visitor)
                if index is None:
                    raise RequestError(503, self.busy)
                refused = newest[index]
                self.waiting.remove(refused)
            self.waiting.append(job)
        if refused is not None and refused.result.set_running_or_notify_cancel():
            refused.result.set_exception(RequestError(503, self.busy))
        job.result.add_done_callback(functools.partial(self._forget_cancelled, job))
        self.pool.submit(self._next)
        return job.result

    def _forget_cancelled(self, job: Job, _: "Future[Any]") -> None:
        with self.lock:
            if job in self.waiting:
                self.waiting.remove(job)

    def _next(self) -> None:
        """Do the job whose turn it is, if one is left."""
        with self.lock:
            if not self.waiting:
                return
            turns = in_turn([job.visitor for job in self.waiting], [job.visitor for job in self.working], self.served)
            job = self.waiting.pop(turns[0])
            self.working.append(job)
            self.served.note(job.visitor)
        if not job.result.set_running_or_notify_cancel():  # its visitor left at this moment
            self._done(job)
            return
        try:
            with visiting(job.visitor):  # a thread does not know whose request it serves
                result = job.work()
        except BaseException as error:
            self._done(job)
            job.result.set_exception(error)
        else:
            self._done(job)  # first: whoever sees the result sees its place free
            job.result.set_result(result)

    def _done(self, job: Job) -> None:
        with self.lock:
            self.working.remove(job)


class MemoryBudget:
    """Bytes that all requests of a kind may hold together; threads may share it.

    Args:
        limit: bytes.
        busy: the sentence for whoever asks for more than is left.
        each: bytes of one visitor; as many as there are by default.
    """

    def __init__(self, limit: int, busy: str, each: int | None = None) -> None:
        self.limit, self.busy, self.each = limit, busy, limit if each is None else each
        self.held = 0
        self.held_by: Counter[str] = Counter()  # by a visitor's name; who holds nothing is not in it
        self.lock = threading.Lock()


class Reservation:
    """What one request holds of a budget; given back when its last user has released it.

    A `with` block is one user.
    """

    def __init__(self, budget: MemoryBudget) -> None:
        self.budget, self.holder = budget, present_visitor().name
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
                self._change(-self.size)

    def grow(self, size: int) -> None:
        """Hold `size` bytes more.

        Raises:
            RequestError: the budget does not have them, or not for one visitor.
        """
        with self.budget.lock:
            held, own = self.budget.held + size, self.budget.held_by[self.holder] + size
            if held > self.budget.limit or own > self.budget.each:
                raise RequestError(503, self.budget.busy)
            self._change(size)

    def resize(self, size: int) -> None:
        """Hold `size` bytes from now on, whatever is left: what a request has become cannot be refused any more."""
        with self.budget.lock:
            self._change(size - self.size)

    def _change(self, size: int) -> None:
        """Hold so many bytes more or, below 0, fewer."""
        self.size += size
        self.budget.held += size
        self.budget.held_by[self.holder] += size
        if not self.budget.held_by[self.holder]:
            del self.budget.held_by[self.holder]
