"""How many threads torch computes with while a run computes."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch

WORTH = 1.1  # more threads, or fewer digits, must be so many times faster
LOOK = 60.0  # seconds of steps between two looks at whether another number of threads is faster by now
TURNS, TURN = 3, 0.4  # turns of each number in a look, and seconds of one

log = logging.getLogger(__name__)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Compute in the block with so many threads, 0: as many as torch has; its own number comes back after it.

    Two threads of a small network wait for each other longer than they compute.
    """
    before = torch.get_num_threads()
    if count in (0, before):
        yield
        return
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def fewest(seconds: dict[int, float]) -> int:
    """The fewest threads that no other number beats by more than a factor of WORTH; threads -> seconds a step."""
    best = min(seconds.values())
    return min(count for count, taken in seconds.items() if taken <= best * WORTH)


class ThreadChoice:
    """The threads of a run that leaves their number open, while what else the machine does comes and goes.

    Two threads that share their cores with other programs wait for each other, and make fewer steps than one. So every
    LOOK seconds some steps of the run itself are made with each number in turn, and the fastest goes on.
    """

    def __init__(self, now: int, counts: Sequence[int]) -> None:
        """`now` threads are in force; counts are the numbers worth trying."""
        self.now, self.counts = now, tuple(counts)
        self._since, self._fresh = 0.0, False
        self._turns: list[int] = []  # numbers of threads that are still to be tried
        self._steps: dict[int, list[float]] = {}

    def next(self, seconds: float) -> int:
        """The number of threads for the next step, when one with the number before took so many seconds."""
        if not self._turns:
            self._since += seconds
            if self._since < LOOK or len(self.counts) < 2:
                return self.now
            self._turns, self._steps = [*self.counts] * TURNS, {count: [] for count in self.counts}
            self._since, self._fresh = 0.0, True
            return self._turns[0]
        if self._fresh:  # the first step with another number begins its threads
            self._fresh = False
            return self._turns[0]
        self._since += seconds
        self._steps[self._turns[0]].append(seconds)
        if self._since >= TURN:
            self._turns, self._since, self._fresh = self._turns[1:], 0.0, True
        return self._turns[0] if self._turns else self._chosen()

    def _chosen(self) -> int:
        means = {count: sum(steps) / len(steps) for count, steps in self._steps.items()}
        found = fewest(means)
        if found != self.now:
            share = means[self.now] / means[found]
            word = "thread" if found == 1 else "threads"
            log.info("computing with %d %s from now on: a step with %d takes %.1f times as long", found, word, self.now,
                     share)  # fmt: skip
        self.now = found
        return found
