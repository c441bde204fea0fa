"""The app in a real Chromium: what a visitor sees is what the core computes."""

import base64
import io
import json
import random
from collections.abc import Mapping
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from conftest import DIGITS, RING
from gan.checkpoint import load_model
from gan.explore import Edits, film_latents, neighbours, opinion, pictures, render
from gan.images import to_pixels
from gan.latents import z_from_seeds
from gan.model import Model
from gan.ui.views import RADIUS

HERO = "[data-testid=explore-picture]"
TILES = "[data-testid=explore-neighbours]"
NO_SIDEWAYS = "document.scrollingElement.scrollWidth <= innerWidth"


@pytest.fixture(scope="session")
def digits(models: dict[str, Path]) -> Model:
    return load_model(models[DIGITS])


def decoded(src: str | None) -> np.ndarray:
    """The pixels [H, W] or [H, W, 3] of a PNG data URI."""
    assert src is not None
    assert src.startswith("data:image/png;base64,")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(src.partition(",")[2]))))


def wanted(model: Model, z: torch.Tensor, psi: float = 1.0, edits: Edits | None = None) -> np.ndarray:
    """The pixels [H, W] that the core gives for one latent z [z_dim]."""
    return to_pixels(render(model, z[None], psi, edits or Edits()))[0, ..., 0].numpy()


def hero(page: Page) -> np.ndarray:
    return decoded(page.get_attribute(HERO, "src"))


def wait_query(page: Page, values: Mapping[str, str | None]) -> None:
    """Wait until the picture's own link says so; None means that the key is not in it."""
    page.wait_for_function(
        """([selector, values]) => {
            const query = new URLSearchParams(document.querySelector(selector).dataset.query);
            return Object.entries(values).every(([key, value]) => query.get(key) === value);
        }""",
        arg=[HERO, dict(values)],
    )


def slide(page: Page, control: str, value: float) -> None:
    """Move a slider as a hand does: the value changes and the browser says `input`."""
    page.eval_on_selector(
        f"#{control} input[type=range]",
        "(el, v) => { el.value = v; el.dispatchEvent(new Event('input', { bubbles: true })); }",
        value,
    )


def open_page(page: Page, address: str, query: str = "") -> None:
    page.goto(address + query)
    page.wait_for_selector("html[data-ready]", state="attached")


def toast(page: Page) -> Locator:
    return page.locator("#atelier-note.trouble.seen")


def test_first_picture_is_there_and_is_the_cores(page: Page, address: str, digits: Model) -> None:
    outside: list[str] = []
    page.on("request", lambda r: outside.append(r.url) if not r.url.startswith((address, "data:", "blob:")) else None)
    open_page(page, address)
    expect(page.locator(HERO)).to_be_visible()
    assert page.get_attribute(HERO, "data-model") == DIGITS
    assert page.get_attribute(HERO, "data-seed") == "42"
    z = z_from_seeds([42], digits.G.z_dim)[0]
    np.testing.assert_array_equal(hero(page), wanted(digits, z))
    tiles = page.locator(f"{TILES} img")
    assert tiles.count() == 9
    np.testing.assert_array_equal(decoded(tiles.nth(4).get_attribute("src")), wanted(digits, z))
    marks = opinion(digits, render(digits, z[None]))
    assert marks is not None
    expect(page.get_by_test_id("explore-opinion")).to_contain_text(f"{round(100 * float(marks[0]))} %")
    assert outside == []


def test_a_page_at_rest_draws_no_frames(page: Page, address: str) -> None:
    page.add_init_script(
        "window.asked = 0; const own = requestAnimationFrame.bind(window);"
        "window.requestAnimationFrame = (callback) => { window.asked++; return own(callback); };"
    )
    open_page(page, address)
    for _ in range(8):  # gradio fades in for about three seconds
        before = page.evaluate("window.asked")
        page.wait_for_timeout(1000)
        if page.evaluate("window.asked") - before <= 5:
            return
    pytest.fail("frames are asked for in a page where nothing moves")


def test_a_hundred_slider_moves_give_a_hundred_right_pictures(page: Page, address: str, digits: Model) -> None:
    open_page(page, address)
    rng = random.Random(0)
    z = z_from_seeds([42], digits.G.z_dim)[0]
    psi, moves = 1.0, {}
    for _ in range(100):
        if rng.random() < 0.5:
            psi = rng.choice([n for n in range(151) if n != round(psi * 100)]) / 100
            slide(page, "explore-psi", psi)
            wait_query(page, {"psi": None if psi == 1 else f"{psi:g}"})
        else:
            k = rng.randrange(3)
            moves[k] = rng.choice([n for n in range(-60, 61) if n and n != round(moves.get(k, 0) * 20)]) / 20
            slide(page, f"explore-direction-{k + 1}", moves[k])
            wait_query(page, {f"d{k + 1}": f"{moves[k]:g}"})
        np.testing.assert_array_equal(hero(page), wanted(digits, z, psi, Edits(directions=moves)))


def test_a_fast_hand_ends_at_the_last_value(page: Page, address: str, digits: Model) -> None:
    open_page(page, address)
    for i in range(60):
        slide(page, "explore-psi", i / 100)
    slide(page, "explore-direction-1", -2.5)
    wait_query(page, {"psi": "0.59", "d1": "-2.5"})
    z = z_from_seeds([42], digits.G.z_dim)[0]
    np.testing.assert_array_equal(hero(page), wanted(digits, z, 0.59, Edits(directions={0: -2.5})))


def test_dice_and_seed(page: Page, address: str, digits: Model) -> None:
    open_page(page, address)
    page.click("#explore-dice")
    page.wait_for_function(f"document.querySelector('{HERO}').dataset.seed !== '42'")
    seed = int(page.get_attribute(HERO, "data-seed") or "")
    np.testing.assert_array_equal(hero(page), wanted(digits, z_from_seeds([seed], digits.G.z_dim)[0]))
    expect(page.locator("#explore-seed :is(input, textarea)")).to_have_value(str(seed))
    page.fill("#explore-seed :is(input, textarea)", "7")
    page.press("#explore-seed :is(input, textarea)", "Enter")
    wait_query(page, {"seed": "7"})
    np.testing.assert_array_equal(hero(page), wanted(digits, z_from_seeds([7], digits.G.z_dim)[0]))


def test_raw_coordinate_and_reset(page: Page, address: str, digits: Model) -> None:
    open_page(page, address)
    z = z_from_seeds([42], digits.G.z_dim)[0]
    page.get_by_role("button", name="One coordinate of z").click()
    expect(page.locator("#explore-value input[type=number]")).to_have_value(f"{float(z[0]):.2f}".rstrip("0"))
    slide(page, "explore-value", -2.5)
    wait_query(page, {"z0": "-2.5"})
    np.testing.assert_array_equal(hero(page), wanted(digits, z, edits=Edits(raw={0: -2.5})))
    expect(page.get_by_test_id("explore-set")).to_contain_text("z[0] = -2.50")
    page.click("#explore-reset")
    wait_query(page, {"z0": None})
    np.testing.assert_array_equal(hero(page), wanted(digits, z))


def test_neighbours_are_a_walk(page: Page, address: str, digits: Model) -> None:
    open_page(page, address)
    z = z_from_seeds([42], digits.G.z_dim)[0]
    for n, step in enumerate((5, 2)):
        z = neighbours(z, 42 + n, RADIUS)[step]
        tile = page.locator(f"{TILES} button[data-step='{step}']")
        seen = decoded(tile.locator("img").get_attribute("src"))
        tile.click()
        wait_query(page, {"walk": "-".join("52"[: n + 1])})
        np.testing.assert_array_equal(hero(page), wanted(digits, z))
        # The tile came from a batch: a value may round to the next grey level.
        assert np.abs(seen.astype(int) - hero(page)).max() <= 1
    page.click("#explore-back")
    wait_query(page, {"walk": "5"})


def test_link_opens_the_same_picture_elsewhere(
    page: Page, context: BrowserContext, address: str, digits: Model
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    open_page(page, address, f"/?model={DIGITS}&seed=9&psi=0.6&d1=1.5&z3=-1&walk=4")
    wait_query(page, {"seed": "9", "psi": "0.6", "d1": "1.5", "z3": "-1", "walk": "4"})
    z = neighbours(z_from_seeds([9], digits.G.z_dim)[0], 9, RADIUS)[4]
    picture = wanted(digits, z, 0.6, Edits(raw={3: -1.0}, directions={0: 1.5}))
    np.testing.assert_array_equal(hero(page), picture)
    page.click("#explore-link")
    expect(page.locator("#atelier-note")).to_have_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    other = context.new_page()
    other.goto(link)
    other.wait_for_selector(HERO)
    wait_query(other, {"seed": "9", "walk": "4"})
    np.testing.assert_array_equal(hero(other), picture)


def test_png_download_carries_its_settings(page: Page, address: str, digits: Model, tmp_path: Path) -> None:
    open_page(page, address)
    with page.expect_download() as waiting:
        page.click("#explore-png")
    waiting.value.save_as(tmp_path / "picture.png")
    picture = Image.open(tmp_path / "picture.png")
    assert picture.size == (448, 448)
    small = np.asarray(picture)[28::56, 28::56]
    np.testing.assert_array_equal(small, wanted(digits, z_from_seeds([42], digits.G.z_dim)[0]))
    assert json.loads(picture.info["gan-atelier"])["seed"] == 42


def test_points_are_a_scatter(page: Page, address: str, models: dict[str, Path]) -> None:
    open_page(page, address, f"/?model={RING}&seed=3")
    wait_query(page, {"model": RING, "seed": "3"})
    ring = load_model(models[RING])
    z = torch.randn(2_000, ring.G.z_dim, generator=torch.Generator().manual_seed(3))
    np.testing.assert_array_equal(hero(page), pictures(ring, z[None])[0].numpy())


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("/?seed=abc", "seeds are whole numbers"),
        ("/?psi=nan", "psi must be a number"),
        ("/?psi=9", "psi must be a number from 0 to 1.5"),
        ("/?model=nobody", "there is no model"),
        ("/?walk=9", "a walk is"),
        ("/?z999=1", "z has coordinates"),
        ("/?d99=1", "directions"),
        ("/?d1=9", "must be a number from -3 to 3"),
    ],
)
def test_bad_links_get_a_sentence_and_a_picture(page: Page, address: str, digits: Model, query: str, said: str) -> None:
    open_page(page, address, query)
    expect(toast(page)).to_contain_text(said, ignore_case=True)
    assert "Traceback" not in page.content()
    np.testing.assert_array_equal(hero(page), wanted(digits, z_from_seeds([42], digits.G.z_dim)[0]))


def test_a_bad_seed_is_answered_and_nothing_is_lost(page: Page, address: str, digits: Model) -> None:
    open_page(page, address)
    page.fill("#explore-seed :is(input, textarea)", "abc")
    page.press("#explore-seed :is(input, textarea)", "Enter")
    expect(toast(page)).to_contain_text("Seeds are whole numbers such as 42")
    z = z_from_seeds([42], digits.G.z_dim)[0]
    np.testing.assert_array_equal(hero(page), wanted(digits, z))
    slide(page, "explore-psi", 0.5)
    wait_query(page, {"psi": "0.5"})
    np.testing.assert_array_equal(hero(page), wanted(digits, z, 0.5))


def test_arrow_keys_move_a_slider(page: Page, address: str, digits: Model) -> None:
    open_page(page, address)
    page.focus("#explore-psi input[type=range]")
    page.keyboard.press("ArrowLeft")
    wait_query(page, {"psi": "0.99"})
    np.testing.assert_array_equal(hero(page), wanted(digits, z_from_seeds([42], digits.G.z_dim)[0], 0.99))


def test_strip_and_film(page: Page, address: str, digits: Model, tmp_path: Path) -> None:
    open_page(page, address, "/?tab=interpolate")
    strip = page.get_by_test_id("interpolate-strip")
    expect(strip).to_be_visible()
    page.fill("#interpolate-seeds :is(input, textarea)", "3,8")
    page.press("#interpolate-seeds :is(input, textarea)", "Enter")
    expect(strip.locator(".key")).to_have_text(["seed 3", "seed 8"])
    slide(page, "interpolate-frames", 10)
    expect(page.locator("#interpolate-preview figcaption")).to_contain_text("20 frames")
    first = decoded(strip.locator("img").first.get_attribute("src"))
    np.testing.assert_allclose(first, wanted(digits, z_from_seeds([3], digits.G.z_dim)[0]), atol=1)
    reference = pictures(digits, film_latents([3, 8], digits.G.z_dim, 10, "slerp", "loop"))[..., 0].numpy()
    for suffix in ("mp4", "gif", "webp"):
        with page.expect_download() as waiting:
            page.click(f"#interpolate-{suffix}")
        path = tmp_path / f"film.{suffix}"
        waiting.value.save_as(path)
        assert waiting.value.suggested_filename == f"{DIGITS}-3-8.{suffix}"
        frames = film_frames(path)
        assert len(frames) == 20
        # Compression costs a few grey levels; the middles of the enlarged squares must be the core's pixels.
        small = np.stack(frames)[:, 28::56, 28::56]
        assert np.abs(small.astype(int) - reference).mean() < 6
    page.click("#interpolate-make")
    page.wait_for_function("document.querySelector('#interpolate-film video')?.currentTime > 0.2")
    expect(page.locator("#interpolate-preview .reel")).to_be_hidden()
    page.click("#interpolate-turn label:has-text('Once')")
    expect(page.locator("#interpolate-preview figcaption")).to_contain_text("11 frames")


def film_frames(path: Path) -> list[np.ndarray]:
    """The frames of a film, grey [H, W]."""
    if path.suffix == ".mp4":
        with av.open(str(path)) as file:
            return [frame.to_ndarray(format="gray") for frame in file.decode(video=0)]
    picture = Image.open(path)
    frames = []
    for i in range(getattr(picture, "n_frames", 1)):
        picture.seek(i)
        frames.append(np.asarray(picture.convert("L")))
    return frames


@pytest.mark.parametrize(("seeds", "said"), [("1", "2 to 24 seeds"), ("1,x", "whole numbers"), ("0-99", "24 seeds")])
def test_bad_film(page: Page, address: str, seeds: str, said: str) -> None:
    open_page(page, address, "/?tab=interpolate")
    page.fill("#interpolate-seeds :is(input, textarea)", seeds)
    page.press("#interpolate-seeds :is(input, textarea)", "Enter")
    expect(toast(page)).to_contain_text(said)
    expect(page.get_by_test_id("interpolate-reel")).to_be_visible()


@pytest.mark.parametrize("tab", ["explore", "interpolate"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_never_scrolls_sideways(page: Page, address: str, tab: str, theme: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    open_page(page, address, f"/?tab={tab}&__theme={theme}")
    expect(page.locator(f"#{tab}-stage, #{tab}-preview").first).to_be_visible()
    assert page.evaluate("document.body.classList.contains('dark')") == (theme == "dark")
    assert page.evaluate(NO_SIDEWAYS)
    page.locator("summary").first.click()
    assert page.evaluate(NO_SIDEWAYS)


@pytest.mark.parametrize("tab", ["explore", "interpolate"])
def test_every_control_has_a_name(page: Page, address: str, tab: str) -> None:
    open_page(page, address, f"/?tab={tab}")
    expect(page.locator(f"#{tab}-stage, #{tab}-preview").first).to_be_visible()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, input, textarea, select, summary')]
            .filter((el) => el.offsetParent !== null)
            .filter((el) => !(el.getAttribute('aria-label') || el.innerText?.trim() || el.labels?.length
                || el.getAttribute('aria-labelledby') || el.title))
            .map((el) => el.outerHTML.slice(0, 200))"""
    )
    assert nameless == []


def test_light_and_dark(page: Page, address: str) -> None:
    open_page(page, address)
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("[data-act=theme]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    page.reload()
    page.wait_for_selector(HERO)
    expect(page.locator("body")).to_have_class("dark")


def test_chinese_for_a_chinese_browser_and_by_the_switch(page: Page, context: BrowserContext, address: str) -> None:
    open_page(page, address)
    expect(page.get_by_role("tab", name="Explore")).to_be_visible()
    page.click("[data-act=language]")
    expect(page.get_by_role("tab", name="探索")).to_be_visible()
    expect(page.get_by_test_id("explore-opinion")).to_contain_text("鉴别者")
    expect(page.get_by_text("每个整数是")).to_be_visible()
    slide(page, "explore-psi", 0.5)
    wait_query(page, {"psi": "0.5"})
    expect(page.get_by_test_id("explore-opinion")).to_contain_text("鉴别者")
    page.click("[data-act=language]")
    expect(page.get_by_role("tab", name="Explore")).to_be_visible()
    browser = context.browser
    assert browser is not None
    chinese = browser.new_context(locale="zh-CN")
    other = chinese.new_page()
    open_page(other, address)
    expect(other.get_by_role("tab", name="探索")).to_be_visible()
    expect(other.get_by_test_id("explore-opinion")).to_contain_text("鉴别者")
    chinese.close()
