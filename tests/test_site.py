"""The static site: the pages of the app without a server, opened from a disk and from a plain web server."""

import base64
import functools
import http.server
import io
import json
import os
import re
import shutil
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from conftest import DIGITS
from core_fixtures import tiny_model
from gan import portable
from gan.__main__ import main
from gan.checkpoint import load_model, save_model, shipped
from gan.errors import ConfigError, GanError, RunError
from gan.explore import film_latents, pictures
from gan.export import settings_of
from gan.latents import z_from_seeds
from gan.model import Model
from gan.ui import site
from gan.ui.explore_routes import at_hand
from gan.ui.site import MODELS, README, file_stem, readme, site_files, write_site

FIRST, SECOND = "digits-mlp", "mnist-mlp"
HERO = "[data-testid=explore-canvas]"
SCREEN = "[data-testid=interpolate-canvas]"
TABS = ("explore", "interpolate")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "a folder"
    main(["export", "--static", str(folder), FIRST, SECOND])
    return folder


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def canvas(page: Page, selector: str) -> np.ndarray:
    """[H, W] the red of a canvas."""
    width, height, text = page.evaluate(
        """(selector) => {
            const canvas = document.querySelector(selector), { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            let text = "";
            for (let i = 0; i < data.length; i += 4) text += String.fromCharCode(data[i]);
            return [width, height, btoa(text)];
        }""",
        selector,
    )
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width)


def wanted(model: Model, seed: int, psi: float = 1.0) -> np.ndarray:
    return pictures(model, z_from_seeds([seed], model.G.z_dim), psi)[0, ..., 0].numpy()


def close(found: np.ndarray, expected: np.ndarray) -> bool:
    return found.shape == expected.shape and int(np.abs(found.astype(int) - expected).max()) <= 1


def opened(page: Page, url: str, query: str = "") -> None:
    page.goto(f"{url}/index.html{query}")
    page.wait_for_selector("[data-testid=explore][data-ready=yes]", timeout=20_000)


def slide(page: Page, control: str, value: float) -> None:
    page.eval_on_selector(
        control, "(el, v) => { el.value = v; el.dispatchEvent(new Event('input', { bubbles: true })); }", value
    )


def wait_drawn(page: Page, key: str, value: str) -> None:
    page.wait_for_function(
        f"new URLSearchParams(document.querySelector('{HERO}').dataset.query).get('{key}') === '{value}'"
    )


@pytest.mark.parametrize("way", ["file", "http"])
def test_the_page_computes_everything_itself(page: Page, folder: Path, served: str, way: str) -> None:
    base = folder.as_uri() if way == "file" else served
    outside: list[str] = []
    troubles: list[str] = []
    page.on("request", lambda r: outside.append(r.url) if not r.url.startswith((base, "data:", "blob:")) else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)

    # Explore: the first picture, a slider, another model
    opened(page, base)
    first, second = load_model(FIRST), load_model(SECOND)
    assert page.get_attribute("[data-testid=explore]", "data-engine") == "wasm"
    assert close(canvas(page, HERO), wanted(first, 42))
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    for psi in (0.3, 0.9, 0.55):
        slide(page, "#explore-psi", psi)
    wait_drawn(page, "psi", "0.55")
    assert close(canvas(page, HERO), wanted(first, 42, 0.55))
    assert asked == []
    page.select_option("#explore-model", SECOND)
    wait_drawn(page, "model", SECOND)
    assert close(canvas(page, HERO), wanted(second, 42, 0.55))
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")

    # the arrow keys go to the other tab; its preview plays
    page.focus("#tab-explore-button")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-interpolate-button")).to_be_focused()
    expect(page.locator("#tab-explore")).to_be_hidden()
    page.wait_for_selector("[data-testid=interpolate][data-ready=yes]")
    frame = page.get_attribute(SCREEN, "data-frame")
    page.wait_for_function(f"document.querySelector('{SCREEN}').dataset.frame !== '{frame}'")

    # frames and contact sheet come as the core makes them
    seeds, each = [1, 7, 42, 5], 24
    frames = pictures(first, film_latents(seeds, first.G.z_dim, each, "slerp", "loop"))[..., 0].numpy()
    with page.expect_download() as download:
        page.click("#film-save-zip")
    content = Path(download.value.path()).read_bytes()
    assert settings_of(content)["film"]["model"] == FIRST
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".png")]
        assert len(names) == len(frames)
        for i in (0, 1, 24, 50, 95):
            picture = Image.open(io.BytesIO(archive.read(names[i]))).convert("L")
            assert close(np.asarray(picture), frames[i])
    with page.expect_download() as download:
        page.click("#film-save-png")
    content = Path(download.value.path()).read_bytes()
    assert settings_of(content)["film"]["model"] == FIRST
    assert Image.open(io.BytesIO(content)).size == (1 + 10 * 113, 1 + 10 * 113)

    # a link opens the same picture; a damaged one says so
    opened(page, base, f"?tab=explore&model={SECOND}&seed=7&psi=0.5")
    assert close(canvas(page, HERO), wanted(second, 7, 0.5))
    page.goto(f"{base}/index.html?tab=interpolate&model=nobody&keys=junk")
    expect(page.locator("#atelier-note.trouble.seen")).to_be_visible()
    assert (outside, troubles) == ([], [])


def test_language_theme_and_narrow_screens(page: Page, folder: Path) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    opened(page, folder.as_uri())
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    expect(page.locator("#tab-explore-button")).to_have_text(re.compile("Explore"), use_inner_text=True)
    page.click("[data-act=theme]")
    assert page.evaluate("document.body.classList.contains('dark')")
    page.click("[data-act=language]")
    expect(page.locator("#tab-explore-button")).to_have_text("探索", use_inner_text=True)
    page.wait_for_selector("[data-testid=explore][data-ready=yes]")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.evaluate("document.body.classList.contains('dark')")  # both are remembered
    assert "种子" in page.inner_text("[data-testid=explore]")


def test_without_webassembly_the_page_draws_all_the_same(context: BrowserContext, folder: Path) -> None:
    context.add_init_script("delete window.WebAssembly;")
    page = context.new_page()
    opened(page, folder.as_uri())
    assert page.get_attribute("[data-testid=explore]", "data-engine") == "plain"
    assert close(canvas(page, HERO), wanted(load_model(FIRST), 42))


def test_a_file_that_is_missing_is_one_sentence(page: Page, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes((folder / "index.html").read_bytes())
    page.goto(f"{tmp_path.as_uri()}/index.html")
    expect(page.locator("#atelier-note.trouble.seen")).to_contain_text("digits-mlp.generator is not in this folder")


# ---- the app for browsers without WebAssembly


def test_without_webassembly_the_host_draws(context: BrowserContext, address: str, models: dict[str, Path]) -> None:
    context.add_init_script("delete window.WebAssembly;")
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("[data-testid=explore][data-ready=yes]", timeout=30_000)
    model = load_model(models[DIGITS])
    assert page.get_attribute("[data-testid=explore]", "data-engine") == "server"
    assert close(canvas(page, HERO), wanted(model, 42))
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    slide(page, "#explore-psi", 0.4)
    wait_drawn(page, "psi", "0.4")
    assert close(canvas(page, HERO), wanted(model, 42, 0.4))
    assert any("explore/render" in url for url in asked)
    expect(page.get_by_test_id("explore-engine")).to_contain_text(re.compile("host|server"))


# ---- the folder


def test_what_lies_in_the_folder(folder: Path) -> None:
    found = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    parts = {FIRST: ("critic", "generator", "reference"), SECOND: ("critic", "generator")}
    files = [f"{MODELS}/{name}.{part}.js" for name, parts in parts.items() for part in parts]
    assert found == sorted(["README.txt", "index.html", *files])
    lines = (folder / "README.txt").read_text().splitlines()
    assert len(lines) == 3
    assert FIRST in lines[1] and "CC BY 4.0" in lines[1] and "CC BY-SA 3.0" in lines[1]
    for name, given in parts.items():
        for part in given:
            text = (folder / MODELS / f"{name}.{part}.js").read_text()
            key, content = json.loads("[" + text.partition("(")[2].rpartition(")")[0] + "]")
            assert key == f"{name}.{part}"
            assert base64.b64decode(content) == getattr(portable, part)(load_model(name))


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
    assert sorted(written) == shipped()


def test_a_second_export_takes_the_place_of_the_first(tmp_path: Path) -> None:
    write_site(tmp_path, [load_model(FIRST), load_model(SECOND)])
    (tmp_path / "CNAME").write_text("a file of the owner's\n")
    write_site(tmp_path, [load_model(SECOND)])
    assert sorted(path.name for path in (tmp_path / MODELS).iterdir()) == [
        f"{SECOND}.{part}.js" for part in ("critic", "generator")
    ]
    assert (tmp_path / "CNAME").read_text() == "a file of the owner's\n"
    assert FIRST not in (tmp_path / "README.txt").read_text()


OTHERS = {
    "index.html": "<!doctype html><p>mine", "README.txt": "mine", f"{MODELS}/digits-mlp.generator.js": "mine",
    f"{MODELS}/mine.js": "mine", "thesis.tex": "mine",
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("before", [False, True])
def test_files_of_others_are_never_overwritten(tmp_path: Path, name: str, before: bool) -> None:
    model = load_model(FIRST)
    if before:
        write_site(tmp_path, [model])
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(OTHERS[name])
    found = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    if before and name == "thesis.tex":
        write_site(tmp_path, [model])  # beside the page, in nobody's way
    else:
        with pytest.raises(ConfigError, match="holds other files"):
            write_site(tmp_path, [model])
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == found


@pytest.mark.parametrize(
    "name", [MODELS, "index.html", "README.txt", f"{MODELS}/{FIRST}.critic.js", f"{MODELS}/old.js"]
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
    found = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(ConfigError, match="holds"):
        write_site(tmp_path / "site", [model])
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == found
    assert link.is_symlink()


def test_odd_names_and_cards_make_a_page_all_the_same(
    page: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, odd = tiny_model(), os.fsdecode(b"caf\xe9")
    cards = {odd: {"data": {"label": "\ud800", "licence": "</script>"}},
             "null": {"data": None, "nimg": float("inf"), "quality": {"frechet": float("nan")}}}  # fmt: skip
    for name, card in cards.items():
        save_model(replace(model, card=model.card | card), tmp_path / name)
        (tmp_path / f"{name}.json").unlink()  # the card inside counts
    named = [str(tmp_path / f"{name}.safetensors") for name in cards]
    main(["export", "--static", str(tmp_path / f"{odd}-site"), *named])
    assert "caf?-site" in capsys.readouterr().out
    (tmp_path / f"{odd}-site").rename(tmp_path / "site")
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    opened(page, (tmp_path / "site").as_uri())
    page.select_option("#explore-model", "null")
    wait_drawn(page, "model", "null")
    page.goto(f"{(tmp_path / 'site').as_uri()}/index.html?model=nobody")
    note = page.locator("#atelier-note.trouble.seen")
    expect(note).to_contain_text("null")
    assert note.inner_text().count("caf?") == 1
    assert troubles == []


def test_real_pictures_come_along_when_asked() -> None:
    model = load_model(SECOND)
    path = f"{MODELS}/{SECOND}.reference.js"
    assert path not in site_files([model])
    assert (path in site_files([model], all_references=True)) is at_hand(model)


def test_a_full_disk_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole, count = site.write_whole, 0

    def filling(path: Path, content: bytes) -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise RunError(f"cannot write {path}: No space left on device")
        whole(path, content)

    monkeypatch.setattr(site, "write_whole", filling)
    with pytest.raises(RunError, match="No space"):
        write_site(tmp_path / "new", [load_model(FIRST)])
    assert list(tmp_path.iterdir()) == []


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
    "twice": ["--static", "SITE", FIRST, FIRST],
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
