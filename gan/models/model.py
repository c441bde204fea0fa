"""Model: a generator and its critic with the card that says what they are."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan import networks
from gan.data.sets import dataset
from gan.errors import ConfigError, GanError, ModelError
from gan.media import Medium
from gan.media.medium import Traits
from gan.models.latent_statistics import w_spread
from gan.networks import ARCHITECTURES, Critic, Generator
from gan.networks.undrawn import Unneeded
from gan.recipe.config import MAX_CLASSES, TrainConfig, check_network

FORMAT = "gan-atelier/1"
MOST = 1e6  # a unit or a standard deviation beyond it, or the unit's inverse, is damage
LEARNT, HELD_OUT = "learnt", "held-out"  # what a card's "critic_reals" says that the critic's logits are of
MAX_TEXT, MAX_NAME = 200, 100  # characters of a card's texts, and of a model's name
MAX_PSI = 1.5  # of the one that a model is shown with first
MAX_DEPTH = 12  # lists and objects of a card inside one another
STATISTICS = {"w_avg": 1, "directions": 2, "sigmas": 1, "real_logits": 1}  # name -> dimensions


@dataclass(frozen=True)
class Model:
    """A trained pair, ready to be shown.

    Attributes:
        name: what people call it.
        G: the averaged generator in `eval()`.
        D: the critic in `eval()`.
        config: of the run that made it.
        shape, unit: of its data.
        card: the JSON card: data set, licence, quality, statistics of the latents, directions.
        w_avg: [w_dim] mean of w; with classes, that of each, [classes, w_dim].
        directions: [K, w_dim] unit vectors, the strongest first.
        sigmas: [K] standard deviation of w along each.
        real_logits: [Q] quantiles of D's logits on real data, ascending; empty if unknown.
        classes: the names of what it can be asked for; empty if it knows none.
        path: of the .safetensors file that it was read from, if it was.
    """

    name: str
    G: Generator
    D: Critic
    config: TrainConfig
    shape: tuple[int, ...]
    unit: float
    w_avg: Tensor
    directions: Tensor
    sigmas: Tensor
    real_logits: Tensor
    card: dict[str, Any] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    path: Path | None = None

    def __repr__(self) -> str:
        """One line for a notebook; names out of files may hold anything, line breaks too."""
        size = " × ".join(map(str, self.shape))
        known = f", {len(self.classes)} classes" if self.classes else ""
        return f"<model {self.name!r}: {self.config.network} of {self.config.data!r}, {size}{known}>"

    @property
    def medium(self) -> Medium:
        """What its samples are to a person."""
        return dataset(self.config.data).medium

    @cached_property
    def w_spread(self) -> tuple[Tensor, Tensor]:
        """See `gan.models.latent_statistics.w_spread`: ten thousand latents take as long as five steps of a fit."""
        return w_spread(self.G)

    @property
    def traits(self) -> Traits:
        """What its samples are read with, see `gan.media.medium`."""
        return {"unit": self.unit} | self.card.get("traits", {})

    @property
    def psi(self) -> float:
        """The truncation that it is shown with first: its card's, or that of its medium."""
        return float(self.card.get("psi", self.medium.psi))

    @property
    def task(self) -> str:
        """The damage that it repairs, a name in `gan.recipe.tasks`; "" for a model that makes pictures of seeds."""
        return self.config.task if self.G.translates else ""


def check_seeded(model: Model) -> None:
    """Raise a ConfigError for a model that repairs pictures: it has no seeds, so that nothing can be made of one."""
    if model.task:
        raise ConfigError(f"the model {model.name} has no seeds, it repairs damaged pictures: give it one to repair")


def groups_of(traits: Traits) -> tuple[int, ...]:
    """Sizes of the groups of channels of which one is chosen; empty where samples are no choices."""
    return tuple(traits.get("groups", ()))


def check_shape(config: TrainConfig, shape: tuple[int, ...], traits: Traits) -> None:
    """Raise a ConfigError unless a config's data can have this shape and traits and its networks can make it."""
    medium = dataset(config.data).medium
    if not all(type(n) is int for n in shape) or not medium.fits(shape):
        raise ConfigError(f"the shape {shape!r:.60} is out of range")
    medium.check(shape, traits)
    check_network(config, shape[-1])


def readable(text: object, most: int = MAX_TEXT) -> str:
    """Any text out of a file as one that can be written anywhere: no lone surrogates, at most so many characters."""
    return str(text)[:most].encode("utf-8", "replace").decode()


def cleaned(value: Any, depth: int = MAX_DEPTH) -> Any:
    """A card, or a part of one, that any program can read: texts `readable`, numbers finite, not too deep."""
    if depth < 0:
        return None
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {readable(key): cleaned(inner, depth - 1) for key, inner in value.items()}
    return [cleaned(inner, depth - 1) for inner in value] if isinstance(value, (list, tuple)) else value


def class_names(card: Mapping[str, Any], config: TrainConfig) -> tuple[str, ...]:
    """The classes that a card's model can be asked for, cleaned.

    Raises:
        ConfigError: it says that there are some, and does not name 2 to MAX_CLASSES of them.
    """
    if config.condition != "class":
        return ()
    names = card.get("classes")
    if not isinstance(names, list) or not 2 <= len(names) <= MAX_CLASSES:
        raise ConfigError(f"the card names no list of 2 to {MAX_CLASSES} classes")
    return tuple(readable(name, MAX_NAME) for name in names)


def statistics(tensors: Mapping[str, Tensor], w_dim: int, classes: int = 0) -> dict[str, Tensor]:
    """A file's statistics as float32.

    Raises:
        ConfigError: one is of another shape, no float, not finite or not in order.
        KeyError: one is missing.
    """
    stats = {}
    for name, dimensions in STATISTICS.items():
        value = tensors[f"stats.{name}"]
        if not value.is_floating_point() or value.dim() != dimensions + (name == "w_avg" and classes > 0):
            raise ConfigError(f"the statistics {name} are {value.dtype} with {value.dim()} dimensions")
        stats[name] = value.float()
        if not stats[name].isfinite().all():
            raise ConfigError(f"the statistics {name} are not all finite numbers")
    count = len(stats["sigmas"])
    if (
        stats["w_avg"].shape != ((classes, w_dim) if classes else (w_dim,))
        or stats["directions"].shape != (count, w_dim)
        or count > w_dim
    ):
        raise ConfigError("the statistics have another shape")
    if ((stats["sigmas"] < 0) | (stats["sigmas"] > MOST)).any():
        raise ConfigError("the standard deviations are out of range")
    if (stats["real_logits"].diff() < 0).any():
        raise ConfigError("the quantiles of the real logits do not ascend")
    return stats


def assemble(name: str, tensors: Mapping[str, Tensor], card: Mapping[str, Any]) -> Model:
    """The model of a card and its tensors, named G.…, D.… and stats.….

    Raises:
        ModelError: the card is not one of ours, or card and tensors do not fit.
    """
    name = readable(name, MAX_NAME)
    if card.get("format") != FORMAT:
        raise ModelError(f"the model {name} has a card of another format ({card.get('format')!r:.40}, not {FORMAT})")
    try:
        known: dict[str, Any] = cleaned(card) | {"name": name}
        config = TrainConfig.from_dict(known["config"])
        shape, unit = tuple(card["shape"]), float(card["unit"])
        traits = known.get("traits", {})
        check_shape(config, shape, traits)
        if not 1 / MOST <= unit <= MOST:
            raise ConfigError(f"the unit {unit} is out of range")
        if not 0 <= float(known.get("psi", 1)) <= MAX_PSI:
            raise ConfigError(f"the psi {known['psi']!r:.40} is not from 0 to {MAX_PSI}")
        classes = class_names(known, config)
        held = sum(v.numel() for name, v in tensors.items() if name[:2] in ("G.", "D.") and v.is_floating_point())
        fewest = ARCHITECTURES[config.network].fewest_weights(config.to_dict(), shape, len(classes))
        if fewest > held:  # before any memory is given to it
            raise ConfigError("the card asks for a larger network than the file holds")
        G, D = networks.build(config.architecture(shape, unit, len(classes), groups_of(traits)), Unneeded())
        for prefix, net in {"G.": G, "D.": D}.items():
            net.load_state_dict({k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)})
            net.eval().requires_grad_(False)
        stats = statistics(tensors, G.w_dim, len(classes))
        c = torch.zeros(1, dtype=torch.long) if classes else None
        with torch.inference_mode():
            given = G.example()
            trial = G(given, c)
            seen = torch.cat([given, trial], 1) if G.translates else trial
            if not trial.isfinite().all() or not D(seen, c).isfinite().all():
                raise ConfigError("what it draws or thinks is no finite number")
    except GanError as error:
        raise ModelError(f"the model {name} is damaged: card and weights do not fit ({error})") from error
    except (KeyError, TypeError, ValueError, RuntimeError, OverflowError) as error:
        raise ModelError(f"the model {name} is damaged: card and weights do not fit") from error
    if not all(value.isfinite().all() for net in (G, D) for value in net.state_dict().values()):
        raise ModelError(f"the model {name} is damaged: a weight is not a finite number")
    return Model(name, G, D, config, shape, unit, card=known, classes=classes, path=None, **stats)
