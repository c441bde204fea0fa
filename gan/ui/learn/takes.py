"""TAKES: the runs that the lesson's steps show, and at which of their moments; `python -m bench.recordings` films them.

A recording is the file of a step: its takes by name. It comes with the package, so a lesson needs no host.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gan.live.contestant import Which
from gan.live.setup import Setting

FOLDER = Path(__file__).parent / "recordings"
SIDE, SIDE_SHARP = 24, 32  # cells along a recorded field, and of a critic with sharp features

Values = Mapping[str, Setting]
POINTS: Values = {"data": "two-gaussians", "objective": "non-saturating", "seed": 1}
RING: Values = {"data": "ring", "seed": 1}
DIGITS: Values = {"data": "digits", "seed": 1}
# A critic with sharp features and no brake; and the same run with the brake alone.
SICK: Values = {"data": "disjoint", "objective": "non-saturating", "seed": 1, "features": 32, "sigma": 2.0}
BRAKED: Values = {**SICK, "penalty": "r1-r2"}
AT_ONCE: Values = {"ema_nimg": 0.0}  # the forger of the moment: with an average, a single step could not be seen


@dataclass(frozen=True)
class Stretch:
    """Some moments of a run, by its steps, and which network learns on the way to each."""

    moments: tuple[int, ...]
    which: Which = "both"


@dataclass(frozen=True)
class Take:
    """A run, and what is kept of it.

    Attributes:
        setup: of the run, as the Live tab's; what is left out is recommended for its data.
        stretches: the moments that are kept, one stretch after the other.
        side: cells along the critic's field.
        manifold: whether the forger's grid is kept.
        slow: whether the ten stages of the next round follow.
    """

    setup: Values
    stretches: tuple[Stretch, ...]
    side: int = SIDE
    manifold: bool = False
    slow: bool = False


GAME = (0, 5, 10, 15, 20, 30, 40, 60, 80, 120, 160, 220, 300, 400, 550, 700)
UNFOLDING = (0, 40, 120, 300, 500, 700, 900, 1200, 3000)
SETTLING = (0, 20, 60, 120, 200, 300, 500, 700, 900, 1100, 1400, 1700, 2000, 2500, 3000)
CROWDING = (0, 20, 40, 60, 80, 100, 125, 150, 175, 200, 225, 250, 275, 300, 350, 400, 500, 600)
BRAKING = (0, 20, 40, 70, 100, 150, 200, 250, 300, 400, 600)
LEARNING = (0, 50, 100, 150, 200, 250, 300, 400, 600, 900, 1400, 2000, 2500)

TAKES: dict[str, dict[str, Take]] = {
    "game": {"run": Take({"data": "two-gaussians", "seed": 1}, (Stretch(GAME),))},
    "noise": {"run": Take(RING, (Stretch(UNFOLDING),), manifold=True)},
    "critic": {
        "run": Take({**POINTS, **AT_ONCE}, (Stretch((0, 5, 10, 20, 30, 40), "d"),
                                            Stretch((42, 44, 46, 48, 50, 52, 55, 60, 65, 70, 75, 80), "g"))),
    },
    "round": {"run": Take({**POINTS, **AT_ONCE}, (Stretch((60,)),), slow=True)},
    "losses": {
        "run": Take(RING, (Stretch(SETTLING),)),
        "still": Take(RING, (Stretch((0, 60, 120, 300)), Stretch((340, 400, 500, 600, 800, 1000), "d"))),
    },
    "collapse": {"run": Take(SICK, (Stretch(CROWDING),), SIDE_SHARP)},
    "cure": {
        "off": Take(SICK, (Stretch(BRAKING),), SIDE_SHARP),
        "on": Take(BRAKED, (Stretch(BRAKING),), SIDE_SHARP),
    },
    "pictures": {"run": Take(DIGITS, (Stretch(LEARNING),))},
}  # fmt: skip


def recordings() -> dict[str, str]:
    """The recording of each step as JSON, by the step's name."""
    return {name: (FOLDER / f"{name}.json").read_text("utf-8") for name in TAKES}
