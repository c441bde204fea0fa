"""Repair: what is certain stays, noise is judged by what is under it, and one hole has several answers."""

import pytest
import torch

from core_fixtures import seed
from gan.errors import ConfigError
from gan.explore.damage import MEASURED_DAMAGES, downscaled, greyed, noisy, salted, shrunk, with_hole
from gan.explore.invert import images_of, sample_ws
from gan.explore.repair import (
    ALIKE,
    CAREFUL,
    CLASSES,
    GUESSED,
    STRONG,
    STRONG_STEPS,
    WITHIN,
    apart,
    clipped_mean,
    difference,
    kept,
    noise_of,
    other_starts,
    repair,
    several,
    task,
)
from gan.media.images import luma
from gan.models.checkpoint import load_model
from gan.models.encoders import new_encoder
from gan.models.model import Model
from gan.networks.ws import as_ws
from odd_models import odd_model


@pytest.fixture(scope="module")
def model() -> Model:
    return odd_model("style, 8 pixels")


def own(model: Model, count: int = 2) -> torch.Tensor:
    return images_of(model, as_ws(model.G, sample_ws(model.G, count)[0]))


def left_half(images: torch.Tensor) -> torch.Tensor:
    known = torch.zeros(1, 1, *images.shape[2:])
    known[..., : images.shape[3] // 2] = 1
    return known


def test_what_is_known_for_certain_stays(model: Model) -> None:
    images = own(model)
    damaged = with_hole(images, left_half(images))
    found = repair(model, damaged)
    assert torch.equal(found.images[..., :4], images[..., :4])
    assert not torch.equal(found.images[..., 4:], damaged.pictures[..., 4:])
    assert found.errors.shape == (2,)


def test_a_tiny_picture_keeps_its_blocks_and_a_grey_one_its_luma() -> None:
    made = torch.rand(2, 3, 8, 8, generator=seed()) - 0.5
    images = made.roll(1, 0) * 0.5
    assert torch.allclose(shrunk(kept(downscaled(images, 4), made), 4), shrunk(images, 4), atol=1e-5)
    assert torch.allclose(luma(kept(greyed(images), made)), luma(images), atol=1e-5)
    noise = noisy(images, 0.1, seed())
    assert torch.equal(kept(noise, made), made)


def test_the_mean_of_clipped_noise() -> None:
    values = torch.tensor([-1.0, -0.4, 0.0, 0.9])[:, None, None, None]
    sd = torch.tensor(0.8)
    many = (values + sd * torch.randn(4, 1, 1, 200_000, generator=seed())).clamp(-1, 1).mean((1, 2, 3))
    assert torch.allclose(clipped_mean(values, sd).flatten(), many, atol=5e-3)


def test_noise_is_measured_against_what_is_under_it() -> None:
    images = torch.where(torch.rand(4, 1, 64, 64, generator=seed(3)) < 0.5, -1.0, 0.2)
    sd, inside = noise_of(noisy(images, 0.1, seed()).pictures, images)
    assert sd.flatten().tolist() == pytest.approx([0.2] * 4, abs=0.02)
    assert inside.mean() > 0.99
    images = images.sign()
    sd, inside = noise_of(salted(images, 0.2, seed()).pictures, images)
    assert 0.87 < inside.mean() < 0.93  # half of what is hidden has its own value
    assert sd.max() < 0.01
    assert (noise_of(noisy(images, 0.5, seed()).pictures, images)[1] == 1).all()


def test_salt_and_pepper_are_white_and_black() -> None:
    images = torch.where(torch.rand(4, 1, 64, 64, generator=seed(3)) < 0.5, -1.0, 1.0)
    pictures = salted(images, 0.2, seed()).pictures
    pictures[:, :, 0] = 0.1  # far from the guess, and grey: the guess is wrong there
    pictures[:, :, 1] = -images[:, :, 1]
    _, inside = noise_of(pictures, images)
    assert (inside[:, :, 0] == 1).all()
    assert (inside[:, :, 1] == 0).all()


def test_the_stronger_the_noise_the_stronger_the_pull() -> None:
    images = torch.where(torch.rand(4, 1, 32, 32, generator=seed(3)) < 0.5, -1.0, 1.0)
    weak, strong = (task(noisy(images, level, seed()), images) for level in (0.02, 0.6))
    assert CAREFUL.layers <= weak.pull.layers < strong.pull.layers == pytest.approx(STRONG.layers)
    assert weak.steps > strong.steps == STRONG_STEPS
    black = strong.target[images < 0].mean().item()
    assert black == pytest.approx(-1.0, abs=0.03)  # what clipping added is taken off


def test_a_completion_is_within_the_bound_and_differs_from_the_others(model: Model) -> None:
    images = own(model, 1)
    damaged = with_hole(images, left_half(images))
    found = several(model, damaged)
    assert 1 <= len(found.images) <= 4
    assert (found.errors <= WITHIN[0] * found.errors.min() + WITHIN[1]).all()
    assert (found.images[..., :4] == images[..., :4]).all()
    for i in range(len(found.images)):
        assert all(difference(damaged, found.images[i], found.images[j]) > ALIKE**2 for j in range(i))
    assert len(several(model, damaged, None, 1).images) == 1
    assert torch.allclose(found.images[0], repair(model, damaged).images[0], atol=1e-3)


def test_answers_differ_where_nothing_is_known() -> None:
    damaged = with_hole(torch.zeros(1, 1, 4, 4), left_half(torch.zeros(1, 1, 4, 4)))
    a, b = torch.zeros(1, 4, 4), torch.zeros(1, 4, 4)
    b[..., :2] = 1
    assert difference(damaged, a, b) == 0
    b[..., 3] = 0.5
    assert difference(damaged, a, b) == pytest.approx(0.125)


def test_a_learnt_guess_has_a_say_where_nothing_is_known(model: Model) -> None:
    images = own(model)
    damaged, guess = with_hole(images, left_half(images)), images.flip(0)
    learnt, plain = task(damaged, guess), task(damaged, guess, learnt=False)
    assert torch.equal(learnt.target[..., :4], images[..., :4])
    assert torch.equal(learnt.target[..., 4:], guess[..., 4:])
    assert learnt.known[0, 0, 0].tolist() == pytest.approx([1.0] * 4 + [GUESSED] * 4)
    assert learnt.pull.start > 0 == plain.pull.start
    assert torch.equal(plain.known, damaged.known)


def test_other_starts_are_of_other_classes() -> None:
    model = load_model("mnist-style")
    images = own(model, 1)
    damaged = with_hole(images, left_half(images))
    guess = new_encoder(model, "repair", seed()).eval()(damaged.seen()).detach()[0]
    ws = other_starts(model, damaged, guess)
    assert ws.shape == (CLASSES, model.G.num_ws, model.G.w_dim)
    w, c = sample_ws(model.G)
    classes = [int(c[(w == one[0]).all(1).nonzero()[0, 0]]) for one in ws]
    assert len(set(classes)) == CLASSES


def test_without_classes_starts_lie_apart() -> None:
    points = torch.tensor([[0.0], [0.1], [9.0], [5.0]])
    assert apart(points, 3).tolist() == [0, 2, 3]
    assert apart(points, 9).tolist() == [0, 2, 3, 1]
    model = odd_model("norms of an mlp")
    images = own(model, 1)
    damaged = with_hole(images, left_half(images))
    ws = other_starts(model, damaged, as_ws(model.G, sample_ws(model.G)[0][:1])[0])
    assert len({tuple(one.flatten().tolist()) for one in ws}) == len(ws) == CLASSES


def test_what_cannot_be_repaired(model: Model) -> None:
    images = own(model)
    with pytest.raises(ConfigError, match="the mask covers the whole picture"):
        repair(model, with_hole(images, torch.zeros(1, 1, 8, 8)))
    with pytest.raises(ConfigError, match="of the shape"):
        repair(model, MEASURED_DAMAGES["x2"](images[..., :4, :4], seed()))
