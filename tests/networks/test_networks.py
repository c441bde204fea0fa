"""Contracts of the network families and of the presets that use them; the exact sizes of the classics."""

import dataclasses
import threading
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from core_fixtures import copied, differing, seed, tiny
from gan import networks
from gan.networks import ARCHITECTURES
from gan.networks.judge import Judge
from gan.networks.layers import Dropout, FourierFeatures, conv_up, initialise, norms_of, statistics_kept
from gan.recipe.config import TrainConfig
from gan.recipe.presets import PRESETS
from network_kinds import FAMILIES, build, by_config, classes_for, of_latents, seen, shape_of, z_for


def test_every_family_is_tried() -> None:
    assert {c.network for c in FAMILIES.values()} == set(ARCHITECTURES)


@by_config
def test_shapes_and_range(config: TrainConfig) -> None:
    G, D = build(config)
    c = classes_for(config)
    images = G(z_for(config), c)
    assert G.example().shape[1:] == z_for(config).shape[1:]
    assert images.shape == (6, *shape_of(config))
    assert images.dtype == torch.float32
    logits = D(seen(config, z_for(config), images), c)
    assert logits.shape == (6,)
    assert logits.dtype == torch.float32
    assert G.shape == shape_of(config)
    assert len(images.detach().flatten(1).unique(dim=0)) == 6
    assert len(G.stem(G.mapping(z_for(config), c))) == 6
    if len(shape_of(config)) == 3:
        wild = G.synthesis(50 * G.mapping(z_for(config), c))
        assert wild.min() >= -1
        assert wild.max() <= 1
        assert wild.min() < (0.1 if config.end == "choice" else -0.2)
        assert wild.max() > 0.2


@by_config
def test_every_parameter_gets_a_gradient(config: TrainConfig) -> None:
    G, D = build(config)
    n = 60 if config.condition == "class" else 6  # so that every class is asked for
    c = classes_for(config, n)
    z = z_for(config, n)
    D(seen(config, z, G(z, c)), c).square().sum().backward()
    for net in (G, D):
        for name, parameter in net.named_parameters():
            assert parameter.grad is not None, name
            assert parameter.grad.isfinite().all(), name
            assert parameter.grad.abs().max() > 0, name


@by_config
def test_in_eval_samples_are_independent(config: TrainConfig) -> None:
    G, D = build(config)
    G.eval()
    D.eval()
    z = z_for(config)
    with torch.inference_mode():
        c = classes_for(config)
        each = [None] * len(z) if c is None else [one[None] for one in c]
        images = G(z, c)
        alone = torch.cat([G(one[None], own) for one, own in zip(z, each, strict=True)])
        torch.testing.assert_close(images, alone, rtol=1e-4, atol=1e-5)
        shown = seen(config, z, images)
        judged = torch.cat([D(one[None], own) for one, own in zip(shown, each, strict=True)])
        torch.testing.assert_close(D(shown, c), judged, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["mlp pictures", "dcgan classic", "style clips on a loop", "seq", "unet 8"])
def test_an_exported_g_takes_any_number_of_rows(name: str) -> None:
    config = FAMILIES[name]
    G = build(config)[0].eval()
    given = tuple(x for x in (z_for(config), classes_for(config)) if x is not None)
    rows = [{0: torch.export.Dim("rows", min=1, max=64)}] * len(given)
    exported = torch.export.export(G, given, dynamic_shapes=tuple(rows)).module()
    for n in (1, 5):
        few = [x[:n] for x in given]
        torch.testing.assert_close(exported(*few), G(*few))


@by_config
def test_d_treats_samples_one_by_one_in_training(config: TrainConfig) -> None:
    """What the slope penalties rely on: no batch norm in D."""
    _, D = build(dataclasses.replace(config, dropout=0.0))
    images = seen(config, z_for(config, 4), torch.rand(4, *shape_of(config), generator=seed()) * 2 - 1)
    c = classes_for(config, 4)
    with torch.no_grad():
        some = D(images[:2], None if c is None else c[:2])
        torch.testing.assert_close(D(images, c)[:2], some, rtol=1e-4, atol=1e-4)


@by_config
def test_same_seed_same_weights_and_the_global_generator_is_left_alone(config: TrainConfig) -> None:
    torch.rand(1)
    before = torch.random.get_rng_state()
    first = [copied(net.state_dict()) for net in build(config)]
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.rand(10)
    second = [net.state_dict() for net in build(config)]
    for a, b in zip(first, second, strict=True):
        assert differing(a, b) == []
    third = [net.state_dict() for net in build(config, number=1)]
    for a, b in zip(first, third, strict=True):
        assert any("weight" in name for name in differing(a, b))


def test_two_threads_building_at_once_get_the_reference_weights() -> None:
    config = tiny(network="dcgan", norm="batch", g_widths=(8,), d_widths=(8, 8))
    G, D = build(config)
    reference = {f"G.{k}": v for k, v in G.state_dict().items()} | {f"D.{k}": v for k, v in D.state_dict().items()}
    barrier, wrong = threading.Barrier(2), []

    def work() -> None:
        for _ in range(60):
            barrier.wait()
            G, D = build(config)
            built = {f"G.{k}": v for k, v in G.state_dict().items()} | {f"D.{k}": v for k, v in D.state_dict().items()}
            wrong.extend(differing(reference, built))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def sizes(net: nn.Module, kind: type[nn.Module]) -> list[tuple[int, ...]]:
    """The weight shapes of all layers of a kind, in order."""
    return [tuple(layer.weight.shape) for layer in net.modules() if isinstance(layer, kind)]


def chain(*widths: int) -> list[tuple[int, ...]]:
    """The linear weights that lead from the first width to the last."""
    return [(b, a) for a, b in pairwise(widths)]


@pytest.mark.parametrize(
    ("name", "g", "d", "resolution", "end"),
    [
        ("classic-1024", (100, 256, 512, 1024), (1024, 512, 256, 1), 32, "tanh"),
        ("classic-small", (100, 256, 784), (784, 256, 1), 28, "sigmoid"),
        ("classic-784", (100, 256, 512, 1024, 784), (784, 512, 256, 1), 28, "tanh"),
    ],
)
def test_classic_mlps(name: str, g: tuple[int, ...], d: tuple[int, ...], resolution: int, end: str) -> None:
    config = PRESETS[name]
    G, D = build(config)
    assert sizes(G, nn.Linear) == chain(*g)
    assert sizes(D, nn.Linear) == chain(*d)
    assert G.shape == (1, resolution, resolution)
    assert config.end == end
    assert config.objective == "non-saturating"
    assert sizes(G, nn.BatchNorm1d) == []
    # Leaky ReLU 0.2 between the layers, the named function at the end; layer by layer.
    x = z_for(config)
    linears = [layer for layer in G.modules() if isinstance(layer, nn.Linear)]
    for layer in linears[:-1]:
        x = layer(x)
        x = torch.where(x > 0, x, 0.2 * x)
    x = linears[-1](x)
    x = x.tanh() if end == "tanh" else 2 * x.sigmoid() - 1
    torch.testing.assert_close(G(z_for(config)).flatten(1), x, rtol=1e-5, atol=1e-6)


def test_a_sigmoid_classics_critic_sees_values_from_0_to_1() -> None:
    _, D = build(PRESETS["classic-small"])
    images = torch.rand(4, 1, 28, 28, generator=seed()) * 2 - 1
    first, last = (layer for layer in D.modules() if isinstance(layer, nn.Linear))
    x = first((images.flatten(1) + 1) / 2)
    torch.testing.assert_close(D(images), last(torch.where(x > 0, x, 0.2 * x)).squeeze(1))


def test_classic_784_learns_at_2e_4() -> None:
    assert PRESETS["classic-784"].lr == 2e-4


def test_classic_dcgan() -> None:
    config = PRESETS["classic-dcgan"]
    G, D = build(config)
    assert sizes(G, nn.Linear) == [(7 * 7 * 256, 100)]
    assert sizes(G, nn.ConvTranspose2d) == [(256, 128, 5, 5), (128, 64, 5, 5), (64, 1, 5, 5)]
    assert [m.stride for m in G.modules() if isinstance(m, nn.ConvTranspose2d)] == [(1, 1), (2, 2), (2, 2)]
    assert sizes(G, nn.BatchNorm2d) == [(256,), (128,), (64,)]
    assert sizes(D, nn.Conv2d) == [(64, 1, 5, 5), (128, 64, 5, 5)]
    assert [m.stride for m in D.modules() if isinstance(m, nn.Conv2d)] == [(2, 2), (2, 2)]
    assert sizes(D, nn.Linear) == [(1, 7 * 7 * 128)]
    assert [m.p for m in D.modules() if isinstance(m, Dropout)] == [0.3]
    assert config.lr == 1e-4
    assert config.objective == "non-saturating"


def test_kaiming_keeps_the_variance() -> None:
    config = tiny(g_widths=(512,) * 6, d_widths=(512,) * 6, z_dim=256)
    G, _ = build(config)
    x = torch.randn(500, 256, generator=seed(2))
    for layer in G.hidden:
        x = nn.functional.leaky_relu(layer(x), 0.2)
        assert 0.8 < x.square().mean() < 1.25


def test_uniform_is_within_its_bound() -> None:
    layer = nn.Linear(100, 400)
    initialise(layer, 100, "uniform", 1.0, seed())
    for values in (layer.weight, layer.bias):
        assert 0.095 < values.abs().max() <= 0.1
        assert abs(values.mean()) < 0.01


@pytest.mark.parametrize("kernel", range(3, 8))
@pytest.mark.parametrize("stride", [1, 2])
def test_transposed_convolutions_multiply_the_resolution(kernel: int, stride: int) -> None:
    layer = conv_up(3, 2, kernel, stride, "kaiming", seed())
    assert layer(torch.zeros(1, 3, 7, 7)).shape == (1, 2, 7 * stride, 7 * stride)


def test_dropout() -> None:
    x = torch.ones(100, 100)
    layer = Dropout(0.3, seed(5))
    out = layer(x)
    torch.testing.assert_close(out.unique(), torch.tensor([0.0, 1 / 0.7]))
    assert abs((out == 0).float().mean() - 0.3) < 0.02
    assert torch.equal(Dropout(0.3, seed(5))(x), out)
    assert not torch.equal(layer(x), out)
    assert layer.eval()(x) is x


def test_fourier_features() -> None:
    layer = FourierFeatures(2, 16, 3.0, seed())
    x = torch.randn(5, 2, generator=seed(1))
    out = layer(x)
    assert out.shape == (5, 34)
    assert torch.equal(out[:, :2], x)
    torch.testing.assert_close(out[:, 2:18], (x @ layer.frequencies).sin())
    torch.testing.assert_close(out[:, 18:], (x @ layer.frequencies).cos())
    assert [name for name, _ in layer.named_buffers()] == ["frequencies"]  # it travels with the weights
    assert abs(FourierFeatures(2, 500, 3.0, seed()).frequencies.std() - 3) < 0.2


def test_points_are_in_the_datas_own_unit() -> None:
    config = tiny(data="ring")
    (G, D), (G1, D1) = (networks.build(config.architecture((2,), unit), seed()) for unit in (0.25, 1.0))
    z = z_for(config)
    torch.testing.assert_close(G(z), 0.25 * G1(z))
    torch.testing.assert_close(D(G(z)), D1(G1(z)))


def test_statistics_are_kept() -> None:
    G, _ = build(FAMILIES["dcgan classic"])
    before = copied(G.state_dict())
    with statistics_kept(norms_of(G)):
        kept = G(z_for(FAMILIES["dcgan classic"]))
    assert differing(before, G.state_dict()) == []
    moved = G(z_for(FAMILIES["dcgan classic"]))
    assert torch.equal(kept, moved)  # both use the batch's own statistics
    assert differing(before, G.state_dict()) != []


@of_latents
def test_uniform_noise_is_gs_own_first_map(config: TrainConfig) -> None:
    """w = sqrt(3) (2 Phi(z) - 1); the rest of G is the same."""
    normal, _ = build(dataclasses.replace(config, noise="normal"))
    uniform, _ = build(dataclasses.replace(config, noise="uniform"))
    z = z_for(config)
    c = classes_for(config)
    w = 3**0.5 * (2 * torch.distributions.Normal(0.0, 1.0).cdf(z) - 1)
    torch.testing.assert_close(uniform.given(z), w)
    assert torch.equal(normal.given(z), z)
    assert differing(normal.state_dict(), uniform.state_dict()) == []
    torch.testing.assert_close(uniform.eval()(z, c), normal.eval()(w, c))


def test_uniform_noise_is_uniform_and_of_unit_variance() -> None:
    G, _ = build(tiny(noise="uniform"))
    w = G.mapping(torch.randn(50_000, 4, generator=seed()))
    assert w.abs().max() <= 3**0.5
    assert w.var(0).tolist() == pytest.approx([1.0] * 4, abs=0.02)
    counts = torch.histc(w[:, 0], 10, -(3**0.5), 3**0.5)
    assert (counts / 5_000 - 1).abs().max() < 0.06
    assert (w.mean(0) - G.w_mean(w)).abs().max() < 0.02


@by_config
def test_classes_are_told_apart_by_both(config: TrainConfig) -> None:
    G, D = build(config)
    one, two = (torch.full((6,), k) if config.condition == "class" else None for k in (1, 2))
    with torch.inference_mode():
        images = G.eval()(z_for(config), one)
        others = G(z_for(config), two)
        assert torch.equal(images, others) == (one is None)
        shown = seen(config, z_for(config), images)
        assert torch.equal(D.eval()(shown, one), D(shown, two)) == (one is None)


CRITICS = {
    "points": tiny(data="ring"),
    "features": tiny(data="ring", features=8, d_widths=(16, 12, 8)),
    "pictures": tiny(),
    "unit range, biases": tiny(end="sigmoid", init="uniform"),
    "no hidden layers": tiny(data="ring", features=8, d_widths=()),
    "dropout": tiny(dropout=0.4),
    "classes": tiny(condition="class"),
}


@pytest.mark.parametrize("config", CRITICS.values(), ids=CRITICS)
def test_slopes_by_hand_are_those_of_differentiating_twice(config: TrainConfig) -> None:
    """Logits, slopes, and the gradient by every weight of a loss on both."""
    shape = shape_of(config)
    (_, D), (_, same) = build(config), build(config)
    weights, by = list(D.parameters()), torch.randn(2, 6, generator=seed(2)).double()

    def loss(logits: Tensor, slopes: Tensor) -> Tensor:
        return (logits * by[0]).sum() + (slopes.square().flatten(1).sum(1) * by[1]).sum()

    images = torch.randn(6, *shape, generator=seed(1)).double()
    c = classes_for(config)
    logits, slopes = D.double().with_gradients(images, c)
    images.requires_grad_(True)
    expected = same.double()(images, c).double()
    (expected_slopes,) = torch.autograd.grad(expected.sum(), images, create_graph=True)
    torch.testing.assert_close(logits.double(), expected, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(slopes, expected_slopes)
    found = torch.autograd.grad(loss(logits.double(), slopes), weights)
    wanted = torch.autograd.grad(loss(expected, expected_slopes), list(same.parameters()))
    for a, b in zip(found, wanted, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-6, atol=1e-6)


def test_a_judge_looks_at_large_pictures_at_its_own_side() -> None:
    judge = Judge(3, torch.Generator().manual_seed(0)).eval()
    large = torch.rand(2, 1, 64, 64, generator=torch.Generator().manual_seed(1))
    small = torch.nn.functional.avg_pool2d(large, 2)
    assert torch.allclose(judge(large), judge(small), atol=1e-6)
    assert not torch.allclose(judge(small), judge(small[..., ::2, ::2]), atol=1e-3)  # smaller ones are seen as they are
