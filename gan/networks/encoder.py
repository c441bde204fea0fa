"""Encoder: a small convolutional network from a picture to the latents by which a G makes one like it.

Its layers are a critic's, so whatever runs a critic runs it too. Zhu et al. 2016, arXiv:1609.03552, section 3.1, with
ws for each layer as in Richardson et al. 2021, arXiv:2008.00951.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from gan.networks.dcgan import halvings
from gan.networks.layers import SLOPE, Layer, conv, linear
from gan.networks.undrawn import undrawn

KERNEL = 4
CHANNELS = {0: (), 1: (32,), 2: (32, 64), 3: (16, 48, 96), 4: (16, 48, 96, 96)}  # by how often a picture is halved
MOST_WEIGHTS = 980_000  # in 16 bits they take less than 2 MB, with what else lies in the file
WIDTHS = range(8, 257, 8)  # of the dense layer


def default_channels(resolution: int) -> tuple[int, ...]:
    """The channels of its convolutions for pictures of a resolution."""
    return CHANNELS[min(halvings(resolution), max(CHANNELS))]


def default_width(shape: Sequence[int], channels: Sequence[int], rows: int) -> int:
    """The widest dense layer with which the weights stay within MOST_WEIGHTS, for ws of so many numbers."""
    side = shape[1] >> len(channels)
    convs = sum(a * b * KERNEL**2 for a, b in pairwise((shape[0], *channels)))
    flat = (channels[-1] if channels else shape[0]) * side**2
    fitting = [width for width in WIDTHS if convs + width * (flat + rows + 1) + rows <= MOST_WEIGHTS]
    return fitting[-1] if fitting else WIDTHS[0]


class Encoder(nn.Module):
    """Images [N, C, R, R] in [-1, 1] -> ws [N, num_ws, w_dim] in w's own units; nobody tells it a class.

    One for repair takes [N, C + 1, R, R]: the damaged picture, 0 where nothing is known, and 1 or 0 for what is known.

    Args:
        shape: of what it takes, (C, R, R).
        num_ws: of a layered G its number of ws, of any other 1.
        channels: of each convolution, which halves the resolution.
        width: of the dense layer after them.
        generator: draws the first weights.
    """

    w_mean: Tensor
    w_sd: Tensor

    def __init__(
        self, shape: Sequence[int], num_ws: int, w_dim: int, channels: Sequence[int], width: int,
        generator: torch.Generator,
    ) -> None:  # fmt: skip
        super().__init__()
        self.shape, self.num_ws, self.w_dim = tuple(shape), num_ws, w_dim
        self.channels, self.width = tuple(channels), width
        sizes, side = [shape[0], *channels], shape[1]
        self.convs = nn.ModuleList(conv(a, b, KERNEL, "kaiming", generator) for a, b in pairwise(sizes))
        self.maps: list[tuple[int, ...]] = []
        for count in channels:
            side //= 2
            self.maps.append((count, side, side))
        self.dense = linear(sizes[-1] * side**2, width, "kaiming", generator)
        self.last = linear(width, num_ws * w_dim, "kaiming", generator, gain=0.3)  # begins near the mean
        self.register_buffer("w_mean", torch.zeros(w_dim))
        self.register_buffer("w_sd", torch.ones(w_dim))

    def forward(self, images: Tensor) -> Tensor:
        """ws [N, num_ws, w_dim] of images in its shape."""
        x = images
        for layer in self.convs:
            x = nn.functional.leaky_relu(layer(x), SLOPE)
        x = nn.functional.leaky_relu(self.dense(x.flatten(1)), SLOPE)
        return self.w_mean + self.w_sd * self.last(x).view(-1, self.num_ws, self.w_dim)

    @torch.no_grad()
    def layers(self) -> list[Layer]:
        """The way from the picture to the numbers of ws as plain layers: the last one gives them in w's own units."""
        last = undrawn(nn.Linear, self.width, self.num_ws * self.w_dim)
        sd, mean = self.w_sd.repeat(self.num_ws), self.w_mean.repeat(self.num_ws)
        last.weight.copy_(self.last.weight * sd[:, None])
        last.bias.copy_(self.last.bias * sd + mean)
        convs = [Layer(layer, "leaky", shape) for layer, shape in zip(self.convs, self.maps, strict=True)]
        return [*convs, Layer(self.dense, "leaky", (self.width,)), Layer(last, "none", (self.num_ws * self.w_dim,))]

    def macs(self) -> int:
        """Multiply-adds of one picture."""
        dense = self.dense.weight.numel() + self.last.weight.numel()
        convs: list[nn.Conv2d] = [layer for layer in self.convs if isinstance(layer, nn.Conv2d)]
        return dense + sum(c.weight.numel() * shape[1] ** 2 for c, shape in zip(convs, self.maps, strict=True))
