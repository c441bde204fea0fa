"""What is measured of a live run, on networks whose figures are known."""

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor

from core_fixtures import copied, differing, seed
from gan.data.points import Points
from gan.data.sets import Data, load, load_here
from gan.data.stored import Stored
from gan.live.frames import load_scene, p_real_shown, shown_fakes
from gan.live.observer import FAKES, FIGURES, OBSERVE_EVERY, Observer
from gan.live.p_real import p_real
from gan.media import graph_figures
from gan.recipe.config import TrainConfig
from gan.training.trainer import Trainer
from made_scores import few_scores
from spoken_files import few_digits


class Perfect(torch.nn.Module):
    """A G that makes real samples; `shift` moves them."""

    def __init__(self, data: Data, shift: float = 0.0) -> None:
        super().__init__()
        self.data, self.shift = data, shift

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        if c is None:
            return self.data.sample(len(z), seed(5)) + self.shift
        assert isinstance(self.data, Stored)
        assert self.data.labels is not None
        same = (self.data.labels[None] == c[:, None]).float()
        rows = torch.multinomial(same, 1, generator=seed(5))[:, 0]  # of the class that is asked for
        return self.data.tensors(self.data.rows[rows])


class Shuffled(Perfect):
    """A G that makes the voices of real scores, each of another one."""

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        *voices, begins = super().forward(z, c).split(32, 1)
        return torch.cat([*(voice.roll(number, 0) for number, voice in enumerate(voices)), begins], 1)


class One(torch.nn.Module):
    """A G that makes one real sample, whatever is asked for."""

    def __init__(self, data: Stored) -> None:
        super().__init__()
        self.sample = data.tensors(data.rows[:1])

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        return self.sample.expand(len(z), *self.sample.shape[1:])


class Knows(torch.nn.Module):
    """A D that says 1 of graphs of the family that it is told, and of communities, whatever they are; else 0."""

    def forward(self, graphs: Tensor, c: Tensor) -> Tensor:
        matrices = graph_figures.read((graphs[:, 0] > 0).byte())
        tree, cliques = graph_figures.are_trees(*matrices), graph_figures.are_cliques(*matrices)
        return ((c == 0) | ((tree == (c == 1)) & (cliques == (c == 3)))).float()


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


def test_words_have_figures_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("".join(f"{a}{b}{c}\n" for a in "bdlm" for b in "aeiou" for c in "nrst"))
    trainer = trainer_of(f"lines:{path}", end="choice")
    trainer.G_ema = Perfect(trainer.data)  # type: ignore[assignment]
    seen, figures = Observer(trainer).observe(trainer, 0)
    assert set(figures) == {*FIGURES, *trainer.data.medium.watched}
    assert figures["novel"] == 0 and figures["pronounceable"] == 1
    assert figures["unique"] is not None and figures["unique"] < 1  # 500 fakes of 80 words
    assert figures["perplexity"] is not None and figures["perplexity"] < 5
    assert seen.variety == pytest.approx(1, abs=0.1)


def test_graphs_have_figures_of_their_own() -> None:
    trainer = trainer_of("graphs", end="sign", condition="class")
    trainer.G_ema = Perfect(trainer.data)  # type: ignore[assignment]
    _, figures = Observer(trainer).observe(trainer, 0)
    assert set(figures) == {*FIGURES, *trainer.data.medium.watched}
    assert (figures["trees"], figures["cliques"]) == (pytest.approx(0.25, abs=0.01), pytest.approx(0.25, abs=0.02))
    assert figures["degree"] == pytest.approx(0, abs=2e-3)
    assert figures["distinct"] is not None and figures["distinct"] > 0.5
    trainer.G_ema = One(trainer.data)  # type: ignore[assignment]
    _, figures = Observer(trainer).observe(trainer, 100)
    assert figures["distinct"] == pytest.approx(1 / 500)
    assert figures["degree"] is not None and figures["degree"] > 0.1


def test_scores_have_figures_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_DATA_DIR", str(few_scores(tmp_path)))
    trainer = trainer_of("bach", network="seq", end="choice")
    trainer.G_ema = Perfect(trainer.data)  # type: ignore[assignment]
    _, figures = Observer(trainer).observe(trainer, 0)
    assert set(figures) == {*FIGURES, *trainer.data.medium.watched}
    assert (figures["chords"], figures["notes"]) == (1, 1)  # they are chords, and a note each beat
    assert figures["triads"] is not None and 0.5 < figures["triads"] <= 1
    trainer.G_ema = Shuffled(trainer.data)  # type: ignore[assignment]
    _, figures = Observer(trainer).observe(trainer, 100)
    assert figures["chords"] is not None and figures["chords"] < 0.9


def test_a_critic_that_is_told_classes_is_told_those_of_reals_and_fakes() -> None:
    """It finds what is told rightly real, and anything else fake: told so, all reals and fakes are real alike."""
    trainer = trainer_of("graphs", end="sign", condition="class")
    trainer.G_ema, trainer.D = Perfect(trainer.data), Knows()  # type: ignore[assignment]
    seen, figures = Observer(trainer).observe(trainer, 0)
    assert (figures["real"], figures["fake"]) == (0.5, 0.5)
    assert seen.loss == pytest.approx(math.log(2))
    about = load_scene("graphs")
    on_real, on_fake = p_real_shown(trainer, about, shown_fakes(trainer))
    assert (len(on_real), len(on_fake)) == (512, 12)
    assert (on_real == 0.5).all() and (on_fake == 0.5).all()


def test_spoken_digits_are_judged_and_their_voices_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path))
    few_digits(tmp_path)
    trainer = trainer_of("spoken-digits", condition="class")
    trainer.G_ema = Perfect(trainer.data)  # type: ignore[assignment]
    observer = Observer(trainer)
    _, figures = observer.observe(trainer, 0)
    assert set(figures) == {*FIGURES, "voices"}
    assert figures["total"] == 10 and figures["frechet"] is not None
    assert figures["voices"] is not None and 0.7 < figures["voices"] <= 1  # two voices, as often as one another
    first, again = figures["frechet"], observer.observe(trainer, 100)[1]  # between two judgements
    assert again["frechet"] == first and again["voices"] == figures["voices"]
    trainer.G_ema = One(trainer.data)  # type: ignore[assignment]
    assert observer.observe(trainer, 200)[1]["voices"] == 0


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


class Still(Perfect):
    """A G that makes clips of real digits that stand still, of the classes that are asked for."""

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        return super().forward(z, c)[..., 0][:, None].expand(-1, 8, -1, -1)


def test_a_judge_of_digits_looks_at_the_frames_of_clips(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path))
    load_scene.cache_clear()
    data = load_here("swinging-digits")  # made of the excerpt
    config = TrainConfig(
        data="swinging-digits", network="style", frames="loop", condition="class", z_dim=4, g_widths=(4, 4, 4),
        d_widths=(4, 4),
    )  # fmt: skip
    trainer = Trainer(config, data)
    observer = Observer(trainer)
    seen, first = observer.observe(trainer, 0)
    assert first["told"] is not None and first["told"] < 0.3
    trainer.G_ema = Still(data)  # type: ignore[assignment]
    seen, figures = observer.observe(trainer, OBSERVE_EVERY)
    assert figures["told"] > 0.95 and figures["one_class"] == 1 and figures["turning"] == 0
    assert (seen.fair, seen.total) == (figures["fair"], figures["total"]) == (10, 10)
    assert figures["frechet"] is None
    assert max(seen.shares) < 0.2


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
