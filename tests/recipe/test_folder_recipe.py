"""What a folder of pictures is trained with where nobody named a preset, and what is said of it."""

import dataclasses

import pytest
import torch

from core_fixtures import made_up
from gan.data.stored import Stored
from gan.errors import ConfigError
from gan.recipe.augment import FOR_SMALL, SMALL
from gan.recipe.config import TrainConfig
from gan.recipe.folders import FOLDER_RECIPES, duration, folder_recipe, plan
from gan.training.trainer import Trainer

FOLDER = "folder:/pics"


def suited(count: int, resolution: int = 32, channels: int = 3, **given: object) -> TrainConfig:
    """What so many pictures are trained with; they are black, as their pixels decide nothing."""
    pixels = torch.zeros(1, 1, 1, 1, dtype=torch.uint8).expand(count, resolution, resolution, channels)
    return folder_recipe({"data": FOLDER, "resolution": resolution, **given}, Stored(pixels))


@pytest.mark.parametrize(("resolution", "network"), [
    (8, "mlp"), (16, "mlp"), (28, "style"), (32, "style"), (64, "style"), (128, "style"), (256, "style"), (30, "mlp"),
    (100, "mlp"),
])  # fmt: skip
def test_every_side_gets_a_network_that_fits_it(resolution: int, network: str) -> None:
    config = suited(500, resolution)
    assert (config.network, config.data, config.resolution) == (network, FOLDER, resolution)


@pytest.mark.parametrize(("channels", "resolution"), [(1, 32), (3, 32), (3, 16)])
def test_its_networks_are_built_and_take_a_step(channels: int, resolution: int) -> None:
    pictures = dataclasses.replace(made_up(20, resolution, channels), labels=None, classes=())
    config = folder_recipe({"data": FOLDER, "resolution": resolution, "batch": 4}, pictures)
    trainer = Trainer(config, pictures)
    trainer.step()
    assert trainer.finite()


def test_what_is_given_stays() -> None:
    config = suited(60, network="dcgan", nimg=5_000, augment="", lr=1e-4)
    assert (config.network, config.nimg, config.augment, config.lr) == ("dcgan", 5_000, "", 1e-4)
    assert suited(60, network="mlp").network == "mlp"
    with pytest.raises(ConfigError, match="--g-widths"):
        suited(60, g_widths=(16,))


def test_small_sets_are_augmented_and_large_ones_not() -> None:
    assert suited(60).augment == suited(SMALL - 1).augment == FOR_SMALL
    assert suited(SMALL).augment == ""


def test_pictures_are_not_moved_about_unasked() -> None:
    """Where they stand is much of what D can know of aligned pictures; a mirror makes other letters."""
    assert not {"shift", "flip"} & set(FOR_SMALL.split(","))


def test_few_pictures_train_for_less_and_more_never_for_less() -> None:
    for recipe in FOLDER_RECIPES:
        lengths = [suited(count, recipe.side).nimg for count in (1, 60, 500, 1_000, 5_000, SMALL)]
        assert lengths == sorted(lengths)
        assert (lengths[0], lengths[-1]) == (recipe.least, recipe.nimg)


def test_the_plan_says_how_long_and_how_little() -> None:
    config = suited(60, nimg=1_000)
    pixels = torch.zeros(60, 32, 32, 3, dtype=torch.uint8)
    said = plan(config, Stored(pixels), 700).splitlines()
    assert said[0] == "60 colour pictures at 32 px: --network style --nimg 1000, about 12 minutes on this machine"
    assert said[1].startswith("60 pictures are few: ")
    assert said[2].endswith(f"--augment {FOR_SMALL}")
    one = plan(config, Stored(pixels[:1]), 700)
    assert one.startswith("1 colour picture at 32 px")
    assert "1 picture is few: " in one
    many = plan(suited(SMALL, channels=1), Stored(pixels[:1, ..., :1].expand(SMALL, 32, 32, 1)), 700)
    assert many.startswith("10,000 grey pictures at 32 px")
    assert "few" not in many
    assert "--augment" not in many


@pytest.mark.parametrize(("seconds", "said"), [
    (0.2, "about 1 seconds"), (40, "about 40 seconds"), (100, "about 2 minutes"), (3_000, "about 50 minutes"),
    (9_000, "about 2.5 hours"),
])  # fmt: skip
def test_a_length_for_people(seconds: float, said: str) -> None:
    assert duration(seconds) == said
