"""The page in browsers as strangers have them, behind a proxy as strangers have it: it works, or a sentence says why.

One app for all, told its root path; whatever the page asks for goes through a proxy that shows it at /gan/.
"""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Route, expect

from conftest import DIGITS
from explore_desk import NOTE, slide
from live_page import LIVE, STATUS, wait
from live_page import opened as live_opened
from old_browsers import ITERATORS, LACKING, MISSED, REFUSING, removing
from prefix_proxy import PrefixProxy

SEEN = {
    "explore": "[data-testid=explore][data-ready=yes]",
    "interpolate": "[data-testid=interpolate][data-ready=yes]",
    "live": f"{LIVE}[data-state=ready]:not([data-updates='0'])",
}
# From `window.broken = true` on, nothing can be drawn any more.
BREAKABLE = """
window.broken = false;
for (const name of ["putImageData", "fill", "drawImage"]) {
  const own = CanvasRenderingContext2D.prototype[name];
  CanvasRenderingContext2D.prototype[name] = function (...given) {
    if (window.broken) throw new TypeError("undefined is not a function");
    return own.apply(this, given);
  };
}
"""
COLOURS = """(selector) => {
    const c = document.querySelector(selector), raw = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
    return new Set(new Uint32Array(raw.buffer)).size;
}"""
FOREIGN = re.compile("undefined is not|TypeError|SecurityError|DOMException")


@pytest.fixture
def proxy(small_app: PrefixProxy) -> PrefixProxy:
    return small_app


def all_tabs_work(page: Page | Frame) -> None:
    """Each tab has its picture; in Live a step is made."""
    for tab, ready in SEEN.items():
        page.locator(f"#tab-{tab}-button").click()
        page.locator(ready).wait_for()
        expect(page.locator(f"#tab-{tab} .atelier-unfilled")).to_be_hidden()
    for canvas in ("#explore-canvas", "[data-testid=interpolate-canvas]", "[data-testid=live-canvas]"):
        assert page.evaluate(COLOURS, canvas) > 4, canvas
    page.locator("#live-step").click()
    page.locator(f"{LIVE}[data-steps='1']").wait_for()


def asked(page: Page | Frame) -> dict[str, str]:
    """The query of the page's address."""
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


# ---- where there is room for one run ------------------------------------------------------------------------------


def test_beyond_the_limit_one_sees_a_place_in_the_queue_and_is_let_in(
    context: BrowserContext, proxy: PrefixProxy
) -> None:
    a, b = (live_opened(context.new_page(), proxy.url) for _ in range(2))
    a.click("#live-play")
    wait(a, "+d.steps > 5")
    b.click("#live-play")
    wait(b, "d.place === '1' && d.state === 'queued'")
    expect(b.locator(STATUS)).to_contain_text("1")
    assert b.get_attribute(LIVE, "data-steps") == "0"
    a.close()  # which ends its run and makes room
    wait(b, "+d.steps > 5", seconds=20)
    b.close()


# ---- behind a proxy -------------------------------------------------------------------------------------------------


def test_behind_a_proxy_nothing_is_lost(page: Page, proxy: PrefixProxy) -> None:
    proxy.lost.clear()
    page.goto(f"{proxy.url}/")
    all_tabs_work(page)
    sheets = page.evaluate(
        "[...document.styleSheets].filter((s) => s.href).map((s) => [new URL(s.href).pathname, s.cssRules.length])"
    )
    rules = {path.rpartition("/")[2]: count for path, count in sheets if path.startswith("/gan/")}
    assert len(rules) == len(sheets)
    assert rules["theme.css"] > 0
    assert rules["style.css"] > 100
    page.click("#tab-interpolate-button")
    with page.expect_download():
        page.click("#film-save-gif")
    page.click("#tab-live-button")
    with page.expect_download():
        page.click("#live-csv")
    assert proxy.lost == []


def test_the_slash_at_the_end_may_be_forgotten(page: Page, proxy: PrefixProxy) -> None:
    page.route(proxy.url, lambda route: route.fulfill(response=route.fetch(url=f"{proxy.url}/")))
    page.route(f"{proxy.url}?**", lambda route: route.fulfill(response=route.fetch(url=f"{proxy.url}/")))
    page.goto(f"{proxy.url}?seed=5#here")
    page.locator(SEEN["explore"]).wait_for()
    assert urlsplit(page.url).path == "/gan/"
    assert asked(page)["seed"] == "5"


# ---- nothing is kept ------------------------------------------------------------------------------------------------


def test_a_browser_that_keeps_nothing_forgets_and_that_is_all(page: Page, proxy: PrefixProxy, tmp_path: Path) -> None:
    page.add_init_script(REFUSING)
    page.goto(f"{proxy.url}/?seed=3")
    all_tabs_work(page)

    # a bookmark is there until the page is closed, and can be taken along
    page.click("#tab-explore-button")
    page.click("#explore-bookmark")
    expect(page.locator(NOTE)).to_contain_text("only until the page is closed")
    expect(page.locator(".explore-kepthead")).to_contain_text("only until the page is closed")
    with page.expect_download() as download:
        page.click("#explore-export-now")
    download.value.save_as(tmp_path / "kept.json")
    assert [one["view"]["seed"] for one in json.loads((tmp_path / "kept.json").read_text())["bookmarks"]] == [3]
    cards = page.locator("[data-testid=explore-bookmarks] li")
    expect(cards).to_have_count(1)

    # a picture reaches the other tab of this page
    page.click("#explore-key-frame")
    page.click("#tab-interpolate-button")
    expect(page.locator(".film-picks summary")).to_contain_text("(1)")

    # the language goes through the address, and stays with the tabs
    page.click("[data-act=language]")
    page.wait_for_url(re.compile("lang=zh-CN"))
    expect(page.get_by_role("tab", name="插值")).to_be_visible()
    page.locator(SEEN["interpolate"]).wait_for()
    page.click("#tab-explore-button")
    page.wait_for_url(re.compile("tab=explore"))
    page.reload()
    expect(page.get_by_role("tab", name="探索")).to_be_visible()
    expect(cards).to_have_count(0)  # forgotten
    page.click("[data-act=language]")
    expect(page.get_by_role("tab", name="Explore")).to_be_visible()
    assert asked(page)["lang"] == "en"


def test_a_frame_in_a_page_of_another_site(chromium: Browser, proxy: PrefixProxy) -> None:
    """As a Space shows the app, in a browser that lets other sites' frames keep nothing."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    context.set_default_timeout(20_000)
    page = context.new_page()
    blocking = {
        "enableThirdPartyCookieRestriction": True, "disableThirdPartyCookieMetadata": True,
        "disableThirdPartyCookieHeuristics": True,
    }  # fmt: skip
    context.new_cdp_session(page).send("Network.setCookieControls", blocking)
    page.goto(proxy.other_site)
    frame = page.frames[1]
    frame.locator(SEEN["explore"]).wait_for()
    frame.evaluate("document.cookie = 'probe=1; path=/; SameSite=Lax'")
    assert "probe" not in frame.evaluate("document.cookie")  # the frame is indeed one that may keep no cookie
    all_tabs_work(frame)
    frame.click("[data-act=language]")
    frame.wait_for_url(re.compile("lang=zh-CN"))
    expect(frame.get_by_role("tab", name="探索")).to_be_visible()
    context.close()


# ---- old browsers ---------------------------------------------------------------------------------------------------


def test_the_oldest_browsers_have_all_that_the_page_needs(page: Page, proxy: PrefixProxy) -> None:
    page.add_init_script(removing(*LACKING, *ITERATORS, *MISSED))
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{proxy.url}/")
    left = "['OffscreenCanvas', 'structuredClone', 'requestIdleCallback'].filter((name) => name in window)"
    assert page.evaluate(left) == []
    assert page.evaluate("navigator.clipboard === undefined && !('popover' in document.body)")
    all_tabs_work(page)
    seen = page.get_attribute(LIVE, "data-updates")
    page.eval_on_selector("#live-data-digits", "(radio) => radio.click()")
    page.locator(f".live-pictures{LIVE}:not([data-updates='{seen}'])").wait_for()
    assert page.evaluate(COLOURS, "[data-testid=live-canvas]") > 4  # pictures are drawn by other sheets than points

    # a definition opens beside its figure, and closes again
    term = page.locator("[data-testid=live-figures] .live-term").first
    box = page.locator(f"#{term.get_attribute('aria-describedby')}")
    expect(box).to_be_hidden()
    term.click()
    expect(box).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    term.click()
    page.mouse.click(5, 5)
    expect(box).to_be_hidden()

    # a link is copied the old way, and shown where that fails too
    page.click("#tab-explore-button")
    page.evaluate("document.addEventListener('copy', () => { window.copied = String(getSelection()); })")
    page.click("#explore-link")
    expect(page.locator(NOTE)).to_have_text("Link copied")
    page.evaluate("() => { document.execCommand = () => false; }")
    page.click("#explore-link")
    link = page.locator("#atelier-link")
    expect(link).to_have_value(re.compile(rf"^{re.escape(proxy.url)}/\?tab=explore&model={DIGITS}"))
    expect(link).to_be_focused()
    assert page.evaluate("document.activeElement.selectionEnd") == len(link.input_value())
    assert page.get_attribute("#film-undo", "title") == page.get_attribute("#film-undo", "aria-label") != None  # noqa: E711
    assert troubles == []


# ---- what fails is told ---------------------------------------------------------------------------------------------


def test_where_nothing_can_be_drawn_a_sentence_says_so_and_stays(page: Page, proxy: PrefixProxy) -> None:
    page.add_init_script(BREAKABLE)
    page.goto(f"{proxy.url}/")
    page.locator(SEEN["explore"]).wait_for()
    page.evaluate("window.broken = true")
    slide(page, "explore-psi", 0.5)
    engine = page.get_by_test_id("explore-engine")
    expect(engine).to_contain_text("Something failed")
    page.click("#tab-interpolate-button")
    expect(page.locator(".film-caption")).to_contain_text("Something failed")
    page.click("#tab-live-button")
    expect(page.locator(STATUS)).to_contain_text("could not draw")
    page.wait_for_timeout(1500)  # the run is asked for again and again, and its own sentence would come back
    expect(page.locator(STATUS)).to_contain_text("could not draw")
    assert not FOREIGN.search(page.locator("body").inner_text())

    # it goes when drawing works again
    page.evaluate("window.broken = false")
    page.click("#live-step")
    expect(page.locator(STATUS)).not_to_contain_text("could not draw")
    page.click("#tab-explore-button")
    slide(page, "explore-psi", 0.6)
    expect(engine).not_to_contain_text("failed")


def test_a_tab_that_cannot_be_filled_says_so(page: Page, proxy: PrefixProxy) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(body="class { syntax of the future", content_type="text/javascript")

    page.route("**/live/index.js", refuse)
    page.goto(f"{proxy.url}/?tab=live")
    told = page.locator("#tab-live .atelier-unfilled")
    expect(told).to_contain_text("older than Safari 16.4, Firefox 115 or Chrome 111")
    page.click("#tab-explore-button")
    page.locator(SEEN["explore"]).wait_for()  # the others are as ever


def test_what_nobody_expected_is_told_at_the_foot(page: Page, proxy: PrefixProxy) -> None:
    page.goto(f"{proxy.url}/")
    page.locator(SEEN["explore"]).wait_for()
    page.evaluate("setTimeout(() => { throw new Error('of something else'); })")
    page.wait_for_timeout(200)
    expect(page.locator(NOTE)).to_have_count(0)
    page.evaluate(
        "() => { HTMLCanvasElement.prototype.toDataURL = () => { throw new TypeError('undefined is not'); }; }"
    )
    page.click("#explore-bookmark")
    expect(page.locator(NOTE)).to_contain_text("a part of it may be missing")
    assert not FOREIGN.search(page.locator(NOTE).inner_text())
