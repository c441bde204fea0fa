"""Encoders on disk: the same latents afterwards, tied to one G, and a sentence for every kind of damage."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from core_fixtures import seed, tiny_model
from gan.commands.use import main as export
from gan.errors import ConfigError, ModelError
from gan.models import encoders
from gan.models.checkpoint import load_model, save_model, shipped
from gan.models.container import pack, unpack
from gan.models.encoders import (
    FORMAT,
    KINDS,
    Kind,
    encoder_bytes,
    encoder_path,
    kinds_there,
    load_encoder,
    new_encoder,
    save_encoder,
    weights_sha256,
)
from gan.models.model import Model
from gan.networks.encoder import Encoder


@pytest.fixture
def model(tmp_path: Path) -> Model:
    save_model(tiny_model(), tmp_path / "tiny")
    return load_model(tmp_path / "tiny.safetensors")


def saved(model: Model, kind: Kind = "encoder") -> tuple[Encoder, Path]:
    encoder = new_encoder(model, kind, seed())
    assert model.path is not None
    return encoder, save_encoder(model, encoder, kind, {"seed": 0}, model.path)


def seen(encoder: Encoder) -> Tensor:
    return torch.rand(3, *encoder.shape, generator=seed(2)) * 2 - 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_latents_afterwards(model: Model, kind: Kind) -> None:
    encoder, path = saved(model, kind)
    again = load_encoder(model, kind)
    assert again is not None
    assert path.name == f"tiny.{kind}.safetensors"
    assert path.stat().st_size < 2 * sum(p.numel() for p in encoder.parameters()) + 3_000  # 16 bits
    assert torch.allclose(again(seen(encoder)), encoder(seen(encoder)), atol=5e-3)
    assert encoder.shape == (1 + (kind == "repair"), 8, 8)
    assert (again.training, any(p.requires_grad for p in again.parameters())) == (False, False)
    assert torch.equal(again.w_sd, encoder.w_sd)
    assert kinds_there(model) == (kind,)


def test_none_where_there_is_none(model: Model) -> None:
    assert load_encoder(model) is None
    assert load_encoder(replace(model, path=None)) is None
    assert kinds_there(model) == kinds_there(replace(model, path=None)) == ()


def test_a_model_whose_name_leaves_no_room_for_another_word_has_none(model: Model) -> None:
    assert model.path is not None
    long = model.path.rename(model.path.with_name(f"{'m' * 240}.safetensors"))
    renamed = replace(model, path=long)
    assert load_encoder(renamed) is None
    assert kinds_there(renamed) == ()


def test_an_encoder_is_no_model(model: Model) -> None:
    saved(model)
    assert model.path is not None
    with pytest.raises(ModelError, match="no card"):
        load_model(model.path.parent / "tiny.encoder")


def test_another_g_has_no_use_for_it(model: Model) -> None:
    _, path = saved(model)
    other = replace(tiny_model(steps=4), path=model.path)
    assert weights_sha256(other.G) != weights_sha256(model.G)
    with pytest.raises(ModelError, match=r"tiny.encoder.safetensors belongs to other weights than tiny's"):
        load_encoder(other)
    assert kinds_there(other) == ()
    path.rename(encoder_path(path.with_name("tiny.safetensors"), "repair"))
    with pytest.raises(ModelError, match="no repair file"):
        load_encoder(model, "repair")


def test_an_exported_model_takes_its_encoders_along(model: Model, tmp_path: Path) -> None:
    encoder, path = saved(model, "repair")
    export(["export", str(model.path), "--out", str(tmp_path / "new" / "mine")])
    assert (tmp_path / "new" / "mine.repair.safetensors").read_bytes() == path.read_bytes()
    copied = load_encoder(load_model(tmp_path / "new" / "mine"), "repair")
    assert copied is not None
    assert copied.shape == encoder.shape


def changed(content: bytes, change: Callable[[dict[str, Tensor], dict[str, Any]], object]) -> bytes:
    """A file with something else inside, whose checksum is right."""
    tensors, note = unpack(content, Path("it"))
    change(tensors, note)
    note.pop("sha256")
    return pack(tensors, note)


CHANGES: dict[str, Callable[[dict[str, Tensor], dict[str, Any]], object]] = {
    "no number": lambda tensors, note: tensors["last.bias"].fill_(float("nan")),
    "too far": lambda tensors, note: tensors["w_sd"].fill_(0.0),
    "a tensor less": lambda tensors, note: tensors.pop("dense.bias"),
    "whole numbers": lambda tensors, note: tensors.update({"dense.bias": tensors["dense.bias"].long()}),
    "a huge layer": lambda tensors, note: note.update(width=900_000),
    "no width": lambda tensors, note: note.update(width="wide"),
    "other channels": lambda tensors, note: note.update(channels=[1 << 40]),
    "nothing said": lambda tensors, note: note.pop("width"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_a_stranger_made_is_checked(
    model: Model, change: Callable[[dict[str, Tensor], dict[str, Any]], object]
) -> None:
    _, path = saved(model)
    path.write_bytes(changed(path.read_bytes(), change))
    with pytest.raises(ModelError, match=r"tiny.encoder.safetensors is damaged") as caught:
        load_encoder(model)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"nothing", b"\xff" * 100])
def test_a_damaged_file_is_named(model: Model, content: bytes) -> None:
    _, path = saved(model)
    whole = path.read_bytes()
    for bad in (content, whole[:-1], whole[:2_000] + bytes([whole[2_000] ^ 1]) + whole[2_001:]):
        path.write_bytes(bad)
        with pytest.raises(ModelError, match=r"tiny.encoder.safetensors is (not a whole|damaged)"):
            load_encoder(model)
    path.write_bytes(content)
    assert kinds_there(model) == ()


def test_a_large_file_is_not_read(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder, path = saved(model)
    path.write_bytes(bytes(encoders.MAX_BYTES + 1))
    with pytest.raises(ModelError, match="larger than 2 MB"):
        load_encoder(model)
    monkeypatch.setattr(encoders, "MAX_BYTES", 1_000)
    with pytest.raises(ModelError, match="would be larger"):
        save_encoder(model, encoder, "encoder", {}, path)


def test_points_have_none() -> None:
    with pytest.raises(ConfigError, match="only pictures and sounds"):
        new_encoder(tiny_model(data="ring"), "encoder", seed())


@pytest.mark.parametrize("name", [name for name in shipped() if load_model(name).medium.sized])
def test_shipped_encoders_belong_to_their_models(name: str) -> None:
    model = load_model(name)
    assert kinds_there(model)[:1] == ("encoder",)
    for kind in kinds_there(model):
        encoder = load_encoder(model, kind)
        assert encoder is not None
        assert model.path is not None
        assert encoder_path(model.path, kind).stat().st_size <= encoders.MAX_BYTES
        _, note = unpack(encoder_bytes(model, encoder, kind, {}), Path("it"))
        assert note["format"] == FORMAT
