"""Latents: z by seed, truncation, and paths between latents.

`z` is [N, z_dim]; every function keeps the last dimension and works on any number of leading ones.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from gan.errors import ConfigError

MAX_SEED = 2**32 - 1
MAX_SEEDS = 10_000


def z_from_seeds(seeds: Sequence[int], z_dim: int) -> Tensor:
    """[len(seeds), z_dim] standard normal; row i depends on seeds[i] alone.

    One generator for each seed: the same z alone, in any batch and in any session.
    """
    return torch.stack([torch.randn(z_dim, generator=torch.Generator().manual_seed(s)) for s in seeds])


def parse_seeds(text: str) -> list[int]:
    """The seeds named by text such as `42`, `1,7,42` or `0-63`.

    Raises:
        ConfigError: not of that form, out of 0..2^32 - 1, or more than 10,000 of them.
    """
    seeds: list[int] = []
    for part in str(text).split(","):
        match = re.fullmatch(r"\s*(\d{1,10})(?:\s*-\s*(\d{1,10}))?\s*", part, re.ASCII)
        if not match:
            raise ConfigError(f"seeds are whole numbers such as 42, 1,7,42 or 0-63, not {text!r:.60}")
        first, last = int(match[1]), int(match[2] or match[1])
        if not first <= last <= MAX_SEED:
            raise ConfigError(f"seeds run upwards from 0 to {MAX_SEED}, not {part.strip()!r}")
        if len(seeds) + last - first >= MAX_SEEDS:
            raise ConfigError(f"at most {MAX_SEEDS} seeds at once, {text!r:.60} names more")
        seeds.extend(range(first, last + 1))
    return seeds


def truncate(w: Tensor, w_avg: Tensor, psi: float) -> Tensor:
    """w_avg + psi (w - w_avg): psi 1 keeps w, 0 gives the mean. Karras et al. 2019, arXiv:1812.04948, appendix B."""
    return w_avg.lerp(w, psi)


def lerp(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """The straight line from a (t = 0) to b (t = 1); a, b [D], t [T] gives [T, D]."""
    return a + t[:, None] * (b - a)


def slerp(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """The arc from a to b, lengths blended linearly; a, b [D], t [T] gives [T, D].

    Normal latents live near a sphere, so the arc stays where G was trained. Where the angle is 0 or pi
    the arc is not defined and the line is taken. White 2016, arXiv:1609.04468, section 2.1.
    """
    length_a, length_b = a.norm(), b.norm()
    omega = torch.acos(((a / length_a) * (b / length_b)).sum().clamp(-1, 1))
    if not 1e-4 < omega < torch.pi - 1e-4:
        return lerp(a, b, t)
    t = t[:, None]
    direction = (torch.sin((1 - t) * omega) * a / length_a + torch.sin(t * omega) * b / length_b) / torch.sin(omega)
    return direction * (length_a + t * (length_b - length_a))


PATHS: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {"slerp": slerp, "lerp": lerp}


def path(keys: Tensor, frames: int, kind: str = "slerp", loop: bool = False) -> Tensor:
    """Latents along `keys`, [T, z_dim], `frames` of them for each segment.

    Without `loop` the last key is the last frame, T = (K - 1) frames + 1. With it the film returns to the
    first key and stops one frame short of it, T = K frames, so that playing it round repeats no picture.

    Args:
        keys: [K, z_dim], K at least 2.
        kind: a name in PATHS.
    """
    stops = torch.cat([keys, keys[:1]]) if loop else keys
    t = torch.arange(frames) / frames
    film = torch.cat([PATHS[kind](a, b, t) for a, b in pairwise(stops)])
    return film if loop else torch.cat([film, keys[-1:]])


TURNS: dict[str, str] = {
    "loop": "from the last key back to the first, seamless",
    "ping-pong": "there and back again",
    "once": "from the first key to the last",
}


def tour(keys: Tensor, frames: int, kind: str = "slerp", turn: str = "loop") -> Tensor:
    """Latents [T, z_dim] along `keys` [K, z_dim] with an ending of TURNS; T is K frames for a loop of K keys."""
    film = path(keys, frames, kind, loop=turn == "loop")
    return ping_pong(film) if turn == "ping-pong" else film


def ping_pong(film: Tensor) -> Tensor:
    """There and back without showing either end twice: [T, ...] gives [2 T - 2, ...]."""
    return torch.cat([film, film[1:-1].flip(0)])
