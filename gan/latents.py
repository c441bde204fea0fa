"""Latents: z by seed, truncation, and paths between latents.

`z` is [N, z_dim]; every function keeps the last dimension and works on any number of leading ones.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.numbers import digits

MAX_SEED = 2**32 - 1
MAX_SEEDS = 10_000
PLANE_ROW = 100  # seeds in one row of the plane of seeds


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
        begin, dash, end = part.partition("-")
        first = digits(begin.strip())
        last = digits(end.strip()) if dash else first
        if first is None or last is None:
            raise ConfigError(f"seeds are whole numbers such as 42, 1,7,42 or 0-63, not {text!r:.60}")
        if not first <= last <= MAX_SEED:
            raise ConfigError(f"seeds run upwards from 0 to {MAX_SEED}, not {part.strip()!r}")
        if len(seeds) + last - first >= MAX_SEEDS:
            raise ConfigError(f"at most {MAX_SEEDS} seeds at once, {text!r:.60} names more")
        seeds.extend(range(first, last + 1))
    return seeds


def plane(seed: int, x: float, y: float, shape: Sequence[int]) -> Tensor:
    """Latents of `shape` at a place in the plane of seeds: x, y in 0..1 between seed, its neighbour, and those below.

    Bilinear between seed, seed + 1, seed + 100 and seed + 101 (modulo 2^32); divided by the length of the weights, so
    that it stays as long as a drawn one: a sum of normals with weights v has the variance v v.
    """
    weights = {0: (1 - x) * (1 - y), 1: x * (1 - y), PLANE_ROW: (1 - x) * y, PLANE_ROW + 1: x * y}
    total = torch.zeros(*shape)
    for step, weight in weights.items():
        if weight:
            total += weight * torch.randn(*shape, generator=torch.Generator().manual_seed((seed + step) % 2**32))
    return total / sum(weight**2 for weight in weights.values()) ** 0.5


def truncate(w: Tensor, w_avg: Tensor, psi: float | Tensor) -> Tensor:
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


Segment = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor], Tensor]


def spline(before: Tensor, a: Tensor, b: Tensor, after: Tensor, t: Tensor) -> Tensor:
    """The smooth curve from a to b that leaves a along b - before and reaches b along after - a; t [T] gives [T, D].

    Catmull and Rom 1974, in the uniform cubic form: slopes are half the chord of the two neighbours.
    """
    t = t[:, None]
    slope_a, slope_b = (b - before) / 2, (after - a) / 2
    rest = t * t * (3 - 2 * t)
    return a + rest * (b - a) + t * (1 - t) ** 2 * slope_a - t * t * (1 - t) * slope_b


def circle(a: Tensor, b: Tensor, turns: Tensor) -> Tensor:
    """A loop through noise: the circle around the origin through a, turning towards b first.

    turns [T], 0..1 once round, gives [T, D]. It stays at a's length, where G was trained, and comes back without ever
    turning round.
    """
    across = b - (b @ a) / (a @ a).clamp(min=1e-12) * a
    across = across / across.norm().clamp(min=1e-6) * a.norm()
    angle = 2 * torch.pi * turns[:, None]
    return angle.cos() * a + angle.sin() * across


CIRCLE = "circle"
SEGMENTS: dict[str, Segment] = {
    "slerp": lambda before, a, b, after, t: slerp(a, b, t),
    "lerp": lambda before, a, b, after, t: lerp(a, b, t),
    "spline": spline,
}
PATHS = (*SEGMENTS, CIRCLE)


def along(keys: Tensor, positions: Tensor, route: str, loop: bool) -> Tensor:
    """Latents [T, D] of a path at positions [T], counted in segments: 0 is the first key, 1 the second.

    Args:
        keys: [K, D], K at least 2.
        positions: 0..K - 1, or 0..K with `loop`, where K is the first key again; float64 keeps them exact.
        route: a name in PATHS; a circle lies in the plane of the first two keys and always closes, at K.
    """
    count = len(keys)
    if route == CIRCLE:
        return circle(keys[0], keys[1], (positions / count).to(keys))
    segments = count if loop else count - 1
    number = positions.floor().clamp(0, segments - 1).long()
    film = keys.new_empty(len(positions), keys.shape[1])
    for i in number.unique().tolist():
        a, b = keys[i], keys[(i + 1) % count]
        # An open path has nothing beyond its ends: it goes straight on there.
        before = keys[i - 1] if loop or i > 0 else 2 * a - b
        after = keys[(i + 2) % count] if loop or i + 2 < count else 2 * b - a
        film[number == i] = SEGMENTS[route](before, a, b, after, (positions[number == i] - i).to(keys))
    return film


def path(keys: Tensor, frames: int, route: str = "slerp", loop: bool = False) -> Tensor:
    """Latents along `keys`, [T, z_dim], `frames` of them for each segment.

    Without `loop` the last key is the last frame, T = (K - 1) frames + 1. With it the film returns to the
    first key and stops one frame short of it, T = K frames, so that playing it round repeats no picture.
    A circle closes by itself and is always a loop.
    """
    loop = loop or route == CIRCLE
    last = len(keys) * frames if loop else (len(keys) - 1) * frames + 1
    return along(keys, torch.arange(last, dtype=torch.float64) / frames, route, loop)


TURNS: dict[str, str] = {
    "loop": "from the last key back to the first, seamless",
    "ping-pong": "there and back again",
    "once": "from the first key to the last",
}


def tour(keys: Tensor, frames: int, route: str = "slerp", turn: str = "loop") -> Tensor:
    """Latents [T, z_dim] along `keys` [K, z_dim] with an ending of TURNS; T is K frames for a loop of K keys."""
    film = path(keys, frames, route, loop=turn == "loop")
    # A circle is back where it began: there is nothing to go back for.
    return ping_pong(film) if turn == "ping-pong" and route != CIRCLE else film


def ping_pong(film: Tensor) -> Tensor:
    """There and back without showing either end twice: [T, ...] gives [2 T - 2, ...]."""
    return torch.cat([film, film[1:-1].flip(0)])
