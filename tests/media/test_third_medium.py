"""A third medium, made here: six bars. It trains, is evaluated, sampled and filmed, and no other file knows of it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from gan.commands.use import main
from gan.data.points import ALL, Compared
from gan.data.sets import DATASETS, Dataset, load
from gan.errors import ConfigError
from gan.evaluation.evaluate import evaluate
from gan.explore import portable
from gan.explore.render import film_latents, film_pictures
from gan.media import MEDIA, Medium
from gan.models.checkpoint import load_model
from gan.recipe.config import TrainConfig
from gan.training.runs import Run

SHAPE, HEIGHT = (1, 6, 1), 16


def chart(bars: Tensor, unit: float) -> Tensor:
    """A chart uint8 [N, 16, 6, 1]: white from the bottom up to each bar's height."""
    heights = ((bars.flatten(1).clamp(-1, 1) + 1) / 2 * HEIGHT).round()  # [N, 6]
    rows = torch.arange(HEIGHT, 0, -1)[None, :, None]
    return (rows <= heights[:, None]).byte()[..., None] * 255


BARS = Medium(
    "bars", "bars", lambda shape: tuple(shape) == SHAPE, chart, lambda bars: (bars.flatten(1), "the bars themselves"),
    figures=("frechet", "coverage", "two_sample", "critic"), augmentations=(), array="bars", shown=9, judged=200,
    most=50, preset="digits", rates=lambda shape: (2e-3, 0.3),
)  # fmt: skip


@dataclass(frozen=True)
class Bars:
    """Bars that rise from left to right, with noise."""

    medium: ClassVar[Medium] = BARS
    shape: ClassVar[tuple[int, ...]] = SHAPE
    unit: ClassVar[float] = 1.0
    classes: ClassVar[tuple[str, ...]] = ()
    size: ClassVar[int] = 0
    centres: ClassVar[Tensor | None] = None
    std: ClassVar[float] = 0.0

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        rising = torch.linspace(-0.8, 0.8, 6).view(1, *SHAPE)
        return rising + 0.1 * torch.randn(n, *SHAPE, generator=generator)

    def labelled(self, n: int, generator: torch.Generator, part: slice = ALL) -> tuple[Tensor, None]:
        return self.sample(n, generator)[part], None

    def compared(self, other: object, count: int, seed: int) -> Compared:
        generator = torch.Generator().manual_seed(seed)
        return Compared(self.sample(count, generator), self.sample(count, generator))

    def to(self, device: torch.device) -> "Bars":
        return self


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole of what is added: one medium, one data set."""
    entry = Dataset("Rising bars", BARS, SHAPE, "made by this test", "none needed", lambda *_: Bars())
    monkeypatch.setitem(MEDIA, "bars", BARS)
    monkeypatch.setitem(DATASETS, "bars", entry)


@pytest.fixture
def run(bars: None, tmp_path: Path) -> Path:
    """The folder of a run of three steps."""
    config = TrainConfig(data="bars", nimg=24, batch=8, z_dim=3, g_widths=(12,), d_widths=(12,))
    run = Run(tmp_path / "run", config, load("bars"))
    run.start()
    assert [tick.nimg for tick in run.ticks()][-1] == 24
    return run.folder


def test_it_trains_and_its_samples_are_looked_at(run: Path) -> None:
    with Image.open(run / "samples" / "0000000024.png") as sheet:
        assert sheet.size[0] > sheet.size[1] * 0.5
        assert set(np.unique(np.asarray(sheet))) <= {0, 128, 255}
    assert len(list((run / "history").iterdir())) >= 2  # snapshots for the film of its training


def test_it_is_evaluated_by_the_figures_that_it_names(run: Path) -> None:
    figures = evaluate(load_model(run))
    assert figures["samples"] == 200
    assert figures["features"] == "the bars themselves"
    assert {"frechet", "recall", "two_sample", "critic_rank"} <= figures.keys()
    assert "modes" not in figures
    assert figures["frechet_real"] < figures["frechet"]  # three steps are few


def test_it_is_sampled_to_files(run: Path, tmp_path: Path) -> None:
    main(["sample", str(run), "--seeds", "0-8", "--out", str(tmp_path / "a.npz")])
    arrays = np.load(tmp_path / "a.npz")
    assert arrays["bars"].shape == (9, *SHAPE)
    main(["sample", str(run), "--seeds", "0-8", "--scale", "1", "--out", str(tmp_path / "a.png")])
    with Image.open(tmp_path / "a.png") as sheet:
        shown = np.asarray(sheet)
    assert shown.shape == (3 * (HEIGHT + 1) + 1, 3 * 7 + 1)
    first = chart(torch.from_numpy(arrays["bars"][:1]), 1.0)[0, ..., 0].numpy()
    assert np.array_equal(shown[1 : HEIGHT + 1, 1:7], first)


def test_it_is_filmed_and_goes_to_the_browser(run: Path) -> None:
    model = load_model(run)
    frames = film_pictures(model, film_latents([1, 2], 3, 4, "slerp", "once"))
    assert frames.shape == (5, HEIGHT, 6, 1)
    content = portable.generator(model)
    (length,) = np.frombuffer(content[:8], "<u8")
    note = json.loads(json.loads(content[8 : 8 + int(length)])["__metadata__"]["atelier"])
    assert (note["kind"], note["shape"]) == ("bars", list(SHAPE))


def test_what_means_nothing_for_it_is_refused(bars: None) -> None:
    for wrong in ({"augment": "flip"}, {"resolution": 16}, {"condition": "class"}):
        with pytest.raises(ConfigError, match="means nothing for bars"):
            TrainConfig(data="bars", **wrong)
    with pytest.raises(ConfigError, match="makes pictures, bars is bars"):
        TrainConfig(data="bars", network="dcgan")
