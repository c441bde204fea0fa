"""What other programs are told of a run, and that none of them can stop or slow it."""

import logging
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from gan.errors import ConfigError
from gan.training import reporters
from gan.training.reporters import Entry, Reports, figures_of, reporter_names

LINE = {"nimg": 64, "loss_d": 0.5, "p_real": None, "warning": "x", "modes": {"fair": 8, "high_quality": 0.9}}
SHEET = torch.full((4, 6, 1), 200, dtype=torch.uint8)


class Recorder:
    """A reporter that remembers, or fails, or hangs."""

    def __init__(self, fails: bool = False, hangs: threading.Event | None = None) -> None:
        self.entries: list[Entry] = []
        self.fails, self.hangs, self.closed = fails, hangs, False

    def note(self, entry: Entry) -> None:
        if self.hangs:
            self.hangs.wait(20)
        self.entries.append(entry)
        if self.fails:
            raise SystemExit(1)

    def close(self) -> None:
        self.closed = True


def test_names() -> None:
    assert reporter_names("wandb, tensorboard,wandb") == ("wandb", "tensorboard")
    assert reporter_names("") == ()
    with pytest.raises(ConfigError, match=r"--log takes tensorboard, trackio, wandb, not 'tensorbord'"):
        reporter_names("tensorbord")


def test_figures() -> None:
    assert figures_of(LINE) == {"nimg": 64.0, "loss_d": 0.5, "modes/fair": 8.0, "modes/high_quality": 0.9}
    assert figures_of({"a": float("nan"), "b": True}) == {}


def test_one_that_fails_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = Recorder(), Recorder(fails=True)
    made = {"good": lambda *_: good, "bad": lambda *_: bad, "gone": lambda *_: __import__("no_such_package")}
    monkeypatch.setattr(reporters, "REPORTERS", made)
    with caplog.at_level(logging.WARNING):
        reports = Reports(("gone", "bad", "good"), tmp_path, {})
        for _ in range(3):
            reports.note(LINE, SHEET)
        reports.close()
    assert [len(recorder.entries) for recorder in (good, bad)] == [3, 1]
    assert (good.closed, bad.closed) == (True, False)
    assert [record.getMessage() for record in caplog.records] == [
        '--log gone: its package is not installed (pip install "gan-atelier[gone]"); the run goes on',
        "--log bad failed and is left out from now on: the run goes on",
    ]


def test_one_that_hangs_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    event = threading.Event()
    monkeypatch.setattr(reporters, "REPORTERS", {"slow": lambda *_: Recorder(hangs=event)})
    reports, begun = Reports(("slow",), tmp_path, {}), time.monotonic()
    with caplog.at_level(logging.WARNING):
        for _ in range(3 * reporters.WAITING):
            reports.note(LINE)
        reports.close(0.05)
    assert time.monotonic() - begun < 5
    assert "do not keep up" in caplog.text.replace("does not keep up", "do not keep up")
    assert "were not written within 0.05 s" in caplog.text
    event.set()


def test_tensorboard(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="the extra tensorboard is not installed")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    reports = Reports(("tensorboard",), tmp_path, {"lr": 0.002})
    reports.note(LINE, SHEET)
    reports.note({**LINE, "nimg": 128, "loss_d": 0.25})
    reports.close(60)
    seen = EventAccumulator(str(tmp_path / "tensorboard"))
    seen.Reload()
    assert [(event.step, event.value) for event in seen.Scalars("loss_d")] == [(64, 0.5), (128, 0.25)]
    assert seen.Scalars("modes/fair")[0].value == 8
    (image,) = seen.Images("samples")
    assert (image.width, image.height, image.step) == (6, 4, 64)
    assert "config/text_summary" in seen.Tags()["tensors"]


@pytest.mark.parametrize("name", ["wandb", "trackio"])
def test_wandb_and_trackio_are_told(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a stand-in with the functions that both have: neither package is needed here."""
    told: list[Any] = []
    run = SimpleNamespace(log=lambda values, step: told.append((step, values)), finish=lambda: told.append("finished"))
    stand_in = SimpleNamespace(init=lambda **given: told.append(given) or run, Image=lambda pixels: pixels.shape)
    monkeypatch.setitem(sys.modules, name, stand_in)
    reports = Reports((name,), tmp_path / "mine", {"lr": 0.002})
    reports.note(LINE, SHEET)
    reports.close()
    begun, (step, values), end = told
    assert (begun["project"], begun["name"], begun["config"]) == ("gan-atelier", "mine", {"lr": 0.002})
    assert (step, values["loss_d"], values["samples"], end) == (64, 0.5, (4, 6), "finished")
