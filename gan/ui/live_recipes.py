"""What a live run starts from: the data sets on offer, and learning rates that show each objective at its best."""

from dataclasses import dataclass, fields, replace
from typing import Any

from gan.config import PRESETS, TrainConfig, flag
from gan.errors import ConfigError
from gan.objectives import OBJECTIVES

LIVE_DATA = ("ring", "grid", "digits")
DEFAULT_DATA, DEFAULT_OBJECTIVE = "ring", "relativistic"
BATCHES = (16, 32, 64, 128, 256)


@dataclass(frozen=True)
class Recipe:
    """What an objective needs beside the data's preset; R3GAN's rates are far too high for the others."""

    lr: float
    beta1: float
    beta2: float
    d_steps: int = 1
    gp_weight: float = 10.0


TUTORIAL = Recipe(lr=1e-3, beta1=0.5, beta2=0.9)
RECIPES: dict[str, Recipe] = {
    "minimax": TUTORIAL,
    "non-saturating": TUTORIAL,
    "least-squares": TUTORIAL,
    "hinge": TUTORIAL,
    "wasserstein": replace(TUTORIAL, d_steps=5),
    "wasserstein-gp": Recipe(lr=2e-3, beta1=0.0, beta2=0.9, d_steps=3, gp_weight=0.1),
}
# Rates of the presets' own objective; live they stay constant, so the grid starts lower than in its preset.
RELATIVISTIC_LR: dict[str, float] = {"ring": 4e-3, "grid": 6e-3, "digits": 2e-3}


@dataclass(frozen=True)
class Choices:
    """The settings that a visitor chooses; numbers may still be text as typed."""

    data: Any = DEFAULT_DATA
    objective: Any = DEFAULT_OBJECTIVE
    lr: Any = RELATIVISTIC_LR[DEFAULT_DATA]
    lr_d: Any = RELATIVISTIC_LR[DEFAULT_DATA]
    batch: Any = PRESETS[DEFAULT_DATA].batch
    seed: Any = 0


def recipe(data: Any, objective: Any) -> Recipe:
    """The recipe for an objective on one of LIVE_DATA.

    Raises:
        ConfigError: one of them is not on offer.
    """
    for name, value, known in (("data", data, LIVE_DATA), ("objective", objective, tuple(OBJECTIVES))):
        if value not in known:
            raise ConfigError(f"{flag(name)} is one of {', '.join(known)}, not {value!r:.60}")
    preset = PRESETS[data]
    return RECIPES.get(objective) or Recipe(RELATIVISTIC_LR[data], preset.beta1, preset.beta2)


def live_config(choices: Choices) -> TrainConfig:
    """The config of a live run: the data's preset, the objective's recipe, and what the visitor chose.

    Learning rates stay constant. `nimg` is left at the preset's: a live run ends by its budget.

    Raises:
        ConfigError: a choice is out of its range; names it, its range and its value.
    """
    chosen = recipe(choices.data, choices.objective)
    numbers = {name: typed(name, getattr(choices, name)) for name in ("lr", "lr_d", "batch", "seed")}
    return replace(
        PRESETS[choices.data], objective=choices.objective, lr_final=1.0, beta1=chosen.beta1, beta2=chosen.beta2,
        d_steps=chosen.d_steps, gp_weight=chosen.gp_weight, **numbers,
    )  # fmt: skip


def typed(name: str, value: Any) -> Any:
    """A number of what was typed into a text field; anything else unchanged, for TrainConfig to check.

    Raises:
        ConfigError: text that is no number.
    """
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        low, high = next((f.metadata["low"], f.metadata["high"]) for f in fields(TrainConfig) if f.name == name)
        raise ConfigError(f"{flag(name)} must be a number from {low:.12g} to {high:.12g}, not {value!r:.60}") from None
