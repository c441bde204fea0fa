"""How the four classics of the tutorials fare beside our recipe: `python -m bench.classics [--seconds 120]`.

Each trains on MNIST on one thread for the same CPU time and is judged by the same figures, in turn, in one process.
Prints a table and, last, one JSON object.
"""

import argparse
import dataclasses
import json
import time
from pathlib import Path
from typing import Any

import torch

from bench.machine import machine
from gan.data import sets
from gan.evaluation.evaluate import evaluate
from gan.recipe.presets import PRESETS
from gan.training.runs import model_of
from gan.training.ticks import Tick
from gan.training.trainer import Trainer

ENTRIES = ("classic-1024", "classic-small", "classic-784", "classic-dcgan", "mnist-mlp")
IMAGES_A_SECOND = 5_000  # of mnist-mlp on one thread of the machine named in docs/figures.md
COLUMNS = {
    "nimg": ("images", "{:,}"), "loss_d": ("loss D", "{:.3f}"), "loss_g": ("loss G", "{:.3f}"),
    "critic_on_real": ("D on real", "{:.2f}"), "critic_on_fake": ("D on fake", "{:.2f}"),
    "reals_accepted": ("reals accepted", "{:.0%}"), "fakes_accepted": ("fakes accepted", "{:.0%}"),
    "critic_rank": ("rank of fakes", "{:.0%}"), "frechet": ("Fréchet", "{:.2f}"), "coverage": ("coverage", "{:.2f}"),
}  # fmt: skip


def train(name: str, seconds: float, data_dir: Path | None) -> tuple[Trainer, Tick]:
    """The preset trained for so many CPU seconds, and its last tick."""
    config = PRESETS[name]
    # The clock ends the run; a rate that decays wants the run's length, about what the time allows.
    length = int(seconds * IMAGES_A_SECOND) if config.lr_final < 1 else 10**9
    config = dataclasses.replace(config, nimg=length)
    trainer = Trainer(config, sets.load(config.data, data_dir, True, config.resolution))
    start = time.process_time()
    ticks = trainer.ticks(config.batch * 20)
    last = next(ticks)
    while trainer.nimg < config.nimg and time.process_time() - start < seconds:
        last = next(ticks)
    return trainer, last


def figures(name: str, seconds: float, data_dir: Path | None) -> dict[str, Any]:
    """What one entry scores."""
    trainer, tick = train(name, seconds, data_dir)
    model = model_of(trainer, name, seconds)
    scores = evaluate(model, data_dir)
    return {key: getattr(tick, key) for key in ("nimg", "loss_d", "loss_g")} | scores


def line(name: str, scores: dict[str, Any]) -> str:
    """A row of the table."""
    cells = (form.format(scores[key]) for key, (_, form) in COLUMNS.items())
    return f"| `{name}` | " + " | ".join(cells) + " |"


def main() -> None:
    """Train and judge every entry in turn."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--seconds", type=float, default=120.0, help="CPU seconds for each (default 120)")
    p.add_argument("--data-dir", type=Path, help="where MNIST lies")
    args = p.parse_args()
    torch.set_num_threads(1)
    rows = {}
    print("| preset | " + " | ".join(label for label, _ in COLUMNS.values()) + " |")
    print("|" + "---|" * (len(COLUMNS) + 1))
    for name in ENTRIES:
        rows[name] = figures(name, args.seconds, args.data_dir)
        print(line(name, rows[name]), flush=True)
    print(json.dumps({"seconds": args.seconds, "classics": rows} | machine()))


if __name__ == "__main__":
    main()
