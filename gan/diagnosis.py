"""What is going wrong in a run, in a sentence: pure functions of what a tick measures."""

from torch import Tensor

from gan.modes import ModeReport

RUNAWAY_LOSS = 1e5  # no objective comes near it in a healthy run
COLLAPSED_MODES = 0.5  # fewer fair modes than this share is a collapse
COLLAPSED_SPREAD = 0.25  # so is a spread of the samples below this share of the data's


def spread(samples: Tensor) -> float:
    """Mean squared distance of samples [N, ...] from their mean, for each value."""
    return samples.float().flatten(1).var(0, unbiased=False).mean().item()


def diagnose(finite: bool, loss: float, modes: ModeReport | None, samples: Tensor, real_spread: float) -> str:
    """A sentence that names divergence or mode collapse; "" for a run in good health.

    Args:
        finite: whether every weight is a finite number.
        loss: the larger of the two losses' sizes.
        modes: the report on the samples where the data's modes are known.
        samples: [N, ...] at fixed z.
        real_spread: `spread` of real samples.
    """
    if not finite:
        return "diverged: a weight is no longer a finite number"
    if not loss < RUNAWAY_LOSS:  # NaN included
        return f"diverging: a loss has run away to {loss:.1g}"
    if modes and modes.modes and modes.fair < COLLAPSED_MODES * modes.total:
        return f"mode collapse: G covers {modes.fair} of {modes.total} modes with a fair share"
    if spread(samples) < COLLAPSED_SPREAD * real_spread:
        return "mode collapse: G's samples are nearly all the same"
    return ""
