"""What the page draws of a live run: a scene once, then frames, as values that JSON can carry.

Points travel as uint16 and fields and pictures as bytes, in base64; numbers that are not finite become None.
"""

import base64
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gan.data import Data
from gan.diagnosis import spread
from gan.images import to_pixels
from gan.trainer import Tick, Trainer

FIELD = 48  # D's opinion is asked on FIELD x FIELD places of the plane
MARGIN = 1.35  # the plane shows this many times the data's reach
REALS = {"points": 512, "pictures": 8}

# Where the critic is undecided, and how steep its logits are read. Objectives that only compare real with fake
# have no such place of their own: there it lies half-way between the mean logits of the two.
NEUTRAL: dict[str, float] = {"minimax": 0.0, "non-saturating": 0.0, "hinge": 0.0, "least-squares": 0.5}
SLOPE: dict[str, float] = {"least-squares": 4.0}
# The Wasserstein critics' logits have no unit either: their spread is the measure.
BY_SPREAD = ("wasserstein", "wasserstein-gp")


@dataclass(frozen=True)
class Scene:
    """What stays the same through a run.

    Attributes:
        reals: [K, ...] real samples, the same in every run on the data.
        asked: a larger batch of them, to ask D about.
        extent: the plane shown is [-extent, extent] in both directions (points).
    """

    kind: str
    reals: Tensor
    asked: Tensor
    spread: float
    extent: float

    def to_json(self) -> dict[str, Any]:
        """What the page needs once for each run."""
        about: dict[str, Any] = {"kind": self.kind, "extent": self.extent, "count": len(self.reals)}
        if self.kind == "points":
            return about | {"reals": points_to_text(self.reals, self.extent)}
        return about | picture_shape(self.reals) | {"reals": pictures_to_text(self.reals)}


def scene(data: Data) -> Scene:
    """The scene for a data set."""
    asked = data.sample(512, torch.Generator().manual_seed(0))
    return Scene(data.kind, asked[: REALS[data.kind]], asked, spread(asked), MARGIN * float(asked.abs().max()))


@torch.no_grad()
def opinions(objective: str, D: torch.nn.Module, real: Tensor, fake: Tensor, others: Tensor) -> list[Tensor]:
    """D's opinion of three batches, each [N] in 0..1: 1 is real, a half is undecided (see NEUTRAL)."""
    logits = D(torch.cat([real, fake, others]))
    on_real, on_fake, _ = parts = logits.split([len(real), len(fake), len(others)])
    middle = NEUTRAL.get(objective, float(on_real.mean() + on_fake.mean()) / 2)
    slope = SLOPE.get(objective, 1.0)
    if objective in BY_SPREAD:
        slope = 1 / max(float(torch.cat([on_real, on_fake]).std()), 1e-6)
    return [((part - middle) * slope).sigmoid() for part in parts]


def plane(extent: float) -> Tensor:
    """[FIELD^2, 2]: the middles of the field's cells, row by row from the top left."""
    axis = ((torch.arange(FIELD) + 0.5) / FIELD * 2 - 1) * extent
    y, x = torch.meshgrid(-axis, axis, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], 1)


Opinion = float | None


def frame(trainer: Trainer, tick: Tick, about: Scene) -> tuple[dict[str, Any], tuple[Opinion, Opinion]]:
    """(what the page draws of this moment, D's mean opinion of real and of fake)."""
    fake = tick.samples
    others = plane(about.extent) if about.kind == "points" else fake[:0]
    on_real, on_fake, field = opinions(trainer.config.objective, trainer.D, about.asked, fake, others)
    picture: dict[str, Any] = {
        "nimg": tick.nimg, "real": finite(on_real.mean()), "fake": finite(on_fake.mean()),
        "variety": finite(spread(fake) / max(about.spread, 1e-12)),
        "passing": finite((on_real < on_fake.median()).float().mean()),
    }  # fmt: skip
    if about.kind == "points":
        picture |= {"fakes": points_to_text(fake, about.extent), "field": field_to_text(field), "side": FIELD}
    else:
        picture |= {"fakes": pictures_to_text(fake)}
    if tick.modes:
        picture |= {
            "total": tick.modes.total, "modes": tick.modes.modes, "fair": tick.modes.fair,
            "quality": finite(tick.modes.high_quality),
        }  # fmt: skip
    return picture, (picture["real"], picture["fake"])


def finite(value: float | Tensor) -> float | None:
    """The value with four digits; None where JSON has no word for it."""
    value = float(value)
    return float(f"{value:.4g}") if math.isfinite(value) else None


def to_text(array: np.ndarray[Any, Any]) -> str:
    """Base64 of an array's bytes, little end first."""
    return base64.b64encode(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()).decode()


def points_to_text(points: Tensor, extent: float) -> str:
    """uint16 x, y pairs: 0 is -extent, 65535 is extent; points beyond the edge lie on it."""
    place = (points / (2 * extent) + 0.5).nan_to_num().clamp(0, 1)
    return to_text((place * 65535).round().numpy().astype(np.uint16))


def field_to_text(field: Tensor) -> str:
    """One byte a cell: 255 is an opinion of 1."""
    return to_text((field.nan_to_num(0.5) * 255).round().byte().numpy())


def picture_shape(images: Tensor) -> dict[str, int]:
    """The size of images [N, C, R, R] for the page."""
    return {"channels": images.shape[1], "resolution": images.shape[2]}


def pictures_to_text(images: Tensor) -> str:
    """The bytes of the pixels, [N, R, R, C]."""
    return to_text(to_pixels(images.nan_to_num()).contiguous().numpy())
