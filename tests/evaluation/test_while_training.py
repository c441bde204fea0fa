"""A run that is measured while it trains."""

import json
import logging
from pathlib import Path

import pytest
import torch

from core_fixtures import differing, tiny
from gan.data import sets
from gan.errors import ConfigError, ModelError
from gan.evaluation.while_training import WhileTraining
from gan.recipe.config import TrainConfig
from gan.training.runs import Run
from gan.training.ticks import Tick


def measured(folder: Path, config: TrainConfig, every: int) -> tuple[Run, list[Tick]]:
    run = Run(folder, config, sets.load(config.data), snapshots=0)
    run.every = 160
    run.start()
    if every:
        run.evaluated = WhileTraining(run, every).look
    return run, list(run.ticks())


def test_points(tmp_path: Path) -> None:
    config = TrainConfig(data="ring", nimg=640, batch=32, g_widths=(8,), d_widths=(8,), z_dim=2)
    run, ticks = measured(tmp_path / "looked", config, 200)
    seen = {tick.nimg: tick.evaluation for tick in ticks if tick.evaluation}
    assert list(seen) == [320, 480, 640], "the first tick at or after each, and the end"
    assert seen[640] is not None
    assert set(seen[640].figures) == {"modes", "fair", "total", "high_quality", "reverse_kl"}
    assert str(seen[640]).endswith(f"modes {seen[640].figures['fair']}/8")
    lines = [json.loads(line) for line in (tmp_path / "looked" / "ticks.jsonl").read_text().splitlines()]
    logged = {line["nimg"]: line["evaluation"]["figures"]["fair"] for line in lines if "evaluation" in line}
    assert logged == {nimg: report.figures["fair"] for nimg, report in seen.items() if report}
    alone, unseen = measured(tmp_path / "alone", config, 0)
    assert not any(tick.evaluation for tick in unseen)
    assert differing(run.trainer.state(), alone.trainer.state()) == [], "no look changes how the run goes on"


def test_pictures(tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    run, ticks = measured(tmp_path / "run", tiny(nimg=160), 80)
    report = ticks[-1].evaluation
    assert report is not None
    assert set(report.figures) == {"frechet", "coverage"}
    assert report.figures["frechet"] > 1
    assert str(report).startswith("FD ")
    assert ticks[-1].seconds == run.trainer.seconds, "its time is not the run's"
    look = WhileTraining(run, 80)
    look.last = 0

    def broken() -> dict[str, float]:
        raise ModelError("the judge is damaged")

    monkeypatch.setattr(look, "measured", broken)
    with caplog.at_level(logging.WARNING):
        assert look.look(ticks[-1]) is None, "a run goes on where nothing can be measured"
    assert "nothing could be measured at 160 samples: the judge is damaged" in caplog.text
    with torch.no_grad():
        next(run.trainer.G.parameters()).fill_(float("nan"))
    assert WhileTraining(run, 80).look(ticks[-1]) is None


def test_repairs_have_no_such_figures(tmp_path: Path) -> None:
    config = tiny(network="unet", task="denoise")
    with pytest.raises(ConfigError, match="--eval-every measures no"):
        WhileTraining(Run(tmp_path, config, sets.load("digits")), 100)
