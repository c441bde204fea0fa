"""Do generated pictures help a classifier that has few real ones? `python -m bench.augmentation [--resume]`.

For every seed: 50 pictures a class are drawn from MNIST's training part, and the networks of the preset `mnist-style`
are trained on those alone, with classes and differentiable augmentation, for about so many CPU seconds on one thread.
Then the same small classifier learns in four ways, in as many steps of as many pictures: from the real pictures; from
the real ones, moved about; from batches half real and half generated; and from such batches, moved about. Each is
tested on the whole test part. Beside them the GAN's own figures, of 10,000 samples against the test part.

The runs' folders let an interrupted bench go on with `--resume`; bench/results/augmentation.json is written after every
seed. Prints tables and, last, one JSON object.
"""

import argparse
import dataclasses
import json
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from bench.budget import samples_in
from bench.judge import accuracy
from bench.machine import command, machine
from bench.points import head, spread
from bench.stacked import timed
from gan.commands.parsing import answering
from gan.data import sets
from gan.data.stored import Stored
from gan.errors import RunError
from gan.evaluation.evaluate import evaluate
from gan.explore.render import render
from gan.files import write_whole
from gan.latents import z_from_seeds
from gan.media.images import to_pixels
from gan.models.model import Model
from gan.networks.judge import Judge
from gan.recipe.augment import shift
from gan.recipe.config import TrainConfig
from gan.recipe.presets import PRESETS
from gan.training.runs import CONFIG, Run, read_config
from gan.training.states import states
from gan.training.tuning import tuned

PRESET, AUGMENT = "mnist-style", "color,shift"
RESULTS = Path(__file__).parent / "results" / "augmentation.json"
NOTES = "augmentation.json"  # in a run's folder: how long it took
PER_CLASS, GENERATED = 50, 5_000
STEPS, BATCH = 1_000, 64  # of the classifier
# arm -> (whether half of each batch is generated, whether pictures are moved about)
ARMS = {
    "real": (False, False),
    "real, shifted": (False, True),
    "real and generated": (True, False),
    "real and generated, shifted": (True, True),
}
PAIRS = (("real", "real and generated"), ("real, shifted", "real and generated, shifted"))
FIGURES = ("frechet", "precision", "recall", "density", "coverage", "two_sample")

Row = dict[str, Any]
Draw = Callable[[int, torch.Generator], tuple[Tensor, Tensor]]


# ---- the few pictures and their GAN -----------------------------------------------------------------------------


def few(pictures: Stored, per_class: int, seed: int) -> Stored:
    """So many pictures of each class, drawn without replacement."""
    assert pictures.labels is not None
    order = torch.randperm(len(pictures.rows), generator=torch.Generator().manual_seed(seed))
    labels = pictures.labels[order]
    rows = torch.cat([order[labels == c][:per_class] for c in range(len(pictures.classes))])
    return dataclasses.replace(pictures, rows=pictures.rows[rows], labels=pictures.labels[rows])


def trained(folder: Path, config: TrainConfig, reals: Stored, seconds: float, resume: bool) -> tuple[Model, float]:
    """(the model of a run on these pictures alone, the CPU seconds it took).

    Raises:
        RunError: the folder holds a run that shall not be resumed, or one of other settings.
    """
    notes: dict[str, Any] = {"cpu_seconds": 0.0, "seconds": seconds, "pictures": len(reals.rows)}
    if resume and ((folder / CONFIG).exists() or states(folder)):
        own = read_config(folder)
        old = json.loads((folder / NOTES).read_text()) if (folder / NOTES).exists() else notes
        # Length and arithmetic were measured when the run began.
        same = dataclasses.replace(own, nimg=config.nimg, precision=config.precision) == config
        if not same or (old["seconds"], old["pictures"]) != (seconds, len(reals.rows)):
            raise RunError(f"{folder} holds a run of other settings: name another --folder")
        run = Run(folder, own, reals, snapshots=0)
        run.resume()
        notes = old if run.trainer.nimg else notes
    else:
        config = tuned(config, reals)
        # Its decays end with the budget.
        run = Run(folder, dataclasses.replace(config, nimg=samples_in(seconds, config, reals)), reals, snapshots=0)
        run.start()
    for cpu, _ in timed(run.trainer, run):
        notes["cpu_seconds"] += cpu
        write_whole(folder / NOTES, json.dumps(notes).encode())
    return run.model(), float(notes["cpu_seconds"])


def generated(model: Model, count: int, seed: int) -> Stored:
    """So many pictures of a model with classes, each as often as the others, at psi 1."""
    c = torch.arange(count) % len(model.classes)
    z = z_from_seeds(range(seed * 10**6, seed * 10**6 + count), model.G.z_dim)
    return Stored(to_pixels(render(model, z, c=c)), c, model.classes)


# ---- the classifier ---------------------------------------------------------------------------------------------


def drawing(reals: Stored, fakes: Stored | None, shifted: bool) -> Draw:
    """What draws an arm's batches: (n, generator) -> (images [n, C, R, R], labels [n]); with fakes half are those."""

    def draw(n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        parts = [reals.labelled(n, generator)] if fakes is None else [
            reals.labelled(n - n // 2, generator), fakes.labelled(n // 2, generator)
        ]  # fmt: skip
        images = torch.cat([images for images, _ in parts])
        labels = torch.cat([labels for _, labels in parts if labels is not None])
        return shift(images, generator) if shifted else images, labels

    return draw


def classifier(draw: Draw, classes: int, steps: int, seed: int) -> Judge:
    """The judges' recipe for few pictures: one-cycle AdamW and smoothed labels, for so many steps of BATCH."""
    generator = torch.Generator().manual_seed(seed)
    judge = Judge(classes, generator)
    adam = torch.optim.AdamW(judge.parameters(), lr=3e-3, weight_decay=5e-2, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(adam, 3e-3, total_steps=steps)
    for _ in range(steps):
        images, labels = draw(BATCH, generator)
        loss = nn.functional.cross_entropy(judge(images), labels, label_smoothing=0.05)
        adam.zero_grad()
        loss.backward()
        adam.step()
        schedule.step()
    return judge.eval().requires_grad_(False)


def accuracies(reals: Stored, fakes: Stored, test: Stored, steps: int, seed: int) -> dict[str, float]:
    """Each arm's share of test pictures whose class it names; all begin with the same weights."""
    found = {}
    for arm, (with_fakes, shifted) in ARMS.items():
        draw = drawing(reals, fakes if with_fakes else None, shifted)
        found[arm] = accuracy(classifier(draw, len(reals.classes), steps, seed), test)
    return found


# ---- telling ----------------------------------------------------------------------------------------------------


def share(values: list[float], sign: str = "") -> str:
    """Mean and standard deviation of shares, in percent."""
    text = f"{statistics.mean(values) * 100:{sign}.2f}"
    return text + (f" ± {spread(values) * 100:.2f}" if len(values) > 1 else "") + " %"


def gain(rows: list[Row], without: str, with_them: str) -> str:
    """A sentence on what generated pictures change, seed by seed."""
    gains = [row["accuracy"][with_them] - row["accuracy"][without] for row in rows]
    better = sum(value > 0 for value in gains)
    points = share(gains, "+").removesuffix(" %")
    return f"- *{with_them}* against *{without}*: {points} percentage points, better at {better} of {len(gains)} seeds."


def table(results: dict[str, Any]) -> str:
    """The whole story in Markdown, of the JSON that this bench writes; a figure is mean ± standard deviation."""
    rows = results["seeds"]
    said = (
        f"{results['per_class']} real pictures a class, {results['generated']:,} generated ones of "
        f"`{results['preset']}` trained on those same pictures, {results['steps']:,} steps of {results['batch']} for "
        "every classifier."
    )
    arms = head("classifier learns from", "seeds", "accuracy", *(f"seed {row['seed']}" for row in rows))
    for arm in ARMS:
        values = [row["accuracy"][arm] for row in rows]
        arms.append(f"| {arm} | {len(rows)} | {share(values)} | " + " | ".join(share([v]) for v in values) + " |")
    gains = [gain(rows, *pair) for pair in PAIRS]
    heads = ("Fréchet", "precision", "recall", "density", "coverage", "two-sample test")
    gans = head("the GAN of", "images", "CPU s", *heads)
    for row in rows:
        figures = [f"{row['gan'][name]:.1%}" if name == "two_sample" else f"{row['gan'][name]:.2f}" for name in FIGURES]
        gans.append(f"| seed {row['seed']} | {row['nimg']:,} | {row['cpu_seconds']:.0f} | {' | '.join(figures)} |")
    best = [rows[0]["gan"][f"{name}_real"] for name in FIGURES]
    shown = " | ".join(f"{v:.1%}" if n == "two_sample" else f"{v:.2f}" for n, v in zip(FIGURES, best, strict=True))
    gans.append(f"| real data | | | {shown} |")
    return "\n\n".join([said, "\n".join(arms), "\n".join(gains), "\n".join(gans)])


# ---- keeping ----------------------------------------------------------------------------------------------------


def kept(path: Path, settings: dict[str, Any]) -> list[Row]:
    """The seeds of an earlier bench of the same settings."""
    old = json.loads(path.read_text()) if path.exists() else {}
    return old["seeds"] if all(old.get(name) == value for name, value in settings.items()) else []


def main() -> None:
    """Every seed in turn."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--seeds", type=int, default=5)
    p.add_argument("--seconds", type=float, default=300.0, help="CPU seconds for each GAN (default 300)")
    p.add_argument("--preset", default=PRESET, choices=list(PRESETS), help=f"of the GAN (default {PRESET})")
    p.add_argument("--augment", default=AUGMENT, help=f"what the GAN's critic sees (default {AUGMENT})")
    p.add_argument("--per-class", type=int, default=PER_CLASS, help="real pictures (default 50)")
    p.add_argument("--generated", type=int, default=GENERATED, help="pictures (default 5,000)")
    p.add_argument("--steps", type=int, default=STEPS, help="of each classifier (default 1,000)")
    p.add_argument("--folder", type=Path, default=Path("runs") / "augmentation", help="of the GANs' runs")
    p.add_argument("--resume", action="store_true", help="go on with an interrupted bench")
    p.add_argument("--data-dir", type=Path, help="where MNIST lies")
    p.add_argument("--out", type=Path, default=RESULTS, help="where the figures go, after every seed")
    args = p.parse_args()
    torch.set_num_threads(1)
    config = dataclasses.replace(PRESETS[args.preset], condition="class", augment=args.augment, threads=1)
    train, test = (sets.load(config.data, args.data_dir, part, config.resolution) for part in (True, False))
    assert isinstance(train, Stored)
    assert isinstance(test, Stored)
    settings = {
        "preset": args.preset, "augment": args.augment, "seconds": args.seconds, "per_class": args.per_class,
        "generated": args.generated, "steps": args.steps, "batch": BATCH,
    }  # fmt: skip
    rows = kept(args.out, settings) if args.resume else []

    def result() -> dict[str, Any]:
        return {"command": command("augmentation")} | settings | {"seeds": rows} | machine()

    for seed in range(args.seeds):
        if seed in [row["seed"] for row in rows]:
            continue
        reals = few(train, args.per_class, seed)
        own = dataclasses.replace(config, seed=seed)
        model, took = trained(args.folder / f"seed-{seed}", own, reals, args.seconds, args.resume)
        found = accuracies(reals, generated(model, args.generated, seed), test, args.steps, seed)
        gan = evaluate(model, args.data_dir, seed=seed)
        figures = {name + suffix: gan[name + suffix] for name in FIGURES for suffix in ("", "_real")}
        row = {"seed": seed, "nimg": model.card["nimg"], "cpu_seconds": took, "accuracy": found, "gan": figures}
        print(f"seed {seed}: " + ", ".join(f"{arm} {value:.2%}" for arm, value in found.items()), flush=True)
        rows.append(row)
        write_whole(args.out, (json.dumps(result(), allow_nan=False) + "\n").encode())
    print("\n" + table(result()))
    print(json.dumps(result(), allow_nan=False))


if __name__ == "__main__":
    with answering():
        main()
