"""The keeper of live runs waits for nobody: a worker that does not listen holds up no other run, and is ended.

It also keeps what all runs remember within its bytes."""

import os
import signal
import threading
import time
from collections.abc import Callable

import pytest

from conftest import until
from gan.errors import RunError
from gan.live.commands import Command, GetState, Stop
from gan.live.fork_server import FORKS
from gan.live.run_registry import RunRegistry
from gan.live.run_state import ContestantState, RunState
from registry_fixtures import children, opened, plain, states
from stub_workers import stubbed

OpenRegistry = Callable[..., RunRegistry]


def test_a_worker_that_ignores_stop_holds_up_nobody(open_registry: OpenRegistry) -> None:
    registry, listen, told = open_registry(heartbeat=0.3, patience=1.0, runs=2), threading.Event(), []

    def deaf(command: Command[object]) -> None:
        told.append(command)
        if isinstance(command, Stop):
            listen.wait(20)

    runs = [stubbed(registry, deaf), stubbed(registry, lambda command: None)]
    for run in runs:
        run.start()
    begun = time.monotonic()
    until(lambda: runs[1].status == "asleep", 3)
    assert runs[0].status == "running"  # it has its place until it stands still
    until(lambda: runs[0].status == "failed", 3)
    assert time.monotonic() - begun >= 1.0
    assert "did not listen" in runs[0].trouble
    assert registry.training() == 1  # it is not gone yet
    assert sum(isinstance(command, Stop) for command in told) == 1
    listen.set()
    until(lambda: registry.training() == 0, 3)


@pytest.mark.skipif(not FORKS, reason="runs are threads here")
def test_a_frozen_process_is_ended(open_registry: OpenRegistry) -> None:
    registry = open_registry(heartbeat=0.3, patience=0.5)
    before = children(registry.fork_server)
    run = opened(registry)
    run.start()
    (pid,) = children(registry.fork_server) - before
    os.kill(pid, signal.SIGSTOP)
    until(lambda: run.status == "failed", 5)
    until(lambda: pid not in children(registry.fork_server), 3)
    until(lambda: registry.training() == 0, 3)
    run.restart(run.setup, start=False)
    run.step()
    assert states(run) == (plain(run),)
    run.close()


@pytest.mark.skipif(not FORKS, reason="runs are threads here")
def test_a_process_that_is_told_to_end_and_does_not_is_killed(open_registry: OpenRegistry) -> None:
    registry = open_registry(patience=0.3)
    before = children(registry.fork_server)
    run = opened(registry)
    run.step()
    (pid,) = children(registry.fork_server) - before
    os.kill(pid, signal.SIGSTOP)
    run.restart(run.setup, start=False)  # its worker is let go
    until(lambda: pid not in children(registry.fork_server), 5)
    run.close()


@pytest.mark.skipif(not FORKS, reason="runs are threads here")
def test_a_pause_waits_no_longer_than_the_keeper_for_a_frozen_process(open_registry: OpenRegistry) -> None:
    registry = open_registry(patience=0.5)
    before = children(registry.fork_server)
    run = opened(registry)
    run.start()
    (pid,) = children(registry.fork_server) - before
    os.kill(pid, signal.SIGSTOP)
    begun = time.monotonic()
    with pytest.raises(RunError, match="does not answer"):
        run.pause()
    assert time.monotonic() - begun < 3
    until(lambda: (run.status, registry.training()) == ("failed", 0), 3)
    until(lambda: pid not in children(registry.fork_server), 3)  # it is killed, and its parent hears of it later
    run.close()


def test_what_is_done_while_the_worker_is_parked_is_not_lost(open_registry: OpenRegistry) -> None:
    registry, asked, go_on = open_registry(), threading.Event(), threading.Event()

    def slow(command: Command[object]) -> None:
        if isinstance(command, GetState):
            asked.set()
            go_on.wait(20)

    run = stubbed(registry, slow)
    run.step()
    run.steps, run.last_used = 1, run.last_used - 60  # it stands still for a minute
    assert asked.wait(3)
    go_on.set()
    run.step()
    until(lambda: run.pending is None, 3)
    assert run.has_worker
    run.close()


def test_a_run_that_somebody_acts_on_is_forgotten_without_waiting(open_registry: OpenRegistry) -> None:
    registry = open_registry(memory=0.3)
    busy, other = opened(registry), opened(registry)
    held, free = threading.Event(), threading.Event()

    def act() -> None:
        with busy.lock:
            held.set()
            free.wait(20)

    owner = threading.Thread(target=act)
    owner.start()
    held.wait(10)
    until(lambda: other.closed, 3)
    assert registry.find(busy.id) is None
    free.set()
    owner.join()
    until(lambda: busy.closed, 3)


# ---- memory


def state_of(size: int, steps: int) -> RunState:
    return RunState(steps, 0.0, False, (ContestantState(bytes(size), {"d": steps, "g": steps}, (), {}),))


def test_all_pasts_together_stay_within_their_bytes(open_registry: OpenRegistry) -> None:
    registry = open_registry(past=10_000_000, pages=200)
    heavy = [opened(registry) for _ in range(199)]
    light = opened(registry)
    light.past.keep_state(state_of(1_000, 1))
    for run in heavy:
        for steps in (1, 2, 3):
            run.past.keep_state(state_of(350_000, steps))
            registry.make_room()
            assert sum(run.size for run in registry.runs) <= 10_000_000
    assert len(registry.runs) == 200  # moments are lost, no run is
    assert light.past.state_before(light.past.frames()[0]) is None
    assert light.past.states != []


def test_where_pasts_are_as_thin_as_they_can_be_the_largest_that_stand_still_make_way(
    open_registry: OpenRegistry,
) -> None:
    registry = open_registry(past=500_000)
    runs = [stubbed(registry, lambda command: None) for _ in range(3)]
    runs[0].start()
    for run, size in zip(runs, (300_000, 200_000, 100_000), strict=True):
        run._parked = state_of(size, 1)
    registry.make_room()
    assert [registry.find(run.id) is not None for run in runs] == [True, False, True]
    until(lambda: runs[1].closed, 3)
    runs[0].pause()


def test_a_worker_that_sends_a_state_makes_room(open_registry: OpenRegistry) -> None:
    registry = open_registry(past=50_000)
    run = opened(registry)
    run.past.keep_state(state_of(200_000, 0))
    run.step("d")
    assert run.size <= 50_000
    run.close()
