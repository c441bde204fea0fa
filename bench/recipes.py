"""What the live tab's recommended settings reach on one thread, and whether its illnesses are found and cured.

`python -m bench.recipes [--seeds 3] [--ill-seeds 10] [--parts recipes ills] [--resume]`.

Seconds are CPU seconds of the training alone, without measuring. `ring` and `grid`: when every mode had its fair share
for good, and PacGAN's figures after a while. Pictures: the Fréchet distance of 10,000 fakes to the test part on the
features of the shipped judge, and for MNIST of a second one whose scale is more common. Each illness: after how many
steps the doctor names it, what it said before, and how the run with its cure fares for 10,000 steps, not until it first
looks well. The results are written to --out after every row; `--resume` keeps its rows of equal settings. Prints tables
and, last, JSON.
"""

import argparse
import dataclasses
import functools
import itertools
import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from bench.bars import judged
from bench.budget import recipe
from bench.machine import machine
from gan.data import sets
from gan.data.points import Points
from gan.data.stored import Stored
from gan.files import write_whole
from gan.latents import z_from_seeds
from gan.live.illness_presets import ILLNESS_PRESETS
from gan.live.observer import OBSERVE_EVERY, Observer
from gan.live.recipes import recommended
from gan.media.images import to_images
from gan.metrics.distances import frechet
from gan.metrics.modes import mode_report
from gan.models.judges import features_of
from gan.networks.layers import initialise
from gan.recipe.config import TrainConfig
from gan.training.diagnosis import Diagnosis, examine
from gan.training.trainer import Trainer

MARKS: dict[str, tuple[float, ...]] = {"ring": (8,), "grid": (25, 60), "digits": (3,), "mnist": (30, 60)}
FAIR = {"ring": 2.0, "grid": 5.0}  # seconds after which all modes shall be fair for good, at every seed
EVERY = 50  # steps between two looks at the clock
LOOK_EVERY = 100  # and at the modes
CURED = 10_000  # steps of a cured run; in the second half of them it must be well at every look
PARTS = ("recipes", "ills")
RESULTS = Path(__file__).parent / "results" / "recipes.json"
POINTS, PICTURES = 2_500, 10_000
FIRST_SEED = 10**8
PLAIN_EPOCHS = 6


def trained(trainer: Trainer, seconds: float) -> float:
    """Train for about so many CPU seconds; returns how many it took."""
    begun = time.thread_time()
    while (took := time.thread_time() - begun) < seconds:
        for _ in range(EVERY):
            trainer.step()
    return took


def points_rows(name: str, trainer: Trainer, marks: tuple[float, ...]) -> list[dict[str, Any]]:
    """A row for each mark: when all modes were fair for good by then, and the figures."""
    assert isinstance(trainer.data, Points)
    assert trainer.data.centres is not None
    z = z_from_seeds(range(FIRST_SEED, FIRST_SEED + POINTS), trainer.config.z_dim)
    spent, steps, since, rows = 0.0, 0, None, []
    for mark in marks:
        while spent < mark:
            begun = time.thread_time()
            for _ in range(LOOK_EVERY):
                trainer.step()
            spent, steps = spent + time.thread_time() - begun, steps + LOOK_EVERY
            with torch.no_grad():
                report = mode_report(trainer.G_ema(z), trainer.data.centres, trainer.data.std)
            since = None if report.fair < report.total else since or spent
        rows.append({"seconds": spent, "steps": steps, "all_fair_after": since} | dataclasses.asdict(report))
    return rows


@functools.cache
@torch.enable_grad()
def plain_judge() -> Callable[[Tensor], Tensor]:
    """The features of a small classifier of MNIST without any regularisation, images [N, 1, 28, 28] -> [N, 64].

    Most figures elsewhere are taken on such features, whose scale is far larger than that of the shipped judge, where
    weight decay and smoothed labels draw the classes together.
    """
    generator = torch.Generator().manual_seed(0)
    body = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(32 * 49, 64), nn.ReLU(),
    )  # fmt: skip
    judge = nn.Sequential(body, nn.Linear(64, 10))
    for layer in judge.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            initialise(layer, layer.weight[0].numel(), "kaiming", 1.0, generator)
    reals, test = sets.load("mnist"), sets.load("mnist", train=False)
    assert isinstance(reals, Stored)
    assert isinstance(test, Stored)
    assert reals.labels is not None
    adam = torch.optim.Adam(judge.parameters(), 1e-3, fused=True)
    for epoch in range(PLAIN_EPOCHS):
        adam.param_groups[0]["lr"] = 1e-3 * (1 - epoch / PLAIN_EPOCHS)
        for rows in torch.randperm(len(reals.rows), generator=generator).split(128):
            loss = nn.functional.cross_entropy(judge(to_images(reals.rows[rows])), reals.labels[rows])
            adam.zero_grad()
            loss.backward()
            adam.step()
    with torch.no_grad():
        right = [judge(to_images(part)).argmax(1) for part in test.rows.split(1_000)]
    accuracy = (torch.cat(right) == test.labels).float().mean().item()
    print(f"the plain judge names {accuracy:.2%} of the test part", flush=True)
    return body


@torch.no_grad()
def plain_features(images: Tensor) -> Tensor:
    """[N, 64] of the plain judge."""
    return torch.cat([plain_judge()(part) for part in images.split(1_000)])


@torch.no_grad()
def distances(name: str, trainer: Trainer) -> dict[str, float]:
    """Fréchet distances: of fakes to the test part and of train to test, on the shipped judge; and, for MNIST, of
    fakes and of the test part to the whole training part on the plain judge.
    """
    reals, test = trainer.data, sets.load(name, train=False)
    assert isinstance(reals, Stored)
    assert isinstance(test, Stored)
    part = torch.randperm(len(reals.rows), generator=torch.Generator().manual_seed(0))[:PICTURES]
    z = z_from_seeds(range(FIRST_SEED, FIRST_SEED + PICTURES), trainer.config.z_dim)
    fake = torch.cat([trainer.G_ema(rows).float() for rows in z.split(1_000)])
    images = fake, to_images(reals.rows[part]), to_images(test.rows[:PICTURES])
    fakes, train, reference = (features_of(name, x)[0] for x in images)
    found = {"frechet": frechet(fakes, reference), "frechet_real": frechet(train, reference)}
    if name == "mnist":
        every = torch.cat([plain_features(to_images(rows)) for rows in reals.rows.split(5_000)])
        found["plain"] = frechet(plain_features(fake), every)
        found["plain_real"] = frechet(plain_features(images[2]), every)
    return found


def picture_rows(name: str, trainer: Trainer, marks: tuple[float, ...]) -> list[dict[str, Any]]:
    """A row for each mark: the distances."""
    spent, rows = 0.0, []
    for mark in marks:
        spent += trained(trainer, mark - spent)
        steps = trainer.nimg // trainer.config.batch // trainer.config.d_steps
        rows.append({"seconds": spent, "steps": steps} | distances(name, trainer))
    return rows


def rows_of(name: str, seed: int) -> list[dict[str, Any]]:
    """The rows of a data set's default recipe at a seed."""
    config = dataclasses.replace(recommended(name, "relativistic"), seed=seed)
    trainer = Trainer(config, sets.load(name))
    measure = picture_rows if trainer.data.medium.alone else points_rows
    return [{"data": name, "seed": seed} | row for row in measure(name, trainer, MARKS[name])]


def diagnoses(config: TrainConfig, steps: int) -> Iterator[tuple[int, Diagnosis]]:
    """(steps, what the doctor says) every OBSERVE_EVERY steps of a run."""
    trainer = Trainer(config, sets.load(config.data))
    observer, history = Observer(trainer), []
    for done in range(1, steps + 1):
        trainer.step()
        if done % OBSERVE_EVERY == 0:
            history.append(observer.observe(trainer, done)[0])
            yield done, examine(history, config)


def ill_row(name: str, seed: int, steps: int = CURED) -> dict[str, Any]:
    """How an illness goes: when the doctor names it, what else it said by then, and how the cured run fares.

    `well` counts the looks at the second half of the cured run's `steps` at which it was healthy, of `looks`; `fair`
    are the modes that it covers at the end, None where there are none or it is ill.
    """
    preset, begun = ILLNESS_PRESETS[name], time.thread_time()
    (sick,) = preset.setup(seed).configs()
    row: dict[str, Any] = {"ill": name, "seed": seed, "recipe": recipe(sick), "named_after": None}
    row |= {"before": [], "remedy": "", "cure": {}, "cured": "", "well": 0, "looks": 0, "fair": None}
    said: list[str] = []
    for done, diagnosis in diagnoses(sick, preset.steps):
        if diagnosis.name == name:
            row |= {"named_after": done, "remedy": diagnosis.remedy, "cure": diagnosis.cure}
            cured = preset.setup(seed).cured(0, diagnosis.cure).configs()[0]
            late = [after for at, after in diagnoses(cured, steps) if at > steps / 2]
            well = sum(after.name == "healthy" for after in late)
            row |= {"cured": late[-1].name, "well": well, "looks": len(late)}
            row["fair"] = late[-1].values["fair"] if late[-1].values.get("total") else None
            break
        said.append(diagnosis.name)
    return row | {"before": sorted(set(said)), "seconds": time.thread_time() - begun}


def ill_line(row: dict[str, Any]) -> str:
    """A row of the second table."""
    return (
        f"| {row['ill']} | {row['seed']} | {row['named_after']} | {', '.join(row['before'])} | {row['remedy']} | "
        f"{row['cured']} | {row['well']} of {row['looks']} | {'' if row['fair'] is None else row['fair']} | "
        f"{row['seconds']:.0f} |"
    )


def plainly(rows: list[dict[str, Any]]) -> str:
    """The sentence on MNIST's figures on the plain judge."""
    rows = [row for row in rows if "plain" in row]
    said = []
    for mark in MARKS["mnist"]:
        found = [row["plain"] for row in rows if abs(row["seconds"] - mark) < mark / 10]
        said.append(f"{', '.join(f'{value:.1f}' for value in found)} after {mark:.0f} s")
    return f"`mnist` scores {' and '.join(said)}, real data {rows[0]['plain_real']:.2f}."


def verdicts(rows: list[dict[str, Any]]) -> list[str]:
    """A sentence on how soon all modes are fair, for each set of points: at the slowest seed."""
    said = []
    for name, bar in FAIR.items():
        seeds = {row["seed"]: row["all_fair_after"] for row in rows if row["data"] == name}  # of the last mark
        if seeds:
            slowest = max(math.inf if after is None else after for after in seeds.values())
            what = f"`{name}`: CPU seconds until all modes are fair for good, at the slowest of {len(seeds)} seeds"
            said.append("- " + judged(what, slowest, bar, ".1f"))
    return said


def summary(name: str, rows: list[dict[str, Any]]) -> str:
    """An illness over all its seeds, as a row: how often and when it was named, by what it was cured and how often."""
    mine = [row for row in rows if row["ill"] == name]
    after = [row["named_after"] for row in mine if row["named_after"] is not None]
    when = f"{min(after)} to {max(after)}" if after else "never"
    cured = sum(row["well"] == row["looks"] > 0 for row in mine)
    remedies = ", ".join(sorted({row["remedy"] for row in mine} - {""}))
    fair = [row["fair"] for row in mine if row["fair"] is not None]
    modes = f"{min(fair)} to {max(fair)}" if fair else ""
    return f"| {name} | {len(after)} of {len(mine)} | {when} | {remedies} | {cured} of {len(mine)} | {modes} |"


def line(row: dict[str, Any]) -> str:
    """A row of the table."""
    keys = ("all_fair_after", "fair", "high_quality", "reverse_kl", "frechet", "frechet_real")
    cells = [f"{row[k]:.3g}" if row.get(k) is not None else "" for k in keys]
    return f"| {row['data']} | {row['seed']} | {row['seconds']:.0f} | {row['steps']:,} | " + " | ".join(cells) + " |"


def kept(path: Path, parts: Sequence[str], resume: bool) -> dict[str, Any]:
    """The results in a file that stay: of parts that are not asked for, and, to be resumed, of equal settings."""
    old: dict[str, Any] = {"recipes": [], "ills": [], "ills_on": {}, "date": ""}
    if path.exists():
        old |= json.loads(path.read_text())
    if "recipes" in parts and not resume:
        old["recipes"] = []
    if "ills" in parts:
        rows = [row for row in old["ills"] if resume and "recipe" in row]
        usual = {name: how_cured(name) for name in {row["ill"] for row in rows}}
        old["ills"] = [row for row in rows if (row["recipe"], row["cure"]) == usual[row["ill"]]]
    return old


def how_cured(name: str) -> tuple[str, dict[str, Any]]:
    """(the recipe of an illness, the settings that cure it), which are those of every seed."""
    (sick,) = ILLNESS_PRESETS[name].setup(0).configs()
    cures = (said.cure for _, said in diagnoses(sick, ILLNESS_PRESETS[name].steps) if said.name == name)
    return recipe(sick), next(cures, {})


def main() -> None:
    """Every recipe with a promise at every seed, in turn, then every illness."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--seeds", type=int, default=3)
    p.add_argument("--ill-seeds", type=int, default=10)
    p.add_argument("--data", nargs="*", choices=list(MARKS), default=list(MARKS))
    p.add_argument("--ills", nargs="*", choices=list(ILLNESS_PRESETS), default=list(ILLNESS_PRESETS))
    p.add_argument("--parts", nargs="*", choices=PARTS, default=list(PARTS), help="default: both")
    p.add_argument("--out", type=Path, default=RESULTS, help="where the figures go, after every row")
    p.add_argument("--resume", action="store_true", help="keep the rows of --out that had these settings")
    args = p.parse_args()
    torch.set_num_threads(1)
    results = kept(args.out, args.parts, args.resume)

    def note(part: str, row: dict[str, Any], shown: str) -> None:
        """Show a row and keep all so far."""
        print(shown, flush=True)
        results[part].append(row)
        today = machine()
        results.update(today if part == "recipes" else {"ills_on": today})
        write_whole(args.out, (json.dumps(results) + "\n").encode())

    if "recipes" in args.parts:
        heads = ("data", "seed", "CPU s", "steps", "all fair after s", "fair modes", "high quality", "reverse KL")
        print("| " + " | ".join((*heads, "Fréchet", "real data's")) + " |\n|" + "---|" * (len(heads) + 2))
        done = {(row["data"], row["seed"]) for row in results["recipes"]}
        for seed, name in itertools.product(range(args.seeds), args.data):
            for row in [] if (name, seed) in done else rows_of(name, seed):
                note("recipes", row, line(row))
        print("\n" + "\n".join(verdicts(results["recipes"])))
    if "ills" in args.parts:
        columns = (
            "illness",
            "seed",
            "named after steps",
            "said before",
            "remedy",
            "cured run",
            "well",
            "modes",
            "CPU s",
        )
        print("\n| " + " | ".join(columns) + " |\n|" + "---|" * len(columns))
        done = {(row["ill"], row["seed"]) for row in results["ills"]}
        for seed, name in itertools.product(range(args.ill_seeds), args.ills):
            if (name, seed) not in done:
                row = ill_row(name, seed)
                note("ills", row, ill_line(row))
    print(
        "\n| illness | named | after steps | remedy | well for 10,000 steps | modes then |\n|---|---|---|---|---|---|"
    )
    for name in ILLNESS_PRESETS:
        print(summary(name, results["ills"]))
    print(json.dumps(results))


if __name__ == "__main__":
    main()
