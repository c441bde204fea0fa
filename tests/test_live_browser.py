"""The live tab in a real Chromium: what its buttons do to the run, and what the run does to the screen."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import forget, until
from gan.live.frames import load_scene, points_to_text, shown_latents
from gan.live.past import FRAMES
from gan.models.checkpoint import model_of_bytes
from live_page import (
    CANVAS,
    LIVE,
    STATUS,
    at_start,
    expected,
    figure,
    lane_of,
    losses,
    opened,
    picture,
    step,
    still,
    told,
    wait,
)  # fmt: skip

torch.set_num_threads(1)

PLAY = "#live-play"
MODES = 8


@pytest.fixture(scope="module", autouse=True)
def closing(profile: BrowserContext) -> Iterator[None]:
    """Close the page that tests share, after the last of them."""
    yield
    forget(profile)


@pytest.fixture
def live(profile: BrowserContext, address: str) -> Page:
    """The live tab with a run at its beginning, in a page that tests share: those of pages of their own come last."""
    return at_start(profile, address)


def test_before_anything_is_touched_there_is_a_picture_and_a_word(profile: BrowserContext, address: str) -> None:
    forget(profile)
    live = opened(profile.new_page(), address)
    assert (figure(live, "steps"), live.get_attribute(LIVE, "data-running")) == (0, "false")
    expect(live.locator(STATUS)).to_contain_text("Untrained")
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
    wait(live, "+d.steps > 20 && d.running === 'true'")
    expect(live.locator(PLAY)).to_contain_text("Pause")
    assert picture(live) != untrained
    live.click(PLAY)
    steps = still(live)
    expect(live.locator(PLAY)).not_to_contain_text("Pause")
    step(live, 2)
    assert still(live) == steps + 2
    live.click("#live-reset")
    wait(live, "+d.steps === 0")
    assert still(live) == 0
    assert picture(live) == untrained


def test_a_step_of_one_network_leaves_the_other(live: Page) -> None:
    def counts() -> tuple[int, int]:
        return figure(live, "trained-d"), figure(live, "trained-g")

    fakes = told(live)["frame"]["lanes"][0]["fakes"]
    step(live, 2, "#live-step-d")
    assert counts() == (2, 0)
    assert told(live)["frame"]["lanes"][0]["fakes"] == fakes  # the critic alone has learned
    step(live, 3, "#live-step-g")
    assert counts() == (2, 3)
    assert told(live)["frame"]["lanes"][0]["fakes"] != fakes
    step(live)
    assert counts() == (3, 4)


def test_a_layer_can_be_shown_and_hidden(live: Page) -> None:
    step(live)
    for layer in ("real", "fake", "opinion", "field", "manifold", "gradient"):
        button = live.locator(f"#live-layer-{layer}")
        before, pressed = picture(live), button.get_attribute("aria-pressed")
        button.click()
        assert button.get_attribute("aria-pressed") != pressed, layer
        assert picture(live) != before, layer
        button.click()
        assert picture(live) == before, layer


def test_scrubbing_shows_the_past_and_a_branch_goes_on_from_there(live: Page) -> None:
    live.click(PLAY)
    wait(live, "+d.steps > 150")
    live.click(PLAY)
    steps, now = still(live), picture(live)
    live.focus("#live-scrub")
    for _ in range(4):
        live.keyboard.press("ArrowLeft")
    wait(live, "d.moment !== ''")
    expect(live.locator(STATUS)).to_contain_text(re.compile("past|earlier|back|look", re.IGNORECASE))
    until(lambda: picture(live) != now, 10)  # the past's frame comes from the host
    assert figure(live, "steps") == steps
    live.click("#live-now")
    wait(live, "d.moment === ''")
    until(lambda: picture(live) == now, 10)
    live.focus("#live-scrub")
    for _ in range(4):
        live.keyboard.press("ArrowLeft")
    wait(live, "d.moment !== ''")
    live.wait_for_timeout(700)  # the four presses are answered one after the other
    moment = int(live.get_attribute(LIVE, "data-moment") or -1)
    place = dict(told(live)["moments"]["list"])[moment]
    assert 0 < place < steps
    live.click("#live-branch")  # asks first: what came later will be lost
    dialog = live.locator(".live-dialog:has(#live-branch-yes)")
    expect(dialog).to_contain_text(f"step {place}")
    expect(dialog).to_contain_text(f"{steps - place} steps")
    live.click("#live-branch-no")
    expect(dialog).to_be_hidden()
    assert (figure(live, "steps"), figure(live, "moment")) == (steps, moment)
    live.click("#live-branch")
    live.click("#live-branch-yes")
    wait(live, f"+d.steps === {place} && d.running === 'false'")
    step(live)
    answer = told(live)
    lane = lane_of(answer["setup"])
    for _ in range(place + 1):
        lane.act("both")
    fakes = points_to_text(lane.trainer.G_ema(shown_latents(lane.trainer)), load_scene("ring").extent)
    assert answer["frame"]["lanes"][0]["fakes"] == fakes  # as if it had never gone further
    assert len(answer["moments"]["list"]) <= FRAMES


def test_a_reload_takes_the_run_up_again(live: Page) -> None:
    live.click(PLAY)
    wait(live, "+d.steps > 50")
    steps = figure(live, "steps")
    live.reload()
    live.locator(LIVE).wait_for(timeout=60_000)
    wait(live, f"+d.steps >= {steps} && d.running === 'true'")
    live.click(PLAY)
    still(live)


def test_film_curves_and_model_come_home(live: Page, tmp_path: Path) -> None:
    live.click(PLAY)
    wait(live, "+d.steps > 120")
    live.click(PLAY)
    still(live)
    with live.expect_download() as made:
        live.click("#live-film-mp4")
    made.value.save_as(tmp_path / "film.mp4")
    with av.open(tmp_path / "film.mp4") as film:
        assert sum(1 for _ in film.decode(video=0)) >= 4
    with live.expect_download() as made:
        live.click("#live-csv")
    made.value.save_as(tmp_path / "curves.csv")
    rows = list(csv.DictReader((tmp_path / "curves.csv").open()))
    curve = told(live)["curve"]
    assert [int(row["steps"]) for row in rows] == [point["steps"] for point in curve]
    assert float(rows[0]["critic_loss"]) == curve[0]["lanes"][0][0]
    with live.expect_download() as made:
        live.click("#live-model")
    model = model_of_bytes("mine", made.value.path().read_bytes())
    assert model.config.data == "ring"


def test_a_figures_definition_is_one_click_away(live: Page) -> None:
    button = live.locator("[data-testid=live-figures] button").first
    name = button.inner_text()
    button.click()
    definition = live.locator("[popover]:visible, [role=dialog]:visible, .live-definition:visible").first
    expect(definition).to_be_visible()
    assert len(definition.inner_text()) > len(name) + 20
    live.keyboard.press("Escape")
    expect(definition).to_be_hidden()


def test_the_keyboard_alone_starts_and_pauses(live: Page) -> None:
    live.focus(PLAY)
    live.keyboard.press("Enter")
    wait(live, "+d.steps > 5")
    live.keyboard.press("Enter")
    assert still(live) > 5


def test_the_forger_covers_all_modes_of_the_ring_on_screen(page: Page, address: str) -> None:
    live = opened(page, address)
    live.click(PLAY)
    wait(live, f"d.modes == {MODES} || +d.steps > 8000", seconds=200)
    assert figure(live, "modes") == MODES
    expect(live.locator("[data-testid=live-figures]")).to_contain_text(f"{MODES} / {MODES}")
    live.click(PLAY)
    still(live)


def test_a_race_is_two_runs_on_the_same_axes(page: Page, address: str) -> None:
    live = opened(page, address, "data=ring&objective=non-saturating&rival=relativistic&seed=4")
    step(live, 2)
    answer = told(live)
    assert [lane["objective"] for lane in answer["scene"]["lanes"]] == ["non-saturating", "relativistic"]
    for lane in (0, 1):
        assert losses(answer, lane) == expected(lane_of(answer["setup"], lane), 2)
    expect(live.locator("[data-testid=live-canvas-1]")).to_be_visible()
    assert picture(live) != picture(live, "[data-testid=live-canvas-1]")


def test_a_lesson_link_opens_the_same_run_with_the_same_controls_hidden(page: Page, address: str) -> None:
    live = opened(page, address, "data=grid&objective=hinge&seed=9&g_neurons=32&lr=0.002")
    step(live, 2)
    first = told(live)
    live.click("#live-link")
    live.check("#live-hide-critic")
    link = live.input_value("#live-link-address")
    live.click("#live-link-copy")
    other = live.context.new_page()
    other.goto(link)
    other.locator(LIVE).wait_for()
    wait(other, "+d.updates > 0")
    expect(other.locator(".live-controls [data-group=critic]")).to_be_hidden()
    expect(other.locator("[data-group=forger]")).to_be_visible()
    step(other, 2)
    second = told(other)
    assert second["setup"] == first["setup"]
    assert second["frame"]["lanes"] == first["frame"]["lanes"]
    assert second["curve"] == first["curve"]
    other.close()


def test_a_damaged_link_gets_a_sentence_and_the_default(page: Page, address: str) -> None:
    live = opened(page, address, "data=nowhere")
    expect(live.locator("#atelier-note")).to_contain_text("--data is one of")
    assert told(live)["setup"]["data"] == "ring"


def test_an_audience_watches_live_and_may_not_steer(page: Page, chromium: Browser, address: str) -> None:
    live = opened(page, address)
    live.click("#live-share")
    watch = live.evaluate("navigator.clipboard.readText().catch(() => '')") or ""
    if "watch=" not in watch:  # no right to the clipboard: ask as the page does
        watch = live.evaluate(
            """async () => {
                const id = sessionStorage.getItem('atelier-run');
                const body = JSON.stringify({ id, act: 'share' });
                const headers = { 'content-type': 'application/json' };
                const answer = await (await fetch('live/act', { method: 'POST', headers, body })).json();
                return `${location.origin}/?tab=live&watch=${answer.watch}`;
            }"""
        )
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    other = context.new_page()
    other.goto(watch)
    other.locator(LIVE).wait_for()
    wait(other, "d.role === 'watcher' && +d.updates > 0")
    expect(other.locator(PLAY)).to_be_disabled()
    expect(other.locator(".live-banner")).to_contain_text("watching")
    live.click(PLAY)
    wait(live, "+d.steps > 20")
    wait(other, "+d.steps > 20")
    expect(live.locator(".live-banner")).to_contain_text("1")
    live.click(PLAY)
    steps = still(live)
    wait(other, f"+d.steps === {steps}")
    context.close()


@pytest.mark.parametrize("data", ["digits", "ring"])
def test_the_model_of_now_opens_in_explore_and_interpolate(page: Page, address: str, data: str) -> None:
    live = opened(page, address, f"data={data}")
    step(live)
    for tab in ("explore", "interpolate"):
        with live.context.expect_page() as made:
            live.click(f"#live-{tab}")
        other = made.value
        other.wait_for_url(re.compile(f"tab={tab}.*model=live-{data}-1-"))
        drawn = {"explore": ":not([data-frame='0'])", "interpolate": "[data-frames='96']"}[tab]
        other.locator(f"[data-testid={tab}-canvas]{drawn}").wait_for(timeout=60_000)
        model = other.locator({"explore": "#explore-model", "interpolate": "#film-model"}[tab])
        assert model.input_value() in other.url
        other.close()


def test_chinese_and_dark_and_narrow(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 800}, locale="zh-CN", color_scheme="dark")
    page = opened(context.new_page(), address)
    expect(page.locator(STATUS)).to_contain_text("尚未训练")
    page.click(PLAY)
    expect(page.locator(PLAY)).to_contain_text("暂停")
    wait(page, "+d.steps > 5")
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    canvas, controls = page.locator(CANVAS).bounding_box(), page.locator(".live-group").first.bounding_box()
    assert canvas
    assert controls
    assert canvas["y"] < controls["y"]  # the picture first
    context.close()


def test_two_pages_train_at_once_each_its_own_run(context: BrowserContext, address: str) -> None:
    a, b = (opened(context.new_page(), address) for _ in range(2))
    a.click(PLAY)
    b.click(PLAY)
    for page in (a, b):
        wait(page, "+d.steps > 30")
    before = [figure(page, "steps") for page in (a, b)]
    for page, start in zip((a, b), before, strict=True):
        wait(page, f"+d.steps > {start + 300}")
    made = [figure(page, "steps") - start for page, start in zip((a, b), before, strict=True)]
    assert min(made) > 0.25 * max(made), made  # the bench measures fairness; here neither waits for the other
    a.click(PLAY)
    steps = still(a)
    wait(b, f"+d.steps > {figure(b, 'steps') + 20}")
    assert figure(a, "steps") == steps


@pytest.mark.parametrize("query", ["", "data=digits", "data=ring&rival=hinge"])
def test_axe_finds_no_fault(page: Page, address: str, query: str) -> None:
    opened(page, address, query)
    page.evaluate("document.querySelectorAll('.live-view details').forEach((d) => { d.open = true; })")
    page.click("#live-slow")
    wait(page, "d.stage === '0'")
    for rules in ([], ["color-contrast"]):  # a theme changes colours alone
        options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
        found = Axe().run(page, context=".live-view", options=options).response["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
        page.click("[data-act=theme]")
        page.wait_for_timeout(300)
