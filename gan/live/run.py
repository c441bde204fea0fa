"""One visitor's live run as the server sees it: its set-up, the worker that trains it, and all that was shown of it.

Acts (start, step, settle, …) take the run's lock and may wait for the worker; polls never wait for anything. The worker
makes a frame only if one was asked for since the last, so a slow page gets fewer frames and never a backlog.
"""

import contextlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from gan.errors import GanError, RunError
from gan.live import commands
from gan.live.cost import check_cost
from gan.live.messages import (
    CurvePoint,
    DivergedEvent,
    Event,
    FrameEvent,
    PublishedScene,
    RunScene,
    RunStatus,
    StateEvent,
)
from gan.live.past import Past, PastFrame
from gan.live.pending_commands import PendingCommand
from gan.live.published import ENDED, Host, PublishedFrame, last_frame
from gan.live.run_ids import OWN, WATCH, new_id
from gan.live.run_state import RunState
from gan.live.setup import CONTROLS, Setup
from gan.live.visitors import Watchers, present_visitor
from gan.live.worker_client import PROCESS_ENDED, WorkerClient
from gan.media import MEDIA
from gan.recipe.config import TrainConfig

DEAF = "the run's process did not listen and was ended; reset starts it over"
NO_MODEL = "a run that has diverged has no model: its weights are no numbers"
SPENT = "this run has used up its seconds of training; reset starts it over"
Result = TypeVar("Result")
STEPS = {"both": commands.Step("both"), "d": commands.Step("d"), "g": commands.Step("g")}


class LiveRun:
    """A run and all that was shown of it.

    Attributes:
        id: unguessable; whoever knows it is the owner. watch: the id for those who may only look.
        status: of ENDED, or what the run does now.
        trouble: a sentence that goes with "diverged" or "failed".
        steps, seconds: made and spent so far; going back takes steps away, and no seconds.
        ever_polled: whether the owner's page has ever polled; last_poll: when it did last.
        admitted_at: when the run got its place to train in; last_used: when its worker was told something.
        visitor: whose it is. watchers: the id of each who watches, and when they polled last.
        scene: what stays the same through the round.
        pending: what the keeper has told the worker, and has not been answered yet.
    """

    def __init__(self, setup: Setup, host: "Host[LiveRun]", illness: str = "") -> None:
        self.id, self.watch = new_id(host.mark, OWN), new_id(host.mark, WATCH)
        self.host = host
        self.open_to_all = self.closed = False
        self.lock = threading.RLock()  # held by whoever acts
        self.acting = threading.Lock()  # held while an act of its owner waits or is under way
        self._message_lock = threading.Lock()  # held while a message of the worker is taken in
        self.status: RunStatus = "ready"
        self.trouble = ""
        self.last_poll = self.admitted_at = self.last_used = time.monotonic()
        self.ever_polled = self.hidden = False
        self.visitor, self.watchers = present_visitor(), Watchers()
        self._client: WorkerClient | None = None
        self.pending: PendingCommand | None = None
        self._frame_requested = False
        self._published = PublishedFrame(0, -1, "", "")
        self.renew(setup, illness)

    # ---- beginning ----------------------------------------------------------------------------------------------

    def renew(self, setup: Setup, illness: str = "") -> None:
        """Start over, standing still, with a set-up; nothing changes if that is not possible.

        Raises:
            GanError: the set-up cannot be trained here.
        """
        initial = self.host.initial_frame(setup)
        with self.lock:
            self._shut_down_worker()
            self.host.leave_queue(self)
            self.setup, self.illness = setup, illness
            self.configs = setup.configs()
            self.status, self.trouble = "ready", ""
            self.steps, self.seconds = 0, 0.0
            self.diagnoses = list(initial.frame.diagnoses)
            self._parked: RunState | None = None
            self.past = Past()
            self._publish_round(initial.frame.text, initial.scene, [])
            self._keep_frame(0)

    def _publish(self, text: str) -> None:
        """Show a frame."""
        self._published = replace(self._published, number=self._published.number + 1, text=text)

    def _publish_round(self, text: str, scene: RunScene, curve: list[CurvePoint]) -> None:
        """Show the first frame of a new round, with the curves up to there."""
        self.scene = scene
        config = self.configs[0]
        published: PublishedScene = {
            **scene, "setup": self.setup.to_json(), "data": str(self.setup["data"]), "batch": config.batch,
            "z_dim": config.z_dim, "noise": config.noise, "illness": self.illness,
        }  # fmt: skip
        old = self._published
        self._published = PublishedFrame(old.round + 1, old.number + 1, text, json.dumps(published), curve)

    @property
    def wants_to_train(self) -> bool:
        """Whether the visitor wants it to train, though it may wait or sleep."""
        return self.status in ("running", "asleep", "queued")

    @property
    def has_worker(self) -> bool:
        """Whether a process is kept for it."""
        return self._client is not None

    @property
    def size(self) -> int:
        """The bytes that its past takes, about."""
        return self.past.size + self._published.size + (self._parked.size if self._parked else 0)

    def client(self) -> WorkerClient:
        """The run's worker; a new one takes up where the last one was parked."""
        if self._client is None:
            self._open_worker(self._parked, 0, self.configs)
            self._parked = None
        self.last_used = time.monotonic()
        assert self._client is not None
        return self._client

    def _open_worker(self, state: RunState | None, ahead: int, configs: tuple[TrainConfig, ...]) -> None:
        """A new worker that stands `ahead` iterations of `configs` after a state."""
        self._check_open()
        client = self.host.new_worker(lambda event: self._receive(client, event), lambda: self._lost(client))
        self._client, self._frame_requested = client, False
        try:
            client.ask(commands.Open(configs, self.host.limits.budget, state, ahead, self.seconds))
        except GanError:
            self._shut_down_worker()
            raise

    # ---- what its owner can do ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Train until paused, out of budget, or alone; or stand in the queue. A run that has ended starts anew."""
        with self.lock:
            self._check_open()
            self.last_poll = time.monotonic()
            if self.status in ("running", "queued"):
                return
            if self.status in ENDED:
                self.renew(self.setup, self.illness)
            if self.host.admit(self):
                self.begin()

    def begin(self) -> None:
        """Train: a place is free."""
        with self.lock:
            try:
                client = self.client()
            except GanError as error:
                self.status, self.trouble = "failed", str(error)
                raise
            self.pending = None
            self.status, self.trouble, self.admitted_at = "running", "", time.monotonic()
            self.host.share_cores()
            client.tell(commands.Train())

    def lower_priority(self) -> None:
        """Let its worker step back behind other processes, for good."""
        client = self._client
        if client is not None:
            with contextlib.suppress(RunError):
                client.tell(commands.LowerPriority())

    def pause(self) -> None:
        """Stop after the step under way; when this returns, not one more is made."""
        with self.lock:
            self.pending = None
            if self.status == "queued":
                self.host.leave_queue(self)
                self.status = "paused" if self.steps else "ready"
            elif self.status in ("running", "asleep", "slow"):
                if self.status != "asleep" and self._client is not None:
                    # The last frame is here before the answer is.
                    self._client.ask(commands.Stop(), self.host.limits.patience)
                if self.status not in ENDED:
                    self.status = "paused"

    def step(self, which: object = "both") -> None:
        """Exactly one iteration, or one step of D or of G, then stand still."""
        if not isinstance(which, str) or which not in STEPS:
            raise RunError(f"a step is of both, d or g, not {which!r:.40}")
        self._while_paused(STEPS[which])

    def next_phase(self) -> None:
        """The next of the ten phases of an iteration."""
        with self.lock:
            self._while_paused(commands.NextPhase())
            if self.status not in ENDED:
                self.status = "slow"

    def finish_iteration(self) -> None:
        """Finish the iteration under way and stand still."""
        with self.lock:
            if self.status == "slow":
                self._while_paused(commands.FinishIteration())

    def _while_paused(self, command: commands.Command[object]) -> None:
        """Pause, and let the worker do something."""
        with self.lock:
            self._check_open()
            self.last_poll = time.monotonic()
            if self.status != "slow":
                self.pause()
            if self.status in ENDED:
                return
            if self.steps >= self.host.limits.steps or self.seconds >= self.host.limits.seconds:
                self.status = "over"
                return
            self.client().ask(command)
            if self.status not in ENDED:
                self.status = "paused"

    def apply(self, setup: Setup) -> None:
        """Bring the run in line with a set-up: what can change at once does, anything else starts over."""
        with self.lock:
            if setup == self.setup:
                return
            different = {name for name, value in setup.to_json().items() if value != self.setup[name]}
            if self.steps and self.status not in ENDED and all(CONTROLS[name].live for name in different):
                configs = setup.configs()
                check_cost(configs, self.host.limits.iteration)
                self.client().ask(commands.ChangeSettings(configs))
                self.setup, self.configs = setup, configs
            else:
                self.restart(setup)

    def restart(self, setup: Setup, illness: str = "", start: bool | None = None) -> None:
        """Start over with a set-up; it trains if it did, or as `start` says."""
        with self.lock:
            go = self.wants_to_train if start is None else start
            self.renew(setup, illness)
            if go:
                self.start()

    def branch(self, number: object) -> None:
        """Go back to a frame of the past and stand there; what came after it is gone, and the seconds stay spent."""
        with self.lock:
            frame = self.past.find(number)
            self.pause()
            if self.seconds >= self.host.limits.seconds:
                raise RunError(SPENT)
            state = self.past.state_before(frame)
            self.give_back(None)
            self.status = "working"
            self.setup, self.configs = frame.setup, frame.setup.configs()
            try:
                self._open_worker(state, frame.steps - (state.steps if state else 0), self.configs)
                self.client().ask(commands.RequestFrame())  # it brings the seconds that the way there took
            finally:
                self.last_used, self.status = time.monotonic(), "paused"
            self.past.cut_after(frame)
            self.steps = frame.steps
            curve = [point for point in self._published.curve if point["steps"] <= frame.steps]
            self._publish_round(frame.text, self.scene, curve)

    def model(self, index: int, name: str) -> bytes:
        """A contestant's model, as a safetensors file."""
        with self.lock:
            if not 0 <= index < len(self.configs):
                raise RunError(f"there is no lane {index}")
            if self.status == "diverged":
                raise RunError(NO_MODEL)
            if self.status == "failed":
                raise RunError(PROCESS_ENDED)
            content = self.client().ask(commands.GetModel(index, name))
            if content is None:
                raise RunError(NO_MODEL)
            return content

    def curve(self) -> list[CurvePoint]:
        """The points of the curves so far."""
        return list(self._published.curve)

    @property
    def published(self) -> PublishedFrame:
        """What polls hand out."""
        return self._published

    def request_frame(self) -> None:
        """Let the worker send a frame, unless one is on its way."""
        client = self._client
        if client is not None and self.status == "running" and not self._frame_requested:
            self._frame_requested = True
            try:
                client.tell(commands.RequestFrame())
            except RunError:
                self._frame_requested = False

    # ---- what the worker says -----------------------------------------------------------------------------------

    def _receive(self, client: WorkerClient, event: Event) -> None:
        with self._message_lock:
            if self._client is not client:  # of a round that is over
                return
            if isinstance(event, FrameEvent):
                self._take_frame(event)
            elif isinstance(event, StateEvent):
                self.past.keep_state(event.state)
                self.host.make_room()
            elif isinstance(event, DivergedEvent):
                self._end_diverged(event)
            else:
                self.status = "over"

    def _take_frame(self, event: FrameEvent) -> None:
        """A frame and the points of the curves since the last."""
        self._frame_requested = False
        self.steps, self.seconds, self.diagnoses = event.steps, event.seconds, event.diagnoses
        self._published.curve.extend(event.points)
        self._publish(event.text)
        if not event.slow:
            self._keep_frame(self.steps)

    def _keep_frame(self, steps: int) -> None:
        """Remember the frame that is shown."""
        frame = PastFrame(self._published.number, steps, self._published.text, self.setup)
        self.past.keep_frame(frame, MEDIA[self.scene["kind"]].alone)

    def _end_diverged(self, event: DivergedEvent) -> None:
        """The last picture stays, with the diagnosis."""
        self.trouble, self.diagnoses, self.steps = event.sentence, event.diagnoses, event.steps
        self._publish(last_frame(self._published.text, event))
        self.status = "diverged"

    def _lost(self, client: WorkerClient) -> None:
        if self._client is client:
            self._client = None
            self.status, self.trouble = "failed", "the run's process has ended"

    # ---- upkeep -------------------------------------------------------------------------------------------------

    def send_pending(self, command: commands.Command[Result], then: Callable[[Result | None], None]) -> None:
        """Tell the worker something; what follows its answer is done by `finish_pending`. The caller holds the lock."""
        assert self._client is not None
        deadline = time.monotonic() + self.host.limits.patience
        self.pending = PendingCommand(self._client, self._client.begin(command), deadline, then)

    def finish_pending(self) -> None:
        """Do what follows the pending command, whose answer has come."""
        with self.lock:
            pending, self.pending = self.pending, None
            if pending is not None and pending.client is self._client:
                pending.finish()

    def give_back(self, state: RunState | None) -> None:
        """Let the worker go; the run can go on from a state, if there is one."""
        with self.lock:
            self._parked = state
            self._shut_down_worker()
        self.host.make_room()

    def give_up(self) -> None:
        """End the worker that does not listen; waits for nobody."""
        pending, self.pending = self.pending, None
        if pending is not None and pending.client is self._client:
            with self._message_lock:
                self._client = None
            self.status, self.trouble = "failed", DEAF
            pending.client.kill()
            pending.client.shut_down()

    def _check_open(self) -> None:
        """Raise unless the registry knows the run: it would train unseen for ever."""
        if self.closed:
            raise RunError("that run is no longer here; open the tab again for a new one")

    def close(self) -> None:
        """End the run for good."""
        with self.lock:
            self.closed = True
            self.host.leave_queue(self)
            self._shut_down_worker()
            self.status = "over"

    def _shut_down_worker(self) -> None:
        with self._message_lock:
            client, self._client = self._client, None
        if client is not None:
            client.shut_down()
