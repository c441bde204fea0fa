"""Threads and arithmetic are measured where they are left open, and nowhere else."""

import dataclasses

import pytest
import torch

from core_fixtures import made_up, tiny
from gan.recipe.config import TrainConfig
from gan.training import tuning
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
    assert sorted(tried) == sorted(times)
    tried.clear()
    assert tuned(dataclasses.replace(open_config, precision="float32"), made_up()) == tiny(threads=2)
    assert tried == [(1, "float32"), (2, "float32")]
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
