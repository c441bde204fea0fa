"""D's opinion as a share: 1 is real, 0 is fake, a half is undecided."""

from collections.abc import Callable

import torch
from torch import Tensor

# Where the critic is undecided, and how steep its logits are read. Objectives that only compare real with fake
# have no such place of their own: there it lies half-way between the mean logits of the two.
NEUTRAL: dict[str, float] = {"minimax": 0.0, "non-saturating": 0.0, "hinge": 0.0, "least-squares": 0.5}
SLOPE: dict[str, float] = {"least-squares": 4.0}
# The Wasserstein critics' logits have no unit either: their spread is the measure.
BY_SPREAD = ("wasserstein", "wasserstein-gp")


@torch.no_grad()
def opinions(
    objective: str, D: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, others: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """D's opinion of three batches, each [N] in 0..1: of reals, of fakes, and of anything else (see NEUTRAL)."""
    on_real, on_fake, on_others = D(torch.cat([real, fake, others])).split([len(real), len(fake), len(others)])
    middle, slope = scale(objective, on_real, on_fake)
    return (
        ((on_real - middle) * slope).sigmoid(),
        ((on_fake - middle) * slope).sigmoid(),
        ((on_others - middle) * slope).sigmoid(),
    )


def scale(objective: str, on_real: Tensor, on_fake: Tensor) -> tuple[float, float]:
    """(the logit where D is undecided, how steep logits are read), from its logits [N] on reals and [M] on fakes."""
    middle = NEUTRAL.get(objective, float(on_real.mean() + on_fake.mean()) / 2)
    if objective in BY_SPREAD:
        return middle, 1 / max(float(torch.cat([on_real, on_fake]).std()), 1e-6)
    return middle, SLOPE.get(objective, 1.0)
