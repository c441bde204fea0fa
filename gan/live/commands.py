"""COMMANDS: what a live run's worker can be told, and the messages that carry commands and answers through its pipe."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Generic, TypeVar

from gan.errors import RunError
from gan.live.contestant import Which
from gan.live.limits import Budget
from gan.live.messages import RunScene
from gan.live.run_state import RunState
from gan.live.worker import Worker
from gan.recipe.config import TrainConfig

Result = TypeVar("Result", covariant=True)


class Command(ABC, Generic[Result]):
    """Something that a worker can be told; its fields are the arguments."""

    @abstractmethod
    def carry_out(self, worker: Worker) -> Result:
        """Do it, in the worker's process; what it returns is the answer.

        Raises:
            GanError: the visitor's mistake; the answer is its sentence.
        """


@dataclass(frozen=True)
class Open(Command[RunScene]):
    """Begin, or go on from a state, `ahead` iterations further, after `spent` seconds of training in all."""

    configs: tuple[TrainConfig, ...]
    budget: Budget
    state: RunState | None = None
    ahead: int = 0
    spent: float = 0.0

    def carry_out(self, worker: Worker) -> RunScene:
        """The scene."""
        return worker.open(self.configs, self.budget, self.state, self.ahead, self.spent)


@dataclass(frozen=True)
class Train(Command[None]):
    """Train until told otherwise."""

    def carry_out(self, worker: Worker) -> None:
        """Nothing."""
        worker.train()


@dataclass(frozen=True)
class Stop(Command[None]):
    """Stand still; the frame of then is sent before the answer."""

    def carry_out(self, worker: Worker) -> None:
        """Nothing."""
        worker.stop()


@dataclass(frozen=True)
class LowerPriority(Command[None]):
    """Let other processes go first, for good."""

    def carry_out(self, worker: Worker) -> None:
        """Nothing."""
        worker.lower_priority()


@dataclass(frozen=True)
class RequestFrame(Command[None]):
    """Send a frame as soon as one is due."""

    def carry_out(self, worker: Worker) -> None:
        """Nothing."""
        worker.request_frame()


@dataclass(frozen=True)
class Step(Command[None]):
    """One iteration, or one step of D or of G; then stand still."""

    which: Which

    def carry_out(self, worker: Worker) -> None:
        """Nothing."""
        worker.step(self.which)


@dataclass(frozen=True)
class NextPhase(Command[int]):
    """The next of the ten phases of an iteration."""

    def carry_out(self, worker: Worker) -> int:
        """Its number, 0 to 9."""
        return worker.next_phase()


@dataclass(frozen=True)
class FinishIteration(Command[None]):
    """The phases that are left of the iteration under way."""

    def carry_out(self, worker: Worker) -> None:
        """Nothing."""
        worker.finish_iteration()


@dataclass(frozen=True)
class ChangeSettings(Command[None]):
    """Go on with other settings of those that act at once, one config for each contestant."""

    configs: tuple[TrainConfig, ...]

    def carry_out(self, worker: Worker) -> None:
        """Nothing."""
        worker.change_settings(self.configs)


@dataclass(frozen=True)
class GetState(Command[RunState]):
    """The run as it is."""

    def carry_out(self, worker: Worker) -> RunState:
        """The state."""
        return worker.state()


@dataclass(frozen=True)
class GetModel(Command[bytes | None]):
    """The model of the contestant with an index, under a name."""

    index: int
    name: str

    def carry_out(self, worker: Worker) -> bytes | None:
        """A safetensors file with its card inside; None of a contestant that has diverged."""
        return worker.model(self.index, self.name)


COMMANDS: tuple[type[Command[object]], ...] = (
    Open, Train, Stop, LowerPriority, RequestFrame, Step, NextPhase, FinishIteration, ChangeSettings, GetState,
    GetModel,
)  # fmt: skip


def checked(command: object) -> Command[object]:
    """The command, if it is one of COMMANDS.

    Raises:
        RunError: it is not.
    """
    if isinstance(command, Command) and type(command) in COMMANDS:
        return command
    names = ", ".join(known.__name__ for known in COMMANDS)
    raise RunError(f"a worker cannot do {command!r:.60}; it knows {names}")


# ---- what goes through the pipe, beside the events of `messages` ---------------------------------------------------


@dataclass(frozen=True)
class Started:
    """The first word of a worker that is a process: its number, so that it can be ended whatever it does."""

    pid: int


@dataclass(frozen=True)
class Request:
    """A command to the worker; its answer has the same number."""

    number: int
    command: Command[object]


@dataclass(frozen=True)
class Leave:
    """The worker's process shall end."""


@dataclass(frozen=True)
class Answer:
    """What a command returned; None also where the run diverged over it, which an event has said before."""

    number: int
    result: object


@dataclass(frozen=True)
class Refusal:
    """Why a command was not carried out."""

    number: int
    sentence: str
