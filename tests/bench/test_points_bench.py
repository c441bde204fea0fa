"""The bench of points: its table says what its rows say, and its presets train."""

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch

from bench import points
from bench.budget import recipe
from bench.machine import command
from gan.data import sets
from gan.data.points import Points
from gan.evaluation.evaluate import FIRST_SEED
from gan.latents import z_from_seeds
from gan.live.recipes import recommended
from gan.media.points import POINTS
from gan.metrics.modes import mode_report
from gan.recipe.config import TrainConfig
from gan.recipe.presets import PRESETS
from gan.training.trainer import Trainer

torch.set_num_threads(1)

FIGURES = {"modes": 8, "fair": 7, "high_quality": 0.97, "reverse_kl": 0.004}
REAL = {"modes_real": 8, "fair_real": 8, "high_quality_real": 0.99, "reverse_kl_real": 0.001}


def made_up(seed: int, **changes: Any) -> points.Row:
    """A run of `ring-best` that never was."""
    row = {"data": "ring", "preset": "ring-best", "seed": seed, "steps": 1_000, "cpu_seconds": 30.0}
    return row | FIGURES | REAL | changes


def of_hinge(**changes: Any) -> points.Row:
    """A run of an objective that never was."""
    row = made_up(0, objective="hinge", cpu_seconds=20.0, **changes)
    del row["preset"]
    return row


@pytest.mark.parametrize("name", points.DATA)
def test_the_best_presets_train(name: str) -> None:
    config = PRESETS[points.DATA[name]]
    assert config.data == name
    trainer = Trainer(config, sets.load(name))
    before = trainer.G.last.weight.clone()
    trainer.step()
    assert trainer.nimg == config.batch
    assert not trainer.G.last.weight.equal(before)
    assert trainer.finite()


def test_the_table_gives_means_and_spreads() -> None:
    best = [made_up(0), made_up(1, modes=7, high_quality=0.95, reverse_kl=0.008, cpu_seconds=50.0)]
    said = points.table({"best": best, "objectives": [], "seconds": 20.0})
    ours = "| `ring` | **`ring-best`** | 2 | 40, at most 50 | 7.5 ± 0.7 | 7.0 ± 0.0 | 96.0 ± 1.4 % | 0.0060 ± 0.0028 |"
    assert ours in said
    assert "| `ring` | real data | 2 | | 8.0 ± 0.0 | 8.0 ± 0.0 | 99.0 ± 0.0 % | 0.0010 ± 0.0000 |" in said
    assert "- `ring-best`: fair modes 7.0; the bar, at least 8.0, is missed." in said
    assert "- `ring-best`: high quality 96.0%; the bar, at least 97.0%, is missed." in said
    assert "- `ring-best`: reverse KL 0.0060; the bar, at most 0.0100, is met." in said
    assert "- `ring-best`: CPU seconds, at most 50; the bar, at most 300, is met." in said
    assert "| `ring` | PacGAN2, published | 10 | | 7.9 | | 95.6 % | 0.07 |" in said
    assert "| `ring-best` | 1 | 1,000 | 50 | 7.0 | 7.0 | 95.0 % | 0.0080 |" in said
    assert "grid" not in said
    assert "hinge" not in said


def test_the_table_of_objectives() -> None:
    rows = [of_hinge(), of_hinge(reverse_kl=None, high_quality=0.0, data="grid")]
    said = points.table({"best": [], "objectives": rows, "seconds": 20.0})
    assert "after 20 CPU seconds" in said
    assert "| `ring` | `hinge` | 1 | 1,000 | 8.0 | 7.0 | 97.0 % | 0.0040 |" in said
    assert "| `grid` | `hinge` | 1 | 1,000 | 8.0 | 7.0 | 0.0 % | ∞ |" in said  # without a good sample there is no KL
    assert "best" not in said


def test_a_run_ends_with_its_samples_or_with_its_seconds() -> None:
    config = TrainConfig(data="ring", nimg=6_400, batch=64, z_dim=2, g_widths=(8,), d_widths=(8,))
    trainer, took = points.trained(config)
    assert trainer.nimg == 6_400
    assert took > 0
    assert points.trained(dataclasses.replace(config, nimg=10**9), seconds=0.0)[0].nimg == 0
    row = points.figures(trainer, took)
    assert row["steps"] == 100
    assert row["high_quality_real"] == pytest.approx(1 - math.exp(-4.5), abs=0.01)  # 3 deviations in the plane
    json.dumps(row, allow_nan=False)


def test_samples_are_of_the_average_and_others_for_each_seed() -> None:
    config = TrainConfig(
        data="ring", nimg=6_400, z_dim=2, g_widths=(8,), d_widths=(8,), seed=1, ema_nimg=10**6, ema_ramp=1
    )
    trainer, _ = points.trained(config)
    reals = trainer.data
    assert isinstance(reals, Points)
    assert reals.centres is not None

    def report(network: torch.nn.Module, seed: int) -> float:
        first = FIRST_SEED + seed * 10**6
        with torch.no_grad():
            fake = network(z_from_seeds(range(first, first + POINTS.judged), 2))
        return mode_report(fake, reals.centres, reals.std * 20).high_quality  # type: ignore[arg-type]

    wide = dataclasses.replace(reals, std=reals.std * 20)
    trainer.data = wide
    found = points.figures(trainer, 0.0)["high_quality"]
    assert found == report(trainer.G_ema, 1)
    assert found not in (report(trainer.G, 1), report(trainer.G_ema, 0))


def test_only_runs_of_equal_settings_are_kept(tmp_path: Path) -> None:
    path, settings = tmp_path / "points.json", {"seconds": 20.0, "presets": {"ring-best": {"lr": 1.0}}}
    mine = of_hinge(recipe=recipe(recommended("ring", "hinge")))
    assert points.kept(path, settings) == {"best": [], "objectives": []}
    path.write_text(
        json.dumps(settings | {"best": [made_up(0)], "objectives": [mine, of_hinge(recipe="an older one")]})
    )
    assert points.kept(path, settings) == {"best": [made_up(0)], "objectives": [mine]}
    assert points.kept(path, settings | {"seconds": 5.0}) == {"best": [made_up(0)], "objectives": []}
    other = {"ring-best": {"lr": 2.0}}
    assert points.kept(path, settings | {"presets": other}) == {"best": [], "objectives": [mine]}


def test_a_command_names_no_place_of_one_machine() -> None:
    said = command("points", ["--out", "/some/where", "--seeds", "2", "--folder=/tmp/x", "--data", "ring", "grid"])
    assert said == "python -m bench.points --seeds 2 --data ring grid"
