"""What a frame of a live run says is true: where things lie, which way they point, and how sure the critic is."""

import base64
import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor

from core_fixtures import copied, differing
from gan.data.points import Points
from gan.data.sets import at_hand, load
from gan.data.stored import Stored
from gan.live import frames
from gan.live.contestant import Contestant
from gan.live.film import pairs
from gan.live.frames import (
    ARROWS,
    FIELD,
    GRID,
    POINTS,
    load_scene,
    points_to_text,
    shares_to_text,
    shown_latents,
)
from gan.live.messages import CURVE_COLUMNS, PicturesFrame
from gan.live.p_real import p_real
from gan.live.recipes import LIVE_DATA
from gan.live.setup import Setup
from gan.media.images import to_images, to_pixels
from gan.media.pictures import PICTURES
from gan.recipe.objectives import OBJECTIVES
from gan.training.trainer import Trainer

torch.set_num_threads(1)


def contestant(**values: Any) -> Contestant:
    return Contestant(Setup.of(values).configs()[0], 10**9)


def numbers(text: str, kind: str) -> "np.ndarray[Any, Any]":
    return np.frombuffer(base64.b64decode(text), kind)


def places(text: str, extent: float) -> Tensor:
    """[N, 2] the points of their text."""
    return torch.from_numpy(numbers(text, "<u2").astype(np.float32)).view(-1, 2) / 65535 * 2 * extent - extent


def stand_in(G: Any, dims: int = 2) -> Trainer:
    """As much of a trainer as the manifold needs, with a G of which everything is known."""
    return cast(Trainer, SimpleNamespace(G_ema=G, config=SimpleNamespace(z_dim=dims)))


# ---- forms


def test_points_survive_their_journey() -> None:
    text = points_to_text(torch.tensor([[-3.0, 0.0], [1.5, 99.0], [math.nan, -math.inf]]), 3.0)
    np.testing.assert_allclose(numbers(text, "<u2") / 65535 * 6 - 3, [-3, 0, 1.5, 3, -3, -3], atol=1e-4)


def test_shares_and_pictures_survive_theirs() -> None:
    shares = torch.tensor([0.0, 0.5, 1.0, math.nan, 2.0, -1.0])
    assert list(numbers(shares_to_text(shares), "u1")) == [0, 128, 255, 128, 255, 0]
    images = torch.rand(3, 2, 4, 4, generator=torch.Generator().manual_seed(0)) * 2 - 1
    flat = numbers(load_scene("digits").rows_to_text(images), "u1")
    assert (flat.reshape(3, 4, 4, 2) == to_pixels(images).numpy()).all()


def test_numbers_that_json_does_not_know_are_left_out() -> None:
    assert frames.finite(1 / 3) == 0.3333
    assert frames.finite(123456.0) == 123500
    assert [frames.finite(v) for v in (None, math.nan, math.inf, torch.tensor(math.nan))] == [None] * 4
    assert frames.finite(torch.tensor(2.0)) == 2.0


# ---- scenes


@pytest.mark.parametrize("name", [name for name in LIVE_DATA if at_hand(name)])
def test_a_scene_is_read_once_and_holds_its_data(name: str) -> None:
    about = load_scene(name)
    assert load_scene(name) is about
    told = json.loads(json.dumps(about.to_json()))
    assert told["kind"] == about.medium.name
    if not about.medium.alone:
        assert told["count"] == POINTS
        back = places(told["reals"], about.extent)
        torch.testing.assert_close(back, about.reals, atol=2 * about.extent / 65535, rtol=0)
        assert about.reals.abs().max() < about.extent < 2 * about.reals.abs().max()
        assert told["total"] == {"ring": 8, "grid": 25, "two-gaussians": 2, "disjoint": 3}.get(name, 0)
    elif not about.medium.sized:
        rows = about.medium.rows(about.reals, about.data.traits)
        assert (numbers(told["reals"], "u1") == rows.flatten().numpy()).all()
        assert told["traits"] == about.data.traits
    else:
        size = told["resolution"]
        pixels = numbers(told["reals"], "u1").reshape(PICTURES.pairs, size, size, told["channels"])
        assert (pixels == to_pixels(about.reals).numpy()).all()
        assert (told["total"], told["count"]) == (10, PICTURES.pairs)
        assert told["size"] in (1_437, 60_000)  # those to train with


# ---- p_real


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_p_real_is_high_on_real_and_low_on_fake(objective: str) -> None:
    """A critic that is right by 0.5 on either side of its objective's own middle is read as right."""
    middle = {"least-squares": 0.5, "relativistic": 7.0, "wasserstein": -3.0, "wasserstein-gp": 9.0}.get(objective, 0.0)
    reals, fakes = torch.full((5, 2), 0.5), torch.full((5, 2), -0.5)
    on_real, on_fake, here = p_real(objective, lambda x: x[:, 0] + middle, reals, fakes, torch.zeros(1, 2))
    assert on_real.min() > 0.6
    assert on_fake.max() < 0.4
    torch.testing.assert_close(here, torch.tensor([0.5]))


def test_the_plane_is_asked_row_by_row_from_the_top_left() -> None:
    asked = frames.field_places(2.0)
    assert asked.shape == (FIELD * FIELD, 2)
    half = 2.0 / FIELD
    torch.testing.assert_close(asked[0], torch.tensor([-2 + half, 2 - half]))
    torch.testing.assert_close(asked[1] - asked[0], torch.tensor([2 * half, 0.0]))
    torch.testing.assert_close(asked[FIELD] - asked[0], torch.tensor([0.0, -2 * half]))
    torch.testing.assert_close(asked[-1], torch.tensor([2 - half, -2 + half]))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_frame_says_what_the_critic_thinks_of_the_fakes_and_of_the_plane(objective: str) -> None:
    run = contestant(objective=objective, batch=16)
    run.act("both")
    trainer, about = run.trainer, run.scene
    frame = frames.points_samples(trainer, about) | frames.backdrop(trainer, about)
    with torch.no_grad():
        fake = trainer.G_ema(trainer.z_shown)
        corner = torch.tensor([[-1.0, 1.0]]) * about.extent * (1 - 1 / FIELD)
        _, on_fake, on_corner = p_real(objective, trainer.D, about.critic_batch, fake, corner)
    torch.testing.assert_close(places(frame["fakes"], about.extent), fake, atol=1e-3, rtol=0)
    said = numbers(frame["opinions"], "u1").astype(int)
    assert np.abs(said - (on_fake * 255).numpy()).max() <= 0.51
    field = numbers(frame["field"], "u1")
    assert len(field) == FIELD**2 == frame["side"] ** 2
    assert abs(int(field[0]) - float(on_corner) * 255) <= 0.51


# ---- G's manifold


def test_the_latent_grid_divides_the_plane_into_equal_shares() -> None:
    for dims, n in GRID.items():
        grid = frames.latent_grid(dims)
        assert grid.shape == (n**dims, dims)
        share = torch.special.ndtr(grid[:, -1]).view(-1, n)[0]
        torch.testing.assert_close(share, (torch.arange(n) + 0.5) / n, atol=1e-6, rtol=0)
    n = GRID[2]
    grid = frames.latent_grid(2).view(n, n, 2)
    assert (grid[1:, :, 0] > grid[:-1, :, 0]).all()  # down the rows the first latent grows
    assert (grid[:, 1:, 1] > grid[:, :-1, 1]).all()  # along a row the second


def test_the_manifold_is_the_grid_as_g_bends_it() -> None:
    turn = torch.tensor([[0.3, -0.1], [0.2, 0.4]])
    told = frames.manifold(stand_in(lambda z: z @ turn), 2, 2.0)
    n = told["n"]
    torch.testing.assert_close(places(told["points"], 2.0), frames.latent_grid(2) @ turn, atol=1e-4, rtol=0)
    density = numbers(told["density"], "u1").reshape(n - 1, n - 1)
    axis = frames.latent_grid(2)[:n, 1]
    area = (axis.diff()[:, None] * axis.diff()[None] * turn.det()).numpy()  # how a linear map changes areas
    usual = (4 / (n - 1)) ** 2 / 4
    assert np.abs(density - 255 * usual / (usual + area)).max() <= 0.51
    assert density[n // 2, n // 2] == density.max()


def test_a_manifold_is_dense_where_g_squeezes_it() -> None:
    n = GRID[2]

    def squeezed(z: Tensor) -> Tensor:
        return torch.stack([z[:, 0], torch.where(z[:, 1] < 0, z[:, 1] / 50, z[:, 1])], 1)

    density = numbers(frames.manifold(stand_in(squeezed), 2, 2.0)["density"], "u1").reshape(n - 1, n - 1)
    assert (density[:, : n // 2 - 1].min(1) > density[:, n // 2 + 1 :].max(1)).all()
    turned = frames.manifold(stand_in(lambda z: squeezed(z.flip(1)).flip(1)), 2, 2.0)["density"]
    assert (numbers(turned, "u1").reshape(n - 1, n - 1) == density.T).all()


def test_a_latent_of_one_dimension_makes_a_curve() -> None:
    told = frames.manifold(stand_in(lambda z: torch.cat([z.clamp(min=0), z * 0], 1), 1), 1, 2.0)
    n = told["n"]
    assert (n, told["dims"]) == (GRID[1], 1)
    assert len(places(told["points"], 2.0)) == n
    density = numbers(told["density"], "u1")
    assert (density[: n // 2] == 255).all()  # all of it at one place
    assert density[n // 2 :].max() < 255
    assert (np.diff(density[n // 2 :].astype(int)) <= 0).all()  # the tail is thin


def test_only_latents_that_can_be_drawn_have_a_manifold() -> None:
    assert "grid" in frames.backdrop(contestant(z_dim=1).trainer, load_scene("ring"))
    assert "grid" not in frames.pictures_samples(contestant(data="digits").trainer, load_scene("digits"))


# ---- arrows


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_moving_a_fake_along_its_arrow_lowers_the_loss_of_g(objective: str) -> None:
    run = contestant(objective=objective, batch=32, seed=3)
    for _ in range(5):
        run.act("both")
    trainer, reals = run.trainer, run.scene.reals[:ARROWS]
    told = frames.points_samples(trainer, run.scene)["arrows"]
    assert told["count"] == ARROWS
    by = torch.from_numpy(numbers(told["by"], "i1").astype(np.float32)).view(-1, 2)
    assert 125 <= float(by.norm(dim=1).max()) <= 128
    with torch.no_grad():
        fake = trainer.G_ema(shown_latents(trainer)[:ARROWS])

        def loss(at: Tensor) -> Tensor:
            on_real, on_fake = trainer.D(torch.cat([reals, at])).chunk(2)
            return trainer.objective.loss_g(on_real, on_fake)

        long = by.norm(dim=1) > 20  # the others point nowhere, rounded as they are
        before, after, back = (loss(fake + way * by / by.norm(dim=1, keepdim=True)) for way in (0, 1e-3, -1e-3))
    assert long.any()
    assert (after[long] < before[long]).all()
    assert (back[long] > before[long]).all()


def test_the_longest_arrow_is_as_long_as_the_steepest_gradient() -> None:
    class Linear(torch.nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return 3 * x[:, 0] - 4 * x[:, 1]

    objective = SimpleNamespace(loss_g=lambda on_real, on_fake: -on_fake)
    trainer = cast(Trainer, SimpleNamespace(D=Linear(), objective=objective))
    told = frames.arrows(trainer, torch.zeros(2, 2), torch.ones(2, 2))
    assert told["longest"] == 5
    assert list(numbers(told["by"], "i1")) == [round(127 * 0.6), round(-127 * 0.8)] * 2


def test_a_frame_leaves_the_run_as_it_is() -> None:
    run = contestant(batch=16)
    run.act("both")
    before = copied(run.trainer.state())
    gradients = [gradient.clone() for gradient in run.trainer.opt_d.gradients]
    run.observe(1)
    run.point()
    json.dumps(run.frame(), allow_nan=False)
    assert not differing(run.trainer.state(), before)
    assert gradients[0].any()
    assert all(torch.equal(*pair) for pair in zip(run.trainer.opt_d.gradients, gradients, strict=True))


# ---- pictures


def test_the_nearest_real_picture_is_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "VALUES_AT_ONCE", 64 * 100)  # looked for in several parts
    pixels = to_images(load_scene("digits").data.rows)  # type: ignore[union-attr]
    images = pixels[:40] + 0.4 * torch.randn(40, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    found = frames.nearest("digits", images)
    best = (pixels.flatten(1)[None] - images.flatten(1)[:, None]).square().sum(2).min(1).values
    torch.testing.assert_close((found - images).flatten(1).square().sum(1), best, rtol=1e-4, atol=1e-4)
    assert torch.equal(frames.nearest("digits", pixels[50:60]), pixels[50:60])


def test_a_frame_of_pictures_pairs_each_fake_with_its_neighbour() -> None:
    run = contestant(data="digits", batch=16)
    run.act("both")
    run.observe(1)
    told = run.frame()
    with torch.no_grad():
        fake = run.trainer.G_ema(run.trainer.z_shown[: PICTURES.pairs])
    assert (numbers(told["fakes"], "u1") == to_pixels(fake).numpy().reshape(-1)).all()
    near = to_pixels(frames.nearest("digits", fake)).numpy()
    assert (numbers(told["nearest"], "u1") == near.reshape(-1)).all()
    assert len(numbers(told["opinions"], "u1")) == PICTURES.pairs


@pytest.mark.parametrize("name", ["ring", "line", "digits"])
def test_a_frame_names_every_figure(name: str) -> None:
    run = contestant(data=name, batch=16)
    run.act("both")
    run.observe(1)
    run.point()
    figures = run.frame()["figures"]
    assert {"loss_d", "loss_g", "penalty", "grad_d", "grad_g", "real", "fake", "passing", "variety"} <= figures.keys()
    known = {"ring": ("fair", "total", "quality", "distance"), "line": ("distance",), "digits": ("frechet", "total")}
    assert all(figures[figure] is not None for figure in known[name])
    assert run.key_figure() == figures[{"ring": "quality", "line": "distance"}.get(name, "frechet")]


def test_a_point_of_the_curves_never_has_a_quality_without_its_coverage() -> None:
    """All fakes in the middle of one mode: the quality is perfect, and the coverage says what it is worth."""
    run = contestant(data="ring", batch=8)
    centres = cast(Points, run.trainer.data).centres
    assert centres is not None
    run.trainer.G_ema.forward = lambda z, c: centres[:1].expand(len(z), 2)
    run.observe(0)
    told = dict(zip(CURVE_COLUMNS, run.point(), strict=True))
    assert (told["figure"], told["coverage"]) == (1.0, 1 / 8)
    unknown = contestant(data="moons", batch=8)
    unknown.observe(0)
    assert dict(zip(CURVE_COLUMNS, unknown.point(), strict=True))["coverage"] is None


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_contestant_tells_where_its_losses_end(objective: str) -> None:
    ends = contestant(objective=objective).about()["ends"]
    assert ends == [frames.finite(OBJECTIVES[objective].end_d), frames.finite(OBJECTIVES[objective].end_g)]


def test_what_is_no_picture_travels_as_rows_with_what_they_are_read_with(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("abba\nbaa\nab\n")
    words = load(f"lines:{tmp_path / 'list.txt'}")
    assert isinstance(words, Stored)
    samples = words.tensors(words.rows)
    scene = frames.Scene(words, samples, samples, 1.0)
    told = scene.to_json()
    assert "resolution" not in told and "channels" not in told
    assert (told["shape"], told["row"]) == ([3, 5, 1], [5])
    assert told["traits"] == {"alphabet": "ab", "groups": [3]}
    rows = numbers(told["reals"], "u1").reshape(-1, 5)
    assert rows.tolist() == [[1, 2, 2, 1, 0], [2, 1, 1, 0, 0], [1, 2, 0, 0, 0]]
    many = scene.rows_to_text(samples[torch.arange(words.medium.pairs) % 3])
    picture = pairs(cast(PicturesFrame, {"fakes": many, "nearest": many, "opinions": "", "figures": {}}), told)
    assert picture.shape[2] == 3 and picture.float().std() > 10  # words drawn
