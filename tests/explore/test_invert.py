"""Inversion: Adam on ws against torch's own, what weighs in its error, and how pictures come nearer."""

import math

import pytest
import torch

from core_fixtures import seed
from gan.errors import ConfigError
from gan.explore.damage import luminance, shrunk
from gan.explore.invert import (
    DRAWN,
    Pull,
    again,
    as_ws,
    decibels,
    errors_of,
    fit,
    images_of,
    invert,
    nearest_sample,
    sample_ws,
    starts,
    synthesis,
)
from gan.models.checkpoint import load_model
from gan.models.encoders import new_encoder
from gan.models.latent_statistics import w_spread
from gan.models.model import Model
from odd_models import odd_model


@pytest.fixture(scope="module", params=["style, 8 pixels", "classes of an mlp", "norms of an mlp"])
def model(request: pytest.FixtureRequest) -> Model:
    return odd_model(request.param)


def drawn(model: Model, count: int = 3) -> torch.Tensor:
    """ws that the model could draw."""
    w, _ = sample_ws(model.G, count)
    return as_ws(model.G, w)


def whole(images: torch.Tensor) -> torch.Tensor:
    return torch.ones_like(images)


def test_an_error_counts_what_is_known_alone() -> None:
    images, target = torch.zeros(2, 3, 2, 2), torch.ones(1, 3, 2, 2)
    target[:, :, 0] = 5.0
    known = torch.tensor([[0.0, 0.0], [1.0, 0.5]])[None, None]
    assert torch.allclose(errors_of(images, target, known), torch.ones(2))
    assert errors_of(images, target, torch.zeros(1, 1, 2, 2)).tolist() == [0.0, 0.0]


def test_a_step_is_adams(model: Model) -> None:
    """Against torch.optim.Adam on (w - mean) / sd, with the same error, pull and falling rate."""
    ws, target = drawn(model), images_of(model, drawn(model).flip(0))
    mean, sd = w_spread(model.G)
    pull, steps, lr = Pull(0.02, 0.01), 4, 0.05
    u = ((ws - mean) / sd).clone().requires_grad_(True)
    adam = torch.optim.Adam([u], lr)
    seen = []
    for step in range(steps + 1):
        adam.param_groups[0]["lr"] = lr * (1 + math.cos(math.pi * step / steps)) / 2
        error = (synthesis(model.G, mean + sd * u) - target).square().mean((1, 2, 3))
        seen.append((error.detach(), u.detach().clone()))
        spread = (u - u.mean(1, keepdim=True)).square().mean((1, 2))
        adam.zero_grad()
        (error + pull.mean * u.square().mean((1, 2)) + pull.layers * spread).sum().backward()
        adam.step()
    found, errors = fit(model, ws, target, whole(target), steps=steps, lr=lr, pull=pull)
    every = torch.stack([error for error, _ in seen])
    assert torch.allclose(errors, every.amin(0), atol=1e-5)
    best = torch.stack([seen[int(k)][1][i] for i, k in enumerate(every.argmin(0))])
    assert torch.allclose(found, mean + sd * best, atol=2e-3)


def test_the_best_seen_is_kept_and_every_step_told(model: Model) -> None:
    ws = drawn(model)
    target, told = images_of(model, ws), []
    found, errors = fit(model, ws, target, whole(target), steps=3, lr=1.0, on_step=told.append)
    assert told == [1, 2, 3]
    assert torch.allclose(errors, torch.zeros(3), atol=1e-9)
    assert torch.allclose(found, ws, atol=1e-4)


def test_starts_do_not_look_at_one_another(model: Model) -> None:
    ws, target = drawn(model), images_of(model, drawn(model, 4)[3:])
    together, _ = fit(model, ws, target, whole(target), steps=5)
    alone, _ = fit(model, ws[1:2], target, whole(target), steps=5)
    assert torch.allclose(together[1:2], alone, atol=1e-3)


def test_tiny_and_grey_targets() -> None:
    model = load_model("faces-style-64")
    ws = drawn(model, 2)
    target = luminance(shrunk(images_of(model, ws[1:]), 4))
    assert target.shape == (1, 1, 16, 16)
    _, errors = fit(model, ws, target, whole(target), shrink=4, grey=True, steps=1)
    assert errors[1] < 1e-8 < errors[0]


def test_pictures_come_nearer_with_steps_and_without_an_encoder(model: Model) -> None:
    images = images_of(model, drawn(model, 9)[6:])
    _, before = invert(model, images, None, steps=0)
    ws, after = invert(model, images, None, steps=30)
    assert (after <= before).all()
    assert after.mean() < before.mean() or before.mean() < 1e-6
    assert torch.allclose(errors_of(images_of(model, ws), images, whole(images)), after, atol=1e-5)


def test_an_easy_start_is_the_nearest_of_those_near_the_guess(model: Model) -> None:
    w, _ = sample_ws(model.G)
    guess = as_ws(model.G, w[:1])[0]
    image = images_of(model, as_ws(model.G, w[40:41]))[0]
    near = ((w - w[0]) / w_spread(model.G)[1]).square().sum(1).argsort(stable=True)[:DRAWN]
    ws = as_ws(model.G, w[near])
    best = (images_of(model, ws) - image).square().mean((1, 2, 3)).argmin()
    assert torch.equal(nearest_sample(model, image, guess), ws[best][None])


def test_the_faithful_start_is_the_encoders_guess(model: Model) -> None:
    encoder = new_encoder(model, "encoder", seed()).eval()
    images = images_of(model, drawn(model))
    assert torch.equal(starts(model, images, encoder, "faithful"), encoder(images).detach())
    with pytest.raises(ConfigError, match="faithful or easy, not 'quick'"):
        invert(model, images, encoder, "quick")
    with pytest.raises(ConfigError, match="not"):
        invert(model, images[:, :, 1:], encoder)


def test_again_adds_what_is_missing(model: Model) -> None:
    encoder = new_encoder(model, "encoder", seed()).eval()
    ws = drawn(model)
    images = images_of(model, ws)
    assert torch.allclose(again(model, encoder, images, ws), ws, atol=1e-5)
    moved = again(model, encoder, images.flip(0), ws, 1.0)
    assert torch.allclose(moved - ws, encoder(images.flip(0)).detach() - encoder(images).detach(), atol=1e-4)


def test_decibels() -> None:
    target = torch.zeros(2, 1, 2, 2)
    images = torch.stack([torch.full((1, 2, 2), 0.2), torch.zeros(1, 2, 2)])
    assert decibels(images, target).tolist() == pytest.approx([20.0, 100.0], abs=1e-3)
