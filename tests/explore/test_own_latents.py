"""Latents of one's own as text in Python, and the pictures that are made of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import gan
from gan.commands.use import main
from gan.errors import ConfigError
from gan.explore.own_latents import own_ws, packed, unpacked
from gan.explore.own_pictures import nearest_class, render_ws
from gan.explore.render import Edits, Mix, edited_w, mixed_w, render, ws_of
from gan.explore.views import View, from_query, picture
from gan.latents import tour, z_from_seeds
from gan.media.images import to_pixels
from gan.models.checkpoint import load_model
from gan.models.model import Model
from odd_models import odd_model
from own_texts import BAD_FORMS, BAD_TEXTS, WIDTH, latents, unseeded

torch.set_num_threads(1)

STYLE = "mnist-style"


@pytest.fixture(scope="module")
def model() -> Model:
    """A layered G of ten classes."""
    return load_model(STYLE)


@pytest.fixture(scope="module")
def ws(model: Model) -> torch.Tensor:
    """ws [num_ws, w_dim] that no seed has: the early layers of one 3, the late ones of another."""
    return unseeded(model)


# ---- text


@pytest.mark.parametrize("ws", latents())
def test_a_number_comes_back_to_a_step(ws: torch.Tensor) -> None:
    again = unpacked(packed(ws), WIDTH)
    low, high = ws.min(1, True).values, ws.max(1, True).values
    ends = 2.0**-11 * torch.maximum(low.abs(), high.abs()) + 2.0**-25  # what float16 leaves of them
    assert ((again - ws).abs() <= (high - low) / 500 + 2 * ends).all()
    assert packed(again) == packed(unpacked(packed(again), WIDTH))


@pytest.mark.parametrize(("text", "said"), [(text, said) for text, (said, _) in BAD_TEXTS.items()])
def test_bad_texts(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        unpacked(text, WIDTH)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "ws",
    [torch.zeros(3), torch.zeros(0, 4), torch.full((1, 3), torch.nan), torch.tensor([[1.0, torch.inf]]),
     torch.tensor([[65505.0]])],
)  # fmt: skip
def test_what_no_text_can_say(ws: torch.Tensor) -> None:
    with pytest.raises(ConfigError):
        packed(ws)


def test_a_latent_of_another_model_is_told(model: Model, ws: torch.Tensor) -> None:
    assert own_ws(model, packed(ws)).shape == (model.G.num_ws, model.G.w_dim)
    for other in (ws[:-1], ws[:1], torch.cat([ws, ws])):
        with pytest.raises(ConfigError, match=f"{STYLE} draws from 6 x 64 numbers, not from {len(other)} x 64"):
            own_ws(model, packed(other))


# ---- pictures


def test_of_a_seeds_own_w_it_is_the_seeds_picture(model: Model) -> None:
    """psi, directions on all layers or some, SeFa and a second seed do to an own latent what they do to a seed's."""
    z, c = z_from_seeds([7], model.G.z_dim), torch.tensor([4])
    ws = ws_of(model.G, model.G.mapping(z, c))
    for psi, edits in (
        (1.0, Edits(c=4)), (0.4, Edits({}, {0: 1.5, 3: -2.0}, {1: 1.0}, c=4)),
        (1.2, Edits({}, {2: -1.0}, c=4, layers=(2, 4), mix=Mix(9, 3, 0.75))), (1.0, Edits(mix=Mix(9, 0, 0.5), c=4)),
    ):  # fmt: skip
        torch.testing.assert_close(render_ws(model, ws, psi, edits), render(model, z, psi, edits), rtol=0, atol=2e-6)


def test_where_w_is_one_it_is_so_too() -> None:
    for model in (load_model("digits-mlp"), odd_model("classes of an mlp")):
        c = torch.tensor([2]) if model.classes else None
        z = z_from_seeds([7], model.G.z_dim)
        edits = Edits({}, {0: 1.5}, {1: 1.0}, Mix(9, 1, 0.5), 2 if model.classes else 0)
        own = render_ws(model, model.G.mapping(z, c)[:, None], 0.6, edits)
        torch.testing.assert_close(own, render(model, z, 0.6, edits), rtol=0, atol=2e-6)


def test_psi_0_is_the_mean_of_the_nearest_class(model: Model, ws: torch.Tensor) -> None:
    assert nearest_class(model, ws[None]).tolist() == [3]
    mean = model.G.synthesis(model.w_avg[3:4]).detach()
    torch.testing.assert_close(render_ws(model, ws[None], 0.0), mean, rtol=0, atol=1e-6)
    other = render_ws(model, ws[None], 0.0, c=torch.tensor([8]))
    torch.testing.assert_close(other, model.G.synthesis(model.w_avg[8:9]).detach(), rtol=0, atol=1e-6)


def test_many_are_as_one_by_one(model: Model) -> None:
    """Each is of its own class, however many there are."""
    z, c = z_from_seeds(range(70), model.G.z_dim), torch.arange(70) % 10
    ws = ws_of(model.G, model.G.mapping(z, c))
    assert nearest_class(model, ws).equal(c)
    made = render_ws(model, ws, 0.7, Edits(mix=Mix(9, 4, 1.0)))
    for i in (0, 63, 64, 69):
        alone = render_ws(model, ws[i : i + 1], 0.7, Edits(mix=Mix(9, 4, 1.0)))
        torch.testing.assert_close(made[i : i + 1], alone, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda ws: ws[0], r"\[N, 6, 64\]"), (lambda ws: ws[:, :1], r"\[N, 6, 64\]"), (lambda ws: ws[:0], "floats"),
        (lambda ws: ws.long(), "int64"), (lambda ws: ws * torch.nan, "finite"),
    ],
)  # fmt: skip
def test_ws_of_another_form(model: Model, ws: torch.Tensor, wrong: object, said: str) -> None:
    assert callable(wrong)
    with pytest.raises(ConfigError, match=said):
        render_ws(model, wrong(ws[None]))


def test_it_has_no_z(model: Model, ws: torch.Tensor) -> None:
    with pytest.raises(ConfigError, match="no z"):
        render_ws(model, ws[None], edits=Edits({0: 1.0}))


# ---- views


def test_a_view_of_it(model: Model, ws: torch.Tensor) -> None:
    text = packed(ws)
    view = View(STYLE, psi=0.75, directions={0: 1.25}, mix=Mix(4, 2, 0.5), layers=(0, 3), own=text)
    assert from_query(view.query(), "") == view
    assert "seed" not in view.query()
    again = own_ws(model, text)[None]
    w = again.clone()
    w = model.w_avg[3].lerp(w, 0.75)
    w[:, :4] += 1.25 * model.sigmas[0] * model.directions[0]
    w[:, 2:] = w[:, 2:].lerp(mixed_w(model, 4, 0.75, 3)[:, None], 0.5)
    torch.testing.assert_close(picture(model, view), model.G.synthesis(w).detach(), rtol=0, atol=1e-5)
    assert not torch.equal(picture(model, view), picture(model, replace(view, psi=1.0)))


def test_a_seed_and_what_belongs_to_it_count_for_nothing(ws: torch.Tensor) -> None:
    text = packed(ws)
    assert from_query(f"own={text}&seed=7&x=0.5&y=0.25&walk=3&z0=1&c=4&psi=0.5", STYLE) == View(
        STYLE, psi=0.5, own=text
    )
    assert from_query("own=&seed=7", STYLE) == View(STYLE, 7)


@pytest.mark.parametrize("text", BAD_FORMS)
def test_a_link_with_a_bad_one(text: str) -> None:
    with pytest.raises(ConfigError):
        from_query({"own": text}, STYLE)


def test_points_have_none(ws: torch.Tensor) -> None:
    model = odd_model("points")
    with pytest.raises(ConfigError, match="points, 2,000 at once"):
        picture(model, View(model.name, own=packed(torch.zeros(1, model.G.w_dim))))


def test_the_command_line_draws_its_link(tmp_path: Path, model: Model, ws: torch.Tensor) -> None:
    view, out = View(STYLE, psi=0.8, own=packed(ws)), tmp_path / "own.png"
    main(["sample", STYLE, "--view", f"https://example.org/?{view.query()}", "--out", str(out), "--scale", "1"])
    assert np.array_equal(np.asarray(Image.open(out)), to_pixels(picture(model, view))[0, ..., 0].numpy())
    with pytest.raises(ConfigError, match="another model"):
        main(["sample", "fashion-style", "--view", f"own={packed(ws[:-1])}", "--out", str(out)])
    with pytest.raises(ConfigError, match="--class has no meaning"):
        main(["sample", STYLE, "--view", view.query(), "--class", "3", "--out", str(out)])


def test_edits_of_seeds_stay_what_they_were(model: Model) -> None:
    """Directions on some layers leave the others alone, to the last bit."""
    z, c = z_from_seeds([3], model.G.z_dim), torch.tensor([1])
    plain, edits = edited_w(model, z, 1.0, Edits(), c), Edits({}, {0: 2.0})
    some = edited_w(model, z, 1.0, replace(edits, layers=(1, 2)), c)
    everywhere = edited_w(model, z, 1.0, edits, c)
    assert torch.equal(some[0, [0, 3, 4, 5]], plain.expand(4, -1))
    assert torch.equal(some[0, 1:3], everywhere.expand(2, -1))


# ---- the interface for notebooks


def test_sample_takes_ws(model: Model, ws: torch.Tensor) -> None:
    both = torch.stack([ws, ws.flip(0)])
    moved = Edits({}, {0: 1.5}, layers=(0, 2))
    assert torch.equal(gan.sample(model, ws=both, psi=0.8, edits=moved), render_ws(model, both, 0.8, moved))
    assert torch.equal(gan.sample(model, ws=both.double().numpy()), render_ws(model, both))
    told = gan.sample(model, ws=both, psi=0.3, c=[8, 2])
    assert torch.equal(told, render_ws(model, both, 0.3, c=torch.tensor([8, 2])))
    gan.sample(model, ws=both).add_(1)
    for wrong in (
        {"seeds": [1], "ws": both},
        {},
        {"ws": both[0]},
        {"ws": both, "c": [1, 2, 3]},
        {"ws": both, "psi": 3},
    ):
        with pytest.raises(gan.GanError):
            gan.sample(model, **wrong)


@pytest.mark.parametrize(("path", "turn"), [("slerp", "loop"), ("spline", "ping-pong"), ("circle", "once")])
def test_a_film_through_ws_and_seeds(model: Model, ws: torch.Tensor, path: str, turn: str) -> None:
    """Every layer travels at once, from one's own to a seed that stands in every layer; psi is of the keys."""
    frames = gan.interpolate(model, [7], frames=3, path=path, turn=turn, psi=0.8, c=4, ws=ws[None])
    w = model.G.mapping(z_from_seeds([7], model.G.z_dim), torch.tensor([4]))
    keys = torch.stack([model.w_avg[3].lerp(ws, 0.8), model.w_avg[4].lerp(ws_of(model.G, w)[0], 0.8)])
    centre = model.w_avg[[3, 4]].mean(0) if path == "circle" else torch.zeros(model.G.w_dim)
    way = tour((keys - centre).flatten(1), 3, path, turn).unflatten(1, (-1, model.G.w_dim)) + centre
    assert torch.equal(frames, to_pixels(model.G.synthesis(way).detach()))
    alone = gan.interpolate(model, frames=3, path=path, turn=turn, psi=0.8, ws=torch.stack([ws, ws_of(model.G, w)[0]]))
    assert alone.shape == frames.shape


def test_films_of_ws_that_cannot_be(model: Model, ws: torch.Tensor) -> None:
    both = torch.stack([ws, ws])
    for wrong, said in (
        ({"ws": ws[None]}, "two key frames"), ({"ws": both, "path": "circle"}, "different"),
        ({"ws": both, "frames": 0}, "frames"), ({"ws": both, "path": "zigzag"}, "goes by"), ({}, "seed"),
        ({"ws": both, "psi": -1.0}, "psi"), ({"ws": both, "seeds": [-1]}, "a seed"),
    ):  # fmt: skip
        with pytest.raises(gan.GanError, match=said):
            gan.interpolate(model, **wrong)
    points = odd_model("points")
    with pytest.raises(gan.GanError, match="points"):
        gan.interpolate(points, ws=torch.zeros(2, 1, points.G.w_dim))
