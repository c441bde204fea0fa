"""The README says what is there, and its commands work."""

import dataclasses
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import classics, explore, glance, lesson, live, presets, recipes, weights
from bench.tables import RESULTS, read
from core_fixtures import ROOT
from gan.commands import train
from gan.commands.use import main
from gan.data.sets import DATASETS
from gan.explore.render import classes_of, pictures
from gan.latents import z_from_seeds
from gan.live.illness_presets import ILLNESS_PRESETS
from gan.live.limits import LiveLimits
from gan.live.recipes import LIVE_DATA
from gan.live.setup import PRETRAINED, Setup
from gan.models.checkpoint import load_model, shipped
from gan.models.container import WEIGHTS
from gan.recipe.config import TrainConfig, flag
from gan.recipe.objectives import OBJECTIVES
from gan.recipe.presets import PRESETS

README = (ROOT / "README.md").read_text()
COMMANDS = [line.strip().partition("  #")[0] for line in README.splitlines() if line.startswith("    python ")]


@pytest.mark.parametrize("name", [*OBJECTIVES, *DATASETS, *PRESETS, *shipped()])
def test_everything_of_the_tables_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README


def test_every_paper_is_in_the_readme() -> None:
    assert [o.paper for o in OBJECTIVES.values() if o.paper not in README] == []


@pytest.mark.parametrize("f", dataclasses.fields(TrainConfig), ids=lambda f: f.name)
def test_every_setting_is_in_the_readme_with_its_sentence(f: "dataclasses.Field[object]") -> None:
    assert f"| `{flag(f.name)}` | {f.metadata['help']} |" in README


def test_the_readme_opens_a_space() -> None:
    front = README.split("---")[1]
    assert re.search(r"^sdk: gradio$", front, re.MULTILINE)
    assert re.search(r"^app_file: app.py$", front, re.MULTILINE)
    assert re.search(r"^sdk_version: 6\.\d+\.\d+$", front, re.MULTILINE)


def result(name: str) -> Any:
    """What a bench printed as its last line, in the run that the README quotes."""
    return json.loads((ROOT / "bench" / "results" / f"{name}.json").read_text())


def test_the_figures_are_the_benches() -> None:
    lines = [classics.line(name, scores) for name, scores in result("classics")["classics"].items()]
    lines += [presets.line(row) for row in result("presets")["presets"]]
    lines += [recipes.line(row) for row in result("recipes")["recipes"]]
    lines += [recipes.summary(name, result("recipes")["ills"]) for name in ILLNESS_PRESETS]
    lines += [live.line(data, row) for data, row in result("live")["live"].items()]
    lines += [explore.line(name, row) for name, row in result("explore")["slider"].items()]
    assert [line for line in lines if line not in README] == []
    assert len(lines) == 5 + 12 + 18 + 4 + 3 + len(shipped()) + 1
    assert [said for said in explore.sentences(result("explore")) if said not in " ".join(README.split())] == []
    assert recipes.plainly(result("recipes")["recipes"]) in " ".join(README.split())
    assert glance.table(read(RESULTS)) in README
    assert [said for said in glance.sentences(read(RESULTS)) if said not in " ".join(README.split())] == []
    assert [said for said in live.sentences(result("live")) if said not in " ".join(README.split())] == []


def test_every_limit_of_the_host_is_in_the_readme() -> None:
    for f in dataclasses.fields(LiveLimits):
        default = f"{f.default:,}".removesuffix(".0")
        assert f"| `GAN_LIVE_{f.name.upper()}` | {default} |" in README


@pytest.mark.parametrize("name", LIVE_DATA)
def test_every_live_run_can_start_from_a_trained_model(name: str) -> None:
    (config,) = Setup.of({"data": name, "start": PRETRAINED}).configs()
    assert load_model(config.start).config.data == name


def test_the_lessons_pictures_are_those_of_its_command() -> None:
    assert set(re.findall(r"docs/lesson/([^)]+)\.png", README)) == lesson.PICTURES.keys()
    for link, _ in lesson.PICTURES.values():
        Setup.from_query(link)


def test_files_named_in_the_readme_exist() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 9


@pytest.mark.parametrize("line", [c for c in COMMANDS if c.startswith("python train.py")])
def test_train_commands_name_a_possible_run(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    args = train.parser(everything=False).parse_args(shlex.split(line)[2:])
    if args.preset:
        assert args.preset in PRESETS
    given = {f.name: v for f in dataclasses.fields(TrainConfig) if (v := getattr(args, f.name)) is not None}
    dataclasses.replace(train.preset_for(args.preset, given), **given)


@pytest.mark.parametrize("line", [c for c in COMMANDS if c.startswith("python -m gan") and "evaluate" not in c])
def test_gan_commands_run(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    argv = shlex.split(line)[3:]
    if argv[1].startswith("runs/"):  # the run of somebody who read on
        Path(argv[1]).mkdir(parents=True)
        for suffix in (".safetensors", ".json"):
            shutil.copy(WEIGHTS / f"{shipped()[0]}{suffix}", Path(argv[1]) / f"model{suffix}")
    main(argv)
    if "--static" in argv:
        assert (Path(argv[argv.index("--static") + 1]) / "index.html").stat().st_size > 10_000
        return
    out = Path(argv[argv.index("--out") + 1])
    assert [p for p in out.parent.iterdir() if p.name.startswith(out.name) and p.stat().st_size > 500]


def test_train_alone_trains_and_says_how_to_open_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "train.py"), "--nimg", "20000"], cwd=tmp_path, capture_output=True, text=True,
        timeout=240, check=True,
    )  # fmt: skip
    assert "python app.py runs/digits-1" in done.stdout
    assert load_model(tmp_path / "runs" / "digits-1").card["nimg"] >= 20_000


def test_the_page_of_the_weights_is_what_the_code_writes() -> None:
    assert (WEIGHTS / "README.md").read_text() == weights.page(), "python -m bench.weights writes it"


@pytest.mark.parametrize("name", shipped())
def test_shipped_models_are_whole_and_described(name: str) -> None:
    model = load_model(name)
    page = (WEIGHTS / "README.md").read_text()
    assert f"python train.py --preset {name} " in page
    assert (WEIGHTS / f"{name}.png").is_file()
    assert (WEIGHTS / f"{name}.safetensors").stat().st_size < 10_000_000
    assert {"source", "licence", "name", "label"} <= model.card["data"].keys()
    assert model.card["quality"]["frechet"] > 0
    assert model.config == PRESETS[name]
    shown = pictures(model, z_from_seeds(range(8), model.G.z_dim), c=classes_of(model, range(8))).float()
    assert shown.flatten(1).std(0).mean() > 20  # eight different pictures


def test_the_promised_models_are_shipped() -> None:
    assert {"mnist-mlp", "mnist-dcgan", "fashion-dcgan", "digits-mlp"} <= set(shipped())
    assert {"mnist-style", "fashion-style", "kanji-style-64", "faces-style-64"} <= set(shipped())
