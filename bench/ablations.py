"""What each part of the default recipe is worth: `python -m bench.ablations`.

The recipe is R3GAN's (arXiv:2501.05441) in its loss, its penalties and its optimiser, and differs in the rest. Here
each choice is undone in turn, and what the paper does instead is tried: on MNIST with the networks of `mnist-mlp`, on
the grid of 25 Gaussians with a shallower G and a D of more features than those of `grid`, in equal CPU seconds. A run
is as long as its networks manage in that time, so that every schedule comes to its end.

Faces have changes, and seconds, of their own: what D sees of them, its brake, the blur against the checkerboard of
doubled maps, and those of `bench.candidates`, which no setting makes; these are to be compared with "as they are".
Beside the usual figures: how often D is right on pairs of a held-out picture and a fake, and the power of the finest
checkerboard, in that of real pictures.
Prints a table and, last, one JSON object; writes bench/results/ablations.json after every run, and takes it up again:
`--data faces` makes what is missing of faces in the seconds of those that are there.
"""

import argparse
import dataclasses
import json
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from bench.budget import samples_in
from bench.candidates import CANDIDATES, NONE, Candidate, standing_in
from bench.machine import command, machine
from bench.points import spread
from gan.data import sets
from gan.data.points import Points
from gan.data.sets import Data
from gan.data.stored import Stored, at_most
from gan.evaluation.evaluate import FIRST_SEED
from gan.files import write_whole
from gan.latents import z_from_seeds
from gan.media.images import to_images
from gan.media.points import POINTS
from gan.metrics.distances import coverage, frechet, outranked, two_sample
from gan.metrics.modes import mode_report
from gan.models.judges import features_of
from gan.recipe.config import TrainConfig
from gan.recipe.presets import PRESETS
from gan.training.runs import model_of
from gan.training.trainer import Trainer

Columns = dict[str, tuple[str, str, str]]

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
# The same of faces.
FACES_CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "the recipe": ({}, "D sees other colours and mirrors; gamma .3; G is blurred"),
    "moved as well": ({"augment": "color,shift,flip"}, "D sees pictures moved about too"),
    "mirrored alone": ({"augment": "flip"}, "D sees true colours"),
    "as they are": ({"augment": ""}, "D sees pictures as they are"),
    "gamma 1": ({"gamma": 1.0}, "a stronger brake on D"),
    "gamma 0.1": ({"gamma": 0.1}, "a weaker brake on D"),
    "no blur": ({"blur": "none"}, "G doubles by kernels as they are trained"),
    "D blurred too": ({"blur": "both"}, "D halves blurred maps"),
} | {label: ({"augment": ""}, f"as they are, and {candidate.what}") for label, candidate in CANDIDATES.items()}
REAL = "real data"
ORIGIN = ("command", "versions", "date")  # what is kept of the command that made a row
SECONDS = {"seconds": 40.0, "faces_seconds": 720.0}  # CPU seconds of each run, where none is there yet
# On the grid, networks that are less sure of every seed than those of the preset: what a choice is worth shows sooner.
BASES: dict[str, TrainConfig] = {
    "mnist": PRESETS["mnist-mlp"],
    "grid": dataclasses.replace(
        PRESETS["grid"], nimg=2_000_000, ema_nimg=44_000, g_widths=(64, 64, 64), d_widths=(64, 64, 64), features=32
    ),
    "faces": PRESETS["faces-style"],
}
CHANGES_OF = {"mnist": CHANGES, "grid": CHANGES, "faces": FACES_CHANGES}


def config_of(name: str, changes: dict[str, Any], seed: int, nimg: int) -> TrainConfig:
    """The recipe on a data set with some settings changed, `nimg` long."""
    return dataclasses.replace(BASES[name], seed=seed, nimg=nimg, **changes)


def row(name: str, label: str, seed: int, seconds: float) -> dict[str, Any]:
    """One run and its figures; none if it diverged."""
    changes, _ = CHANGES_OF[name][label]
    candidate, reals = CANDIDATES.get(label, NONE), sets.load(name)
    with standing_in(candidate):
        trainer, nimg, took = trained(candidate, config_of(name, changes, seed, 10**9), reals, seconds)
    found: dict[str, Any] = {"data": name, "change": label, "seed": seed, "nimg": nimg, "cpu_seconds": took}
    if not trainer.finite():
        return found | {"diverged": True}
    z = z_from_seeds(range(FIRST_SEED, FIRST_SEED + JUDGED), trainer.config.z_dim)
    with torch.no_grad():
        samples = torch.cat([trainer.G_ema(part).float() for part in z.split(100)])
    return found | figures(name, reals, samples) | (seen_by(trainer, samples) if name == "faces" else {})


def trained(candidate: Candidate, config: TrainConfig, reals: Data, seconds: float) -> tuple[Trainer, int, float]:
    """(a run at its end, or one that diverged before, the samples that it saw, and the CPU seconds that it took)."""
    if not candidate.first:
        return run_of(config, reals, seconds, candidate.trainer)
    small = dataclasses.replace(config, **candidate.first)
    first, nimg, took = run_of(
        small, sets.load(small.data, resolution=small.resolution), seconds / 2, candidate.trainer
    )
    if not first.finite():
        return first, nimg, took
    start = model_of(first, "first", took)
    trainer, *more = run_of(config, reals, seconds / 2, partial(candidate.trainer, start=start))
    return trainer, nimg + more[0], took + more[1]


def run_of(
    config: TrainConfig, reals: Data, seconds: float, make: Callable[[TrainConfig, Data], Trainer]
) -> tuple[Trainer, int, float]:
    """What `trained` says, of one run as long as so many CPU seconds allow."""
    config = dataclasses.replace(config, nimg=samples_in(seconds, config, reals, make))
    trainer = make(config, reals)
    begun = time.thread_time()
    while trainer.nimg < config.nimg:
        trainer.step()
    return trainer, config.nimg, time.thread_time() - begun


@torch.no_grad()
def seen_by(trainer: Trainer, samples: Tensor) -> dict[str, float]:
    """How often D is right on pairs of a sample and a picture of the test part."""
    seen = images_of(trainer.config.data)
    on_real, on_fake = (torch.cat([trainer.D(part) for part in x.split(100)]) for x in (seen, samples))
    return {"d_heldout": 1 - outranked(on_real, on_fake)}


def images_of(name: str) -> Tensor:
    """Images [N, C, R, R] of the test part, JUDGED at most."""
    test = sets.load(name, train=False)
    assert isinstance(test, Stored)
    return to_images(test.rows[at_most(len(test.rows), JUDGED)])


def real_row(name: str) -> dict[str, Any]:
    """What as many real samples score: of pictures those of the training part."""
    reals = sets.load(name)
    samples = reals.sample(JUDGED, torch.Generator().manual_seed(0))
    return {"data": name, "change": REAL} | figures(name, reals, samples)


def figures(name: str, reals: Points | Stored, samples: Tensor) -> dict[str, float]:
    """The columns of the table, of JUDGED samples; pictures are compared with as many of the test part."""
    if isinstance(reals, Points):
        assert reals.centres is not None
        report = mode_report(samples[: POINTS.judged], reals.centres, reals.std)
        return {"fair": report.fair, "high_quality": report.high_quality}
    seen = images_of(name)
    f, real = (features_of(name, images)[0] for images in (samples, seen))
    near = coverage(real, f[: len(real)])
    found = {"frechet": frechet(f, real), "coverage": near.coverage}
    if name != "faces":
        return found
    power = checkerboard(samples) / checkerboard(seen)
    return found | {"recall": near.recall, "two_sample": two_sample(real, f), "checkerboard": power}


def checkerboard(images: Tensor) -> float:
    """Mean power of the finest checkerboard, pixels that are light and dark in turn, in images [N, C, R, R] in grey."""
    side = torch.arange(images.shape[-1])
    signs = 1.0 - 2.0 * ((side[:, None] + side) % 2)
    return (images.mean(1) * signs).mean((1, 2)).square().mean().item()


def table(results: dict[str, Any]) -> str:
    """The results as Markdown: the mean over the seeds, and their spread; faces, if there are any, in a table below."""
    parts = [part_of(results, CHANGES, COLUMNS), part_of(results, FACES_CHANGES, FACES_COLUMNS), earlier(results)]
    return "\n\n".join(part for part in parts if part)


def earlier(results: dict[str, Any]) -> str:
    """Sentences on rows that were kept of another command or another day than the newest; "" without such."""
    own = {key: results.get(key) for key in ORIGIN}
    others: dict[str, dict[str, list[str]]] = {}  # of each origin the changes of each data set
    for row in results["rows"]:
        origin = results["origins"][row["origin"]] if "origin" in row else own
        if origin != own:
            told = f"`{origin['command']}`, torch {origin['versions']['torch']}, {origin['date']}"
            others.setdefault(told, {}).setdefault(row["data"], []).append(row["change"])
    whose = {
        told: " and ".join(rows_of(results, name, labels) for name, labels in sorted(kept.items()))
        for told, kept in others.items()
    }
    return " ".join(f"The rows of {rows} are of {told}." for told, rows in whose.items())


def rows_of(results: dict[str, Any], name: str, labels: list[str]) -> str:
    """Which rows of a data set have these changes: its name where all have, else it and the changes."""
    if len(labels) == sum(row["data"] == name for row in results["rows"]):
        return name
    return f"{name} ({', '.join(f'*{label}*' for label in dict.fromkeys(labels))})"


def part_of(results: dict[str, Any], changes: dict[str, tuple[dict[str, Any], str]], columns: Columns) -> str:
    """The table of some changes; "" if none of them was tried."""
    heads = " | ".join(columns)
    lines = [f"| change | what | {heads} |", "|---" * (len(columns) + 2) + "|"]
    whats = {label: what for label, (_, what) in changes.items()} | {REAL: f"{JUDGED:,} samples, as for each run"}
    for label, what in whats.items():
        found = [row for row in results["rows"] if row["change"] == label]
        shown = [said(found, *column) for column in columns.values()]
        if any(shown):
            lines.append(f"| {label} | {what} | " + " | ".join(shown) + " |")
    return "\n".join(lines) if len(lines) > 2 else ""


# head -> data, figure, form
COLUMNS: Columns = {
    "MNIST: Fréchet": ("mnist", "frechet", ".2f"), "coverage": ("mnist", "coverage", ".2f"),
    "grid: fair modes": ("grid", "fair", ".1f"), "high quality": ("grid", "high_quality", ".1%"),
}  # fmt: skip
FACES_COLUMNS: Columns = {
    "faces: Fréchet": ("faces", "frechet", ".1f"), "recall": ("faces", "recall", ".2f"),
    "coverage": ("faces", "coverage", ".2f"), "two-sample test": ("faces", "two_sample", ".1%"),
    "D right": ("faces", "d_heldout", ".1%"), "checkerboard": ("faces", "checkerboard", ".1f"),
}  # fmt: skip


def said(found: list[dict[str, Any]], name: str, key: str, form: str) -> str:
    """A cell: the mean of a figure over the seeds, and its standard deviation where there are several."""
    mine = [row for row in found if row["data"] == name]
    good = [row[key] for row in mine if key in row]
    if not good:
        return "diverged" if any(row.get("diverged") for row in mine) else ""
    text = format(statistics.mean(good), form) + (f" ± {format(spread(good), form)}" if len(good) > 1 else "")
    diverged = sum(bool(row.get("diverged")) for row in mine)
    return text + (f", {diverged} of {len(mine)} diverged" if diverged else "")


def kept_of(old: dict[str, Any], seconds: dict[str, float]) -> list[dict[str, Any]]:
    """The rows of earlier results; those of another budget or another recipe are no rows of this table."""

    def same(name: str) -> bool:
        base, budget = old["bases"].get(name), old.get("faces_seconds" if name == "faces" else "seconds")
        return base is not None and TrainConfig.from_dict(base) == BASES[name] and budget == seconds[name]

    return [row for row in old.get("rows", ()) if same(row["data"])]


def told(settings: dict[str, Any], found: list[dict[str, Any]], old: dict[str, Any]) -> dict[str, Any]:
    """What is kept: rows and settings, with the commands that made them.

    Args:
        found: the rows, of which those of this command have no origin yet.
        old: the results that were there before, of which rows may be left.
    """
    results = {"command": command("ablations")} | settings | {"rows": []} | machine()
    own = {key: results[key] for key in ORIGIN}
    origins = list(old.get("origins", ()))
    if own not in origins:
        origins.append(own)
    return results | {"rows": [{"origin": origins.index(own)} | row for row in found], "origins": origins}


def main() -> None:
    """Every change at every seed, in turn; a run that is there already is not made again."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--seeds", type=int, default=2)
    p.add_argument("--seconds", type=float, help="CPU seconds of each run; unasked those of the results, else 40")
    p.add_argument("--faces-seconds", type=float, help="the same of faces; unasked those of the results, else 720")
    p.add_argument("--data", nargs="*", choices=list(BASES), default=["mnist", "grid"])
    p.add_argument("--changes", nargs="*", help="some of them alone, by their names")
    p.add_argument("--again", action="store_true", help="forget what is in the results")
    args = p.parse_args()
    if unknown := set(args.changes or ()) - {label for name in args.data for label in CHANGES_OF[name]}:
        p.error(f"no change of {' or '.join(args.data)} is named {' or '.join(sorted(unknown))}")
    torch.set_num_threads(1)
    old = json.loads(RESULTS.read_text()) if RESULTS.exists() and not args.again else {}
    settings: dict[str, Any] = {
        key: old.get(key, default) if getattr(args, key) is None else getattr(args, key)
        for key, default in SECONDS.items()
    }
    seconds = {name: settings["faces_seconds" if name == "faces" else "seconds"] for name in BASES}
    settings["bases"] = {name: base.to_dict() for name, base in BASES.items()}
    kept = kept_of(old, seconds) if old else []
    there = {row["data"] for row in kept if row["change"] == REAL}
    kept += [real_row(name) for name in args.data if name not in there]
    for seed in range(args.seeds):
        for name in args.data:
            for label in CHANGES_OF[name]:
                if any((r["data"], r["change"], r.get("seed")) == (name, label, seed) for r in kept):
                    continue
                if args.changes and label not in args.changes:
                    continue
                if label == "float32" and BASES[name].precision == "float32":
                    continue
                kept.append(row(name, label, seed, seconds[name]))
                results = told(settings, kept, old)
                write_whole(RESULTS, (json.dumps(results, indent=1, allow_nan=False) + "\n").encode())
                print(kept[-1], flush=True)
    results = told(settings, kept, old)
    print(table(results))
    print(json.dumps(results))


if __name__ == "__main__":
    main()
