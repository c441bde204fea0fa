"""What the quick presets reach on one thread, whatever the seed: `python -m bench.presets [--seeds 12] [--resume]`.

`ring` and `grid`: the CPU seconds until every mode has its fair share, and PacGAN's figures at the end of the preset,
by the rule of `bench.pacgan`. `digits`: the figures after 5 CPU seconds and at the end. Seconds are CPU seconds of the
training alone. `--out` is written after every run; `--resume` keeps its runs of equal settings. Prints tables and,
last, one JSON object.
"""

import argparse
import dataclasses
import json
import math
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from bench import pacgan
from bench.bars import judged
from bench.machine import command, machine
from gan.data import sets
from gan.evaluation.evaluate import FIRST_SEED, evaluate
from gan.files import write_whole
from gan.latents import z_from_seeds
from gan.recipe.presets import PRESETS
from gan.training.runs import model_of
from gan.training.trainer import Trainer

RESULTS = Path(__file__).parent / "results" / "presets.json"
POINTS = ("ring", "grid")
QUICK = (*POINTS, "digits")
DIGITS_SECONDS = 5.0
EVERY = 200  # steps between two looks at the modes
CLOCK = 50  # and between two looks at the clock
SAMPLES = 2_500
BAR = 0.9  # of high quality at the worst seed; all its modes are to be fair

Row = dict[str, Any]


# ---- measuring --------------------------------------------------------------------------------------------------


def start(name: str, seed: int) -> Trainer:
    """A trainer of the preset with another seed."""
    config = dataclasses.replace(PRESETS[name], seed=seed)
    return Trainer(config, sets.load(config.data))


def stretches(trainer: Trainer, steps: int) -> Iterator[float]:
    """Train to the end of the run; every so many steps, the CPU seconds so far."""
    took = 0.0
    while trainer.nimg < trainer.config.nimg:
        begun = time.thread_time()
        for _ in range(steps):
            if trainer.nimg < trainer.config.nimg:
                trainer.step()
        took += time.thread_time() - begun
        yield took


@torch.no_grad()
def verdict(trainer: Trainer) -> pacgan.Verdict:
    """On SAMPLES points of G's average, drawn afresh for each seed."""
    first = FIRST_SEED + trainer.config.seed * 10**6
    points = trainer.G_ema(z_from_seeds(range(first, first + SAMPLES), trainer.config.z_dim))
    return pacgan.judge(points.numpy(), pacgan.MIXTURES[trainer.config.data])


def real(name: str) -> pacgan.Verdict:
    """On as many points of the data itself."""
    points = sets.load(name).sample(SAMPLES, torch.Generator().manual_seed(FIRST_SEED))
    return pacgan.judge(points.numpy(), pacgan.MIXTURES[name])


def points_row(name: str, seed: int) -> Row:
    """When all modes were fair for good, and the figures at the end."""
    trainer, since, took = start(name, seed), None, 0.0
    for took in stretches(trainer, EVERY):
        if verdict(trainer).fair < len(pacgan.MIXTURES[name].centres):
            since = None
        elif since is None:
            since = took
    row = {"preset": name, "seed": seed, "all_fair_after": since, "cpu_seconds": took}
    return row | dataclasses.asdict(verdict(trainer))


def digits_rows(seed: int) -> list[Row]:
    """The figures after five CPU seconds of training, and at the end."""
    rows: list[Row] = []
    trainer = start("digits", seed)
    for took in stretches(trainer, CLOCK):
        ended = trainer.nimg >= trainer.config.nimg
        if ended or (took >= DIGITS_SECONDS and not rows):
            found = evaluate(model_of(trainer, "digits", took))
            row = {"preset": "digits" if ended else f"digits, {DIGITS_SECONDS:g} s", "seed": seed, "cpu_seconds": took}
            rows.append(row | {key: found[key] for key in ("frechet", "frechet_real", "coverage", "coverage_real")})
    return rows


# ---- telling ----------------------------------------------------------------------------------------------------


def line(row: Row) -> str:
    """A run, as a row of the table by seed."""
    keys = ("all_fair_after", "modes", "fair", "high_quality", "reverse_kl", "frechet", "coverage")
    cells = [f"{row[k]:.3g}" if row.get(k) is not None else "" for k in keys]
    return f"| {row['preset']} | {row['seed']} | {row['cpu_seconds']:.0f} | " + " | ".join(cells) + " |"


def worst(rows: list[Row], key: str, form: str, least: bool) -> str:
    """The mean of a figure over the seeds, and that of the worst seed, the least or the most, with its number."""
    bad = (min if least else max)(rows, key=lambda row: row[key])
    return f"{statistics.mean(row[key] for row in rows):{form}}, {bad[key]:{form}} (seed {bad['seed']})"


def of(results: dict[str, Any], name: str) -> list[Row]:
    """The rows of a preset, or of a moment of it."""
    return [row for row in results["rows"] if row["preset"] == name]


def points_summary(results: dict[str, Any]) -> str:
    """A row for each preset of points: over all seeds, and at the worst."""
    heads = ["preset", "seeds", "CPU s, at most", "all fair after s, at most", "fair modes, at least"]
    heads += ["high quality: mean, worst", "reverse KL: mean, worst"]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for name in POINTS:
        if rows := of(results, name):
            total, data = len(pacgan.MIXTURES[name].centres), results["real"][name]
            after = [math.inf if row["all_fair_after"] is None else row["all_fair_after"] for row in rows]
            late = f"{max(after):.1f}" if math.isfinite(max(after)) else "never"
            seconds, fair = max(row["cpu_seconds"] for row in rows), min(row["fair"] for row in rows)
            told = f"{worst(rows, 'high_quality', '.1%', True)} | {worst(rows, 'reverse_kl', '.4f', False)}"
            lines.append(f"| `{name}` | {len(rows)} | {seconds:.0f} | {late} | {fair} of {total} | {told} |")
            told = f"{data['high_quality']:.1%} | {data['reverse_kl']:.4f}"
            lines.append(f"| real data of `{name}` | | | | {data['fair']} of {total} | {told} |")
    return "\n".join(lines if len(lines) > 2 else [])


def digits_summary(results: dict[str, Any]) -> str:
    """A row for each moment of `digits`: over all seeds, and at the worst."""
    lines = [
        "| preset | seeds | CPU s, at most | Fréchet: mean, worst | coverage: mean, worst |",
        "|---|---|---|---|---|",
    ]
    for name in (f"digits, {DIGITS_SECONDS:g} s", "digits"):
        if rows := of(results, name):
            lines.append(
                f"| {name} | {len(rows)} | {max(row['cpu_seconds'] for row in rows):.0f} | "
                f"{worst(rows, 'frechet', '.2f', False)} | {worst(rows, 'coverage', '.2f', True)} |"
            )
            told = f"{rows[0]['frechet_real']:.2f} | {rows[0]['coverage_real']:.2f}"
    return "\n".join([*lines, f"| real data | | | {told} |"] if len(lines) > 2 else [])


def verdicts(results: dict[str, Any]) -> list[str]:
    """A sentence for each bar of each preset of points that was run: at the worst seed all is to be well."""
    said = []
    for name in POINTS:
        if rows := of(results, name):
            fair, quality = (min(row[key] for row in rows) for key in ("fair", "high_quality"))
            total = len(pacgan.MIXTURES[name].centres)
            said.append("- " + judged(f"`{name}`, worst seed: fair modes", fair, total, "d", least=True))
            said.append("- " + judged(f"`{name}`, worst seed: high quality", quality, BAR, ".1%", least=True))
    return said


def summary(results: dict[str, Any]) -> str:
    """What docs/figures.md says: over all seeds, at the worst, and whether that is enough."""
    parts = [points_summary(results), "\n".join(verdicts(results)), digits_summary(results)]
    return "\n\n".join(filter(None, parts))


def table(results: dict[str, Any]) -> str:
    """The whole story in Markdown, of the JSON that this bench writes."""
    heads = ("preset", "seed", "CPU s", "all fair after s", "modes", "fair modes", "high quality", "reverse KL")
    by_seed = ["| " + " | ".join((*heads, "Fréchet", "coverage")) + " |", "|" + "---|" * (len(heads) + 2)]
    by_seed += [line(row) for name in QUICK for row in results["rows"] if row["preset"].partition(",")[0] == name]
    return "\n\n".join([summary(results), "By seed:", "\n".join(by_seed)])


# ---- keeping ----------------------------------------------------------------------------------------------------


def kept(path: Path, presets: dict[str, Any]) -> list[Row]:
    """The rows of an earlier bench whose preset is still that of today."""
    old = json.loads(path.read_text()) if path.exists() else {"presets": {}, "rows": []}
    same = {name for name, config in presets.items() if old["presets"].get(name) == config}
    return [row for row in old["rows"] if row["preset"].partition(",")[0] in same]


def main() -> None:
    """Every quick preset at every seed, in turn."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--seeds", type=int, default=12, help="of every preset (default 12)")
    p.add_argument("--only", nargs="*", choices=QUICK, default=QUICK, help="the presets to run")
    p.add_argument("--out", type=Path, default=RESULTS, help="where the figures go, after every run")
    p.add_argument("--resume", action="store_true", help="keep the runs of --out that had these settings")
    args = p.parse_args()
    torch.set_num_threads(1)
    presets = {name: PRESETS[name].to_dict() for name in QUICK}
    data = {name: dataclasses.asdict(real(name)) for name in POINTS}
    rows = kept(args.out, presets) if args.resume else []

    def result() -> dict[str, Any]:
        return {"command": command("presets"), "presets": presets, "rows": rows, "real": data} | machine()

    done = {(row["preset"], row["seed"]) for row in rows}
    for seed in range(args.seeds):
        for name in args.only:
            if (name, seed) in done:
                continue
            for row in [points_row(name, seed)] if name in POINTS else digits_rows(seed):
                print(line(row), flush=True)
                rows.append(row)
            write_whole(args.out, (json.dumps(result(), allow_nan=False) + "\n").encode())
    print("\n" + table(result()))
    print(json.dumps(result(), allow_nan=False))


if __name__ == "__main__":
    main()
