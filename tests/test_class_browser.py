"""A class in real pages: a teacher shows the lesson, followers see it, vote, and see the bars once they are shown."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from live_page import wait as wait_for

LEARN, SAID, VOTES = "[data-testid=learn]", "[data-testid=class-said]", "[data-testid=class-votes]"
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


def value(page: Page, name: str) -> str:
    return page.get_attribute(LEARN, f"data-{name}") or ""


def wait(page: Page, name: str, expected: str) -> None:
    page.locator(LEARN).wait_for()  # a reload takes a while
    wait_for(page, f"(d.{name} ?? '') === '{expected}'", 20, LEARN)


@pytest.fixture
def room(chromium: Browser) -> Iterator[list[BrowserContext]]:
    """A teacher's browser, and those of two followers: one at an English desk, one with a Chinese phone."""
    looks = [("en-US", DESK), ("en-US", DESK), ("zh-CN", PHONE)]
    still = "reduce"  # no lesson plays by itself in three pages at once
    contexts = [chromium.new_context(locale=locale, viewport=size, reduced_motion=still) for locale, size in looks]
    for context in contexts:
        context.set_default_timeout(20_000)
    yield contexts
    for context in contexts:
        context.close()


def teach(context: BrowserContext, address: str, query: str = "") -> tuple[Page, str]:
    """(a teacher's page whose class has begun, its link)."""
    page = context.new_page()
    page.goto(f"{address}/?tab=learn{query}")
    page.locator(LEARN).wait_for(timeout=60_000)
    page.click("#learn-teach")
    link = page.locator("[data-testid=class-link]").inner_text()
    return page, link


def follow(context: BrowserContext, link: str) -> Page:
    page = context.new_page()
    page.goto(link)
    page.locator(LEARN).wait_for(timeout=60_000)
    wait(page, "class", "follower")
    return page


def test_a_class_from_its_link_to_its_end(room: list[BrowserContext], address: str) -> None:
    teacher, link = teach(room[0], address)
    assert re.fullmatch(rf"{re.escape(address)}/\?tab=learn&class=[2-9a-z]{{8}}", link)
    code = teacher.locator("[data-testid=class-invite] svg")
    expect(code).to_have_attribute("aria-label", f"QR code of the link {link}")
    box = code.bounding_box()
    assert box is not None and box["width"] >= 400, "a camera reads it from the back row"
    expect(teacher.locator("[data-testid=class-invite]")).to_contain_text("this machine alone")
    one, other = (follow(context, link) for context in room[1:])
    wait(teacher, "followers", "2")
    teacher.keyboard.press("PageDown")  # the link lies over the first step: it goes away
    expect(teacher.locator("[data-testid=class-invite]")).to_have_count(0)
    assert value(teacher, "number") == "1"
    expect(teacher.locator("[data-testid=class-count]")).to_have_text("Following: 2")

    # the steps follow the teacher's remote
    for key, number in (("PageDown", "2"), ("PageDown", "3"), ("PageUp", "2")):
        teacher.keyboard.press(key)
        for page in (teacher, one, other):
            wait(page, "number", number)
    expect(other.locator("#learn-title")).not_to_have_text(one.locator("#learn-title").inner_text())
    assert "class=" in one.evaluate("location.search"), "a reload finds the class again"

    # votes are hidden until they are revealed, and can be changed until then
    expect(one.locator("#learn-back")).to_have_count(0)
    one.check("#class-answer-0")
    expect(one.locator(SAID)).to_contain_text("voted for A")
    one.check("#class-answer-2")
    expect(one.locator(SAID)).to_contain_text("voted for C")
    expect(teacher.locator(SAID)).to_contain_text("Voted: 1 of 2")
    other.check("#class-answer-1")
    expect(teacher.locator(SAID)).to_contain_text("Voted: 2 of 2")
    for page in (teacher, one, other):
        expect(page.locator(VOTES)).to_have_attribute("data-bars", "")
        assert value(page, "phase") == "asked"

    # the bars appear for all
    teacher.keyboard.press("b")
    for page in (teacher, one, other):
        expect(page.locator(VOTES)).to_have_attribute("data-bars", "0,1,1")
        assert page.locator(".class-bar i").evaluate_all("bars => bars.map((b) => b.style.width)") == [
            "0%",
            "50%",
            "50%",
        ]
        assert value(page, "phase") == "answered"
    expect(one.locator("#class-answer-0")).to_be_disabled()
    expect(teacher.locator("#class-reveal")).to_be_disabled()
    expect(one.locator("[data-testid=learn-verdict]")).to_contain_text(re.compile("Right|Not so"))
    expect(other.locator("[data-testid=learn-verdict]")).to_contain_text(re.compile("对"))

    # a step has its votes for good, and a reload its place
    teacher.keyboard.press("PageDown")
    wait(one, "number", "3")
    expect(one.locator(VOTES)).to_have_attribute("data-bars", "")
    one.check("#class-answer-1")
    expect(teacher.locator(SAID)).to_contain_text("Voted: 1 of 2")
    one.reload()
    wait(one, "number", "3")
    expect(one.locator(SAID)).to_contain_text("voted for B")
    teacher.reload()
    wait(teacher, "class", "teacher")
    wait(teacher, "number", "3")
    expect(teacher.locator(SAID)).to_contain_text("Voted: 1 of 2")
    teacher.keyboard.press("PageUp")
    for page in (teacher, one, other):
        wait(page, "number", "2")
        expect(page.locator(VOTES)).to_have_attribute("data-bars", "0,1,1")

    # the teacher goes
    teacher.click("#class-end")
    wait(teacher, "class", "")
    expect(one.locator(SAID)).to_contain_text("The class has ended")
    expect(other.locator(SAID)).to_contain_text("课已结束")
    one.click("#class-leave")
    wait(one, "class", "")
    expect(one.locator("#learn-back")).to_be_visible()
    assert "class=" not in one.evaluate("new Promise((done) => setTimeout(() => done(location.search), 1200))")


def test_the_class_sees_the_teachers_run_live(room: list[BrowserContext], address: str) -> None:
    teacher, link = teach(room[0], address)
    one = follow(room[1], link)
    teacher.click("#class-begin")
    teacher.click("#class-reveal")
    teacher.click("#learn-free-open")
    teacher.click("#learn-free-play")
    wait(one, "take", "free")
    wait_for(one, "+(d.moment ?? 0) > 50", 30, LEARN)
    expect(one.locator(SAID)).to_contain_text("live")
    expect(one.locator("#learn-free-play")).to_have_count(0)
    teacher.click("#learn-free-close")
    wait_for(one, "d.take !== 'free'", 20, LEARN)
    teacher.goto("about:blank")
    expect(one.locator(SAID)).to_contain_text("The teacher’s page is silent", timeout=20_000)


def faults_in_both_themes(page: Page) -> list[str]:
    """What axe finds in a lesson, in the theme that is on and in the other one, which is on from then on."""
    found = Axe().run(page, LEARN).response["violations"]
    page.evaluate("document.querySelector('[data-act=theme]').click()")  # on a phone it is in a menu
    page.wait_for_timeout(300)
    colours = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}  # a theme changes nothing else
    found += Axe().run(page, LEARN, colours).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in found]


def test_what_is_shown_can_be_read_from_afar_and_by_everybody(room: list[BrowserContext], address: str) -> None:
    teacher, link = teach(room[0], address, "&__theme=light")
    phone = follow(room[2], link + "&__theme=light")
    pages = (teacher, phone)
    for page in pages:
        assert faults_in_both_themes(page) == [], "before"
        assert page.evaluate("document.body.classList.contains('dark')")
    teacher.click("#class-begin")
    size = teacher.locator(".class-question legend").evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 24
    canvas = teacher.locator("#learn-canvas").bounding_box()
    assert canvas is not None and canvas["width"] >= 480
    for number in range(1, 9):
        wait(teacher, "number", str(number))
        question = teacher.locator(VOTES).bounding_box()
        assert question is not None and question["y"] + question["height"] <= DESK["height"], f"{number}: it is cut off"
        teacher.keyboard.press("PageDown")
    wait(phone, "number", "8")
    phone.check("#class-answer-1")
    teacher.click("#class-reveal")
    for page in pages:
        expect(page.locator(VOTES)).to_have_attribute("data-bars", "0,1,0")
        assert faults_in_both_themes(page) == [], "after"
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"


def test_a_link_to_no_class_says_so_and_the_lesson_stays(page: Page, address: str) -> None:
    page.goto(f"{address}/?tab=learn&class=22222222")
    expect(page.locator(SAID)).to_contain_text("There is no such class here", timeout=60_000)
    page.click("#class-leave")
    expect(page.locator("#learn-answer-0")).to_be_visible()
