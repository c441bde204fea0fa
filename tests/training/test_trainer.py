"""The trainer's promises: repeatable, resumable to the last bit, each step alone and in phases."""

import copy
import dataclasses
import math
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest
import torch
from torch import Tensor

from core_fixtures import copied, differing, tiny
from gan.data.drawings import drawn_name
from gan.data.sets import load
from gan.data.stored import Stored
from gan.errors import RunError
from gan.recipe.config import TrainConfig
from gan.recipe.objectives import OBJECTIVES
from gan.training.ticks import PHASES, Phase, gradient_norm
from gan.training.trainer import Trainer
from trainer_kinds import KINDS, by_kind, parts, trainer_of


@by_kind
def test_equal_configs_give_equal_weights_whatever_the_global_generator(config: TrainConfig) -> None:
    first = trainer_of(config, 4).state()
    torch.rand(17)
    before = torch.random.get_rng_state()
    assert differing(first, trainer_of(config, 4).state()) == []
    assert torch.equal(torch.random.get_rng_state(), before)
    other = trainer_of(dataclasses.replace(config, seed=1), 4).state()
    assert [name for name in differing(first, other) if name.startswith("G.") and "weight" in name]


@by_kind
def test_stop_and_continue_is_never_stopped(config: TrainConfig) -> None:
    never = trainer_of(config, 6).state()
    stopped = trainer_of(config, 2)
    again = trainer_of(config)
    again.restore(copied(stopped.state()))
    assert differing(stopped.state(), again.state()) == []
    for _ in range(4):
        again.step()
    assert differing(never, again.state()) == []


def test_restore_takes_copies() -> None:
    state = trainer_of(tiny(), 2).state()
    kept = copied(state)
    again = trainer_of(tiny())
    again.restore(state)
    again.step()
    assert differing(kept, state) == []


def test_a_state_between_d_and_g() -> None:
    """The live tab steps them one at a time; a state may be taken there too."""
    one, two = trainer_of(tiny(), 1), trainer_of(tiny())
    one.step_d()
    two.restore(copied(one.state()))
    one.step_g()
    two.step_g()
    assert differing(one.state(), two.state()) == []


@pytest.mark.parametrize("break_it", [
    lambda s: s.pop("generator"),
    lambda s: s.pop("G.last.weight"),
    lambda s: s.pop("nimg"),
    lambda s: s.update({"D.more": torch.zeros(1)}),
    lambda s: s.update({"G.last.weight": torch.zeros(3, 3)}),
    lambda s: s.update({"generator": torch.zeros(5, dtype=torch.uint8)}),
    lambda s: s.clear(),
])  # fmt: skip
def test_a_state_of_another_run_is_refused(break_it) -> None:
    state = copied(trainer_of(tiny(), 1).state())
    break_it(state)
    with pytest.raises(RunError, match="not of this run"):
        trainer_of(tiny()).restore(state)


def test_the_state_is_plain_tensors_on_the_cpu() -> None:
    state = trainer_of(KINDS["dropout, batch norm, augmentation"], 1).state()
    assert all(isinstance(v, Tensor) and v.is_contiguous() and v.device.type == "cpu" for v in state.values())
    assert {name.split(".")[0] for name in state} == {
        "G", "D", "G_ema", "adam_d", "adam_g", "generator", "nimg", "nimg_before", "taken",
    }  # fmt: skip


@by_kind
def test_d_steps_leave_g_untouched(config: TrainConfig) -> None:
    trainer = trainer_of(config, 2)
    before, D = parts(trainer, "G", "G_ema", "adam_g"), parts(trainer, "D")
    trainer.step_d()
    changed = differing(before, parts(trainer, "G", "G_ema", "adam_g"))
    if config.fakes == "shared":  # this is G's only pass of the iteration, so batch norm counts it here
        changed = [name for name in changed if "running" not in name and "batches" not in name]
    assert changed == []
    assert differing(D, parts(trainer, "D"))
    assert all(p.requires_grad for p in trainer.G.parameters())


@by_kind
def test_g_steps_leave_d_untouched(config: TrainConfig) -> None:
    trainer = trainer_of(config, 2)
    before, G = parts(trainer, "D", "adam_d", "nimg"), parts(trainer, "G")
    gradient = gradient_norm(trainer.opt_d)
    trainer.step_g()
    assert differing(before, parts(trainer, "D", "adam_d", "nimg")) == []
    assert differing(G, parts(trainer, "G"))
    assert gradient_norm(trainer.opt_d) == gradient
    assert all(p.requires_grad for p in trainer.D.parameters())


@by_kind
def test_losses_stay_finite(config: TrainConfig) -> None:
    trainer = trainer_of(config)
    for _ in range(20):
        loss_d, loss_g = trainer.step_d(), trainer.step_g()
        assert loss_d.shape == loss_g.shape == ()
        assert loss_d.isfinite()
        assert loss_g.isfinite()
    assert trainer.finite()
    assert trainer.nimg == 20 * config.batch


def test_each_step_lowers_its_own_loss() -> None:
    """On a batch that stays the same, D's steps lower D's loss and G's steps lower G's."""
    for name in OBJECTIVES:
        trainer = trainer_of(tiny(objective=name, penalty="none", batch=64, lr=1e-3))
        frozen = trainer.generator.get_state()
        for step in (trainer.step_d, trainer.step_g):
            losses = []
            for _ in range(12):
                trainer.generator.set_state(frozen)
                losses.append(step().item())
            assert losses[-1] < losses[0], (name, step.__name__)


def watch(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, seen: Callable[[], None]) -> None:
    """Have `seen` called before each call of a method."""
    method = getattr(owner, name)

    def watched(*args: Any, **named: Any) -> Any:
        seen()
        return method(*args, **named)

    monkeypatch.setattr(owner, name, watched)


@pytest.mark.parametrize(("asked", "used"), [(1, 1), (2, 2), (0, 3)])
def test_a_trainer_heeds_its_number_of_threads_and_leaves_torchs(
    asked: int, used: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = trainer_of(tiny(threads=asked, nimg=16))
    seen: list[int] = []
    trainer.G_ema.register_forward_pre_hook(lambda *_: seen.append(torch.get_num_threads()))
    for name in ("generate", "judge", "judge_fakes"):
        watch(monkeypatch, trainer._passes, name, lambda: seen.append(torch.get_num_threads()))
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        for work in (trainer.step_d, trainer.step_g, trainer.tick, lambda: list(trainer.ticks(8))):
            seen.clear()
            work()
            assert set(seen) == {used}
            assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_the_global_unit_is_one_iteration() -> None:
    trainer = trainer_of(tiny(d_steps=3), 2)
    state = trainer.state()
    assert trainer.nimg == 2 * 3 * 8
    assert state["adam_d.0.step"] == 6
    assert state["adam_g.0.step"] == 2


@by_kind
def test_a_step_waits_for_no_value(config: TrainConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = trainer_of(config, 1)

    def fail(*_: object) -> None:
        raise AssertionError("a step asked for a value")

    with monkeypatch.context() as patch:
        for name in ("item", "tolist", "__float__", "__int__", "__index__", "__bool__"):
            patch.setattr(Tensor, name, fail)
        trainer.step()


@by_kind
def test_phases_are_the_step(config: TrainConfig) -> None:
    """Walked through with a look at each phase, a step is what it is in one go."""
    plain, walked = trainer_of(config, 2), trainer_of(config, 2)
    losses = plain.step_d(), plain.step_g()
    walks = list(walked.d_phases()), list(walked.g_phases())
    assert differing(plain.state(), walked.state()) == []
    for walk, loss in zip(walks, losses, strict=True):
        assert tuple(phase.name for phase in walk) == PHASES
        assert torch.equal(walk[-1].values["loss"], loss)
        assert not any(v.requires_grad for phase in walk for v in phase.values.values())


@by_kind
def test_weights_change_with_the_last_phase_alone(config: TrainConfig) -> None:
    """A step that is left before its end changed no weight, nor what an optimiser knows; batch norm counts, though."""
    trainer = trainer_of(config, 2)
    names = [name for name, _ in trainer.G.named_buffers()]
    before = copied({k: v for k, v in trainer.state().items() if k.removeprefix("G.") not in (*names, "generator")})
    for phases in (trainer.d_phases, trainer.g_phases):
        for _ in islice(phases(), len(PHASES) - 1):
            now = trainer.state()
            assert [key for key, value in before.items() if not torch.equal(now[key], value)] == []
        trainer.means()
    means = trainer.means()
    assert means.keys() == {"loss_d", "loss_g", "penalty", "p_real", "p_fake"}
    assert all(map(math.isnan, means.values()))  # of no whole step there are none
    trainer.step()
    assert trainer.finite()


def phases_of(phases: Iterator[Phase]) -> dict[str, dict[str, Tensor]]:
    return {phase.name: phase.values for phase in phases}


def test_what_the_phases_show() -> None:
    trainer = trainer_of(tiny(), 2)
    D = copy.deepcopy(trainer.D)
    seen = phases_of(trainer.d_phases())
    assert seen["noise"]["z"].shape == (8, 4)
    assert seen["noise"]["real"].shape == (8, 1, 8, 8)
    with torch.no_grad():
        torch.testing.assert_close(seen["samples"]["fake"], trainer.G(seen["noise"]["z"]))
        torch.testing.assert_close(seen["judgement"]["real"], D(seen["noise"]["real"]))
        torch.testing.assert_close(seen["judgement"]["fake"], D(seen["samples"]["fake"]))
    loss = trainer.objective.loss_d(seen["judgement"]["real"], seen["judgement"]["fake"]).mean()
    torch.testing.assert_close(seen["loss"]["loss"], loss)
    assert seen["loss"]["penalty"] > 0
    G = copy.deepcopy(trainer.G)
    seen = phases_of(trainer.g_phases())
    with torch.no_grad():
        torch.testing.assert_close(seen["samples"]["fake"], G(seen["noise"]["z"]))
        torch.testing.assert_close(seen["judgement"]["fake"], trainer.D(seen["samples"]["fake"]))
    assert seen["judgement"]["real"].shape == (8,)
    loss = trainer.objective.loss_g(seen["judgement"]["real"], seen["judgement"]["fake"]).mean()
    torch.testing.assert_close(seen["loss"]["loss"], loss)


def test_it_learns() -> None:
    """Two well separated values: after a few hundred steps G makes about as many of each as the data holds."""
    bright = torch.full((64, 8, 8, 1), 230, dtype=torch.uint8)
    bright[::2] = 20
    trainer = Trainer(tiny(nimg=10**5, batch=32, lr=3e-3, g_widths=(32, 32), d_widths=(32, 32)), Stored(bright))
    for _ in range(400):
        trainer.step()
    means = trainer.tick().samples.mean((1, 2, 3))
    assert (means.abs() > 0.4).double().mean() > 0.7
    assert 0.2 < (means > 0).double().mean() < 0.8


def test_a_drawing_of_one_point_trains() -> None:
    data = drawn_name(torch.tensor([[0.5, -0.5]]))
    trainer = Trainer(tiny(data=data, z_dim=2, lr=5e-3, nimg=10**5, features=8), load(data))
    for _ in range(300):
        trainer.step()
    tick = trainer.tick()
    assert tick.samples.isfinite().all()
    assert tick.modes is None
    assert (tick.samples.mean(0) - torch.tensor([0.5, -0.5])).norm() < 0.3
