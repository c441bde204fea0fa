"""The encoder: its shapes, its size on disk, and its plain layers."""

import pytest
import torch

from core_fixtures import seed
from gan.explore.portable import applied, planned
from gan.networks.encoder import MOST_WEIGHTS, Encoder, default_channels, default_width


def encoder(shape: tuple[int, int, int] = (2, 28, 28), num_ws: int = 3, w_dim: int = 5) -> Encoder:
    channels = default_channels(shape[1])
    made = Encoder(shape, num_ws, w_dim, channels, 16, seed())
    made.w_mean, made.w_sd = torch.arange(5.0), torch.arange(1.0, 6.0)
    return made


@pytest.mark.parametrize("side", [1, 8, 14, 20, 28, 32, 64, 128])
def test_a_w_for_each_layer_of_pictures_of_every_size(side: int) -> None:
    assert encoder((1, side, side))(torch.zeros(2, 1, side, side)).shape == (2, 3, 5)


@pytest.mark.parametrize(("shape", "rows"), [((1, 28, 28), 384), ((4, 64, 64), 640), ((4, 128, 128), 6_000)])
def test_its_weights_fit_into_two_megabytes_of_16_bits(shape: tuple[int, int, int], rows: int) -> None:
    channels = default_channels(shape[1])
    width = default_width(shape, channels, rows)
    count = sum(p.numel() for p in Encoder(shape, 1, rows, channels, width, seed()).parameters())
    assert count <= MOST_WEIGHTS + sum(channels) + width
    flat = channels[-1] * (shape[1] >> len(channels)) ** 2
    assert width == 256 or count + 8 * (flat + rows) > MOST_WEIGHTS


def test_its_plain_layers_give_the_numbers_of_ws_in_ws_own_units() -> None:
    made, images = encoder(), torch.randn(4, 2, 28, 28, generator=seed(1))
    plan, tensors = planned(made.layers(), made.shape)
    assert [op["op"] for op in plan] == ["conv", "conv", "dense", "dense"]
    x = images
    for number, (layer, op) in enumerate(zip(made.layers(), plan, strict=True)):
        if op["op"] == "conv":
            x = torch.nn.functional.conv2d(
                x, tensors[f"{number}.weight"], tensors[f"{number}.bias"], op["stride"], op["padding"]
            )
            x = torch.nn.functional.leaky_relu(x, 0.2)
            assert list(x.shape[1:]) == op["shape"]
        else:
            x = applied(layer, number, tensors, x.flatten(1), x)
    assert torch.allclose(x.view(4, 3, 5), made(images), atol=1e-4)


def test_its_multiply_adds_are_counted() -> None:
    made = encoder((1, 8, 8))
    assert made.macs() == 4 * 4 * 32 * 16 + 32 * 16 * 16 + 16 * 15
