"""Trainers as their tests use them: runs that between them have every part, and the state of some of the parts."""

import pytest
from torch import Tensor

from core_fixtures import copied, made_up, tiny
from gan.data.sets import load
from gan.recipe.config import TrainConfig
from gan.recipe.objectives import OBJECTIVES
from gan.training.trainer import Trainer

# Runs that between them use every part that draws random numbers or keeps a state.
KINDS = {name: tiny(objective=name, d_steps=2 if "wasserstein" in name else 1) for name in OBJECTIVES} | {
    "points": tiny(data="ring", features=8),
    "dropout, batch norm, augmentation": tiny(
        objective="non-saturating", norm="batch", dropout=0.3, augment="color,shift,cutout", beta1=0.5
    ),
    "dcgan, batch norm": tiny(
        network="dcgan", objective="hinge", g_widths=(8, 4), d_widths=(4, 8), kernel=5, norm="batch", dropout=0.2
    ),
    "bf16": tiny(precision="bf16", lr_final=0.1),
    "r1": tiny(objective="non-saturating", penalty="r1", lr_d=1e-3),
    "gradient": tiny(objective="hinge", penalty="gradient"),
    "sgd": tiny(optimizer="sgd", lr=0.05),
    "sgd for D alone": tiny(optimizer_d="sgd", beta1=0.5),
    "classes": tiny(condition="class", d_steps=2),
    "shared fakes": tiny(fakes="shared", g_steps=2, norm="batch"),
    "shared fakes, classes": tiny(fakes="shared", condition="class", objective="hinge", augment="shift"),
    "classes without pairs": tiny(condition="class", objective="wasserstein-gp", augment="shift"),
    "style": tiny(network="style", g_widths=(8, 6), d_widths=(4, 8), condition="class", precision="bf16", hold=0.1),
    "style, blurred": tiny(
        network="style", g_widths=(8, 6), d_widths=(4, 8), blur="both", precision="bf16", augment="color,flip"
    ),
    "repair": tiny(network="unet", task="denoise", g_widths=(4, 6), d_widths=(4, 8), l1=1.0, l2=2.0, g_steps=2),
    "repair, shared fakes": tiny(
        network="unet",
        task="inpaint",
        g_widths=(4, 6),
        d_widths=(4, 8),
        l1=1.0,
        fakes="shared",
        augment="flip",
        objective="hinge",
    ),
    "two G steps, uniform noise": tiny(data="ring", g_steps=2, noise="uniform"),
}
by_kind = pytest.mark.parametrize("config", KINDS.values(), ids=KINDS)


def trainer_of(config: TrainConfig, steps: int = 0) -> Trainer:
    trainer = Trainer(config, load(config.data) if config.data == "ring" else made_up())
    for _ in range(steps):
        trainer.step()
    return trainer


def parts(trainer: Trainer, *prefixes: str) -> dict[str, Tensor]:
    """The state of some parts: "G" alone means G.…, not G_ema.…"""
    return copied({k: v for k, v in trainer.state().items() if k.split(".")[0] in prefixes})
