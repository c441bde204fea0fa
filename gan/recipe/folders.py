"""What a folder of pictures is trained with where nobody named a preset: by the side and the number of the pictures."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gan.data.sets import Data
from gan.errors import ConfigError
from gan.networks import ARCHITECTURES
from gan.recipe.augment import AUTO, augmentations_for
from gan.recipe.config import TrainConfig
from gan.recipe.presets import network_of, preset_for

FEW = 1_000  # pictures below which a run is told to expect little that is new
WITHOUT_MAPS = "mlp"  # the network for sides that cannot be halved to 7 or less


@dataclass(frozen=True)
class FolderRecipe:
    """A line of FOLDER_RECIPES.

    Attributes:
        side: pixels up to which it holds.
        network: a name in ARCHITECTURES.
        nimg: samples, as many as bring the network to its pictures in some minutes to an hour on one thread.
        least: samples of the smallest folder. Few pictures seen again and again are learnt by heart.
        epochs: how often a picture is seen at most, where that is more than `least`.
    """

    side: int
    network: str
    nimg: int
    least: int
    epochs: int


# Families by bench.pictures: on MNIST a Fréchet distance of .07 (style), .17 (dcgan) and .70 (mlp). Below 16 px, where
# there is little to share between places, mlp trains as fast as points. Of bench.augmentation's 500 digits 100,000
# samples give a coverage of .50; other lengths are set between that and the presets', for some minutes to an hour.
FOLDER_RECIPES = (
    FolderRecipe(side=16, network="mlp", nimg=600_000, least=150_000, epochs=300),
    FolderRecipe(side=32, network="style", nimg=400_000, least=100_000, epochs=300),
    FolderRecipe(side=64, network="style", nimg=200_000, least=80_000, epochs=300),
    FolderRecipe(side=128, network="style", nimg=120_000, least=60_000, epochs=300),
    FolderRecipe(side=256, network="style", nimg=80_000, least=40_000, epochs=300),
)


def suits(network: str, settings: Mapping[str, Any], side: int) -> bool:
    """Whether a family can make pictures of a side with the widths that it has for it."""
    family = ARCHITECTURES[network]
    try:
        family.check({**settings, **family.default_widths(side)}, side)
    except ConfigError:
        return False
    return True


def folder_recipe(given: Mapping[str, Any], data: Data) -> TrainConfig:
    """The settings of a run on the pictures of a folder: those given, and for the others what suits the pictures.

    Raises:
        ConfigError: the settings given do not fit one another or the pictures.
    """
    side, count = data.shape[-1], data.size
    recipe = next(row for row in FOLDER_RECIPES if side <= row.side)
    network = recipe.network if suits(recipe.network, TrainConfig().to_dict(), side) else WITHOUT_MAPS
    named = {**given, "network": network_of(given, network)}
    nimg = min(recipe.nimg, max(recipe.least, recipe.epochs * count))
    suited = {"augment": augmentations_for(AUTO, count), "nimg": nimg, **named}
    return dataclasses.replace(preset_for(None, named), **suited)


def plan(config: TrainConfig, data: Data, seconds: float) -> str:
    """What a run on the pictures of a folder will be, and how long it will take, a sentence a line."""
    kind, plural = "grey" if data.shape[0] == 1 else "colour", "s" if data.size > 1 else ""
    lines = [
        f"{data.size:,} {kind} picture{plural} at {data.shape[-1]} px: --network {config.network} "
        f"--nimg {config.nimg}, {duration(seconds)} on this machine"
    ]
    if data.size < FEW:
        lines.append(
            f"{data.size:,} picture{plural} {'are' if plural else 'is'} few: expect what is there and what lies "
            f"between, hardly anything new; {FEW:,} and more give more"
        )
    if config.augment:
        lines.append(f"the critic sees every picture changed at random: --augment {config.augment}")
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """Such as "about 12 minutes"."""
    if seconds < 90:
        return f"about {max(1, round(seconds))} seconds"
    return f"about {round(seconds / 60)} minutes" if seconds < 5400 else f"about {seconds / 3600:.1f} hours"
