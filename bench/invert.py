"""Inversion of held-out pictures: how near, how fast, and what becomes of it when it is changed.

`python -m bench.invert [MODEL ...] [--pictures 200] [--resume]`, on one thread. For each model: the encoder alone, "the
encoder again", steps of L-BFGS from its guess, from the nearest of many samples and, without an encoder, from the mean
w; PSNR is the mean of the pictures' own, *recognised* the share whose class the judge names. Then directions are
followed by 2 standard deviations to either side: *kept* is the share of pictures that the judge takes for the same
class as before, *sure* the mean probability of the class that it names. Of MNIST also drawings of eight kinds by a pen,
made from the middle lines of held-out digits. `--out` is written after every piece of a model, and `--resume` goes on
there. Prints tables and, last, one JSON object.
"""

import argparse
import functools
import hashlib
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from bench.bars import judged
from bench.judge import shift
from bench.judge import train as train_judge
from bench.machine import command, machine
from bench.points import head
from gan.commands.parsing import answering
from gan.data import sets
from gan.data.pictures import fit as resized
from gan.data.stored import Stored, shuffled
from gan.explore.invert import (
    again,
    fit,
    images_of,
    invert,
)
from gan.files import write_whole
from gan.media.images import to_images
from gan.metrics.distances import psnr
from gan.models.checkpoint import load_model
from gan.models.encoders import Kind, encoder_path, load_encoder
from gan.models.judges import load_judge
from gan.models.model import Model
from gan.networks.encoder import Encoder
from gan.networks.ws import as_ws, from_ws
from gan.training.pen import FRAMINGS, Handwriting, drawn, framed, middle_lines, moved, still

MODELS = ("mnist-style", "fashion-style", "kanji-style-64", "faces-style-64", "mnist-dcgan", "mnist-mlp",
          "fashion-dcgan", "digits-mlp")  # fmt: skip
EDITED = ("mnist-style", "fashion-style", "kanji-style-64")
# What is changed, by the way that leads to it.
CHANGED = {"25 steps, as the page takes": "faithful", "easy to change, 50 steps": "easy to change"}
RESULTS = Path(__file__).parent / "results"
PICTURES, TIMED, SEED = 200, 5, 0
DIRECTIONS, FAR = 6, 2.0  # that are followed, and how many standard deviations
LIGHT = 20e6  # multiply-adds of a picture, above which 200 steps of so many pictures take minutes
JUDGE_SIDE, EPOCHS = 32, 5  # of a judge that is trained here: pixels, and rounds through the pictures
KINDS = ("thin", "thick", "small", "large", "shifted", "turned", "wobbly", "all")
# (figure of `mnist-style`, row, column, floor)
BARS = (
    ("the encoder alone", "db", 21.5), ("the encoder alone", "recognised", 0.98), ("50 steps", "db", 29.5),
    ("200 steps", "db", 35.0),
)  # fmt: skip
Row = dict[str, Any]


# ---- pictures and who judges them -----------------------------------------------------------------------------------


@functools.cache
def held_out(name: str, side: int, count: int) -> tuple[Tensor, Tensor | None]:
    """(images [count, C, R, R] of the test part of a data set, drawn over all of it, their labels if there are any)."""
    test = sets.load(name, train=False, resolution=side)
    assert isinstance(test, Stored)
    rows = shuffled(test.size)[:count]
    return to_images(resized(test.rows[rows], side)), None if test.labels is None else test.labels[rows]


@functools.cache
def judge_of(name: str) -> Callable[[Tensor], Tensor] | None:
    """Images -> class logits: the shipped judge of a data set; of others with classes one that is trained here."""
    shipped = load_judge(name)
    if shipped is not None:
        return shipped
    data = sets.load(name)
    assert isinstance(data, Stored)
    if data.labels is None or len(data.classes) < 2 or data.shape[0] != 1:
        return None
    small = Stored(resized(data.rows, JUDGE_SIDE), data.labels, data.classes)
    judge = train_judge(small, EPOCHS, shift)

    def logits(images: Tensor) -> Tensor:
        return judge(nn.functional.interpolate(images, size=(JUDGE_SIDE, JUDGE_SIDE), mode="area"))

    return logits


def recognised(model: Model, images: Tensor, labels: Tensor | None) -> float | None:
    """The share of images whose class the judge names; None where nobody judges."""
    judge = judge_of(model.config.data)
    if judge is None or labels is None:
        return None
    with torch.inference_mode():
        return (judge(images.clone()).argmax(1) == labels).float().mean().item()


def score(model: Model, made: Tensor, images: Tensor, labels: Tensor | None) -> Row:
    """How near pictures are to those that they shall be."""
    return {"db": psnr(made, images).mean().item(), "recognised": recognised(model, made, labels)}


# ---- measuring --------------------------------------------------------------------------------------------------


def milliseconds(work: Callable[[Tensor], Any], images: Tensor) -> float:
    """CPU milliseconds of a single picture, the median of a few: other work on the machine does not count."""
    took = []
    for image in images[: TIMED + 1]:
        begun = time.process_time()
        work(image[None])
        took.append(1000 * (time.process_time() - begun))
    return statistics.median(took[1:])  # the first one warms up


def ways(model: Model, encoder: Encoder, images: Tensor) -> dict[str, Callable[[Tensor], Tensor]]:
    """Every way from images to ws, by its name."""
    mean = model.w_spread[0]

    def from_mean(part: Tensor, steps: int) -> Tensor:
        start = as_ws(model.G, mean.expand(len(part), -1))
        return fit(model, start, part, torch.ones(1, 1, 1, 1).expand_as(part[:1, :1]), steps=steps)[0]

    def repeatedly(part: Tensor, times: int) -> Tensor:
        ws = encoder(part)
        for _ in range(times):
            ws = again(model, encoder, part, ws)
        return ws

    found: dict[str, Callable[[Tensor], Tensor]] = {
        "the encoder alone": encoder,
        "the encoder again": lambda part: repeatedly(part, 1),
        "the encoder again, 4 times": lambda part: repeatedly(part, 4),
        "25 steps, as the page takes": lambda part: invert(model, part, encoder, steps=25)[0],
        "50 steps": lambda part: invert(model, part, encoder, steps=50)[0],
        "200 steps": lambda part: invert(model, part, encoder, steps=200)[0],
        "easy to change, 50 steps": lambda part: invert(model, part, encoder, "easy", steps=50)[0],
        "without an encoder, from the mean, 50 steps": lambda part: from_mean(part, 50),
    }
    if model.G.macs() > LIGHT:
        return {name: way for name, way in found.items() if "200" not in name and "4 times" not in name}
    return found


def changed(model: Model, ws: Tensor) -> Row:
    """What the judge says of ws that follow each direction to either side."""
    judge = judge_of(model.config.data)
    assert judge is not None
    with torch.inference_mode():
        before = judge(images_of(model, ws)).argmax(1)
        kept, sure = [], []
        for k in range(min(DIRECTIONS, len(model.directions))):
            for far in (-FAR, FAR):
                logits = judge(images_of(model, ws + far * model.sigmas[k] * model.directions[k]))
                kept.append((logits.argmax(1) == before).float().mean())
                sure.append(logits.softmax(1).amax(1).mean())
    return {"kept": torch.stack(kept).mean().item(), "sure": torch.stack(sure).mean().item()}


def own_pictures(model: Model, count: int) -> Tensor:
    """ws [count, num_ws, w_dim] that the model draws itself."""
    z = torch.randn(count, model.G.z_dim, generator=torch.Generator().manual_seed(SEED))
    with torch.no_grad():
        return as_ws(model.G, model.G.mapping(z, torch.arange(count) % model.G.classes if model.G.classes else None))


def handwriting_of(kind: str, count: int, generator: torch.Generator) -> Handwriting:
    """A handwriting of a kind."""

    def signed(low: float, high: float) -> Tensor:
        size = low + (high - low) * torch.rand(count, generator=generator)
        return size * (torch.randint(2, (count,), generator=generator) * 2 - 1)

    def unsigned(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, generator=generator)

    usual = still(count, torch.zeros(count))
    found = dict(vars(usual))
    every = kind == "all"
    if kind == "thin":
        found["radius"] = unsigned(0.015, 0.025)
    if kind == "thick":
        found["radius"] = unsigned(0.07, 0.09)
    if every:
        found["radius"] = unsigned(0.02, 0.08)
    if kind == "small":
        found["size"] = unsigned(0.45, 0.6)
    if kind == "large":
        found["size"] = unsigned(1.2, 1.35)
    if every:
        found["size"] = unsigned(0.5, 1.3)
    if kind == "shifted" or every:
        found["x"], found["y"] = signed(0.05, 0.14), signed(0.05, 0.14)
    if kind == "turned" or every:
        found["tilt"] = signed(0.15, 0.4)
    if kind == "wobbly" or every:
        found["wobble"] = unsigned(0.01, 0.025)
    return Handwriting(**found)


def drawing_rows(model: Model, encoder: Encoder, count: int) -> dict[str, Row]:
    """Of each kind of drawing: how many the judge recognises, as drawn and framed, and in G's answers to both."""
    images, labels = held_out(model.config.data, model.shape[1], count)
    points, mask = middle_lines(images)
    generator, side, framing = torch.Generator().manual_seed(SEED), model.shape[1], FRAMINGS[model.config.data]
    rows = {}
    for kind in KINDS:
        writing = handwriting_of(kind, count, generator)
        lines = moved(points, writing, generator)
        raw = drawn(lines, writing.radius, side)
        neat = drawn(*framed(lines, mask, writing.radius, framing), side)
        with torch.inference_mode():
            answers = [model.G.synthesis(from_ws(model.G, encoder(seen))) for seen in (raw, neat)]
        found = [recognised(model, seen, labels) for seen in (neat, *answers)]
        rows[kind] = dict(zip(("framed", "answer_raw", "answer"), found, strict=True))
    return rows


def files_of(model: Model, kind: Kind) -> list[str]:
    """SHA-256 of a model's file, by its card, and of its encoder's."""
    assert model.path is not None
    path = encoder_path(model.path, kind)
    own = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return [str(model.card.get("sha256")), own]


def begun(rows: list[Row], model: Model, kind: Kind, count: int) -> Row:
    """The row of an earlier bench, if it is of these very files and as many pictures; else one that is empty."""
    wanted = {"model": model.name, "files": files_of(model, kind), "pictures": count, "seed": SEED}
    return next((row for row in rows if wanted.items() <= row.items()), wanted)


def measured(model: Model, row: Row) -> Iterator[Row]:
    """All of a model: its row, after each piece that was not in it."""
    encoder = load_encoder(model)
    assert encoder is not None, f"{model.name} has no encoder"
    images, labels = held_out(model.config.data, model.shape[1], row["pictures"])
    row = {"real": recognised(model, images, labels), "ways": {}} | row
    for name, way in ways(model, encoder, images).items():
        if name not in row["ways"]:
            ws = way(images).detach()
            found = score(model, images_of(model, ws), images, labels) | {"ms": milliseconds(way, images)}
            if model.name in EDITED and name in CHANGED:
                own = {"the model's own": changed(model, own_pictures(model, row["pictures"]))}
                row["changed"] = own | row.get("changed", {}) | {CHANGED[name]: changed(model, ws)}
            row["ways"][name] = found
            yield row
    if model.config.data == "mnist" and "drawings" not in row:
        yield row | {"drawings": drawing_rows(model, encoder, row["pictures"])}


# ---- telling ----------------------------------------------------------------------------------------------------


def share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def ways_table(row: Row) -> str:
    """How near and how fast, of a model."""
    real = f"; the judge recognises {row['real']:.1%} of the pictures themselves" if row["real"] else ""
    lines = head("way", "PSNR, dB", "recognised", "CPU ms a picture")
    for name, found in row["ways"].items():
        lines.append(f"| {name} | {found['db']:.1f} | {share(found['recognised'])} | {found['ms']:.0f} |")
    return f"`{row['model']}`, {row['pictures']} held-out pictures{real}:\n\n" + "\n".join(lines)


def changed_table(rows: list[Row]) -> str:
    """What becomes of inverted pictures that are changed."""
    lines = head("changed by 2 standard deviations", *(f"`{row['model']}`: class kept, judge sure" for row in rows))
    for name in rows[0]["changed"]:
        found = (row["changed"].get(name) for row in rows)  # a bench that was interrupted lacks some
        told = (f"{one['kept']:.2f}, {one['sure']:.2f}" if one else "" for one in found)
        lines.append(f"| {name} | {' | '.join(told)} |")
    return "\n".join(lines)


def drawings_table(rows: list[Row]) -> str:
    """Whether drawings of a pen are understood."""
    lines = head("drawing", "recognised itself", *(f"answer of `{row['model']}` (unframed)" for row in rows))
    for kind in KINDS:
        told = (f"{row['drawings'][kind]['answer']:.1%} ({row['drawings'][kind]['answer_raw']:.1%})" for row in rows)
        lines.append(f"| {kind} | {rows[0]['drawings'][kind]['framed']:.1%} | {' | '.join(told)} |")
    means = (f"{statistics.mean(found['answer'] for found in row['drawings'].values()):.1%}" for row in rows)
    return "\n".join([*lines, f"| mean | | {' | '.join(means)} |"])


def bars(rows: list[Row]) -> list[str]:
    """A sentence for each bar."""
    said = []
    for row in rows:
        if row["model"] != MODELS[0]:
            continue
        for way, key, floor in BARS:
            what = f"`{row['model']}`, {way}: {'PSNR' if key == 'db' else 'recognised'}"
            said.append(judged(what, row["ways"][way][key], floor, ".1f" if key == "db" else ".1%", True))
        for name, kept, sure in (("easy to change", 0.95, 0.8), ("faithful", 0.93, None)):
            found = row["changed"][name]
            said.append(judged(f"`{row['model']}`, {name}: class kept", found["kept"], kept, ".2f", True))
            if sure:
                said.append(judged(f"`{row['model']}`, {name}: judge sure", found["sure"], sure, ".2f", True))
        mean = statistics.mean(found["answer"] for found in row["drawings"].values())
        said.append(judged(f"`{row['model']}`, drawings: answers recognised", mean, 0.93, ".1%", True))
    return said


def table(results: Row) -> str:
    """The whole story in Markdown, of the JSON that this bench writes."""
    rows = results["models"]
    said = [ways_table(row) for row in rows]
    if edited := [row for row in rows if "changed" in row]:
        said.append(changed_table(edited))
    if drawing := [row for row in rows if "drawings" in row]:
        said.append(drawings_table(drawing))
    if found := bars(rows):
        said.append("\n".join(f"- {bar}" for bar in found))
    return "\n\n".join(said)


def model_by_model(argv: Sequence[str] | None, bench: ModuleType, kind: Kind, brief: Callable[[Row], str]) -> None:
    """What a bench of pictures of one's own does: measures its MODELS in turn, and writes all rows after each piece.

    Args:
        kind: of the encoder whose file a row that is gone on with must be of.
        brief: what is printed of a model once it is measured.
    """
    name, out = Path(str(bench.__file__)).stem, RESULTS / Path(str(bench.__file__)).with_suffix(".json").name
    p = argparse.ArgumentParser(prog=f"python -m bench.{name}", description=bench.__doc__)
    p.add_argument("models", nargs="*", metavar="MODEL", help=f"default: {', '.join(bench.MODELS)}")
    p.add_argument("--pictures", type=int, default=PICTURES, help=f"held-out ones (default {PICTURES})")
    p.add_argument("--out", type=Path, default=out, help="where the figures go, after every piece")
    p.add_argument("--resume", action="store_true", help="keep what --out has of the same files, and go on there")
    args = p.parse_args(argv)
    torch.set_num_threads(1)
    rows: list[Row] = json.loads(args.out.read_text())["models"] if args.resume and args.out.exists() else []
    result = {"command": command(name), "models": rows} | machine()
    for model in map(load_model, args.models or bench.MODELS):
        row = begun(rows, model, kind, args.pictures)
        others = [old for old in rows if old["model"] != model.name]
        for longer in bench.measured(model, row):
            row, rows = longer, sorted([*others, longer], key=lambda one: bench.MODELS.index(one["model"]))
            result = {"command": command(name), "models": rows} | machine()
            write_whole(args.out, (json.dumps(result) + "\n").encode())
        print(brief(row), flush=True)
    print("\n" + bench.table(result))
    print(json.dumps(result))


if __name__ == "__main__":
    with answering():
        model_by_model(None, sys.modules[__name__], "encoder", ways_table)
