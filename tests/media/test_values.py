"""Which values are black and white, and what lies under what is transparent."""

import numpy as np
import pytest

from gan.media.values import (
    Extent,
    Rule,
    Scale,
    common_scale,
    extent_of,
    ground_under,
    luminance,
    scale_of,
    scale_of_alpha,
    to_levels,
)


@pytest.mark.parametrize(
    ("low", "high", "right"),
    [
        (0, 255, (0, 255)),
        (0, 256, (0, 1023)),
        (0, 1023, (0, 1023)),
        (0, 4_095, (0, 4_095)),
        (17, 4_096, (0, 16_383)),
        (0, 16_384, (0, 65_535)),
        (0, 1, (0, 1)),  # labels
        (0, 20, (0, 20)),
        (0, 65_536, (0, 65_536)),
        (32_000, 33_000, (32_000, 33_000)),  # nearly one grey in 16 bits
        (-1_024, 3_071, (-1_024, 3_071)),
        (19_724, 19_724, (0, 65_535)),  # one grey: its type is all there is to go by
    ],
)
def test_ranges_of_whole_numbers(low: int, high: int, right: tuple[int, int]) -> None:
    scale = scale_of(Extent(low, high, True))
    assert (scale.low, scale.high) == right
    assert scale.whole


@pytest.mark.parametrize(
    ("low", "high", "right"),
    [
        (0.0, 1.0, (0, 1)),
        (0.2, 0.9, (0, 1)),
        (-1.0, 1.0, (-1, 1)),
        (-0.9, 0.3, (-1, 1)),
        (-0.003, 0.99, (-0.003, 0.99)),  # 0 to 1, resampled
        (0.0, 1.02, (0, 1.02)),
        (0.0, 255.0, (0, 255)),
        (3.0, 250.0, (0, 255)),
        (0.0, 0.01, (0, 0.01)),
        (0.0, 4095.0, (0, 4095)),
        (0.5, 0.5, (0, 1)),
    ],
)
def test_ranges_of_floats(low: float, high: float, right: tuple[float, float]) -> None:
    scale = scale_of(Extent(low, high, False))
    assert (scale.low, scale.high) == right
    assert not scale.whole


def test_levels() -> None:
    twelve = scale_of(Extent(0, 4_095, True))
    assert to_levels(np.array([0, 15, 16, 4_095, 9_999], np.uint16), twelve).tolist() == [0, 0, 1, 255, 255]
    floats = np.array([-np.inf, -2, -1, 0, 1, 3e38, np.inf, np.nan], np.float32)
    assert to_levels(floats, Scale(-1, 1, False)).tolist() == [0, 0, 0, 128, 255, 255, 255, 0]
    assert to_levels(np.array([-3e38, 1e38, 3e38], np.float32), Scale(-3e38, 3e38, False)).tolist() == [0, 170, 255]
    signed = np.array([-1_024, 3_071], np.int32)
    assert to_levels(signed, scale_of(extent_of(signed))).tolist() == [0, 255]
    large = np.array([0, 2**31, 2**32 - 1], np.uint32)
    assert to_levels(large, scale_of(extent_of(large))).tolist() == [0, 128, 255]
    assert to_levels(np.array([7.0, 7.0]), Scale(7, 7, False)).tolist() == [0, 0]


def test_what_is_not_finite_has_no_say() -> None:
    assert extent_of(np.array([np.nan, 0.25, np.inf, -np.inf, 0.5])) == Extent(0.25, 0.5, False)


def test_whole_numbers_and_floats_have_a_scale_each() -> None:
    extents = [Extent(0, 100, True), Extent(50, 4_000, True), Extent(-1, 0.5, False)]
    rule = Rule(common_scale(extents, whole=True), common_scale(extents, whole=False))
    assert str(rule.whole) == "whole numbers from 0 to 4,095"
    assert str(rule.real) == "floats from -1 to 1"
    assert common_scale(extents[:2], whole=False) is None
    assert rule.scale(np.array([3], np.uint16)) == rule.whole
    assert rule.scale(np.array([0.5])) == rule.real
    assert str(Rule().scale(np.array([0.5, 0.9]))) == "floats from 0 to 1"  # its own, where no rule says anything


@pytest.mark.parametrize(
    ("top", "right"), [(255, 255), (4_095, 4_095), (65_535, 65_535), (30_000, 65_535), (0, 65_535)]
)
def test_alpha(top: int, right: int) -> None:
    assert scale_of_alpha(np.array([0, top], np.uint16)).high == right


def test_luminance_is_of_what_is_seen() -> None:
    """White 1, black 0, the primaries as in ITU-R BT.709; grey 188 is half as bright as white."""
    rgb = np.array([[[255, 255, 255], [0, 0, 0], [255, 0, 0], [0, 255, 0], [188, 188, 188]]], np.uint8)
    for place, right in enumerate((1.0, 0.0, 0.2126, 0.7152, 0.503)):
        alpha = np.zeros((1, 5), np.uint8)
        alpha[0, place] = 9
        assert luminance(rgb, alpha) == pytest.approx(right, abs=1e-3)
    assert luminance(rgb, np.array([[85, 255, 0, 0, 0]], np.uint8)) == pytest.approx(0.25)
    assert luminance(rgb, np.zeros((1, 5), np.uint8)) is None


@pytest.mark.parametrize(
    ("luminances", "right"), [([], 0), ([1.0], 0), ([0.0], 255), ([0.18], 0), ([0.178], 255), ([0.0, 0.0, 0.4], 255)]
)
def test_ground(luminances: list[float], right: int) -> None:
    assert ground_under(luminances) == right
