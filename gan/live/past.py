"""The past of a live run: the frames one can scrub through, and the states from which it can go on.

A state every few seconds is enough, because equal steps from an equal state give equal weights: a frame between two
states is reached by training again from the one before it.
"""

import threading
from dataclasses import dataclass, replace

from gan.errors import RunError
from gan.live.messages import PastList
from gan.live.run_state import RunState
from gan.live.setup import Setup

FRAMES = 120  # kept of points
FRAMES_BYTES = 5_000_000  # kept of pictures, which are larger
FEWEST_FRAMES = 8  # of pictures, and of any run where memory is short
STATES, FEWEST_STATES, STATES_BYTES = 24, 3, 8_000_000


@dataclass(frozen=True)
class PastFrame:
    """A frame that was shown, and can be gone back to.

    Attributes:
        number: of the frame.
        steps: made before it.
        text: the frame, as JSON.
        setup: in force then.
        since: the steps after the last act before it that was no plain iteration.
    """

    number: int
    steps: int
    text: str
    setup: Setup
    since: int = 0


class Past:
    """What is kept of a run's history: thinned evenly as it grows, the beginning always.

    Attributes:
        revision: changes whenever the list of frames does.
        size: in bytes.
        states: from which the run can go on, by their steps.
    """

    def __init__(self) -> None:
        self.revision = self.size = 0
        self._frames: list[PastFrame] = []
        self.states: list[RunState] = []
        self._stride, self._since = 1, 0
        self._thinned = False
        self._lock = threading.Lock()

    def keep_frame(self, frame: PastFrame, pictures: bool) -> None:
        """Remember a frame, if it is far enough from the last one."""
        with self._lock:
            if self._frames and frame.steps - self._frames[-1].steps < self._stride:
                return
            most = max(FRAMES_BYTES // len(frame.text), FEWEST_FRAMES) if pictures else FRAMES
            frame = replace(frame, since=self._since)
            self._frames.append(frame)
            self.revision += 1
            if len(self._frames) > most:
                self._halve_frames()
            self._measure()

    def _measure(self) -> None:
        self.size = sum(s.size for s in self.states) + sum(len(f.text) for f in self._frames)

    def _halve_frames(self) -> None:
        self._frames = self._frames[::2]
        self._stride = max(2 * self._stride, self._frames[1].steps - self._frames[0].steps)

    def keep_state(self, state: RunState) -> None:
        """Remember a state; irregular ones are kept as long as there is room, the others thinned."""
        with self._lock:
            if state.irregular:
                self._since = state.steps
            self.states = [s for s in self.states if s.steps != state.steps] + [state]
            most = min(max(STATES_BYTES // max(state.size, 1), FEWEST_STATES), STATES)
            while len(self.states) > most:
                plain = [i for i, s in enumerate(self.states[:-1]) if not s.irregular]
                steps = [s.steps for s in self.states]
                # The one whose neighbours lie closest together is missed least.
                gap = {i: steps[i + 1] - (steps[i - 1] if i else 0) for i in plain or range(len(steps) - 1)}
                del self.states[min(gap, key=lambda i: gap[i])]
            self._measure()

    def thin(self) -> bool:
        """Forget about half of the states but never the newest, then of the frames, and at last every state.

        Returns whether there was anything left to forget.
        """
        with self._lock:
            if len(self.states) > 1:
                self.states = self.states[::-2][::-1]
            elif len(self._frames) > FEWEST_FRAMES:
                self._halve_frames()
                self.revision += 1
            elif self.states:
                self.states = []
            else:
                return False
            self._thinned = True
            self._measure()
            return True

    def listed(self) -> PastList:
        """Every frame that one can go back to."""
        frames = tuple(self._frames)
        return {"revision": self.revision, "list": [(frame.number, frame.steps) for frame in frames]}

    def frames(self) -> list[PastFrame]:
        """All of them."""
        return [*self._frames]

    def find(self, number: object) -> PastFrame:
        """The frame of a number.

        Raises:
            RunError: it is not, or no longer, among them.
        """
        for frame in tuple(self._frames):
            if frame.number == number and not isinstance(number, bool):
                return frame
        raise RunError("that moment of the run is no longer kept; take one beside it")

    def state_before(self, frame: PastFrame) -> RunState | None:
        """The state from which plain iterations lead to a frame; None means the beginning.

        Raises:
            RunError: none is left that does.
        """
        with self._lock:
            fitting = [s for s in self.states if frame.since <= s.steps <= frame.steps]
        if fitting:
            return max(fitting, key=lambda s: s.steps)
        if frame.since == 0 and not (self._thinned and frame.steps):  # from the beginning it may be far
            return None
        raise RunError("that moment can be looked at, but the run cannot go on from there; take a later one")

    def cut_after(self, frame: PastFrame) -> None:
        """Forget everything after a frame."""
        with self._lock:
            self._frames = [f for f in self._frames if f.steps <= frame.steps]
            self.states = [s for s in self.states if s.steps <= frame.steps]
            self._since = frame.since
            self.revision += 1
            self._measure()
