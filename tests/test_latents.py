"""Latents by seed, truncation and paths."""

import math

import pytest
import torch

from core_fixtures import seed
from gan.errors import ConfigError
from gan.latents import (
    MAX_SEED,
    MAX_SEEDS,
    PATHS,
    PLANE_ROW,
    SEGMENTS,
    along,
    lerp,
    parse_seeds,
    path,
    ping_pong,
    plane,
    slerp,
    tour,
    truncate,
    z_from_seeds,
)


def test_a_seed_is_the_same_alone_and_in_any_batch() -> None:
    alone = z_from_seeds([42], 64)
    assert torch.equal(alone[0], z_from_seeds([1, 42, 7], 64)[1])
    assert torch.equal(alone[0], z_from_seeds(range(100), 64)[42])


def test_a_seed_ignores_and_leaves_the_global_generator() -> None:
    torch.rand(1)
    before = torch.random.get_rng_state()
    first = z_from_seeds([42], 8)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.rand(100)
    assert torch.equal(first, z_from_seeds([42], 8))


def test_z_is_standard_normal() -> None:
    z = z_from_seeds(range(2000), 16)
    assert z.shape == (2000, 16)
    assert abs(z.mean().item()) < 0.02
    assert abs(z.std().item() - 1) < 0.02
    assert len(z.unique(dim=0)) == 2000


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("42", [42]),
        ("1,7,42", [1, 7, 42]),
        ("0-3", [0, 1, 2, 3]),
        (" 5 , 8 - 10 ", [5, 8, 9, 10]),
        ("7,7", [7, 7]),
        ("3-3", [3]),
        (str(MAX_SEED), [MAX_SEED]),
    ],
)
def test_parse_seeds(text: str, seeds: list[int]) -> None:
    assert parse_seeds(text) == seeds


def test_parse_seeds_up_to_the_limit() -> None:
    assert len(parse_seeds(f"0-{MAX_SEEDS - 1}")) == MAX_SEEDS
    assert len(parse_seeds(f"0-{MAX_SEEDS - 2},5")) == MAX_SEEDS
    for text in (f"0-{MAX_SEEDS}", f"0-{MAX_SEEDS - 1},5"):
        with pytest.raises(ConfigError, match="at most"):
            parse_seeds(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "1,", ",1", "1,,2", "-1", "1.5", "1e3", "5-3", "1-2-3", "0x10", "nan", "٣", "1 2", "99999999999",
     str(MAX_SEED + 1), f"0-{MAX_SEED + 1}", "a" * 5000, "1\n2"],
)  # fmt: skip
def test_parse_seeds_refuses(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_seeds(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_truncate() -> None:
    w, w_avg = torch.randn(5, 8, generator=seed()), torch.randn(8, generator=seed(1))
    assert torch.equal(truncate(w, w_avg, 1.0), w)
    assert torch.equal(truncate(w, w_avg, 0.0), w_avg.expand(5, 8))
    torch.testing.assert_close(truncate(w, w_avg, 0.5), (w + w_avg) / 2)
    torch.testing.assert_close(truncate(w, w_avg, 2.0), 2 * w - w_avg)


def keys(count: int = 2, size: int = 16) -> torch.Tensor:
    return torch.randn(count, size, generator=seed(3))


@pytest.mark.parametrize("kind", SEGMENTS)
def test_path_kinds_start_and_end_at_the_keys(kind: str) -> None:
    a, b = keys()
    ends = along(torch.stack([a, b]), torch.tensor([0.0, 1.0]), kind, loop=False)
    torch.testing.assert_close(ends, torch.stack([a, b]), rtol=1e-5, atol=1e-5)


def test_lerp_is_straight() -> None:
    a, b = keys()
    torch.testing.assert_close(lerp(a, b, torch.tensor([0.25])), (0.75 * a + 0.25 * b)[None])


def test_slerp_blends_lengths_and_turns_evenly() -> None:
    a, b = keys()
    a, b = a / a.norm() * 2, b / b.norm() * 6
    t = torch.linspace(0, 1, 9)
    arc = slerp(a, b, t)
    torch.testing.assert_close(arc.norm(dim=1), 2 + 4 * t, rtol=1e-4, atol=1e-4)
    whole = math.acos((a @ b / 12).item())
    turned = torch.acos((arc @ a / arc.norm(dim=1) / 2).clamp(-1, 1))
    torch.testing.assert_close(turned, t * whole, rtol=1e-3, atol=1e-3)


def test_slerp_known_quarter() -> None:
    east, north = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    middle = slerp(east, north, torch.tensor([0.5]))
    torch.testing.assert_close(middle, torch.full((1, 2), math.sqrt(0.5)))


@pytest.mark.parametrize("b", [torch.tensor([2.0, 0.0]), torch.tensor([-1.0, 0.0]), torch.zeros(2)])
def test_slerp_takes_the_line_where_no_arc_is_defined(b: torch.Tensor) -> None:
    a, t = torch.tensor([1.0, 0.0]), torch.linspace(0, 1, 5)
    assert torch.equal(slerp(a, b, t), lerp(a, b, t))


@pytest.mark.parametrize("kind", SEGMENTS)
def test_path_length_and_stops(kind: str) -> None:
    stops = keys(3)
    film = path(stops, 10, kind)
    assert film.shape == (21, 16)
    for i in range(3):
        torch.testing.assert_close(film[10 * i], stops[i], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", PATHS)
def test_a_loop_repeats_no_frame(kind: str) -> None:
    stops = keys(3)
    film = path(stops, 10, kind, loop=True)
    assert film.shape == (30, 16)
    assert len(film.unique(dim=0)) == 30
    steps = (film.roll(-1, 0) - film).norm(dim=1)  # the last one leads back to the first
    torch.testing.assert_close(film[0], stops[0])
    assert steps[-1] < 2 * steps[20:29].max()


def test_a_circle_keeps_its_length_and_meets_the_second_keys_direction() -> None:
    a, b = keys()
    loop = path(torch.stack([a, b]), 50, "circle")
    assert loop.shape == (100, 16)
    torch.testing.assert_close(loop.norm(dim=1), a.norm().expand(100), rtol=1e-5, atol=1e-5)
    steps = (loop.roll(-1, 0) - loop).norm(dim=1)
    torch.testing.assert_close(steps, steps[:1].expand(100), rtol=1e-3, atol=1e-4)
    assert torch.nn.functional.cosine_similarity(loop[:50], b[None]).max() > 0.999
    assert torch.equal(tour(torch.stack([a, b]), 50, "circle", "ping-pong"), loop)


@pytest.mark.parametrize("loop", [False, True])
def test_a_spline_has_no_corners(loop: bool) -> None:
    stops = keys(4)
    at = torch.arange(1.0, 3.0, dtype=torch.float64)
    ahead, behind = (along(stops, at + d, "spline", loop) for d in (1e-3, -1e-3))
    here = along(stops, at, "spline", loop)
    torch.testing.assert_close(ahead - here, here - behind, rtol=0, atol=2e-4)
    chord = (stops[2] - stops[0]) / 2  # Catmull and Rom's slope at the second key
    torch.testing.assert_close((ahead - behind)[0] / 2e-3, chord, rtol=0.02, atol=0.02)
    straight = torch.arange(4.0)[:, None] * torch.ones(1, 3)
    line = along(straight, torch.linspace(0, 3, 7, dtype=torch.float64), "spline", False)
    torch.testing.assert_close(line[:, 0], torch.linspace(0, 3, 7))


def test_the_plane_of_seeds() -> None:
    corners = {step: z_from_seeds([7 + step], 16)[0] for step in (0, 1, PLANE_ROW, PLANE_ROW + 1)}
    assert torch.equal(plane(7, 0, 0, [16]), corners[0])
    middle = plane(7, 0.5, 0.5, [16])
    torch.testing.assert_close(middle, sum(corners.values()) / 2)
    right = plane(7, 0.75, 0, [16])
    torch.testing.assert_close(right, (0.25 * corners[0] + 0.75 * corners[1]) / math.sqrt(0.25**2 + 0.75**2))
    down = plane(7, 0, 0.75, [16])
    torch.testing.assert_close(down, (0.25 * corners[0] + 0.75 * corners[PLANE_ROW]) / math.sqrt(0.25**2 + 0.75**2))
    lengths = torch.stack([plane(s, 0.5, 0.25, [64]).norm() for s in range(200)])
    assert abs(lengths.mean().item() - 8) < 0.2, "as long as a drawn latent"
    assert torch.isfinite(plane(MAX_SEED, 0.5, 0.5, [4])).all()


def test_ping_pong() -> None:
    assert ping_pong(torch.arange(4)).tolist() == [0, 1, 2, 3, 2, 1]
    assert ping_pong(torch.arange(2)).tolist() == [0, 1]
