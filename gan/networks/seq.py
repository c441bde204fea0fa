"""A family for lines: samples [C, L, 1] of L steps in time, made by convolutions along them, two steps at once.

Music has beats, and a beat here is two steps: the networks work on L / 2 places, and their first and last convolutions
know whether a step is on the beat or after it. Convolutions that keep the places begin near the identity, so that a
stack of them learns as a residual network does without adding anything when it runs: Zagoruyko and Komodakis 2017
(DiracNets), arXiv:1706.00388, equation 3, with the identity in the first weights alone.

A convolution along a line is one product of matrices; so written a step of training takes a third of the time that it
takes by torch's convolutions of pictures, whose layers these are to all others.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from gan.errors import ConfigError
from gan.networks.layers import SLOPE, Critic, Dropout, Generator, Layer, initialise, linear, logits_of, products
from gan.networks.undrawn import undrawn

BEAT = 2  # steps that are one place
NEAR = 0.5  # scale of what is drawn beside the identity
WITHOUT = {"norm": "none", "condition": "none"}  # settings of other families, and what they are here
WIDTHS = {"g_widths": (64, 64, 64, 64, 64), "d_widths": (64, 64, 64)}


def fits(shape: Sequence[int]) -> bool:
    """Lines of an even number of steps."""
    return len(shape) == 3 and shape[2] == 1 and shape[1] >= 2 * BEAT and shape[1] % BEAT == 0


def check(settings: Mapping[str, Any], resolution: int) -> None:
    """Raise a ConfigError for a setting that the family does not have, or for missing channels."""
    for name, only in WITHOUT.items():
        if settings[name] != only:
            raise ConfigError(f"--network seq has no --{name} but {only}")
    for name in ("g_widths", "d_widths"):
        if not settings[name]:
            raise ConfigError(f"--{name.replace('_', '-')} needs at least 1 channel")


def default_widths(resolution: int) -> dict[str, tuple[int, ...]]:
    """G's and D's channels, where nobody chose any."""
    return dict(WIDTHS)


def fewest_weights(settings: Mapping[str, Any], shape: Sequence[int], classes: int) -> int:
    """A lower bound on the weights of G and D for samples of a shape."""
    channels, steps, _ = shape
    g, d, places = settings["g_widths"], settings["d_widths"], steps // BEAT
    dense = [settings["dense"]] if settings["dense"] else []
    between = middle(settings["kernel"]) * (products(g) + products(d))
    ends = BEAT * g[-1] * channels + BEAT * channels * d[0]
    return between + ends + products((settings["z_dim"], *dense, g[0] * places), (d[-1] * places, *dense, 1))


def middle(kernel: int) -> int:
    """The size of a kernel that has a middle: an even one becomes one smaller."""
    return kernel - (kernel % 2 == 0)


def shifted(line: Tensor, seen: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """(a part of a line [N, L, C], where it lies in what is seen of it [N, L, k, C]) for each place of the kernel."""
    steps, kernel = seen.shape[1:3]
    for i in range(kernel):
        by = i - kernel // 2  # the place sees the line so many steps further on
        yield line[:, max(by, 0) : steps + min(by, 0)], seen[:, max(-by, 0) : steps - max(by, 0), i]


class Seen(torch.autograd.Function):
    """[N, L, C] -> [N, L, k C], what a kernel sees from each place of a line: 0 beyond its ends.

    It and `Summed` are each the other's adjoint, so both may be differentiated as often as R1 and R2 need.
    """

    @staticmethod
    def forward(ctx: Any, line: Tensor, kernel: int) -> Tensor:
        ctx.kernel = kernel
        seen = line.new_zeros(*line.shape[:2], kernel, line.shape[2])
        for part, place in shifted(line, seen):
            place.copy_(part)
        return seen.flatten(2)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        return Summed.apply(grads[0], ctx.kernel), None


class Summed(torch.autograd.Function):
    """[N, L, k C] -> [N, L, C]: what each place is given by all that see it."""

    @staticmethod
    def forward(ctx: Any, seen: Tensor, kernel: int) -> Tensor:
        ctx.kernel = kernel
        seen = seen.unflatten(2, (kernel, -1))
        line = seen[:, :, kernel // 2].clone()
        for i, (place, part) in enumerate(shifted(line, seen)):
            if i != kernel // 2:
                place += part
        return line

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        return Seen.apply(grads[0], ctx.kernel), None


class Turned(torch.autograd.Function):
    """[N, A, B] -> [N, B, A] in memory too, and so its gradient: what meets in two layouts takes 20 times as long."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return x.transpose(1, 2).contiguous()

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        return Turned.apply(grads[0])


def as_line(x: Tensor) -> Tensor:
    """[N, C, L, 1] -> [N, L, C]; what lies so in memory already is not copied."""
    line = x[..., 0].transpose(1, 2)
    return line if line.is_contiguous() else Turned.apply(x[..., 0])


def as_map(line: Tensor) -> Tensor:
    """[N, L, C] -> [N, C, L, 1]."""
    return line.transpose(1, 2)[..., None]


class Along(nn.Conv2d):
    """A convolution along a line: [N, C, L, 1] -> [N, C', L / stride, 1], with a kernel [k, 1].

    Either the stride is 1 and the kernel has a middle, or the kernel is as long as the stride.
    """

    def forward(self, x: Tensor) -> Tensor:
        return as_map(self.on_line(as_line(x)))

    def on_line(self, line: Tensor) -> Tensor:
        """The same of lines [N, L, C] -> [N, L / stride, C']."""
        kernel = self.kernel_size[0]
        whole = self.stride[0] > 1
        seen = line.unflatten(1, (-1, kernel)).flatten(2) if whole else Seen.apply(line, kernel)  # [N, L', k C]
        weight = self.weight[..., 0].transpose(1, 2).flatten(1)  # [C', C, k, 1] -> [C', k C]
        return nn.functional.linear(seen, weight, self.bias)


class AlongUp(nn.ConvTranspose2d):
    """A transposed convolution along a line: [N, C, L, 1] -> [N, C', stride L, 1], with a kernel [k, 1].

    Either the stride is 1 and the kernel has a middle, or the kernel is as long as the stride.
    """

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        kernel, line, bias = self.kernel_size[0], as_line(x), self.bias
        assert bias is not None
        if self.stride[0] > 1:
            weight = self.weight[..., 0].transpose(1, 2).flatten(1).t()  # [C, C', k, 1] -> [k C', C]
            made = nn.functional.linear(line, weight, bias.repeat(kernel))
            return as_map(made.unflatten(2, (kernel, -1)).flatten(1, 2))  # [N, L, k C'] -> [N, k L, C']
        # It is a convolution with the kernel the other way round.
        weight = self.weight[..., 0].flip(2).permute(1, 2, 0).flatten(1)  # [C, C', k, 1] -> [C', k C]
        return as_map(nn.functional.linear(Seen.apply(line, kernel), weight, bias))


def along(n_in: int, n_out: int, kernel: int, stride: int, init: str, generator: torch.Generator) -> Along:
    """A convolution of D that makes `stride` steps one place."""
    layer = undrawn(Along, n_in, n_out, (kernel, 1), stride=(stride, 1), padding=((kernel - stride + 1) // 2, 0))
    near = stride == 1 and n_in == n_out
    initialise(layer, n_in * kernel, init, NEAR if near else 1.0, generator)
    if near:
        add_identity(layer.weight, kernel)
    return layer


def along_up(n_in: int, n_out: int, kernel: int, init: str, generator: torch.Generator) -> AlongUp:
    """A transposed convolution of G that keeps the places."""
    layer = undrawn(AlongUp, n_in, n_out, (kernel, 1), padding=(kernel // 2, 0))
    initialise(layer, n_in * kernel, init, NEAR if n_in == n_out else 1.0, generator)
    if n_in == n_out:
        add_identity(layer.weight, kernel)
    return layer


@torch.no_grad()
def add_identity(weight: Tensor, kernel: int) -> None:
    """Add the identity to the weights [C, C, k, 1] of a convolution, in place."""
    channels = range(len(weight))
    weight[channels, channels, kernel // 2, 0] += 1


class SeqGenerator(Generator):
    """z -> (a dense layer ->) a map [channels, L / 2, 1] -> convolutions along it -> samples [N, C, L, 1].

    Args:
        channels: of the map and of every convolution but the last, which makes two steps of every place.
        kernel: places that a convolution sees, 3, 5 or 7; an even one is one smaller.
        end: a name in `gan.networks.ends`.
        dense: width of a dense layer before the map, 0 for none.
        noise: a name in NOISES.
        groups: sizes of the groups of channels, for an end that chooses.
    """

    def __init__(
        self, z_dim: int, shape: Sequence[int], channels: Sequence[int], kernel: int, end: str, init: str, dense: int,
        noise: str, generator: torch.Generator, groups: Sequence[int] = (),
    ) -> None:  # fmt: skip
        super().__init__(z_dim, shape, noise)
        out, steps, _ = shape
        self.end, self.groups, self.channels, self.width = end, tuple(groups), tuple(channels), dense
        self.places = steps // BEAT
        self.dense = nn.ModuleList([linear(self.w_dim, dense, init, generator)] if dense else [])
        self.first = linear(dense or self.w_dim, channels[0] * self.places, init, generator)
        self.convs = nn.ModuleList(along_up(a, b, middle(kernel), init, generator) for a, b in pairwise(channels))
        self.last = undrawn(AlongUp, channels[-1], out, (BEAT, 1), stride=(BEAT, 1))
        initialise(self.last, channels[-1], init, 0.5, generator)

    def stem(self, w: Tensor) -> Tensor:
        return self.dense[0](w) if len(self.dense) else self.first(w)

    def layers(self) -> list[Layer]:
        dense = [Layer(layer, "leaky", (self.width,)) for layer in self.dense]
        maps = [
            Layer(layer, "leaky", (count, self.places, 1))
            for layer, count in zip([self.first, *self.convs], self.channels, strict=True)
        ]
        return [*dense, *maps, Layer(self.last, self.end, self.shape, groups=self.groups)]


class SeqCritic(Critic):
    """Samples [N, C, L, 1] -> a convolution that makes two steps one place -> convolutions along -> logits [N].

    Args:
        channels: of each convolution.
        kernel: places that those after the first see, 3, 5 or 7; an even one is one smaller.
        dense: width of a dense layer over all places, 0 for none.
    """

    def __init__(
        self, shape: Sequence[int], channels: Sequence[int], kernel: int, init: str, dropout: float, dense: int,
        generator: torch.Generator,
    ) -> None:  # fmt: skip
        super().__init__()
        n_in, steps, _ = shape
        self.channels, self.width, self.places = tuple(channels), dense, steps // BEAT
        self.convs = nn.ModuleList(
            [
                along(n_in, channels[0], BEAT, BEAT, init, generator),
                *(along(a, b, middle(kernel), 1, init, generator) for a, b in pairwise(channels)),
            ]
        )
        self.dropout = Dropout(dropout, generator)
        size = channels[-1] * self.places
        self.dense = nn.ModuleList([linear(size, dense, init, generator)] if dense else [])
        self.last = linear(dense or size, 1, init, generator)

    def forward(self, samples: Tensor, c: Tensor | None = None) -> Tensor:
        line = as_line(samples)
        for layer in self.convs:
            assert isinstance(layer, Along)
            line = self.dropout(leaky_relu(layer.on_line(line), SLOPE))
        x = Turned.apply(line).flatten(1)
        for dense in self.dense:
            x = self.dropout(leaky_relu(dense(x), SLOPE))
        return logits_of(self.last, x)

    def layers(self) -> list[Layer]:
        """The way from a sample to the logit; without dropout."""
        convs = [
            Layer(layer, "leaky", (count, self.places, 1))
            for layer, count in zip(self.convs, self.channels, strict=True)
        ]
        dense = [Layer(layer, "leaky", (self.width,)) for layer in self.dense]
        return [*convs, *dense, Layer(self.last, "none", (1,))]
