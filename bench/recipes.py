"""What the live tab's recommended settings reach on one thread, and whether its illnesses are found and cured.

`python -m bench.recipes [--seeds 3] [--ill-seeds 5]`.

Seconds are CPU seconds of the training alone, without measuring. `ring` and `grid`: when every mode had its fair share
for good, and PacGAN's figures after a while. Pictures: the Fréchet distance of 10,000 fakes to the test part on the
features of the shipped judge, and how many times that of the training part it is. Each of ILLS: after how many steps
the doctor names it, what it said before, and what it says of the cured run. Prints tables and, last, one JSON object.
"""

import argparse
import dataclasses
import json
import time
from collections.abc import Iterator
from typing import Any

import torch

from bench.machine import machine
from gan import data
from gan.config import TrainConfig
from gan.data import Pictures
from gan.diagnosis import Diagnosis, examine
from gan.evaluate import features_of
from gan.images import to_images
from gan.latents import z_from_seeds
from gan.live.illnesses import ILLS
from gan.live.observe import OBSERVE_EVERY, Observer
from gan.live.recipes import recommended
from gan.live.setup import Setup
from gan.metrics import frechet
from gan.modes import mode_report
from gan.trainer import Trainer

MARKS: dict[str, tuple[float, ...]] = {"ring": (8,), "grid": (25, 60), "digits": (3,), "mnist": (30, 60)}
EVERY = 50  # steps between two looks at the clock
LOOK_EVERY = 100  # and at the modes
CURED = 1_500  # steps of a cured run, by which all must be well
POINTS, PICTURES = 2_500, 10_000
FIRST_SEED = 10**8


def trained(trainer: Trainer, seconds: float) -> float:
    """Train for about so many CPU seconds; returns how many it took."""
    begun = time.thread_time()
    while (took := time.thread_time() - begun) < seconds:
        for _ in range(EVERY):
            trainer.step()
    return took


def points_rows(name: str, trainer: Trainer, marks: tuple[float, ...]) -> list[dict[str, Any]]:
    """A row for each mark: when all modes were fair for good by then, and the figures."""
    assert isinstance(trainer.data, data.Points)
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


@torch.no_grad()
def distance(name: str, trainer: Trainer) -> tuple[float, float]:
    """Fréchet distances to the test part: of fakes, and of the training part."""
    assert isinstance(trainer.data, Pictures)
    test = data.load(name, train=False)
    assert isinstance(test, Pictures)
    part = torch.randperm(len(trainer.data.pixels), generator=torch.Generator().manual_seed(0))[:PICTURES]
    z = z_from_seeds(range(FIRST_SEED, FIRST_SEED + PICTURES), trainer.config.z_dim)
    fake = torch.cat([trainer.G_ema(rows).float() for rows in z.split(1_000)])
    images = fake, to_images(trainer.data.pixels[part]), to_images(test.pixels[:PICTURES])
    fakes, train, reference = (features_of(name, x)[0] for x in images)
    return frechet(fakes, reference), frechet(train, reference)


def picture_rows(name: str, trainer: Trainer, marks: tuple[float, ...]) -> list[dict[str, Any]]:
    """A row for each mark: the distance, and how many times real data's it is."""
    spent, rows = 0.0, []
    for mark in marks:
        spent += trained(trainer, mark - spent)
        fake, real = distance(name, trainer)
        steps = trainer.nimg // trainer.config.batch // trainer.config.d_steps
        rows.append({"seconds": spent, "steps": steps, "frechet": fake, "frechet_real": real, "times": fake / real})
    return rows


def rows_of(name: str, seed: int) -> list[dict[str, Any]]:
    """The rows of a data set's default recipe at a seed."""
    config = dataclasses.replace(recommended(name, "relativistic"), seed=seed)
    trainer = Trainer(config, data.load(name))
    measure = points_rows if trainer.data.kind == "points" else picture_rows
    return [{"data": name, "seed": seed} | row for row in measure(name, trainer, MARKS[name])]


def diagnoses(config: TrainConfig, steps: int) -> Iterator[tuple[int, Diagnosis]]:
    """(steps, what the doctor says) every OBSERVE_EVERY steps of a run."""
    trainer = Trainer(config, data.load(config.data))
    observer, history = Observer(trainer), []
    for done in range(1, steps + 1):
        trainer.step()
        if done % OBSERVE_EVERY == 0:
            history.append(observer.look(trainer, done)[0])
            yield done, examine(history, config)


def ill_row(name: str, seed: int) -> dict[str, Any]:
    """How an illness goes: when the doctor names it, what else it said by then, and what it says of the cured run."""
    ill, begun = ILLS[name], time.thread_time()
    setup = Setup.of({"data": ill.data, "objective": ill.objective, "seed": seed} | ill.settings)
    row: dict[str, Any] = {"ill": name, "seed": seed, "named_after": None, "before": [], "cured": ""}
    said: list[str] = []
    for steps, diagnosis in diagnoses(setup.configs()[0], ill.steps):
        if diagnosis.name == name:
            cured = Setup.of(setup.to_json() | diagnosis.cure).configs()[0]
            row |= {"named_after": steps, "seconds": time.thread_time() - begun, "before": sorted(set(said))}
            *_, (_, after) = diagnoses(cured, CURED)
            return row | {"cured": after.name}
        said.append(diagnosis.name)
    return row | {"before": sorted(set(said)), "seconds": time.thread_time() - begun}


def ill_line(row: dict[str, Any]) -> str:
    """A row of the second table."""
    return (
        f"| {row['ill']} | {row['seed']} | {row['named_after']} | {row['seconds']:.1f} | "
        f"{', '.join(row['before'])} | {row['cured']} |"
    )


def line(row: dict[str, Any]) -> str:
    """A row of the table."""
    keys = ("all_fair_after", "fair", "high_quality", "reverse_kl", "frechet", "frechet_real", "times")
    cells = [f"{row[k]:.3g}" if row.get(k) is not None else "" for k in keys]
    return f"| {row['data']} | {row['seed']} | {row['seconds']:.0f} | {row['steps']:,} | " + " | ".join(cells) + " |"


def main() -> None:
    """Every recipe with a promise at every seed, in turn."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--seeds", type=int, default=3)
    p.add_argument("--ill-seeds", type=int, default=5)
    args = p.parse_args()
    torch.set_num_threads(1)
    heads = ("data", "seed", "CPU s", "steps", "all fair after s", "fair modes", "high quality", "reverse KL")
    print("| " + " | ".join((*heads, "Fréchet", "real data's", "times")) + " |")
    print("|" + "---|" * (len(heads) + 3))
    rows = []
    for seed in range(args.seeds):
        for name in MARKS:
            for row in rows_of(name, seed):
                print(line(row), flush=True)
                rows.append(row)
    columns = ("illness", "seed", "named after steps", "CPU s", "said before", "said of the cured run")
    print("\n| " + " | ".join(columns) + " |\n|" + "---|" * len(columns))
    ills = []
    for name in ILLS:
        for seed in range(args.ill_seeds):
            ills.append(ill_row(name, seed))
            print(ill_line(ills[-1]), flush=True)
    print(json.dumps({"recipes": rows, "ills": ills} | machine()))


if __name__ == "__main__":
    main()
