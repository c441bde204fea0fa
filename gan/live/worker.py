"""What a live run's own process does: train, answer, and send a frame whenever one was asked for since the last.

The other end is `gan.live.worker_client.WorkerClient`. Messages to it are (number, name, arguments); it answers
("reply", number, value) or ("error", number, sentence), and sends ("frame", about, text) and ("snapshot", position,
snapshot) by itself.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import safetensors.torch
import torch

from gan.errors import DivergedError, GanError
from gan.live.contestant import CURVE_EVERY, Contestant, Which
from gan.live.observer import OBSERVE_EVERY
from gan.models.checkpoint import model_bytes
from gan.recipe.config import TrainConfig
from gan.training.runs import model_of
from gan.training.ticks import PHASES, Phase

NICE = 5  # of a run among many
FRAME_SECONDS = 1 / 12  # the least time between two frames; pages ask a little more seldom
FRAME_SHARE = 0.08  # of the training's time that frames may take: a starved machine shows fewer
LISTEN_SECONDS = 0.02  # how often a run at work looks whether it was told something
SNAPSHOT_SECONDS = 2.0  # between two snapshots, and more for large networks:
SNAPSHOT_BYTES = 1_000_000  # a second
RATE_SECONDS = 1.5  # steps a second are counted over this time


@dataclass(frozen=True)
class Snapshot:
    """A run at one moment, exactly: `states` are the contestants' in safetensors."""

    about: dict[str, Any]
    states: tuple[bytes, ...]

    @property
    def position(self) -> int:
        """Iterations and single steps made before it."""
        return int(self.about["position"])

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(map(len, self.states))


@dataclass(frozen=True)
class Budget:
    """What one run may use."""

    seconds: float
    steps: int
    weights: int


class Worker:
    """The contestants of a run and what happens to them.

    Attributes:
        steps: iterations made; a single step of D or of G counts as one.
        position: as steps; where in the run's story it stands.
        seconds: of training, frames included.
    """

    def __init__(self, send: Callable[[Any], None]) -> None:
        self.send = send
        self.contestants: list[Contestant] = []
        self.budget = Budget(0.0, 0, 0)
        self.steps, self.seconds = 0, 0.0
        self.running = self.asked = self._polite = False
        self._due = self._snapshot_due = 0.0
        self._fresh: list[dict[str, Any]] = []  # points of the curves that no frame has carried yet
        self._pace: list[tuple[float, int]] = []
        self._phases: list[Iterator[tuple[int, Phase]]] = []
        self._seen: list[dict[str, torch.Tensor]] = []
        self._phase: list[dict[str, Any]] = []

    # ---- what it can be told ------------------------------------------------------------------------------------

    def open(
        self, configs: list[dict[str, Any]], budget: Budget, snapshot: Snapshot | None, ahead: int
    ) -> dict[str, Any]:
        """Begin, or go on from a snapshot, `ahead` iterations further; returns the scene and the contestants."""
        self.budget = budget
        self.contestants = [
            Contestant(TrainConfig.from_dict(config), budget.weights // len(configs)) for config in configs
        ]
        if snapshot is None:
            self._observe()
            self._fresh = []
        else:
            self._restore(snapshot)
        for _ in range(ahead):
            self._iterate("both")
        if ahead:  # the points that this made are in the curves already
            self._fresh = []
            for contestant in self.contestants:
                contestant.trainer.means()
        self._mark()
        return self.contestants[0].scene.to_json() | {"lanes": [contestant.about() for contestant in self.contestants]}

    def run(self) -> None:
        """Train until told otherwise."""
        self._finish_phases()
        self.running = True
        self._pace = [(self.seconds, self.steps)]
        self._due = 0.0

    def stop(self) -> None:
        """Stand still; sends the frame of this moment."""
        self.running = False
        self._finish_phases()
        self.frame()

    def make_way(self) -> None:
        """Let others go first from now on: many train, and somebody may ask for a picture."""
        if not self._polite and os.name == "posix":
            os.nice(NICE)
        self._polite = True

    def ask(self) -> None:
        """A page would like a frame."""
        self.asked = True
        if not self.running:
            self.frame()

    def step(self, which: Which) -> None:
        """One iteration, or one step of D or G; sends the frame and a snapshot, for the story is no longer plain."""
        self.running = False
        self._finish_phases()
        self._iterate(which)
        if self.steps % CURVE_EVERY:
            self._point()
        if self.steps % OBSERVE_EVERY:
            self._observe()
        self.snapshot(irregular=which != "both")
        self.frame()

    def slow(self) -> int:
        """The next phase of an iteration; returns its number, 0 to 9. After the last one the iteration is complete."""
        self.running = False
        if not self._phases:
            self._phases = [contestant.phases() for contestant in self.contestants]
            self._seen = [{} for _ in self.contestants]
        self._phase = []
        for contestant, phases, seen in zip(self.contestants, self._phases, self._seen, strict=True):
            index, phase = next(phases)
            if index == len(PHASES):  # G's half begins with nothing on the table
                seen.clear()
            judged = phase.name == "judgement"  # its values are logits, of what is on the table already
            seen.update({f"logits_{key}": value for key, value in phase.values.items()} if judged else phase.values)
            self._phase.append(contestant.phase_frame(index, seen))
        last = self._phase[0]["index"] == 2 * len(PHASES) - 1
        if last:  # the iteration is complete, its last phase is still to be seen
            shown = self._phase
            self._finish_phases()
            self._phase = shown
        self.frame()
        if last:
            self._phase = []
        return index

    def unslow(self) -> None:
        """Finish the iteration under way."""
        self._finish_phases()
        self.frame()

    def change(self, configs: list[dict[str, Any]]) -> None:
        """Other settings of those that act at once."""
        self._finish_phases()
        for contestant, config in zip(self.contestants, configs, strict=True):
            contestant.trainer.change(TrainConfig.from_dict(config))
        self.snapshot(irregular=True)

    def state(self) -> Snapshot:
        """The run as it is."""
        self._finish_phases()
        about = {"position": self.steps, "seconds": self.seconds, "irregular": False,
                 "lanes": [contestant.memory() for contestant in self.contestants]}  # fmt: skip
        return Snapshot(
            about, tuple(safetensors.torch.save(contestant.trainer.state()) for contestant in self.contestants)
        )

    def model(self, index: int, name: str) -> bytes:
        """A contestant's model as a safetensors file with its card inside."""
        return model_bytes(model_of(self.contestants[index].trainer, name, self.seconds))[0]

    # ---- what it does -------------------------------------------------------------------------------------------

    def work(self) -> None:
        """One iteration; ends the run by its budget. Sends what is due."""
        begun = time.perf_counter()
        self._iterate("both")
        if self.asked and begun >= self._due:
            made = time.perf_counter()
            self.frame()
            now = time.perf_counter()
            self._due = max(made + FRAME_SECONDS, now + (now - made) / FRAME_SHARE)
        if begun >= self._snapshot_due:
            self.snapshot()
        self.seconds += time.perf_counter() - begun
        if self.seconds >= self.budget.seconds or self.steps >= self.budget.steps:
            self.stop()
            self.send(("ended", "over", {}))

    def diverged(self, sentence: str) -> None:
        """Say so; the last frame stays."""
        self.running = False
        self._phases, self._phase = [], []
        doctor = [contestant.doctor_of_ruin(self.steps) for contestant in self.contestants]
        self.send(("ended", "diverged", {"sentence": sentence, "doctor": doctor, "steps": self.steps}))

    def frame(self) -> None:
        """Send the frame of this moment with the points of the curves since the last."""
        if not self.running:  # at work every point of the curves is such a look
            for contestant in self.contestants:
                contestant.trainer.check_finite()
        self.asked = False
        doctor = [contestant.doctor() for contestant in self.contestants]
        picture: dict[str, Any] = {
            "steps": self.steps, "nimg": self.contestants[0].trainer.nimg, "rate": self._rate(),
            "lanes": [contestant.frame(not self.running) for contestant in self.contestants], "doctor": doctor,
            "trained_d": self.contestants[0].trained["d"], "trained_g": self.contestants[0].trained["g"],
        }  # fmt: skip
        if self._phase:
            picture |= {"stage": self._phase[0], "stages": self._phase}
        about = {"steps": self.steps, "seconds": self.seconds, "slow": bool(self._phase), "curve": self._fresh,
                 "doctor": doctor}  # fmt: skip
        self._fresh = []
        self.send(("frame", about, json.dumps(picture, allow_nan=False)))

    def snapshot(self, irregular: bool = False) -> None:
        """Send one; `irregular` says that what led here was no plain iteration."""
        made = self.state()
        made.about["irregular"] = irregular
        self._snapshot_due = time.perf_counter() + max(SNAPSHOT_SECONDS, made.size / SNAPSHOT_BYTES)
        self.send(("snapshot", made))

    def _iterate(self, which: Which) -> None:
        for contestant in self.contestants:
            contestant.act(which)
        self.steps += 1
        if self.steps % OBSERVE_EVERY == 0:
            self._observe()
        if self.steps % CURVE_EVERY == 0:
            self._point()

    def _observe(self) -> None:
        for contestant in self.contestants:
            contestant.observe(self.steps)

    def _point(self) -> None:
        for contestant in self.contestants:
            contestant.trainer.check_finite()
        self._fresh.append(
            {
                "steps": self.steps,
                "nimg": self.contestants[0].trainer.nimg,
                "lanes": [contestant.point() for contestant in self.contestants],
            }
        )

    def _rate(self) -> float:
        if not self.running:
            return 0.0
        self._pace = [*(p for p in self._pace if p[0] > self.seconds - RATE_SECONDS), (self.seconds, self.steps)]
        took, made = self._pace[-1][0] - self._pace[0][0], self._pace[-1][1] - self._pace[0][1]
        return round(made / took, 1) if took > 0 else 0.0

    def _restore(self, snapshot: Snapshot) -> None:
        about = snapshot.about
        self.steps, self.seconds = about["position"], about["seconds"]
        for contestant, state, memory in zip(self.contestants, snapshot.states, about["lanes"], strict=True):
            contestant.trainer.restore(safetensors.torch.load(state))
            contestant.remember(memory)
        if not self.contestants[0].history:
            self._observe()

    def _mark(self) -> None:
        self._snapshot_due = time.perf_counter() + SNAPSHOT_SECONDS

    def _finish_phases(self) -> None:
        self._phase = []
        if not self._phases:
            return
        for phases in self._phases:
            for _ in phases:
                pass
        self._phases, self._seen = [], []
        self.steps += 1
        self._observe()
        self._point()


def serve(conn: Connection) -> None:
    """Do what the other end says until it goes away."""
    torch.set_num_threads(1)
    worker = Worker(conn.send)
    heard = 0.0
    while True:
        try:
            while not worker.running or time.perf_counter() - heard >= LISTEN_SECONDS:
                heard = time.perf_counter()
                if worker.running and not conn.poll():
                    break
                answer(worker, conn, *conn.recv())
            worker.work()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            conn.close()
            return
        except DivergedError as error:
            worker.diverged(str(error))


def answer(worker: Worker, conn: Connection, number: int, name: str, arguments: tuple[Any, ...]) -> None:
    """Carry out one message."""
    if name == "leave":
        raise EOFError
    try:
        value = getattr(worker, name)(*arguments)
    except DivergedError as error:
        worker.diverged(str(error))
        value = None
    except GanError as error:
        conn.send(("error", number, str(error)))
        return
    conn.send(("reply", number, value))
