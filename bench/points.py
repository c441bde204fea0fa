"""PacGAN's two mixtures: what the best presets reach, and every objective beside the others at the same budget.

`python -m bench.points [--seeds 10] [--resume]`. 2,500 samples of each run's average, drawn afresh for each seed; high
quality is within 3 standard deviations of a mode, and a mode counts from its first such sample, as PacGAN has it; it is
fair from a fifth of its equal share. Seconds are CPU seconds of the training alone. `--out` is written after every
run; `--resume` keeps its runs of equal settings. Prints tables and, last, one JSON object.
"""

import argparse
import dataclasses
import json
import math
import statistics
import time
from pathlib import Path
from typing import Any

import torch

from bench.bars import judged
from bench.budget import recipe, samples_in
from bench.machine import command, machine
from gan.data import sets
from gan.data.points import Points
from gan.evaluation.evaluate import FIRST_SEED
from gan.files import write_whole
from gan.latents import z_from_seeds
from gan.live.recipes import recommended
from gan.media.points import POINTS
from gan.metrics.modes import mode_report
from gan.recipe.config import TrainConfig
from gan.recipe.objectives import OBJECTIVES
from gan.recipe.presets import PRESETS
from gan.training.trainer import Trainer

DATA = {"ring": "ring-best", "grid": "grid-best"}
RESULTS = Path(__file__).parent / "results" / "points.json"
EVERY = 50  # steps between two looks at the clock
FIGURES = ("modes", "fair", "high_quality", "reverse_kl")
# (name, modes, share of high quality, reverse KL), means of 10 trials: Lin et al. 2018, arXiv:1712.04086, section 4.1.
PUBLISHED: dict[str, tuple[tuple[str, float, float, float], ...]] = {
    "ring": (
        ("GAN", 6.3, 0.982, 0.45), ("PacGAN2", 7.9, 0.956, 0.07), ("PacGAN3", 7.8, 0.977, 0.10),
        ("PacGAN4", 7.8, 0.959, 0.07),
    ),
    "grid": (
        ("GAN", 17.3, 0.948, 0.70), ("PacGAN2", 23.8, 0.913, 0.13), ("PacGAN3", 24.6, 0.942, 0.06),
        ("PacGAN4", 24.8, 0.936, 0.04),
    ),
}  # fmt: skip

# (what, figure, bar, whether it is a floor, format) for the mean over seeds, but for the seconds, of the slowest
BARS = (
    ("fair modes", "fair", None, True, ".1f"), ("high quality", "high_quality", 0.97, True, ".1%"),
    ("reverse KL", "reverse_kl", 0.01, False, ".4f"), ("CPU seconds, at most", "cpu_seconds", 300.0, False, ".0f"),
)  # fmt: skip

Row = dict[str, Any]


# ---- measuring --------------------------------------------------------------------------------------------------


def trained(config: TrainConfig, seconds: float = math.inf) -> tuple[Trainer, float]:
    """A run at its end, or after about so many CPU seconds; and how many it took."""
    trainer, begun, took = Trainer(config, sets.load(config.data)), time.thread_time(), 0.0
    while trainer.nimg < config.nimg and took < seconds:
        for _ in range(EVERY):
            trainer.step()
        took = time.thread_time() - begun
    return trainer, took


@torch.no_grad()
def figures(trainer: Trainer, seconds: float) -> Row:
    """What a run scores, and as many real samples under the same names + "_real"; null for a KL of no good sample."""
    config, reals = trainer.config, trainer.data
    assert isinstance(reals, Points)
    assert reals.centres is not None
    first = FIRST_SEED + config.seed * 10**6
    fake = trainer.G_ema(z_from_seeds(range(first, first + POINTS.judged), config.z_dim))
    real = reals.sample(POINTS.judged, torch.Generator().manual_seed(first))
    row: Row = {"steps": trainer.nimg // config.batch // config.d_steps, "cpu_seconds": seconds}
    for suffix, points in {"": fake, "_real": real}.items():
        report = dataclasses.asdict(mode_report(points, reals.centres, reals.std))
        row |= {key + suffix: report[key] if math.isfinite(report[key]) else None for key in FIGURES}
    return row


def best_row(name: str, seed: int) -> Row:
    """A data set's best preset to its end."""
    config = dataclasses.replace(PRESETS[DATA[name]], seed=seed)
    return {"data": name, "preset": DATA[name], "seed": seed} | figures(*trained(config))


def objective_row(name: str, objective: str, seconds: float, seed: int) -> Row:
    """An objective with its recommended settings; a decay of its rates ends with the budget."""
    config = dataclasses.replace(recommended(name, objective), seed=seed)
    nimg = samples_in(seconds, config, sets.load(config.data))
    trainer, took = trained(dataclasses.replace(config, nimg=nimg), seconds)
    named = {"data": name, "objective": objective, "recipe": recipe(config), "seed": seed}
    return named | figures(trainer, took)


# ---- telling ----------------------------------------------------------------------------------------------------


def spread(values: list[float]) -> float:
    """The standard deviation of a sample; 0 for one value."""
    return statistics.stdev(values) if len(values) > 1 else 0.0


def cells(rows: list[Row], suffix: str = "") -> str:
    """Means over seeds, each with its spread: modes, fair, high quality, reverse KL."""
    said = []
    for key in FIGURES:
        values = [math.inf if row[key + suffix] is None else row[key + suffix] for row in rows]
        if not all(map(math.isfinite, values)):
            said.append("∞")
            continue
        mean, deviation = statistics.mean(values), spread(values)
        share = key == "high_quality"
        digits = 4 if key == "reverse_kl" else 1
        scale = 100 if share else 1
        text = f"{mean * scale:.{digits}f}" + (f" ± {deviation * scale:.{digits}f}" if len(values) > 1 else "")
        said.append(text + " %" * share)
    return " | ".join(said)


def head(*names: str) -> list[str]:
    """The first two lines of a table."""
    return ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]


def line(row: Row) -> str:
    """A run, as a row of the table by seed."""
    name = row.get("preset") or f"{row['data']}, {row['objective']}"
    return f"| `{name}` | {row['seed']} | {row['steps']:,} | {row['cpu_seconds']:.0f} | {cells([row])} |"


def best_table(rows: list[Row]) -> str:
    """The best presets over all their seeds, real data and PacGAN's figures beside them."""
    lines = head("data", "by", "seeds", "CPU s a seed", "modes", "fair modes", "high quality", "reverse KL")
    for name, preset in DATA.items():
        mine = [row for row in rows if row["data"] == name]
        if not mine:
            continue
        seconds = [row["cpu_seconds"] for row in mine]
        took = f"{statistics.mean(seconds):.0f}, at most {max(seconds):.0f}"
        lines.append(f"| `{name}` | **`{preset}`** | {len(mine)} | {took} | {cells(mine)} |")
        lines.append(f"| `{name}` | real data | {len(mine)} | | {cells(mine, '_real')} |")
        for other, modes, quality, kl in PUBLISHED[name]:
            lines.append(f"| `{name}` | {other}, published | 10 | | {modes} | | {quality * 100:.1f} % | {kl:.2f} |")
    return "\n".join(lines)


def objectives_table(rows: list[Row], seconds: float) -> str:
    """Every objective on every data set after the same CPU seconds."""
    lines = head("data", "objective", "seeds", "steps", "modes", "fair modes", "high quality", "reverse KL")
    for name in DATA:
        for objective in OBJECTIVES:
            mine = [row for row in rows if (row["data"], row["objective"]) == (name, objective)]
            if mine:
                steps = statistics.mean(row["steps"] for row in mine)
                lines.append(f"| `{name}` | `{objective}` | {len(mine)} | {steps:,.0f} | {cells(mine)} |")
    return f"Each objective with its recommended settings after {seconds:g} CPU seconds:\n\n" + "\n".join(lines)


def verdicts(rows: list[Row]) -> list[str]:
    """A sentence for each bar of each data set that was trained on; all its modes are to be fair."""
    said = []
    for name, preset in DATA.items():
        mine = [row for row in rows if row["data"] == name]
        for what, key, bar, least, form in BARS if mine else ():
            values = [math.inf if row[key] is None else row[key] for row in mine]
            value = max(values) if key == "cpu_seconds" else statistics.mean(values)
            limit = mine[0]["fair_real"] if bar is None else bar
            said.append("- " + judged(f"`{preset}`: {what}", value, limit, form, least))
    return said


def table(results: dict[str, Any]) -> str:
    """The whole story in Markdown, of the JSON that this bench writes; a figure is mean ± standard deviation."""
    parts = []
    if results["best"]:
        by_seed = head("preset", "seed", "steps", "CPU s", "modes", "fair modes", "high quality", "reverse KL")
        parts.append(best_table(results["best"]))
        parts.append("\n".join(verdicts(results["best"])))
        parts.append("By seed:\n\n" + "\n".join([*by_seed, *map(line, results["best"])]))
    if results["objectives"]:
        parts.append(objectives_table(results["objectives"], results["seconds"]))
    return "\n\n".join(parts)


# ---- keeping ----------------------------------------------------------------------------------------------------


def kept(path: Path, settings: dict[str, Any]) -> dict[str, list[Row]]:
    """The rows of an earlier bench whose preset, or whose budget and recipe, are still those of today."""
    if not path.exists():
        return {"best": [], "objectives": []}
    old = json.loads(path.read_text())
    same = [name for name, config in settings["presets"].items() if old["presets"].get(name) == config]
    return {
        "best": [row for row in old["best"] if row["preset"] in same],
        "objectives": [
            row
            for row in old["objectives"]
            if old["seconds"] == settings["seconds"]
            and row.get("recipe") == recipe(recommended(row["data"], row["objective"]))
        ],
    }


def main() -> None:
    """The best presets at every seed, then every objective at its seeds, in turn."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--seeds", type=int, default=10, help="of the best presets (default 10)")
    p.add_argument("--data", nargs="*", choices=list(DATA), default=list(DATA))
    p.add_argument("--objectives", nargs="*", choices=list(OBJECTIVES), default=list(OBJECTIVES))
    p.add_argument("--objective-seeds", type=int, default=3, help="of every objective (default 3)")
    p.add_argument("--seconds", type=float, default=20.0, help="CPU seconds for each objective (default 20)")
    p.add_argument("--out", type=Path, default=RESULTS, help="where the figures go, after every run")
    p.add_argument("--resume", action="store_true", help="keep the runs of --out that had these settings")
    args = p.parse_args()
    torch.set_num_threads(1)
    settings = {"seconds": args.seconds, "presets": {name: PRESETS[name].to_dict() for name in DATA.values()}}
    rows = kept(args.out, settings) if args.resume else {"best": [], "objectives": []}

    def note(kind: str, row: Row) -> None:
        """Show a row and keep all so far."""
        print(line(row), flush=True)
        rows[kind].append(row)
        write_whole(args.out, (json.dumps(result(), allow_nan=False) + "\n").encode())

    def result() -> dict[str, Any]:
        return {"command": command("points")} | settings | rows | machine()

    done = {(row["data"], row.get("objective"), row["seed"]) for row in rows["best"] + rows["objectives"]}
    for seed in range(args.seeds):
        for name in args.data:
            if (name, None, seed) not in done:
                note("best", best_row(name, seed))
    for seed in range(args.objective_seeds):
        for name in args.data:
            for objective in args.objectives:
                if (name, objective, seed) not in done:
                    note("objectives", objective_row(name, objective, args.seconds, seed))
    print("\n" + table(result()))
    print(json.dumps(result(), allow_nan=False))


if __name__ == "__main__":
    main()
