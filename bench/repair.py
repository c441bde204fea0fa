"""Repair of held-out pictures beside classical filters on the very same input.

`python -m bench.repair [MODEL ...] [--pictures 200] [--resume]`, on one thread. Each damage of
`gan.explore.damage.MEASURED_DAMAGES`, of pictures of 64 px some of them: PSNR, the mean of the pictures' own, and the
share whose class the judge names, of the classical filter that has the best PSNR and of the model. Of the first model
also several completions of a half: how many are shown, of how many classes the judge takes them, and whether the true
one is among these. `--out` is written after every piece of a model, and `--resume` goes on there. Prints tables and,
last, one JSON object.
"""

import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from bench.bars import judged
from bench.filters import fitting
from bench.invert import LIGHT, held_out, judge_of, model_by_model, recognised, score, share
from bench.points import head
from gan.commands.parsing import answering
from gan.explore.damage import MEASURED_DAMAGES, Damaged, Draw, half
from gan.explore.repair import WITHIN, repair, several
from gan.models.encoders import load_encoder
from gan.models.model import Model
from gan.networks.encoder import Encoder

MODELS = ("mnist-style", "fashion-style", "kanji-style-64", "faces-style-64")
TIMED, SEED = 4, 0
ANSWERED = 100  # pictures of which several answers are asked for: each takes seven fits
SOME = ("box", "half", "noise .2", "x4")  # damages of models that are not light
OPEN: dict[str, Draw] = {"half": half}  # damages that leave several answers
# model -> damage -> (floor of PSNR, floor of the share that is recognised)
BARS = {
    "mnist-style": {
        "box": (20.0, 0.94), "half": (17.0, 0.86), "strokes": (20.0, 0.89), "noise .5": (19.5, 0.97),
        "salt and pepper": (22.5, 0.96), "stains": (19.0, 0.88), "x4": (19.0, 0.95),
    },
    "fashion-style": {"box": (23.0, 0.88), "half": (18.5, 0.87), "x4": (18.4, 0.81)},
}  # fmt: skip
DISTINCT, AMONG, LONGEST = 1.8, 0.95, 150  # classes, share, milliseconds
Row = dict[str, Any]


def best_filter(model: Model, damaged: Damaged, images: Tensor, labels: Tensor | None) -> Row:
    """The classical filter with the best PSNR on these pictures, and its scores."""
    rows = [{"filter": name} | score(model, run(damaged), images, labels) for name, run in fitting(damaged).items()]
    return max(rows, key=lambda row: float(row["db"]))


def damage_row(model: Model, encoder: Encoder | None, name: str, images: Tensor, labels: Tensor | None) -> Row:
    """A damage of all pictures, repaired in both ways."""
    damaged = MEASURED_DAMAGES[name](images, torch.Generator().manual_seed(SEED))
    made = torch.cat([repair(model, damaged[at : at + 50], encoder).images for at in range(0, len(images), 50)])
    took = []
    for i in range(TIMED + 1):
        begun = time.process_time()
        repair(model, damaged[i : i + 1], encoder)
        took.append(1000 * (time.process_time() - begun))
    return {
        "damaged": score(model, damaged.pictures, images, labels),
        "classical": best_filter(model, damaged, images, labels), "model": score(model, made, images, labels),
        "ms": statistics.median(took[1:]),
    }  # fmt: skip


def answers_row(model: Model, encoder: Encoder | None, draw: Draw, images: Tensor, labels: Tensor) -> Row:
    """Several completions of every picture."""
    judge = judge_of(model.config.data)
    assert judge is not None
    damaged = draw(images, torch.Generator().manual_seed(SEED))
    shown, classes, among, within = [], [], [], []
    for i in range(len(images)):
        found = several(model, damaged[i : i + 1], encoder)
        with torch.inference_mode():
            named = judge(found.images.clone()).argmax(1)
        shown.append(len(named))
        classes.append(len(named.unique()))
        among.append(bool((named == labels[i]).any()))
        within.append(bool((found.errors <= WITHIN[0] * found.errors.min() + WITHIN[1]).all()))
    return {
        "shown": statistics.mean(shown), "classes": statistics.mean(classes), "among": statistics.mean(among),
        "within": statistics.mean(within),
    }  # fmt: skip


def measured(model: Model, row: Row) -> Iterator[Row]:
    """All of a model: its row, after each piece that was not in it."""
    images, labels = held_out(model.config.data, model.shape[1], row["pictures"])
    encoder = load_encoder(model, "repair")
    row = {"encoder": encoder is not None, "real": recognised(model, images, labels), "damages": {}} | row
    for name in MEASURED_DAMAGES if model.G.macs() <= LIGHT else SOME:
        if name not in row["damages"]:
            row["damages"][name] = damage_row(model, encoder, name, images, labels)
            yield row
    if model.name == MODELS[0] and labels is not None and "answers" not in row:
        few, theirs = images[:ANSWERED], labels[:ANSWERED]
        answers = {name: answers_row(model, encoder, draw, few, theirs) for name, draw in OPEN.items()}
        yield row | {"answers": answers}


# ---- telling ----------------------------------------------------------------------------------------------------


def cell(found: Row) -> str:
    """PSNR and, where somebody judges, the share that is recognised."""
    return f"{found['db']:.1f}" + (f" / {share(found['recognised'])}" if found["recognised"] is not None else "")


def damages_table(row: Row) -> str:
    """Every damage of a model."""
    lines = head("damage", "as given", "best classical filter", "the model", "CPU ms a picture")
    for name, found in row["damages"].items():
        classical = f"{found['classical']['filter']}: {cell(found['classical'])}"
        lines.append(
            f"| {name} | {cell(found['damaged'])} | {classical} | {cell(found['model'])} | {found['ms']:.0f} |"
        )
    return f"`{row['model']}`, {row['pictures']} held-out pictures, PSNR in dB / recognised:\n\n" + "\n".join(lines)


def answers_table(rows: list[Row]) -> str:
    """Several completions of one hole."""
    lines = head(f"several answers, {ANSWERED} pictures", "shown", "classes", "the true one among them")
    for row in rows:
        for name, found in row["answers"].items():
            lines.append(
                f"| `{row['model']}`, {name} | {found['shown']:.1f} | {found['classes']:.1f} | {found['among']:.1%} |"
            )
    return "\n".join(lines)


def bars(rows: list[Row]) -> list[str]:
    """A sentence for each bar."""
    said = []
    for row in rows:
        for name, (db, known) in BARS.get(row["model"], {}).items():
            found = row["damages"][name]["model"]
            said.append(judged(f"`{row['model']}`, {name}: PSNR", found["db"], db, ".1f", True))
            said.append(judged(f"`{row['model']}`, {name}: recognised", found["recognised"], known, ".1%", True))
        if row["model"] == MODELS[0]:
            slowest = max(found["ms"] for found in row["damages"].values())
            said.append(judged(f"`{row['model']}`, slowest repair: milliseconds", slowest, LONGEST, ".0f"))
            halves = row["answers"]["half"]
            said.append(
                judged(f"`{row['model']}`, half, several answers: classes", halves["classes"], DISTINCT, ".1f", True)
            )
            said.append(
                judged(f"`{row['model']}`, half: the true class among them", halves["among"], AMONG, ".1%", True)
            )
    return said


def table(results: Row) -> str:
    """The whole story in Markdown, of the JSON that this bench writes."""
    rows = results["models"]
    said = [damages_table(row) for row in rows]
    if several_rows := [row for row in rows if "answers" in row]:
        said.append(answers_table(several_rows))
    if found := bars(rows):
        said.append("\n".join(f"- {bar}" for bar in found))
    return "\n\n".join(said)


if __name__ == "__main__":
    with answering():
        model_by_model(None, sys.modules[__name__], "repair", damages_table)
