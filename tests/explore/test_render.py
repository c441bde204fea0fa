"""What a loaded model shows: pictures that depend on nothing but (model, z, psi, edits); directions; opinions."""

import dataclasses
import math
from itertools import pairwise

import pytest
import torch
from torch import nn

from core_fixtures import seed, tiny, tiny_model
from gan import networks
from gan.data.sets import load
from gan.errors import ConfigError
from gan.explore.render import CHUNK, Edits, Mix, closed_form, critic_rank, edited_w, neighbours, pictures, render
from gan.latents import z_from_seeds
from gan.media.points import INK, PLANE, SCATTER_SIDE
from gan.models.latent_statistics import latent_statistics, quantiles
from gan.models.model import Model
from gan.recipe.presets import PRESETS
from gan.training.runs import model_of
from gan.training.trainer import Trainer


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
        def forward(self, x: torch.Tensor, c: torch.Tensor | None = None) -> torch.Tensor:
            return x.flatten(1).mean(1)

    reals = torch.linspace(0, 1, 201)[torch.randperm(201, generator=seed())].view(-1, 1, 1, 1)
    torch.testing.assert_close(quantiles(Brightness(), reals), torch.linspace(0, 1, 101), rtol=0, atol=1e-6)
    model = dataclasses.replace(tiny_model(), D=Brightness(), real_logits=torch.linspace(0, 1, 101))
    shares = critic_rank(model, torch.tensor([-1.0, 0.255, 0.5051, 2.0]).view(-1, 1, 1, 1))
    assert shares is not None
    torch.testing.assert_close(shares, torch.tensor([0.0, 0.255, 0.505, 1.0]), rtol=0, atol=0.01)


def test_no_opinion_without_reals(model: Model) -> None:
    unknown = dataclasses.replace(model, real_logits=torch.zeros(0))
    assert critic_rank(unknown, render(model, z_from_seeds([1], 4))) is None


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


STYLE = {"network": "style", "g_widths": (8, 6), "d_widths": (4, 8), "condition": "class"}


@pytest.fixture(scope="module")
def styled() -> Model:
    return tiny_model(**STYLE)


def test_classes_in_a_batch_are_those_of_the_edits_alone(styled: Model) -> None:
    z = z_from_seeds(range(3), 4)
    each = torch.cat([render(styled, z[k : k + 1], 0.6, Edits(c=k)) for k in range(3)])
    torch.testing.assert_close(render(styled, z, 0.6, c=torch.arange(3)), each, rtol=0, atol=1e-5)
    same = render(styled, z[:1].expand(3, -1), 0.6, c=torch.arange(3))
    assert len(same.flatten(1).unique(dim=0)) == 3
    assert styled.classes == ("one", "two", "three")


@pytest.mark.parametrize("changes", [STYLE, {"condition": "class"}], ids=["style", "mlp"])
def test_psi_0_is_the_mean_of_each_class(changes: dict[str, object]) -> None:
    model = tiny_model(**changes)
    for k in range(3):
        mean = render(model, z_from_seeds(range(4), 4), 0.0, Edits(c=k))
        torch.testing.assert_close(mean, model.G.synthesis(model.w_avg[k].expand(4, -1)), rtol=0, atol=1e-5)
        w = model.G.mapping(torch.randn(20_000, 4, generator=seed(1)), torch.full((20_000,), k))
        torch.testing.assert_close(w.mean(0), model.w_avg[k], rtol=0, atol=0.05)
    assert model.w_avg.shape == (3, model.G.w_dim)


def test_a_range_of_layers_is_a_w_for_each(styled: Model) -> None:
    z = z_from_seeds([5], 4)
    last = styled.G.num_ws - 1
    moved = Edits(directions={0: 3.0}, sefa={1: 2.0})
    whole = render(styled, z, 1.0, moved)
    assert torch.equal(render(styled, z, 1.0, dataclasses.replace(moved, layers=(0, last))), whole)
    w = styled.G.mapping(z, torch.tensor([0]))
    far = edited_w(styled, z, 1.0, moved, torch.tensor([0]))
    ws = w[:, None].repeat(1, last + 1, 1)
    ws[:, 1:3] = far
    found = render(styled, z, 1.0, dataclasses.replace(moved, layers=(1, 2)))
    torch.testing.assert_close(found, styled.G.synthesis(ws), rtol=0, atol=1e-6)
    assert not torch.allclose(found, whole, atol=1e-4)


def test_mixing_takes_over_the_later_ws(styled: Model) -> None:
    z, second = z_from_seeds([5], 4), z_from_seeds([9], 4)
    w, other = (styled.G.mapping(x, torch.tensor([1])) for x in (z, second))
    ws = torch.stack([w, w, *[other] * (styled.G.num_ws - 2)], 1)
    found = render(styled, z, 1.0, Edits(mix=Mix(9, 2, 1.0), c=1))
    torch.testing.assert_close(found, styled.G.synthesis(ws), rtol=0, atol=1e-6)


def test_sefa_measures_w_where_it_is_not_z(styled: Model) -> None:
    vectors, lengths = closed_form(styled)
    w = torch.cat([styled.G.mapping(z_from_seeds(range(k, 900 + k, 3), 4), torch.full((300,), k)) for k in range(3)])
    w = w.view(3, 300, -1) - w.view(3, 300, -1).mean(1, keepdim=True)
    torch.testing.assert_close((w.flatten(0, 1) @ vectors.T).std(0), lengths, rtol=0.15, atol=0)
    plain, ones = closed_form(tiny_model(condition="class"))
    assert plain[:, 4:].abs().max() == 0  # the class beside z is no direction
    assert (ones == 1).all()


@pytest.mark.parametrize(
    "edits", [Edits(c=3), Edits(c=-1), Edits(layers=(2, 1)), Edits(layers=(-1, 1)), Edits(layers=(0, 9))]
)
def test_classes_and_layers_out_of_range_are_named(styled: Model, edits: Edits) -> None:
    with pytest.raises(ConfigError, match=r"classes 0 to 2|layers 0 to 3"):
        render(styled, z_from_seeds([1], 4), 1.0, edits)


@pytest.mark.parametrize("edits", [Edits(c=1), Edits(layers=(0, 1))])
def test_a_model_without_classes_or_ws_says_so(edits: Edits) -> None:
    with pytest.raises(ConfigError, match=r"no classes|one w for all"):
        render(tiny_model(), z_from_seeds([1], 4), 1.0, edits)
