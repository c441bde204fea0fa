"""Fast passes: those of fully connected pairs by closed formulas, in memory that is kept from step to step.

On small networks most of a step by autograd is not arithmetic: a graph is built and walked through, memory is asked
for, each weight is looked at. Here a step is a hundred calls of torch on tensors that lie ready. What they compute is
what autograd would, and tests hold them against `AutogradPasses`; only the order of sums differs, and with it the last
bits. In bf16 products are of 16 bits, as under autocast: weights, gradients and logits stay in 32, and a copy of the
weights in 16 bits is made in every pass.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import leaky_relu_, one_hot

from gan.networks.ends import ENDS
from gan.networks.layers import SLOPE, FourierFeatures
from gan.networks.mlp import MlpCritic, MlpGenerator
from gan.recipe.config import TrainConfig
from gan.recipe.optimizers import Optimizer, parts_of
from gan.recipe.tasks import NO_TASK
from gan.training.passes import Pair

leaky_backward = torch.ops.aten.leaky_relu_backward.grad_input


def has_fast_passes(config: TrainConfig, G: torch.nn.Module, device: torch.device, augmented: bool) -> bool:
    """Whether a run's steps can be made by `FastPasses`; where not, autograd makes them."""
    return (
        isinstance(G, MlpGenerator)
        and device.type == "cpu"
        and not (config.precision == "bf16" and config.features)  # whose phases autograd rounds in its own ways
        and config.norm == "none"
        and not config.dropout
        and not augmented
        and config.task == NO_TASK
        and config.penalty_name != "gradient"
        and ENDS[G.layers()[-1].end].by_sums is not None
    )


class Bf16Copies(NamedTuple):
    """Values of 32 bits beside their copies of 16, flat tensors [n]: weights, and gradients."""

    weights: Tensor
    weights16: Tensor
    gradients: Tensor
    gradients16: Tensor


class Chain:
    """Linear layers with leaky ReLUs between them, for a fixed number of rows.

    u_i = h_(i-1) W_i^T + b_i and h_i = leaky(u_i) for each row; h_0 is what is put into `hs[0]`, the last u is the
    output. A gradient by u_i, of whatever the output leads to, is `ps[i - 1]`, but for the last, which is handed in.

    Attributes:
        hs: [rows, width] of h_0, h_1 and so on.
        ps: like all but the first of `hs`.
        by_input: [rows, width of h_0].
        bf16: where products are of 16 bits; the last layer may be in 32 all the same.
    """

    def __init__(
        self, weights: Sequence[Tensor], biases: Sequence[Tensor], gradients: Sequence[Tensor],
        hs: Sequence[Tensor], ps: Sequence[Tensor], by_input: Tensor, bf16: Bf16Copies | None,
    ) -> None:  # fmt: skip
        self.weights, self.biases, self.gradients = weights, biases, gradients
        self.hs, self.ps, self.by_input, self.bf16 = hs, ps, by_input, bf16
        self._last = weights[-1].dtype
        # Views that every step needs are made once: one takes as long as a small product.
        self._transposed = [weight.t() for weight in weights]
        self._up = list(zip(biases[:-1], hs[:-1], self._transposed[:-1], hs[1:], strict=True))
        down = [(product_with(w), w, p, h) for w, p, h in zip(weights[1:], ps, hs[1:], strict=True)]
        self._down = down[::-1]
        self._to_input = product_with(weights[0])
        self._by_weights = list(zip(gradients[::2], gradients[1::2], strict=True))
        self._learn = [(p, p.t(), h, *by) for p, h, by in zip(ps, hs[:-1], self._by_weights[:-1], strict=True)]
        self._ones = torch.ones(len(hs[0]), 1)

    @classmethod
    def of(cls, opt: Optimizer, rows: int, bf16_layers: int = 0) -> "Chain":
        """The chain of a network's layers, whose weights and biases `opt` moves in this order.

        Args:
            bf16_layers: how many of the layers have products of 16 bits, from the first one on.
        """
        values, gradients, bf16 = opt.parts(opt.weights), opt.parts(opt.gradients), None
        if bf16_layers:
            first = values[: 2 * bf16_layers]
            size = sum(value.numel() for value in first)
            flat = opt.weights[0][:size], opt.gradients[0][:size]
            copies = [torch.empty_like(value, dtype=torch.bfloat16) for value in flat]
            bf16 = Bf16Copies(flat[0], copies[0], flat[1], copies[1])
            values = parts_of(copies[0], first) + values[2 * bf16_layers :]
            gradients = parts_of(copies[1], first) + gradients[2 * bf16_layers :]
        weights, biases = values[::2], values[1::2]
        hs = [torch.zeros(rows, weight.shape[1], dtype=weights[0].dtype) for weight in weights]
        ps = [torch.empty_like(h) for h in hs[1:]]
        return cls(weights, biases, gradients, hs, ps, torch.empty_like(hs[0]), bf16)

    def behind(self, first: int) -> "Chain":
        """The same chain for the rows from `first` on, in the same memory."""
        hs, ps = ([value[first:] for value in values] for values in (self.hs, self.ps))
        return Chain(self.weights, self.biases, self.gradients, hs, ps, self.by_input[first:], self.bf16)

    def forward(self) -> Tensor:
        """The output [rows, n_out] of `hs[0]`, in memory of its own."""
        if self.bf16:
            self.bf16.weights16.copy_(self.bf16.weights)
        for bias, h, weight, following in self._up:
            torch.addmm(bias, h, weight, out=following)
            leaky_relu_(following, SLOPE)
        return torch.addmm(self.biases[-1], self.hs[-1].to(self._last), self._transposed[-1])

    def backward(self, by_output: Tensor | None) -> Tensor:
        """Fill `ps` by a gradient by the output [rows, n_out], None for ones; returns the gradient by the first u."""
        p = by_output
        for times, weight, below, h in self._down:
            q = weight.to(h.dtype) if p is None else times(p, weight, out=below)  # of one output, for ones
            p = leaky_backward(q, h, SLOPE, True, grad_input=below)
        return self._ones if p is None else p

    def backward_to_input(self, by_output: Tensor | None) -> None:
        """Fill `by_input` besides."""
        self._to_input(self.backward(by_output), self.weights[0], out=self.by_input)

    def descend(self, by_output: Tensor) -> None:
        """Fill the gradients of weights and biases after `backward`."""
        top = (by_output, by_output.t(), self.hs[-1].to(self._last), *self._by_weights[-1])
        for p, transposed, h, by_weight, by_bias in (*self._learn, top):
            torch.mm(transposed, h, out=by_weight)
            torch.sum(p, 0, out=by_bias)
        self._widen()

    def descend_twice(self, by_output: Tensor, dqs: Sequence[Tensor]) -> None:
        """Fill the gradients of sum(by_output output) + R, of one output, after `backward` of ones.

        R depends on `by_input` alone: its gradient by that lies in `dqs[0]`, and the others, like `hs`, take what it
        becomes on its way up. The p_i do not depend on h, so one product serves both, as in `InputGradients`:
        dW_i = p_i^T (dq_(i-1) + by_output h_(i-1)).

        Args:
            by_output: [rows, 1].
        """
        factors = by_output.to(self.hs[0].dtype)
        flat = factors.view(-1)
        for layer, (_, p, h, by_weight, by_bias) in enumerate(self._learn):
            dq, following = dqs[layer], dqs[layer + 1]
            torch.mm(dq, self._transposed[layer], out=following)
            leaky_backward(following, self.hs[layer + 1], SLOPE, True, grad_input=following)
            torch.mm(p, dq.addcmul_(h, factors), out=by_weight)
            torch.mv(p, flat, out=by_bias)
        by_weight, by_bias = self._by_weights[-1]
        last = dqs[-1].addcmul_(self.hs[-1], factors)
        torch.sum(last, 0, keepdim=True, dtype=self._last, out=by_weight)
        torch.sum(by_output, 0, out=by_bias)
        self._widen()

    def _widen(self) -> None:
        """Hand the gradients of 16 bits to whoever takes them in 32."""
        if self.bf16:
            self.bf16.gradients.copy_(self.bf16.gradients16)


def product_with(weight: Tensor) -> Callable[..., Tensor]:
    """The product p [N, K] weight [K, M]; with one row it is one for each value."""
    return torch.mul if weight.shape[0] == 1 else torch.mm


class Columns(NamedTuple):
    """A matrix [rows, F] of what D's first layer is given, in its columns; each is a view."""

    samples: Tensor
    sines: Tensor
    cosines: Tensor
    classes: Tensor


class Input:
    """What D's first layer is given: samples in D's unit, their Fourier features, their class; F values in each row."""

    def __init__(self, D: MlpCritic, x: Tensor, by_x: Tensor, part: int) -> None:
        """x [rows, F] is to be filled by so many samples at a time, by_x [rows, F] is a gradient by it."""
        self.D = D
        features = D.features
        self.frequencies = features.frequencies if isinstance(features, FourierFeatures) else None
        self.x, self.by_x = self.columns(x), self.columns(by_x)
        self.places = self.x.samples.split(part)
        # Numbers as tensors: torch makes one of each Python number that it is given, in every call.
        self.inverse, self.one, self.half = torch.tensor(1 / D.unit), torch.tensor(1.0), torch.tensor(0.5)

    def columns(self, matrix: Tensor) -> Columns:
        """The columns of a matrix like x."""
        count, classes = 0 if self.frequencies is None else self.frequencies.shape[1], self.D.classes
        return Columns(*matrix.split([matrix.shape[1] - 2 * count - classes, count, count, classes], 1))

    def fill(self, *parts: Tensor, c: Tensor | None) -> None:
        """Samples [N, ...] of all rows, one part after the other, each of the classes c [N]."""
        for place, part in zip(self.places, parts, strict=True):
            if self.D.unit_range:  # of pictures alone, whose unit is 1
                place.copy_(torch.add(part.flatten(1), self.one).mul_(self.half))
            elif self.D.unit == 1:
                place.copy_(part.flatten(1))
            else:
                torch.mul(part.flatten(1), self.inverse, out=place)
        if self.frequencies is not None:
            phase = torch.mm(self.x.samples, self.frequencies)
            self.x.sines.copy_(phase.sin())  # faster than to put each into its place at once
            self.x.cosines.copy_(phase.cos_())
        if c is not None:
            self.x.classes.copy_(one_hot(torch.cat([c] * len(parts)), self.D.classes))

    def back(self) -> Tensor:
        """[rows, n] float32 what a gradient by x is by the samples."""
        by_x = self.by_x
        if self.frequencies is None:
            return by_x.samples.float().contiguous()
        by_phase = torch.mul(by_x.sines, self.x.cosines).addcmul_(by_x.cosines, self.x.sines, value=-1)
        return torch.addmm(by_x.samples, by_phase, self.frequencies.t())

    def again(self, by_back: Tensor, factor: float, out: Columns) -> None:
        """Fill `out` with the gradient by `by_x` of what has the gradient factor by_back [rows, n] by `back`."""
        out.samples.copy_(by_back.mul_(factor))  # by `out` into other bits it takes three times as long
        if self.frequencies is not None:
            by_phase = torch.mm(by_back, self.frequencies)
            torch.mul(by_phase, self.x.cosines, out=out.sines)
            torch.mul(by_phase.neg_(), self.x.sines, out=out.cosines)
        if self.D.classes:
            out.classes.zero_()


class FastPasses:
    """Passes of a fully connected pair. A step that is begun is made to its end before another one begins."""

    def __init__(self, pair: Pair, precision: str) -> None:
        """`precision` is a name in `gan.recipe.config.PRECISIONS`."""
        G, D, rows = pair.G, pair.D, pair.rows
        bf16 = precision == "bf16"
        assert isinstance(G, MlpGenerator)
        assert isinstance(D, MlpCritic)
        self.pair, self.G, self.rows = pair, G, rows
        last = G.layers()[-1]
        self.end, self.scale = ENDS[last.end], last.scale
        # What D sees of a sample moves by so much where the sample does.
        self.zoom = 0.5 if D.unit_range else 1.0
        self.generator = Chain.of(pair.opt_g, rows, (len(G.hidden) + 1) * bf16)
        self.critic = Chain.of(pair.opt_d, 2 * rows, len(D.hidden) * bf16)  # logits are in 32 bits
        self.fakes_critic = self.critic.behind(rows)
        self.input = Input(D, self.critic.hs[0], self.critic.by_input, rows)
        self.fakes_input = Input(D, self.fakes_critic.hs[0], self.fakes_critic.by_input, rows)
        self.dqs = [torch.empty_like(h) for h in self.critic.hs]
        self.dq = self.input.columns(self.dqs[0])
        self.by_logits = torch.empty(2 * rows, 1)
        self.by_real, self.by_fake = self.by_logits.view(-1).split(rows)
        self.share = torch.tensor(1 / rows)
        self.factor = torch.tensor(self.zoom * self.scale / (pair.unit * rows))
        self.unit = torch.tensor(self.scale)
        self._z: Tensor | None = None
        self._fake = self._slopes = torch.empty(0)
        self._braked = False

    def generate(self, z: Tensor, c: Tensor | None, for_g: bool) -> Tensor:
        if z is not self._z:
            self.generator.hs[0].copy_(self.G.mapping(z, c))
            fake = self.end.apply(self.generator.forward().float().view(-1, *self.G.shape), ())
            self._z, self._fake = z, fake if self.scale == 1 else fake * self.unit
        return self._fake

    def judge(self, real: Tensor, fake: Tensor, c: Tensor | None, slopes: bool) -> Tensor:
        self.input.fill(real, fake, c=c)
        logits, self._braked = self.critic.forward(), False
        if slopes:
            self.critic.backward_to_input(None)
            self._slopes = self.input.back()
        return logits.view(-1)

    def penalty(self, gamma: float, on_fake: bool) -> Tensor:
        self._braked = True
        slopes = self._slopes if on_fake else self._slopes[: self.rows]
        weight = gamma * self.zoom**2 / self.rows
        flat = slopes.view(-1)
        penalty = flat.dot(flat) * (weight / 2)
        self.input.again(self._slopes, weight, self.dq)
        if not on_fake:
            self.dqs[0][self.rows :] = 0
        return penalty

    def descend_d(self, on_real: Tensor, on_fake: Tensor, loss: Tensor, penalty: Tensor) -> None:
        objective, critic = self.pair.objective, self.critic
        by_real, by_fake = objective.by_d(on_real, on_fake)
        torch.mul(by_real, self.share, out=self.by_real)
        torch.mul(by_fake, self.share, out=self.by_fake)
        if self._braked:
            critic.descend_twice(self.by_logits, self.dqs)
        else:
            critic.backward(self.by_logits)
            critic.descend(self.by_logits)
        if objective.pairs:  # as by autograd
            critic.gradients[-1].zero_()

    def judge_fakes(self, fake: Tensor, real: Callable[[], Tensor] | None, c: Tensor | None) -> tuple[Tensor, Tensor]:
        if real is None:
            self.fakes_input.fill(fake, c=c)
            logits = self.fakes_critic.forward().view(-1)
            return logits, logits
        self.input.fill(real(), fake, c=c)
        on_real, on_fake = self.critic.forward().view(-1).chunk(2)
        return on_real, on_fake

    def descend_g(self, on_real: Tensor, on_fake: Tensor, loss: Tensor) -> None:
        by_logits = self.pair.objective.by_g(on_real, on_fake).mul(self.factor).view(-1, 1)
        self.fakes_critic.backward_to_input(by_logits)
        by_fake = self.fakes_input.back().view_as(self._fake)
        assert self.end.by_sums is not None
        by_sums = self.end.by_sums(by_fake, self._fake).flatten(1).to(self.generator.hs[0].dtype)
        self.generator.backward(by_sums)
        self.generator.descend(by_sums)
        self._z = None
