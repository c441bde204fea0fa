"""Differentiable augmentation: what each does, and that it can be repeated and learned through."""

import pytest
import torch
from torch import Tensor

from core_fixtures import seed
from gan.recipe.augment import AUGMENTATIONS, FOR_SMALL, SMALL, augment, augmentations_for

by_name = pytest.mark.parametrize("name", AUGMENTATIONS)


def images(n: int = 40, r: int = 16) -> Tensor:
    return torch.rand(n, 3, r, r, generator=seed()) * 2 - 1


@by_name
def test_same_generator_same_result_and_shape(name: str) -> None:
    first = augment(images(), name, seed(1))
    assert first.shape == images().shape
    assert torch.equal(first, augment(images(), name, seed(1)))
    assert not torch.equal(first, augment(images(), name, seed(2)))
    assert not torch.equal(first, images())


@pytest.mark.parametrize("name", sorted({*AUGMENTATIONS} - {"flip"}))
def test_each_picture_is_changed_in_its_own_way(name: str) -> None:
    out = augment(images(1).expand(40, -1, -1, -1), name, seed(1))
    assert len(out.unique(dim=0)) > 10


@by_name
def test_gradient_passes(name: str) -> None:
    x = images().requires_grad_(True)
    augment(x, name, seed(1)).sum().backward()
    assert x.grad is not None
    assert (x.grad.flatten(1).abs().sum(1) > 0).all()


def test_nothing_named_changes_nothing() -> None:
    assert torch.equal(augment(images(), "", seed()), images())


def test_names_are_applied_in_order() -> None:
    generator = seed(5)
    by_hand = AUGMENTATIONS["cutout"](AUGMENTATIONS["shift"](images(), generator), generator)
    assert torch.equal(augment(images(), "shift,cutout", seed(5)), by_hand)


def test_color_moves_brightness_and_scales_contrast() -> None:
    x = images(500)
    out = augment(x, "color", seed(1))
    moved = (out.mean((1, 2, 3)) - x.mean((1, 2, 3))).abs()
    scaled = out.std((1, 2, 3)) / x.std((1, 2, 3))
    assert moved.max() <= 0.5001
    assert moved.max() > 0.4
    assert 0.5 <= scaled.min() < 0.55
    assert 1.45 < scaled.max() <= 1.5
    signed = out.mean((1, 2, 3)) - x.mean((1, 2, 3))
    assert torch.corrcoef(torch.stack([signed, scaled]))[0, 1].abs() < 0.2  # each drawn for itself


def test_shift_moves_the_whole_picture_and_brings_in_black() -> None:
    r, reach = 16, 2
    x = torch.full((300, 1, r, r), -1.0)
    x[:, 0, 5, 9] = 1.0
    out = augment(x, "shift", seed(1))
    _, _, row, column = (out == 1).nonzero().T
    assert len(row) == 300
    assert set((row - 5).tolist()) == set(range(-reach, reach + 1))
    assert set((column - 9).tolist()) == set(range(-reach, reach + 1))
    assert ((out == 1) | (out == -1)).all()


def test_shift_never_shows_more_than_an_eighth_of_black() -> None:
    out = augment(torch.ones(200, 1, 16, 16), "shift", seed(1))
    assert out.mean((1, 2, 3)).min() >= 2 * (14 / 16) ** 2 - 1 - 1e-6
    assert (out == -1).any()


def test_cutout_cuts_one_square() -> None:
    out = augment(torch.ones(200, 3, 16, 16), "cutout", seed(1))
    assert ((out == 0) | (out == 1)).all()
    assert torch.equal(out[:, 0], out[:, 2])
    hole = out[:, 0] == 0
    sizes = hole.sum((1, 2))
    assert sizes.max() == 9 * 9  # r // 4 on each side of the centre
    assert sizes.min() >= 25
    assert (hole.any(1).sum(1) * hole.any(2).sum(1) == sizes).all()  # a rectangle
    assert (hole.any(1) != hole.any(2)).any()  # not on the diagonal alone


def test_flip_mirrors_half_of_the_pictures() -> None:
    x = images(400)
    out = augment(x, "flip", seed(1))
    mirrored = (out == x.flip(3)).flatten(1).all(1)
    assert ((out == x).flatten(1).all(1) | mirrored).all()
    assert 150 < mirrored.sum() < 250


def test_auto_is_for_small_sets_alone() -> None:
    assert augmentations_for("auto", SMALL - 1) == FOR_SMALL
    assert augmentations_for("auto", SMALL) == ""
    assert augmentations_for("cutout", 10) == "cutout"
    assert augmentations_for("", 10) == ""
