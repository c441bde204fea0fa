"""Small models of every odd kind, for whatever must treat them all alike."""

from dataclasses import replace

import torch
from torch import Tensor

from gan.data import sets
from gan.models.model import Model
from gan.recipe.config import TrainConfig
from gan.recipe.presets import PRESETS
from gan.training.runs import model_of
from gan.training.trainer import Trainer

ODD: dict[str, TrainConfig] = {
    "batch norms": replace(PRESETS["classic-dcgan"], data="digits", g_widths=(12, 6), d_widths=(6, 8), z_dim=9),
    "norms of an mlp": replace(PRESETS["digits"], norm="batch", noise="uniform"),
    "a sigmoid": replace(PRESETS["digits"], end="sigmoid"),
    "a dcgan that keeps its size": replace(
        PRESETS["digits"], network="dcgan", g_widths=(8, 6), d_widths=(4,), resolution=14, kernel=4, dense=20,
        noise="uniform", end="sigmoid",
    ),
    "32 pixels": replace(
        PRESETS["digits"], network="dcgan", g_widths=(16, 8, 4), d_widths=(4, 8), resolution=32, kernel=5
    ),
    "classes of an mlp": replace(
        PRESETS["digits"], condition="class", norm="batch", noise="uniform", z_dim=7, end="sigmoid"
    ),
    "classes of a dcgan": replace(
        PRESETS["digits"], network="dcgan", condition="class", g_widths=(8, 6), d_widths=(4,), resolution=14, dense=20,
        end="sigmoid",
    ),
    "style, 8 pixels": replace(
        PRESETS["digits"], network="style", g_widths=(9, 7), d_widths=(6,), z_dim=5, w_dim=11, mapping=3, convs=2,
        noise="uniform", condition="class", kernel=3, end="sigmoid",
    ),
    "style, 28 pixels": replace(
        PRESETS["digits"], network="style", g_widths=(12, 8, 6), d_widths=(4, 6), resolution=28, z_dim=16, convs=0,
    ),
    "points": PRESETS["ring"],
    "points with waves": replace(PRESETS["grid"], features=6),
}  # fmt: skip


def classes(model: Model, count: int) -> Tensor | None:
    """Every class in turn, [count], where the model knows any."""
    return torch.arange(count) % len(model.classes) if model.classes else None


def odd_model(name: str) -> Model:
    """A model of a few steps, so that its norms have statistics."""
    config = replace(ODD[name], nimg=640, batch=64)
    trainer = Trainer(config, sets.load(config.data, None, True, config.resolution))
    for _ in trainer.ticks(320):
        pass
    return model_of(trainer, name, 0.0)
