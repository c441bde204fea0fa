"""Live runs keep their promises without a browser: exact steps, separate runs, an end for each."""

import base64
import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from gan.config import PRESETS
from gan.data import load
from gan.errors import ConfigError, RunError
from gan.objectives import OBJECTIVES
from gan.trainer import Trainer
from gan.ui.live_frames import FIELD, field_to_text, opinions, plane, points_to_text
from gan.ui.live_recipes import LIVE_DATA, RECIPES, RELATIVISTIC_LR, Choices, live_config
from gan.ui.live_runs import LiveLimits, LiveRun, LiveRuns, loaded

torch.set_num_threads(1)


@pytest.fixture
def runs() -> Iterator[LiveRuns]:
    made = LiveRuns(LiveLimits(heartbeat=30.0))
    yield made
    for run in list(made._runs.values()):
        run.pause()


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for a condition; fail if it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def poll(run: LiveRun) -> dict[str, Any]:
    return run.poll(-1, -1, 0)


def live_threads() -> int:
    return sum(thread.name.startswith("live-") for thread in threading.enumerate())


def test_start_trains_and_pause_stops_on_the_step(runs: LiveRuns) -> None:
    run = runs.open(live_config(Choices()))
    assert (run.state, run.steps) == ("ready", 0)
    run.start()
    until(lambda: run.steps >= 20)
    run.pause()
    steps, nimg = run.steps, run.trainer.nimg
    assert nimg == steps * run.config.batch
    assert not run.training
    time.sleep(0.1)
    assert (run.state, run.steps, run.trainer.nimg) == ("paused", steps, nimg)
    run.start()
    until(lambda: run.steps > steps)


def test_one_step_is_exactly_one(runs: LiveRuns) -> None:
    run = runs.open(live_config(Choices(objective="wasserstein", lr=1e-3, lr_d=1e-3)))
    for expected in (1, 2, 3):
        run.step()
        assert (run.steps, run.state) == (expected, "paused")
        assert run.trainer.nimg == expected * run.config.batch * run.config.d_steps
        assert poll(run)["frame"]["steps"] == expected
    run.start()
    until(lambda: run.steps > 5)
    run.step()
    steps = run.steps
    assert not run.training
    time.sleep(0.05)
    assert run.steps == steps


def test_reset_goes_back_to_the_very_first_picture(runs: LiveRuns) -> None:
    run = runs.open(live_config(Choices(data="digits", lr=2e-3, lr_d=2e-3)))
    first = poll(run)
    run.step()
    assert poll(run)["frame"]["fakes"] != first["frame"]["fakes"]
    run.reset()
    again = poll(run)
    assert (run.state, run.steps, again["curve"]) == ("ready", 0, [])
    assert again["frame"]["fakes"] == first["frame"]["fakes"]
    assert again["round"] != first["round"]


@pytest.mark.parametrize("data", LIVE_DATA)
def test_a_watched_run_has_the_weights_of_a_plain_one(runs: LiveRuns, data: str) -> None:
    config = live_config(Choices(data=data, lr=1e-3, lr_d=2e-3, batch=32, seed=7))
    run = runs.open(config)
    run.start()
    until(lambda: bool(poll(run)) and run.steps >= 30)
    run.pause()
    plain = Trainer(config, load(data))
    for _ in range(run.steps):
        plain.step()
    ours, theirs = run.trainer.state(), plain.state()
    assert ours.keys() == theirs.keys()
    for name, value in theirs.items():
        assert torch.equal(ours[name], value), name


def test_two_runs_are_separate_and_both_go_on(runs: LiveRuns) -> None:
    a, b = runs.open(live_config(Choices(seed=1))), runs.open(live_config(Choices(data="grid", seed=2)))
    a.start()
    b.start()
    until(lambda: min(a.steps, b.steps) >= 30)
    assert (a.config.data, b.config.data) == ("ring", "grid")
    a.pause()
    steps = a.steps
    until(lambda: b.steps > 60)
    assert a.steps == steps
    assert a.id != b.id


def test_learning_rates_act_at_once_without_starting_over(runs: LiveRuns) -> None:
    run = runs.open(live_config(Choices()))
    run.step()
    run.set_rates(1e-5, 2e-5)
    run.step()
    assert run.trainer.adam_g.param_groups[0]["lr"] == 1e-5
    assert run.trainer.adam_d.param_groups[0]["lr"] == 2e-5
    assert run.steps == 2


def test_a_silent_page_ends_its_run_and_may_come_back() -> None:
    runs = LiveRuns(LiveLimits(heartbeat=0.3))
    run = runs.open(live_config(Choices()))
    run.start()
    until(lambda: run.training)
    until(lambda: not run.training, seconds=2.0)
    assert run.state == "asleep"
    steps = run.steps
    poll(run)
    until(lambda: run.steps > steps)
    run.pause()


def test_the_default_heartbeat_is_within_the_promise() -> None:
    assert LiveLimits().heartbeat <= 1.5


def test_a_paused_run_stays_paused_when_polled() -> None:
    runs = LiveRuns(LiveLimits(heartbeat=0.05))
    run = runs.open(live_config(Choices()))
    run.start()
    until(lambda: run.state == "asleep")
    run.pause()
    poll(run)
    assert (run.state, run.training) == ("paused", False)


def test_no_thread_and_no_run_is_left_behind() -> None:
    before = live_threads()
    runs = LiveRuns(LiveLimits(runs=40, heartbeat=0.05, memory=0.05))
    for seed in range(30):
        runs.open(live_config(Choices(seed=seed))).start()
    until(lambda: live_threads() == before)
    time.sleep(0.06)
    runs.forget()
    assert not runs._runs


@pytest.mark.parametrize("limits", [LiveLimits(seconds=0.2), LiveLimits(steps=25)])
def test_the_budget_ends_a_run_and_start_begins_another(limits: LiveLimits) -> None:
    run = LiveRuns(limits).open(live_config(Choices()))
    run.start()
    until(lambda: run.state == "over")
    answer = poll(run)
    assert answer["left"] == 0 if limits.seconds < 1 else run.steps == 25
    assert answer["frame"]["steps"] == run.steps
    run.start()
    assert poll(run)["round"] == 2
    assert run.steps < 25
    run.pause()


def test_too_many_at_once_get_one_sentence(runs: LiveRuns) -> None:
    runs = LiveRuns(LiveLimits(runs=1, pages=2, heartbeat=30.0))
    a, b = runs.open(live_config(Choices())), runs.open(live_config(Choices()))
    a.start()
    with pytest.raises(RunError, match="1 runs are training here now"):
        b.start()
    assert b.state == "ready"
    b.step()  # a single step needs no place
    a.pause()
    b.start()
    b.pause()


def test_opening_many_pages_keeps_nobody_out(runs: LiveRuns) -> None:
    runs = LiveRuns(LiveLimits(runs=2, pages=2, heartbeat=30.0))
    a, b = runs.open(live_config(Choices())), runs.open(live_config(Choices()))
    a.start()
    late = runs.open(live_config(Choices()))
    assert [runs.get(run.id) for run in (a, b, late)] == [a, None, late]  # the one that trains stays
    late.start()
    with pytest.raises(RunError, match="all 2 places"):
        runs.open(live_config(Choices()))
    a.pause()
    late.pause()


def test_divergence_ends_the_run_with_a_sentence_and_keeps_the_last_picture(runs: LiveRuns) -> None:
    run = runs.open(live_config(Choices()))
    run.step()
    last = poll(run)["frame"]
    with torch.no_grad():
        next(run.trainer.G.parameters()).fill_(math.nan)
    run.start()
    until(lambda: run.state == "diverged")
    answer = poll(run)
    assert "diverged" in str(answer["trouble"])
    assert answer["frame"] == last
    assert not run.training
    run.start()
    until(lambda: run.steps > 3)
    assert run.state == "running"


def test_an_unexpected_fault_ends_in_a_word_for_the_page(runs: LiveRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    run = runs.open(live_config(Choices()))
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    monkeypatch.setattr(run.trainer, "step", lambda: 1 / 0)
    run.start()
    until(lambda: run.state == "failed")
    run.start()
    until(lambda: run.steps > 3)


def test_a_foreign_id_finds_nothing(runs: LiveRuns) -> None:
    a, b = runs.open(live_config(Choices())), runs.open(live_config(Choices()))
    assert runs.get(a.id) is a
    assert len(a.id) >= 32
    assert a.id != b.id
    for guess in ("", a.id[:-1], a.id.lower() + "x", None, 0, ["a"], {"id": a.id}):
        assert runs.get(guess) is None


def test_the_end_of_a_session_ends_its_runs_only(runs: LiveRuns) -> None:
    a, b = runs.open(live_config(Choices())), runs.open(live_config(Choices()))
    a.session, b.session = "one", "two"
    a.start()
    b.start()
    runs.end_session("one")
    runs.end_session("")
    until(lambda: not a.training, seconds=2.0)
    assert (a.state, b.training) == ("asleep", True)
    poll(a)  # it was only cut off
    assert a.training
    runs.close()
    assert (a.training, b.training) == (False, False)


def test_polls_bring_only_what_is_new(runs: LiveRuns) -> None:
    run = runs.open(live_config(Choices()))
    first = poll(run)
    assert {"scene", "frame"} <= first.keys()
    again = run.poll(first["round"], first["number"], 0)
    assert not {"scene", "frame"} & again.keys()
    run.step()
    run.step()
    answer = run.poll(first["round"], first["number"], 1)
    assert [point[0] for point in answer["curve"]] == [2]
    assert "scene" not in answer


def test_frames_are_made_only_when_asked_for(runs: LiveRuns) -> None:
    run = runs.open(live_config(Choices()))
    run.start()
    until(lambda: run.steps > 60)
    run.pause()
    assert len(run._shown.curve) == 1  # the one of the pause


@pytest.mark.parametrize(
    ("choice", "value", "sentence"),
    [
        ("lr", "1e9", r"--lr must be a number from 1e-07 to 1, not 1000000000"),
        ("lr", "abc", r"--lr must be a number from 1e-07 to 1, not 'abc'"),
        ("lr_d", math.nan, r"--lr-d must be a number from 0 to 1, not nan"),
        ("lr_d", None, r"--lr-d must be a number"),
        ("batch", 1.5, r"--batch must be a whole number from 2 to 4096, not 1.5"),
        ("batch", True, r"--batch must be a whole number"),
        ("seed", "abc", r"--seed must be a number from 0 to 4294967295, not 'abc'"),
        ("seed", "-1", r"--seed must be a whole number from 0"),
        ("data", "mnist", r"--data is one of ring, grid, digits, not 'mnist'"),
        ("data", ["ring"], r"--data is one of"),
        ("objective", "magic", r"--objective is one of minimax, .*, not 'magic'"),
    ],
)
def test_a_bad_choice_gets_its_sentence(choice: str, value: object, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        live_config(replace(Choices(), **{choice: value}))


def test_choices_reach_the_config_and_the_rest_is_the_presets() -> None:
    config = live_config(Choices("grid", "hinge", "2e-3", 5e-4, 64, "9"))
    assert (config.data, config.objective, config.lr, config.lr_d) == ("grid", "hinge", 2e-3, 5e-4)
    assert (config.batch, config.seed, config.lr_final) == (64, 9, 1.0)
    assert config.g_widths == PRESETS["grid"].g_widths
    assert (config.beta1, config.beta2) == (0.5, 0.9)


def test_every_objective_has_a_recipe() -> None:
    assert RECIPES.keys() | {"relativistic"} == OBJECTIVES.keys()
    assert RELATIVISTIC_LR.keys() == set(LIVE_DATA)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_opinions_are_high_on_real_and_low_on_fake(objective: str) -> None:
    """A critic that is right by 0.5 on either side of its objective's own middle is read as right."""
    middle = {"least-squares": 0.5, "relativistic": 7.0, "wasserstein": -3.0, "wasserstein-gp": 9.0}.get(objective, 0.0)
    reals, fakes = torch.full((5, 2), 0.5), torch.full((5, 2), -0.5)
    on_real, on_fake, here = opinions(objective, lambda x: x[:, 0] + middle, reals, fakes, torch.zeros(1, 2))
    assert on_real.min() > 0.6
    assert on_fake.max() < 0.4
    torch.testing.assert_close(here, torch.tensor([0.5]))


def test_the_plane_is_asked_row_by_row_from_the_top_left() -> None:
    places = plane(2.0)
    assert places.shape == (FIELD * FIELD, 2)
    half = 2.0 / FIELD
    torch.testing.assert_close(places[0], torch.tensor([-2 + half, 2 - half]))
    torch.testing.assert_close(places[1] - places[0], torch.tensor([2 * half, 0.0]))
    torch.testing.assert_close(places[-1], torch.tensor([2 - half, -2 + half]))


def test_points_and_fields_survive_their_journey() -> None:
    text = points_to_text(torch.tensor([[-3.0, 0.0], [1.5, 99.0]]), 3.0)
    values = np.frombuffer(base64.b64decode(text), "<u2") / 65535 * 6 - 3
    np.testing.assert_allclose(values, [-3, 0, 1.5, 3], atol=1e-4)
    field = base64.b64decode(field_to_text(torch.tensor([0.0, 0.5, 1.0, math.nan])))
    assert list(field) == [0, 128, 255, 128]


def test_limits_come_from_the_environment() -> None:
    limits = LiveLimits.from_environment({"GAN_LIVE_RUNS": "3", "GAN_LIVE_SECONDS": "7.5", "PATH": "x"})
    assert (limits.runs, limits.seconds, limits.steps) == (3, 7.5, LiveLimits().steps)
    for bad in ("0", "-1", "many", "nan", "inf"):
        with pytest.raises(ConfigError, match="GAN_LIVE_SECONDS must be a positive number"):
            LiveLimits.from_environment({"GAN_LIVE_SECONDS": bad})


def test_a_data_set_is_read_once() -> None:
    assert loaded("digits")[0] is loaded("digits")[0]
