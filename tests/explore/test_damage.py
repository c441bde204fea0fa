"""Known damages: what is left, what is known of it, and what an encoder for repair sees."""

import pytest
import torch

from core_fixtures import seed
from gan.explore.damage import (
    MEASURED_DAMAGES,
    Damaged,
    damaged_at_random,
    downscaled,
    greyed,
    noisy,
    salted,
    shrunk,
    stained,
    with_hole,
)
from gan.media.images import luma

IMAGES = torch.rand(40, 1, 28, 28, generator=seed(1)) * 2 - 1
COLOURS = torch.rand(9, 3, 8, 8, generator=seed(1)) * 2 - 1


@pytest.mark.parametrize("name", MEASURED_DAMAGES)
def test_a_damage_is_drawn_by_its_seed_and_leaves_something(name: str) -> None:
    damaged, again, other = (MEASURED_DAMAGES[name](IMAGES, seed(number)) for number in (0, 0, 1))
    assert torch.equal(damaged.seen(), again.seen())
    assert damaged.shrink > 1 or not torch.equal(damaged.seen(), other.seen())
    assert damaged.pictures.shape == IMAGES.shape
    assert damaged.known.flatten(1).any(1).all()
    assert not torch.equal(damaged.pictures, IMAGES)
    if damaged.certain and damaged.shrink == 1:
        assert torch.equal(damaged.pictures * damaged.known, IMAGES * damaged.known)


@pytest.mark.parametrize(
    ("name", "share"), [("box", 0.75), ("half", 0.5), ("strokes", 0.67), ("stains", 0.83), ("x4", 1.0)]
)
def test_as_much_is_known_as_is_said(name: str, share: float) -> None:
    assert MEASURED_DAMAGES[name](IMAGES, seed()).known.mean().item() == pytest.approx(share, abs=0.06)


def test_every_side_is_missing_from_some_half() -> None:
    known = MEASURED_DAMAGES["half"](IMAGES, seed()).known
    assert len({tuple(one.flatten().tolist()) for one in known}) == 4


def test_what_is_unknown_is_mid_grey_to_an_encoder_and_a_stain_is_not_to_the_eye() -> None:
    damaged = stained(IMAGES, seed())
    seen = damaged.seen()
    hidden = damaged.known == 0
    assert seen.shape == (40, 2, 28, 28)
    assert (seen[:, :1][hidden] == 0).all()
    assert (damaged.pictures[hidden] != 0).any()
    assert torch.equal(seen[:, 1:], damaged.known)


def test_noise_is_of_the_whole_range_and_clipped() -> None:
    damaged = noisy(torch.zeros(20, 1, 28, 28), 0.2, seed())
    assert damaged.pictures.std().item() == pytest.approx(0.4, abs=0.02)
    assert damaged.pictures.abs().max() == 1.0
    assert not damaged.certain


def test_salt_and_pepper_hide_a_share_in_every_channel() -> None:
    damaged = salted(COLOURS.repeat(20, 1, 1, 1), 0.2, seed())
    ends = (damaged.pictures.abs() == 1).all(1)
    assert ends.float().mean().item() == pytest.approx(0.2, abs=0.03)
    assert (damaged.pictures[:, 0][ends] > 0).float().mean().item() == pytest.approx(0.5, abs=0.06)


def test_a_tiny_picture_is_its_blocks_means_repeated() -> None:
    damaged = downscaled(IMAGES, 4)
    assert torch.allclose(shrunk(damaged.pictures, 4), shrunk(IMAGES, 4), atol=1e-6)
    assert (damaged.pictures[:, :, :4, :4] == damaged.pictures[:, :, :1, :1]).all()


def test_a_grey_picture_keeps_its_luma() -> None:
    damaged = greyed(COLOURS)
    assert torch.allclose(luma(damaged.pictures), luma(COLOURS), atol=1e-6)
    assert (damaged.pictures[:, 0] == damaged.pictures[:, 2]).all()
    assert luma(torch.tensor([1.0, 0.0, 0.0])[None, :, None, None]).item() == pytest.approx(0.299)


def test_a_mask_is_yes_or_no() -> None:
    damaged = with_hole(IMAGES, torch.full((1, 1, 28, 28), 0.4))
    assert not damaged.known.any()
    assert isinstance(damaged[:2], Damaged)
    assert len(damaged[:2].pictures) == len(damaged[:2].known) == 2


def test_an_encoder_learns_every_damage_in_a_batch() -> None:
    seen = damaged_at_random(IMAGES, seed())
    assert seen.shape == (40, 2, 28, 28)
    whole = seen[:, 1].flatten(1).mean(1) == 1
    assert whole.float().mean() == 0.4  # noise, salt and pepper, and the tiny ones: four of ten, boxes come thrice
    coloured = damaged_at_random(COLOURS[:1].expand(64, -1, -1, -1), seed())  # as many as an encoder's batch
    assert coloured.shape == (64, 4, 8, 8)
    assert (coloured[:, 0] == coloured[:, 2]).flatten(1).all(1).sum() == 5  # the grey ones
    assert damaged_at_random(COLOURS[:2], seed()).shape == (2, 4, 8, 8)  # fewer than there are damages
    assert damaged_at_random(IMAGES[:, :, :14, :14], seed()).shape == (40, 2, 14, 14)  # 14 is no multiple of 4
