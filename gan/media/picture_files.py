"""Picture files of any sort: what a file holds, and the pixels that a rule makes of it."""

import struct
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps, features
from torch import Tensor

from gan.errors import DataError
from gan.media.values import Extent, Rule, Values, extent_of, is_whole, scale_of_alpha, to_levels

# A 10 kB PNG can unpack to hundreds of megabytes: nothing larger than this is decoded.
MAX_PIXELS = 40_000_000
AVIF = "avif" in features.modules and features.check("avif")  # Pillow reads it from 11.3 on, where it was built so
# Pillow knows others, which may call programs.
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM", *(("AVIF",) if AVIF else ()))
SUFFIXES = {
    ".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".pbm", ".pgm", ".ppm",
    ".pnm", ".pfm", *((".avif",) if AVIF else ()),
}  # fmt: skip
UNREADABLE = (
    OSError, ValueError, SyntaxError, NotImplementedError, TypeError, IndexError, KeyError, EOFError, struct.error,
)  # fmt: skip
# Of 16 bits a channel Pillow keeps the upper byte. Told that the bytes lie the other way round, it keeps the lower one.
DEEP = ("RGB;16", "RGBX;16", "RGBA;16")  # and a letter: the order of the two bytes
GREY_AND_ALPHA = "LA;16B"
OTHER_WAY_ROUND = {"L": "B", "B": "L", "N": "B" if sys.byteorder == "little" else "L"}
SAMPLE_BITS, SAMPLE_FORMAT, UNSIGNED = 258, 339, 1  # tags of TIFF
TRANSPARENCY = "transparency"  # the colour that is transparent, among what Pillow says of a file


@dataclass(frozen=True)
class Decoded:
    """What a picture file holds, upright.

    Attributes:
        content: the picture as RGBA of 8 bits a channel; of more than 8 bits its values, [H, W] or [H, W, 3].
        alpha: uint16 [H, W] of such values, where parts may be transparent.
        several: whether the file holds more pictures, of which this is the first.
    """

    content: Image.Image | Values
    alpha: NDArray[np.uint16] | None = None
    several: bool = False

    @property
    def square(self) -> bool:
        """Whether nothing has to be cut off to make it square."""
        return self.sides[0] == self.sides[1]

    @property
    def sides(self) -> tuple[int, int]:
        """Its two sides in pixels, the shorter one first."""
        short, long = sorted(self.content.size if isinstance(self.content, Image.Image) else self.content.shape[:2])
        return short, long

    @property
    def finite(self) -> bool:
        """Whether every value is a finite number."""
        return isinstance(self.content, Image.Image) or bool(np.isfinite(self.content).all())

    @property
    def extent(self) -> Extent | None:
        """Of values beyond 8 bits; None of others."""
        return None if isinstance(self.content, Image.Image) else extent_of(self.content)

    def painted(self, rule: Rule) -> Image.Image:
        """The picture as RGBA, 8 bits a channel."""
        if isinstance(self.content, Image.Image):
            return self.content
        picture = Image.fromarray(to_levels(self.content, rule.scale(self.content))).convert("RGBA")
        if self.alpha is not None:
            picture.putalpha(Image.fromarray(to_levels(self.alpha, scale_of_alpha(self.alpha))))
        return picture


@contextmanager
def huge_refused() -> Iterator[None]:
    """Within it Pillow refuses pictures of which it would only warn. It holds for the threads that the block begins."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Turn whatever Pillow raises over a file into a DataError that names it."""
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DataError(f"{path} has more than {MAX_PIXELS:,} pixels") from error
    except UNREADABLE as error:
        raise DataError(f"{path} is not a picture that can be read") from error


@contextmanager
def opened(path: Path) -> Iterator[ImageFile.ImageFile]:
    """A picture file of which no more than its head has been read.

    Raises:
        DataError: not a picture, damaged (also where that shows while it is open), or of more than 40 million pixels.
    """
    with guarded(path), Image.open(path, formats=FORMATS) as file:
        if file.width * file.height > MAX_PIXELS:
            raise DataError(f"{path} has more than {MAX_PIXELS:,} pixels")
        yield file


def beyond_8_bits(file: Image.Image) -> bool:
    """Whether a file holds more than 8 bits a channel, by its head."""
    return file.mode[0] in "IF" or bool(deep_modes(file))


def may_be_transparent(file: Image.Image) -> bool:
    """Whether a file can hold transparent parts, by its head."""
    return file.mode[-1] in "Aa" or TRANSPARENCY in file.info


def decode_plain(path: Path) -> Decoded | None:
    """What a picture file holds if no rule bears on it: 8 bits a channel, nothing transparent. Else None.

    Raises:
        DataError: as `opened` does.
    """
    with opened(path) as file:
        return None if beyond_8_bits(file) or may_be_transparent(file) else of_8_bits(file)


def of_8_bits(file: Image.Image) -> Decoded:
    """What a file of 8 bits a channel, or fewer, holds."""
    # RGBA on the way: palettes and grey pictures may carry transparency too.
    return Decoded(ImageOps.exif_transpose(file).convert("RGBA"), several=holds_several(file))


def decode(path: Path) -> Decoded:
    """What a picture file holds; of several pictures the first.

    Raises:
        DataError: as `opened` does, or the file holds no finite value.
    """
    with opened(path) as file:
        if not beyond_8_bits(file):
            return of_8_bits(file)
        values = upper_and_lower(file, path) if deep_modes(file) else single_channel(file)
        colour, alpha = parted(values, file.info.get(TRANSPARENCY))
        if not np.isfinite(colour).any():
            raise DataError(f"{path} holds no finite value")
        return Decoded(colour, alpha, holds_several(file))


def parted(values: Values, key: Any = None) -> tuple[Values, NDArray[np.uint16] | None]:
    """(colours [H, W] or [H, W, 3], alpha [H, W] if there is any) of values [H, W] or [H, W, C].

    Args:
        key: the one colour that is transparent, where a file of whole numbers names one.
    """
    channels = values.shape[-1] if values.ndim == 3 else 1
    if channels in (2, 4):
        colours = values[..., 0] if channels == 2 else values[..., :3]
        return colours, values[..., -1].astype(np.uint16)
    if key is None or not is_whole(values):
        return values, None
    differs = values != np.array(key)
    return values, np.where(differs.any(-1) if channels == 3 else differs, 65535, 0).astype(np.uint16)


def pixels_of(decoded: Decoded, resolution: int, rule: Rule) -> tuple[Tensor, bool]:
    """(uint8 [R, R, 3]: on the rule's ground where transparent, centre crop, resized; whether the ground is seen)."""
    rgba = decoded.painted(rule)
    ground = Image.new("RGBA", rgba.size, (rule.ground, rule.ground, rule.ground, 255))
    flat = Image.alpha_composite(ground, rgba).convert("RGB")
    square = ImageOps.fit(flat, (resolution, resolution), Image.Resampling.LANCZOS)
    return torch.from_numpy(np.asarray(square).copy()), hides_parts(rgba)


def hides_parts(rgba: Image.Image) -> bool:
    """Whether parts of a picture are transparent, be it a little."""
    return rgba.getchannel("A").getextrema() != (255, 255)


def holds_several(file: Image.Image) -> bool:
    """Whether a file holds more than one picture; the second of a camera's MPO is a preview of the first."""
    try:
        return file.format != "MPO" and getattr(file, "n_frames", 1) > 1
    except UNREADABLE:  # the first one has been read, and what follows is damaged
        return True


def single_channel(file: Image.Image) -> Values:
    """[H, W] of a file of one channel of whole numbers or floats."""
    values = np.asarray(ImageOps.exif_transpose(file))
    tags: Any = getattr(file, "tag_v2", {})
    if tags.get(SAMPLE_BITS) == (32,) and tags.get(SAMPLE_FORMAT, (UNSIGNED,))[0] == UNSIGNED:
        return values.view(np.uint32)  # Pillow takes them for signed ones
    return values


def deep_modes(file: Image.Image) -> list[str]:
    """How the parts of a file lie in it, such as "RGB;16B", where all are of 16 bits in each of several channels."""
    tiles = file.tile if isinstance(file, ImageFile.ImageFile) else []
    modes = [mode_of(tile.args)[0] for tile in tiles]
    return modes if all(mode == GREY_AND_ALPHA or mode[:-1] in DEEP for mode in modes) else []


def upper_and_lower(file: ImageFile.ImageFile, path: Path) -> Values:
    """uint16 [H, W, C] of a file of 16 bits in each of C channels, upright."""
    if GREY_AND_ALPHA in deep_modes(file):  # four bytes a pixel, as of 8 bits in each of four channels
        file.tile = [tile._replace(args="RGBA") for tile in file.tile]
        upper_lower = np.asarray(ImageOps.exif_transpose(file)).astype(np.uint16)
        return upper_lower[..., ::2] << 8 | upper_lower[..., 1::2]
    with opened(path) as again:
        again.tile = [tile._replace(args=other_way_round(tile.args)) for tile in again.tile]
        upper, lower = (np.asarray(ImageOps.exif_transpose(f)).astype(np.uint16) for f in (file, again))
    return upper << 8 | lower


def mode_of(args: Any) -> tuple[str, tuple[Any, ...]]:
    """(how a part of a file lies in it, what else its decoder is told) of what Pillow keeps of it."""
    first, *rest = (args,) if isinstance(args, str) else args or ("",)
    return str(first), tuple(rest)


def other_way_round(args: Any) -> Any:
    """What a decoder is told, with the two bytes of each channel exchanged."""
    mode, rest = mode_of(args)
    turned = mode[:-1] + OTHER_WAY_ROUND[mode[-1]]
    return turned if isinstance(args, str) else (turned, *rest)
