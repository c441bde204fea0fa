"""The browser's form of a model, read back by a few lines of torch: it is the same network."""

import json
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from core_fixtures import ROOT
from gan.data import sets
from gan.data.stored import Stored
from gan.explore import portable
from gan.explore.render import closed_form, critic_rank, features, ws_of
from gan.latents import z_from_seeds
from gan.models.checkpoint import load_model, shipped
from gan.models.encoders import Kind, new_encoder
from gan.models.model import Model
from gan.networks.ends import ENDS
from gan.recipe.presets import PRESETS
from odd_models import ODD, classes, odd_model

# Lines and loops are held against PyTorch where the engine runs them, in test_engine.
PLAIN = [name for name in shipped() if load_model(name).config.network != "seq" and not load_model(name).medium.moving]


@pytest.fixture(scope="module", params=[*ODD, *PLAIN])
def model(request: pytest.FixtureRequest) -> Model:
    return odd_model(request.param) if request.param in ODD else load_model(request.param)


def opened(content: bytes) -> tuple[dict[str, Tensor], dict[str, Any]]:
    (length,) = struct.unpack("<Q", content[:8])
    metadata = json.loads(content[8 : 8 + length])["__metadata__"]
    assert list(metadata) == [portable.NOTE]
    return safetensors.torch.load(content), json.loads(metadata[portable.NOTE])


def weight_of(tensors: dict[str, Tensor], layer: str) -> Tensor | None:
    """A weight as floats."""
    weight = tensors.get(f"{layer}.weight")
    if weight is None or weight.dtype != torch.int16:
        return weight
    return weight * tensors[f"{layer}.scale"].reshape(-1, *[1] * (weight.dim() - 1))


def mapped(told: dict[str, Any], tensors: dict[str, Tensor], z: Tensor, c: Tensor | None) -> Tensor:
    """w of z and its classes, as the file's description says and nothing else."""
    x = 3**0.5 * torch.erf(z / 2**0.5) if told["noise"] == "uniform" else z
    if not told["maps"]:
        return x if c is None else torch.cat([x, torch.eye(len(told["classes"]))[c]], 1)
    x = x / (x.square().mean(1, keepdim=True) + 1e-8).sqrt()
    if c is not None:
        x = torch.cat([x, tensors["map.embedding"][c]], 1)
    for i in range(told["maps"]):
        weight = weight_of(tensors, f"map.{i}")
        assert weight is not None
        x = nn.functional.leaky_relu(nn.functional.linear(x, weight, tensors[f"map.{i}.bias"]), 0.2)
    return x


def blurred(weight: Tensor) -> Tensor:
    """Kernels [A, B, k, k] -> [A, B, k + 2, k + 2], each convolved with 1, 2, 1 along both sides."""
    line = torch.tensor([0.25, 0.5, 0.25])
    kernels = weight.flatten(0, 1)[:, None]
    return nn.functional.conv2d(kernels, torch.outer(line, line)[None, None], padding=2).view(
        *weight.shape[:2], *[weight.shape[-1] + 2] * 2
    )


def run(
    plan: list[dict[str, Any]], tensors: dict[str, Tensor], x: Tensor, ws: Tensor | None = None
) -> list[Tensor]:  # fmt: skip
    """The features after each operation, as the plan's description says and nothing else; ws where it is layered."""
    seen = []
    for i, op in enumerate(plan):
        weight, bias = weight_of(tensors, str(i)), tensors.get(f"{i}.bias")
        if op.get("blur"):
            assert weight is not None and weight.shape[-1] == op["kernel"] - 2
            weight = blurred(weight)
        if op.get("style"):
            assert weight is not None and ws is not None and bias is not None and op["op"] == "conv_up"
            A = weight_of(tensors, f"{i}.style")
            assert A is not None and A.shape == (op["in"], op["style"])
            s = ws[:, i] @ A.T + tensors[f"{i}.style.bias"]  # [N, in]
            # The weights of each sample: modulated, then of length gain for each output channel.
            own = weight * s[:, :, None, None, None]  # [N, in, out, k, k]
            if op["gain"]:
                length = (own.square().sum((1, 3, 4), keepdim=True) / op["stride"] ** 2 + 1e-8).sqrt()
                own = op["gain"] * own / length
            spare = op["stride"] - op["kernel"] + 2 * op["padding"]
            each = zip(x, own, strict=True)
            x = torch.cat([
                nn.functional.conv_transpose2d(one[None], its, bias, op["stride"], op["padding"], spare)
                for one, its in each
            ])  # fmt: skip
            weight = None
        if op.get("style"):
            pass
        elif op["op"] == "dense":
            assert weight is not None and tuple(weight.shape) == (op["out"], op["in"])
            x = nn.functional.linear(x.flatten(1), weight, bias)
        elif op["op"] == "conv_up":
            assert weight is not None and x.shape[-1] == op["side"]
            spare = op["stride"] - op["kernel"] + 2 * op["padding"]
            x = nn.functional.conv_transpose2d(x, weight, bias, op["stride"], op["padding"], spare)
        elif op["op"] == "conv":
            assert weight is not None and x.shape[-1] == op["side"]
            x = nn.functional.conv2d(x, weight, bias, op["stride"], op["padding"])
        elif op["op"] == "affine":
            x = op["scale"] * x + op["shift"]
        else:
            waves = x @ tensors[f"{i}.frequencies"]
            x = torch.cat([x, waves.sin(), waves.cos()], 1)
        act = op.get("act", "none")
        x = nn.functional.leaky_relu(x, 0.2) if act == "leaky" else x
        x = x.reshape(len(x), *op["shape"])
        x = ENDS[act].apply(x, op.get("groups", ())) if act in ENDS else x
        seen.append(x)
    return seen


def test_the_generators_file_is_the_generator(model: Model) -> None:
    tensors, told = opened(portable.generator(model))
    assert (told["z_dim"], told["kind"], told["shape"]) == (model.G.z_dim, model.medium.name, list(model.shape))
    z, c = z_from_seeds(range(100, 130), model.G.z_dim), classes(model, 30)
    w = model.G.mapping(z, c)
    torch.testing.assert_close(mapped(told, tensors, z, c), w, rtol=0, atol=4e-4)
    assert (told["layered"], told["classes"]) == (model.G.layered, list(model.classes))
    if model.G.layered:
        w = ws_of(model.G, w)
        w[:, 1:] = w.flip(0)[:, 1:].clone()
    seen = run(told["plan"], tensors, w[:, 0] if model.G.layered else w, w)
    assert len(seen) == model.G.num_ws
    away = (seen[-1] - model.G.synthesis(w)).abs()
    if ENDS[told["plan"][-1]["act"]].hard:  # a choice is the same or another one: few are near a tie
        assert (away > 0).float().mean() <= 1e-3
    else:
        assert away.max().item() <= 1e-3 * model.unit, away.max().item()
    for stage in range(1, len(seen) + 1):
        expected = features(model, w, stage)
        if told["plan"][stage - 1]["act"] == "leaky":  # a sigmoid's half is folded into the last one
            torch.testing.assert_close(seen[stage - 1], expected, rtol=0, atol=4e-3 * expected.abs().max().item())
    directions, lengths = closed_form(model)
    for name, value in {"w_avg": model.w_avg, "directions": model.directions, "sigmas": model.sigmas}.items():
        assert torch.equal(tensors[f"stats.{name}"], value)
    assert torch.equal(tensors["stats.sefa"], directions)
    assert torch.equal(tensors["stats.sefa_sigmas"], lengths)


def test_the_critics_file_is_the_critic(model: Model) -> None:
    content = portable.critic(model)
    assert content is not None
    tensors, told = opened(content)
    c = classes(model, 40)
    x = images = model.G(z_from_seeds(range(40), model.G.z_dim), c)
    if c is not None and told["plan"][0]["op"] == "dense":  # the class stands beside the image
        x = torch.cat([images.flatten(1), torch.eye(len(model.classes))[c]], 1)
    logits = run(told["plan"], tensors, x)[-1].flatten(1)
    if c is not None and logits.shape[1] > 1:  # or there is a logit for each
        logits = logits.gather(1, c[:, None])
    logits = logits.flatten()
    torch.testing.assert_close(logits, model.D(images.clone(), c), rtol=1e-4, atol=3e-4)
    below = torch.searchsorted(tensors["stats.real_logits"], logits.contiguous()) / len(model.real_logits)
    expected = critic_rank(model, images, c)
    assert expected is not None
    torch.testing.assert_close(below, expected, rtol=0, atol=0.02)


def test_a_card_that_no_browser_could_read() -> None:
    model = load_model("digits-mlp")
    odd = {
        "data": None,
        "nimg": float("inf"),
        "quality": {"frechet": float("nan"), "coverage": 0.5},
        "sha256": "\ud800",
    }

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    for card in (odd, {"data": [1], "quality": "good"}, {}):
        content = portable.generator(replace(model, card=card))
        text = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])["__metadata__"][portable.NOTE]
        told = json.loads(text, parse_constant=refuse)
        assert (told["data"], told["nimg"]) == ({}, None)
        assert told["quality"] == ({"frechet": None, "coverage": 0.5} if card is odd else {})
    assert opened(portable.generator(model))[1]["data"] == model.card["data"]


def test_without_marks_for_real_data_there_is_no_critic() -> None:
    model = replace(load_model("digits-mlp"), real_logits=torch.empty(0))
    assert portable.critic(model) is None
    assert opened(portable.generator(model))[1]["critic"] is False


def test_weights_take_two_bytes_where_the_pictures_allow_it() -> None:
    model = load_model("mnist-dcgan")
    tensors, _ = opened(portable.generator(model))
    assert tensors["1.weight"].dtype == torch.int16, "by far the largest layer"
    assert len(portable.generator(model)) < 0.6 * sum(p.numel() for p in model.G.parameters()) * 4
    plan, whole = portable.planned(model.G.layers(), (model.G.w_dim,))
    assert [op["op"] for op in plan] == ["dense", "dense", "conv_up", "conv_up"]
    assert portable.away(model, whole | portable.quantise_int16("1.weight", whole["1.weight"])) <= portable.CLOSE
    coarse = whole | {"1.weight": whole["1.weight"].half().float()}
    assert portable.away(model, coarse) > portable.CLOSE, "half precision is not enough"


def test_from_a_layer_on_the_outcome_is_that_of_the_whole_pass() -> None:
    for model in map(odd_model, ODD):
        shown = portable.samples(model)
        tensors = portable.planned(model.G.layers(), tuple(model.G.example().shape[1:]))[1] | portable.mapped(model.G)
        before = portable.passed(model, tensors, shown)
        for name in [name for name in tensors if name.endswith("weight") and name[0].isdigit()]:
            changed = tensors | {name: 1.5 * tensors[name]}
            _, xs = portable.passed(model, changed, shown, before, int(name.partition(".")[0]))
            assert torch.equal(xs[-1], portable.passed(model, changed, shown)[1][-1]), (model.name, name)


def test_the_work_of_a_picture() -> None:
    model = load_model("mnist-dcgan")  # 64 -> 256 -> 64 x 7 x 7 -> 32 x 14 x 14 -> 28 x 28, kernels of 4
    expected = 64 * 256 + 256 * 64 * 49 + 64 * 32 * 16 * 49 + 32 * 16 * 14 * 14
    assert model.G.macs() == expected


def test_layers_that_follow_w_take_two_bytes_too_and_count_as_work() -> None:
    model = odd_model("style, 8 pixels")
    tensors, _ = opened(portable.generator(model))
    short = {name for name, value in tensors.items() if value.dtype == torch.int16}
    assert {"map.1.weight", "4.style.weight", "2.weight"} <= short, short
    assert portable.away(model, tensors) <= portable.CLOSE
    for name in ("map.0.weight", "2.style.weight", "2.weight", "4.style.weight"):  # a class, a stage's w are looked at
        weight = weight_of(tensors, name.removesuffix(".weight"))
        assert weight is not None
        wrong = weight.clone()
        wrong[0] *= 1.02  # of all of them alike, what is demodulated sees nothing
        assert portable.away(model, tensors | {name: wrong}) > portable.CLOSE
    turned = tensors | {"map.embedding": tensors["map.embedding"].roll(1, 0)}
    assert portable.away(model, turned) > portable.CLOSE
    # 5 + 11 -> 11 -> 11 -> 11; 11 -> 9 x 4 x 4; twice 9 -> 9, kernels of 3; 9 -> 7 doubled; 7 -> 1, not demodulated
    conv = 2 * (9 * 9 * 9 * 16 + 81) + 9 * 7 * 9 * 16 + 63 + 7 * 64
    assert model.G.macs() == 16 * 11 + 2 * 121 + 11 * 9 * 16 + conv + 11 * (9 + 9 + 9 + 7)


def test_real_pictures_are_the_training_sets_own() -> None:
    content = portable.reference(load_model("digits-mlp"))
    assert content is not None
    tensors, told = opened(content)
    real = sets.load("digits")
    assert isinstance(real, Stored)
    assert torch.equal(tensors["pictures"], real.rows)
    assert told["count"] == len(real.rows)
    assert portable.reference(odd_model("points")) is None


def test_nothing_is_downloaded_to_look_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert portable.reference(load_model("mnist-dcgan"), tmp_path) is None
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path))
    assert not sets.at_hand("mnist")
    assert sets.at_hand("digits")
    away = replace(load_model("mnist-dcgan"), config=replace(PRESETS["digits"], data="folder:nowhere"))
    assert portable.reference(away) is None
    assert ROOT.is_dir()


@pytest.mark.parametrize("kind", ["encoder", "repair"])
def test_an_encoder_in_16_bits_gives_the_same_latents(kind: Kind) -> None:
    model = odd_model("style, 8 pixels")
    encoder = new_encoder(model, kind, torch.Generator().manual_seed(0)).eval()
    tensors, told = opened(portable.encoder(model, encoder))
    assert (told["part"], told["name"], told["shape"]) == (kind, model.name, list(encoder.shape))
    assert told["plan"][-1]["shape"] == [model.G.num_ws * model.G.w_dim]
    assert torch.equal(tensors["stats.w_mean"], encoder.w_mean)
    assert torch.equal(tensors["stats.w_sd"], encoder.w_sd)
    images = torch.rand(5, *encoder.shape, generator=torch.Generator().manual_seed(1)) * 2 - 1
    x = images
    for i, op in enumerate(told["plan"]):
        weight = weight_of(tensors, str(i))
        assert weight is not None and tensors[f"{i}.weight"].dtype == torch.int16
        if op["op"] == "conv":
            x = nn.functional.conv2d(x, weight, tensors[f"{i}.bias"], op["stride"], op["padding"])
        else:
            x = nn.functional.linear(x.flatten(1), weight, tensors[f"{i}.bias"])
        x = nn.functional.leaky_relu(x, 0.2) if op["act"] == "leaky" else x
    ws = encoder(images).flatten(1)
    assert (x - ws).abs().max() < 1e-3 * ws.std()
