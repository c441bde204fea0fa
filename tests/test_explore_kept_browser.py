"""What Explore keeps and shares, in a real Chromium: names, bookmarks, addresses, links and files."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import DIGITS, STYLE, english
from explore_desk import (
    DCGAN,
    HERO,
    NOTE,
    READY,
    core,
    desk,
    fresh,
    opened,
    pixels,
    right,
    settled,
    shown,
    slide,
    view_of,
    visitor,
    wait,
)
from gan.explore.own_latents import own_ws, packed
from gan.explore.own_pictures import nearest_class
from gan.explore.views import View, from_query
from gan.models.model import Model
from own_texts import unseeded

__all__ = ["desk", "shown", "visitor"]  # fixtures

torch.set_num_threads(1)


def test_names_of_directions_are_kept(desk: Page, address: str) -> None:
    fresh(desk)
    desk.fill("#explore-d1-name", "slant")
    desk.press("#explore-d1-name", "Enter")
    expect(desk.locator("#explore-d1")).to_have_attribute("aria-label", "slant")
    expect(desk.locator("#explore-d1")).to_be_focused()
    desk.select_option("#explore-model", DCGAN)
    expect(desk.locator("#explore-d1-name")).to_have_value("")
    desk.select_option("#explore-model", DIGITS)
    expect(desk.locator("#explore-d1-name")).to_have_value("slant")
    assert "slant" in (desk.get_attribute("[data-direction=d1] [data-stop='3']", "aria-label") or "")


# Pictures of the page's own canvases are long, as those of 256 px in colours are.
LONG = """() => {
  const drawn = HTMLCanvasElement.prototype.toDataURL;
  HTMLCanvasElement.prototype.toDataURL = function (type) {
    return this.isConnected ? `data:image/png;base64,${"A".repeat(100_000)}` : drawn.call(this, type);
  };
}"""


def test_a_large_picture_is_kept_as_a_small_one(desk: Page) -> None:
    """It could not be read again, and neither could all other bookmarks."""
    fresh(desk)
    desk.evaluate(LONG)
    desk.click("#explore-bookmark")
    desk.click("#explore-bookmark")
    cards = desk.locator("[data-testid=explore-bookmarks] li")
    expect(cards).to_have_count(2)
    assert cards.locator("img").evaluate_all("(all) => all.map((one) => one.naturalWidth)") == [96, 96]
    while cards.count():
        cards.first.locator(".explore-delete").click()
    desk.reload()
    desk.wait_for_selector(READY)


def test_bookmarks(desk: Page, address: str, shown: dict[str, Model], tmp_path: Path) -> None:
    fresh(desk, DIGITS, 1)
    desk.click("#explore-bookmark")
    slide(desk, "explore-d1", 2)
    desk.click("#explore-bookmark")
    cards = desk.locator("[data-testid=explore-bookmarks] li")
    expect(cards).to_have_count(2)
    cards.nth(1).locator("input").fill("leaning")
    cards.nth(1).locator("input").press("Enter")
    expect(cards.nth(1).locator("input")).to_be_focused()
    with desk.expect_download() as waiting:
        desk.click("#explore-export")
    waiting.value.save_as(tmp_path / "kept.json")
    kept = json.loads((tmp_path / "kept.json").read_text())["bookmarks"]
    assert [one["name"] for one in kept] == [f"seed 1 · {DIGITS}", "leaning"]
    desk.fill("#explore-seed", "5")
    desk.press("#explore-seed", "Enter")
    desk.wait_for_url(re.compile(r"\?tab=explore&model=tiny-digits&seed=5&d1=2$"))
    desk.reload()  # the picture and the bookmarks survive
    desk.wait_for_selector(READY)
    assert right(desk, shown) == View(DIGITS, 5, directions={0: 2.0})
    expect(cards).to_have_count(2)
    cards.nth(1).locator(".explore-earlier").click()
    expect(cards.nth(0).locator("input")).to_have_value("leaning")
    cards.nth(0).locator(".explore-tile").click()
    wait(desk, "q.seed === '1' && q.d1 === '2'")
    assert right(desk, shown) == View(DIGITS, 1, directions={0: 2.0})
    cards.nth(0).locator(".explore-delete").click()
    expect(cards).to_have_count(1)
    desk.set_input_files("#explore-import-file", tmp_path / "kept.json")
    expect(desk.locator(NOTE)).to_contain_text("1 of 2 bookmarks were new")
    expect(cards).to_have_count(2)
    damaged = json.dumps([*kept * 5, 7])
    for text, left in (("[1", 0), (damaged, 10)):
        desk.evaluate(
            """(text) => {
                localStorage.setItem('atelier-bookmarks', text);
                dispatchEvent(new StorageEvent('storage', { key: 'atelier-bookmarks' }));
            }""",
            text,
        )
        expect(cards).to_have_count(left)
        expect(desk.locator(NOTE)).to_contain_text("are damaged")
    aside = [desk.evaluate(f"localStorage.getItem('atelier-bookmarks-damaged{n}')") for n in ("", "-2")]
    assert aside == ["[1", damaged]
    desk.evaluate("scrollTo(0, 1e5)")  # the picture stays above them
    foot, head = (desk.locator(one).bounding_box() for one in (".explore-stage", ".explore-kept"))
    assert foot is not None and head is not None and foot["y"] + foot["height"] <= head["y"]
    kept[0]["view"]["psi"] = 7
    for name, content in {"bad": "{", "other": "[1]", "range": json.dumps({"bookmarks": kept})}.items():
        (tmp_path / f"{name}.json").write_text(content)
        desk.evaluate("document.querySelector('#atelier-note').textContent = ''")
        desk.set_input_files("#explore-import-file", tmp_path / f"{name}.json")
        expect(desk.locator("#atelier-note.trouble")).not_to_be_empty()
        expect(cards).to_have_count(10)


def test_back_returns_to_the_tab_and_the_address_says_what_it_shows(desk: Page, shown: dict[str, Model]) -> None:
    fresh(desk, DIGITS, 6)
    slide(desk, "explore-psi", 0.5)
    desk.click("#tab-interpolate-button")
    desk.wait_for_url(re.compile("tab=interpolate"))
    expect(desk.locator("#explore-canvas")).to_be_hidden()
    desk.go_back()
    expect(desk.locator("#explore-canvas")).to_be_visible()
    desk.wait_for_url(re.compile("tab=explore.*seed=6&psi=0.5"))
    assert right(desk, shown) == View(DIGITS, 6, psi=0.5)
    desk.go_forward()
    expect(desk.locator("#explore-canvas")).to_be_hidden()
    desk.click("#tab-explore-button")
    expect(desk.locator("#explore-canvas")).to_be_visible()


def test_a_link_opens_the_equal_picture_in_a_fresh_browser(
    desk: Page, visitor: BrowserContext, chromium: Browser, address: str, shown: dict[str, Model]
) -> None:
    visitor.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    fresh(desk, DCGAN, 9)
    for control, value in {"explore-psi": 0.6, "explore-d1": 1.5, "explore-z3": -1, "explore-s1": 0.5}.items():
        slide(desk, control, value)
    settled(desk)
    desk.click("[data-testid=explore-neighbours] [data-step='4']")
    desk.click("#explore-mix")
    wait(desk, "q.walk === '4' && q.mix")
    desk.click("#explore-link")
    expect(desk.locator(NOTE)).to_have_text("Link copied")
    link = desk.evaluate("navigator.clipboard.readText()")
    other = chromium.new_context(locale="en-US")
    page = opened(other.new_page(), link)
    assert right(page, shown) == right(desk, shown)
    np.testing.assert_array_equal(pixels(page), pixels(desk))
    for lever in ("explore-mix-seed", "explore-d1", "explore-z3", "explore-s1"):
        expect(page.locator(f"#{lever}")).to_be_visible()  # what the link uses is in sight
    expect(page.locator("#explore-d6")).to_be_hidden()
    old = opened(page, f"{address}/?model={DIGITS}&seed=9&psi=0.6&d7=1.5&z3=-1&walk=4&utm_source=x")
    assert right(old, shown) == View(DIGITS, 9, walk=(4,), psi=0.6, directions={6: 1.5}, raw={3: -1.0})
    expect(page.locator("#explore-d7")).to_be_visible()
    for query, said in {f"model={DIGITS}&d9=1&psi=abc": "psi must be a number", "model=no-such": "There is no model",
                        f"model={DIGITS}&d99=1": "directions"}.items():  # fmt: skip
        opened(page, f"{address}/?{query}")
        expect(page.locator("#atelier-note.trouble")).to_contain_text(said)
        assert right(page, shown) == View(DIGITS)
    other.close()


def test_png_and_key_frames(desk: Page, shown: dict[str, Model], tmp_path: Path) -> None:
    fresh(desk, DIGITS, 4)
    slide(desk, "explore-d2", 1)
    with desk.expect_download() as waiting:
        desk.click("#explore-png")
    assert waiting.value.suggested_filename == f"{DIGITS}-seed-4.png"
    waiting.value.save_as(tmp_path / "picture.png")
    image = Image.open(io.BytesIO((tmp_path / "picture.png").read_bytes()))
    assert image.size == (448, 448)
    np.testing.assert_array_equal(np.asarray(image.convert("RGB"))[28::56, 28::56], pixels(desk))
    settings: dict[str, Any] = json.loads(image.info["gan-atelier"])
    assert from_query(settings["link"], "") == View(DIGITS, 4, directions={1: 1.0})
    assert (settings["seed"], settings["directions"]) == (4, {"1": 1})
    desk.evaluate("localStorage.removeItem('atelier-keys')")
    desk.click("#explore-key-frame")
    expect(desk.locator(NOTE)).to_contain_text("Handed to Interpolate as a key frame; waiting there: 1")
    (key,) = json.loads(desk.evaluate("localStorage.getItem('atelier-keys')"))
    assert (key["model"], key["seed"], key["directions"]) == (DIGITS, 4, {"1": 1})


def test_a_picture_of_ones_own(chromium: Browser, address: str, shown: dict[str, Model]) -> None:
    """Its link opens it in a fresh profile, what edits it works from there, and a seed or another model leaves it."""
    own = packed(unseeded(shown[STYLE]))
    c = int(nearest_class(shown[STYLE], own_ws(shown[STYLE], own)[None]))
    with english(chromium) as context:
        page = opened(context.new_page(), address, f"/?model={STYLE}&own={own}&psi=0.8")
        page.evaluate("document.querySelectorAll('.explore-view details').forEach((d) => { d.open = true; })")
        assert right(page, shown) == View(STYLE, psi=0.8, own=own)
        expect(page.locator("#explore-seed")).to_have_value("")
        expect(page.locator(".explore-start .explore-hint")).to_contain_text("your own picture: no seed made it")
        expect(page.locator(".explore-first figcaption")).to_have_text(f"{STYLE} · your own picture · psi 0.80")
        expect(page.locator(f"#explore-class-{c}")).to_be_checked()
        expect(page.locator(f"#explore-class-{c}")).to_be_disabled()
        for gone in ("#explore-cell", "#explore-drift", "[data-testid=explore-neighbours]", ".explore-coordinates"):
            expect(page.locator(gone)).to_be_hidden()
        before = pixels(page)
        slide(page, "explore-d1", 2)
        page.click("#explore-mix")
        wait(page, "q.d1 === '2' && q.mix === '43'")
        edited = right(page, shown)
        assert (pixels(page) != before).any()
        settled(page)
        strip = pixels(page, "[data-direction=d1] [data-stop='-3'] canvas")
        assert np.abs(strip - core(shown[STYLE], replace(edited, directions={0: -3.0}))).max() <= 1
        page.wait_for_url(re.compile(f"own={own}&psi=0.8&d1=2&mix=43"))
        page.select_option("#explore-beside", DIGITS)
        expect(page.locator(".explore-second figcaption")).to_contain_text("latent has another length here")
        page.select_option("#explore-beside", "")
        for leaves, reached in (
            ("dice", "q.seed && q.d1 === '2'"), ("seed", "q.seed === '42'"), ("model", f"q.model === '{DIGITS}'"),
        ):  # fmt: skip
            if leaves == "dice":
                page.click("#explore-dice")
            elif leaves == "seed":
                page.fill("#explore-seed", "42")
                page.press("#explore-seed", "Enter")
            else:
                page.select_option("#explore-model", DIGITS)
            wait(page, f"{reached} && !q.own")
            assert view_of(page).c == (0 if leaves == "model" else c)
            page.click("#explore-undo")
            wait(page, "q.own")
            assert right(page, shown) == edited
        with english(chromium) as elsewhere:
            other = opened(elsewhere.new_page(), address, f"/?{page.get_attribute(HERO, 'data-query')}")
            assert view_of(other) == edited
            np.testing.assert_array_equal(pixels(other), pixels(page))
        page.click("#explore-key-frame")
        (key,) = json.loads(page.evaluate("localStorage.getItem('atelier-keys')"))
        assert (key["model"], key["own"]) == (STYLE, own)
        for bad, said in {f"{DIGITS}&own={own}": "another model", f"{STYLE}&own={own}!": "is damaged"}.items():
            opened(page, address, f"/?model={bad}")
            expect(page.locator("#atelier-note.trouble")).to_contain_text(said)
            assert "own" not in (page.get_attribute(HERO, "data-query") or "")
