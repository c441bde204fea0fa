"""Clips are composed when they are drawn: a picture swings to the right, to the left and back."""

import torch

from gan.data.clips import FRAMES, HUNG, LEAST, MOST, ORDER, Swinging, swung
from gan.media.clips import CLIPS, centres, tensors, turning


def bars(n: int = 6) -> torch.Tensor:
    """Pictures uint8 [n, 28, 28, 1] of a bar that hangs from where pictures turn, with a foot."""
    pictures = torch.zeros(n, 28, 28, 1, dtype=torch.uint8)
    pictures[:, 4:22, 12:16] = 255
    pictures[:, 18:22, 16:19] = 128
    return pictures


def swinging(n: int = 6) -> Swinging:
    return Swinging(bars(n), torch.arange(n) % 2, ("a", "b"), medium=CLIPS, traits={"hung": list(HUNG)})


def test_a_picture_swings_to_the_right_first_and_comes_back() -> None:
    clips = swung(bars(2)[..., 0], torch.tensor([20.0, 30.0]))
    assert clips.shape == (2, FRAMES, 28, 28)
    assert torch.equal(clips[:, 0], bars(2)[..., 0])
    assert torch.equal(clips[:, 0], clips[:, 4])
    away = centres(tensors(clips, {})) - 13.5
    assert (away[:, 1:4] > away[:, :1] + 1).all()
    assert (away[:, 5:] < away[:, :1] - 1).all()
    assert (away[1, 2] - away[0, 2]) > 0.5  # further, where it swings further
    places = torch.tensor(ORDER)
    assert ((places.roll(-1) - places).abs() == 1).sum() == FRAMES  # no frame is jumped over, at the seam neither


def test_it_turns_as_far_as_it_is_told() -> None:
    clips = tensors(swung(bars(2)[..., 0], torch.tensor([15.0, 30.0])), {})
    assert turning(clips, HUNG).tolist() == [30, 60]


def test_clips_are_others_each_time_with_the_labels_of_their_pictures() -> None:
    data, generator = swinging(), torch.Generator().manual_seed(0)
    assert data.shape == (FRAMES, 28, 28)
    first, c = data.labelled(40, generator)
    assert first.shape == (40, FRAMES, 28, 28)
    assert c is not None
    assert set(c.tolist()) == {0, 1}
    assert (first.min(), first.max()) == (-1, 1)
    again, _ = data.labelled(40, torch.Generator().manual_seed(0))
    assert torch.equal(first, again)
    assert not torch.equal(first, data.sample(40, generator))
    part, c_part = data.labelled(40, torch.Generator().manual_seed(0), slice(10, 20))
    assert torch.equal(part, first[10:20])
    assert c_part is not None
    assert torch.equal(c_part, c[10:20])


def test_each_picture_is_one_clip_where_all_are_wanted() -> None:
    data = swinging()
    clips = data.samples_of(data.rows)
    assert torch.equal(clips[:, 0], tensors(data.rows[..., 0][:, None], {})[:, 0])
    assert torch.equal(clips, data.samples_of(data.rows))
    turns = turning(clips, HUNG)
    assert 2 * LEAST <= turns.min() < turns.max() - LEAST < 2 * MOST


def test_how_far_it_swings_is_drawn_between_the_least_and_the_most() -> None:
    turns = turning(swinging().sample(60, torch.Generator().manual_seed(0)), HUNG)
    assert 2 * LEAST - 3 <= turns.min() < turns.max() <= 2 * MOST + 3


def test_few_are_composed_and_both_parts_are_compared() -> None:
    data, generator = swinging(), torch.Generator().manual_seed(0)
    assert data.few(5, generator).shape == (5, FRAMES, 28, 28)
    compared = data.compared(swinging(), 30, 0)
    assert compared.train.shape == compared.test.shape == (30, FRAMES, 28, 28)
    assert compared.c is not None
    assert not torch.equal(compared.train, compared.test)
