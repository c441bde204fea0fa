"""What a visitor chooses for a live run: the controls, their ranges, and the configs they mean.

A Setup is plain values by name, as JSON and links carry them. What it leaves out is `recipes.recommended`'s.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, NotRequired, Self, TypedDict
from urllib.parse import parse_qsl, urlencode

from gan.data.drawings import DRAWN, draw_points
from gan.data.excerpt import EACH
from gan.data.sets import DATASETS, Found, excerpt_of, found_here
from gan.errors import ConfigError
from gan.live.recipes import BEGUN, DEFAULT_DATA, DEFAULT_OBJECTIVE, DRAWN_DATA, LIVE_DATA, STARTS, recommended
from gan.recipe.config import TrainConfig, flag
from gan.recipe.objectives import OBJECTIVES
from gan.training.trainer import CHANGEABLE

PRETRAINED = "pretrained"
BEFORE = "before:"  # the rival that is the run itself as it was before a cure, with what was different then as a query
Setting = str | int | float  # the value of a control
MAX_LAYERS, MAX_NEURONS = 5, 512
LINKS = 1_000  # that are remembered
MAX_QUERY = 8_000  # characters of a link: room for a drawing of 2,000 points and everything else
FIELDS = {f.name: f for f in fields(TrainConfig)}


# A Control as the page gets it; "for" is a word of Python's own.
ControlJson = TypedDict("ControlJson", {
    "name": str, "kind": str, "live": bool, "for": str, "options": NotRequired[list[Setting]],
    "low": NotRequired[float], "high": NotRequired[float],
})  # fmt: skip


class GroupJson(TypedDict):
    """A group of controls."""

    name: str
    fields: list[ControlJson]


class DataJson(TypedDict):
    """A data set on offer."""

    kind: str
    label: str


class DataFound(TypedDict):
    """What there is of a data set on this machine; `count` are the pictures of its excerpt, 0 for a set without one."""

    found: Found
    count: int


class ObjectiveJson(TypedDict):
    """An objective on offer."""

    label: str
    help: str
    paper: str


class Schema(TypedDict):
    """What the page lays out; `ills` are the illnesses that it can provoke."""

    groups: list[GroupJson]
    ills: list[str]
    data: dict[str, DataJson]
    objectives: dict[str, ObjectiveJson]


@dataclass(frozen=True)
class Control:
    """A setting on the page.

    Attributes:
        group: where it stands: data, game, forger, critic, run or race.
        form: "choice", "number", "whole" or "text".
        options: of a choice.
        low, high: of a number, both allowed.
        live: whether a change acts at once; any other starts the run over.
        only: "points" or "pictures" if it means nothing for the other.
    """

    name: str
    group: str
    form: str
    options: tuple[Setting, ...] = ()
    low: float | None = None
    high: float | None = None
    live: bool = False
    only: str = ""

    def to_json(self) -> ControlJson:
        """What the page needs to lay it out."""
        about: ControlJson = {"name": self.name, "kind": self.form, "live": self.live, "for": self.only}
        if self.form == "choice":
            about["options"] = list(self.options)
        elif self.low is not None and self.high is not None:
            about["low"], about["high"] = self.low, self.high
        return about


def control(name: str, group: str, only: str = "") -> Control:
    """The control of a TrainConfig field: kind and range are the field's own."""
    field = FIELDS[name]
    options = field.metadata["choices"]
    kind = "choice" if options else {int: "whole", float: "number"}[type(field.default)]
    low, high = field.metadata["low"], field.metadata["high"]
    return Control(name, group, kind, options, low, high, name in CHANGEABLE, only)


def layers(name: str, group: str) -> Control:
    """How many hidden layers."""
    return Control(name, group, "whole", low=0, high=MAX_LAYERS)


def neurons(name: str, group: str) -> Control:
    """How wide they are."""
    return Control(name, group, "whole", low=1, high=MAX_NEURONS)


CONTROLS: dict[str, Control] = {
    c.name: c
    for c in (
        Control("data", "data", "choice", LIVE_DATA),
        Control("drawing", "data", "text", only="points"),
        control("batch", "data"),
        control("noise", "data"),
        Control("z_dim", "data", "choice", (1, 2), only="points"),
        control("objective", "game"),
        control("penalty", "game"),
        control("gamma", "game"),
        control("gp_weight", "game"),
        control("clip", "game"),
        control("ema_nimg", "game"),
        Control("start", "game", "choice", ("", PRETRAINED)),
        layers("g_layers", "forger"),
        neurons("g_neurons", "forger"),
        control("optimizer", "forger"),
        control("lr", "forger"),
        control("beta1", "forger"),
        control("beta2", "forger"),
        control("g_steps", "forger"),
        layers("d_layers", "critic"),
        neurons("d_neurons", "critic"),
        Control("features", "critic", "choice", (0, 8, 16, 32, 64), only="points"),
        control("sigma", "critic", only="points"),
        control("optimizer_d", "critic"),
        control("lr_d", "critic"),
        control("beta1_d", "critic"),
        control("beta2_d", "critic"),
        control("d_steps", "critic"),
        control("seed", "run"),
        Control("rival", "race", "choice", ("", *OBJECTIVES)),
    )
}
GROUPS = tuple(dict.fromkeys(c.group for c in CONTROLS.values()))
# The rival has its own objective's rates and penalty; everything else of the two is equal.
SHARED_BY_RIVALS = ("data", "drawing", "batch", "noise", "z_dim", "start", "g_layers", "g_neurons", "d_layers",
                    "d_neurons", "features", "sigma", "seed", "ema_nimg")  # fmt: skip
# The controls that are a config's field of the same name and meaning.
PLAIN = tuple(name for name in CONTROLS if name in FIELDS and name not in ("data", "start"))


@dataclass(frozen=True)
class Setup:
    """Everything a visitor chose, complete and checked; two equal ones give the same run.

    Raises:
        ConfigError: a value is out of its range or does not fit the others; names it.
    """

    values: tuple[tuple[str, Setting], ...]

    @classmethod
    def of(cls, chosen: Mapping[str, Any]) -> Self:
        """The set-up of some values by name; what is missing is recommended for the data and the objective."""
        unknown = sorted(set(chosen) - set(CONTROLS))
        if unknown:
            raise ConfigError(f"there is no setting {unknown[0]!r:.60}")
        data = str(checked(CONTROLS["data"], chosen.get("data", DEFAULT_DATA)))
        # What means nothing for the data is the recipe's own.
        fitting = [name for name in chosen if CONTROLS[name].only in ("", DATASETS[data].medium.name)]
        given = {name: checked(CONTROLS[name], chosen[name]) for name in fitting}
        objective = str(given.get("objective", DEFAULT_OBJECTIVE))
        setup = cls(tuple((defaults(data, objective) | given).items()))
        setup.configs()
        return setup

    @classmethod
    def from_query(cls, query: str) -> Self:
        """The set-up of a link's query string; keys that are no settings are no part of it."""
        if len(query) > MAX_QUERY:
            raise ConfigError(f"the link is too long: at most {MAX_QUERY:,} characters")
        pairs = dict(parse_qsl(query.removeprefix("?"), keep_blank_values=True))
        return cls.of({name: value for name, value in pairs.items() if name in CONTROLS})

    def __getitem__(self, name: str) -> Setting:
        return dict(self.values)[name]

    def to_json(self) -> dict[str, Setting]:
        """Every value by name."""
        return dict(self.values)

    def query(self) -> str:
        """The query string of a link: data, objective, seed, and what differs from what is recommended for them."""
        return link(self)

    def configs(self) -> tuple[TrainConfig, ...]:
        """The config of the run, and in a race its rival's after it."""
        configs = [config_of(self.to_json())]
        if self["rival"]:
            configs.append(config_of(self.rivals()))
        return tuple(configs)

    def rivals(self) -> dict[str, Setting]:
        """The values of the second contestant: what the two share, and the rival's own, which are recommended ones or
        those before a cure.
        """
        rival, before = str(self["rival"]), {}
        if rival.startswith(BEFORE):
            before = settings_before(rival)
            rival = str(before["objective"])
        shared = {name: self[name] for name in SHARED_BY_RIVALS}
        return defaults(str(self["data"]), rival) | shared | before

    def cured(self, lane: int, change: Mapping[str, Setting]) -> Self:
        """The race of a contestant with some settings changed against itself as it is; what has no control is its own.

        Args:
            lane: 0 for the run, 1 for its rival.
        """
        sick = self.rivals() if lane else self.to_json()
        cured = sick | {name: value for name, value in change.items() if name in CONTROLS} | {"rival": ""}
        alone = defaults(str(sick["data"]), str(sick["objective"])) | {name: cured[name] for name in SHARED_BY_RIVALS}
        own = {name: value for name, value in sick.items() if name not in ("data", "rival") and value != alone[name]}
        before = urlencode({"objective": sick["objective"]} | {name: written(value) for name, value in own.items()})
        return self.of(cured | {"rival": BEFORE + before})


@functools.lru_cache(LINKS)
def link(setup: Setup) -> str:
    """`Setup.query`, made once: a page is told it whenever it asks."""
    usual = defaults(str(setup["data"]), str(setup["objective"]))
    always = ("data", "objective", "seed")
    named = {k: written(v) for k, v in setup.values if k in always or usual[k] != v}
    return urlencode({"tab": "live"} | named)


def settings_before(rival: str) -> dict[str, Setting]:
    """The settings that a rival of the form BEFORE names, the objective always among them.

    Raises:
        ConfigError: one is none of a contestant's own, or out of its range.
    """
    pairs = {"objective": DEFAULT_OBJECTIVE} | dict(parse_qsl(rival.removeprefix(BEFORE), keep_blank_values=True))
    strange = sorted(name for name in pairs if name not in CONTROLS or name in ("data", "drawing", "seed", "rival"))
    if strange:
        raise ConfigError(f"a run before its cure has no setting {strange[0]!r:.60} of its own")
    return {name: checked(CONTROLS[name], value) for name, value in pairs.items()}


def renewed(values: Mapping[str, Any], changed: str) -> Setup:
    """After another data set or objective: recommended values, but the visitor's own seed, drawing and race.

    What is not kept may not even fit the new choice; a run before a cure belongs to the old one.
    """
    if changed != "rival" and str(values.get("rival", "")).startswith(BEFORE):
        values = {**values, "rival": ""}
    kept = ("data", "objective", "seed", "rival", *(("drawing",) if values.get("data") == DRAWN_DATA else ()))
    if changed == "objective":  # the networks and the data are not the objective's business
        kept += ("batch", "noise", "z_dim", "g_layers", "g_neurons", "d_layers", "d_neurons", "start")
    return Setup.of(values if changed == "rival" else {name: values[name] for name in kept if name in values})


def written(value: Setting) -> str:
    """A value as a link has it: a number as short as it can be without losing a digit."""
    short = f"{value:g}" if isinstance(value, float) else str(value)
    return repr(value) if isinstance(value, float) and float(short) != value else short


def defaults(data: str, objective: str) -> dict[str, Setting]:
    """The values of every control as recommended for a data set and an objective."""
    config = recommended(data, objective)
    plain = {name: getattr(config, name) for name in PLAIN}
    widths = {"g_layers": len(config.g_widths), "g_neurons": max(config.g_widths, default=1),
              "d_layers": len(config.d_widths), "d_neurons": max(config.d_widths, default=1)}  # fmt: skip
    start = PRETRAINED if data in BEGUN else ""
    values = {"data": data, "drawing": "", "start": start, "rival": ""} | plain | widths
    # The zeros and minus ones that mean "as G's" are resolved: a page shows what is in force.
    values["lr_d"] = config.lr_d or config.lr
    values["beta1_d"] = config.beta1 if config.beta1_d < 0 else config.beta1_d
    values["beta2_d"] = config.beta2 if config.beta2_d < 0 else config.beta2_d
    values["optimizer_d"] = config.optimizer if config.optimizer_d == "same" else config.optimizer_d
    return {name: values[name] for name in CONTROLS}


def config_of(values: Mapping[str, Any]) -> TrainConfig:
    """The TrainConfig of complete values."""
    base = recommended(values["data"], values["objective"])
    plain = {name: values[name] for name in PLAIN}
    data = values["data"]
    if data == DRAWN_DATA and values["drawing"]:
        data = f"{DRAWN}{values['drawing']}"
    trained = recommended(values["data"], DEFAULT_OBJECTIVE) if values["start"] else base  # what one starts from
    return replace(
        base, **plain, data=data, start=STARTS[str(values["data"])] if values["start"] else "", norm=trained.norm,
        g_widths=widths(values["g_layers"], values["g_neurons"], base.g_widths),
        d_widths=widths(values["d_layers"], values["d_neurons"], base.d_widths),
    )  # fmt: skip


def widths(count: int, width: int, usual: tuple[int, ...]) -> tuple[int, ...]:
    """The hidden layers' widths; the recipe's own, which may differ from layer to layer, as long as they are left."""
    return usual if (count, width) == (len(usual), max(usual, default=1)) else (width,) * count


def checked(c: Control, value: Any) -> Setting:
    """The value in its control's type; text becomes a number where one is meant.

    Raises:
        ConfigError: it is none, or out of range.
        DataError: a drawing is damaged.
    """
    if c.name == "rival" and isinstance(value, str) and value.startswith(BEFORE):
        return BEFORE + urlencode({name: written(setting) for name, setting in settings_before(value).items()})
    if c.form == "choice":
        same = [option for option in c.options if str(option) == str(value)]
        if not same or isinstance(value, bool):
            names = ", ".join(str(option) or "none" for option in c.options)
            raise ConfigError(f"{flag(c.name)} is one of {names}, not {value!r:.60}")
        return same[0]
    if c.form == "text":
        if not isinstance(value, str):
            raise ConfigError(f"{flag(c.name)} must be text, not {value!r:.60}")
        if value:  # also of a set-up that does not train on it: it stands in links and answers
            draw_points(f"{DRAWN}{value}")
        return value
    assert c.low is not None and c.high is not None
    what = "a whole number" if c.form == "whole" else "a number"
    try:
        number = float("nan") if isinstance(value, bool) or value is None else float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not c.low <= number <= c.high or (c.form == "whole" and number != int(number)):
        raise ConfigError(f"{flag(c.name)} must be {what} from {c.low:.12g} to {c.high:.12g}, not {value!r:.60}")
    return int(number) if c.form == "whole" else number


def data_found() -> dict[str, DataFound]:
    """What a run would find now of each data set on offer."""
    return {name: {"found": found_here(name), "count": EACH * len(excerpt_of(name)[1])} for name in LIVE_DATA}


def schema(illnesses: tuple[str, ...]) -> Schema:
    """What the page lays out: the groups with their controls, and the tables behind the choices."""
    return {
        "groups": [
            {"name": group, "fields": [c.to_json() for c in CONTROLS.values() if c.group == group]} for group in GROUPS
        ],
        "ills": list(illnesses),
        "data": {name: {"kind": DATASETS[name].medium.name, "label": DATASETS[name].label} for name in LIVE_DATA},
        "objectives": {k: {"label": o.label, "help": o.help, "paper": o.paper} for k, o in OBJECTIVES.items()},
    }
