"""`train.py` as people use it: real processes, real signals; one line and status 2 for every mistake."""

import dataclasses
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from core_fixtures import ROOT, Ended, Nest, nest
from each import each
from gan.commands import train
from gan.commands.parsing import answering
from gan.networks.dcgan import halvings
from gan.recipe.config import MAX_SIDE, TrainConfig, flag
from gan.recipe.presets import PRESETS, preset_for
from picture_folders import picture_folder

__all__ = ["nest"]  # a fixture

SHORT = ["--nimg", "4000"]
MEDIUM = ["--nimg", "40000", "--g-widths", "48,48", "--d-widths", "48"]


def weights(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "model.safetensors").read_bytes(), (folder / "state.safetensors").read_bytes()


def one_sentence(ended: Ended, *parts: str) -> None:
    """Exit status 2, nothing on stdout, and one line on stderr that names these parts."""
    assert ended.status == 2, ended
    assert ended.stdout == ""
    assert ended.stderr.startswith("error: ")
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    for part in parts:
        assert part in ended.stderr


def test_a_process_of_its_own(tmp_path: Path) -> None:
    """The one test that starts `python train.py` itself; the others fork it, which is 20 times faster."""
    command = [sys.executable, "train.py", *SHORT, "--out", str(tmp_path / "run")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"python app.py {tmp_path / 'run'}" in done.stdout
    assert "img/s" in done.stderr
    wrong = subprocess.run([*command[:2], "--seed", "abc"], cwd=ROOT, capture_output=True, text=True, check=False)
    one_sentence(Ended(wrong.returncode, wrong.stdout, wrong.stderr), "--seed", "abc")


def test_a_short_run_of_digits(nest: Nest, tmp_path: Path) -> None:
    ended = nest.run([*SHORT, "--out", tmp_path / "run"])
    assert ended.status == 0, ended.stderr
    folder = tmp_path / "run"
    assert sorted(f.name for f in folder.iterdir()) == [
        "config.json", "data.json", "history", "model.json", "model.safetensors", "samples",
        "state.previous.safetensors", "state.safetensors", "ticks.jsonl",
    ]  # fmt: skip
    lines = [json.loads(line) for line in (folder / "ticks.jsonl").read_text().splitlines()]
    assert lines[0]["nimg"] == 0
    assert lines[-1]["nimg"] >= 4000
    assert len(list((folder / "samples").iterdir())) == 12  # at 0, in tenths and at 1,000; 2,000 is a tenth
    for file in (folder / "samples").iterdir():
        with Image.open(file) as picture:
            picture.verify()


def test_larger_pictures_start_from_a_run_on_smaller_ones(nest: Nest, tmp_path: Path) -> None:
    nets = ["--network", "style", "--z-dim", 4, "--dense", 4, "--nimg", 64, "--precision", "float32"]
    small = ["--resolution", 8, "--g-widths", "8,6", "--d-widths", "4,8", "--out", tmp_path / "at-8"]
    large = ["--resolution", 16, "--g-widths", "8,6,4", "--d-widths", "4,4,8", "--start", tmp_path / "at-8"]
    begun = nest.run(["--data", "digits", *nets, *small])
    assert begun.status == 0, begun.stderr
    assert "starts from" not in begun.stdout
    ended = nest.run(["--data", "digits", *nets, *large, "--out", tmp_path / "at-16"])
    assert ended.status == 0, ended.stderr
    said = "5 of G's 8 layers and 3 of D's 5 layers are taken over, the others are drawn anew"
    assert f"starts from {tmp_path / 'at-8'}: {said}\n" in ended.stdout
    assert json.loads((tmp_path / "at-16" / "model.json").read_text())["taken"]["g"] == 5


def test_the_same_seed_gives_the_same_bytes(nest: Nest, tmp_path: Path) -> None:
    runs = [nest.start(["--preset", preset, "--nimg", 3000, "--out", tmp_path / f"{preset}-{i}"])
            for preset in ("digits", "grid") for i in range(2)]  # fmt: skip
    assert [nest.wait(pid).status for pid in runs] == [0] * 4
    for preset in ("digits", "grid"):
        assert weights(tmp_path / f"{preset}-0") == weights(tmp_path / f"{preset}-1")


@pytest.fixture(scope="module")
def never_stopped(nest: Nest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("never") / "run"
    assert nest.run([*MEDIUM, "--out", folder]).status == 0
    return folder


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("spelling", ["--resume DIR", "--out DIR --resume"])
def test_a_signal_saves_and_says_how_to_go_on(
    nest: Nest, never_stopped: Path, tmp_path: Path, number: int, spelling: str
) -> None:
    folder = tmp_path / "run"
    pid = nest.start([*MEDIUM, "--out", folder])
    until = time.monotonic() + 60
    while not (folder / "ticks.jsonl").exists() or (folder / "ticks.jsonl").read_bytes().count(b"\n") < 20:
        assert time.monotonic() < until
        time.sleep(0.005)
    os.kill(pid, number)
    ended = nest.wait(pid)
    assert ended.status == 0, ended.stderr
    assert f"python train.py --resume {folder}" in ended.stdout
    assert "stopped and saved at" in ended.stdout
    assert weights(folder) != weights(never_stopped)
    ended = nest.run(["--resume", folder] if spelling == "--resume DIR" else ["--out", folder, "--resume"])
    assert ended.status == 0, ended.stderr
    assert "done" in ended.stdout
    assert weights(folder) == weights(never_stopped)


def test_resume_of_a_run_that_never_began_is_a_new_run(nest: Nest, tmp_path: Path) -> None:
    """`--out DIR --resume` in a restarting job works the first time too."""
    ended = nest.run([*SHORT, "--out", tmp_path / "run", "--resume"])
    assert ended.status == 0, ended.stderr
    again = nest.run([*SHORT, "--out", tmp_path / "run", "--resume"])
    assert again.status == 0, again.stderr


def test_what_was_measured_then_is_kept_and_another_recipe_is_refused(nest: Nest, tmp_path: Path) -> None:
    """The very command that began a run goes on with it, and no other."""
    command = [*SHORT, "--threads", 0, "--precision", "auto", "--out", tmp_path / "run", "--resume"]
    for _ in range(2):
        ended = nest.run(command)
        assert ended.status == 0, ended.stderr
    assert nest.run([*command, "--preset", "digits"]).status == 0
    one_sentence(nest.run([*command, "--preset", "digits-mlp"]), "--lr-final cannot change")


def test_an_existing_run_is_refused_and_untouched(nest: Nest, never_stopped: Path) -> None:
    before = {f: f.read_bytes() for f in never_stopped.rglob("*") if f.is_file()}
    one_sentence(nest.run([*MEDIUM, "--out", never_stopped]), str(never_stopped), "--resume")
    one_sentence(nest.run(["--resume", never_stopped, "--lr", "0.1"]), "--lr")
    one_sentence(nest.run(["--resume", never_stopped, "--lr", "1e10"]), "--lr")
    assert {f: f.read_bytes() for f in never_stopped.rglob("*") if f.is_file()} == before
    same = nest.run(["--resume", never_stopped, "--seed", "0"])  # said again, not changed
    assert same.status == 0, same.stderr


@pytest.mark.parametrize(("argv", "parts"), [
    (["--seed", "abc"], ["--seed", "whole number", "abc"]),
    (["--seed", "1.5"], ["--seed", "whole number"]),
    (["--seed", "inf"], ["--seed", "whole number"]),
    (["--seed", "-1"], ["--seed", "0 to"]),
    (["--seed", "99999999999999999999"], ["--seed", "0 to"]),
    (["--seed"], ["--seed"]),
    (["--lr", "1e10"], ["--lr", "1e-07 to 1000000000", "10000000000"]),
    (["--lr", "nan"], ["--lr", "nan"]),
    (["--lr", "fast"], ["--lr", "fast"]),
    (["--nimg", "0"], ["--nimg"]),
    (["--batch", "1e400"], ["--batch"]),
    (["--g-widths", "8,x"], ["--g-widths", "x"]),
    (["--g-widths", "8,0"], ["--g-widths", "1 to"]),
    (["--objective", "best"], ["--objective", "hinge"]),
    (["--preset", "nope"], ["--preset", "nope", "grid"]),
    (["--data", "nope"], ["nope", "digits"]),
    (["--data", "folder:/nowhere"], ["/nowhere"]),
    (["--data", "folder:" + "漢" * 100], ["漢漢", "does not exist"]),
    (["--data", "mnist", "--data-dir", "漢" * 100], ["漢漢", "does not exist"]),
    (["--data", "faces", "--data-dir", "漢" * 100], ["漢漢", "--data-dir"]),
    (["--data", "mnist", "--data-dir", "/nowhere"], ["/nowhere"]),
    (["--data", "ring", "--network", "dcgan"], ["dcgan", "ring"]),
    (["--resume", "/nowhere"], ["/nowhere"]),
    (["--resume"], ["--resume"]),
    (["--epochs", "3"], ["--epochs"]),
    (["3"], ["3"]),
    (["--device", "abacus"], ["--device", "cpu"]),
    (["--out", "/dev/null/run"], ["/dev/null/run"]),
], ids=" ".join)  # fmt: skip
def test_mistakes(nest: Nest, tmp_path: Path, argv: list[str], parts: list[str]) -> None:
    out = [] if "--out" in argv or "--resume" in argv else ["--out", str(tmp_path / "run")]
    one_sentence(nest.run([*argv, *out]), *parts)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("damage", ["cut short", "pickle", "other settings"])
def test_a_damaged_state(nest: Nest, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "run"
    assert nest.run([*SHORT, "--out", folder]).status == 0
    (folder / "state.previous.safetensors").unlink()  # which would stand in
    state = folder / "state.safetensors"
    if damage == "cut short":
        state.write_bytes(state.read_bytes()[:-100])
    elif damage == "pickle":
        state.write_bytes(b"\x80\x04K\x01." * 10)
    else:
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps(config | {"seed": 5}))
    before = {f: f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    one_sentence(nest.run(["--resume", folder]), str(folder))
    assert {f: f.read_bytes() for f in folder.rglob("*") if f.is_file()} == before


def test_bad_pictures_are_named_and_the_run_goes_on(nest: Nest, tmp_path: Path) -> None:
    (tmp_path / "cats").mkdir()
    for i in range(4):
        Image.new("RGB", (10 + i, 20), (50 * i, 10, 200)).save(tmp_path / "cats" / f"{i}.png")
    (tmp_path / "cats" / "bad.png").write_text("no picture")
    argv = ["--preset", "digits", "--data", f"folder:{tmp_path / 'cats'}", "--resolution", 16, "--nimg", 640]
    ended = nest.run([*argv, "--out", tmp_path / "run"])
    assert ended.status == 0, ended.stderr
    assert "skipped" in ended.stderr
    assert "bad.png" in ended.stderr
    assert (
        "4 pictures at 16 px, centre-cropped; smaller than 16 px and enlarged: 4; left out: 1 that cannot be read\n"
        in ended.stdout
    )


def test_a_folder_gets_what_suits_its_pictures_and_is_told(nest: Nest, tmp_path: Path) -> None:
    """By its own name, in a folder with a space, with commands that can be pasted; a longer run by --nimg."""
    picture_folder(tmp_path / "my pics", 60, channels=3, resolution=16)
    out = tmp_path / "a run"
    ended = nest.run(["--data", f"folder:{tmp_path / 'my pics'}", "--resolution", 16, "--nimg", 640, "--out", out])
    assert ended.status == 0, ended.stderr
    assert "60 colour pictures at 16 px: --network mlp --nimg 640, about " in ended.stdout
    assert "60 pictures are few" in ended.stdout
    assert "--augment color" in ended.stdout
    assert f"open it:   python app.py '{out}'\n" in ended.stdout
    assert f"sample '{out}' --seeds" in ended.stdout
    kept = json.loads((out / "config.json").read_text())
    assert (kept["data"], kept["augment"]) == (f"folder:{tmp_path / 'my pics'}", "color")
    longer = nest.run(["--resume", out, "--nimg", 1280])
    assert longer.status == 0, longer.stderr
    assert json.loads((out / "model.json").read_text())["nimg"] == 1280
    picture_folder(tmp_path / "my pics", 4, channels=3, resolution=16, first=60)
    refused = nest.run(["--resume", out])
    assert refused.stdout == "64 pictures at 16 px\n"
    one_sentence(dataclasses.replace(refused, stdout=""), "60 pictures then, 64 now", "--data-changed")
    assert nest.run(["--resume", out, "--data-changed"]).status == 0


@pytest.mark.parametrize(("source", "name"), [
    ("folder:/a/b/pics", "pics"), ("folder:/a/b/pics/", "pics"), ("folder:/", "pictures"), ("mnist", "mnist"),
    ("drawn:AAAA", "drawn"), ("folder:/" + "/".join(["漢" * 48] * 3), "漢" * 33), ("folder:/" + "é" * 120, "é" * 50),
])  # fmt: skip
def test_a_run_is_named_after_its_folder(source: str, name: str) -> None:
    assert train.folder_name(source) == name
    assert not train.free_folder(train.folder_name(source)).exists()


def test_a_folder_named_from_here_is_kept_by_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    decided = train.decided(train.parser(False).parse_args(["--data", "folder:pics"]))
    assert decided["config"]["data"] == f"folder:{tmp_path / 'pics'}"
    assert decided["folder"] == "runs/pics-1"
    assert decided["given"] == {"data": f"folder:{tmp_path / 'pics'}"}
    assert train.decided(train.parser(False).parse_args(["--data", "mnist"]))["given"] is None


def test_trouble_is_told_while_it_happens(nest: Nest, tmp_path: Path) -> None:
    argv = [
        "--preset",
        "ring",
        "--nimg",
        20_000,
        "--objective",
        "minimax",
        "--penalty",
        "none",
        "--lr",
        1,
        "--lr-final",
        1,
    ]
    ended = nest.run([*argv, "--out", tmp_path / "run"])
    assert "warning at" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_help_fits_on_one_screen(nest: Nest) -> None:
    ended = nest.run(["--help"])
    assert ended.status == 0
    lines = ended.stdout.splitlines()
    assert len(lines) <= 50
    assert max(map(len, lines)) <= 100
    for name in ("preset", "data", "data-dir", "network", "resolution", "objective", "nimg", "batch", "lr", "seed"):
        assert f"--{name} " in ended.stdout
    for name in ("out", "resume", "help-all"):
        assert f"--{name}" in ended.stdout
    for preset in PRESETS:
        assert preset in ended.stdout


def test_help_all_has_every_setting(nest: Nest) -> None:
    ended = nest.run(["--help-all"])
    for name in TrainConfig.__dataclass_fields__:
        assert f"{flag(name)} " in ended.stdout


@pytest.mark.parametrize("argv", [
    ["--data", "ring"], ["--data", "spiral", "--objective", "hinge"],
    ["--preset", "grid", "--objective", "wasserstein-gp"],
    ["--network", "dcgan", "--data", "digits"], ["--augment", "color,shift", "--precision", "bf16"],
    ["--norm", "batch", "--dropout", "0.3", "--objective", "non-saturating"],
], ids=" ".join)  # fmt: skip
def test_settings_people_try(nest: Nest, tmp_path: Path, argv: list[str]) -> None:
    ended = nest.run([*argv, "--nimg", 512, "--out", tmp_path / "run"])
    assert ended.status == 0, ended.stderr


@each(("network", "resolution"), itertools.product(("dcgan", "style", "unet"), (8, 28, 32, 64, 128, MAX_SIDE)))
def test_convolutions_fit_any_resolution_unasked(network: str, resolution: int) -> None:
    given = {"network": network, "data": "folder:somewhere", "resolution": resolution}
    given |= {"task": "enlarge"} if network == "unet" else {}
    config = preset_for(None, given)
    assert len(config.d_widths) == max(halvings(resolution), 1)
    assert dataclasses.replace(config, **given).resolution == resolution


def test_the_preset_suits_the_data() -> None:
    def suited(**given: object) -> TrainConfig:
        return preset_for(None, given)

    assert suited() == PRESETS["digits"]
    assert suited(data="grid") == PRESETS["grid"]
    assert suited(data="moons") == PRESETS["ring"]
    assert suited(data="mnist") == PRESETS["mnist-mlp"]
    assert suited(network="dcgan").data == "mnist"


@pytest.mark.parametrize("moments", ["-1", "201", "x", "nan"])
def test_moments_out_of_range(tmp_path: Path, moments: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left, answering():
        train.main(["--moments", moments, "--out", str(tmp_path / "run")])
    assert left.value.code == 2
    assert "moments" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
