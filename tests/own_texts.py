"""Latents of one's own and their texts, for the tests of both forms: what is written, and what is refused."""

import base64
import struct

import torch
from torch import Tensor

from gan.explore.render import ws_of
from gan.latents import z_from_seeds
from gan.models.model import Model

WIDTH = 5  # numbers in a row of the texts here


def text_of(content: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def unseeded(model: Model, seed: int = 5) -> Tensor:
    """ws [rows, w_dim] that no seed has, of class 3 where there are classes: of two seeds, or half-way between them."""
    c = torch.tensor([3, 3]) if model.classes else None
    w = model.G.mapping(z_from_seeds([seed, seed + 1], model.G.z_dim), c)
    if not model.G.layered:
        return w.mean(0, True)
    ws, middle = ws_of(model.G, w), model.G.num_ws // 2
    return torch.cat([ws[0, :middle], ws[1, middle:]])


def row(low: float, high: float) -> bytes:
    """A row with these ends."""
    return struct.pack("<ee", low, high) + bytes(range(WIDTH))


def latents() -> list[Tensor]:
    """ws [rows, WIDTH]: drawn ones of every size, and those whose rounding has a trap."""
    drawn = torch.randn(60, 3, WIDTH, generator=torch.Generator().manual_seed(5))
    sizes = torch.logspace(-9, 4, 60)[:, None, None]
    edges = torch.tensor(
        [
            [0.0, -0.0, 0.0, -0.0, 0.0],
            [-0.0, -0.0, -0.0, -0.0, -0.0],
            [-1e-9, -2e-9, -3e-9, -1e-9, -1e-9],  # below the smallest float16
            [5.9e-8, 2.9e-8, 3.0e-8, 9e-8, 6.1e-5],  # among those without a leading one
            [65504.0, -65504.0, 65503.0, 0.5, 0.0],
            [2049.0, 2049.5, 2050.0, 2050.5, 2051.0],  # ends that are true halves of a last place
            [1.0 + 2**-11, 1.5, 1.5, 1.5, 2.0 - 2**-11],
            [3 * 2.0**-25, 2.0**-20, 2.0**-20, 2.0**-20, 5 * 2.0**-25],
            [7.7, 7.7, 7.7, 7.7, 7.7],
            [0.0, 255.0, 0.5, 1.5, 254.5],  # true halves of a step
        ]
    )
    return [*(drawn * sizes), edges, edges.neg()]


# Each with a part of the sentence that answers it in Python and the key of that in the page.
BAD_FORMS = {
    "rubbish!": ("base64url", "trouble_own"),
    "a b": ("base64url", "trouble_own"),
    "AAA=": ("base64url", "trouble_own"),
    "AA+/": ("base64url", "trouble_own"),
    "A": ("base64url", "trouble_own"),
    "AAAAA": ("base64url", "trouble_own"),
    "ÄÄÄÄ": ("base64url", "trouble_own"),
    "AAAA\n": ("base64url", "trouble_own"),
    "A" * 20_001: ("base64url", "trouble_own"),
}
BAD_TEXTS = BAD_FORMS | {
    text_of(row(0, 1)[:-1]): ("no whole rows", "trouble_own_rows"),
    text_of(row(0, 1) + b"\0"): ("no whole rows", "trouble_own_rows"),
    text_of(row(float("nan"), 1)): ("no range", "trouble_own_numbers"),
    text_of(row(0, 1) + row(0, float("nan"))): ("no range", "trouble_own_numbers"),
    text_of(row(float("-inf"), 1)): ("no range", "trouble_own_numbers"),
    text_of(row(float("inf"), float("inf"))): ("no range", "trouble_own_numbers"),
    text_of(row(1, 0)): ("no range", "trouble_own_numbers"),
}
