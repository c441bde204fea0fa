"""One visitor's live run as the server sees it: its set-up, the worker that trains it, and all that was shown of it.

Acts (start, step, settle, …) take the run's lock and may wait for the worker; polls never wait for anything. The worker
makes a frame only if one was asked for since the last, so a slow page gets fewer frames and never a backlog.
"""

import contextlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

from gan.errors import GanError, RunError
from gan.live.illness_presets import ILLNESS_PRESETS
from gan.live.moments import Moment, Past
from gan.live.setup import CONTROLS, Setup, renewed
from gan.live.shown import ENDED, Host, Look, Shown, State
from gan.live.worker import Budget, Snapshot
from gan.live.worker_client import WorkerClient
from gan.recipe.config import TrainConfig


class LiveRun:
    """A run and all that was shown of it.

    Attributes:
        id: unguessable; whoever knows it is the owner. watch: the id for those who may only look.
        state: of ENDED, or what the run does now.
        trouble: a sentence that goes with "diverged" or "failed".
        steps, seconds: made and spent so far.
        visited: whether the owner's page has ever polled.
        seen: when it polled last; admitted: when it got its place.
        watchers: who watches -> when they polled last.
    """

    def __init__(self, setup: Setup, host: Host, look: Callable[[Setup], Look], illness: str = "") -> None:
        self.id, self.watch = secrets.token_urlsafe(24), secrets.token_urlsafe(18)
        self.host, self._look = host, look
        self.open_to_all = self.closed = False
        self.lock = threading.RLock()  # held by whoever acts
        self._ear = threading.Lock()  # held while a message of the worker is taken in
        self.state: State = "ready"
        self.trouble = ""
        self.seen = self.admitted = self.stirred = time.monotonic()
        self.visited = False
        self.watchers: dict[str, float] = {}
        self.hidden = False
        self._client: WorkerClient | None = None
        self._asked = False
        self._shown = Shown(0, -1, "", "")
        self.renew(setup, illness)

    # ---- beginning ----------------------------------------------------------------------------------------------

    def renew(self, setup: Setup, illness: str = "") -> None:
        """Start over, standing still, with a set-up; nothing changes if that is not possible.

        Raises:
            GanError: the set-up cannot be trained here.
        """
        look = self._look(setup)
        with self.lock:
            self._dismiss()
            self.host.leave_queue(self)
            self.setup, self.illness = setup, illness
            self.configs = setup.configs()
            self.state, self.trouble = "ready", ""
            self.steps, self.seconds = 0, 0.0
            self.doctor: list[dict[str, Any]] = list(look.about["doctor"])
            self._parked: Snapshot | None = None
            self.past = Past()
            self._publish(look.text, look.scene, curve=[])
            self._keep(0)

    def _publish(
        self, text: str, scene: dict[str, Any] | None = None, curve: list[dict[str, Any]] | None = None
    ) -> None:
        """Show a frame; with a scene a new round begins, with the curves given."""
        old = self._shown
        new, told = scene is not None, old.scene
        if scene is not None:
            self._scene = scene
            told = json.dumps(scene | {
                "setup": self.setup.to_json(), "data": self.setup["data"], "batch": self.setup["batch"],
                "z_dim": self.configs[0].z_dim, "noise": self.setup["noise"], "illness": self.illness,
            })  # fmt: skip
        self._shown = Shown(old.round + new, old.number + 1, text, told, old.curve if curve is None else curve)

    @property
    def on(self) -> bool:
        """Whether the visitor wants it to train."""
        return self.state in ("running", "asleep", "queued")

    @property
    def has_worker(self) -> bool:
        """Whether a process is kept for it."""
        return self._client is not None

    def client(self) -> WorkerClient:
        """The run's worker; a new one takes up where the last one was parked."""
        if self._client is None:
            self._grasp(self._parked, 0, self.configs)
            self._parked = None
        self.stirred = time.monotonic()
        assert self._client is not None
        return self._client

    def _grasp(self, snapshot: Snapshot | None, ahead: int, configs: tuple[TrainConfig, ...]) -> None:
        """A new worker that stands `ahead` iterations of `configs` after a snapshot."""
        self._check_open()
        client = self.host.new_worker(lambda *message: self._hear(client, *message), lambda: self._lost(client))
        self._client, self._asked = client, False
        try:
            limits = self.host.limits
            budget = Budget(limits.seconds, limits.steps, limits.weights)
            client.ask("open", [config.to_dict() for config in configs], budget, snapshot, ahead)
        except GanError:
            self._dismiss()
            raise

    # ---- what its owner can do ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Train until paused, out of budget, or alone; or stand in the queue. A run that has ended starts anew."""
        with self.lock:
            self._check_open()
            self.seen = time.monotonic()
            if self.state in ("running", "queued"):
                return
            if self.state in ENDED:
                self.renew(self.setup, self.illness)
            if self.host.admit(self):
                self.begin()

    def begin(self) -> None:
        """Train: a place is free."""
        with self.lock:
            try:
                client = self.client()
            except GanError as error:
                self.state, self.trouble = "failed", str(error)
                raise
            self.state, self.trouble, self.admitted = "running", "", time.monotonic()
            if self.host.crowded():
                self.make_way()
            client.tell("run")

    def make_way(self) -> None:
        """Let its worker step back behind other processes, for good."""
        client = self._client
        if client is not None:
            with contextlib.suppress(RunError):
                client.tell("make_way")

    def pause(self, state: State = "paused") -> None:
        """Stop after the step under way; when this returns, not one more is made."""
        with self.lock:
            if self.state == "queued":
                self.host.leave_queue(self)
                self.state = "paused" if self.steps else "ready"
            elif self.state in ("running", "asleep", "slow"):
                if self.state != "asleep" and self._client is not None:
                    self._client.ask("stop")  # the last frame is here before the answer is
                if self.state not in ENDED:
                    self.state = state

    def step(self, which: object = "both") -> None:
        """Exactly one iteration, or one step of D or of G, then stand still."""
        if which not in ("both", "d", "g"):
            raise RunError(f"a step is of both, d or g, not {which!r:.40}")
        self._still("step", which)

    def slow(self) -> None:
        """The next of the ten phases of an iteration."""
        with self.lock:
            self._still("slow")
            if self.state not in ENDED:
                self.state = "slow"

    def unslow(self) -> None:
        """Finish the iteration under way and stand still."""
        with self.lock:
            if self.state == "slow":
                self._still("unslow")

    def _still(self, name: str, *arguments: Any) -> None:
        """Let a standing worker do something."""
        with self.lock:
            self._check_open()
            self.seen = time.monotonic()
            if self.state != "slow":
                self.pause()
            if self.state in ENDED:
                return
            if self.steps >= self.host.limits.steps:
                self.state = "over"
                return
            self.client().ask(name, *arguments)
            if self.state not in ENDED:
                self.state = "paused"

    def settle(self, setup: Setup) -> None:
        """Bring the run in line with a set-up: what can change at once does, anything else starts over."""
        with self.lock:
            if setup == self.setup:
                return
            different = {name for name, value in setup.to_json().items() if value != self.setup[name]}
            if self.steps and self.state not in ENDED and all(CONTROLS[name].live for name in different):
                configs = setup.configs()
                self.client().ask("change", [config.to_dict() for config in configs])
                self.setup, self.configs = setup, configs
            else:
                self.over_again(setup)

    def over_again(self, setup: Setup, illness: str = "", start: bool | None = None) -> None:
        """Start over with a set-up; it trains if it did, or as `start` says."""
        with self.lock:
            go = self.on if start is None else start
            self.renew(setup, illness)
            if go:
                self.start()

    def choose(self, values: dict[str, Any], changed: str) -> None:
        """Another data set, objective or rival: its own recommended settings."""
        self.over_again(renewed(values, changed))

    def fall_ill(self, name: object) -> None:
        """Start a run that provokes an illness, by the present seed."""
        if not isinstance(name, str) or name not in ILLNESS_PRESETS:
            raise RunError(f"an illness is one of {', '.join(ILLNESS_PRESETS)}, not {name!r:.40}")
        preset = ILLNESS_PRESETS[name]
        setup = Setup.of(
            {"data": preset.data, "objective": preset.objective, "seed": self.setup["seed"]} | preset.settings
        )
        self.over_again(setup, name, start=True)

    def cure(self) -> None:
        """The change that the doctor offers, from the beginning."""
        change: dict[str, Any] = next((told["change"] for told in self.doctor if told["change"]), {})
        if not change:
            raise RunError("the doctor has nothing to cure")
        known = {name: value for name, value in change.items() if name in CONTROLS}
        self.over_again(Setup.of(self.setup.to_json() | known), start=True)

    def branch(self, number: object) -> None:
        """Go back to a moment of the past and stand there; what came after it is gone."""
        with self.lock:
            moment = self.past.find(number)
            self.pause()
            snapshot = self.past.before(moment)
            self._dismiss()
            self.state = "working"
            self._parked = None
            self.setup, self.configs = moment.setup, moment.setup.configs()
            try:
                self._grasp(snapshot, moment.position - (snapshot.position if snapshot else 0), self.configs)
            finally:
                self.stirred, self.state = time.monotonic(), "paused"
            self.past.cut(moment)
            self.steps, self.seconds = moment.steps, moment.seconds
            curve = [point for point in self._shown.curve if point["steps"] <= moment.steps]
            self._publish(moment.text, self._scene, curve=curve)

    def model(self, index: int, name: str) -> bytes:
        """A contestant's model, as a safetensors file."""
        with self.lock:
            if not 0 <= index < len(self.configs):
                raise RunError(f"there is no lane {index}")
            if self.state == "diverged":
                raise RunError("a run that has diverged has no model: its weights are no numbers")
            if self.state == "failed":
                raise RunError("the run's process has ended; reset starts it over")
            content = self.client().ask("model", index, name)
            assert isinstance(content, bytes)
            return content

    def curve(self) -> list[dict[str, Any]]:
        """The points of the curves so far."""
        return list(self._shown.curve)

    @property
    def shown(self) -> Shown:
        """What polls hand out."""
        return self._shown

    @property
    def scene(self) -> dict[str, Any]:
        """What stays the same through the round."""
        return dict(self._scene)

    def ask_for_a_frame(self) -> None:
        """Let the worker send a frame, unless one is on its way."""
        client = self._client
        if client is not None and self.state == "running" and not self._asked:
            self._asked = True
            try:
                client.tell("ask")
            except RunError:
                self._asked = False

    # ---- what the worker says -----------------------------------------------------------------------------------

    def _hear(self, client: WorkerClient, kind: str, *rest: Any) -> None:
        with self._ear:
            if self._client is not client:  # of a round that is over
                return
            if kind == "frame":
                self._take(*rest)
            elif kind == "snapshot":
                self.past.save(rest[0])
            elif kind == "ended":
                self._end(*rest)

    def _take(self, about: dict[str, Any], text: str) -> None:
        """A frame and the points of the curves since the last."""
        self._asked = False
        self.steps, self.seconds, self.doctor = about["steps"], about["seconds"], about["doctor"]
        self._shown.curve.extend(about["curve"])
        self._publish(text)
        if not about["slow"]:
            self._keep(self.steps)

    def _keep(self, steps: int) -> None:
        """Remember the frame that is shown."""
        moment = Moment(self._shown.number, steps, steps, self.seconds, self._shown.text, self.setup)
        self.past.keep(moment, self._scene["kind"] == "pictures")

    def _end(self, state: State, about: dict[str, Any]) -> None:
        self.state = state
        if state == "diverged":
            self.trouble, self.doctor, self.steps = about["sentence"], about["doctor"], about["steps"]
            frame = json.loads(self._shown.text) | {"doctor": self.doctor, "steps": self.steps}
            frame.pop("stage", None)
            self._publish(json.dumps(frame))

    def _lost(self, client: WorkerClient) -> None:
        if self._client is client:
            self._client = None
            self.state, self.trouble = "failed", "the run's process has ended"

    # ---- keeping house ------------------------------------------------------------------------------------------

    def park(self) -> None:
        """Give the worker back; the run can go on from the snapshot that is kept."""
        with self.lock:
            if self._client is None or self.state == "running":
                return
            if self.state in ("diverged", "failed"):
                self._dismiss()
            elif self.steps or self.state == "slow":
                if self.state == "slow":
                    self.unslow()
                self._parked = self._client.ask("state")
                self._dismiss()
            else:
                self._dismiss()

    def _check_open(self) -> None:
        """A run that the registry has forgotten would train unseen for ever."""
        if self.closed:
            raise RunError("that run is no longer here; open the tab again for a new one")

    def close(self) -> None:
        """End the run for good."""
        with self.lock:
            self.closed = True
            self.host.leave_queue(self)
            self._dismiss()
            self.state = "over"

    def _dismiss(self) -> None:
        with self._ear:
            client, self._client = self._client, None
        if client is not None:
            client.dismiss()
