"""Set-ups that provoke the illnesses of `gan.training.diagnosis` reliably."""

from dataclasses import dataclass, field

from gan.live.setup import Setting, Setup


@dataclass(frozen=True)
class IllnessPreset:
    """A set-up that provokes an illness.

    Attributes:
        settings: what differs from the recommended set-up of the data and the objective.
        steps: within which the diagnosis names it.
    """

    data: str
    objective: str
    steps: int
    settings: dict[str, Setting] = field(default_factory=dict)

    def setup(self, seed: Setting) -> Setup:
        """The whole set-up with a seed."""
        return Setup.of({"data": self.data, "objective": self.objective, "seed": seed} | self.settings)


ILLNESS_PRESETS: dict[str, IllnessPreset] = {
    # A critic with sharp features and no penalty chases G from spot to spot, until all fakes are one.
    "collapsed": IllnessPreset("grid", "non-saturating", 1_500, {"features": 32, "sigma": 6.0}),
    # Five steps at ten times the rate, and sharp features: D is sure, and the original loss is flat where D is sure.
    "strong-critic": IllnessPreset(
        "ring", "minimax", 1_000, {"lr": 1e-3, "lr_d": 1e-2, "d_steps": 5, "features": 32, "sigma": 4.0}
    ),
    # Steps so long that both always overshoot, and no average of what they pass over.
    "oscillating": IllnessPreset("line", "hinge", 1_500, {"lr": 8e-3, "lr_d": 8e-3, "ema_nimg": 0.0}),
    "diverged": IllnessPreset("ring", "relativistic", 400, {"lr": 0.5, "lr_d": 0.5}),
}
