"""A live run on what the host has: the excerpt where files are missing, and sentences that tell a visitor no path."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from gan.data.sets import DATASETS, load_here
from gan.data.stored import Stored
from gan.live import contestant, frames, recipes
from gan.live.commands import Answer, Open, Refusal, Request
from gan.live.limits import Budget
from gan.live.setup import Setup
from gan.live.worker import Worker
from gan.live.worker_process import answer
from gan.models import container
from gan.recipe.config import TrainConfig
from idx_files import write_idx

torch.set_num_threads(1)
WIDE = Budget(1e9, 10**9, 10**9)


@pytest.fixture(autouse=True)
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A host's data folder, empty; nothing is remembered of any other."""
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path))
    frames.load_scene.cache_clear()
    yield tmp_path
    frames.load_scene.cache_clear()


def opened(*configs: TrainConfig) -> Answer | Refusal:
    """What a worker's process answers to a run that is opened."""
    return answer(Worker(lambda event: None), Request(1, Open(configs, WIDE)))


def refused(host: Path, *configs: TrainConfig) -> str:
    """The sentence of a run that cannot be had; it tells neither where files lie nor what a library said."""
    told = opened(*configs)
    assert isinstance(told, Refusal)
    for secret in (str(host), "/", "\n", "Errno", "Error", "shape", "[", "MNIST"):
        assert secret not in told.sentence
    return told.sentence


def test_a_run_learns_from_the_excerpt_where_the_files_are_missing(host: Path) -> None:
    told = opened(*Setup.of({"data": "fashion-mnist", "batch": 8}).configs())
    assert isinstance(told, Answer)
    assert told.result["size"] == 5_000
    assert told.result["total"] == 10
    assert list(host.iterdir()) == []  # nothing was fetched


def test_clips_are_made_of_the_excerpt_or_of_the_mapped_files(host: Path) -> None:
    told = opened(*Setup.of({"data": "swinging-digits", "batch": 2}).configs())
    assert isinstance(told, Answer)
    assert (told.result["size"], told.result["row"], told.result["kind"]) == (5_000, [8, 28, 28], "clips")
    shown = frames.load_scene("swinging-digits").data
    assert isinstance(shown, Stored)
    clip = shown.samples_of(shown.rows[:1])
    assert torch.equal(frames.nearest("swinging-digits", clip), clip)
    digits = write_idx(host, "MNIST")
    data = load_here("swinging-digits")
    assert isinstance(data, Stored)
    assert torch.equal(data.rows[..., 0], digits)


def test_a_run_learns_from_the_files_where_they_are_there(host: Path) -> None:
    write_idx(host, "MNIST", n_train=400)
    told = opened(*Setup.of({"data": "mnist", "batch": 8}).configs())
    assert isinstance(told, Answer)
    assert told.result["size"] == 400


def test_runs_on_the_same_files_share_their_pictures(host: Path) -> None:
    """What a process does to the pictures that it has mapped stays its own."""
    pixels = write_idx(host, "MNIST")
    data = load_here("mnist")
    assert isinstance(data, Stored)
    assert torch.equal(data.rows[..., 0], pixels)
    maps = Path("/proc/self/maps")
    assert not maps.exists() or "MNIST/raw/train-images-idx3-ubyte" in maps.read_text()
    data.rows.zero_()
    again = load_here("mnist")
    assert isinstance(again, Stored)
    assert torch.equal(again.rows[..., 0], pixels)


def test_what_is_not_here_is_one_plain_sentence(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (config,) = Setup.of({"data": "mnist"}).configs()
    monkeypatch.setitem(DATASETS, "mnist", replace(DATASETS["mnist"], excerpt=()))
    assert refused(host, config) == "the data of mnist are not on this machine"
    assert "mnist" in recipes.LIVE_DATA


def test_damaged_files_are_one_plain_sentence(host: Path) -> None:
    write_idx(host, "MNIST")
    (host / "MNIST" / "raw" / "train-images-idx3-ubyte").write_bytes(b"short")
    (config,) = Setup.of({"data": "mnist"}).configs()
    assert refused(host, config) == "the data of mnist on this machine are damaged; its log says which"


@pytest.mark.parametrize("damage", ["cut", "text", "gone"])
def test_damaged_networks_to_start_from_are_one_plain_sentence(
    damage: str, host: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = (container.WEIGHTS / "live" / "ring.safetensors").read_bytes()
    (host / "live").mkdir()
    if damage != "gone":
        content = whole[: len(whole) // 2] if damage == "cut" else b"no weights at all"
        (host / "live" / "ring.safetensors").write_bytes(content)
    monkeypatch.setattr("gan.models.checkpoint.WEIGHTS", host)
    assert contestant.load_model.__globals__["WEIGHTS"] == host
    (config,) = Setup.of({"data": "ring", "start": "pretrained"}).configs()
    assert refused(host, config) == "the trained networks of this set-up are damaged on this machine"
    assert "live/ring" in caplog.text  # which it is stands in the log
