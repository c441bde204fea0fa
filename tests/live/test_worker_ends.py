"""How a live run ends, and what is said of it: its budget, its size, numbers that are none."""

import json
import math
from typing import Any

import pytest
import torch

from core_fixtures import differing
from gan.errors import ConfigError, DivergedError
from gan.live.contestant import CURVE_EVERY
from gan.live.limits import Budget
from gan.live.messages import DivergedEvent, OverEvent
from gan.live.observer import OBSERVE_EVERY
from gan.live.worker import GLANCE_SECONDS
from gan.models.checkpoint import model_of_bytes
from gan.recipe.objectives import OBJECTIVES
from gan.training.ticks import PHASES
from recording_worker import RecordingWorker


@pytest.mark.parametrize("budget", [Budget(0.05, 10**9, 10**9), Budget(1e9, 7, 10**9)])
def test_the_budget_ends_a_run(budget: Budget) -> None:
    run = RecordingWorker(budget)
    run.train()
    while run.running:
        run.work()
    assert run.sent[-1] == OverEvent()
    assert run.steps == 7 or run.seconds >= 0.05
    assert run.frames()[-1]["steps"] == run.steps


def test_networks_that_are_too_large_are_refused_with_a_sentence() -> None:
    with pytest.raises(ConfigError, match=r"the two networks have [\d,]+ weights, this machine allows 300 "):
        RecordingWorker(Budget(1.0, 10, 300))
    needed = sum(RecordingWorker().contestants[0].parameters.values())
    RecordingWorker(Budget(1.0, 10, needed))
    with pytest.raises(ConfigError):
        RecordingWorker(Budget(1.0, 10, needed), rival="hinge")  # two of them


WILD = [{"objective": objective, "lr": 1.0, "lr_d": 1.0, "penalty": penalty, "optimizer": optimizer,
         "optimizer_d": optimizer} for objective in OBJECTIVES for penalty in ("none", "auto")
        for optimizer in ("adam", "sgd")]  # fmt: skip


@pytest.mark.parametrize("values", [*WILD, {"data": "digits", "lr": 1.0, "lr_d": 1.0, "optimizer": "sgd"}])
def test_the_wildest_run_ends_in_nothing_but_divergence(values: dict[str, Any]) -> None:
    """Whatever the rates: a frame is always JSON, and weights that are no numbers are DivergedError."""
    run = RecordingWorker(**values)
    try:
        for _ in range(6):
            run.iterate(9)
            run.step("both")
    except DivergedError as error:
        run.end_diverged(str(error))
        event = run.sent[-1]
        assert isinstance(event, DivergedEvent)
        assert event.steps == run.steps
        assert "diverged" in event.sentence
        assert [diagnosis["name"] for diagnosis in event.diagnoses] == ["diverged"]
        json.dumps(event.diagnoses, allow_nan=False)
    assert len(run.frames()) >= run.steps // 10 - 1


def test_weights_that_are_no_numbers_are_noticed_at_once() -> None:
    run = RecordingWorker()
    run.work()
    with torch.no_grad():
        next(run.contestants[0].trainer.G.parameters()).fill_(math.nan)
    for act in (run.send_frame, run.state, lambda: run.step("both")):
        with pytest.raises(DivergedError):
            act()


def test_in_a_race_one_that_diverges_stands_still_and_the_other_goes_on() -> None:
    run = RecordingWorker(rival="hinge").iterate(3)
    run.send_frame()
    last = run.frames()[-1]["lanes"][1]
    with torch.no_grad():
        next(run.contestants[1].trainer.G.parameters()).fill_(math.nan)
    run.iterate(CURVE_EVERY)
    assert [contestant.lost for contestant in run.contestants] == [False, True]
    run.send_frame()
    frame = run.frames()[-1]
    assert [said["name"] for said in frame["doctor"]] == ["starting", "diverged"]
    assert frame["lanes"][1] == last
    assert frame["nimg"] == run.contestants[0].trainer.nimg
    assert run._new_points == []
    assert run.model(1, "mine") is None
    for _ in range(2 * len(PHASES)):
        run.next_phase()
    again = RecordingWorker(state=run.state(), rival="hinge").iterate(2)
    again.send_frame()
    assert again.frames()[-1]["lanes"][1] == last
    run.iterate(2)
    assert not differing(again.weights(), run.weights())
    with torch.no_grad():
        next(run.contestants[0].trainer.G.parameters()).fill_(math.nan)
    with pytest.raises(DivergedError):
        run.send_frame()


def test_a_slow_run_is_looked_at_by_the_clock_and_measured_by_its_steps() -> None:
    run = RecordingWorker()
    for _ in range(4):
        run.seconds += GLANCE_SECONDS
        run.work()
    (contestant,) = run.contestants
    assert [seen.steps for seen in contestant.history] == [0, 1, 2, 3, 4]
    assert [seen.seconds // GLANCE_SECONDS for seen in contestant.history] == [0, 1, 2, 3, 4]
    assert len({seen.sure for seen in contestant.history}) == 5
    assert len({seen.variety for seen in contestant.history}) == 1
    fast = RecordingWorker().iterate(OBSERVE_EVERY)
    run.iterate(OBSERVE_EVERY - 4)
    assert run.contestants[0].figures == fast.contestants[0].figures


def test_the_model_of_now_can_be_opened() -> None:
    run = RecordingWorker(rival="hinge").iterate(3)
    for lane in (0, 1):
        model = model_of_bytes("mine", run.model(lane, "mine"))
        assert not differing(dict(model.G.state_dict()), dict(run.contestants[lane].trainer.G_ema.state_dict()))
        assert model.card["config"]["objective"] == ("relativistic", "hinge")[lane]
