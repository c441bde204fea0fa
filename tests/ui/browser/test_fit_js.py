"""The browser's engine goes back through a network as autograd does, fits as its twin in Python, and runs encoders."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor

from core_fixtures import made_up, seed, tiny
from gan.explore import invert, portable
from gan.explore.invert import Pull, compared, errors_of
from gan.explore.portable import packed, planned
from gan.explore.render import ws_of
from gan.latents import z_from_seeds
from gan.models.checkpoint import load_model, shipped
from gan.models.encoders import KINDS, Kind, new_encoder
from gan.models.model import Model
from gan.networks.dcgan import halvings
from gan.networks.encoder import Encoder
from gan.networks.ws import from_ws
from gan.training.runs import model_of
from gan.training.trainer import Trainer
from js_core import ENGINE, JsCore, js_core, tensor, text
from odd_models import classes

MODULES = (
    *ENGINE, "core/encoding", "core/safetensors", "engine/backward", "engine/differentiable", "engine/layout",
    "engine/matmul",
)  # fmt: skip
RELATIVE = 1e-3
Files = dict[tuple[str, str], bytes]  # by name and part
# Small networks of every family; their sizes are drawn.
FAMILIES: dict[str, dict[str, Any]] = {
    "mlp": {"network": "mlp", "norm": "batch"},
    "mlp, classes": {"network": "mlp", "condition": "class", "end": "sigmoid"},
    "dcgan": {"network": "dcgan", "norm": "batch"},
    "dcgan, dense": {"network": "dcgan", "dense": 13, "noise": "uniform"},
    "style": {"network": "style", "convs": 0, "w_dim": 7},
    "style, classes": {"network": "style", "convs": 2, "condition": "class", "end": "sigmoid"},
}
DRAWS = 3  # networks of each family
COLOURS = "style 1"  # one of them, which makes pictures in colours
ENCODED = ("mnist-style", "mnist-dcgan", "mnist-mlp", COLOURS)
# [image, gradient by each ws, along what weighs the image], of a network that lies in a file.
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
ENCODE = "async ([name, images, n, part]) => numbers(await lib.engine.encode(name, back(images), n, part))"


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


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    """The shipped models, and small random ones of each family."""
    drawn = [drawn_model(family, number) for family in FAMILIES for number in range(DRAWS)]
    return {model.name: model for model in [*(load_model(name) for name in shipped()), *drawn]}


@pytest.fixture(scope="module")
def encoders(models: dict[str, Model]) -> dict[tuple[str, Kind], Encoder]:
    """Encoders that learnt nothing."""
    return {(name, kind): new_encoder(models[name], kind, seed(8)) for name in ENCODED for kind in KINDS}


@pytest.fixture(scope="module")
def files(models: dict[str, Model], encoders: dict[tuple[str, Kind], Encoder]) -> Files:
    found: Files = {(name, "generator"): portable.generator(models[name]) for name in ENCODED}
    for name, model in models.items():  # all layers with G's own weights: shorter ones have other kinks
        plan, tensors = planned(model.G.layers(), (model.G.w_dim,))
        found[name, "plan"] = packed(tensors, {"plan": plan})
    return found | {key: portable.encoder(models[key[0]], encoder) for key, encoder in encoders.items()}


@pytest.fixture(scope="module")
def fast(files: Files) -> Iterator[JsCore]:
    with js_core(MODULES, files) as core:
        yield core


@pytest.fixture(scope="module")
def plain(files: Files) -> Iterator[JsCore]:
    with js_core(MODULES, files, "plain") as core:
        yield core


# ---- gradients --------------------------------------------------------------------------------------------------


def some_ws(model: Model, count: int) -> Tensor:
    """ws [count, num_ws, w_dim] of seeds, those of layers differing; of a G that is not layered [count, 1, w_dim]."""
    with torch.no_grad():
        w = model.G.mapping(z_from_seeds(range(count), model.G.z_dim), classes(model, count))
        if not model.G.layered:
            return w[:, None]
        ws = ws_of(model.G, w)
    return ws + 0.3 * torch.randn(ws.shape, generator=seed(3)) * w.std()


def far(js: JsCore, model: Model, wasm: bool, count: int) -> float:
    """The median difference of `count` gradients from autograd's, as a share of their length.

    The largest says little: a value near a leaky layer's kink may fall to either side of it by rounding, and of the
    200,000 values behind a picture of 64 pixels one sometimes does.
    """
    ws = some_ws(model, count).requires_grad_(True)
    images = model.G.synthesis(from_ws(model.G, ws))
    weights = torch.randn(images.shape, generator=seed(5))
    (expected,) = torch.autograd.grad((images * weights).sum(), ws)
    cases = [[text(one), text(weight)] for one, weight in zip(ws, weights, strict=True)]
    shares = []
    for (image, gradient), own, slope in zip(
        js.evaluate(BACK, [model.name, wasm, cases]), images, expected, strict=True
    ):
        torch.testing.assert_close(tensor(image), own.detach().flatten(), rtol=0, atol=1e-3)
        shares.append((tensor(gradient) - slope.flatten()).norm() / slope.norm())
    return float(torch.stack(shares).median())


@pytest.mark.parametrize("wasm", [True, False], ids=["wasm", "plain"])
@pytest.mark.parametrize("name", [name for name in shipped() if load_model(name).medium.sized])
def test_the_gradient_is_autograds(fast: JsCore, models: dict[str, Model], name: str, wasm: bool) -> None:
    assert far(fast, models[name], wasm, 3) <= RELATIVE


@pytest.mark.parametrize("family", FAMILIES)
def test_the_gradient_of_networks_of_any_sizes(fast: JsCore, models: dict[str, Model], family: str) -> None:
    for number in range(DRAWS):
        for wasm in (True, False):
            assert far(fast, models[f"{family} {number}"], wasm, 5) <= RELATIVE


# ---- fits -------------------------------------------------------------------------------------------------------

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "whole": ("mnist-style", {}),
    "a part": ("mnist-style", {"part": 0.4}),
    "blocks": ("mnist-style", {"shrink": 4}),
    "pulled": ("mnist-style", {"pull": Pull(0.05, 0.02, 0.03)}),
    "luma": (COLOURS, {"grey": True, "shrink": 2}),
    "dcgan": ("mnist-dcgan", {"part": 0.3}),
    "mlp": ("mnist-mlp", {"pull": Pull(0.05, 0.02)}),
}


def asked(model: Model, case: dict[str, Any], count: int, steps: int = 8) -> dict[str, Any]:
    """A fit from `count` starts to a picture of another seed that is changed where nothing is known of it.

    Of few steps: what rounding differs by grows from one to the next.
    """
    ways = {"shrink": case.get("shrink", 1), "grey": case.get("grey", False)}
    ws = some_ws(model, count + 1)
    with torch.no_grad():
        target = compared(model.G.synthesis(from_ws(model.G, ws[count:])), **ways)
    known = torch.ones_like(target)
    known[..., : int(case.get("part", 0) * target.shape[-1])] = 0
    target = torch.where(known > 0, target, -target)
    pull = case.get("pull", Pull())
    return ways | {"ws": ws[:count], "target": target, "known": known, "steps": steps, "pull": pull}


def fitted(js: JsCore, name: str, given: dict[str, Any]) -> tuple[Tensor, Tensor, list[list[float]]]:
    """(ws [starts, rows], errors [starts], [step, error] as the page hears them) of the engine."""
    told = given | {key: text(given[key]) for key in ("ws", "target", "known")} | {"pull": vars(given["pull"])}
    ws, errors, steps = js.evaluate(FIT, [name, told])
    return tensor(ws), tensor(errors), steps


@torch.no_grad()
def errors_at(model: Model, given: dict[str, Any], ws: Tensor) -> Tensor:
    """[N] the mean squared difference on what is known."""
    images = compared(model.G.synthesis(from_ws(model.G, ws)), given["shrink"], given["grey"])
    return errors_of(images, given["target"], given["known"])


@pytest.mark.parametrize("case", CASES)
def test_a_fit_comes_as_near_as_its_twin(fast: JsCore, models: dict[str, Model], case: str) -> None:
    name, settings = CASES[case]
    model = models[name]
    given = asked(model, settings, 2)
    ws, errors, steps = fitted(fast, name, given)
    _, twins = invert.fit(model, **given)
    assert (decibels_of(errors) > decibels_of(errors_at(model, given, given["ws"])) + 0.5).all()
    assert (decibels_of(errors) - decibels_of(twins)).abs().max() <= 0.1
    torch.testing.assert_close(errors_at(model, given, ws.reshape(given["ws"].shape)), errors, rtol=0.01, atol=1e-6)
    assert steps[-1] == [given["steps"], pytest.approx(errors.min().item())]
    heard = [error for _, error in steps]
    assert heard == sorted(heard, reverse=True)  # of the best so far


def decibels_of(errors: Tensor) -> Tensor:
    return 10 * (4 / errors).log10()


def test_plain_javascript_fits_as_well(plain: JsCore, fast: JsCore, models: dict[str, Model]) -> None:
    given = asked(models["mnist-dcgan"], {}, 1, steps=10)
    assert plain.evaluate("lib.engine.how") == "plain"
    one, two = fitted(plain, "mnist-dcgan", given)[1], fitted(fast, "mnist-dcgan", given)[1]
    assert (decibels_of(one) - decibels_of(two)).abs().max() <= 0.01


# ---- encoders ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ENCODED)
def test_encoders_are_pytorchs(
    fast: JsCore, plain: JsCore, encoders: dict[tuple[str, Kind], Encoder], name: str, kind: Kind
) -> None:
    encoder, count = encoders[name, kind], 3
    images = torch.rand(count, *encoder.shape, generator=seed(8)) * 2 - 1
    with torch.no_grad():
        ws = encoder(images)
    for js in (fast, plain):
        found = tensor(js.evaluate(ENCODE, [name, text(images), count, kind]))
        assert (found.reshape(ws.shape) - ws).abs().max() <= 1e-3 * ws.abs().max()
