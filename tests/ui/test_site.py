"""The folder of a static site: what lies in it, what it never overwrites, and what `export --static` refuses."""

import base64
import json
import re
import shutil
from pathlib import Path

import pytest

from core_fixtures import tiny_model
from gan.commands.use import main
from gan.errors import ConfigError, GanError, RunError
from gan.models.checkpoint import load_model, save_model, shipped, shipped_repairs
from gan.models.encoders import kinds_there
from gan.models.model import Model
from gan.ui import site
from gan.ui.explore.model_files import MODEL_FILES, has_reference
from gan.ui.learn.takes import recordings
from gan.ui.site import LESSON, MODELS, README, file_stem, readme, site_files, write_site
from site_folder import FIRST, SECOND, folder

__all__ = ["folder"]  # a fixture


def test_what_lies_in_the_folder(folder: Path) -> None:
    written = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    parts = {FIRST: ["critic", "generator", "reference"], SECOND: ["critic", "generator"]}
    parts = {name: [*parts[name], *kinds_there(load_model(name)), "film"] for name in parts}
    files = [f"{MODELS}/{name}.{part}.js" for name, parts in parts.items() for part in parts]
    files += [f"{LESSON}/{name}.js" for name in recordings()]
    assert written == sorted(["README.txt", "index.html", *files])
    lines = (folder / "README.txt").read_text().splitlines()
    assert len(lines) == 3
    assert FIRST in lines[1] and "CC BY 4.0" in lines[1] and "CC BY-SA 3.0" in lines[1]
    for name, given in parts.items():
        for part in given:
            text = (folder / MODELS / f"{name}.{part}.js").read_text()
            key, content = json.loads("[" + text.partition("(")[2].rpartition(")")[0] + "]")
            assert key == f"{name}.{part}"
            assert base64.b64decode(content) == MODEL_FILES[part].build(load_model(name))


def test_the_lesson_lies_in_the_folder_as_it_comes_with_the_program(folder: Path) -> None:
    for name, recording in recordings().items():
        text = (folder / LESSON / f"{name}.js").read_text()
        key, content = json.loads("[" + text.partition("(")[2].rpartition(")")[0] + "]")
        assert (key, base64.b64decode(content).decode()) == (f"{LESSON}.{name}", recording)


def test_the_page_names_no_machine(folder: Path) -> None:
    text = (folder / "index.html").read_text()
    assert str(folder.parent) not in text
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", text)
    assert "live_" not in text.partition("<body>")[2]


def test_all_shipped_pictures_when_none_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written: list[str] = []

    def noted(folder: Path, models: list[Model], all_references: bool) -> list[Path]:
        written.extend(model.name for model in models)
        return []

    monkeypatch.setattr(site, "write_site", noted)
    main(["export", "--static", str(tmp_path)])
    assert sorted(written) == sorted([*shipped(), *shipped_repairs()])


def test_a_model_that_repairs_pictures_comes_along_and_is_not_the_first() -> None:
    repair = tiny_model(1, "clean", network="unet", task="denoise", g_widths=(4, 6), d_widths=(4,))
    files = site.site_files([repair, load_model(FIRST)])
    assert f'"first": "{FIRST}"' in files["index.html"].decode()
    assert [name for name in files if "/clean." in name] == [f"{MODELS}/clean.generator.js"]


def test_a_second_export_takes_the_place_of_the_first(tmp_path: Path) -> None:
    write_site(tmp_path, [load_model(FIRST), load_model(SECOND)])
    (tmp_path / "CNAME").write_text("a file of the owner's\n")
    write_site(tmp_path, [load_model(SECOND)])
    assert sorted(path.name for path in (tmp_path / MODELS).iterdir()) == [
        f"{SECOND}.{part}.js" for part in ("critic", "encoder", "film", "generator")
    ]
    assert (tmp_path / "CNAME").read_text() == "a file of the owner's\n"
    assert FIRST not in (tmp_path / "README.txt").read_text()


OTHERS = {
    "index.html": "<!doctype html><p>mine", "README.txt": "mine", f"{MODELS}/digits-mlp.generator.js": "mine",
    f"{MODELS}/mine.js": "mine", f"{LESSON}/game.js": "mine", f"{LESSON}/mine.js": "mine", "thesis.tex": "mine",
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("before", [False, True])
def test_files_of_others_are_never_overwritten(tmp_path: Path, name: str, before: bool) -> None:
    model = load_model(FIRST)
    if before:
        write_site(tmp_path, [model])
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(OTHERS[name])
    before_export = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    if before and name == "thesis.tex":
        write_site(tmp_path, [model])  # beside the page, in nobody's way
    else:
        with pytest.raises(ConfigError, match="holds other files"):
            write_site(tmp_path, [model])
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before_export


def test_a_clone_gets_a_page_and_keeps_what_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".git").mkdir()
    mine = {name: f"{name} is mine" for name in ("README.md", ".gitattributes", ".git/config")}
    for name, text in mine.items():
        (tmp_path / name).write_text(text)
    for _ in range(2):
        main(["export", "--static", str(tmp_path), FIRST])
        assert {name: (tmp_path / name).read_text() for name in mine} == mine
        told = capsys.readouterr().out.splitlines()
        assert len(told) == 2 and told[1] == "What else lies there stays as it is: .git, .gitattributes, README.md"
    assert (tmp_path / "index.html").exists()


@pytest.mark.parametrize(
    "name", [MODELS, LESSON, "index.html", "README.txt", f"{MODELS}/{FIRST}.critic.js", f"{MODELS}/old.js"]
)
@pytest.mark.parametrize("before", [False, True])
def test_links_are_not_followed(tmp_path: Path, name: str, before: bool) -> None:
    model, outside, link = load_model(FIRST), tmp_path / "outside", tmp_path / "site" / name
    if before:
        write_site(tmp_path / "site", [model])
    write_site(outside, [load_model(SECOND), model])  # files that look as if they were written here
    (outside / MODELS / "old.js").write_text(site.ARRIVED)
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_dir():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    link.symlink_to(outside / name)
    before_export = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(ConfigError, match="holds"):
        write_site(tmp_path / "site", [model])
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before_export
    assert link.is_symlink()


def test_real_pictures_come_along_when_asked() -> None:
    model = load_model(SECOND)
    path = f"{MODELS}/{SECOND}.reference.js"
    assert path not in site_files([model])
    assert (path in site_files([model], all_references=True)) is has_reference(model)


@pytest.mark.parametrize("kept", [[], ["README.md"]])
def test_a_full_disk_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kept: list[str]) -> None:
    whole, count = site.write_whole, 0

    def filling(path: Path, content: bytes) -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise RunError(f"cannot write {path}: No space left on device")
        whole(path, content)

    folder = tmp_path / "new"
    for name in kept:
        folder.mkdir()
        (folder / name).write_text("mine")
    monkeypatch.setattr(site, "write_whole", filling)
    with pytest.raises(RunError, match="No space"):
        write_site(folder, [load_model(FIRST)])
    assert sorted(tmp_path.rglob("*")) == ([folder, *(folder / name for name in kept)] if kept else [])


def test_names_of_models_become_names_of_files(tmp_path: Path) -> None:
    names = ["Ä/ö <script>", "a b", "A-b", "../up", "数字"]
    models = [tiny_model(name=name) for name in names]
    files = site_files(models)
    stems = {path.removeprefix(f"{MODELS}/").removesuffix(".generator.js") for path in files if ".generator" in path}
    assert stems == {"script", "a-b", "A-b-2", "up", "model"}
    assert file_stem("x", {}) == "x"
    page = files["index.html"].decode()
    assert "<script>.generator" not in page
    assert len(readme(models).splitlines()) == 3
    with pytest.raises(ConfigError, match="two models"):
        site_files([models[0], models[0]])


def test_points_and_runs_come_too(models: dict[str, Path], tmp_path: Path) -> None:
    main(["export", "--static", str(tmp_path / "site"), *map(str, models.values())])
    assert len(list((tmp_path / "site" / MODELS).glob("*.generator.js"))) == len(models)


MISTAKES = {
    "no model": ["--static", "SITE", "no-such-model"],
    "out too": ["--static", "SITE", "--out", "x", FIRST],
    "quality too": ["--static", "SITE", "--quality", "x", FIRST],
    "a long name": ["--static", "a" * 300, FIRST],
    "below a file": ["--static", "file/site", FIRST],
    "a long name below": ["--static", f"{'a' * 300}/site", FIRST],
    "a file": ["--static", "FILE", FIRST],
    "neither": [FIRST],
    "two models out": [FIRST, SECOND, "--out", "x"],
    "nothing": [],
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_one_sentence(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine")
    argv = [{"SITE": str(tmp_path / "site"), "FILE": str(tmp_path / "file")}.get(word, word) for word in MISTAKES[case]]
    with pytest.raises(GanError) as caught:
        main(["export", *argv])
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_saved_model_keeps_its_name(tmp_path: Path) -> None:
    save_model(tiny_model(name="mine"), tmp_path / "mine")
    main(["export", "--static", str(tmp_path / "site"), str(tmp_path / "mine.safetensors")])
    assert README in (tmp_path / "site" / "README.txt").read_text()
    assert (tmp_path / "site" / MODELS / "mine.generator.js").exists()
