"""PendingCommand: what a worker has been told by somebody who does not wait for the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gan.live.commands import Answer
from gan.live.worker_client import Waiter, WorkerClient


@dataclass(frozen=True)
class PendingCommand:
    """A command on its way.

    Attributes:
        client: of the worker that was told.
        answer: to come.
        deadline: by time.monotonic; a worker that has not answered by then does not listen.
        then: called with what the command returned, if it was carried out.
    """

    client: WorkerClient
    answer: Waiter
    deadline: float
    then: Callable[[Any], None]

    @property
    def is_answered(self) -> bool:
        """Whether there is nothing left to wait for; also where the worker has ended."""
        return self.answer.ready.is_set()

    def finish(self) -> None:
        """Do what follows the answer."""
        if isinstance(self.answer.answer, Answer):
            self.then(self.answer.answer.result)
