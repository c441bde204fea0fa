"""Drawings by a pen, made from the middle lines of pictures."""

import math

import pytest
import torch

from core_fixtures import seed
from gan.training.pen import (
    FRAMINGS,
    LEAST,
    Framing,
    Handwriting,
    any_handwriting,
    drawn,
    framed,
    middle_lines,
    moved,
    still,
    thinned,
    training_pairs,
)
from js_core import js_core

BAR = torch.full((1, 1, 20, 20), -1.0)
BAR[..., 3:17, 8:13] = 1  # a thick upright bar


def test_a_thick_bar_thins_to_its_middle_line() -> None:
    line = thinned(BAR[:, 0] > 0)
    rows, columns = line[0].nonzero(as_tuple=True)
    assert set(columns.tolist()) <= {9, 10, 11}
    assert len(rows) >= 8
    assert line.sum(2).max() == 1


def test_thinning_keeps_a_ring_whole_and_empties_nothing() -> None:
    y, x = torch.meshgrid(torch.arange(30.0), torch.arange(30.0), indexing="ij")
    away = ((y - 15).square() + (x - 15).square()).sqrt()
    ring = ((away > 6) & (away < 11))[None]
    line = thinned(ring)[0]
    assert 30 < line.sum() < 70
    angles = torch.atan2(*(line.nonzero().float() - 15).T).sort().values
    assert angles.diff().max() < 0.35  # no gap


def test_middle_lines_lie_where_the_ink_was() -> None:
    empty = torch.full((1, 1, 20, 20), -1.0)
    points, mask = middle_lines(torch.cat([BAR, empty]))
    assert points.shape[0] == mask.shape[0] == 2
    assert mask[1].sum() == 1
    own = points[0][mask[0] > 0]
    assert own[:, 0].abs().max() < 0.1  # x: the middle
    assert own[:, 1].min() == pytest.approx(-own[:, 1].max().item(), abs=0.1)
    gaps = torch.cdist(own, own).fill_diagonal_(9).amin(1)
    assert gaps.max() < 1 / 20  # two pixels that touch have a point between them


def test_a_pen_is_round_and_soft() -> None:
    picture = drawn(torch.zeros(1, 1, 2), torch.tensor([0.25]), 40)[0, 0]
    share = (picture + 1).sum() / 2 / 1600
    assert share.item() == pytest.approx(math.pi * 0.25**2, abs=0.01)
    assert picture.min() == -1
    assert picture.max() == 1


def test_a_hand_moves_what_it_draws() -> None:
    points = torch.tensor([[[0.2, 0.0], [-0.2, 0.0]]])
    zero, one = torch.zeros(1), torch.ones(1)
    turned = moved(points, still(1, torch.tensor([math.pi / 2])), seed())
    assert torch.allclose(turned, torch.tensor([[[0.0, 0.2], [0.0, -0.2]]]), atol=1e-6)
    writing = Handwriting(2 * one, zero, 0.1 * one, -0.1 * one, zero, one)
    assert torch.allclose(moved(points, writing, seed()), torch.tensor([[[0.5, -0.1], [-0.3, -0.1]]]), atol=1e-6)
    strays = moved(points, Handwriting(one, zero, zero, zero, 0.02 * one, one), seed())
    assert 0 < (strays - points).abs().max() < 0.05


def test_framing_is_that_of_the_data() -> None:
    points, mask = torch.tensor([[[0.1, 0.1], [0.3, 0.1], [0.1, 0.2], [0.1, 0.1]]]), torch.tensor([[1.0, 1, 1, 0]])
    radius = torch.tensor([0.05])
    found, wide = framed(points, mask, radius, Framing(0.6, True, (0.0, 1.0)))
    low, high = found.amin(1) - wide, found.amax(1) + wide
    assert (high - low).max().item() == pytest.approx(0.6)
    assert torch.allclose((found * mask[..., None]).sum(1), torch.zeros(1, 2), atol=1e-6)
    found, wide = framed(points, mask, radius, Framing(0.6, False, (0.0, 1.0)))
    assert torch.allclose(found.amin(1) + found.amax(1), torch.zeros(1, 2), atol=1e-6)
    _, wide = framed(torch.zeros(1, 1, 2), torch.ones(1, 1), torch.tensor([0.01]), FRAMINGS["mnist"])
    assert wide.item() < 0.1  # a dot stays a dot


def test_a_page_frames_as_an_encoder_learns_it() -> None:
    """A page brings all pens to the widths that most of the data have, an encoder learns from a few more."""
    code = "({ all: lib.FRAMINGS, least: lib.LEAST })"
    with js_core(("core/centring",)) as core:
        found = core.evaluate(code)
    assert found["least"] == LEAST
    for name, own in FRAMINGS.items():
        page = found["all"][name]
        assert (page["box"], page["middle"] == "mass") == (own.box, own.by_mass)
        assert own.usual[0] <= page["usual"][0] < page["usual"][1] <= own.usual[1]


def test_drawings_of_every_kind_mean_the_same_line() -> None:
    points, mask = middle_lines(BAR.expand(8, -1, -1, -1))
    shown, meant = training_pairs(points, mask, FRAMINGS["mnist"], 28, seed())
    again, _ = training_pairs(points, mask, FRAMINGS["mnist"], 28, seed())
    assert shown.shape == meant.shape == (8, 1, 28, 28)
    assert torch.equal(shown, again)
    at = torch.arange(28.0)
    ink = (meant[:, 0] + 1) / 2
    assert ((ink.sum(1) * at).sum(1) / ink.sum((1, 2)) - 13.5).abs().max() < 0.6  # the mass lies in the middle
    raw, neat = ((shown[part, 0] + 1).sum((1, 2)) for part in (slice(1, None, 2), slice(0, None, 2)))
    assert raw.std() > 0
    assert neat.std() > 0


def test_hands_are_of_every_size_and_place() -> None:
    writing = any_handwriting(500, seed())
    assert writing.size.min() < 0.6
    assert writing.size.max() > 1.1
    assert writing.x.abs().max() > 0.1
    assert (writing.x == 0).float().mean().item() == pytest.approx(0.5, abs=0.1)
