"""What a folder of pictures is trained with where nobody chose: networks and augmentations at equal budgets.

`python -m bench.folders [--resume]`. A folder is so many pictures of a set, drawn once for each seed. What a run on
them makes is held against pictures of the same set that the run never saw, because of a few pictures D may learn each
by heart. Networks come with the recipe that the project gives them. Every run takes about so many CPU seconds on one
thread, and its decays end there; or it sees so many images, where only the augmentation differs, which costs nothing.

- Fréchet distances, lower is better: of pixels at 16 px, as `evaluate` has them for a folder, and of what the shipped
  classifier of clothes sees in grey, which feels textures that 16 px do not show.
- recall and coverage, higher is better, on the same pixels: how much of the variety is there.
- blind: the two-sample test's accuracy less how often D is right on pairs of an unseen picture and a fake. Above .15 D
  does not see what another classifier sees in seconds.

bench/results/folders.json is written after every run, and `--resume` keeps what is in there. Prints a table and, last,
one JSON object.
"""

import argparse
import dataclasses
import json
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from bench.budget import samples_in
from bench.machine import command, machine
from bench.points import head
from gan.commands.parsing import answering
from gan.data import sets
from gan.data.stored import Stored, shuffled
from gan.evaluation.evaluate import critic_figures
from gan.explore.render import render
from gan.files import write_whole
from gan.latents import z_from_seeds
from gan.media.pictures import features
from gan.metrics.distances import coverage, frechet, two_sample
from gan.models.judges import load_judge
from gan.networks.judge import Judge
from gan.recipe.config import TrainConfig
from gan.recipe.presets import preset_for
from gan.training.runs import model_of
from gan.training.trainer import Trainer

RESULTS = Path(__file__).parent / "results" / "folders.json"
SETS = {"faces": "faces", "clothes": "fashion-mnist", "characters": "kanji"}  # in colour; grey; grey, of ten classes
JUDGE, SIDE = "fashion-mnist", 28  # whose features feel textures, and the side it knows
HELD, FAKES = 3_000, 3_000  # unseen pictures, and fakes, that are compared
FIRST_SEED = 10**8
AUGMENTS = ("none", "color", "color,shift", "color,flip")
NETWORKS = ("mlp", "dcgan", "style")
FIGURES = ("frechet", "texture", "recall", "coverage", "two_sample", "blind")

Row = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Case:
    """One run: a folder, and what it is trained with."""

    folder: str
    pictures: int
    resolution: int
    network: str
    augment: str
    seed: int

    def config(self) -> TrainConfig:
        """The recipe of the network, as somebody who names nothing but the network gets it."""
        given = {"data": "folder:pictures", "network": self.network, "resolution": self.resolution}
        augment = "" if self.augment == "none" else self.augment
        recipe = preset_for(None, given)
        return dataclasses.replace(recipe, **given, augment=augment, seed=self.seed, threads=1, condition="none")


def cases(args: argparse.Namespace) -> list[Case]:
    """Every augmentation with one network, then every network with one augmentation; none twice."""
    found: dict[Case, None] = {}
    for seed in range(args.seeds):
        for count in args.pictures:
            for folder in args.folders:
                for augment in args.augments:
                    found[Case(folder, count, args.resolution, args.network, augment, seed)] = None
                for network in args.networks:
                    found[Case(folder, count, args.resolution, network, args.augment, seed)] = None
    return list(found)


def split(every: Stored, count: int, seed: int) -> tuple[Stored, Tensor]:
    """(`count` pictures drawn for a seed, images [HELD, C, R, R] that are none of them)."""
    order = shuffled(len(every.rows))
    rest = order[HELD:]
    mine = rest[torch.randperm(len(rest), generator=torch.Generator().manual_seed(seed))[:count]]
    held = dataclasses.replace(every, rows=every.rows[order[:HELD]], labels=None)
    return Stored(every.rows[mine]), held.compared(held, HELD, 0).test


@torch.no_grad()
def textures(judge: Judge, images: Tensor) -> Tensor:
    """[N, 64] what a judge sees in images [N, C, R, R], in grey at the side it knows."""
    grey = images.mean(1, keepdim=True)
    small = torch.nn.functional.interpolate(grey, size=(SIDE, SIDE), mode="bilinear", antialias=True)
    return torch.cat([judge.features(part) for part in small.split(500)])


def measured(case: Case, every: Stored, judge: Judge, seconds: float, images: int) -> Row:
    """A run of so many images, or for 0 of so many CPU seconds; and its fakes beside pictures that it never saw."""
    reals, held = split(every, case.pictures, case.seed)
    config = case.config()
    config = dataclasses.replace(config, nimg=images or samples_in(seconds, config, reals))
    trainer = Trainer(config, reals)
    begun = time.thread_time()
    while trainer.nimg < config.nimg:
        trainer.step()
    took = time.thread_time() - begun
    model = model_of(trainer, case.folder, took)
    fake = render(model, z_from_seeds(range(FIRST_SEED, FIRST_SEED + FAKES), model.G.z_dim))
    pixels = features(held)[0], features(fake)[0]
    near, apart = coverage(*pixels), two_sample(*pixels)
    right = 1 - critic_figures(model, held, fake)["critic_rank"]
    return dataclasses.asdict(case) | {
        "nimg": config.nimg, "cpu_seconds": round(took, 1), "frechet": frechet(*pixels),
        "texture": frechet(textures(judge, held), textures(judge, fake)), "recall": near.recall,
        "coverage": near.coverage, "two_sample": apart, "blind": apart - right,
    }  # fmt: skip


def table(results: dict[str, Any]) -> str:
    """A line for each run."""
    names = ("Fréchet", "textures", "recall", "coverage", "two-sample", "blind")
    lines = head("folder", "pictures", "px", "network", "augment", "images", *names)
    for row in results["rows"]:
        what = f"{row['folder']} | {row['pictures']:,} | {row['resolution']} | {row['network']} | {row['augment']}"
        shown = " | ".join(f"{row[name]:.2f}" for name in FIGURES)
        lines.append(f"| {what} | {row['nimg']:,} | {shown} |")
    return "\n".join(lines)


def old_rows(path: Path) -> list[Row]:
    """The runs of an earlier bench."""
    return json.loads(path.read_text())["rows"] if path.exists() else []


def main() -> None:
    """Every case in turn."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--seconds", type=float, default=40.0, help="CPU seconds for each run (default 40)")
    p.add_argument("--images", type=int, default=0, help="equal images for each run instead: fairer beside other work")
    p.add_argument("--seeds", type=int, default=1)
    p.add_argument("--pictures", type=int, nargs="+", default=[300], help="in a folder (default 300)")
    p.add_argument("--resolution", type=int, default=32)
    p.add_argument("--folders", nargs="+", default=list(SETS), choices=list(SETS))
    p.add_argument("--augments", nargs="*", default=list(AUGMENTS), help="tried with --network")
    p.add_argument("--networks", nargs="*", default=list(NETWORKS), choices=NETWORKS, help="tried with --augment")
    p.add_argument("--network", default="style", choices=NETWORKS)
    p.add_argument("--augment", default="color")
    p.add_argument("--resume", action="store_true", help="keep the runs of earlier benches")
    p.add_argument("--data-dir", type=Path, help="where the sets lie")
    p.add_argument("--out", type=Path, default=RESULTS, help="where the figures go, after every run")
    args = p.parse_args()
    torch.set_num_threads(1)
    judge = load_judge(JUDGE)
    assert judge is not None
    rows: list[Row] = old_rows(args.out) if args.resume else []
    budget = {"images": args.images} if args.images else {"seconds": args.seconds}
    known = [row for row in rows if budget.items() <= row.items()]
    wanted = [case for case in cases(args) if not any(dataclasses.asdict(case).items() <= row.items() for row in known)]
    read: dict[str, Stored] = {}

    def result() -> dict[str, Any]:
        return {"command": command("folders"), "rows": rows} | machine()

    for case in wanted:
        if case.folder not in read:
            found = sets.load(SETS[case.folder], args.data_dir, True, args.resolution)
            assert isinstance(found, Stored)
            read[case.folder] = found
        rows.append(budget | measured(case, read[case.folder], judge, args.seconds, args.images))
        print(table({"rows": rows[-1:]}).splitlines()[-1], flush=True)
        write_whole(args.out, (json.dumps(result(), allow_nan=False) + "\n").encode())
    print("\n" + table(result()))
    print(json.dumps(result(), allow_nan=False))


if __name__ == "__main__":
    with answering():
        main()
