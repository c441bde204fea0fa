"""Films in JavaScript, in deno or on an empty page: the tests name the models, the browser half makes their frames."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
import torch

from gan.models.model import Model
from js_core import ENGINE, Evaluates, JsCore, files_of, js_core

MODULES = (*ENGINE, "core/trouble", "core/film", "core/film_path", "core/film_file", "interpolate/frames")
SEEDS = [1, 7, 42]

# The frames of a film as base64, one after another, in the order they play.
MAKE = """
async (given) => {
  const film = lib.checkedFilm(given, names), model = await lib.engine.model(film.model);
  lib.checkFilmFits(model, film);
  globalThis.told = [];
  globalThis.reel = await lib.makeReel(model, film, () => true, (reel) => told.push(reel.ready));
  const { width, height, channels, length, count } = reel, all = new Uint8Array(length * width * height * channels);
  for (let i = 0; i < length; i++) all.set(reel.frame(reel.index(i)), i * width * height * channels);
  return { shape: [length, height, width, channels], count, pixels: base64(all), told, keys: [...reel.keys],
    changes: lib.changes(reel), whole: lib.filmLength(film) };
}
"""


def spec(model: str, seeds: list[int] | None = None, **values: Any) -> dict[str, Any]:
    return {"model": model, "keys": [{"seed": seed} for seed in seeds or SEEDS], "frames": 6} | values


def made(desk: Evaluates, given: dict[str, Any]) -> dict[str, Any]:
    """A film, its frames as uint8 [T, H, W, C]."""
    told: dict[str, Any] = desk.evaluate(MAKE, given)
    told["frames"] = np.frombuffer(base64.b64decode(told.pop("pixels")), np.uint8).reshape(told["shape"])
    return told


def near(frames: np.ndarray[Any, Any], wanted: torch.Tensor) -> None:
    """Equal to a grey level, and nearly everywhere to the bit."""
    assert frames.shape == tuple(wanted.shape)
    away = np.abs(frames.astype(int) - wanted.numpy().astype(int))
    assert away.max() <= 1
    assert (away > 0).mean() < 0.05


def know(desk: Evaluates, models: Mapping[str, Model]) -> None:
    """Let films be of these models."""
    desk.evaluate("(names) => { globalThis.names = names; }", sorted(models))


def found(desk: Evaluates, content: bytes) -> Any:
    """The settings that stand in a file."""
    return desk.evaluate("(text) => lib.findSettings(bytesOf(text))", base64.b64encode(content).decode())


@pytest.fixture(scope="module")
def desk(models: dict[str, Model]) -> Iterator[JsCore]:
    """What films are made of, without a page."""
    files = {key: content for model in models.values() for key, content in files_of(model).items()}
    with js_core(MODULES, files) as core:
        know(core, models)
        yield core
