"""L-BFGS: its direction is the BFGS formula's, it never goes up, and descents do not look at one another."""

import pytest
import torch
from torch import Tensor

from core_fixtures import seed
from gan.explore.descent import FARTHEST, FIRST, FLATTEST, MEMORY, NEARER, Descent, reaches

STEEP = 3.0 ** torch.arange(6, dtype=torch.float64)
BOTTOM = 0.1


def bowl(at: Tensor) -> tuple[Tensor, Tensor]:
    """(losses [N], slopes [N, D]) of a bowl that is much steeper one way than the other."""
    return (STEEP * (at - BOTTOM).square() / 2).sum(1), STEEP * (at - BOTTOM)


def begun(count: int) -> Descent:
    at = torch.randn(count, 6, generator=seed(), dtype=torch.float64)
    return Descent(at, *bowl(at), parts=3)


def sizes(rows: Tensor) -> list[float]:
    return rows.square().mean(1).sqrt().tolist()


def test_a_direction_is_the_slope_times_what_the_bfgs_formula_makes_of_the_last_pairs() -> None:
    descent = begun(2)
    for _ in range(MEMORY + 4):
        down = descent.look(*bowl(descent.ahead))
        for n in range(2):
            H = torch.diag(descent.scale[n] * descent.reach[n])
            for move, change, inverse in descent.pairs:
                V = torch.eye(6, dtype=torch.float64) - inverse[n] * torch.outer(change[n], move[n])
                H = V.T @ H @ V + inverse[n] * torch.outer(move[n], move[n])
            wish = -H @ descent.slopes[n]
            wish = wish * min(FARTHEST / wish.square().mean().sqrt().item(), 1.0)
            if down[n]:  # else it looks nearer by
                assert torch.allclose(descent.move[n], wish, rtol=1e-3, atol=1e-3 * float(wish.norm()))
    assert len(descent.pairs) == MEMORY


def test_the_bottom_of_a_bowl_is_found_and_no_step_leads_up() -> None:
    descent = begun(3)
    first = losses = descent.losses
    for _ in range(40):
        descent.look(*bowl(descent.ahead))
        assert (descent.losses <= losses).all()
        losses = descent.losses
    assert (losses < 1e-6 * first).all()
    assert torch.allclose(bowl(descent.at)[0], losses)


def test_moves_are_short_and_are_tried_nearer_by_where_they_lead_up() -> None:
    at, slopes = torch.zeros(2, 4), torch.tensor([[5.0, 0, 0, 0], [0.0, 0, 0, 0]])
    descent = Descent(at, torch.ones(2), slopes)
    assert sizes(descent.move) == pytest.approx([FIRST, 0.0])
    for bad in (1.0, 2.0, float("inf"), float("nan")):
        move = descent.move
        assert not descent.look(torch.full((2,), bad), torch.full((2, 4), float("nan"))).any()
        assert torch.allclose(descent.move, NEARER * move)
        assert torch.equal(descent.at, at)
    # hardly curved: the bottom is far
    assert descent.look(torch.tensor([0.5, 1.0]), slopes - torch.tensor([[1e-4, 0, 0, 0]])).tolist() == [True, False]
    assert sizes(descent.move) == pytest.approx([FARTHEST, 0.0])


def test_numbers_of_a_flat_part_go_further() -> None:
    slopes = torch.tensor([[4.0, -4.0, 1.0, -1.0, 0.0, 0.0], [0.0] * 6])
    flat = 1 / FLATTEST
    assert reaches(slopes, 3).tolist() == [pytest.approx([1, 1, 4, 4, flat, flat]), pytest.approx([flat] * 6)]
    assert (reaches(slopes, 1)[0] == 1).all()
    move = Descent(torch.zeros(2, 6), torch.ones(2), slopes, parts=3).move[0]
    assert move.tolist() == pytest.approx([-FIRST * 1.5**0.5, FIRST * 1.5**0.5] * 2 + [0, 0])


def test_descents_do_not_look_at_one_another() -> None:
    together = begun(3)
    alone = Descent(together.at[1:2], *bowl(together.at[1:2]), parts=3)
    for _ in range(12):
        together.look(*bowl(together.ahead))
        alone.look(*bowl(alone.ahead))
    assert torch.allclose(together.at[1:2], alone.at, atol=1e-6)
