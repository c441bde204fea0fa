"""Networks and ways of training that may become part of the recipe for faces, for rows of `python -m bench.ablations`.

Each is the recipe's style-based pair with one thing added that a paper has. They are here and not in `gan` because the
engine in the browser knows plain layers alone, so that only one that is worth much shall be asked for there.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate, leaky_relu

from gan.networks import ARCHITECTURES
from gan.networks.dcgan import DcganCritic
from gan.networks.layers import GAIN, SLOPE, conv, initialise, logits_of
from gan.networks.style import StyleGenerator
from gan.networks.undrawn import undrawn
from gan.training.trainer import Trainer

HALF = 0.5**0.5  # the sum of two maps of variance 1, times this, has variance 1
GROUP = 4  # pictures of which a deviation is taken
LAZY = 4  # D's steps from one penalty to the next


def point(n_in: int, n_out: int, generator: torch.Generator) -> nn.Conv2d:
    """A 1 x 1 convolution [N, n_in, R, R] -> [N, n_out, R, R] without bias, for variance to stay as it is."""
    layer = undrawn(nn.Conv2d, n_in, n_out, 1, bias=False)
    initialise(layer, n_in, "kaiming", 1 / GAIN, generator)
    return layer


class PartedCritic(DcganCritic):
    """A DcganCritic in two parts, for candidates to change one of them; without classes and dropout.

    Args: those of DcganCritic, by name.
    """

    def block(self, number: int, x: Tensor) -> Tensor:
        """[N, C', R / 2, R / 2], what convolution `number` makes of the map before it, x [N, C, R, R]."""
        return leaky_relu(self.convs[number](x), SLOPE)

    def judged(self, maps: Sequence[Tensor]) -> Tensor:
        """Logits [N] of the maps [N, C, R, R] after each convolution."""
        x = maps[-1].flatten(1)
        for dense in self.dense:
            x = leaky_relu(dense(x), SLOPE)
        return logits_of(self.last, x)

    def forward(self, images: Tensor, c: Tensor | None = None) -> Tensor:
        maps = [(images + 1) / 2 if self.unit_range else images]
        for number in range(len(self.convs)):
            maps.append(self.block(number, maps[-1]))
        return self.judged(maps[1:])


class ResidualCritic(PartedCritic):
    """Each block adds its input x: (leaky(conv(x)) + skip(x)) / sqrt(2), skip a 1 x 1 convolution of x averaged 2 x 2.

    As in StyleGAN2's D, Karras et al. 2020, arXiv:1912.04958, section 4.1 and figure 7c. R3GAN's blocks,
    arXiv:2501.05441, add their input without the root, and begin as that input alone.
    """

    def __init__(
        self, *, shape: Sequence[int], channels: Sequence[int], generator: torch.Generator, **named: Any
    ) -> None:
        super().__init__(shape=shape, channels=channels, generator=generator, **named)
        self.skips = nn.ModuleList(point(a, b, generator) for a, b in pairwise((shape[0], *channels)))

    def block(self, number: int, x: Tensor) -> Tensor:
        return (super().block(number, x) + self.skips[number](avg_pool2d(x, 2))) * HALF


class ResidualGenerator(StyleGenerator):
    """Each modulated convolution but the last, which makes the picture, adds its input, divided by sqrt(2).

    Where it doubles the resolution the input is doubled too, and where channels differ it goes through a 1 x 1
    convolution that no style modulates, before it is doubled, which is the cheaper order. Karras et al. 2020,
    arXiv:1912.04958, figure 7c; there a block has two convolutions, here one, so that each map is an input.

    Args: those of StyleGenerator, by name; it makes single pictures, no loops.
    """

    def __init__(self, *, generator: torch.Generator, **named: Any) -> None:
        super().__init__(generator=generator, **named)
        sizes = pairwise(self.channels[:-1])
        self.skips = nn.ModuleList(nn.Identity() if a == b else point(a, b, generator) for a, b in sizes)

    def synthesis(self, w: Tensor) -> Tensor:
        first, *inner, last = self.layers()
        ws = w.unbind(1) if w.dim() == 3 else [w] * (len(inner) + 2)
        x = first(ws[0])
        for layer, skip, w in zip(inner, self.skips, ws[1:-1], strict=True):
            x = (layer(x, w) + resized(skip(x), layer.shape[-1])) * HALF
        return last(x, ws[-1])


def resized(x: Tensor, side: int) -> Tensor:
    """Maps x [N, C, R, R] as [N, C, side, side], by bilinear interpolation; nearest pixels would leave squares."""
    return x if x.shape[-1] == side else interpolate(x, size=(side, side), mode="bilinear", align_corners=False)


def deviations(x: Tensor) -> Tensor:
    """[N, 1, 1, 1] float32 standard deviation within each GROUP of maps x [N, C, R, R], the mean over C, R and R.

    A group is of neighbours, so that a batch of reals and then fakes, each a multiple of GROUP, has no mixed one: D
    would tell them by who stands beside them. NVlabs' code takes every (N / GROUP)-th; its batches are never mixed.
    What is left over at the end is a smaller group.
    """
    x, whole = x.float(), len(x) - len(x) % GROUP
    found = []
    for part, size in ((x[:whole], GROUP), (x[whole:], len(x) - whole)):
        if len(part):
            groups = part.unflatten(0, (-1, size))
            power = (groups - groups.mean(1, keepdim=True)).square().mean(1)  # [N / size, C, R, R]
            found.append((power + 1e-8).sqrt().mean((1, 2, 3)).repeat_interleave(size))
    return torch.cat(found)[:, None, None, None]


class DeviationCritic(PartedCritic):
    """One more map before the last convolution, of the deviation among four pictures: D sees that fakes are too alike.

    Minibatch standard deviation, Karras et al. 2018, arXiv:1710.10196, section 3. There the map is of 4 x 4 and its
    convolution keeps that; here it is as large as the last convolution's input, which is halved to 4 x 4. What R1
    and R2 hold down at a picture is the slope of all four logits of its group, as in NVlabs' code.
    """

    def __init__(
        self, *, shape: Sequence[int], channels: Sequence[int], kernel: int, init: str, generator: torch.Generator,
        **named: Any,
    ) -> None:  # fmt: skip
        super().__init__(shape=shape, channels=channels, kernel=kernel, init=init, generator=generator, **named)
        n_in = (shape[0], *channels)[-2]
        self.convs[-1] = conv(n_in + 1, channels[-1], kernel, init, generator)

    def block(self, number: int, x: Tensor) -> Tensor:
        if number == len(self.convs) - 1:
            x = torch.cat([x, deviations(x).to(x.dtype).expand(-1, 1, *x.shape[2:])], 1)
        return super().block(number, x)


class PatchCritic(PartedCritic):
    """Adds to the logit the mean of a map of logits, of 8 x 8 for pictures of 64 px: each of a patch of 22 px alone.

    The map is a 1 x 1 convolution of the one before the last. PatchGAN, Isola et al. 2017, arXiv:1611.07004, section
    3.2.2, averages all its answers too, there after the loss of each; here the loss is of the sum. The mean of such a
    convolution is that convolution of the mean, so that it costs next to nothing.
    """

    def __init__(
        self, *, shape: Sequence[int], channels: Sequence[int], generator: torch.Generator, **named: Any
    ) -> None:
        super().__init__(shape=shape, channels=channels, generator=generator, **named)
        # Without bias: where pairs are compared it would learn nothing but what rounding leaves, see `descend_d`.
        self.patch = point(channels[-2], 1, generator)

    def judged(self, maps: Sequence[Tensor]) -> Tensor:
        with torch.autocast(maps[-2].device.type, enabled=False):  # logits are of 32 bits, see `logits_of`
            patches = self.patch(maps[-2].float().mean((2, 3), keepdim=True)).flatten()
        return super().judged(maps) + patches


class LazyTrainer(Trainer):
    """R1 and R2 in every LAZY-th step of D, and LAZY times as strong there.

    Karras et al. 2020, arXiv:1912.04958, section 3.1, where the penalty has a step of its own; here it is added to the
    loss of every fourth.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.gamma = self.config.gamma

    def step_d(self) -> Tensor:
        due = self.nimg // self.config.batch % LAZY == 0
        self.change(dataclasses.replace(self.config, gamma=self.gamma * LAZY if due else 0.0))
        return super().step_d()


@dataclasses.dataclass(frozen=True)
class Candidate:
    """What stands in place of a part of the recipe.

    Attributes:
        what: it is.
        G, D: the networks of the style-based family.
        trainer: makes the steps.
        first: settings of a run that takes the first half of the seconds, and that the other one begins with; without
            any there is one run.
    """

    what: str = ""
    G: type[StyleGenerator] = StyleGenerator
    D: type[DcganCritic] = DcganCritic
    trainer: type[Trainer] = Trainer
    first: dict[str, Any] = dataclasses.field(default_factory=dict)


NONE = Candidate()
# Of 32 px: the layers that the networks of 64 px have too. Its rate stays, as its end is none of the training's.
SMALL = {"resolution": 32, "g_widths": (128, 96, 64, 48), "d_widths": (64, 96, 128), "lr_final": 1.0}
CANDIDATES: dict[str, Candidate] = {
    "residual D": Candidate("D's blocks add their input", D=ResidualCritic),
    "residual G": Candidate("G's layers add their input", G=ResidualGenerator),
    "residual G and D": Candidate("G's layers and D's blocks add their input", G=ResidualGenerator, D=ResidualCritic),
    "deviation": Candidate("D sees the deviation among four pictures", D=DeviationCritic),
    "patches": Candidate("D judges patches of 22 px besides", D=PatchCritic),
    "lazy penalties": Candidate(f"R1 and R2 every {LAZY}th step, {LAZY} times as strong", trainer=LazyTrainer),
    "32 px first": Candidate("half of the time at 32 px", first=SMALL),
}


@contextmanager
def standing_in(candidate: Candidate) -> Iterator[None]:
    """Within it style-based networks that are built are the candidate's."""
    family = dataclasses.replace(ARCHITECTURES["style"], G=candidate.G, D=candidate.D)
    with patch.dict(ARCHITECTURES, {"style": family}):
        yield
