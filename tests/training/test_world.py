"""Several processes train one run: the same weights as one, one word at the end, no process left waiting."""

import subprocess
import sys
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor

from core_fixtures import ROOT, made_up, tiny
from gan.errors import ConfigError, RunError
from gan.training.trainer import Trainer
from gan.training.world import ALONE, World, device_named, joined, local_device

TOLD = {"WORLD_SIZE": "2", "RANK": "0", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29500"}
SAME = ("mlp", "points", "style", "gradient")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    subprocess.run(
        [sys.executable, str(ROOT / "tests" / "world_runs.py"), str(folder), *SAME, "told", "killed"],
        check=True, timeout=120, cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    return folder


def state(runs: Path, name: str) -> dict[str, Tensor]:
    return safetensors.torch.load_file(runs / f"{name}.safetensors")


@pytest.mark.parametrize("case", SAME)
def test_two_processes_with_half_the_batch_give_the_weights_of_one(runs: Path, case: str) -> None:
    alone = state(runs, f"{case}-1-0")
    for rank in (0, 1):
        shared = state(runs, f"{case}-2-{rank}")
        assert shared.keys() == alone.keys()
        assert alone["nimg"] == shared["nimg"] == 400
        assert torch.equal(alone["generator"], shared["generator"])
        for key, value in alone.items():
            if value.is_floating_point():
                assert (shared[key] - value).abs().max() <= 1e-5, key

    # Both processes hold the very same weights.
    one, two = state(runs, f"{case}-2-0"), state(runs, f"{case}-2-1")
    assert [key for key in one if not torch.equal(one[key], two[key])] == []


def test_all_stop_after_the_step_in_which_one_was_told_to(runs: Path) -> None:
    one, two = state(runs, "told-2-0"), state(runs, "told-2-1")
    assert one["nimg"] == two["nimg"] == 168
    assert [key for key in one if not torch.equal(one[key], two[key])] == []


def test_a_killed_process_ends_the_others_with_one_sentence(runs: Path) -> None:
    said = (runs / "killed-2-0.txt").read_text()
    assert said.startswith("another process of this run is gone")
    assert "--resume" in said
    assert "\n" not in said
    assert not (runs / "killed-2-1.txt").exists()
    assert float((runs / "killed.seconds").read_text()) < 30


def test_rows_of_a_batch() -> None:
    rows = list(range(12))
    assert [rows[World(rank, 3).part(12)] for rank in range(3)] == [rows[:4], rows[4:8], rows[8:]]
    assert rows[ALONE.part(12)] == rows
    with pytest.raises(ConfigError, match="--batch must be a multiple of the 5 processes, not 12"):
        World(0, 5).part(12)


def test_alone_nothing_is_sent() -> None:
    tensors = [torch.arange(3.0)]
    assert ALONE.mean_(tensors, True) is True
    assert ALONE.mean_(tensors) is False
    assert tensors[0].tolist() == [0, 1, 2]
    assert ALONE.shared(lambda: b"mine", torch.device("cpu")) == b"mine"
    with joined("cpu", {}) as world:
        assert world == ALONE
        assert world.first


def test_each_process_takes_the_gpu_of_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 4)
    with pytest.raises(ConfigError, match="GPU 4, and 4 are here"):
        local_device("cuda", {"LOCAL_RANK": "4"})
    assert local_device("cuda", {"LOCAL_RANK": "3"}) == "cuda:3"
    assert local_device("cuda", {}) == "cuda"


def test_a_gpu_that_is_lent_to_functions_alone_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert device_named("auto") == "cuda"
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    assert device_named("auto") == "cpu"
    assert local_device("cpu", {"LOCAL_RANK": "3"}) == "cpu"


def test_processes_that_never_come_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("timed out")

    monkeypatch.setattr("torch.distributed.init_process_group", fail)
    with pytest.raises(RunError, match="another process of this run is gone"), joined("cpu", TOLD):
        pass


@pytest.mark.parametrize("changes", [
    {"RANK": ""}, {"RANK": "2"}, {"RANK": "-1"}, {"WORLD_SIZE": "two"}, {"WORLD_SIZE": "0"}, {"MASTER_PORT": "abc"},
    {"MASTER_PORT": "70000"}, {"MASTER_ADDR": ""},
])  # fmt: skip
def test_an_environment_that_is_not_torchruns(changes: dict[str, str]) -> None:
    for told in (TOLD | changes, {name: said for name, said in TOLD.items() if name not in changes}):
        if told.get("WORLD_SIZE", "1") != "1":
            with pytest.raises(ConfigError, match="torchrun"), joined("cpu", told):
                pass


def test_batch_norm_needs_two_rows_in_each_process() -> None:
    with pytest.raises(ConfigError, match="--batch 8 at least"):
        Trainer(tiny(norm="batch", batch=4), made_up(), world=World(0, 4))
