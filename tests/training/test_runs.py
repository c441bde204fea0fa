"""A run's folder: what it holds at the end, what a stop or a fault leaves, and how it is taken up again."""

import dataclasses
import io
import json
import math
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

import pytest
import torch
from PIL import Image

from core_fixtures import made_up, tiny
from gan.data.sets import held_out, load
from gan.errors import DivergedError, ModelError, RunError
from gan.metrics.modes import ModeReport
from gan.models.checkpoint import load_model
from gan.models.latent_statistics import quantiles
from gan.models.start import samples_seen
from gan.recipe.config import TrainConfig
from gan.training import runs
from gan.training.run_log import PARTS, json_bytes, log_line, read_log, tick_line
from gan.training.runs import Run, model_of, read_config
from gan.training.ticks import Tick
from gan.training.trainer import Trainer

CONFIG = tiny(nimg=1600)  # 200 steps, 200 ticks


def run_in(folder: Path, config: TrainConfig = CONFIG) -> Run:
    return Run(folder, config, load(config.data) if config.data == "ring" else made_up())


def finished(folder: Path, config: TrainConfig = CONFIG) -> Run:
    run = run_in(folder, config)
    run.start()
    for _ in run.ticks():
        pass
    assert run.finished
    return run


def strict(text: str) -> Any:
    """JSON without the NaN and Infinity that Python would let pass."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(constant)

    return json.loads(text, parse_constant=refuse)


def log_of(folder: Path) -> list[dict[str, Any]]:
    return [strict(line) for line in (folder / "ticks.jsonl").read_text().splitlines()]


def weights(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "model.safetensors").read_bytes(), (folder / "state.safetensors").read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was never stopped."""
    return finished(tmp_path_factory.mktemp("runs") / "whole").folder


def test_what_a_run_leaves(whole: Path) -> None:
    assert sorted(f.name for f in whole.iterdir()) == [
        "config.json", "data.json", "history", "model.json", "model.safetensors", "samples",
        "state.previous.safetensors", "state.safetensors", "ticks.jsonl",
    ]  # fmt: skip
    assert read_config(whole) == CONFIG
    assert load_model(whole).config == CONFIG
    assert load_model(whole).card["nimg"] == 1600


def test_sample_grids(whole: Path) -> None:
    grids = sorted((whole / "samples").iterdir())
    assert [int(f.stem) for f in grids] == sorted([0, 1000, *range(160, 1601, 160)])
    for file in grids:
        with Image.open(file) as picture:
            assert picture.format == "PNG"
            assert picture.size == (219, 219)  # 8 tiles of 8 pixels and 9 lines of padding, three times enlarged
    assert grids[0].read_bytes() != grids[-1].read_bytes()


def test_ticks_and_grids_come_early_in_a_long_run(tmp_path: Path) -> None:
    """A run of millions shows something after a thousand samples, not after its first two-hundredth."""
    run = run_in(tmp_path / "run", tiny(nimg=2_500_000, batch=64))
    run.start()
    seen = [tick.nimg for tick in islice(run.ticks(), 7)]
    assert seen == [0, 1024, 2048, 5056, 10048, 12544, 20032]  # 12,500 is a two-hundredth
    assert [int(f.stem) for f in sorted((run.folder / "samples").iterdir())] == [0, 1024, 2048, 5056, 10048]


def test_the_log(whole: Path) -> None:
    log = log_of(whole)
    assert [line["nimg"] for line in log] == list(range(0, 1601, 8))
    assert {f.name for f in dataclasses.fields(Tick)} - {*PARTS} <= set(log[0])
    assert [line["seconds"] for line in log] == sorted(line["seconds"] for line in log)


def test_points_have_modes_in_the_log_and_no_grids(tmp_path: Path) -> None:
    folder = finished(tmp_path / "ring", tiny(data="ring", nimg=80)).folder
    assert log_of(folder)[-1]["modes"].keys() == {f.name for f in dataclasses.fields(ModeReport)}
    assert not (folder / "samples").exists()


def test_two_runs_of_one_config(whole: Path, tmp_path: Path) -> None:
    torch.rand(5)
    assert weights(finished(tmp_path / "again").folder) == weights(whole)


@pytest.mark.parametrize("after", [1, 2, 50, 200, 201])
def test_stopped_and_taken_up_again(whole: Path, tmp_path: Path, after: int) -> None:
    """Stopped as a signal would, after this many ticks; everything is as if it had never been."""
    run = run_in(tmp_path / "run")
    run.start()
    for i, _ in enumerate(run.ticks(), 1):
        if i == after:
            run.stop()
    assert run.finished == (after == 201)
    log = (run.folder / "ticks.jsonl").read_bytes()
    again = run_in(run.folder, read_config(run.folder))
    again.resume()
    assert (run.folder / "ticks.jsonl").read_bytes() == log
    for _ in again.ticks():
        pass
    assert weights(run.folder) == weights(whole)
    assert [line["nimg"] for line in log_of(run.folder)] == [line["nimg"] for line in log_of(whole)]
    assert load_model(run.folder).card["nimg"] == 1600
    assert (
        sorted((run.folder / "samples").iterdir())[-1].read_bytes()
        == sorted((whole / "samples").iterdir())[-1].read_bytes()
    )


def test_abandoned_between_saves(whole: Path, tmp_path: Path) -> None:
    """The log has run ahead of the state, and its last line was cut by the kill: it is cut back."""
    run = run_in(tmp_path / "run")
    run.start()
    list(islice(run.ticks(), 30))  # dropped without a word, as by a kill
    log = run.folder / "ticks.jsonl"
    log.write_bytes(log.read_bytes()[:-20])
    again = run_in(run.folder)
    again.resume()
    assert all(line["nimg"] <= again.trainer.nimg for line in log_of(run.folder))
    for _ in again.ticks():
        pass
    assert weights(run.folder) == weights(whole)
    nimgs = [line["nimg"] for line in log_of(run.folder)]
    assert len(nimgs) == len(set(nimgs))


def test_killed_before_the_first_save(whole: Path, tmp_path: Path) -> None:
    run = run_in(tmp_path / "run")
    run.start()
    (run.folder / "ticks.jsonl").write_text('{"nimg": 0, "seco')
    (run.folder / ".state.safetensors.x1.part").write_bytes(b"half")
    again = run_in(run.folder, read_config(run.folder))
    again.resume()
    assert list(run.folder.glob(".*")) == []
    for _ in again.ticks():
        pass
    assert weights(run.folder) == weights(whole)


def test_resuming_a_finished_run_changes_nothing(whole: Path, tmp_path: Path) -> None:
    run = finished(tmp_path / "run", tiny(nimg=80))
    before = weights(run.folder), log_of(run.folder)
    again = run_in(run.folder, read_config(run.folder))
    again.resume()
    assert list(again.ticks()) == []
    assert (weights(run.folder), log_of(run.folder)) == before


def test_seconds_go_on(tmp_path: Path) -> None:
    run = run_in(tmp_path / "run")
    run.start()
    for i, _ in enumerate(run.ticks()):
        if i == 20:
            run.stop()
    so_far = log_of(run.folder)[-1]["seconds"]
    again = run_in(run.folder)
    again.resume()
    next(again.ticks())
    assert again.seconds_before == so_far
    assert log_of(run.folder)[-1]["seconds"] >= so_far


def contents(folder: Path) -> dict[str, bytes]:
    return {str(f): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def test_an_existing_run_is_not_overwritten(whole: Path) -> None:
    before = contents(whole)
    with pytest.raises(RunError, match="--resume"):
        run_in(whole).start()
    assert contents(whole) == before


def test_a_state_of_other_settings(whole: Path) -> None:
    with pytest.raises(RunError, match="other settings"):
        run_in(whole, dataclasses.replace(CONFIG, seed=1)).resume()


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"lr": 1e10}', '{"nope": 1}', '{"lr": null}', "\0"])
def test_damaged_settings(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(RunError) as caught:
        read_config(tmp_path)
    assert str(tmp_path / "config.json") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_settings_that_are_not_text(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(RunError, match="damaged"):
        read_config(tmp_path)


def test_no_run_at_all(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=str(tmp_path)):
        read_config(tmp_path)


def test_divergence_leaves_the_last_good_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "SAVE_SHARE", 1e9)  # a save at every tick
    run = run_in(tmp_path / "run")
    run.start()
    warnings = []

    def iterate() -> None:
        for i, tick in enumerate(run.ticks()):
            warnings.append(tick.warning)
            if i == 20:
                with torch.no_grad():
                    run.trainer.G.last.weight[0, 0] = math.nan

    with pytest.raises(DivergedError):
        iterate()
    assert len(warnings) == 21
    again = run_in(run.folder)
    again.resume()
    assert again.trainer.finite()
    assert again.trainer.nimg == 19 * 8
    assert log_of(run.folder)[-1]["nimg"] == 19 * 8  # its last line goes with what it told of
    load_model(run.folder)


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    run = run_in(tmp_path / "run")
    run.start()
    ticks = run.ticks()
    next(ticks)
    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(RunError, match="No space left"):
        list(ticks)


def test_a_tick_as_json_has_no_nan() -> None:
    tick = Tick(
        nimg=8, seconds=1.23456, loss_d=math.nan, loss_g=math.inf, penalty=0.5, p_real=0.5, p_fake=0.5,
        grad_d=-math.inf, grad_g=1.0, samples=torch.zeros(1), warning="", modes=ModeReport(8, 0, 0, 0.0, math.inf),
    )  # fmt: skip
    line = strict(json_bytes(tick_line(tick, 10.0)).decode())
    assert line["loss_d"] is line["loss_g"] is line["grad_d"] is line["modes"]["reverse_kl"] is None
    assert line["seconds"] == 11.235
    assert "samples" not in line


@pytest.mark.parametrize("text", [
    '{"nimg": 1, "seconds": 1, "x": NaN}', '{"nimg": 1, "seconds": 1e999}', '{"nimg": 1, "seconds": ' + "9" * 400 + "}",
    '{"nimg": 1}', '{"nimg": 1, "seconds": 1, "x": -1e999}',
    '{"nimg": true, "seconds": 1}', '{"nimg": 1, "seconds": "1"}',
])  # fmt: skip
def test_a_line_that_no_log_can_hold_is_left_out(text: str) -> None:
    assert log_line(text) is None
    assert log_line('{"nimg": 1, "seconds": 2.5}') == {"nimg": 1, "seconds": 2.5}


@pytest.mark.parametrize("name", ["folder:cats", "folder:./cats", "folder:/some/where/cats", "folder:cats/"])
def test_a_card_names_the_last_part_of_a_folder(name: str) -> None:
    config = tiny(data=name, resolution=8)
    card = model_of(Trainer(config, made_up()), "mine", 0.0).card
    assert card["config"]["data"] == card["data"]["name"] == "folder:cats"


def test_the_critic_is_ranked_among_pictures_that_it_never_saw() -> None:
    """Quantiles of the pictures that it learnt from say how well it knows them by heart, and little of others."""
    reals, held = made_up(), made_up(n=96)
    trainer = Trainer(tiny(), reals)
    wanted = quantiles(trainer.D.eval(), held.labelled(2_000, torch.Generator().manual_seed(0))[0])
    apart, alone = model_of(trainer, "mine", 0.0, held), model_of(trainer, "mine", 0.0)
    torch.testing.assert_close(apart.real_logits, wanted)
    assert (apart.real_logits != alone.real_logits).any()
    assert (apart.card["critic_reals"], alone.card["critic_reals"]) == ("held-out", "learnt")
    # Of a small folder both parts are all, and pictures of another shape or of other classes are no held-out part.
    for other in (made_up(), made_up(n=96, channels=3), dataclasses.replace(held, classes=("one", "two"))):
        assert model_of(trainer, "mine", 0.0, other).card["critic_reals"] == "learnt"


def test_a_run_of_digits_keeps_a_part_for_its_critics_ranks(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", tiny(nimg=16), load("digits"), held=held_out("digits"))
    run.start()
    for _ in run.ticks():
        pass
    assert load_model(run.folder).card["critic_reals"] == "held-out"
    assert held_out("folder:nowhere/at/all") is None


def test_read_log(tmp_path: Path) -> None:
    assert read_log(tmp_path) == []
    whole = [{"nimg": 0, "seconds": 0.5}, {"nimg": 8, "seconds": 1.5}]
    lines = "\n".join(json.dumps(line) for line in whole)
    (tmp_path / "ticks.jsonl").write_bytes(lines.encode() + b'\n{"nimg": 1\xff')
    assert read_log(tmp_path) == whole


def test_a_colour_grid(tmp_path: Path) -> None:
    config = tiny(data="folder:somewhere", resolution=8, nimg=16)
    run = Run(tmp_path / "run", config, made_up(channels=3))
    run.start()
    for _ in run.ticks():
        pass
    with Image.open(io.BytesIO((run.folder / "samples" / "0000000016.png").read_bytes())) as picture:
        assert picture.mode == "RGB"


BAD_LINES = ["[1]", "{}", "null", '{"nimg": "x", "seconds": 1}', '{"nimg": 1, "seconds": NaN}', "[" * 100_000, "\x00"]


@pytest.mark.parametrize("line", BAD_LINES, ids=range(len(BAD_LINES)))
def test_a_damaged_line_of_the_log_costs_only_itself(tmp_path: Path, line: str) -> None:
    good = ['{"nimg": 8, "seconds": 0.5}', '{"nimg": 16, "seconds": 1.5}']
    (tmp_path / "ticks.jsonl").write_text("\n".join([good[0], line, good[1]]))
    assert [kept["nimg"] for kept in read_log(tmp_path)] == [8, 16]


def test_settings_nested_without_end_are_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("[" * 100_000)
    with pytest.raises(RunError, match=r"config\.json"):
        read_config(tmp_path)


def test_a_run_starts_from_a_model(whole: Path, tmp_path: Path) -> None:
    """Its networks are the model's, it resumes without the model, and its card keeps no path of this machine."""
    first = load_model(whole)
    (tmp_path / "source").mkdir()
    for name in ("model.safetensors", "model.json"):
        (tmp_path / "source" / name).write_bytes((whole / name).read_bytes())
    config = dataclasses.replace(CONFIG, start=str(tmp_path / "source"), nimg=800)
    run = run_in(tmp_path / "second", config)
    assert all(torch.equal(v, run.trainer.G.state_dict()[k]) for k, v in first.G.state_dict().items())
    run.start()
    for _ in islice(run.ticks(), 3):
        pass
    run.stop()
    runs.save_state(run.folder, run.trainer.state(), config.to_dict())
    (tmp_path / "source").rename(tmp_path / "gone")
    again = run_in(tmp_path / "second", config)
    again.resume()
    assert again.trainer.nimg == run.trainer.nimg
    card = again.model().card
    assert card["config"]["start"] == "source"
    assert card["nimg_before"] == first.card["nimg"] > 0
    assert samples_seen(again.model()) == first.card["nimg"] + again.trainer.nimg
    assert samples_seen(again.model(), "other") == 0


def test_a_run_from_a_model_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model"):
        run_in(tmp_path / "run", dataclasses.replace(CONFIG, start="nobody"))
    assert not (tmp_path / "run").exists()
