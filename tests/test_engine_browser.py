"""The engine's worker in Chromium, by WebAssembly and without it: its pictures, features and ranks are PyTorch's."""

from collections.abc import Iterator

import pytest
import torch
from playwright.sync_api import Browser, Page

from gan.explore.render import critic_rank, features, ws_of
from gan.latents import z_from_seeds
from gan.models.checkpoint import load_model
from gan.models.model import Model
from js_core import files_of, tensor, text
from js_engine import ALIKE, furthest, some_views
from js_page import open_page
from odd_models import classes, odd_model

SHIPPED = "mnist-dcgan"
NAMES = (SHIPPED, "style, 8 pixels", "points")


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    return {name: load_model(name) if name == SHIPPED else odd_model(name) for name in NAMES}


@pytest.fixture(scope="module", params=["wasm", "plain"])
def empty(request: pytest.FixtureRequest, chromium: Browser, models: dict[str, Model]) -> Iterator[Page]:
    """An empty page with an engine that makes pictures in this way."""
    files = {key: content for model in models.values() for key, content in files_of(model).items()}
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
