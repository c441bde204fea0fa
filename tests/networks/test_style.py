"""The style family: modulation is of the weights, every stage follows its own w, the variance is kept."""

import dataclasses

import pytest
import torch
from torch import Tensor, nn

from core_fixtures import differing, seed, tiny
from gan.errors import ConfigError
from gan.networks.layers import conv, conv_up
from gan.recipe.config import TrainConfig
from network_kinds import FAMILIES, build, classes_for

STYLES = [config for config in FAMILIES.values() if config.network == "style"]


@pytest.mark.parametrize("config", STYLES, ids=[n for n, c in FAMILIES.items() if c.network == "style"])
def test_modulation_is_of_the_weights(config: TrainConfig) -> None:
    """Scaled channels before and after one convolution are a convolution with weights of each sample's own."""
    G, _ = build(config)
    w = torch.randn(3, G.w_dim, generator=seed(3))
    x = G.layers()[0](w)
    for layer in G.layers()[1:]:
        module = layer.module
        found = module(x, w)
        s = module.style(w) + 1
        for i in range(3):
            weight = module.conv.weight * s[i][:, None, None, None]  # [C, C', k, k]
            if module.demodulate:
                seen = weight.square().sum((0, 2, 3)) / module.conv.stride[0] ** 2
                weight = weight / (seen + 1e-8).sqrt()[:, None, None] * (2 / 1.04) ** 0.5
            own = nn.functional.conv_transpose2d(
                x[i : i + 1],
                weight,
                module.conv.bias,
                module.conv.stride,
                module.conv.padding,
                module.conv.output_padding,
            )
            torch.testing.assert_close(found[i : i + 1], own, rtol=1e-3, atol=1e-4)
        x = layer(x, w)


@pytest.mark.parametrize("config", STYLES, ids=[n for n, c in FAMILIES.items() if c.network == "style"])
def test_every_layer_follows_its_own_w(config: TrainConfig) -> None:
    G, _ = build(config)
    w, other = (G.mapping(torch.randn(2, config.z_dim, generator=seed(k)), classes_for(config, 2)) for k in (1, 2))
    count = G.num_ws
    ws = w[:, None].repeat(1, count, 1)
    torch.testing.assert_close(G.synthesis(ws), G.synthesis(w))
    for number in range(count):
        mixed = ws.clone()
        mixed[:, number] = other
        assert not torch.allclose(G.synthesis(mixed), G.synthesis(ws), atol=1e-4), number


def test_modulated_layers_keep_the_variance() -> None:
    G, _ = build(tiny(network="style", data="mnist", resolution=64, g_widths=(128, 96, 64, 48, 32), z_dim=64, w_dim=64))
    w = G.mapping(torch.randn(64, 64, generator=seed(2)))
    x = w
    for layer in G.layers()[:-1]:
        x = layer(x, w)
        assert 0.35 < x.square().mean() < 1.6  # borders see fewer weights


def softened(maps: Tensor) -> Tensor:
    """Maps [N, C, R, R] filtered by [1, 2, 1] / 4 along both sides."""
    taps = torch.tensor([0.25, 0.5, 0.25])
    blurred = nn.functional.conv2d(maps.flatten(0, 1)[:, None], torch.outer(taps, taps)[None, None], padding=1)
    return blurred.reshape(maps.shape)


def test_a_blurred_kernel_is_the_plain_one_and_then_the_blur() -> None:
    """Doubling a map by it is doubling by the kernel that is trained, then [1, 2, 1] / 4 along both sides."""
    x = torch.randn(2, 5, 6, 6, generator=seed(1))
    for kernel in (3, 4, 5):
        plain, blurred = (conv_up(5, 3, kernel, 2, "kaiming", seed(2), blurred=b) for b in (False, True))
        assert blurred.weight.shape[2:] == (kernel + 2, kernel + 2)
        wide = nn.functional.pad(x, (3, 3, 3, 3))  # what lies outside is cut off before one blur, not before the other
        doubled = softened(plain(wide))
        torch.testing.assert_close(blurred(wide)[..., 6:-6, 6:-6], doubled[..., 6:-6, 6:-6], rtol=1e-4, atol=1e-5)
        assert blurred(x).shape == (2, 3, 12, 12)


def test_a_blurred_kernel_halves_a_blurred_picture() -> None:
    x = nn.functional.pad(torch.randn(2, 5, 8, 8, generator=seed(1)), (4, 4, 4, 4))
    plain, blurred = (conv(5, 3, 4, "kaiming", seed(2), b) for b in (False, True))
    torch.testing.assert_close(blurred(x), plain(softened(x)), rtol=1e-4, atol=1e-5)


def test_the_blur_takes_the_checkerboard_out_of_a_doubled_map() -> None:
    """Of an even grey the pixels that lie two apart are alike whatever the kernel; neighbours only where it is blurred.

    The alternating part of a signal is the sum of its values with signs that alternate: no value of it is left.
    """
    grey = torch.ones(1, 1, 8, 8)
    signs = torch.tensor([1.0, -1.0]).repeat(4)
    left = []
    for blurred in (False, True):
        doubled = conv_up(1, 1, 4, 2, "kaiming", seed(5), blurred=blurred)(grey)[0, 0, 4:12, 4:12]
        left.append((doubled * signs).mean().abs().item())
    assert left[0] > 0.05
    assert left[1] < 1e-6


def test_only_what_doubles_is_blurred_and_what_is_trained_is_no_larger() -> None:
    config = tiny(network="style", data="mnist", g_widths=(8, 6, 4), d_widths=(4, 8))
    G, D = build(config)
    for blur, in_d in (("g", 4), ("both", 6)):
        soft_g, soft_d = build(dataclasses.replace(config, blur=blur))
        assert [c.conv.weight.shape[2] for c in soft_g.convs] == [3, 6, 3, 6, 1]
        assert [c.weight.shape[2] for c in soft_d.convs] == [in_d] * 2
        assert sum(map(torch.numel, soft_g.parameters())) == sum(map(torch.numel, G.parameters()))
        assert sum(map(torch.numel, soft_d.parameters())) == sum(map(torch.numel, D.parameters()))
        assert soft_g.macs() > G.macs()
        drawn = {name.replace("parametrizations.weight.original", "weight"): w for name, w in soft_g.named_parameters()}
        assert differing(drawn, dict(G.named_parameters())) == []


def test_other_families_are_not_blurred() -> None:
    with pytest.raises(ConfigError, match="--blur is of --network style"):
        tiny(network="dcgan", blur="g")
