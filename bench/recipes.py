"""What the live tab's recommended settings reach on one thread, and whether its illnesses are found and cured.

`python -m bench.recipes [--seeds 3] [--ill-seeds 5]`.

Seconds are CPU seconds of the training alone, without measuring. `ring` and `grid`: when every mode had its fair share
for good, and PacGAN's figures after a while. Pictures: the Fréchet distance of 10,000 fakes to the test part on the
features of the shipped judge, and for MNIST of a second one whose scale is more common. Each illness: after how many
steps the doctor names it, what it said before, and what it says of the cured run. Prints tables and, last, JSON.
"""

import argparse
import dataclasses
import functools
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from bench.machine import machine
from gan.data import sets
from gan.data.pictures import Pictures
from gan.data.points import Points
from gan.evaluation.evaluate import features_of
from gan.latents import z_from_seeds
from gan.live.illness_presets import ILLNESS_PRESETS
from gan.live.observer import OBSERVE_EVERY, Observer
from gan.live.recipes import recommended
from gan.live.setup import Setup
from gan.media.images import to_images
from gan.metrics.distances import frechet
from gan.metrics.modes import mode_report
from gan.networks.layers import initialise
from gan.recipe.config import TrainConfig
from gan.training.diagnosis import Diagnosis, examine
from gan.training.trainer import Trainer

MARKS: dict[str, tuple[float, ...]] = {"ring": (8,), "grid": (25, 60), "digits": (3,), "mnist": (30, 60)}
EVERY = 50  # steps between two looks at the clock
LOOK_EVERY = 100  # and at the modes
CURED = 1_500  # steps of a cured run, by which all must be well
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
    assert isinstance(reals, Pictures)
    assert isinstance(test, Pictures)
    assert reals.labels is not None
    adam = torch.optim.Adam(judge.parameters(), 1e-3, fused=True)
    for epoch in range(PLAIN_EPOCHS):
        adam.param_groups[0]["lr"] = 1e-3 * (1 - epoch / PLAIN_EPOCHS)
        for rows in torch.randperm(len(reals.pixels), generator=generator).split(128):
            loss = nn.functional.cross_entropy(judge(to_images(reals.pixels[rows])), reals.labels[rows])
            adam.zero_grad()
            loss.backward()
            adam.step()
    with torch.no_grad():
        right = [judge(to_images(part)).argmax(1) for part in test.pixels.split(1_000)]
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
    assert isinstance(reals, Pictures)
    assert isinstance(test, Pictures)
    part = torch.randperm(len(reals.pixels), generator=torch.Generator().manual_seed(0))[:PICTURES]
    z = z_from_seeds(range(FIRST_SEED, FIRST_SEED + PICTURES), trainer.config.z_dim)
    fake = torch.cat([trainer.G_ema(rows).float() for rows in z.split(1_000)])
    images = fake, to_images(reals.pixels[part]), to_images(test.pixels[:PICTURES])
    fakes, train, reference = (features_of(name, x)[0] for x in images)
    found = {"frechet": frechet(fakes, reference), "frechet_real": frechet(train, reference)}
    if name == "mnist":
        every = torch.cat([plain_features(to_images(rows)) for rows in reals.pixels.split(5_000)])
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


def ill_row(name: str, seed: int) -> dict[str, Any]:
    """How an illness goes: when the doctor names it, what else it said by then, and what it says of the cured run."""
    preset, begun = ILLNESS_PRESETS[name], time.thread_time()
    setup = preset.setup(seed)
    row: dict[str, Any] = {"ill": name, "seed": seed, "named_after": None, "before": [], "cured": ""}
    said: list[str] = []
    for steps, diagnosis in diagnoses(setup.configs()[0], preset.steps):
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


def plainly(rows: list[dict[str, Any]]) -> str:
    """The sentence on MNIST's figures on the plain judge."""
    rows = [row for row in rows if "plain" in row]
    said = []
    for mark in MARKS["mnist"]:
        found = [row["plain"] for row in rows if abs(row["seconds"] - mark) < mark / 10]
        said.append(f"{', '.join(f'{value:.1f}' for value in found)} after {mark:.0f} s")
    return f"`mnist` scores {' and '.join(said)}, real data {rows[0]['plain_real']:.2f}."


def summary(name: str, rows: list[dict[str, Any]]) -> str:
    """An illness over all its seeds, as a row: how often and when it was named, and how often its cure helped."""
    mine = [row for row in rows if row["ill"] == name]
    after = [row["named_after"] for row in mine if row["named_after"] is not None]
    when = f"{min(after)} to {max(after)}" if after else "never"
    cured = sum(row["cured"] == "healthy" for row in mine)
    return f"| {name} | {len(after)} of {len(mine)} | {when} | {cured} of {len(mine)} |"


def line(row: dict[str, Any]) -> str:
    """A row of the table."""
    keys = ("all_fair_after", "fair", "high_quality", "reverse_kl", "frechet", "frechet_real")
    cells = [f"{row[k]:.3g}" if row.get(k) is not None else "" for k in keys]
    return f"| {row['data']} | {row['seed']} | {row['seconds']:.0f} | {row['steps']:,} | " + " | ".join(cells) + " |"


def main() -> None:
    """Every recipe with a promise at every seed, in turn."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--seeds", type=int, default=3)
    p.add_argument("--ill-seeds", type=int, default=5)
    p.add_argument("--data", nargs="*", choices=list(MARKS), default=list(MARKS))
    args = p.parse_args()
    torch.set_num_threads(1)
    heads = ("data", "seed", "CPU s", "steps", "all fair after s", "fair modes", "high quality", "reverse KL")
    print("| " + " | ".join((*heads, "Fréchet", "real data's")) + " |")
    print("|" + "---|" * (len(heads) + 2))
    rows = []
    for seed in range(args.seeds):
        for name in args.data:
            for row in rows_of(name, seed):
                print(line(row), flush=True)
                if "plain" in row:
                    print(f"on the plain judge: {row['plain']:.3g}, real data {row['plain_real']:.3g}", flush=True)
                rows.append(row)
    columns = ("illness", "seed", "named after steps", "CPU s", "said before", "said of the cured run")
    print("\n| " + " | ".join(columns) + " |\n|" + "---|" * len(columns))
    ills = []
    for name in ILLNESS_PRESETS:
        for seed in range(args.ill_seeds):
            ills.append(ill_row(name, seed))
            print(ill_line(ills[-1]), flush=True)
    print("\n| illness | named | after steps | cured |\n|---|---|---|---|")
    for name in ILLNESS_PRESETS:
        print(summary(name, ills))
    print(json.dumps({"recipes": rows, "ills": ills} | machine()))


if __name__ == "__main__":
    main()
