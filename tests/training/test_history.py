"""What a run keeps of its past, and the film of it."""

import copy
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core_fixtures import ROOT, tiny_model
from gan.commands.use import main
from gan.data import sets
from gan.errors import ModelError, RunError
from gan.explore.render import render
from gan.latents import z_from_seeds
from gan.media.films import settings_of
from gan.media.images import to_pixels
from gan.models.checkpoint import load_model, shipped
from gan.recipe.presets import PRESETS
from gan.training.history import HISTORY, MAX_TILES, at, due, folder_of, keep, snapshots, training_film
from gan.training.runs import Run

CONFIG = replace(PRESETS["digits"], nimg=12_800)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = Run(tmp_path_factory.mktemp("run"), CONFIG, sets.load("digits"), snapshots=8)
    run.start()
    for _ in run.ticks():
        pass
    return run


def test_snapshots_come_closer_together_at_the_beginning() -> None:
    kept = [nimg for nimg in range(0, 1001, 5) if due(nimg, nimg - 5, 1000, 10)]
    assert kept == [10, 40, 90, 160, 250, 360, 490, 640, 810, 1000]
    assert not [nimg for nimg in range(100) if due(nimg, nimg - 1, 100, 0)]


def test_a_run_keeps_its_snapshots(run: Run) -> None:
    kept = snapshots(run.folder / HISTORY)
    assert len(kept) == 8
    assert list(kept) == sorted(kept)
    assert list(kept)[-1] == CONFIG.nimg
    model = load_model(run.folder)
    z = z_from_seeds([5], model.G.z_dim)
    last = at(model, kept[CONFIG.nimg])
    torch.testing.assert_close(render(last, z), render(model, z), rtol=0, atol=0.02)
    assert (render(at(model, kept[min(kept)]), z) - render(model, z)).abs().max() > 0.2


def test_going_on_gives_the_snapshots_of_never_stopping(run: Run, tmp_path: Path) -> None:
    first = Run(tmp_path, CONFIG, sets.load("digits"), snapshots=8)
    first.start()
    for tick in first.ticks():
        if tick.nimg > 5000:
            first.stop()
    again = Run(tmp_path, CONFIG, sets.load("digits"), snapshots=8)
    again.resume()
    for _ in again.ticks():
        pass
    ours, whole = snapshots(tmp_path / HISTORY), snapshots(run.folder / HISTORY)
    assert {n: p.read_bytes() for n, p in ours.items()} == {n: p.read_bytes() for n, p in whole.items()}


def test_points_keep_none(tmp_path: Path) -> None:
    config = replace(PRESETS["ring"], nimg=2560)
    run = Run(tmp_path, config, sets.load("ring"))
    run.start()
    for _ in run.ticks():
        pass
    assert not (tmp_path / HISTORY).exists()
    with pytest.raises(RunError, match="points"):
        training_film(load_model(tmp_path), tmp_path / HISTORY, [1])


def test_the_film_of_a_training(run: Run) -> None:
    model, folder = load_model(run.folder), run.folder / HISTORY
    nimg, frames = training_film(model, folder, [3, 4, 5, 6], 0.5)
    assert frames.shape == (8, 2 * 9 + 1, 2 * 9 + 1, 1)
    expected = to_pixels(render(at(model, snapshots(folder)[nimg[2]]), z_from_seeds([4], model.G.z_dim), 0.5))[0]
    assert torch.equal(frames[2, 1:9, 10:18], expected)
    assert training_film(model, folder, [3])[1].shape == (8, 8, 8, 1)


def test_a_moment_of_mapped_latents_has_a_mean_of_its_own(tmp_path: Path) -> None:
    model = tiny_model(network="style", g_widths=(8, 6), d_widths=(4, 8), condition="class")
    G = copy.deepcopy(model.G)
    with torch.no_grad():
        G.maps[-1].bias.add_(1.0)
    keep(tmp_path, 1, G)
    found = at(model, snapshots(tmp_path / HISTORY)[1])
    assert found.w_avg.shape == model.w_avg.shape
    assert (found.w_avg - model.w_avg).mean() > 0.3
    c = torch.tensor([2])
    wanted = torch.stack([found.G.mapping(z[None], c)[0] for z in z_from_seeds(range(500), 4)]).mean(0)
    torch.testing.assert_close(found.w_avg[2], wanted, rtol=0, atol=0.1)


@pytest.mark.parametrize("seeds", [[], list(range(MAX_TILES + 1))])
def test_too_many_pictures(run: Run, seeds: list[int]) -> None:
    with pytest.raises(RunError):
        training_film(load_model(run.folder), run.folder / HISTORY, seeds)


def test_damaged_snapshots(run: Run, tmp_path: Path) -> None:
    model = load_model(run.folder)
    whole = next(iter(snapshots(run.folder / HISTORY).values())).read_bytes()
    for n, content in enumerate([whole[: len(whole) // 2], b"\x80\x04pickle", whole[:-1] + b"\xff"]):
        (tmp_path / "1.safetensors").write_bytes(content)
        with pytest.raises(ModelError):
            at(model, tmp_path / "1.safetensors")
        assert n < 3
    other = load_model("mnist-mlp")
    with pytest.raises(ModelError, match="another network"):
        at(other, next(iter(snapshots(run.folder / HISTORY).values())))
    with pytest.raises(RunError, match="without moments"):
        training_film(model, tmp_path / "nothing", [1])


@pytest.mark.parametrize("name", shipped())
def test_where_the_past_of_a_shipped_model_lies(name: str) -> None:
    assert folder_of(ROOT / "weights" / f"{name}.safetensors") == ROOT / "weights" / HISTORY / name


def test_the_command_line_films_a_training(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "training.gif"
    main(["film", str(run.folder), "--training", "--seeds", "0-3", "--out", str(out)])
    told = settings_of(out.read_bytes())
    assert told["training"]["nimg"] == list(snapshots(run.folder / HISTORY))
