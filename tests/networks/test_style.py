"""The style family: modulation is of the weights, every stage follows its own w, the variance is kept."""

import pytest
import torch
from torch import nn

from core_fixtures import seed, tiny
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
