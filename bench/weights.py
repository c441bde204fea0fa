"""Write weights/README.md, a grid, command, time and figures of every shipped model: `python -m bench.weights`.

Nothing is trained or judged here: the figures are the cards'. Prints the table and, last, one JSON object.
"""

import io
import json
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from bench.machine import machine
from bench.points import head
from gan.evaluation.evaluate import LABELS, shown
from gan.explore.damage import shrunk
from gan.explore.portable import for_research
from gan.explore.render import classes_of, pictures, render
from gan.explore.translate import bicubic, translate
from gan.files import write_whole
from gan.latents import z_from_seeds
from gan.media.images import enlarge, grid, to_pixels, to_png
from gan.models.checkpoint import load_model, shipped, shipped_repairs
from gan.models.container import JUDGE, WEIGHTS, header
from gan.models.encoders import KINDS, encoder_path
from gan.models.model import Model
from gan.models.start import taken_of
from gan.recipe.presets import PRESETS
from gan.training.history import HISTORY
from gan.training.kept_films import about, film_path, read_film

ROWS = 4  # of a model's sheet
LARGE = {"scores": 5}  # media whose samples look like large pictures -> how many of them are in a row
REPAIR_FIGURES = {  # of a card -> what it is, and how it is written
    "psnr": ("PSNR, dB", ".2f"), "frechet": ("Fréchet distance", ".2f"),
    "recognised": ("recognised by the judge", ".1%"),
}  # fmt: skip
REPAIRED = 12  # pictures on the sheet of a repair
SAMPLES = {"faces": "faces-style-64", "kanji": "kanji-style-64"}  # whose samples these are: no real picture is shipped
DRAWN = 1_000  # colours at most of a sheet that is drawn, not made of photographs
NEAR = 0.7  # the psi of a second sheet of pictures: nearer to the mean
BEFORE = json.loads((Path(__file__).parent / "before.json").read_text())  # figures of pictures that were shipped before
SHOWN = ("frechet", "precision", "recall", "density", "coverage", "two_sample")
HEAD = """# Weights

Each model is two files: `NAME.safetensors` (the averaged generator G_ema and its critic D) and `NAME.json` (the card).
All were trained with `train.py` by a preset of the same name, on one thread of a 2-core machine without a GPU; the
seconds are the trainer's own, beside other work, so an idle machine needs fewer.

    python train.py --preset NAME --out runs/NAME
    python -m gan evaluate runs/NAME --json NAME.json
    python -m gan export runs/NAME --quality NAME.json --out weights/NAME

`NAME.encoder.safetensors` beside a model turns pictures into its latents, `NAME.repair.safetensors` damaged ones. Each
belongs to the very weights of its generator (below).

    python -m gan invert --train NAME [--repair] [--resume] --steps STEPS

`NAME-enlarge-64` enlarge pictures of 16 px (below). Their presets are called `NAME-enlarge`, their figures come of
`python -m bench.enlarge`.

`history/` holds films of trainings: of two small models the generator at some moments, of others the samples of 16
seeds at 23 or 24 moments of a run, `NAME.webp`. In that a row is a moment and a column a seed. The run may be a shorter
one than the model's own: the model's section says how long it was.

    python -m gan export runs/NAME --film weights/history/NAME.webp

Under which licence each file is, and its text: [LICENSES](LICENSES/README.md).

The figures compare 10,000 pictures with the test part on the features of a small classifier (below); precision,
recall, density and coverage take as many as the test part holds. *real* is the same figure for the training part.
Figures of other classifiers, and published FID, have another scale: compare a model with the real column only. The
MNIST files used here went through a mild tone curve, so these are not figures on the official files.

What is no picture has figures of its own, `python -m bench.media`, and a plain model of the same data beside it.

"""


def columns(model: Model) -> int:
    """Of its sheet: a column shows one class where there are any, as a seed's class is its number modulo theirs."""
    if model.medium.name in LARGE:
        return LARGE[model.medium.name]
    return len(model.classes) * max(1, 20 // len(model.classes)) if model.classes else 16


def facts(model: Model) -> list[str]:
    """A model's section; of what is no picture the figures are its medium's own, beside those of a plain model."""
    card, medium = model.card, model.medium
    quality: dict[str, Any] = card["quality"]
    names = SHOWN if medium.sized else [name for name in (*SHOWN, *medium.labels) if name in quality]
    columns_of = ("model", "real") if medium.sized else ("model", "real", "plain model")
    sizes = (WEIGHTS / f"{model.name}.safetensors").stat().st_size / 1e6
    lines = [
        f"## {model.name}", "",
        f"![{'Pictures' if medium.sized else 'Samples'} of {model.name}, seeds 0 to {ROWS * columns(model) - 1}]"
        f"({model.name}.png)", *near(model), "",
        f"{'Research weights: ' if for_research(model) else ''}{card['data']['label']}, {size_of(model)} "
        f"({card['data']['source']}; "
        f"licence: {card['data']['licence']}). "
        f"{card['nimg']:,} samples in {card['seconds']:,.0f} s{begun(model)}, {sizes:.1f} MB, {card['made']}.", "",
        f"    python train.py --preset {model.name} --out runs/{model.name}", "",
        *head("figure", *columns_of),
    ]  # fmt: skip
    for name in names:
        cells = [shown(name, quality.get(f"{name}{part}")) for part in ("", "_real", "_baseline")][: len(columns_of)]
        lines.append(f"| {' | '.join([LABELS[name], *cells])} |")
    return [*lines, *film_of(model), ""]


def film_of(model: Model) -> list[str]:
    """What a model's section says of the film of its training, where it is kept as samples."""
    path = None if model.path is None else film_path(model.path)
    if path is None or not path.is_file():
        return []
    film = read_film(model, path)
    where, size = f"{HISTORY}/{path.name}", path.stat().st_size / 1e3
    return ["", f"[Film of a training]({where}): {about(film, model)}. {len(film.nimg)} moments, {size:,.0f} kB."]


def near(model: Model) -> list[str]:
    """The second sheet of a model of pictures, for its section."""
    if not model.medium.sized:
        return []
    said = f"The same seeds of {model.name} at psi {NEAR}"
    first = f"; the page shows psi {model.psi:g} first" if model.psi != 1 else ""
    return ["", f"![{said}]({near_sheet(model.name)})", "", f"Above psi 1, below psi {NEAR}{first}."]


def near_sheet(name: str) -> str:
    """The file of a model's second sheet."""
    return f"{name}.psi-{NEAR}.png"


def before_and_after() -> list[str]:
    """The section that sets what is shipped beside what was shipped before."""
    lines = [
        "## Before and after", "", f"Models of pictures as {BEFORE['version']} shipped them, and now.", "",
        *head("model", *(LABELS[name].partition(" (")[0] for name in SHOWN)),
    ]  # fmt: skip
    for name, figures in BEFORE["models"].items():
        now = load_model(name).card["quality"]
        cells = [
            shown(figure, figures[figure]) if figures[figure] == now[figure]
            else f"{shown(figure, figures[figure])} → {shown(figure, now[figure])}" for figure in SHOWN
        ]  # fmt: skip
        lines.append(f"| {' | '.join([f'`{name}`', *cells])} |")
    return [*lines, ""]


def begun(model: Model) -> str:
    """What a model's run went on from, where it did not begin afresh."""
    start, before = model.config.start, model.card.get("nimg_before")
    after = f", which had seen {before:,}" if before else ""
    after += f"; {taken} were taken over" if (taken := taken_of(model.card)) else ""
    return "" if not start else f" from {'an earlier state of it' if start == model.name else start} on{after}"


def size_of(model: Model) -> str:
    """How large a sample is: of pictures the side, of others the values of each dimension."""
    shape = model.card["shape"]
    return f"{shape[-1]} px" if model.medium.sized else " × ".join(map(str, shape))


def repair_facts(model: Model) -> list[str]:
    """The section of a model that enlarges pictures."""
    card = model.card
    quality, source = card["quality"], card["data"]
    size = (WEIGHTS / f"{model.name}.safetensors").stat().st_size / 1e6
    side, research = model.shape[-1], "Research weights: " if for_research(model) else ""
    lines = [
        f"## {model.name}", "",
        f"![Samples of {SAMPLES[model.config.data]} made tiny: enlarged by bicubic interpolation, by {model.name}, "
        f"and as they were]({model.name}.png)", "",
        f"{research}{source['label']}, {side // model.config.factor} px to {side} px ({source['source']}; "
        f"licence: {source['licence']}). "
        f"{card['nimg']:,} samples in {card['seconds']:,.0f} s, {size:.1f} MB, {card['made']}.", "",
        f"    python train.py --preset {preset_of(model.name)} --out runs/{model.name}", "",
        "| figure | model | bicubic |", "|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| {label} | {quality[key]:{form}} | {quality[f'{key}_bicubic']:{form}} |"
        for key, (label, form) in REPAIR_FIGURES.items() if quality.get(key) is not None
    ]  # fmt: skip
    return [*lines, ""]


def preset_of(name: str) -> str:
    """The preset of a shipped model that repairs pictures: its name without the size."""
    return name.removesuffix("-64")


def repair_sheet(model: Model) -> Tensor:
    """[H, W, C]: samples of a model of the same data, made tiny: bicubic, repaired, and as they were, a row of each."""
    of = load_model(SAMPLES[model.config.data])
    seeds = range(REPAIRED)
    images = render(of, z_from_seeds(seeds, of.G.z_dim), 0.7, c=classes_of(of, seeds))
    small = shrunk(images, model.config.factor)
    return grid(to_pixels(torch.cat([bicubic(small, model.config.factor), translate(model, small), images])), REPAIRED)


def judges() -> list[str]:
    """The section on the classifiers."""
    lines = ["## The judges", "", "Classifiers whose features the figures are taken on: `python -m bench.judge`.", ""]
    lines += ["| data | accuracy on the test part | pictures in it | CPU seconds |", "|---|---|---|---|"]
    for path in sorted(WEIGHTS.glob(f"{JUDGE}*.json")):
        card = json.loads(path.read_text())
        labels = f", {card['labels']}" if "labels" in card else ""
        lines.append(
            f"| {card['data']}{labels} | {card['accuracy']:.2%} | {card['test_pictures']:,} | {card['seconds']:,.0f} |"
        )
    return lines


def encoders() -> list[str]:
    """The section on the encoders."""
    lines = ["## The encoders", "", "How near they come: `python -m bench.invert`, `python -m bench.repair`.", ""]
    lines += ["| file | steps of 64 pictures | seed | size |", "|---|---|---|---|"]
    for name in shipped():
        for kind in KINDS:
            path = encoder_path(WEIGHTS / f"{name}.safetensors", kind)
            if path.is_file():
                _, note = header(path.read_bytes())
                said = note["training"]
                size = path.stat().st_size / 1e6
                lines.append(f"| `{path.name}` | {steps_of(said)} | {said['seed']} | {size:.1f} MB |")
    return [*lines, ""]


def steps_of(said: dict[str, Any]) -> str:
    """How long an encoder learnt, by what its file says: the steps of each training that went on with another."""
    own = f"{said['steps']:,}"
    return f"{steps_of(said['after'])}, then {own}" if said.get("after") else own


def page() -> str:
    """weights/README.md."""
    return (
        HEAD
        + "\n".join(
            [line for name in shipped() for line in facts(load_model(name))]
            + [line for name in shipped_repairs() for line in repair_facts(load_model(name))]
            + before_and_after()
            + encoders()
            + judges()
        )
        + "\n"
    )


def small_png(sheet: Tensor) -> bytes:
    """The PNG of a sheet [H, W, C]; of one drawn with few colours by a table of 256 of them, a third as large."""
    content = to_png(sheet)
    image = Image.open(io.BytesIO(content))
    if image.mode != "RGB" or image.getcolors(DRAWN) is None:
        return content
    output = io.BytesIO()
    image.quantize(256, dither=Image.Dither.NONE).save(output, "PNG", optimize=True)
    return output.getvalue()


def main() -> None:
    """Write the page and the grids."""
    for name in shipped():
        assert name in PRESETS, f"{name} has no preset"
        model = load_model(name)
        seeds = range(ROWS * columns(model))
        z, c = z_from_seeds(seeds, model.G.z_dim), classes_of(model, seeds)
        sheets = {f"{name}.png": 1.0} | ({near_sheet(name): NEAR} if model.medium.sized else {})
        for file, psi in sheets.items():
            sheet = grid(pictures(model, z, psi, c=c), columns(model))
            write_whole(WEIGHTS / file, small_png(enlarge(sheet, max(1, 1000 // sheet.shape[1]))))
    for name in shipped_repairs():
        assert preset_of(name) in PRESETS, f"{name} has no preset"
        sheet = repair_sheet(load_model(name))
        write_whole(WEIGHTS / f"{name}.png", small_png(sheet))
    text = page()
    write_whole(WEIGHTS / "README.md", text.encode())
    print(text)
    print(json.dumps({"models": {name: load_model(name).card["quality"] for name in shipped()}} | machine()))


if __name__ == "__main__":
    main()
