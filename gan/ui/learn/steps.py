"""STEPS: the lesson as a table. Each step says what it shows, which answer is right, what one does, and what is free.

Its words are `<name>_title`, `_lead`, `_question`, `_answer_0` to `_2`, `_verdict_0` to `_2`, `_why`, `_act`, `_free`
in `gan.ui.words.learn_steps`; its recording is that of its name in `takes`. Any step is played by `browser/learn/`.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from gan.live.setup import Setting
from gan.ui.learn import coda
from gan.ui.learn.takes import AT_ONCE, DIGITS, POINTS, RING, SICK, Values

Panel = Literal["modes", "latents", "losses", "diagram"]
Kind = Literal["disguise", "latent", "clips", "stages", "scrub", "compare"]
AROUND = ("play", "reset")  # buttons of every run


@dataclass(frozen=True)
class Clip:
    """A stretch of a take, from so many steps to so many; in a round in slow motion from stage to stage, 0 to 9."""

    take: str
    start: int
    end: int


@dataclass(frozen=True)
class Act:
    """What one does oneself with the recording: a kind that `browser/learn/acts.js` knows, and clips that it plays."""

    kind: Kind
    clips: tuple[Clip, ...] = ()


@dataclass(frozen=True)
class Control:
    """A control of the free run: a button, the switch of a layer, or the choice of a setting's value among some."""

    kind: Literal["button", "choice", "layer"]
    name: str
    options: tuple[Setting, ...] = ()


@dataclass(frozen=True)
class Free:
    """Training for real: the run's set-up, the layers that are on at first, and the step's own controls."""

    setup: Values
    layers: tuple[str, ...]
    controls: tuple[Control, ...]


@dataclass(frozen=True)
class Step:
    """A step of the lesson.

    Attributes:
        right: which of the three answers is.
        before: its last moment stands there until one has answered.
        after: what plays then.
        layers: of the plane.
        panels: what stands beside the text: the count of modes, the sheet of latents, curves, the diagram.
    """

    name: str
    right: int
    before: Clip
    after: Clip
    act: Act
    layers: tuple[str, ...]
    free: Free
    panels: tuple[Panel, ...] = ()


def buttons(*names: str) -> tuple[Control, ...]:
    """Buttons by their names."""
    return tuple(Control("button", name) for name in names)


def layers(*names: str) -> tuple[Control, ...]:
    """Switches of layers of the plane."""
    return tuple(Control("layer", name) for name in names)


SEEN = ("real", "fake")
FIELD = (*SEEN, "field")

STEPS: tuple[Step, ...] = (
    Step(
        "game", 1, Clip("run", 0, 0), Clip("run", 0, 700), Act("disguise"), SEEN,
        Free({"data": "moons", "seed": 1}, SEEN,
             (*buttons(*AROUND), Control("choice", "data", ("two-gaussians", "moons", "ring", "spiral")))),
    ),
    Step(
        "noise", 0, Clip("run", 3000, 3000), Clip("run", 0, 3000), Act("latent"), ("real", "manifold"),
        Free({**RING, "z_dim": 2}, ("real", "manifold"),
             (*buttons(*AROUND), Control("choice", "z_dim", (1, 2)), *layers("manifold", "fake"))),
        ("latents",),
    ),
    Step(
        "critic", 1, Clip("run", 0, 0), Clip("run", 0, 40),
        Act("clips", (Clip("run", 40, 52), Clip("run", 52, 80))), (*FIELD, "gradient"),
        Free({**POINTS, **AT_ONCE}, (*FIELD, "gradient"),
             (*buttons("critic_10", "forger_10", "reset"), *layers("field", "gradient"))),
    ),
    Step(
        "round", 2, Clip("run", 2, 2), Clip("run", 0, 7), Act("stages", (Clip("run", 0, 9),)), FIELD,
        Free({**POINTS, **AT_ONCE}, FIELD, buttons("slow", *AROUND)),
        ("diagram",),
    ),
    Step(
        "losses", 2, Clip("run", 0, 20), Clip("run", 20, 3000), Act("clips", (Clip("still", 300, 1000),)), FIELD,
        Free({**RING, "objective": "relativistic"}, FIELD,
             (*buttons(*AROUND), Control("choice", "objective", ("relativistic", "non-saturating", "least-squares")))),
        ("losses",),
    ),
    Step(
        "collapse", 0, Clip("run", 0, 0), Clip("run", 0, 600), Act("scrub"), FIELD,
        Free(SICK, FIELD, buttons(*AROUND, "another")),
        ("modes", "losses"),
    ),
    Step(
        "cure", 1, Clip("off", 600, 600), Clip("on", 0, 600), Act("compare", (Clip("off", 0, 600), Clip("on", 0, 600))),
        FIELD,
        Free({**SICK, "penalty": "none"}, FIELD,
             (*buttons(*AROUND, "another"), Control("choice", "penalty", ("none", "r1-r2")))),
        ("modes",),
    ),
    Step(
        "pictures", 2, Clip("run", 0, 0), Clip("run", 0, 2500), Act("scrub"), (),
        Free(DIGITS, (),
             (*buttons(*AROUND, "explore"), Control("choice", "data", ("digits", "mnist", "fashion-mnist")))),
    ),
)  # fmt: skip


def schema() -> dict[str, Any]:
    """The table as JSON, for the page."""
    return {"steps": [{**asdict(step), "free": free_json(step.free)} for step in STEPS], "coda": coda.schema()}


def free_json(free: Free) -> dict[str, Any]:
    """The free part as JSON."""
    return {**asdict(free), "setup": dict(free.setup)}
