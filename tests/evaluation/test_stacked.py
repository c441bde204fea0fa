"""Stacked MNIST: its pictures, PacGAN's figures over 1,000 modes, and the bench's table."""

import dataclasses
import functools
import json
import math
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from bench import stacked
from core_fixtures import made_up, seed, tiny
from gan.data import sets
from gan.data.pictures import Stacked
from gan.data.sets import DATASETS
from gan.data.stored import Stored
from gan.errors import ModelError
from gan.evaluation import evaluate
from gan.explore import portable
from gan.metrics.distances import stacked_report
from gan.networks.judge import Judge
from gan.training.runs import Run, model_of
from gan.training.trainer import Trainer


def stack(n: int = 20, resolution: int = 8) -> Stacked:
    """Stacked pictures of `n` plain grey ones, each of a brightness of its own."""
    levels = torch.arange(n, dtype=torch.uint8).view(n, 1, 1, 1)
    return Stacked(levels.expand(n, resolution, resolution, 1).contiguous(), of="mnist")


def test_channels_are_pictures_drawn_independently() -> None:
    found = stack(4)
    assert found.shape == (3, 8, 8)
    assert (found.labels, found.classes) == (None, ())
    images = found.sample(8_000, seed(1))
    assert images.shape == (8_000, 3, 8, 8)
    assert (images == images[:, :, :1, :1]).all()  # no channel mixes two pictures
    levels = ((images[:, :, 0, 0] + 1) * 127.5).round().long()
    counts = torch.bincount((levels * torch.tensor([16, 4, 1])).sum(1), minlength=64)
    assert len(counts) == 64
    assert ((counts / 125 - 1).abs() < 0.4).all()  # each of 4^3 equally often
    assert torch.equal(images, found.sample(8_000, seed(1)))
    assert not torch.equal(images, found.sample(8_000, seed(2)))


def test_few_pictures_of_a_set() -> None:
    """What is shown beside a model's: composed of stacked ones, and the same every time."""
    some = stack(4).few(3, seed(1))
    assert some.dtype == torch.uint8
    assert some.shape == (3, 8, 8, 3)
    assert torch.equal(some, stack(4).few(3, seed(1)))
    assert len({tuple(row) for row in stack(9).few(9, seed())[:, 0, 0].tolist()}) > 5
    plain = made_up(10)
    assert torch.equal(plain.few(99, seed()), plain.rows)
    assert len(plain.few(4, seed())) == 4


def test_the_set_is_made_of_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    grey = made_up(12, 28)
    mnist = dataclasses.replace(DATASETS["mnist"], load=lambda data_dir, train, resolution: grey)
    monkeypatch.setitem(DATASETS, "mnist", mnist)
    found = sets.load("stacked-mnist")
    assert isinstance(found, Stacked)
    assert found.shape == DATASETS["stacked-mnist"].shape == (3, 28, 28)
    assert found.rows is grey.rows  # a picture is composed when it is drawn
    assert DATASETS["stacked-mnist"].folder == DATASETS["mnist"].folder


def logits_of(modes: list[tuple[int, int]], classes: int = 4) -> torch.Tensor:
    """[N, 2, classes] logits that are sure of each channel's class."""
    return 9.0 * torch.nn.functional.one_hot(torch.tensor(modes), classes)


def test_stacked_report() -> None:
    modes = [(0, 0)] * 50 + [(0, 3)] * 30 + [(3, 0)] * 20
    report = stacked_report(logits_of(modes))
    assert (report.total, report.modes, report.fair) == (16, 3, 3)
    assert report.high_quality == 1
    assert report.reverse_kl == pytest.approx(sum(s * math.log(16 * s) for s in (0.5, 0.3, 0.2)))
    even = stacked_report(logits_of([(i, j) for i in range(4) for j in range(4)]))
    assert (even.modes, even.fair, even.reverse_kl) == (16, 16, 0)


def test_what_the_classifier_is_unsure_of_counts_for_a_mode_but_not_as_good() -> None:
    logits = logits_of([(1, 2)] * 10)
    logits[:4, 1] *= 0.05
    report = stacked_report(logits)
    assert (report.modes, report.high_quality) == (1, pytest.approx(0.6))
    assert report.reverse_kl == pytest.approx(math.log(16))


def test_evaluate_a_model_of_stacked_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reals = stack()
    (tmp_path / "MNIST" / "raw").mkdir(parents=True)
    fake_set = dataclasses.replace(DATASETS["stacked-mnist"], files=(), load=lambda data_dir, train, resolution: reals)
    monkeypatch.setitem(DATASETS, "stacked-mnist", fake_set)
    judge = Judge(3, seed()).eval().requires_grad_(False)
    monkeypatch.setattr(evaluate, "load_judge", lambda name: judge if name == "mnist" else None)
    model = model_of(Trainer(tiny(data="stacked-mnist"), reals), "stacked", 0.0)
    figures = evaluate.evaluate(model, count=120)
    assert (figures["samples"], figures["total"]) == (120, 27)
    assert figures["features"] == "judge-mnist, each channel"
    made, _ = evaluate.fakes(model, reals, 120, 0)
    real = reals.sample(120, torch.Generator().manual_seed(0))
    for suffix, images in (("", made), ("_real", real)):
        report = stacked_report(judge.head(evaluate.stack_features(judge, images)))
        assert figures[f"modes{suffix}"] == report.modes
        assert figures[f"reverse_kl{suffix}"] == pytest.approx(report.reverse_kl, abs=1e-4)
    for name in ("modes", "fair", "high_quality", "reverse_kl", "frechet", "two_sample"):
        assert math.isfinite(figures[name])
        assert math.isfinite(figures[f"{name}_real"])
    assert "reverse KL" in evaluate.table(figures)
    features = evaluate.stack_features(judge, reals.sample(5, seed(2)))
    expected = torch.stack([judge.features(reals.sample(5, seed(2))[:, i : i + 1]) for i in range(3)], 1)
    torch.testing.assert_close(features, expected)
    shown = portable.reference(model, tmp_path)
    assert shown is not None
    assert safetensors.torch.load(shown)["pictures"].shape == (20, 8, 8, 3)
    monkeypatch.setattr(evaluate, "load_judge", lambda name: None)
    with pytest.raises(ModelError, match="classifier of mnist"):
        evaluate.evaluate(model, count=120)


@pytest.mark.parametrize("grey", [True, False])
def test_a_set_of_torchvisions(grey: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Grey sets come as tensors [N, 28, 28], CIFAR-10 as an array [N, 32, 32, 3] with labels in a list."""
    from torchvision import datasets

    shape = (6, 28, 28) if grey else (6, 32, 32, 3)
    pixels = torch.randint(0, 256, shape, dtype=torch.uint8, generator=seed())

    class Reader:
        def __init__(self, folder: Path, train: bool, download: bool) -> None:
            if not download:
                raise RuntimeError("Dataset not found or corrupted.")
            self.data, self.targets = (pixels, torch.arange(6)) if grey else (pixels.numpy(), list(range(6)))
            self.classes = ["a", "b", "c", "d", "e", "f"]

    monkeypatch.setattr(datasets, "MNIST" if grey else "CIFAR10", Reader)
    found = sets.load("mnist" if grey else "cifar10", tmp_path)
    assert isinstance(found, Stored)
    assert found.shape == ((1, 28, 28) if grey else DATASETS["cifar10"].shape)
    assert torch.equal(found.rows, pixels[..., None] if grey else pixels)
    assert found.labels is not None
    assert found.labels.tolist() == list(range(6))
    assert found.labels.dtype == torch.int64
    assert found.classes == ("a", "b", "c", "d", "e", "f")
    assert sets.load("mnist" if grey else "cifar10", tmp_path, resolution=16).shape == (found.shape[0], 16, 16)


def test_the_table_has_published_figures_ours_and_real_datas() -> None:
    look = {"nimg": 1000, "cpu_seconds": 61.0, "modes": 998, "reverse_kl": 0.2}
    results = {"stacked": {
        "preset": "stacked-best", "seed": 0, "cpu_seconds": 1800.0, "marks": [look],
        "fake": [{"modes": 1000, "reverse_kl": 0.027}, {"modes": 1000, "reverse_kl": 0.029}],
        "real": [{"modes": 1000, "reverse_kl": 0.023}] * 2, "others": {"hinge": look | {"reverse_kl": None}},
    }}  # fmt: skip
    rows = stacked.table(results).splitlines()
    assert "| PacDCGAN2 | 1,000 | 0.06 | arXiv:1712.04086, table 2 |" in rows
    assert "| `stacked-best` | 1,000.0 | 0.0280 ± 0.0014 | 30 CPU minutes on one thread, seed 0 |" in rows
    assert "| real data | 1,000.0 | 0.0230 ± 0.0000 | the training pictures |" in rows
    assert "- `stacked-best`: modes 1,000.0; the bar, at least 1,000.0, is met." in rows
    assert "- `stacked-best`: KL 0.0280; the bar, at most 0.0300, is met." in rows
    assert "| 1,000 | 61 | 998 | 0.200 |" in rows
    assert "| `hinge` | 1,000 | 61 | 998 |  |" in rows


def test_the_bench_trains_looks_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bench that stopped half-way counts the seconds before and looks at every eighth once."""
    monkeypatch.setattr(stacked, "report", functools.partial(stacked.report, count=200))
    reals, judge = stack(), Judge(3, seed()).eval().requires_grad_(False)
    config = tiny(data="stacked-mnist", nimg=640)
    notes: dict[str, Any] = {"cpu_seconds": 100.0, "wall_seconds": 200.0, "marks": []}
    run = Run(tmp_path / "run", config, reals, snapshots=0)
    run.start()
    stacked.train(run, judge, notes)
    marks = notes["marks"]
    assert [row["nimg"] for row in marks] == [80 * k for k in range(1, 9)]
    assert [row["cpu_seconds"] for row in marks] == sorted({row["cpu_seconds"] for row in marks})
    assert 100 < marks[0]["cpu_seconds"] < marks[-1]["cpu_seconds"] <= notes["cpu_seconds"] < 130
    assert notes["wall_seconds"] > 200
    assert json.loads((tmp_path / "run" / stacked.NOTES).read_text()) == notes
    seen = stacked.report(judge, stacked.fakes(run.trainer.G_ema, config.z_dim), seed=1)
    assert marks[-1]["reverse_kl"] == seen["reverse_kl"]


def test_the_bench_measures_with_as_many_pictures_as_told() -> None:
    judge = Judge(2, seed()).eval()
    asked: list[int] = []

    def pick(n: int, generator: torch.Generator) -> torch.Tensor:
        asked.append(n)
        return torch.rand(n, 3, 8, 8, generator=generator)

    report = stacked.report(judge, pick, 1, 700)
    assert asked == [500, 200]
    assert report["total"] == 8
    assert json.dumps(report)
