"""What a training tells as it goes: when a tick comes, what it means over, and how it speaks of trouble."""

import dataclasses
import math
from itertools import islice

import pytest
import torch

from core_fixtures import differing, tiny
from gan.errors import DivergedError
from gan.training.means import STATS
from gan.training.run_log import PARTS
from gan.training.ticks import Tick
from trainer_kinds import trainer_of


def numbers(tick: Tick) -> list[float]:
    return [getattr(tick, f.name) for f in dataclasses.fields(tick) if f.name not in (*PARTS, "warning")]


def test_ticks_come_at_the_start_at_multiples_and_at_the_end() -> None:
    ticks = list(trainer_of(tiny(nimg=100)).ticks(32))
    assert [tick.nimg for tick in ticks] == [0, 32, 64, 96, 104]
    assert all(math.isfinite(number) for tick in ticks[1:] for number in numbers(tick))
    assert all(type(number) in (int, float) for tick in ticks for number in numbers(tick))
    assert ticks[0].warning == ""
    assert ticks[0].samples.shape == (64, 1, 8, 8)
    assert not torch.equal(ticks[0].samples, ticks[-1].samples)
    assert [t.seconds for t in ticks] == sorted(t.seconds for t in ticks)


def test_marks_are_ticks_besides_and_change_nothing() -> None:
    trainer = trainer_of(tiny(nimg=96))
    assert [tick.nimg for tick in trainer.ticks(48, (10, 24, 70, 500))] == [0, 16, 24, 48, 72, 96]
    assert differing(trainer.state(), trainer_of(tiny(nimg=96), 12).state()) == []


def test_looking_does_not_change_the_run() -> None:
    looked = trainer_of(tiny(nimg=96))
    assert len(list(looked.ticks(8))) == 13
    assert differing(looked.state(), trainer_of(tiny(nimg=96), 12).state()) == []


def test_stop_iterating_to_stop_and_again_to_go_on() -> None:
    trainer = trainer_of(tiny(nimg=96))
    first = [tick.nimg for tick in islice(trainer.ticks(24), 2)]
    rest = [tick.nimg for tick in trainer.ticks(24)]
    assert first == [0, 24]
    assert rest == [48, 72, 96]
    assert differing(trainer.state(), trainer_of(tiny(nimg=96), 12).state()) == []
    assert list(trainer.ticks(24)) == []


def test_interrupted() -> None:
    trainer = trainer_of(tiny(nimg=960))
    ticks = trainer.ticks(480)
    next(ticks)
    step = trainer.step

    def step_and_interrupt() -> None:
        step()
        trainer.interrupted = trainer.nimg == 40

    trainer.step = step_and_interrupt
    assert next(ticks).nimg == 40
    assert next(ticks).nimg == 480


def test_interrupted_before_the_first_step_makes_one() -> None:
    """A tick always tells of steps: its means are never of nothing."""
    trainer = trainer_of(tiny(nimg=960))
    ticks = trainer.ticks(480)
    next(ticks)
    trainer.interrupted = True
    tick = next(ticks)
    assert tick.nimg == 8
    assert tick.loss_d > 0


def test_a_tick_means_over_the_steps_since_the_last() -> None:
    trainer = trainer_of(tiny(penalty="none"))
    losses = [(trainer.step_d().item(), trainer.step_g().item()) for _ in range(3)]
    tick = trainer.tick()
    assert tick.loss_d == pytest.approx(sum(d for d, _ in losses) / 3, rel=1e-5)
    assert tick.loss_g == pytest.approx(sum(g for _, g in losses) / 3, rel=1e-5)
    assert tick.penalty == 0
    assert tick.grad_d > 0
    assert tick.grad_g > 0
    only_d = trainer.step_d().item()
    assert trainer.tick().loss_d == pytest.approx(only_d, rel=1e-5)
    assert math.isnan(trainer.tick().loss_d)


def test_the_first_tick_claims_no_losses() -> None:
    first, second = islice(trainer_of(tiny(nimg=16)).ticks(8), 2)
    assert [name for name in STATS if not math.isnan(getattr(first, name))] == []
    assert (str(first), first.losses) == ("0 samples: untrained", "untrained")
    assert str(second) == f"8 samples: D {second.loss_d:.3f} G {second.loss_g:.3f}"


def test_means_are_of_the_steps_since_the_last_time() -> None:
    trainer = trainer_of(tiny())
    losses = [(trainer.step_d().item(), trainer.step_g().item()) for _ in range(3)]
    assert trainer.means()["loss_d"] == pytest.approx(sum(d for d, _ in losses) / 3, rel=1e-5)
    loss = trainer.step_g().item()
    means = trainer.means()
    assert means["loss_g"] == pytest.approx(loss)
    assert all(math.isnan(means[name]) for name in ("loss_d", "penalty", "p_real", "p_fake"))
    assert set(means) == {"loss_d", "loss_g", "penalty", "p_real", "p_fake"}


def test_d_opinion_in_a_tick() -> None:
    trainer = trainer_of(tiny(d_widths=(), init="uniform"))
    with torch.no_grad():
        trainer.D.last.weight.zero_()
        trainer.D.last.bias.fill_(math.log(3))
    trainer.step_d()
    tick = trainer.tick()
    assert tick.p_real == pytest.approx(0.75)
    assert tick.p_fake == pytest.approx(0.75)


def test_points_report_modes() -> None:
    tick = trainer_of(tiny(data="ring"), 1).tick()
    assert tick.samples.shape == (512, 2)
    assert tick.modes is not None
    assert tick.modes.total == 8
    assert trainer_of(tiny(data="ring"), 1).tick().modes == tick.modes


def test_pictures_have_no_modes() -> None:
    assert trainer_of(tiny(), 1).tick().modes is None


@pytest.mark.parametrize("net", ["G", "D", "G_ema"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_broken_weight_is_named_and_never_saved(net: str, value: float) -> None:
    trainer = trainer_of(tiny(), 1)
    with torch.no_grad():
        getattr(trainer, net).last.weight[0, 0] = value
    assert not trainer.finite()
    assert trainer.tick().warning.startswith("diverged")
    with pytest.raises(DivergedError):
        trainer.state()


def test_ticks_tell_of_divergence_and_then_stop() -> None:
    trainer = trainer_of(tiny(), 1)
    with torch.no_grad():
        trainer.D.last.weight[0, 0] = math.nan
    warnings = []
    with pytest.raises(DivergedError) as caught:
        warnings.extend(tick.warning for tick in trainer.ticks(64))
    assert len(warnings) == 0 or warnings[-1].startswith("diverged")
    assert "\n" not in str(caught.value)
    assert "--lr" in str(caught.value)
    ticks = trainer.ticks(64)
    assert next(ticks).warning.startswith("diverged")
    with pytest.raises(DivergedError):
        next(ticks)


def test_a_learning_rate_that_is_far_too_high_ends_in_a_sentence() -> None:
    """The losses run away at first; a weight that overflows ends the run."""
    trainer = trainer_of(tiny(objective="least-squares", lr=1.0, nimg=10**6, g_widths=(32,) * 8, d_widths=(32,) * 8))
    ticks = trainer.ticks(80)
    next(ticks)
    assert next(ticks).warning.startswith("diverging")
    with torch.no_grad():
        trainer.D.last.weight.mul_(1e37)
    assert next(ticks).warning.startswith("diverged")
    with pytest.raises(DivergedError, match="smaller --lr"):
        next(ticks)


@pytest.mark.parametrize("data", ["ring", "digits"])
def test_collapse_is_named(data: str) -> None:
    trainer = trainer_of(tiny(data=data), 1)
    with torch.no_grad():
        trainer.G_ema.last.weight.zero_()
        trainer.G_ema.last.bias.copy_(torch.tensor([0.25 * 16, 0.0]) if data == "ring" else torch.tensor(0.5))
    assert trainer.tick().warning.startswith("mode collapse")


def test_a_generator_as_wide_as_the_data_is_not_warned() -> None:
    trainer = trainer_of(tiny(ema_nimg=0), 1)
    with torch.no_grad():
        trainer.G_ema.last.weight.mul_(10)
    assert trainer.tick().warning == ""
