"""What the tests of the registry share: small runs in their own processes, and the weights they must come to."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from conftest import until
from gan.data.sets import load
from gan.live.commands import GetState
from gan.live.fork_server import ForkServer
from gan.live.run import LiveRun
from gan.live.run_registry import RunRegistry
from gan.live.setup import Setup
from gan.training.trainer import Trainer

torch.set_num_threads(1)
SMALL = {"batch": 8, "g_neurons": 8, "d_neurons": 8}


def opened(registry: RunRegistry, **values: Any) -> LiveRun:
    return registry.open(Setup.of(SMALL | values))


def trained(run: LiveRun, steps: int) -> LiveRun:
    """The run, paused after at least so many steps, with some frames kept on the way."""
    run.start()
    until(lambda: run.request_frame() or run.steps >= steps or run.status != "running")
    run.pause()
    return run


def states(run: LiveRun) -> tuple[bytes, ...]:
    """All of a standing run's weights, moments and dice, lane for lane."""
    state = run.client().ask(GetState())
    assert state is not None
    return state.tensors


def plain(run: LiveRun, acts: str = "", lane: int = 0) -> bytes:
    """The state that the core alone comes to: acts, one letter each (b, d or g), then iterations up to the run's."""
    config = run.configs[lane]
    trainer = Trainer(config, load(config.data))
    for act in acts + "b" * (run.steps - len(acts)):
        {"b": trainer.step, "d": trainer.step_d, "g": trainer.step_g}[act]()
    return safetensors.torch.save(trainer.state())


def children(fork_server: ForkServer) -> set[int]:
    """The processes of live runs."""
    assert fork_server._process is not None
    pid = fork_server._process.pid
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


@pytest.fixture(scope="module")
def registry(open_registry: Callable[..., RunRegistry]) -> RunRegistry:
    """A registry with room for everybody."""
    return open_registry(runs=8)


@pytest.fixture
def run(registry: RunRegistry) -> Iterator[LiveRun]:
    """A small run that stands still."""
    run = opened(registry)
    yield run
    run.close()
