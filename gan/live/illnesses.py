"""Four ways for a GAN to fall ill, each a set-up that provokes it reliably."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Ill:
    """A set-up that provokes an illness.

    Attributes:
        settings: what differs from the recommended set-up of the data and the objective.
        steps: within which the doctor names it.
    """

    data: str
    objective: str
    steps: int
    settings: dict[str, Any] = field(default_factory=dict)


ILLS: dict[str, Ill] = {
    # A critic with sharp features and no brake chases G from spot to spot, until all fakes are one.
    "collapsed": Ill("grid", "non-saturating", 1_500, {"features": 32, "sigma": 6.0}),
    # Five steps at ten times the rate, and sharp features: D is sure, and the original loss is flat where D is sure.
    "strong-critic": Ill(
        "ring", "minimax", 1_000, {"lr": 1e-3, "lr_d": 1e-2, "d_steps": 5, "features": 32, "sigma": 4.0}
    ),
    # Steps so long that both always overshoot, and no average of what they pass over.
    "oscillating": Ill("line", "hinge", 1_500, {"lr": 8e-3, "lr_d": 8e-3, "ema_nimg": 0.0}),
    "diverged": Ill("ring", "relativistic", 400, {"lr": 0.5, "lr_d": 0.5}),
}
