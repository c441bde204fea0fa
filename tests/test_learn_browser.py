"""The whole lesson in a real Chromium: from a file without a host, in both languages, at a desk and on a phone."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from faults import serious
from gan.models.checkpoint import load_model
from gan.ui.learn.steps import STEPS, Step
from gan.ui.learn.takes import recordings
from gan.ui.site import write_site
from gan.ui.words import CHINESE, ENGLISH, learn, learn_steps
from learn_page import CANVAS, answer, data, picture, wait
from test_browser import NAMELESS, NO_SIDEWAYS

VERDICT = "[data-testid=learn-verdict]"
RECORDED = {name: json.loads(text)["takes"] for name, text in recordings().items()}
LANGUAGES = {ENGLISH: "en-US", CHINESE: "zh-CN"}
TERM = re.compile(r"\[([^\]]+)\]\(\w+\)")
PHONE, DESK = {"width": 360, "height": 800}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a page that nobody serves."""
    folder = tmp_path_factory.mktemp("lesson")
    write_site(folder, [load_model("digits-mlp")])
    return (folder / "index.html").as_uri()


@pytest.fixture
def calm(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A visitor who wants no motion, in a language and with a screen: a stretch is at its end at once."""
    language, screen = getattr(request, "param", (ENGLISH, DESK))
    context = chromium.new_context(viewport=screen, locale=LANGUAGES[language], reduced_motion="reduce")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def opened(page: Page, address: str, number: int, theme: str = "light") -> Page:
    page.goto(f"{address}?tab=learn&step={number}&__theme={theme}")
    wait(page, f"d.number === '{number}' && +d.updates > 0 && d.moment !== ''")
    return page


def said(key: str, language: str) -> str:
    """A word of the lesson."""
    pair = {**learn.WORDS, **learn_steps.WORDS}[key]
    return pair[[ENGLISH, CHINESE].index(language)]


def plain(text: str) -> str:
    """A text without the keys of its terms."""
    return TERM.sub(r"\1", text)


def figures(step: Step, take: str, steps: int) -> dict[str, Any]:
    """What was measured at a moment of a recording."""
    whole: dict[str, Any] = {}
    for frame in RECORDED[step.name][take]["frames"]:
        whole |= frame["lanes"][0]
        if frame["steps"] == steps:
            return dict(whole["figures"])
    raise AssertionError("there is no such moment")


# ---- what one does in each step, and what must be seen of it ----------------------------------------------------


def scrubbed(page: Page, step: Step) -> None:
    """The bar goes back, and the plane with it."""
    before, shown = data(page)["moment"], picture(page)
    page.focus("#learn-scrub")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    moments = [str(frame["steps"]) for frame in RECORDED[step.name]["run"]["frames"]]
    assert data(page)["moment"] == moments[moments.index(before) - 4]
    assert picture(page) != shown
    if step.act.kind == "scrub":
        assert data(page)["act"] == "done"


def disguised(page: Page, step: Step) -> None:
    shown = picture(page)
    page.click("#learn-disguise")
    assert picture(page) != shown
    assert data(page)["act"] == "done"
    page.click("#learn-disguise")
    assert picture(page) == shown


def dragged(page: Page, step: Step) -> None:
    """Another z: its fake is marked elsewhere."""
    shown = picture(page)
    page.locator("[data-testid=learn-sheet]").click(position={"x": 20, "y": 20})
    assert picture(page) != shown
    assert data(page)["act"] == "done"
    low, high = (float(page.input_value(f"#learn-z-{axis}")) for axis in (0, 1))
    assert low < 50 < high
    shown = picture(page)
    page.focus("#learn-z-0")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert picture(page) != shown


def clipped(page: Page, step: Step) -> None:
    for i, clip in enumerate(step.act.clips):
        shown = picture(page)
        page.click(f"#learn-clip-{i}")
        wait(page, f"d.take === '{clip.take}' && d.moment === '{clip.end}' && d.act === 'done'")
        assert picture(page) != shown
    expect(page.locator(".learn-done-act")).not_to_be_empty()


def staged(page: Page, step: Step) -> None:
    """Ten stages by hand; after the tenth comes the first."""
    assert data(page)["stage"] == "7"
    seen = []
    for _ in range(3):
        page.click("#learn-next")
        seen.append(data(page)["stage"])
    assert seen == ["8", "9", "0"]
    assert data(page)["act"] == "done"
    captions = set()
    for index in range(1, 10):
        page.click("#learn-next")
        assert data(page)["stage"] == str(index)
        captions.add(page.inner_text("[data-testid=learn-caption]"))
    assert len(captions) == 9
    page.click("#learn-before")
    assert data(page)["stage"] == "8"


def compared(page: Page, step: Step) -> None:
    """The same moment without the brake: another picture, one mode, and back."""
    shown, moment = picture(page), data(page)["moment"]
    expect(page.locator("#learn-take-on")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#learn-take-off")).to_have_attribute("aria-pressed", "false")
    assert "3" in page.inner_text("[data-testid=learn-seen]")
    page.click("#learn-take-off")
    assert (data(page)["take"], data(page)["moment"], data(page)["act"]) == ("off", moment, "done")
    assert figures(step, "off", int(moment))["fair"] == 1
    assert picture(page) != shown
    page.click("#learn-take-on")
    assert picture(page) == shown


ACTS = {
    "disguise": disguised, "latent": dragged, "clips": clipped, "stages": staged, "scrub": scrubbed,
    "compare": compared,
}  # fmt: skip


# ---- what holds at every step, whatever one has answered --------------------------------------------------------


def assert_nobody_is_kept_out(page: Page, step: Step) -> None:
    """axe finds no serious fault, in the light and in the dark."""
    for _ in range(2):
        theme = page.evaluate("document.body.classList.contains('dark') ? 'dark' : 'light'")
        assert serious(page, ".learn-view") == [], (step.name, data(page)["phase"], theme)
        page.evaluate("document.querySelector('[data-act=theme]').click()")


def assert_the_plane_is_in_sight(page: Page, step: Step) -> None:
    """Whatever one reads, the whole plane is in the window, and at least a third of a phone is text."""
    for place in (".learn-question", VERDICT, ".learn-why", ".learn-act"):
        page.locator(place).scroll_into_view_if_needed()
        plane = page.locator(CANVAS).bounding_box()
        text = page.locator(f"{place} >> nth=0").bounding_box()
        assert plane and text
        assert plane["y"] >= -1 and plane["y"] + plane["height"] <= 801, (step.name, place)
        if page.viewport_size == PHONE:
            under = page.locator(".learn-stage").bounding_box()
            assert under and under["height"] < 0.6 * 800, step.name
            assert text["y"] + text["height"] > under["y"] + under["height"], (step.name, place)


# ---- the whole lesson -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("calm", [(language, screen) for language in LANGUAGES for screen in (DESK, PHONE)],
                         indirect=True, ids=["en-desk", "en-phone", "zh-desk", "zh-phone"])  # fmt: skip
def test_the_whole_lesson_is_played_through(calm: Page, lesson: str) -> None:
    troubles: list[str] = []
    calm.on("pageerror", lambda error: troubles.append(str(error)))
    calm.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    calm.on("request", lambda r: troubles.append(r.url) if not r.url.startswith(("file:", "data:", "blob:")) else None)
    language = calm_language(opened(calm, lesson, 1))
    screened = (language, calm.viewport_size) in ((ENGLISH, DESK), (CHINESE, PHONE))  # axe takes as long as the rest
    for number, step in enumerate(STEPS, 1):
        assert data(calm)["step"] == step.name
        expect(calm.locator("#learn-title")).to_have_text(said(f"{step.name}_title", language))
        expect(calm.locator(".learn-lead")).to_contain_text(
            plain(said(f"{step.name}_lead", language)), use_inner_text=True
        )
        before = picture(calm)
        assert calm.locator(".learn-why").count() == 0, "what happens is told before one has predicted"
        if screened and number in (1, 5):
            assert_nobody_is_kept_out(calm, step)
        for choice in ((step.right + 1) % 3, step.right):  # wrongly, then once more and rightly
            answer(calm, choice)
            expect(calm.locator(VERDICT)).to_contain_text(said("right" if choice == step.right else "wrong", language))
            told = plain(said(f"{step.name}_verdict_{choice}", language))
            expect(calm.locator(VERDICT)).to_contain_text(told, use_inner_text=True)
            expect(calm.locator(".learn-why")).to_contain_text(
                plain(said(f"{step.name}_why", language)), use_inner_text=True
            )
            assert picture(calm) != before or step.name == "noise"  # whose sheet stands there from the beginning
            if screened and (choice == step.right) == bool(number % 2):
                assert_nobody_is_kept_out(calm, step)
            if choice != step.right:
                calm.click("#learn-again")
                wait(calm, "d.phase === 'asked'")
        end = step.after.end
        mark = data(calm)["stage"] if step.act.kind == "stages" else data(calm)["moment"]
        assert mark == str(end), "a stretch is at its end at once"
        expect(calm.locator("#learn-play")).to_be_hidden()  # motion is by hand for those who want less of it
        expect(calm.locator("#learn-scrub")).to_be_visible()
        assert_the_plane_is_in_sight(calm, step)
        ACTS[step.act.kind](calm, step)
        assert calm.evaluate(NO_SIDEWAYS), step.name
        assert calm.evaluate(NAMELESS) == [], step.name
        assert calm.get_attribute(CANVAS, "aria-label")
        expect(calm.locator("[data-testid=learn-free]")).to_contain_text(said("free_none", language)[:20])
        if number < len(STEPS):
            calm.click("#learn-on")
            wait(calm, f"d.number === '{number + 1}' && d.moment !== '' && +d.updates > 0")
    expect(calm.locator("#learn-on")).to_be_disabled()
    assert troubles == []


def calm_language(page: Page) -> str:
    """The language of the page, as the words name it."""
    return str(page.evaluate("document.documentElement.lang"))


# ---- coming back ------------------------------------------------------------------------------------------------


def test_what_was_predicted_and_where_one_was_is_kept(calm: Page, lesson: str) -> None:
    opened(calm, lesson, 6)
    answer(calm, 2)
    calm.click("#learn-go-3")
    wait(calm, "d.number === '3'")
    calm.goto(f"{lesson}?tab=learn")
    wait(calm, "d.number === '3' && d.phase === 'asked'")
    calm.click("#learn-go-6")
    wait(calm, "d.number === '6' && d.phase === 'answered' && d.choice === '2' && d.moment === '600'")
    expect(calm.locator("#learn-answer-2")).to_be_checked()
    expect(calm.locator("#learn-go-6")).to_have_attribute("aria-current", "step")
    assert said("step_done", ENGLISH) in (calm.get_attribute("#learn-go-6", "aria-label") or "")


def test_who_comes_for_the_first_time_is_told_where_to_start(calm: Page, lesson: str) -> None:
    mark = "getComputedStyle(document.querySelector('#tab-learn-button'), '::after').content"
    calm.goto(lesson)
    assert "start here" in calm.evaluate(mark)
    expect(calm.get_by_role("tab", name="Learn", exact=True)).to_be_visible()
    opened(calm, lesson, 1)
    answer(calm, 0)
    calm.goto(lesson)
    assert "start here" not in calm.evaluate(mark)


def test_a_link_leads_to_a_step_and_the_address_follows(calm: Page, lesson: str) -> None:
    opened(calm, lesson, 4)
    calm.click("#learn-on")
    calm.wait_for_function("new URLSearchParams(location.search).get('step') === '5'")
    assert "tab=learn" in calm.url
    calm.goto(f"{lesson}?tab=learn&step=99")
    wait(calm, "d.number === '5'")  # no such step: where one was


def test_a_browser_that_keeps_nothing_has_the_lesson(chromium: Browser, lesson: str) -> None:
    context = chromium.new_context(reduced_motion="reduce", locale="en-US")
    context.add_init_script("Storage.prototype.setItem = Storage.prototype.getItem = () => { throw new Error('no'); };")
    page = opened(context.new_page(), lesson, 2)
    answer(page, 0)
    page.click("#learn-on")
    wait(page, "d.number === '3'")
    page.click("#learn-back")
    wait(page, "d.number === '2' && d.phase === 'answered'")
    context.close()


def test_a_recording_plays_and_can_be_stopped(page: Page, lesson: str) -> None:
    page.emulate_media(reduced_motion="no-preference")
    opened(page, lesson, 1)
    expect(page.locator("#learn-play")).to_be_hidden()  # nothing is given away
    answer(page, 1)
    expect(page.locator("#learn-play")).to_have_text(said("bar_stop", ENGLISH))
    wait(page, "+d.moment >= 10")
    page.click("#learn-play")
    expect(page.locator("#learn-play")).to_have_text(said("bar_play", ENGLISH))
    moment = data(page)["moment"]
    page.wait_for_timeout(700)
    assert data(page)["moment"] == moment != "700"
    page.focus("#learn-scrub")
    page.keyboard.press("End")
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    wait(page, "+d.moment < 700")
    page.click("#learn-play")
    wait(page, "d.moment === '700'")


def test_a_term_opens_its_sentence(calm: Page, lesson: str) -> None:
    opened(calm, lesson, 1)
    term = calm.locator(".learn-term", has_text="forger")
    expect(calm.locator(".learn-sentence").nth(1)).to_be_hidden()
    term.click()
    expect(calm.locator(".learn-sentence:visible")).to_have_text(said("term_forger", ENGLISH))
    calm.keyboard.press("Escape")
    expect(calm.locator(".learn-sentence:visible")).to_have_count(0)


def test_the_recordings_of_the_page_are_those_of_the_folder(lesson: str) -> None:
    folder = Path(lesson.removeprefix("file://")).parent / "lesson"
    assert {path.stem for path in folder.glob("*.js")} == {step.name for step in STEPS}
