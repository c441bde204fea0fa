"""What a live run shows, and what it needs of the registry it stands in."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from gan.live.limits import LiveLimits
from gan.live.messages import CurvePoint, DivergedEvent, Event, Frame, FrameEvent, RunScene, RunStatus
from gan.live.setup import Setup
from gan.live.worker_client import WorkerClient

ENDED: tuple[RunStatus, ...] = ("over", "diverged", "failed")
POINT_BYTES = 1_000  # of a point of the curves in memory
Run = TypeVar("Run", contravariant=True)


@dataclass(frozen=True)
class InitialFrame:
    """The untrained networks of a set-up: the same for everybody who chooses it."""

    scene: RunScene
    frame: FrameEvent


@dataclass(frozen=True)
class PublishedFrame:
    """What polls hand out: replaced as a whole, so that no poll waits.

    Attributes:
        round: counts the run's beginnings. number: counts its frames.
        text: the Frame as JSON. scene: the PublishedScene as JSON, the same through the round.
        curve: the points of the curves; within a round only ever appended to.
    """

    round: int
    number: int
    text: str
    scene: str
    curve: list[CurvePoint] = field(default_factory=list)

    @property
    def size(self) -> int:
        """The bytes that its curves take, about."""
        return POINT_BYTES * len(self.curve)


def last_frame(text: str, event: DivergedEvent) -> str:
    """The Frame of a JSON text as it stays when its run has diverged, with the diagnosis of then."""
    frame: Frame = json.loads(text)
    frame["doctor"], frame["steps"] = event.diagnoses, event.steps
    frame.pop("stage", None)
    return json.dumps(frame)


class Host(Protocol[Run]):
    """What a run needs of the registry it stands in."""

    limits: LiveLimits
    mark: str  # with which the ids of its runs begin

    def initial_frame(self, setup: Setup) -> InitialFrame:
        """The untrained networks of a set-up."""

    def new_worker(self, receive: Callable[[Event], None], lost: Callable[[], None]) -> WorkerClient:
        """A new worker: where its events go, and what is called when it is gone."""

    def admit(self, run: Run) -> bool:
        """Whether there is room to train now; if not, the run stands in the queue."""

    def leave_queue(self, run: Run) -> None:
        """The run wants no place any more."""

    def place(self, run: Run) -> int:
        """Its place in the queue, from 1; 0 if it stands in none."""

    def share_cores(self) -> None:
        """Let the runs' processes step back if so many train that whoever asks for a picture would have to wait."""

    def make_room(self) -> None:
        """Keep the pasts of all runs within what the host allows, as one has grown."""

    def watchers(self) -> int:
        """How many watch anything here."""

    def shared(self) -> list[str]:
        """The watch ids of runs that others may watch."""
