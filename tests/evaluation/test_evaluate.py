"""What is judged against what: which held-out pictures, of which classes, in which colours."""

from dataclasses import replace

import pytest
import torch

from core_fixtures import made_up, tiny_model
from gan.data.stored import Stored, at_most
from gan.errors import DataError
from gan.evaluation.evaluate import check_same, fakes, figures_of
from gan.media.images import to_images
from gan.media.pictures import coloured_as


@pytest.fixture(autouse=True)
def no_classifier(monkeypatch: pytest.MonkeyPatch) -> None:
    """One figure trains classifiers for two seconds, and nothing here asks what it is."""
    monkeypatch.setattr("gan.evaluation.evaluate.two_sample", lambda real, fake: 0.5)


def test_all_pictures_or_so_many_at_random() -> None:
    assert torch.equal(at_most(10, 10), torch.arange(10))
    assert torch.equal(at_most(10, 50), torch.arange(10))
    part = at_most(1_000, 100)
    assert torch.equal(part, at_most(1_000, 100))
    assert len(part.unique()) == 100
    assert 400 < part.float().mean() < 600  # not the first of them


def test_a_part_of_pictures_in_order_is_as_good_as_all_of_them() -> None:
    """A folder's pictures lie class by class: the first hundred are of one class."""
    noise = made_up(600).rows // 8
    some = Stored(torch.cat([noise[:300], 255 - noise[300:]]), torch.arange(600) // 300, ("dark", "light"))
    found = figures_of(tiny_model(), some, some, to_images(some.rows[250:350]))
    assert found["frechet_real"] < 5
    assert found["frechet"] < 5
    assert found["coverage"] > 0.3


def test_one_picture_again_and_again_is_precise_and_covers_nothing() -> None:
    """Each figure is of what it is said to be of: precision of the fakes, recall and coverage of the real ones."""
    some = made_up(200)
    found = figures_of(tiny_model(), some, some, to_images(some.rows[:1]).repeat(200, 1, 1, 1))
    assert found["precision"] == 1
    assert found["recall"] < 0.1
    assert found["coverage"] < 0.1
    assert found["recall_real"] > 0.9


def test_another_seed_is_another_sampling() -> None:
    model, reals = tiny_model(), made_up()
    one, again, other = (fakes(model, reals, 20, seed)[0] for seed in (0, 0, 1))
    assert torch.equal(one, again)
    assert not any(torch.equal(a, b) for a in one for b in other)


def test_data_that_changed_since_the_training_are_named() -> None:
    model = tiny_model(condition="class")
    check_same(model, made_up())
    for classes in (("one", "two", "three", "four"), ("two", "one", "three")):
        with pytest.raises(DataError, match="learnt other classes than digits has now"):
            check_same(model, replace(made_up(), classes=classes))
    with pytest.raises(DataError, match="learnt samples of 1x8x8, and digits has 3x8x8 now"):
        check_same(model, made_up(channels=3))


def test_one_part_is_coloured_as_the_other() -> None:
    grey, coloured = made_up(4).rows, made_up(4, channels=3).rows
    assert coloured_as(grey, grey) is grey
    assert coloured_as(grey, coloured).shape == coloured.shape
    assert torch.equal(coloured_as(grey, coloured)[..., 2:], grey)
    mean = coloured.float().mean(3)
    assert (coloured_as(coloured, grey)[..., 0] - mean).abs().max() <= 0.5
