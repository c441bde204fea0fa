"""A process that has torch imported and forks a `train.py` for every order it reads; see `core_fixtures.Nest`.

The children are processes of their own, which real signals reach; only the seconds of importing are saved.
"""

import json
import os
import sys
import traceback

import torch
import torch._dynamo  # what the first optimiser would import, in every process anew

import train
from gan import runs
from gan.cli import answering
from gan.config import TrainConfig
from gan.data import load
from gan.trainer import Trainer


def hatch(order: dict) -> None:
    """Be `train.py` with the order's arguments; never returns."""
    status = 1
    try:
        for number, name in ((1, "stdout"), (2, "stderr")):
            os.dup2(os.open(order[name], os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644), number)
        os.environ.update(order["environment"])
        if order["save_always"]:
            runs.SAVE_SHARE = 1e9
        with answering():
            train.main(order["argv"])
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    torch.set_num_threads(1)
    # What torch and scikit-learn import on first use is imported here too. No step is made: no thread may start.
    Trainer(TrainConfig(), load("digits"))
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            answer = os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1])
        else:
            answer = os.fork() or hatch(order)
        print(answer, flush=True)
