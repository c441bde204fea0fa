"""Layers and initialisations that the network families share. Every draw comes from a generator that is passed in.

The layers are made without torch's own initialisation, which would draw from the generator that all threads share.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from gan.networks.blur import blur_kernel
from gan.networks.ends import ENDS
from gan.networks.undrawn import Unneeded, undrawn

SLOPE = 0.2  # of every leaky ReLU
GAIN = (2 / (1 + SLOPE**2)) ** 0.5  # keeps the variance through one
STYLE_GAIN = 0.3  # styles begin near 1
LEAST_KERNEL = 9  # weights of a convolution between two channels, at least, but for the last of G
INITS: dict[str, str] = {
    "kaiming": "normal, scaled to keep the variance through leaky ReLUs; last layer halved; biases 0",
    "uniform": "uniform within 1 / sqrt(fan in), biases too: what torch does unasked",
}
NOISES: dict[str, str] = {
    "normal": "G is given z as it is drawn, a standard normal vector",
    "uniform": "G is given each normal value's rank, uniform within -1.73 to 1.73",
}
NORMS: dict[str, str] = {"none": "no normalisation", "batch": "batch norm in G"}


@torch.no_grad()
def initialise(layer: nn.Module, fan_in: float, kind: str, gain: float, generator: torch.Generator) -> None:
    """Draw the weight and bias of a linear or convolutional layer in place; "kaiming" is what He et al. 2015 do
    (arXiv:1502.01852, equation 15).
    """
    weight, bias = layer.weight, layer.bias
    assert isinstance(weight, Tensor)
    if isinstance(generator, Unneeded):
        return
    if kind == "kaiming":
        weight.normal_(0, gain * (2 / (1 + SLOPE**2) / fan_in) ** 0.5, generator=generator)
        if isinstance(bias, Tensor):
            bias.zero_()
    else:
        weight.uniform_(-(fan_in**-0.5), fan_in**-0.5, generator=generator)
        if isinstance(bias, Tensor):
            bias.uniform_(-(fan_in**-0.5), fan_in**-0.5, generator=generator)


def products(*chains: Sequence[int]) -> int:
    """The weights of layers between these widths."""
    return sum(a * b for chain in chains for a, b in pairwise(chain))


def linear(n_in: int, n_out: int, init: str, generator: torch.Generator, gain: float = 1.0) -> nn.Linear:
    """A linear layer with drawn weights; `gain` scales them for "kaiming"."""
    layer = undrawn(nn.Linear, n_in, n_out)
    initialise(layer, n_in, init, gain, generator)
    return layer


def conv(n_in: int, n_out: int, kernel: int, init: str, generator: torch.Generator, blurred: bool = False) -> nn.Conv2d:
    """A convolution that halves the resolution, of a picture blurred before if asked for."""
    layer = undrawn(nn.Conv2d, n_in, n_out, kernel, stride=2, padding=(kernel - 1) // 2)
    initialise(layer, n_in * kernel**2, init, 1.0, generator)
    if blurred:
        blur_kernel(layer)
    return layer


def conv_up(
    n_in: int, n_out: int, kernel: int, stride: int, init: str, generator: torch.Generator, gain: float = 1.0,
    blurred: bool = False,
) -> nn.ConvTranspose2d:  # fmt: skip
    """A transposed convolution that multiplies the resolution by `stride`, and blurs what it made if asked for.

    One that keeps it needs a middle, so an even kernel becomes one smaller there.
    """
    if stride == 1 and kernel % 2 == 0:
        kernel -= 1
    # Output size is (r - 1) stride - 2 padding + kernel + output_padding, which must be r stride.
    padding = (kernel - stride + 1) // 2
    spare = stride - kernel + 2 * padding
    layer = undrawn(nn.ConvTranspose2d, n_in, n_out, kernel, stride=stride, padding=padding, output_padding=spare)
    initialise(layer, n_in * kernel**2 / stride**2, init, gain, generator)
    if blurred:
        blur_kernel(layer)
    return layer


def norms_of(net: nn.Module) -> list[nn.BatchNorm1d | nn.BatchNorm2d]:
    """The batch norms of a network."""
    return [layer for layer in net.modules() if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d))]


@contextmanager
def statistics_kept(norms: Sequence[nn.BatchNorm1d | nn.BatchNorm2d]) -> Iterator[None]:
    """Within it batch norms go on using each batch's statistics, and their running ones stay as they are."""
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


class Modulated(nn.Module):
    """A transposed convolution whose weights follow w: x [N, C, R, R], w [N, w_dim] -> [N, C', R', R'].

    Each input channel is scaled by a style s = A w + 1, and each output channel by
    d = gain / sqrt(sum of (s weight)^2), which keeps the variance whatever the style is. Scaling the channels of x
    before and after one shared convolution is scaling its weights for each sample, and costs no more than it.
    Karras et al. 2020, arXiv:1912.04958, equations 1 and 3.

    Args:
        demodulate: whether d is applied; not at the last layer, whose output is a picture.
        blurred: whether what it makes is blurred, see `Blur`.
    """

    def __init__(
        self, w_dim: int, n_in: int, n_out: int, kernel: int, stride: int, generator: torch.Generator,
        demodulate: bool = True, blurred: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        gain = 1.0 if demodulate else 0.5
        self.conv = conv_up(n_in, n_out, kernel, stride, "kaiming", generator, gain, blurred)
        self.style = linear(w_dim, n_in, "kaiming", generator, gain=STYLE_GAIN)
        self.demodulate, self.padding = demodulate, (self.conv.kernel_size[0] - stride + 1) // 2

    def scales(self, w: Tensor, weight: Tensor) -> tuple[Tensor, Tensor | None]:
        """(s [N, C], d [N, C'] or None) of w [N, w_dim] and the convolution's weight [C, C', k, k]."""
        s = self.style(w) + 1
        if not self.demodulate:
            return s, None
        # An output pixel of a stride of 2 sees a quarter of the kernel.
        power = weight.square().sum((2, 3)) / self.conv.stride[0] ** 2  # [C, C']
        return s, GAIN * torch.rsqrt(s.square() @ power + 1e-8)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        conv, weight = self.conv, self.conv.weight  # computed anew each time it is asked for, where it is blurred
        s, d = self.scales(w, weight)
        x = nn.functional.conv_transpose2d(
            x * s[:, :, None, None], weight, None, conv.stride, self.padding, conv.output_padding
        )
        assert conv.bias is not None
        bias = conv.bias.to(x.dtype)[:, None, None]  # of one type with x: half precision stays half
        return x + bias if d is None else torch.addcmul(bias, x, d.to(x.dtype)[:, :, None, None])


class Concat(nn.Module):
    """Stands for a layer without weights: its input, and behind it the features after the first `after` layers.

    What has layers of this kind walks through them itself; 0 are the features that it began with.
    """

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after


@dataclass(frozen=True)
class Layer:
    """One linear layer of a network with what follows it: features = end(norm(module(x))).

    Attributes:
        module: linear, convolutional, transposed convolutional, or a Modulated one.
        end: "leaky" or a name in ENDS.
        norm: over the layer's channels, if any.
        shape: of the features, without the batch.
        scale: multiplies the end; for points, the unit of the data.
        groups: sizes of the groups of channels, for an end that chooses.
    """

    module: nn.Module
    end: str
    shape: tuple[int, ...]
    norm: nn.Module | None = None
    scale: float = 1.0
    groups: tuple[int, ...] = ()

    def __call__(self, x: Tensor, w: Tensor | None = None) -> Tensor:
        """Features [N, *shape] of x; w [N, w_dim] is what a modulated layer follows, others do not look at it."""
        x = self.module(x, w) if isinstance(self.module, Modulated) else self.module(x)
        if x.dim() == 2 and len(self.shape) > 1:
            x = x.view(x.shape[0], *self.shape)  # [N, C R R] -> [N, C, R, R], for the norm of each channel
        if self.norm is not None:
            x = self.norm(x)
        if self.end == "leaky":
            return nn.functional.leaky_relu(x, SLOPE)
        x = ENDS[self.end].apply(x.float(), self.groups)
        return x if self.scale == 1 else x * self.scale

    @property
    def convolution(self) -> nn.ConvTranspose2d | None:
        """Its transposed convolution, if it is one."""
        module = self.module.conv if isinstance(self.module, Modulated) else self.module
        return module if isinstance(module, nn.ConvTranspose2d) else None

    def macs(self) -> int:
        """Multiply-adds of one sample: each weight once; a transposed convolution's once for each place of its input.

        A modulated layer has its styles besides, and the sums that demodulate it.
        """
        conv = self.convolution
        if conv is None:
            assert isinstance(self.module, nn.Linear)
            return self.module.weight.numel()
        count = conv.weight.numel() * (self.shape[1] // conv.stride[0]) * (self.shape[2] // conv.stride[1])
        if isinstance(self.module, Modulated):
            count += self.module.style.weight.numel() + conv.in_channels * conv.out_channels * self.module.demodulate
        return count


class Generator(nn.Module, ABC):
    """What every G offers: `G(z, c)` is `G.synthesis(G.mapping(z, c))`; here w is z or its uniform form, then c.

    Attributes:
        noise: a name in NOISES. z is standard normal in either case, so seeds, paths and sliders stay what they are.
        z_dim, w_dim: sizes of z and w.
        classes: that G is told apart, 0 if it knows none; `c` [N] are their numbers.
        shape: (2,) for points, (C, R, R) for pictures.
        pictures: how many the layers make for a sample: of a clip, each frame may be one, of a w of its own.
        layered: whether each layer follows a w of its own, so that ws [N, num_ws, w_dim] means more than w.
        translates: whether it takes damaged pictures in the place of z, so that it knows no latents at all.
    """

    layered = False
    translates = False
    pictures = 1

    def __init__(self, z_dim: int, shape: Sequence[int], noise: str = "normal", classes: int = 0) -> None:
        super().__init__()
        self.z_dim, self.w_dim, self.shape, self.noise = z_dim, z_dim + classes, tuple(shape), noise
        self.classes = classes

    def example(self) -> Tensor:
        """Something that it can be given, [1, z_dim]."""
        return torch.ones(1, self.z_dim)

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """w [N, w_dim] of z [N, z_dim]: what is `given`, then 1 for the class c [N] and 0 for the others."""
        return beside(self.given(z), c, self.classes)

    def given(self, z: Tensor) -> Tensor:
        """[N, z_dim] of mean 0 and variance 1 in each value: z, or sqrt(3) (2 Phi(z) - 1), uniform."""
        return 3**0.5 * torch.erf(z * 0.5**0.5) if self.noise == "uniform" else z

    def w_mean(self, w: Tensor) -> Tensor:
        """w_avg [w_dim], what psi = 0 gives, from many w [N, w_dim] of one class.

        Known to be 0 for every noise of NOISES, with the class beside it.
        """
        return torch.cat([torch.zeros(self.z_dim), w[0, self.z_dim :]])

    @abstractmethod
    def stem(self, w: Tensor) -> Tensor:
        """The first layer's features [N, F], linear in w [N, w_dim]: what principal directions are found in."""

    @abstractmethod
    def layers(self) -> list[Layer]:
        """The way from w to the output, one linear layer after the other; an inside view and the browser need it."""

    @property
    def num_ws(self) -> int:
        """How many w there are in ws: one for each layer."""
        return len(self.layers())

    @property
    def mapping_layers(self) -> list[nn.Linear]:
        """The layers between z and w; none where w is z itself."""
        return []

    @property
    def class_vectors(self) -> Tensor | None:
        """[classes, F] what stands beside z for each class before those layers, if anything does."""
        return None

    def macs(self) -> int:
        """Multiply-adds of one sample, from z on."""
        return sum(layer.macs() for layer in self.layers()) + sum(layer.weight.numel() for layer in self.mapping_layers)

    def along(self, w: Tensor) -> Tensor:
        """[N, pictures, ...] the w, or ws, that each of a sample's pictures is made of, of w [N, w_dim] or ws."""
        return w[:, None]

    def synthesis(self, w: Tensor) -> Tensor:
        """Samples [N, *shape], images in [-1, 1], points in the data's units, of w [N, w_dim] or ws [N, num_ws, w_dim].

        ws hold a w for each layer; where G is not `layered` the first alone counts.
        """
        layers = self.layers()
        w = self.along(w).flatten(0, 1)
        ws = w.unbind(1) if w.dim() == 3 else [w] * len(layers)
        x = ws[0]
        for layer, w in zip(layers, ws, strict=True):
            x = layer(x, w)
        return x if self.pictures == 1 else x.reshape(-1, *self.shape)

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        return self.synthesis(self.mapping(z, c))


def logits_of(layer: nn.Linear, h: Tensor) -> Tensor:
    """Logits [N] of a critic's last features h [N, F], in float32: where pairs are compared, small differences count.

    With bfloat16's 8 bits a logit of 10 is known to 0.03 only, more than the pairs differ by.
    """
    with torch.autocast(h.device.type, enabled=False):
        return nn.functional.linear(h.to(layer.weight.dtype), layer.weight, layer.bias).squeeze(1)  # [N, 1] -> [N]


class Critic(nn.Module, ABC):
    """What every D offers: `D(samples, c)` gives logits [N].

    Attributes:
        classes: that D is told, 0 if it knows none.
        unit: the length in the data's units that D sees as 1.
        unit_range: whether D sees values in [0, 1] where the data has [-1, 1].
        last: the linear layer that gives the logit.
        knows_gradients: whether `with_gradients` is there, a faster way to what R1 and R2 need.
    """

    last: nn.Linear
    knows_gradients = False

    def __init__(self, classes: int = 0, unit: float = 1.0, unit_range: bool = False) -> None:
        super().__init__()
        self.classes, self.unit, self.unit_range = classes, unit, unit_range

    @abstractmethod
    def layers(self) -> list[Layer]:
        """The way from the input, scaled, with its features and class, to the logit; without dropout."""

    def with_gradients(self, samples: Tensor, c: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """(logits [N], d logits / d samples in the shape of samples), where D `knows_gradients`."""
        raise TypeError(f"{type(self).__name__} knows its gradients by autograd alone")


class Projection(nn.Module):
    """What a critic adds to the logits of features h [N, F] for being told their classes c [N]: (E_c h) / sqrt(F), [N].

    The projection discriminator, Miyato and Koyama 2018, arXiv:1802.05637, equation 4.
    """

    def __init__(self, n_in: int, classes: int, generator: torch.Generator) -> None:
        super().__init__()
        self.embedding = nn.Parameter(torch.randn(classes, n_in, generator=generator))

    def forward(self, h: Tensor, c: Tensor) -> Tensor:
        return (h.to(self.embedding.dtype) * self.embedding[c]).sum(1) * h.shape[1] ** -0.5


def unit_length(x: Tensor) -> Tensor:
    """x [..., F] scaled to a mean square of 1."""
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-8)


def beside(x: Tensor, c: Tensor | None, classes: int) -> Tensor:
    """x [N, F] with its class c [N] beside it, [N, F + classes]: 1 for c, 0 for the others; x where there are none."""
    if not classes:
        return x
    assert c is not None, "a network with classes is told which"
    return torch.cat([x, nn.functional.one_hot(c, classes).to(x)], 1)
