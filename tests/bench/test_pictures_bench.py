"""The benches of pictures and of augmentation: their tables say what their rows say, and nothing is judged twice."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from bench import augmentation, pictures
from bench.budget import recipe, samples_in
from core_fixtures import made_up, seed, tiny, tiny_model
from gan.data.stored import Stored
from gan.errors import ConfigError, RunError
from gan.evaluation import evaluate
from gan.explore.render import render
from gan.latents import z_from_seeds
from gan.live.recipes import recommended
from gan.media.images import to_images, to_pixels
from gan.metrics.distances import frechet
from gan.recipe.config import TrainConfig

torch.set_num_threads(1)

FIGURES = {"frechet": 0.5, "precision": 0.9, "recall": 0.8, "density": 1.0, "coverage": 0.85, "two_sample": 0.6}
STYLE: dict[str, Any] = {"network": "style", "g_widths": (6, 5), "d_widths": (4,), "condition": "class"}
REAL = {"frechet": 0.02, "precision": 0.93, "recall": 0.94, "density": 0.98, "coverage": 0.95, "two_sample": 0.52}


def figures(**changes: Any) -> dict[str, Any]:
    return FIGURES | {f"{name}_real": value for name, value in REAL.items()} | changes


def judged(model: str, sampling: int, data: str = "mnist", **changes: Any) -> pictures.Row:
    """A sampling that never was."""
    named = {"model": model, "data": data, "sha256": "abc", "sampling": sampling}
    return named | figures(**({"plain": 1.2, "plain_real": 0.6} if data == "mnist" else {})) | changes


def tried(objective: str, **changes: Any) -> pictures.Row:
    """A run of an objective that never was."""
    row = {"data": "mnist", "objective": objective, "seed": 0, "nimg": 200_000, "cpu_seconds": 60.0}
    return row | figures(plain=12.0, plain_real=0.6) | changes


# ---- pictures


def test_the_table_of_models() -> None:
    rows = [judged("mnist-style", 0), judged("mnist-style", 1, frechet=0.7, plain=1.8, two_sample=0.7)]
    rows += [judged("fashion-style", 0, "fashion-mnist", coverage=0.91)]
    said = pictures.table({"models": rows, "objectives": [], "seconds": 60.0})
    ours = "| 0.60 ± 0.14 | 0.90 | 0.80 | 1.00 | 0.85 | 65.0 ± 7.1 % |"
    assert f"| `mnist` | `mnist-style` | 2 {ours}" in said
    assert "| `mnist` | real data | | 0.02 | 0.93 | 0.94 | 0.98 | 0.95 | 52.0 % |" in said
    assert "| `fashion-mnist` | `fashion-style` | 1 | 0.50 | 0.90 | 0.80 | 1.00 | 0.91 | 60.0 % |" in said
    assert said.count("real data |") == 3  # of each set, and on the plain judge
    # Twice and three times as far as real data, on a scale where that is 1.93.
    assert "| `mnist-style` | 1.50 ± 0.42 | 2.50 ± 0.71 | 4.83 ± 1.36 |" in said
    assert "| real data | 0.60 | 1.00 | 1.93 |" in said
    plain = "Fréchet distance on the plain judge 1.50 beside real data's 0.60, or, where that is 1.93, 4.83"
    assert f"- `mnist-style`: {plain}; the bar, at most 5.00, is met." in said
    assert "- `mnist-style`: two-sample test 65.0%; the bar, at most 65.0%, is met." in said
    assert "- `fashion-style`: coverage 0.91; the bar, at least 0.90, is met." in said


def test_missed_bars_are_said() -> None:
    rows = [judged("mnist-style", 0, plain=1.6, two_sample=0.66)]
    rows += [judged("fashion-style", 0, "fashion-mnist")]
    assert [said.endswith("is missed.") for said in pictures.verdicts(rows)] == [True, True, True]
    assert pictures.verdicts([judged("mnist-mlp", 0)]) == []


def test_the_table_of_objectives() -> None:
    rows = [tried("hinge"), tried("minimax", diverged=True), tried("minimax"), tried("wasserstein", diverged=True)]
    fashion = {key: v for key, v in tried("hinge", data="fashion-mnist").items() if not key.startswith("plain")}
    said = pictures.table({"models": [], "objectives": [*rows, fashion], "seconds": 60.0})
    assert "`mnist`, each objective with its recommended settings after 60 CPU seconds" in said
    assert "`fashion-mnist`, each objective" in said
    assert "| `hinge` | 1 | 200,000 | 0.50 | 0.90 | 0.80 | 1.00 | 0.85 | 60.0 % |\n" in said
    hinge = "| 200,000 | 0.50 | 0.90 | 0.80 | 1.00 | 0.85 | 60.0 % | 12.00 |"
    assert f"| `hinge` | 1 {hinge}" in said
    assert f"| `minimax` | 1 of 2, others diverged {hinge}" in said
    assert "| `wasserstein` | 1 | 200,000 | diverged |" in said
    assert "| real data | | | 0.02 | 0.93 | 0.94 | 0.98 | 0.95 | 52.0 % | 0.60 |" in said


def test_rows_of_the_same_weights_and_budget_are_kept(tmp_path: Path) -> None:
    path, model = tmp_path / "pictures.json", tiny_model(1)
    same = dataclasses.replace(model, name="mnist-style", card=model.card | {"sha256": "abc"})
    assert pictures.kept(path, [same], 60.0) == {"models": [], "objectives": []}
    rows = {
        "models": [judged("mnist-style", 0), judged("gone", 0)],
        "objectives": [tried("hinge", recipe=recipe(recommended("mnist", "hinge")))],
    }
    older = [*rows["objectives"], tried("minimax", recipe="an older one")]
    path.write_text(json.dumps(rows | {"objectives": older, "seconds": 60.0}))
    assert pictures.kept(path, [same], 60.0) == rows | {"models": rows["models"][:1]}
    trained_again = dataclasses.replace(same, card=model.card | {"sha256": "def"})
    assert pictures.kept(path, [trained_again], 5.0) == {"models": [], "objectives": []}


def test_the_models_of_the_bench() -> None:
    assert {"mnist-dcgan", "fashion-dcgan"} <= {model.name for model in pictures.models([])}
    assert "digits-mlp" not in {model.name for model in pictures.models([])}
    with pytest.raises(ConfigError, match="digits-mlp makes digits"):
        pictures.models(["digits-mlp"])


def test_figures_of_a_model_and_of_one_that_is_told_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "parts", lambda name: (made_up(120), made_up(110)))
    monkeypatch.setattr(evaluate, "two_sample", lambda real, fake: float(len(fake)))
    for changes in ({}, STYLE):
        found = pictures.figures(tiny_model(1, **changes), 0, 100)
        assert found["two_sample"] == 100
        assert list(found) == [name + suffix for name in pictures.FIGURES for suffix in ("", "_real")]
        assert found["frechet"] > found["frechet_real"] > 0
        assert json.dumps(found, allow_nan=False)


def test_figures_on_the_plain_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    train, test = made_up(120), Stored(255 - made_up(110).rows)
    monkeypatch.setattr(pictures, "parts", lambda name: (train, test))
    monkeypatch.setattr(pictures, "PLAIN", "digits")
    monkeypatch.setattr(pictures, "plain_reals", pictures.plain_reals.__wrapped__)
    monkeypatch.setattr(pictures, "plain_features", lambda images: images.flatten(1)[:, :5])
    monkeypatch.setattr(evaluate, "two_sample", lambda real, fake: 0.5)
    model = tiny_model(1)
    found = pictures.figures(model, 3, 100)
    features = [to_images(x.rows).flatten(1)[:, :5] for x in (train, test)]
    assert found["plain_real"] == pytest.approx(frechet(features[1], features[0]))
    fake = evaluate.fakes(model, train, 100, 3)[0].flatten(1)[:, :5]
    assert found["plain"] == pytest.approx(frechet(fake, features[0]))


# ---- augmentation


def coloured(n: int = 120, classes: int = 3) -> Stored:
    """Pictures whose brightness tells their class, each with a grey level of its own in the corner."""
    labels = torch.arange(n) % classes
    pixels = (labels * 80).byte()[:, None, None, None].repeat(1, 8, 8, 1)
    pixels[:, 0, 0, 0] = torch.arange(n).byte()
    return Stored(pixels, labels, tuple("abc"[:classes]))


def test_few_pictures_of_every_class() -> None:
    found = augmentation.few(coloured(), 10, 0)
    assert found.labels is not None
    assert torch.bincount(found.labels).tolist() == [10, 10, 10]
    assert ((found.rows[:, 4, 4, 0].long() // 80) == found.labels).all()  # each with its own label
    assert len(set(found.rows[:, 0, 0, 0].tolist())) == 30  # none twice
    assert torch.equal(found.rows, augmentation.few(coloured(), 10, 0).rows)
    assert not torch.equal(found.rows, augmentation.few(coloured(), 10, 1).rows)


def test_batches_of_the_arms() -> None:
    reals = coloured()
    fakes = dataclasses.replace(reals, rows=reals.rows + 60)

    def levels(images: torch.Tensor) -> torch.Tensor:
        return ((images[:, 0, 4, 4] + 1) * 127.5).round().long()

    images, labels = augmentation.drawing(reals, None, False)(40, seed())
    assert torch.equal(levels(images), 80 * labels)
    images, labels = augmentation.drawing(reals, fakes, False)(41, seed())
    generated = levels(images) % 80 == 60
    assert generated.sum() == 20  # half of them
    assert torch.equal(levels(images), 80 * labels + 60 * generated)  # each with its own label
    moved, _ = augmentation.drawing(reals, fakes, True)(41, seed())
    assert not torch.equal(moved, images)
    assert moved[:20, 0, 4, 4].equal(images[:20, 0, 4, 4])


def test_a_classifier_learns_what_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(augmentation, "BATCH", 16)
    reals = coloured()
    wrong = dataclasses.replace(reals, labels=(reals.labels + 1) % 3)  # type: ignore[operator]
    found = augmentation.accuracies(reals, wrong, reals, 30, 0)
    assert list(found) == list(augmentation.ARMS)
    assert found["real"] > 0.95
    assert found["real, shifted"] > 0.95
    assert found["real and generated"] < 0.9  # half of what it saw was wrong
    assert augmentation.accuracies(reals, reals, reals, 30, 0)["real and generated"] > 0.95


def test_a_gan_of_few_pictures_goes_on_where_it_stopped(tmp_path: Path) -> None:
    reals, config = made_up(30), tiny(**STYLE, augment="color,shift")
    model, seconds = augmentation.trained(tmp_path / "a", config, reals, 0.05, False)
    assert model.classes == ("one", "two", "three")
    assert seconds > 0
    with pytest.raises(RunError, match="add --resume"):
        augmentation.trained(tmp_path / "a", config, reals, 0.05, False)
    notes = tmp_path / "a" / augmentation.NOTES
    notes.write_text(json.dumps(json.loads(notes.read_text()) | {"cpu_seconds": 100.0}))
    again, same = augmentation.trained(tmp_path / "a", config, reals, 0.05, True)
    assert again.card["nimg"] == model.card["nimg"]
    assert 100 <= same < 101  # with what it took before
    for other in (dataclasses.replace(config, lr=1e-3), config):
        with pytest.raises(RunError, match="other settings: name another --folder"):
            augmentation.trained(tmp_path / "a", other, reals, 0.05 if other != config else 7.0, True)
    made = augmentation.generated(model, 9, 1)
    assert made.labels is not None
    assert made.labels.tolist() == [0, 1, 2] * 3
    drawn = render(model, z_from_seeds(range(10**6, 10**6 + 9), model.G.z_dim), c=made.labels)
    assert torch.equal(made.rows, to_pixels(drawn))


def test_a_budget_is_a_length() -> None:
    config: TrainConfig = tiny()
    short, long = (samples_in(seconds, config, made_up()) for seconds in (0.1, 10.0))
    assert 10 < long / short < 1_000


def test_the_table_of_augmentation(tmp_path: Path) -> None:
    arms = dict.fromkeys(augmentation.ARMS, 0.9)
    rows = [
        {"seed": 0, "nimg": 1_000, "cpu_seconds": 300.0, "gan": figures(), "accuracy": arms | {"real": 0.88}},
        {"seed": 1, "nimg": 1_000, "cpu_seconds": 300.0, "gan": figures(), "accuracy": arms | {"real": 0.92}},
    ]
    settings = {"preset": "mnist-style", "per_class": 50, "generated": 5_000, "steps": 1_000, "batch": 64}
    said = augmentation.table(settings | {"seeds": rows})
    assert "| real | 2 | 90.00 ± 2.83 % | 88.00 % | 92.00 % |" in said
    assert "*real and generated* against *real*: +0.00 ± 2.83 percentage points, better at 1 of 2 seeds." in said
    assert "| seed 1 | 1,000 | 300 | 0.50 | 0.90 | 0.80 | 1.00 | 0.85 | 60.0% |" in said
    assert "| real data | | | 0.02 |" in said
    path = tmp_path / "augmentation.json"
    path.write_text(json.dumps(settings | {"seeds": rows}))
    assert augmentation.kept(path, settings) == rows
    assert augmentation.kept(path, settings | {"steps": 5}) == []
