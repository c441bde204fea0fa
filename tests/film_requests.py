"""Requests to the routes of films: films of noise, and catalogues of the shipped models and of one run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core_fixtures import tiny_model
from gan.models.checkpoint import save_model
from gan.training.history import keep
from gan.ui.interpolate.film_body import pack
from gan.ui.interpolate.routes import FilmRoutes
from gan.ui.shell.catalogue import ModelCatalogue, build_catalogue

SETTINGS = {"film": {"model": "mnist-dcgan", "keys": [{"seed": 7}]}, "sha256": "ab" * 32}


def frames(count: int = 5, side: int = 8, channels: int = 1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(count)
    return torch.randint(0, 256, (count, side, side, channels), dtype=torch.uint8, generator=generator)


def film_body(pixels: torch.Tensor, **changes: Any) -> bytes:
    """The body that asks for a film's file."""
    count, height, width, channels = pixels.shape
    header = {
        "suffix": ".gif", "width": width, "height": height, "channels": channels, "frames": count, "fps": 12,
        "name": "my film", "settings": SETTINGS,
    }  # fmt: skip
    return pack(header | changes, pixels.numpy().tobytes())


@pytest.fixture(scope="module")
def routes() -> FilmRoutes:
    return FilmRoutes(build_catalogue([]))


@pytest.fixture
def one_run(tmp_path: Path) -> ModelCatalogue:
    """A catalogue with one run, which kept three snapshots."""
    model = tiny_model(name="run")
    save_model(model, tmp_path / "run" / "model")
    for nimg, seed in ((0, 1), (64, 2), (128, 3)):
        keep(tmp_path / "run", nimg, tiny_model(seed, seed=seed).G)
    return ModelCatalogue({"run": tmp_path / "run" / "model.safetensors"}, {})


@pytest.fixture(scope="module")
def http(routes: FilmRoutes) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.routes())) as client:
        yield client
