"""Threads and arithmetic are measured where they are left open, and nowhere else."""

import dataclasses

import pytest
import torch

from core_fixtures import made_up, tiny
from gan.recipe.config import TrainConfig
from gan.training import tuning
from gan.training.threads import LOOK, TURN, TURNS, ThreadChoice, fewest
from gan.training.trainer import Trainer
from gan.training.tuning import chosen, counts, step_seconds, tuned


def test_what_is_said_stays_without_a_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "step_seconds", lambda *_: pytest.fail("measured"))
    assert tuned(tiny(), made_up()) == tiny()
    assert tuned(tiny(threads=3, precision="bf16"), made_up()) == tiny(threads=3, precision="bf16")


def test_the_fastest_candidate_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    times = {(1, "float32"): 4.0, (1, "bf16"): 3.0, (2, "float32"): 2.0, (2, "bf16"): 1.0}
    tried: list[tuple[int, str]] = []

    def seconds(config: TrainConfig, *_: object) -> float:
        tried.append((config.threads, config.precision))
        return times[tried[-1]]

    monkeypatch.setattr(tuning, "step_seconds", seconds)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    open_config = tiny(threads=0, precision="auto")
    assert tuned(open_config, made_up()) == tiny(threads=2, precision="bf16")
    assert sorted(tried) == sorted([*times] * TURNS)
    tried.clear()
    assert tuned(dataclasses.replace(open_config, precision="float32"), made_up()) == tiny(threads=2)
    assert tried == [(1, "float32"), (2, "float32")] * TURNS
    assert tuned(open_config, made_up(), "cuda:0").threads == 1


def test_more_threads_must_be_worth_it() -> None:
    one, two = tiny(threads=1), tiny(threads=2)
    assert chosen([(1.05, one), (1.0, two)]) == one
    assert chosen([(1.2, one), (1.0, two)]) == two


@pytest.mark.parametrize(("most", "expected"), [(1, [1]), (2, [1, 2]), (6, [1, 2, 4, 6]), (8, [1, 2, 4, 8])])
def test_numbers_of_threads(most: int, expected: list[int]) -> None:
    assert counts(most) == expected


def test_a_step_takes_a_time_and_threads_are_put_back() -> None:
    assert 0 < step_seconds(tiny(), made_up()) < 1
    before = torch.get_num_threads()
    assert tuned(tiny(threads=0), made_up()).threads >= 1
    assert torch.get_num_threads() == before


def used(choice: ThreadChoice, step: dict[int, float], seconds: float) -> list[int]:
    """The threads of each step of a run that goes on for so many seconds, when a step takes step[threads]."""
    found, passed = [choice.now], 0.0
    while passed < seconds:
        passed += step[found[-1]]
        found.append(choice.next(step[found[-1]]))
    return found


def test_a_run_goes_on_with_what_is_fastest_by_now(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "gan.training")
    choice = ThreadChoice(2, [1, 2])
    quiet, busy = {1: 0.1, 2: 0.06}, {1: 0.1, 2: 0.31}
    look = 2 * TURNS * (TURN + 0.5)
    steps = used(choice, quiet, 10 * LOOK)
    assert choice.now == 2
    assert set(steps) == {1, 2}, "the other number is tried"
    assert steps.count(1) < len(steps) / 20
    assert not caplog.messages
    used(choice, busy, LOOK + look)
    assert choice.now == 1
    assert caplog.messages == ["computing with 1 thread from now on: a step with 2 takes 3.1 times as long"]
    used(choice, quiet, LOOK + look)
    assert choice.now == 2, "and back, when the machine is quiet again"
    assert set(used(ThreadChoice(1, [1]), {1: 0.1}, 3 * LOOK)) == {1}


def test_the_first_step_with_another_number_does_not_count() -> None:
    choice, before, now = ThreadChoice(1, [1, 2]), 1, 1
    for _ in range(int(2 * LOOK / 0.1)):
        before, now = now, choice.next(0.1 if now == 1 else 0.05 if before == 2 else 5.0)
    assert choice.now == 2


def test_the_fewest_that_are_fast_enough() -> None:
    assert fewest({1: 1.05, 2: 1.0, 4: 0.99}) == 1
    assert fewest({1: 1.5, 2: 1.0, 4: 0.95}) == 2


def test_a_trainer_takes_the_number_that_is_chosen() -> None:
    trainer = Trainer(tiny(nimg=400), made_up())
    seen: list[int] = []

    class Turning(ThreadChoice):
        def next(self, seconds: float) -> int:
            assert 0 < seconds < 5
            seen.append(torch.get_num_threads())
            return 2 if trainer.threads == 1 else 1

    trainer.thread_choice = Turning(1, [1, 2])
    used_in: list[int] = []
    real = trainer.d_phases
    trainer.d_phases = lambda: used_in.append(torch.get_num_threads()) or real()  # type: ignore[method-assign, func-returns-value]
    for _ in trainer.ticks(400):
        pass
    assert used_in[:4] == [1, 2, 1, 2]
    assert len(set(seen)) == 1, "torch's own number comes back"
