"""The losses against their papers' formulas, in exact arithmetic; and proof that a wrong sign would be seen."""

import dataclasses
from collections.abc import Callable
from decimal import Decimal, localcontext

import pytest
import torch

from gan.recipe.objectives import OBJECTIVES, Objective
from gan.recipe.penalties import PENALTIES

Formula = Callable[[Decimal, Decimal], Decimal]


def p(logit: Decimal) -> Decimal:
    """The probability of a logit."""
    return 1 / (1 + (-logit).exp())


# name -> (loss_d, loss_g) as the papers print them.
FORMULAS: dict[str, tuple[Formula, Formula]] = {
    "minimax": (lambda r, f: -p(r).ln() - (1 - p(f)).ln(), lambda r, f: (1 - p(f)).ln()),
    "non-saturating": (lambda r, f: -p(r).ln() - (1 - p(f)).ln(), lambda r, f: -p(f).ln()),
    "least-squares": (lambda r, f: ((r - 1) ** 2 + f**2) / 2, lambda r, f: (f - 1) ** 2 / 2),
    "hinge": (lambda r, f: max(Decimal(0), 1 - r) + max(Decimal(0), 1 + f), lambda r, f: -f),
    "wasserstein": (lambda r, f: f - r, lambda r, f: -f),
    "wasserstein-gp": (lambda r, f: f - r, lambda r, f: -f),
    "relativistic": (lambda r, f: -p(r - f).ln(), lambda r, f: -p(f - r).ln()),
}
PAIRS = [(-3.0, -2.0), (-0.5, 0.25), (0.0, 0.0), (0.75, -1.5), (2.0, 3.0), (-1.25, 4.0)]
EXTREMES = [(100.0, 100.0), (100.0, -100.0), (-100.0, 100.0), (-100.0, -100.0)]

by_name = pytest.mark.parametrize("name", OBJECTIVES)


def check_values(name: str, objective: Objective, pairs: list[tuple[float, float]]) -> None:
    """Both losses equal their formulas at each pair of logits."""
    real, fake = (torch.tensor(side) for side in zip(*pairs, strict=True))
    for loss, formula in zip((objective.loss_d, objective.loss_g), FORMULAS[name], strict=True):
        with localcontext() as context:
            context.prec = 120  # 1 - p(100) has 44 zeros
            expected = [float(formula(Decimal(r), Decimal(f))) for r, f in pairs]
        torch.testing.assert_close(loss(real, fake), torch.tensor(expected), rtol=1e-5, atol=1e-6)


def gradients(loss: Callable[..., torch.Tensor], real: float, fake: float) -> tuple[float, float]:
    """The slopes of a loss of one pair with respect to (real, fake)."""
    logits = torch.tensor([[real], [fake]], requires_grad=True)
    (grad,) = torch.autograd.grad(loss(logits[0], logits[1]).sum(), logits)
    return grad[0].item(), grad[1].item()


def check_signs(objective: Objective) -> None:
    """Lowering loss_d raises real and lowers fake logits, lowering loss_g raises fake ones (where no target is hit)."""
    for real, fake in ((0.5, 0.5), (0.0, 0.25), (-2.0, 0.75)):
        on_real, on_fake = gradients(objective.loss_d, real, fake)
        assert on_real < 0 < on_fake
        _, on_fake = gradients(objective.loss_g, real, fake)
        assert on_fake < 0


def mutants(objective: Objective) -> dict[str, Objective]:
    """The objective with one sign or one side wrong."""
    found = {}
    for name in ("loss_d", "loss_g"):
        loss = getattr(objective, name)
        wrong = {
            "negated": lambda r, f, loss=loss: -loss(r, f),
            "sides swapped": lambda r, f, loss=loss: loss(f, r),
            "logits negated": lambda r, f, loss=loss: loss(-r, -f),
        }
        if name == "loss_d" or objective.pairs:
            wrong["real alone negated"] = lambda r, f, loss=loss: loss(-r, f)
        found |= {f"{name} {how}": dataclasses.replace(objective, **{name: f}) for how, f in wrong.items()}
    return found


def test_every_objective_has_a_formula_here() -> None:
    assert list(FORMULAS) == list(OBJECTIVES)


@by_name
def test_closed_form(name: str) -> None:
    check_values(name, OBJECTIVES[name], PAIRS)


@by_name
def test_stable_at_100(name: str) -> None:
    check_values(name, OBJECTIVES[name], EXTREMES)
    for loss in (OBJECTIVES[name].loss_d, OBJECTIVES[name].loss_g):
        for pair in EXTREMES:
            assert torch.tensor(gradients(loss, *pair)).isfinite().all()


@by_name
def test_where_the_losses_end(name: str) -> None:
    """Fakes are as real ones are: D's best is one logit for all, and there its loss and G's are what is promised."""
    objective, logits = OBJECTIVES[name], torch.linspace(-3, 3, 601, dtype=torch.float64)
    losses_d, losses_g = objective.loss_d(logits, logits), objective.loss_g(logits, logits)
    best = losses_d <= losses_d.min() + 1e-9
    assert losses_d.min().item() == pytest.approx(objective.end_d, abs=1e-9)
    if losses_g[best].max() - losses_g[best].min() < 1e-6:
        assert objective.end_g == pytest.approx(losses_g[best][0].item(), abs=1e-9)
    else:  # the losses of D are equal for many logits, and G's is any of them
        assert objective.end_g is None


@by_name
def test_gradient_signs(name: str) -> None:
    check_signs(OBJECTIVES[name])


@by_name
def test_saturation(name: str) -> None:
    """Where D is sure that a sample is fake, only minimax stops teaching G."""
    _, slope = gradients(OBJECTIVES[name].loss_g, 0.0, -20.0)
    assert (abs(slope) < 1e-6) == (name == "minimax")


@by_name
def test_each_sample_has_its_own_loss(name: str) -> None:
    real, fake = torch.tensor([0.5, -1.0, 2.0]), torch.tensor([1.0, 0.0, -2.0])
    for loss in (OBJECTIVES[name].loss_d, OBJECTIVES[name].loss_g):
        whole = loss(real, fake)
        assert whole.shape == (3,)
        assert torch.equal(whole, torch.cat([loss(real[i : i + 1], fake[i : i + 1]) for i in range(3)]))


@by_name
def test_pairs_says_whether_g_looks_at_real(name: str) -> None:
    logits = torch.tensor([[0.5], [0.25]], requires_grad=True)
    (grad,) = torch.autograd.grad(OBJECTIVES[name].loss_g(logits[0], logits[1]).sum(), logits)
    assert (grad[0].item() != 0) == OBJECTIVES[name].pairs


@pytest.mark.parametrize(("name", "mutant"), [(n, m) for n, o in OBJECTIVES.items() for m in mutants(o)])
def test_mutants_die(name: str, mutant: str) -> None:
    wrong = mutants(OBJECTIVES[name])[mutant]
    with pytest.raises(AssertionError):
        check_values(name, wrong, PAIRS)
    if mutant in ("loss_d negated", "loss_g negated", "loss_d sides swapped"):
        with pytest.raises(AssertionError):
            check_signs(wrong)


@by_name
def test_entry_is_complete(name: str) -> None:
    entry = OBJECTIVES[name]
    assert entry.label
    assert entry.help.endswith(".")
    assert entry.paper[4] == "."
    assert entry.paper.replace(".", "").isdigit()
    assert entry.penalty in PENALTIES
