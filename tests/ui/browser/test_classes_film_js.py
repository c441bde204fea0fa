"""Films of models with classes and layers in JavaScript: their frames are the core's."""

import pytest
import torch

from gan.errors import ConfigError
from gan.explore import render as explore
from gan.explore.render import film_latents, film_pictures, film_shares, pictures
from gan.latents import z_from_seeds
from gan.media import images
from gan.models.model import Model
from js_core import JsCore, JsError
from js_film import SEEDS, desk, made, near, spec
from odd_models import odd_model

__all__ = ["desk"]  # a fixture

torch.set_num_threads(1)

STYLE, TOLD = "style, 8 pixels", "classes of an mlp"  # both know classes


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    return {name: odd_model(name) for name in (STYLE, TOLD)}


@pytest.mark.parametrize("name", [STYLE, TOLD])
@pytest.mark.parametrize(("path", "turn"), [("slerp", "loop"), ("spline", "ping-pong"), ("circle", "once")])
def test_a_film_goes_from_class_to_class(
    desk: JsCore, models: dict[str, Model], name: str, path: str, turn: str
) -> None:  # fmt: skip
    model, c = models[name], torch.tensor([2, 9, 2])
    keys = [{"seed": seed, "c": int(c[i])} for i, seed in enumerate(SEEDS)]
    z = film_latents(SEEDS, model.G.z_dim, 6, path, turn)
    wanted = film_pictures(model, z, 0.8, film_shares(c, 10, 6, path, turn))
    near(made(desk, spec(name, keys=keys, path=path, turn=turn, psi=0.8))["frames"], wanted)


def test_a_film_of_a_layered_model_keeps_its_edits(desk: JsCore, models: dict[str, Model]) -> None:
    """Directions of some layers, a second seed from a layer on, another class: exact at the keys, blended between."""
    model = models[STYLE]
    mix = explore.Mix(4, 2, 0.75)
    keys = [
        {"seed": 1, "c": 3, "directions": {"0": 2}, "layers": [1, 3]},
        {"seed": 7, "c": 5, "psi": 0.5, "mix": {"seed": 4, "stage": 2, "share": 0.75}},
    ]
    edits = [explore.Edits({}, {0: 2.0}, c=3, layers=(1, 3)), explore.Edits(mix=mix, c=5)]
    z = z_from_seeds([1, 7], model.G.z_dim)
    for space in ("z", "w"):
        told = made(desk, spec(STYLE, keys=keys, turn="once", frames=4, path="lerp", space=space))["frames"]
        near(told[[0, 4]], torch.cat([pictures(model, z[:1], 1.0, edits[0]), pictures(model, z[1:], 0.5, edits[1])]))
        assert (told[2] != told[0]).any() and (told[2] != told[4]).any()
    # Half-way through w lies half-way between the keys' ws, and from the mixing on so do the second ones.
    ws = [
        explore.ws_of(model.G, explore.edited_w(model, one[None], psi, edit, torch.tensor([edit.c])))
        for one, psi, edit in zip(z, (1.0, 0.5), edits, strict=True)
    ]
    middle, second = ws[0].lerp(ws[1], 0.5), ws[0].lerp(explore.mixed_w(model, 4, 0.5, 5)[:, None], 0.5)
    middle[:, 2:] = middle[:, 2:].lerp(second[:, 2:], 0.75)
    near(told[2:3], images.to_pixels(model.G.synthesis(middle).detach()))


@pytest.mark.parametrize("name", [STYLE, TOLD])
def test_a_circle_in_w_goes_round_the_mean(desk: JsCore, models: dict[str, Model], name: str) -> None:
    """Where w is mapped, 0 is no picture: half-way round lies what is opposite the first key beyond the mean."""
    model, c = models[name], torch.tensor([3, 5])
    keys = [{"seed": seed, "c": int(own)} for seed, own in zip((1, 7), c, strict=True)]
    told = made(desk, spec(name, keys=keys, path="circle", space="w", frames=4))["frames"]
    w = model.G.mapping(z_from_seeds([1, 7], model.G.z_dim), c).detach()
    middle = (model.w_avg[3] + model.w_avg[5]) / 2
    ws = torch.stack([w[0], 2 * middle - w[0]])
    near(told[[0, 4]], images.to_pixels(model.G.synthesis(ws).detach()))


def test_a_circle_needs_two_latents(desk: JsCore, models: dict[str, Model]) -> None:
    """With one seed in two classes it would stand still in z; in w there are two."""
    keys = [{"seed": 7, "c": 3}, {"seed": 7, "c": 5}]
    with pytest.raises(JsError, match="trouble_circle"):
        made(desk, spec(STYLE, keys=keys, path="circle"))
    frames = made(desk, spec(STYLE, keys=keys, path="circle", space="w"))["frames"]
    assert (frames[0] != frames[6]).any()
    with pytest.raises(ConfigError, match="two different seeds"):
        film_latents([7, 7], 4, 6, "circle", "loop")
