"""How good a model is: every figure that its data allows, with what real data scores beside it."""

import dataclasses
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan.data import sets
from gan.data.pictures import Pictures, Stacked, coloured_as
from gan.data.points import Points
from gan.data.sets import Data
from gan.errors import ConfigError, DataError, ModelError
from gan.explore.render import render
from gan.latents import z_from_seeds
from gan.media.images import to_images
from gan.metrics.distances import coverage, frechet, stacked_report, two_sample
from gan.metrics.modes import mode_report
from gan.models.judges import load_judge
from gan.models.model import MAX_NAME, Model, readable
from gan.networks.judge import Judge
from gan.numbers import check_whole

POINTS_JUDGED, PICTURES_JUDGED, STACKED_JUDGED = 2_500, 10_000, 26_000
MIN_JUDGED, MAX_JUDGED, MAX_EVALUATE_SEED = 100, 50_000, 1_000
PIXEL_SIDE = 16
FIRST_SEED = 10**8  # far from the seeds people look at


def evaluate(model: Model, data_dir: Path | None = None, count: int = 0, seed: int = 0) -> dict[str, Any]:
    """The model's figures, JSON values; where real data scores something, under the same name + "_real".

    Args:
        count: samples; 0 takes PacGAN's 2,500 for points and 26,000 for stacked pictures, and 10,000 for others.
        seed: another set of samples.

    Raises:
        ConfigError: count is neither 0 nor from 100 to 50,000, or seed not from 0 to 1,000.
        DataError: the model's data set cannot be read.
        ModelError: of stacked pictures, the classifier is missing.
    """
    check_size(count, seed)
    config = model.config
    train = sets.load(config.data, data_dir, True, config.resolution)
    usual = POINTS_JUDGED if model.kind == "points" else PICTURES_JUDGED
    check_same(model, train)
    count = count or (STACKED_JUDGED if isinstance(train, Stacked) else usual)
    fake, c = fakes(model, train, count, seed)
    if isinstance(train, Points):
        return {"samples": count} | points_figures(train, fake, seed)
    test = sets.load(config.data, data_dir, False, config.resolution)
    if isinstance(train, Stacked) and isinstance(test, Stacked):
        return {"samples": count} | stacked_figures(model, train, test, fake, seed)
    assert isinstance(train, Pictures) and isinstance(test, Pictures)
    return {"samples": count} | picture_figures(model, train, coloured_as(test, train), fake, c)


def check_size(count: int, seed: int) -> None:
    """Raise ConfigError if count is neither 0 nor from 100 to 50,000, or seed not from 0 to 1,000."""
    if count and not MIN_JUDGED <= count <= MAX_JUDGED:
        raise ConfigError(f"--samples must be 0 or from {MIN_JUDGED} to {MAX_JUDGED:,}, not {count}")
    check_whole("--seed", seed, 0, MAX_EVALUATE_SEED)


def check_same(model: Model, train: Data) -> None:
    """Raise DataError if the data are not what the model learnt: a folder may have changed since."""
    if tuple(train.shape) != tuple(model.shape):
        learnt, now = ("x".join(map(str, shape)) for shape in (model.shape, train.shape))
        raise DataError(f"{model.name} learnt samples of {learnt}, and {model.config.data:.60} has {now} now")
    if model.classes and tuple(readable(name, MAX_NAME) for name in train.classes) != model.classes:
        raise DataError(f"{model.name} learnt other classes than {model.config.data:.60} has now")


def fakes(model: Model, train: Data, count: int, seed: int) -> tuple[Tensor, Tensor | None]:
    """(`count` of a model's samples, their classes if it has any), another set for each seed."""
    first = FIRST_SEED + seed * 10**6
    z = z_from_seeds(range(first, first + count), model.G.z_dim)
    # Classes as often as the training part has them.
    c = train.labelled(count, torch.Generator().manual_seed(seed))[1] if model.classes else None
    return render(model, z, c=c), c


def points_figures(reals: Points, fake: Tensor, seed: int) -> dict[str, Any]:
    """Modes, high quality and reverse KL where the modes are known; the two-sample test always."""
    generator = torch.Generator().manual_seed(seed)
    real, other = reals.sample(len(fake), generator), reals.sample(len(fake), generator)
    figures: dict[str, Any] = {}
    if reals.centres is not None:
        report = dataclasses.asdict(mode_report(fake, reals.centres, reals.std))
        best = dataclasses.asdict(mode_report(real, reals.centres, reals.std))
        figures |= report | {f"{key}_real": value for key, value in best.items() if key != "total"}
    return figures | {"two_sample": two_sample(real, fake), "two_sample_real": two_sample(real, other)}


@torch.no_grad()
def features_of(name: str, images: Tensor) -> tuple[Tensor, str]:
    """(features [N, F] of images, what made them): a shipped judge of that data, else pixels, at most 16 by 16.

    The roots of a covariance of all 12,288 values of a coloured picture of 64 px would take hours.
    """
    judge = load_judge(name) if images.shape[1] == 1 else None
    if judge is None:
        side = min(images.shape[-1], PIXEL_SIDE)
        return torch.nn.functional.adaptive_avg_pool2d(images, side).flatten(1), f"pixels at {side} px"
    return torch.cat([judge.features(part) for part in images.split(500)]), f"judge-{name}"


def picture_figures(
    model: Model, train: Pictures, test: Pictures, fake: Tensor, c: Tensor | None = None
) -> dict[str, Any]:
    """Fréchet distance, precision, recall, density, coverage, two-sample test, and what the critic accepts."""
    name = model.config.data
    held = rows(len(test.pixels), len(fake))
    images = {
        "train": to_images(train.pixels[shuffled(len(train.pixels))[: len(fake)]]),
        "test": to_images(test.pixels[held]), "fake": fake,
    }  # fmt: skip
    made = {key: features_of(name, value) for key, value in images.items()}
    f = {key: features for key, (features, _) in made.items()}
    figures: dict[str, Any] = {
        "features": made["fake"][1],
        "frechet": frechet(f["fake"], f["test"]), "frechet_real": frechet(f["train"], f["test"]),
    }  # fmt: skip
    # Neighbourhoods compare sets of one size.
    n = min(len(features) for features in f.values())
    figures |= dataclasses.asdict(coverage(f["test"][:n], f["fake"][:n]))
    figures |= {f"{key}_real": v for key, v in dataclasses.asdict(coverage(f["test"][:n], f["train"][:n])).items()}
    figures |= {"two_sample": two_sample(f["test"], f["fake"]), "two_sample_real": two_sample(f["test"], f["train"])}
    on_test = test.labels[held] if model.classes and test.labels is not None else None
    return figures | critic_figures(model, images["test"], fake, (on_test, c))


def shuffled(count: int) -> Tensor:
    """The numbers below `count` in an order that is always the same."""
    return torch.randperm(count, generator=torch.Generator().manual_seed(0))


def rows(count: int, most: int) -> Tensor:
    """All numbers below `count`, or `most` of them at random: a folder's pictures lie in the order of their classes."""
    return torch.arange(count) if count <= most else shuffled(count)[:most]


def stack_judge(name: str) -> Judge:
    """The classifier that knows every channel of pictures stacked of the set `name`.

    Raises:
        ModelError: none is shipped.
    """
    judge = load_judge(name)
    if judge is None:
        raise ModelError(f"the classifier of {name} is not in weights/, and stacked pictures are judged by it")
    # Three times as fast on a CPU with the channels last, in small batches.
    return judge.to(memory_format=torch.channels_last)


@torch.no_grad()
def stack_features(judge: Judge, images: Tensor) -> Tensor:
    """[N, C, 64] what a judge of grey pictures sees in each channel of images [N, C, R, R]."""
    grey = images.flatten(0, 1)[:, None]
    parts = [judge.features(part.contiguous(memory_format=torch.channels_last)) for part in grey.split(100)]
    return torch.cat(parts).unflatten(0, images.shape[:2])


def stacked_figures(model: Model, train: Stacked, test: Stacked, fake: Tensor, seed: int) -> dict[str, Any]:
    """Modes and KL over all combinations of classes, Fréchet distance, two-sample test, what the critic accepts."""
    judge, generator = stack_judge(train.of), torch.Generator().manual_seed(seed)
    images = {"fake": fake, "train": train.sample(len(fake), generator), "test": test.sample(len(fake), generator)}
    seen = {key: stack_features(judge, value) for key, value in images.items()}
    figures = dataclasses.asdict(stacked_report(judge.head(seen["fake"])))
    best = dataclasses.asdict(stacked_report(judge.head(seen["train"])))
    figures |= {f"{key}_real": value for key, value in best.items() if key != "total"}
    f = {key: features.flatten(1) for key, features in seen.items()}
    figures |= {
        "features": f"judge-{train.of}, each channel",
        "frechet": frechet(f["fake"], f["test"]), "frechet_real": frechet(f["train"], f["test"]),
        "two_sample": two_sample(f["test"], f["fake"]), "two_sample_real": two_sample(f["test"], f["train"]),
    }  # fmt: skip
    return figures | critic_figures(model, images["test"], fake)


def critic_figures(
    model: Model, real: Tensor, fake: Tensor, classes: tuple[Tensor | None, Tensor | None] = (None, None)
) -> dict[str, float]:
    """The critic's mean opinion, sigmoid(logits), of both sets and the share of each that it takes for real.

    A relativistic or Wasserstein critic has no zero, only an order: `critic_rank` is the share of reals that it
    likes less than a fake, on average; 0.5 where it cannot tell them apart.
    """
    with torch.inference_mode():
        logits = [
            torch.cat(
                [
                    model.D(x[at : at + 500].clone(), None if c is None else c[at : at + 500])
                    for at in range(0, len(x), 500)
                ]
            )
            for x, c in zip((real, fake), classes, strict=True)
        ]
    on_real, on_fake = (x.sigmoid() for x in logits)
    rank = torch.searchsorted(logits[0].sort().values, logits[1]).double().mean() / len(real)
    return {
        "critic_rank": rank.item(),
        "critic_on_real": on_real.mean().item(), "critic_on_fake": on_fake.mean().item(),
        "reals_accepted": (on_real > 0.5).float().mean().item(),
        "fakes_accepted": (on_fake > 0.5).float().mean().item(),
    }  # fmt: skip


LABELS: dict[str, str] = {
    "samples": "samples",
    "modes": "modes covered", "fair": "modes with a fair share", "high_quality": "share of high quality",
    "reverse_kl": "reverse KL", "frechet": "Fréchet distance", "precision": "precision", "recall": "recall",
    "density": "density", "coverage": "coverage", "two_sample": "two-sample test (50 % is perfect)",
    "critic_rank": "reals the critic likes less than a fake",
    "critic_on_real": "critic's mean opinion of real", "critic_on_fake": "critic's mean opinion of fake",
    "reals_accepted": "reals the critic accepts", "fakes_accepted": "fakes the critic accepts",
}  # fmt: skip
SHARES = {
    "high_quality", "critic_rank", "two_sample", "critic_on_real", "critic_on_fake", "reals_accepted", "fakes_accepted",
}  # fmt: skip


def table(figures: dict[str, Any]) -> str:
    """The figures for people, a line each: the model's and, where there is one, real data's."""
    lines = [f"{'':40}{'model':>10}{'real':>10}"]
    for key, label in LABELS.items():
        if key in figures:
            cells = [shown(key, figures[key]), shown(key, figures.get(f"{key}_real"))]
            lines.append(f"{label:40}{cells[0]:>10}{cells[1]:>10}".rstrip())
    if "features" in figures:
        lines.append(f"distances on the features of: {figures['features']}; real: train against test part")
    return "\n".join(lines)


def shown(key: str, value: Any) -> str:
    """A figure for people; "" for none."""
    if value is None:
        return ""
    if key in SHARES:
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
