"""Models that are told a class, and that follow a w of their own at each stage: commands, films, the host's routes."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core_fixtures import tiny_model
from gan.commands.use import main
from gan.errors import ConfigError
from gan.explore.render import critic_rank, features, render, ws_of
from gan.explore.views import View
from gan.latents import tour, z_from_seeds
from gan.media.films import settings_of
from gan.media.images import grid, to_pixels
from gan.models.checkpoint import load_model, save_model
from gan.models.model import Model
from gan.training.history import keep, training_film
from gan.ui.explore.routes import ExploreRoutes
from gan.ui.interpolate.routes import FilmRoutes
from gan.ui.shell.catalogue import ModelCatalogue
from route_answers import floats, rows, trouble

NAME = "tiny-style"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("style") / NAME
    model = tiny_model(6, NAME, network="style", g_widths=(6, 5), d_widths=(4,), w_dim=7, condition="class", lr=0.02)
    assert model.classes == ("one", "two", "three")
    save_model(model, path)
    return path


@pytest.fixture(scope="module")
def model(path: Path) -> Model:
    return load_model(path)


# ---- commands


@pytest.mark.parametrize(
    ("asked", "expected"),
    [([], [3 % 3, 4 % 3, 8 % 3]), (["--class", "three"], [2, 2, 2]), (["--class", "1"], [1, 1, 1]),
     (["--class", "two, 0,three"], [1, 0, 2])],
)  # fmt: skip
def test_samples_have_the_class_that_is_asked_for(
    model: Model, path: Path, tmp_path: Path, asked: list[str], expected: list[int]
) -> None:
    main(["sample", str(path), "--seeds", "3,4,8", *asked, "--out", str(tmp_path / "raw.npz")])
    with np.load(tmp_path / "raw.npz") as raw:
        assert raw["classes"].tolist() == expected
        wanted = render(model, z_from_seeds([3, 4, 8], 4), c=torch.tensor(expected))
        np.testing.assert_allclose(raw["images"], wanted.numpy(), atol=1e-6)


def test_a_grid_a_view_and_their_settings(model: Model, path: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.png"
    main(["sample", str(path), "--seeds", "0-8", "--scale", "1", "--out", str(out)])
    wanted = grid(to_pixels(render(model, z_from_seeds(range(9), 4), c=torch.arange(9) % 3)), 3)[..., 0]
    with Image.open(out) as sheet:
        assert np.array_equal(np.asarray(sheet), wanted.numpy())
        assert sheet.info["classes"] == "0,1,2,0,1,2,0,1,2"
    view = View("any", 7, c=1, layers=(1, 2), directions={0: 2.0})
    for asked, c in (([], 1), (["--class", "three"], 2)):
        main(["sample", str(path), "--view", view.query(), *asked, "--scale", "1", "--out", str(out)])
        wanted = to_pixels(render(model, z_from_seeds([7], 4), 1.0, view.edits, torch.tensor([c])))[0, ..., 0]
        with Image.open(out) as picture:
            assert np.array_equal(np.asarray(picture), wanted.numpy())
            assert f"c={c}&" in picture.info["gan-atelier"]


def test_a_film_goes_from_class_to_class(model: Model, path: Path, tmp_path: Path) -> None:
    out = tmp_path / "film.zip"
    main(["film", str(path), "--seeds", "1,8", "--class", "0,2", "--frames", "4", "--turn", "once", "--psi", "0.8",
          "--out", str(out)])  # fmt: skip
    told = settings_of(out.read_bytes())["film"]
    assert told["keys"] == [{"seed": 1, "c": 0}, {"seed": 8, "c": 2}]
    z = tour(z_from_seeds([1, 8], 4), 4, "slerp", "once")
    both = []
    for c in (0, 2):
        w = model.G.mapping(z, torch.full((5,), c))
        both.append(model.w_avg[c].lerp(w, 0.8))
    frames = to_pixels(model.G.synthesis(both[0].lerp(both[1], torch.linspace(0, 1, 5)[:, None])))
    with zipfile.ZipFile(out) as film:
        for name, frame in zip(sorted(film.namelist())[1:], frames, strict=True):
            shown = np.asarray(Image.open(io.BytesIO(film.read(name)))).astype(int)
            assert np.abs(shown[:: len(shown) // 8, :: len(shown) // 8] - frame[..., 0].numpy()).max() <= 1
    main(["film", str(path), "--seeds", "1,8", "--frames", "2", "--path", "circle", "--out", str(out)])
    assert [key["c"] for key in settings_of(out.read_bytes())["film"]["keys"]] == [1, 2]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["sample", NAME, "--class", "four"], "knows the classes one, two, three"),
        (["sample", NAME, "--class", ""], "not ''"),
        (["sample", NAME, "--class", "3"], "0 to 2 by number"), (["sample", NAME, "--class", "-1"], "not '-1'"),
        (["sample", NAME, "--class", "1,2", "--seeds", "0-3"], "not 2"),
        (["sample", NAME, "--class", "²"], "by number"), (["sample", NAME, "--view", "seed=1&c=3"], "classes 0 to 2"),
        (["sample", NAME, "--view", "seed=1&layers=1-9"], "layers 0 to"),
        (["film", NAME, "--class", "one,two", "--seeds", "1,2,3"], "one for each of the 3 seeds"),
        (["sample", "digits-mlp", "--class", "1"], "knows no classes"),
        (["sample", "digits-mlp", "--view", "seed=1&c=1"], "knows no classes"),
        (["sample", "digits-mlp", "--view", "seed=1&layers=0-1"], "one w for all"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(path: Path, tmp_path: Path, argv: list[str], said: str) -> None:
    suffix = ".png" if argv[0] == "sample" else ".gif"
    with pytest.raises(ConfigError, match=said) as caught:
        main([str(path) if word == NAME else word for word in argv] + ["--out", str(tmp_path / f"x{suffix}")])
    assert "\n" not in str(caught.value)


# ---- the host


def test_the_host_takes_a_w_for_each_stage_and_a_class(model: Model) -> None:
    """A layered model takes ws [N, stages, w_dim], mixes their later part, and its critic is told the class."""
    stages, c = model.G.num_ws, torch.tensor([2, 0, 1, 2])
    ws = ws_of(model.G, model.G.mapping(z_from_seeds(range(4), 4), c))
    ws[:, 2:] = ws[:, 2:].flip(0).clone()
    with TestClient(Starlette(routes=ExploreRoutes(ModelCatalogue({}, {}, {NAME: model})).routes())) as client:

        def ask(content: bytes, **query: Any) -> Any:
            return client.post("/explore/render", params={"name": NAME} | query, content=content)

        images = model.G.synthesis(ws)
        np.testing.assert_allclose(floats(ask(rows(ws))), images.flatten().numpy(), atol=1e-5)
        both = ws[:2].clone()
        both[:, 1:] = both[:, 1:].lerp(ws[2:, 1:], 0.3)
        np.testing.assert_allclose(
            floats(ask(rows(ws), stage=1, share=0.3)), model.G.synthesis(both).flatten(), atol=1e-5
        )
        for stage in range(stages + 1):
            found = floats(ask(rows(ws[0], ws[2]), want="features", stage=stage, at=1, share=0.3))
            np.testing.assert_allclose(found, features(model, both[:1], stage).flatten(), atol=1e-5)
        seen = []
        for number in range(3):
            marks = critic_rank(model, images, torch.full((4,), number))
            assert marks is not None
            seen.append(floats(ask(rows(images), want="critic_rank", c=number)).tolist())
            assert seen[-1] == pytest.approx(marks.tolist(), abs=1e-5)
        assert seen[0] != seen[1], "the critic takes no notice of the class"
        trouble(ask(rows(images), want="critic_rank", c=3), 400)
        trouble(ask(rows(images), want="critic_rank", c="²"), 400)
        trouble(ask(rows(ws[0, 0])), 400)  # one w is too little
        trouble(ask(rows(ws), stage=stages, share=0.3), 400)


def test_a_film_through_training_shows_its_classes(model: Model, tmp_path: Path) -> None:
    for nimg in (1, 2):
        keep(tmp_path, nimg, model.G)
    folder = tmp_path / "history"
    _, frames = training_film(model, folder, [5, 5, 5, 5], 1.0, torch.tensor([0, 1, 2, 0]))
    wanted = grid(to_pixels(render(model, z_from_seeds([5] * 4, 4), c=torch.tensor([0, 1, 2, 0]))), 2)
    assert (frames[1].int() - wanted.int()).abs().max() <= 1  # weights in half precision
    tiles = frames[0].float()
    assert not torch.equal(tiles[1:9, 1:9], tiles[1:9, 10:18])
    save_model(model, tmp_path / NAME)
    catalogue = ModelCatalogue({NAME: tmp_path / f"{NAME}.safetensors"}, {})
    with TestClient(Starlette(routes=FilmRoutes(catalogue).routes())) as client:
        ask = {"name": NAME, "seeds": [5, 5], "classes": [0, 2]}
        content = client.post("/films/training", json=ask).content
        pixels = training_film(model, folder, [5, 5], 1.0, torch.tensor([0, 2]))[1]
        assert content.endswith(pixels.numpy().tobytes())
        for wrong in ([0], [0, 3], [0, -1], [0, "1"], {"0": 1}, [True, 1]):
            trouble(client.post("/films/training", json=ask | {"classes": wrong}), 400)
