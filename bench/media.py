"""What is no picture: `python -m bench.media [MODEL ...] [--samples 2000] [--seeds 3] [--live DATA]`, on one thread.

A MODEL is a shipped one or a run's folder; without any, all shipped ones of a medium in MEASURES. Each is drawn from
anew for every seed and measured as its medium is: by `gan evaluate`, and by what its file in `media_figures` has
besides, with held-out real samples and a plain model of the same data beside it. `--live` trains the live recipe of a
data set for 15 CPU seconds, or as many as `--seconds` says, with each seed instead, and measures what a live run
watches. Prints tables and, last, one
JSON object; what `--out` held of others stays in it.
"""

import argparse
import dataclasses
import json
import math
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from bench.machine import command, machine
from bench.media_figures import MEASURES, Bar
from bench.points import head
from gan.commands.parsing import answering
from gan.data import sets
from gan.data.stored import Stored
from gan.errors import ConfigError
from gan.evaluation.evaluate import FIRST_SEED, evaluate
from gan.files import write_whole
from gan.latents import z_from_seeds
from gan.live.recipes import BEGUN, DEFAULT_OBJECTIVE, STARTS, recommended
from gan.models.checkpoint import load_model, shipped
from gan.models.model import Model
from gan.training.runs import model_of
from gan.training.trainer import Trainer

RESULTS = Path(__file__).parent / "results" / "media.json"
SAMPLES, SEEDS = 2_000, 3
LIVE = 15.0  # CPU seconds of a live run, after which one looks
BESIDE = ("", "_real", "_baseline")  # of a figure: the model's, held-out reals', a plain model's

Row = dict[str, Any]


def measured(model: Model, count: int, seeds: Sequence[int]) -> Row:
    """Every figure of a model, [mean, half of its range] over the seeds.

    Raises:
        ConfigError: its medium is not measured here.
    """
    measure = MEASURES.get(model.medium.name)
    if measure is None:
        raise ConfigError(f"{model.name} makes {model.medium.noun}, which are not measured here")
    runs = [evaluate(model, count=count, seed=seed) | measure.besides(model, count, seed) for seed in seeds]
    numbers = [{name: value for name, value in run.items() if isinstance(value, int | float)} for run in runs]
    figures = {name: spread([run[name] for run in numbers]) for name in numbers[0] if name != "samples"}
    return {
        "medium": model.medium.name, "samples": count, "seeds": list(seeds), "nimg": model.card.get("nimg"),
        "trained_seconds": model.card.get("seconds"), "macs": model.G.macs(), "figures": figures,
    }  # fmt: skip


def trained_live(name: str, count: int, seeds: Sequence[int], seconds: float = LIVE) -> Row:
    """What a live run watches after some CPU seconds of training by its recipe, [mean, half of its range].

    It begins as on the page. What a judge sees in the frames of clips is measured, too.

    Raises:
        ConfigError: a run on this data is not live, or watches nothing.
    """
    config = recommended(name, DEFAULT_OBJECTIVE)
    start = load_model(STARTS[name]) if name in BEGUN else None
    data = sets.load_here(name)
    if not isinstance(data, Stored) or data.medium.watching is None:
        raise ConfigError(f"a live run on {name} watches no figures of its own")
    watch, runs, seen = data.medium.watching(data.rows, data.traits), [], []
    for seed in seeds:
        trainer = Trainer(dataclasses.replace(config, seed=seed), data, start=start)
        begun = time.process_time()
        while time.process_time() - begun < seconds:
            trainer.step()
        z = z_from_seeds(range(FIRST_SEED, FIRST_SEED + count), config.z_dim)
        c = torch.arange(count) % len(data.classes) if trainer.conditional else None
        with torch.inference_mode():
            watched = watch(trainer.G_ema(z, c))
        if sets.dataset(name).frames_of:
            watched |= MEASURES[data.medium.name].besides(model_of(trainer, f"live-{name}", seconds), count, seed)
        runs.append(watched)
        seen.append(trainer.nimg)
    figures = {key: spread([run[key] for run in runs]) for key in data.medium.watched if key in runs[0]}
    return {
        "medium": data.medium.name, "samples": count, "seeds": list(seeds), "cpu_seconds": seconds,
        "nimg": spread(seen), "figures": figures,
    }  # fmt: skip


def spread(values: Sequence[float]) -> list[float]:
    """[mean, half of the range] of a figure."""
    return [statistics.fmean(values), (max(values) - min(values)) / 2]


def told(figure: Sequence[float] | None) -> str:
    """A figure as people write it; "" where there is none."""
    if figure is None or math.isnan(figure[0]):
        return ""
    mean, half = figure
    return f"{mean:.3g}" + (f" ± {half:.2g}" if half else "")


def rows(row: Mapping[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """(figure, the model's, real samples', the plain model's, the bar) of each figure."""
    figures, bars = row["figures"], MEASURES[row["medium"]].bars
    names = [name for name in figures if not name.endswith(BESIDE[1:])]
    return [
        (name, *(told(figures.get(f"{name}{part}")) for part in BESIDE), verdict(bars.get(name), figures[name][0]))
        for name in sorted(names, key=lambda name: (name not in bars, list(bars).index(name) if name in bars else 0))
    ]


def verdict(bar: Bar | None, value: float) -> str:
    """What a figure is to reach and whether it does."""
    return "" if bar is None else f"{bar}: {'met' if bar.met(value) else 'missed'}"


def table(results: Mapping[str, Any]) -> str:
    """All models' figures as Markdown, then those of live runs."""
    parts = []
    for name, row in results.get("live", {}).items():
        seeds = ", ".join(map(str, row["seeds"]))
        parts.append(f"The live recipe of `{name}` after {row['cpu_seconds']:g} CPU seconds, seeds {seeds}:\n")
        parts += head("figure", "model")
        parts += [f"| {key} | {told(figure)} |" for key, figure in row["figures"].items()]
        parts.append("")
    for name, row in results["media"].items():
        parts.append(f"`{name}`, {row['samples']:,} samples, seeds {', '.join(map(str, row['seeds']))}:\n")
        parts += head("figure", "model", "real", "plain model", "bar")
        parts += [f"| {' | '.join(line)} |" for line in rows(row)]
        parts.append("")
    return "\n".join(parts).rstrip()


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", metavar="MODEL")
    parser.add_argument("--samples", type=int, default=SAMPLES)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--live", action="append", default=[], metavar="DATA")
    parser.add_argument("--seconds", type=float, default=LIVE)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    measurable = [] if args.live else [name for name in shipped() if load_model(name).medium.name in MEASURES]
    names = args.models or measurable
    before = json.loads(args.out.read_text()) if args.out and args.out.exists() else {}
    live = {name: trained_live(name, args.samples, range(args.seeds), args.seconds) for name in args.live}
    print(table({"media": {}, "live": live}), flush=True)
    found: dict[str, Row] = {}
    for name in names:
        model = load_model(name)
        found[model.name] = measured(model, args.samples, range(args.seeds))
        print(table({"media": {model.name: found[model.name]}}), flush=True)
    both = {key: before.get(key, {}) | own for key, own in (("media", found), ("live", live))}
    results = both | {"command": command("media")} | machine()
    if args.out:
        write_whole(args.out, (json.dumps(results) + "\n").encode())
    print(json.dumps(results))


if __name__ == "__main__":
    with answering():
        main()
