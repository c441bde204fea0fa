"""Worker: the contestants of a live run, and what happens to them in the run's own process."""

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence

from torch import Tensor

from gan.live.contestant import CURVE_EVERY, Contestant, Which
from gan.live.limits import Budget
from gan.live.messages import (
    CurvePoint,
    DivergedEvent,
    Event,
    Frame,
    FrameEvent,
    OverEvent,
    PhaseFrame,
    RunScene,
    StateEvent,
)
from gan.live.observer import OBSERVE_EVERY
from gan.live.run_state import RunState
from gan.models.checkpoint import model_bytes
from gan.recipe.config import TrainConfig
from gan.training.runs import model_of
from gan.training.ticks import PHASES, Phase

NICE = 5  # of a run among many
FRAME_SECONDS = 1 / 12  # the least time between two frames; pages ask a little more seldom
FRAME_SHARE = 0.08  # of the training's time that frames may take: a starved machine shows fewer
STATE_SECONDS = 2.0  # the least time between two states that are sent
STATE_BYTES = 1_000_000  # of states a second, so that those of large networks are sent more seldom
GLANCE_SECONDS = 2.0  # the most time between two looks of the doctor
RATE_SECONDS = 1.5  # steps a second are counted over this time


class Worker:
    """A run at work. `send` takes what it says by itself: frames when they were asked for, states, and its end.

    Attributes:
        steps: iterations made; a single step of D or of G counts as one.
        seconds: of training, frames included.
        running: whether it trains until told otherwise.
        frame_requested: whether a page waits for a frame.
    """

    def __init__(self, send: Callable[[Event], None]) -> None:
        self.send = send
        self.contestants: list[Contestant] = []
        self.budget = Budget(0.0, 0, 0)
        self.steps, self.seconds = 0, 0.0
        self.running = self.frame_requested = self._low_priority = False
        self._frame_due = self._state_due = self._glance_due = 0.0
        self._new_points: list[CurvePoint] = []  # points of the curves that no frame has carried yet
        self._rate_marks: list[tuple[float, int]] = []
        self._phases: list[Iterator[tuple[int, Phase]]] = []
        self._phase_tensors: list[dict[str, Tensor]] = []
        self._phase_frames: list[PhaseFrame] = []

    # ---- what it can be told: see `gan.live.commands` -----------------------------------------------------------

    def open(
        self, configs: Sequence[TrainConfig], budget: Budget, state: RunState | None, ahead: int, spent: float = 0.0
    ) -> RunScene:
        """Begin, or go on from a state, `ahead` iterations further; returns the scene.

        Args:
            spent: seconds that the run has used up so far, which may be more than at the time of the state.

        Raises:
            GanError: the configs cannot be trained within the budget.
        """
        self.budget, begun = budget, time.perf_counter()
        self.contestants = [Contestant(config, budget.weights // len(configs)) for config in configs]
        if state is None:
            self._observe()
            self._new_points = []
        else:
            self._restore(state)
        if len(configs) > 1:  # what one that diverges shows from then on, should it never have shown anything
            for contestant in self.contestants:
                contestant.frame()
        for _ in range(ahead):
            self._iterate("both")
        if ahead:  # the points that this made are in the curves already
            self._new_points = []
            for contestant in self.contestants:
                contestant.trainer.means()
        now = time.perf_counter()
        self.seconds = max(self.seconds, spent) + (now - begun if spent else 0.0)  # coming back to a run is work too
        self._state_due = now + STATE_SECONDS
        scene = self.contestants[0].scene.to_json()
        return {**scene, "lanes": [contestant.about() for contestant in self.contestants]}

    def train(self) -> None:
        """Train until told otherwise."""
        self._finish_phases()
        self.running = True
        self._rate_marks = [(self.seconds, self.steps)]
        self._frame_due = 0.0

    def stop(self) -> None:
        """Stand still; sends the frame of then."""
        self.running = False
        self._finish_phases()
        self.send_frame()

    def lower_priority(self) -> None:
        """Let other processes go first from now on: many train, and somebody may ask for a picture."""
        if not self._low_priority and os.name == "posix":
            os.nice(NICE)
        self._low_priority = True

    def request_frame(self) -> None:
        """Send a frame as soon as one is due; at once if the run stands still."""
        self.frame_requested = True
        if not self.running:
            self.send_frame()

    def step(self, which: Which) -> None:
        """One iteration, or one step of D or of G; sends a state, for no iterations lead past a single step."""
        self.running = False
        self._finish_phases()
        with self._charged():
            self._iterate(which)
            if self.steps % CURVE_EVERY:
                self._add_point()
            if self.steps % OBSERVE_EVERY:
                self._observe()
        self.send_state(irregular=which != "both")
        self.send_frame()

    def next_phase(self) -> int:
        """The next phase of an iteration; returns its number, 0 to 9. After the last one the iteration is complete."""
        self.running = False
        if not self._phases:
            self._phases = [contestant.phases() for contestant in self.contestants]
            self._phase_tensors = [{} for _ in self.contestants]
        self._phase_frames = []
        for contestant, phases, tensors in zip(self.contestants, self._phases, self._phase_tensors, strict=True):
            with self._charged():
                index, phase = next(phases)
            if index == len(PHASES):  # G's half begins with nothing on the table
                tensors.clear()
            judged = phase.name == "judgement"  # its values are logits, of what is on the table already
            tensors.update({f"logits_{key}": value for key, value in phase.values.items()} if judged else phase.values)
            self._phase_frames.append(contestant.phase_frame(index, tensors))
        last = index == 2 * len(PHASES) - 1
        if last:  # the iteration is complete, its last phase is still to be seen
            frames = self._phase_frames
            self._finish_phases()
            self._phase_frames = frames
        self.send_frame()
        if last:
            self._phase_frames = []
        return index

    def finish_iteration(self) -> None:
        """The phases that are left of the iteration under way; sends the frame of then."""
        self._finish_phases()
        self.send_frame()

    def change_settings(self, configs: Sequence[TrainConfig]) -> None:
        """Go on with other settings of those that act at once.

        Raises:
            ConfigError: another setting differs.
        """
        self._finish_phases()
        for contestant, config in zip(self.contestants, configs, strict=True):
            contestant.trainer.change(config)
        self.send_state(irregular=True)

    def state(self, irregular: bool = False) -> RunState:
        """The run as it is; `irregular` says that what led here was no plain iteration."""
        self._finish_phases()
        self._check_finite()
        return RunState(self.steps, self.seconds, irregular, tuple(c.state() for c in self.contestants))

    def model(self, index: int, name: str) -> bytes | None:
        """A contestant's model as a safetensors file with its card inside; None where its weights are no numbers."""
        self._check_finite()
        if self.contestants[index].lost:
            return None
        return model_bytes(model_of(self.contestants[index].trainer, name, self.seconds))[0]

    # ---- what it does by itself ---------------------------------------------------------------------------------

    def work(self) -> None:
        """One iteration; ends the run by its budget. Sends what is due."""
        begun = time.perf_counter()
        self._iterate("both")
        if self.frame_requested and begun >= self._frame_due:
            frame_begun = time.perf_counter()
            self.send_frame()
            now = time.perf_counter()
            self._frame_due = max(frame_begun + FRAME_SECONDS, now + (now - frame_begun) / FRAME_SHARE)
        if begun >= self._state_due:
            self.send_state()
        self.seconds += time.perf_counter() - begun
        if self.seconds >= self._glance_due:
            self._glance()
        if self.seconds >= self.budget.seconds or self.steps >= self.budget.steps:
            self.stop()
            self.send(OverEvent())

    def end_diverged(self, sentence: str) -> None:
        """Say that no contestant is left whose weights are finite numbers; the last frame stays."""
        self.running = False
        self._phases, self._phase_frames = [], []
        for contestant in self.contestants:
            if not contestant.lost:
                contestant.lose(self.steps)
        diagnoses = [contestant.diagnosis_json() for contestant in self.contestants]
        self.send(DivergedEvent(sentence, diagnoses, self.steps))

    def send_frame(self) -> None:
        """Send the frame of now, with the points of the curves since the last.

        Raises:
            DivergedError: no contestant is left whose weights are finite numbers.
        """
        if not self.running:  # while it trains every point of the curves is such a check
            self._check_finite()
        self.frame_requested = False
        diagnoses = [contestant.diagnosis_json() for contestant in self.contestants]
        frame: Frame = {
            "steps": self.steps, "nimg": self._nimg(), "rate": self._rate(),
            "lanes": [contestant.frame(not self.running) for contestant in self.contestants], "doctor": diagnoses,
            "trained_d": self.contestants[0].trained["d"], "trained_g": self.contestants[0].trained["g"],
        }  # fmt: skip
        if self._phase_frames:
            frame["stage"], frame["stages"] = self._phase_frames[0], self._phase_frames
        points, self._new_points = self._new_points, []
        text = json.dumps(frame, allow_nan=False)
        self.send(FrameEvent(self.steps, self.seconds, bool(self._phase_frames), points, diagnoses, text))

    def send_state(self, irregular: bool = False) -> None:
        """Send the run as it is; `irregular` says that what led here was no plain iteration."""
        state = self.state(irregular)
        self._state_due = time.perf_counter() + max(STATE_SECONDS, state.size / STATE_BYTES)
        self.send(StateEvent(state))

    def _iterate(self, which: Which) -> None:
        for contestant in self.contestants:
            contestant.act(which)
        self.steps += 1
        if self.steps % OBSERVE_EVERY == 0:
            self._observe()
        if self.steps % CURVE_EVERY == 0:
            self._add_point()

    def _check_finite(self) -> None:
        """Let a contestant whose weights are no numbers stand still, while another one goes on.

        Raises:
            DivergedError: there is no other one.
        """
        standing = [contestant for contestant in self.contestants if not contestant.lost]
        broken = [contestant for contestant in standing if not contestant.trainer.finite()]
        if broken and len(broken) == len(standing):
            broken[0].trainer.check_finite()
        for contestant in broken:
            contestant.lose(self.steps)

    def _observe(self) -> None:
        """Measure all that is measured; the doctor looks at what changes fast in between, where steps are slow."""
        self._glance_due = self.seconds + GLANCE_SECONDS
        for contestant in self.contestants:
            contestant.observe(self.steps, self.seconds)

    def _glance(self) -> None:
        self._glance_due = self.seconds + GLANCE_SECONDS
        for contestant in self.contestants:
            contestant.glance(self.steps, self.seconds)

    def _add_point(self) -> None:
        self._check_finite()
        values = [contestant.point() for contestant in self.contestants]
        self._new_points.append({"steps": self.steps, "nimg": self._nimg(), "lanes": values})

    def _nimg(self) -> int:
        """Real samples shown to the contestant that was shown most: one that diverged is shown no more."""
        return max(contestant.trainer.nimg for contestant in self.contestants)

    def _rate(self) -> float:
        """Steps a second of late."""
        if not self.running:
            return 0.0
        recent = (mark for mark in self._rate_marks if mark[0] > self.seconds - RATE_SECONDS)
        self._rate_marks = [*recent, (self.seconds, self.steps)]
        (seconds_before, steps_before), (seconds_now, steps_now) = self._rate_marks[0], self._rate_marks[-1]
        seconds, steps = seconds_now - seconds_before, steps_now - steps_before
        return round(steps / seconds, 1) if seconds > 0 else 0.0

    def _restore(self, state: RunState) -> None:
        self.steps, self.seconds = state.steps, state.seconds
        for contestant, kept in zip(self.contestants, state.contestants, strict=True):
            contestant.restore(kept)
        if not self.contestants[0].history:
            self._observe()

    def _finish_phases(self) -> None:
        self._phase_frames = []
        if not self._phases:
            return
        with self._charged():
            for phases in self._phases:
                for _ in phases:
                    pass
            self._phases, self._phase_tensors = [], []
            self.steps += 1
            self._observe()
            self._add_point()

    @contextlib.contextmanager
    def _charged(self) -> Iterator[None]:
        """What is done within counts among the run's seconds of training."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - begun
