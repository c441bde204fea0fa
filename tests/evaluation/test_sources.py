"""Which data figures are of: a run's own folder, the one that is named, never another of the same name."""

from pathlib import Path

import pytest
import torch

from core_fixtures import made_up, tiny
from gan.commands.use import main
from gan.data.sets import load, located
from gan.data.stored import Stored
from gan.errors import DataError, GanError
from gan.evaluation.evaluate import Figures, evaluate, figures_of, same_parts, table
from gan.evaluation.sources import check_enough, measured_against
from gan.media.images import to_images
from gan.models.checkpoint import find_model, load_model, save_model
from gan.recipe.augment import augmentations_for
from gan.training.diagnosis import blind
from gan.training.runs import Run, read_config
from picture_folders import picture_folder

RESOLUTION = 8


@pytest.fixture(autouse=True)
def no_classifier(monkeypatch: pytest.MonkeyPatch) -> None:
    """One figure trains classifiers for two seconds, and nothing here asks what it is."""
    monkeypatch.setattr("gan.evaluation.evaluate.two_sample", lambda real, fake: 0.5)


def run_on(folder: Path, out: Path) -> Path:
    """The folder of a short run on the pictures of a folder."""
    config = tiny(data=located(f"folder:{folder}"), resolution=RESOLUTION, nimg=80)
    run = Run(out, config, load(config.data, resolution=RESOLUTION))
    run.start()
    assert list(run.ticks())
    return out


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return picture_folder(tmp_path_factory.mktemp("mine") / "pics", 120)


@pytest.fixture(scope="module")
def run(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_on(pictures, tmp_path_factory.mktemp("runs") / "mine")


def source_of(model: Path, data: str | None = None) -> str:
    path = find_model(model)
    return measured_against(load_model(path), path, data).config.data


def test_a_run_is_measured_against_its_own_folder(
    run: Path, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where another folder of that name lies here, and from wherever it is asked."""
    picture_folder(tmp_path / "pics", 120, first=500)
    monkeypatch.chdir(tmp_path)
    assert source_of(run) == f"folder:{pictures}"
    main(["evaluate", str(run), "--samples", "100"])
    assert f"mine, of folder:{pictures}\n" in capsys.readouterr().out
    assert str(pictures) not in (run / "model.json").read_text()


def test_a_published_card_names_no_place_and_takes_no_namesake(
    run: Path, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_model(load_model(run), tmp_path / "published")
    picture_folder(tmp_path / "pics", 120, first=500)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=r"published learnt from a folder called pics, .*--data folder:PATH"):
        source_of(tmp_path / "published")
    assert source_of(tmp_path / "published", f"folder:{pictures}") == f"folder:{pictures}"
    assert source_of(tmp_path / "published", "folder:pics") == f"folder:{tmp_path / 'pics'}"


def test_a_folder_that_has_gone_is_named(tmp_path: Path) -> None:
    pictures = picture_folder(tmp_path / "pics", 6)
    run = run_on(pictures, tmp_path / "run")
    pictures.rename(tmp_path / "moved")
    with pytest.raises(DataError, match=f"the folder {pictures} that run learnt from is not there: name another"):
        source_of(run)
    assert source_of(run, f"folder:{tmp_path / 'moved'}") == f"folder:{tmp_path / 'moved'}"


def test_other_data_must_be_of_the_models_kind(run: Path) -> None:
    with pytest.raises(GanError, match="ring is points"):
        source_of(run, "ring")
    assert read_config(run).data.startswith("folder:/")


def test_a_folder_that_changed_since_the_training_is_told(tmp_path: Path) -> None:
    pictures = picture_folder(tmp_path / "pics", 30)
    run = run_on(pictures, tmp_path / "run")
    picture_folder(tmp_path / "pics", 10, first=30)
    path = find_model(run)
    figures = evaluate(measured_against(load_model(path), path), count=100, path=path)
    assert figures["warnings"][0] == "the data are not those of the training: 30 pictures then, 40 now"


# ---- few pictures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pixels", "told"), [
    (made_up(1).rows, "the folder pics holds 1 picture: figures need 6 different ones at least"),
    (made_up(4).rows, "the folder pics holds 4 pictures: figures need 6 different ones at least"),
    (made_up(1).rows.expand(60, -1, -1, -1), "the folder pics holds 60 pictures, all of them the same: figures need"),
    (made_up(3).rows.repeat(20, 1, 1, 1), "the folder pics holds 60 pictures, and only 3 of them differ: figures"),
])  # fmt: skip
def test_too_few_are_named_with_their_folder_and_count(pixels: torch.Tensor, told: str) -> None:
    with pytest.raises(DataError, match=told):
        check_enough("folder:pics", Stored(pixels), 6)


def test_six_that_differ_are_enough_and_points_always_are() -> None:
    check_enough("folder:pics", made_up(6), 6)
    check_enough("ring", load("ring"), 6)


@pytest.mark.parametrize("count", [1, 4])
def test_evaluating_a_run_on_so_few_is_a_sentence(tmp_path: Path, count: int) -> None:
    run = run_on(picture_folder(tmp_path / "pics", count), tmp_path / "run")
    with pytest.raises(DataError, match=f"{tmp_path / 'pics'} holds {count} picture.*at least"):
        main(["evaluate", str(run), "--samples", "100"])


def judged(train: Stored, test: Stored, run: Path) -> Figures:
    return figures_of(load_model(run), train, test, to_images(made_up(100).rows))


def test_figures_say_what_few_pictures_make_of_them(run: Path) -> None:
    some = made_up(40)
    figures = judged(some, some, run)
    warnings = figures["warnings"]
    assert isinstance(warnings, list)
    assert warnings[0].startswith("40 pictures are too few to hold some out")
    assert warnings[1].startswith("40 pictures are fewer than the 64 features")
    assert [line for line in table(figures).splitlines() if line.startswith("careful: ")] == [
        f"careful: {warning}" for warning in warnings
    ]


def test_a_blind_critic_is_named(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not where both parts are the same: of what D learnt by heart it knows everything."""
    monkeypatch.setattr("gan.evaluation.evaluate.two_sample", lambda *_: 0.99)
    monkeypatch.setattr("gan.evaluation.evaluate.outranked", lambda *_: 0.3)
    many = made_up(400)
    train, test = (Stored(many.rows[part]) for part in (slice(200), slice(200, 400)))
    augment = augmentations_for(load_model(run).config.augment, 200)
    assert judged(train, test, run)["warnings"] == [blind(0.99, 0.7, augment)]
    assert not [said for said in judged(many, many, run)["warnings"] if "blind" in said]


def test_enough_pictures_in_two_parts_carry_no_warning(run: Path) -> None:
    many = made_up(400)
    train, test = (Stored(many.rows[part]) for part in (slice(200), slice(200, 400)))
    figures = judged(train, test, run)
    assert "warnings" not in figures
    assert "careful" not in table(figures)
    assert same_parts(load("ring"), load("ring")) == ""
