"""A live run's past, to which one can go back, and its bad ends: a killed process, a dead fork server, divergence."""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
import safetensors.torch
import torch

from conftest import until
from gan.data.sets import load
from gan.errors import RunError
from gan.live.choices import cure
from gan.live.fork_server import ForkServer
from gan.live.run import LiveRun
from gan.live.run_registry import RunRegistry
from gan.live.setup import Setup
from gan.training.trainer import Trainer
from registry_fixtures import children, opened, plain, registry, run, states, trained

__all__ = ["registry", "run"]  # fixtures

torch.set_num_threads(1)
WILD = {"lr": 1.0, "lr_d": 1.0, "optimizer": "sgd", "optimizer_d": "sgd"}
OpenRegistry = Callable[..., RunRegistry]


# ---- the past


def branched(run: LiveRun, position: int) -> LiveRun:
    """The run, back at its last moment that is no later than `position`."""
    frame = max((m for m in run.past.frames() if m.steps <= position), key=lambda m: m.steps)
    run.branch(frame.number)
    assert (run.status, run.steps) == ("paused", frame.steps)
    assert run.published.text == frame.text
    assert run.past.frames()[-1].number == frame.number
    assert all(point["steps"] <= frame.steps for point in run.curve())
    return run


@pytest.mark.parametrize("values", [{}, {"data": "digits"}, {"rival": "wasserstein"}])
def test_a_branch_trained_on_is_the_run_that_never_went_back(registry: RunRegistry, values: dict[str, Any]) -> None:
    run = trained(opened(registry, **values), 40)
    numbers = [number for number, _ in run.past.listed()["list"]]
    assert len(numbers) >= 3
    goal, whole = run.steps, states(run)
    for at in (numbers[len(numbers) // 2], numbers[0]):
        run.branch(at)
        while run.steps < goal:
            run.step()
        assert states(run) == whole
    run.close()


def test_a_branch_knows_single_steps_slow_motion_and_changes(run: LiveRun) -> None:
    for which in ("both", "both", "d", "both"):
        run.step(which)
    early = run.setup
    run.apply(Setup.of(run.setup.to_json() | {"lr": 1e-4}))
    for _ in range(10):
        run.next_phase()
    run.finish_iteration()
    run.step()
    trainer = Trainer(early.configs()[0], load("ring"))
    expected = []
    for position, act in enumerate((trainer.step, trainer.step, trainer.step_d, trainer.step, trainer.step), 1):
        if position == 5:
            trainer.change(run.configs[0])
        act()
        expected.append(safetensors.torch.save(trainer.state()))
    for position in (5, 4, 3, 2):
        branched(run, position)
        assert states(run) == (expected[position - 1],), position
        assert run.setup == (early if position < 5 else run.setup)
    branched(run, 2)
    run.step("d")
    run.step()  # the settings in force are those of then
    assert states(run) == (expected[3],)


def test_a_moment_that_is_gone_gets_a_sentence_and_nothing_changes(run: LiveRun) -> None:
    trained(run, 3)
    before = states(run)
    for hostile in (10**9, -1, None, "0", True, [0]):
        with pytest.raises(RunError, match="no longer kept"):
            run.branch(hostile)
    assert states(run) == before


# ---- what goes wrong


def test_a_killed_worker_costs_its_own_run_alone(registry: RunRegistry, fork_server: ForkServer) -> None:
    other = opened(registry)
    other.start()
    others = children(fork_server)
    run = opened(registry)
    run.start()
    until(lambda: run.request_frame() or run.steps > 0)
    (pid,) = children(fork_server) - others
    os.kill(pid, signal.SIGKILL)
    until(lambda: run.status == "failed")
    assert run.trouble == "the run's process has ended"
    with pytest.raises(RunError, match="reset starts it over"):
        run.model(0, "mine")
    assert other.status == "running"
    run.restart(run.setup, start=False)
    assert (run.status, run.trouble, run.steps) == ("ready", "", 0)
    trained(run, 3)
    assert states(run) == (plain(run),)
    run.close()
    other.close()


def test_a_dead_fork_server_is_replaced(open_registry: OpenRegistry) -> None:
    registry = open_registry()
    registry.fork_server = ForkServer()
    run = opened(registry)
    run.step()
    assert registry.fork_server._process is not None
    registry.fork_server._process.kill()
    registry.fork_server._process.wait()
    late = opened(registry, seed=9)
    late.step()
    run.step()  # its own process lives on
    assert (run.steps, late.steps) == (2, 1)
    run.close()
    late.close()
    registry.fork_server.close()


def test_a_run_that_diverges_says_so_and_the_doctors_cure_helps(run: LiveRun) -> None:
    run.apply(Setup.of(run.setup.to_json() | WILD))
    trained(run, 1_000)
    until(lambda: run.status == "diverged")
    assert "diverged" in run.trouble
    assert [said["name"] for said in run.diagnoses] == ["diverged"]
    assert run.diagnoses[0]["cure"] == "rate"
    assert '"fakes"' in run.published.text  # the last picture stays
    run.step()
    run.pause()
    assert run.status == "diverged"
    with pytest.raises(RunError, match="has no model"):
        run.model(0, "mine")
    run.branch(run.past.listed()["list"][0][0])
    assert (run.status, run.steps) == ("paused", 0)
    run.start()
    until(lambda: run.status == "diverged")
    cure(run)
    assert run.setup["lr"] < 1
    until(lambda: run.request_frame() or run.steps > 150)
    run.pause()
    assert (run.status, run.trouble) == ("paused", "")
    # The sick run fell ill again beside the cured one, and stands still.
    assert run.diagnoses[1]["name"] == "diverged"
    assert run.model(0, "mine")
    with pytest.raises(RunError, match="has no model"):
        run.model(1, "mine")
    with pytest.raises(RunError, match="the cured one trains beside it"):
        cure(run, 1)
    with pytest.raises(RunError, match="the doctor has nothing to cure"):
        cure(run)


# ---- what going back and single steps cost


def test_all_work_is_charged(run: LiveRun) -> None:
    spent = [run.seconds]
    for act in (run.step, lambda: run.step("d"), run.next_phase, run.finish_iteration):
        act()
        spent.append(run.seconds)
    run.branch(run.past.frames()[2].number)
    spent.append(run.seconds)
    run.branch(run.past.frames()[0].number)
    spent.append(run.seconds)
    run.step()
    spent.append(run.seconds)
    assert sorted(set(spent)) == spent, "something was free, or gave time back"


def test_work_ends_with_the_seconds(open_registry: OpenRegistry) -> None:
    run = opened(open_registry(seconds=5.0))
    run.step()
    run.step()
    run.seconds = 5.0
    before = run.published
    with pytest.raises(RunError, match="used up its seconds"):
        run.branch(run.past.frames()[0].number)
    for act in (run.step, run.next_phase):
        act()
        assert (run.status, run.steps, run.published) == ("over", 2, before)
    run.close()
