"""What a loaded model shows: pictures that depend on nothing but (model, z, psi, edits); directions; opinions."""

import dataclasses
import math
from itertools import pairwise

import pytest
import torch
from torch import nn

from core_fixtures import seed, tiny, tiny_model
from gan import networks
from gan.config import PRESETS
from gan.data import load
from gan.errors import ConfigError
from gan.explore import CHUNK, PLANE, Edits, latent_statistics, neighbours, opinion, pictures, quantiles, render
from gan.images import INK, SCATTER_SIDE
from gan.latents import z_from_seeds
from gan.model import Model
from gan.runs import model_of
from gan.trainer import Trainer


@pytest.fixture(scope="module", params=["mlp", "dcgan"])
def model(request: pytest.FixtureRequest) -> Model:
    if request.param == "mlp":
        return tiny_model()
    return tiny_model(network="dcgan", g_widths=(8, 4), d_widths=(4, 8), kernel=5, norm="batch")


def test_seed_42_alone_in_a_batch_and_among_many(model: Model) -> None:
    alone = render(model, z_from_seeds([42], 4))
    for seeds in ([1, 42], list(range(64)), list(range(CHUNK * 2 + 5))):
        batch = render(model, z_from_seeds(seeds, 4))
        torch.testing.assert_close(batch[seeds.index(42)], alone[0], rtol=0, atol=1e-5)
        assert batch.shape == (len(seeds), 1, 8, 8)


def test_rendering_changes_nothing(model: Model) -> None:
    z = z_from_seeds(range(3), 4)
    first = render(model, z, 0.7, Edits({0: 1.0}, {1: 2.0}))
    assert torch.equal(z, z_from_seeds(range(3), 4))
    assert torch.equal(first, render(model, z, 0.7, Edits({0: 1.0}, {1: 2.0})))


def test_psi(model: Model) -> None:
    z = z_from_seeds(range(5), 4)
    assert torch.equal(render(model, z, 1.0), render(model, z))
    mean = render(model, z, 0.0)
    torch.testing.assert_close(mean, mean[:1].expand_as(mean), rtol=0, atol=1e-6)
    torch.testing.assert_close(render(model, z, 0.5), render(model, 0.5 * z), rtol=0, atol=1e-5)  # here w is z


def test_edits(model: Model) -> None:
    z = z_from_seeds(range(3), 4)
    raw = z.clone()
    raw[:, 2] = -1.5
    torch.testing.assert_close(render(model, z, 1.0, Edits(raw={2: -1.5})), render(model, raw))
    moved = z + 2.5 * model.sigmas[1] * model.directions[1]
    torch.testing.assert_close(render(model, z, 1.0, Edits(directions={1: 2.5})), render(model, moved))
    assert torch.equal(render(model, z, 1.0, Edits({}, {0: 0.0})), render(model, z))


@pytest.mark.parametrize(("psi", "edits"), [
    (math.nan, Edits()), (-0.1, Edits()), (2.1, Edits()), (True, Edits()), ("1", Edits()), (None, Edits()),
    (math.inf, Edits()), (1.0, Edits({0: math.nan})), (1.0, Edits({0: 5.1})), (1.0, Edits({4: 0.0})),
    (1.0, Edits({-1: 0.0})), (1.0, Edits({}, {0: math.nan})), (1.0, Edits({}, {0: -5.1})), (1.0, Edits({}, {4: 0.0})),
    (1.0, Edits({}, {-1: 1.0})),
])  # fmt: skip
def test_out_of_range(model: Model, psi: float, edits: Edits) -> None:
    with pytest.raises(ConfigError) as caught:
        render(model, z_from_seeds([1], 4), psi, edits)
    assert "\n" not in str(caught.value)


def test_pictures_are_pixels(model: Model) -> None:
    shown = pictures(model, z_from_seeds(range(3), 4))
    assert shown.shape == (3, 8, 8, 1)
    assert shown.dtype == torch.uint8


def test_neighbours() -> None:
    z = z_from_seeds([42], 16)[0]
    around = neighbours(z, 42, 0.4)
    assert around.shape == (8, 16)
    assert torch.equal(around, neighbours(z, 42, 0.4))
    assert not torch.equal(around, neighbours(z, 43, 0.4))
    torch.testing.assert_close(around.norm(dim=1), z.norm().expand(8))
    torch.testing.assert_close(neighbours(z, 42, 0.0), z.expand(8, 16))
    near, far = ((neighbours(z, 42, r) - z).norm(dim=1).mean() for r in (0.2, 0.8))
    assert 0 < near < far
    assert len(around.unique(dim=0)) == 8


def test_quantiles_are_ascending_ranks() -> None:
    class Brightness(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.flatten(1).mean(1)

    reals = torch.linspace(0, 1, 201)[torch.randperm(201, generator=seed())].view(-1, 1, 1, 1)
    torch.testing.assert_close(quantiles(Brightness(), reals), torch.linspace(0, 1, 101), rtol=0, atol=1e-6)
    model = dataclasses.replace(tiny_model(), D=Brightness(), real_logits=torch.linspace(0, 1, 101))
    shares = opinion(model, torch.tensor([-1.0, 0.255, 0.5051, 2.0]).view(-1, 1, 1, 1))
    assert shares is not None
    torch.testing.assert_close(shares, torch.tensor([0.0, 0.255, 0.505, 1.0]), rtol=0, atol=0.01)


def test_no_opinion_without_reals(model: Model) -> None:
    unknown = dataclasses.replace(model, real_logits=torch.zeros(0))
    assert opinion(unknown, render(model, z_from_seeds([1], 4))) is None


def test_statistics_of_a_known_generator() -> None:
    """A first layer that stretches the axes by 1, 5, 2 and 3: those are the directions, in this order of size."""
    G, _ = networks.build(tiny(g_widths=(4,)).architecture((1, 8, 8), 1.0), seed())
    with torch.no_grad():
        G.hidden[0].weight.copy_(torch.diag(torch.tensor([1.0, 5.0, 2.0, 3.0])))
    found = latent_statistics(G, 3)
    assert torch.equal(found["w_avg"], torch.zeros(4))
    expected = torch.eye(4)[[1, 3, 2]]
    torch.testing.assert_close(found["directions"], expected, rtol=0, atol=0.06)
    torch.testing.assert_close(found["sigmas"], torch.ones(3), rtol=0, atol=0.05)


def test_directions_are_unit_vectors_with_a_fixed_sign(model: Model) -> None:
    torch.testing.assert_close(model.directions.norm(dim=1), torch.ones(4))
    largest = model.directions.gather(1, model.directions.abs().argmax(1, keepdim=True))
    assert (largest > 0).all()
    for name, value in latent_statistics(model.G, 4).items():
        assert torch.equal(value, getattr(model, name))


def test_the_first_direction_moves_the_features_most() -> None:
    model = tiny_model(z_dim=8, g_widths=(32, 16))
    moves = [
        (model.G.stem(s * d[None]) - model.G.stem(0 * d[None])).norm()
        for d, s in zip(model.directions, model.sigmas, strict=True)
    ]
    assert moves[0] == max(moves)
    assert all(a > 0.9 * b for a, b in pairwise(moves))


def test_a_film_of_points_is_a_dot_that_travels_through_their_cloud() -> None:
    model = model_of(Trainer(PRESETS["ring"], load("ring")), "ring", 0.0)
    z = z_from_seeds([1, 7], model.G.z_dim)
    frames = pictures(model, z)
    assert frames.shape == (2, SCATTER_SIDE, SCATTER_SIDE, 3)
    changed = (frames[0] != frames[1]).any(-1).float().mean()
    assert 0 < changed < 0.02  # the cloud stays
    for frame, place in zip(frames, render(model, z), strict=True):
        row, column = (frame == torch.tensor(INK, dtype=torch.uint8)).all(-1).nonzero().float().mean(0)
        x, y = ((place / (PLANE * model.unit) + 1) / 2 * (SCATTER_SIDE - 1)).tolist()
        assert abs(column - x) < 1
        assert abs(row - (SCATTER_SIDE - 1 - y)) < 1
