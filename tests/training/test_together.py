"""`train.py` in two processes, as torchrun starts them: one folder, one log, one word when one of them is killed."""

import json
import os
import signal
import socket
import time
from pathlib import Path

import pytest
import safetensors.torch
import torch

from core_fixtures import Ended, Nest, nest

__all__ = ["nest"]  # a fixture

TINY = [
    "--data", "digits", "--batch", "16", "--z-dim", "4", "--g-widths", "12", "--d-widths", "12", "--lr", "1e-3",
    "--moments", "0", "--device", "cpu", "--nimg",
]  # fmt: skip
LONGER = 3_200  # images: long enough that one of two is killed before the end


def two(nest: Nest, *argv: object) -> list[int]:
    """The process ids of two that train together."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    said = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    return [nest.start(argv, True, said | {"RANK": str(rank), "LOCAL_RANK": str(rank)}) for rank in range(2)]


def ended(nest: Nest, pids: list[int]) -> list[Ended]:
    return [nest.wait(pid) for pid in pids]


def wait_for_line(folder: Path, count: int) -> None:
    log = folder / "ticks.jsonl"
    for _ in range(600):
        if log.exists() and len(log.read_text().splitlines()) >= count:
            return
        time.sleep(0.05)
    pytest.fail(f"{log} never had {count} lines")


def test_one_log_one_model_and_the_weights_of_one(nest: Nest, tmp_path: Path) -> None:
    one, many = tmp_path / "one", tmp_path / "many"
    assert nest.run([*TINY, 1600, "--out", one]).status == 0
    both = ended(nest, two(nest, *TINY, 1600, "--out", many))
    assert [end.status for end in both] == [0, 0]
    assert "done:" in both[0].stdout
    assert both[1].stdout == both[1].stderr == ""
    nimgs = [[json.loads(line)["nimg"] for line in (f / "ticks.jsonl").read_text().splitlines()] for f in (one, many)]
    assert nimgs[0] == nimgs[1]
    a, b = (safetensors.torch.load_file(f / "model.safetensors") for f in (one, many))
    weights = [key for key in a if key.startswith(("G.", "D."))]
    assert weights
    assert max(float((a[key] - b[key]).abs().max()) for key in weights) <= 1e-5
    lines = [[json.loads(line) for line in (f / "ticks.jsonl").read_text().splitlines()] for f in (one, many)]
    for alone, shared in zip(*lines, strict=True):
        assert shared["loss_d"] == pytest.approx(alone["loss_d"], abs=1e-4)
        assert shared["p_fake"] == pytest.approx(alone["p_fake"], abs=1e-4)


def test_a_killed_process_ends_the_other_and_the_run_goes_on(nest: Nest, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    first, second = two(nest, *TINY, LONGER, "--out", folder)
    wait_for_line(folder, 3)
    begun = time.monotonic()
    os.kill(second, signal.SIGKILL)
    assert nest.wait(second).status == -signal.SIGKILL
    end = nest.wait(first)
    assert time.monotonic() - begun < 30
    assert end.status == 2
    assert "error: another process of this run is gone" in end.stderr
    assert "Traceback" not in end.stderr
    both = ended(nest, two(nest, "--resume", folder, "--device", "cpu"))
    assert [end.status for end in both] == [0, 0]
    assert json.loads((folder / "ticks.jsonl").read_text().splitlines()[-1])["nimg"] == LONGER
    straight = tmp_path / "straight"
    assert [e.status for e in ended(nest, two(nest, *TINY, LONGER, "--out", straight))] == [0, 0]
    a, b = (safetensors.torch.load_file(f / "state.safetensors") for f in (folder, straight))
    assert [key for key in a if not torch.equal(a[key], b[key])] == []


def test_a_signal_to_one_saves_and_stops_both(nest: Nest, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    pids = two(nest, *TINY, 10**9, "--out", folder)
    wait_for_line(folder, 1)
    time.sleep(0.3)
    os.kill(pids[1], signal.SIGTERM)
    both = ended(nest, pids)
    assert [end.status for end in both] == [0, 0]
    assert "stopped and saved at" in both[0].stdout


def test_a_mistake_is_said_by_the_first(nest: Nest, tmp_path: Path) -> None:
    both = ended(nest, two(nest, *TINY, 1600, "--preset", "nonsense", "--out", tmp_path / "run"))
    assert [end.status for end in both] == [2, 2]
    assert "--preset is one of" in both[0].stderr
    assert "the first process of this run could not go on" in both[1].stderr
    odd = ended(nest, two(nest, *TINY, 1600, "--batch", 15, "--out", tmp_path / "odd"))
    assert "--batch must be a multiple of the 2 processes, not 15" in odd[0].stderr
