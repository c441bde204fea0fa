"""All live runs of this process, the places to train in, and the queue before them."""

import functools
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from gan.errors import GanError, RunError
from gan.live.fork_server import ForkServer
from gan.live.limits import LiveLimits
from gan.live.run import LiveRun
from gan.live.setup import Setup
from gan.live.shown import Look
from gan.live.worker import Budget
from gan.live.worker_client import WorkerClient

KEEP_SECONDS = 0.2  # between two looks after all runs
PARK_SECONDS = 20.0  # a worker that stands still so long is given back
SPARE_WORKERS = 4  # kept beyond those that may train
LOOKS = 64  # untrained networks remembered


class RunRegistry:
    """Runs by their unguessable ids, and the thread that looks after them."""

    def __init__(self, limits: LiveLimits | None = None) -> None:
        self.limits = limits or LiveLimits()
        self.fork_server = ForkServer()
        self._runs: dict[str, LiveRun] = {}
        self._watched: dict[str, LiveRun] = {}
        self._queue: list[LiveRun] = []
        self._looks: dict[Setup, Look] = {}
        self._lock = threading.RLock()
        self._keeper: threading.Thread | None = None
        self._open = threading.Event()

    # ---- pages come and go --------------------------------------------------------------------------------------

    def open(self, setup: Setup) -> LiveRun:
        """A run that has not begun, for a page that has just opened.

        Where all places in memory are taken, a run that stands still makes room, so that nobody can keep others out by
        opening many: one whose page never came, else the one that was asked for least lately; its page, if it is still
        there, asks for a new one.

        Raises:
            RunError: as many runs are training as the host keeps.
        """
        run = LiveRun(setup, self, self.look)
        out = []
        with self._lock:
            while len(self._runs) >= self.limits.pages:
                still = [other for other in self._runs.values() if other.state not in ("running", "queued")]
                if not still:
                    raise RunError(f"all {self.limits.pages} places for live runs are taken; please try again later")
                out.append(min(still, key=lambda other: (other.visited, other.seen)))
                self._forget(out[-1])
            self._runs[run.id], self._watched[run.watch] = run, run
            self._look_after()  # not before: a keeper without runs goes home
        for other in out:
            other.close()
        return run

    def find(self, id: object) -> tuple[LiveRun, str] | None:
        """(the run of an id, "owner" or "watcher"); None if there is none. A watcher's id is WATCH.WHO."""
        if not isinstance(id, str):
            return None
        if id in self._runs:
            return self._runs[id], "owner"
        run = self._watched.get(id.partition(".")[0])
        return (run, "watcher") if run is not None and run.open_to_all else None

    def look(self, setup: Setup) -> Look:
        """The untrained networks of a set-up.

        Raises:
            GanError: it cannot be trained here.
        """
        with self._lock:
            if setup in self._looks:
                return self._looks[setup]
        heard: list[tuple[dict[str, Any], str]] = []
        client = self.new_worker(
            lambda *message: heard.append(message[1:]) if message[0] == "frame" else None, lambda: None
        )
        try:
            limits = self.limits
            configs = [config.to_dict() for config in setup.configs()]
            scene = client.ask("open", configs, Budget(limits.seconds, limits.steps, limits.weights), None, 0)
            client.ask("ask")
        finally:
            client.dismiss()
        look = Look(scene, *heard[0])
        with self._lock:
            self._looks[setup] = look
            while len(self._looks) > LOOKS:
                self._looks.pop(next(iter(self._looks)))
        return look

    def close(self) -> None:
        """End every run, and the fork server."""
        self._open.set()
        for run in list(self._runs.values()):
            run.close()
        self.fork_server.close()

    # ---- what a run needs ---------------------------------------------------------------------------------------

    def new_worker(self, hear: Callable[..., None], lost: Callable[[], None]) -> WorkerClient:
        """A new worker."""
        return WorkerClient(self.fork_server.fork(), hear, lost)

    def admit(self, run: LiveRun) -> bool:
        """Whether there is room to train now; if so the place is the run's, if not it stands in the queue."""
        with self._lock:
            if self.training() < self.limits.runs and not any(other is not run for other in self._queue):
                self.leave_queue(run)
                run.state, run.admitted = "running", time.monotonic()
                return True
            if run not in self._queue:
                self._queue.append(run)
            run.state = "queued"
            return False

    def leave_queue(self, run: LiveRun) -> None:
        """The run wants no place any more."""
        with self._lock:
            if run in self._queue:
                self._queue.remove(run)

    def place(self, run: LiveRun) -> int:
        """Its place in the queue, from 1; 0 if it stands in none."""
        queue = list(self._queue)
        return queue.index(run) + 1 if run in queue else 0

    def training(self) -> int:
        """How many runs are training now."""
        return sum(run.state == "running" for run in list(self._runs.values()))

    def crowded(self) -> bool:
        """Whether so many train that they should make way for whoever asks for a picture: as many as there are cores.

        The runs that train already are told so too.
        """
        many = self.training() >= (os.cpu_count() or 1)
        if many:
            for run in list(self._runs.values()):
                run.make_way()
        return many

    def watchers(self) -> int:
        """How many watch anything here."""
        return sum(len(run.watchers) for run in list(self._runs.values()))

    def shared(self) -> list[str]:
        """The watch ids of runs that train and that anybody may watch."""
        return [run.watch for run in list(self._runs.values()) if run.open_to_all and run.state == "running"]

    # ---- keeping house ------------------------------------------------------------------------------------------

    def _look_after(self) -> None:
        """Start the keeper if it is not at work."""
        with self._lock:
            if self._keeper is None or not self._keeper.is_alive():
                self._keeper = threading.Thread(target=self._keep, name="live-keeper", daemon=True)
                self._keeper.start()

    def _keep(self) -> None:
        while not self._open.wait(KEEP_SECONDS):
            self.keep(time.monotonic())
            with self._lock:
                if not self._runs:
                    self._keeper = None
                    return

    def keep(self, now: float) -> None:
        """Stop the runs whose pages are silent, wake those that are back, let the queue in, forget what is left."""
        for run in list(self._runs.values()):
            silent = now - run.seen
            if run.state in ("running", "slow") and silent > self.limits.heartbeat:
                self._try(run, functools.partial(run.pause, "asleep" if run.state == "running" else "paused"))
            elif run.state == "asleep" and silent <= self.limits.heartbeat:
                self._try(run, run.start)
            elif run.state == "queued" and silent > self.limits.heartbeat:
                self._try(run, run.pause)
            elif run.state == "running" and self._queue and now - run.admitted > self.limits.seconds:
                self._try(run, functools.partial(run.pause, "over"))  # it started over and over while others wait
            if silent > self.limits.memory and run.state != "running":
                self._drop(run)
        self._let_in()
        self._park(now)

    def _let_in(self) -> None:
        while True:
            with self._lock:
                if not self._queue or self.training() >= self.limits.runs:
                    return
                run = self._queue[0]
                if not run.lock.acquire(blocking=False):  # its owner acts at this moment: it keeps its place
                    return
                self._queue.remove(run)
                run.state, run.admitted = "running", time.monotonic()
            self._try(run, run.begin)
            run.lock.release()

    def _park(self, now: float) -> None:
        idle = sorted(
            (run for run in list(self._runs.values()) if run.has_worker and run.state != "running"),
            key=lambda run: run.stirred,
        )
        working = sum(run.has_worker for run in list(self._runs.values()))
        for run in idle:
            if now - run.stirred > PARK_SECONDS or working > self.limits.runs + SPARE_WORKERS:
                self._try(run, run.park)
                working -= 1

    def _try(self, run: LiveRun, act: Callable[[], None]) -> None:
        """Act on a run unless somebody else does at this moment; its trouble is its own."""
        if run.lock.acquire(blocking=False):
            try:
                act()
            except GanError as error:
                run.state, run.trouble = "failed", str(error)
            finally:
                run.lock.release()

    def _forget(self, run: LiveRun) -> None:
        with self._lock:
            self._runs.pop(run.id, None)
            self._watched.pop(run.watch, None)

    def _drop(self, run: LiveRun) -> None:
        self._forget(run)
        run.close()  # not under the registry's lock: whoever acts on the run holds its lock and may want this one
