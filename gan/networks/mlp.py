"""Fully connected networks for points and small pictures; the layer widths are arguments."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from gan.networks.ends import ENDS
from gan.networks.layers import (
    SLOPE,
    Critic,
    Dropout,
    FourierFeatures,
    Generator,
    Layer,
    beside,
    linear,
    logits_of,
    products,
)


def sizes(settings: Mapping[str, Any], shape: Sequence[int]) -> tuple[list[int], list[int]]:
    """The widths from one layer to the next of G, from z on, and of D, for samples of a shape."""
    values = prod(shape)
    widest = values + 2 * settings["features"]
    return [settings["z_dim"], *settings["g_widths"], values], [widest, *settings["d_widths"], 1]


def fewest_weights(settings: Mapping[str, Any], shape: Sequence[int], classes: int) -> int:
    """A lower bound on the weights of G and D for samples of a shape."""
    values = prod(shape)
    G = (settings["z_dim"] + classes, *settings["g_widths"], values)
    return products(G, (values + classes, *settings["d_widths"], 1))


class MlpGenerator(Generator):
    """z -> widths -> points [N, 2] or images [N, C, R, R].

    Args:
        widths: of the hidden layers, e.g. (256, 512); empty makes G one linear map.
        end: a name in ENDS; points end in a plain sum.
        norm: "none" or "batch", after every hidden layer but the first.
        noise: a name in NOISES.
        unit: the length in the data's units that the network sees as 1 (points only).
        classes: told apart; not of points.
        groups: sizes of the groups of channels, for an end that chooses.
    """

    def __init__(
        self, z_dim: int, shape: Sequence[int], widths: Sequence[int], end: str, norm: str, init: str, noise: str,
        generator: torch.Generator, unit: float = 1.0, classes: int = 0, groups: Sequence[int] = (),
    ) -> None:  # fmt: skip
        super().__init__(z_dim, shape, noise, classes)
        self.end, self.widths, self.unit, self.groups = end, tuple(widths), unit, tuple(groups)
        sizes = [self.w_dim, *widths]
        self.hidden = nn.ModuleList(linear(a, b, init, generator) for a, b in pairwise(sizes))
        self.norms = nn.ModuleList(
            nn.BatchNorm1d(width) if norm == "batch" and i > 0 else nn.Identity() for i, width in enumerate(widths)
        )
        self.last = linear(sizes[-1], prod(shape), init, generator, gain=0.5)

    def stem(self, w: Tensor) -> Tensor:
        return self.hidden[0](w) if len(self.hidden) else w

    def layers(self) -> list[Layer]:
        hidden = [
            Layer(layer, "leaky", (width,), norm)
            for layer, width, norm in zip(self.hidden, self.widths, self.norms, strict=True)
        ]
        end = "none" if len(self.shape) == 1 else self.end
        return [*hidden, Layer(self.last, end, self.shape, scale=self.unit, groups=self.groups)]


class MlpCritic(Critic):
    """Points [N, 2] or images [N, C, R, R], with their classes c [N] beside them -> widths -> logits [N].

    Args:
        features: random Fourier features beside the input, points only; 0 for none.
        sigma: their spread, in radians per network unit.
    """

    knows_gradients = True

    def __init__(
        self, shape: Sequence[int], widths: Sequence[int], end: str, init: str, dropout: float,
        features: int, sigma: float, generator: torch.Generator, unit: float = 1.0, classes: int = 0,
    ) -> None:  # fmt: skip
        super().__init__(classes, unit, ENDS[end].unit_range and len(shape) > 1)
        self.widths = tuple(widths)
        n_in = prod(shape)
        self.features = FourierFeatures(n_in, features, sigma, generator) if features else nn.Identity()
        sizes = [n_in + 2 * features + classes, *widths]
        self.hidden = nn.ModuleList(linear(a, b, init, generator) for a, b in pairwise(sizes))
        self.dropout = Dropout(dropout, generator)
        self.last = linear(sizes[-1], 1, init, generator)

    def forward(self, images: Tensor, c: Tensor | None = None) -> Tensor:
        x = images.flatten(1) / self.unit
        x = beside(self.features((x + 1) / 2 if self.unit_range else x), c, self.classes)
        for layer in self.hidden:
            x = self.dropout(nn.functional.leaky_relu(layer(x), SLOPE))
        return logits_of(self.last, x)

    def layers(self) -> list[Layer]:
        """The way from the input, scaled, with its features and class, to the logit; without dropout."""
        hidden = [Layer(layer, "leaky", (width,)) for layer, width in zip(self.hidden, self.widths, strict=True)]
        return [*hidden, Layer(self.last, "none", (1,))]

    def with_gradients(self, images: Tensor, c: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """(logits [N], d logits / d images in the shape of images); both may be differentiated by D's weights.

        Faster than to differentiate twice; `images` themselves get no gradient. In float32 alone.
        """
        x = images.flatten(1) / self.unit
        x = (x + 1) / 2 if self.unit_range else x
        scale = (0.5 if self.unit_range else 1.0) / self.unit
        weights = [w for layer in (*self.hidden, self.last) for w in (layer.weight, layer.bias)]
        frequencies = self.features.frequencies if isinstance(self.features, FourierFeatures) else None
        logits, gradients = InputGradients.apply(beside(x, c, self.classes), frequencies, self.dropout, *weights)
        return logits.float(), (gradients[:, : x.shape[1]] * scale).view_as(images)


class InputGradients(torch.autograd.Function):
    """An MlpCritic's logits [N] of x [N, F] and their gradients by x [N, F], with the gradient of both by hand.

    With u_i = W_i h_(i-1) + b_i and h_i = m_i u_i (m is 1 or SLOPE, times dropout's factor), a logit's gradient by u_i
    is p_i = m_i q_i with q_i = W_(i+1)^T p_(i+1). It does not depend on h, so one product serves both gradients:
    dW_i = p_i^T (dq_(i-1) + dlogit h_(i-1)), where dq, the gradient by q, runs from the input upwards.
    """

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, frequencies: Tensor | None, dropout: Dropout, *weights: Tensor
    ) -> tuple[Tensor, Tensor]:
        h, waves = x, None
        if frequencies is not None:
            phase = x @ frequencies
            waves = phase.sin(), phase.cos()
            h = torch.cat([x, *waves], 1)
        layers = list(zip(weights[:-2:2], weights[1:-2:2], strict=True))
        hs, ms = [h], []
        for weight, bias in layers:
            u = torch.addmm(bias, h, weight.t())
            # 1 where u is above 0, else SLOPE: a third of the time of `where`.
            ms.append(dropout(u.sign().mul_((1 - SLOPE) / 2).add_((1 + SLOPE) / 2)))
            h = u * ms[-1]
            hs.append(h)
        logits = torch.addmm(weights[-1], h, weights[-2].t()).squeeze(1)  # [N, 1] -> [N]
        q, ps = weights[-2], []
        for (weight, _), m in zip(reversed(layers), reversed(ms), strict=True):
            ps.append(q * m)
            q = ps[-1] @ weight
        gradients = q.expand(len(x), -1)
        if frequencies is not None:
            by_x, by_sin, by_cos = gradients.split([x.shape[1], *frequencies.shape[1:], *frequencies.shape[1:]], 1)
            assert waves is not None
            gradients = by_x + (by_sin * waves[1] - by_cos * waves[0]) @ frequencies.t()
        ctx.save_for_backward(*weights)
        ctx.hs, ctx.ms, ctx.ps, ctx.waves, ctx.frequencies = hs, ms, ps[::-1], waves, frequencies
        return logits, gradients

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        by_logits, dq = grads
        by_logits = by_logits[:, None]
        if ctx.frequencies is not None:
            by_phase = dq @ ctx.frequencies
            dq = torch.cat([dq, by_phase * ctx.waves[1], by_phase.mul_(ctx.waves[0]).neg_()], 1)
        by_weights: list[Tensor] = []
        for weight, h, m, p in zip(ctx.saved_tensors[:-2:2], ctx.hs, ctx.ms, ctx.ps, strict=False):
            by_weights += [p.t() @ torch.addcmul(dq, by_logits, h), (p.t() @ by_logits).squeeze(1)]
            dq = (dq @ weight.t()).mul_(m)
        by_weights += [torch.addcmul(dq, by_logits, ctx.hs[-1]).sum(0, keepdim=True), by_logits.sum(0)]
        return None, None, None, *by_weights
