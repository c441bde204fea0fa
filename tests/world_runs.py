"""Two processes that train one run, and one that trains it alone: `python tests/world_runs.py FOLDER CASE`.

Forked from one that has torch imported. Each writes FOLDER/CASE-size-rank.safetensors, or its sentence to .txt;
FOLDER/CASE.seconds holds how long the last outlived the first.
"""

import os
import signal
import socket
import sys
import time
from pathlib import Path

import safetensors.torch
import torch

from core_fixtures import made_up, tiny
from gan.data.sets import load
from gan.errors import GanError
from gan.recipe.config import TrainConfig
from gan.training.trainer import Trainer
from gan.training.world import joined

CASES = {
    "mlp": tiny(),
    "points": tiny(data="ring", features=8, objective="hinge", penalty="r1-r2"),
    "style": tiny(network="style", g_widths=(8, 6), d_widths=(4, 8), condition="class"),
    "gradient": tiny(objective="wasserstein-gp"),
    "killed": tiny(),
    "told": tiny(),
}
STEPS, KILLED_AT, TOLD_AT = 50, 20, 20


def train(config: TrainConfig, case: str, rank: int, size: int, port: int, base: Path) -> None:
    """One process's share."""
    said = {"RANK": str(rank), "WORLD_SIZE": str(size), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    os.environ.update(said)
    try:
        with joined("cpu", said) as world:
            data = load(config.data) if config.data == "ring" else made_up()
            trainer = Trainer(config, data, world=world)
            for tick in trainer.ticks(80):
                print(case, rank, tick.nimg, flush=True)
                if case == "killed" and rank == 1 and tick.nimg >= KILLED_AT * 8:
                    os.kill(os.getpid(), signal.SIGKILL)
                trainer.interrupted = case == "told" and rank == 1 and tick.nimg >= TOLD_AT * 8
                if tick.nimg >= STEPS * 8 or tick.nimg % 80:
                    break
            means = {f"mean.{k}": torch.tensor(getattr(tick, k)) for k in ("loss_d", "loss_g", "penalty", "p_real")}
            safetensors.torch.save_file(trainer.state() | means, f"{base}-{size}-{rank}.safetensors")
    except GanError as error:
        Path(f"{base}-{size}-{rank}.txt").write_text(str(error))


def main(folder: Path, cases: list[str]) -> None:
    """All processes of all cases, one case after the other."""
    for case in cases:
        for size in (1, 2):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            children = []
            for rank in range(size):
                child = os.fork()
                if child == 0:
                    train(CASES[case], case, rank, size, port, folder / case)
                    os._exit(0)
                children.append(child)
            ends = []
            for _ in children:
                os.wait()
                ends.append(time.monotonic())
            (folder / f"{case}.seconds").write_text(str(ends[-1] - ends[0]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
