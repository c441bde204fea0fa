"""Write weights/README.md, a grid, command, time and figures of every shipped model: `python -m bench.weights`.

Nothing is trained or judged here: the figures are the cards'. Prints the table and, last, one JSON object.
"""

import json
from typing import Any

from bench.machine import machine
from gan.evaluation.evaluate import LABELS, shown
from gan.explore.portable import for_research
from gan.explore.render import classes_of, pictures
from gan.files import write_whole
from gan.latents import z_from_seeds
from gan.media.images import enlarge, grid, to_png
from gan.models.checkpoint import load_model, shipped
from gan.models.container import JUDGE, WEIGHTS, header
from gan.models.encoders import KINDS, encoder_path
from gan.models.model import Model
from gan.recipe.presets import PRESETS

ROWS = 4  # of a model's sheet
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

    python -m gan invert --train NAME [--repair] --steps STEPS

`history/digits-mlp/` holds that run's generator at 24 moments, for the film of its training. Under which licence each
file is, and its text: [LICENSES](LICENSES/README.md).

The figures compare 10,000 pictures with the test part on the features of a small classifier (below); precision,
recall, density and coverage take as many as the test part holds. *real* is the same figure for the training part.
Figures of other classifiers, and published FID, have another scale: compare a model with the real column only. The
MNIST files used here went through a mild tone curve, so these are not figures on the official files.

"""


def columns(model: Model) -> int:
    """Of its sheet: a column shows one class where there are any, as a seed's class is its number modulo theirs."""
    return len(model.classes) * max(1, 20 // len(model.classes)) if model.classes else 16


def facts(model: Model) -> list[str]:
    """A model's section."""
    card = model.card
    quality: dict[str, Any] = card["quality"]
    sizes = (WEIGHTS / f"{model.name}.safetensors").stat().st_size / 1e6
    lines = [
        f"## {model.name}", "",
        f"![Pictures of {model.name}, seeds 0 to {ROWS * columns(model) - 1}]({model.name}.png)", "",
        f"{'Research weights: ' if for_research(model) else ''}{card['data']['label']}, {card['shape'][-1]} px "
        f"({card['data']['source']}; "
        f"licence: {card['data']['licence']}). "
        f"{card['nimg']:,} samples in {card['seconds']:,.0f} s, {sizes:.1f} MB, {card['made']}.", "",
        f"    python train.py --preset {model.name} --out runs/{model.name}", "",
        "| figure | model | real |", "|---|---|---|",
    ]  # fmt: skip
    lines += [f"| {LABELS[k]} | {shown(k, quality[k])} | {shown(k, quality.get(f'{k}_real'))} |" for k in SHOWN]
    return [*lines, ""]


def judges() -> list[str]:
    """The section on the classifiers."""
    lines = ["## The judges", "", "Classifiers whose features the figures are taken on: `python -m bench.judge`.", ""]
    lines += ["| data | accuracy on the test part | pictures in it | CPU seconds |", "|---|---|---|---|"]
    for path in sorted(WEIGHTS.glob(f"{JUDGE}*.json")):
        card = json.loads(path.read_text())
        lines.append(
            f"| {card['data']} | {card['accuracy']:.2%} | {card['test_pictures']:,} | {card['seconds']:,.0f} |"
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
                lines.append(f"| `{path.name}` | {said['steps']:,} | {said['seed']} | {size:.1f} MB |")
    return [*lines, ""]


def page() -> str:
    """weights/README.md."""
    return (
        HEAD
        + "\n".join([line for name in shipped() for line in facts(load_model(name))] + encoders() + judges())
        + "\n"
    )


def main() -> None:
    """Write the page and the grids."""
    for name in shipped():
        assert name in PRESETS, f"{name} has no preset"
        model = load_model(name)
        seeds = range(ROWS * columns(model))
        shown = pictures(model, z_from_seeds(seeds, model.G.z_dim), c=classes_of(model, seeds))
        sheet = grid(shown, columns(model))
        png = to_png(enlarge(sheet, max(1, 1000 // sheet.shape[1])))
        write_whole(WEIGHTS / f"{name}.png", png)
    text = page()
    write_whole(WEIGHTS / "README.md", text.encode())
    print(text)
    print(json.dumps({"models": {name: load_model(name).card["quality"] for name in shipped()}} | machine()))


if __name__ == "__main__":
    main()
