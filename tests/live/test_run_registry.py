"""Live runs in their own processes: exact steps, separate runs, a queue, a past to go back to, an end for each."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import safetensors.torch
import torch

from conftest import until
from gan.data.sets import load
from gan.errors import GanError, RunError
from gan.live import run_registry
from gan.live.fork_server import FORKS, ForkServer
from gan.live.run import LiveRun
from gan.live.run_registry import RunRegistry
from gan.live.setup import Setup
from gan.live.worker import NICE
from gan.training.trainer import Trainer
from registry_fixtures import SMALL, children, opened, plain, registry, run, states, trained

__all__ = ["registry", "run"]  # fixtures

torch.set_num_threads(1)
OpenRegistry = Callable[..., RunRegistry]


# ---- exact steps


def test_start_trains_and_pause_stops_on_the_step(run: LiveRun) -> None:
    assert (run.status, run.steps) == ("ready", 0)
    trained(run, 20)
    steps = run.steps
    assert f'"steps": {steps}, "nimg": {steps * 8}' in run.published.text
    time.sleep(0.1)
    assert (run.status, run.steps) == ("paused", steps)
    assert states(run) == (plain(run),)
    trained(run, steps + 1)
    assert run.steps > steps


def test_one_step_is_exactly_one(run: LiveRun) -> None:
    for expected, which in enumerate(("both", "d", "both", "g", "both"), 1):
        run.step(which)
        assert (run.steps, run.status) == (expected, "paused")
    assert states(run) == (plain(run, "bdbgb"),)
    run.start()
    until(lambda: run.request_frame() or run.steps > 8)
    run.step()  # pauses first
    steps = run.steps
    time.sleep(0.05)
    assert (run.status, run.steps) == ("paused", steps)
    assert states(run) == (plain(run, "bdbgb"),)
    for hostile in ("all", None, 3, ["d"]):
        with pytest.raises(RunError, match="a step is of both, d or g"):
            run.step(hostile)


def test_slow_motion_stands_still_between_phases_and_start_goes_on_from_there(run: LiveRun) -> None:
    trained(run, 3)
    steps = run.steps
    for _ in range(7):
        run.next_phase()
        assert (run.status, run.steps) == ("slow", steps)
    run.start()
    until(lambda: run.request_frame() or run.steps > steps + 5)
    run.next_phase()
    assert run.status == "slow"
    run.finish_iteration()
    assert run.status == "paused"
    assert states(run) == (plain(run),)
    run.finish_iteration()  # nothing to finish
    assert states(run) == (plain(run),)


def test_reset_goes_back_to_the_very_first_picture(run: LiveRun) -> None:
    first = run.published
    trained(run, 5)
    assert run.published.text != first.text
    run.restart(run.setup, start=False)
    assert (run.status, run.steps, run.curve()) == ("ready", 0, [])
    assert run.published.text == first.text
    assert run.published.round != first.round
    assert len(run.past.frames()) == 1
    assert states(run) == (plain(run),)


def test_two_runs_are_apart(registry: RunRegistry) -> None:
    a, b = opened(registry, seed=1), opened(registry, data="grid", seed=2)
    assert a.id != b.id
    assert len(a.id) >= 32
    a.start()
    b.start()
    until(lambda: a.request_frame() or b.request_frame() or min(a.steps, b.steps) >= 10)
    a.pause()
    steps = a.steps
    until(lambda: b.request_frame() or b.steps > 30)
    b.pause()
    assert a.steps == steps
    assert states(a) == (plain(a),)
    assert states(b) == (plain(b),)
    a.close()
    b.step()
    b.close()


def test_a_race_is_two_runs_step_for_step(registry: RunRegistry) -> None:
    race = trained(opened(registry, rival="hinge"), 10)
    assert states(race) == (plain(race), plain(race, lane=1))
    assert [len(point["lanes"]) for point in race.curve()] == [2] * len(race.curve())
    race.close()


def test_what_can_change_at_once_does_and_the_rest_starts_over(run: LiveRun) -> None:
    trained(run, 4)
    steps, round = run.steps, run.published.round
    run.apply(run.setup)
    assert run.steps == steps
    run.apply(Setup.of(run.setup.to_json() | {"lr": 1e-4, "d_steps": 2}))
    assert (run.steps, run.published.round, run.configs[0].d_steps) == (steps, round, 2)
    run.step()
    assert f'"trained_d": {steps + 2}, "trained_g": {steps + 1}' in run.published.text
    run.apply(Setup.of(run.setup.to_json() | {"batch": 9}))
    assert (run.steps, run.status, run.published.round) == (0, "ready", round + 1)
    run.start()
    run.apply(Setup.of(run.setup.to_json() | {"batch": 10}))
    assert run.status == "running"  # it trained before
    until(lambda: run.request_frame() or run.steps > 2)
    run.apply(Setup.of(run.setup.to_json() | {"gamma": 0.2}))
    assert (run.status, run.setup["gamma"]) == ("running", 0.2)
    assert run.steps > 2


def test_a_set_up_that_is_too_large_changes_nothing(open_registry: OpenRegistry) -> None:
    run = opened(open_registry(weights=2_000))
    run.step()
    with pytest.raises(GanError, match="this machine allows 2,000"):
        run.apply(Setup.of(run.setup.to_json() | {"g_neurons": 200}))
    assert (run.steps, run.setup["g_neurons"]) == (1, 8)
    run.step()
    assert run.steps == 2


# ---- the queue, silence, and coming back


def test_a_run_is_looked_after_however_long_its_beginning_took(open_registry: OpenRegistry) -> None:
    registry, real = open_registry(heartbeat=0.2), RunRegistry.initial_frame
    registry.initial_frame = lambda setup: (time.sleep(2 * run_registry.TEND_SECONDS), real(registry, setup))[1]  # type: ignore[method-assign]
    run = opened(registry)
    run.start()
    until(lambda: run.status == "asleep", seconds=10)


def test_the_queue_lets_in_one_after_the_other(open_registry: OpenRegistry) -> None:
    registry = open_registry(runs=1)
    a, b, c = opened(registry), opened(registry), opened(registry)
    a.open_to_all = True
    for each in (a, b, c):
        each.start()
    assert [each.status for each in (a, b, c)] == ["running", "queued", "queued"]
    assert [registry.place(each) for each in (a, b, c)] == [0, 1, 2]
    assert registry.shared() == [a.watch]
    c.step()  # a single step needs no place, but gives the one in the queue up
    assert (c.steps, c.status, registry.place(c)) == (1, "paused", 0)
    c.start()
    assert registry.place(c) == 2
    a.pause()
    until(lambda: b.status == "running" and (b.request_frame() or b.steps > 2))
    assert (c.status, registry.place(c)) == ("queued", 1)
    a.start()
    assert (a.status, registry.place(a)) == ("queued", 2)  # those who wait come first
    b.close()
    until(lambda: c.status == "running")
    c.pause()
    until(lambda: a.status == "running")
    a.pause()
    assert states(c) == (plain(c),)


def test_a_busy_run_keeps_its_place_in_the_queue(open_registry: OpenRegistry) -> None:
    registry = open_registry(runs=1)
    a, b = opened(registry), opened(registry)
    a.start()
    b.start()
    held, free = threading.Event(), threading.Event()

    def act() -> None:
        with b.lock:
            held.set()
            free.wait(10)

    owner = threading.Thread(target=act)
    owner.start()
    held.wait(10)
    a.pause()
    time.sleep(2 * run_registry.TEND_SECONDS)
    assert b.status == "queued"
    free.set()
    owner.join()
    until(lambda: b.request_frame() or b.steps > 0)
    b.pause()


def test_a_silent_page_stops_its_run_and_may_come_back(open_registry: OpenRegistry) -> None:
    registry = open_registry(heartbeat=0.3, runs=1)
    run, other = opened(registry), opened(registry)
    run.start()
    until(lambda: run.status == "asleep", seconds=10)
    with run.lock:  # the keeper has let go: the step under way is made
        steps = run.steps
    time.sleep(0.3)
    assert run.steps == steps
    other.start()
    assert other.status == "running"  # its place is free

    def alive() -> bool:
        run.last_poll = time.monotonic()
        run.request_frame()
        return run.steps > steps

    until(alive)
    run.pause()
    assert states(run) == (plain(run),)


def test_a_paused_run_stays_paused_and_a_silent_one_leaves_the_queue(open_registry: OpenRegistry) -> None:
    registry = open_registry(heartbeat=0.3, runs=1)
    a, b = opened(registry), opened(registry)
    a.start()
    b.start()
    b.last_poll -= 1
    until(lambda: (b.status, registry.place(b)) == ("ready", 0), seconds=10)
    a.pause()
    a.last_poll -= 1
    time.sleep(2 * run_registry.TEND_SECONDS)
    a.last_poll = time.monotonic()
    time.sleep(2 * run_registry.TEND_SECONDS)
    assert a.status == "paused"


def test_a_run_that_starts_over_and_over_ends_while_others_wait(open_registry: OpenRegistry) -> None:
    registry = open_registry(runs=1)
    a, b = opened(registry), opened(registry)
    a.start()
    b.start()
    a.admitted_at -= registry.limits.seconds + 1
    until(lambda: (a.status, b.status) == ("over", "running"))
    b.pause()


@pytest.mark.parametrize("limits", [{"seconds": 0.2}, {"steps": 25}])
def test_the_budget_ends_a_run_and_start_begins_another(open_registry: OpenRegistry, limits: dict[str, Any]) -> None:
    run = opened(open_registry(**limits))
    run.start()
    until(lambda: run.status == "over")
    assert run.steps == 25 or "seconds" in limits
    assert f'"steps": {run.steps},' in run.published.text
    run.step()
    assert run.status == "over"
    assert run.model(0, "mine")  # what it learnt can still be kept
    run.start()
    assert run.published.round == 2
    run.pause()
    assert run.steps <= 25 or "seconds" in limits


def test_a_parked_run_goes_on_exactly(open_registry: OpenRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_registry, "PARK_SECONDS", 0.2)
    run = trained(opened(open_registry()), 10)
    until(lambda: not run.has_worker, seconds=10)
    shown, steps = run.published, run.steps
    run.step("d")
    assert run.has_worker
    assert (run.steps, shown.round) == (steps + 1, run.published.round)
    run.apply(Setup.of(run.setup.to_json() | {"lr": 1e-4}))
    until(lambda: not run.has_worker, seconds=10)
    trained(run, steps + 5)
    trainer = Trainer(Setup.of(SMALL).configs()[0], load("ring"))
    for _ in range(steps):
        trainer.step()
    trainer.step_d()
    trainer.change(run.configs[0])
    for _ in range(run.steps - steps - 1):
        trainer.step()
    assert states(run) == (safetensors.torch.save(trainer.state()),)


def test_nobody_is_kept_out_by_many_pages(open_registry: OpenRegistry) -> None:
    registry = open_registry(runs=2, pages=2)
    a, b = opened(registry), opened(registry)
    a.start()
    late = opened(registry)
    found = [registry.find(each.id) for each in (a, b, late)]
    assert found == [(a, "owner"), None, (late, "owner")]  # the one that trains stays
    late.start()
    with pytest.raises(RunError, match="all 2 places"):
        opened(registry)
    a.pause()
    late.pause()


def test_a_foreign_id_finds_nothing(registry: RunRegistry, run: LiveRun) -> None:
    assert registry.find(run.id) == (run, "owner")
    guesses = ("", ".", run.id[:-1], run.id.lower() + "x", None, 0, ["a"], {"id": run.id}, run.watch, f"{run.watch}.x")
    assert [registry.find(guess) for guess in guesses] == [None] * len(guesses)
    run.open_to_all = True
    assert registry.find(f"{run.watch}.x") == (run, "watcher")
    assert registry.find(f"{run.id}.x") is None


def test_forty_abandoned_runs_leave_nothing_behind(open_registry: OpenRegistry, fork_server: ForkServer) -> None:
    def there() -> set[object]:
        """Processes, threads and open files, each by what it is: those of other registries may go meanwhile."""
        files = {link for fd in os.listdir("/proc/self/fd") if (link := held(f"/proc/self/fd/{fd}"))}
        return children(fork_server) | set(threading.enumerate()) | files

    registry = open_registry(runs=40)
    before = there()
    runs = [opened(registry, seed=seed % 3) for seed in range(40)]
    for turn, each in enumerate(runs):
        (each.start, each.step, each.next_phase, lambda: None)[turn % 4]()
    assert len(there() - before) >= 30  # a process, a thread and a socket for each that trains
    registry.limits = replace(registry.limits, heartbeat=0.05, memory=0.3)
    until(lambda: not registry.runs)
    until(lambda: not there() - before)
    assert registry._keeper is None


def held(path: str) -> str:
    """What a file descriptor stands for; "" if it is gone."""
    try:
        return os.readlink(path)
    except OSError:
        return ""


def test_a_run_that_was_forgotten_does_not_begin_again(registry: RunRegistry) -> None:
    run = opened(registry)
    run.close()
    for act in (run.start, run.step, run.next_phase):
        with pytest.raises(RunError, match="no longer here"):
            act()
    assert not run.has_worker
    assert registry.place(run) == 0


@pytest.mark.skipif(not FORKS, reason="runs are threads here")
def test_many_runs_make_way_for_others(open_registry: OpenRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = open_registry(runs=4)
    monkeypatch.setattr(run_registry.os, "cpu_count", lambda: 2)
    first, second = opened(registry), opened(registry)
    before = children(registry.fork_server)
    first.start()
    until(lambda: first.request_frame() or first.steps > 2)
    (one,) = children(registry.fork_server) - before
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, one) == own  # alone it need not
    second.start()
    until(lambda: second.request_frame() or second.steps > 2)
    (other,) = children(registry.fork_server) - before - {one}
    until(lambda: [os.getpriority(os.PRIO_PROCESS, pid) for pid in (one, other)] == [own + NICE] * 2)
    first.close()
    second.close()
