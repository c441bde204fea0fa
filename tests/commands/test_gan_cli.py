"""`python -m gan sample | film | evaluate | export`: what they leave behind, and how they answer mistakes."""

import io
import json
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence

from core_fixtures import tiny_model
from gan.commands.use import main
from gan.data.sets import load
from gan.errors import GanError, ModelError
from gan.evaluation.evaluate import table
from gan.explore import portable
from gan.explore.render import render
from gan.explore.samples import Samples
from gan.explore.views import from_query, picture
from gan.latents import z_from_seeds
from gan.media.films import FILMS, settings_of
from gan.media.images import to_pixels
from gan.models.checkpoint import load_model, save_model
from gan.models.model import STATISTICS, assemble
from gan.recipe.config import TrainConfig
from gan.training.runs import model_of
from gan.training.trainer import Trainer


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("digits") / "tiny-digits"
    save_model(tiny_model(name="tiny-digits"), path)
    return path


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = TrainConfig(data="ring", nimg=64, batch=8, z_dim=2, g_widths=(8,), d_widths=(8,))
    trainer = Trainer(config, load("ring"))
    trainer.step()
    path = tmp_path_factory.mktemp("ring") / "tiny-ring"
    save_model(model_of(trainer, "tiny-ring", 0.0), path)
    return path


def test_npz_holds_seeds_latents_and_images(digits: Path, tmp_path: Path) -> None:
    main(["sample", str(digits), "--seeds", "0-63", "--out", str(tmp_path / "raw.npz")])
    with np.load(tmp_path / "raw.npz") as raw:
        assert raw["seeds"].tolist() == list(range(64))
        assert raw["z"].shape == (64, 4)
        assert raw["images"].dtype == np.float32
        assert raw["images"].shape == (64, 1, 8, 8)
        assert np.abs(raw["images"]).max() <= 1
        alone = render(load_model(digits), z_from_seeds([42], 4))
        assert np.abs(raw["images"][42] - alone[0].numpy()).max() < 1e-5


def test_npz_of_points_is_in_the_units_of_the_data(ring: Path, tmp_path: Path) -> None:
    main(["sample", str(ring), "--seeds", "0-9", "--out", str(tmp_path / "raw.npz")])
    with np.load(tmp_path / "raw.npz") as raw:
        expected = render(load_model(ring), z_from_seeds(range(10), 2)).numpy()
        assert raw["points"].shape == (10, 2)
        assert np.abs(raw["points"] - expected).max() < 1e-5


def test_grid_png_shows_the_pictures_in_order(digits: Path, tmp_path: Path) -> None:
    main(["sample", str(digits), "--seeds", "3,42,5,8", "--scale", "1", "--out", str(tmp_path / "grid.png")])
    sheet = np.asarray(Image.open(tmp_path / "grid.png"))
    assert sheet.shape == (2 * 9 + 1, 2 * 9 + 1)
    second = to_pixels(render(load_model(digits), z_from_seeds([42], 4)))[0, ..., 0].numpy()
    assert (sheet[1:9, 10:18] == second).all()


def test_what_a_link_shows_is_a_file_of_its_medium(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, out, link = load_model("graphs-mlp"), tmp_path / "one.json", "seed=7&c=1&psi=0.7"
    main(["sample", model.name, "--view", f"https://example.org/?tab=explore&{link}", "--out", str(out)])
    view = from_query(link, model.name)
    content = json.loads(out.read_text("utf-8"))
    assert content["graph"] == {"model": model.name, "link": f"?{view.query()}"}
    made = Samples(model, picture(model, view), content["graph"])
    assert out.read_bytes() == made.file(".json")
    assert "one.json" in capsys.readouterr().out
    with pytest.raises(GanError, match=r"goes into a \.png, \.graphml, \.json, not 'one\.mid'"):
        main(["sample", model.name, "--view", link, "--out", str(tmp_path / "one.mid")])


def test_psi_zero_makes_all_pictures_one(digits: Path, tmp_path: Path) -> None:
    main(["sample", str(digits), "--seeds", "1,2", "--psi", "0", "--out", str(tmp_path / "mean.npz")])
    with np.load(tmp_path / "mean.npz") as raw:
        assert np.abs(raw["images"][0] - raw["images"][1]).max() < 1e-6


@pytest.mark.parametrize("suffix", FILMS)
def test_film_has_its_frames(digits: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"film{suffix}"
    main(["film", str(digits), "--seeds", "1,7,42", "--frames", "4", "--out", str(out)])
    told = settings_of(out.read_bytes())["film"]
    assert [key["seed"] for key in told["keys"]] == [1, 7, 42]
    if suffix == ".mp4":
        with av.open(out) as container:
            frames = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
        assert len(frames) == 12  # a loop: three keys, four frames each
        key = to_pixels(render(load_model(digits), z_from_seeds([7], 4)))[0, ..., 0]
        shown = torch.from_numpy(frames[4]).float()
        side = shown.shape[0] // 8
        small = shown.unfold(0, side, side).unfold(1, side, side).mean((2, 3))
        assert (small - key).abs().mean() < 12  # H.264 is lossy; another seed is 30 and more away
    elif suffix == ".zip":
        with zipfile.ZipFile(out) as folder:
            assert len(folder.namelist()) == 1 + 12
    elif suffix == ".png":
        with Image.open(out) as sheet:
            assert sheet.size == (3 * 113 + 1, 4 * 113 + 1)
    else:
        with Image.open(out) as film:
            assert len(list(ImageSequence.Iterator(film))) == 12
            assert film.size == (448, 448)


def test_evaluate_writes_the_table_and_the_json(
    digits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["evaluate", str(digits), "--samples", "300", "--json", str(tmp_path / "figures.json")])
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["samples"] == 300
    assert figures["frechet"] > 5 * figures["frechet_real"]  # it is hardly trained
    assert figures["two_sample"] > 0.9
    assert figures["coverage"] < figures["coverage_real"]
    assert table(figures) in capsys.readouterr().out


def test_evaluate_points(ring: Path, tmp_path: Path) -> None:
    main(["evaluate", str(ring), "--json", str(tmp_path / "figures.json")])
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert (figures["samples"], figures["total"], figures["modes_real"]) == (2500, 8, 8)
    assert figures["high_quality_real"] > 0.97
    assert figures["high_quality"] < 0.9


def test_export_leaves_a_model_that_opens_with_its_quality(digits: Path, tmp_path: Path) -> None:
    (tmp_path / "q.json").write_text(json.dumps({"model": "x", "frechet": 3.5}))
    main(["export", str(digits), "--quality", str(tmp_path / "q.json"), "--out", str(tmp_path / "mine")])
    model = load_model(tmp_path / "mine")
    assert model.card["quality"] == {"frechet": 3.5}
    z = z_from_seeds([1, 2], 4)
    assert torch.equal(render(model, z), render(load_model(digits), z))


def test_a_gif_that_is_too_fast_says_what_it_leaves_out(
    digits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for fps, less in (("60", " (a .gif shows at most 50 frames a second: 10 of the 12 frames are in it)"), ("50", "")):
        out = tmp_path / f"at-{fps}.gif"
        main(["film", str(digits), "--seeds", "1,7,42", "--frames", "4", "--fps", fps, "--out", str(out)])
        assert capsys.readouterr().out == f"12 frames of tiny-digits: {out}{less}\n"
        with Image.open(out) as file:
            assert [frame.info["duration"] for frame in ImageSequence.Iterator(file)] == [20] * (10 if less else 12)


def test_film_of_points(ring: Path, tmp_path: Path) -> None:
    main(["film", str(ring), "--seeds", "1,7", "--frames", "3", "--out", str(tmp_path / "x.gif")])
    assert Image.open(tmp_path / "x.gif").n_frames == 6


WRONG = {
    "seeds abc": ["sample", "MODEL", "--seeds", "abc", "--out", "x.png"],
    "psi nan": ["sample", "MODEL", "--psi", "nan", "--out", "x.png"],
    "psi abc": ["sample", "MODEL", "--psi", "abc", "--out", "x.png"],
    "suffix": ["sample", "MODEL", "--out", "x.tiff"],
    "no such model": ["sample", "no-such-model", "--out", "x.png"],
    "one seed": ["film", "MODEL", "--seeds", "1", "--out", "x.gif"],
    "frames": ["film", "MODEL", "--frames", "0", "--out", "x.gif"],
    "fps": ["film", "MODEL", "--fps", "nan", "--out", "x.gif"],
    "film suffix": ["film", "MODEL", "--out", "x.avi"],
    "samples": ["evaluate", "MODEL", "--samples", "-5"],
    "evaluate seed": ["evaluate", "MODEL", "--seed", "99999999999999999999"],
    "export to no name": ["export", "MODEL", "--out", "/"],
    "export upwards": ["export", "MODEL", "--out", ".."],
    "shown at no psi": ["export", "MODEL", "--psi", "1.6", "--out", "y"],
    "a page's psi": ["export", "--static", "y", "--psi", "1", "MODEL"],
    "quality": ["export", "MODEL", "--quality", "nowhere.json", "--out", "y"],
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_one_sentence(
    case: str, digits: Path, ring: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    argv = [{"MODEL": str(digits), "RING": str(ring)}.get(word, word) for word in WRONG[case]]
    with pytest.raises(GanError) as caught:
        main(argv)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []  # nothing half-made is left


@pytest.mark.parametrize("name", ["v1.2", "v1.3", "mine.safetensors"])
def test_a_dot_is_part_of_the_name(digits: Path, tmp_path: Path, name: str) -> None:
    main(["export", str(digits), "--out", str(tmp_path / name)])
    stem = name.removesuffix(".safetensors")
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"{stem}.json", f"{stem}.safetensors"]
    assert load_model(tmp_path / stem).card["name"] == stem


def test_a_model_may_be_shown_nearer_to_the_mean_at_first(digits: Path, tmp_path: Path) -> None:
    main(["export", str(digits), "--psi", "0.7", "--out", str(tmp_path / "near")])
    near, plain = load_model(tmp_path / "near"), load_model(digits)
    assert (near.psi, plain.psi) == (0.7, plain.medium.psi)
    assert torch.equal(near.G(torch.ones(1, near.G.z_dim)), plain.G(torch.ones(1, plain.G.z_dim)))
    file = portable.generator(near)
    (note,) = json.loads(file[8 : 8 + int.from_bytes(file[:8], "little")])["__metadata__"].values()
    assert json.loads(note)["psi"] == 0.7


CARDS: dict[str, dict[str, object]] = {
    "shape not finite": {"shape": [1, float("inf"), 8]},
    "shape as text": {"shape": "188"},
    "unit not a number": {"unit": float("nan")},
    "huge": {"shape": [256, 256, 256], "config": {"g_widths": [2048] * 8, "d_widths": [2048] * 8}},
}


@pytest.mark.parametrize("case", CARDS)
def test_a_card_cannot_ask_for_more_than_its_file_holds(digits: Path, case: str) -> None:
    model = load_model(digits)
    tensors = {f"G.{k}": v for k, v in model.G.state_dict().items()} | {"stats.w_avg": model.w_avg}
    with pytest.raises(GanError, match=r"out of range|larger network"):
        assemble("odd", tensors, model.card | CARDS[case])


@pytest.mark.parametrize("psi", [-0.1, 1.6, float("nan"), "x", ["0.7"], None])
def test_a_card_shows_its_model_at_no_other_psi(digits: Path, psi: object) -> None:
    model = load_model(digits)
    tensors = {f"{part}.{k}": v for part in "GD" for k, v in getattr(model, part).state_dict().items()}
    tensors |= {f"stats.{name}": getattr(model, name) for name in STATISTICS}
    assert assemble("right", tensors, model.card | {"psi": 0.5}).psi == 0.5
    with pytest.raises(ModelError, match="card and weights do not fit"):
        assemble("odd", tensors, model.card | {"psi": psi})


def test_damaged_models_are_named(digits: Path, tmp_path: Path) -> None:
    whole = digits.with_suffix(".safetensors").read_bytes()
    pickled = io.BytesIO()
    torch.save({"weight": torch.zeros(3)}, pickled)
    for name, content in {"cut": whole[: len(whole) // 2], "pickle": pickled.getvalue(), "empty": b""}.items():
        (tmp_path / f"{name}.safetensors").write_bytes(content)
        with pytest.raises(GanError, match=f"{name}.safetensors"):
            main(["sample", str(tmp_path / f"{name}.safetensors"), "--out", str(tmp_path / "x.png")])
