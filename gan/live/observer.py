"""Observer: what is measured of a live run every OBSERVE_EVERY steps, for the diagnosis and for the page.

Everything is measured at fixed latents against fixed reals, so that two equal runs give equal figures.
"""

import functools
import math
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from gan.data.points import Points
from gan.data.sets import dataset
from gan.data.stored import Stored
from gan.latents import z_from_seeds
from gan.live.p_real import logit_scale
from gan.media.clips import class_figures
from gan.media.images import to_images
from gan.media.medium import Watch
from gan.metrics.distances import PlaneDistance, class_report, frechet
from gan.metrics.modes import ModeReport, mode_report, mode_shares
from gan.models.judges import load_judge
from gan.networks.judge import Judge
from gan.training.diagnosis import Observation, spread
from gan.training.trainer import Trainer

OBSERVE_EVERY = 100  # steps between two observations
FAKES = 2_500  # points; PacGAN's number
D_SAMPLES, D_VALUES = 512, 512 * 28**2  # reals and fakes that D is asked about, at most, and what they hold
FIRST_SEED = 2 * 10**6  # far from the seeds people try and from those that are shown
Figure = float | int | None
Figures = dict[str, Figure]
FIGURES = ("modes", "fair", "total", "quality", "kl", "distance", "frechet", "variety", "passing", "real", "fake")


class JudgeEffort(NamedTuple):
    """How much the judge looks at, and how often.

    Attributes:
        fakes: pictures of G that it is shown.
        every: steps between two of its judgements.
        reals: real pictures whose features it compares them with.
    """

    fakes: int
    every: int
    reals: int


class Judgement(NamedTuple):
    """What D says of some reals and fakes: the larger size of the two losses, the share of reals that it likes less
    than the median fake, and the mean p_real of each.
    """

    loss: float
    passing: float
    real: float
    fake: float


CLIPS_EFFORT = JudgeEffort(100, OBSERVE_EVERY, 0)  # of clips, whose frames it is shown
JUDGE_EFFORT = {8: JudgeEffort(1_000, 400, 2_000), 64: JudgeEffort(300, 100, 1_000)}  # by resolution
LARGE_EFFORT = JudgeEffort(500, 1_000, 1_000)  # of larger pictures, which take it long


class Observer:
    """What stays the same through a run's observations, and what the last one saw.

    One trainer at a time: its latents, its data. `observe` leaves trainer and networks as they are.
    """

    def __init__(self, trainer: Trainer) -> None:
        data = trainer.data
        self.asked = min(D_SAMPLES, D_VALUES // math.prod(data.shape))
        self.reals, self.classes = data.labelled(self.asked * 4, torch.Generator().manual_seed(1))
        # The root mean square distance from the mean: the length that `drift` and `width` are told in.
        self.spread = spread(self.reals)
        self.distance = self.judge = self.watch = None
        count = FAKES
        if isinstance(data, Points):
            self.distance = distance_to(trainer.config.data, data)
        else:
            frames_of = dataset(trainer.config.data).frames_of
            self.framed = bool(frames_of)
            self.judge = judge_of(frames_of or trainer.config.data) if self.framed or data.shape[0] == 1 else None
            self.watch = watch_of(trainer.config.data, data) if isinstance(data, Stored) else None
            self.effort = CLIPS_EFFORT if self.framed else effort(data.shape[-1])
            count = self.effort.fakes
        self.z = z_from_seeds(range(FIRST_SEED, FIRST_SEED + count), trainer.config.z_dim)
        # Of all classes in turn, where G is told one.
        self.c = torch.arange(count) % len(data.classes) if trainer.conditional else None
        self._before: tuple[int, Tensor] | None = None
        self._drift = 0.0
        self._judged_at: int | None = None
        self._judged: Figures = {}
        self._shares: tuple[float, ...] = ()

    @torch.no_grad()
    def observe(self, trainer: Trainer, steps: int) -> tuple[Observation, Figures]:
        """(what the diagnosis needs to know, the figures for people): `steps` iterations have been made.

        The figures are those of FIGURES and the medium's own; one that means nothing for the data, or is not finite, is
        None. modes, fair and total are modes of points or classes of pictures; quality is the share of points within 3
        deviations of a mode, or of pictures that the judge is sure of; distance is sliced Wasserstein, in radii of the
        data; real and fake are the mean p_real of each.
        """
        data, finite = trainer.data, trainer.finite()
        figures: Figures = dict.fromkeys(FIGURES)
        fakes = trainer.G_ema(self.z, self.c).float()
        if not (finite and bool(fakes.isfinite().all())):
            return Observation(steps=steps, finite=False), figures
        if isinstance(data, Points):
            figures |= self._points(data, fakes)
        else:
            figures |= self._pictures(trainer, fakes, steps)
        variety = spread(fakes) / max(self.spread, 1e-12)
        judged = self._judgement(trainer, fakes)
        figures |= {
            "variety": number(variety), "passing": number(judged.passing), "real": number(judged.real),
            "fake": number(judged.fake),
        }  # fmt: skip
        observation = Observation(
            steps=steps, finite=True, loss=judged.loss, shares=self._shares,
            fair=int(figures["fair"] or 0), total=int(figures["total"] or 0), passing=judged.passing,
            sure=judged.real - judged.fake, variety=variety, drift=self._moved(fakes, steps),
            width=math.sqrt(self.spread * self.reals[0].numel()) / data.unit,
        )  # fmt: skip
        return observation, figures

    @torch.no_grad()
    def glance(self, trainer: Trainer, last: Observation, steps: int, seconds: float) -> Observation:
        """The last observation with what changes fast as it is now, which costs little: D's opinions and the losses.

        The observer itself stays as it is, so that figures depend on steps alone, however slow these are.
        """
        fakes = trainer.G_ema(self.z[: self.asked], None if self.c is None else self.c[: self.asked]).float()
        if not (trainer.finite() and bool(fakes.isfinite().all())):
            return Observation(steps=steps, seconds=seconds, finite=False)
        judged = self._judgement(trainer, fakes)
        return replace(
            last, steps=steps, seconds=seconds, loss=judged.loss, passing=judged.passing, sure=judged.real - judged.fake
        )

    def _judgement(self, trainer: Trainer, fakes: Tensor) -> Judgement:
        """What D says of fakes [N, ...] and of as many reals."""
        count = min(self.asked, len(fakes))
        c = None
        if self.c is not None:
            assert self.classes is not None
            c = torch.cat([self.classes[:count], self.c[:count]])
        on_real, on_fake = trainer.D(torch.cat([self.reals[:count], fakes[:count]]), c).chunk(2)
        losses = (trainer.objective.loss_d(on_real, on_fake).mean(), trainer.objective.loss_g(on_real, on_fake).mean())
        middle, factor = logit_scale(trainer.config.objective, on_real, on_fake)
        real, fake = (((logits - middle) * factor).sigmoid().mean().item() for logits in (on_real, on_fake))
        passing = float((on_real < on_fake.median()).float().mean())
        return Judgement(max(abs(loss.item()) for loss in losses), passing, real, fake)

    def _points(self, data: Points, fakes: Tensor) -> Figures:
        """The figures of points [N, 2]."""
        assert self.distance is not None
        figures: Figures = {"distance": number(self.distance(fakes))}
        if data.centres is None:
            return figures
        self._shares = tuple(mode_shares(fakes, data.centres).tolist())
        return figures | mode_figures(mode_report(fakes, data.centres, data.std))

    def _pictures(self, trainer: Trainer, fakes: Tensor, steps: int) -> Figures:
        """The medium's own figures, and the judge's of images [N, 1, R, R] or of the frames of clips [N, T, R, R].

        Between two of its judgements the judge's are those of the last.
        """
        own = {} if self.watch is None else {name: number(value) for name, value in self.watch(fakes).items()}
        if self.judge is None:
            return own
        if self._judged_at is not None and 0 <= steps - self._judged_at < self.effort.every:
            return own | self._judged
        self._judged_at = steps
        features = features_of(self.judge, fakes.flatten(0, 1)[:, None] if self.framed else fakes)
        logits = self.judge.head(features)
        classes = logits.argmax(1)
        counts = torch.bincount(classes, minlength=logits.shape[1])
        self._shares = tuple((counts / len(logits)).tolist())
        self._judged = mode_figures(class_report(logits))
        if self.framed:
            found = class_figures(classes.unflatten(0, fakes.shape[:2]), self.c)
            self._judged |= {name: number(value) for name, value in found.items()}
        else:
            assert isinstance(trainer.data, Stored)
            distance = frechet(features, real_features(trainer.config.data, trainer.data))
            self._judged["frechet"] = number(distance)
        return own | self._judged

    def _moved(self, fakes: Tensor, steps: int) -> float:
        """How far the fakes moved since the last observation, in the reals' radii; 0 at the first.

        Between two single steps there is too little to see: there it is what it was.
        """
        if self._before is None or steps < self._before[0]:
            self._before, self._drift = (steps, fakes), 0.0
        elif steps - self._before[0] >= OBSERVE_EVERY:
            moved = (fakes - self._before[1]).square().mean().item()
            self._before, self._drift = (steps, fakes), math.sqrt(moved / max(self.spread, 1e-12))
        return self._drift


def mode_figures(report: ModeReport) -> Figures:
    """A report's figures by their names here."""
    return {
        "modes": report.modes, "fair": report.fair, "total": report.total, "quality": number(report.high_quality),
        "kl": number(report.reverse_kl),
    }  # fmt: skip


def effort(resolution: int) -> JudgeEffort:
    """What the judge does for pictures of a resolution."""
    return JUDGE_EFFORT.get(resolution, LARGE_EFFORT)


def number(value: float) -> float | None:
    """The value, or None where it is not finite."""
    return value if math.isfinite(value) else None


@functools.lru_cache(maxsize=2)
def distance_to(name: str, data: Points) -> PlaneDistance:
    """The measure of a data set; it takes a tenth of a second to make, and megabytes to keep."""
    return PlaneDistance(data, FAKES)


@functools.lru_cache(maxsize=4)
def judge_of(name: str) -> Judge | None:
    """The classifier of a data set, read once; None if none is shipped."""
    judge = load_judge(name)
    # Three times as fast on a CPU with the channels last.
    return judge if judge is None else judge.to(memory_format=torch.channels_last)


@functools.lru_cache(maxsize=4)
def watch_of(name: str, data: Stored) -> Watch | None:
    """What makes the figures of the medium of a data set, which counts what is learnt once; None where it has none."""
    return data.medium.watching(data.rows, data.traits) if data.medium.watching else None


@functools.lru_cache(maxsize=4)
def real_features(name: str, data: Stored) -> Tensor:
    """[N, 64] what the judge of a data set sees in its pictures, made once."""
    judge = judge_of(name)
    assert judge is not None
    count = effort(data.shape[-1]).reals
    rows = torch.randperm(len(data.rows), generator=torch.Generator().manual_seed(1))[:count]
    return features_of(judge, to_images(data.rows[rows]))


@torch.no_grad()
def features_of(judge: Judge, images: Tensor) -> Tensor:
    """[N, 64] of images [N, 1, R, R]."""
    return torch.cat([judge.features(part.contiguous(memory_format=torch.channels_last)) for part in images.split(250)])
