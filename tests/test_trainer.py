"""The trainer's promises: repeatable, resumable to the last bit, each step alone, and honest about trouble."""

import copy
import dataclasses
import math
from collections.abc import Iterator
from itertools import islice

import pytest
import torch
from torch import Tensor

from core_fixtures import copied, differing, made_up, tiny
from gan.config import TrainConfig
from gan.data import Pictures, drawn_name, load
from gan.errors import ConfigError, DivergedError, RunError
from gan.images import to_pixels
from gan.objectives import OBJECTIVES
from gan.penalties import PENALTIES
from gan.runs import model_of
from gan.ticks import STAGES, Stage, Tick, gradient_norm
from gan.trainer import CHANGEABLE, Trainer

# Runs that between them use every part that draws random numbers or keeps a state.
KINDS = {name: tiny(objective=name, d_steps=2 if "wasserstein" in name else 1) for name in OBJECTIVES} | {
    "points": tiny(data="ring", features=8),
    "dropout, batch norm, augmentation": tiny(
        objective="non-saturating", norm="batch", dropout=0.3, augment="color,shift,cutout", beta1=0.5
    ),
    "dcgan, batch norm": tiny(
        network="dcgan", objective="hinge", g_widths=(8, 4), d_widths=(4, 8), kernel=5, norm="batch", dropout=0.2
    ),
    "bf16": tiny(precision="bf16", lr_final=0.1),
    "r1": tiny(objective="non-saturating", penalty="r1", lr_d=1e-3),
    "gradient": tiny(objective="hinge", penalty="gradient"),
    "sgd": tiny(optimizer="sgd", lr=0.05),
    "sgd for D alone": tiny(optimizer_d="sgd", beta1=0.5),
    "classes": tiny(condition="class", d_steps=2),
    "shared fakes": tiny(fakes="shared", g_steps=2, norm="batch"),
    "shared fakes, classes": tiny(fakes="shared", condition="class", objective="hinge", augment="shift"),
    "classes without pairs": tiny(condition="class", objective="wasserstein-gp", augment="shift"),
    "style": tiny(network="style", g_widths=(8, 6), d_widths=(4, 8), condition="class", precision="bf16", hold=0.1),
    "two G steps, uniform noise": tiny(data="ring", g_steps=2, noise="uniform"),
}
by_kind = pytest.mark.parametrize("config", KINDS.values(), ids=KINDS)


def trainer_of(config: TrainConfig, steps: int = 0) -> Trainer:
    trainer = Trainer(config, load(config.data) if config.data == "ring" else made_up())
    for _ in range(steps):
        trainer.step()
    return trainer


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


def parts(trainer: Trainer, *prefixes: str) -> dict[str, Tensor]:
    """The state of some parts: "G" alone means G.…, not G_ema.…"""
    return copied({k: v for k, v in trainer.state().items() if k.split(".")[0] in prefixes})


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
    gradient = gradient_norm(trainer.D)
    trainer.step_g()
    assert differing(before, parts(trainer, "D", "adam_d", "nimg")) == []
    assert differing(G, parts(trainer, "G"))
    assert gradient_norm(trainer.D) == gradient
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


def test_the_global_unit_is_one_iteration() -> None:
    trainer = trainer_of(tiny(d_steps=3), 2)
    state = trainer.state()
    assert trainer.nimg == 2 * 3 * 8
    assert state["adam_d.0.step"] == 6
    assert state["adam_g.0.step"] == 2


@pytest.mark.parametrize("name", PENALTIES)
def test_penalty_changes_ds_gradient(name: str) -> None:
    changed, plain = (
        trainer_of(tiny(objective="hinge", penalty=penalty, gamma=5.0, clip=0.02)) for penalty in (name, "none")
    )
    for trainer in (changed, plain):
        trainer.step_d()
    assert bool(differing(parts(changed, "D"), parts(plain, "D"))) == (name != "none")
    assert (changed.tick().penalty > 0) == (name in ("r1", "r1-r2", "gradient"))
    if name == "clip":
        assert max(p.abs().max() for p in changed.D.parameters()) <= 0.02


@pytest.mark.parametrize(("penalty", "share"), [("r1", 0.5), ("r1-r2", 1.0)])
@pytest.mark.parametrize("unit", [1.0, 0.25])
def test_slope_penalty_of_a_linear_critic(penalty: str, share: float, unit: float) -> None:
    """With D(x) = a x / unit each squared slope is |a|^2 in the networks' unit: gamma / 2 of it at both."""
    config = tiny(data="ring", penalty=penalty, gamma=3.0, d_widths=())
    trainer = Trainer(config, dataclasses.replace(load("ring"), unit=unit))
    expected = 3.0 * share * trainer.D.last.weight.detach().square().sum().item()
    trainer.step_d()
    assert trainer.tick().penalty == pytest.approx(expected, rel=1e-5)


def test_gamma_zero_is_no_penalty() -> None:
    one, two = trainer_of(tiny(gamma=0.0), 3), trainer_of(tiny(penalty="none"), 3)
    assert differing(parts(one, "G", "D"), parts(two, "G", "D")) == []


def test_without_ema_the_average_is_g() -> None:
    trainer = trainer_of(tiny(ema_nimg=0, norm="batch"), 3)
    assert differing(trainer.G.state_dict(), trainer.G_ema.state_dict()) == []


@pytest.mark.parametrize("ema_nimg", [0.5, 30.0])
def test_average_in_closed_form(ema_nimg: float) -> None:
    """G_ema <- k G_ema + (1 - k) G with k = 2^(-samples a step / half-life), the half-life at most 5 % of nimg."""
    trainer = trainer_of(tiny(ema_nimg=ema_nimg, d_steps=2, norm="batch"), 3)
    before = copied(trainer.G_ema.state_dict())
    trainer.step()
    keep = 2 ** (-16 / min(ema_nimg, 0.05 * trainer.nimg))
    for name, value in trainer.G.named_parameters():
        expected = keep * before[name] + (1 - keep) * value.detach()
        torch.testing.assert_close(trainer.G_ema.state_dict()[name], expected)
    for name, buffer in trainer.G.named_buffers():  # batch norm's statistics are copied
        assert torch.equal(trainer.G_ema.state_dict()[name], buffer)
    assert not trainer.G_ema.training


def test_learning_rates_fall_straight_to_their_final_share() -> None:
    trainer = trainer_of(tiny(nimg=80, lr=1e-2, lr_d=4e-3, lr_final=0.25))
    d, g = [], []
    for _ in range(10):
        trainer.step()
        d.append(trainer.opt_d.param_groups[0]["lr"])
        g.append(trainer.opt_g.param_groups[0]["lr"])
    # D's rate is set before its samples are counted, G's after.
    assert d == pytest.approx([4e-3 * (1 - 0.75 * i / 10) for i in range(10)])
    assert g == pytest.approx([1e-2 * (1 - 0.75 * (i + 1) / 10) for i in range(10)])


def test_one_rate_for_both_unless_said_otherwise() -> None:
    trainer = trainer_of(tiny(lr=3e-3), 1)
    assert trainer.opt_d.param_groups[0]["lr"] == trainer.opt_g.param_groups[0]["lr"] == pytest.approx(3e-3)
    assert trainer.opt_d.param_groups[0]["betas"] == (0.0, 0.99)


def numbers(tick: Tick) -> list[float]:
    return [getattr(tick, f.name) for f in dataclasses.fields(tick) if f.name not in ("samples", "modes", "warning")]


def test_ticks_come_at_the_start_at_multiples_and_at_the_end() -> None:
    ticks = list(trainer_of(tiny(nimg=100)).ticks(32))
    assert [tick.nimg for tick in ticks] == [0, 32, 64, 96, 104]
    assert all(math.isfinite(number) for tick in ticks for number in numbers(tick))
    assert all(type(number) in (int, float) for tick in ticks for number in numbers(tick))
    assert ticks[0].warning == ""
    assert ticks[0].samples.shape == (64, 1, 8, 8)
    assert not torch.equal(ticks[0].samples, ticks[-1].samples)
    assert [t.seconds for t in ticks] == sorted(t.seconds for t in ticks)


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
    assert trainer.tick().loss_d == 0


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
    assert {name.split(".")[0] for name in state} == {"G", "D", "G_ema", "adam_d", "adam_g", "generator", "nimg"}


def test_it_learns() -> None:
    """Two well separated values: after a few hundred steps G makes about as many of each as the data holds."""
    bright = torch.full((64, 8, 8, 1), 230, dtype=torch.uint8)
    bright[::2] = 20
    trainer = Trainer(tiny(nimg=10**5, batch=32, lr=3e-3, g_widths=(32, 32), d_widths=(32, 32)), Pictures(bright))
    for _ in range(400):
        trainer.step()
    means = trainer.tick().samples.mean((1, 2, 3))
    assert (means.abs() > 0.4).double().mean() > 0.7
    assert 0.2 < (means > 0).double().mean() < 0.8


def test_interrupted_before_the_first_step_makes_one() -> None:
    """A tick always tells of steps: its means are never of nothing."""
    trainer = trainer_of(tiny(nimg=960))
    ticks = trainer.ticks(480)
    next(ticks)
    trainer.interrupted = True
    tick = next(ticks)
    assert tick.nimg == 8
    assert tick.loss_d > 0


@by_kind
def test_stages_are_the_step(config: TrainConfig) -> None:
    """Walked through with a look at each stage, a step is what it is in one go."""
    plain, walked = trainer_of(config, 2), trainer_of(config, 2)
    losses = plain.step_d(), plain.step_g()
    walks = list(walked.d_stages()), list(walked.g_stages())
    assert differing(plain.state(), walked.state()) == []
    for walk, loss in zip(walks, losses, strict=True):
        assert tuple(stage.name for stage in walk) == STAGES
        assert torch.equal(walk[-1].values["loss"], loss)
        assert not any(v.requires_grad for stage in walk for v in stage.values.values())


@by_kind
def test_weights_change_with_the_last_stage_alone(config: TrainConfig) -> None:
    """A step that is left before its end changed no weight, nor what an optimiser knows; batch norm counts, though."""
    trainer = trainer_of(config, 2)
    names = [name for name, _ in trainer.G.named_buffers()]
    before = copied({k: v for k, v in trainer.state().items() if k.removeprefix("G.") not in (*names, "generator")})
    for stages in (trainer.d_stages, trainer.g_stages):
        for _ in islice(stages(), len(STAGES) - 1):
            now = trainer.state()
            assert [key for key, value in before.items() if not torch.equal(now[key], value)] == []
        trainer.means()
    assert trainer.means() == dict.fromkeys(("loss_d", "loss_g", "penalty", "p_real", "p_fake"), 0.0)
    trainer.step()
    assert trainer.finite()


def stages_of(stages: Iterator[Stage]) -> dict[str, dict[str, Tensor]]:
    return {stage.name: stage.values for stage in stages}


def test_what_the_stages_show() -> None:
    trainer = trainer_of(tiny(), 2)
    D = copy.deepcopy(trainer.D)
    seen = stages_of(trainer.d_stages())
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
    seen = stages_of(trainer.g_stages())
    with torch.no_grad():
        torch.testing.assert_close(seen["samples"]["fake"], G(seen["noise"]["z"]))
        torch.testing.assert_close(seen["judgement"]["fake"], trainer.D(seen["samples"]["fake"]))
    assert seen["judgement"]["real"].shape == (8,)
    loss = trainer.objective.loss_g(seen["judgement"]["real"], seen["judgement"]["fake"]).mean()
    torch.testing.assert_close(seen["loss"]["loss"], loss)


def test_a_step_waits_for_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = trainer_of(tiny(), 1)

    def fail(*_: object) -> None:
        raise AssertionError("a step asked for a value")

    with monkeypatch.context() as patch:
        for name in ("item", "tolist", "__float__", "__bool__"):
            patch.setattr(Tensor, name, fail)
        trainer.step()


def test_g_steps() -> None:
    trainer = trainer_of(tiny(d_steps=2, g_steps=3), 2)
    state = trainer.state()
    assert state["adam_d.0.step"] == 4
    assert state["adam_g.0.step"] == 6
    before = copied(trainer.G_ema.state_dict())
    trainer.step_g()
    keep = 2 ** (-(8 * 2 / 3) / (0.05 * trainer.nimg))  # a G step's share of the images of its iteration
    for name, value in trainer.G.named_parameters():
        expected = keep * before[name] + (1 - keep) * value.detach()
        torch.testing.assert_close(trainer.G_ema.state_dict()[name], expected)


def test_sgd_goes_straight_down_the_gradient() -> None:
    trainer = trainer_of(tiny(optimizer="sgd", lr=0.01, lr_d=0.02), 1)
    for net, step, lr in ((trainer.D, trainer.step_d, 0.02), (trainer.G, trainer.step_g, 0.01)):
        before = copied(net.state_dict())
        step()
        for name, weight in net.named_parameters():
            assert weight.grad is not None
            torch.testing.assert_close(weight.detach(), before[name] - lr * weight.grad)
    assert not [name for name in trainer.state() if name.startswith("adam")]


def test_each_network_may_have_its_own_optimiser() -> None:
    trainer = trainer_of(tiny(optimizer="sgd", optimizer_d="adam", beta1=0.9, beta1_d=0.5))
    assert isinstance(trainer.opt_g, torch.optim.SGD)
    assert isinstance(trainer.opt_d, torch.optim.Adam)
    assert trainer.opt_d.param_groups[0]["betas"] == (0.5, 0.99)
    both = trainer_of(tiny(optimizer="sgd"))
    assert isinstance(both.opt_d, torch.optim.SGD)


@pytest.mark.parametrize("objective", ["relativistic", "hinge"])
def test_both_networks_are_told_the_classes_of_the_reals(objective: str) -> None:
    data = made_up()
    classes = {tuple(pixels.flatten().tolist()): int(c) for pixels, c in zip(data.pixels, data.labels, strict=True)}
    trainer = Trainer(tiny(condition="class", objective=objective, penalty="none"), data)
    told: list[tuple[torch.Tensor, torch.Tensor]] = []
    asked: list[torch.Tensor] = []
    judge, make = trainer.D.forward, trainer.G.forward
    trainer.D.forward = lambda x, c: told.append((x.detach(), c)) or judge(x, c)
    trainer.G.forward = lambda z, c: asked.append(c) or make(z, c)
    trainer.step()
    both, c = told[0]
    real = [classes[tuple(row.flatten().tolist())] for row in to_pixels(both[:8])]
    assert real == c[:8].tolist() == c[8:].tolist() == asked[0].tolist()
    assert asked[1].tolist() == told[1][1].tolist()
    if objective == "relativistic":
        assert [classes[tuple(row.flatten().tolist())] for row in to_pixels(told[2][0])] == told[1][1].tolist()
    assert trainer.tick().samples.shape == (64, 1, 8, 8)


@pytest.mark.parametrize("fused", [True, False])
def test_weights_with_channels_last_follow_their_gradients(fused: bool) -> None:
    """A fused Adam reads memory as it lies: a gradient in another order than its weight would move other weights."""
    config = tiny(network="style", g_widths=(8, 6), d_widths=(4, 8), d_steps=2)
    usual = trainer_of(config)
    trainer = trainer_of(config)
    for net in (trainer.G, trainer.D, trainer.G_ema):
        net.to(memory_format=torch.contiguous_format)
    if not fused:
        for opt in (trainer.opt_d, trainer.opt_g):
            opt.param_groups[0]["fused"] = False
    for each in (usual, trainer):
        for _ in range(3):
            each.step()
    for key, value in trainer.state().items():
        torch.testing.assert_close(usual.state()[key], value, rtol=1e-3, atol=1e-4)


def test_shared_fakes_are_gs_own_step_on_the_ds_latents() -> None:
    """One iteration on shared fakes is a D step and a G step that draw the same latents and reals."""
    trainer = trainer_of(tiny(fakes="shared"), 3)
    same = Trainer(tiny(), made_up())
    same.restore(copied(trainer.state()))
    trainer.step()
    before = same.generator.get_state()
    same.step_d()
    same.generator.set_state(before)  # a G step draws z and then reals, as a D step does
    same.step_g()
    assert differing(trainer.state(), same.state()) == []


def test_auto_augments_a_small_set() -> None:
    automatic, named, plain = (trainer_of(tiny(augment=names), 3) for names in ("auto", "color,shift", ""))
    assert differing(automatic.state(), named.state()) == []
    assert differing(automatic.state(), plain.state())


def test_a_condition_needs_classes() -> None:
    with pytest.raises(ConfigError, match="has none"):
        Trainer(tiny(condition="class"), dataclasses.replace(made_up(), classes=()))


def test_means_are_of_the_steps_since_the_last_time() -> None:
    trainer = trainer_of(tiny())
    losses = [(trainer.step_d().item(), trainer.step_g().item()) for _ in range(3)]
    assert trainer.means()["loss_d"] == pytest.approx(sum(d for d, _ in losses) / 3, rel=1e-5)
    loss = trainer.step_g().item()
    means = trainer.means()
    assert means["loss_g"] == pytest.approx(loss)
    assert means["loss_d"] == means["penalty"] == means["p_real"] == 0
    assert set(means) == {"loss_d", "loss_g", "penalty", "p_real", "p_fake"}


CHANGES = {
    "lr": 7e-3, "lr_d": 6e-3, "d_steps": 2, "g_steps": 3, "gamma": 4.0, "gp_weight": 1.0, "clip": 0.3,
    "ema_nimg": 0.5, "lr_final": 0.5, "beta1": 0.6, "beta2": 0.7, "beta1_d": 0.1, "beta2_d": 0.2,
    "gamma_final": 0.1, "hold": 0.5, "schedule": "cosine", "ema_ramp": 0.5,
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGEABLE)
def test_change_acts_from_the_next_step_on(name: str) -> None:
    """After a change the run goes on as one that was taken up with those settings."""
    objective = {"gp_weight": "wasserstein-gp", "clip": "wasserstein"}.get(name, "relativistic")
    # A schedule shows only where something changes by it.
    config = tiny(objective=objective, lr_final=0.3 if name in ("hold", "schedule") else 1.0)
    changed = dataclasses.replace(config, **{name: CHANGES[name]})
    trainer, same, other = trainer_of(config, 3), trainer_of(config, 3), Trainer(changed, made_up())
    other.restore(copied(trainer.state()))
    trainer.change(changed)
    for each in (trainer, same, other):
        for _ in range(2):
            each.step()
    assert trainer.opt_d.param_groups[0]["betas"] == changed.betas_d
    assert differing(trainer.state(), other.state()) == []
    assert differing(trainer.state(), same.state())


@pytest.mark.parametrize(
    "changes", [{"seed": 1}, {"objective": "hinge"}, {"g_widths": (4,)}, {"optimizer": "sgd"}, {"lr": 1e-3, "batch": 4}]
)
def test_nothing_else_changes_in_a_run(changes: dict[str, object]) -> None:
    trainer = trainer_of(tiny(), 1)
    with pytest.raises(ConfigError, match="cannot change in a run") as caught:
        trainer.change(dataclasses.replace(tiny(), **changes))
    assert "\n" not in str(caught.value)
    assert trainer.config == tiny()


def test_start_takes_a_models_networks() -> None:
    model = model_of(trainer_of(tiny(seed=5), 4), "first", 0.0)
    trainer = Trainer(tiny(start="first"), made_up(), start=model)
    for net, source in ((trainer.G, model.G), (trainer.G_ema, model.G), (trainer.D, model.D)):
        assert differing(net.state_dict(), source.state_dict()) == []
    assert trainer.nimg == 0
    assert not [name for name in trainer.state() if name.startswith("adam")]
    trainer.step()
    assert differing(trainer.G.state_dict(), model.G.state_dict())
    assert not any(p.requires_grad for p in model.G.parameters())


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"g_widths": (12,)}, "G's widths"),
        ({"d_widths": (12,)}, "D's widths"),
        ({"z_dim": 5}, "G's z_dim"),
        ({"noise": "uniform"}, "G's noise"),
        ({"network": "dcgan", "g_widths": (8, 4), "d_widths": (4, 8)}, "dcgan"),
    ],
)
def test_start_from_other_networks_is_refused(changes: dict[str, object], named: str) -> None:
    model = model_of(trainer_of(tiny()), "first", 0.0)
    with pytest.raises(ConfigError, match=named) as caught:
        Trainer(tiny(**changes), made_up(), start=model)
    assert "first" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_drawing_of_one_point_trains() -> None:
    data = drawn_name(torch.tensor([[0.5, -0.5]]))
    trainer = Trainer(tiny(data=data, z_dim=2, lr=5e-3, nimg=10**5, features=8), load(data))
    for _ in range(300):
        trainer.step()
    tick = trainer.tick()
    assert tick.samples.isfinite().all()
    assert tick.modes is None
    assert (tick.samples.mean(0) - torch.tensor([0.5, -0.5])).norm() < 0.3
