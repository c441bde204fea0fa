"""Inversion: what is fitted, what weighs in its error, and how pictures come nearer."""

import pytest
import torch
from torch import Tensor

from core_fixtures import seed
from gan.errors import ConfigError
from gan.explore import invert as inversion
from gan.explore.damage import shrunk
from gan.explore.descent import Descent
from gan.explore.invert import (
    DRAWN,
    LEVELLED,
    OUTWARD,
    Pull,
    again,
    errors_of,
    fit,
    images_of,
    invert,
    levelled,
    nearest_sample,
    sample_ws,
    starts,
)
from gan.media.images import luma
from gan.metrics.distances import psnr
from gan.models.checkpoint import load_model
from gan.models.encoders import new_encoder
from gan.models.latent_statistics import w_spread
from gan.models.model import Model
from gan.networks.ws import as_ws, from_ws
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


def test_a_fit_goes_down_the_error_and_its_pulls(model: Model) -> None:
    """Each step by hand: (w - mean) / sd moves, by the gradient of the same error and pulls."""
    ws, target = drawn(model), images_of(model, drawn(model).flip(0))
    mean, sd = w_spread(model.G)
    pull = Pull(0.02, 0.01, 0.03)
    at = ((ws - mean) / sd).flatten(1)

    def seen(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        u = rows.reshape(ws.shape).requires_grad_(True)
        error = (model.G.synthesis(from_ws(model.G, mean + sd * u)) - target).square().mean((1, 2, 3))
        spread = (u - u.mean(1, keepdim=True)).square().mean((1, 2))
        loss = error + pull.mean * u.square().mean((1, 2)) + pull.layers * spread
        loss = loss + pull.start * (u.flatten(1) - at).square().mean(1)
        loss.sum().backward()
        assert u.grad is not None
        return error.detach(), loss.detach(), u.grad.flatten(1)

    error, loss, slope = seen(at)
    descent = Descent(at, loss, slope, ws.shape[1])
    for _ in range(5):
        other, loss, slope = seen(descent.ahead)
        error = torch.where(descent.look(loss, slope), other, error)
    found, errors = fit(model, ws, target, whole(target), steps=5, pull=pull)
    assert torch.allclose(errors, error, atol=1e-5)
    assert torch.allclose(found, mean + sd * descent.at.view(ws.shape), atol=2e-3)


def test_a_start_that_is_right_stays_and_every_step_is_told(model: Model) -> None:
    ws = drawn(model)
    target, told = images_of(model, ws), []
    found, errors = fit(model, ws, target, whole(target), steps=3, on_step=told.append)
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
    target = luma(shrunk(images_of(model, ws[1:]), 4))
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


def test_a_fit_of_a_guess_begins_at_one_w_for_all_layers_further_out(model: Model) -> None:
    ws, mean = drawn(model), w_spread(model.G)[0]
    ws = ws + torch.arange(ws.shape[1])[:, None] * 0.1
    level = levelled(model, ws)
    if not model.G.layered:
        assert torch.equal(level, ws)
        return
    assert torch.allclose(level[:, 0], level[:, -1])
    assert torch.allclose(level[:, 0] - mean, OUTWARD * (ws.mean(1) - mean), atol=1e-5)


def test_few_steps_begin_at_the_guess_itself(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder, images, begun = new_encoder(model, "encoder", seed()).eval(), images_of(model, drawn(model)), []

    def noted(model: Model, ws: Tensor, images: Tensor, *_: object, **__: object) -> tuple[Tensor, Tensor]:
        begun.append(ws)
        return ws, images.mean((1, 2, 3))

    monkeypatch.setattr(inversion, "fit", noted)
    guess = encoder(images).detach()
    for steps, way in ((LEVELLED - 1, "faithful"), (LEVELLED, "faithful"), (LEVELLED, "easy")):
        invert(model, images, encoder, way, steps)
    assert torch.equal(begun[0], guess)
    assert torch.equal(begun[1], levelled(model, guess))
    assert torch.equal(begun[2], starts(model, images, encoder, "easy"))


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
    assert psnr(images, target).tolist() == pytest.approx([20.0, 100.0], abs=1e-3)
