"""The static site in a real Chromium: the app's pages without a server, from a disk and from a plain web server."""

import base64
import functools
import http.server
import io
import json
import os
import re
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from conftest import DIGITS, until
from core_fixtures import tiny_model
from gan.commands.use import main
from gan.explore import views
from gan.explore.own_latents import packed
from gan.explore.render import film_latents, pictures
from gan.latents import z_from_seeds
from gan.media.films import settings_of
from gan.media.images import to_pixels
from gan.models.checkpoint import load_model, save_model
from gan.models.model import Model
from old_browsers import ITERATORS, LACKING, MISSED, REFUSING, removing
from own_texts import unseeded
from site_folder import FIRST, SECOND, folder

__all__ = ["folder"]  # a fixture

HERO = "[data-testid=explore-canvas]"
SCREEN = "[data-testid=interpolate-canvas]"


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
    until(lambda: close(canvas(page, HERO), wanted(second, 42, 0.55)), 20)  # its picture is nearly right at first
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")

    # the arrow keys go to the other tab; its preview plays, once it is asked to
    page.focus("#tab-explore-button")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-interpolate-button")).to_be_focused()
    expect(page.locator("#tab-explore")).to_be_hidden()
    page.wait_for_selector("[data-testid=interpolate][data-ready=yes]")
    frame = page.get_attribute(SCREEN, "data-frame")
    page.click("#film-play")
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
    view = views.View(SECOND, psi=0.5, own=packed(unseeded(second)))
    opened(page, base, f"?{view.query()}")
    assert close(canvas(page, HERO), to_pixels(views.picture(second, view))[0, ..., 0].numpy())
    page.goto(f"{base}/index.html?tab=interpolate&model=nobody&keys=junk")
    expect(page.locator("#atelier-note.trouble.seen")).to_be_visible()
    assert (outside, troubles) == ([], [])


def test_language_theme_and_narrow_screens(page: Page, folder: Path) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark")
    opened(page, folder.as_uri())
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    expect(page.locator("#tab-explore-button")).to_have_text(re.compile("Explore"), use_inner_text=True)
    assert page.evaluate("document.body.classList.contains('dark')")  # as the system has it
    page.click("[data-act=theme]")
    assert not page.evaluate("document.body.classList.contains('dark')")
    page.click("[data-act=language]")
    expect(page.locator("#tab-explore-button")).to_have_text("探索", use_inner_text=True)
    page.wait_for_selector("[data-testid=explore][data-ready=yes]")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert not page.evaluate("document.body.classList.contains('dark')")  # both are remembered
    assert "种子" in page.inner_text("[data-testid=explore]")


def test_without_webassembly_the_page_draws_all_the_same(own_context: BrowserContext, folder: Path) -> None:
    own_context.add_init_script("delete window.WebAssembly;")
    page = own_context.new_page()
    opened(page, folder.as_uri())
    assert page.get_attribute("[data-testid=explore]", "data-engine") == "plain"
    assert close(canvas(page, HERO), wanted(load_model(FIRST), 42))


def test_an_old_browser_that_keeps_nothing_has_the_page_all_the_same(page: Page, folder: Path, tmp_path: Path) -> None:
    page.add_init_script(REFUSING + removing(*LACKING, *ITERATORS, *MISSED))
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    opened(page, folder.as_uri())
    page.click("#explore-bookmark")
    expect(page.locator("#atelier-note.seen")).to_contain_text("only until the page is closed")
    with page.expect_download() as download:
        page.click("#explore-export-now")
    assert len(json.loads(Path(download.value.path()).read_text())["bookmarks"]) == 1
    page.click("[data-act=language]")
    page.wait_for_url(re.compile("lang=zh-CN"))
    expect(page.locator("#tab-explore-button")).to_have_text("探索", use_inner_text=True)
    page.wait_for_selector("[data-testid=explore][data-ready=yes]")

    # a film is recorded without asking for each of its frames
    page.goto(f"{folder.as_uri()}/index.html?tab=interpolate&model={FIRST}&seeds=1,7&frames=12&fps=12")
    page.wait_for_selector("[data-testid=interpolate][data-ready=yes]")
    with page.expect_download() as download:
        page.click(":is(#film-save-mp4, #film-save-webm)")
    download.value.save_as(tmp_path / "film")
    with av.open(tmp_path / "film") as film:
        pictures = {frame.to_ndarray(format="gray").tobytes() for frame in film.decode(video=0)}
    assert len(pictures) > 6
    assert troubles == []


def test_a_browser_that_cannot_run_the_page_says_so(page: Page, served: str, folder: Path) -> None:
    html = (folder / "index.html").read_text("utf-8").replace('type="importmap"', 'type="of-the-future"')
    page.route("**/index.html", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{served}/index.html")
    expect(page.locator(".atelier-unfilled").first).to_contain_text("older than Safari 16.4")


def test_a_file_that_is_missing_is_one_sentence(page: Page, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes((folder / "index.html").read_bytes())
    page.goto(f"{tmp_path.as_uri()}/index.html")
    expect(page.locator("#atelier-note.trouble.seen")).to_contain_text("digits-mlp.generator is not in this folder")


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


# ---- the app for browsers without WebAssembly


def test_without_webassembly_the_host_draws(own_context: BrowserContext, address: str, models: dict[str, Path]) -> None:
    own_context.add_init_script("delete window.WebAssembly;")
    page = own_context.new_page()
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
