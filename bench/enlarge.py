"""Tiny pictures enlarged by a U-Net, beside bicubic interpolation of the very same ones.

`python -m bench.enlarge [MODEL ...] [--pictures 2000]`, on one thread; a MODEL is a shipped one or a run's folder. Of
held-out pictures, made tiny by the mean of each block: PSNR, the mean of the pictures' own; the Fréchet distance to the
pictures themselves, on what the shipped classifier of clothes sees in them in grey at their own size, which feels what
is blurred; and the share whose class the judge names, where there is one. *Real* is the training part. Prints a table
and, last, one JSON object.
"""

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from bench.bars import judged
from bench.invert import held_out, judge_of, share
from bench.machine import command, machine
from bench.points import head
from gan.commands.parsing import answering
from gan.data import sets
from gan.data.stored import Stored, shuffled
from gan.errors import ConfigError
from gan.explore.damage import shrunk
from gan.explore.translate import bicubic, translate
from gan.files import write_whole
from gan.media.images import to_images
from gan.metrics.distances import frechet, psnr
from gan.models.checkpoint import load_model, shipped_repairs
from gan.models.judges import load_judge
from gan.models.model import Model
from gan.recipe.tasks import ENLARGE

RESULTS = Path(__file__).parent / "results" / "enlarge.json"
SEES = "fashion-mnist"  # whose judge gives the features
PICTURES, TIMED, AT_ONCE = 2_000, 5, 200
MOST_LOST = 1.0  # dB below bicubic interpolation

Row = dict[str, Any]


@torch.inference_mode()
def features(images: Tensor) -> Tensor:
    """[N, 64] what the judge of clothes sees in images [N, C, R, R], in grey."""
    judge = load_judge(SEES)
    assert judge is not None
    return torch.cat([judge.features(part.mean(1, keepdim=True)) for part in images.split(AT_ONCE)])


def recognised(name: str, images: Tensor, labels: Tensor | None) -> float | None:
    """The share of images whose class the judge of a data set names; None where nobody judges."""
    judge = judge_of(name)  # may have to be trained
    if judge is None or labels is None:
        return None
    with torch.inference_mode():
        return (torch.cat([judge(part) for part in images.split(AT_ONCE)]).argmax(1) == labels).float().mean().item()


def measured(model: Model, count: int) -> Row:
    """Both ways to enlarge some held-out pictures, and what real ones score."""
    if model.task != ENLARGE:
        raise ConfigError(f"{model.name} was not trained by --task enlarge")
    name, factor = model.config.data, model.config.factor
    images, labels = held_out(name, model.shape[1], count)
    train = sets.load(name, resolution=model.shape[1])
    assert isinstance(train, Stored)
    others = to_images(train.rows[shuffled(train.size)[: len(images)]])
    small, seen = shrunk(images, factor), features(images)
    took = []
    for picture in small[: TIMED + 1]:
        begun = time.perf_counter()
        translate(model, picture[None])
        took.append(1000 * (time.perf_counter() - begun))
    made = {"bicubic": bicubic(small, factor), "model": translate(model, small)}
    return {
        "model": model.name, "data": name, "pictures": len(images), "factor": factor, "macs": model.G.macs(),
        "nimg": model.card.get("nimg"), "trained_seconds": model.card.get("seconds"),
        "ms": statistics.median(took[1:]),
        "real": {"frechet": frechet(features(others), seen), "recognised": recognised(name, images, labels)},
        "ways": {
            way: {
                "db": psnr(found, images).mean().item(), "frechet": frechet(features(found), seen),
                "recognised": recognised(name, found, labels),
            }
            for way, found in made.items()
        },
    }  # fmt: skip


def quality(row: Row) -> Row:
    """What a card says of a model's figures."""
    own, filtered = row["ways"]["model"], row["ways"]["bicubic"]
    found = {"psnr" if key == "db" else key: value for key, value in own.items()}
    beside = {f"{'psnr' if key == 'db' else key}_bicubic": value for key, value in filtered.items()}
    return found | beside | {"frechet_real": row["real"]["frechet"], "samples": row["pictures"]}


def table(results: Row) -> str:
    """What the page of the benches says: a row for each way, and whether it is enough."""
    lines, said = head("model", "way", "PSNR, dB", "Fréchet", "recognised", "ms a picture"), []
    for row in results["rows"]:
        ways, real = row["ways"], row["real"]
        for way, found in ways.items():
            name, ms = (f"`{row['model']}`", f"{row['ms']:.0f}") if way == "model" else ("", "")
            told = "U-Net" if way == "model" else f"bicubic ×{row['factor']}"
            figures = f"{found['db']:.2f} | {found['frechet']:.2f} | {share(found['recognised'])}"
            lines.append(f"| {name} | {told} | {figures} | {ms} |")
        figures = f"{real['frechet']:.2f} | {share(real['recognised'])}"
        lines.append(f"| | {row['pictures']:,} real pictures | | {figures} | |")
        own, filtered = ways["model"], ways["bicubic"]
        what = f"- `{row['model']}`: Fréchet"
        said.append(judged(what, own["frechet"], filtered["frechet"], ".2f"))
        what = f"- `{row['model']}`: PSNR beside bicubic, dB"
        said.append(judged(what, own["db"] - filtered["db"], -MOST_LOST, "+.2f", least=True))
    return "\n".join(lines) + "\n\n" + "\n".join(said)


def main() -> None:
    """Every model, in turn."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("models", nargs="*", metavar="MODEL", help="default: the shipped ones")
    p.add_argument("--pictures", type=int, default=PICTURES, help=f"of each, at most (default {PICTURES})")
    p.add_argument("--out", type=Path, default=RESULTS, help="where the figures go")
    p.add_argument("--quality", type=Path, metavar="FILE", help="write what the card of the only MODEL says of itself")
    args = p.parse_args()
    torch.set_num_threads(1)
    rows = [measured(load_model(name), args.pictures) for name in args.models or shipped_repairs()]
    results = {"command": command("enlarge"), "rows": rows} | machine()
    print(table(results))
    if args.quality:
        write_whole(args.quality, (json.dumps(quality(rows[0]), indent=1) + "\n").encode())
    write_whole(args.out, (json.dumps(results, allow_nan=False) + "\n").encode())
    print(json.dumps(results, allow_nan=False))


if __name__ == "__main__":
    with answering():
        main()
