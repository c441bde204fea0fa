"""Training films: the frames that the core draws, limits, and sentences that name no folder of this machine."""

import json
import math
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from film_requests import http, one_run, routes
from gan.explore.render import render
from gan.latents import z_from_seeds
from gan.models.checkpoint import load_model
from gan.training.history import HISTORY, training_film
from gan.training.kept_films import film_bytes, film_path, kept_film
from gan.ui.explore.routes import ExploreRoutes
from gan.ui.interpolate import training
from gan.ui.interpolate.routes import FilmRoutes
from gan.ui.shell.catalogue import ModelCatalogue
from gan.ui.site import site_files
from route_answers import trouble

__all__ = ["http", "one_run", "routes"]  # fixtures


WRONG_TRAINING: dict[str, Any] = {
    "a list": [], "no name": {"seeds": [1]}, "no such model": {"name": "nobody", "seeds": [1]},
    "no seeds": {"name": "mnist-mlp"}, "none": {"name": "mnist-mlp", "seeds": []},
    "too many": {"name": "mnist-mlp", "seeds": [1] * 17}, "negative": {"name": "mnist-mlp", "seeds": [-1]},
    "real": {"name": "mnist-mlp", "seeds": [1.5]}, "psi": {"name": "mnist-mlp", "seeds": [1], "psi": "a"},
    "psi above": {"name": "mnist-mlp", "seeds": [1], "psi": 9}, "path": {"name": "../weights/mnist-mlp", "seeds": [1]},
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_TRAINING)
def test_wrong_training_films(http: TestClient, case: str) -> None:
    response = http.post("/films/training", json=WRONG_TRAINING[case])
    trouble(response, 404 if case in ("no name", "no such model", "path") else 400)


@pytest.mark.parametrize("content", [b"", b"{", b"NaN", b'{"psi": NaN}', b"\xff", b"[" * 4_000])
def test_training_films_of_junk(http: TestClient, content: bytes) -> None:
    trouble(http.post("/films/training", content=content))


def test_a_model_without_moments_says_so(http: TestClient, routes: FilmRoutes) -> None:
    assert "moments" in trouble(http.post("/films/training", json={"name": "mnist-mlp", "seeds": [1, 7]}), 404)
    routes.catalogue.visitor_models["guest"] = routes.catalogue.load("digits-mlp")
    assert "moments" in trouble(http.post("/films/training", json={"name": "guest", "seeds": [1]}), 404)


@pytest.mark.parametrize("seeds", [[5], [5, 6, 7, 8]])
def test_a_training_film_is_header_and_pixels(one_run: ModelCatalogue, seeds: list[int]) -> None:
    with TestClient(Starlette(routes=[*FilmRoutes(one_run).routes(), *ExploreRoutes(one_run).routes()])) as client:
        assert client.get("/explore/models").json()["models"][0]["history"] == "snapshots"
        content = client.post("/films/training", json={"name": "run", "seeds": seeds, "psi": 0.8}).content
    length = struct.unpack("<I", content[:4])[0]
    header = json.loads(content[4 : 4 + length])
    folder = one_run.snapshot_folder("run")
    assert folder is not None
    labels, pixels = training_film(one_run.load("run"), folder, seeds, 0.8)
    count, height, width, channels = pixels.shape
    assert header == {"width": width, "height": height, "channels": channels, "frames": 3, "labels": [0, 64, 128]}
    assert labels == header["labels"] and count == 3
    np.testing.assert_array_equal(np.frombuffer(content[4 + length :], np.uint8), pixels.flatten().numpy())


def test_damaged_moments_do_not_name_this_machines_folders(one_run: ModelCatalogue, tmp_path: Path) -> None:
    for file in (tmp_path / "run" / "history").iterdir():
        file.write_bytes(file.read_bytes()[:100])
    with TestClient(Starlette(routes=FilmRoutes(one_run).routes())) as client:
        message = trouble(client.post("/films/training", json={"name": "run", "seeds": [1]}), 404)
    assert "damaged" in message and str(tmp_path) not in message


def test_a_film_that_was_kept_is_handed_out_when_it_is_asked_for(one_run: ModelCatalogue, tmp_path: Path) -> None:
    path = tmp_path / "run" / "model.safetensors"
    content = film_bytes(kept_film(one_run.load("run"), path))
    for snapshot in (tmp_path / "run" / HISTORY).iterdir():
        snapshot.unlink()
    asked = {"name": "run", "part": "film"}
    with TestClient(Starlette(routes=ExploreRoutes(one_run).routes())) as client:
        assert client.get("/explore/models").json()["models"][0]["history"] == ""
        assert "without a film" in trouble(client.get("/explore/file", params=asked), 404)
    film_path(path).write_bytes(content)
    with TestClient(Starlette(routes=ExploreRoutes(one_run).routes())) as client:
        assert client.get("/explore/models").json()["models"][0]["history"] == "film"
        assert client.get("/explore/file", params=asked).content == content
    film_path(path).write_bytes(content[:-200])
    with TestClient(Starlette(routes=ExploreRoutes(one_run).routes())) as client:
        message = trouble(client.get("/explore/file", params=asked), 404)
    assert "damaged or too large" in message and str(tmp_path) not in message
    assert not [name for name in site_files([one_run.load("run")]) if "film" in name]  # the page comes without it


def test_a_training_film_has_a_limit(monkeypatch: pytest.MonkeyPatch, one_run: ModelCatalogue) -> None:
    monkeypatch.setattr(training, "MAX_FILM_BYTES", 3 * 2 * 64)
    with TestClient(Starlette(routes=FilmRoutes(one_run).routes())) as client:
        assert client.post("/films/training", json={"name": "run", "seeds": [1, 2]}).status_code == 200
        trouble(client.post("/films/training", json={"name": "run", "seeds": [1, 2, 3]}), 413)


def test_a_drawing_counts_with_all_its_bytes() -> None:
    """A word is 432 numbers and drawn on 50,176 pixels: 24 moments of 16 of them would not fit beside others."""
    for name in ("names-mlp", "digits-mlp", "bach-seq"):
        model = load_model(name)
        drawn = model.medium.preview(render(model, z_from_seeds([1], model.G.z_dim)), model.traits)
        assert training.drawing_bytes(model) == max(drawn.numel(), math.prod(model.shape))
    assert training.drawing_bytes(load_model("names-mlp")) > 20 * math.prod(load_model("names-mlp").shape)
