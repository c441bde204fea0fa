"""A third medium, made here: six bars. It trains, is evaluated, sampled and filmed, and no other file knows of it."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

import gan
from gan.commands.use import main
from gan.data.sets import DATASETS, Dataset, load
from gan.data.stored import Stored
from gan.errors import ConfigError, ModelError
from gan.evaluation.evaluate import evaluate
from gan.explore import portable
from gan.explore.render import film_latents, film_pictures, film_samples
from gan.media import MEDIA, Medium
from gan.media.medium import FileForm, Note, Shape, Traits
from gan.models.checkpoint import load_model
from gan.models.container import unpack
from gan.models.model import assemble
from gan.recipe.config import TrainConfig
from gan.training.runs import Run

SHAPE = (1, 6, 1)
TRAITS = {"height": 16}  # pixels of a chart


def chart(bars: Tensor, traits: Traits) -> Tensor:
    """A chart uint8 [N, height, 6, 1]: white from the bottom up to each bar's height."""
    height = traits["height"]
    heights = ((bars.flatten(1).clamp(-1, 1) + 1) / 2 * height).round()  # [N, 6]
    rows = torch.arange(height, 0, -1)[None, :, None]
    return (rows <= heights[:, None]).byte()[..., None] * 255


def heights(samples: Tensor, traits: Traits) -> list[str]:
    """The bars of each as whole numbers."""
    return [" ".join(map(str, row)) for row in to_rows(samples, traits).tolist()]


def to_bars(rows: Tensor, traits: Traits) -> Tensor:
    return rows.view(-1, *SHAPE).float() / 127.5 - 1


def to_rows(bars: Tensor, traits: Traits) -> Tensor:
    return ((bars.flatten(1).clamp(-1, 1) + 1) * 127.5).round().byte()


def rising(samples: Tensor) -> float:
    """The share of steps that go up."""
    return float((samples.flatten(1).diff() > 0).float().mean())


def check(shape: Shape, traits: Traits) -> None:
    if traits.get("height") != TRAITS["height"]:
        raise ConfigError("bars need their height")


def as_text(samples: Tensor, traits: Traits, note: Note) -> bytes:
    return "\n".join([note["model"], *heights(samples, traits)]).encode()


BARS = Medium(
    "bars", "bars", lambda shape: tuple(shape) == SHAPE, to_bars, to_rows, chart,
    lambda bars: (bars.flatten(1), "the bars themselves"), figures=("frechet", "coverage", "two_sample", "critic"),
    augmentations=(), array="bars", shown=9, judged=200, most=50, preset="digits", rates=lambda shape: (2e-3, 0.3),
    ends=("tanh",), says=heights, check=check, labels={"rising": "steps up"},
    measured=lambda compare: {"rising": rising(compare.fake), "rising_real": rising(compare.test)},
    files={".txt": FileForm(as_text, many=True), ".bar": FileForm(as_text)},
)  # fmt: skip


def some_bars(train: bool) -> Stored:
    """Bars that rise from left to right, with noise."""
    noise = torch.randn(400, *SHAPE, generator=torch.Generator().manual_seed(int(train)))
    rows = to_rows(torch.linspace(-0.8, 0.8, 6).view(1, *SHAPE) + 0.1 * noise, TRAITS)
    return Stored(rows, medium=BARS, traits=TRAITS)


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole of what is added: one medium, one data set."""
    entry = Dataset(
        "Rising bars", BARS, SHAPE, "made by this test", "none needed", lambda _, train, __: some_bars(train)
    )
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
    assert figures["rising_real"] > 0.95 > figures["rising"]  # a figure of its own


def test_it_is_sampled_to_files(run: Path, tmp_path: Path) -> None:
    main(["sample", str(run), "--seeds", "0-8", "--out", str(tmp_path / "a.npz")])
    arrays = np.load(tmp_path / "a.npz")
    assert arrays["bars"].shape == (9, *SHAPE)
    main(["sample", str(run), "--seeds", "0-8", "--scale", "1", "--out", str(tmp_path / "a.png")])
    with Image.open(tmp_path / "a.png") as sheet:
        shown = np.asarray(sheet)
    assert shown.shape == (3 * (TRAITS["height"] + 1) + 1, 3 * 7 + 1)
    first = chart(torch.from_numpy(arrays["bars"][:1]), TRAITS)[0, ..., 0].numpy()
    assert np.array_equal(shown[1 : TRAITS["height"] + 1, 1:7], first)


def test_it_is_saved_in_forms_of_its_own(run: Path, tmp_path: Path) -> None:
    model = gan.load(run)
    main(["sample", str(run), "--seeds", "4-6", "--out", str(tmp_path / "a.txt")])
    name, *lines = (tmp_path / "a.txt").read_text().splitlines()
    made = model.sample([4, 5, 6])
    assert (name, lines) == (model.name, str(made).splitlines())
    assert len(set(lines)) == 3
    assert str(made[-1]) == lines[-1]
    assert [str(one) for one in made] == lines
    with zipfile.ZipFile(io.BytesIO(made.file(".bar"))) as folder:  # a file for each
        assert [folder.read(file).decode().splitlines()[1] for file in folder.namelist()] == lines
    assert made[0].file(".bar").decode().splitlines() == [model.name, lines[0]]
    with pytest.raises(ConfigError, match=r"bars are saved as .png, .npz, .txt, .bar, not '.wav'"):
        made.wav()
    with pytest.raises(ConfigError, match="does not say which form"):
        made.save(tmp_path / "nameless")


def test_its_constants_travel_with_it(run: Path) -> None:
    model = load_model(run)
    assert model.traits == {"unit": 1.0} | TRAITS
    tensors, metadata = unpack(model.path.read_bytes(), model.path)  # type: ignore[union-attr]
    card = metadata["card"]
    assert card["traits"] == TRAITS
    with pytest.raises(ModelError, match="bars need their height"):
        assemble(model.name, tensors, card | {"traits": {}})


def test_it_is_filmed_and_goes_to_the_browser(run: Path) -> None:
    model = load_model(run)
    frames = film_pictures(model, film_latents([1, 2], 3, 4, "slerp", "once"))
    assert frames.shape == (5, TRAITS["height"], 6, 1)
    film = run.parent / "film.txt"
    main(["film", str(run), "--seeds", "1,2", "--frames", "4", "--turn", "once", "--out", str(film)])
    made = BARS.says(film_samples(model, film_latents([1, 2], 3, 4, "slerp", "once")), TRAITS)
    assert film.read_text().splitlines() == [model.name, *made]
    with pytest.raises(ConfigError):  # a form of one sample alone
        main(["film", str(run), "--seeds", "1,2", "--out", str(run.parent / "film.bar")])
    content = portable.generator(model)
    (length,) = np.frombuffer(content[:8], "<u8")
    note = json.loads(json.loads(content[8 : 8 + int(length)])["__metadata__"]["atelier"])
    assert (note["kind"], note["shape"], note["traits"]) == ("bars", list(SHAPE), TRAITS)


def test_what_means_nothing_for_it_is_refused(bars: None) -> None:
    for wrong in ({"augment": "flip"}, {"resolution": 16}, {"condition": "class"}):
        with pytest.raises(ConfigError, match="means nothing for bars"):
            TrainConfig(data="bars", **wrong)
    with pytest.raises(ConfigError, match="--end for bars is tanh, not choice"):
        TrainConfig(data="bars", end="choice")
    with pytest.raises(ConfigError, match="makes pictures, bars is bars"):
        TrainConfig(data="bars", network="dcgan")
