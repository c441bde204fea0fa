"""Drawings by hand as names: `drawn:TEXT` holds the points themselves."""

import base64
import re

import torch
from torch import Tensor

from gan.data.points import smile
from gan.errors import DataError

DRAWN = "drawn:"
MAX_DRAWN = 2_000


def drawn_name(drawn: Tensor) -> str:
    """The name `drawn:TEXT` of 1 to MAX_DRAWN points [N, 2] within [-1, 1], each value rounded to 1/255 of the width.

    TEXT is the bytes x, y, x, y, ... (0 is -1, 255 is 1, y upwards) in base64 for addresses, without padding.

    Raises:
        DataError: no points or too many of them.
    """
    check_drawn(len(drawn))
    values = ((drawn.clamp(-1, 1) + 1) * 127.5).round().byte()
    return DRAWN + base64.urlsafe_b64encode(bytes(values.flatten().tolist())).decode().rstrip("=")


def draw_points(name: str) -> Tensor:
    """[N, 2] within [-1, 1], the points of a name that `drawn_name` made; of "drawn", those of the example.

    Raises:
        DataError: the text is damaged, empty or too long.
    """
    if name == DRAWN.rstrip(":"):
        return smile()
    text = name.removeprefix(DRAWN)
    # A length of 4 n + 1 is no base64; other letters would be skipped in silence.
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text) or len(text) % 4 == 1:
        raise DataError(f"the drawing {text!r:.60} is damaged: it is not base64")
    values = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(values) % 2:
        raise DataError(f"the drawing {text!r:.60} is damaged: its last point has no y")
    check_drawn(len(values) // 2)
    return torch.tensor(list(values)).view(-1, 2) / 127.5 - 1


def check_drawn(count: int) -> None:
    """Raise a DataError unless a drawing has 1 to MAX_DRAWN points."""
    if not 1 <= count <= MAX_DRAWN:
        raise DataError(f"a drawing has 1 to {MAX_DRAWN:,} points, not {count:,}")
