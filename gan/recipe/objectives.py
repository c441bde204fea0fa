"""The losses of D and G as pure functions of raw logits, and their derivatives.

Every function takes `(real, fake)`, both [N] logits without a sigmoid. A loss is one for each sample, [N]. A derivative
is that loss's own: of D by real and by fake, two of [N]; of G by fake alone, [N], for reals are none of its making.
Everything is written with softplus, so nothing overflows for logits of any size.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import relu, softplus

LogitLoss = Callable[[Tensor, Tensor], Tensor]
LogitDerivatives = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
LOG2 = math.log(2)


@dataclass(frozen=True)
class Objective:
    """A pair of losses and what it needs beside them.

    Attributes:
        label: the name people read.
        paper: arXiv id.
        loss_d: (real [N], fake [N]) -> [N]; D lowers it.
        loss_g: (real [N], fake [N]) -> [N]; G lowers it. Relativistic objectives compare fake with real.
        by_d: the derivatives of loss_d, by real and by fake.
        by_g: the derivative of loss_g by fake.
        help: one sentence for people who meet it for the first time.
        penalty: the regulariser on D that belongs to it, a name in `penalties.PENALTIES`.
        end_d, end_g: the two losses, without the penalty, where the game ends: G's samples are like the real ones and
            the best D cannot tell them apart; None where they may then be anything.
        pairs: whether `loss_g` looks at `real`; where it does not, G's step leaves the real pictures out.
    """

    label: str
    paper: str
    loss_d: LogitLoss
    loss_g: LogitLoss
    by_d: LogitDerivatives
    by_g: LogitLoss
    help: str
    end_d: float
    end_g: float | None
    penalty: str = "none"
    pairs: bool = False


def cross_entropy_d(real: Tensor, fake: Tensor) -> Tensor:
    """-log sigmoid(real) - log(1 - sigmoid(fake)). Goodfellow et al. 2014, arXiv:1406.2661, equation 1."""
    return softplus(-real) + softplus(fake)


def cross_entropy_by_d(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """Minus the chance that D errs on the real, and the chance that it errs on the fake."""
    return -torch.sigmoid(-real), torch.sigmoid(fake)


def minimax_g(real: Tensor, fake: Tensor) -> Tensor:
    """log(1 - sigmoid(fake)): saturates where D is sure, which is its lesson. arXiv:1406.2661, equation 1."""
    return -softplus(fake)


def minimax_by_g(real: Tensor, fake: Tensor) -> Tensor:
    """-sigmoid(fake)."""
    return -torch.sigmoid(fake)


def non_saturating_g(real: Tensor, fake: Tensor) -> Tensor:
    """-log sigmoid(fake): the same fixed point, strong gradients early. arXiv:1406.2661, section 3."""
    return softplus(-fake)


def non_saturating_by_g(real: Tensor, fake: Tensor) -> Tensor:
    """-sigmoid(-fake)."""
    return -torch.sigmoid(-fake)


def least_squares_d(real: Tensor, fake: Tensor) -> Tensor:
    """((real - 1)^2 + fake^2) / 2. Mao et al. 2016, arXiv:1611.04076, equation 9 (a = 0, b = c = 1)."""
    return ((real - 1).square() + fake.square()) / 2


def least_squares_by_d(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """How far each is from its aim."""
    return real - 1, fake


def least_squares_g(real: Tensor, fake: Tensor) -> Tensor:
    """(fake - 1)^2 / 2. arXiv:1611.04076, equation 9."""
    return (fake - 1).square() / 2


def least_squares_by_g(real: Tensor, fake: Tensor) -> Tensor:
    """fake - 1."""
    return fake - 1


def hinge_d(real: Tensor, fake: Tensor) -> Tensor:
    """max(0, 1 - real) + max(0, 1 + fake). Lim and Ye 2017, arXiv:1705.02894, equation 10."""
    return relu(1 - real) + relu(1 + fake)


def hinge_by_d(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """-1 and 1 within the margins, 0 beyond them."""
    return -(real < 1).to(real.dtype), (fake > -1).to(fake.dtype)


def wasserstein_d(real: Tensor, fake: Tensor) -> Tensor:
    """fake - real: minus the estimate of the earth mover's distance. Arjovsky et al. 2017, arXiv:1701.07875."""
    return fake - real


def wasserstein_by_d(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """-1 and 1."""
    return -torch.ones_like(real), torch.ones_like(fake)


def critic_g(real: Tensor, fake: Tensor) -> Tensor:
    """-fake: G raises the critic's raw value. arXiv:1701.07875, algorithm 1, and arXiv:1705.02894, equation 11."""
    return -fake


def critic_by_g(real: Tensor, fake: Tensor) -> Tensor:
    """-1."""
    return -torch.ones_like(fake)


def relativistic_d(real: Tensor, fake: Tensor) -> Tensor:
    """softplus(fake - real): each real should beat its partner. Huang et al. 2025, arXiv:2501.05441, equation 2."""
    return softplus(fake - real)


def relativistic_by_d(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """Minus and plus the chance that the fake is taken for its partner."""
    chance = torch.sigmoid(fake - real)
    return -chance, chance


def relativistic_g(real: Tensor, fake: Tensor) -> Tensor:
    """softplus(real - fake): each fake should beat its partner. arXiv:2501.05441, equation 2."""
    return softplus(real - fake)


def relativistic_by_g(real: Tensor, fake: Tensor) -> Tensor:
    """-sigmoid(real - fake)."""
    return -torch.sigmoid(real - fake)


OBJECTIVES: dict[str, Objective] = {
    "minimax": Objective(
        "Minimax (the original)", "1406.2661", cross_entropy_d, minimax_g,
        cross_entropy_by_d, minimax_by_g,
        "G lowers the chance of being caught; its gradient fades just when the critic is sure.",
        end_d=2 * LOG2, end_g=-LOG2,
    ),
    "non-saturating": Objective(
        "Non-saturating", "1406.2661", cross_entropy_d, non_saturating_g,
        cross_entropy_by_d, non_saturating_by_g,
        "G raises the chance of being believed: the loss of most tutorials.",
        end_d=2 * LOG2, end_g=LOG2,
    ),
    "least-squares": Objective(
        "Least squares", "1611.04076", least_squares_d, least_squares_g,
        least_squares_by_d, least_squares_by_g,
        "The critic aims at 1 for real and 0 for fake; far misses cost more.",
        end_d=1 / 4, end_g=1 / 8,
    ),
    "hinge": Objective(
        "Hinge", "1705.02894", hinge_d, critic_g,
        hinge_by_d, critic_by_g,
        "The critic stops caring about samples that are already beyond a margin.",
        end_d=2.0, end_g=None,
    ),
    "wasserstein": Objective(
        "Wasserstein, clipped", "1701.07875", wasserstein_d, critic_g,
        wasserstein_by_d, critic_by_g,
        "The critic measures a distance between the two sets; its weights are clipped to keep it gentle.",
        end_d=0.0, end_g=None,
        penalty="clip",
    ),
    "wasserstein-gp": Objective(
        "Wasserstein, gradient penalty", "1704.00028", wasserstein_d, critic_g,
        wasserstein_by_d, critic_by_g,
        "The same distance, kept gentle by a penalty on the critic's slope between real and fake.",
        end_d=0.0, end_g=None,
        penalty="gradient",
    ),
    "relativistic": Objective(
        "Relativistic (R3GAN)", "2501.05441", relativistic_d, relativistic_g,
        relativistic_by_d, relativistic_by_g,
        "Real and fake are judged in pairs, with a brake on the critic's slope at both: it does not collapse.",
        end_d=LOG2, end_g=LOG2,
        penalty="r1-r2", pairs=True,
    ),
}  # fmt: skip
