"""The benches of inversion and repair: classical filters do what they are called, and tables say what was measured."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest
import torch

from bench import filters, invert, repair
from core_fixtures import seed
from gan.data.stored import Stored
from gan.explore.damage import MEASURED_DAMAGES, downscaled, salted, with_hole
from gan.media.images import to_images
from gan.models.model import Model

SIDE = 16
Y, X = torch.meshgrid(torch.linspace(-1, 1, SIDE), torch.linspace(-1, 1, SIDE), indexing="ij")


def hole() -> torch.Tensor:
    known = torch.ones(1, 1, SIDE, SIDE)
    known[..., 5:11, 6:12] = 0
    return known


def test_a_harmonic_filling_continues_a_slope_and_a_biharmonic_one_a_bend() -> None:
    slope, bend = (0.5 * X + 0.3 * Y)[None, None], (X * X - Y * Y + 0.2 * X * X * Y)[None, None] / 2
    harmonic = filters.smooth_fill(with_hole(slope, hole()), 1)
    assert torch.allclose(harmonic, slope, atol=1e-5)
    biharmonic = filters.smooth_fill(with_hole(bend, hole()), 2)
    assert torch.allclose(biharmonic, bend, atol=1e-5)
    assert not torch.allclose(filters.smooth_fill(with_hole(bend, hole()), 1), bend, atol=1e-3)


def test_total_variation_takes_noise_and_leaves_an_edge() -> None:
    edge = torch.where(X > 0, 0.8, -0.8)[None, None]
    given = MEASURED_DAMAGES["noise .2"](edge, seed())
    made = filters.total_variation(given, 0.3)
    assert (made - edge).square().mean() < 0.3 * (given.pictures - edge).square().mean()
    assert made[..., :7].mean() < -0.5 < 0.5 < made[..., 9:].mean()
    assert torch.allclose(filters.total_variation(with_hole(edge, torch.ones(1, 1, SIDE, SIDE)), 1e-6), edge, atol=1e-3)


def test_a_median_takes_salt_and_a_larger_picture_is_smooth() -> None:
    flat = torch.full((1, 1, SIDE, SIDE), 0.3)
    assert (filters.median(salted(flat, 0.1, seed()), 3) == 0.3).float().mean() > 0.95
    assert torch.allclose(filters.interpolated(downscaled(flat, 4), "bicubic"), flat, atol=1e-5)


@pytest.mark.parametrize("name", MEASURED_DAMAGES)
def test_every_damage_has_filters(name: str) -> None:
    images = ((0.5 * X + 0.3 * Y)[None, None]).repeat(2, 1, 1, 1)
    given = MEASURED_DAMAGES[name](images, seed())
    for run in filters.fitting(given).values():
        made = run(given)
        assert made.shape == images.shape
        assert made.abs().max() <= 1
        assert (made - images).square().mean() < (given.pictures - images).square().mean()


def test_a_judge_is_trained_for_grey_pictures_that_have_classes_and_none_shipped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    labels = torch.arange(256) % 2
    rows = torch.zeros(256, 8, 8, 1, dtype=torch.uint8)
    rows[labels == 1] = 255
    monkeypatch.setattr(invert.sets, "load", lambda name: Stored(rows, labels, ("black", "white")))
    judge = invert.judge_of("nowhere")
    assert judge is not None
    assert torch.equal(judge(to_images(rows[:8])).argmax(1), labels[:8])


@pytest.mark.parametrize("kind", invert.KINDS)
def test_a_handwriting_is_of_its_kind_and_no_other(kind: str) -> None:
    usual = invert.handwriting_of("", 50, seed())
    writing = invert.handwriting_of(kind, 50, seed())
    odd = {name for name in vars(writing) if not torch.equal(vars(writing)[name], vars(usual)[name])}
    names = {
        "thin": {"radius"}, "thick": {"radius"}, "small": {"size"}, "large": {"size"}, "shifted": {"x", "y"},
        "turned": {"tilt"}, "wobbly": {"wobble"}, "all": {"radius", "size", "x", "y", "tilt", "wobble"},
    }  # fmt: skip
    assert odd == names[kind]


def inverted() -> dict[str, object]:
    found = {"db": 21.44, "recognised": 0.985, "ms": 12.3}
    ways = dict.fromkeys(["the encoder alone", "50 steps", "200 steps"], found)
    changed = {"kept": 0.94, "sure": 0.8}
    drawings = {kind: {"framed": 0.97, "answer_raw": 0.9, "answer": 0.935} for kind in invert.KINDS}
    return {"model": "mnist-style", "pictures": 200, "real": 0.995, "ways": ways, "drawings": drawings,
            "changed": {"faithful": changed, "easy to change": changed}}  # fmt: skip


def test_the_table_of_inversion_says_what_was_measured_and_which_bars_are_missed() -> None:
    begun = {"model": "faces-style-64", "pictures": 200, "real": None, "ways": {
        "the encoder alone": {"db": 17.0, "recognised": None, "ms": 3.0}},
        "changed": {"faithful": {"kept": 0.8, "sure": 0.7}}}  # fmt: skip
    page = invert.table({"models": [inverted(), begun]})
    assert "| faithful | 0.94, 0.80 | 0.80, 0.70 |" in page
    assert "| easy to change | 0.94, 0.80 |  |" in page
    assert "| the encoder alone | 21.4 | 98.5% | 12 |" in page
    assert "| the encoder alone | 17.0 |  | 3 |" in page
    assert "the encoder alone: PSNR 21.4; the bar, at least 21.5, is missed." in page
    assert "the encoder alone: recognised 98.5%; the bar, at least 98.0%, is met." in page
    assert "faithful: class kept 0.94; the bar, at least 0.93, is met." in page
    assert "easy to change: class kept 0.94; the bar, at least 0.95, is missed." in page
    assert "| mean | | 93.5% |" in page
    assert "answers recognised 93.5%; the bar, at least 93.0%, is met." in page


def test_the_table_of_repair_says_what_was_measured_and_which_bars_are_missed() -> None:
    found = {
        "damaged": {"db": 9.0, "recognised": 0.1}, "classical": {"filter": "TV 0.6", "db": 12.0, "recognised": 0.5},
        "model": {"db": 19.8, "recognised": 0.95}, "ms": 151.0,
    }  # fmt: skip
    answers = {"shown": 3.2, "classes": 1.9, "among": 0.93}
    row = {"model": "mnist-style", "pictures": 200, "damages": dict.fromkeys(MEASURED_DAMAGES, found),
           "answers": {"half": answers, "box": answers}}  # fmt: skip
    page = repair.table({"models": [row]})
    assert "| box | 9.0 / 10.0% | TV 0.6: 12.0 / 50.0% | 19.8 / 95.0% | 151 |" in page
    assert "`mnist-style`, box: PSNR 19.8; the bar, at least 20.0, is missed." in page
    assert "`mnist-style`, noise .5: PSNR 19.8; the bar, at least 19.5, is met." in page
    assert "milliseconds 151; the bar, at most 150, is missed." in page
    assert "classes 1.9; the bar, at least 1.8, is met." in page
    assert "the true class among them 93.0%; the bar, at least 95.0%, is missed." in page


def test_a_bench_goes_on_with_the_pieces_that_are_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a model whose file is another one, or of other pictures, nothing is kept."""
    out, made = tmp_path / "few.json", []

    class Bench:
        __file__, __doc__ = str(tmp_path / "few.py"), "few"
        MODELS = ("mnist-style", "digits-mlp")

        @staticmethod
        def measured(model: Model, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
            for piece in ("a", "b"):
                if piece not in row:
                    made.append((model.name, piece))
                    row = row | {piece: 1}
                    yield row
                    if len(made) == 3:
                        raise KeyboardInterrupt

        @staticmethod
        def table(result: dict[str, Any]) -> str:
            return "table"

    def run(*flags: str) -> list[dict[str, Any]]:
        argv = ["--out", str(out), "--pictures", "9", *flags]
        invert.model_by_model(argv, cast(ModuleType, Bench), "encoder", lambda row: str(row["model"]))
        return list(json.loads(out.read_text())["models"])

    with pytest.raises(KeyboardInterrupt):
        run()
    rows = run("--resume")
    assert made == [(name, piece) for name in Bench.MODELS for piece in ("a", "b")]
    assert [row["model"] for row in rows] == list(Bench.MODELS)
    assert all({"a", "b", "files", "seed"} <= row.keys() and row["pictures"] == 9 for row in rows)
    out.write_text(json.dumps({"models": [rows[0] | {"files": ["x", "y"]}, rows[1]]}))
    assert run("--resume") == rows
    assert made[4:] == [("mnist-style", "a"), ("mnist-style", "b")]
    assert "table" in capsys.readouterr().out
