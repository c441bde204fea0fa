"""Are a model's pictures copies of its training pictures? `python -m bench.memorisation [MODEL] [--sheet FILE]`.

The nearest training picture of each of 10,000 samples, and that of every held-out test picture, which nobody can have
learnt by heart. Distances are root mean squares a value: of the pixels, in grey levels; of the picture at 16 pixels, as
a smooth fake is near everything where details count; of both at the same brightness and contrast; and of the features
of a judge where the data has one. Beside each distance stands its ratio to the mean distance of the 50 nearest: a copy
is far nearer to one picture than to its other neighbours, however smooth it is (Carlini et al. 2023, arXiv:2301.13188).

A test picture counts as a duplicate if it and a training picture, at the same brightness and contrast, correlate by
0.95 or more over all values: the same photograph, brighter or darker; a recoloured one may slip through. Figures are
given with and without those, as duplicates make every bar easy. Prints tables and, last, one JSON object; writes
bench/results/memorisation.json.
"""

import argparse
import dataclasses
import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from bench.machine import command, machine
from bench.points import head
from gan.commands.parsing import answering
from gan.data import sets
from gan.data.stored import Stored
from gan.errors import ConfigError
from gan.evaluation.evaluate import check_size, fakes
from gan.files import write_whole
from gan.media.images import enlarge, grid, to_images, to_pixels, to_png
from gan.media.pictures import coloured_as
from gan.models.checkpoint import load_model
from gan.models.judges import features_of, load_judge
from gan.models.model import Model

MODEL = "faces-style-64"
RESULTS = Path(__file__).parent / "results" / "memorisation.json"
COUNT, NEIGHBOURS, CHUNK = 10_000, 50, 500
SMALL = 16  # pixels
SAME = 0.95  # correlation from which two pictures are one
SHEET_PAIRS, SHEET_COLUMNS = 32, 8
SHEET_SPACE = "16 px, same contrast"
QUANTILES = (0.0, 0.001, 0.01, 0.1, 0.5)
MEASURES = {"distance": "distance", "relative": "ratio to the 50 nearest"}
SETS = {"fake": "samples", "test": "test pictures", "distinct": "test pictures without duplicates"}

Space = Callable[[Tensor], Tensor]


# ---- measuring --------------------------------------------------------------------------------------------------


class Nearest(NamedTuple):
    """Of N pictures: how far the nearest training picture is, its ratio to the mean of NEIGHBOURS, and which it is."""

    distance: Tensor
    relative: Tensor
    which: Tensor


def rows(images: Tensor) -> Tensor:
    """[N, F] whose distances are root mean squares a value, of images or features [N, ...]."""
    return images.flatten(1) / math.sqrt(images[0].numel())


def small(images: Tensor) -> Tensor:
    """Images [N, C, R, R] averaged down to SMALL pixels, if they have more."""
    return adaptive_avg_pool2d(images, min(SMALL, images.shape[-1]))


def evened(images: Tensor) -> Tensor:
    """Images [N, ...], each moved and scaled to mean 0 and standard deviation 1 over all its values."""
    flat = images.flatten(1)
    flat = flat - flat.mean(1, keepdim=True)
    return flat / flat.square().mean(1, keepdim=True).sqrt().clamp(min=1e-6)


def spaces(name: str, channels: int) -> dict[str, Space]:
    """Where pictures of a data set are compared: a space's label -> images [N, C, R, R] -> [N, F]."""
    found: dict[str, Space] = {
        "pixels": lambda images: rows(images * 127.5),
        "16 px": lambda images: rows(small(images) * 127.5),
        "pixels, same contrast": lambda images: rows(evened(images)),
        SHEET_SPACE: lambda images: rows(evened(small(images))),
    }
    if channels == 1 and load_judge(name) is not None:
        found[f"judge-{name}"] = lambda images: rows(features_of(name, images)[0])
    return found


def nearest(some: Tensor, train: Tensor) -> Nearest:
    """The nearest of training rows [M, F] to each of rows [N, F]."""
    parts, lengths = [], train.square().sum(1)
    for part in some.split(CHUNK):
        # |a - b|^2 = |a|^2 + |b|^2 - 2 a b: `cdist` would copy the whole training part for every chunk.
        squared = torch.addmm(lengths[None], part, train.T, alpha=-2)
        found, which = squared.topk(min(NEIGHBOURS, len(train)), largest=False)
        found = (found + part.square().sum(1, keepdim=True)).clamp(min=0).sqrt()
        # Rounding blurs the distances of near copies: the closest is measured anew.
        closest = (part - train[which[:, 0]]).square().sum(1).sqrt()
        parts.append((closest, closest / found.mean(1).clamp(min=1e-9), which[:, 0]))
    return Nearest(*(torch.cat(values) for values in zip(*parts, strict=True)))


def duplicates(found: Nearest) -> Tensor:
    """Which of N pictures have a training picture that they correlate with by SAME, by distances between `evened` ones.

    The squared distance of two such pictures is 2 (1 - correlation).
    """
    return found.distance.square() / 2 <= 1 - SAME


def compared(fake: Tensor, test: Tensor, distinct: Tensor) -> dict[str, Any]:
    """The quantiles of each set's distances, and how many fakes are closer than every test picture."""
    levels = torch.tensor(QUANTILES)
    found: dict[str, Any] = {
        name: [round(value, 5) for value in values.quantile(levels).tolist()]
        for name, values in (("fake", fake), ("test", test), ("distinct", distinct))
    }
    closer = {"closer": int((fake < test.min()).sum()), "closer_distinct": int((fake < distinct.min()).sum())}
    return found | closer


@torch.no_grad()
def measure(name: str, fake: Tensor, train: Tensor, test: Tensor) -> tuple[dict[str, Any], list[Tensor]]:
    """What all spaces say of fakes, training and test images [N, C, R, R] of a data set; and the pairs of the sheet.

    Returns:
        The figures, and [fakes, their training pictures, test pictures, theirs], row numbers of the closest pairs.

    Raises:
        ConfigError: every test picture is a training picture too.
    """
    found = {}
    for label, space in spaces(name, train.shape[1]).items():
        known = space(train)
        found[label] = nearest(space(fake), known), nearest(space(test), known)
    copies, same = (duplicates(side) for side in found["pixels, same contrast"])
    distinct = ~same
    if not distinct.any():
        raise ConfigError(f"every held-out picture of {name:.60} is in its training part too: nothing to compare with")
    figures = {
        label: {key: compared(getattr(f, key), getattr(t, key), getattr(t, key)[distinct]) for key in MEASURES}
        for label, (f, t) in found.items()
    }
    f, t = found[SHEET_SPACE]
    order = f.distance.argsort()[:SHEET_PAIRS]
    held = distinct.nonzero()[:, 0]
    held = held[t.distance[held].argsort()[:SHEET_PAIRS]]
    counts = {"fakes": len(fake), "copies": int(copies.sum())}
    counts |= {"train": len(train), "test": len(test), "duplicates": int(same.sum())}
    return counts | {"spaces": figures}, [order, f.which[order], held, t.which[held]]


def parts(model: Model, data_dir: Path | None = None) -> tuple[Stored, Stored]:
    """The pictures that a model learnt from, and those held out, in the same colours."""
    config = model.config
    train = sets.load(config.data, data_dir, True, config.resolution)
    test = sets.load(config.data, data_dir, False, config.resolution)
    if not isinstance(train, Stored) or not isinstance(test, Stored):
        raise ConfigError(f"{model.name} makes points, and this bench is of pictures")
    return train, dataclasses.replace(test, rows=coloured_as(test.rows, train.rows))


def examined(model: Model, count: int, seed: int, data_dir: Path | None = None) -> tuple[dict[str, Any], Tensor]:
    """(the figures of a model, the sheet of its closest pairs, uint8 [H, W, C])."""
    train, test = parts(model, data_dir)
    fake = fakes(model, train, count, seed)[0]
    figures, pairs = measure(model.config.data, fake, to_images(train.rows), to_images(test.rows))
    named = {"model": model.name, "sha256": model.card.get("sha256"), "data": model.config.data, "seed": seed}
    sources = to_pixels(fake), train.rows, test.rows, train.rows
    return named | figures, sheet([source[row] for source, row in zip(sources, pairs, strict=True)])


def sheet(shown: list[Tensor]) -> Tensor:
    """Fakes beside their nearest training pictures, the closest first; below, test pictures beside theirs."""
    fake, its, test, theirs = shown
    parts = []
    for one, other in ((fake, its), (test, theirs)):
        pairs = torch.stack([one, other], 1).flatten(0, 1)  # [2 N, R, R, C]: each beside its own
        parts.append(enlarge(grid(pairs, 2 * SHEET_COLUMNS), 2))
    return torch.cat([parts[0], torch.full_like(parts[0][:16], 255), parts[1]])


# ---- telling ----------------------------------------------------------------------------------------------------


def summary(r: Mapping[str, Any]) -> str:
    """What was compared, and how many samples are closer than every test picture."""
    distinct = r["test"] - r["duplicates"]
    closer = sum(s[key]["closer_distinct"] for s in r["spaces"].values() for key in MEASURES)
    chance = r["fakes"] / (distinct + 1)
    return (
        f"{r['fakes']:,} samples of `{r['model']}` and {r['test']:,} held-out pictures against {r['train']:,} training "
        f"pictures. By the rule for duplicates {r['copies']:,} of the samples ({r['copies'] / r['fakes']:.2%}) and "
        f"{r['duplicates']:,} of the test pictures ({r['duplicates'] / r['test']:.2%}) are in the training part. The "
        "bar, no sample closer to a training picture than the closest test picture that is no duplicate, by any "
        f"measure, is {'missed' if closer else 'met'}. It is sharper than it looks: of as many fresh real pictures "
        f"{chance:.1f} would be closer on average, by their number alone."
    )


def table(results: Mapping[str, Any]) -> str:
    """The whole story in Markdown, of the JSON that this bench writes."""
    r = results["memorisation"]
    lines = head("compared by", "samples closer than every test picture", "than every one but duplicates")
    for label, measures in r["spaces"].items():
        for key, said in MEASURES.items():
            found = measures[key]
            lines.append(f"| {label}: {said} | {found['closer']:,} | {found['closer_distinct']:,} |")
    names = [f"closest {q * 100:g} %" for q in QUANTILES[1:-1]]
    lines += ["", *head("compared by", "of", "closest", *names, "half")]
    for label, measures in r["spaces"].items():
        for key, said in MEASURES.items():
            for group, who in SETS.items():
                cells = " | ".join(f"{value:.3g}" for value in measures[key][group])
                lines.append(f"| {label}: {said} | {who} | {cells} |")
    return summary(r) + "\n\n" + "\n".join(lines)


def main() -> None:
    """Examine a model."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("model", nargs="?", default=MODEL, help=f"a shipped model or a run's folder (default {MODEL})")
    p.add_argument("--samples", type=int, default=COUNT, help="of the model (default 10,000)")
    p.add_argument("--seed", type=int, default=0, help="another set of samples")
    p.add_argument("--sheet", type=Path, help="a PNG of the closest pairs; it shows real pictures")
    p.add_argument("--data-dir", type=Path, help="where the data lies")
    p.add_argument("--out", type=Path, default=RESULTS, help="where the figures go")
    args = p.parse_args()
    torch.set_num_threads(1)
    check_size(args.samples, args.seed)
    found, picture = examined(load_model(args.model), args.samples or COUNT, args.seed, args.data_dir)
    if args.sheet:
        write_whole(args.sheet, to_png(picture))
    results = {"command": command("memorisation"), "memorisation": found} | machine()
    print(table(results))
    write_whole(args.out, (json.dumps(results) + "\n").encode())
    print(json.dumps(results))


if __name__ == "__main__":
    with answering():
        main()
