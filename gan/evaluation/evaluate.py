"""How good a model is: every figure that its data allows, with what real data scores beside it."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan.data import sets
from gan.data.pictures import Stacked
from gan.data.points import Compared
from gan.data.sets import Data
from gan.data.stored import Stored
from gan.errors import ConfigError, DataError, ModelError
from gan.evaluation.sources import changed_since, check_enough
from gan.explore.render import render
from gan.latents import z_from_seeds
from gan.media import MEDIA
from gan.media.medium import Compare
from gan.metrics.distances import NEIGHBOURS, coverage, frechet, outranked, stacked_report, two_sample
from gan.metrics.modes import mode_report
from gan.models.judges import features_of, load_judge
from gan.models.model import MAX_NAME, Model, check_seeded, readable
from gan.networks.judge import Judge
from gan.numbers import check_whole
from gan.recipe.augment import augmentations_for
from gan.training.diagnosis import blind

MIN_JUDGED, MAX_JUDGED, MAX_EVALUATE_SEED = 100, 50_000, 1_000
FIRST_SEED = 10**8  # far from the seeds people look at
Figures = dict[str, Any]


def evaluate(
    model: Model, data_dir: Path | None = None, count: int = 0, seed: int = 0, path: Path | None = None
) -> Figures:
    """The model's figures, JSON values; where real data scores something, under the same name + "_real".

    What makes figures less than they seem stands in sentences under "warnings".

    Args:
        count: samples; 0 takes what is usual for the data: 2,500 points as in PacGAN, 10,000 pictures.
        seed: another set of samples.
        path: the model's file, if it has one: a run knows whether its data changed since.

    Raises:
        ConfigError: count is neither 0 nor from 100 to 50,000, or seed not from 0 to 1,000; or the model repairs
            pictures, so that it has no samples.
        DataError: the model's data set cannot be read, or holds too few pictures that differ.
        ModelError: the classifier that the data needs is missing.
    """
    check_seeded(model)
    check_size(count, seed)
    config = model.config
    train = sets.load(config.data, data_dir, True, config.resolution)
    check_same(model, train)
    test = sets.load(config.data, data_dir, False, config.resolution)
    for part in (train, test):
        check_enough(config.data, part, NEIGHBOURS + 1)
    info = sets.dataset(config.data)
    count = count or info.judged or info.medium.judged
    fake, c = fakes(model, train, count, seed)
    figures: Figures = {"samples": count} | figures_of(model, train, test, fake, c, seed)
    changed = changed_since(path, train) if path else ""
    return figures | {"warnings": [changed, *figures.get("warnings", ())]} if changed else figures


def figures_of(model: Model, train: Data, test: Data, fake: Tensor, c: Tensor | None = None, seed: int = 0) -> Figures:
    """What fakes [N, *shape] of classes c [N] score against both parts of the data: all that means something for it."""
    info = sets.dataset(model.config.data)
    judged = Judged(model, train, train.compared(test, len(fake), seed), fake, c)
    figures: Figures = {}
    for name in info.figures or info.medium.figures:
        figures |= FIGURES[name](judged)
    figures |= info.medium.measured(Compare(*judged.real[:2], fake, train.traits, c, seed))
    same = same_parts(train, test)
    warnings = [warning for warning in (same, few_for(judged), "" if same else unseen(judged, figures)) if warning]
    return figures | ({"warnings": warnings} if warnings else {})


class Judged:
    """A model's fakes beside real samples, and what both look like to whatever compares them.

    Attributes:
        real: of the training and of the test part.
        fake: [N, *shape] of classes `c` [N].
    """

    def __init__(self, model: Model, data: Data, real: Compared, fake: Tensor, c: Tensor | None) -> None:
        self.model, self.data, self.real, self.fake, self.c = model, data, real, fake, c
        self._features: dict[str, Tensor] = {}
        self.seen_by = ""  # what made the features

    @property
    def features_made(self) -> bool:
        """Whether any figure has looked at features."""
        return bool(self._features)

    @property
    def features(self) -> dict[str, Tensor]:
        """ "train", "test" and "fake" -> [N, F], made once."""
        if not self._features:
            for name, samples in (("train", self.real.train), ("test", self.real.test), ("fake", self.fake)):
                if isinstance(self.data, Stacked):
                    judge, self.seen_by = stack_judge(self.data.of), f"judge-{self.data.of}, each channel"
                    self._features[name] = stack_features(judge, samples).flatten(1)
                else:
                    self._features[name], self.seen_by = features_of(self.model.config.data, samples)
        return self._features


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


def same_parts(train: Data, test: Data) -> str:
    """What figures of a set too small to be parted are worth; "" where the test part was held out."""
    if not isinstance(train, Stored) or not isinstance(test, Stored):
        return ""
    if train.rows.shape != test.rows.shape or not torch.equal(train.rows, test.rows):
        return ""
    return (
        f"{train.size:,} {train.medium.noun} are too few to hold some out: the model saw all of them, so a copy of "
        "each would score best, and the column of real data compares them with themselves"
    )


def few_for(judged: Judged) -> str:
    """What a Fréchet distance is worth that fewer pictures than features decide; "" where they are enough."""
    if not judged.features_made:
        return ""
    count, features = min(map(len, judged.features.values())), judged.features["test"].shape[1]
    if count > features:
        return ""
    return (
        f"{count:,} {judged.data.medium.noun} are fewer than the {features:,} features that the Fréchet distance is "
        "taken between: it comes out too large, and compares only with one of as many pictures"
    )


def unseen(judged: Judged, figures: Figures) -> str:
    """What the critic does not see, where another classifier does; "" where neither or both do."""
    if "two_sample" not in figures or "critic_rank" not in figures:
        return ""
    augment = augmentations_for(judged.model.config.augment, judged.data.size)
    return blind(figures["two_sample"], 1 - figures["critic_rank"], augment)


def fakes(model: Model, train: Data, count: int, seed: int) -> tuple[Tensor, Tensor | None]:
    """(`count` of a model's samples, their classes if it has any), another set for each seed."""
    first = FIRST_SEED + seed * 10**6
    z = z_from_seeds(range(first, first + count), model.G.z_dim)
    # Classes as often as the training part has them.
    c = train.labelled(count, torch.Generator().manual_seed(seed))[1] if model.classes else None
    return render(model, z, c=c), c


def modes(judged: Judged) -> Figures:
    """Modes, high quality and reverse KL, where the modes are known."""
    if judged.data.centres is None:
        return {}
    fake, real = (mode_report(x, judged.data.centres, judged.data.std) for x in (judged.fake, judged.real.test))
    return beside_real(dataclasses.asdict(fake), dataclasses.asdict(real))


def combinations(judged: Judged) -> Figures:
    """Modes and KL over all combinations of the classes that a judge sees in each channel of a stacked picture."""
    assert isinstance(judged.data, Stacked)
    judge = stack_judge(judged.data.of)
    channels = judged.data.channels
    fake, real = (
        stacked_report(judge.head(judged.features[name].unflatten(1, (channels, -1)))) for name in ("fake", "train")
    )
    return beside_real(dataclasses.asdict(fake), dataclasses.asdict(real))


def beside_real(figures: Figures, real: Figures) -> Figures:
    """Figures, and what real samples score, but for the number of modes that there are."""
    return figures | {f"{key}_real": value for key, value in real.items() if key != "total"}


def distance(judged: Judged) -> Figures:
    """Fréchet's distance to the test part; that of the training part beside it."""
    f = judged.features
    distances = {"frechet": frechet(f["fake"], f["test"]), "frechet_real": frechet(f["train"], f["test"])}
    return {"features": judged.seen_by} | distances


def neighbourhoods(judged: Judged) -> Figures:
    """Precision, recall, density and coverage: of sets of one size."""
    n = min(len(features) for features in judged.features.values())
    test, fake, train = (judged.features[name][:n] for name in ("test", "fake", "train"))
    return beside_real(dataclasses.asdict(coverage(test, fake)), dataclasses.asdict(coverage(test, train)))


def told_apart(judged: Judged) -> Figures:
    """How often a classifier tells fakes, and held-back reals, from the test part."""
    f = judged.features
    return {"two_sample": two_sample(f["test"], f["fake"]), "two_sample_real": two_sample(f["test"], f["train"])}


def critic(judged: Judged) -> Figures:
    """What the critic thinks of both; fakes and reals of their own classes."""
    on_test = judged.real.c if judged.model.classes else None
    return critic_figures(judged.model, judged.real.test, judged.fake, (on_test, judged.c))


# What a medium, or a data set, may name among its figures.
FIGURES: dict[str, Callable[[Judged], Figures]] = {
    "modes": modes, "combinations": combinations, "frechet": distance, "coverage": neighbourhoods,
    "two_sample": told_apart, "critic": critic,
}  # fmt: skip


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
    return {
        "critic_rank": outranked(*logits),
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
} | {name: label for medium in MEDIA.values() for name, label in medium.labels.items()}  # fmt: skip
SHARES = {
    "high_quality", "critic_rank", "two_sample", "critic_on_real", "critic_on_fake", "reals_accepted", "fakes_accepted",
}  # fmt: skip


def table(figures: Figures) -> str:
    """The figures for people, a line each: the model's and, where there is one, real data's and a plain model's."""
    baseline = any(key.endswith("_baseline") for key in figures)
    lines = [f"{'':40}{'model':>10}{'real':>10}" + f"{'baseline':>10}" * baseline]
    for key, label in LABELS.items():
        if key in figures:
            cells = [shown(key, figures.get(name)) for name in (key, f"{key}_real", f"{key}_baseline")]
            lines.append(f"{label:40}{cells[0]:>10}{cells[1]:>10}{cells[2]:>10}".rstrip())
    if "features" in figures:
        lines.append(f"distances on the features of: {figures['features']}; real: train against test part")
    lines += [f"careful: {warning}" for warning in figures.get("warnings", [])]
    return "\n".join(lines)


def shown(key: str, value: Any) -> str:
    """A figure for people; "" for none."""
    if value is None:
        return ""
    if key in SHARES:
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
