"""The shapes of all that a live run says: JSON for the page as TypedDicts, a worker's own messages as dataclasses.

The keys of the TypedDicts are those that `gan/ui/browser/live/` reads. Texts that carry arrays are base64 as
`gan.live.frames` makes them. Contestants stand under the key "lanes", the diagnoses under "doctor".
"""

from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict

from gan.live.observer import Figures
from gan.live.run_state import RunState
from gan.live.setup import DataFound, Setting

Role = Literal["owner", "watcher"]
RunStatus = Literal["ready", "running", "paused", "queued", "slow", "working", "asleep", "over", "diverged", "failed"]
Network = Literal["d", "g"]
# What a point of the curves has of a contestant: the means of the losses and of p_real, the key figure, and the share
# of the modes or classes that are covered.
CURVE_COLUMNS = ("critic_loss", "forger_loss", "opinion_of_real", "opinion_of_fake", "figure", "coverage")
CurveValues = list[float | None]  # in the order of CURVE_COLUMNS; None where there is none


# ---- a scene: what stays through a round of a run ---------------------------------------------------------------


class DataScene(TypedDict):
    """What the page needs of a data set.

    Attributes:
        kind: a name in MEDIA.
        extent: the plane shown is [-extent, extent] in both directions (points).
        count: of the reals shown. total: of the modes or classes, 0 if unknown.
        size, resolution, channels: how many are stored, and the shape of their pictures, where each is looked at alone.
        shape, traits, row: where they are no pictures, the shape of a sample, what it is read with, and the shape of
            the row as which it travels, a byte a value.
        reals: the reals shown.
    """

    kind: str
    extent: float
    count: int
    total: int
    size: NotRequired[int]
    resolution: NotRequired[int]
    channels: NotRequired[int]
    shape: NotRequired[list[int]]
    traits: NotRequired[dict[str, Any]]
    row: NotRequired[list[int]]
    reals: str


class ContestantAbout(TypedDict):
    """What stays the same of a contestant.

    Attributes:
        g_sizes, d_sizes: the widths from input to output.
        ends: where the losses of D and of G end in a perfect game; None where that may be anywhere.
    """

    objective: str
    label: str
    penalty: str
    g_sizes: list[int]
    d_sizes: list[int]
    params_g: int
    params_d: int
    ends: list[float | None]


class RunScene(DataScene):
    """The scene of a worker's run."""

    lanes: list[ContestantAbout]


class PublishedScene(RunScene):
    """The scene as pages get it, with the settings in force when the round began."""

    setup: dict[str, Setting]
    data: str
    batch: int
    z_dim: int
    noise: str
    illness: str


# ---- a frame: what changes --------------------------------------------------------------------------------------


class Arrows(TypedDict):
    """How each of the first `count` fakes would move to lower G's loss; `longest` is what 127 stands for."""

    count: int
    by: str
    longest: float | None


class Manifold(TypedDict):
    """A grid of n (dims = 1) or n x n latents warped by G, and the density of its cells."""

    n: int
    dims: int
    points: str
    density: str


class PointsSamples(TypedDict):
    """Fakes, with p_real of each under "opinions"."""

    fakes: str
    opinions: str
    arrows: Arrows


class Backdrop(TypedDict):
    """What lies behind the points: p_real on side x side places of the plane; the manifold of latents that have one."""

    field: str
    side: int
    grid: NotRequired[Manifold]


class PointsFrame(PointsSamples, Backdrop):
    """A contestant that learns points."""

    figures: Figures


class PicturesSamples(TypedDict):
    """Fakes, with p_real of each under "opinions"."""

    fakes: str
    opinions: str


class PicturesFrame(PicturesSamples):
    """A contestant that learns pictures; `nearest` is the real picture nearest to each fake, "" before the first."""

    nearest: str
    figures: Figures


ContestantFrame = PointsFrame | PicturesFrame


class PhaseFrame(TypedDict):
    """A phase of an iteration in slow motion.

    Attributes:
        index: 0 to 9. name: one of `ticks.PHASES`. who: the network that learns.
        values: the mean p_real of real and fake, loss, penalty and grad, as far as they are known by now.
        z, real, fake: the first few of them. logits_real, logits_fake: p_real of these.
    """

    index: int
    name: str
    who: Network
    values: dict[str, float | None]
    z: NotRequired[str]
    real: NotRequired[str]
    fake: NotRequired[str]
    logits_real: NotRequired[str]
    logits_fake: NotRequired[str]


class DiagnosisJson(TypedDict):
    """What is wrong.

    Attributes:
        cure: the remedy, a name of REMEDIES or some joined by "+"; "" where there is none.
        change: every setting that it changes. before: the values of these that are in force.
    """

    name: str
    values: dict[str, float]
    cure: str
    change: dict[str, Setting]
    before: dict[str, Setting]


class Frame(TypedDict):
    """A run at one moment. In slow motion `stages` has the phase of each contestant, `stage` that of the first."""

    steps: int
    nimg: int
    rate: float
    lanes: list[ContestantFrame]
    doctor: list[DiagnosisJson]
    trained_d: int
    trained_g: int
    stage: NotRequired[PhaseFrame]
    stages: NotRequired[list[PhaseFrame]]


class CurvePoint(TypedDict):
    """A point of the curves, with the values of each contestant."""

    steps: int
    nimg: int
    lanes: list[CurveValues]


# ---- what the page's requests are answered with -----------------------------------------------------------------


class PastList(TypedDict):
    """(number, steps) of every frame that one can go back to, the oldest first."""

    revision: int
    list: list[tuple[int, int]]


class PollResponse(TypedDict):
    """What has changed since a page last asked. All that is NotRequired comes only if the page does not have it.

    Attributes:
        state: what the run does.
        place: in the queue, from 1; 0 outside it. shared: the watch ids of runs to look at meanwhile.
        left: seconds of the budget; steps_left: steps of it.
        every: milliseconds until the page should ask again.
        trouble: a sentence that goes with some states, else "".
        query: the link to this set-up. open: whether anybody may watch.
        curve: the points that the page does not have.
    """

    state: RunStatus
    role: Role
    place: int
    watchers: int
    shared: list[str]
    left: int
    budget: float
    steps_left: int
    every: int
    trouble: str
    round: int
    query: str
    setup: dict[str, Setting]
    open: bool
    curve: list[CurvePoint]
    moments: NotRequired[PastList]
    scene: NotRequired[PublishedScene]
    number: NotRequired[int]
    frame: NotRequired[Frame]


class OpenResponse(TypedDict):
    """A run for a page.

    Attributes:
        id: what the page asks with from now on.
        hide: the groups of controls that are not shown.
        shut: why the link's own set-up was not opened; None if it was.
        data: what there is of each data set on this machine.
    """

    id: str
    role: Role
    setup: dict[str, Setting]
    hide: list[str]
    shut: str | None
    data: dict[str, DataFound]


class ActResponse(TypedDict):
    """What a run became by an act of its owner."""

    setup: dict[str, Setting]
    state: RunStatus


class ShareResponse(TypedDict):
    """The id that others may watch with."""

    watch: str


class KeepResponse(TypedDict):
    """The name by which this visitor finds the model of now in the catalogue."""

    model: str


class MomentResponse(TypedDict):
    """A frame of the past."""

    number: int
    frame: Frame


class CloseResponse(TypedDict):
    """Nothing: the page is gone."""


class TroubleResponse(TypedDict):
    """Why a request was refused; `gone` if its run is no longer here, `elsewhere` if it may be on another host."""

    trouble: str
    gone: NotRequired[bool]
    elsewhere: NotRequired[bool]


PageResponse = OpenResponse | ActResponse | ShareResponse | KeepResponse | MomentResponse | CloseResponse


# ---- what a worker sends by itself ------------------------------------------------------------------------------


@dataclass(frozen=True)
class FrameEvent:
    """A frame is made.

    Attributes:
        slow: whether it shows a phase within an iteration.
        points: of the curves, since the last frame.
        text: the Frame as JSON.
    """

    steps: int
    seconds: float
    slow: bool
    points: list[CurvePoint]
    diagnoses: list[DiagnosisJson]
    text: str


@dataclass(frozen=True)
class StateEvent:
    """A state from which the run can go on."""

    state: RunState


@dataclass(frozen=True)
class OverEvent:
    """The budget is spent; the last frame was sent before."""


@dataclass(frozen=True)
class DivergedEvent:
    """A weight is no longer a finite number; the last frame stays."""

    sentence: str
    diagnoses: list[DiagnosisJson]
    steps: int


Event = FrameEvent | StateEvent | OverEvent | DivergedEvent
