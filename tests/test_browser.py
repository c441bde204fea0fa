"""The page around the tabs in a real Chromium: it is whole, it rests, it speaks two languages and fits a phone."""

import re
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import DIGITS, RING, STYLE, forget
from faults import serious
from gan.models.checkpoint import shipped
from gan.ui.app import page_assets
from latin import foreign_words

PAGE_LIMIT = 80_000  # bytes of the page itself, before any of its files
ASSETS = page_assets()
LIVE = "[data-testid=live]:not([data-updates='0'])"
READY = {
    "learn": "[data-testid=learn]:not([data-updates='0'])",
    "explore": "[data-testid=explore][data-ready=yes]",
    "interpolate": "[data-testid=interpolate][data-ready=yes]",
}
NO_SIDEWAYS = "document.scrollingElement.scrollWidth <= innerWidth"
NAMELESS = """() => [...document.querySelectorAll('button, input, textarea, select, summary, canvas')]
    .filter((el) => el.checkVisibility())
    .filter((el) => !(el.getAttribute('aria-label') || el.innerText?.trim() || el.labels?.length
        || el.getAttribute('aria-labelledby') || el.title || el.getAttribute('aria-hidden') === 'true'))
    .map((el) => el.outerHTML.slice(0, 200))"""

# Every text that is to be seen or heard in a place: by itself, on hovering, from a screen reader.
SAID = """(place) => {
    const said = new Set(), root = document.querySelector(place);
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const { parentElement: parent, textContent } = walk.currentNode;
        if (parent.closest("code")) continue; // a program is in no language of ours
        if (textContent.trim() && (parent.checkVisibility() || parent.closest("option"))) said.add(textContent.trim());
    }
    for (const element of root.querySelectorAll("*")) {
        for (const name of ["title", "aria-label", "aria-description", "aria-valuetext", "placeholder", "alt"]) {
            const text = element.getAttribute(name);
            if (text && (element.checkVisibility() || element.tagName === "OPTION")) said.add(text);
        }
    }
    return [...said];
}"""


def open_page(page: Page, address: str, query: str = "?tab=explore") -> None:
    page.goto(f"{address}/{query}")
    tab = query.partition("tab=")[2].partition("&")[0]
    page.wait_for_selector(READY.get(tab, LIVE), state="attached")


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Iterator[BrowserContext]:
    """Who has a Chinese browser."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    yield context
    context.close()


@pytest.fixture
def chinese(reader: BrowserContext) -> Iterator[Page]:
    """A page of that browser, which comes for the first time."""
    yield reader.new_page()
    forget(reader)


def test_a_page_at_rest_draws_no_frames_and_asks_nobody(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.add_init_script(
        "window.asked = 0; const own = requestAnimationFrame.bind(window);"
        "window.requestAnimationFrame = (callback) => { window.asked++; return own(callback); };"
    )
    open_page(page, address)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    for _ in range(8):  # gradio fades in for about three seconds
        before, asked[:] = page.evaluate("window.asked"), []
        page.wait_for_timeout(1000)
        if page.evaluate("window.asked") - before <= 5 and not asked:
            return
    pytest.fail("frames are drawn or questions asked by a page where nothing moves")


def test_phone_and_desk_light_and_dark(page: Page, address: str) -> None:
    open_page(page, address, "?tab=learn&__theme=light")
    for tab, ready in READY.items():
        page.set_viewport_size({"width": 1280, "height": 800})
        page.click(f"#tab-{tab}-button")
        page.wait_for_selector(ready, state="attached")
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            for theme in ("light", "dark"):
                if page.evaluate("document.body.classList.contains('dark')") != (theme == "dark"):
                    page.click("[data-act=theme]")
                page.wait_for_timeout(300)
                assert page.evaluate(NO_SIDEWAYS), (tab, width, theme)
                assert serious(page) == [], (tab, width, theme)
            assert page.evaluate(NAMELESS) == [], tab
        folds = page.evaluate_handle("[...document.querySelectorAll('details')].map((fold) => [fold, fold.open])")
        folds.evaluate("(folds) => folds.forEach(([fold]) => { fold.open = true; })")
        page.wait_for_timeout(500)
        assert page.evaluate(NO_SIDEWAYS), f"{tab} with all folds open"
        assert page.evaluate(NAMELESS) == [], f"{tab} with all folds open"
        folds.evaluate("(folds) => folds.forEach(([fold, open]) => { fold.open = open; })")


def test_a_link_opens_its_tab_however_long_it_is(page: Page, address: str) -> None:
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url[len(address) :]))
    page.goto(f"{address}/?tab=interpolate&model={'a' * 22_000}")  # gradio's own events fail there
    expect(page.locator("#tab-interpolate-button")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#atelier-note.trouble.seen")).to_be_visible()
    assert not [url for url in requested if url.startswith("/gradio_api/")]
    assert max(len(url) for url in requested if url.startswith("/explore/models")) < 200
    for path in ("/", "/config", "/explore/models"):
        answer = page.request.get(f"{address}{path}?model={'a' * 60_000}")
        assert (answer.status, "too long" in answer.json()["trouble"]) == (414, True)


def test_the_page_is_small_and_names_its_files(address: str) -> None:
    with urllib.request.urlopen(f"{address}/") as response:
        page = response.read()
    assert len(page) <= PAGE_LIMIT
    found = set(re.findall(rf"\b{ASSETS.base}/([\w./]+)", page.decode()))
    assert {"style.css", "explore/index.js", "engine/worker.js"} <= found
    assert found <= set(ASSETS.files)


def test_light_and_dark_are_kept(page: Page, address: str) -> None:
    open_page(page, address)
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("[data-act=theme]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    page.reload()
    page.wait_for_selector(READY["explore"])
    expect(page.locator("body")).to_have_class("dark")


def test_chinese_by_the_switch(page: Page, address: str) -> None:
    open_page(page, address)
    expect(page.get_by_role("tab", name="Explore")).to_be_visible()
    page.click("[data-act=language]")
    expect(page.get_by_role("tab", name="探索")).to_be_visible()
    expect(page.locator("[data-group=critic] summary")).to_have_text("鉴别者内部")
    page.click("[data-act=language]")
    expect(page.get_by_role("tab", name="Explore")).to_be_visible()


@pytest.mark.parametrize("tab", [*READY, "live"])
def test_all_that_a_chinese_page_says_is_chinese(chinese: Page, address: str, tab: str) -> None:
    model = "" if tab == "live" else f"&model={STYLE}"  # one with classes
    open_page(chinese, address, f"?tab={tab}{model}")
    expect(chinese.get_by_role("tab", name="探索")).to_be_visible()
    chinese.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    chinese.wait_for_timeout(1000)
    said = chinese.evaluate(SAID, f"#tab-{tab}") + chinese.evaluate(SAID, ".atelier")
    names = (STYLE, DIGITS, RING, *shipped())
    left = {text: foreign_words(re.sub("|".join(names), "", text)) for text in said}
    assert len(left) > 60
    assert {text: words for text, words in left.items() if words} == {}


def test_the_host_answers_a_chinese_page_in_chinese(chinese: Page, address: str) -> None:
    open_page(chinese, address, "?tab=live&data=nowhere")
    expect(chinese.locator("#atelier-note")).to_contain_text("--data 只能是")
