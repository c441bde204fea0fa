"""The family along a line: products of matrices that are torch's convolutions, and gradients of gradients."""

import pytest
import torch
from torch import Tensor, nn

from core_fixtures import seed
from gan.errors import ConfigError
from gan.networks import seq
from gan.recipe.config import TrainConfig
from network_kinds import FAMILIES, build


def layers() -> list[seq.Along | seq.AlongUp]:
    last = seq.SeqGenerator(4, (5, 8, 1), (6,), 3, "none", "kaiming", 0, "normal", seed()).last
    return [
        seq.along(5, 7, 2, 2, "kaiming", seed()), seq.along(6, 6, 3, 1, "kaiming", seed(1)),
        seq.along(4, 6, 7, 1, "uniform", seed(2)), seq.along_up(6, 6, 5, "kaiming", seed(3)),
        seq.along_up(6, 4, 3, "kaiming", seed(4)), last,
    ]  # fmt: skip


@pytest.mark.parametrize("layer", layers())
def test_it_is_the_convolution_that_it_is_to_all_others(layer: seq.Along | seq.AlongUp) -> None:
    nn.init.normal_(layer.bias, generator=seed(5))
    x = torch.randn(3, layer.in_channels, 8, 1, generator=seed(6), requires_grad=True)
    plain = nn.Conv2d if isinstance(layer, nn.Conv2d) else nn.ConvTranspose2d
    found, expected = layer(x), plain.forward(layer, x)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    weight = torch.randn(found.shape, generator=seed(7))
    for made in (found, expected):
        gradients = torch.autograd.grad((made * weight).sum(), (x, layer.weight, layer.bias), create_graph=True)
        made.gradients = [*gradients, *torch.autograd.grad(gradients[0].square().sum(), layer.weight)]
    for a, b in zip(found.gradients, expected.gradients, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kernel", [3, 5])
def test_what_a_kernel_sees_and_its_adjoint(kernel: int) -> None:
    line = torch.randn(2, 6, 3, generator=seed(), dtype=torch.float64, requires_grad=True)
    seen = torch.randn(2, 6, 3 * kernel, generator=seed(1), dtype=torch.float64, requires_grad=True)
    dot = (seq.Seen.apply(line, kernel) * seen).sum()
    assert dot.item() == pytest.approx((seq.Summed.apply(seen, kernel) * line).sum().item())
    assert torch.autograd.gradgradcheck(lambda x: seq.Seen.apply(x, kernel).square(), line)
    assert torch.autograd.gradcheck(lambda x: seq.Summed.apply(x, kernel), seen)


def test_it_begins_near_the_identity() -> None:
    layer = seq.along(6, 6, 3, 1, "kaiming", seed())
    diagonal = layer.weight[range(6), range(6), 1, 0].mean()
    rest = layer.weight.clone()
    rest[range(6), range(6), 1, 0] = 0
    assert 0.5 < diagonal < 1.5 and rest.abs().mean() < 0.2
    assert seq.along(5, 6, 3, 1, "kaiming", seed()).weight.abs().mean() < 0.5


def test_layers_in_turn_are_the_network() -> None:
    G, D = build(FAMILIES["seq"])
    z = torch.randn(3, G.z_dim, generator=seed(1))
    x: Tensor = z
    for layer in G.layers():
        x = layer(x)
    samples = G(z)
    assert torch.equal(x, samples)
    D.eval()
    x = samples
    for layer in D.layers()[:-1]:
        x = layer(x.flatten(1) if isinstance(layer.module, nn.Linear) else x)
    torch.testing.assert_close(D.layers()[-1](x).squeeze(1), D(samples))


def test_multiply_adds_are_those_of_each_weight_at_each_place() -> None:
    G, _ = build(FAMILIES["seq"])
    kernels = 3 * (8 * 8 + 8 * 6) * 16 + 2 * 6 * 132 * 16
    assert G.macs() == G.z_dim * 8 + 8 * 8 * 16 + kernels


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [({"norm": "batch"}, "no --norm but none"), ({"g_widths": ()}, "--g-widths needs at least 1 channel")],
)
def test_settings_that_it_has_not(setting: dict[str, object], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        TrainConfig(**{"network": "seq", "data": "bach", "end": "choice"} | setting)


def test_it_makes_scores_alone() -> None:
    with pytest.raises(ConfigError, match="--network seq makes scores, mnist is pictures"):
        TrainConfig(network="seq", data="mnist")
