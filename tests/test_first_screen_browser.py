"""The first ten seconds in Chromium: a picture before any script, nothing that jumps, a walk that ends with a touch."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from conftest import DIGITS, RING, until
from explore_desk import HERO, READY, core, pixels, right, settled, slide, view_of, wait
from faults import serious
from gan.explore.views import View
from gan.models.checkpoint import load_model
from gan.models.model import Model

FIRST = "[data-testid=explore-first-picture]"
STROLL = "#explore-stroll"
# What a picture that came with the page shows, [H, W, 4] in a row.
SEEN = """(image) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    const size = [image.naturalHeight, image.naturalWidth];
    Object.assign(canvas, { width: size[1], height: size[0] });
    canvas.getContext("2d").drawImage(image, 0, 0);
    return [size, [...canvas.getContext("2d").getImageData(0, 0, size[1], size[0]).data]];
}"""
# Notes the shifts that no hand has caused, and every place at which the first picture was seen.
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) window.shifts.push(value);
}).observe({ type: "layout-shift", buffered: true });
window.places = [];
const look = () => {
  const found = document.querySelector("[data-testid=explore-first-picture], #explore-canvas");
  const { x, y, width, height } = found?.getBoundingClientRect() ?? {};
  const place = [x, y, width, height].join(" ");
  if (width > 1 && window.places.at(-1) !== place) window.places.push(place);
  requestAnimationFrame(look);
};
look();
"""


@pytest.fixture
def fresh_context(chromium: Browser) -> Iterator[BrowserContext]:
    """A visitor who comes for the first time."""
    with chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-US") as context:
        context.set_default_timeout(20_000)
        yield context


@pytest.fixture(scope="module")
def digits(models: dict[str, Path]) -> Model:
    return load_model(models[DIGITS])


def frames(page: Page) -> int:
    return int(page.get_attribute(HERO, "data-frame") or 0)


def test_the_picture_is_there_before_any_script_of_gradio(fresh_context: BrowserContext, address: str) -> None:
    page = fresh_context.new_page()
    page.add_init_script(WATCH)
    held: list[Route] = []
    holding = [True]
    page.route("**/assets/*.js", lambda route: held.append(route) if holding else route.continue_())
    page.goto(address, wait_until="commit")
    image = page.wait_for_selector(FIRST)
    assert image is not None
    size, values = image.evaluate(SEEN)
    seen = np.array(values, np.int16).reshape(*size, 4)[..., :3]
    before = image.bounding_box()
    expect(page.locator("#atelier-curtain figcaption [lang=en]")).to_have_text(f"Fetching the model {DIGITS} …")
    expect(page.locator("#atelier-curtain progress")).to_be_visible()
    assert page.locator(HERO).count() == 0, "gradio has laid the page out: nothing is held"
    holding.clear()
    for route in held:
        route.continue_()
    page.wait_for_selector(READY)
    assert page.locator("#atelier-curtain").count() == 0
    assert before is not None
    assert page.locator(HERO).bounding_box() == pytest.approx(before, abs=0.6)
    expect(page.locator(FIRST)).to_be_hidden()
    page.click("#explore-reset")
    wait(page, "!q.x && !q.y")
    assert np.abs(pixels(page) - seen).max() <= 1
    places = np.array([[float(v) for v in place.split()] for place in page.evaluate("window.places")])
    assert np.abs(places - places[0]).max() < 1, "the picture moved"
    assert sum(page.evaluate("window.shifts")) < 0.05


@pytest.mark.parametrize("query", ["?model=tiny-ring", "?seed=7", "?tab=explore&psi=0.5"])
def test_a_link_never_shows_another_picture(fresh_context: BrowserContext, address: str, query: str) -> None:
    page = fresh_context.new_page()
    page.route("**/assets/*.js", lambda route: None)
    page.goto(f"{address}/{query}", wait_until="commit")
    expect(page.locator("#atelier-curtain .explore-empty")).to_be_visible()
    expect(page.locator(FIRST)).to_be_hidden()
    expect(page.locator("#atelier-curtain figcaption")).to_be_hidden()  # it names the first model
    page.unroute("**/assets/*.js")


def test_another_tab_shows_no_picture(fresh_context: BrowserContext, address: str) -> None:
    page = fresh_context.new_page()
    page.goto(f"{address}/?tab=interpolate")
    expect(page.locator("[data-testid=interpolate-canvas]")).to_be_visible()
    expect(page.locator("#atelier-curtain")).to_have_count(0)


def test_it_moves_until_a_hand_touches_anything(fresh_context: BrowserContext, address: str, digits: Model) -> None:
    page = fresh_context.new_page()
    page.goto(address)
    page.wait_for_selector(READY)
    wait(page, "q.x > 0.05")
    assert view_of(page).seed == 42
    settled(page)  # it does not keep the small pictures from coming
    assert "model=" not in page.url, "the walk is in the address"
    expect(page.locator(STROLL)).to_have_accessible_name("Pause the walk")
    assert serious(page, ".explore-view") == []
    page.click(STROLL)
    expect(page.locator(STROLL)).to_have_accessible_name("Go on with the walk")
    page.wait_for_timeout(100)
    here = frames(page)
    page.wait_for_timeout(300)
    assert frames(page) == here
    right(page, {DIGITS: digits})
    page.click(STROLL)
    page.wait_for_function("(n) => Number(document.querySelector('#explore-canvas').dataset.frame) > n + 3", arg=here)
    slide(page, "explore-psi", 0.5)
    wait(page, "q.psi === '0.5'")
    touched = right(page, {DIGITS: digits})
    assert (touched.x, touched.y) != (0, 0), "the picture jumped back"
    expect(page.locator(STROLL)).to_have_count(0)
    page.wait_for_timeout(300)
    assert view_of(page) == touched
    page.wait_for_function("location.search.includes('psi=0.5')")
    page.click("#explore-undo")
    wait(page, "!q.psi")
    assert view_of(page) == View(DIGITS, 42, touched.x, touched.y)  # one step: what the hand did
    expect(page.locator("#explore-undo")).to_have_attribute("aria-disabled", "true")


def test_it_costs_nothing_while_nobody_sees_it(fresh_context: BrowserContext, address: str) -> None:
    page = fresh_context.new_page()
    page.goto(address)
    page.wait_for_selector(READY)
    page.click("#tab-interpolate-button")
    page.wait_for_timeout(200)
    here = frames(page)
    page.wait_for_timeout(300)
    assert frames(page) == here
    page.click("#tab-explore-button")
    page.wait_for_function("(n) => Number(document.querySelector('#explore-canvas').dataset.frame) > n", arg=here)


def test_it_stands_still_where_motion_is_unwelcome(fresh_context: BrowserContext, address: str) -> None:
    page = fresh_context.new_page()
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    page.wait_for_selector(READY)
    page.wait_for_timeout(400)
    assert frames(page) == 1
    page.click(STROLL)  # who asks for it gets it
    page.wait_for_function("Number(document.querySelector('#explore-canvas').dataset.frame) > 3")


def test_a_link_to_a_picture_stands_still(fresh_context: BrowserContext, address: str) -> None:
    page = fresh_context.new_page()
    page.goto(f"{address}/?tab=explore&model={RING}&seed=7")
    page.wait_for_selector(READY)
    expect(page.locator(STROLL)).to_have_count(0)
    assert view_of(page) == View(RING, 7)


def test_randomise_stays_where_pictures_look_right(fresh_context: BrowserContext, address: str) -> None:
    page = fresh_context.new_page()
    page.goto(f"{address}/?tab=explore&model={DIGITS}&seed=7")
    page.wait_for_selector(READY)
    for _ in range(5):
        page.click("#explore-randomise")
        wait(page, "q.psi")
        view = view_of(page)
        assert view.psi <= 0.7
        assert max((abs(sigmas) for sigmas in view.directions.values()), default=0) <= 1


def test_the_critics_file_comes_when_it_is_asked_for(fresh_context: BrowserContext, address: str) -> None:
    page = fresh_context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_selector(READY)
    settled(page)
    assert not [url for url in asked if "part=critic" in url or "part=reference" in url]
    assert len([url for url in asked if "part=generator" in url]) == 1
    assert len([url for url in asked if "/atelier/" in url]) <= 6
    page.eval_on_selector("[data-group=critic]", "(box) => { box.open = true; }")
    expect(page.get_by_test_id("explore-opinion")).to_contain_text("%")
    assert len([url for url in asked if "part=critic" in url]) == 1


def test_a_model_on_its_way_says_how_far_it_is(fresh_context: BrowserContext, address: str) -> None:
    page = fresh_context.new_page()
    speed = fresh_context.new_cdp_session(page)
    speed.send("Network.enable")
    page.goto(f"{address}/?tab=explore&model={DIGITS}&seed=7")
    page.wait_for_selector(READY)
    slow = {"offline": False, "latency": 0, "downloadThroughput": 400_000, "uploadThroughput": 400_000}
    speed.send("Network.emulateNetworkConditions", slow)
    page.select_option("#explore-model", "faces-style-64")
    bar = page.get_by_test_id("explore-fetching")
    page.wait_for_function("""() => {
      const bar = document.querySelector("[data-testid=explore-fetching]"), { value } = bar;
      const caption = document.querySelector(".explore-first figcaption").textContent;
      return bar.checkVisibility() && 0 < value && value <= 1 && caption.includes("Fetching faces-style-64: ");
    }""")
    wait(page, "q.model === 'faces-style-64'")
    expect(bar).to_be_hidden()
    expect(page.locator(".explore-first figcaption")).to_contain_text("faces-style-64 · seed 7")
    faces = load_model("faces-style-64")
    until(lambda: np.abs(pixels(page) - core(faces, view_of(page))).max() <= 1)  # not the sketch any more
