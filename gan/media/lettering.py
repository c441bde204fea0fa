"""Words drawn large: dark letters in the middle of a light square, as wide as fits.

A page draws them with its own letters, `lettered` in `ui/browser/core/lettering.js`, by the same sizes.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

SIDE, MARGIN = 224, 12  # pixels of the square, and of what stays free to either side
LARGEST = 88  # pixels of the letters' size, at most
PAPER, INK = 250, 28  # of 255
BOX = "\N{WHITE SQUARE}"  # stands for a letter that the font lacks
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@lru_cache(LARGEST)
def font(size: int) -> Font:
    """Pillow's own font, which has the letters of ASCII."""
    return ImageFont.load_default(size)


def drawable(word: str) -> str:
    """A word in letters that the font has: those with marks lose these, others become boxes."""
    bare = (letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
    return "".join(letter if letter.isascii() else BOX for letter in bare)


def size_of(width: float) -> int:
    """The size of letters at which what is `width` times as wide as that fits into the square."""
    return max(1, min(LARGEST, int((SIDE - 2 * MARGIN) / max(width, 1e-9))))


def lettered(words: Sequence[str]) -> Tensor:
    """Pictures uint8 [N, SIDE, SIDE, 1] of words."""
    return torch.stack([drawn(drawable(word)) for word in words])


def drawn(word: str) -> Tensor:
    """A picture uint8 [SIDE, SIDE, 1] of a word that the font can write."""
    picture = Image.new("L", (SIDE, SIDE), PAPER)
    pen = ImageDraw.Draw(picture)
    own = font(size_of(pen.textlength(word, font(LARGEST)) / LARGEST))
    left, top, right, bottom = pen.textbbox((0, 0), word, own)
    pen.text(((SIDE - left - right) / 2, (SIDE - top - bottom) / 2), word, INK, own)
    return torch.from_numpy(np.array(picture))[..., None]
