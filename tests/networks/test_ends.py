"""Ends that choose: what they make is whole, and what they teach is the gradient of a soft choice."""

import pytest
import torch
from torch import Tensor

from gan.networks.ends import ENDS, choice, sign

GROUPS = (3, 2)  # of 6 channels: the last is a yes or no


def sums(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_one_of_each_group_is_chosen_at_every_place() -> None:
    x = sums(5, 6, 4, 2)
    made = choice(x, GROUPS)
    assert set(made.unique().tolist()) == {0.0, 1.0}
    start = 0
    for size in GROUPS:
        part = slice(start, start + size)
        assert (made[:, part].sum(1) == 1).all()
        assert torch.equal(made[:, part].argmax(1), x[:, part].argmax(1))
        start += size
    assert torch.equal(made[:, 5] == 1, x[:, 5] > 0)


def test_the_first_of_equals_is_chosen() -> None:
    assert choice(torch.zeros(1, 3, 1, 1), (3,)).flatten().tolist() == [1, 0, 0]
    assert choice(torch.zeros(1, 1, 1, 1), ()).item() == 0


def test_a_choice_teaches_what_a_soft_one_would() -> None:
    x, weight = sums(2, 6, 3, 1).requires_grad_(True), sums(2, 6, 3, 1, seed=1)
    (found,) = torch.autograd.grad((choice(x, GROUPS) * weight).sum(), x)
    soft = torch.cat([x[:, :3].softmax(1), x[:, 3:5].softmax(1), x[:, 5:].sigmoid()], 1)
    (wanted,) = torch.autograd.grad((soft * weight).sum(), x)
    torch.testing.assert_close(found, wanted)
    assert wanted.abs().max() > 0.01


def test_signs_are_alike_in_both_directions() -> None:
    x, weight = sums(3, 1, 5, 5).requires_grad_(True), sums(3, 1, 5, 5, seed=1)
    made = sign(x, ())
    assert set(made.unique().tolist()) == {-1.0, 1.0}
    assert torch.equal(made, made.mT)
    assert torch.equal(made.diagonal(dim1=2, dim2=3) > 0, x.diagonal(dim1=2, dim2=3) > 0)
    (found,) = torch.autograd.grad((made * weight).sum(), x)
    (wanted,) = torch.autograd.grad((((x + x.mT) / 2).tanh() * weight).sum(), x)
    torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize("name", ENDS)
def test_every_end_keeps_shape_and_type(name: str) -> None:
    x = sums(2, 1, 4, 4)
    made = ENDS[name].apply(x, (1,))
    assert (made.shape, made.dtype) == (x.shape, x.dtype)
    assert ENDS[name].hard == (len(made.unique()) <= 2)
