"""How long a run may be that shall take so many CPU seconds, and by which settings a row of a table was made."""

import dataclasses
import hashlib
import json
import time
from collections.abc import Callable

from gan.data.sets import Data
from gan.recipe.config import TrainConfig
from gan.training.trainer import Trainer

WARM, STEPS, SECONDS = 5, 20, 1.0  # steps before the clock runs; at least so many, and so long, while it does


def recipe(config: TrainConfig) -> str:
    """Some hex digits that are others for other settings; length and seed do not count."""
    settings = dataclasses.replace(config, nimg=TrainConfig.nimg, seed=TrainConfig.seed).to_dict()
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:12]


def samples_in(
    seconds: float, config: TrainConfig, reals: Data, make: Callable[[TrainConfig, Data], Trainer] = Trainer
) -> int:
    """The samples that a run sees in so many CPU seconds of this thread, at least one; `make` makes a run."""
    trainer = make(config, reals)
    for _ in range(WARM):
        trainer.step()
    begun, before, steps = time.thread_time(), trainer.nimg, 0
    while steps < STEPS or time.thread_time() - begun < SECONDS:
        trainer.step()
        steps += 1
    return max(1, int(seconds * (trainer.nimg - before) / (time.thread_time() - begun)))
