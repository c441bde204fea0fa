"""The network families; each is one file here and one line in ARCHITECTURES."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from gan.networks import dcgan, mlp, seq, style, unet
from gan.networks.layers import Critic, Generator

Settings = Mapping[str, Any]  # a run's settings by name, as `TrainConfig.to_dict` gives them


def any_shape(shape: Sequence[int]) -> bool:
    """Samples of whatever shape."""
    return True


def square(shape: Sequence[int]) -> bool:
    """Samples [C, R, R]."""
    return len(shape) == 3 and shape[1] == shape[2]


def any_settings(settings: Settings, resolution: int) -> None:
    """All settings fit together."""


def no_widths(resolution: int) -> dict[str, tuple[int, ...]]:
    """A preset's widths suit every resolution."""
    return {}


@dataclass(frozen=True)
class Architecture:
    """A family: its two networks, and all that there is to know of them.

    Attributes:
        label: the name people read.
        makes: what it makes, in words.
        fits: whether it can make samples of a shape.
        G, D: the classes; each takes the arguments named below, `shape` and `generator`.
        g_args, d_args: argument -> the setting that fills it; "classes" is the number that the data has.
        fewest_weights: (settings, shape, classes) -> a lower bound on the weights of both.
        check: (settings, resolution) -> None; raises a ConfigError where they do not fit together.
        default_widths: resolution -> the settings of G's and D's widths that suit it, where nobody chose any.
        sizes: (settings, shape) -> the widths of G and of D from one layer to the next, where they are products alone;
            None where networks are built to know what they cost.
        translates: whether it repairs pictures, and is trained by a task, see `gan.recipe.tasks`.
        grows: whether a model of smaller pictures can be a part of one of larger pictures: G's layers lie one after the
            other from the smallest map on, D's from the picture on, and each side has channels of its own in both.
        channels_last: whether its maps lie in memory with their channels together; where that is measured to be faster.
    """

    label: str
    makes: str
    fits: Callable[[Sequence[int]], bool]
    G: Callable[..., Generator]
    D: Callable[..., Critic]
    g_args: dict[str, str]
    d_args: dict[str, str]
    fewest_weights: Callable[[Settings, Sequence[int], int], int]
    check: Callable[[Settings, int], None] = any_settings
    default_widths: Callable[[int], dict[str, tuple[int, ...]]] = no_widths
    sizes: Callable[[Settings, Sequence[int]], tuple[list[int], list[int]]] | None = None
    translates: bool = False
    grows: bool = False
    channels_last: bool = False


ARCHITECTURES: dict[str, Architecture] = {
    "mlp": Architecture(
        "Fully connected", "anything", any_shape, mlp.MlpGenerator, mlp.MlpCritic,
        {"z_dim": "z_dim", "widths": "g_widths", "end": "end", "norm": "norm", "init": "init",
         "noise": "noise", "classes": "classes"},
        {"widths": "d_widths", "end": "end", "init": "init", "dropout": "dropout",
         "features": "features", "sigma": "sigma", "classes": "classes"},
        mlp.fewest_weights, sizes=mlp.sizes,
    ),
    "dcgan": Architecture(
        "Convolutional (DCGAN)", "pictures", square, dcgan.DcganGenerator, dcgan.DcganCritic,
        {"z_dim": "z_dim", "channels": "g_widths", "kernel": "kernel", "end": "end", "norm": "norm",
         "init": "init", "dense": "dense", "noise": "noise", "classes": "classes"},
        {"channels": "d_widths", "kernel": "kernel", "end": "end", "init": "init",
         "dropout": "dropout", "dense": "dense", "classes": "classes"},
        dcgan.fewest_weights, dcgan.check, dcgan.default_widths, grows=True,
    ),
    "style": Architecture(
        "Style-based (StyleGAN2)", "pictures", square, style.StyleGenerator, dcgan.DcganCritic,
        {"z_dim": "z_dim", "w_dim": "w_dim", "depth": "mapping", "channels": "g_widths", "convs": "convs",
         "kernel": "kernel", "end": "end", "noise": "noise", "classes": "classes", "frames": "frames",
         "blur": "blur"},
        {"channels": "d_widths", "kernel": "kernel", "end": "end", "init": "init",
         "dropout": "dropout", "dense": "dense", "classes": "classes", "blur": "blur"},
        style.fewest_weights, style.check, style.default_widths, grows=True, channels_last=True,
    ),
    "unet": Architecture(
        "Picture to picture (U-Net, pix2pix)", "pictures", square, unet.UnetGenerator, unet.UnetCritic,
        {"task": "task", "channels": "g_widths", "convs": "convs", "kernel": "kernel"},
        {"task": "task", "channels": "d_widths", "kernel": "kernel", "end": "end", "init": "init",
         "dropout": "dropout", "dense": "dense"},
        unet.fewest_weights, unet.check, unet.default_widths, translates=True, channels_last=True,
    ),
    "seq": Architecture(
        "Along a line (1-D convolutions)", "scores", seq.fits, seq.SeqGenerator, seq.SeqCritic,
        {"z_dim": "z_dim", "channels": "g_widths", "kernel": "kernel", "end": "end", "init": "init", "dense": "dense",
         "noise": "noise"},
        {"channels": "d_widths", "kernel": "kernel", "init": "init", "dropout": "dropout", "dense": "dense"},
        seq.fewest_weights, seq.check, seq.default_widths,
    ),
}  # fmt: skip


def build(architecture: Mapping[str, Any], generator: torch.Generator) -> tuple[Generator, Critic]:
    """(G, D) with weights drawn from `generator`, G's first.

    Args:
        architecture: {"name": a name in ARCHITECTURES, "G": arguments of its G, "D": arguments of its D}.
    """
    family = ARCHITECTURES[architecture["name"]]
    G, D = family.G(**architecture["G"], generator=generator), family.D(**architecture["D"], generator=generator)
    if family.channels_last:
        return G.to(memory_format=torch.channels_last), D.to(memory_format=torch.channels_last)
    return G, D


__all__ = ["ARCHITECTURES", "Architecture", "Critic", "Generator", "build"]
