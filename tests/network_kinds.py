"""One small config for each family and kind of data it makes, and its networks."""

import pytest
import torch
from torch import Tensor, nn

from core_fixtures import seed, tiny
from gan import networks
from gan.data.sets import DATASETS
from gan.networks import Generator
from gan.recipe.config import TrainConfig
from gan.recipe.presets import PRESETS

# One small config for each family and kind of data it makes.
FAMILIES = {
    "mlp points": tiny(data="ring"),
    "mlp points, features": tiny(data="ring", features=8),
    "mlp pictures": tiny(),
    "mlp without hidden layers": tiny(g_widths=(), d_widths=()),
    "mlp classic": tiny(norm="batch", init="uniform", end="sigmoid", dropout=0.3),
    "dcgan 8": tiny(network="dcgan", g_widths=(8,), d_widths=(8, 8)),
    "dcgan 28": tiny(network="dcgan", data="mnist"),
    "dcgan 8, one layer more": tiny(network="dcgan"),
    "dcgan 32": tiny(network="dcgan", data="mnist", resolution=32, g_widths=(8, 8, 4), d_widths=(4, 8, 8)),
    "dcgan 64": tiny(network="dcgan", data="mnist", resolution=64, g_widths=(8, 8, 8, 4), d_widths=(4, 8, 8, 8)),
    "dcgan colour": tiny(network="dcgan", data="folder:x", g_widths=(8, 8, 4)),
    "dcgan classic": tiny(
        network="dcgan", data="mnist", kernel=5, g_widths=(8, 8, 4), norm="batch", init="uniform", dropout=0.3,
        end="sigmoid",
    ),
    "mlp of classes": tiny(condition="class"),
    "dcgan of classes": tiny(network="dcgan", g_widths=(8,), d_widths=(8, 8), dense=8, condition="class"),
    "style 8": tiny(network="style", g_widths=(8, 8), d_widths=(8, 8)),
    "style 28 of classes": tiny(network="style", data="mnist", g_widths=(8, 6, 4), d_widths=(4, 8), condition="class"),
    "style 64": tiny(
        network="style", data="mnist", resolution=64, g_widths=(8, 8, 8, 4, 4), d_widths=(4, 8, 8, 8), convs=2,
        w_dim=6, mapping=3, dense=8, noise="uniform",
    ),
    "style clips on a loop": tiny(
        network="style", data="swinging-digits", frames="loop", g_widths=(8, 6, 4), d_widths=(4, 8), condition="class",
    ),
    "style 28 of classes, blurred": tiny(
        network="style", data="mnist", g_widths=(8, 6, 4), d_widths=(4, 8), condition="class", blur="both",
    ),
    "style colour, odd kernels, G blurred": tiny(
        network="style", data="folder:x", g_widths=(8, 8, 4, 4), d_widths=(4, 8, 8), kernel=3, dense=8, blur="g",
    ),
    "mlp graphs": tiny(data="graphs", end="sign", condition="class"),
    "unet 8": tiny(network="unet", task="denoise", g_widths=(6, 8), d_widths=(8, 8)),
    "unet 28 with holes": tiny(
        network="unet", data="mnist", task="inpaint", g_widths=(4, 6, 8), d_widths=(4, 8), kernel=5, convs=2, dense=8,
    ),
    "unet colour": tiny(network="unet", data="folder:x", task="enlarge", g_widths=(4, 6, 8), convs=0, dropout=0.3),
    "seq": tiny(
        network="seq", data="bach", end="choice", g_widths=(8, 8, 6), d_widths=(6, 6, 8), dense=8, kernel=4,
        dropout=0.3,
    ),
    "seq without a dense layer": tiny(
        network="seq", data="bach", end="choice", g_widths=(6,), d_widths=(4,), noise="uniform", init="uniform",
    ),
    "style colour": tiny(network="style", data="folder:x", g_widths=(8, 8, 4, 4), convs=0, end="sigmoid"),
}  # fmt: skip
CLASSES = 10
ALL = FAMILIES | PRESETS
by_config = pytest.mark.parametrize("config", ALL.values(), ids=ALL)
OF_LATENTS = {name: config for name, config in ALL.items() if config.task == "none"}
of_latents = pytest.mark.parametrize("config", OF_LATENTS.values(), ids=OF_LATENTS)


def shape_of(config: TrainConfig) -> tuple[int, ...]:
    if config.data.startswith("folder:"):
        return (3, config.resolution or 32, config.resolution or 32)
    shape = DATASETS[config.data].shape
    return (shape[0], config.resolution, config.resolution) if config.resolution else shape


def build(config: TrainConfig, number: int = 0) -> tuple[Generator, nn.Module]:
    return networks.build(config.architecture(shape_of(config), 0.25, CLASSES), seed(number))


def z_for(config: TrainConfig, n: int = 6) -> Tensor:
    """What G is given: latents, or damaged pictures, with a map of what is known where it fills holes."""
    if config.task == "none":
        return torch.randn(n, config.z_dim, generator=seed(1))
    channels, *sides = shape_of(config)
    return torch.rand(n, channels + (config.task == "inpaint"), *sides, generator=seed(1)) * 2 - 1


def seen(config: TrainConfig, z: Tensor, images: Tensor) -> Tensor:
    """What D is given of images that G makes of z."""
    return images if config.task == "none" else torch.cat([z, images], 1)


def classes_for(config: TrainConfig, n: int = 6) -> Tensor | None:
    return torch.arange(n) % CLASSES if config.condition == "class" else None
