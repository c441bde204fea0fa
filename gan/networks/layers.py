"""Layers and initialisations that the network families share. Every draw comes from a generator that is passed in.

The layers are made without torch's own initialisation, which would draw from the generator that all threads share.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils import skip_init

SLOPE = 0.2  # of every leaky ReLU
INITS: dict[str, str] = {
    "kaiming": "normal, scaled to keep the variance through leaky ReLUs; last layer halved; biases 0",
    "uniform": "uniform within 1 / sqrt(fan in), biases too: what torch does unasked",
}
NOISES: dict[str, str] = {
    "normal": "G is given z as it is drawn, a standard normal vector",
    "uniform": "G is given each normal value's rank, uniform within -1.73 to 1.73",
}
NORMS: dict[str, str] = {"none": "no normalisation", "batch": "batch norm in G"}
RANGES: dict[str, str] = {
    "tanh": "G ends in tanh",
    "sigmoid": "G ends in a sigmoid, D sees values in [0, 1]",
}


@torch.no_grad()
def initialise(layer: nn.Module, fan_in: float, kind: str, gain: float, generator: torch.Generator) -> None:
    """Draw the weight and bias of a linear or convolutional layer in place.

    He et al. 2015, arXiv:1502.01852, equation 15, for "kaiming".
    """
    weight, bias = layer.weight, layer.bias
    assert isinstance(weight, Tensor)
    if kind == "kaiming":
        weight.normal_(0, gain * (2 / (1 + SLOPE**2) / fan_in) ** 0.5, generator=generator)
        if isinstance(bias, Tensor):
            bias.zero_()
    else:
        weight.uniform_(-(fan_in**-0.5), fan_in**-0.5, generator=generator)
        if isinstance(bias, Tensor):
            bias.uniform_(-(fan_in**-0.5), fan_in**-0.5, generator=generator)


def linear(n_in: int, n_out: int, init: str, generator: torch.Generator, gain: float = 1.0) -> nn.Linear:
    """A linear layer with drawn weights; `gain` scales them for "kaiming"."""
    layer = skip_init(nn.Linear, n_in, n_out)
    initialise(layer, n_in, init, gain, generator)
    return layer


def conv(n_in: int, n_out: int, kernel: int, init: str, generator: torch.Generator) -> nn.Conv2d:
    """A convolution that halves the resolution."""
    layer = skip_init(nn.Conv2d, n_in, n_out, kernel, stride=2, padding=(kernel - 1) // 2)
    initialise(layer, n_in * kernel**2, init, 1.0, generator)
    return layer


def conv_up(
    n_in: int, n_out: int, kernel: int, stride: int, init: str, generator: torch.Generator, gain: float = 1.0
) -> nn.ConvTranspose2d:
    """A transposed convolution that multiplies the resolution by `stride`.

    One that keeps it needs a middle, so an even kernel becomes one smaller there.
    """
    if stride == 1 and kernel % 2 == 0:
        kernel -= 1
    # Output size is (r - 1) stride - 2 padding + kernel + output_padding, which must be r stride.
    padding = (kernel - stride + 1) // 2
    spare = stride - kernel + 2 * padding
    layer = skip_init(nn.ConvTranspose2d, n_in, n_out, kernel, stride=stride, padding=padding, output_padding=spare)
    initialise(layer, n_in * kernel**2 / stride**2, init, gain, generator)
    return layer


@contextmanager
def statistics_kept(net: nn.Module) -> Iterator[None]:
    """Within it batch norms go on using each batch's statistics, and their running ones stay as they are."""
    norms = [layer for layer in net.modules() if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d))]
    for layer in norms:
        layer.track_running_stats = False
    try:
        yield
    finally:
        for layer in norms:
            layer.track_running_stats = True


class Dropout(nn.Module):
    """Dropout that draws from the run's own generator, so that a run can be repeated."""

    def __init__(self, p: float, generator: torch.Generator) -> None:
        super().__init__()
        self.p, self.generator = p, generator

    def forward(self, x: Tensor) -> Tensor:
        """x with each value zero at chance p and the rest scaled by 1 / (1 - p); x itself in `eval()`."""
        if not self.training or self.p == 0:
            return x
        keep = torch.empty(x.shape).bernoulli_(1 - self.p, generator=self.generator).to(x)
        return x * keep / (1 - self.p)


class FourierFeatures(nn.Module):
    """x [N, n_in] beside the sines and cosines of `count` random projections of it, [N, n_in + 2 count].

    Lets a small critic see fine structure in the plane. Tancik et al. 2020, arXiv:2006.10739, equation 5
    (without the factor 2 pi: `sigma` is in radians per unit).
    """

    frequencies: Tensor

    def __init__(self, n_in: int, count: int, sigma: float, generator: torch.Generator) -> None:
        super().__init__()
        self.register_buffer("frequencies", torch.randn(n_in, count, generator=generator) * sigma)

    def forward(self, x: Tensor) -> Tensor:
        phase = x @ self.frequencies
        return torch.cat([x, phase.sin(), phase.cos()], 1)


@dataclass(frozen=True)
class Stage:
    """One linear layer of a network with what follows it: features = end(norm(layer(x))).

    Attributes:
        layer: linear, convolutional or transposed convolutional.
        end: "leaky", "tanh", "sigmoid" (2 s(x) - 1, in [-1, 1] too) or "none".
        norm: over the layer's channels, if any.
        shape: of the features, without the batch.
        scale: multiplies the end; for points, the unit of the data.
    """

    layer: nn.Module
    end: str
    shape: tuple[int, ...]
    norm: nn.Module | None = None
    scale: float = 1.0

    def __call__(self, x: Tensor) -> Tensor:
        """Features [N, *shape] of x."""
        x = self.layer(x)
        if x.dim() == 2 and len(self.shape) > 1:
            x = x.view(len(x), *self.shape)  # [N, C R R] -> [N, C, R, R], for the norm of each channel
        if self.norm is not None:
            x = self.norm(x)
        if self.end == "leaky":
            return nn.functional.leaky_relu(x, SLOPE)
        x = x.float()
        if self.end == "none":
            return x * self.scale
        return x.tanh() if self.end == "tanh" else 2 * x.sigmoid() - 1


class Generator(nn.Module, ABC):
    """What every G offers: `G(z)` is `G.synthesis(G.mapping(z))`; here w is z itself, or its uniform form.

    Attributes:
        noise: a name in NOISES. z is standard normal in either case, so seeds, paths and sliders stay what they are.
        z_dim, w_dim: sizes of z and w.
        shape: (2,) for points, (C, R, R) for pictures.
    """

    def __init__(self, z_dim: int, shape: Sequence[int], noise: str = "normal") -> None:
        super().__init__()
        self.z_dim, self.w_dim, self.shape, self.noise = z_dim, z_dim, tuple(shape), noise

    def mapping(self, z: Tensor) -> Tensor:
        """w [N, w_dim] of z [N, z_dim]; of mean 0 and variance 1 in each value.

        The uniform one is w = sqrt(3) (2 Phi(z) - 1), with the normal distribution function Phi.
        """
        return 3**0.5 * torch.erf(z * 0.5**0.5) if self.noise == "uniform" else z

    def w_mean(self, w: Tensor) -> Tensor:
        """w_avg [w_dim], what psi = 0 gives, from many w [N, w_dim]; known to be 0 for every noise of NOISES."""
        return torch.zeros(self.w_dim)

    @abstractmethod
    def stem(self, w: Tensor) -> Tensor:
        """The first layer's features [N, F], linear in w [N, w_dim]: what principal directions are found in."""

    @abstractmethod
    def stages(self) -> list[Stage]:
        """The way from w to the output, one linear layer after the other; an inside view and the browser need it."""

    def synthesis(self, w: Tensor) -> Tensor:
        """Images [N, C, R, R] in [-1, 1], or points [N, 2] in the data's units, of w [N, w_dim]."""
        for stage in self.stages():
            w = stage(w)
        return w

    def forward(self, z: Tensor) -> Tensor:
        return self.synthesis(self.mapping(z))
