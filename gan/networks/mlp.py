"""Fully connected networks for points and small pictures; the layer widths are arguments."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

import torch
from torch import Tensor, nn

from gan.networks.layers import SLOPE, Dropout, FourierFeatures, Generator, linear


class MlpGenerator(Generator):
    """z -> widths -> points [N, 2] or images [N, C, R, R].

    Args:
        widths: of the hidden layers, e.g. (256, 512); empty makes G one linear map.
        image_range: "tanh" or "sigmoid" at the end of a picture's G; points end in a plain sum.
        norm: "none" or "batch", after every hidden layer but the first.
        unit: the length in the data's units that the network sees as 1 (points only).
    """

    def __init__(
        self, z_dim: int, shape: Sequence[int], widths: Sequence[int], image_range: str, norm: str, init: str,
        generator: torch.Generator, unit: float = 1.0,
    ) -> None:  # fmt: skip
        super().__init__(z_dim, shape)
        self.image_range, self.unit = image_range, unit
        sizes = [z_dim, *widths]
        self.hidden = nn.ModuleList(linear(a, b, init, generator) for a, b in pairwise(sizes))
        self.norms = nn.ModuleList(
            nn.BatchNorm1d(width) if norm == "batch" and i > 0 else nn.Identity() for i, width in enumerate(widths)
        )
        self.last = linear(sizes[-1], prod(shape), init, generator, gain=0.5)

    def stem(self, w: Tensor) -> Tensor:
        return self.hidden[0](w) if len(self.hidden) else w

    def synthesis(self, w: Tensor) -> Tensor:
        x = w
        for layer, norm in zip(self.hidden, self.norms, strict=True):
            x = nn.functional.leaky_relu(norm(layer(x)), SLOPE)
        x = self.last(x).float()
        if len(self.shape) == 1:
            return x * self.unit
        x = x.tanh() if self.image_range == "tanh" else 2 * x.sigmoid() - 1
        return x.view(-1, *self.shape)  # [N, C R R] -> [N, C, R, R]


class MlpCritic(nn.Module):
    """Points [N, 2] or images [N, C, R, R] -> widths -> logits [N].

    Args:
        features: random Fourier features beside the input, points only; 0 for none.
        sigma: their spread, in radians per network unit.
    """

    def __init__(
        self, shape: Sequence[int], widths: Sequence[int], image_range: str, init: str, dropout: float,
        features: int, sigma: float, generator: torch.Generator, unit: float = 1.0,
    ) -> None:  # fmt: skip
        super().__init__()
        self.unit_range, self.unit = image_range == "sigmoid" and len(shape) > 1, unit
        n_in = prod(shape)
        self.features = FourierFeatures(n_in, features, sigma, generator) if features else nn.Identity()
        sizes = [n_in + 2 * features, *widths]
        self.hidden = nn.ModuleList(linear(a, b, init, generator) for a, b in pairwise(sizes))
        self.dropout = Dropout(dropout, generator)
        self.last = linear(sizes[-1], 1, init, generator)

    def forward(self, images: Tensor) -> Tensor:
        x = images.flatten(1) / self.unit
        x = self.features((x + 1) / 2 if self.unit_range else x)
        for layer in self.hidden:
            x = self.dropout(nn.functional.leaky_relu(layer(x), SLOPE))
        return self.last(x).squeeze(1).float()  # [N, 1] -> [N]
