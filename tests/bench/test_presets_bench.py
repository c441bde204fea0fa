"""The bench of the quick presets: PacGAN's rule apart from the project, and the worst seed in every table."""

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch

from bench import pacgan, presets
from gan.data import sets
from gan.data.points import Points
from gan.metrics.modes import mode_report
from gan.recipe.presets import PRESETS
from gan.training.trainer import Trainer

GRID = pacgan.MIXTURES["grid"]


# ---- the rule ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "modes"), [("ring", 8), ("grid", 25)])
def test_the_rule_knows_the_data(name: str, modes: int) -> None:
    """Its modes, written down apart, are those that the data are drawn from; and real data are well."""
    data, mixture = sets.load(name), pacgan.MIXTURES[name]
    assert isinstance(data, Points)
    assert data.centres is not None
    assert len(mixture.centres) == modes
    assert data.std == mixture.std
    assert torch.cdist(torch.tensor(mixture.centres), data.centres).min(0).values.max() < 1e-6
    real = presets.real(name)
    assert (real.modes, real.fair) == (modes, modes)
    assert real.high_quality == pytest.approx(1 - math.exp(-4.5), abs=0.007)  # within three deviations of a plane's
    assert real.reverse_kl == pytest.approx((modes - 1) / 2 / presets.SAMPLES, abs=0.003)


def test_what_the_rule_counts() -> None:
    exact = list(GRID.centres) * 100
    assert pacgan.judge(exact, GRID) == pacgan.Verdict(25, 25, 1.0, pytest.approx(0.0))
    x, y = GRID.centres[0]
    assert pacgan.judge([(x + 2.99 * GRID.std, y)], GRID).high_quality == 1
    assert pacgan.judge([(x + 3.01 * GRID.std, y)], GRID).high_quality == 0
    starved = [centre for k, centre in enumerate(GRID.centres) for _ in range((19, 20)[k > 1] if k < 4 else 100)]
    starved += [GRID.centres[-1]] * (2_500 - len(starved))
    assert (pacgan.judge(starved, GRID).modes, pacgan.judge(starved, GRID).fair) == (25, 23)  # 20 of 100 are fair
    one = pacgan.judge([GRID.centres[7]] * 50, GRID)
    assert (one.modes, one.fair, one.reverse_kl) == (1, 1, pytest.approx(math.log(25)))
    far = pacgan.judge([(x + 0.5, y)] * 10, GRID)  # nearest to a mode, but not of it
    assert (far.modes, far.fair, far.high_quality, far.reverse_kl) == (0, 0, 0, pytest.approx(math.log(25)))


def test_the_rule_and_the_trainers_agree_on_blurred_points() -> None:
    """But for the KL, which the trainer takes of the good samples alone."""
    generator = torch.Generator().manual_seed(3)
    points = sets.load("grid").sample(2_500, generator)
    points[:300] *= 0.5 + torch.rand(300, 1, generator=generator)
    report = mode_report(points, torch.tensor(GRID.centres), GRID.std)
    ours = pacgan.judge(points.numpy(), GRID)
    assert (ours.modes, ours.fair) == (report.modes, report.fair)
    assert ours.high_quality == pytest.approx(report.high_quality)


# ---- runs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", presets.POINTS)
def test_a_run_of_points(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRESETS, name, dataclasses.replace(PRESETS[name], nimg=1_280))
    row = presets.points_row(name, 11)
    assert (row["preset"], row["seed"], row["all_fair_after"]) == (name, 11, None)
    assert row["fair"] < len(pacgan.MIXTURES[name].centres)
    assert 0 <= row["high_quality"] < 0.5
    assert row["cpu_seconds"] > 0


def test_the_grid_in_a_tenth_of_its_time() -> None:
    """With a seed that another recipe failed: 23 modes are fair, and were 11. The whole run is left to the bench."""
    torch.set_num_threads(1)  # as train.py and the bench do
    trainer = Trainer(dataclasses.replace(PRESETS["grid"], seed=11, nimg=256_000), sets.load("grid"))
    for _ in presets.stretches(trainer, presets.EVERY):
        pass
    found = presets.verdict(trainer)
    assert found.modes == 25
    assert found.fair >= 15


def test_all_are_fair_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was fair and no longer is does not count."""
    fair = iter([8, 7, 8, 8, 8])
    monkeypatch.setitem(PRESETS, "ring", dataclasses.replace(PRESETS["ring"], nimg=1_280))
    monkeypatch.setattr(presets, "stretches", lambda *_: iter([1.0, 2.0, 3.0, 4.0]))
    monkeypatch.setattr(presets, "verdict", lambda _: pacgan.Verdict(8, next(fair), 0.95, 0.01))
    row = presets.points_row("ring", 0)
    assert (row["all_fair_after"], row["cpu_seconds"], row["fair"]) == (3.0, 4.0, 8)


def test_a_run_of_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = {"frechet": 1.5, "frechet_real": 1.1, "coverage": 0.8, "coverage_real": 0.99, "precision": 0.7}
    monkeypatch.setitem(PRESETS, "digits", dataclasses.replace(PRESETS["digits"], nimg=12_800))
    monkeypatch.setattr(presets, "DIGITS_SECONDS", 0.0)
    monkeypatch.setattr(presets, "evaluate", lambda _: scores)
    early, end = presets.digits_rows(3)
    assert (early["preset"], end["preset"], end["seed"]) == ("digits, 0 s", "digits", 3)
    assert early["cpu_seconds"] < end["cpu_seconds"]
    assert "precision" not in end


# ---- telling and keeping ----------------------------------------------------------------------------------------


def of_grid(seed: int, **figures: Any) -> dict[str, Any]:
    """A made row of a good run."""
    row = {"preset": "grid", "seed": seed, "all_fair_after": 11.0, "cpu_seconds": 40.0, "modes": 25, "fair": 25}
    return row | {"high_quality": 0.96, "reverse_kl": 0.006} | figures


def of_all(*rows: dict[str, Any]) -> dict[str, Any]:
    """Made results."""
    real = dataclasses.asdict(pacgan.Verdict(25, 25, 0.987, 0.0051))
    return {"rows": list(rows), "real": {"ring": real, "grid": real}}


def test_the_worst_seed_is_shown() -> None:
    bad = of_grid(11, all_fair_after=None, cpu_seconds=66.0, fair=23, high_quality=0.62, reverse_kl=0.125)
    said = presets.table(of_all(of_grid(0), of_grid(1, high_quality=0.97), bad))
    row = "| `grid` | 3 | 66 | never | 23 of 25 | 85.0%, 62.0% (seed 11) | 0.0457, 0.1250 (seed 11) |"
    assert row in said
    assert "| real data of `grid` | | | | 25 of 25 | 98.7% | 0.0051 |" in said
    assert "`grid`, worst seed: fair modes 23; the bar, at least 25, is missed." in said
    assert "`grid`, worst seed: high quality 62.0%; the bar, at least 90.0%, is missed." in said
    assert "| grid | 11 | 66 |  | 25 | 23 | 0.62 | 0.125 |  |  |" in said
    assert "ring" not in said


def test_the_table_of_digits() -> None:
    row = {"preset": "digits", "seed": 0, "cpu_seconds": 17.0, "frechet": 1.5, "coverage": 0.8}
    row |= {"frechet_real": 1.1, "coverage_real": 0.99}
    early = row | {"preset": "digits, 5 s", "cpu_seconds": 5.0}
    said = presets.table(of_all(early, row, row | {"seed": 1, "frechet": 1.7, "coverage": 0.9}))
    assert "| digits, 5 s | 1 | 5 | 1.50, 1.50 (seed 0) | 0.80, 0.80 (seed 0) |" in said
    assert "| digits | 2 | 17 | 1.60, 1.70 (seed 1) | 0.85, 0.80 (seed 0) |" in said
    assert "| real data | | | 1.10 | 0.99 |" in said
    assert "fair modes, at least" not in said


def test_rows_of_another_recipe_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "presets.json"
    assert presets.kept(path, {}) == []
    digits, grid = {"preset": "digits, 5 s", "seed": 0}, {"preset": "grid", "seed": 0}
    path.write_text(json.dumps({"presets": {"digits": {"lr": 1}, "grid": {"lr": 2}}, "rows": [digits, grid]}))
    assert presets.kept(path, {"digits": {"lr": 1}, "grid": {"lr": 3}}) == [digits]
    assert presets.kept(path, {"grid": {"lr": 2}}) == [grid]
