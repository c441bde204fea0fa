"""Muon: a move has the gradient's singular vectors, singular values nearly alike, and leads to a bowl's bottom."""

import pytest
import torch
from torch import nn

from core_fixtures import seed
from gan.training.muon import MOMENTUM, Muon, orthogonal


@pytest.mark.parametrize("shape", [(12, 30), (30, 12), (8, 8)])
def test_singular_values_become_alike_and_their_vectors_stay(shape: tuple[int, int]) -> None:
    matrix = torch.randn(shape, generator=seed())
    u, values, vh = torch.linalg.svd(matrix, full_matrices=False)
    matrix = u @ torch.diag(torch.linspace(1, 0.1, len(values))) @ vh
    across = u.T @ orthogonal(matrix) @ vh.T
    found = across.diagonal()
    assert found.min() > 0.6
    assert found.max() < 1.3
    assert torch.allclose(across - found.diag(), torch.zeros_like(across), atol=1e-4)
    assert torch.allclose(orthogonal(1e3 * matrix), orthogonal(matrix), atol=1e-4)


def test_it_is_newton_and_schulzs_iteration() -> None:
    x = torch.randn(6, 20, generator=seed(1))
    wish = x / x.norm()
    for _ in range(5):
        gram = wish @ wish.T
        wish = 3.4445 * wish + (-4.7750 * gram + 2.0315 * gram @ gram) @ wish
    assert torch.allclose(orthogonal(x), wish, atol=1e-4)


def test_a_kernel_goes_as_the_matrix_that_it_is() -> None:
    kernel = nn.Parameter(torch.randn(4, 3, 2, 2, generator=seed(2)))
    before = kernel.detach().clone()
    kernel.grad = torch.randn(kernel.shape, generator=seed(3))
    Muon([kernel], 0.1).step()
    ahead = kernel.grad * (1 - MOMENTUM) + MOMENTUM * (1 - MOMENTUM) * kernel.grad
    wish = before * (1 - 0.1 * 0.01) - 0.1 * orthogonal(ahead.flatten(1)).view_as(before)
    assert torch.allclose(kernel, wish, atol=1e-5)


def test_the_bottom_is_found() -> None:
    """Also where the bowl is a thousand times steeper one way than the other."""
    steep = torch.logspace(0, 3, 5)[:, None]
    weight, wanted = nn.Parameter(torch.zeros(5, 7)), torch.randn(5, 7, generator=seed(4))
    muon = Muon([weight], 0.0)
    for step in range(300):
        weight.grad = (steep * (weight - wanted)).detach()
        muon.rate = 0.2 * (1 - step / 300)
        muon.step()
    assert (weight - wanted).abs().max() < 0.1
