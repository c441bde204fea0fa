"""What is going wrong in a run: pure functions of what was measured of it.

`diagnose` gives the command line's sentence for a tick; `examine` is the doctor of live runs, who looks back on the
last observations, names the illness and the smallest change that cures it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import torch
from torch import Tensor

from gan.data.sets import dataset
from gan.metrics.modes import ModeReport
from gan.recipe.config import TrainConfig

RUNAWAY_LOSS = 1e5  # no objective comes near it in a healthy run
COLLAPSED_MODES = 0.5  # no more fair modes than this share is a collapse
COLLAPSED_SPREAD = 0.25  # so is a spread of the samples below this share of the data's
# D is blind where another classifier is right so much more often. Of our models, where faces were moved about by
# `shift` it was .26 more often, of others -.19 to .09, but for swinging digits, .28.
BLIND = 0.15
BLINDING = ("shift", "cutout", "color")  # the augmentations, those first that hide most of what D could know

ILLNESSES: dict[str, str] = {
    "starting": "too early to tell",
    "healthy": "nothing is wrong",
    "diverged": "the losses or the fakes run away",
    "one-point": "the data is a single spot: there is nothing to cover",
    "strong-critic": "D tells every fake from every real, and G learns nothing from it",
    "collapsed": "G makes only some of what there is",
    "oscillating": "G and D chase each other without coming to rest",
}
RUNAWAY_SPREAD = 100.0  # fakes ten times as wide as the data are on their way out
SPOT = 0.2  # data narrower than this, in units of the networks, is one point with some noise
SHORT, STRONG, LONG = 500, 800, 1_000  # steps that an illness must last
# Where steps are slow, an illness that one sees must last so many seconds and steps instead.
PATIENCE, FEWEST = 6.0, 100
# D is too strong where fewer reals than this pass for fakes, and its mean opinions of the two are further apart than
# this; objectives that stop at a margin never come as far.
NONE_PASS = 0.004
SURE: dict[str, float] = {"hinge": 0.45, "least-squares": 0.65}
SURE_USUALLY = 0.7
SLOW_AVERAGE = 20_000.0  # samples: a moving average as long as this smooths the chase out
MANY = 5  # D steps an iteration with which a Wasserstein critic keeps up
WASSERSTEIN = ("wasserstein", "wasserstein-gp")


@dataclass(frozen=True)
class Observation:
    """What the doctor knows of a run at one moment; of a run whose weights are no numbers, only that.

    Attributes:
        steps: iterations made.
        seconds: of training so far; 0 throughout where nobody waits.
        finite: whether every weight is a finite number.
        loss: the larger size of the two losses.
        shares: of the fakes nearest to each known mode, or that the judge takes for each class; () where unknown.
        fair, total: modes or classes with a fair share of good fakes, and all there are; 0, 0 where unknown.
        passing: share of reals that D likes less than the median fake, 0..1; about a half where it cannot tell.
        sure: D's mean opinion of reals minus that of fakes, -1..1.
        variety: spread of the fakes over that of the reals.
        drift: how far the fakes at fixed z moved in 100 steps, root mean square, in radii of the reals.
        width: the radius of the reals, in the unit that the networks see.
    """

    steps: int
    seconds: float = 0.0
    finite: bool = True
    loss: float = 0.0
    shares: tuple[float, ...] = ()
    fair: int = 0
    total: int = 0
    passing: float = 0.5
    sure: float = 0.0
    variety: float = 1.0
    drift: float = 0.0
    width: float = 1.0


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor says.

    Attributes:
        name: one of ILLNESSES.
        values: numbers for the sentence.
        remedy: what is done about it: REMEDIES joined by "+"; "" where there is nothing.
        cure: the settings of TrainConfig that the remedy changes, each from another value that is in force.
    """

    name: str
    values: dict[str, float] = field(default_factory=dict)
    remedy: str = ""
    cure: dict[str, Any] = field(default_factory=dict)


def examine(history: Sequence[Observation], config: TrainConfig) -> Diagnosis:
    """What the last observations of a run with `config` say, oldest first, about 100 steps apart.

    An illness must last a while before it is named: SHORT, STRONG or LONG steps, or less where these take long.
    Divergence is named at once.
    """
    if not history:
        return Diagnosis("starting")
    now = history[-1]
    if not now.finite or not now.loss < RUNAWAY_LOSS or now.variety > RUNAWAY_SPREAD:  # NaN included
        return Diagnosis("diverged", {"steps": now.steps}, **treatment(config, "rate"))
    if now.width < SPOT:
        return Diagnosis("one-point")
    sure = of_late(history, STRONG)
    if sure and all(too_strong(observation, config.objective) for observation in sure):
        passing = {"passing": max(observation.passing for observation in sure)}
        return Diagnosis("strong-critic", passing, **treatment(config, "brake", "even"))
    if now.steps < SHORT:
        return Diagnosis("starting")
    if all(collapsed(observation) for observation in of_late(history, SHORT)):
        values = {"fair": held(now), "total": len(now.shares), "variety": now.variety}
        return Diagnosis("collapsed", values, **treatment(config, "critic-steps", "brake", "pairs", "rates"))
    drift = median(observation.drift for observation in last(history, LONG))
    restless = drift > dataset(config.data).medium.restless
    if now.steps >= LONG and restless:
        remedies = ("critic-steps", "average+rate", "rate")
        return Diagnosis("oscillating", {"drift": drift}, **treatment(config, *remedies))
    if now.steps < LONG and (too_strong(now, config.objective) or restless):
        return Diagnosis("starting")
    return Diagnosis("healthy", {"fair": now.fair, "total": now.total})


def last(history: Sequence[Observation], steps: int) -> list[Observation]:
    """The observations of the last `steps` steps."""
    return [observation for observation in history if observation.steps > history[-1].steps - steps]


def of_late(history: Sequence[Observation], steps: int) -> list[Observation]:
    """The observations for which an illness must have lasted, [] in a run that is younger than that.

    They are those of the last `steps` steps or, where these take longer, of the last PATIENCE seconds and FEWEST steps.
    """
    now = history[-1]
    by_steps = last(history, steps) if now.steps >= steps else []
    if now.seconds < PATIENCE or now.steps < FEWEST:
        return by_steps
    begun = now.seconds - PATIENCE
    by_time = [seen for seen in history if seen.seconds > begun or seen.steps > now.steps - FEWEST]
    return by_time if not by_steps or len(by_time) < len(by_steps) else by_steps


def held(observation: Observation) -> int:
    """Modes or classes near which at least a fifth of their equal share of the fakes lies."""
    return sum(share >= 1 / len(observation.shares) / 5 for share in observation.shares)


def collapsed(observation: Observation) -> bool:
    """Whether the fakes lie at few of the modes, or nearly at one place."""
    modes = len(observation.shares)
    return (modes > 0 and held(observation) <= COLLAPSED_MODES * modes) or observation.variety < COLLAPSED_SPREAD


def too_strong(observation: Observation, objective: str) -> bool:
    """Whether D tells all apart, with nothing left to say how to do better.

    A Wasserstein critic is meant to be as good as it can be.
    """
    return (
        objective not in WASSERSTEIN
        and observation.passing < NONE_PASS
        and observation.sure > SURE.get(objective, SURE_USUALLY)
    )


def treatment(config: TrainConfig, *remedies: str) -> dict[str, Any]:
    """The first of some remedies that a run with `config` can still be given, as arguments of a Diagnosis.

    A remedy is one of REMEDIES, or some of them joined by "+" where none helps without the other.
    """
    for remedy in remedies:
        parts = [REMEDIES[name](config) for name in remedy.split("+")]
        if all(parts):
            return {"remedy": remedy, "cure": {name: value for part in parts for name, value in part.items()}}
    return {}


def differing(config: TrainConfig, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those of some settings that are not in force already."""
    return {name: value for name, value in settings.items() if value != in_force(config, name)}


def in_force(config: TrainConfig, name: str) -> Any:
    """The value of a setting that acts in a run, where the config's own may stand for that of another setting."""
    own = {"penalty": config.penalty_name, "lr_d": config.lr_d or config.lr}
    own |= {"beta1_d": config.betas_d[0], "beta2_d": config.betas_d[1]}
    return own.get(name, getattr(config, name))


def braked(config: TrainConfig) -> dict[str, Any]:
    """R1 + R2 where there is none: Mescheder et al. 2018, arXiv:1801.04406, section 4.1."""
    if config.penalty_name == "r1-r2":
        return {}
    return differing(config, {"penalty": "r1-r2", "gamma": rates(config)[1]})


def evened(config: TrainConfig) -> dict[str, Any]:
    """No head start for D: a step of D for a step of G, at no higher a rate."""
    return differing(config, {"d_steps": 1, "lr_d": min(config.lr_d or config.lr, config.lr)})


def paired(config: TrainConfig) -> dict[str, Any]:
    """The relativistic objective with its penalty and its rates: Huang et al. 2025, arXiv:2501.05441."""
    there = config.objective == "relativistic" and config.penalty_name == "r1-r2"
    return {} if there else differing(config, {"objective": "relativistic", "penalty": "r1-r2"} | at_rates(config))


def at_rates(config: TrainConfig) -> dict[str, Any]:
    """The rates that suit the relativistic objective with its penalty on the run's data."""
    lr, gamma = rates(config)
    return differing(config, {
        "gamma": gamma, "d_steps": 1, "lr": lr, "lr_d": lr,
        "beta1": 0.0, "beta1_d": 0.0, "beta2": 0.99, "beta2_d": 0.99,
    })  # fmt: skip


def averaged(config: TrainConfig) -> dict[str, Any]:
    """An average of G's weights that smooths a chase out."""
    return {"ema_nimg": SLOW_AVERAGE} if config.ema_nimg < SLOW_AVERAGE else {}


def slower(config: TrainConfig) -> dict[str, Any]:
    """Rates that suit any objective, or a tenth of those in force, down to the least that a run may have."""
    least = TrainConfig.__dataclass_fields__["lr"].metadata["low"]
    lr = max(least, min(1e-3, config.lr / 10))
    return differing(config, {"lr": lr, "lr_d": min(lr, (config.lr_d or config.lr) / 10)})


def instructed(config: TrainConfig) -> dict[str, Any]:
    """A Wasserstein critic that keeps up with G."""
    lags = config.objective in WASSERSTEIN and config.d_steps < MANY
    return {"d_steps": MANY} if lags else {}


# remedy -> the settings that it changes in a run with a config; {} where it has nothing to change.
REMEDIES: dict[str, Callable[[TrainConfig], dict[str, Any]]] = {
    "brake": braked, "even": evened, "pairs": paired, "rates": at_rates, "average": averaged, "rate": slower,
    "critic-steps": instructed,
}  # fmt: skip


def rates(config: TrainConfig) -> tuple[float, float]:
    """The relativistic objective's learning rate and gamma for the run's data."""
    info = dataset(config.data)
    return info.medium.rates((*info.shape[:-1], config.resolution or info.shape[-1]))


def all_finite(tensors: Iterable[Tensor]) -> bool:
    """Whether every value of some tensors is a finite number."""
    # A sum is finite only if every term is: one number for each tensor instead of a mask.
    return bool(torch.stack([v.sum() for v in tensors]).isfinite().all())


def spread(samples: Tensor) -> float:
    """Mean squared distance of samples [N, ...] from their mean, for each value."""
    return samples.float().flatten(1).var(0, unbiased=False).mean().item()


def diagnose(finite: bool, loss: float, modes: ModeReport | None, samples: Tensor, real_spread: float) -> str:
    """A sentence that names divergence or mode collapse; "" for a run in good health.

    Args:
        finite: whether every weight is a finite number.
        loss: the larger of the two losses' sizes.
        modes: the report on the samples where the data's modes are known.
        samples: [N, ...] at fixed z.
        real_spread: `spread` of real samples.
    """
    if not finite:
        return "diverged: a weight is no longer a finite number"
    if not loss < RUNAWAY_LOSS:  # NaN included
        return f"diverging: a loss has run away to {loss:.1g}"
    if modes and modes.modes and modes.fair <= COLLAPSED_MODES * modes.total:
        return f"mode collapse: G covers {modes.fair} of {modes.total} modes with a fair share"
    if spread(samples) < COLLAPSED_SPREAD * real_spread:
        return "mode collapse: G's samples are nearly all the same"
    return ""


def blind(two_sample: float, d_heldout: float, augment: str) -> str:
    """A sentence that says that D does not see what another classifier learns to see in seconds; "" where it does.

    G learns from D alone: what D is blind to G never learns.

    Args:
        two_sample: how often the classifier of the two-sample test is right on real samples and fakes; nan: unknown.
        d_heldout: how often D is right on pairs of them.
        augment: the augmentations in force, as a comma-separated list.
    """
    if not two_sample - d_heldout >= BLIND:  # NaN included
        return ""
    names = [name for name in augment.split(",") if name]
    blame = next((name for name in BLINDING if name in names), "")
    others = ",".join(name for name in names if name != blame)
    remedy = f"--augment {blame} is probably to blame: try {f'{others} alone' if others else 'none'}"
    return (
        f"the critic is blind: another classifier is right on {two_sample:.0%} of samples, D on {d_heldout:.0%} of "
        f"pairs; {remedy if blame else 'a lower --lr or wider --d-widths may make it see'}"
    )
