"""Convolutional networks after Radford et al. 2015, arXiv:1511.06434; resolution and channels are arguments."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from gan.errors import ConfigError
from gan.networks.ends import ENDS
from gan.networks.layers import (
    LEAST_KERNEL,
    SLOPE,
    Critic,
    Dropout,
    Generator,
    Layer,
    Projection,
    conv,
    conv_up,
    linear,
    logits_of,
    products,
)

WIDTHS = (32, 64, 128, 256, 512, 512)  # D's channels from the picture on, as many as the resolution has halvings


def halvings(resolution: int) -> int:
    """How often a resolution is halved before the base of 7 or 4: 28 -> 2 (7), 32 -> 3 (4), 64 -> 4 (4)."""
    times = 0
    while resolution > 7 and resolution % 2 == 0:
        resolution, times = resolution // 2, times + 1
    return times


def check_halvings(network: str, settings: Mapping[str, Any], resolution: int) -> None:
    """Raise a ConfigError where a resolution cannot be halved to 7 or less, or D halves it too often."""
    ups = halvings(resolution)
    if resolution >> ups > 7:
        raise ConfigError(f"--network {network} needs a resolution such as 28, 32 or 64, not {resolution}")
    if not 1 <= len(settings["d_widths"]) <= ups + 1:
        raise ConfigError(f"--d-widths takes 1 to {ups + 1} channels at {resolution} px")


def check(settings: Mapping[str, Any], resolution: int) -> None:
    """Raise a ConfigError where channels and resolution do not fit."""
    check_halvings("dcgan", settings, resolution)
    least = max(halvings(resolution), 1)
    if len(settings["g_widths"]) < least:
        raise ConfigError(f"--g-widths needs at least {least} channels at {resolution} px")


def default_widths(resolution: int) -> dict[str, tuple[int, ...]]:
    """G's and D's channels for a resolution, where nobody chose any."""
    widths = WIDTHS[: max(halvings(resolution), 1)]
    return {"g_widths": widths[::-1], "d_widths": widths}


def critic_weights(settings: Mapping[str, Any], shape: Sequence[int], classes: int) -> int:
    """A lower bound on the weights of D for samples of a shape."""
    channels, side, _ = shape
    d, narrow = settings["d_widths"], [settings["dense"]] if settings["dense"] else []
    inputs = d[-1] * (side >> len(d)) ** 2
    return LEAST_KERNEL * products((channels, *d)) + products((inputs, *narrow, max(classes, 1)))


def fewest_weights(settings: Mapping[str, Any], shape: Sequence[int], classes: int) -> int:
    """A lower bound on the weights of G and D for samples of a shape."""
    g, narrow = settings["g_widths"], [settings["dense"]] if settings["dense"] else []
    base = shape[-1] >> halvings(shape[-1])
    first = products((settings["z_dim"] + classes, *narrow, g[0] * base**2))
    return critic_weights(settings, shape, classes) + LEAST_KERNEL * products(g) + first


class DcganGenerator(Generator):
    """z -> (a dense layer ->) a map of base x base -> transposed convolutions -> images [N, C, R, R].

    The last ones double the resolution; if `channels` holds more entries than there are doublings, the
    first ones keep it.

    Args:
        channels: of the base map and of every transposed convolution but the last, e.g. (64, 32).
        kernel: of the transposed convolutions, 3 to 7.
        dense: width of a dense layer before the map, 0 for none; without one a picture's parts hardly agree.
        noise: a name in NOISES.
    """

    def __init__(
        self, z_dim: int, shape: Sequence[int], channels: Sequence[int], kernel: int, end: str, norm: str, init: str,
        dense: int, noise: str, generator: torch.Generator, classes: int = 0, groups: Sequence[int] = (),
    ) -> None:  # fmt: skip
        super().__init__(z_dim, shape, noise, classes)
        out, resolution, _ = shape
        self.end, self.groups, self.channels, self.width = end, tuple(groups), tuple(channels), dense
        ups = halvings(resolution)
        self.base = resolution >> ups
        self.strides = strides = [1] * (len(channels) - ups) + [2] * ups
        sizes = [*channels, out]
        self.dense = nn.ModuleList([linear(self.w_dim, dense, init, generator)] if dense else [])
        self.first = linear(dense or self.w_dim, channels[0] * self.base**2, init, generator)
        self.convs = nn.ModuleList(
            conv_up(a, b, kernel, stride, init, generator, gain=1.0 if i < len(strides) - 1 else 0.5)
            for i, (a, b, stride) in enumerate(zip(sizes, sizes[1:], strides, strict=False))
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(c) if norm == "batch" else nn.Identity() for c in channels)

    def stem(self, w: Tensor) -> Tensor:
        return self.dense[0](w) if len(self.dense) else self.first(w)

    def layers(self) -> list[Layer]:
        layers = [Layer(layer, "leaky", (self.width,)) for layer in self.dense]
        modules = [self.first, *self.convs]
        side = self.base
        for layer, stride, channels, norm in zip(
            modules[:-1], [1, *self.strides], self.channels, self.norms, strict=False
        ):
            side *= stride
            layers.append(Layer(layer, "leaky", (channels, side, side), norm))
        return [*layers, Layer(modules[-1], self.end, self.shape, groups=self.groups)]


class DcganCritic(Critic):
    """Images [N, C, R, R] -> convolutions that halve the resolution (-> a dense layer) -> logits [N].

    Args:
        channels: of each convolution, e.g. (32, 64); as many as the resolution can be halved at most.
        dense: width of a dense layer over the whole picture, 0 for none.
        classes: told apart by a projection of the last features.
        blur: a name in `blur.BLURS`.
    """

    def __init__(
        self, shape: Sequence[int], channels: Sequence[int], kernel: int, end: str, init: str, dropout: float,
        dense: int, generator: torch.Generator, classes: int = 0, blur: str = "none",
    ) -> None:  # fmt: skip
        super().__init__(classes, unit_range=ENDS[end].unit_range)
        n_in, resolution, _ = shape
        sizes = [n_in, *channels]
        self.convs = nn.ModuleList(conv(a, b, kernel, init, generator, blur == "both") for a, b in pairwise(sizes))
        self.shapes: list[tuple[int, ...]] = []
        for count in channels:
            resolution = (resolution + 2 * ((kernel - 1) // 2) - kernel) // 2 + 1
            self.shapes.append((count, resolution, resolution))
        self.width = dense
        self.dropout = Dropout(dropout, generator)
        size = sizes[-1] * resolution**2
        self.dense = nn.ModuleList([linear(size, dense, init, generator)] if dense else [])
        self.last = linear(dense or size, 1, init, generator)
        self.projection = Projection(dense or size, classes, generator) if classes else None

    def forward(self, images: Tensor, c: Tensor | None = None) -> Tensor:
        x = (images + 1) / 2 if self.unit_range else images
        for layer in self.convs:
            x = self.dropout(nn.functional.leaky_relu(layer(x), SLOPE))
        x = x.flatten(1)
        for dense in self.dense:
            x = self.dropout(nn.functional.leaky_relu(dense(x), SLOPE))
        logits = logits_of(self.last, x)
        if self.projection is not None:
            assert c is not None, "a network with classes is told which"
            logits = logits + self.projection(x, c)
        return logits

    def layers(self) -> list[Layer]:
        """The way from the input, in the range that it wants, to the logit; without dropout."""
        convs = [Layer(layer, "leaky", shape) for layer, shape in zip(self.convs, self.shapes, strict=True)]
        dense = [Layer(layer, "leaky", (self.width,)) for layer in self.dense]
        return [*convs, *dense, Layer(self.last, "none", (1,))]
