"""What each setting of a training does to its steps, and which of them may change in a run."""

import dataclasses

import pytest
import torch

from core_fixtures import copied, differing, made_up, tiny
from gan.data.sets import load
from gan.errors import ConfigError
from gan.media.images import to_pixels
from gan.networks import ARCHITECTURES
from gan.recipe.optimizers import SGD, Adam
from gan.recipe.penalties import PENALTIES
from gan.training.trainer import CHANGEABLE, Trainer
from trainer_kinds import parts, trainer_of


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
        d.append(trainer.opt_d.lr)
        g.append(trainer.opt_g.lr)
    # D's rate is set before its samples are counted, G's after.
    assert d == pytest.approx([4e-3 * (1 - 0.75 * i / 10) for i in range(10)])
    assert g == pytest.approx([1e-2 * (1 - 0.75 * (i + 1) / 10) for i in range(10)])


def test_one_rate_for_both_unless_said_otherwise() -> None:
    trainer = trainer_of(tiny(lr=3e-3), 1)
    assert trainer.opt_d.lr == trainer.opt_g.lr == pytest.approx(3e-3)
    assert trainer.opt_d.betas == (0.0, 0.99)


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
    parts = (trainer.D, trainer.opt_d, trainer.step_d, 0.02), (trainer.G, trainer.opt_g, trainer.step_g, 0.01)
    for net, opt, step, lr in parts:
        before = copied(net.state_dict())
        step()
        assert any(grad.any() for grad in opt.gradients)
        for (name, weight), grad in zip(net.named_parameters(), opt.parts(opt.gradients), strict=True):
            torch.testing.assert_close(weight.detach(), before[name] - lr * grad)
    assert not [name for name in trainer.state() if name.startswith("adam")]


def test_each_network_may_have_its_own_optimiser() -> None:
    trainer = trainer_of(tiny(optimizer="sgd", optimizer_d="adam", beta1=0.9, beta1_d=0.5))
    assert isinstance(trainer.opt_g, SGD)
    assert isinstance(trainer.opt_d, Adam)
    assert trainer.opt_d.betas == (0.5, 0.99)
    both = trainer_of(tiny(optimizer="sgd"))
    assert isinstance(both.opt_d, SGD)


@pytest.mark.parametrize("objective", ["relativistic", "hinge"])
def test_both_networks_are_told_the_classes_of_the_reals(objective: str) -> None:
    data = made_up()
    classes = {tuple(pixels.flatten().tolist()): int(c) for pixels, c in zip(data.rows, data.labels, strict=True)}
    trainer = Trainer(tiny(condition="class", objective=objective, penalty="none"), data, fast=False)
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


def test_a_condition_needs_classes() -> None:
    with pytest.raises(ConfigError, match="has none"):
        Trainer(tiny(condition="class"), dataclasses.replace(made_up(), classes=()))


@pytest.mark.parametrize("fused", [True, False])
def test_weights_with_channels_last_follow_their_gradients(fused: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fused Adam reads memory as it lies: a gradient in another order than its weight would move other weights."""
    config = tiny(network="style", g_widths=(8, 6), d_widths=(4, 8), d_steps=2)
    usual = trainer_of(config, 3)
    monkeypatch.setitem(ARCHITECTURES, "style", dataclasses.replace(ARCHITECTURES["style"], channels_last=False))
    if not fused:
        monkeypatch.delattr(torch, "_fused_adam_")
    trainer = trainer_of(config, 3)
    assert not all(weight.is_contiguous() for weight in usual.opt_g.weights)
    assert all(weight.is_contiguous() for weight in trainer.opt_g.weights)
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


def test_fakes_are_shared_by_a_whole_step_of_d_alone() -> None:
    """A step that was left before its end, or a state taken up between the two, leaves G's step a draw of its own."""
    left, restored, plain = (trainer_of(tiny(fakes="shared"), 2) for _ in range(3))
    *_, before = plain.generator.get_state()[None]
    phases = left.d_phases()
    for _ in range(3):
        next(phases)
    left.generator.set_state(before)
    state = copied(restored.state())
    restored.step_d()
    restored.restore(state)
    losses = [trainer.step_g() for trainer in (left, restored, plain)]
    assert losses[0] == losses[1] == losses[2]
    assert differing(left.state(), plain.state()) == differing(restored.state(), plain.state()) == []


def test_auto_augments_a_small_set() -> None:
    automatic, named, plain = (trainer_of(tiny(augment=names), 3) for names in ("auto", "color", ""))
    assert differing(automatic.state(), named.state()) == []
    assert differing(automatic.state(), plain.state())


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
    assert trainer.opt_d.betas == changed.betas_d
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
