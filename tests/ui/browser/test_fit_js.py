"""The browser's engine goes back through a network as PyTorch's autograd does, fits as its Adam, and runs encoders."""

import base64
import math
import random
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import torch
import wasmtime
from torch import Tensor, nn

from core_fixtures import made_up, seed, tiny
from gan.explore import portable
from gan.explore.portable import FORMAT, packed, planned
from gan.explore.render import ws_of
from gan.latents import z_from_seeds
from gan.models.checkpoint import load_model, shipped
from gan.models.model import Model
from gan.networks import Generator
from gan.networks.dcgan import halvings
from gan.networks.layers import Layer, conv, linear
from gan.training.runs import model_of
from gan.training.trainer import Trainer
from gan.ui.shell.assets import BROWSER
from js_core import ENGINE, JsCore, js_core, tensor, text
from odd_models import classes

MODULES = (
    *ENGINE, "core/encoding", "core/safetensors", "engine/backward", "engine/differentiable", "engine/fitting",
    "engine/layout", "engine/matmul", "engine/patches",
)  # fmt: skip
RELATIVE = 1e-3
Files = dict[tuple[str, str], bytes]  # by name and part
# Small networks of every family; their sizes are drawn.
FAMILIES: dict[str, dict[str, Any]] = {
    "mlp": {"network": "mlp", "norm": "batch"},
    "mlp, classes": {"network": "mlp", "condition": "class", "image_range": "sigmoid"},
    "dcgan": {"network": "dcgan", "norm": "batch"},
    "dcgan, dense": {"network": "dcgan", "dense": 13, "noise": "uniform"},
    "style": {"network": "style", "convs": 0, "w_dim": 7},
    "style, classes": {"network": "style", "convs": 2, "condition": "class", "image_range": "sigmoid"},
}
DRAWS = 3  # networks of each family
COLOURS = "style 1"  # one of them, which makes pictures in colours
# [gradient by each ws, along what weighs the image], of a network that lies in a file.
BACK = """
async ([name, wasm, cases]) => {
  const module = wasm ? await WebAssembly.compile(lib.decodeBytes(lib.MATMUL)) : null;
  const file = lib.readTensors(await lib.host.file(name, "plan"));
  const network = lib.differentiable(lib.compile(file, module), module);
  return cases.map(([ws, weights]) => {
    const image = numbers(lib.forward(network, back(ws)));
    return [image, numbers(lib.backward(network, back(weights)))];
  });
}
"""
FIT = """
async ([name, given]) => {
  const [ws, target, known] = ["ws", "target", "known"].map((part) => back(given[part])), steps = [];
  const onStep = (_ws, error, step) => steps.push([step, error]);
  const found = await lib.engine.fit(name, { ...given, ws, target, known }, { onStep });
  return [numbers(found.ws), numbers(found.errors), steps];
}
"""


# ---- gradients --------------------------------------------------------------------------------------------------


def drawn_model(family: str, number: int) -> Model:
    """A small model of a family whose sizes are drawn by the number, after one step of training."""
    draw = random.Random(f"{family} {number}")
    side, settings = draw.choice((8, 12, 16)), FAMILIES[family]
    ups = halvings(side)
    changes = settings | {
        "resolution": side, "seed": number, "z_dim": draw.randint(3, 9), "kernel": draw.choice((3, 4, 5)),
        "g_widths": tuple(draw.randint(3, 13) for _ in range(ups + 1)), "d_widths": (4, 5)[:ups],
    }  # fmt: skip
    trainer = Trainer(tiny(**changes), made_up(16, side, draw.choice((1, 3))))
    trainer.step()
    return model_of(trainer, f"{family} {number}", 0.0)


def some_ws(model: Model, count: int) -> Tensor:
    """ws [count, num_ws, w_dim] of seeds, those of layers differing; of a G that is not layered w [count, 1, w_dim]."""
    w = model.G.mapping(z_from_seeds(range(count), model.G.z_dim), classes(model, count))
    if not model.G.layered:
        return w[:, None]
    ws = ws_of(model.G, w)
    return ws + 0.3 * torch.randn(ws.shape, generator=seed(3)) * w.std()


def images_of(G: Generator, ws: Tensor) -> Tensor:
    return G.synthesis(ws if G.layered else ws[:, 0])


def far(js: JsCore, model: Model, wasm: bool, count: int) -> float:
    """The median difference of `count` gradients from autograd's, as a share of their length.

    The largest says little: a value near a leaky layer's kink may fall to either side of it by rounding, and of the
    200,000 values behind a picture of 64 pixels one sometimes does.
    """
    ws = some_ws(model, count).detach().requires_grad_(True)
    images = images_of(model.G, ws)
    weights = torch.randn(images.shape, generator=seed(5))
    (expected,) = torch.autograd.grad((images * weights).sum(), ws)
    cases = [[text(one), text(weight)] for one, weight in zip(ws, weights, strict=True)]
    found = js.evaluate(BACK, [model.name, wasm, cases])
    shares = []
    for (image, gradient), own, slope in zip(found, images, expected, strict=True):
        torch.testing.assert_close(tensor(image), own.detach().flatten(), rtol=0, atol=1e-3 * model.unit)
        shares.append((tensor(gradient) - slope.flatten()).norm() / slope.norm())
    return float(torch.stack(shares).median())


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    """The shipped models, and small random ones of each family."""
    drawn = [drawn_model(family, number) for family in FAMILIES for number in range(DRAWS)]
    known = [*(load_model(name) for name in shipped()), *drawn]
    return {model.name: model for model in known}


def small_encoder(model: Model, channels: int, generator: torch.Generator) -> list[Layer]:
    """The layers of an encoder of pictures with so many channels: a convolution and two dense ones."""
    side, rows = model.shape[1] // 2, model.G.w_dim * (model.G.num_ws if model.G.layered else 1)
    return [
        Layer(conv(channels, 6, 4, "kaiming", generator), "leaky", (6, side, side)),
        Layer(linear(6 * side**2, 20, "kaiming", generator), "leaky", (20,)),
        Layer(linear(20, rows, "kaiming", generator), "none", (rows,)),
    ]


def spread(model: Model) -> tuple[Tensor, Tensor]:
    """(mean, standard deviation) of w over seeds and classes, each [w_dim]."""
    w = model.G.mapping(z_from_seeds(range(500), model.G.z_dim), classes(model, 500)).detach()
    return w.mean(0), w.std(0).clamp(min=1e-3)


def encoder_file(model: Model, layers: Sequence[Layer], channels: int) -> bytes:
    """A file such as a page is given: a plan like a critic's, some weights in 16 bits, and how w is spread."""
    plan, tensors = planned(list(layers), (channels, *model.shape[1:]))
    tensors |= portable.quantise_int16("1.weight", tensors["1.weight"])
    mean, sd = spread(model)
    stats = {"stats.w_mean": mean, "stats.w_sd": sd}
    return packed(tensors | stats, {"format": FORMAT, "part": "encoder", "name": model.name, "plan": plan})


ENCODED = ("mnist-style", "mnist-dcgan", "mnist-mlp", COLOURS)


@pytest.fixture(scope="module")
def encoders(models: dict[str, Model]) -> dict[tuple[str, str], list[Layer]]:
    return {
        (name, part): small_encoder(models[name], models[name].shape[0] + extra, seed(number))
        for number, name in enumerate(ENCODED)
        for part, extra in (("encoder", 0), ("repair", 1))
    }


@pytest.fixture(scope="module")
def files(models: dict[str, Model], encoders: dict[tuple[str, str], list[Layer]]) -> Files:
    found = {(name, "generator"): portable.generator(models[name]) for name in ENCODED}
    for name, model in models.items():  # all layers with G's own weights: shorter ones have other kinks
        plan, tensors = planned(model.G.layers(), (model.G.w_dim,))
        found[name, "plan"] = packed(tensors, {"plan": plan})
    for (name, part), layers in encoders.items():
        found[name, part] = encoder_file(models[name], layers, models[name].shape[0] + (part == "repair"))
    return found


@pytest.fixture(scope="module")
def fast(files: Files) -> Iterator[JsCore]:
    with js_core(MODULES, files) as core:
        yield core


@pytest.fixture(scope="module")
def plain(files: Files) -> Iterator[JsCore]:
    with js_core(MODULES, files, "plain") as core:
        yield core


def test_the_bytes_are_what_the_text_gives(fast: JsCore) -> None:
    text = (BROWSER / "engine" / "patches.wat").read_text()
    assert base64.b64decode(fast.evaluate("lib.PATCHES")) == wasmtime.wat2wasm(text)


@pytest.mark.parametrize("wasm", [True, False], ids=["wasm", "plain"])
@pytest.mark.parametrize("name", shipped())
def test_the_gradient_is_autograds(fast: JsCore, models: dict[str, Model], name: str, wasm: bool) -> None:
    assert far(fast, models[name], wasm, 3) <= RELATIVE


@pytest.mark.parametrize("family", FAMILIES)
def test_the_gradient_of_networks_of_any_sizes(fast: JsCore, models: dict[str, Model], family: str) -> None:
    for number in range(DRAWS):
        for wasm in (True, False):
            assert far(fast, models[f"{family} {number}"], wasm, 5) <= RELATIVE


# ---- fits -------------------------------------------------------------------------------------------------------


def seen(images: Tensor, shrink: int, grey: bool) -> Tensor:
    """What of images [N, C, R, R] is compared."""
    blocks = nn.functional.avg_pool2d(images, shrink)
    shares = torch.tensor([0.299, 0.587, 0.114] if images.shape[1] == 3 else [1.0])
    return (blocks * shares[:, None, None]).sum(1, keepdim=True) if grey else blocks


def torch_fit(model: Model, given: dict[str, Any]) -> Tensor:
    """The least error [N] that torch's own Adam sees."""
    mean, sd = spread(model)
    u = ((given["ws"] - mean) / sd).clone().requires_grad_(True)
    adam = torch.optim.Adam([u], lr=given["lr"])
    cosine = torch.optim.lr_scheduler.LambdaLR(adam, lambda step: (1 + math.cos(math.pi * step / given["steps"])) / 2)
    least = torch.full((len(u),), math.inf)
    for _ in range(given["steps"] + 1):
        images = seen(images_of(model.G, mean + sd * u), given["shrink"], given["grey"])
        errors = ((images - given["target"]).square() * given["known"]).flatten(1).sum(1) / given["known"].sum()
        least = torch.minimum(least, errors.detach())
        pulls = given["pull"]["layers"] * (u - u.mean(1, keepdim=True)).square().mean((1, 2))
        pulls = pulls + given["pull"]["mean"] * u.square().mean((1, 2))
        adam.zero_grad()
        (errors + pulls).sum().backward()
        adam.step()
        cosine.step()
    return least


def decibels(errors: Tensor) -> Tensor:
    return 10 * (4 / errors).log10()


CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "whole": ("mnist-style", {}),
    "a part": ("mnist-style", {"part": 0.4}),
    "blocks": ("mnist-style", {"shrink": 4}),
    "pulled": ("mnist-style", {"pull": {"layers": 0.05, "mean": 0.02}}),
    "luminance": (COLOURS, {"grey": True, "shrink": 2}),
    "dcgan": ("mnist-dcgan", {"part": 0.3}),
    "mlp": ("mnist-mlp", {"pull": {"layers": 0.05, "mean": 0.02}}),
}


def asked(model: Model, case: dict[str, Any], count: int) -> dict[str, Any]:
    """A fit from `count` starts to a picture of another seed that is changed where nothing is known of it."""
    shrink, grey = case.get("shrink", 1), case.get("grey", False)
    with torch.no_grad():
        ws = some_ws(model, count + 1)
        target = seen(images_of(model.G, ws[count:]), shrink, grey)
    known = torch.ones_like(target)
    known[..., : int(case.get("part", 0) * target.shape[-1])] = 0
    target = torch.where(known > 0, target, -target)
    free = {"layers": 0.0, "mean": 0.0}
    return {
        "ws": ws[:count], "target": target, "known": known, "shrink": shrink, "grey": grey,
        "steps": case.get("steps", 50), "lr": 0.05, "pull": case.get("pull", free),
    }  # fmt: skip


def fitted(js: JsCore, name: str, given: dict[str, Any]) -> tuple[Tensor, Tensor, list[list[float]]]:
    """(ws [starts, rows], errors [starts], [step, error] as the page hears them) of the engine."""
    told = given | {key: text(given[key]) for key in ("ws", "target", "known")}
    ws, errors, steps = js.evaluate(FIT, [name, told])
    return tensor(ws), tensor(errors), steps


@torch.no_grad()
def errors_at(model: Model, given: dict[str, Any], ws: Tensor) -> Tensor:
    """[N] the mean squared difference on what is known."""
    images = seen(images_of(model.G, ws), given["shrink"], given["grey"])
    return ((images - given["target"]).square() * given["known"]).flatten(1).sum(1) / given["known"].sum()


@pytest.mark.parametrize("case", CASES)
def test_a_fit_comes_as_near_as_torchs_adam(fast: JsCore, models: dict[str, Model], case: str) -> None:
    name, settings = CASES[case]
    model = models[name]
    given = asked(model, settings, 2)
    ws, errors, steps = fitted(fast, name, given)
    assert (decibels(errors) > decibels(errors_at(model, given, given["ws"])) + 1).all()
    assert (decibels(errors) - decibels(torch_fit(model, given))).abs().max() <= 0.1
    torch.testing.assert_close(errors_at(model, given, ws.reshape(given["ws"].shape)), errors, rtol=0.01, atol=1e-6)
    assert steps[-1] == [given["steps"], pytest.approx(errors.min().item())]
    heard = [error for _, error in steps]
    assert heard == sorted(heard, reverse=True)  # of the best so far


def test_plain_javascript_fits_as_well(plain: JsCore, fast: JsCore, models: dict[str, Model]) -> None:
    given = asked(models["mnist-dcgan"], {}, 1) | {"steps": 10}
    assert plain.evaluate("lib.engine.how") == "plain"
    one, two = fitted(plain, "mnist-dcgan", given)[1], fitted(fast, "mnist-dcgan", given)[1]
    assert (decibels(one) - decibels(two)).abs().max() <= 0.01


# ---- encoders ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["encoder", "repair"])
@pytest.mark.parametrize("name", ENCODED)
def test_encoders_are_pytorchs(
    fast: JsCore, plain: JsCore, models: dict[str, Model], encoders: dict[tuple[str, str], list[Layer]], name: str,
    part: str,
) -> None:  # fmt: skip
    model, count = models[name], 5
    channels, side, _ = model.shape
    images = torch.rand(count, channels + (part == "repair"), side, side, generator=seed(8)) * 2 - 1
    x = images
    with torch.no_grad():
        for layer in encoders[name, part]:
            x = layer(x if isinstance(layer.module, nn.Conv2d) else x.flatten(1))
    for js in (fast, plain):
        found = js.evaluate(
            "async ([name, images, part]) => numbers(await lib.engine.encode(name, back(images), 5, part))",
            [name, text(images), part],
        )
        assert (tensor(found).reshape(x.shape) - x).abs().max() <= 1e-3 * x.abs().max()
