"""p_real: how sure D is that a sample is real; 1 is real, 0 is fake, a half is undecided."""

from collections.abc import Callable

import torch
from torch import Tensor

# The logit at which D is undecided. Objectives that only compare real with fake have none of their own: there it lies
# half-way between the mean logits of the two.
NEUTRAL: dict[str, float] = {"minimax": 0.0, "non-saturating": 0.0, "hinge": 0.0, "least-squares": 0.5}
# What logits are multiplied by before the sigmoid; 1 elsewhere.
FACTOR: dict[str, float] = {"least-squares": 4.0}
# The Wasserstein critics' logits have no unit either: their spread is the measure.
BY_SPREAD = ("wasserstein", "wasserstein-gp")


@torch.no_grad()
def p_real(
    objective: str, D: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, others: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """p_real of three batches, each [N] in 0..1: of reals, of fakes, and of anything else (see NEUTRAL)."""
    on_real, on_fake, on_others = D(torch.cat([real, fake, others])).split([len(real), len(fake), len(others)])
    middle, factor = logit_scale(objective, on_real, on_fake)
    return (
        ((on_real - middle) * factor).sigmoid(),
        ((on_fake - middle) * factor).sigmoid(),
        ((on_others - middle) * factor).sigmoid(),
    )


def logit_scale(objective: str, on_real: Tensor, on_fake: Tensor) -> tuple[float, float]:
    """(the logit where D is undecided, the factor of logits), from its logits [N] on reals and [M] on fakes."""
    middle = NEUTRAL.get(objective, float(on_real.mean() + on_fake.mean()) / 2)
    if objective in BY_SPREAD:
        return middle, 1 / max(float(torch.cat([on_real, on_fake]).std()), 1e-6)
    return middle, FACTOR.get(objective, 1.0)
