"""Models on the Hub: how they are named, fetched, kept for days without a network, and refused."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from huggingface_hub import constants

import gan
from core_fixtures import ROOT, tiny_model
from gan.errors import GanError, HubError
from gan.models import hub as hub_names
from gan.models.checkpoint import find_model, load_model, model_bytes, pinned
from gan.models.encoders import encoder_bytes, load_encoder, new_encoder
from gan.models.hub import HubName, parse
from gan.models.model import Model
from gan.ui.shell.catalogue import models_apart
from hub_stub import Hub, hub

__all__ = ["hub"]
SHA = "0123456789abcdef0123456789abcdef01234567"


def files_of(model: Model, stem: str = "model") -> dict[str, bytes]:
    """A repository as somebody would upload it, with things in it that are none of ours."""
    import torch

    encoder = new_encoder(model, "encoder", torch.Generator().manual_seed(0))
    ours = {"": model_bytes(model)[0], ".encoder": encoder_bytes(model, encoder, "encoder", {})}
    others = {"README.md": b"# hello", "train.py": b"raise SystemExit", "pytorch_model.bin": b"\x80", "big.npz": b"0"}
    return {f"{stem}{end}.safetensors": content for end, content in ours.items()} | others


def test_names() -> None:
    named = {
        "hub:user/name": HubName("user/name"), "user/name": HubName("user/name"),
        f"hub:user/na.me_1@{SHA}": HubName("user/na.me_1", SHA), "user/name@v1.0": HubName("user/name", "v1.0"),
        "mnist-style": None, "a/b/c": None, "/user/name": None, "user/na--me": None, "user/..": None, "../name": None,
        "user/name@": None, "us er/name": None, "user/name\n": None, "~/name": None, "./name": None,
    }  # fmt: skip
    assert {text: parse(text) for text in named} == named
    for text in ("hub:", "hub:name", "hub:a/b/c", "hub:user/name@@", "hub:../x"):
        with pytest.raises(HubError, match=r"is called hub:user/name"):
            parse(text)
    assert HubName("user/name", SHA).pinned == "user/name@0123456789ab"


def test_a_model_is_fetched_checked_and_kept(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    first = hub.add("user/digits", files_of(tiny_model(name="other"))).head
    model = load_model("user/digits")
    assert model.name == "user/digits"
    assert model.path is not None and hub_names.of_file(model.path) == HubName("user/digits", first)
    assert load_encoder(model) is not None
    assert sorted(hub.downloads) == ["model.encoder.safetensors", "model.safetensors"]  # and nothing else of it
    hub.asked.clear()
    assert load_model(f"hub:user/digits@{first}").path == load_model(f"user/digits@{first[:9]}").path == model.path
    assert hub.asked == []  # what a commit means never changes
    second = hub.add("user/digits", files_of(tiny_model(steps=4))).head
    assert find_model("hub:user/digits").parent.name == second
    assert find_model(f"hub:user/digits@{first[:9]}").parent.name == first
    hub.fails = 403  # an answer, and no lack of one
    with pytest.raises(HubError, match="does not let you do this"):
        find_model("user/digits")
    hub.fails = 501
    assert find_model("user/digits").parent.name == second
    assert "cannot be asked for user/digits" in caplog.text


def test_without_a_network_what_was_fetched_is_there(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.add("user/digits", files_of(tiny_model(), "digits"))
    path = find_model("user/digits")
    assert path.name == "digits.safetensors"  # under the repository's own name
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    hub.asked.clear()
    assert find_model("user/digits") == path
    with pytest.raises(HubError, match=r"user/other was never fetched, and the Hub cannot be reached"):
        find_model("hub:user/other")
    assert hub.asked == []
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    assert find_model("user/digits") == path
    with pytest.raises(HubError, match=r"the Hub at http://127.0.0.1:9 cannot be reached"):
        find_model("hub:user/other")


def test_every_failure_is_one_sentence(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    good = files_of(tiny_model())
    hub.add("user/private", good, private=True)
    hub.add("user/empty", {"README.md": b"# hello", "adapter.safetensors": b"x"})
    hub.add("user/torn", {"model.safetensors": good["model.safetensors"][:-9]})
    hub.add("user/foreign", {"model.safetensors": b"\x02\0\0\0\0\0\0\0{}"})
    hub.add("user/good", good)
    said = {
        "nobody/nothing": "no model 'nobody/nothing' here, and there is no nobody/nothing on the Hub, or it is private",
        "hub:user/empty": "holds no model of this program: there is no model.safetensors in it",
        "hub:user/torn": "is not a whole safetensors file", "hub:user/foreign": "has no card beside it or inside it",
        "hub:user/good@v9": "user/good on the Hub has no such revision",
        "hub:user/good@abcdef123": "user/good on the Hub has no such revision",
    }  # fmt: skip
    monkeypatch.delenv("HF_TOKEN")
    said["hub:user/private"] = "there is no user/private on the Hub, or it is private"
    for name, sentence in said.items():
        with pytest.raises(GanError, match=sentence) as error:
            gan.load(name)
        assert "\n" not in str(error.value)
    monkeypatch.setattr(hub_names, "MAX_CARD", 10)
    hub.add("user/large", {**good, "model.json": b"0" * 2_000_000})
    with pytest.raises(HubError, match=r"model.json of user/large has 2 MB, and at most 1e-05 are read"):
        gan.load("user/large")
    for status, sentence in {403: "does not let you do this", 429: "answers with status 429"}.items():
        hub.fails = status
        with pytest.raises(HubError, match=sentence):
            gan.load("user/good")


def test_a_slip_in_a_path_is_told_to_nobody(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs").mkdir()
    with pytest.raises(GanError, match=r"no model 'runs/mine' here; to ask the Hub for it, call it hub:runs/mine"):
        gan.load("runs/mine")
    with pytest.raises(GanError, match=r"there is no model 'user/mine.safetensors'; shipped are"):
        gan.load("user/mine.safetensors")
    assert hub.asked == []


def test_a_run_that_starts_from_the_hub_knows_the_commit(hub: Hub, tmp_path: Path) -> None:
    commit = hub.add("user/digits", files_of(tiny_model())).head
    settings = {
        "data": "digits", "z_dim": 4, "g_widths": (12, 16), "d_widths": (16, 12), "batch": 8, "out": tmp_path / "run",
        "network": "mlp", "start": "user/digits",
    }  # fmt: skip
    run = gan.train(nimg=8, every=8, **settings)
    list(run)
    assert run.config.start == f"hub:user/digits@{commit}"
    assert load_model(tmp_path / "run").config.start == f"hub:user/digits@{commit}"
    newer = hub.add("user/digits", files_of(tiny_model(steps=4))).head
    longer = gan.train(nimg=16, resume=True, **settings)  # the same words: it goes on, whatever the name means now
    assert longer.config.start == run.config.start
    for other in ("user/other", f"user/digits@{newer[:9]}"):
        with pytest.raises(GanError, match=r"--start cannot change"):
            gan.train(nimg=16, resume=True, **settings | {"start": other})
    assert pinned("mnist-style") == "mnist-style"


def test_a_page_calls_a_model_by_its_commit(hub: Hub) -> None:
    commit = hub.add("user/digits", files_of(tiny_model())).head
    ((path, model),) = models_apart(["user/digits"])
    assert model.name == f"user/digits@{commit[:12]}"
    assert find_model(model.name) == path  # a link's name opens the same again


def test_a_command_asks_the_hub_that_the_environment_names(hub: Hub, tmp_path: Path) -> None:
    hub.add("user/digits", files_of(tiny_model()))
    told = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "home"), "HF_HUB_OFFLINE": "0"}
    argv = [sys.executable, "-m", "gan", "sample", "user/digits", "--seeds", "0-3", "--out", str(tmp_path / "grid.png")]
    subprocess.run(argv, cwd=ROOT, env=os.environ | told, check=True, capture_output=True, timeout=120)
    assert (tmp_path / "grid.png").stat().st_size > 100
    assert list((tmp_path / "home").rglob("model.safetensors"))
