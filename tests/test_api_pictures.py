"""`import gan`: pictures of one's own become latents and whole again, and mistakes are answered."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

import gan
from core_fixtures import tiny_model
from gan.errors import GanError
from gan.models.checkpoint import load_model
from gan.models.model import Model


@pytest.fixture(scope="module")
def digits() -> Model:
    return tiny_model()


def test_pictures_become_latents_and_pictures_again(digits: Model) -> None:
    images = gan.sample(digits, range(3))
    ws = gan.invert(digits, images, steps=60)
    assert ws.shape == (3, 1, digits.G.w_dim)
    made = digits.G.synthesis(ws[:, 0])
    assert (made - images).square().mean() < 0.2 * (images - images.mean(0)).square().mean()
    assert not torch.equal(gan.invert(digits, images, way="easy", steps=np.int64(0)), ws)
    style = load_model("mnist-style")
    ws = gan.invert(style, gan.sample(style, 5), steps=0)
    assert style.G.synthesis(ws).shape == (1, 1, 28, 28)


def test_a_damaged_picture_is_made_whole(digits: Model) -> None:
    (image,) = gan.sample(digits, 3)
    mask = torch.zeros(8, 8, dtype=torch.bool)
    mask[:, 5:] = True
    found = gan.repair(digits, image, mask=mask, answers=3)
    assert found.shape[1:] == (1, 8, 8)
    assert 1 <= len(found) <= 3
    assert torch.equal(found[..., :5], image[None, :, :, :5].expand(len(found), -1, -1, -1))
    assert gan.repair(digits, image, denoise=True).shape == (1, 1, 8, 8)
    small = torch.nn.functional.avg_pool2d(image, 2)
    large = gan.repair(digits, small, enlarge=2)
    assert torch.allclose(torch.nn.functional.avg_pool2d(large[0], 2), small, atol=1e-5)


def test_a_model_of_a_task_repairs_what_it_was_trained_for() -> None:
    small = torch.linspace(-1, 1, 16).expand(3, 16, 16)
    large = gan.repair(gan.load("faces-enlarge-64"), small, enlarge=4)
    assert large.shape == (1, 3, 64, 64)
    assert (torch.nn.functional.avg_pool2d(large[0], 4) - small).abs().mean() < 0.1


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda model, image: gan.invert(model, image[None], way="fast"), "faithful or easy"),
        (lambda model, image: gan.invert(model, image[None], steps=-1), "steps must be"),
        (lambda model, image: gan.invert(model, image), "takes images"),
        (lambda model, image: gan.invert(model, 3 * image[None]), "from -1 to 1"),
        (lambda model, image: gan.invert(model, image[None].byte()), "from -1 to 1"),
        (lambda model, image: gan.repair(model, image), "name one damage"),
        (lambda model, image: gan.repair(model, image, denoise=True, enlarge=2), "name one damage"),
        (lambda model, image: gan.repair(model, image, enlarge=3), "enlarge is 2 or 4"),
        (lambda model, image: gan.repair(model, image, enlarge=2), "takes images"),
        (lambda model, image: gan.repair(model, image, mask=torch.ones(4, 4)), "the mask is"),
        (lambda model, image: gan.repair(model, image, mask=torch.ones(8, 8)), "covers the whole picture"),
        (lambda model, image: gan.repair(model, image, denoise=True, answers=9), "answers must be"),
        (lambda model, image: gan.repair(model, image, denoise=True, answers=0), "answers must be"),
        (lambda model, image: gan.invert(model, image[None][:0]), "there is no image"),
        (lambda model, image: gan.invert(model, image[None], way=["easy"]), "faithful or easy"),
        (lambda model, image: gan.invert(gan.load("faces-enlarge-64"), image[None]), "has no seeds"),
        (
            lambda model, image: gan.repair(gan.load("faces-enlarge-64"), torch.zeros(3, 16, 16), enlarge=4, answers=2),
            "one answer",
        ),
        (
            lambda model, image: gan.repair(gan.load("faces-enlarge-64"), torch.zeros(3, 64, 64), denoise=True),
            "was trained for one repair",
        ),
    ],
)
def test_a_mistake_with_a_picture_is_one_sentence(
    digits: Model, call: Callable[[Model, torch.Tensor], object], said: str
) -> None:
    with pytest.raises(GanError, match=said) as caught:
        call(digits, gan.sample(digits, 0)[0])
    assert "\n" not in str(caught.value)
