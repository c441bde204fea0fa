"""What a step costs with and without autograd, and whether runs come out alike: `python -m bench.steps`.

Fully connected pairs are trained by closed formulas (`gan.training.fast_passes`), all others by autograd, which can do
these as well. Both ways take turns, in one process and on one thread, and are timed in seconds of the CPU, which a busy
machine disturbs less. A preset whose own precision is bf16 is measured in that and in float32. `--runs` trains short
runs both ways, each with several seeds, and says how good they are at the end. Prints tables and, last, one JSON
object; writes bench/results/steps.json.
"""

import argparse
import dataclasses
import json
import statistics
import time
from pathlib import Path
from typing import Any

import torch

from bench.bars import judged
from bench.machine import command, machine
from gan.data import sets
from gan.files import write_whole
from gan.metrics.modes import mode_report
from gan.recipe.presets import PRESETS
from gan.training.trainer import Trainer

RESULTS = Path(__file__).parent / "results" / "steps.json"
# preset -> what it must reach, times the step by autograd
BARS = {"ring": None, "grid": 2.3, "digits": 2.0, "mnist-mlp": 1.5}
WAYS = {"closed formulas": True, "autograd": False}
FAKES, FIRST_SEED = 10_000, 5 * 10**6  # samples that a run is judged by, and where their latents come from


def trainer_of(preset: str, fast: bool, precision: str = "float32", **changes: Any) -> Trainer:
    """A run of a preset at its beginning, one way or the other."""
    config = dataclasses.replace(PRESETS[preset], precision=precision, **changes)
    return Trainer(config, sets.load(config.data), fast=fast)


def seconds_of(trainer: Trainer, steps: int) -> float:
    """CPU seconds of one iteration, over some."""
    begun = time.thread_time()
    for _ in range(steps):
        trainer.step()
    return (time.thread_time() - begun) / steps


def measure(preset: str, precision: str, rounds: int, budget: float) -> dict[str, Any]:
    """Both ways in turn, `rounds` times, each for about `budget` seconds a round."""
    trainers = {way: trainer_of(preset, fast, precision) for way, fast in WAYS.items()}
    steps = {}
    for way, trainer in trainers.items():
        seconds_of(trainer, 10)
        steps[way] = max(2, round(budget / seconds_of(trainer, 10)))
    taken: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, trainer in trainers.items():
            taken[way].append(seconds_of(trainer, steps[way]))
    fast, slow = (taken[way] for way in WAYS)
    return {
        "preset": preset, "precision": precision, "batch": PRESETS[preset].batch,
        "milliseconds": {way: statistics.median(values) * 1e3 for way, values in taken.items()},
        # Rounds are compared with their own neighbours: a machine that is busier for a while slows both.
        "ratio": statistics.median(s / f for f, s in zip(fast, slow, strict=True)),
    }  # fmt: skip


def quality(preset: str, fast: bool, nimg: int, seed: int) -> dict[str, float]:
    """How good a whole run on points with modes is, and its CPU seconds."""
    trainer = trainer_of(preset, fast, nimg=nimg, seed=seed)
    seconds = seconds_of(trainer, -(-trainer.config.nimg // trainer.config.batch))
    z = torch.randn(FAKES, trainer.config.z_dim, generator=torch.Generator().manual_seed(FIRST_SEED))
    assert trainer.data.centres is not None
    with torch.no_grad():
        report = mode_report(trainer.G_ema(z), trainer.data.centres, trainer.data.std)
    steps = trainer.nimg // trainer.config.batch
    return {"fair": report.fair, "total": report.total, "quality": report.high_quality, "seconds": seconds * steps}


def line(found: dict[str, Any]) -> str:
    """A row of the first table."""
    closed, autograd = (found["milliseconds"][way] for way in WAYS)
    named = f"| `{found['preset']}` | {found['precision']} | {found['batch']} |"
    return f"{named} {autograd:.2f} | {closed:.2f} | {found['ratio']:.2f} |"


def run_line(row: dict[str, Any]) -> str:
    """A row of the second."""
    return (
        f"| `{row['preset']}` | {row['seed']} | {row['way']} | {row['fair']} of {row['total']} | {row['quality']:.1%} "
        f"| {row['seconds']:.1f} |"
    )


HEAD = ["| preset | precision | batch | ms by autograd | ms by closed formulas | ratio |", "|---|---|---|---|---|---|"]
RUN_HEAD = ["| preset | seed | way | fair modes | high quality | CPU s |", "|---|---|---|---|---|---|"]


def table(results: dict[str, Any]) -> str:
    """The results as Markdown, and what was to be reached."""
    rows = [*HEAD, *map(line, results["cases"])]
    runs = ["", *RUN_HEAD, *map(run_line, results["runs"])] if results["runs"] else []
    return "\n".join([*rows, *runs, "", *verdicts(results)])


def verdicts(results: dict[str, Any]) -> list[str]:
    """A sentence on every bar."""
    return [
        "- " + judged(f"`{row['preset']}`, {row['precision']}: times the step by autograd", row["ratio"], bar, ".2f",
                      least=True)
        for row in results["cases"]
        if (bar := BARS[row["preset"]]) is not None
    ]  # fmt: skip


def main() -> None:
    """Every preset in turn, then the runs that were asked for."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--rounds", type=int, default=15)
    p.add_argument("--seconds", type=float, default=0.3, help="of each way, a round")
    p.add_argument("--preset", nargs="*", choices=list(BARS), default=list(BARS))
    p.add_argument("--runs", nargs="*", choices=("ring", "grid"), default=[], help="that are trained to their end")
    p.add_argument("--seeds", type=int, default=3)
    p.add_argument("--nimg", type=int, default=500_000, help="length of these runs, to whose end the rates fall")
    args = p.parse_args()
    torch.set_num_threads(1)
    print("\n".join(HEAD))
    cases = []
    for preset in args.preset:
        for precision in dict.fromkeys(("float32", PRESETS[preset].precision)):
            cases.append(measure(preset, precision, args.rounds, args.seconds))
            print(line(cases[-1]), flush=True)
    runs = []
    if args.runs:
        print("\n".join(["", *RUN_HEAD]))
    for preset in args.runs:
        for seed in range(args.seeds):
            for way, fast in WAYS.items():
                runs.append({"preset": preset, "seed": seed, "way": way} | quality(preset, fast, args.nimg, seed))
                print(run_line(runs[-1]), flush=True)
    results = {"command": command("steps"), "cases": cases, "runs": runs} | machine()
    print("\n".join(["", *verdicts(results)]))
    write_whole(RESULTS, (json.dumps(results, indent=1) + "\n").encode())
    print(json.dumps(results))


if __name__ == "__main__":
    main()
