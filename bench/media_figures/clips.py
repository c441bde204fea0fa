"""Clips: what a judge of single digits sees in their frames; all else is in `gan.media.clips.measured`."""

import torch
from torch import Tensor

from bench.media_figures.measure import Bar, Measure
from gan.data.sets import load
from gan.errors import ModelError
from gan.evaluation.evaluate import fakes
from gan.media.clips import class_figures
from gan.models.judges import load_judge
from gan.models.model import Model

JUDGE = "mnist"


def judged(model: Model, count: int, seed: int) -> dict[str, float]:
    """The share of frames that are of the class asked for, and of clips that are one class in all frames.

    Raises:
        ModelError: the judge is not shipped.
    """
    train, test = (load(model.config.data, train=part) for part in (True, False))
    fake, c = fakes(model, train, count, seed)
    real, held = test.labelled(count, torch.Generator().manual_seed(seed))
    figures: dict[str, float] = {}
    for suffix, clips, told in (("", fake, c), ("_real", real, held)):
        figures |= {f"{name}{suffix}": value for name, value in class_figures(classes(clips), told).items()}
    return figures


@torch.inference_mode()
def classes(clips: Tensor) -> Tensor:
    """[N, T] the class that the judge sees in each frame of clips [N, T, R, R]."""
    judge = load_judge(JUDGE)
    if judge is None:
        raise ModelError(f"the classifier of {JUDGE} is not in weights/, and frames are judged by it")
    frames = clips.flatten(0, 1)[:, None]
    return torch.cat([judge(part).argmax(1) for part in frames.split(500)]).unflatten(0, clips.shape[:2])


MEASURE = Measure(
    {
        "told": Bar(0.85), "one_class": Bar(0.6), "turning_share": Bar(0.85),
        "seam_share": Bar(1.1, least=False),
    }, judged,
)  # fmt: skip
