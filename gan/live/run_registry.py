"""All live runs of this process, the places to train in, and the queue before them."""

import functools
import os
import threading
import time
from collections.abc import Callable

from gan.errors import GanError, RunError
from gan.live.commands import Open, RequestFrame
from gan.live.fork_server import ForkServer
from gan.live.limits import LiveLimits
from gan.live.messages import Event, FrameEvent, Role
from gan.live.published import InitialFrame
from gan.live.run import LiveRun
from gan.live.setup import Setup
from gan.live.visitors import Served, gives_way, heaviest, in_turn
from gan.live.worker_client import WorkerClient

TEND_SECONDS = 0.2  # between two rounds of upkeep
TURN_SECONDS = 10.0  # of training, after which a run makes room for a visitor who has none
PARK_SECONDS = 20.0  # a worker that stands still so long is given back
SPARE_WORKERS = 4  # kept beyond those that may train
INITIAL_FRAMES = 64  # remembered


class RunRegistry:
    """Runs by their unguessable ids, and the thread that keeps them in order."""

    def __init__(self, limits: LiveLimits | None = None) -> None:
        self.limits = limits or LiveLimits()
        self.fork_server = ForkServer()
        self._runs: dict[str, LiveRun] = {}
        self._watched: dict[str, LiveRun] = {}
        self._queue: list[LiveRun] = []
        self._served = Served()
        self._initial_frames: dict[Setup, InitialFrame] = {}
        self._lock = threading.RLock()
        self._keeper: threading.Thread | None = None
        self._closed = threading.Event()

    # ---- pages come and go --------------------------------------------------------------------------------------

    def open(self, setup: Setup) -> LiveRun:
        """A run that has not begun, for a page that has just opened.

        Where all places in memory are taken, a run that stands still makes room, so that nobody can keep others out by
        opening many: one whose page is silent, else one of the visitor who has most; its page, if it is still there,
        asks for a new one.

        Raises:
            RunError: as many runs are training as the host keeps.
        """
        run = LiveRun(setup, self)
        evicted = []
        with self._lock:
            while len(self._runs) >= self.limits.pages:
                idle = [other for other in self._runs.values() if other.status not in ("running", "queued")]
                if not idle:
                    raise RunError(f"all {self.limits.pages} places for live runs are taken; please try again later")
                evicted.append(self._dispensable(idle))
                self._forget(evicted[-1])
            self._runs[run.id], self._watched[run.watch] = run, run
            self._start_keeper()  # not before: a keeper that finds no runs ends
        for other in evicted:
            other.close()
        return run

    def _dispensable(self, idle: list[LiveRun]) -> LiveRun:
        """Of runs that stand still, the one that is missed least."""
        latest = time.monotonic() - self.limits.heartbeat
        silent = [run for run in idle if run.last_poll < latest]
        idle = sorted(silent or idle, key=lambda run: (run.ever_polled, run.last_poll))
        return idle[heaviest([run.visitor for run in idle])]

    def find(self, id: object) -> tuple[LiveRun, Role] | None:
        """(the run of an id, "owner" or "watcher"); None if there is none. A watcher's id is WATCH.RANDOM."""
        if not isinstance(id, str):
            return None
        if id in self._runs:
            return self._runs[id], "owner"
        run = self._watched.get(id.partition(".")[0])
        return (run, "watcher") if run is not None and run.open_to_all else None

    def initial_frame(self, setup: Setup) -> InitialFrame:
        """The untrained networks of a set-up.

        Raises:
            GanError: it cannot be trained here.
        """
        with self._lock:
            if setup in self._initial_frames:
                return self._initial_frames[setup]
        events: list[Event] = []
        client = self.new_worker(events.append, lambda: None)
        try:
            scene = client.ask(Open(setup.configs(), self.limits.budget))
            client.ask(RequestFrame())
        finally:
            client.dismiss()
        frames = [event for event in events if isinstance(event, FrameEvent)]
        if scene is None or not frames:
            raise RunError("the networks of this set-up are no numbers before their first step")
        initial = InitialFrame(scene, frames[0])
        with self._lock:
            self._initial_frames[setup] = initial
            while len(self._initial_frames) > INITIAL_FRAMES:
                self._initial_frames.pop(next(iter(self._initial_frames)))
        return initial

    def close(self) -> None:
        """End every run, and the fork server."""
        self._closed.set()
        for run in list(self._runs.values()):
            run.close()
        self.fork_server.close()

    # ---- what a run needs ---------------------------------------------------------------------------------------

    def new_worker(self, receive: Callable[[Event], None], lost: Callable[[], None]) -> WorkerClient:
        """A new worker."""
        return WorkerClient(self.fork_server.fork(), receive, lost)

    def admit(self, run: LiveRun) -> bool:
        """Whether there is room to train now; if so the place is the run's, if not it stands in the queue."""
        with self._lock:
            if self.training() < self.limits.runs and not any(other is not run for other in self._queue):
                self.leave_queue(run)
                self._let_in(run)
                return True
            if run not in self._queue:
                self._queue.append(run)
            run.status = "queued"
            return False

    def _let_in(self, run: LiveRun) -> None:
        run.status, run.admitted_at = "running", time.monotonic()
        self._served.note(run.visitor)

    def leave_queue(self, run: LiveRun) -> None:
        """The run wants no place any more."""
        with self._lock:
            if run in self._queue:
                self._queue.remove(run)

    def place(self, run: LiveRun) -> int:
        """Its place in the queue, from 1; 0 if it stands in none."""
        queue = self._in_turn()
        return queue.index(run) + 1 if run in queue else 0

    def _in_turn(self) -> list[LiveRun]:
        """Those who wait, in the order in which they are let in."""
        queue = list(self._queue)
        training = [run.visitor for run in list(self._runs.values()) if run.status == "running"]
        return [queue[i] for i in in_turn([run.visitor for run in queue], training, self._served)]

    def training(self) -> int:
        """How many runs are training now."""
        return sum(run.status == "running" for run in list(self._runs.values()))

    def share_cores(self) -> None:
        """Let the runs' processes step back, for good, if as many train as there are cores.

        Whoever asks for a picture would have to wait otherwise.
        """
        if self.training() >= (os.cpu_count() or 1):
            for run in list(self._runs.values()):
                run.lower_priority()

    def watchers(self) -> int:
        """How many watch anything here."""
        return sum(len(run.watchers) for run in list(self._runs.values()))

    def shared(self) -> list[str]:
        """The watch ids of runs that train and that anybody may watch."""
        return [run.watch for run in list(self._runs.values()) if run.open_to_all and run.status == "running"]

    # ---- upkeep -------------------------------------------------------------------------------------------------

    def _start_keeper(self) -> None:
        """Start the keeper if it is not at work."""
        with self._lock:
            if self._keeper is None or not self._keeper.is_alive():
                self._keeper = threading.Thread(target=self._tend_until_empty, name="live-keeper", daemon=True)
                self._keeper.start()

    def _tend_until_empty(self) -> None:
        while not self._closed.wait(TEND_SECONDS):
            self.tend(time.monotonic())
            with self._lock:
                if not self._runs:
                    self._keeper = None
                    return

    def tend(self, now: float) -> None:
        """Stop the runs whose pages are silent, wake those that are back, let the queue in, forget what is left."""
        for run in list(self._runs.values()):
            silent = now - run.last_poll
            if run.status in ("running", "slow") and silent > self.limits.heartbeat:
                self._try(run, functools.partial(run.pause, "asleep" if run.status == "running" else "paused"))
            elif run.status == "asleep" and silent <= self.limits.heartbeat:
                self._try(run, run.start)
            elif run.status == "queued" and silent > self.limits.heartbeat:
                self._try(run, run.pause)
            elif run.status == "running" and self._queue and now - run.admitted_at > self.limits.seconds:
                self._try(run, functools.partial(run.pause, "over"))  # it started over and over while others wait
            if silent > self.limits.memory and run.status != "running":
                self._drop(run)
        self._end_turn(now)
        self._admit_waiting()
        self._park_idle(now)

    def _end_turn(self, now: float) -> None:
        """Let a run make room whose visitor has two more than one who waits; it queues again as its page polls."""
        with self._lock:
            queue = self._in_turn()
            training = [run for run in self._runs.values() if run.status == "running"]
            if not queue or len(training) < self.limits.runs:
                return
            training.sort(key=lambda run: run.admitted_at)
            first = gives_way([run.visitor for run in training], queue[0].visitor)
        if first is not None and now - training[first].admitted_at > TURN_SECONDS:
            self._try(training[first], functools.partial(training[first].pause, "asleep"))

    def _admit_waiting(self) -> None:
        while True:
            with self._lock:
                if not self._queue or self.training() >= self.limits.runs:
                    return
                # Whose owner acts at this moment keeps its place, and holds nobody up.
                run = next((run for run in self._in_turn() if run.lock.acquire(blocking=False)), None)
                if run is None:
                    return
                self._queue.remove(run)
                self._let_in(run)
            self._try(run, run.begin)
            run.lock.release()

    def _park_idle(self, now: float) -> None:
        idle = sorted(
            (run for run in list(self._runs.values()) if run.has_worker and run.status != "running"),
            key=lambda run: run.last_used,
        )
        working = sum(run.has_worker for run in list(self._runs.values()))
        for run in idle:
            if now - run.last_used > PARK_SECONDS or working > self.limits.runs + SPARE_WORKERS:
                self._try(run, run.park)
                working -= 1

    def _try(self, run: LiveRun, act: Callable[[], None]) -> None:
        """Act on a run unless somebody else does at this moment; its trouble is its own."""
        if run.lock.acquire(blocking=False):
            try:
                act()
            except GanError as error:
                run.status, run.trouble = "failed", str(error)
            finally:
                run.lock.release()

    def _forget(self, run: LiveRun) -> None:
        with self._lock:
            self._runs.pop(run.id, None)
            self._watched.pop(run.watch, None)

    def _drop(self, run: LiveRun) -> None:
        self._forget(run)
        run.close()  # not under the registry's lock: whoever acts on the run holds its lock and may want this one
