"""All live runs of this process, the places to train in, and the queue before them."""

import functools
import os
import threading
import time
from collections.abc import Callable

from gan.errors import GanError, RunError
from gan.live.commands import Open, RequestFrame
from gan.live.cost import check_cost
from gan.live.fork_server import ForkServer
from gan.live.limits import LiveLimits
from gan.live.messages import Event, FrameEvent, Role
from gan.live.pending_commands import PendingCommand
from gan.live.published import InitialFrame
from gan.live.run import LiveRun
from gan.live.run_ids import new_mark
from gan.live.setup import Setup
from gan.live.shared import Shared
from gan.live.upkeep import park, stop_with
from gan.live.visitors import Served, gives_way, heaviest, in_turn
from gan.live.worker_client import WorkerClient

TEND_SECONDS = 0.2  # between two rounds of upkeep
TURN_SECONDS = 10.0  # of training, after which a run makes room for a visitor who has none
PARK_SECONDS = 20.0  # a worker that stands still so long is given back
SPARE_WORKERS = 4  # kept beyond those that may train
INITIAL_FRAMES, INITIAL_FRAMES_AT_ONCE = 64, 2  # remembered, and made at the same time
CLOSE_SECONDS = 1.0  # in which whoever acts on a run whose worker has ended lets it go
LEAVE_SECONDS = 2.0  # in which a worker without anything to do has gone


class RunRegistry:
    """Runs by their unguessable ids, and the thread that keeps them in order."""

    def __init__(self, limits: LiveLimits | None = None) -> None:
        self.limits = limits or LiveLimits()
        self.mark = new_mark()
        self.fork_server = ForkServer()
        self._runs: dict[str, LiveRun] = {}
        self._watched: dict[str, LiveRun] = {}
        self._queue: list[LiveRun] = []
        self._served = Served()
        self._leaving: list[LiveRun] = []  # forgotten, and to be closed
        self._workers: list[WorkerClient] = []  # whose processes may still be there
        self._initial_frames: Shared[Setup, InitialFrame] = Shared(INITIAL_FRAMES_AT_ONCE, INITIAL_FRAMES)
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
        with self._lock:
            while len(self._runs) >= self.limits.pages:
                idle = [other for other in self._runs.values() if other.status not in ("running", "queued")]
                if not idle:
                    raise RunError(f"all {self.limits.pages} places for live runs are taken; please try again later")
                self._forget(self._dispensable(idle))
            self._runs[run.id], self._watched[run.watch] = run, run
            self._start_keeper()  # not before: a keeper that finds no runs ends
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

    def has_initial_frame(self, setup: Setup) -> bool:
        """Whether nobody has to wait for the untrained networks of a set-up."""
        return setup in self._initial_frames

    def initial_frame(self, setup: Setup) -> InitialFrame:
        """The untrained networks of a set-up; few are made at once, the others wait.

        Raises:
            GanError: it cannot be trained here.
        """
        if not self.has_initial_frame(setup):
            check_cost(setup.configs(), self.limits.iteration)
        return self._initial_frames.get(setup, lambda: self._make_initial_frame(setup))

    def _make_initial_frame(self, setup: Setup) -> InitialFrame:
        events: list[Event] = []
        client = self.new_worker(events.append, lambda: None)
        try:
            scene = client.ask(Open(setup.configs(), self.limits.budget))
            client.ask(RequestFrame())
        finally:
            client.shut_down()
            client.ended.wait(LEAVE_SECONDS)  # its process counts among those at once
        frames = [event for event in events if isinstance(event, FrameEvent)]
        if scene is None or not frames:
            raise RunError("the networks of this set-up are no numbers before their first step")
        return InitialFrame(scene, frames[0])

    @property
    def runs(self) -> list[LiveRun]:
        """Those that are known now; others may come and go meanwhile."""
        return list(self._runs.values())

    def close(self) -> None:
        """End every run at once, whatever it does, and the fork server."""
        self._closed.set()
        self.fork_server.close()  # no worker begins any more
        for worker in list(self._workers):
            worker.kill()
        for run in self.runs:  # whoever acts on one has been told that its worker is gone
            if run.lock.acquire(timeout=CLOSE_SECONDS):
                run.close()
                run.lock.release()

    # ---- what a run needs ---------------------------------------------------------------------------------------

    def new_worker(self, receive: Callable[[Event], None], lost: Callable[[], None]) -> WorkerClient:
        """A new worker."""
        worker = WorkerClient(self.fork_server.fork(), receive, lost)
        with self._lock:
            self._workers.append(worker)
            self._start_keeper()
        return worker

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
        training = [run.visitor for run in self.runs if run.status == "running"]
        return [queue[i] for i in in_turn([run.visitor for run in queue], training, self._served)]

    def training(self) -> int:
        """How many runs are training now; also those whose process was ended by force and is not gone yet."""
        stuck = sum(worker.killed and not worker.ended.is_set() for worker in list(self._workers))
        return stuck + sum(run.status == "running" for run in self.runs)

    def waiting(self) -> int:
        """How many runs wait for a place to train in."""
        return len(self._queue)

    @property
    def closed(self) -> bool:
        """Whether the app is ending."""
        return self._closed.is_set()

    def share_cores(self) -> None:
        """Let the runs' processes step back, for good, if as many train as there are cores.

        Whoever asks for a picture would have to wait otherwise.
        """
        if self.training() >= (os.cpu_count() or 1):
            for run in self.runs:
                run.lower_priority()

    def make_room(self) -> None:
        """Keep the pasts of all runs within the limit: the largest are thinned, then runs that stand still make way."""
        with self._lock:
            excess = sum(run.size for run in self._runs.values()) - self.limits.past
            thick = set(self._runs.values())
            while excess > 0 and thick:
                largest = max(thick, key=lambda run: run.past.size)
                before = largest.past.size
                if not largest.past.thin():
                    thick.remove(largest)
                excess -= before - largest.past.size
            standing = (run for run in self._runs.values() if run.status not in ("running", "queued"))
            idle = [run for run in standing if not run.acting.locked()]
            while excess > 0 and idle:
                largest = max(idle, key=lambda run: run.size)
                idle.remove(largest)
                self._forget(largest)
                excess -= largest.size

    def watchers(self) -> int:
        """How many watch anything here."""
        return sum(len(run.watchers) for run in self.runs)

    def shared(self) -> list[str]:
        """The watch ids of runs that train and that anybody may watch."""
        return [run.watch for run in self.runs if run.open_to_all and run.status == "running"]

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
                if not (self._runs or self._leaving or self._workers):
                    self._keeper = None
                    return

    def tend(self, now: float) -> None:
        """Stop the runs whose pages are silent, wake those that are back, let the queue in, forget what is left.

        Nothing here waits for a worker, nor for whoever acts on a run: one that does not listen would hold up all.
        """
        for run in self.runs:
            if run.pending is not None:
                self._look_after(run, run.pending, now)
                continue
            silent = now - run.last_poll
            if run.status in ("running", "slow") and silent > self.limits.heartbeat:
                self._try(run, functools.partial(stop_with, run, "asleep" if run.status == "running" else "paused"))
            elif run.status == "asleep" and silent <= self.limits.heartbeat:
                self._try(run, functools.partial(self._wake, run))
            elif run.status == "queued" and silent > self.limits.heartbeat:
                self._try(run, run.pause)
            elif run.status == "running" and self._queue and now - run.admitted_at > self.limits.seconds:
                self._try(run, functools.partial(stop_with, run, "over"))  # it started over and over while others wait
            if silent > self.limits.memory and run.status != "running":
                self._forget(run)
        self._end_turn(now)
        self._admit_waiting()
        self._park_idle(now)
        self._end_leaving(now)

    def _look_after(self, run: LiveRun, pending: PendingCommand, now: float) -> None:
        if pending.is_answered:
            self._try(run, run.finish_pending)
        elif now > pending.deadline:
            run.give_up()

    def _wake(self, run: LiveRun) -> None:
        if run.status == "asleep" and self.admit(run):
            self._begin(run)

    def _end_turn(self, now: float) -> None:
        """Let a run make room whose visitor has two more than one who waits; it queues again as its page polls."""
        with self._lock:
            queue = self._in_turn()
            training = [run for run in self._runs.values() if run.status == "running"]
            if not queue or len(training) < self.limits.runs or any(run.pending is not None for run in training):
                return  # there is room, or there will be: one is told already
            training.sort(key=lambda run: run.admitted_at)
            first = gives_way([run.visitor for run in training], queue[0].visitor)
        if first is not None and now - training[first].admitted_at > TURN_SECONDS:
            self._try(training[first], functools.partial(stop_with, training[first], "asleep"))

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
            run.lock.release()
            self._begin(run)

    def _begin(self, run: LiveRun) -> None:
        """Let a run that has its place train, in a thread of its own: it may need a new process."""

        def begin() -> None:
            with run.lock:
                if run.status == "running" and not run.closed:
                    try:
                        run.begin()
                    except GanError as error:
                        run.status, run.trouble = "failed", str(error)

        threading.Thread(target=begin, name="live-start", daemon=True).start()

    def _end_leaving(self, now: float) -> None:
        """Close the runs that are forgotten, and end the workers that do not go."""
        for run in list(self._leaving):
            if run.lock.acquire(blocking=False):
                run.close()
                run.lock.release()
                self._leaving.remove(run)
        for worker in list(self._workers):
            if worker.ended.is_set():
                self._workers.remove(worker)
            elif worker.shut_down_at and now - worker.shut_down_at > self.limits.patience and not worker.killed:
                worker.kill()

    def _park_idle(self, now: float) -> None:
        with_worker = [run for run in self.runs if run.has_worker]
        idle = sorted(
            (run for run in with_worker if run.status != "running" and not run.pending), key=lambda run: run.last_used
        )
        working = len(with_worker)
        for run in idle:
            if now - run.last_used > PARK_SECONDS or working > self.limits.runs + SPARE_WORKERS:
                self._try(run, functools.partial(park, run))
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
        """Know a run no longer; the keeper closes it as soon as nobody acts on it."""
        with self._lock:
            self._runs.pop(run.id, None)
            self._watched.pop(run.watch, None)
            self._leaving.append(run)
