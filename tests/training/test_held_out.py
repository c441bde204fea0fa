"""How well D tells what a run never learns from: the figure, that looking is free, and what is said of a blind D."""

import dataclasses
import math
from pathlib import Path

import pytest
import torch

from core_fixtures import differing, made_up, tiny
from gan.latents import z_from_seeds
from gan.metrics.distances import outranked
from gan.recipe.config import TrainConfig
from gan.training import held_out
from gan.training.diagnosis import blind
from gan.training.held_out import FIRST_SEED, JUDGED, HeldOut
from gan.training.run_log import read_log
from gan.training.runs import Run
from gan.training.ticks import HeldOutReport
from gan.training.trainer import Trainer
from trainer_kinds import KINDS

HELD = made_up(n=300)
LONG = 1e9  # seconds of training, after which there is time for everything


def test_outranked_is_the_share_of_pairs() -> None:
    real, fake = torch.tensor([3.0, -1.0, 0.5, 2.0]), torch.tensor([1.0, -2.0, 9.0])
    pairs = [(r < f).item() for r in real for f in fake]
    assert outranked(real, fake) == pytest.approx(sum(pairs) / len(pairs))
    assert outranked(fake, real) == pytest.approx(1 - sum(pairs) / len(pairs))


@pytest.mark.parametrize("kind", ["classes", "dropout, batch norm, augmentation", "style"])
def test_the_figure_is_the_critics_own(kind: str) -> None:
    """D as it is on 256 reals of the held part and as many fakes of the average of G, of the reals' own classes."""
    trainer = Trainer(KINDS[kind], made_up())
    for _ in range(3):
        trainer.step()
    found = HeldOut(trainer, HELD).look(LONG).d_heldout
    D, (reals, c) = trainer.D.eval(), HELD.labelled(JUDGED, torch.Generator().manual_seed(0))
    c = c if trainer.conditional else None
    z = z_from_seeds(range(FIRST_SEED, FIRST_SEED + JUDGED), trainer.config.z_dim)
    with torch.no_grad():
        on_real, on_fake = D(reals, c), D(trainer.G_ema(z, c), c)
    pairs = (on_real[:, None] > on_fake).float().mean().item()
    assert found == pytest.approx(pairs, abs=1e-3)


@pytest.mark.parametrize("kind", ["dropout, batch norm, augmentation", "classes"])
def test_looking_changes_nothing(kind: str) -> None:
    looked, other = (Trainer(KINDS[kind], made_up()) for _ in range(2))
    look = HeldOut(looked, HELD)
    for _ in range(3):
        looked.step()
        look.look(LONG)
        other.step()
    assert differing(looked.state(), other.state()) == []
    assert looked.D.training == other.D.training


def run_in(folder: Path, config: TrainConfig, held: bool) -> Run:
    run = Run(folder, config, made_up(), held=HELD if held else None)
    run.start()
    return run


def test_a_run_looks_when_a_sample_grid_is_due(tmp_path: Path) -> None:
    config = tiny(nimg=800)
    run = run_in(tmp_path / "a", config, held=True)
    ticks = list(run.ticks())
    looked = [tick.nimg for tick in ticks if tick.held_out]
    assert looked == [int(path.stem) for path in sorted((tmp_path / "a" / "samples").iterdir()) if int(path.stem)]
    assert len(looked) == 10 < len(ticks)
    lines = {line["nimg"]: line for line in read_log(tmp_path / "a")}
    for tick in ticks:
        line = lines[tick.nimg]
        assert line.get("d_heldout") == (tick.held_out.d_heldout if tick.held_out else None)
        assert line.get("two_sample") is None  # a whole run takes less time than a test
    assert str(ticks[-1]).endswith(f" {ticks[-1].held_out}")
    alone = run_in(tmp_path / "b", config, held=False)
    assert all(tick.held_out is None for tick in alone.ticks())
    assert differing(run.trainer.state(), alone.trainer.state()) == []


@pytest.mark.parametrize("held", [made_up(), made_up(n=96, channels=3)], ids=["the same pictures", "others"])
def test_what_was_learnt_is_not_held_out(tmp_path: Path, held: object) -> None:
    run = Run(tmp_path / "run", tiny(nimg=16), made_up(), held=held)
    run.start()
    assert all(tick.held_out is None for tick in run.ticks())


def test_repairs_are_judged_by_another_critic(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", dataclasses.replace(KINDS["repair"], nimg=16), made_up(), held=HELD)
    run.start()
    assert all(tick.held_out is None for tick in run.ticks())


def test_tests_take_a_small_share_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10**6, 3))  # each test takes 3 seconds
    monkeypatch.setattr(held_out.time, "perf_counter", lambda: next(clock))
    look = HeldOut(Trainer(tiny(), made_up()), HELD)
    tested = [not math.isnan(look.look(seconds).two_sample) for seconds in (0, 249, 250, 299, 300, 400, 450)]
    assert tested == [False, False, True, False, True, False, True]


def test_a_blind_critic_is_named_after_two_tests_in_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(tiny(augment="color,shift"), made_up())
    look = HeldOut(trainer, HELD)
    said = []
    for accuracy in (1.0, 0.5, 1.0, 1.0, 0.5):
        monkeypatch.setattr(held_out, "two_sample", lambda a, b, accuracy=accuracy: accuracy)
        monkeypatch.setattr(held_out, "outranked", lambda a, b: 0.3)
        assert look.look(LONG) == HeldOutReport(0.7, accuracy)
        said.append(look.warning)
    assert [bool(warning) for warning in said] == [False, False, False, True, False]
    assert said[3] == blind(1.0, 0.7, "color,shift")


@pytest.mark.parametrize(("augment", "remedy"), [
    ("color,shift,flip", "--augment shift is probably to blame: try color,flip alone"),
    ("shift", "--augment shift is probably to blame: try none"),
    ("color,cutout", "--augment cutout is probably to blame: try color alone"),
    ("color,flip", "--augment color is probably to blame: try flip alone"),
    ("flip", "a lower --lr or wider --d-widths may make it see"),
    ("", "a lower --lr or wider --d-widths may make it see"),
])  # fmt: skip
def test_what_is_said_of_a_blind_critic(augment: str, remedy: str) -> None:
    said = f"the critic is blind: another classifier is right on 99% of samples, D on 73% of pairs; {remedy}"
    assert blind(0.99, 0.73, augment) == said


@pytest.mark.parametrize(("two_sample", "d_heldout"), [(0.87, 0.73), (0.97, 1.0), (0.5, 0.5), (math.nan, 0.5)])
def test_a_critic_that_sees(two_sample: float, d_heldout: float) -> None:
    assert blind(two_sample, d_heldout, "shift") == ""
