"""The engine's worker in Chromium, by WebAssembly and without it: all that it makes is PyTorch's."""

from collections.abc import Iterator

import pytest
import torch
from playwright.sync_api import Browser, Page

from gan.explore import invert, portable
from gan.explore.render import critic_rank, features, ws_of
from gan.latents import z_from_seeds
from gan.models.checkpoint import load_model
from gan.models.encoders import new_encoder
from gan.models.model import Model
from gan.networks.encoder import Encoder
from js_core import files_of, tensor, text
from js_engine import ALIKE, furthest, some_views
from js_page import open_page
from odd_models import classes, odd_model

SHIPPED, STYLE = "mnist-dcgan", "style, 8 pixels"
NAMES = (SHIPPED, STYLE, "points")


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    return {name: load_model(name) if name == SHIPPED else odd_model(name) for name in NAMES}


@pytest.fixture(scope="module")
def encoder(models: dict[str, Model]) -> Encoder:
    """An encoder that learnt nothing."""
    return new_encoder(models[STYLE], "encoder", torch.Generator().manual_seed(1))


@pytest.fixture(scope="module", params=["wasm", "plain"])
def empty(
    request: pytest.FixtureRequest, chromium: Browser, models: dict[str, Model], encoder: Encoder
) -> Iterator[Page]:
    """An empty page with an engine that makes pictures in this way."""
    files = {key: content for model in models.values() for key, content in files_of(model).items()}
    files[STYLE, "encoder"] = portable.encoder(models[STYLE], encoder)
    page = open_page(chromium.new_page(), files, f"?engine={request.param}")
    assert page.evaluate("lib.engine.how") == request.param
    yield page
    page.close()


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_pytorchs(empty: Page, models: dict[str, Model], name: str) -> None:
    assert furthest(empty, models[name], some_views(models[name], 5)) <= ALIKE


@pytest.mark.parametrize("name", NAMES)
def test_the_slow_worker_answers(empty: Page, models: dict[str, Model], name: str) -> None:
    model = models[name]
    w = model.G.mapping(z_from_seeds([1, 7], model.G.z_dim), classes(model, 2))
    rows = ws_of(model.G, w) if model.G.layered else w
    images, seen, ranks = empty.evaluate(
        """async ([name, w]) => {
          const { engine } = lib, rows = back(w), images = await engine.render(name, rows);
          const seen = await engine.features(name, rows.slice(0, rows.length / 2), 1);
          return [numbers(images), numbers(seen.values), numbers(await engine.criticRank(name, images, 2))];
        }""",
        [name, text(rows)],
    )
    expected = model.G.synthesis(w)
    assert (tensor(images) - expected.flatten()).abs().max() <= ALIKE * model.unit
    first = features(model, rows[:1], 1).flatten()
    assert (tensor(seen) - first).abs().max() <= 2e-3 * first.abs().max()
    wanted = critic_rank(model, expected, torch.zeros(2, dtype=torch.long))
    assert wanted is not None
    assert (tensor(ranks) - wanted).abs().max() <= 1.5 / len(model.real_logits)


def test_the_workers_encode_and_fit(empty: Page, models: dict[str, Model], encoder: Encoder) -> None:
    model = models[STYLE]
    with torch.no_grad():
        images = model.G.synthesis(model.G.mapping(z_from_seeds([3], model.G.z_dim), classes(model, 1)))
        guess = encoder(images)
    given = {"shrink": 1, "grey": False, "steps": 8, "pull": {"layers": 0.01, "mean": 0.003, "start": 0.02}}
    seen, ws, errors = empty.evaluate(
        """async ([name, image, given]) => {
          const { engine } = lib, target = back(image), known = new Float32Array(target.length).fill(1);
          const ws = await engine.encode(name, target, 1);
          const found = await engine.fit(name, { ...given, ws, target, known }, { task: "own" });
          return [numbers(ws), numbers(found.ws), numbers(found.errors)];
        }""",
        [STYLE, text(images), given],
    )
    torch.testing.assert_close(tensor(seen), guess.flatten(), rtol=0, atol=1e-3 * guess.abs().max().item())
    known = torch.ones_like(images)
    twin, least = invert.fit(model, guess, images, known, steps=8, pull=invert.Pull(0.01, 0.003, 0.02))
    torch.testing.assert_close(tensor(errors), least, rtol=0.02, atol=1e-5)
    torch.testing.assert_close(tensor(ws), twin.flatten(), rtol=0, atol=2e-2 * twin.abs().max().item())
