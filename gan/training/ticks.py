"""What a run says of itself: the phases of a step, and ticks."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from gan.metrics.modes import ModeReport
from gan.recipe.optimizers import Optimizer

PHASES = ("noise", "samples", "judgement", "loss", "update")


class Phase(NamedTuple):
    """A moment within a step.

    Attributes:
        name: one of PHASES.
        values: what has just been computed, detached: "noise" has z [N, z_dim], and for D real [N, ...]; "samples"
            has fake [N, ...]; "judgement" has the logits real [N] and fake [N]; "loss" and "update" have loss (a
            scalar) and for D penalty, with its weight.
    """

    name: str
    values: dict[str, Tensor]


class Shared(NamedTuple):
    """What a step of D leaves for the step of G that follows: z, of which the fakes are made, the reals and classes."""

    z: Tensor
    real: Tensor
    c: Tensor | None


class RepairReport(NamedTuple):
    """How near repairs come to the true pictures.

    Attributes:
        psnr: mean peak signal-to-noise ratio in dB.
        psnr_filter: of a classical filter on the same damaged pictures; of bicubic interpolation for tiny ones.
    """

    psnr: float
    psnr_filter: float

    def __str__(self) -> str:
        return f"PSNR {self.psnr:.2f} dB (filter {self.psnr_filter:.2f})"


class HeldOutReport(NamedTuple):
    """How well D, and another classifier, tell samples that no run learns from and fakes apart.

    Attributes:
        d_heldout: the share of pairs of a real sample and a fake of which D likes the real one more.
        two_sample: accuracy of the two-sample test's classifier on the same samples; nan where it was not asked.
    """

    d_heldout: float
    two_sample: float

    def __str__(self) -> str:
        return f"D right on {self.d_heldout:.0%}"


class EvaluationReport(NamedTuple):
    """How good a run is by the figures of `gan.evaluation`.

    Attributes:
        samples: that were measured.
        took: seconds, which are not the run's.
        figures: by the names of `evaluate`, such as frechet and coverage, or modes.
    """

    samples: int
    took: float
    figures: dict[str, float]

    def __str__(self) -> str:
        parts = []
        if "frechet" in self.figures:
            parts.append(f"FD {self.figures['frechet']:.3f}")
        if "coverage" in self.figures:
            parts.append(f"coverage {self.figures['coverage']:.0%}")
        if "fair" in self.figures:
            parts.append(f"modes {self.figures['fair']:g}/{self.figures['total']:g}")
        elif "modes" in self.figures:
            parts.append(f"modes {self.figures['modes']:g}")
        return " ".join(parts)


@dataclass(frozen=True)
class Tick:
    """What a run looks like at one moment: plain numbers and CPU tensors.

    Attributes:
        nimg: real samples shown to D so far.
        seconds: spent training, in this process.
        loss_d, loss_g, penalty: means since the last tick; the penalty with its weight. nan where no step was made.
        p_real, p_fake: mean of sigmoid(logits) on real and on fake since the last tick; nan as well.
        grad_d, grad_g: norms of the last gradients.
        samples: [K, 2] points or [K, C, R, R] images at the run's fixed z.
        modes: of 2,500 samples at fixed z, for data whose modes are known.
        warning: names mode collapse, divergence or a blind D when it happens, else "".
        repair: of a task, how good the repairs are; `samples` are then a damaged picture, its repair and the true one
            in turn.
        evaluation: of some ticks, where it was asked for: how good the run is.
        held_out: of some ticks, how well samples that the run never learns from are told from fakes; by D as it is and
            the average of G.
    """

    nimg: int
    seconds: float
    loss_d: float
    loss_g: float
    penalty: float
    p_real: float
    p_fake: float
    grad_d: float
    grad_g: float
    samples: Tensor
    modes: ModeReport | None
    warning: str
    repair: RepairReport | None = None
    held_out: HeldOutReport | None = None
    evaluation: EvaluationReport | None = None

    def __str__(self) -> str:
        reports = [f" {report}" for report in (self.repair, self.held_out, self.evaluation) if report]
        return f"{self.nimg:,} samples: {self.losses}" + "".join(reports)

    @property
    def losses(self) -> str:
        """Both losses for people; before the first step there are none."""
        return f"D {self.loss_d:.3f} G {self.loss_g:.3f}" if self.nimg else "untrained"


def gradient_norm(opt: Optimizer) -> float:
    """The norm of all gradients of an optimiser's network as the last step left them; 0 before the first."""
    return float(torch.nn.utils.get_total_norm(opt.gradients))
