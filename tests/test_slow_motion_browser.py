"""Slow motion and single steps in a real Chromium: ten stages on and back, and what each button says that it does."""

from collections.abc import Iterator

import pytest
import torch
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import forget
from gan.training.ticks import PHASES
from live_page import LIVE, STATUS, at_start, expected, figure, lane_of, losses, opened, picture, told, wait

torch.set_num_threads(1)

PLAY = "#live-play"


@pytest.fixture(scope="module", autouse=True)
def closing(profile: BrowserContext) -> Iterator[None]:
    """Close the page that tests share, after the last of them."""
    yield
    forget(profile)


@pytest.fixture
def live(profile: BrowserContext, address: str) -> Page:
    """The live tab with a run at its beginning, in a page that all tests share."""
    return at_start(profile, address)


def test_slow_motion_walks_through_ten_stages_and_ends_as_a_plain_step(live: Page) -> None:
    seen = []
    for index in range(10):
        live.click("#live-slow")
        wait(live, f"d.stage === '{index}'")
        stage = told(live)["frame"]["stage"]
        who = "d" if index < len(PHASES) else "g"
        assert (stage["index"], stage["name"], stage["who"]) == (index, PHASES[index % len(PHASES)], who)
        seen.append(live.locator("[data-testid=live-caption]").inner_text())
        trained = (figure(live, "trained-d"), figure(live, "trained-g"))
        assert trained == (int(index >= 4), int(index == 9))
    assert len(set(seen)) == 10
    assert all(len(caption) > 20 for caption in seen)
    answer = told(live)
    lane = lane_of(answer["setup"])
    assert losses(answer) == expected(lane, 1)
    live.click("#live-slow")
    wait(live, "d.stage === '0'")
    live.click(PLAY)  # finishes the iteration and trains on
    wait(live, "+d.steps > 20 && d.stage === ''")


def test_slow_motion_goes_back_over_what_was_seen_while_the_run_stands(live: Page) -> None:
    seen = []
    for index in range(6):
        live.click("#live-slow")
        wait(live, f"d.stage === '{index}'")
        seen.append((live.locator("[data-testid=live-caption]").inner_text(), picture(live)))
    answer = told(live)
    for index in range(4, -1, -1):
        live.click("#live-back")
        wait(live, f"d.stage === '{index}'")
        expect(live.locator(STATUS)).to_contain_text(f"stage {index + 1} of 10")
        assert (live.locator("[data-testid=live-caption]").inner_text(), picture(live)) == seen[index]
    expect(live.locator("#live-back")).to_have_attribute("aria-disabled", "true")
    live.click("#live-back", force=True)
    assert live.get_attribute(LIVE, "data-stage") == "0"
    assert told(live)["frame"] == answer["frame"]
    for index in range(1, 7):  # over what was seen, and then on
        live.click("#live-slow")
        wait(live, f"d.stage === '{index}'")
    assert told(live)["frame"]["stage"]["index"] == 6


def test_a_button_says_what_it_does_to_mouse_and_keyboard(live: Page) -> None:
    for before, control in (
        ("#live-play", "#live-step"), ("#live-step", "#live-step-d"), ("#live-step-g", "#live-slow"),
        ("#live-layer-manifold", "#live-layer-gradient"),
    ):  # fmt: skip
        hint, text = live.locator("#atelier-hint.seen"), live.get_attribute(control, "aria-description") or ""
        assert len(text) > 20
        live.hover(control)
        expect(hint).to_have_text(text)
        live.mouse.move(2, 2)
        expect(hint).to_have_count(0)
        live.focus(before)
        live.keyboard.press("Tab")
        expect(hint).to_have_text(text)
        box, around = hint.bounding_box(), live.viewport_size
        assert box and around
        assert box["x"] >= 0 and box["x"] + box["width"] <= around["width"], control
        live.keyboard.press("Escape")
        expect(hint).to_have_count(0)


def test_slow_motion_goes_on_by_itself_and_can_be_paused(live: Page) -> None:
    live.emulate_media(reduced_motion="no-preference")
    live.click("#live-slow")
    wait(live, "d.stage === '0'")
    live.click("#live-auto")
    wait(live, "+d.stage >= 2")
    live.click("#live-auto")
    stage = live.get_attribute(LIVE, "data-stage")
    live.wait_for_timeout(1600)
    assert int(live.get_attribute(LIVE, "data-stage") or -1) - int(stage or -1) <= 1  # one may have been on its way
    live.click("#live-unslow")
    wait(live, "d.stage === '' && +d.steps === 1")


def test_motion_is_by_hand_for_those_who_want_less_of_it(chromium: Browser, address: str) -> None:
    context = chromium.new_context(locale="en-US", reduced_motion="reduce")
    page = opened(context.new_page(), address)
    page.click("#live-slow")
    wait(page, "d.stage === '0'")
    expect(page.locator("#live-auto")).to_be_hidden()
    context.close()
