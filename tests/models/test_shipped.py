"""The weights that are shipped: whole, described, and what their page says."""

import json

import pytest

from bench import enlarge, weights
from bench.tables import RESULTS, read
from gan.explore import portable
from gan.explore.render import classes_of, pictures
from gan.latents import z_from_seeds
from gan.models.checkpoint import load_model, shipped, shipped_repairs
from gan.models.container import WEIGHTS
from gan.recipe.presets import PRESETS


def test_the_page_of_the_weights_is_what_the_code_writes() -> None:
    assert (WEIGHTS / "README.md").read_text() == weights.page(), "python -m bench.weights writes it"


@pytest.mark.parametrize("name", shipped())
def test_shipped_models_are_whole_and_described(name: str) -> None:
    model = load_model(name)
    page = (WEIGHTS / "README.md").read_text()
    assert f"python train.py --preset {name} " in page
    assert (WEIGHTS / f"{name}.png").is_file()
    assert (WEIGHTS / weights.near_sheet(name)).is_file() == model.medium.sized
    assert (WEIGHTS / f"{name}.safetensors").stat().st_size < 10_000_000
    assert {"source", "licence", "name", "label"} <= model.card["data"].keys()
    quality, labels = model.card["quality"], model.medium.labels
    assert quality["frechet"] > 0 if model.medium.sized else labels.keys() <= quality.keys()
    assert model.config == PRESETS[name]
    shown = pictures(model, z_from_seeds(range(8), model.G.z_dim), c=classes_of(model, range(8))).float()
    # Eight different pictures; a drawing is mostly paper.
    assert shown.flatten(1).std(0).mean() > (20 if model.medium.sized or model.medium.moving else 2)
    assert len({picture.numpy().tobytes() for picture in shown}) == 8


@pytest.mark.parametrize(("name", "said"), [
    ("spoken-digits-style", " from an earlier state of it on, which had seen 160,000"),
    ("swinging-digits", " from mnist-style on"), ("mnist-style", ""),
])  # fmt: skip
def test_the_page_says_what_a_run_went_on_from(name: str, said: str) -> None:
    model = load_model(name)
    assert weights.begun(model) == said
    assert f" s{said}, " in (WEIGHTS / "README.md").read_text().partition(f"\n## {name}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("name", shipped_repairs())
def test_shipped_repairs_are_described_and_better_than_a_filter(name: str) -> None:
    model = load_model(name)
    page = (WEIGHTS / "README.md").read_text()
    assert f"\n## {name}\n" in page
    assert f"python train.py --preset {weights.preset_of(name)} " in page
    assert (WEIGHTS / f"{name}.png").is_file()
    assert len(portable.generator(model)) < 3_000_000
    assert model.config == PRESETS[weights.preset_of(name)]
    quality = model.card["quality"]
    assert quality["frechet"] < quality["frechet_bicubic"]
    assert quality["psnr"] > quality["psnr_bicubic"] - 1
    row = next(row for row in read(RESULTS)["enlarge"]["rows"] if row["model"] == name)
    assert quality == json.loads(json.dumps(enlarge.quality(row)))


def test_the_promised_models_are_shipped() -> None:
    assert {"mnist-mlp", "mnist-dcgan", "fashion-dcgan", "digits-mlp"} <= set(shipped())
    assert {"mnist-style", "fashion-style", "kanji-style-64", "faces-style-64"} <= set(shipped())
