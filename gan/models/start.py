"""What a run starts from: another model's networks, or those of their layers that fit.

Networks of clips may begin as those of the pictures that their frames are, networks of large pictures as those of
smaller ones (Karras et al. 2017, arXiv:1710.10196, without their fade from one size to the next), and a D of other
widths is drawn anew.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from torch import Tensor

from gan.errors import ConfigError
from gan.models.hub import public_name
from gan.models.model import Model, groups_of
from gan.networks import ARCHITECTURES, Critic, Generator

FREE = ("init", "dropout", "sigma", "unit")  # arguments of networks that weights do not depend on
CRITIC_WIDTHS = ("channels", "widths", "dense")  # arguments of D; where they do not fit, all of it is drawn anew


class Fit(NamedTuple):
    """How a run's networks can begin as a model's.

    Attributes:
        doublings: how often the side of the model's pictures is doubled to be that of the run's.
        critic: whether the model's D is taken, too.
    """

    doublings: int
    critic: bool


class Taken(NamedTuple):
    """How many layers of a run's networks began as those of a model; a card keeps it by these names.

    Attributes:
        g, d: layers of G and of D that did.
        g_of, d_of: all layers that they have.
        side: of the model's samples, the last number of their shape.
    """

    g: int = 0
    g_of: int = 0
    d: int = 0
    d_of: int = 0
    side: int = 0

    @property
    def part(self) -> bool:
        """Whether some layers, and not all, were taken."""
        return 0 < self.g + self.d < self.g_of + self.d_of

    def __str__(self) -> str:
        """Such as "9 of G's 12 layers and 4 of D's 6 layers"."""
        nets = ((self.g, self.g_of, "G"), (self.d, self.d_of, "D"))
        return " and ".join(f"{'all' if n == of else n or 'none'} of {net}'s {of} layers" for n, of, net in nets)


def taken_of(card: Mapping[str, Any]) -> Taken | None:
    """What a model's card says that was taken, where that was a part; a stranger may have written it."""
    given = card.get("taken")
    if not isinstance(given, dict) or given.keys() != set(Taken._fields):
        return None
    return Taken(**given) if all(type(count) is int and count >= 0 for count in given.values()) else None


def told(name: str, taken: Taken) -> str:
    """One sentence on what a run started from, for people."""
    others = ", the others are drawn anew" if taken.part else ""
    return f"starts from {name}: {taken} are taken over{others}"


def fit_of(start: Model, architecture: Mapping[str, Any]) -> Fit:
    """How networks of an `architecture` can begin as a model's.

    How weights were drawn and dropped may differ, and for points the unit: networks see points in units. Networks of
    several frames may begin as those of one, and networks of pictures as those of smaller ones.

    Raises:
        ConfigError: they cannot; names what differs.
    """
    own = start.config.architecture(start.shape, start.unit, len(start.classes), groups_of(start.traits))
    if own["name"] != architecture["name"]:
        raise ConfigError(f"--start {start.name}: its network is {own['name']}, this run's is {architecture['name']}")
    shapes = own["G"]["shape"], architecture["G"]["shape"]
    times = doublings(*shapes) if ARCHITECTURES[own["name"]].grows else 0
    free = {*FREE, *(("shape", "frames") if is_frame(*shapes) else ()), *(("shape",) if times else ())}
    for net, also in (("G", ("channels",) if times else ()), ("D", CRITIC_WIDTHS)):
        # The shape first: where it differs, channels often do because of it.
        for key, value in sorted(architecture[net].items(), key=lambda item: item[0] != "shape"):
            if own[net][key] != value and key not in free and key not in also:
                raise ConfigError(f"--start {start.name}: {net}'s {key} there is {own[net][key]}, in this run {value}")
    if times:
        check_channels(start.name, own["G"]["channels"], architecture["G"]["channels"], times)
    return Fit(times, critic_fits(own["D"], architecture["D"], times))


def is_frame(shape: Sequence[int], of: Sequence[int]) -> bool:
    """Whether samples of a shape are grey pictures as large as the frames of another."""
    return len(shape) == len(of) == 3 and shape[0] == 1 and list(shape[1:]) == list(of[1:])


def doublings(shape: Sequence[int], of: Sequence[int]) -> int:
    """How often the side of pictures of a shape is doubled to be that of another; 0 where that leads nowhere."""
    if not len(shape) == len(of) == 3 or shape[0] != of[0]:
        return 0
    times = max((of[-1] // shape[-1]).bit_length() - 1, 0)
    return times if shape[-1] << times == of[-1] else 0


def check_channels(name: str, own: Sequence[int], channels: Sequence[int], times: int) -> None:
    """Raise a ConfigError unless G's channels are a model's `own`, and `times` more at the larger sides."""
    if list(channels[:-times]) != list(own):
        there, here = (",".join(map(str, numbers)) for numbers in (own, channels))
        raise ConfigError(
            f"--start {name}: G's channels there are {there}; in pictures {2**times} times as large --g-widths has to "
            f"be these and {times} more, not {here}"
        )


def critic_fits(own: Mapping[str, Any], critic: Mapping[str, Any], times: int) -> bool:
    """Whether a model's D, of the arguments `own`, can be a part of a D that halves the side `times` more, at first."""
    alike = all(own[key] == critic[key] for key in CRITIC_WIDTHS if key in own and key != "channels")
    return alike and ("channels" not in own or list(own["channels"]) == list(critic["channels"][times:]))


def begin(G: Generator, D: Critic, start: Model, architecture: Mapping[str, Any]) -> Taken:
    """Give networks of an `architecture` the weights of a model; layers that do not fit keep what they hold.

    Where the model makes one picture and they make several frames, G begins with all frames alike, or with those that
    lie on a small loop, and D sees the mean of all frames. Where its pictures are smaller, its last layer of G and its
    first one of D, which are for these pictures, are left out.

    Raises:
        ConfigError: as `fit_of`.
    """
    fit = fit_of(start, architecture)
    frames = G.shape[0] // start.shape[0]
    from_g, from_d = start.G.state_dict(), start.D.state_dict() if fit.critic else {}
    if fit.doublings:
        from_g = placed(from_g, {names(start.G)[-1]: ""})
        first, *others = names(start.D)
        from_d = placed(from_d, dict(zip(others, names(D)[-len(others) :], strict=True)) | {first: ""})
    G.load_state_dict(spread(from_g, G.state_dict(), 1.0))
    D.load_state_dict(spread(from_d, D.state_dict(), 1 / frames))
    g, g_of, d, d_of = (len(set(map(layer_of, net))) for net in (from_g, G.state_dict(), from_d, D.state_dict()))
    return Taken(g, g_of, d, d_of, start.shape[-1])


def names(net: Generator | Critic) -> list[str]:
    """What the layers of a network are called in its `state_dict`, from its input on."""
    known = {module: name for name, module in net.named_modules()}
    return [known[layer.module] for layer in net.layers()]


def layer_of(name: str) -> str:
    """The layer that a weight belongs to: "convs.3" of "convs.3.style.weight", "first" of "first.bias"."""
    head, _, rest = name.partition(".")
    number = rest.partition(".")[0]
    return f"{head}.{number}" if number.isdigit() else head


def placed(weights: Mapping[str, Tensor], places: Mapping[str, str]) -> dict[str, Tensor]:
    """Weights as another network names them: layer -> its name there, "" to leave it out; others keep their names."""
    found = {}
    for name, weight in weights.items():
        layer = layer_of(name)
        if place := places.get(layer, layer):
            found[place + name.removeprefix(layer)] = weight
    return found


def spread(weights: Mapping[str, Tensor], places: Mapping[str, Tensor], scale: float) -> dict[str, Tensor]:
    """Weights in the shapes of `places`: where that is larger they are repeated to fill it, `scale` times as large.

    Places that no weight is for keep what they hold.
    """
    found = dict(places)
    for name, weight in weights.items():
        times = [wide // narrow for narrow, wide in zip(weight.shape, places[name].shape, strict=True)]
        found[name] = weight.repeat(times) * scale if max(times, default=1) > 1 else weight
    return found


def samples_seen(model: Model, data: str = "") -> int:
    """Samples that a model's networks have seen, in its own run and in those of the same data that this went on from.

    Those that a model of smaller pictures had seen count as well, and those that a D saw in whose place a new one is:
    G learnt from them.

    Args:
        data: what a run learns from; a model of other data has seen none of them. Empty: the model's own.
    """
    counts = (model.card.get(key) for key in ("nimg", "nimg_before"))
    alike = not data or public_name(data) == public_name(model.config.data)
    return sum(count for count in counts if type(count) is int and count > 0) if alike else 0
