"""A style-based family after Karras et al. 2020, arXiv:1912.04958, small enough for two cores and a browser.

What is left out, and why: noise inputs, as a picture shall be a function of its latent alone; skip connections to the
picture and equalised learning rates, so that one form of layer is all that is trained, drawn in a browser and looked
into.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from gan.errors import ConfigError
from gan.networks.dcgan import check_halvings, critic_weights, halvings
from gan.networks.layers import LEAST_KERNEL, SLOPE, Generator, Layer, Modulated, linear, products, unit_length

CHANNELS, LOOP = "channels", "loop"  # how G makes the frames of a clip
LOOP_GAIN = 0.1  # a loop begins small
WIDTHS = (16, 32, 64, 96, 128, 128, 128)  # from the picture on
WITHOUT = {"norm": "none", "init": "kaiming"}  # settings of other families, and what they are here


def check(settings: Mapping[str, Any], resolution: int) -> None:
    """Raise a ConfigError where channels and resolution do not fit."""
    check_halvings("style", settings, resolution)
    ups = halvings(resolution)
    if len(settings["g_widths"]) != ups + 1:
        raise ConfigError(f"--g-widths takes {ups + 1} channels at {resolution} px, from the smallest map on")
    for name, only in WITHOUT.items():
        if settings[name] != only:
            raise ConfigError(f"--network style has no --{name} but {only}")


def default_widths(resolution: int) -> dict[str, tuple[int, ...]]:
    """G's and D's channels for a resolution, where nobody chose any."""
    ups = max(halvings(resolution), 1)
    return {"g_widths": WIDTHS[ups::-1], "d_widths": WIDTHS[1 : ups + 1]}


def fewest_weights(settings: Mapping[str, Any], shape: Sequence[int], classes: int) -> int:
    """A lower bound on the weights of G and D for samples of a shape."""
    g, convs, base = settings["g_widths"], settings["convs"], shape[-1] >> halvings(shape[-1])
    w = settings["w_dim"] or settings["z_dim"]
    maps = LEAST_KERNEL * (products(g) + convs * sum(n * n for n in g[:-1]))
    styles = w * (sum(g) + convs * sum(g[:-1]) + classes)
    mapping = products((settings["z_dim"] + (w if classes else 0), *[w] * settings["mapping"], g[0] * base**2))
    return critic_weights(settings, shape, classes) + maps + styles + mapping


class StyleGenerator(Generator):
    """z, c -> a mapping network -> w -> a map of base x base -> modulated convolutions -> images [N, C, R, R].

    Args:
        w_dim: size of w, and of the mapping's layers; 0 takes z's.
        depth: layers of the mapping.
        channels: at every resolution from the base map to the picture's own, e.g. (64, 48, 16) for 7, 14, 28.
        convs: modulated convolutions at each resolution but the last, beside the one that doubles it; at the last one
            they would take half of the time.
        kernel: of the convolutions that double the resolution, before it is blurred.
        blur: a name in `blur.BLURS`.
        frames: "channels" of one picture, or "loop": each frame is a grey picture of a w of its own, and these lie on a
            closed way about w, w + sin(t) (A w + a) + cos(t) (B w + b), t in equal steps through a whole turn.
    """

    layered = True

    def __init__(
        self, z_dim: int, shape: Sequence[int], w_dim: int, depth: int, channels: Sequence[int], convs: int,
        kernel: int, end: str, noise: str, generator: torch.Generator, classes: int = 0, groups: Sequence[int] = (),
        frames: str = CHANNELS, blur: str = "none",
    ) -> None:  # fmt: skip
        super().__init__(z_dim, shape, noise, classes)
        resolution = shape[-1]
        self.pictures = shape[0] if frames == LOOP else 1
        out = shape[0] // self.pictures
        self.w_dim = w_dim or z_dim
        self.end, self.groups = end, tuple(groups)
        self.base = resolution >> halvings(resolution)
        self.embedding = nn.Parameter(torch.randn(classes, self.w_dim, generator=generator)) if classes else None
        n_in = z_dim + (self.w_dim if classes else 0)
        self.maps = nn.ModuleList(
            linear(n_in if i == 0 else self.w_dim, self.w_dim, "kaiming", generator) for i in range(depth)
        )
        self.first = linear(self.w_dim, channels[0] * self.base**2, "kaiming", generator)
        self.channels, self.sides = [channels[0]], [self.base]
        layers: list[Modulated] = []

        def add(count: int, kernel: int, stride: int, last: bool = False) -> None:
            size, blurred = (self.w_dim, self.channels[-1], count, kernel, stride), blur != "none" and stride > 1
            layers.append(Modulated(*size, generator, demodulate=not last, blurred=blurred))
            self.channels.append(count)
            self.sides.append(self.sides[-1] * stride)

        for _ in range(convs):
            add(channels[0], 3, 1)
        for number, count in enumerate(channels[1:], 2):
            add(count, kernel, 2)
            for _ in range(convs if number < len(channels) else 0):
                add(count, 3, 1)
        add(out, 1, 1, last=True)
        self.convs = nn.ModuleList(layers)
        if frames == LOOP:
            self.sine, self.cosine = (
                linear(self.w_dim, self.w_dim, "kaiming", generator, gain=LOOP_GAIN) for _ in range(2)
            )

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """w [N, w_dim] of z [N, z_dim] and classes c [N]: both at unit length for each value, then leaky layers."""
        w = unit_length(self.given(z))
        if (vectors := self.class_vectors) is not None:
            assert c is not None, "a network with classes is told which"
            w = torch.cat([w, vectors[c]], 1)
        for layer in self.maps:
            w = nn.functional.leaky_relu(layer(w), SLOPE)
        return w

    @property
    def mapping_layers(self) -> list[nn.Linear]:
        return [layer for layer in self.maps if isinstance(layer, nn.Linear)]

    @property
    def class_vectors(self) -> Tensor | None:
        return None if self.embedding is None else unit_length(self.embedding)

    def w_mean(self, w: Tensor) -> Tensor:
        return w.mean(0)

    def along(self, w: Tensor) -> Tensor:
        if self.pictures == 1:
            return super().along(w)
        turn = torch.arange(self.pictures, device=w.device) * (2 * math.pi / self.pictures)
        turn = turn.view(-1, *[1] * (w.dim() - 1))  # [T, 1] or, of ws, [T, 1, 1]
        return w[:, None] + turn.sin() * self.sine(w)[:, None] + turn.cos() * self.cosine(w)[:, None]

    def macs(self) -> int:
        return super().macs() * self.pictures

    def stem(self, w: Tensor) -> Tensor:
        return self.first(w)

    def layers(self) -> list[Layer]:
        modules = [self.first, *self.convs]
        ends = ["leaky"] * (len(modules) - 1) + [self.end]
        return [
            Layer(module, end, (count, side, side), groups=self.groups)
            for module, end, count, side in zip(modules, ends, self.channels, self.sides, strict=True)
        ]
