"""Live runs: each trains in a thread of its own for as long as its page asks to see it.

A page polls its run. The poll is the heartbeat: a run that nobody asks after stops by itself. The training thread
makes a frame only if one was asked for since the last, so a slow page gets fewer frames and never a backlog.
"""

import functools
import math
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, Self

from gan import data
from gan.config import TrainConfig
from gan.errors import ConfigError, DivergedError, RunError
from gan.trainer import Trainer
from gan.ui.live_frames import Scene, finite, frame, scene

State = Literal["ready", "running", "paused", "asleep", "over", "diverged", "failed"]
ENDED: tuple[State, ...] = ("over", "diverged", "failed")
FRAME_SECONDS = 1 / 12.5  # the least time between two frames
FRAME_SHARE = 0.1  # of the training's time that frames may take: a starved machine shows fewer
PATIENCE = 1_500  # every run looks collapsed at first: a warning waits until so many steps won no mode
RATE_FRAMES = 13  # steps a second are counted over this many frames, about one second


@dataclass(frozen=True)
class LiveLimits:
    """What a host allows; each field is also an environment variable, e.g. GAN_LIVE_RUNS.

    Attributes:
        runs: training at the same moment.
        pages: runs kept in memory, training or not.
        seconds: of training, for each run.
        steps: of each run.
        heartbeat: seconds without a poll after which a run stops.
        memory: seconds without a poll after which a run is forgotten.
    """

    runs: int = 8
    pages: int = 300
    seconds: float = 120.0
    steps: int = 200_000
    heartbeat: float = 1.5
    memory: float = 60.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """The limits with what the environment overrides.

        Raises:
            ConfigError: a value that is no positive number.
        """
        given: dict[str, Any] = {}
        for f in fields(cls):
            name = f"GAN_LIVE_{f.name.upper()}"
            if name in environment:
                given[f.name] = positive(name, environment[name], int if f.type is int else float)
        return cls(**given)


def positive(name: str, text: str, kind: Callable[[str], float]) -> float:
    """The positive number that `text` names."""
    try:
        value = kind(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise ConfigError(f"{name} must be a positive number, not {text!r:.60}")
    return value


@functools.cache
def loaded(name: str) -> tuple[data.Data, Scene]:
    """A data set and its scene, read once for all runs: both are never changed."""
    samples = data.load(name)
    return samples, scene(samples)


CurvePoint = tuple[int, float | None, float | None, float | None, float | None]


@dataclass(frozen=True)
class Shown:
    """What polls hand out: replaced as a whole by the training thread, so that no poll waits.

    Attributes:
        round: counts the run's beginnings.
        number: counts its frames.
        picture: the last frame, ready for JSON.
        curve: (step, D's loss, G's loss, D's mean opinion of real, of fake); only ever appended to.
        scene: what stays through the round.
    """

    round: int
    number: int
    picture: dict[str, Any]
    curve: list[CurvePoint]
    scene: dict[str, Any]


class LiveRun:
    """One page's run: a Trainer, the thread that trains it, and the last frame.

    Attributes:
        id: unguessable; whoever knows it is the page.
        session: of the page, so that its end can end the run; "" until it is known.
        state: of ENDED, or what the run does now.
        trouble: the sentence that goes with "diverged".
        steps: `Trainer.step`s made; `seconds` they took, frames included.
        seen: when the page polled last.
    """

    def __init__(self, config: TrainConfig, limits: LiveLimits, admit: Callable[[Callable[[], None]], None]) -> None:
        self.id, self.session = secrets.token_urlsafe(24), ""
        self.limits, self._admit = limits, admit  # admit(begin) calls begin if there is room
        self._lock = threading.RLock()  # held by whoever starts, stops or replaces; polls go without
        self._thread: threading.Thread | None = None
        self._wanted = self._asked = False
        self._shown = Shown(0, 0, {}, [], {})
        self.state: State = "ready"
        self.trouble, self.steps, self.seconds = "", 0, 0.0
        self.seen = time.monotonic()
        self._renew(config)

    @property
    def config(self) -> TrainConfig:
        """The config in force, learning rates included."""
        return self.trainer.config

    @property
    def training(self) -> bool:
        """Whether its thread is at work."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def on(self) -> bool:
        """Whether the visitor wants it to train; one that waits for its page to come back counts."""
        return self.state in ("running", "asleep")

    def start(self) -> None:
        """Train until paused, out of budget, or alone. A run that has ended starts anew.

        Raises:
            RunError: as many runs as the host allows are training.
        """
        with self._lock:
            self.seen = time.monotonic()
            if self.training and self._wanted:
                return
            self._stop()
            self._admit(self._begin)

    def _begin(self) -> None:
        if self.state in ENDED:
            self._renew(self.config)
        self._wanted, self.state, self.trouble = True, "running", ""
        self._thread = threading.Thread(target=self._train, name=f"live-{self.id[:6]}", daemon=True)
        self._thread.start()

    def pause(self) -> None:
        """Stop after the step under way; when this returns, not one more is made."""
        with self._lock:
            self._stop()
            if self.on:
                self.state = "paused"

    def step(self) -> None:
        """Exactly one step more, then stand still."""
        with self._lock:
            self.pause()
            if self.state in ENDED:
                return
            self._step()
            try:
                self._publish()
                self.state = "over" if self.steps >= self.limits.steps else "paused"
            except DivergedError as error:
                self.state, self.trouble = "diverged", str(error)

    def reset(self, config: TrainConfig | None = None) -> None:
        """Start over with the same config or another; a run that was training goes on training."""
        with self._lock:
            config = config or self.config
            fresh = Trainer(config, loaded(config.data)[0])
            on = self.on
            self._stop()
            self._renew(config, fresh)
            if on:
                self.start()

    def set_rates(self, lr: float, lr_d: float) -> None:
        """Other learning rates from the next step on."""
        with self._lock:
            self.trainer.config = replace(self.config, lr=lr, lr_d=lr_d)

    def poll(self, round: int, number: int, points: int) -> dict[str, Any]:
        """What has changed since the page last asked; never waits for a step.

        Args:
            round: the round that the page shows; another brings the scene again.
            number: of the last frame the page has.
            points: how many of the curves' points it has.
        """
        self.seen = time.monotonic()
        self._asked = True
        if self._wanted and self.state == "asleep":
            self._wake()
        shown = self._shown
        if round != shown.round:
            number, points = -1, 0
        left = max(math.floor(self.limits.seconds - self.seconds), 0)
        answer = {
            "state": self.state, "trouble": self.trouble, "round": shown.round, "left": left,
            "budget": self.limits.seconds, "curve": shown.curve[max(points, 0) :],
        }  # fmt: skip
        if number < 0:
            answer["scene"] = shown.scene
        if number != shown.number:
            answer |= {"number": shown.number, "frame": shown.picture}
        return answer

    def _wake(self) -> None:
        """Go on after a silence, if there is still room."""
        if self._lock.acquire(blocking=False):
            try:
                if self._wanted and self.state == "asleep":
                    self.start()
            except RunError as error:
                self.state, self.trouble, self._wanted = "paused", str(error), False
            finally:
                self._lock.release()

    def _renew(self, config: TrainConfig, trainer: Trainer | None = None) -> None:
        samples, self._scene = loaded(config.data)
        self.trainer = trainer or Trainer(config, samples)
        self.state, self.trouble = "ready", ""
        self.steps, self.seconds, self._due, self._won, self._won_at = 0, 0.0, 0.0, 0, 0
        self._wanted = False
        self._pace: deque[tuple[float, int]] = deque(maxlen=RATE_FRAMES)
        about = self._scene.to_json() | {"data": config.data, "batch": config.batch}
        self._shown = Shown(self._shown.round + 1, 0, {}, [], about)
        self._publish()

    def _stop(self) -> None:
        self._wanted = False
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _train(self) -> None:
        end: State = "failed"  # what stays if a step raises what nobody expects
        verdict = self._verdict()
        try:
            while verdict == "running":
                begun = time.perf_counter()
                self._step()
                if self._asked and begun >= self._due:
                    made = time.perf_counter()
                    self._publish()
                    now = time.perf_counter()
                    self._due = max(made + FRAME_SECONDS, now + (now - made) / FRAME_SHARE)
                self.seconds += time.perf_counter() - begun
                verdict = self._verdict()
            self._publish()
            end = verdict
        except DivergedError as error:
            end, self.trouble = "diverged", str(error)
        finally:
            self.state = end

    def _verdict(self) -> State:
        """Whether to make another step, or why not."""
        if self.seconds >= self.limits.seconds or self.steps >= self.limits.steps:
            return "over"
        if not self._wanted:
            return "paused"
        return "running" if time.monotonic() - self.seen <= self.limits.heartbeat else "asleep"

    def _step(self) -> None:
        self.trainer.step()
        self.steps += 1

    def _publish(self) -> None:
        """Replace the frame by one of this moment; the one before stays if the run has diverged."""
        self.trainer.check_finite()
        self._asked = False
        tick, shown = self.trainer.tick(), self._shown
        picture, judgement = frame(self.trainer, tick, self._scene)
        if self.steps:
            shown.curve.append((self.steps, finite(tick.loss_d), finite(tick.loss_g), *judgement))
        if tick.modes and tick.modes.fair > self._won:
            self._won, self._won_at = tick.modes.fair, self.steps
        self._pace.append((self.seconds, self.steps))
        took, made = (b - a for a, b in zip(self._pace[0], self._pace[-1], strict=True))
        picture |= {
            "steps": self.steps, "rate": made / took if took > 0 else 0.0,
            "warning": tick.warning if self.steps - self._won_at >= PATIENCE else "",
        }  # fmt: skip
        self._shown = replace(shown, number=shown.number + 1, picture=picture)


class LiveRuns:
    """All runs of this process, by their unguessable ids."""

    def __init__(self, limits: LiveLimits | None = None) -> None:
        self.limits = limits or LiveLimits()
        self._runs: dict[str, LiveRun] = {}
        self._lock = threading.Lock()

    def open(self, config: TrainConfig) -> LiveRun:
        """A run that has not begun, for a page that has just opened.

        Where all places are taken, the run that stands still and was asked for least lately makes room, so that
        nobody can keep others out by opening many; its page, if it is still there, asks for a new one.

        Raises:
            RunError: as many runs are training as the host has places.
        """
        self.forget()
        if len(self._runs) >= self.limits.pages:
            still = [run for run in list(self._runs.values()) if not run.training]
            if not still:
                raise RunError(f"all {self.limits.pages} places for live runs are taken; please try again in a minute")
            self._runs.pop(min(still, key=lambda run: run.seen).id, None)
        run = LiveRun(config, self.limits, self._admit)
        self._runs[run.id] = run
        return run

    def get(self, id: object) -> LiveRun | None:
        """The run of an id; None if there is none, or no longer."""
        return self._runs.get(id) if isinstance(id, str) else None

    def end_session(self, session: str) -> None:
        """Stop the runs of a page that has closed; if it was only cut off, its next poll wakes them."""
        for run in list(self._runs.values()):
            if session and run.session == session:
                run.seen = min(run.seen, time.monotonic() - 2 * self.limits.heartbeat)

    def close(self) -> None:
        """Stop every run."""
        for run in list(self._runs.values()):
            run.pause()

    def training(self) -> int:
        """How many runs are training now."""
        return sum(run.training for run in list(self._runs.values()))

    def forget(self) -> None:
        """Drop every run whose page has been silent for long."""
        late = time.monotonic() - self.limits.memory
        for run in list(self._runs.values()):
            if run.seen < late and not run.training:
                self._runs.pop(run.id, None)

    def _admit(self, begin: Callable[[], None]) -> None:
        with self._lock:
            if self.training() >= self.limits.runs:
                raise RunError(
                    f"{self.limits.runs} runs are training here now, as many as this machine allows; "
                    "please start again in a minute"
                )
            begin()
