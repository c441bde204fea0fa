"""The bench of realism: measures are the papers', correlations Spearman's, and the table says what its rows say."""

from typing import Any

import pytest
import torch

from bench import realism
from core_fixtures import made_up, seed, tiny_model
from gan.data import sets
from gan.errors import ConfigError
from gan.recipe.presets import PRESETS
from gan.training.runs import model_of
from gan.training.trainer import Trainer

torch.set_num_threads(1)

# Three reals on a line, a wide gap, and one that lies alone: its neighbourhood is the largest and is left out.
LINE = torch.tensor([[0.0], [1.0], [2.0], [10.0]])


def test_the_realism_score_of_equation_9() -> None:
    """Radii to the nearest other are 1, 1, 1 and 8; the largest ratio of a radius to the distance counts."""
    scores = realism.realism(torch.tensor([[0.5], [4.0], [9.5]]), LINE, k=1)
    torch.testing.assert_close(scores, torch.tensor([2.0, 0.5, 1 / 7.5]))


def test_the_density_counts_neighbourhoods() -> None:
    """Of radii 2, 1, 2 and 9, to the second nearest other."""
    counted = realism.density(torch.tensor([[1.5], [-1.5], [50.0]]), LINE, k=2)
    torch.testing.assert_close(counted, torch.tensor([2.0, 0.5, 0.0]))


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ([1, 2, 3, 4], [10, 20, 30, 1000], 1.0),
        ([1, 2, 3, 4], [4, 3, 2, 1], -1.0),
        ([1, 2, 3], [5, 5, 5], 0.0),
        # Ties share the mean of their ranks: 1, 2.5, 2.5, 4 against 1, 2, 3, 4.
        ([1, 2, 2, 3], [1, 2, 3, 4], 0.9**0.5),
    ],
)
def test_rank_correlation_is_spearmans(a: list[float], b: list[float], said: float) -> None:
    assert realism.rank_correlation(torch.tensor(a), torch.tensor(b)) == pytest.approx(said, abs=1e-6)


def test_classes_are_not_compared_with_one_another() -> None:
    """A score that orders each class rightly and the classes wrongly."""
    score, truth = torch.tensor([1.0, 2.0, 3.0, 11.0, 12.0, 13.0]), torch.tensor([7.0, 8.0, 9.0, 1.0, 2.0, 3.0])
    kinds = torch.tensor([0, 0, 0, 1, 1, 1])
    assert realism.rank_correlation(score, truth) < 0
    assert realism.within_classes(score, truth, kinds) == pytest.approx(1.0)
    own = realism.among_own(torch.tensor([2.5, 12.5]), torch.tensor([0, 1]), score, kinds)
    torch.testing.assert_close(own, torch.tensor([2 / 3, 2 / 3]))


def test_beside_the_nearest_reals() -> None:
    """Logits rise along the line; a picture's own, less what its place explains, is left."""
    places = torch.arange(100.0)[:, None]
    beside = realism.beside_near(torch.tensor([10.0, 90.0, 93.0]), torch.tensor([[10.0], [90.0], [90.0]]), places[:, 0],
                                 places, count=5)  # fmt: skip
    assert beside[:2].tolist() == pytest.approx([0.0, 0.0], abs=1e-5)
    assert beside[2] > 1.5


def test_a_critics_last_features_give_its_logit() -> None:
    model = tiny_model(network="dcgan")
    images = torch.randn(3, *model.shape, generator=seed(1)).tanh()
    logits, seen = realism.opinions(model.D, images, None)
    torch.testing.assert_close(model.D.last(seen).squeeze(1), logits)
    torch.testing.assert_close(model.D(images, None), logits)


def test_a_model_is_measured_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every candidate says something of every picture; the critic that is trained on is a copy, and G stays."""
    data = made_up()
    monkeypatch.setattr(sets, "load", lambda *_: data)
    monkeypatch.setattr(realism, "FAKES", 30)
    model = tiny_model(network="dcgan")
    before = {name: value.clone() for name, value in model.D.state_dict().items()}
    row, picture = realism.measured(model, 60, 2)
    assert len(row["candidates"]) == 9
    for figures in row["candidates"].values():
        assert set(figures) == {"realism", "density", "psi 1", "within classes"}
        assert all(-1 <= value <= 1 for value in figures.values())
    assert picture.dtype == torch.uint8
    for name, value in model.D.state_dict().items():
        torch.testing.assert_close(value, before[name])
    on = realism.trained_on(model, data, 2)
    assert any((value != before[name]).any() for name, value in on.D.state_dict().items())


def row(model: str, **scores: float) -> dict[str, Any]:
    """A model that never was."""
    figures = {name: {"realism": value, "density": value / 2, "psi 1": value} for name, value in scores.items()}
    return {"model": model, "features": "judge-mnist", "reals": 100, "rank": {"learnt": 0.4, "held": 0.6},
            "candidates": figures}  # fmt: skip


def test_a_candidate_must_reach_the_bar_for_every_model() -> None:
    rows = [row("one", logit=0.2, score=0.9), row("two", logit=0.8, score=0.51)]
    said = realism.table({"models": rows})
    assert realism.verdict(rows).endswith("score (least 0.51).")
    assert "| logit | 0.20 | 0.80 |" in said
    assert "above 40% of the real pictures that it learnt from and 60% of the held-out ones" in said
    assert realism.verdict([*rows, row("three", score=0.49)]).endswith("none.")


def test_points_are_refused() -> None:
    ring = model_of(Trainer(PRESETS["ring"], sets.load("ring")), "ring", 0.0)
    with pytest.raises(ConfigError, match="ring makes points"):
        realism.measured(ring, 60, 0)
