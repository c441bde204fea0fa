"""Where things stand, measured: above the fold at a desk, in sight and large enough for a thumb on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import DIGITS, PATIENCE, STYLE, forget
from gan.live.illness_presets import ILLNESS_PRESETS
from gan.ui.words.live import WORDS
from live_page import CANVAS, LIVE, step, wait
from test_browser import open_page

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
THUMB = 40  # css pixels that a finger needs
ILLS = [f"#live-ill-{name}" for name in ILLNESS_PRESETS]

# Whether all of an element is in the window, and neither the bar at its foot nor anything else lies over it.
IN_SIGHT = """(selector) => {
    const element = document.querySelector(selector), box = element.getBoundingClientRect();
    const { top, bottom, width, height } = box, middle = [box.left + width / 2, top + height / 2], inset = 3;
    const all = top >= 0 && box.left >= 0 && box.right <= innerWidth && bottom <= innerHeight;
    const corners = [box.left + inset, box.right - inset].flatMap((x) => [[x, top + inset], [x, bottom - inset]]);
    const seen = ([x, y]) => {
        const on = document.elementFromPoint(x, y); // what is around the element shows at its round corners
        return on && (element.contains(on) || on.contains(element));
    };
    return { all, clear: [middle, ...corners].every(seen), top, bottom, width, height };
}"""
# The controls in a place that answer a touch over less than so many pixels, across or down.
SMALL = """([place, least]) => {
    const small = [];
    for (const control of document.querySelectorAll(`${place} :is(button, select, summary, input, a)`)) {
        if (control.closest("dialog") || !control.checkVisibility({ visibilityProperty: true })) continue;
        const target = control.closest("label") ?? control;
        if (getComputedStyle(target).clipPath !== "none") continue; // for screen readers alone
        target.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
        const box = target.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;
        const reach = (dx, dy, most) => { // to half a pixel, in larger steps as far as these go
            const answers = (far) => {
                const on = document.elementFromPoint(x + far * dx, y + far * dy);
                return target.contains(on) || on?.closest("label")?.control === control;
            };
            if (!answers(0)) return 0;
            let far = 0;
            for (const step of [2, 0.5]) while (far + step < most && answers(far + step)) far += step;
            return Math.min(far + 0.5, most);
        };
        const both = (dx, dy) => { // no further than it takes to know
            const one = reach(dx, dy, least);
            return one + reach(-dx, -dy, least - one);
        };
        const across = both(1, 0), down = both(0, 1);
        if (Math.min(across, down) < least) small.push(`${control.id || control.outerHTML}: ${across} x ${down}`);
    }
    return small;
}"""


def sight(page: Page, selector: str) -> dict[str, float]:
    measured: dict[str, float] = page.evaluate(IN_SIGHT, selector)
    return measured


def assert_in_sight(page: Page, *selectors: str) -> None:
    for selector in selectors:
        measured = sight(page, selector)
        assert measured["all"] and measured["clear"], (selector, measured)


def opened(page: Page, address: str, query: str = "") -> Page:
    """The live tab as a visitor finds it, groups folded as they are."""
    page.goto(f"{address}/?tab=live{query and '&' + query}")
    page.locator(LIVE).wait_for(timeout=60_000)
    wait(page, "d.updates > 0")
    return page


def say_the_longest(page: Page, language: int = 0) -> None:
    """Let the doctor say the longest that it ever says, with a cure."""

    def longest(begins: str, ends: str) -> str:
        return max(
            (pair[language] for key, pair in WORDS.items() if key.startswith(begins) and key.endswith(ends)), key=len
        )

    page.evaluate(
        """([why, cure]) => {
            document.querySelector(".live-verdict .live-why").textContent = why;
            Object.assign(document.querySelector("#live-cure"), { hidden: false, textContent: cure });
        }""",
        [longest("doctor_", "_why"), longest("cure_", "")],
    )


@pytest.fixture(scope="module")
def walker(chromium: Browser) -> Iterator[BrowserContext]:
    """Who has a phone that is touched."""
    context = chromium.new_context(viewport=PHONE, locale="en-US", has_touch=True)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def phone(walker: BrowserContext) -> Iterator[Page]:
    """A page on that phone, which comes for the first time."""
    yield walker.new_page()
    forget(walker)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_at_a_desk_all_that_a_lesson_needs_is_above_the_fold(page: Page, address: str, language: str) -> None:
    page.set_viewport_size(DESK)
    live = opened(page, address, f"lang={language}")
    step(live)
    say_the_longest(live, int(language != "en"))
    assert live.evaluate("scrollY") == 0
    assert_in_sight(live, "#live-play", "#live-scrub", CANVAS, *ILLS, "#live-cure")


@pytest.mark.parametrize("model", [DIGITS, STYLE])
def test_at_a_desk_a_film_and_its_player_are_above_the_fold(page: Page, address: str, model: str) -> None:
    page.set_viewport_size(DESK)
    open_page(page, address, f"?tab=interpolate&model={model}")
    assert_in_sight(page, "[data-testid=interpolate-canvas]", "#film-play", "#film-scrub")


def test_on_a_phone_plane_and_doctor_stay_in_sight_of_the_illness_buttons(phone: Page, address: str) -> None:
    live = opened(phone, address)
    live.locator(ILLS[-1]).scroll_into_view_if_needed()
    live.tap("#live-ill-diverged")
    expect(live.locator("#live-cure")).to_be_visible(timeout=60_000)
    assert_in_sight(live, CANVAS, ".live-verdict", "#live-cure", *ILLS)
    live.tap("#live-ill-collapsed")
    wait(live, "d.running === 'true'")
    assert_in_sight(live, CANVAS, ".live-verdict", *ILLS)
    live.click("#live-play")
    say_the_longest(live)
    live.evaluate("document.querySelector('.live-ills').scrollIntoView({ block: 'nearest' })")
    assert_in_sight(live, CANVAS, ".live-verdict", "#live-cure", *ILLS, "#live-play")
    assert sight(live, CANVAS)["height"] >= 240


def test_on_a_phone_a_drawing_can_be_finished(phone: Page, address: str) -> None:
    live = opened(phone, address)
    live.locator("label:has(#live-data-drawn)").tap()
    expect(live.locator("#live-pad-done")).to_be_visible()
    live.wait_for_timeout(300)
    assert_in_sight(live, "[data-testid=live-pad]", "#live-pad-done", "#live-pad-undo")
    live.tap("#live-pad-done")
    expect(live.locator("#live-pad-done")).to_be_hidden()
    wait(live, "d.query.includes('drawing=')")


def test_on_a_phone_both_planes_of_a_race_are_seen_at_once(phone: Page, address: str) -> None:
    live = opened(phone, address, "data=ring&rival=hinge")
    live.locator(CANVAS).scroll_into_view_if_needed()
    assert_in_sight(live, CANVAS, "[data-testid=live-canvas-1]")
    first, second = (sight(live, f"[data-testid={name}]") for name in ("live-canvas", "live-canvas-1"))
    assert first["top"] == second["top"]
    assert second["width"] >= 150


@pytest.mark.parametrize("tab", ["explore", "interpolate", "live"])
def test_on_a_phone_everything_is_large_enough_for_a_thumb(phone: Page, address: str, tab: str) -> None:
    if tab == "live":
        opened(phone, address)
        phone.tap("#live-slow")
        wait(phone, "d.stage === '0'")
        assert phone.evaluate(SMALL, [".live-transport", THUMB]) == []
        phone.tap("#live-unslow")
        wait(phone, "d.stage === ''")
    else:
        open_page(phone, address, f"?tab={tab}")
    phone.evaluate(
        "(tab) => document.querySelectorAll(`#tab-${tab} details`).forEach((fold) => { fold.open = true; })", tab
    )
    phone.wait_for_timeout(500)
    assert phone.evaluate(SMALL, [f"#tab-{tab}", THUMB]) == []
    assert phone.evaluate(SMALL, [".atelier", THUMB]) == []
