"""Clips: samples [T, R, R] in [-1, 1], the grey frames of a loop, the first of which follows the last."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from gan.media.films import film
from gan.media.images import grid
from gan.media.medium import Compare, FileForm, Medium, Note, Shape, Traits, by_values

FRAMES, SIDES = range(2, 33), range(8, 129)
FPS = 8.0  # frames a second, where the data do not say
PIXEL_SIDE = 7  # pixels of the side at which clips are compared
WATCHED = 64  # clips of a live run whose turning is measured
TURNS = torch.arange(-90, 91, 3.0)  # degrees that a picture may be turned against another


def fits(shape: Shape) -> bool:
    """Grey squares, one after the other."""
    return len(shape) == 3 and shape[0] in FRAMES and shape[1] == shape[2] and shape[1] in SIDES


def tensors(clips: Tensor, traits: Traits) -> Tensor:
    """float32 [N, T, R, R] in [-1, 1], of clips uint8 [N, T, R, R]."""
    return clips.float() / 127.5 - 1


def rows(clips: Tensor, traits: Traits) -> Tensor:
    """uint8 [N, T, R, R]: -1 is 0, 1 is 255, values outside are clipped."""
    return ((clips.clamp(-1, 1) + 1) * 127.5).round().byte()


def preview(clips: Tensor, traits: Traits) -> Tensor:
    """The first frame of each, uint8 [N, R, R, 1]."""
    return rows(clips[:, :1], traits).movedim(1, 3)


def moving(clips: Tensor, traits: Traits, seconds: Tensor) -> Tensor:
    """The frame of each that is shown so many seconds [N] after it began, uint8 [N, R, R, 1]."""
    due = (seconds.double() * fps(traits) + 1e-6).floor().long() % clips.shape[1]
    return rows(clips[torch.arange(len(clips)), due][:, None], traits).movedim(1, 3)


def fps(traits: Traits) -> float:
    """Frames a second."""
    return float(traits.get("fps", FPS))


def turned(images: Tensor, angles: Tensor, about: tuple[float, float]) -> Tensor:
    """Images [N, 1, R, R] turned by angles [N] about a place (row, column); what hangs below it goes to the right.

    Where nothing was there is 0.
    """
    side = images.shape[-1]
    row, column = about
    y, x = torch.meshgrid(torch.arange(side) - row, torch.arange(side) - column, indexing="ij")
    y, x = y.to(images), x.to(images)
    cos, sin = angles.cos()[:, None, None], angles.sin()[:, None, None]
    # Where each pixel comes from, in -1..1 from edge to edge.
    from_x, from_y = cos * x - sin * y + column, sin * x + cos * y + row
    places = torch.stack([from_x, from_y], 3) * 2 / side + (1 / side - 1)
    return torch.nn.functional.grid_sample(images, places, align_corners=False)


def turning(clips: Tensor, about: tuple[float, float]) -> Tensor:
    """[N] degrees from the frame a quarter into each clip to the one at three quarters, by the turn that fits best."""
    count = clips.shape[1]
    right, left = ((clips[:, at, None] + 1) / 2 for at in (count // 4, 3 * count // 4))
    errors = [
        (turned(left, torch.full((len(clips),), math.radians(degrees)), about) - right).square().mean((1, 2, 3))
        for degrees in TURNS.tolist()
    ]
    return TURNS[torch.stack(errors).argmin(0)]


def class_figures(seen: Tensor, c: Tensor | None) -> dict[str, float]:
    """What a classifier's classes [N, T] of the frames of clips tell: `told`, the share of frames that are of the class
    asked for, c [N], nan where none was; `one_class`, the share of clips that are one class in all frames.
    """
    told = math.nan if c is None else (seen == c[:, None]).double().mean().item()
    return {"told": told, "one_class": (seen == seen[:, :1]).all(1).double().mean().item()}


def seam(clips: Tensor) -> float:
    """How much changes from the last frame to the first, over what changes between neighbours on average."""
    steps = (clips.roll(-1, 1) - clips).square().mean((0, 2, 3)).sqrt()
    return (steps[-1] / steps[:-1].mean()).item()


def centres(clips: Tensor) -> Tensor:
    """[N, T] columns of the middle of each frame's ink, from the left; the frame's middle where it has none."""
    ink = clips.double() + 1
    column = torch.arange(clips.shape[3], dtype=torch.float64)
    whole = ink.sum((2, 3))
    middle = (clips.shape[3] - 1) / 2
    return torch.where(whole > 0, (ink.sum(2) * column).sum(2) / whole.clamp(min=1e-9), middle)


def says(clips: Tensor, traits: Traits) -> list[str]:
    """Each in words: how far its ink goes to either side of where it begins."""
    away = centres(clips) - centres(clips)[:, :1]
    far = torch.stack([-away.amin(1), away.amax(1)], 1).add(0.5).floor().long().tolist()
    return [
        f"a loop of {clips.shape[1]} frames that swings {left} px to the left and {right} px to the right"
        for left, right in far
    ]  # fmt: skip


def among(clips: Tensor, real: Tensor, traits: Traits) -> tuple[Tensor, Tensor]:
    """(number of the nearest of real [M, T, R, R] to each of clips [N, T, R, R], how far it is).

    The root of the mean squared difference, as a share of what there is from black to white.
    """
    which, far = by_values(clips, real, traits)
    return which, far / (2 * real[0].numel() ** 0.5)


def features(clips: Tensor) -> tuple[Tensor, str]:
    """[N, T * 49] all frames at 7 px."""
    small = torch.nn.functional.adaptive_avg_pool2d(clips, PIXEL_SIDE)
    return small.flatten(1), f"frames at {PIXEL_SIDE} px"


def rates(shape: Shape) -> tuple[float, float]:
    """Measured on swinging digits."""
    return 1e-3, 0.5


def hung(shape: Shape, traits: Traits) -> tuple[float, float]:
    """Row and column of the place about which clips of a shape turn."""
    middle = (shape[-1] - 1) / 2
    row, column = traits.get("hung", (middle, middle))
    return row, column


def watching(learnt: Tensor, traits: Traits) -> Callable[[Tensor], dict[str, float]]:
    """What makes the figures of a live run's samples besides a judge's: how many degrees they turn."""
    return lambda clips: {"turning": turning(clips[:WATCHED], hung(clips.shape, traits)).mean().item()}


def measured(compare: Compare) -> dict[str, float]:
    """How far clips turn in degrees, and their seams, and both in parts of real clips'; the baseline stands still."""
    still = compare.test[:, :1].expand_as(compare.test)
    kinds = {"": compare.fake, "_real": compare.test, "_baseline": still}
    about = hung(compare.test.shape, compare.traits)
    turns = {f"turning{suffix}": turning(clips, about).mean().item() for suffix, clips in kinds.items()}
    seams = {"seam": seam(compare.fake), "seam_real": seam(compare.test)}
    parts = {"turning": turns, "seam": seams}
    shares = {f"{name}_share": found[name] / found[f"{name}_real"] for name, found in parts.items()}
    return turns | seams | shares


def looped(suffix: str) -> FileForm:
    """A film of one loop; of several at once, side by side in rows."""

    def write(clips: Tensor, traits: Traits, note: Note) -> bytes:
        pixels = rows(clips, traits)[..., None]
        columns = max(1, round(len(pixels) ** 0.5))
        frames = pixels[0] if len(pixels) == 1 else torch.stack([grid(frame, columns) for frame in pixels.unbind(1)])
        return film(frames, suffix, fps(traits), note)

    return FileForm(write, many=True)


CLIPS = Medium(
    "clips", "clips", fits, tensors, rows, preview, features, figures=("frechet", "coverage", "two_sample", "critic"),
    augmentations=(), array="clips", shown=36, judged=2_000, most=64, preset="swinging-digits", rates=rates,
    nearest=True, labelled=True, says=says, among=among, measured=measured, moving=moving, watching=watching,
    watched=("told", "one_class", "turning"), pairs=10,
    files={suffix: looped(suffix) for suffix in (".gif", ".mp4", ".webp")},
    labels={
        "turning": "degrees from one side to the other", "turning_share": "turning, in parts of real clips'",
        "seam": "change at the seam, in changes between neighbours", "seam_share": "seam, in parts of real clips'",
    },
)  # fmt: skip
