"""Films of a training that are kept as samples: made, read again, refused where they are damaged, and shipped."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core_fixtures import tiny_model
from each import each
from gan.commands.use import main
from gan.errors import ConfigError, ModelError, RunError
from gan.explore.render import render
from gan.latents import z_from_seeds
from gan.media.films import note_of, settings_of
from gan.models.checkpoint import find_model, load_model, save_model, shipped
from gan.models.container import WEIGHTS
from gan.models.model import Model
from gan.recipe.presets import PRESETS
from gan.training import history, kept_films
from gan.training.history import HISTORY, SNAPSHOTS, at, folder_of, keep, snapshots
from gan.training.kept_films import (
    MAX_FILM_BYTES,
    SEEDS,
    KeptFilm,
    about,
    cell_of,
    drawn,
    film_bytes,
    film_path,
    kept_bytes,
    kept_film,
    laid,
    past_of,
    read_film,
    recipe_of,
    save_film,
)

FILMS = [name for name in shipped() if past_of(find_model(name)) == "film"]
MOST_WEIGHTS = 75_000_000  # bytes of all files in weights/


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The weights of a run that kept three snapshots of pictures of 8 px."""
    save_model(tiny_model(name="run"), tmp_path / "run" / "model")
    for nimg, seed in ((64, 1), (640, 2), (1280, 3)):
        keep(tmp_path / "run", nimg, tiny_model(seed, seed=seed).G)
    return tmp_path / "run" / "model.safetensors"


def alone(run: Path) -> Path:
    """The same run with its film in the place of its snapshots."""
    save_film(kept_film(load_model(run), run), film_path(run))
    for snapshot in snapshots(folder_of(run)).values():
        snapshot.unlink()
    return run


def test_a_film_keeps_what_each_snapshot_makes_of_its_seeds(run: Path) -> None:
    model = load_model(run)
    assert past_of(run) == "snapshots"
    film = kept_film(model, run, 0.7)
    assert (film.nimg, film.seeds, film.psi, film.config) == ((64, 640, 1280), tuple(SEEDS), 0.7, model.config)
    second = at(model, snapshots(folder_of(run))[640])
    samples = render(second, z_from_seeds(SEEDS, model.G.z_dim), 0.7)
    assert torch.equal(film.rows[1], model.medium.rows(samples, model.traits))
    alone(run)
    assert past_of(run) == "film"
    found = read_film(model, film_path(run))
    assert (found.nimg, found.seeds, found.psi, found.config) == (film.nimg, film.seeds, model.psi, film.config)
    away = (found.rows.int() - kept_rows(model, run).int()).abs().float()
    assert away.mean() < 8  # pictures of noise, which WebP keeps worst
    assert drawn(model, found, [0]).shape == (3, 8, 8, 1) and drawn(model, found).shape == (3, 37, 37, 1)
    assert torch.equal(drawn(model, found, [5])[2], model.medium.preview(pictures_of(model, found, 2, 5), {})[0])
    with pytest.raises(RunError, match="seeds 0 to 15"):
        drawn(model, found, [3, 16])


def kept_rows(model: Model, run: Path) -> torch.Tensor:
    """What stands in the film's file, read by Pillow alone."""
    with Image.open(film_path(run)) as picture:
        sheet = np.asarray(picture.convert("RGB"))[..., 0]
    assert sheet.shape == (3 * 8, len(SEEDS) * 8)
    return torch.from_numpy(sheet.reshape(3, 8, len(SEEDS), 8).swapaxes(1, 2)[..., None].copy())


def pictures_of(model: Model, film: KeptFilm, moment: int, seed: int) -> torch.Tensor:
    return model.medium.tensors(film.rows[moment, seed : seed + 1], model.traits)


def test_choices_come_back_as_they_were() -> None:
    """A letter, a note or an edge that is a shade off would be another one."""
    model = load_model("graphs-mlp")
    assert model.path is not None
    content = kept_bytes(model)
    assert content is not None and len(content) < 20_000
    made = kept_film(model, model.path)
    assert torch.equal(kept_films.parsed(model, content).rows, made.rows)
    assert made.classes == tuple(seed % 4 for seed in SEEDS) and made.psi == model.psi


@each("row", [[5], [8, 8, 1], [8, 8, 3], [2, 4, 32], [8, 28, 28], [16, 16]])
def test_cells_lie_by_moment_and_seed(row: list[int]) -> None:
    height, width, channels = cell_of(row)
    rows = torch.randint(0, 256, (3, 4, *row), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    sheet = laid(rows)
    assert sheet.shape == (3 * height, 4 * width, channels)
    cell = sheet[2 * height : 3 * height, width : 2 * width]
    assert torch.equal(cell.flatten(), rows[2, 1].flatten())


def rewritten(change: Callable[[dict[str, object]], None]) -> Callable[[bytes], bytes]:
    """What saves a film anew with another note."""

    def save(content: bytes) -> bytes:
        note = settings_of(content)["training"]
        change(note)
        file = io.BytesIO()
        with Image.open(io.BytesIO(content)) as picture:
            picture.save(file, "WEBP", xmp=note_of({"training": note}).encode())
        return file.getvalue()

    return save


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda content: content[: len(content) // 3],
    "empty": lambda content: b"",
    "no picture": lambda content: note_of({"training": settings_of(content)["training"]}).encode(),
    "too large": lambda content: content + bytes(MAX_FILM_BYTES),
    "a moment too many": rewritten(lambda note: note["nimg"].append(9_999)),  # type: ignore[attr-defined]
    "not in order": rewritten(lambda note: note["nimg"].reverse()),  # type: ignore[attr-defined]
    "one moment": rewritten(lambda note: note.update(nimg=[5])),
    "no seeds": rewritten(lambda note: note.update(seeds=[])),
    "seeds of another number": rewritten(lambda note: note.update(seeds=[1, 2])),
    "a seed that is none": rewritten(lambda note: note.update(seeds=[-1, *range(15)])),
    "psi": rewritten(lambda note: note.update(psi="much")),
    "psi beyond any float": rewritten(lambda note: note.update(psi=10**400)),
    "classes of a model that knows none": rewritten(lambda note: note.update(classes=[0] * 16)),
    "of another program": rewritten(lambda note: note.update(config={"lr": "fast"})),
    "no note": rewritten(lambda note: note.clear()),
}


@each("damage", DAMAGE)
def test_a_damaged_film_gets_one_sentence(run: Path, damage: str) -> None:
    model, path = load_model(run), film_path(run)
    path.write_bytes(DAMAGE[damage](film_bytes(kept_film(model, run))))
    with pytest.raises(ModelError, match=r"model\.webp (is no film|is larger than 3 MB)"):
        read_film(model, path)


def test_a_film_of_other_samples_is_refused(run: Path) -> None:
    with pytest.raises(ModelError, match="no film of the training of mnist-mlp"):
        read_film(load_model("mnist-mlp"), film_path(alone(run)))


def test_a_note_that_no_voice_has_is_refused(tmp_path: Path) -> None:
    model = load_model("bach-seq")
    rows = torch.full((2, 1, 2, len(model.traits["groups"]), model.shape[1]), 200, dtype=torch.uint8)
    save_film(KeptFilm(rows, (1, 2), (0,), (), 1.0, model.config, ""), tmp_path / "notes.webp")
    with pytest.raises(ModelError, match="is no film"):
        read_film(model, tmp_path / "notes.webp")


def test_too_large_a_film_is_not_written(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_films, "MAX_FILM_BYTES", 1_000)
    with pytest.raises(RunError, match="MB"):
        save_film(kept_film(load_model(run), run), film_path(run))
    assert not film_path(run).exists()


def test_a_run_with_too_many_moments_is_not_said_to_have_none(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_model(run)
    for module, make in ((kept_films, lambda: kept_film(model, run)), (history, lambda: past_film(model, run))):
        monkeypatch.setattr(module, "MAX_SNAPSHOTS", 2)
        with pytest.raises(RunError, match="has 3 moments"):
            make()


def past_film(model: Model, run: Path) -> object:
    return history.training_film(model, folder_of(run), [1])


def test_the_sentence_of_a_run_takes_its_figures_from_the_file() -> None:
    preset = PRESETS["mnist-mlp"]
    model = load_model("mnist-mlp")
    rows, nimg, config = torch.zeros(2, 1, 28, 28, 1), (864, 500_000), replace(preset, nimg=500_000)
    film = KeptFilm(rows, nimg, (0,), (), 1.0, config, "mnist-mlp")
    assert about(film, model) == "a run of the same recipe, 500,000 samples long, where mnist-mlp saw 2,500,032"
    whole = replace(film, config=preset, nimg=(864, 2_500_032))
    assert about(whole, model) == "a run of the same recipe, as long as that of mnist-mlp itself: 2,500,032 samples"
    faces = load_model("faces-style-64")
    config = replace(PRESETS["faces-style"], nimg=120_000)
    said = about(replace(film, config=config, preset=recipe_of(config), nimg=(1, 120_000)), faces)
    all_in_all = faces.card["nimg"] + faces.card["nimg_before"]
    assert said == f"a run of the recipe faces-style, 120,000 samples long, where faces-style-64 saw {all_in_all:,}"
    assert recipe_of(replace(config, lr=0.1)) == ""


def test_the_command_line_keeps_a_film_and_shows_it(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    main(["export", str(run), "--film", str(tmp_path / "mine.webp"), "--psi", "0.5"])
    save_model(tiny_model(name="mine"), tmp_path / "mine")
    (tmp_path / HISTORY).mkdir()
    (tmp_path / "mine.webp").rename(tmp_path / HISTORY / "mine.webp")
    out, mine = tmp_path / "training.gif", str(tmp_path / "mine.safetensors")
    main(["film", mine, "--training", "--seeds", "2,3", "--out", str(out)])
    told = settings_of(out.read_bytes())["training"]
    assert (told["nimg"], told["seeds"], told["psi"]) == ([64, 640, 1280], [2, 3], 0.5)
    assert "a run of the same recipe" in capsys.readouterr().out
    for flags in (["--psi", "1"], ["--class", "3"]):
        with pytest.raises(ConfigError, match="kept as it is"):
            main(["film", mine, "--training", *flags, "--out", str(out)])
    with pytest.raises(ConfigError, match="seeds are whole numbers"):  # none are not all
        main(["film", mine, "--training", "--seeds", "", "--out", str(out)])
    with pytest.raises(RunError, match="of no others"):
        main(["film", mine, "--training", "--seeds", "1-99", "--out", str(out)])
    for flags in (["--half"], ["--out", "x"]):
        with pytest.raises(ConfigError, match="--film"):
            main(["export", str(run), "--film", str(tmp_path / "a.webp"), *flags])
    with pytest.raises(RunError, match="no moments"):
        main(["export", "mnist-mlp", "--film", str(tmp_path / "a.webp")])


@each("name", FILMS)
def test_a_shipped_film_goes_from_noise_to_samples(name: str) -> None:
    model = load_model(name)
    assert model.path is not None
    film = read_film(model, film_path(model.path))
    assert SNAPSHOTS - 1 <= len(film.nimg) <= SNAPSHOTS  # the first two of a short run are one
    assert list(film.nimg) == sorted(set(film.nimg))
    assert film.nimg[0] < film.nimg[-1] / 50
    assert film.config.data == model.config.data
    told = settings_of(film_path(model.path).read_bytes())["training"]
    assert told["preset"] == film.preset, "a preset has changed: export its film anew"
    first, last = film.rows[0].float(), film.rows[-1].float()
    assert (first != last).float().mean() > 0.05
    if model.medium.sized:
        assert first.std(0).mean() < last.std(0).mean()  # all seeds begin alike; of notes they begin by chance
    assert film_path(model.path).stat().st_size < MAX_FILM_BYTES / 4
    assert f"{film.length:,} samples" in about(film, model)


def test_most_models_are_shipped_with_a_film_of_their_training() -> None:
    assert {"faces-style-64", "mnist-style", "fashion-style", "names-mlp", "spoken-digits-style"} <= set(FILMS)
    assert sum(path.stat().st_size for path in WEIGHTS.rglob("*") if path.is_file()) <= MOST_WEIGHTS
