"""What each part of the default recipe is worth: `python -m bench.ablations`.

The recipe is R3GAN's (arXiv:2501.05441) in its loss, its penalties and its optimiser, and differs in the rest. Here
each choice is undone in turn, and what the paper does instead is tried: on MNIST with the networks of `mnist-mlp`, on
the grid of 25 Gaussians with a shallower G and a D of more features than those of `grid`, in equal CPU seconds. A run
is as long as its networks manage in that time, so that every schedule comes to its end.
Prints a table and, last, one JSON object; writes bench/results/ablations.json after every run, and takes it up again.
"""

import argparse
import dataclasses
import json
import statistics
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from bench.budget import samples_in
from bench.machine import command, machine
from bench.points import spread
from gan.data import sets
from gan.data.pictures import Pictures, rows
from gan.data.points import Points
from gan.evaluation.evaluate import FIRST_SEED, features_of
from gan.files import write_whole
from gan.latents import z_from_seeds
from gan.media.images import to_images
from gan.media.points import POINTS
from gan.metrics.distances import coverage, frechet
from gan.metrics.modes import mode_report
from gan.recipe.config import TrainConfig
from gan.recipe.presets import PRESETS
from gan.training.trainer import Trainer

RESULTS = Path(__file__).parent / "results" / "ablations.json"
JUDGED = 5_000
# name -> (changes, what it is)
CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "the recipe": ({}, "pairs, R1 and R2, Adam (0, .99), straight decay, average with a growing half-life"),
    "no pairs": ({"objective": "non-saturating", "penalty": "r1-r2"}, "the non-saturating loss with R1 and R2"),
    "R1 alone": ({"penalty": "r1"}, "no R2"),
    "no penalty": ({"penalty": "none"}, "no R1, no R2"),
    "no average": ({"ema_nimg": 0.0}, "G itself is judged"),
    "constant rate": ({"lr_final": 1.0}, "the learning rate stays"),
    "cosine": ({"schedule": "cosine"}, "the paper's form of decay"),
    "exponential": ({"schedule": "exponential"}, "the rate falls by equal factors in equal times"),
    "gamma to a tenth": ({"gamma_final": 0.1}, "gamma decays, as in the paper"),
    "cosine, gamma to a tenth": ({"schedule": "cosine", "gamma_final": 0.1}, "both"),
    "momentum": ({"beta1": 0.5}, "Adam (0.5, .99)"),
    "beta2 0.9": ({"beta2": 0.9}, "Adam (0, .9), where the paper's schedule begins"),
    "beta2 0.999": ({"beta2": 0.999}, "Adam (0, .999)"),
    "long average from the start": ({"ema_ramp": 1.0}, "the half-life does not grow with the run"),
    "shared fakes": ({"fakes": "shared"}, "G's step on the fakes of D's"),
    "float32": ({"precision": "float32"}, "no half precision"),
    "torch's own first weights": ({"init": "uniform"}, "uniform within 1 / sqrt(fan in)"),
}
REAL = "real data"
# On the grid, networks that are less sure of every seed than those of the preset: what a choice is worth shows sooner.
BASES: dict[str, TrainConfig] = {
    "mnist": PRESETS["mnist-mlp"],
    "grid": dataclasses.replace(
        PRESETS["grid"], nimg=2_000_000, ema_nimg=44_000, g_widths=(64, 64, 64), d_widths=(64, 64, 64), features=32
    ),
}


def config_of(name: str, changes: dict[str, Any], seed: int, nimg: int) -> TrainConfig:
    """The recipe on a data set with some settings changed, `nimg` long."""
    return dataclasses.replace(BASES[name], seed=seed, nimg=nimg, **changes)


def row(name: str, label: str, seed: int, seconds: float) -> dict[str, Any]:
    """One run and its figures; none if it diverged."""
    changes, _ = CHANGES[label]
    reals = sets.load(name)
    nimg = samples_in(seconds, config_of(name, changes, seed, 10**9), reals)
    trainer = Trainer(config_of(name, changes, seed, nimg), reals)
    begun = time.thread_time()
    while trainer.nimg < nimg:
        trainer.step()
    took = time.thread_time() - begun
    found: dict[str, Any] = {"data": name, "change": label, "seed": seed, "nimg": nimg, "cpu_seconds": took}
    if not trainer.finite():
        return found | {"diverged": True}
    z = z_from_seeds(range(FIRST_SEED, FIRST_SEED + JUDGED), trainer.config.z_dim)
    with torch.no_grad():
        return found | figures(name, reals, torch.cat([trainer.G_ema(part).float() for part in z.split(500)]))


def real_row(name: str) -> dict[str, Any]:
    """What as many real samples score: of pictures those of the training part."""
    reals = sets.load(name)
    samples = reals.sample(JUDGED, torch.Generator().manual_seed(0))
    return {"data": name, "change": REAL} | figures(name, reals, samples)


def figures(name: str, reals: Points | Pictures, samples: Tensor) -> dict[str, float]:
    """The columns of the table, of JUDGED samples; pictures are compared with as many of the test part."""
    if isinstance(reals, Points):
        assert reals.centres is not None
        report = mode_report(samples[: POINTS.judged], reals.centres, reals.std)
        return {"fair": report.fair, "high_quality": report.high_quality}
    test = sets.load(name, train=False)
    assert isinstance(test, Pictures)
    seen = to_images(test.pixels[rows(len(test.pixels), JUDGED)])
    f, real = (features_of(name, images)[0] for images in (samples, seen))
    return {"frechet": frechet(f, real), "coverage": coverage(real, f).coverage}


def table(results: dict[str, Any]) -> str:
    """The results as Markdown: the mean over the seeds, and their spread."""
    lines = [
        "| change | what | MNIST: Fréchet | coverage | grid: fair modes | high quality |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    whats = {label: what for label, (_, what) in CHANGES.items()} | {REAL: f"{JUDGED:,} samples, as for each run"}
    for label, what in whats.items():
        found = [row for row in results["rows"] if row["change"] == label]
        shown = [said(found, *column) for column in COLUMNS]
        if any(shown):
            lines.append(f"| {label} | {what} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


COLUMNS = (
    ("mnist", "frechet", ".2f"), ("mnist", "coverage", ".2f"), ("grid", "fair", ".1f"), ("grid", "high_quality", ".1%"),
)  # fmt: skip


def said(found: list[dict[str, Any]], name: str, key: str, form: str) -> str:
    """A cell: the mean of a figure over the seeds, and its standard deviation where there are several."""
    mine = [row for row in found if row["data"] == name]
    good = [row[key] for row in mine if not row.get("diverged")]
    if not good:
        return "diverged" if mine else ""
    text = format(statistics.mean(good), form) + (f" ± {format(spread(good), form)}" if len(good) > 1 else "")
    return text + (f", {len(mine) - len(good)} of {len(mine)} diverged" if len(good) < len(mine) else "")


def told(settings: dict[str, Any], found: list[dict[str, Any]]) -> dict[str, Any]:
    """What is kept: rows and settings, with the command that made them."""
    return {"command": command("ablations")} | settings | {"rows": found} | machine()


def main() -> None:
    """Every change at every seed, in turn; a run that is there already is not made again."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--seeds", type=int, default=2)
    p.add_argument("--seconds", type=float, default=40, help="CPU seconds of each run")
    p.add_argument("--data", nargs="*", choices=list(BASES), default=list(BASES))
    p.add_argument("--again", action="store_true", help="forget what is in the results")
    args = p.parse_args()
    torch.set_num_threads(1)
    settings = {"seconds": args.seconds, "bases": {name: base.to_dict() for name, base in BASES.items()}}
    old = json.loads(RESULTS.read_text()) if RESULTS.exists() and not args.again else {}
    # Rows of another budget or recipe are no rows of this table.
    kept = old["rows"] if settings.items() <= old.items() else []
    there = {row["data"] for row in kept if row["change"] == REAL}
    kept += [real_row(name) for name in args.data if name not in there]
    for seed in range(args.seeds):
        for name in args.data:
            for label in CHANGES:
                if any((r["data"], r["change"], r.get("seed")) == (name, label, seed) for r in kept):
                    continue
                if label == "float32" and BASES[name].precision == "float32":
                    continue
                kept.append(row(name, label, seed, args.seconds))
                results = told(settings, kept)
                write_whole(RESULTS, (json.dumps(results, indent=1, allow_nan=False) + "\n").encode())
                print(kept[-1], flush=True)
    results = told(settings, kept)
    print(table(results))
    print(json.dumps(results))


if __name__ == "__main__":
    main()
