"""What is measured of a live run, on networks whose figures are known."""

import math

import pytest
import torch
from torch import Tensor

from core_fixtures import copied, differing, seed
from gan.data.points import Points
from gan.data.sets import Data, load
from gan.live.observer import FAKES, FIGURES, OBSERVE_EVERY, Observer
from gan.live.p_real import p_real
from gan.recipe.config import TrainConfig
from gan.training.trainer import Trainer


class Perfect(torch.nn.Module):
    """A G that makes real samples; `shift` moves them."""

    def __init__(self, data: Data, shift: float = 0.0) -> None:
        super().__init__()
        self.data, self.shift = data, shift

    def forward(self, z: Tensor) -> Tensor:
        return self.data.sample(len(z), seed(5)) + self.shift


def trainer_of(data: str, **settings: object) -> Trainer:
    config = TrainConfig.from_dict(
        {"data": data, "batch": 16, "z_dim": 2, "g_widths": (8,), "d_widths": (8,)} | settings
    )
    return Trainer(config, load(data))


@pytest.mark.parametrize("data", ["ring", "spiral", "digits"])
def test_a_perfect_forger(data: str) -> None:
    trainer = trainer_of(data)
    trainer.G_ema = Perfect(trainer.data)  # type: ignore[assignment]
    seen, figures = Observer(trainer).observe(trainer, 0)
    assert tuple(figures) == FIGURES
    assert seen.finite
    assert seen.variety == pytest.approx(1, abs=0.1)
    assert seen.passing == pytest.approx(0.5, abs=0.1)
    assert seen.sure == pytest.approx(0, abs=0.1)
    if data == "ring":
        assert (figures["modes"], figures["fair"], figures["total"]) == (8, 8, 8)
        assert seen.shares == pytest.approx((1 / 8,) * 8, abs=0.03)
        assert figures["quality"] == pytest.approx(0.989, abs=0.01)
    if data == "digits":
        assert (figures["fair"], figures["total"], figures["distance"]) == (10, 10, None)
        assert figures["frechet"] is not None
        assert figures["frechet"] < 0.5
    else:
        assert figures["frechet"] is None
        assert figures["distance"] == pytest.approx(0, abs=0.04)


def test_drift_is_in_radii_and_waits_for_its_steps() -> None:
    trainer = trainer_of("ring")
    observer = Observer(trainer)
    for steps, shift, drift in (
        (0, 0.0, 0.0),
        (50, 3.0, 0.0),
        (100, 1.0, math.sqrt(2)),
        (200, 1.0, 0.0),
        (30, 9.0, 0.0),
    ):
        trainer.G_ema = Perfect(trainer.data, shift)  # type: ignore[assignment]
        seen, _ = observer.observe(trainer, steps)
        assert seen.drift == pytest.approx(drift, abs=0.02)  # the ring's radius is 1
    assert OBSERVE_EVERY == 100
    assert len(observer.z) == FAKES


def test_an_observation_changes_nothing() -> None:
    trainer = trainer_of("digits")
    trainer.step()
    before = copied(trainer.state())
    Observer(trainer).observe(trainer, 1)
    assert differing(before, trainer.state()) == []


def test_two_observations_agree() -> None:
    trainer = trainer_of("digits")
    assert Observer(trainer).observe(trainer, 0) == Observer(trainer).observe(trainer, 0)


def test_what_is_no_number_is_not_measured() -> None:
    trainer = trainer_of("ring")
    observer = Observer(trainer)
    with torch.no_grad():
        next(trainer.D.parameters()).fill_(float("nan"))
    seen, figures = observer.observe(trainer, 100)
    assert not seen.finite
    assert set(figures.values()) == {None}


def test_a_single_point_is_narrow() -> None:
    spot = Points(lambda n, generator: 0.02 * torch.randn(n, 2, generator=generator))
    trainer = Trainer(TrainConfig(data="line", z_dim=2), spot)
    assert Observer(trainer).observe(trainer, 0)[0].width < 0.2
    ring = trainer_of("ring")
    assert Observer(ring).observe(ring, 0)[0].width == pytest.approx(4, rel=0.05)


def test_the_judge_looks_now_and_then() -> None:
    trainer = trainer_of("digits")
    observer = Observer(trainer)
    _, first = observer.observe(trainer, 0)
    trainer.G_ema = Perfect(trainer.data)  # type: ignore[assignment]
    _, between = observer.observe(trainer, 100)
    _, later = observer.observe(trainer, 400)
    assert between["frechet"] == first["frechet"]
    assert later["frechet"] != first["frechet"]


@pytest.mark.parametrize(
    ("objective", "on_real", "on_fake", "expected"),
    [
        ("non-saturating", 2.0, 0.0, 0.5),
        ("least-squares", 1.0, 0.5, 0.5),
        ("relativistic", 7.0, 5.0, 1 / (1 + math.e)),
        ("wasserstein", 1.0, -1.0, 0.27),
    ],
)
def test_p_real(objective: str, on_real: float, on_fake: float, expected: float) -> None:
    """The mean p_real of the fakes: a half where D is undecided, less where it sides against them."""
    real, fake = torch.full((400,), on_real), torch.full((400,), on_fake)
    of_real, of_fake, of_others = p_real(objective, lambda rows: rows, real, fake, fake[:1])
    assert of_fake.mean().item() == pytest.approx(expected, abs=0.01)
    assert of_others.item() == pytest.approx(expected, abs=0.01)
    assert of_real.mean() > of_fake.mean()
