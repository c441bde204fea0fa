"""Models on disk: the same pictures afterwards, and a sentence that names the file for every kind of damage."""

import dataclasses
import hashlib
import json
import os
import pickle
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from core_fixtures import differing, seed, tiny, tiny_model
from gan import networks
from gan.errors import ConfigError, GanError, ModelError, RunError
from gan.explore.render import render
from gan.latents import z_from_seeds
from gan.media.pictures import PICTURES
from gan.models import checkpoint, container
from gan.models.checkpoint import load_model, save_model, shipped
from gan.models.container import NOTE, header_size, pack, unpack
from gan.models.model import FORMAT, Model, check_shape
from gan.networks import ARCHITECTURES
from gan.training.states import STATE, read_state, save_state


@pytest.fixture(scope="module")
def model() -> Model:
    return tiny_model()


@pytest.fixture
def saved(model: Model, tmp_path: Path) -> Path:
    save_model(model, tmp_path / "tiny")
    return tmp_path / "tiny.safetensors"


def refused(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        load_model(path)
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) < 400
    assert str(path) in said or path.stem in said
    return said


@pytest.mark.parametrize("changes", [
    {},
    {"network": "dcgan", "g_widths": (8, 4), "d_widths": (4, 8), "norm": "batch", "dropout": 0.3, "kernel": 5},
    {"end": "sigmoid", "objective": "hinge", "z_dim": 1, "g_widths": ()},
])  # fmt: skip
def test_the_same_pictures_and_opinions_afterwards(tmp_path: Path, changes: dict[str, Any]) -> None:
    model = tiny_model(**changes)
    save_model(model, tmp_path / "tiny")
    again = load_model(tmp_path / "tiny.safetensors")
    z = z_from_seeds(range(9), model.G.z_dim)
    assert torch.equal(render(model, z), render(again, z))
    assert torch.equal(model.D(render(model, z).clone()), again.D(render(model, z).clone()))
    for name in ("w_avg", "directions", "sigmas", "real_logits"):
        assert torch.equal(getattr(model, name), getattr(again, name))
    assert (again.config, again.shape, again.medium) == (model.config, (1, 8, 8), PICTURES)
    assert not again.G.training
    assert not any(p.requires_grad for p in (*again.G.parameters(), *again.D.parameters()))


def test_the_card(saved: Path) -> None:
    card = json.loads(saved.with_suffix(".json").read_text())
    assert card["format"] == FORMAT
    assert card["sha256"] == hashlib.sha256(saved.read_bytes()).hexdigest()
    assert card["nimg"] == 24
    assert card["config"] == tiny().to_dict()
    assert card["data"]["licence"] == "CC BY 4.0"
    assert {"name", "architecture", "shape", "quality", "made"} <= set(card)


def test_equal_configs_give_equal_files(tmp_path: Path) -> None:
    contents = set()
    for name in ("one", "two"):
        torch.rand(3)
        save_model(tiny_model(name=name), tmp_path / name)
        contents.add((tmp_path / f"{name}.safetensors").read_bytes())
    assert len(contents) == 1
    save_model(tiny_model(seed=1), tmp_path / "three")
    assert (tmp_path / "three.safetensors").read_bytes() not in contents


def test_modes_of_the_files(saved: Path) -> None:
    for path in (saved, saved.with_suffix(".json")):
        assert path.stat().st_mode & 0o777 == 0o644


def test_ways_to_name_a_model(model: Model, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_model(model, tmp_path / "run" / "model")
    monkeypatch.setattr(checkpoint, "WEIGHTS", tmp_path)
    for name, label in (
        ("tiny", "tiny"), (saved, "tiny"), (saved.with_suffix(".json"), "tiny"), (tmp_path / "tiny", "tiny"),
        (tmp_path / "run", "run"), (tmp_path / "run" / "model.safetensors", "run"),
    ):  # fmt: skip
        assert load_model(name).name == label
    assert shipped() == ["tiny"]


@pytest.mark.parametrize(
    "name", ["nope", "", "/nowhere/at/all", "a\0b", "x" * 5000, "~nobody-of-that-name/x", "..", "."]
)
def test_no_such_model(name: str) -> None:
    with pytest.raises(ModelError) as caught:
        load_model(name)
    assert "\n" not in str(caught.value)


def as_pickle(content: bytes) -> bytes:
    return pickle.dumps({"G": [1.0, 2.0]})


def flipped(content: bytes, at: int) -> bytes:
    damaged = bytearray(content)
    damaged[at] ^= 4
    return bytes(damaged)


def nan(content: bytes) -> bytes:
    """Whole in every other way: only one weight is not a number."""
    tensors, metadata = unpack(content, Path("x"))
    tensors["G.last.bias"][0] = float("nan")
    return pack(tensors, {"card": metadata["card"]})


def repacked(change: Callable[[dict[str, Any]], object], on: str = "tensors") -> Callable[[bytes], bytes]:
    """The file with its tensors or its inner card changed and all checksums right."""

    def damage(content: bytes) -> bytes:
        tensors, metadata = unpack(content, Path("x"))
        change(tensors if on == "tensors" else metadata["card"])
        return pack(tensors, {"card": metadata["card"]})

    return damage


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda c: b"",
    "one byte": lambda c: c[:1],
    "cut in the header": lambda c: c[:100],
    "cut in half": lambda c: c[: len(c) // 2],
    "last byte lost": lambda c: c[:-1],
    "one byte more": lambda c: c + b"x",
    "random": lambda c: random.Random(0).randbytes(5000),
    "zeros": lambda c: bytes(5000),
    "text": lambda c: b"not a model at all, but longer than eight bytes",
    "pickle": as_pickle,
    "a bit of the last weight": lambda c: flipped(c, -1),
    "a bit of the first weight": lambda c: flipped(c, 8 + header_size(c)),
    "a bit in the middle": lambda c: flipped(c, (8 + header_size(c) + len(c)) // 2),
    "NaN": nan,
    "missing layer": repacked(lambda t: t.pop("G.last.weight")),
    "a layer more": repacked(lambda t: t.update({"G.more": torch.zeros(2)})),
    "missing statistics": repacked(lambda t: t.pop("stats.w_avg")),
    "another shape": repacked(lambda t: t.update({"D.last.weight": torch.zeros(1, 3)})),
    "statistics of another shape": repacked(lambda t: t.update({"stats.w_avg": torch.zeros(99)})),
    "statistics that are no floats": repacked(lambda t: t.update({"stats.sigmas": torch.ones(4, dtype=torch.int64)})),
    "statistics that are complex": repacked(lambda t: t.update({"stats.w_avg": torch.ones(4, dtype=torch.complex64)})),
    "one sigma": repacked(lambda t: t.update({"stats.sigmas": torch.tensor(1.0)})),
    "endless statistics": repacked(lambda t: t.update({"stats.w_avg": torch.full((4,), float("inf"))})),
    "statistics beyond floats": repacked(
        lambda t: t.update({"stats.w_avg": torch.full((4,), 1e300, dtype=torch.float64)})
    ),
    "more directions than dimensions": repacked(
        lambda t: t.update({"stats.sigmas": torch.ones(5), "stats.directions": torch.ones(5, 4)})
    ),
    "a table of logits": repacked(lambda t: t.update({"stats.real_logits": torch.zeros(2, 3)})),
    "logits in disorder": repacked(lambda t: t.update({"stats.real_logits": torch.tensor([0.0, 2.0, 1.0])})),
    "logits that are no numbers": repacked(lambda t: t.update({"stats.real_logits": torch.full((3,), torch.nan)})),
    "no card": lambda c: pack(unpack(c, Path("x"))[0], {}),
    "card of another format": repacked(lambda c: c.update(format="other/1"), "card"),
    "card without a format": repacked(lambda c: c.pop("format"), "card"),
    "card without a config": repacked(lambda c: c.pop("config"), "card"),
    "config of another program": repacked(lambda c: c["config"].update(lr=1e10), "card"),
    "unknown setting": repacked(lambda c: c["config"].update(more=1), "card"),
    "config is a list": repacked(lambda c: c.update(config=[1]), "card"),
    "unknown network": repacked(lambda c: c["config"].update(network="style9"), "card"),
    "shape of no picture": repacked(lambda c: c.update(shape=[1, 8]), "card"),
    "huge shape": repacked(lambda c: c.update(shape=[1, 10**6, 10**6]), "card"),
    "shape is text": repacked(lambda c: c.update(shape="big"), "card"),
    "unit is not a number": repacked(lambda c: c.update(unit=None), "card"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_named(saved: Path, kind: str) -> None:
    saved.write_bytes(DAMAGE[kind](saved.read_bytes()))
    refused(saved)
    saved.with_suffix(".json").unlink()
    refused(saved)


def test_statistics_of_other_floats_become_ours(saved: Path, model: Model) -> None:
    tensors, metadata = unpack(saved.read_bytes(), saved)
    kinds = {"w_avg": torch.float64, "directions": torch.float16, "real_logits": torch.bfloat16}
    tensors |= {f"stats.{name}": tensors[f"stats.{name}"].to(kind) for name, kind in kinds.items()}
    saved.write_bytes(pack(tensors, {"card": metadata["card"]}))
    again = load_model(saved)
    for name in (*kinds, "sigmas"):
        assert getattr(again, name).dtype == torch.float32
    torch.testing.assert_close(again.directions, model.directions, rtol=1e-2, atol=1e-3)
    assert torch.equal(again.w_avg, model.w_avg)


def test_texts_of_a_card_can_be_written_anywhere(saved: Path, model: Model, tmp_path: Path) -> None:
    card = model.card | {"data": {"label": "\ud800" + "a" * 999, "\udfff": 1}, "nimg": float("inf"), "made": "数字"}
    name = os.fsdecode(b"caf\xe9") + "x" * 150
    save_model(dataclasses.replace(model, card=card), tmp_path / name)
    for _ in range(2):
        again = load_model(tmp_path / f"{name}.safetensors")
        assert again.name == ("caf?" + "x" * 150)[:100] == again.card["name"]
        assert again.card["data"] == {"label": "?" + "a" * 199, "?": 1}
        json.dumps(again.card, ensure_ascii=False, allow_nan=False).encode()
        (tmp_path / f"{name}.json").unlink(missing_ok=True)  # then the card inside


@pytest.mark.parametrize("depth", [100, 400, 800])
def test_a_deep_card_is_cut(saved: Path, model: Model, depth: int) -> None:
    card = json.dumps(model.card)[:-1] + ', "quality": ' + "[" * depth + "]" * depth + "}"
    saved.with_suffix(".json").write_text(card)
    assert json.dumps(load_model(saved).card).count("[") < 20


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "not JSON", "[" * 100_000, "\xff\xfe"])
def test_a_damaged_card_is_named(saved: Path, text: str) -> None:
    saved.with_suffix(".json").write_text(text)
    assert "card" in refused(saved)


SIZES: dict[str, dict[str, Any]] = {
    "mlp": {"g_widths": (64, 32), "d_widths": (16,)},
    "dcgan": {"network": "dcgan", "g_widths": (16, 8, 8), "d_widths": (8, 24), "dense": 50, "kernel": 5},
    "plain dcgan": {"network": "dcgan", "g_widths": (16,), "d_widths": (8,)},
    "style": {"network": "style", "g_widths": (24, 8), "d_widths": (8, 12), "w_dim": 40, "mapping": 3, "convs": 2},
    "unet": {"network": "unet", "task": "inpaint", "g_widths": (16, 24), "d_widths": (8, 12), "kernel": 5},
    "plain unet": {"network": "unet", "task": "enlarge", "g_widths": (4, 24), "d_widths": (8,), "convs": 0},
}


@pytest.mark.parametrize("classes", [0, 3, 900])
@pytest.mark.parametrize("changes", SIZES.values(), ids=SIZES)
def test_a_card_is_weighed_before_its_networks_are_made(changes: dict[str, Any], classes: int) -> None:
    """Never above what the networks hold, so that no good file is refused, and not far below it."""
    config = tiny(condition="class" if classes and "task" not in changes else "none", **changes)
    made = networks.build(config.architecture((3, 8, 8), 1.0, classes), torch.Generator().manual_seed(0))
    held = sum(value.numel() for net in made for value in net.state_dict().values())
    assert held / 2 < ARCHITECTURES[config.network].fewest_weights(config.to_dict(), (3, 8, 8), classes) <= held


def test_a_card_of_another_resolution_is_damaged(tmp_path: Path) -> None:
    model = tiny_model(network="style", g_widths=(8, 6), d_widths=(4, 8))
    card = model.card | {"shape": [1, 56, 56]}
    save_model(dataclasses.replace(model, card=card), tmp_path / "model")
    assert "--g-widths" in refused(tmp_path / "model.safetensors")


def test_a_lost_card_is_inside(saved: Path, model: Model) -> None:
    saved.with_suffix(".json").unlink()
    assert load_model(saved).config == model.config


def test_a_card_of_other_weights_is_not_believed(saved: Path, tmp_path: Path) -> None:
    """What a kill between the two halves of a pair leaves: new weights beside an old card."""
    other = tiny_model(z_dim=7, name="other")
    save_model(other, tmp_path / "other")
    (tmp_path / "other.safetensors").replace(saved)
    again = load_model(saved)
    assert again.config.z_dim == 7
    assert again.card["config"]["z_dim"] == 7


def test_any_flipped_bit_is_found_or_harmless(saved: Path, model: Model) -> None:
    """All through the file, header included: a ModelError, or exactly the same weights."""
    content, dice = saved.read_bytes(), random.Random(0)
    whole = unpack(content, saved)[0]
    for _ in range(150):
        damaged = flipped(content, dice.randrange(8 + header_size(content)))
        saved.write_bytes(damaged)
        try:
            load_model(saved)
        except ModelError as error:
            assert "\n" not in str(error)
        else:
            assert differing(whole, unpack(damaged, saved)[0]) == []


def test_too_large_a_file_is_not_read(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "MAX_BYTES", 1000)
    assert "larger" in refused(saved)


def test_a_card_has_a_size_of_its_own(saved: Path, model: Model) -> None:
    saved.with_suffix(".json").write_text(json.dumps(model.card | {"x": [{}] * 300_000}))
    assert "larger than 1 MB" in refused(saved)
    saved.with_suffix(".json").unlink()
    heavy = dataclasses.replace(model, card=model.card | {"x": "a" * 1_000_000})
    save_model(heavy, saved.with_name("heavy"))
    saved.with_name("heavy.json").unlink()
    assert "a header of over 1 MB" in refused(saved.with_name("heavy.safetensors"))


def test_what_draws_no_numbers_is_refused(saved: Path) -> None:
    """Every weight a number, and the picture none: a variance below zero."""
    odd = tiny_model(norm="batch")
    odd.G.norms[1].running_var.fill_(-1.0)
    save_model(odd, saved.with_name("odd"))
    assert "no finite number" in refused(saved.with_name("odd.safetensors"))


@pytest.mark.parametrize(("half", "shares"), [("all", (0.45, 0.75)), ("critic", (0.7, 0.9))])
def test_networks_in_16_bits_are_half_as_large_and_themselves_when_they_are_read(
    half: str, shares: tuple[float, float], tmp_path: Path
) -> None:
    model = tiny_model(g_widths=(64, 64), d_widths=(64, 64))
    save_model(model, tmp_path / "whole")
    save_model(model, tmp_path / "half", half=half)
    sizes = [(tmp_path / f"{name}.safetensors").stat().st_size for name in ("whole", "half")]
    assert shares[0] < sizes[1] / sizes[0] < shares[1]
    read = load_model(tmp_path / "half")
    for net, own, halved in ((read.G, model.G, half == "all"), (read.D, model.D, True)):
        for weight, before in zip(net.parameters(), own.parameters(), strict=True):
            assert torch.equal(weight, before.half().float() if halved else before)  # float32 again


@pytest.mark.parametrize("shape", [(2,), (2, 8, 8), (1, 8, 16), (1, 256, 256), (1, 8), (True, 8, 8), (1, 0, 0)])
def test_a_shape_that_pictures_cannot_have(shape: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="out of range"):
        check_shape(tiny(), shape, {})
    with pytest.raises(ConfigError, match="out of range"):
        check_shape(tiny(data="ring"), (1, 8, 8), {"unit": 1.0})


def test_pack_is_the_same_every_time_and_unpack_undoes_it() -> None:
    tensors = {"b": torch.randn(3, 4, generator=seed()), "a": torch.tensor(7), "c": torch.zeros(0, 2)}
    content = pack(tensors, {"one": 1, "two": [2]})
    assert content == pack(dict(reversed(tensors.items())), {"one": 1, "two": [2]})
    again, metadata = unpack(content, Path("x"))
    assert differing(tensors, again) == []
    assert metadata["two"] == [2]
    assert json.loads(content[8 : 8 + header_size(content)])["__metadata__"].keys() == {NOTE}


def test_state_round_trip(tmp_path: Path) -> None:
    state = {"G.w": torch.randn(5, generator=seed()), "nimg": torch.tensor(3)}
    save_state(tmp_path, state, tiny().to_dict())
    again, config = read_state(tmp_path / STATE)
    assert differing(state, again) == []
    assert config == tiny().to_dict()


@pytest.mark.parametrize("kind", ["empty", "cut in half", "last byte lost", "random", "pickle", "a bit in the middle"])
def test_a_damaged_state_is_named(tmp_path: Path, kind: str) -> None:
    save_state(tmp_path, {"G.w": torch.randn(500, generator=seed())}, {})
    path = tmp_path / STATE
    path.write_bytes(DAMAGE[kind](path.read_bytes()))
    with pytest.raises(RunError) as caught:
        read_state(tmp_path / STATE)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("metadata", [{}, {"config": 3}, {"config": None}])
def test_a_state_without_settings(tmp_path: Path, metadata: dict[str, Any]) -> None:
    (tmp_path / STATE).write_bytes(pack({"nimg": torch.tensor(3)}, metadata))
    with pytest.raises(RunError, match="cannot be resumed"):
        read_state(tmp_path / STATE)


def test_a_full_disk_keeps_the_old_model(saved: Path, model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = saved.read_bytes()
    with monkeypatch.context() as context:
        context.setattr("os.fsync", refuse)
        with pytest.raises(GanError, match="No space left"):
            save_model(tiny_model(steps=5), saved.with_suffix(""))
    assert saved.read_bytes() == before
    load_model(saved)


def test_a_folders_path_stays_at_home() -> None:
    """A card may be published: it keeps the last name of a folder, not where it lies."""
    from core_fixtures import made_up
    from gan.training.runs import model_of
    from gan.training.trainer import Trainer

    config = dataclasses.replace(tiny(), data="folder:/home/somebody/private/cats")
    card = json.dumps(model_of(Trainer(config, made_up()), "cats", 0.0).card)
    assert "somebody" not in card
    assert "folder:cats" in card
