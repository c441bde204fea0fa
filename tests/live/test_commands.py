"""The table of commands that a worker knows, and the pipe that carries them."""

import json
import math
import threading
import time
from collections.abc import Iterator
from dataclasses import fields
from multiprocessing import Pipe
from typing import Any, cast, get_args, get_type_hints

import pytest
import torch

from gan.errors import GanError, RunError
from gan.live import commands
from gan.live.commands import COMMANDS, Answer, Command, Refusal, Request
from gan.live.contestant import Which
from gan.live.limits import Budget
from gan.live.messages import Event, FrameEvent
from gan.live.run_state import RunState
from gan.live.setup import Setup
from gan.live.worker import Worker
from gan.live.worker_client import PROCESS_ENDED, WorkerClient
from gan.live.worker_process import answer, serve
from gan.recipe.config import TrainConfig

torch.set_num_threads(1)
WIDE = Budget(1e9, 10**9, 10**9)
CONFIGS = Setup.of({"batch": 8, "g_neurons": 8, "d_neurons": 8}).configs()

ARGUMENTS: dict[str, dict[str, Any]] = {
    "Open": {
        "configs": tuple[TrainConfig, ...],
        "budget": Budget,
        "state": RunState | None,
        "ahead": int,
        "spent": float,
    },
    "Train": {},
    "Stop": {},
    "LowerPriority": {},
    "RequestFrame": {},
    "Step": {"which": Which},
    "NextPhase": {},
    "FinishIteration": {},
    "ChangeSettings": {"configs": tuple[TrainConfig, ...]},
    "GetState": {},
    "GetModel": {"index": int, "name": str},
}
OPEN = commands.Open(CONFIGS, WIDE)
EXAMPLES: list[Command[object]] = [
    OPEN, commands.Train(), commands.Stop(), commands.RequestFrame(), commands.Step("both"), commands.NextPhase(),
    commands.FinishIteration(), commands.ChangeSettings(CONFIGS), commands.GetState(), commands.GetModel(0, "mine"),
]  # fmt: skip


class Dance(Command[None]):
    """A command that is not in the table."""

    def carry_out(self, worker: Worker) -> None:
        raise AssertionError("it was carried out")


def test_the_table_has_each_command_with_its_arguments() -> None:
    assert [command.__name__ for command in COMMANDS] == list(ARGUMENTS)
    for command in COMMANDS:
        hints = get_type_hints(command)
        assert {f.name: hints[f.name] for f in fields(cast(Any, command))} == ARGUMENTS[command.__name__]
    defined = {name for name, value in vars(commands).items() if isinstance(value, type) and issubclass(value, Command)}
    assert defined - {"Command"} == set(ARGUMENTS)  # none is left out
    assert get_args(Which) == ("both", "d", "g")


@pytest.mark.parametrize("command", EXAMPLES, ids=lambda command: type(command).__name__)
def test_a_command_is_carried_out_and_its_result_is_what_it_says(command: Command[object]) -> None:
    worker = Worker(lambda event: None)
    answer(worker, Request(0, OPEN))
    given = answer(worker, Request(7, command))
    assert isinstance(given, Answer)
    assert given.number == 7
    expected = get_type_hints(type(command).carry_out)["return"]
    assert isinstance(given.result, dict if isinstance(command, commands.Open) else expected)


@pytest.mark.parametrize("unknown", ["step", None, 7, Dance(), ("step", "both"), Command, commands.Step])
def test_an_unknown_command_is_refused_with_a_sentence(unknown: Any) -> None:
    refused = answer(Worker(lambda event: None), Request(3, unknown))
    assert isinstance(refused, Refusal)
    assert refused.number == 3
    assert refused.sentence.startswith("a worker cannot do ")
    assert "it knows Open, Train, Stop" in refused.sentence
    assert "\n" not in refused.sentence


def test_a_command_over_which_the_run_diverges_is_answered_with_nothing() -> None:
    sent: list[Event] = []
    worker = Worker(sent.append)
    answer(worker, Request(0, OPEN))
    with torch.no_grad():
        next(worker.contestants[0].trainer.G.parameters()).fill_(math.nan)
    assert answer(worker, Request(1, commands.GetState())) == Answer(1, None)
    assert type(sent[-1]).__name__ == "DivergedEvent"


# ---- the pipe


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def lost() -> list[bool]:
    return []


@pytest.fixture
def client(events: list[Event], lost: list[bool]) -> Iterator[WorkerClient]:
    """A worker in a thread of this process."""
    near, far = Pipe()
    thread = threading.Thread(target=serve, args=(far,), daemon=True)
    thread.start()
    client = WorkerClient(near, events.append, lambda: lost.append(True))
    yield client
    client.shut_down()
    thread.join(10)
    assert not thread.is_alive()


def test_a_worker_answers_between_two_steps_and_leaves_when_told(
    client: WorkerClient, events: list[Event], lost: list[bool]
) -> None:
    scene = client.ask(OPEN)
    assert scene is not None
    assert scene["lanes"][0]["objective"] == "relativistic"
    client.tell(commands.Train())
    time.sleep(0.05)
    client.ask(commands.Stop())
    event = events[-1]
    assert isinstance(event, FrameEvent)
    assert json.loads(event.text)["steps"] == event.steps >= 1
    state = client.ask(commands.GetState())
    assert state is not None
    assert state.steps == event.steps
    with pytest.raises(GanError, match="this machine allows 300 "):
        client.ask(commands.Open(CONFIGS, Budget(1.0, 10, 300)))
    client.shut_down()
    with pytest.raises(RunError, match=PROCESS_ENDED):
        client.ask(commands.GetState())
    assert not lost


def test_an_unknown_command_goes_through_the_pipe_and_back_as_a_sentence(client: WorkerClient) -> None:
    with pytest.raises(GanError, match="a worker cannot do 'dance'; it knows Open"):
        client.ask(cast(Command[None], "dance"))
    assert client.ask(OPEN) is not None  # it listens still
