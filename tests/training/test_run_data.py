"""A run goes on with the data that it began with, or with others that somebody meant."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import torch

from core_fixtures import made_up, tiny
from gan.data.fingerprints import difference, fingerprint
from gan.data.sets import Data, load
from gan.data.stored import Stored
from gan.errors import ConfigError, RunError
from gan.models.checkpoint import load_model
from gan.recipe.config import TrainConfig
from gan.training.run_data import DATA, kept_data
from gan.training.runs import Run, read_config, resumed_config

CONFIG = tiny(nimg=160)


def trained(folder: Path, data: Data, config: TrainConfig = CONFIG) -> Path:
    """The folder of a finished run."""
    run = Run(folder, config, data)
    run.start()
    assert len(list(run.ticks())) > 1
    return folder


def go_on(folder: Path, data: Data, changed: bool = False) -> None:
    Run(folder, read_config(folder), data).resume(changed)


def test_the_same_data_go_on_without_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = trained(tmp_path / "run", made_up())
    assert kept_data(folder) == fingerprint(made_up())
    go_on(folder, made_up())
    assert caplog.messages == []


def recoloured() -> Stored:
    return made_up(channels=3)


def others() -> Stored:
    return dataclasses.replace(made_up(), rows=255 - made_up().rows)


def relabelled() -> Stored:
    return dataclasses.replace(made_up(), classes=("one", "two", "four"))


@pytest.mark.parametrize(("now", "told"), [
    (made_up(560), "64 pictures then, 560 now"),
    (others(), "64 pictures then and now, but not the same ones"),
    (relabelled(), "64 pictures in the classes one, two, three then, 64 pictures in the classes one, two, four now"),
])  # fmt: skip
def test_a_change_is_told_and_refused_unless_it_is_meant(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, now: Stored, told: str
) -> None:
    folder = trained(tmp_path / "run", made_up())
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    with pytest.raises(RunError, match=f"{told}; put them back, or --data-changed goes on"):
        go_on(folder, now)
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before
    go_on(folder, now, changed=True)
    assert caplog.messages == [f"the data of the run in {folder} changed: {told}; the run goes on with those of now"]
    assert kept_data(folder) == fingerprint(now)
    go_on(folder, now)  # they are its own from then on


@pytest.mark.parametrize(("now", "told"), [
    (recoloured(), "grey pictures then, colour ones now"), (made_up(resolution=16), "8 px then, 16 px now"),
])  # fmt: skip
def test_pictures_that_the_networks_cannot_see_are_named_as_that(tmp_path: Path, now: Stored, told: str) -> None:
    folder = trained(tmp_path / "run", made_up())
    for changed in (False, True):
        with pytest.raises(RunError, match=f"changed: {told}; its networks cannot learn from these"):
            go_on(folder, now, changed)


def test_networks_that_are_told_classes_keep_their_number(tmp_path: Path) -> None:
    folder = trained(tmp_path / "run", made_up(), tiny(nimg=160, condition="class"))
    with pytest.raises(RunError, match="its networks cannot learn from these"):
        go_on(folder, Stored(made_up().rows, torch.arange(64) % 2, ("one", "two")), changed=True)


def test_a_run_of_which_nobody_wrote_it_down_begins_to(tmp_path: Path) -> None:
    """Runs of 0.2.0 have no such file."""
    folder = trained(tmp_path / "run", made_up())
    (folder / DATA).unlink()
    go_on(folder, made_up(560))
    assert kept_data(folder) == fingerprint(made_up(560))


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"count": "x"}', b'{"count": 3, "shape": 1}'])
def test_a_damaged_note_is_named_and_can_be_overruled(tmp_path: Path, damage: bytes) -> None:
    folder = trained(tmp_path / "run", made_up())
    (folder / DATA).write_bytes(damage)
    with pytest.raises(RunError, match=f"{DATA} is damaged.*--data-changed"):
        go_on(folder, made_up())
    go_on(folder, made_up(), changed=True)
    assert kept_data(folder) == fingerprint(made_up())


def test_points_are_drawn_afresh(tmp_path: Path) -> None:
    folder = trained(tmp_path / "run", load("ring"), tiny(nimg=160, data="ring"))
    assert not (folder / DATA).exists()
    go_on(folder, load("ring"))


def test_what_is_different_is_said_in_the_order_of_its_weight() -> None:
    then = fingerprint(made_up())
    assert then
    assert difference(then, then) == ""
    assert fingerprint(load("ring")) is None


# ---- a longer run -----------------------------------------------------------------------------------------------


def test_a_run_becomes_longer(tmp_path: Path) -> None:
    folder = trained(tmp_path / "run", made_up())
    longer = resumed_config(folder, {"nimg": 480})
    assert longer == dataclasses.replace(CONFIG, nimg=480)
    run = Run(folder, longer, made_up())
    run.resume()
    assert [tick.nimg for tick in run.ticks()][-1] == 480
    assert read_config(folder).nimg == load_model(folder).card["nimg"] == 480
    go_on(folder, made_up())  # without a length it keeps the new one


def test_a_run_that_was_killed_before_its_first_save_becomes_longer_too(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", CONFIG, made_up())
    run.start()
    longer = Run(run.folder, resumed_config(run.folder, {"nimg": 480}), made_up())
    longer.resume()
    assert read_config(run.folder).nimg == 480
    for _ in longer.ticks():
        longer.stop()
    assert resumed_config(run.folder, {}).nimg == 480


def test_a_longer_run_that_is_killed_at_once_is_still_the_longer_one(tmp_path: Path) -> None:
    folder = trained(tmp_path / "run", made_up())
    Run(folder, resumed_config(folder, {"nimg": 480}), made_up()).resume()  # nothing is saved after it
    run = Run(folder, resumed_config(folder, {}), made_up())
    run.resume()
    assert (run.config.nimg, run.trainer.nimg, run.finished) == (480, 160, False)


@pytest.mark.parametrize(("given", "told"), [
    ({"nimg": 80}, "--nimg makes a run that is resumed longer, not shorter: it has 160 already"),
    ({"batch": 16}, "--batch cannot change when a run is resumed; a new run begins with its networks by --start '"),
    ({"lr": 0.5}, "--lr cannot change when a run is resumed; a new run begins with its networks by --start '"),
    ({"data": "folder:x"}, "--data cannot change when a run is resumed; a new run begins with its networks by --start"),
    ({"d_widths": (5,)}, "--d-widths cannot change when a run is resumed; a new run begins with its G by --start '"),
    ({"z_dim": 5}, "--z-dim cannot change when a run is resumed$"),
    ({"network": "dcgan", "g_widths": (8,), "d_widths": (8,)}, "--network cannot change when a run is resumed$"),
])  # fmt: skip
def test_what_cannot_change_names_the_way_that_is_open(tmp_path: Path, given: dict[str, Any], told: str) -> None:
    folder = trained(tmp_path / "my run", made_up())
    with pytest.raises(ConfigError, match=told) as refused:
        resumed_config(folder, given)
    if "--start" in told:
        assert f"--start '{folder}' and an --out of its own" in str(refused.value)
