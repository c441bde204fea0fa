"""latents.js is gan/latents.py: draws, neighbours, w of a view and every path, to float32's last digits."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from gan.explore import views
from gan.explore.render import closed_form, edited_w, mixed_w, neighbours, ws_of
from gan.latents import PATHS, TURNS, along, tour, truncate, z_from_seeds
from gan.models.model import Model
from js_core import JsCore, files_of, js_core, tensor
from odd_models import odd_model

W = ("norms of an mlp", "classes of an mlp", "style, 8 pixels", "style, 28 pixels")
SHORT = 3e-4  # from weights in 16 bits
LENGTHS = (1, 2, 3, 15, 16, 17, 31, 32, 64, 100, 128, 1000, 2000 * 2)
SEEDS = (0, 1, 42, 3_000_000, 2**31, 2**32 - 1)


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    """One of noise drawn even, one of points, two that know classes, one of which has a w for each stage."""
    return {name: odd_model(name) for name in (*W, "points")}


@pytest.fixture(scope="module")
def js(models: dict[str, Model]) -> Iterator[JsCore]:
    files = {key: content for model in models.values() for key, content in files_of(model).items()}
    with js_core(files=files) as core:
        yield core


def close(found: Tensor, expected: Tensor, far: float = 2e-6) -> None:
    assert found.numel() == expected.numel()
    torch.testing.assert_close(found.reshape(expected.shape), expected, rtol=0, atol=far)


def test_draws_are_torchs(js: JsCore) -> None:
    cases = [[seed, n] for seed in SEEDS for n in LENGTHS]
    found = js.evaluate("(cases) => cases.map(([seed, n]) => numbers(lib.seeded(seed, n)))", cases)
    for (seed, n), text in zip(cases, found, strict=True):
        close(tensor(text), torch.randn(n, generator=torch.Generator().manual_seed(seed)))


def test_neighbours_are_explores(js: JsCore) -> None:
    for seed, radius, count in ((5, 0.4, 8), (2**32 - 1, 1.0, 3), (7, 0.0, 2)):
        (z,) = z_from_seeds([seed], 20)
        found = js.evaluate(
            "([seed, radius, count]) => lib.neighbours(lib.seeded(seed, 20), seed, radius, count).map(numbers)",
            [seed, radius, count],
        )
        for text, expected in zip(found, neighbours(z, seed, radius, count), strict=True):
            close(tensor(text), expected)


VIEWS = (
    {},
    {"seed": 2**32 - 1, "x": 0.25, "y": 0.999},
    {"seed": 11, "x": 0.5, "psi": 0.7, "directions": {0: 2.5, 3: -1}, "sefa": {1: -3}, "raw": {2: 3.25}},
    {"seed": 3, "y": 0.125, "walk": (0, 7, 3), "psi": 1.5, "raw": {0: 0.0}},
    {"seed": 3, "psi": 0.0, "sefa": {0: 1.0}},
    {"seed": 6, "psi": 0.3, "c": 9, "directions": {1: 2.0}, "sefa": {2: -1.5}, "layers": (1, 2)},
    {"seed": 6, "c": 4, "directions": {1: 2.0}, "layers": (0, 0)},
)


@pytest.mark.parametrize("name", [*W, "points"])
def test_w_of_a_view(js: JsCore, models: dict[str, Model], name: str) -> None:
    model = models[name]
    for values in VIEWS:
        asked = {k: v for k, v in values.items() if k != "raw" or name != "points"}
        asked["directions"] = {k: v for k, v in asked.get("directions", {}).items() if k < len(model.directions)}
        asked["sefa"] = {k: v for k, v in asked.get("sefa", {}).items() if k < len(closed_form(model)[0])}
        if name == "points":
            asked["walk"] = ()
        asked |= {} if model.classes else {"c": 0}
        asked |= {} if model.G.layered else {"layers": None}
        view = views.View(name, **{"seed": 42, **asked})
        found = js.evaluate(
            "async ([name, view]) => { const model = await lib.engine.model(name);"
            "return [numbers(lib.zOfView(model, view)), numbers(lib.wOfView(model, view))]; }",
            [name, {"seed": 42, **asked}],
        )
        z = views.latent(model, view)
        close(tensor(found[0]), z)
        w = edited_w(model, z, view.psi, view.edits, torch.full((len(z),), view.c))
        close(tensor(found[1]), ws_of(model.G, w) if model.G.layered else w, SHORT if model.G.layered else 4e-6)
    assert len(closed_form(model)[0])


def test_the_second_w_of_a_mix_has_no_edits(js: JsCore, models: dict[str, Model]) -> None:
    model, layered = models["norms of an mlp"], models["style, 8 pixels"]
    view = {
        "seed": 1,
        "psi": 0.6,
        "directions": {"0": 3},
        "raw": {"1": 4},
        "mix": {"seed": 99, "stage": 1, "share": 0.5},
    }
    read = "async ([name, view]) => { const w = lib.mixW(await lib.engine.model(name), view);"
    found = js.evaluate(read + "return w && numbers(w); }", [model.name, view])
    close(tensor(found), mixed_w(model, 99, 0.6))
    found = js.evaluate(read + "return numbers(w); }", [layered.name, {**view, "c": 7, "layers": [0, 1]}])
    close(tensor(found), ws_of(layered.G, mixed_w(layered, 99, 0.6, 7)), SHORT)
    assert js.evaluate(read + "return w && numbers(w); }", [model.name, {**view, "mix": None}]) is None
    assert js.evaluate(read + "return w && numbers(w); }", ["points", view]) is None


def test_truncate(js: JsCore) -> None:
    w, average = torch.randn(2, 5, generator=torch.Generator().manual_seed(4)), torch.arange(5.0)
    for psi in (0.0, 0.3, 1.0, 1.5):
        found = js.evaluate(
            "([w, wAvg, psi]) => numbers(lib.truncate({ wAvg: [[9, 9], wAvg] }, new Float32Array(w), psi, 1))",
            [w.flatten().tolist(), average.tolist(), psi],
        )
        close(tensor(found), truncate(w, average, psi))


@pytest.mark.parametrize("kind", PATHS)
def test_paths(js: JsCore, kind: str) -> None:
    assert js.evaluate("lib.PATHS").count(kind) == 1
    assert js.evaluate("lib.TURNS") == list(TURNS)
    for seeds in ((1, 2), (1, 2, 3), (1, 7, 7, 42, 9)):
        keys = z_from_seeds(seeds, 16)
        for turn in TURNS:
            for frames in (1, 7):
                expected = tour(keys, frames, kind, turn)
                found = js.evaluate(
                    "([seeds, frames, kind, turn, count]) => {"
                    "const keys = seeds.map((seed) => lib.seeded(seed, 16));"
                    "const at = (_, i) => numbers(lib.latentAt(keys, kind, turn, i / frames));"
                    "return Array.from({ length: count }, at); }",
                    [list(seeds), frames, kind, turn, len(expected)],
                )
                close(torch.stack([tensor(text) for text in found]), expected, 3e-6)


@pytest.mark.parametrize("kind", PATHS)
def test_a_place_along_a_path(js: JsCore, kind: str) -> None:
    """Between frames as well; a loop goes round, a ping-pong comes back, once stays at its ends."""
    at = (
        "([kind, turn, places]) => { const keys = [1, 2, 3].map((seed) => lib.seeded(seed, 16));"
        "return places.map((place) => numbers(lib.latentAt(keys, kind, turn, place))); }"
    )
    keys = z_from_seeds((1, 2, 3), 16)
    round_again = js.evaluate(at, [kind, "loop", [0.3, 1.9, 2.4, 5.4, -0.6]])
    expected = along(keys, torch.tensor([0.3, 1.9, 2.4, 2.4, 2.4], dtype=torch.float64), kind, True)
    close(torch.stack([tensor(text) for text in round_again]), expected, 3e-6)
    if kind != "circle":
        back = js.evaluate(at, [kind, "ping-pong", [1.25, 2.75, 5.25]])
        expected = along(keys, torch.tensor([1.25, 1.25, 1.25], dtype=torch.float64), kind, False)
        close(torch.stack([tensor(text) for text in back]), expected, 3e-6)
        ends = js.evaluate(at, [kind, "once", [-1, 2, 9]])
        close(torch.stack([tensor(text) for text in ends]), keys[[0, 2, 2]], 3e-6)
