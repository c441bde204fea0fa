"""Drawings of small graphs: where their nodes stand, and nodes and edges as pixels.

The page draws them alike, in `gan/ui/browser/core/graphs.js`.
"""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

SIDE = 224  # of a drawing, in pixels
REACH = 96  # pixels from its middle that a place 1 away from it lies
PAPER, INK, LINE = (250, 248, 244), (194, 84, 27), (120, 110, 100)
DISC, RING, WIDTH = 7.0, 2.5, 1.25  # pixels: radius of a node, paper around it, half the width of an edge
# Every node has a home on a circle, which it leaves as little as its edges allow: so it stays about where it was when
# one edge comes or goes. All are forces at distances of about 1.
HOME, HOLD, PULL, PUSH = 0.62, 0.55, 0.75, 0.028
STEPS, FIRST, LAST = 60, 0.12, 0.01  # steps of the layout, and how far a node moves in the first and the last at most


def places(matrices: NDArray[np.bool_]) -> Numbers:
    """[N, S, 2] where the nodes of graphs stand, x to the right and y down, none further than 1 from the middle.

    Edges pull, nodes push one another away, homes hold: Fruchterman and Reingold 1991, doi:10.1002/spe.4380211102,
    section 2.2, begun at the homes and with these beside, so that a graph has one drawing.

    Args:
        matrices: [N, S, S] symmetric, the nodes that there are on the diagonal.
    """
    count = matrices.shape[1]
    there = np.diagonal(matrices, axis1=1, axis2=2).astype(np.float64)
    both = there[:, :, None] * there[:, None]
    joined = matrices * both
    angle = 2 * np.pi * np.arange(count) / count
    home = HOME * np.stack([np.sin(angle), -np.cos(angle)], 1)
    at = np.broadcast_to(home, (len(matrices), count, 2))
    for step in range(STEPS):
        apart = at[:, :, None] - at[:, None]  # [N, S, S, 2]
        square = (apart**2).sum(3)
        push = PUSH * both / (square + 1e-4)
        pull = PULL * joined * np.sqrt(square)
        force = HOLD * (home - at) + (apart * (push - pull)[..., None]).sum(2)
        size = np.sqrt((force**2).sum(2, keepdims=True))
        most = FIRST + (LAST - FIRST) * step / (STEPS - 1)
        at = at + force * np.minimum(1.0, most / np.maximum(size, 1e-12))
        at = at / np.maximum(1.0, np.sqrt((at**2).sum(2, keepdims=True)))
    return at


def drawings(matrices: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """uint8 [N, SIDE, SIDE, 3] graphs [N, S, S] as discs and lines on paper."""
    spots = SIDE / 2 + REACH * places(matrices)
    return np.stack([drawing(matrix, at) for matrix, at in zip(matrices, spots, strict=True)])


def drawing(matrix: NDArray[np.bool_], spots: Numbers) -> NDArray[np.uint8]:
    """uint8 [SIDE, SIDE, 3] a graph whose nodes stand at spots [S, 2], in pixels."""
    there = np.flatnonzero(np.diagonal(matrix))
    lines, rings, discs = np.zeros((3, SIDE, SIDE))
    for i in there:
        for j in there[there > i]:
            if matrix[i, j]:
                cover(lines, spots[i], spots[j], WIDTH)
        cover(rings, spots[i], spots[i], DISC + RING)
        cover(discs, spots[i], spots[i], DISC)
    found = np.empty((SIDE, SIDE, 3))
    for c in range(3):
        level = np.full((SIDE, SIDE), float(PAPER[c]))
        for mask, colour in ((lines, LINE), (rings, PAPER), (discs, INK)):
            level += (colour[c] - level) * mask
        found[..., c] = level
    return np.rint(found).astype(np.uint8)


def cover(mask: Numbers, start: Numbers, end: Numbers, radius: float) -> None:
    """Raise a mask [SIDE, SIDE] to 1 where a pixel lies within `radius` of a segment, with a soft edge of one pixel."""
    low = np.clip(np.floor(np.minimum(start, end) - radius - 1), 0, SIDE).astype(int)
    high = np.clip(np.ceil(np.maximum(start, end) + radius + 1), 0, SIDE).astype(int)
    y, x = np.mgrid[low[1] : high[1], low[0] : high[0]] + 0.5
    along = end - start
    share = ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / max(along @ along, 1e-12)
    share = np.clip(share, 0, 1)
    away = np.sqrt((x - start[0] - share * along[0]) ** 2 + (y - start[1] - share * along[1]) ** 2)
    part = mask[low[1] : high[1], low[0] : high[0]]
    np.maximum(part, np.clip(radius + 0.5 - away, 0, 1), out=part)
