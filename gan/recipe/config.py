"""TrainConfig: everything that decides a run.

Flags, controls, range checks and JSON come from its fields.
"""

import dataclasses
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self

from gan.data.sets import DATASETS, dataset
from gan.errors import ConfigError
from gan.latents import MAX_SEED
from gan.media import Medium
from gan.networks import ARCHITECTURES
from gan.networks.blur import BLURS
from gan.networks.ends import ENDS
from gan.networks.layers import INITS, NOISES, NORMS
from gan.recipe.augment import AUGMENTATIONS, AUTO
from gan.recipe.objectives import OBJECTIVES
from gan.recipe.optimizers import OPTIMIZERS
from gan.recipe.penalties import PENALTIES
from gan.recipe.tasks import NO_TASK, TASKS

MAX_DEPTH = 8
MAX_SIDE = 256  # pixels: a step on 256 px takes sixteen times one on 64 px, seconds on two cores
MAX_LR = 1e9  # far beyond reason, so that one can see a run diverge
AUTO_PENALTY = "auto"
LEAST_FINAL = 1e-4  # where an exponential schedule is to end at 0, which it never reaches
MAX_CLASSES = 1_000  # that a model is told
RENAMED = {"image_range": "end"}  # settings in files of before, and what they are called now
SAME, SAME_BETA = "same", -1.0  # D's optimiser, or a decay of it, is G's
SCHEDULES = {
    "linear": "a straight line", "cosine": "half a cosine: slow at both ends",
    "exponential": "by equal factors in equal times",
}  # fmt: skip
FAKES = {"fresh": "fakes of its own", "shared": "those of D's step: one pass of G less"}
CONDITIONS = ("none", "class")
PRECISIONS = {
    "auto": "the fastest, measured by train.py at the start; float32 elsewhere",
    "float32": "exact to 7 digits",
    "bf16": "forward passes in bfloat16: up to twice as fast",
}


def setting(
    default: Any, help: str, low: float | None = None, high: float | None = None,
    choices: tuple[str, ...] = (), main: bool = False,
) -> Any:  # fmt: skip
    """A field of TrainConfig with its sentence, its range (both ends allowed) and whether it is a main flag."""
    return field(default=default, metadata={"help": help, "low": low, "high": high, "choices": choices, "main": main})


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides a run: two equal configs give equal weights on the same machine.

    Raises:
        ConfigError: a value is out of its range or does not fit the others; names field, range and value.
    """

    data: str = setting(
        "digits",
        "data set: a name, or folder:PATH, zip:FILE, hub:USER/NAME, lines:FILE, sounds:FOLDER or midi:FOLDER",
        main=True,
    )
    network: str = setting("mlp", "network family", choices=tuple(ARCHITECTURES), main=True)
    task: str = setting(NO_TASK, "damage to pictures that G learns to repair", choices=tuple(TASKS), main=True)
    factor: int = setting(4, "task enlarge: how many pixels of a side become one", 2, 8, main=True)
    strength: float = setting(
        0.3, "task denoise: the strongest noise's deviation in parts of the whole range", 0.01, 1.0, main=True
    )
    resolution: int = setting(
        0,
        "picture size in pixels, 0: the data's own; twice the side is about four times the work",
        0,
        MAX_SIDE,
        main=True,
    )
    objective: str = setting("relativistic", "loss pair of G and D", choices=tuple(OBJECTIVES), main=True)
    nimg: int = setting(1_000_000, "length of the run in real samples shown to D", 1, 10**10, main=True)
    batch: int = setting(64, "samples a step", 2, 4096, main=True)
    lr: float = setting(2e-3, "learning rate of G, and of D unless --lr-d is given", 1e-7, MAX_LR, main=True)
    seed: int = setting(0, "everything random starts here", 0, MAX_SEED, main=True)

    lr_d: float = setting(0.0, "learning rate of D; 0: the same as G's", 0.0, MAX_LR)
    lr_final: float = setting(1.0, "share of the learning rates left at the end", 0.0, 1.0)
    schedule: str = setting("linear", "how lr and gamma go from start to end", choices=tuple(SCHEDULES))
    hold: float = setting(0.0, "share of the run before lr and gamma begin to change", 0.0, 0.99)
    optimizer: str = setting("adam", "how G follows its gradient, and D unless told", choices=tuple(OPTIMIZERS))
    optimizer_d: str = setting(SAME, "how D follows its gradient", choices=(SAME, *OPTIMIZERS))
    beta1: float = setting(0.0, "Adam's first decay", 0.0, 0.999)
    beta2: float = setting(0.99, "Adam's second decay", 0.0, 0.99999)
    beta1_d: float = setting(-1.0, "Adam's first decay for D; -1: the same as G's", -1.0, 0.999)
    beta2_d: float = setting(-1.0, "Adam's second decay for D; -1: the same as G's", -1.0, 0.99999)
    d_steps: int = setting(1, "D steps in each iteration", 1, 20)
    g_steps: int = setting(1, "G steps in each iteration", 1, 20)
    fakes: str = setting("fresh", "what G's step is judged on", choices=tuple(FAKES))
    penalty: str = setting(AUTO_PENALTY, "brake on D; auto: the objective's own", choices=(AUTO_PENALTY, *PENALTIES))
    gamma: float = setting(0.3, "weight of R1 and R2 (half of it multiplies the squared slope)", 0.0, 1000.0)
    gamma_final: float = setting(1.0, "share of gamma at the end", 0.0, 100.0)
    gp_weight: float = setting(10.0, "weight of WGAN-GP's penalty", 0.0, 1000.0)
    clip: float = setting(0.05, "box for D's weights under clipping", 1e-4, 10.0)
    l1: float = setting(0.0, "weight of the mean absolute error of a repair in G's loss (tasks)", 0.0, 10_000.0)
    l2: float = setting(0.0, "weight of its mean squared error (tasks)", 0.0, 10_000.0)
    ema_nimg: float = setting(10_000.0, "half-life of G's moving average in samples; 0: none", 0.0, 1e9)
    ema_ramp: float = setting(0.05, "the half-life is at most this share of the samples seen", 0.0, 1.0)
    z_dim: int = setting(16, "size of the latent z", 1, 1024)
    noise: str = setting("normal", "distribution of what G is given", choices=tuple(NOISES))
    condition: str = setting("none", "what G and D are told beside the latent and the picture", choices=CONDITIONS)
    g_widths: tuple[int, ...] = setting((128, 128), "G's hidden widths (mlp) or channels (dcgan, style, unet)", 1, 2048)
    d_widths: tuple[int, ...] = setting((128, 128), "D's hidden widths (mlp) or channels (dcgan, style, unet)", 1, 2048)
    dense: int = setting(0, "width of a dense layer at the latent end of G (dcgan) and D (both); 0: none", 0, 2048)
    kernel: int = setting(4, "kernel of the convolutions; in style, of those that double the resolution", 3, 7)
    w_dim: int = setting(0, "size of w (style); 0: as z", 0, 1024)
    mapping: int = setting(2, "layers from z to w (style)", 1, 8)
    convs: int = setting(1, "convolutions of G at each resolution beside the one that doubles it (style, unet)", 0, 2)
    frames: str = setting(
        "channels",
        "how G makes a clip's frames: channels of one picture, or pictures of a loop in w (style)",
        choices=("channels", "loop"),
    )
    blur: str = setting("none", "whose kernels are blurred, against checkerboards (style)", choices=tuple(BLURS))
    end: str = setting("tanh", "end of G, for all but points", choices=tuple(ENDS))
    norm: str = setting("none", "normalisation in G", choices=tuple(NORMS))
    init: str = setting("kaiming", "how weights are drawn", choices=tuple(INITS))
    dropout: float = setting(0.0, "dropout in D", 0.0, 0.9)
    features: int = setting(0, "random Fourier features at D's input (points)", 0, 512)
    sigma: float = setting(2.0, "their spread in radians a unit", 0.01, 100.0)
    augment: str = setting("", f"differentiable augmentation: any of {','.join(AUGMENTATIONS)}; auto: for small sets")
    precision: str = setting("float32", "arithmetic of the forward passes", choices=tuple(PRECISIONS))
    threads: int = setting(
        1, "CPU threads; another number gives other rounding; 0: what is fastest, each minute", 0, 64
    )
    start: str = setting(
        "",
        "model whose networks, or layers that fit, the run starts from: a name, a path or hub:user/name; none: drawn "
        "afresh",
    )

    def __post_init__(self) -> None:
        for f in fields(self):
            object.__setattr__(self, f.name, checked(f, getattr(self, f.name)))
        check_fit(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """A config of JSON values; unknown names are an error, missing ones take the default."""
        if not isinstance(values, Mapping):
            raise ConfigError("settings are an object of names and values")
        named = {RENAMED.get(name, name): value for name, value in dict(values).items()}
        unknown = sorted(set(named) - {f.name for f in fields(cls)})
        if unknown:
            raise ConfigError(f"unknown setting {unknown[0]!r:.60}")
        return cls(**named)

    def to_dict(self) -> dict[str, Any]:
        """JSON values; `from_dict` reads them back to an equal config."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in dataclasses.asdict(self).items()}

    def architecture(
        self, shape: tuple[int, ...], unit: float, classes: int = 0, groups: Sequence[int] = ()
    ) -> dict[str, Any]:
        """What `networks.build` takes: the family's name and the arguments of its G and D, as JSON values.

        Args:
            classes: that the data has; the networks are told them if `condition` says so.
            groups: sizes of the groups of channels of which one is chosen, where `end` is choice.

        Raises:
            ConfigError: they shall be told, and there are none, or too many.
        """
        if self.condition == "class" and classes < 2:
            raise ConfigError(f"--condition class needs data with classes, and {self.data:.60} has none")
        if self.condition == "class" and classes > MAX_CLASSES:
            raise ConfigError(
                f"--condition class tells at most {MAX_CLASSES:,} classes, {self.data:.60} has {classes:,}"
            )
        family = ARCHITECTURES[self.network]
        values = self.to_dict() | {"classes": classes if self.condition == "class" else 0}
        extra: dict[str, Any] = {"shape": list(shape)} | ({"unit": unit} if len(shape) == 1 else {})
        chosen = {"groups": list(groups)} if self.end == "choice" else {}
        D = {arg: values[name] for arg, name in family.d_args.items()}
        if len(shape) > 1 and "features" in D:  # they are of a plane's two coordinates
            D["features"] = 0
        return {
            "name": self.network,
            "G": {arg: values[name] for arg, name in family.g_args.items()} | extra | chosen,
            "D": D | extra,
        }

    @property
    def penalty_name(self) -> str:
        """The penalty on D that is in force: `penalty`, or the objective's own."""
        return OBJECTIVES[self.objective].penalty if self.penalty == AUTO_PENALTY else self.penalty

    def scheduled(self, start: float, final: float, nimg: int) -> float:
        """A value that goes from `start` to `final` times `start` after `hold`, by `schedule`, at `nimg` samples."""
        progress = min(max(nimg / self.nimg - self.hold, 0.0) / (1 - self.hold), 1.0)
        if self.schedule == "cosine":
            progress = (1 - math.cos(math.pi * progress)) / 2
        if self.schedule == "exponential":
            return start * (final or LEAST_FINAL) ** progress
        return start * (1 - (1 - final) * progress)

    @property
    def betas_d(self) -> tuple[float, float]:
        """Adam's decays for D that are in force."""
        return (
            self.beta1 if self.beta1_d == SAME_BETA else self.beta1_d,
            self.beta2 if self.beta2_d == SAME_BETA else self.beta2_d,
        )


def flag(name: str) -> str:
    """The command line's spelling of a setting."""
    return "--" + name.replace("_", "-")


def number(value: Any, whole: bool) -> int | float | None:
    """value as an int or a float; None if it is not a finite number (or not a whole one)."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # A whole number past the largest float is out of every range anyway.
    if not abs(value) <= sys.float_info.max or (whole and value != int(value)):
        return None
    return int(value) if whole else float(value)


def checked(f: dataclasses.Field[Any], value: Any) -> Any:
    """The value in its field's type, or a ConfigError that names the field, its range and the value."""
    meta, kind = f.metadata, type(f.default)
    if kind is str:
        if not isinstance(value, str):
            raise ConfigError(f"{flag(f.name)} must be text, not {value!r:.60}")
        if meta["choices"] and value not in meta["choices"]:
            raise ConfigError(f"{flag(f.name)} is one of {', '.join(meta['choices'])}, not {value!r:.60}")
        return value
    low, high = meta["low"], meta["high"]
    values = list(value) if kind is tuple and isinstance(value, (tuple, list)) else [value]
    numbers = [number(v, whole=kind is not float) for v in values]
    if any(n is None or not low <= n <= high for n in numbers) or (kind is tuple) != isinstance(value, (tuple, list)):
        what = {int: "a whole number", float: "a number", tuple: "whole numbers, each"}[kind]
        raise ConfigError(f"{flag(f.name)} must be {what} from {low:.12g} to {high:.12g}, not {value!r:.60}")
    if len(numbers) > MAX_DEPTH:
        raise ConfigError(f"{flag(f.name)} takes at most {MAX_DEPTH} layers, not {len(numbers)}")
    return tuple(numbers) if kind is tuple else numbers[0]


def check_fit(config: TrainConfig) -> None:
    """Raise a ConfigError where settings that are good alone do not fit together."""
    info = DATASETS.get(config.data) or dataset(config.data)
    medium, family = info.medium, ARCHITECTURES[config.network]
    if not family.fits(info.shape):
        raise ConfigError(f"--network {config.network} makes {family.makes}, {config.data:.60} is {medium.noun}")
    if config.task != NO_TASK and not family.translates:
        raise ConfigError(f"--task {config.task} is learnt by --network unet, not by {config.network}")
    if config.resolution and not medium.sized:
        raise ConfigError(f"--resolution means nothing for {medium.noun}, and {config.data:.60} is {medium.noun}")
    if 0 < config.resolution < 8:
        raise ConfigError(f"--resolution must be 0 or from 8 to {MAX_SIDE}, not {config.resolution}")
    for name in ("beta1_d", "beta2_d"):
        if SAME_BETA < (value := getattr(config, name)) < 0:
            raise ConfigError(f"{flag(name)} must be -1 (the same as G's) or from 0 up, not {value}")
    if config.end not in medium.ends:
        raise ConfigError(f"--end for {medium.noun} is {' or '.join(medium.ends)}, not {config.end}")
    if config.frames == "loop" and (config.network != "style" or medium.moving is None):
        raise ConfigError("--frames loop is of --network style and clips")
    if config.blur != "none" and "blur" not in family.g_args:
        raise ConfigError(f"--blur is of --network style, not of {config.network}")
    if config.augment:
        check_augment(config.augment, medium)
    if config.condition == "class" and not medium.labelled:
        raise ConfigError(f"--condition class means nothing for {medium.noun}: they have no classes")
    check_network(config, config.resolution or info.shape[-1])


def check_augment(names: str, medium: Medium) -> None:
    """Raise a ConfigError for an augmentation that does not exist or would change what a sample is."""
    if not medium.augmentations:
        raise ConfigError(f"--augment means nothing for {medium.noun}")
    if names == AUTO:
        return
    for name in names.split(","):
        if name not in medium.augmentations:
            raise ConfigError(f"--augment takes {', '.join(medium.augmentations)}, not {name!r:.60}")


def check_network(config: TrainConfig, resolution: int) -> None:
    """Raise a ConfigError where the network's settings do not fit a resolution."""
    ARCHITECTURES[config.network].check(config.to_dict(), resolution)
