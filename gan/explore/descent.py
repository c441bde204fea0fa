"""L-BFGS from many starts at once: each goes down its own loss, as it would alone.

Each evaluation of the losses is a step: where it does not lead down, the next one looks nearer by. Liu and Nocedal
1989, doi:10.1007/BF01589116, algorithm 2.1, without a search along the line but for that. Where a part of the numbers
hardly moves the loss, they go further from the first step on; that saves a third of the steps of a repair. Its twin in
the browser is gan/ui/browser/engine/descent.js.
"""

from collections import deque

import torch
from torch import Tensor

MEMORY = 20  # moves, with what became of the slopes, of which a direction is made
FIRST, FARTHEST = 0.02, 0.1  # root mean square of the first move, and of any at most
FLATTEST = 0.03  # of the steepest part's slopes: flatter ones are taken to be as steep as that
NEARER = 0.4  # share of a move that is tried after it led up
TINY = 1e-30


def along(a: Tensor, b: Tensor) -> Tensor:
    """[N, 1] the products of rows [N, D], summed."""
    return (a * b).sum(1, keepdim=True)


def root_mean_square(rows: Tensor) -> Tensor:
    """[N, 1] of rows [N, D]."""
    return rows.square().mean(1, keepdim=True).sqrt()


def reaches(slopes: Tensor, parts: int) -> Tensor:
    """[N, D] how much further than those of the steepest part numbers go, by slopes [N, D]: the inverse of its slopes'.

    A slope is what is still wrong, seen through the derivatives of a part, and their square is its curvature. The root
    of that is made up for: one slope tells it but roughly.
    """
    size = slopes.unflatten(1, (parts, -1)).square().mean(2).sqrt()
    share = (size / size.amax(1, keepdim=True).clamp(min=TINY)).clamp(min=FLATTEST)
    return (1 / share).repeat_interleave(slopes.shape[1] // parts, 1)


class Descent:
    """Where N descents stand, and where each looks next.

    Args:
        parts: equal parts of D in turn, each with a steepness of its own.

    Attributes:
        at: [N, D] the best that each has seen.
        losses: [N] theirs.
        slopes: [N, D] the losses' gradients.
    """

    def __init__(self, at: Tensor, losses: Tensor, slopes: Tensor, parts: int = 1) -> None:
        self.at, self.losses, self.slopes = at, losses, slopes
        # (moves [N, D], changes of the slopes [N, D], 1 / their product [N, 1]); all 0 where a move led up.
        self.pairs: deque[tuple[Tensor, Tensor, Tensor]] = deque(maxlen=MEMORY)
        self.reach = reaches(slopes, parts)
        # [N, 1] times it: what the inverse of the curvature is taken to be before the pairs
        self.scale = FIRST / root_mean_square(self.reach * slopes).clamp(min=TINY)
        self.move = self._direction()

    @property
    def ahead(self) -> Tensor:
        """[N, D]: where the losses are wanted next."""
        return self.at + self.move

    def look(self, losses: Tensor, slopes: Tensor) -> Tensor:
        """Go on with the losses [N] and slopes [N, D] of `ahead`; returns [N] whether each led down."""
        down = losses < self.losses
        went = down[:, None]
        # not by a product with 0: what is seen of a loss that overflows is no number
        change = torch.where(went, slopes - self.slopes, 0.0)
        move = torch.where(went, self.move, 0.0)
        product, square = along(move, change), along(change, self.reach * change)
        curved = product > 0
        self.pairs.append((move * curved, change * curved, torch.where(curved, 1 / product.clamp(min=TINY), 0.0)))
        self.scale = torch.where(curved, product / square.clamp(min=TINY), self.scale)
        self.at = torch.where(went, self.ahead, self.at)
        self.slopes = torch.where(went, slopes, self.slopes)
        self.losses = torch.where(down, losses, self.losses)
        self.move = torch.where(went, self._direction(), NEARER * self.move)
        return down

    def _direction(self) -> Tensor:
        """[N, D] downhill, by what the pairs say of the curvature: Nocedal 1980, the recursion of two loops."""
        q, shares = self.slopes, []
        for move, change, inverse in reversed(self.pairs):
            shares.append(inverse * along(move, q))
            q = q - shares[-1] * change
        q = self.scale * self.reach * q
        for (move, change, inverse), share in zip(self.pairs, reversed(shares), strict=True):
            q = q + (share - inverse * along(change, q)) * move
        return -q * (FARTHEST / root_mean_square(q).clamp(min=TINY)).clamp(max=1.0)
