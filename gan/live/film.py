"""A live run's past as files: the film of its moments, and its curves as CSV."""

import base64
import csv
import io
import json
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from gan.errors import RunError
from gan.live.messages import (
    CURVE_COLUMNS,
    ContestantFrame,
    CurvePoint,
    DataScene,
    Frame,
    PicturesFrame,
    PointsFrame,
    RunScene,
)
from gan.live.past import PastFrame
from gan.media import MEDIA
from gan.media.films import Chosen, film
from gan.media.images import grid

MEDIA_TYPES = {".mp4": "video/mp4", ".gif": "image/gif", ".webp": "image/webp"}
SIDE, HIDDEN = 448, 4  # pixels of the plane in a film; within which a mark hides another
SECONDS, HOLD = 8.0, 1.0  # a film's length, and how long its end stays
FIELD_COLOURS = np.array([[240, 185, 143], [255, 254, 251], [142, 203, 182]], dtype=np.float32)  # fake, undecided, real
FORGER, REAL, PAPER = (194, 84, 27), (18, 115, 92), (255, 254, 251)


def run_film(past: Sequence[PastFrame], scene: DataScene, suffix: str) -> bytes:
    """A film of a run's past, in a race both contestants side by side.

    Raises:
        RunError: there is only one frame.
    """
    if len(past) < 2:
        raise RunError("there is nothing to film yet: train a little first")
    fps = max(len(past) / SECONDS, 4.0)
    moments = Moments(past, scene, fps)
    shown = [*range(len(past)), *[len(past) - 1] * round(HOLD * fps)]
    return film(Chosen(moments, shown), suffix, min(fps, 25.0), {"setup": past[-1].setup.to_json()})


class Moments:
    """The frames of a past as pictures, each drawn when it is asked for; all of a race are 150 MB."""

    def __init__(self, past: Sequence[PastFrame], scene: DataScene, fps: float) -> None:
        self.past, self.scene, self.fps = past, scene, fps
        self._number, self._drawn = 0, self._draw(0)

    @property
    def shape(self) -> Sequence[int]:
        """[T, H, W, 3]."""
        return [len(self.past), *self._drawn.shape]

    def __len__(self) -> int:
        return len(self.past)

    def __getitem__(self, number: int) -> Tensor:
        """uint8 [H, W, 3]."""
        if number != self._number:  # the end of a film is one moment many times
            self._number, self._drawn = number, self._draw(number)
        return self._drawn

    def _draw(self, number: int) -> Tensor:
        return picture(json.loads(self.past[number].text), self.scene, number / self.fps)


def picture(frame: Frame, scene: DataScene, seconds: float = 0.0) -> Tensor:
    """uint8 [H, W, 3]: a frame's contestants side by side, so many seconds after the film began."""
    parts = [contestant(lane, scene, seconds) for lane in frame["lanes"]]
    gap = torch.full((parts[0].shape[0], 8, 3), 200, dtype=torch.uint8)
    return torch.cat([part for shown in parts for part in (gap, shown)][1:], 1)


def contestant(frame: ContestantFrame, scene: DataScene, seconds: float) -> Tensor:
    """uint8 [H, W, 3]: a contestant as the page draws it."""
    if MEDIA[scene["kind"]].alone:
        return pairs(cast(PicturesFrame, frame), scene, seconds)
    return plane(cast(PointsFrame, frame), scene)


def plane(frame: PointsFrame, scene: DataScene) -> Tensor:
    """The critic's field with the real dots and the fake triangles, as the page draws them."""
    side = frame["side"]
    field = torch.from_numpy(unpacked(frame["field"], np.uint8).reshape(1, 1, side, side).astype(np.float32)) / 255
    field = torch.nn.functional.interpolate(field, size=(SIDE, SIDE), mode="bilinear", align_corners=False)
    at = field[0, 0].numpy()[..., None] * 2
    low, middle, high = FIELD_COLOURS
    mixed = np.where(at < 1, low + (middle - low) * at, middle + (high - middle) * (at - 1))
    canvas = mixed.round().astype(np.uint8)
    stamp(canvas, unpacked(scene["reals"], np.uint16), disc(3), REAL)
    fakes = unpacked(frame["fakes"], np.uint16)
    stamp(canvas, fakes, triangle(4), FORGER)
    stamp(canvas, crowded(fakes), triangle(9), FORGER)
    return torch.from_numpy(canvas)


def crowded(pairs: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Those of the uint16 pairs that lie in a crowd, a sixth of all behind one mark: the page counts them there."""
    places = pairs.reshape(-1, 2).astype(np.float32) / 65535 * SIDE
    near = ((places[:, None] - places[None]) ** 2).sum(-1) <= HIDDEN**2
    inside = ((places > 0) & (places < SIDE)).all(1)  # those on the rim are beyond it, wherever that is
    crowd: np.ndarray[Any, Any] = pairs.reshape(-1, 2)[inside & (near.sum(1) >= max(len(places) / 6, 3))].ravel()
    return crowd


def stamp(canvas: "np.ndarray[Any, Any]", pairs: "np.ndarray[Any, Any]", shape: "np.ndarray[Any, Any]",
          colour: tuple[int, int, int]) -> None:  # fmt: skip
    """Put a mark, bool [S, S], on a canvas [H, W, 3] at each of the uint16 pairs, y upwards."""
    size, reach = len(canvas), len(shape) // 2
    places = pairs.reshape(-1, 2).astype(np.float32) / 65535 * (size - 1)
    x, y = places[:, 0].round().astype(int), (size - 1 - places[:, 1]).round().astype(int)
    for dy, dx in np.argwhere(shape) - reach:
        inside = (x + dx >= 0) & (x + dx < size) & (y + dy >= 0) & (y + dy < size)
        canvas[(y + dy)[inside], (x + dx)[inside]] = colour


def disc(radius: int) -> "np.ndarray[Any, Any]":
    """A dot."""
    axis = np.arange(-radius, radius + 1)
    return axis[:, None] ** 2 + axis[None] ** 2 <= radius**2


def triangle(reach: int) -> "np.ndarray[Any, Any]":
    """A triangle that points upwards."""
    row, column = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return (2 * np.abs(column) <= row + reach) & (row <= reach // 2 + 1)


def pairs(frame: PicturesFrame, scene: DataScene, seconds: float = 0.0) -> Tensor:
    """The fakes, each with the nearest real sample on its right; what moves is as it is at that second."""
    medium, traits = MEDIA[scene["kind"]], scene.get("traits", {})
    shape = (-1, *(scene["row"] if "row" in scene else [scene["resolution"]] * 2 + [scene["channels"]]))
    fakes = unpacked(frame["fakes"], np.uint8).reshape(shape)
    near = unpacked(frame["nearest"], np.uint8).reshape(shape) if frame["nearest"] else fakes
    both = torch.from_numpy(np.stack([fakes, near], 1).reshape(-1, *shape[1:]).copy())
    due = torch.full((len(both),), seconds)
    return grid(medium.filmed(medium.tensors(both, traits), traits, due), 8).expand(-1, -1, 3).contiguous()


def unpacked(text: str, kind: type) -> "np.ndarray[Any, Any]":
    """The array of a base64 text."""
    return np.frombuffer(base64.b64decode(text), np.dtype(kind).newbyteorder("<"))


def curves_csv(curve: Sequence[CurvePoint], scene: RunScene) -> str:
    """The curves as a table: a row for each point, the columns of each contestant beside each other."""
    names = [about["objective"] for about in scene["lanes"]]
    if len(set(names)) < len(names):  # a race of an objective with itself, as after a cure
        names = [f"{letter}_{name}" for letter, name in zip("ab", names, strict=True)]
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    heads = [column if len(names) == 1 else f"{column}_{name}" for name in names for column in CURVE_COLUMNS]
    rows.writerow(["steps", "images", *heads])
    for point in curve:
        values = ["" if value is None else value for lane in point["lanes"] for value in lane]
        rows.writerow([point["steps"], point["nimg"], *values])
    return file.getvalue()
