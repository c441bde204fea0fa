"""What a run starts from: another model's networks, of the same form, or of the pictures that its clips are made of."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from gan.errors import ConfigError
from gan.models.hub import public_name
from gan.models.model import Model, groups_of
from gan.networks import Critic, Generator

FREE = ("init", "dropout", "sigma", "unit")  # arguments of networks that weights do not depend on


def check_start(start: Model, architecture: Mapping[str, Any]) -> None:
    """Raise a ConfigError unless the weights of a model fit networks of an `architecture`.

    How weights were drawn and dropped may differ, and for points the unit: networks see points in units. Networks of
    several frames may begin as those of one.
    """
    own = start.config.architecture(start.shape, start.unit, len(start.classes), groups_of(start.traits))
    if own["name"] != architecture["name"]:
        raise ConfigError(f"--start {start.name}: its network is {own['name']}, this run's is {architecture['name']}")
    for net in ("G", "D"):
        for key, value in architecture[net].items():
            frame = is_frame(own[net]["shape"], architecture[net]["shape"])
            free = key in FREE or (frame and key in ("shape", "frames"))
            if own[net][key] != value and not free:
                raise ConfigError(f"--start {start.name}: {net}'s {key} there is {own[net][key]}, in this run {value}")


def is_frame(shape: Sequence[int], of: Sequence[int]) -> bool:
    """Whether samples of a shape are grey pictures as large as the frames of another."""
    return len(shape) == len(of) == 3 and shape[0] == 1 and list(shape[1:]) == list(of[1:])


def begin(G: Generator, D: Critic, start: Model) -> None:
    """Give networks the weights of a model that `check_start` lets pass.

    Where the model makes one picture and they make several frames, G begins with all frames alike, or with those that
    lie on a small loop, and D sees the mean of all frames.
    """
    frames = G.shape[0] // start.shape[0]
    G.load_state_dict(spread(start.G.state_dict(), G.state_dict(), 1.0))
    D.load_state_dict(spread(start.D.state_dict(), D.state_dict(), 1 / frames))


def samples_seen(model: Model, data: str = "") -> int:
    """Samples that a model's networks have seen, in its own run and in those of the same data that this went on from.

    Args:
        data: what a run learns from; a model of other data has seen none of them. Empty: the model's own.
    """
    counts = (model.card.get(key) for key in ("nimg", "nimg_before"))
    alike = not data or public_name(data) == public_name(model.config.data)
    return sum(count for count in counts if type(count) is int and count > 0) if alike else 0


def spread(weights: Mapping[str, Tensor], places: Mapping[str, Tensor], scale: float) -> dict[str, Tensor]:
    """Weights in the shapes of `places`: where that is larger they are repeated to fill it, `scale` times as large.

    Places that no weight is for keep what they hold.
    """
    found = dict(places)
    for name, weight in weights.items():
        times = [wide // narrow for narrow, wide in zip(weight.shape, places[name].shape, strict=True)]
        found[name] = weight.repeat(times) * scale if max(times, default=1) > 1 else weight
    return found
