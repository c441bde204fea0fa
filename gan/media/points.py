"""Points in the plane: samples [N, 2] in the data's own units, seen as a scatter plot in G's orange."""

import torch
from torch import Tensor

from gan.media.medium import Medium, Shape, Traits

PAPER, INK, FAINT = (250, 248, 244), (194, 84, 27), (229, 190, 164)
SCATTER_SIDE, MARK = 224, 5  # pixels of a scatter plot's side, and of the radius of a mark on it
PLANE = 6.0  # half the side of a scatter plot, in the unit that networks see
SHAPE = (2,)


def scatter(points: Tensor, limit: float, ink: tuple[int, int, int] = INK, side: int = SCATTER_SIDE) -> Tensor:
    """A picture uint8 [side, side, 3] of points [N, 2] within -limit..limit: dots on paper, y upwards."""
    picture = torch.tensor(PAPER, dtype=torch.uint8).repeat(side, side, 1)
    at = ((points / limit + 1) / 2 * (side - 2)).round().long()
    x, y = at[((at >= 0) & (at <= side - 2)).all(1)].unbind(1)
    for dx, dy in ((0, 0), (0, 1), (1, 0), (1, 1)):  # a dot is two pixels wide
        picture[side - 2 - y + dy, x + dx] = torch.tensor(ink, dtype=torch.uint8)
    return picture


def mark(picture: Tensor, point: Tensor, limit: float) -> Tensor:
    """A scatter plot with a large dot at a point [2], kept within the picture; drawn into `picture` itself."""
    side = len(picture)
    x, y = (((point / limit).clamp(-1, 1) + 1) / 2 * (side - 1)).tolist()
    row, column = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    away = ((column - x).square() + (row - (side - 1 - y)).square()).sqrt()
    picture[away <= MARK + 2] = torch.tensor(PAPER, dtype=torch.uint8)
    picture[away <= MARK] = torch.tensor(INK, dtype=torch.uint8)
    return picture


def fits(shape: Shape) -> bool:
    """Two coordinates."""
    return tuple(shape) == SHAPE


def as_drawn(points: Tensor, traits: Traits) -> Tensor:
    """The points themselves: none are stored."""
    return points


def preview(points: Tensor, traits: Traits) -> Tensor:
    """One scatter plot uint8 [1, H, W, 3] of points [N, 2]."""
    return scatter(points, PLANE * traits["unit"])[None]


def marked(points: Tensor, cloud: Tensor, traits: Traits) -> Tensor:
    """Scatter plots uint8 [T, H, W, 3]: each point [2] large before a faint cloud [N, 2]."""
    limit = PLANE * traits["unit"]
    backdrop = scatter(cloud, limit, FAINT)
    return torch.stack([mark(backdrop.clone(), point, limit) for point in points])


def features(points: Tensor) -> tuple[Tensor, str]:
    """The points themselves."""
    return points, "points"


def rates(shape: Shape) -> tuple[float, float]:
    """Measured on all sets of points at once: networks see them in units."""
    return 4e-3, 0.1


POINTS = Medium(
    "points", "points", fits, as_drawn, as_drawn, preview, features, figures=("modes", "two_sample"),
    augmentations=(), array="points", shown=512, judged=2_500, most=2_000, preset="ring", rates=rates, marked=marked,
)  # fmt: skip
