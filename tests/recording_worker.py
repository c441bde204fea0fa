"""A live run's worker in the test's own process, and the run that nobody watched."""

import json
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from gan.data.sets import load_here
from gan.live.limits import Budget
from gan.live.messages import CurvePoint, Event, Frame, FrameEvent
from gan.live.run_state import RunState
from gan.live.setup import Setup
from gan.live.worker import Worker
from gan.training.trainer import Trainer

torch.set_num_threads(1)
WIDE = Budget(1e9, 10**9, 10**9)
SMALL = {"batch": 8, "g_neurons": 8, "d_neurons": 8}


class RecordingWorker(Worker):
    """A worker in this process, with all that it sent."""

    def __init__(self, budget: Budget = WIDE, state: RunState | None = None, ahead: int = 0, **values: Any) -> None:
        self.sent: list[Event] = []
        super().__init__(self.sent.append)
        self.scene = self.open(Setup.of(SMALL | values).configs(), budget, state, ahead)

    def weights(self, lane: int = 0) -> dict[str, Tensor]:
        return safetensors.torch.load(self.state().tensors[lane])

    def frame_events(self) -> list[FrameEvent]:
        return [event for event in self.sent if isinstance(event, FrameEvent)]

    def frames(self) -> list[Frame]:
        return [json.loads(event.text) for event in self.frame_events()]

    def curve(self) -> list[CurvePoint]:
        return [point for event in self.frame_events() for point in event.points]

    def iterate(self, times: int) -> "RecordingWorker":
        for _ in range(times):
            self.work()
        return self


def plain(times: int, lane: int = 0, **values: Any) -> dict[str, Tensor]:
    """The state of a run that nobody watched."""
    config = Setup.of(SMALL | values).configs()[lane]
    trainer = Trainer(config, load_here(config.data))
    for _ in range(times):
        trainer.step()
    return trainer.state()


def part(state: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    return {key: value for key, value in state.items() if key.startswith(name)}
