"""A process that has torch imported and forks a `train.py` for every order it reads; see `core_fixtures.Nest`.

The children are processes of their own, which real signals reach; only the seconds of importing are saved.
"""

import json
import os
import sys
from pathlib import Path

import torch

from bench.forks import ended, forked
from bench.mishaps import ALWAYS
from gan.data.sets import load
from gan.recipe.config import TrainConfig
from gan.training import runs
from gan.training.trainer import Trainer


def hatch(order: dict) -> int:
    """The process id of a `train.py` with the order's arguments and environment."""
    stdout, stderr = Path(order["stdout"]), Path(order["stderr"])
    share = ALWAYS if order["save_always"] else runs.SAVE_SHARE
    return forked(order["argv"], stdout, stderr, share, lambda: os.environ.update(order["environment"]))


if __name__ == "__main__":
    torch.set_num_threads(1)
    # What torch imports on first use is imported here too. No step is made: no thread may start.
    Trainer(TrainConfig(), load("digits"))
    for line in sys.stdin:
        order = json.loads(line)
        print(ended(order["wait"]) if "wait" in order else hatch(order), flush=True)
