"""The Interpolate tab in a real Chromium: what one does to a film is seen in its pixels and its link."""

import base64
import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from playwright.sync_api import Page, expect

from conftest import DIGITS, RING
from film_desk import (
    CANVAS,
    FRAMES,
    KEYS,
    choose,
    digits,
    frame,
    near,
    opened,
    query,
    sentence,
    slide,
    tab,
    until,
)
from gan.explore.render import film_latents, pictures
from gan.latents import z_from_seeds
from gan.media.images import grid
from gan.models.checkpoint import load_model
from gan.models.model import Model

__all__ = ["digits", "opened", "tab"]  # fixtures

torch.set_num_threads(1)


def test_a_link_of_before_plays_the_cores_pictures(opened: Page, digits: Model) -> None:
    assert query(opened) == {
        "tab": "interpolate", "model": DIGITS, "keys": "1,7,42", "frames": str(FRAMES), "fps": "12",
    }  # fmt: skip
    opened.emulate_media(reduced_motion="no-preference")
    opened.reload()
    expect(opened.locator(CANVAS)).to_have_attribute("data-frames", str(3 * FRAMES))
    opened.wait_for_function("(s) => Number(document.querySelector(s).dataset.frame) > 3", arg=CANVAS)  # it plays
    wanted = pictures(digits, film_latents([1, 7, 42], digits.G.z_dim, FRAMES, "slerp", "loop"))
    for number in (0, 5, 6, 17):
        near(frame(opened, number), wanted[number])
    expect(opened.locator(".film-clock")).to_contain_text("1.42 s of 1.50 s · frame 18 of 18")
    assert opened.inner_text("#film-play").endswith("Play")  # who scrubs wants to look
    stills = opened.locator("[data-testid=interpolate-strip] li")
    assert stills.count() == 12
    stills.nth(4).locator("button").click()
    expect(opened.locator(CANVAS)).to_have_attribute("data-frame", "6")
    expect(stills.nth(4)).to_have_text("seed 7")
    expect(stills.nth(4).locator("button")).to_have_attribute("title", "seed 7")
    scale = opened.eval_on_selector(CANVAS, "(el) => el.getBoundingClientRect().width / el.width")
    assert scale == int(scale) > 1  # crisp


def test_smooth_pixels_are_one_switch_for_the_page(tab: Page) -> None:
    def rendering() -> list[str]:
        canvases = f"{CANVAS}, #explore-canvas"
        return list(tab.eval_on_selector_all(canvases, "(all) => all.map((el) => getComputedStyle(el).imageRendering)"))

    assert rendering() == ["pixelated"] * 2
    tab.check("#film-smooth")
    assert rendering() == ["auto"] * 2
    assert tab.is_checked("#explore-smooth")
    tab.uncheck("#film-smooth")
    assert rendering() == ["pixelated"] * 2
    assert not tab.is_checked("#explore-smooth")


def test_a_hidden_tab_stops_and_the_film_goes_on_afterwards(tab: Page) -> None:
    tab.click("#film-play")
    tab.get_by_role("tab", name="Live").click()
    tab.wait_for_timeout(150)
    before = tab.get_attribute(CANVAS, "data-frame")
    tab.wait_for_timeout(400)
    assert tab.get_attribute(CANVAS, "data-frame") == before
    tab.get_by_role("tab", name="Interpolate").click()
    tab.wait_for_function("([s, v]) => document.querySelector(s).dataset.frame !== v", arg=[CANVAS, before])
    tab.click("#film-play")


def test_key_frames_come_go_and_change_places(tab: Page, digits: Model) -> None:
    tab.fill("#film-seed", "3, 8-9")
    tab.press("#film-seed", "Enter")
    until(tab, keys="1,7,42,3,8,9")
    tab.fill("#film-seed", "many")
    tab.click("#film-add")
    assert "many" in sentence(tab)
    expect(tab.locator("#film-seed")).to_have_attribute("aria-invalid", "true")
    tab.fill("#film-seed", "0-30")
    expect(tab.locator("#film-seed")).not_to_have_attribute("aria-invalid", "true")
    tab.click("#film-add")
    assert "24" in sentence(tab)
    tab.locator(f"{KEYS} button").nth(0).focus()
    tab.keyboard.press("Shift+ArrowRight")
    until(tab, keys="7,1,42,3,8,9")
    tab.keyboard.press("Shift+ArrowRight")  # the focus went along
    until(tab, keys="7,42,1,3,8,9")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Delete")
    until(tab, keys="7,42,1,8,9")
    tab.locator(f"{KEYS} button").nth(3).click()
    expect(tab.locator(".film-chosen")).to_have_text("Picture 4 of 5: seed 8")
    expect(tab.locator(CANVAS)).to_have_attribute("data-frame", str(3 * FRAMES))
    for button, keys in (("earlier", "7,42,8,1,9"), ("later", "7,42,1,8,9"), ("remove", "7,42,1,9")):
        tab.click(f"#film-{button}")
        until(tab, keys=keys)
    boxes = [tab.locator(f"{KEYS} li").nth(i).bounding_box() for i in (3, 0)]
    assert boxes[0] and boxes[1]
    start, end = ((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes)
    tab.mouse.move(*start)
    tab.mouse.down()
    tab.mouse.move(*end, steps=8)
    tab.mouse.up()
    until(tab, keys="9,7,42,1")
    near(frame(tab, FRAMES), pictures(digits, z_from_seeds([7], digits.G.z_dim))[0])
    tab.click("#film-dice")
    tab.wait_for_function("(s) => document.querySelectorAll(`${s} li`).length === 5", arg=KEYS)
    thumbnail = tab.locator(f"{KEYS} canvas").nth(1)
    tab.wait_for_function("(s) => document.querySelectorAll(`${s} canvas`)[1].width > 1", arg=KEYS)
    uri = thumbnail.evaluate("(el) => el.toDataURL()").partition(",")[2]
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(uri))).convert("RGB"))
    near(shown, pictures(digits, z_from_seeds([7], digits.G.z_dim))[0])


def test_no_press_loses_the_focus(tab: Page) -> None:
    focused = "document.activeElement.id"
    tab.focus("#film-remove")
    for keys in ("7,42", "7,42"):
        tab.keyboard.press("Enter")
        until(tab, keys=keys)
        assert tab.evaluate(focused) == "film-remove"
    assert "2 to 24" in sentence(tab)
    tab.focus("#film-later")
    for _ in range(2):
        tab.keyboard.press("Enter")
        until(tab, keys="42,7")
        assert tab.evaluate(focused) == "film-later"
    expect(tab.locator("#film-later")).to_have_attribute("aria-disabled", "true")


def test_every_change_can_be_taken_back(tab: Page) -> None:
    choose(tab, "path", "lerp")
    until(tab, path="lerp")
    for psi in (0.9, 0.8, 0.7):
        slide(tab, "psi", psi)
    until(tab, path="lerp", psi="0.7")
    tab.locator(f"{KEYS} button").nth(2).press("Delete")
    until(tab, keys="1,7")
    tab.keyboard.press("Control+z")
    until(tab, keys="1,7,42", psi="0.7")
    tab.click("#film-undo")
    until(tab, psi=None, path="lerp")  # one way of a slider is one step
    tab.keyboard.press("Control+z")
    until(tab, path=None)
    tab.click("#film-redo")
    tab.keyboard.press("Control+Shift+Z")
    until(tab, path="lerp", psi="0.7", keys="1,7,42")
    slide(tab, "psi", 0.5)
    until(tab, psi="0.5")
    expect(tab.locator("#film-redo")).to_have_attribute("aria-disabled", "true")


def test_a_drag_ends_where_nobody_saw_the_release(tab: Page) -> None:
    box = tab.locator(f"{KEYS} li").nth(0).bounding_box()
    assert box
    tab.evaluate(
        """([selector, x, y]) => {
            const about = { bubbles: true, pointerId: 1, clientY: y, button: 0 };
            const tile = document.querySelector(`${selector} button`);
            const fire = (kind, dx, buttons) =>
                tile.dispatchEvent(new PointerEvent(kind, { ...about, clientX: x + dx, buttons }));
            fire("pointerdown", 0, 1);
            fire("pointermove", 200, 0);
        }""",
        [KEYS, box["x"] + 30, box["y"] + 30],
    )
    assert tab.locator(".film-dragged").count() == 0
    tab.mouse.move(box["x"] + 30, box["y"] + 30)
    tab.mouse.move(box["x"] + 120, box["y"] + 30, steps=3)
    assert tab.locator(".film-dragged").count() == 0
    assert query(tab)["keys"] == "1,7,42"


def test_many_key_frames_leave_the_film_in_sight(tab: Page) -> None:
    before = tab.locator("#film-seed").bounding_box()
    tab.fill("#film-seed", "100-119")
    tab.press("#film-seed", "Enter")
    tab.wait_for_function("(s) => document.querySelectorAll(`${s} li`).length === 23", arg=KEYS)
    after = tab.locator("#film-seed").bounding_box()
    assert before and after
    expect(tab.locator("#film-play")).to_be_in_viewport(ratio=0.95)  # fonts differ by parts of a pixel
    assert after["x"] == before["x"]
    expect(tab.locator(f"{KEYS} button").nth(22)).to_be_in_viewport()  # the row goes to who was added
    tab.click("#film-undo")
    until(tab, keys="1,7,42")


def test_a_finger_that_scrolls_leaves_the_sliders(tab: Page) -> None:
    touch = tab.context.new_cdp_session(tab)
    for way, changes in (((0, 1), False), ((1, 0), True)):
        tab.locator("#film-psi").scroll_into_view_if_needed()
        box = tab.locator("#film-psi").bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 4, box["y"] + box["height"] / 2
        for kind, far in (("touchStart", 0), *(("touchMove", 8 * i) for i in range(1, 8)), ("touchEnd", None)):
            points = [] if far is None else [{"x": x + way[0] * far, "y": y - way[1] * far}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        tab.wait_for_timeout(50)
        assert ("psi" in query(tab)) is changes
    tab.evaluate("window.scrollTo(0, 0)")


def test_a_finger_puts_key_frames_in_order(tab: Page) -> None:
    """Sideways over the row: up and down scrolls the page."""
    boxes = [tab.locator(f"{KEYS} li").nth(i).bounding_box() for i in (0, 2)]
    assert boxes[0] and boxes[1]
    y = boxes[0]["y"] + 20
    start, end = (box["x"] + box["width"] / 2 for box in boxes)
    touch = tab.context.new_cdp_session(tab)
    send = lambda kind, x: touch.send(  # noqa: E731
        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [] if x is None else [{"x": x, "y": y}]}
    )
    send("touchStart", start)
    for i in range(1, 11):
        send("touchMove", start + (end - start) * i / 10)
    send("touchEnd", None)
    until(tab, keys="7,42,1")


def test_settings_change_the_film_and_ask_nobody(tab: Page, digits: Model) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    for name, value in {"path": "lerp", "space": "w", "turn": "once", "ease": "smooth", "pace": "eye"}.items():
        choose(tab, name, value)
        until(tab, **{name: value})
    for name, value in {"path": "slerp", "space": "z", "ease": "even", "pace": "even"}.items():
        choose(tab, name, value)
        until(tab, **{name: None})
    slide(tab, "frames", 4)
    for psi in range(40, 71, 3):  # a fast hand ends at the last value
        slide(tab, "psi", psi / 100)
    until(tab, turn="once", frames="4", psi="0.7")
    z = film_latents([1, 7, 42], digits.G.z_dim, 4, "slerp", "once")
    near(frame(tab, 3), pictures(digits, z, 0.7)[3])
    choose(tab, "grid", 2)
    until(tab, grid="2")
    tiles = [film_latents([seed + i for seed in (1, 7, 42)], digits.G.z_dim, 4, "slerp", "once") for i in range(4)]
    wanted = grid(torch.stack([pictures(digits, z, 0.7)[3] for z in tiles]), 2)
    near(frame(tab, 3), wanted)
    tab.fill("#film-frames-number", "1000")
    tab.press("#film-frames-number", "Tab")
    assert "240" in sentence(tab)
    expect(tab.locator("#film-frames-number")).to_have_value("4")
    before = tab.get_attribute(CANVAS, "data-frame")
    slide(tab, "fps", 30)
    until(tab, fps="30")
    assert tab.get_attribute(CANVAS, "data-frame") == before  # the pictures stay
    choose(tab, "grid", 1)
    choose(tab, "path", "circle")
    until(tab, path="circle")
    assert tab.locator("#film-turn-once").is_disabled()
    assert [url for url in asked if "/live/" not in url] == []  # a run that was opened goes on


def test_a_film_of_points_and_back(tab: Page, models: dict[str, Path]) -> None:
    ring = load_model(models[RING])
    tab.select_option("#film-model", RING)
    until(tab, model=RING)
    wanted = pictures(ring, film_latents([1, 7, 42], ring.G.z_dim, FRAMES, "slerp", "loop"))
    for number in (0, 7):
        away = np.abs(frame(tab, number).astype(int) - wanted[number].numpy().astype(int)).max(-1)
        assert (away > 1).mean() < 2e-3  # a dot may lie on the edge of two pixels
