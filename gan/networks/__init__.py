"""The network families; each is one file here and one line in ARCHITECTURES."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from gan.networks.dcgan import DcganCritic, DcganGenerator
from gan.networks.layers import Generator
from gan.networks.mlp import MlpCritic, MlpGenerator
from gan.networks.style import StyleGenerator


@dataclass(frozen=True)
class Architecture:
    """A family: its two networks and which settings of a run are their arguments.

    Attributes:
        label: the name people read.
        kinds: the data it can make, "points" and "pictures".
        G, D: the classes; each takes the arguments named below, `shape` and `generator`.
        channels_last: whether its maps lie in memory with their channels together; where that is measured to be faster.
        g_args, d_args: argument -> the setting that fills it; "classes" is the number that the data has.
    """

    label: str
    kinds: tuple[str, ...]
    G: Callable[..., Generator]
    D: Callable[..., nn.Module]
    g_args: dict[str, str]
    d_args: dict[str, str]
    channels_last: bool = False


ARCHITECTURES: dict[str, Architecture] = {
    "mlp": Architecture(
        "Fully connected", ("points", "pictures"), MlpGenerator, MlpCritic,
        {"z_dim": "z_dim", "widths": "g_widths", "image_range": "image_range", "norm": "norm", "init": "init",
         "noise": "noise", "classes": "classes"},
        {"widths": "d_widths", "image_range": "image_range", "init": "init", "dropout": "dropout",
         "features": "features", "sigma": "sigma", "classes": "classes"},
    ),
    "dcgan": Architecture(
        "Convolutional (DCGAN)", ("pictures",), DcganGenerator, DcganCritic,
        {"z_dim": "z_dim", "channels": "g_widths", "kernel": "kernel", "image_range": "image_range", "norm": "norm",
         "init": "init", "dense": "dense", "noise": "noise", "classes": "classes"},
        {"channels": "d_widths", "kernel": "kernel", "image_range": "image_range", "init": "init",
         "dropout": "dropout", "dense": "dense", "classes": "classes"},
    ),
    "style": Architecture(
        "Style-based (StyleGAN2)", ("pictures",), StyleGenerator, DcganCritic,
        {"z_dim": "z_dim", "w_dim": "w_dim", "depth": "mapping", "channels": "g_widths", "convs": "convs",
         "kernel": "kernel", "image_range": "image_range", "noise": "noise", "classes": "classes"},
        {"channels": "d_widths", "kernel": "kernel", "image_range": "image_range", "init": "init",
         "dropout": "dropout", "dense": "dense", "classes": "classes"},
        channels_last=True,
    ),
}  # fmt: skip


def build(architecture: Mapping[str, Any], generator: torch.Generator) -> tuple[Generator, nn.Module]:
    """(G, D) with weights drawn from `generator`, G's first.

    Args:
        architecture: {"name": a name in ARCHITECTURES, "G": arguments of its G, "D": arguments of its D}.
    """
    family = ARCHITECTURES[architecture["name"]]
    G, D = family.G(**architecture["G"], generator=generator), family.D(**architecture["D"], generator=generator)
    if family.channels_last:
        return G.to(memory_format=torch.channels_last), D.to(memory_format=torch.channels_last)
    return G, D


__all__ = ["ARCHITECTURES", "Architecture", "Generator", "build"]
