"""A live run's worker trains exactly as told: every step counts, every way to the same step gives the same weights."""

import time
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import safetensors.torch

from core_fixtures import differing
from gan.data.sets import found_here, load
from gan.errors import ConfigError
from gan.live import worker as worker_module
from gan.live.contestant import CURVE_EVERY
from gan.live.messages import StateEvent
from gan.live.observer import OBSERVE_EVERY
from gan.live.recipes import LIVE_DATA
from gan.live.setup import Setup
from gan.recipe.objectives import OBJECTIVES
from gan.training.trainer import Trainer
from recording_worker import SMALL, RecordingWorker, part, plain

POINTS = tuple(name for name in LIVE_DATA if "mnist" not in name and name != "digits")


# ---- every way to the same weights


@pytest.mark.parametrize("data", [*POINTS, "digits"])
def test_a_watched_run_has_the_weights_of_a_plain_one(data: str) -> None:
    if found_here(data) == "nothing":
        pytest.skip(f"{data} is not on this machine")
    run = RecordingWorker(data=data, seed=7, start="")
    for turn in range(12):
        run.frame_requested = turn % 3 == 0
        run.work()
        if turn % 5 == 0:
            run.send_state()
    assert not differing(run.weights(), plain(12, data=data, seed=7, start=""))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_observing_and_drawing_draw_nothing_from_the_runs_dice(objective: str) -> None:
    run = RecordingWorker(objective=objective)
    for _ in range(3):
        run.work()
        for contestant in run.contestants:
            contestant.observe(run.steps)
        run.send_frame()
    assert not differing(run.weights(), plain(3, objective=objective))


@pytest.mark.parametrize("rates", [(1, 1), (3, 1), (1, 2), (2, 3)])
@pytest.mark.parametrize("values", [{}, {"objective": "wasserstein-gp"}, {"data": "digits"}, {"optimizer": "sgd"}])
def test_ten_phases_are_one_step(rates: tuple[int, int], values: dict[str, Any]) -> None:
    values = values | {"d_steps": rates[0], "g_steps": rates[1]}
    run = RecordingWorker(**values)
    assert [run.next_phase() for _ in range(10)] == [*range(10)]
    assert (run.steps, run.contestants[0].trained) == (1, {"d": rates[0], "g": rates[1]})
    assert not differing(run.weights(), plain(1, **values))
    run.next_phase()  # the next iteration begins with the next press
    run.next_phase()
    assert run.steps == 1
    run.finish_iteration()
    assert run.steps == 2
    assert not differing(run.weights(), plain(2, **values))


@pytest.mark.parametrize("phases", range(1, 10))
def test_an_iteration_that_is_left_in_the_middle_is_finished_first(phases: int) -> None:
    for leave in (RecordingWorker.stop, RecordingWorker.train, RecordingWorker.finish_iteration, RecordingWorker.state):
        run = RecordingWorker()
        for _ in range(phases):
            run.next_phase()
        leave(run)
        run.work()
        assert run.steps == 2, leave
        assert not differing(run.weights(), plain(2)), leave


def test_the_phases_show_what_the_step_computes() -> None:
    run = RecordingWorker(d_steps=2)
    for _ in range(10):
        run.next_phase()
    shown = [frame["stage"] for frame in run.frames()]
    assert [phase["index"] for phase in shown] == [*range(10)]
    assert [phase["who"] for phase in shown] == ["d"] * 5 + ["g"] * 5
    assert [phase["name"] for phase in shown] == ["noise", "samples", "judgement", "loss", "update"] * 2
    assert {"z", "real"} <= shown[0].keys()
    assert "fake" not in shown[0]
    assert "fake" in shown[1]
    assert {"logits_real", "logits_fake"} <= shown[2].keys()
    assert {"loss", "penalty", "real", "fake"} <= shown[3]["values"].keys()
    assert "real" not in shown[5]  # G's half begins with nothing on the table
    for half in (4, 9):
        assert shown[half]["values"]["loss"] == shown[half - 1]["values"]["loss"] is not None
        assert shown[half]["values"]["grad"] > 0
    config = run.contestants[0].trainer.config
    trainer = Trainer(config, load("ring"))
    trainer.step_d()
    assert shown[3]["values"]["loss"] == pytest.approx(float(trainer.step_d()), rel=1e-3)
    assert shown[8]["values"]["loss"] == pytest.approx(float(trainer.step_g()), rel=1e-3)


def test_weights_move_in_the_last_phase_of_each_half_alone() -> None:
    run = RecordingWorker()
    nets = run.contestants[0].trainer.D, run.contestants[0].trainer.G
    seen = [[safetensors.torch.save(net.state_dict()) for net in nets]]
    for _ in range(10):
        run.next_phase()
        seen.append([safetensors.torch.save(net.state_dict()) for net in nets])
    assert [a[0] != b[0] for a, b in pairwise(seen)] == [False] * 4 + [True] + [False] * 5
    assert [a[1] != b[1] for a, b in pairwise(seen)] == [False] * 9 + [True]


@pytest.mark.parametrize(
    ("which", "moved", "still", "trained"),
    [("both", ("G.", "D.", "G_ema."), (), (3, 2)), ("d", ("D.",), ("G.", "G_ema."), (1, 0)),
     ("g", ("G.", "G_ema."), ("D.",), (0, 1))],
)  # fmt: skip
def test_a_step_moves_what_it_names(which: Any, moved: Any, still: Any, trained: tuple[int, int]) -> None:
    run = RecordingWorker(d_steps=3, g_steps=2)
    before = run.weights()
    run.step(which)
    after = run.weights()
    for name in moved:
        assert differing(part(before, name), part(after, name)), name
    for name in still:
        assert not differing(part(before, name), part(after, name)), name
    frame = run.frames()[-1]
    assert (frame["trained_d"], frame["trained_g"]) == trained == tuple(run.contestants[0].trained.values())
    assert (run.steps, frame["steps"]) == (1, 1)
    assert run.contestants[0].trainer.nimg == 8 * trained[0]


@pytest.mark.parametrize("rival", ["hinge", "wasserstein", "relativistic"])
def test_the_lanes_of_a_race_are_two_runs_of_their_own(rival: str) -> None:
    race = RecordingWorker(rival=rival)
    race.iterate(5)
    race.step("d")
    for _ in range(13):
        race.next_phase()
    race.finish_iteration()
    alone = []
    for config in Setup.of(SMALL | {"rival": rival}).configs():
        trainer = Trainer(config, load("ring"))
        for turn in range(8):
            (trainer.step_d if turn == 5 else trainer.step)()
        alone.append(trainer.state())
    for lane in (0, 1):
        assert not differing(race.weights(lane), alone[lane])
    frame = race.frames()[-1]
    assert len(frame["doctor"]) == 2
    assert [lane["objective"] for lane in race.scene["lanes"]] == ["relativistic", rival]
    ours, theirs = frame["lanes"]
    assert (ours["fakes"] == theirs["fakes"]) == (rival == "relativistic")


# ---- parking and going back


@pytest.mark.parametrize("values", [{}, {"data": "digits"}, {"optimizer": "sgd"}, {"rival": "wasserstein"}])
def test_a_run_goes_on_from_a_state_as_if_it_had_never_stopped(values: dict[str, Any]) -> None:
    run = RecordingWorker(**values).iterate(3)
    run.step("g")
    kept = run.state()
    assert kept.size == sum(len(state) for state in kept.tensors) > 0
    run.iterate(4)
    again = RecordingWorker(state=kept, **values)
    assert (again.steps, again.contestants[0].trained) == (4, kept.contestants[0].trained)
    again.iterate(4)
    assert again.state().tensors == run.state().tensors
    assert (again.steps, again.contestants[0].trained) == (run.steps, run.contestants[0].trained)
    ahead = RecordingWorker(state=kept, ahead=4, **values)
    assert ahead.state().tensors == run.state().tensors
    assert (
        RecordingWorker(ahead=3, **values).state().tensors[0] == RecordingWorker(**values).iterate(3).state().tensors[0]
    )


def test_the_diagnosis_remembers_what_was_before_the_state() -> None:
    run = RecordingWorker().iterate(2 * OBSERVE_EVERY)
    again = RecordingWorker(state=run.state())
    assert again.contestants[0].history == run.contestants[0].history
    assert len(run.contestants[0].history) == 3
    assert again.contestants[0].figures == run.contestants[0].figures
    again.send_frame()
    run.send_frame()
    assert again.frames()[-1]["doctor"] == run.frames()[-1]["doctor"]


def test_states_come_by_themselves_and_say_where_they_stand() -> None:
    run = RecordingWorker()
    run._state_due = 0.0
    run.work()
    run.step("d")
    run.step("both")
    run.change_settings(Setup.of(SMALL | {"lr": 1e-3}).configs())
    kept = [event.state for event in run.sent if isinstance(event, StateEvent)]
    assert [(state.steps, state.irregular) for state in kept] == [(1, False), (2, True), (3, False), (3, True)]


def test_a_change_acts_from_the_next_step_on() -> None:
    run = RecordingWorker().iterate(2)
    (config,) = Setup.of(SMALL | {"lr": 1e-5, "d_steps": 2}).configs()
    run.change_settings([config])
    run.work()
    expected = Trainer(Setup.of(SMALL).configs()[0], load("ring"))
    for act in (expected.step, expected.step, lambda: expected.change(config), expected.step):
        act()
    assert not differing(run.weights(), expected.state())
    assert run.contestants[0].trained == {"d": 4, "g": 3}
    with pytest.raises(ConfigError, match="--batch cannot change"):
        run.change_settings([replace(config, batch=9)])


# ---- what it tells


def test_frames_are_made_only_when_asked_for() -> None:
    run = RecordingWorker()
    run.train()
    run.iterate(60)
    assert not run.frames()
    run.request_frame()
    run.work()
    assert [frame["steps"] for frame in run.frames()] == [61]
    run.stop()
    assert [frame["steps"] for frame in run.frames()] == [61, 61]
    assert [point["steps"] for point in run.curve()] == [*range(CURVE_EVERY, 61, CURVE_EVERY)]


def test_a_frame_takes_its_share_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    run = RecordingWorker()
    run.train()
    real = run.send_frame
    monkeypatch.setattr(run, "send_frame", lambda: (time.sleep(0.01), real()))
    begun = time.perf_counter()
    while time.perf_counter() < begun + 1.0:
        run.request_frame()
        run.work()
    assert 2 <= len(run.frames()) <= 1.0 / 0.01 * worker_module.FRAME_SHARE + 2


def test_the_curves_are_the_means_of_the_steps_between() -> None:
    run = RecordingWorker().iterate(2 * CURVE_EVERY)
    run.send_frame()
    trainer = Trainer(Setup.of(SMALL).configs()[0], load("ring"))
    for point in run.curve():
        pairs = [(float(trainer.step_d()), float(trainer.step_g())) for _ in range(CURVE_EVERY)]
        for told_loss, losses in zip(point["lanes"][0], zip(*pairs, strict=True), strict=False):
            assert told_loss == pytest.approx(sum(losses) / CURVE_EVERY, rel=1e-3)
        assert point["nimg"] == 8 * point["steps"]
        assert all(0 <= share <= 1 for share in point["lanes"][0][2:4])


def test_single_steps_give_one_point_each_and_no_loss_where_there_was_no_step() -> None:
    run = RecordingWorker()
    for _ in range(CURVE_EVERY + 1):
        run.step("both")
    run.step("d")
    run.step("g")
    points = run.curve()
    assert [point["steps"] for point in points] == [*range(1, CURVE_EVERY + 4)]
    assert all(point["lanes"][0][0] for point in points[:-1])
    assert points[-2]["lanes"][0][1] is None
    assert points[-1]["lanes"][0][0] is None
    assert points[-1]["lanes"][0][1] is not None
