"""MNIST and Fashion-MNIST: how good the models are, and every objective beside the others at the same budget.

`python -m bench.pictures [MODEL ...] [--samplings 5] [--resume]`; a MODEL is a shipped one or a run's folder, by
default all shipped ones of these data sets. Each is judged on 10,000 samples, several times over: Fréchet distance,
precision, recall, density and coverage on the features of the shipped judge, and the two-sample test on them, as in
`python -m gan evaluate`. For MNIST also the Fréchet distance to all training pictures on the plain judge of
`bench.recipes`. Then, on both sets, the small fully connected networks with each objective and its recommended
settings, on one thread. Seconds are CPU seconds of the training alone. `--out` is written after every row. Prints
tables and, last, one JSON object.
"""

import argparse
import dataclasses
import functools
import json
import math
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from bench.bars import judged
from bench.budget import recipe, samples_in
from bench.machine import command, machine
from bench.points import head, spread, trained
from bench.recipes import plain_features
from gan.commands.parsing import answering
from gan.data import sets
from gan.data.stored import Stored
from gan.errors import ConfigError
from gan.evaluation.evaluate import fakes, figures_of
from gan.files import write_whole
from gan.live.recipes import recommended
from gan.media.images import to_images
from gan.media.pictures import PICTURES
from gan.metrics.distances import frechet
from gan.models.checkpoint import load_model, shipped
from gan.models.model import Model
from gan.recipe.objectives import OBJECTIVES
from gan.training.runs import model_of

DATA = ("mnist", "fashion-mnist")
PLAIN = "mnist"  # the data set of the plain judge
RESULTS = Path(__file__).parent / "results" / "pictures.json"
FIGURES = ("frechet", "precision", "recall", "density", "coverage", "two_sample")
HEADS = ("Fréchet", "precision", "recall", "density", "coverage", "two-sample test")
# Features a times as large give a Fréchet distance a^2 times as large. On the judge behind the bar MNIST's test part
# scored 1.93 against the training part: figures are brought to its scale by what real data scores on each.
BAR_REAL = 1.93
# model -> (figure, bar, whether it is a floor)
BARS = {
    "mnist-style": (("plain", 5.0, False), ("two_sample", 0.65, False)),
    "fashion-style": (("coverage", 0.9, True),),
}

Row = dict[str, Any]


# ---- measuring --------------------------------------------------------------------------------------------------


@functools.cache
def parts(name: str) -> tuple[Stored, Stored]:
    """(training part, test part) of a data set."""
    train, test = sets.load(name), sets.load(name, train=False)
    assert isinstance(train, Stored)
    assert isinstance(test, Stored)
    return train, test


@functools.cache
def plain_reals() -> tuple[Tensor, float]:
    """(the plain judge's features of all training pictures, how far those of the test part are from them)."""
    train, test = parts(PLAIN)
    every = torch.cat([plain_features(to_images(rows)) for rows in train.rows.split(5_000)])
    return every, frechet(plain_features(to_images(test.rows)), every)


def figures(model: Model, seed: int, count: int = PICTURES.judged) -> Row:
    """What `count` samples of a model score; real data's figures under the same names + "_real"."""
    train, test = parts(model.config.data)
    fake, c = fakes(model, train, count, seed)
    found = figures_of(model, train, test, fake, c)
    row = {name + suffix: found[name + suffix] for name in FIGURES for suffix in ("", "_real")}
    if model.config.data == PLAIN:
        every, best = plain_reals()
        row |= {"plain": frechet(plain_features(fake), every), "plain_real": best}
    return row


def model_row(model: Model, seed: int) -> Row:
    """One sampling of a model."""
    named = {"model": model.name, "data": model.config.data, "sha256": model.card.get("sha256")}
    return named | {"sampling": seed} | figures(model, seed)


def objective_row(name: str, objective: str, seconds: float, seed: int) -> Row:
    """An objective with its recommended settings, whose decay ends with the budget; no figures if it diverged."""
    config = dataclasses.replace(recommended(name, objective), seed=seed)
    nimg = samples_in(seconds, config, sets.load(config.data))
    trainer, took = trained(dataclasses.replace(config, nimg=nimg), seconds)
    row = {"data": name, "objective": objective, "recipe": recipe(config), "seed": seed, "nimg": trainer.nimg}
    row["cpu_seconds"] = took
    return row | (figures(model_of(trainer, objective, took), seed) if trainer.finite() else {"diverged": True})


def models(names: Sequence[str]) -> list[Model]:
    """The models named; without a name all shipped ones of DATA.

    Raises:
        ConfigError: one named is of other data.
        ModelError: there is none of that name, or it is damaged.
    """
    found = [load_model(name) for name in names or shipped()]
    for model in found if names else ():
        if model.config.data not in DATA:
            raise ConfigError(f"{model.name} makes {model.config.data:.60}, and this bench is of {' and '.join(DATA)}")
    return [model for model in found if model.config.data in DATA]


# ---- telling ----------------------------------------------------------------------------------------------------


def told(rows: list[Row], key: str, scale: float = 1.0) -> str:
    """Mean and, of several rows, standard deviation of a figure; a two-sample test in percent."""
    share = key.startswith("two_sample")
    values: list[float] = [row[key] * scale * (100 if share else 1) for row in rows]
    digits = 1 if share else 2
    text = f"{statistics.mean(values):.{digits}f}"
    deviation = spread(values)
    text += f" ± {deviation:.{digits}f}" if len(set(values)) > 1 else ""
    return text + " %" * share


def cells(rows: list[Row], suffix: str = "") -> str:
    """A row's figures, FIGURES in turn."""
    return " | ".join(told(rows, name + suffix) for name in FIGURES)


def bar_scale(rows: list[Row]) -> float:
    """What takes a Fréchet distance on the plain judge to the scale of the bar."""
    return BAR_REAL / float(rows[0]["plain_real"])


def groups(rows: list[Row], key: str) -> dict[str, list[Row]]:
    """The rows by one of their values, in the order of their first."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


def models_table(rows: list[Row]) -> str:
    """Every model over its samplings, real data's figures below those of its data set."""
    lines = head("data", "model", "samplings", *HEADS)
    for name, mine in groups(rows, "data").items():
        for model, samplings in groups(mine, "model").items():
            lines.append(f"| `{name}` | `{model}` | {len(samplings)} | {cells(samplings)} |")
        lines.append(f"| `{name}` | real data | | {cells(mine[:1], '_real')} |")
    return "\n".join(lines)


def plain_table(rows: list[Row]) -> str:
    """MNIST on the plain judge, beside real data and on the scale of the bar."""
    lines = head("MNIST, plain judge", "Fréchet", "times real data's", f"where real data scores {BAR_REAL}")
    for model, mine in groups(rows, "model").items():
        ratio = told(mine, "plain", 1 / mine[0]["plain_real"])
        lines.append(f"| `{model}` | {told(mine, 'plain')} | {ratio} | {told(mine, 'plain', bar_scale(mine))} |")
    return "\n".join([*lines, f"| real data | {rows[0]['plain_real']:.2f} | 1.00 | {BAR_REAL} |"])


def objectives_table(name: str, rows: list[Row], seconds: float) -> str:
    """Every objective on a data set after the same CPU seconds."""
    keys = [*FIGURES, *(["plain"] if name == PLAIN else [])]
    lines = head("objective", "seeds", "images", *HEADS, *(["Fréchet, plain judge"] if name == PLAIN else []))
    for objective, mine in groups(rows, "objective").items():
        good = [row for row in mine if not row.get("diverged")]
        shown = " | ".join(told(good, key) if good else "diverged" for key in keys)
        images = statistics.mean(row["nimg"] for row in mine)
        seeds = str(len(mine)) if len(good) in (0, len(mine)) else f"{len(good)} of {len(mine)}, others diverged"
        lines.append(f"| `{objective}` | {seeds} | {images:,.0f} | {shown} |")
    for row in [row for row in rows if not row.get("diverged")][:1]:
        lines.append("| real data | | | " + " | ".join(told([row], f"{key}_real") for key in keys) + " |")
    said = f"`{name}`, each objective with its recommended settings after {seconds:g} CPU seconds:"
    return said + "\n\n" + "\n".join(lines)


def verdicts(rows: list[Row]) -> list[str]:
    """A sentence for each bar whose model was judged."""
    said = []
    for model, mine in groups(rows, "model").items():
        for key, bar, least in BARS.get(model, ()):
            value = statistics.mean(row[key] for row in mine)
            what = f"`{model}`: {dict(zip(FIGURES, HEADS, strict=True)).get(key)}"
            if key == "plain":
                beside = f"{value:.2f} beside real data's {mine[0]['plain_real']:.2f}"
                what = f"`{model}`: Fréchet distance on the plain judge {beside}, or, where that is {BAR_REAL},"
                value *= bar_scale(mine)
            said.append(judged(what, value, bar, ".1%" if key == "two_sample" else ".2f", least))
    return said


def table(results: dict[str, Any]) -> str:
    """The whole story in Markdown, of the JSON that this bench writes; a figure is mean ± standard deviation."""
    said = []
    if rows := results["models"]:
        said.append(models_table(rows))
        if plain := [row for row in rows if "plain" in row]:
            said.append(plain_table(plain))
        if bars := verdicts(rows):
            said.append("\n".join(f"- {bar}" for bar in bars))
    for name, mine in groups(results["objectives"], "data").items():
        said.append(objectives_table(name, mine, results["seconds"]))
    return "\n\n".join(said)


# ---- keeping ----------------------------------------------------------------------------------------------------


def kept(path: Path, found: Sequence[Model], seconds: float) -> dict[str, list[Row]]:
    """The rows of an earlier bench of the same models' weights and, of objectives, the same budget and recipe."""
    if not path.exists():
        return {"models": [], "objectives": []}
    old = json.loads(path.read_text())
    same = {(model.name, model.card.get("sha256")) for model in found if model.card.get("sha256")}
    return {
        "models": [row for row in old["models"] if (row["model"], row["sha256"]) in same],
        "objectives": [
            row
            for row in old["objectives"]
            if old["seconds"] == seconds and row.get("recipe") == recipe(recommended(row["data"], row["objective"]))
        ],
    }


def main() -> None:
    """Every model at every sampling, then every objective at its seeds, in turn."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("models", nargs="*", metavar="MODEL")
    p.add_argument("--samplings", type=int, default=5, help="of 10,000 each, of every model (default 5)")
    p.add_argument("--objectives", nargs="*", choices=list(OBJECTIVES), default=list(OBJECTIVES))
    p.add_argument("--seeds", type=int, default=3, help="of every objective (default 3)")
    p.add_argument("--seconds", type=float, default=60.0, help="CPU seconds for each objective (default 60)")
    p.add_argument("--out", type=Path, default=RESULTS, help="where the figures go, after every row")
    p.add_argument("--resume", action="store_true", help="keep the rows of --out that had these settings")
    args = p.parse_args()
    torch.set_num_threads(1)
    found = models(args.models)
    rows = kept(args.out, [*found, *models([])], args.seconds) if args.resume else {"models": [], "objectives": []}

    def result() -> dict[str, Any]:
        return {"command": command("pictures"), "seconds": args.seconds, "samples": PICTURES.judged} | rows | machine()

    def note(kind: str, row: Row) -> None:
        """Show a row and keep all so far."""
        seen = {key: round(value, 3) for key, value in row.items() if isinstance(value, float) and math.isfinite(value)}
        print(
            row.get("model") or f"{row['data']}, {row['objective']}",
            row.get("sampling", row.get("seed")),
            seen,
            flush=True,
        )
        rows[kind].append(row)
        write_whole(args.out, (json.dumps(result(), allow_nan=False) + "\n").encode())

    done = {(row["model"], row["sampling"]) for row in rows["models"]}
    done |= {(row["data"], row["objective"], row["seed"]) for row in rows["objectives"]}
    for seed in range(args.samplings):
        for model in found:
            if (model.name, seed) not in done:
                note("models", model_row(model, seed))
    for seed in range(args.seeds):
        for name in DATA:
            for objective in args.objectives:
                if (name, objective, seed) not in done:
                    note("objectives", objective_row(name, objective, args.seconds, seed))
    print("\n" + table(result()))
    print(json.dumps(result(), allow_nan=False))


if __name__ == "__main__":
    with answering():
        main()
