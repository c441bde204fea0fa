"""Explore in a real Chromium: what the canvas shows is what the core computes from the same view, whatever one does."""

from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from conftest import DIGITS, RING
from explore_desk import (
    AT_REST,
    BESIDE,
    DCGAN,
    HERO,
    NO_SIDEWAYS,
    NOTE,
    core,
    desk,
    fresh,
    opened,
    pixels,
    right,
    settled,
    shown,
    slide,
    told_by_the_critic,
    view_of,
    visitor,
    wait,
)  # fmt: skip
from faults import serious
from gan.explore.render import edited_w, features
from gan.explore.views import View, latent
from gan.models.checkpoint import load_model
from gan.models.model import Model

__all__ = ["desk", "shown", "visitor"]  # fixtures

torch.set_num_threads(1)


def test_the_first_picture_is_the_cores_and_not_called_fake_or_real(
    page: Page, address: str, shown: dict[str, Model]
) -> None:
    """The critic's word of one picture agrees with no eye: it is asked for by who opens its fold, and explained."""
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    opened(page, address)
    assert right(page, shown) == View(DIGITS)
    assert int(page.get_attribute(HERO, "data-frame") or 0) >= 1
    assert page.get_attribute("[data-testid=explore]", "data-engine") == "wasm"
    expect(page.get_by_test_id("explore-engine")).to_contain_text("in your browser")
    expect(page.get_by_test_id("explore-facts")).to_contain_text("8 × 8 px")
    settled(page)
    for step in range(8):
        tile = f"[data-testid=explore-neighbours] [data-step='{step}'] canvas"
        assert np.abs(pixels(page, tile) - core(shown[DIGITS], View(DIGITS, walk=(step,)))).max() <= 1
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []

    fold = page.locator("[data-group=critic]")
    assert fold.evaluate("(box) => box.open") is False
    assert not {"fake", "real", "critic"} & set(page.locator(".explore-stage").inner_text().lower().split())
    assert [url for url in asked if "critic" in url] == []
    told_by_the_critic(page, shown[DIGITS], View(DIGITS))
    expect(fold.locator("summary")).to_have_text("Inside the critic")
    for said in ("at the end of this game", "no measure of quality", "critics can be fooled"):
        expect(fold.locator(".explore-hint")).to_contain_text(said)


@pytest.mark.parametrize(("language", "word"), [("en", "research weights"), ("zh-CN", "研究用权重")])
def test_faces_are_offered_as_research_weights(page: Page, address: str, language: str, word: str) -> None:
    opened(page, address, f"/?model=faces-style-64&lang={language}")
    expect(page.get_by_test_id("explore-facts")).to_contain_text(f" · {word} · ")
    page.select_option("#explore-model", DIGITS)
    expect(page.get_by_test_id("explore-facts")).not_to_contain_text(word)


@pytest.mark.parametrize("model", [DIGITS, DCGAN])
def test_every_slider_gives_the_cores_picture_and_asks_nothing_of_the_host(
    desk: Page, shown: dict[str, Model], model: str
) -> None:
    fresh(desk, model)
    settled(desk)
    asked: list[str] = []
    desk.on("request", lambda r: asked.append(r.url))
    for control, key, values in (
        ("explore-psi", "psi", (0.0, 1.5, 0.73)), ("explore-d1", "d1", (-3.0, 1.25)), ("explore-d3", "d3", (2.0,)),
        ("explore-s2", "s2", (-1.5,)), ("explore-z0", "z0", (-4.0, 0.6)), ("explore-z9", "z9", (1.5,)),
    ):  # fmt: skip
        for value in values:
            slide(desk, control, value)
            wait(desk, f"Number(q.{key}) === {value}")
            right(desk, shown)
            expect(desk.locator(f"#{control}-number")).to_have_value(f"{value:g}")
    desk.fill("#explore-d1-number", "-0.37")
    wait(desk, "q.d1 === '-0.37'")
    view = right(desk, shown)
    assert (view.psi, dict(view.directions), dict(view.sefa)) == (0.73, {0: -0.37, 2: 2.0}, {1: -1.5})
    assert dict(view.raw) == {0: 0.6, 9: 1.5}
    for i in range(40):  # a fast hand ends at the last value
        slide(desk, "explore-psi", i / 100)
    wait(desk, "q.psi === '0.39'")
    right(desk, shown)
    assert asked == []
    desk.click("#explore-release")
    wait(desk, "!('z0' in q) && !('z9' in q)")
    desk.dblclick("#explore-d1")
    wait(desk, "!('d1' in q)")
    right(desk, shown)


def test_undo_redo_randomise_reset(desk: Page, shown: dict[str, Model]) -> None:
    fresh(desk)
    slide(desk, "explore-psi", 0.5)
    desk.click("#explore-dice")
    wait(desk, "q.seed !== '42'")
    rolled = right(desk, shown)
    assert rolled.psi == 0.5
    desk.click("#explore-randomise")
    wait(desk, f"q.seed !== '{rolled.seed}'")
    thrown = right(desk, shown)
    assert len(thrown.directions) >= 2
    desk.click("#explore-undo")
    wait(desk, f"q.seed === '{rolled.seed}'")
    assert right(desk, shown) == rolled
    desk.focus("#explore-psi")
    desk.keyboard.press("Control+z")
    desk.keyboard.press("Control+z")
    wait(desk, "q.seed === '42' && !('psi' in q)")
    expect(desk.locator("#explore-seed")).to_have_value("42")
    for _ in range(3):
        desk.keyboard.press("Control+Shift+Z")
    wait(desk, f"q.seed === '{thrown.seed}'")
    assert right(desk, shown) == thrown
    expect(desk.locator("#explore-redo")).to_be_disabled()
    desk.select_option("#explore-model", DCGAN)
    wait(desk, f"q.model === '{DCGAN}'")
    assert right(desk, shown) == View(DCGAN, thrown.seed, psi=0.5)
    desk.click("#explore-undo")
    wait(desk, f"q.model === '{DIGITS}'")
    assert right(desk, shown) == thrown
    desk.click("#explore-reset")
    wait(desk, "Object.keys(q).length === 3")
    assert right(desk, shown) == View(DIGITS, thrown.seed)
    expect(desk.locator("#explore-undo")).to_be_enabled()
    desk.focus("#explore-psi")
    for _ in range(4):
        desk.keyboard.down("ArrowLeft")  # held: one step
    desk.keyboard.up("ArrowLeft")
    desk.focus("#explore-handle")
    for _ in range(4):
        desk.keyboard.down("ArrowRight")
    desk.keyboard.up("ArrowRight")
    wait(desk, "q.psi === '0.96' && q.x === '0.08'")
    desk.click("#explore-undo")
    wait(desk, "q.psi === '0.96' && !('x' in q)")
    desk.click("#explore-undo")
    wait(desk, "!('psi' in q)")
    desk.click("#explore-redo")
    desk.click("#explore-redo")
    expect(desk.locator("#explore-redo")).to_be_disabled()
    expect(desk.locator("#explore-redo")).to_be_focused()
    slide(desk, "explore-z0", 2)
    desk.click("[aria-label='Give z[0] back to the seed']")
    expect(desk.locator("#explore-z0")).to_be_focused()
    desk.fill("#explore-seed", "-3")
    desk.press("#explore-seed", "Enter")
    expect(desk.locator(NOTE)).to_contain_text("A seed is a whole number")
    expect(desk.locator("#explore-seed")).to_have_value(str(thrown.seed))


def cell(page: Page) -> Any:
    """Where the seed plane is on the screen."""
    page.locator("#explore-cell").scroll_into_view_if_needed()
    return page.locator("#explore-cell").bounding_box()


def test_the_seed_plane_is_dragged_through(desk: Page, shown: dict[str, Model]) -> None:
    fresh(desk)
    box = cell(desk)
    desk.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    desk.mouse.down()
    wait(desk, "q.x === '0.5' && q.y === '0.5'")
    right(desk, shown)
    desk.mouse.move(box["x"] + box["width"] * 1.08, box["y"] + box["height"] / 2, steps=8)
    wait(desk, "q.seed === '43' && Number(q.x) > 0 && Number(q.x) < 0.3")
    right(desk, shown)
    desk.mouse.move(box["x"] + box["width"] / 2, box["y"] - box["height"] * 0.2, steps=8)
    wait(desk, f"q.seed === '{42 - 100 + 2**32}'")
    right(desk, shown)
    desk.mouse.up()
    desk.click("#explore-undo")  # a drag is one step
    wait(desk, "q.seed === '42' && !('x' in q)")
    desk.focus("#explore-handle")
    for key in ("ArrowRight", "Shift+ArrowDown", "ArrowLeft", "ArrowLeft"):
        desk.keyboard.press(key)
    wait(desk, "q.seed === '41' && q.x === '0.98' && q.y === '0.1'")
    right(desk, shown)
    assert "from seed 41" in (desk.get_attribute("#explore-handle", "aria-valuetext") or "")
    settled(desk)
    corner = pixels(desk, ".explore-map canvas:nth-child(25)")
    assert np.abs(corner - core(shown[DIGITS], View(DIGITS, 142))).max() <= 1
    before = int(desk.get_attribute(HERO, "data-frame") or 0)
    desk.click("#explore-drift")
    desk.wait_for_function(f"document.querySelector('{HERO}').dataset.frame > {before + 10}")
    box = cell(desk)
    desk.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(desk.locator("#explore-drift")).to_have_attribute("aria-pressed", "false")
    wait(desk, "q.x === '0.5'")
    right(desk, shown)


def test_small_pictures_open_what_they_show(desk: Page, shown: dict[str, Model]) -> None:
    fresh(desk, DCGAN, 7)
    for tile, expected in (
        ("[data-testid=explore-neighbours] [data-step='5']", "q.walk === '5'"),
        ("[data-testid=explore-neighbours] [data-step='2']", "q.walk === '5-2'"),
        ("[data-testid=explore-variations] [data-place='19']", "q.x && q.y"),
        ("[data-direction='d2'] [data-stop='-1.5']", "q.d2 === '-1.5'"),
        ("[data-direction='s1'] [data-stop='3']", "q.s1 === '3'"),
    ):
        settled(desk)
        seen = pixels(desk, f"{tile} canvas")
        desk.click(tile)
        wait(desk, expected)
        right(desk, shown)
        assert np.abs(seen - pixels(desk)).max() <= 1
    assert right(desk, shown).walk == (5, 2)


def test_mixing_and_two_models(desk: Page, shown: dict[str, Model]) -> None:
    fresh(desk, DCGAN)
    desk.click("#explore-mix")
    wait(desk, "q.mix === '43' && q.at === '0' && q.share === '0.5'")
    desk.fill("#explore-mix-seed", "9")
    desk.press("#explore-mix-seed", "Enter")
    slide(desk, "explore-mix-share", 0.8)
    for stage in range(4):
        desk.select_option("#explore-mix-stage", str(stage))
        wait(desk, f"q.mix === '9' && q.at === '{stage}' && q.share === '0.8'")
        right(desk, shown)
    slide(desk, "explore-z0", 2)
    slide(desk, "explore-d1", 1)
    desk.select_option("#explore-beside", "mnist-mlp")
    wait(desk, "q.model === 'mnist-mlp' && q.z0 === '2'", BESIDE)
    expect(desk.locator(".explore-second figcaption")).to_contain_text("the same z")
    shown["mnist-mlp"] = load_model("mnist-mlp")
    assert right(desk, shown, BESIDE) == View("mnist-mlp", 42, raw={0: 2.0})
    slide(desk, "explore-psi", 0.4)
    wait(desk, "q.psi === '0.4'", BESIDE)
    right(desk, shown, BESIDE)
    desk.select_option("#explore-beside", DIGITS)
    wait(desk, f"q.model === '{DIGITS}'", BESIDE)
    expect(desk.locator(".explore-second figcaption")).to_contain_text("the same seed")
    assert right(desk, shown, BESIDE) == View(DIGITS, 42, psi=0.4)
    assert right(desk, shown).beside == DIGITS
    desk.click("#explore-mix")
    desk.select_option("#explore-beside", "")
    wait(desk, "!('mix' in q) && !('beside' in q)")
    right(desk, shown)
    expect(desk.locator(BESIDE)).to_be_hidden()


def test_the_critic_the_nearest_and_the_layers(desk: Page, shown: dict[str, Model]) -> None:
    fresh(desk, DIGITS, 3)
    model = shown[DIGITS]
    slide(desk, "explore-psi", 0.7)
    told_by_the_critic(desk, model, View(DIGITS, 3, psi=0.7))
    z = latent(model, View(DIGITS, 3))
    w = edited_w(model, z, 0.7, View(DIGITS).edits, torch.tensor([0]))
    for stage in (0, 1, 3):
        desk.select_option("#explore-stage", str(stage))
        values = features(model, w, stage).flatten()
        said = f"{round(100 * float((values <= 0).float().mean()))} %"
        expect(desk.get_by_test_id("explore-layer")).to_contain_text(said)
    desk.select_option("#explore-stage", "1")
    values = features(model, w, 1).flatten()
    expect(desk.get_by_test_id("explore-layer")).to_contain_text(f"{len(values)} units")
    desk.focus("[data-testid=explore-channels]")
    desk.keyboard.press("ArrowRight")
    expect(desk.get_by_test_id("explore-channel")).to_contain_text("Unit 1:")
    told = desk.get_by_test_id("explore-channel").inner_text().rstrip(".").partition(":")[2]
    assert float(told) == pytest.approx(float(values[1]), rel=0.05, abs=0.01)
    expect(desk.locator("[data-testid=explore-nearest] canvas")).to_have_count(5)
    distances = [
        int(text.split()[0]) for text in desk.locator("[data-testid=explore-nearest] figcaption").all_inner_texts()
    ]
    assert distances == sorted(distances)
    assert 0 < distances[0] < 40


def test_points_are_a_scatter(desk: Page, shown: dict[str, Model]) -> None:
    desk.select_option("#explore-model", RING)
    wait(desk, f"q.model === '{RING}'")
    assert (pixels(desk) != core(shown[RING], view_of(desk))).any(2).mean() < 0.0005  # a dot may fall beside a border
    slide(desk, "explore-psi", 0.5)
    slide(desk, "explore-d1", 1)
    wait(desk, "q.psi === '0.5' && q.d1 === '1'")
    assert (pixels(desk) != core(shown[RING], view_of(desk))).any(2).mean() < 0.0005
    for hidden in (
        "[data-testid=explore-neighbours]",
        "[data-testid=explore-variations]",
        "#explore-mix",
        "[data-group=inside]",
    ):
        expect(desk.locator(hidden)).to_be_hidden()
    expect(desk.get_by_test_id("explore-facts")).to_contain_text("2-D")
    desk.eval_on_selector("[data-group=critic]", "(box) => { box.open = true; }")
    expect(desk.get_by_test_id("explore-opinion")).to_contain_text("of the real points")
    desk.select_option("#explore-model", DIGITS)
    wait(desk, f"q.model === '{DIGITS}'")
    expect(desk.get_by_test_id("explore-neighbours")).to_be_visible()


def test_the_server_draws_where_the_browser_cannot(page: Page, address: str, shown: dict[str, Model]) -> None:
    opened(page, address, f"/?model={DIGITS}&seed=8&engine=server")
    expect(page.get_by_test_id("explore-engine")).to_contain_text("on the server")
    assert right(page, shown) == View(DIGITS, 8)
    slide(page, "explore-d1", 1.5)
    wait(page, "q.d1 === '1.5'")
    right(page, shown)


def test_a_chinese_phone_in_the_dark(chromium: Browser, address: str, shown: dict[str, Model]) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 800}, locale="zh-CN", color_scheme="dark", has_touch=True, is_mobile=True,
        reduced_motion="reduce",
    )  # fmt: skip
    page = opened(context.new_page(), address, "/?__theme=dark")
    page.evaluate("document.querySelectorAll('.explore-view details').forEach((d) => { d.open = true; })")
    settled(page)
    assert page.evaluate(NO_SIDEWAYS)
    expect(page.locator("[data-group=directions] summary").first).to_have_text("主方向")
    english = page.evaluate(
        """() => [...document.querySelectorAll('.explore-view *')]
            .filter((el) => el.childElementCount === 0 && el.offsetParent).map((el) => el.textContent.trim())
            .filter((text) => /[a-z]{3,} [a-z]{3,}/i.test(text) && !/MNIST|CC|px/.test(text))"""
    )
    assert english == []
    assert serious(page, ".explore-view") == []
    hero, seed = (page.locator(one).bounding_box() for one in (HERO, "#explore-seed"))
    page.evaluate("scrollTo(0, 1500)")
    page.wait_for_timeout(100)
    for one in (HERO, "#explore-seed"):
        expect(page.locator(one)).to_be_in_viewport(ratio=0.9)
    assert hero is not None and seed is not None
    page.locator("#explore-cell").scroll_into_view_if_needed()
    before, fingers = view_of(page), context.new_cdp_session(page)
    for across, along, kept in ((0, 12, True), (12, 0, False)):  # a finger that scrolls, one that slides
        page.eval_on_selector("#explore-psi", "(one) => one.scrollIntoView({ block: 'center' })")
        at = page.eval_on_selector("#explore-psi", AT_REST)  # a page goes on rolling after the finger has left it
        x, y = at["x"] + at["width"] * 0.3, at["y"] + at["height"] / 2
        for i in range(6):
            kind = "touchMove" if i else "touchStart"
            spot = {"x": x + i * across, "y": y - i * along}
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [spot]})
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        wait(page, "!q.psi" if kept else "Number(q.psi) > 0.3 && Number(q.psi) < 0.9")
        assert (page.input_value("#explore-psi") == "1") is kept
        assert (view_of(page) == before) is kept
    page.locator("#explore-cell").tap(position={"x": 168, "y": 200})
    wait(page, "q.x && q.y")
    right(page, shown)
    context.close()


def test_axe_finds_no_serious_fault(desk: Page) -> None:
    fresh(desk)
    settled(desk)
    assert serious(desk, ".explore-view") == []
