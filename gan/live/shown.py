"""What a live run shows, and what it needs of the registry it stands in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from gan.live.limits import LiveLimits
from gan.live.worker_client import WorkerClient

State = Literal["ready", "running", "paused", "queued", "slow", "working", "asleep", "over", "diverged", "failed"]
ENDED: tuple[State, ...] = ("over", "diverged", "failed")


class Host(Protocol):
    """What a run needs of the registry it stands in."""

    limits: LiveLimits

    def new_worker(self, hear: Callable[..., None], lost: Callable[[], None]) -> WorkerClient:
        """A new worker."""

    def admit(self, run: Any) -> bool:
        """Whether there is room to train now; if not, the run stands in the queue."""

    def leave_queue(self, run: Any) -> None:
        """The run wants no place any more."""

    def place(self, run: Any) -> int:
        """Its place in the queue, from 1; 0 if it stands in none."""

    def crowded(self) -> bool:
        """Whether so many train that they should make way for whoever asks for a picture."""

    def watchers(self) -> int:
        """How many watch anything here."""

    def shared(self) -> list[str]:
        """The watch ids of runs that others may watch."""


@dataclass(frozen=True)
class Look:
    """The untrained networks of a set-up: the same for everybody who chooses it."""

    scene: dict[str, Any]
    about: dict[str, Any]
    text: str


@dataclass(frozen=True)
class Shown:
    """What polls hand out: replaced as a whole, so that no poll waits.

    Attributes:
        round: counts the run's beginnings. number: counts its frames.
        text: the frame, as JSON. scene: what stays through the round, as JSON.
        curve: the points of the curves; within a round only ever appended to.
    """

    round: int
    number: int
    text: str
    scene: str
    curve: list[dict[str, Any]] = field(default_factory=list)
