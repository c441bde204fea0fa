"""What the quick presets reach on one thread: `python -m bench.presets [--seeds 3]`.

`ring` and `grid`: the CPU seconds until every mode has its fair share, and PacGAN's figures at the end of the preset.
`digits`: the figures after 5 CPU seconds and at the end. Prints a table and, last, one JSON object.
"""

import argparse
import dataclasses
import json
import time
from typing import Any

import torch

from bench.machine import machine
from gan.data import sets
from gan.evaluation.evaluate import evaluate
from gan.recipe.presets import PRESETS
from gan.training.runs import model_of
from gan.training.trainer import Trainer

DIGITS_SECONDS = 5.0


def start(name: str, seed: int) -> Trainer:
    """A trainer of the preset with another seed."""
    config = dataclasses.replace(PRESETS[name], seed=seed)
    return Trainer(config, sets.load(config.data))


def points_row(name: str, seed: int) -> dict[str, Any]:
    """When all modes were fair for good, and the figures at the end."""
    trainer, began, since = start(name, seed), time.process_time(), None
    for tick in trainer.ticks(20_000):
        assert tick.modes is not None
        if tick.modes.fair < tick.modes.total:
            since = None
        elif since is None:
            since = time.process_time() - began
    seconds = time.process_time() - began
    figures = evaluate(model_of(trainer, name, seconds))
    return {"preset": name, "seed": seed, "all_fair_after": since, "cpu_seconds": seconds} | figures


def digits_rows(seed: int) -> list[dict[str, Any]]:
    """The figures after five CPU seconds of training, and at the end."""
    trainer, spent, rows = start("digits", seed), 0.0, []
    name = f"digits, {DIGITS_SECONDS:g} s"
    while trainer.nimg < trainer.config.nimg:
        began = time.process_time()
        for _ in range(50):
            trainer.step()
        spent += time.process_time() - began
        if (spent >= DIGITS_SECONDS and not rows) or trainer.nimg >= trainer.config.nimg:
            row = {"preset": name, "seed": seed, "cpu_seconds": spent}
            rows.append(row | evaluate(model_of(trainer, "digits", spent)))
            name = "digits"
    return rows


def line(row: dict[str, Any]) -> str:
    """A row of the table."""
    keys = ("all_fair_after", "fair", "high_quality", "reverse_kl", "frechet", "coverage")
    cells = [f"{row[k]:.3g}" if row.get(k) is not None else "" for k in keys]
    return f"| {row['preset']} | {row['seed']} | {row['cpu_seconds']:.0f} | " + " | ".join(cells) + " |"


def main() -> None:
    """Every quick preset at every seed, in turn."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--seeds", type=int, default=3)
    seeds = range(p.parse_args().seeds)
    torch.set_num_threads(1)
    heads = ("preset", "seed", "CPU s", "all fair after s", "fair modes", "high quality", "reverse KL", "Fréchet")
    print("| " + " | ".join((*heads, "coverage")) + " |")
    print("|" + "---|" * (len(heads) + 1))
    rows = []
    for seed in seeds:
        for row in [points_row("ring", seed), points_row("grid", seed), *digits_rows(seed)]:
            print(line(row), flush=True)
            rows.append(row)
    print(json.dumps({"presets": rows} | machine()))


if __name__ == "__main__":
    main()
