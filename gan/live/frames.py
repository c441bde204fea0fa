"""What the page draws of a live run, as values that JSON can carry: a scene once, then frames (see `messages`).

Points travel as uint16 and fields, pictures and p_real as bytes, in base64; numbers that are not finite become None.
"""

import base64
import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gan.data import sets
from gan.data.sets import Data
from gan.data.stored import Stored
from gan.live.messages import Arrows, Backdrop, DataScene, Manifold, PicturesSamples, PointsSamples
from gan.live.p_real import p_real
from gan.media import Medium
from gan.training.trainer import Trainer

FIELD = 48  # D is asked about FIELD x FIELD places of the plane
MARGIN = 1.35  # the plane shows this many times the data's reach
POINTS, ARROWS = 512, 96  # points shown of the fakes; fakes with an arrow
GRID = {1: 129, 2: 25}  # latents along a side of G's manifold, by the latent's dimensions
BATCH_VALUES = POINTS * 28**2  # that the batch holds at most that D is asked about for every frame
CANDIDATES = 10_000  # real samples among which the nearest is looked for, of small ones
CANDIDATE_VALUES = 8_000_000  # that they hold at most
VALUES_AT_ONCE = 500_000  # of them, as numbers: 2 MB


@dataclass(frozen=True)
class Scene:
    """What stays the same through a run on a data set; read once for all runs, never changed.

    Attributes:
        reals: [K, ...] real samples to show, the same in every run on the data.
        critic_batch: [M, ...] a larger batch of them, to ask D about; critic_classes: [M] their classes, if any.
        extent: the plane shown is [-extent, extent] in both directions (points).
    """

    data: Data
    reals: Tensor
    critic_batch: Tensor
    extent: float
    critic_classes: Tensor | None = None

    @property
    def medium(self) -> Medium:
        """What the samples are to a person."""
        return self.data.medium

    def to_json(self) -> DataScene:
        """What the page needs once for each run."""
        if self.medium.alone:
            scene: DataScene = {
                "kind": self.medium.name, "extent": self.extent, "count": len(self.reals),
                "total": len(self.data.classes), "size": self.data.size, "reals": self.rows_to_text(self.reals),
            }  # fmt: skip
            row = list(self.rows(self.reals[:1]).shape[1:])
            if self.medium.sized:
                scene |= {"resolution": row[0], "channels": row[2]}
            else:
                scene |= {"shape": list(self.data.shape), "traits": dict(self.data.traits), "row": row}
            return scene
        return {
            "kind": self.medium.name, "extent": self.extent, "count": len(self.reals),
            "total": 0 if self.data.centres is None else len(self.data.centres),
            "reals": points_to_text(self.reals, self.extent),
        }  # fmt: skip

    def rows(self, samples: Tensor) -> Tensor:
        """Samples [N, *shape] as their medium stores them, uint8: pictures are their pixels [N, R, R, C]."""
        return self.medium.rows(samples.detach().nan_to_num(), self.data.traits)

    def rows_to_text(self, samples: Tensor) -> str:
        """The bytes of the rows of samples that are looked at alone."""
        return to_text(self.rows(samples).contiguous().numpy())


def shown(medium: Medium) -> int:
    """How many samples of a medium a page shows."""
    return medium.pairs if medium.alone else POINTS


@functools.lru_cache(maxsize=16)
def load_scene(name: str) -> Scene:
    """The scene for a data set."""
    samples = sets.load_here(name)
    batch, classes = samples.labelled(
        min(POINTS, BATCH_VALUES // math.prod(samples.shape)), torch.Generator().manual_seed(0)
    )
    extent = max(MARGIN * float(batch.abs().max()), 1e-3)
    return Scene(samples, batch[: shown(samples.medium)], batch, extent, classes)


def nearest(name: str, samples: Tensor) -> Tensor:
    """The real sample nearest to each of samples [N, *shape], as their medium measures it, of the same shape.

    Reals become numbers some at a time: those of MNIST would take 31 MB of every run.
    """
    scene = load_scene(name)
    data = scene.data
    assert isinstance(data, Stored)
    values = math.prod(data.shape)
    every = math.ceil(data.size / min(CANDIDATES, CANDIDATE_VALUES // values))
    found, least = torch.empty_like(samples), torch.full((len(samples),), math.inf)
    for rows in data.rows[::every].split(max(VALUES_AT_ONCE // values, 1)):
        real = data.samples_of(rows)
        which, away = scene.medium.among(samples, real, data.traits)
        nearer = away < least
        found[nearer], least[nearer] = real[which[nearer]], away[nearer].float()
    return found


@functools.lru_cache(maxsize=4)
def field_places(extent: float) -> Tensor:
    """[FIELD^2, 2]: the middles of the field's cells, row by row from the top left."""
    axis = ((torch.arange(FIELD) + 0.5) / FIELD * 2 - 1) * extent
    y, x = torch.meshgrid(-axis, axis, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], 1)


@functools.lru_cache(maxsize=2)
def latent_grid(dims: int) -> Tensor:
    """[n^dims, dims]: latents at even steps of probability, so that every cell between them holds the same share."""
    n = GRID[dims]
    axis = torch.special.ndtri(torch.linspace(0.5 / n, 1 - 0.5 / n, n))
    return axis[:, None] if dims == 1 else torch.cartesian_prod(axis, axis)


def shown_latents(trainer: Trainer) -> Tensor:
    """The latents of the fakes that a page shows."""
    return trainer.z_shown[: shown(trainer.data.medium)]


@torch.no_grad()
def shown_fakes(trainer: Trainer, most: int = POINTS) -> Tensor:
    """The fakes that a page shows, of all classes in turn where G is told one; the first ones, `most` of them."""
    z, c = shown_latents(trainer)[:most], trainer.c_shown
    return trainer.G_ema(z, None if c is None else c[: len(z)])


@torch.no_grad()
def p_real_shown(trainer: Trainer, scene: Scene, fake: Tensor, reals: int = POINTS) -> tuple[Tensor, Tensor]:
    """p_real of the first of a scene's `critic_batch` and of the fakes [N, *shape] of `shown_fakes`."""
    real, c = scene.critic_batch[:reals], None
    if trainer.c_shown is not None:
        assert scene.critic_classes is not None
        c = torch.cat([scene.critic_classes[:reals], trainer.c_shown[: len(fake)]])
    on_real, on_fake, _ = p_real(trainer.config.objective, lambda samples: trainer.D(samples, c), real, fake, fake[:0])
    return on_real, on_fake


def points_samples(trainer: Trainer, scene: Scene) -> PointsSamples:
    """Fakes with D's p_real of them, and the arrows."""
    fake = shown_fakes(trainer)
    _, on_fake = p_real_shown(trainer, scene, fake)
    return {
        "fakes": points_to_text(fake, scene.extent), "opinions": shares_to_text(on_fake),
        "arrows": arrows(trainer, scene.reals, fake[:ARROWS]),
    }  # fmt: skip


def backdrop(trainer: Trainer, scene: Scene) -> Backdrop:
    """What lies behind the points: the field of D's p_real, and G's manifold."""
    with torch.no_grad():
        fake = trainer.G_ema(shown_latents(trainer))
        _, _, field = p_real(trainer.config.objective, trainer.D, scene.critic_batch, fake, field_places(scene.extent))
    dims = trainer.config.z_dim
    behind: Backdrop = {"field": shares_to_text(field), "side": FIELD}
    if dims in GRID:
        behind["grid"] = manifold(trainer, dims, scene.extent)
    return behind


def pictures_samples(trainer: Trainer, scene: Scene) -> PicturesSamples:
    """Fakes with D's p_real of them."""
    fake = shown_fakes(trainer)
    _, on_fake = p_real_shown(trainer, scene, fake)
    return {"fakes": scene.rows_to_text(fake), "opinions": shares_to_text(on_fake)}


def arrows(trainer: Trainer, real: Tensor, fake: Tensor) -> Arrows:
    """The way each fake would move to lower G's loss: minus the loss's gradient, the longest scaled to 127."""
    here = fake.detach().requires_grad_(True)
    logits = trainer.D(torch.cat([real[: len(fake)], here]))
    on_real, on_fake = logits.chunk(2)
    (gradient,) = torch.autograd.grad(trainer.objective.loss_g(on_real.detach(), on_fake).sum(), here)
    by = -gradient.nan_to_num(0, 0, 0)
    longest = max(float(by.norm(dim=1).max()), 1e-12)
    return {"count": len(fake), "by": to_text((by / longest * 127).round().numpy().astype(np.int8)),
            "longest": finite(longest)}  # fmt: skip


@torch.no_grad()
def manifold(trainer: Trainer, dims: int, extent: float) -> Manifold:
    """A grid of latents warped by G, and how densely G's samples lie in each of its cells, 255 for the densest."""
    n = GRID[dims]
    at = trainer.G_ema(latent_grid(dims)).nan_to_num(0, 0, 0)
    text = points_to_text(at, extent)
    if dims == 1:
        size = (at[1:] - at[:-1]).norm(dim=1)
        usual = 2 * extent / (n - 1)
    else:
        at = at.view(n, n, 2)
        a, b = at[1:, 1:] - at[:-1, :-1], at[1:, :-1] - at[:-1, 1:]  # a cell's two diagonals
        size = ((a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]).abs() / 2).flatten()
        usual = (2 * extent / (n - 1)) ** 2 / 4
    return {"n": n, "dims": dims, "points": text, "density": shares_to_text(usual / (usual + size))}


def finite(value: float | Tensor | None) -> float | None:
    """The value with four digits; None where JSON has no word for it."""
    value = math.nan if value is None else float(value)
    return float(f"{value:.4g}") if math.isfinite(value) else None


def to_text(array: np.ndarray[Any, Any]) -> str:
    """Base64 of an array's bytes, little end first."""
    return base64.b64encode(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()).decode()


def points_to_text(points: Tensor, extent: float) -> str:
    """uint16 x, y pairs: 0 is -extent, 65535 is extent; points beyond the edge lie on it."""
    place = (points.detach() / (2 * extent) + 0.5).nan_to_num().clamp(0, 1)
    return to_text((place * 65535).round().numpy().astype(np.uint16))


def shares_to_text(shares: Tensor) -> str:
    """One byte for each value in 0..1: 255 is 1."""
    return to_text((shares.detach().nan_to_num(0.5).clamp(0, 1) * 255).round().byte().numpy())
