"""What the values in picture files mean: which are black and white, and what lies under what is transparent.

Pure functions of arrays. `values` are [H, W] or [H, W, 3] of a type whose whole range pictures seldom fill: whole
numbers of more than 8 bits, or floats. A file does not say which of them are black and white, so one rule is found for
all files that are read together.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BITS = (8, 10, 12, 14, 16)  # the depths at which cameras, scanners and microscopes store whole numbers
REAL_RANGES = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0))  # in which programs store floats
# Values that fill less of a range than this would be nearly one grey in it: 32 of 256 levels.
FILLED = 1 / 8
# The relative luminance that contrasts as much with black as with white, (L + .05) / .05 = 1.05 / (L + .05): WCAG 2.1.
EVEN = math.sqrt(0.05 * 1.05) - 0.05
SRGB = np.arange(256) / 255
LINEAR = np.where(SRGB <= 0.04045, SRGB / 12.92, ((SRGB + 0.055) / 1.055) ** 2.4)  # of each 8-bit value
BLACK, WHITE = 0, 255
Values = NDArray[Any]


@dataclass(frozen=True)
class Extent:
    """The lowest and the highest value of files, and whether they are whole numbers."""

    low: float
    high: float
    whole: bool


@dataclass(frozen=True)
class Scale:
    """Which values are black and white.

    Attributes:
        bits: of the whole numbers 0 to 2^bits - 1; 0 where the range is another.
        whole: whether it is one of whole numbers.
    """

    low: float
    high: float
    whole: bool
    bits: int = 0

    def __str__(self) -> str:
        if self.whole:
            return f"whole numbers from {self.low:,.0f} to {self.high:,.0f}"
        return f"floats from {self.low:.4g} to {self.high:.4g}"


@dataclass(frozen=True)
class Rule:
    """How the files of a folder are read.

    Attributes:
        whole, real: the scale of whole numbers beyond 8 bits, and of floats; None where the files hold none.
        ground: the grey under transparent parts, 0 or 255.
    """

    whole: Scale | None = None
    real: Scale | None = None
    ground: int = BLACK

    def scale(self, values: Values) -> Scale:
        """The scale for values of this type: the rule's, or else their own."""
        scale = self.whole if is_whole(values) else self.real
        return scale or scale_of(extent_of(values))


def is_whole(values: Values) -> bool:
    """Whether an array holds whole numbers."""
    return values.dtype.kind in "iu"


def extent_of(values: Values) -> Extent:
    """The extent of the finite values, of which there is at least one."""
    finite = values if is_whole(values) else values[np.isfinite(values)]
    return Extent(float(finite.min()), float(finite.max()), is_whole(values))


def common_scale(extents: Iterable[Extent], whole: bool) -> Scale | None:
    """The scale of all files of whole numbers, or of all files of floats; None where there are none."""
    same = [extent for extent in extents if extent.whole == whole]
    if not same:
        return None
    return scale_of(Extent(min(extent.low for extent in same), max(extent.high for extent in same), whole))


def scale_of(extent: Extent) -> Scale:
    """The narrowest usual range that holds an extent, if the extent fills it to some degree; else the extent itself.

    So 12 bits in a type of 16 are read as 12 bits, and labels 0 and 1 become black and white.
    """
    ranges: list[Scale] = [Scale(low, high, False) for low, high in REAL_RANGES]
    if extent.whole:
        ranges = [Scale(0, 2**bits - 1, True, bits) for bits in BITS]
    width = extent.high - extent.low
    for scale in ranges:
        inside = scale.low <= extent.low and extent.high <= scale.high
        # A few values just below zero, from resampling, do not make a range of both signs.
        signed = scale.low == 0 or extent.low <= scale.low / 4
        if inside and signed and (width == 0 or width >= FILLED * (scale.high - scale.low)):
            return scale
    return Scale(extent.low, extent.high, extent.whole)


def scale_of_alpha(alpha: Values) -> Scale:
    """The scale of 16 bits of alpha; of fewer where exactly their highest value is the highest there is."""
    top = int(alpha.max())
    bits = next((bits for bits in BITS if top == 2**bits - 1), BITS[-1])
    return Scale(0, 2**bits - 1, True, bits)


def to_levels(values: Values, scale: Scale) -> NDArray[np.uint8]:
    """Levels 0 to 255 of values, of one shape: the scale's ends are black and white, values beyond are clipped.

    Of whole numbers of some bits the upper eight are kept, as image libraries do. No number is black.
    """
    if scale.bits:
        return (np.clip(values, 0, int(scale.high)) >> (scale.bits - 8)).astype(np.uint8)
    factor = 255 / (scale.high - scale.low) if scale.high > scale.low else 0.0
    with np.errstate(all="ignore"):  # a float may be infinite or no number
        levels = np.rint((values.astype(np.float64) - scale.low) * factor)
    return np.nan_to_num(levels.clip(0, 255), nan=BLACK).astype(np.uint8)


def luminance(rgb: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> float | None:
    """The mean relative luminance, 0 to 1, of what is seen in rgb [H, W, 3] under alpha [H, W]; None if nothing is.

    ITU-R BT.709, as in WCAG 2.1.
    """
    weight = int(alpha.sum(dtype=np.int64))
    if not weight:
        return None
    red, green, blue = (float((LINEAR[rgb[..., channel]] * alpha).sum()) / weight for channel in range(3))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ground_under(luminances: Iterable[float]) -> int:
    """White where pictures of these luminances are too dark to be seen on black, else black."""
    seen = list(luminances)
    return WHITE if seen and sum(seen) / len(seen) < EVEN else BLACK
