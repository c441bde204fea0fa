"""The past of a live run: the frames one can scrub through, and the snapshots from which it can go on.

A snapshot every few seconds is enough, because equal steps from an equal state give equal weights: a moment between
two snapshots is reached by training again from the one before it.
"""

import threading
from dataclasses import dataclass

from gan.errors import RunError
from gan.live.setup import Setup
from gan.live.worker import Snapshot

MOMENTS = 120  # kept of points
MOMENT_BYTES = 5_000_000  # kept of pictures, which are larger
SNAPSHOTS, FEWEST, SNAPSHOT_BYTES = 24, 3, 8_000_000


@dataclass(frozen=True)
class Moment:
    """A frame of the past.

    Attributes:
        number: of the frame.
        steps: made before it.
        position: where it stands in the run's story.
        text: the frame, as JSON.
        setup: in force then.
        since: the position of the last act before it that was no plain iteration.
    """

    number: int
    steps: int
    position: int
    seconds: float
    text: str
    setup: Setup
    since: int = 0


class Past:
    """What is kept of a run's history: thinned evenly as it grows, the beginning always.

    Attributes:
        revision: changes whenever the list of moments does.
    """

    def __init__(self) -> None:
        self.revision = 0
        self._moments: list[Moment] = []
        self._snapshots: list[Snapshot] = []
        self._stride, self._since = 1, 0
        self._lock = threading.Lock()

    def keep(self, moment: Moment, pictures: bool) -> None:
        """Remember a frame, if it is far enough from the last one."""
        with self._lock:
            if self._moments and moment.position - self._moments[-1].position < self._stride:
                return
            most = max(MOMENT_BYTES // len(moment.text), 8) if pictures else MOMENTS
            moment = Moment(**(vars(moment) | {"since": self._since}))
            self._moments.append(moment)
            self.revision += 1
            if len(self._moments) > most:
                self._moments = self._moments[::2]
                self._stride = max(2 * self._stride, self._moments[1].position - self._moments[0].position)

    def save(self, snapshot: Snapshot) -> None:
        """Remember a snapshot; irregular ones are kept as long as there is room, the others thinned."""
        with self._lock:
            if snapshot.about["irregular"]:
                self._since = snapshot.position
            self._snapshots = [s for s in self._snapshots if s.position != snapshot.position] + [snapshot]
            most = min(max(SNAPSHOT_BYTES // max(snapshot.size, 1), FEWEST), SNAPSHOTS)
            while len(self._snapshots) > most:
                plain = [i for i, s in enumerate(self._snapshots[:-1]) if not s.about["irregular"]]
                places = [s.position for s in self._snapshots]
                # The one whose neighbours lie closest together is missed least.
                gap = {i: places[i + 1] - (places[i - 1] if i else 0) for i in plain or range(len(places) - 1)}
                del self._snapshots[min(gap, key=lambda i: gap[i])]

    def listed(self) -> list[tuple[int, int]]:
        """(number, steps) of every moment that one can go back to, the oldest first."""
        return [(moment.number, moment.steps) for moment in tuple(self._moments)]

    def moments(self) -> list[Moment]:
        """All of them."""
        return [*self._moments]

    def find(self, number: object) -> Moment:
        """The moment of a number.

        Raises:
            RunError: it is not, or no longer, among them.
        """
        for moment in tuple(self._moments):
            if moment.number == number and not isinstance(number, bool):
                return moment
        raise RunError("that moment of the run is no longer kept; take one beside it")

    def before(self, moment: Moment) -> Snapshot | None:
        """The snapshot from which plain iterations lead to a moment; None means the beginning.

        Raises:
            RunError: none is left that does.
        """
        with self._lock:
            fitting = [s for s in self._snapshots if moment.since <= s.position <= moment.position]
        if fitting:
            return max(fitting, key=lambda s: s.position)
        if moment.since == 0:
            return None
        raise RunError("that moment can be looked at, but the run cannot go on from there; take a later one")

    def cut(self, moment: Moment) -> None:
        """Forget everything after a moment."""
        with self._lock:
            self._moments = [m for m in self._moments if m.position <= moment.position]
            self._snapshots = [s for s in self._snapshots if s.position <= moment.position]
            self._since = moment.since
            self.revision += 1
