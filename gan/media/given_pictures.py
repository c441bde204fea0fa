"""One picture that somebody gives: read as pictures of a folder are, with little memory whatever it is.

A picture far larger than is needed is made smaller before anything else is done with it, and a photograph while it is
decoded. What could take more than 50 MB all the same is refused in one sentence.
"""

import dataclasses
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageFile
from torch import Tensor

from gan.errors import DataError
from gan.media.images import LUMA
from gan.media.picture_files import (
    Decoded,
    beyond_8_bits,
    decode,
    guarded,
    hides_parts,
    holds_several,
    huge_refused,
    of_8_bits,
    opened,
    pixels_of,
)
from gan.media.values import Rule, ground_under, luminance

SPARE = 2  # times the side that is asked for, to which a larger picture is reduced first
# Pixels of a picture, at most. A photograph is made smaller while it is decoded, unless it comes in several passes; of
# the others some decoders keep a copy, and more than 8 bits a channel are read twice.
PLAIN, COPIED, DEEP = 9_000_000, 4_500_000, 1_200_000
COPIES = ("WEBP", "AVIF", "TIFF")
PALETTES = ("1", "P", "PA")  # modes whose numbers cannot be averaged
FLAT = 8  # levels of 256: a picture that differs by less shows nothing


@dataclasses.dataclass(frozen=True)
class GivenPicture:
    """A picture as it was read.

    Attributes:
        pixels: uint8 [R, R, C].
        remarks: what was done to it that may surprise, each a few words.
    """

    pixels: Tensor
    remarks: tuple[str, ...] = ()


def most_pixels(file: ImageFile.ImageFile) -> int | None:
    """How many pixels of a file are decoded at most; None for a photograph that is made smaller on the way."""
    if beyond_8_bits(file):
        return DEEP
    if file.format in ("JPEG", "MPO"):
        return COPIED if file.info.get("progressive") else None
    return COPIED if file.format in COPIES else PLAIN


def read_picture(path: Path, resolution: int, channels: int, negative: bool = False) -> GivenPicture:
    """A picture file at a resolution, its middle square, in as many channels: 1 or 3.

    Args:
        negative: black for white.

    Raises:
        DataError: it is no picture that can be read, too large, or shows nothing.
    """
    decoded, size = reduced(path, resolution)
    with guarded(path):
        pixels, _ = pixels_of(decoded, resolution, Rule(ground=ground_of(decoded)))
    if channels == 1:
        weights = torch.tensor(LUMA, dtype=torch.float64)
        pixels = (pixels.double() @ weights).round().byte()[..., None]
    if int(pixels.max()) - int(pixels.min()) < FLAT:
        raise DataError(f"{path} shows nothing: its pixels are all alike")
    remarks = []
    if size[0] != size[1]:
        remarks.append("its middle square")
    if decoded.several:
        remarks.append("the first of its pictures")
    return GivenPicture(255 - pixels if negative else pixels, tuple(remarks))


def reduced(path: Path, resolution: int) -> tuple[Decoded, tuple[int, int]]:
    """(what a picture file holds, not much larger than the resolution where it is larger; the file's own size).

    Raises:
        DataError: as `read_picture` does.
    """
    least = SPARE * resolution
    with huge_refused(), opened(path) as file:
        size, most = file.size, most_pixels(file)
        if most is not None and file.width * file.height > most:
            count = file.width * file.height
            raise DataError(
                f"{path} has {count:,} pixels, and of such a file at most {most:,} are read: make it smaller"
            )
        if beyond_8_bits(file):
            return decode(path), size
        several = holds_several(file)
        file.draft(None, (least, least))
        times = min(file.size) // least
        if times > 1:
            shallow = file.convert("RGBA") if file.mode in PALETTES else file
            return dataclasses.replace(of_8_bits(shallow.reduce(times)), several=several), size
        return of_8_bits(file), size


def ground_of(decoded: Decoded) -> int:
    """The grey that lies under a picture's transparent parts: what shows the rest."""
    if not isinstance(decoded.content, Image.Image) or not hides_parts(decoded.content):
        return 0
    seen = np.asarray(decoded.content)
    light = luminance(seen[..., :3], seen[..., 3])
    return ground_under([] if light is None else [light])


def read_mask(path: Path, resolution: int) -> Tensor:
    """float32 [1, 1, R, R] of a mask: 0 where a picture is to be painted anew, which is white or opaque in it; else 1.

    Raises:
        DataError: it cannot be read, or marks nothing.
    """
    with guarded(path):
        decoded, _ = reduced(path, resolution)
        rgba = decoded.painted(Rule())
        clear = hides_parts(rgba)
        pixels, _ = pixels_of(
            dataclasses.replace(decoded, content=alpha_of(rgba)) if clear else decoded, resolution, Rule()
        )
    hole = pixels.float().mean(2) > 127.5
    if not hole.any():
        raise DataError(f"the mask {path} marks nothing: what is to be painted anew is white in it")
    return 1 - hole.float()[None, None]


def alpha_of(rgba: Image.Image) -> Image.Image:
    """What is opaque in a picture as white, the rest as black."""
    return rgba.getchannel("A").convert("RGBA")
