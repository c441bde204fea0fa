"""The page around the tabs in a real Chromium: it is whole, it rests, it speaks two languages and fits a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import DIGITS, RING, STYLE
from gan.models.checkpoint import shipped
from latin import foreign_words

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


def serious(page: Page) -> list[str]:
    """What axe finds that keeps people out."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in ("serious", "critical")]


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


@pytest.mark.parametrize("tab", READY)
def test_phone_and_desk_light_and_dark(page: Page, address: str, tab: str) -> None:
    open_page(page, address, f"?tab={tab}&__theme=light")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for theme in ("light", "dark"):
            if page.evaluate("document.body.classList.contains('dark')") != (theme == "dark"):
                page.click("[data-act=theme]")
            page.wait_for_timeout(300)
            assert page.evaluate(NO_SIDEWAYS), (width, theme)
            assert serious(page) == [], (width, theme)
        assert page.evaluate(NAMELESS) == []
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    page.wait_for_timeout(500)
    assert page.evaluate(NO_SIDEWAYS), "with all folds open"
    assert page.evaluate(NAMELESS) == []


def test_light_and_dark_are_kept(page: Page, address: str) -> None:
    open_page(page, address)
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("[data-act=theme]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    page.reload()
    page.wait_for_selector(READY["explore"])
    expect(page.locator("body")).to_have_class("dark")


def test_chinese_for_a_chinese_browser_and_by_the_switch(page: Page, context: BrowserContext, address: str) -> None:
    open_page(page, address)
    expect(page.get_by_role("tab", name="Explore")).to_be_visible()
    page.click("[data-act=language]")
    expect(page.get_by_role("tab", name="探索")).to_be_visible()
    expect(page.locator("[data-group=critic] summary")).to_have_text("鉴别者内部")
    page.click("[data-act=language]")
    expect(page.get_by_role("tab", name="Explore")).to_be_visible()
    browser = context.browser
    assert browser is not None
    chinese = browser.new_context(locale="zh-CN")
    other = chinese.new_page()
    open_page(other, address)
    expect(other.get_by_role("tab", name="探索")).to_be_visible()
    expect(other.locator("[data-group=critic] summary")).to_have_text("鉴别者内部")
    chinese.close()


@pytest.mark.parametrize("tab", [*READY, "live"])
def test_all_that_a_chinese_page_says_is_chinese(chromium: Browser, address: str, tab: str) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    model = "" if tab == "live" else f"&model={STYLE}"  # one with classes
    open_page(page, address, f"?tab={tab}{model}")
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    page.wait_for_timeout(1000)
    said = page.evaluate(SAID, f"#tab-{tab}") + page.evaluate(SAID, ".atelier")
    names = (STYLE, DIGITS, RING, *shipped())
    left = {text: foreign_words(re.sub("|".join(names), "", text)) for text in said}
    assert len(left) > 60
    assert {text: words for text, words in left.items() if words} == {}
    context.close()


def test_the_host_answers_a_chinese_page_in_chinese(chromium: Browser, address: str) -> None:
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    open_page(page, address, "?tab=live&data=nowhere")
    expect(page.locator("#atelier-note")).to_contain_text("--data 只能是")
    context.close()
