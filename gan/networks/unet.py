"""A conditional GAN that makes a whole picture of a damaged one: G is a U-Net, and D sees the damaged picture as well.

Isola et al. 2017 (pix2pix), arXiv:1611.07004; for tiny pictures Ledig et al. 2017 (SRGAN), arXiv:1609.04802. What is
left out, and why: noise inputs, which such a G learns to ignore (pix2pix, section 3.1), so that one picture has one
repair; and batch norm, so that a repair does not depend on what else is repaired.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from gan.errors import ConfigError
from gan.networks.dcgan import DcganCritic, check_halvings, critic_weights, halvings
from gan.networks.layers import Concat, Generator, Layer, conv, conv_up, products

WIDTHS = (12, 24, 48, 64, 96, 96, 96)  # of G from the picture on
WIDTHS_D = (16, 32, 64, 96, 128, 128)
WITHOUT = {  # settings of other families, and what they are here
    "norm": "none", "init": "kaiming", "noise": "normal", "end": "tanh", "condition": "none",
}  # fmt: skip
# G ends in tanh(o + 1.5 y), y the damaged picture: with tanh alone and an error in absolute values a G that begins at
# random can settle on a picture all black.
SHARPER = 1.5
FIRST_GAIN = 0.1  # of the last layer's other weights, so that G begins near that
NO_TASK, INPAINT, ENLARGE = "none", "inpaint", "enlarge"  # values of the setting `task`


def given_channels(channels: int, task: str) -> int:
    """How many channels a damaged picture has: those of a picture, and for holes the map of what is known."""
    return channels + (task == INPAINT)


def check(settings: Mapping[str, Any], resolution: int) -> None:
    """Raise a ConfigError where task, channels and resolution do not fit."""
    if settings["task"] == NO_TASK:
        raise ConfigError("--network unet repairs pictures: it needs a --task, enlarge, denoise or inpaint")
    check_halvings("unet", settings, resolution)
    most = halvings(resolution) + 1
    if not 2 <= len(settings["g_widths"]) <= most:
        raise ConfigError(f"--g-widths takes 2 to {most} channels at {resolution} px, from the picture on")
    for name, only in WITHOUT.items():
        if settings[name] != only:
            raise ConfigError(f"--network unet has no --{name.replace('_', '-')} but {only}")
    if settings["task"] == ENLARGE and resolution % settings["factor"]:
        raise ConfigError(f"--factor {settings['factor']} does not divide a side of {resolution} px")


def default_widths(resolution: int) -> dict[str, tuple[int, ...]]:
    """G's and D's channels for a resolution, where nobody chose any."""
    ups = max(halvings(resolution), 1)
    return {"g_widths": WIDTHS[: ups + 1], "d_widths": WIDTHS_D[:ups]}


def fewest_weights(settings: Mapping[str, Any], shape: Sequence[int], classes: int) -> int:
    """A lower bound on the weights of G and D for samples of a shape."""
    channels, side, _ = shape
    g, convs, kernel = settings["g_widths"], settings["convs"], settings["kernel"]
    given = given_channels(channels, settings["task"])
    by_two = kernel**2 * (products((given, *g[1:])) + products(g))  # down and up again
    alike = 9 * (convs * sum(n * n for n in g[1:]) + (g[0] + given) * channels)
    return critic_weights(settings, (channels + given, side, side), 0) + by_two + alike


class UnetGenerator(Generator):
    """Damaged pictures [N, C, R, R] in [-1, 1] -> images of that shape; for holes [N, C + 1, R, R], see `gan.explore`.

    Convolutions halve the resolution, transposed ones double it again; at each resolution on the way up the features of
    the way down stand beside those that come from below, at the last one the damaged picture itself.

    Args:
        task: a name in `gan.recipe.tasks`.
        channels: at every resolution from the picture's own on, e.g. (12, 24, 48) for 28, 14, 7.
        convs: convolutions at each resolution but the picture's, beside those that change it.
        kernel: of the convolutions that halve and double the resolution.
    """

    translates = True

    def __init__(
        self, shape: Sequence[int], task: str, channels: Sequence[int], convs: int, kernel: int,
        generator: torch.Generator,
    ) -> None:  # fmt: skip
        super().__init__(0, shape)
        out, side, _ = shape
        given = given_channels(out, task)
        self.given_shape = (given, side, side)
        self.steps: list[tuple[int | None, int, int]] = []  # (what a Concat takes, channels, side) of each layer
        modules: list[nn.Module] = []
        now = given

        def add(module: nn.Module, count: int, side: int) -> int:
            modules.append(module)
            self.steps.append((None, count, side))
            return count

        for count in channels[1:]:
            side //= 2
            now = add(conv(now, count, kernel, "kaiming", generator), count, side)
        for _ in range(convs):
            now = add(conv_up(now, now, 3, 1, "kaiming", generator), now, side)
        for level, count in reversed(list(enumerate(channels[:-1]))):
            side *= 2
            now = add(conv_up(now, count, kernel, 2, "kaiming", generator), count, side)
            now += channels[level] if level else given
            self.steps.append((level, now, side))
            for _ in range(convs if level else 0):
                now = add(conv_up(now, count, 3, 1, "kaiming", generator), count, side)
        last = conv_up(now, out, 3, 1, "kaiming", generator, gain=FIRST_GAIN)
        with torch.no_grad():
            for channel in range(out):
                last.weight[channels[0] + channel, channel, 1, 1] += SHARPER
        add(last, out, side)
        self.convs = nn.ModuleList(modules)

    def example(self) -> Tensor:
        """A damaged picture, all grey: [1, C or C + 1, R, R]."""
        return torch.zeros(1, *self.given_shape)

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """The damaged pictures as they are."""
        return z

    def stem(self, w: Tensor) -> Tensor:
        return self.convs[0](w)

    def layers(self) -> list[Layer]:
        modules, ends = iter(self.convs), ["leaky"] * (len(self.steps) - 1) + ["tanh"]
        return [
            Layer(next(modules), end, (count, side, side)) if after is None
            else Layer(Concat(after), "none", (count, side, side))
            for (after, count, side), end in zip(self.steps, ends, strict=True)
        ]  # fmt: skip

    def macs(self) -> int:
        """Multiply-adds of one picture: each weight once for each place of the smaller of its layer's two maps."""
        counts, before = 0, self.given_shape[1]
        for layer in self.layers():
            if isinstance(layer.module, (nn.Conv2d, nn.ConvTranspose2d)):
                counts += layer.module.weight.numel() * min(before, layer.shape[1]) ** 2
            before = layer.shape[1]
        return counts

    def synthesis(self, w: Tensor) -> Tensor:
        """Images [N, C, R, R] in [-1, 1] of damaged pictures."""
        seen = [w]  # features after so many layers
        for layer in self.layers():
            if isinstance(layer.module, Concat):
                seen.append(torch.cat([seen[-1], seen[layer.module.after]], 1))
            else:
                seen.append(layer(seen[-1]))
        return seen[-1]


class UnetCritic(DcganCritic):
    """Damaged pictures with images beside them, [N, 2 C or 2 C + 1, R, R] -> logits [N]: a critic of `dcgan`."""

    def __init__(self, shape: Sequence[int], task: str, **arguments: Any) -> None:
        channels, side, _ = shape
        super().__init__((channels + given_channels(channels, task), side, side), **arguments)
