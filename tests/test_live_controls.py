"""Every control of the live tab in a real Chromium: what it does is read off the run's own steps.

A control is right if the run it leads to is, loss for loss, the one that the core makes of the same settings.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import BrowserContext, Page, Route, expect

from conftest import forget
from gan.data.drawings import drawn_name
from gan.live.contestant import Contestant
from gan.live.frames import load_scene, points_to_text, shown_latents
from gan.live.recipes import DRAWN_DATA
from gan.live.setup import CONTROLS, Setup
from live_page import expected, figure, lane_of, losses, opened, picture, start_over, step, told, unseen, wait

torch.set_num_threads(1)
STEPS = 3  # Adam's first step is the same for all betas, and the losses of a step are seen after the next

# control -> (what the link says beside it, the value that is chosen)
CHANGES: dict[str, tuple[dict[str, Any], Any]] = {
    "data": ({}, "moons"),
    "batch": ({}, 32),
    "noise": ({}, "uniform"),
    "z_dim": ({}, 1),
    "objective": ({}, "hinge"),
    "penalty": ({}, "r1"),
    "gamma": ({}, 3),
    "gp_weight": ({"penalty": "gradient"}, 1),
    "clip": ({"penalty": "clip"}, 0.01),
    "ema_nimg": ({}, 0),
    "start": ({}, "pretrained"),
    "g_layers": ({}, 1),
    "g_neurons": ({}, 16),
    "optimizer": ({}, "sgd"),
    "lr": ({}, 0.02),
    "beta1": ({}, 0.9),
    "beta2": ({}, 0.5),
    "g_steps": ({}, 3),
    "d_layers": ({}, 0),
    "d_neurons": ({}, 128),
    "features": ({}, 8),
    "sigma": ({"features": 8}, 6),
    "optimizer_d": ({}, "sgd"),
    "lr_d": ({}, 0.02),
    "beta1_d": ({}, 0.9),
    "beta2_d": ({}, 0.5),
    "d_steps": ({}, 3),
    "seed": ({}, 5),
    "rival": ({}, "hinge"),
}


@pytest.fixture(scope="module")
def page(profile: BrowserContext) -> Iterator[Page]:
    """One page for all: each test begins with a run of its own."""
    yield profile.new_page()
    forget(profile)


def begun(page: Page, address: str, values: dict[str, Any]) -> int:
    """The round of a run of these settings at its beginning: the page's own, started over, or that of a link."""
    wanted = Setup.of(values)
    if page.url.startswith(address):
        own = Setup.of(told(page)["setup"])
        others = {name for name in CONTROLS if own[name] != wanted[name]}
        if len(others) < 2 and not others & {"data", "objective"}:  # those bring recommended settings with them
            for name in others:
                (changed if name in values else put_back)(page, name, wanted[name])
            start_over(page)
            return figure(page, "round")
    opened(page, address, link(values))
    return figure(page, "round")


def link(values: dict[str, Any]) -> str:
    return "&".join(f"{name}={value}" for name, value in values.items())


def choose(page: Page, name: str, value: Any) -> None:
    """Set a control as a visitor does."""
    if name == "data":
        page.locator(f"label:has(#live-data-{value})").click()
        return
    control = page.locator(f"#live-{name.replace('_', '-')}")
    if CONTROLS[name].form == "choice":
        control.select_option(str(value))
    else:
        control.fill(str(value))
        control.press("Enter")


def test_every_control_is_tried() -> None:
    assert CHANGES.keys() | {"drawing"} == CONTROLS.keys()


def test_a_tile_says_what_the_host_has_of_its_set_before_anybody_clicks(page: Page, address: str) -> None:
    def told_otherwise(route: Route) -> None:
        answer = route.fetch(timeout=60_000)  # the first run of an app waits for torch
        content = answer.json()
        content["data"] |= {"mnist": {"found": "excerpt", "count": 5_000}, "fashion-mnist": {"found": "nothing"}}
        content["data"]["fashion-mnist"]["count"] = 5_000
        route.fulfill(response=answer, json=content)

    page.route("**/live/open", told_otherwise)
    try:
        opened(page, address, "data=ring&seed=3")
    finally:
        page.unroute("**/live/open")
    tiles = {name: page.locator(f"label:has(#live-data-{name})") for name in ("digits", "mnist", "fashion-mnist")}
    expect(tiles["digits"].locator("small")).to_have_count(0)
    expect(tiles["mnist"].locator("small")).to_have_text("excerpt")
    expect(tiles["fashion-mnist"].locator("small")).to_have_text("not here")
    expect(page.locator("#live-data-mnist")).to_be_enabled()
    expect(page.locator("#live-data-fashion-mnist")).to_be_disabled()
    assert "5\u202f000 pictures that come with the program" in (tiles["mnist"].get_attribute("title") or "")
    assert tiles["fashion-mnist"].get_attribute("title") == "This set's files are not on this machine"
    for tile in tiles.values():  # nothing runs over the edge of its tile
        assert tile.evaluate("(tile) => [...tile.children].every((part) => part.scrollWidth <= tile.clientWidth)")
    tiles["fashion-mnist"].click(force=True)
    assert figure(page, "round") == 1
    choose(page, "data", "moons")
    wait(page, "+d.round === 2")
    expect(page.locator("#live-data-fashion-mnist")).to_be_disabled()


def changed(page: Page, name: str, value: Any) -> None:
    """Set a control, and wait until the run has it."""
    choose(page, name, value)
    page.wait_for_function("(want) => document.querySelector('[data-testid=live]').dataset.query.includes(want)",
                           arg=f"{name}={value}")  # fmt: skip


def put_back(page: Page, name: str, value: Any) -> None:
    """Set a control to what a link without it means, and wait until the run has it."""
    choose(page, name, value)
    page.wait_for_function(
        """([name, value]) => {
            const said = new URLSearchParams(document.querySelector("[data-testid=live]").dataset.query).get(name);
            return [null, value].includes(said); // a link is silent about what is recommended
        }""",
        arg=[name, str(value)],
    )


def fakes(lane: Contestant) -> str:
    """The fakes of a lane as a frame carries them."""
    return points_to_text(lane.trainer.G_ema(shown_latents(lane.trainer)), load_scene(lane.trainer.config.data).extent)


@pytest.mark.parametrize("name", CHANGES)
def test_a_control_reaches_the_training(page: Page, address: str, name: str) -> None:
    beside, value = CHANGES[name]
    base = {"data": "ring", "objective": "relativistic", "seed": 3} | beside
    round = begun(page, address, base)
    usual = lane_of(base)
    before = expected(usual, STEPS)
    if CONTROLS[name].live:  # it acts at once; what was trained stays
        step(page, STEPS)
        changed(page, name, value)
        step(page, 2)
        answer = told(page)
        assert (figure(page, "round"), figure(page, "steps")) == (round, STEPS + 2)
        usual.trainer.change(Setup.of(base | {name: value}).configs()[0])
        assert losses(answer) == before + expected(usual, 2)
        page.click("#live-reset")
        wait(page, f"+d.steps === 0 && +d.round === {round + 1}")
    else:
        changed(page, name, value)
        assert figure(page, "round") == round + 1
    step(page, STEPS)
    answer = told(page)
    wanted = Setup.of(answer["setup"])
    assert wanted[name] == value
    if name not in ("data", "objective"):  # those bring recommended settings with them
        assert wanted == Setup.of(base | {name: value})
    lane = lane_of(answer["setup"])
    assert losses(answer) == expected(lane, STEPS)
    assert answer["frame"]["lanes"][0]["fakes"] == fakes(lane)
    if name == "rival":
        assert losses(answer, 1) == expected(lane_of(answer["setup"], 1), STEPS)
    elif name == "ema_nimg":  # it changes what is shown, and not what is trained
        plain = lane_of(base)
        expected(plain, STEPS)
        assert fakes(lane) != fakes(plain)
    else:
        assert losses(answer) != before
    put_back(page, name, Setup.of(base)[name])  # the next test begins without loading the page


def test_a_drawing_by_mouse_is_what_is_trained_on(page: Page, address: str) -> None:
    begun(page, address, {"data": "ring", "seed": 3})
    choose(page, "data", DRAWN_DATA)
    pad = page.locator("[data-testid=live-pad]")
    pad.wait_for()
    page.click("#live-pad-clear")
    box = pad.bounding_box()
    assert box is not None
    at = [(0.25, 0.5), (0.5, 0.5), (0.75, 0.5)]
    page.mouse.move(box["x"] + at[0][0] * box["width"], box["y"] + at[0][1] * box["height"])
    page.mouse.down()
    for x, y in at[1:]:
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=8)
    page.mouse.up()
    page.click("#live-pad-done")
    wait(page, "d.query.includes('drawing=')")
    setup = told(page)["setup"]
    assert setup["data"] == DRAWN_DATA
    points = load_scene(f"{DRAWN_DATA}:{setup['drawing']}").reals
    assert points[:, 1].abs().max() < 0.15  # a horizontal line through the middle
    assert points[:, 0].min() < -0.4
    assert points[:, 0].max() > 0.4
    step(page, STEPS)
    answer = told(page)
    assert losses(answer) == expected(lane_of(answer["setup"]), STEPS)


def test_digits_mnist_and_clothes_are_trained_as_pictures(page: Page, address: str) -> None:
    opened(page, address, "data=digits&seed=2")
    step(page, STEPS)
    answer = told(page)
    assert losses(answer) == expected(lane_of(answer["setup"]), STEPS)
    lane = answer["frame"]["lanes"][0]
    assert {"fakes", "nearest", "opinions"} <= lane.keys()
    assert answer["scene"]["kind"] == "pictures"
    before = picture(page)
    step(page, 1)
    assert picture(page) != before


def test_one_drawn_point_is_trained_on_and_the_doctor_says_what_it_is(page: Page, address: str) -> None:
    drawing = drawn_name(torch.tensor([[0.5, 0.5]])).partition(":")[2]
    opened(page, address, f"data={DRAWN_DATA}&drawing={drawing}")
    page.click("#live-play")
    with unseen(page):
        wait(page, "+d.steps > 250 && d.doctor === 'one-point'")
    expect(page.locator("[data-testid=live-doctor]")).to_contain_text("point")
    page.click("#live-play")
    wait(page, "d.running === 'false'")


# All four: tests/live/test_illness_presets.py. The seed is one with which G collapses early.
@pytest.mark.parametrize(("name", "seed"), [("collapsed", 4), ("diverged", 1)])
def test_an_illness_is_provoked_named_and_cured(page: Page, address: str, name: str, seed: int) -> None:
    opened(page, address, f"seed={seed}")
    page.click(f"#live-ill-{name}")
    with unseen(page):
        wait(page, f"d.doctor === '{name}'", seconds=90)
    offered = told(page)
    change = offered["frame"]["doctor"][0]["change"]
    lines = page.locator("#live-cure").get_attribute("title")
    assert lines is not None
    assert len(lines.splitlines()) == len(change) > 0
    page.click("#live-cure")
    with unseen(page):
        wait(page, "d.doctor === 'healthy' && +d.steps > 300", seconds=90)
    cured = told(page)
    assert {key: cured["setup"][key] for key in change} == change
    kept = {key for key, value in offered["setup"].items() if cured["setup"][key] == value}
    assert kept | change.keys() | {"rival"} == CONTROLS.keys()
    # The sick run trains beside it, and what would cure it is not offered twice.
    assert Setup.of(cured["setup"]).configs()[1] == Setup.of(offered["setup"]).configs()[0]
    expect(page.locator(".live-hero figure:not([hidden]) figcaption")).to_have_text(
        ["A · cured", "B · as it was, not cured"]
    )
    expect(page.locator("#live-rival option:checked")).to_have_text("itself before the cure")
    expect(page.locator("#live-cure-1")).to_be_hidden()
    page.click("#live-play")
    wait(page, "d.running === 'false'")


def test_a_bad_value_gets_a_sentence_and_the_run_goes_on(page: Page, address: str) -> None:
    begun(page, address, {})
    page.click("#live-play")
    wait(page, "+d.steps > 10")
    round = figure(page, "round")
    for name, typed, sentence in (
        ("lr", "abc", "--lr must be a number from 1e-07 to"),
        ("lr_d", "NaN", "--lr-d must be a number"),
        ("batch", "1.5", "--batch must be a whole number from 2 to 4096"),
        ("g_neurons", "100000", "--g-neurons must be a whole number from 1 to"),
        ("g_layers", "-1", "--g-layers must be a whole number from 0 to 5"),
        ("seed", "-1", "--seed must be a whole number"),
    ):
        steps = figure(page, "steps")
        choose(page, name, typed)
        expect(page.locator("#atelier-note.seen")).to_contain_text(sentence)  # of this value: no two begin alike
        wait(page, f"+d.steps > {steps + 20} && d.running === 'true'")
        assert figure(page, "round") == round, name
    page.click("#live-play")
    wait(page, "d.running === 'false'")


def test_a_rate_beyond_reason_ends_in_a_word_and_the_page_lives_on(page: Page, address: str) -> None:
    begun(page, address, {})
    step(page, 1)
    choose(page, "lr", "1e9")
    wait(page, "d.query.includes('lr=1e%2B09')")
    page.click("#live-play")
    wait(page, "d.doctor === 'diverged' && d.state === 'diverged'")
    expect(page.locator("[data-testid=live-doctor]")).to_contain_text("Diverged")
    page.click("#live-reset")
    wait(page, "+d.steps === 0")
    choose(page, "lr", "0.004")
    wait(page, "!d.query.includes('lr=1e')")
    page.click("#live-play")
    wait(page, "+d.steps > 20")
    page.click("#live-play")
    wait(page, "d.running === 'false'")


def test_a_tab_that_is_being_left_is_not_drawn(page: Page, address: str) -> None:
    # between the click that hides it and the page's next frame the canvas has no size, and an answer may come
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    begun(page, address, {"data": "ring"})
    panel = "document.querySelector('[data-testid=live]').closest('[role=tabpanel]').style"
    page.evaluate(f"{panel}.setProperty('display', 'none', 'important'); document.body.classList.toggle('dark')")
    page.wait_for_timeout(200)
    page.evaluate(f"{panel}.display = ''; document.body.classList.toggle('dark')")
    step(page)
    assert errors == []
