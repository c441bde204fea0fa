"""Films in JavaScript on the empty page: the tests name the models, the page makes their frames."""

import base64
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page

from gan.models.model import Model
from js_page import ENGINE, files_of, open_page

MODULES = (
    *ENGINE, "core/trouble", "core/film", "core/film_path", "core/film_file", "core/zip", "interpolate/frames",
    "interpolate/encode",
)  # fmt: skip
SEEDS = [1, 7, 42]

# The frames of a film as base64, one after another, in the order they play.
MAKE = """
async (given) => {
  const film = lib.checkedFilm(given, names), model = await lib.engine.model(film.model);
  lib.checkFilmFits(model, film);
  window.told = [];
  window.reel = await lib.makeReel(model, film, () => true, (reel) => told.push(reel.ready));
  const { width, height, channels, length, count } = reel, all = new Uint8Array(length * width * height * channels);
  for (let i = 0; i < length; i++) all.set(reel.frame(reel.index(i)), i * width * height * channels);
  let text = "";
  for (let i = 0; i < all.length; i += 8192) text += String.fromCharCode(...all.subarray(i, i + 8192));
  return { shape: [length, height, width, channels], count, pixels: btoa(text), told, keys: [...reel.keys],
    changes: lib.changes(reel), whole: lib.filmLength(film) };
}
"""


def spec(model: str, seeds: list[int] | None = None, **values: Any) -> dict[str, Any]:
    return {"model": model, "keys": [{"seed": seed} for seed in seeds or SEEDS], "frames": 6} | values


def made(page: Page, given: dict[str, Any]) -> dict[str, Any]:
    """A film of the page's, its frames as uint8 [T, H, W, C]."""
    told: dict[str, Any] = page.evaluate(MAKE, given)
    told["frames"] = np.frombuffer(base64.b64decode(told.pop("pixels")), np.uint8).reshape(told["shape"])
    return told


def near(frames: np.ndarray[Any, Any], wanted: torch.Tensor) -> None:
    """Equal to a grey level, and nearly everywhere to the bit."""
    assert frames.shape == tuple(wanted.shape)
    away = np.abs(frames.astype(int) - wanted.numpy().astype(int))
    assert away.max() <= 1
    assert (away > 0).mean() < 0.01


@pytest.fixture(scope="module")
def desk(chromium: Browser, models: dict[str, Model]) -> Iterator[Page]:
    """An empty page with what films are made of."""
    files = {key: content for model in models.values() for key, content in files_of(model).items()}
    page = open_page(chromium.new_page(), files, modules=MODULES)
    page.evaluate("(names) => { window.names = names; }", sorted(models))
    yield page
    page.close()
