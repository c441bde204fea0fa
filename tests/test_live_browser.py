"""The live tab in a real Chromium: what the buttons do to the run, and what the run does to the screen."""

import threading
import time
from collections.abc import Callable, Iterator

import gradio as gr
import pytest
import torch
from playwright.sync_api import Browser, BrowserContext, Page, expect

import app
from gan.ui import live_tab

torch.set_num_threads(1)

LIVE = "[data-testid=live]"
STATUS = "[data-testid=live-status]"
PLAY, STEP, RESET = "#live-play", "#live-step", "#live-reset"
MODES = 8


@pytest.fixture
def live(page: Page, address: str) -> Page:
    """The live tab, opened, with its first picture."""
    return opened(page, address)


@pytest.fixture(scope="module")
def small_hall() -> Iterator[str]:
    """Where the live tab alone answers from this very process, with room for two runs at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_LIVE_RUNS", "2")
        patch.setenv("GAN_LIVE_SECONDS", "3600")  # steps count here, not how busy the machine is
        with gr.Blocks(analytics_enabled=False) as hall:
            live_tab.build()
    hall.queue(default_concurrency_limit=8, api_open=False)
    _, url, _ = hall.launch(server_name="127.0.0.1", **app.options())
    yield url.rstrip("/")
    hall.close()


def opened(page: Page, address: str) -> Page:
    page.goto(f"{address}/?tab=live")
    page.locator(LIVE).wait_for(timeout=60_000)
    wait(page, "d.updates > 0")
    return page


def wait(page: Page, condition: str, seconds: float = 60) -> None:
    """Wait for a condition on `d`, the data attributes of the live view."""
    page.wait_for_function(f"(() => {{ const d = document.querySelector('{LIVE}').dataset; return {condition}; }})()",
                           timeout=seconds * 1000)  # fmt: skip


def figure(page: Page, name: str) -> int:
    return int(page.get_attribute(LIVE, f"data-{name}") or -1)


def picture(page: Page) -> str:
    return str(page.evaluate("document.querySelector('[data-testid=live-canvas]').toDataURL()"))


def still(page: Page) -> int:
    """The steps of a run that stands still."""
    wait(page, "d.running === 'false'")
    steps = figure(page, "steps")
    page.wait_for_timeout(700)
    assert figure(page, "steps") == steps
    return steps


def until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def training() -> int:
    return sum(thread.name.startswith("live-") for thread in threading.enumerate())


def test_before_anything_is_touched_there_is_a_picture_and_a_word(live: Page) -> None:
    assert (figure(live, "steps"), live.get_attribute(LIVE, "data-running")) == (0, "false")
    expect(live.locator(STATUS)).to_contain_text("Untrained")
    expect(live.locator(STATUS)).to_contain_text("Start trains it")
    colours = live.evaluate(
        """() => {
            const c = document.querySelector('[data-testid=live-canvas]');
            const raw = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
            const seen = new Set();
            for (let i = 0; i < raw.length; i += 4) seen.add(raw[i] << 16 | raw[i + 1] << 8 | raw[i + 2]);
            return seen.size;
        }"""
    )
    assert colours > 50


def test_start_pause_step_and_reset_do_what_they_say(live: Page) -> None:
    untrained = picture(live)
    live.click(PLAY)
    wait(live, "d.steps > 20 && d.running === 'true'")
    expect(live.locator(PLAY)).to_contain_text("Pause")
    assert picture(live) != untrained
    live.click(PLAY)
    steps = still(live)
    expect(live.locator(PLAY)).to_contain_text("Start")
    expect(live.locator(STATUS)).to_contain_text("Paused after")
    for more in (1, 2):
        live.click(STEP)
        wait(live, f"d.steps >= {steps + more}")
        assert still(live) == steps + more
    live.click(RESET)
    wait(live, "d.steps == 0")
    assert still(live) == 0
    assert picture(live) == untrained


@pytest.mark.timeout(900)
def test_the_forger_covers_all_modes_of_the_ring_on_screen(page: Page, small_hall: str) -> None:
    live = opened(page, small_hall)
    live.click(PLAY)
    wait(live, f"d.modes == {MODES} || d.steps > 8000", seconds=800)
    assert figure(live, "modes") == MODES
    expect(live.locator(".live-figures")).to_contain_text(f"{MODES} / {MODES}")


def test_digits_are_drawn_as_pictures(live: Page) -> None:
    points = picture(live)
    live.locator("#live-data").get_by_text("Digits").click()
    wait(live, "d.modes === '' && d.steps == 0")
    expect(live.locator(STATUS)).to_contain_text("pictures")
    untrained = picture(live)
    assert untrained != points
    live.click(PLAY)
    wait(live, "d.steps > 20")
    assert picture(live) != untrained


def test_a_bad_value_gets_a_sentence_and_the_run_goes_on(live: Page) -> None:
    live.click(PLAY)
    wait(live, "d.steps > 10")
    field = live.locator("#live-lr").locator("input, textarea")
    for text, words in (("1e9", "--lr must be a number from 1e-07 to 1"), ("abc", "not 'abc'"), ("NaN", "not nan")):
        steps = figure(live, "steps")
        field.fill(text)
        field.press("Enter")
        expect(live.get_by_text(words).first).to_be_visible()
        wait(live, f"d.steps > {steps} && d.running === 'true'")
    steps = figure(live, "steps")
    field.fill("0.001")
    field.press("Enter")
    wait(live, f"d.steps > {steps + 20}")


def test_another_objective_starts_over_with_its_own_rates(live: Page) -> None:
    live.click(STEP)
    wait(live, "d.steps == 1")
    live.locator("#live-objective input").click()
    live.get_by_role("option", name="Hinge").click()
    wait(live, "d.steps == 0")
    expect(live.locator("#live-lr").locator("input, textarea")).to_have_value("0.001")


def test_the_keyboard_alone_starts_and_pauses(live: Page) -> None:
    live.focus(PLAY)
    live.keyboard.press("Enter")
    wait(live, "d.steps > 5")
    live.keyboard.press("Enter")
    assert still(live) > 5


def test_chinese_and_dark_and_narrow(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 800}, locale="zh-CN", color_scheme="dark")
    page = opened(context.new_page(), address)
    expect(page.locator(STATUS)).to_contain_text("尚未训练")
    page.click(PLAY)
    expect(page.locator(PLAY)).to_contain_text("暂停")
    wait(page, "d.steps > 5")
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    context.close()


def test_two_pages_train_at_once_each_its_own_run(context: BrowserContext, address: str) -> None:
    a, b = (opened(context.new_page(), address) for _ in range(2))
    a.click(PLAY)
    b.click(PLAY)
    for page in (a, b):
        wait(page, "d.steps > 30")
    before = [figure(page, "steps") for page in (a, b)]
    a.wait_for_timeout(4000)
    made = [figure(page, "steps") - start for page, start in zip((a, b), before, strict=True)]
    assert min(made) > 0.5 * max(made), made
    a.click(PLAY)
    steps = still(a)
    wait(b, f"d.steps > {figure(b, 'steps') + 20}")
    assert figure(a, "steps") == steps


def test_a_closed_page_ends_its_run_and_makes_room(context: BrowserContext, small_hall: str) -> None:
    a, b, c = (opened(context.new_page(), small_hall) for _ in range(3))
    for page in (a, b):
        page.click(PLAY)
        wait(page, "d.steps > 5")
    c.click(PLAY)
    expect(c.get_by_text("2 runs are training here now").first).to_be_visible()
    assert training() == 2
    a.close()
    until(lambda: training() == 1, seconds=2.0)
    steps = figure(b, "steps")
    c.click(PLAY)
    wait(c, "d.steps > 5")
    wait(b, f"d.steps > {steps}")
    b.close()
    c.close()
    until(lambda: training() == 0, seconds=2.0)
