"""Train what live runs may start from: `python -m bench.starts [DATA ...]` writes weights/live/<data>.

Each is the live recipe of the default objective, trained for the samples below; the app offers it as "pretrained".
Prints a table and, last, one JSON object.
"""

import json
import sys
import time
from typing import Any

import torch

from bench.machine import machine
from gan.data import sets
from gan.evaluation.evaluate import evaluate
from gan.live.recipes import LIVE_DATA, STARTS
from gan.live.setup import Setup
from gan.models.checkpoint import save_model
from gan.models.container import WEIGHTS
from gan.training.runs import model_of
from gan.training.trainer import Trainer

SAMPLES = {"points": 1_000_000, "pictures": 400_000, "sounds": 30_000, "scores": 150_000}
FIGURES = ("fair", "total", "high_quality", "two_sample", "frechet", "coverage")


def train(name: str) -> dict[str, Any]:
    """Train and write one; returns its figures."""
    (config,) = Setup.of({"data": name}).configs()
    trainer, began = Trainer(config, sets.load(name)), time.process_time()
    while trainer.nimg < SAMPLES[trainer.data.medium.name]:
        trainer.step()
    seconds = time.process_time() - began
    model = model_of(trainer, f"live-{name}", seconds)
    (WEIGHTS / "live").mkdir(exist_ok=True)
    save_model(model, WEIGHTS / "live" / name, "all")
    found = evaluate(model)
    return {"cpu_seconds": round(seconds, 1)} | {key: found[key] for key in FIGURES if key in found}


def main(names: list[str]) -> None:
    """Train those named; all of them by default."""
    torch.set_num_threads(1)
    rows = {}
    for name in names or [name for name in LIVE_DATA if STARTS[name] == f"live/{name}"]:
        rows[name] = train(name)
        print(f"{name:16}" + "  ".join(f"{k} {v:.3g}" for k, v in rows[name].items()), flush=True)
    print(json.dumps({"starts": rows} | machine()))


if __name__ == "__main__":
    main(sys.argv[1:])
