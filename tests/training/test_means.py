"""The means over a run's steps, however many there are between two looks."""

import math

import pytest
import torch

from gan.training.means import KEPT, STATS, Means


@pytest.mark.parametrize("steps", [1, KEPT - 1, KEPT, 2 * KEPT + 3])
def test_means_over_any_number_of_steps(steps: int) -> None:
    means = Means()
    losses = torch.randn(steps, 3, generator=torch.Generator().manual_seed(0))
    logits = torch.randn(steps, 8, generator=torch.Generator().manual_seed(1))
    for row, each in zip(losses, logits, strict=True):
        means.note_d(row[0], row[1], each)
        means.note_g(row[2])
        means.note_g(row[2] + 1)
    taken = means.take()
    assert tuple(taken) == STATS
    assert all(type(value) is float for value in taken.values())
    assert taken["loss_d"] == pytest.approx(losses[:, 0].mean().item(), abs=1e-6)
    assert taken["penalty"] == pytest.approx(losses[:, 1].mean().item(), abs=1e-6)
    assert taken["loss_g"] == pytest.approx(losses[:, 2].mean().item() + 0.5, abs=1e-6)
    assert taken["p_real"] == pytest.approx(logits[:, :4].sigmoid().mean().item(), abs=1e-6)
    assert taken["p_fake"] == pytest.approx(logits[:, 4:].sigmoid().mean().item(), abs=1e-6)
    assert all(math.isnan(value) for value in means.take().values())  # of no step there is no mean


def test_memory_is_bounded() -> None:
    means = Means()
    for _ in range(3 * KEPT + 1):
        means.note_d(torch.zeros(()), torch.zeros(()), torch.zeros(4))
        means.note_g(torch.zeros(()))
    assert max(len(means._d), len(means._g)) < KEPT
