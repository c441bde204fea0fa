"""The Interpolate tab in a real Chromium: what one does to a film is seen in its pixels, its link and its files."""

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import av
import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from conftest import DIGITS, RING
from gan.checkpoint import load_model
from gan.explore import Edits, film_latents, pictures
from gan.export import settings_of
from gan.history import HISTORY, training_film
from gan.images import grid
from gan.latents import z_from_seeds
from gan.model import Model

torch.set_num_threads(1)

SECTION, CANVAS, KEYS = (
    "[data-testid=interpolate]",
    "[data-testid=interpolate-canvas]",
    "[data-testid=interpolate-keys]",
)
READY = f"{SECTION}[data-ready=yes]"
FRAMES = 6  # a segment, of the films here
LINK = f"/?tab=interpolate&model={DIGITS}&seeds=1,7,42&frames={FRAMES}&fps=12&path=slerp&turn=loop&psi=1"


@pytest.fixture(scope="module")
def digits(models: dict[str, Path]) -> Model:
    return load_model(models[DIGITS])


@pytest.fixture(scope="module")
def opened(chromium: Browser, address: str) -> Iterator[Page]:
    """The tab, opened by a link of before; one page for all tests."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-US", accept_downloads=True)
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(address + LINK)
    page.wait_for_selector(READY, state="attached")
    yield page
    context.close()


@pytest.fixture
def tab(opened: Page) -> Page:
    """The same page with the film of LINK again, by *Open a film*."""
    restore(opened)
    return opened


def query(page: Page) -> dict[str, str]:
    """What the film's own link says."""
    return {key: values[0] for key, values in parse_qs(page.get_attribute(CANVAS, "data-query") or "").items()}


def until(page: Page, **values: str | None) -> None:
    """Wait until the link says so and the film is whole; None means that the key is not in it."""
    page.wait_for_function(
        """([selector, section, values]) => {
            const query = new URLSearchParams(document.querySelector(selector).dataset.query);
            const said = Object.entries(values).every(([key, value]) => query.get(key) === value);
            return said && document.querySelector(section);
        }""",
        arg=[CANVAS, READY, values],
    )


def frame(page: Page, number: int) -> np.ndarray[Any, Any]:
    """Frame `number`, [H, W, 3], gone to by the scrub bar."""
    page.eval_on_selector(
        "#film-scrub", "(el, v) => { el.value = v; el.dispatchEvent(new Event('input', { bubbles: true })); }", number
    )
    page.wait_for_selector(f"{CANVAS}[data-frame='{number}']", state="attached")
    uri = page.eval_on_selector(CANVAS, "(el) => el.toDataURL()")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))).convert("RGB"))


def near(shown: np.ndarray[Any, Any], wanted: torch.Tensor) -> None:
    """The picture uint8 [H, W, C], to a grey level."""
    assert shown.shape[:2] == wanted.shape[:2]
    assert np.abs(shown.astype(int) - wanted.numpy().astype(int)).max() <= 1


def slide(page: Page, name: str, value: float) -> None:
    """Move a slider as a hand does."""
    page.eval_on_selector(
        f"#film-{name}", "(el, v) => { el.value = v; el.dispatchEvent(new Event('input', { bubbles: true })); }", value
    )


def choose(page: Page, name: str, value: object) -> None:
    page.check(f"#film-{name}-{value}", force=True)


def restore(page: Page) -> None:
    keys = [{"seed": seed} for seed in (1, 7, 42)]
    settings = {"gan-atelier": 1, "film": {"model": DIGITS, "keys": keys, "frames": FRAMES, "fps": 12}}
    open_file(page, "film.json", json.dumps(settings).encode())
    until(page, keys="1,7,42", frames=str(FRAMES), path=None, psi=None)


def open_file(page: Page, name: str, content: bytes) -> None:
    kind = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.set_input_files("#film-file", [kind])  # type: ignore[list-item]


def sentence(page: Page) -> str:
    """The sentence that answers a mistake; the next one is another."""
    note = page.locator("#atelier-note.trouble.seen")
    expect(note).to_be_visible()
    told = note.inner_text()
    page.evaluate("document.getElementById('atelier-note').classList.remove('seen')")
    return told


def test_a_link_of_before_plays_the_cores_pictures(opened: Page, digits: Model) -> None:
    assert query(opened) == {
        "tab": "interpolate", "model": DIGITS, "keys": "1,7,42", "frames": str(FRAMES), "fps": "12",
    }  # fmt: skip
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
    expect(stills.nth(4)).to_have_text("7")
    expect(stills.nth(4).locator("button")).to_have_attribute("title", "seed 7")
    scale = opened.eval_on_selector(CANVAS, "(el) => el.getBoundingClientRect().width / el.width")
    assert scale == int(scale) > 1  # crisp


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
    play, after = tab.locator("#film-play").bounding_box(), tab.locator("#film-seed").bounding_box()
    assert play and before and after
    assert play["y"] + play["height"] < 900
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


def test_pictures_of_explore_become_key_frames(tab: Page, digits: Model) -> None:
    view = {
        "model": DIGITS, "seed": 5, "x": 0.25, "y": 0, "walk": [], "psi": 0.5, "directions": {"0": 2}, "sefa": {},
        "raw": {"3": 1.5}, "mix": None, "beside": "",
    }  # fmt: skip
    dot = tab.evaluate("document.createElement('canvas').toDataURL()")
    tab.evaluate(
        "(kept) => Object.entries(kept).forEach(([key, value]) => localStorage.setItem(key, JSON.stringify(value)))",
        {
            "atelier-keys": [
                view,
                {"model": "another", "seed": 1},
                {"model": DIGITS, "seed": -1},
                None,
                {"model": RING, "seed": 3},
            ],
            "atelier-bookmarks": [{"view": {**view, "seed": 6, "x": 0}, "name": "mine", "picture": dot}],
        },
    )
    tab.evaluate("window.dispatchEvent(new CustomEvent('atelier-keys'))")  # as Explore says that it sent one
    expect(tab.locator(".film-picks > summary")).to_have_text("From Explore (2)")
    expect(tab.locator(".film-picked .film-key")).to_have_count(3)  # of models that are here, and readable
    drawn = "(s) => [...document.querySelectorAll(s)].every((canvas) => canvas.width > 1)"
    tab.wait_for_function(drawn, arg=".film-picked canvas")
    tab.get_by_role("button", name="Add: mine").click()
    until(tab, keys="1,7,42,6_psi:0.5_d1:2_z3:1.5")
    wanted = pictures(digits, z_from_seeds([6], digits.G.z_dim), 0.5, Edits({3: 1.5}, {0: 2.0}))
    near(frame(tab, 3 * FRAMES), wanted[0])
    tab.click("#film-all-explore")
    until(tab, keys="1,7,42,6_psi:0.5_d1:2_z3:1.5,5_x:0.25_psi:0.5_d1:2_z3:1.5")
    with tab.context.expect_page() as opened:
        tab.click("#film-explore")
    opened.value.wait_for_url("**tab=explore**")
    asked = parse_qs(opened.value.url.partition("?")[2])
    opened.value.close()
    assert {key: asked[key] for key in ("model", "seed", "x", "psi", "d1", "z3")} == {
        "model": [DIGITS], "seed": ["5"], "x": ["0.25"], "psi": ["0.5"], "d1": ["2"], "z3": ["1.5"],
    }  # fmt: skip
    tab.locator(f".film-picked[data-model={RING}] .film-key").click()
    until(tab, model=RING, keys="1,7,42,6,5,3")  # that model lacks what was edited
    assert tab.evaluate("document.activeElement.dataset.pick") is not None
    tab.click("#film-undo")
    until(tab, model=DIGITS)
    tab.click("#film-empty")
    expect(tab.locator(".film-picked .film-key")).to_have_count(1)  # the bookmark
    assert tab.evaluate("localStorage.getItem('atelier-keys')") is None
    tab.evaluate("localStorage.clear()")
    tab.click(".film-picks > summary")


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


def saved(page: Page, suffix: str) -> tuple[str, bytes]:
    """(name, content) of a file that the page saves."""
    with page.expect_download() as download:
        page.click(f"#film-save-{suffix}")
    expect(page.locator(".film-saving")).to_contain_text("saved")
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_every_file_holds_the_film_and_brings_it_back(tab: Page, digits: Model) -> None:
    choose(tab, "turn", "ping-pong")
    slide(tab, "psi", 0.8)
    until(tab, turn="ping-pong", psi="0.8")
    wanted = pictures(digits, film_latents([1, 7, 42], digits.G.z_dim, FRAMES, "slerp", "ping-pong"), 0.8)
    for suffix in ("mp4", "gif", "webp", "png", "zip"):
        name, content = saved(tab, suffix)
        assert name == f"{DIGITS}-1-7-42.{suffix}"
        settings = settings_of(content)
        assert settings["film"]["keys"] == [{"seed": 1}, {"seed": 7}, {"seed": 42}]
        assert len(settings["sha256"]) == 64
        if suffix == "zip":
            with zipfile.ZipFile(io.BytesIO(content)) as folder:
                near(np.asarray(Image.open(folder.open("frame-0007.png")))[..., None], wanted[7])
                assert len(folder.namelist()) == len(wanted) + 1
        elif suffix == "mp4":
            with av.open(io.BytesIO(content)) as container:
                assert sum(1 for _ in container.decode(video=0)) == len(wanted)
                assert container.streams.video[0].average_rate == 12
        elif suffix != "png":
            with Image.open(io.BytesIO(content)) as file:
                assert file.n_frames == len(wanted)
                file.seek(7)
                scale = file.width // wanted.shape[2]
                shown = np.asarray(file.convert("L"))[scale // 2 :: scale, scale // 2 :: scale].astype(int)
                assert np.abs(shown - wanted[7, ..., 0].numpy()).mean() < 6
        restore(tab)
        open_file(tab, name, content)
        until(tab, turn="ping-pong", psi="0.8", keys="1,7,42", fps="12")
        near(frame(tab, 7), wanted[7])
        for damaged in (content[:80], b"", b"\x00" * 999):
            open_file(tab, name, damaged)
            assert name in sentence(tab)
        assert query(tab)["turn"] == "ping-pong"  # nothing changed


def test_a_dropped_file_of_another_model_gets_one_sentence(tab: Page) -> None:
    film = {"model": "nobody's", "keys": [{"seed": 1}, {"seed": 2}]}
    drop = """([selector, text]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], "film.webp"));
        const about = { dataTransfer, bubbles: true, cancelable: true };
        const place = document.querySelector(selector);
        for (const kind of ["dragover", "drop"]) place.dispatchEvent(new DragEvent(kind, about));
    }"""
    tab.evaluate(drop, [SECTION, json.dumps({"gan-atelier": 1, "film": film})])
    assert "nobody's" in sentence(tab)
    film |= {"model": DIGITS}
    tab.evaluate(drop, [SECTION, json.dumps({"gan-atelier": 1, "film": film, "sha256": "0" * 64})])
    until(tab, keys="1,2")
    expect(tab.locator("#atelier-note")).to_contain_text("other weights")


def test_a_film_of_points_and_back(tab: Page, models: dict[str, Path]) -> None:
    ring = load_model(models[RING])
    tab.select_option("#film-model", RING)
    until(tab, model=RING)
    wanted = pictures(ring, film_latents([1, 7, 42], ring.G.z_dim, FRAMES, "slerp", "loop"))
    for number in (0, 7):
        away = np.abs(frame(tab, number).astype(int) - wanted[number].numpy().astype(int)).max(-1)
        assert (away > 1).mean() < 2e-3  # a dot may lie on the edge of two pixels


def test_a_link_opens_the_equal_film_elsewhere_and_calmly(tab: Page, chromium: Browser, address: str) -> None:
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose(tab, "path", "spline")
    until(tab, path="spline")
    tab.click("#film-link")
    expect(tab.locator("#atelier-note")).to_have_text("Link copied")
    link = tab.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{address}/?tab=interpolate")
    context = chromium.new_context(reduced_motion="reduce", locale="zh-CN", viewport={"width": 360, "height": 740})
    other = context.new_page()
    other.goto(link)
    other.wait_for_selector(READY, state="attached")
    assert (frame(other, 9) == frame(tab, 9)).all()
    number = other.get_attribute(CANVAS, "data-frame")
    other.wait_for_timeout(300)
    assert other.get_attribute(CANVAS, "data-frame") == number  # nothing moves by itself
    assert other.inner_text("#film-play").endswith("播放")
    assert other.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    context.close()


@pytest.mark.parametrize("mistake", ["model=nobody&keys=1,2", f"model={DIGITS}&keys=1,2_d1:9"])
def test_a_bad_link_gets_one_sentence_and_a_film(page: Page, address: str, mistake: str) -> None:
    page.goto(f"{address}/?tab=interpolate&{mistake}")
    page.wait_for_selector(READY, state="attached")
    told = sentence(page)
    assert ("nobody" if "nobody" in mistake else "9") in told
    assert "\n" not in told
    assert query(page)["keys"] == "1,7,42,5"
    if "nobody" not in mistake:
        return
    # An untouched film becomes one of what this page's Explore sends, and of its model.
    page.get_by_role("tab", name="Live").click()
    page.evaluate(
        """(views) => {
            localStorage.setItem("atelier-keys", JSON.stringify(views));
            for (const _ of views) window.dispatchEvent(new CustomEvent("atelier-keys"));
        }""",
        [{"model": RING, "seed": 3}, {"model": RING, "seed": 4}],
    )
    page.get_by_role("tab", name="Interpolate").click()
    until(page, model=RING, keys="3,4")
    expect(page.locator(".film-picks > summary")).to_have_text("From Explore (2)")
    expect(page.locator(".film-picked .film-key")).to_have_count(2)  # the panel is open
    play = page.locator("#film-play").bounding_box()
    assert play and play["y"] + play["height"] < 900


def test_a_film_of_the_training(page: Page, address: str, models: dict[str, Path], digits: Model) -> None:
    page.goto(address + LINK.replace("loop", "once") + "&training=1")
    page.wait_for_selector(READY, state="attached")
    labels, wanted = training_film(digits, models[DIGITS] / HISTORY, [1, 7, 42])
    frames = len(wanted)
    expect(page.locator(CANVAS)).to_have_attribute("data-frames", str(frames))
    for number in (0, frames - 1):
        near(frame(page, number), wanted[number])
    caption = page.locator(".film-caption")
    expect(caption).to_have_text(re.compile(f"after {labels[-1]:,} real pictures".replace(",", ".")))
    _, content = saved(page, "zip")
    assert settings_of(content)["film"]["training"] is True
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        assert len(folder.namelist()) == frames + 1
    choose(page, "source", "keys")
    until(page, training=None)
    assert page.get_attribute(CANVAS, "data-frames") == str(2 * FRAMES + 1)
    expect(page.locator(".film-seeds")).to_be_hidden()
    keys = [{"seed": 1, "raw": {"0": 2}}, {"seed": 7}]
    open_file(page, "film.json", json.dumps({"gan-atelier": 1, "film": {"model": DIGITS, "keys": keys}}).encode())
    until(page, keys="1_z0:2,7")
    slide(page, "fps", 30)
    until(page, fps="30")
    choose(page, "source", "training")
    until(page, training="1")
    expect(page.locator(".film-seeds")).to_have_text(re.compile("seeds alone, without the edits"))
    assert query(page)["fps"] != "30"
    choose(page, "source", "keys")
    until(page, training=None, fps="30")  # a look at the training changes nothing
