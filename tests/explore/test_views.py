"""Views in Python: the picture that a link means, and what a link may hold."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from gan.commands.use import main
from gan.errors import ConfigError, GanError
from gan.explore import views
from gan.explore.render import Edits, Mix, closed_form, features, neighbours, render
from gan.explore.views import RADIUS, View, from_query, latent, picture
from gan.latents import plane, z_from_seeds
from gan.media.images import to_pixels
from gan.models.checkpoint import load_model
from gan.models.model import Model

NAME = "digits-mlp"
FULL = View(
    "m", 2**32 - 1, 0.125, 0.999, (0, 7, 3), 0.25, {0: 1.5, 9: -3.0}, {2: 0.05}, {0: -1.25, 15: 4.0},
    Mix(7, 2, 0.75), "b", 12, (0, 3),
)  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(NAME)


@pytest.mark.parametrize("view", [View("m"), View("a b&c=d", 0, psi=0.0), FULL])
def test_a_link_reads_back(view: View) -> None:
    assert from_query(view.query(), "other") == view
    assert from_query("?" + view.query() + "&utm_source=x&zebra=1", "other") == view


@pytest.mark.parametrize("psi", [0.0, 0.35, 1.5])
def test_a_view_is_what_the_core_draws(model: Model, psi: float) -> None:
    view = View(NAME, 42, psi=psi, directions={1: -2.0}, sefa={0: 1.5}, raw={3: 0.5})
    expected = render(model, z_from_seeds([42], model.G.z_dim), psi, Edits({3: 0.5}, {1: -2.0}, {0: 1.5}))
    assert torch.equal(picture(model, view), expected)


def test_sefa_moves_w_along_the_first_layers_strongest_direction(model: Model) -> None:
    directions, lengths = closed_form(model)
    A = model.G.layers()[0].module.weight
    assert isinstance(A, torch.Tensor)
    stretch = (directions @ A.T).norm(dim=1)
    assert torch.all(stretch[:-1] >= stretch[1:] - 1e-4)
    torch.testing.assert_close(stretch[0], torch.linalg.matrix_norm(A, 2))
    torch.testing.assert_close(directions @ directions.T, torch.eye(len(directions)), rtol=0, atol=1e-5)
    z = z_from_seeds([3], model.G.z_dim)
    moved = render(model, z, 1.0, Edits(sefa={1: -2.0}))
    torch.testing.assert_close(moved, model.G.synthesis(z - 2 * lengths[1] * directions[1]))


@pytest.mark.parametrize("stage", [0, 1, 2])
def test_mixing_goes_from_one_picture_to_the_other(model: Model, stage: int) -> None:
    z, second = z_from_seeds([3], model.G.z_dim), z_from_seeds([8], model.G.z_dim)
    none, half, whole = (render(model, z, 0.8, Edits(mix=Mix(8, stage, share))) for share in (0.0, 0.5, 1.0))
    torch.testing.assert_close(none, render(model, z, 0.8))
    torch.testing.assert_close(whole, render(model, second, 0.8))
    a, b = (features(model, 0.8 * w, stage) for w in (z, second))
    x = (a + b) / 2
    for layer in model.G.layers()[stage:]:
        x = layer(x)
    torch.testing.assert_close(half, x, rtol=1e-4, atol=1e-5)


def test_a_place_in_the_plane_and_a_walk(model: Model) -> None:
    z = plane(5, 0.25, 0.75, [model.G.z_dim])
    z = neighbours(neighbours(z, 5, RADIUS)[3], 6, RADIUS)[7]
    torch.testing.assert_close(latent(model, View(NAME, 5, 0.25, 0.75, (3, 7)))[0], z)


@pytest.mark.parametrize(
    "query",
    [
        "seed=abc", "seed=-1", "seed=1,2", f"seed={2**32}", "seed=", "psi=nan", "psi=inf", "psi=2", "psi=x", "walk=8",
        "walk=1--2", "walk=" + "-".join("1" * 201), "d1=nan", "d1=3.01", "z0=-4.1", "z0=", "d0=1", "s0=1", "s1=4",
        "x=1", "y=-0.1", "x=nan", "mix=", "mix=x", "mix=1&at=-1", "mix=1&at=1.5", "mix=1&share=1.01", "mix=1&share=",
        "c=-1", "c=", "c=three", "c=1000", "c=²", "layers=", "layers=1", "layers=2-1", "layers=0-100", "layers=1-²",
    ],
)  # fmt: skip
def test_bad_links(query: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_query(query, "m")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("query", ["d11=1", "s11=1", "z16=1", "mix=1&at=3", "c=1", "layers=0-1"])
def test_links_that_the_model_cannot_show(model: Model, query: str) -> None:
    with pytest.raises(GanError):
        picture(model, from_query(query, NAME))


@pytest.mark.parametrize("value", [math.nan, math.inf, "x", None, True, [], 1e9])
def test_a_number_is_a_number(value: Any) -> None:
    with pytest.raises(ConfigError):
        views.within("psi", value, views.PSI)


def test_numbers_are_those_of_the_link() -> None:
    assert views.within("psi", "0.333333", views.PSI) == 0.33
    assert str(views.within("d1", "-0.001", views.SIGMAS)) == "0.0"
    assert from_query("x=0.12345", "m").x == 0.123


def test_the_command_line_draws_a_link(tmp_path: Path, model: Model, capsys: pytest.CaptureFixture[str]) -> None:
    view = View(NAME, 9, 0.5, 0.25, (2,), 0.7, {0: 1.0}, {1: 1.0}, {5: -1.0}, Mix(4, 1, 0.5))
    out = tmp_path / "one.png"
    main(["sample", NAME, "--view", f"https://example.org/?{view.query()}", "--out", str(out), "--scale", "3"])
    drawn = np.asarray(Image.open(out))[::3, ::3]
    assert np.array_equal(drawn, to_pixels(picture(model, view))[0, ..., 0].numpy())
    assert "one.png" in capsys.readouterr().out
    with pytest.raises(ConfigError):
        main(["sample", NAME, "--view", "seed=1", "--out", str(tmp_path / "one.npz")])
