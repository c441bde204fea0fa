"""What faults within a process do to a run: it goes on, or stops with one sentence; the newest good state loads."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from bench import mishaps
from bench.mishaps import PICTURES, Row
from core_fixtures import ROOT
from gan.commands import train
from gan.data.sets import Data, load
from gan.errors import DivergedError, RunError
from gan.models import container
from gan.training.runs import Run
from gan.training.states import PREVIOUS, STATE, read_state, save_state, states


@pytest.fixture(scope="module")
def digits() -> Data:
    return load("digits")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, digits: Data) -> Path:
    """A run that was stopped on its way."""
    return mishaps.prepared(tmp_path_factory.mktemp("base") / "run", digits)


def copy_of(base: Path, folder: Path) -> Path:
    return Path(shutil.copytree(base, folder / "run"))


def fine(row: Row) -> bool:
    return row.unreadable == 0 and row.continued == row.tries > 0


def test_every_call_to_the_disk_may_fail(base: Path, tmp_path: Path) -> None:
    row = mishaps.refused_calls("a full disk from the n-th call on (ENOSPC)", tmp_path, base, range(1, 200, 2))
    assert fine(row), row
    assert row.tries >= 15  # to the last call of two ticks; the bench takes every n
    assert row.stopped == row.tries, row
    assert "No space left on device" in row.sentence


@pytest.mark.parametrize("name", list(mishaps.REFUSALS))
def test_a_run_that_begins_on_a_failing_disk(tmp_path: Path, name: str) -> None:
    row = mishaps.refused_calls(name, tmp_path, None, (1, 2, 6, 9, 17, 24))
    assert fine(row), row
    assert row.tries == 6
    assert row.stopped >= 5  # a single refusal may meet what needs no success


def test_a_wrong_number_never_reaches_the_disk(tmp_path: Path) -> None:
    row = mishaps.poisoned(tmp_path, 8, random.Random(1))
    assert fine(row), row
    assert row.stopped == 8
    assert "runs/NAME keeps the last good state and model: --start runs/NAME" in row.sentence


def test_a_damaged_state_gives_way_to_the_one_before_it(tmp_path: Path) -> None:
    row = mishaps.damaged(tmp_path, 15, random.Random(2))
    assert fine(row), row
    assert row.tries == 15
    assert row.sentence.startswith("runs/NAME/state.safetensors is damaged (it is state.damaged.safetensors now)")


def test_a_log_cut_within_a_line(tmp_path: Path) -> None:
    assert fine(mishaps.torn(tmp_path, 4, random.Random(3)))


def test_a_state_lost_between_two_renames(
    base: Path, tmp_path: Path, digits: Data, caplog: pytest.LogCaptureFixture
) -> None:
    folder = copy_of(base, tmp_path)
    (folder / STATE).unlink()
    run = Run(folder, PICTURES, digits)
    run.resume()
    assert run.trainer.nimg == 448
    assert f"{folder / STATE} is missing: the run goes on from the state before it, at 448 samples" in caplog.text
    assert [path.name for path in states(folder)] == [STATE]
    with pytest.raises(RunError, match="already holds a run"):
        Run(folder, PICTURES, digits).start()


def test_no_good_state_is_left(base: Path, tmp_path: Path, digits: Data) -> None:
    folder = copy_of(base, tmp_path)
    for name in (STATE, PREVIOUS):
        (folder / name).write_bytes(b"half")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(RunError, match=r"state\.safetensors") as caught:
        Run(folder, PICTURES, digits).resume()
    assert "\n" not in str(caught.value)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_the_newest_of_two_good_states_is_taken(base: Path) -> None:
    newest, _ = read_state(states(base)[0])
    assert int(newest["nimg"]) == 512
    assert [path.name for path in states(base)] == [STATE, PREVIOUS]
    assert int(read_state(base / PREVIOUS)[0]["nimg"]) == 448


def test_a_large_state_is_not_too_large(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is for models that somebody else may have made."""
    monkeypatch.setattr(container, "MAX_BYTES", 10)
    assert int(read_state(base / STATE)[0]["nimg"]) == 512


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_moment_that_is_not_finite_is_not_saved(tmp_path: Path, value: float) -> None:
    """An optimiser whose second moment overflowed never moves that weight again, and no weight shows it."""
    save_state(tmp_path, {"adam_g.0.exp_avg_sq": torch.ones(3)}, {})
    with pytest.raises(DivergedError, match=r"adam_g\.0\.exp_avg_sq"):
        save_state(tmp_path, {"adam_g.0.exp_avg_sq": torch.tensor([1.0, value])}, {})
    assert read_state(tmp_path / STATE)[0]["adam_g.0.exp_avg_sq"].tolist() == [1, 1, 1]


def test_a_new_run_begins_where_one_diverged(base: Path, tmp_path: Path, digits: Data) -> None:
    """As the sentence says: with other settings, from its last model."""
    folder = copy_of(base, tmp_path)
    config = replace(PICTURES, lr=PICTURES.lr / 10, start=str(folder))
    run = Run(tmp_path / "second", config, digits)
    run.start()
    mishaps.train_on(run, 2)
    assert states(tmp_path / "second")


def test_one_process_at_a_time(base: Path, tmp_path: Path, digits: Data) -> None:
    folder = copy_of(base, tmp_path)
    first, second = Run(folder, PICTURES, digits), Run(folder, PICTURES, digits)
    first.resume()
    ticks = first.ticks()
    next(ticks)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for attempt in (second.start, second.resume, lambda: next(second.ticks())):
        with pytest.raises(RunError, match="another process trains in"):
            attempt()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    ticks.close()  # type: ignore[attr-defined]
    second.resume()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_before_the_run_has_begun(
    tmp_path: Path, number: signal.Signals, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Reading the data may take long, and those who wait may ask twice."""

    def asked_twice(*_: object) -> None:
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), number)

    monkeypatch.setattr(train, "open_run", asked_twice)
    handlers = {n: signal.getsignal(n) for n in train.SIGNALS}
    try:
        with pytest.raises(SystemExit) as left:
            train.main(["--out", str(tmp_path / "run")])
    finally:
        for n, handler in handlers.items():
            signal.signal(n, handler)
    assert left.value.code == 128 + number
    assert capfd.readouterr().err == "stopped before the run began: nothing was written\n"
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("program", [["train.py"], ["-m", "gan", "train"]], ids=" ".join)
def test_ctrl_c_while_torch_loads(tmp_path: Path, program: list[str]) -> None:
    command = [sys.executable, *program, "--out", str(tmp_path / "run")]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 30
    while "libtorch" not in Path(f"/proc/{process.pid}/maps").read_text() and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode in (-signal.SIGINT, 130)
    assert "Traceback" not in said
    assert not (tmp_path / "run").exists()


def test_a_stop_at_any_moment_is_one_more_tick(base: Path, tmp_path: Path, digits: Data) -> None:
    """Asked before the first tick, between two, and twice."""
    for i, ticks in enumerate((0, 1, 3)):
        run = Run(copy_of(base, tmp_path / str(i)), PICTURES, digits)
        run.resume()
        run.every = PICTURES.batch
        before, seen = run.trainer.nimg, 0
        if not ticks:
            run.stop()
        for seen, _ in enumerate(run.ticks(), 1):
            if seen == ticks:
                run.stop()
                run.stop()
        assert seen == max(ticks, 1)
        assert int(read_state(run.folder / STATE)[0]["nimg"]) == run.trainer.nimg == before + seen * PICTURES.batch


def test_a_name_or_a_setting_that_one_bit_changed_is_damage(base: Path, tmp_path: Path) -> None:
    """An optimiser's moment under another name would be left out without a word."""
    content = (base / STATE).read_bytes()
    for text in (*(f'"{name}"' for name in read_state(base / STATE)[0]), "seed", "batch"):
        wrong = bytearray(content)
        wrong[content.index(text.encode()) + 1] ^= 4
        (tmp_path / STATE).write_bytes(bytes(wrong))
        with pytest.raises(RunError, match=r"damaged|not a whole"):
            read_state(tmp_path / STATE)
