"""What a live run starts from: the data sets on offer, and for each pair of data and objective the settings that suit.

A recipe is a `TrainConfig`: where its learning rates decay, `nimg` is the length of the decay, and a run that goes on
past it keeps the share that is left.
"""

import functools
from dataclasses import replace
from typing import Any

from gan.data.drawings import DRAWN
from gan.data.sets import dataset
from gan.errors import ConfigError
from gan.networks import ARCHITECTURES
from gan.recipe.config import TrainConfig, flag
from gan.recipe.objectives import OBJECTIVES
from gan.recipe.presets import preset_for

DRAWN_DATA = "drawn"  # points that the visitor draws
LIVE_DATA = (
    "ring", "grid", "two-gaussians", "disjoint", "line", "circle", "spiral", "moons", DRAWN_DATA,
    "digits", "mnist", "fashion-mnist", "swinging-digits", "names", "graphs", "spoken-digits", "bach",
)  # fmt: skip
DEFAULT_DATA, DEFAULT_OBJECTIVE = "ring", "relativistic"
PAIRS = 256  # of data and objective whose settings are remembered: every question of a page asks for them

# The default objective's recipe is the preset that the data begin with anywhere. Only how long it takes differs where
# one watches: rates on the grid are higher and down sooner (all 25 modes are fair after 4,200 steps at each of three
# seeds, and with the preset's rate at one of them after 4,800), MNIST has a minute, not eight, and small digits may
# go on. Spoken digits have smaller networks, too: 100 steps of them, six seconds, are nearer to the data than two
# minutes of fully connected ones, which draw a haze.
# Words have the brake that was measured live: what the preset has in its place is against learning by heart, for
# which a minute is too short, and dropout takes a third of the steps.
Changes = dict[str, Any]
MINUTE: Changes = {"nimg": 600_000, "batch": 128, "lr": 2e-3, "lr_final": 0.1}
SPOKEN: Changes = {
    "g_widths": (48, 32, 24, 12, 8), "d_widths": (8, 16, 32, 64), "dense": 128, "w_dim": 32, "batch": 12, "lr": 1.5e-3,
    "hold": 0.2, "nimg": 30_000, "lr_final": 0.1, "ema_nimg": 3_000,
}  # fmt: skip
CHORALES: Changes = {
    "g_widths": (64, 64, 64, 64), "d_widths": (64, 64, 64), "dense": 96, "z_dim": 32, "lr": 2e-3, "hold": 0.2,
    "nimg": 150_000, "lr_final": 0.1, "ema_nimg": 4_000,
}  # fmt: skip
# Small batches, so that a step takes a tenth of a second: so many CPU seconds of them are worth as many of large ones.
SWINGING: Changes = {"batch": 12, "lr": 3e-4, "nimg": 18_000, "ema_nimg": 3_000}
LENGTHS: dict[str, Changes] = {
    "grid": {"nimg": 1_200_000, "lr": 0.012, "ema_nimg": 15_000}, "digits": {"nimg": 1_500_000, "lr_final": 0.05},
    "mnist": MINUTE, "fashion-mnist": MINUTE,
    "names": {
        "nimg": 400_000, "batch": 128, "lr": 1e-3, "lr_final": 0.1, "ema_nimg": 20_000, "gamma": 0.1, "dropout": 0.0,
    },
    "graphs": {"nimg": 800_000},
    "swinging-digits": SWINGING,
    "spoken-digits": SPOKEN,
    "bach": CHORALES,
}  # fmt: skip

# What a run may start from: one of its own in weights/live/, or a shipped model whose networks are the recipe's.
STARTS = {name: f"live/{name}" for name in LIVE_DATA} | {
    "names": "names-mlp", "graphs": "graphs-mlp", "swinging-digits": "mnist-style",
}  # fmt: skip
# Data whose runs begin so unless they are told otherwise: drawn afresh, networks of clips reach nothing while one
# watches. Those of digits that stand still learn to swing them.
BEGUN = ("swinging-digits",)

# What each other objective changes, for points and for pictures; the default's rates are far too high for them.
TUTORIAL: Changes = {"lr": 1e-3, "beta1": 0.5, "beta2": 0.9, "lr_final": 1.0}
CLASSIC: Changes = {"lr": 2e-4, "beta1": 0.5, "beta2": 0.999, "lr_final": 1.0, "norm": "batch"}
CLIPPED: Changes = {"d_steps": 5, "clip": 0.05}
GRADIENT_PENALTY: Changes = {"lr": 2e-3, "beta1": 0.0, "beta2": 0.9, "lr_final": 1.0, "d_steps": 3, "gp_weight": 0.1}
ON_POINTS: dict[str, Changes] = {
    **dict.fromkeys(("minimax", "non-saturating", "least-squares", "hinge"), TUTORIAL),
    "wasserstein": TUTORIAL | CLIPPED,
    "wasserstein-gp": GRADIENT_PENALTY,
}
ON_PICTURES: dict[str, Changes] = {
    **dict.fromkeys(("minimax", "non-saturating", "least-squares", "hinge"), CLASSIC),
    "wasserstein": CLASSIC | CLIPPED,
    "wasserstein-gp": GRADIENT_PENALTY | {"lr": 1e-3, "d_steps": 2, "gp_weight": 10.0},
}


@functools.lru_cache(PAIRS)
def recommended(data: str, objective: str) -> TrainConfig:
    """The settings at their best for a pair; `data` is one of LIVE_DATA or points drawn by hand (`drawn:…`).

    Raises:
        ConfigError: the data or the objective is not on offer.
        DataError: the drawing cannot be read.
    """
    family = DRAWN_DATA if data.startswith(DRAWN) else data
    for name, value, known in (("data", family, LIVE_DATA), ("objective", objective, tuple(OBJECTIVES))):
        if value not in known:
            raise ConfigError(f"{flag(name)} is one of {', '.join(known)}, not {value!r:.60}")
    base = replace(preset_for(None, {"data": data}), data=data, **LENGTHS.get(data, {}))
    table = ON_PICTURES if dataset(data).medium.alone else ON_POINTS
    changes = table.get(objective, {})
    if "norm" not in ARCHITECTURES[base.network].g_args:
        changes = {name: value for name, value in changes.items() if name != "norm"}
    return replace(base, objective=objective, **changes)
