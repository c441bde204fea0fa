"""The Yours tab in a real Chromium: drawn, given, cropped, repaired, carried on; with a host and without."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from conftest import english
from explore_desk import NOTE
from faults import serious
from gan.models.checkpoint import load_model, shipped
from gan.ui.site import write_site
from gan.ui.words.yours import WORDS
from latin import foreign_words
from test_browser import NAMELESS, NO_SIDEWAYS, SAID
from yours_page import (
    CANVAS,
    MODEL,
    ONE,
    PAD,
    SEEN,
    SEVEN,
    YOURS,
    digit,
    draw,
    fresh,
    give,
    large_png,
    opened,
    picture,
    rest,
    scan,
    set_value,
    shown,
    wait,
)  # fmt: skip


@pytest.fixture(scope="module")
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    """One English visitor for all tests of this file that do not say otherwise."""
    with english(chromium) as context:
        yield context


@pytest.fixture(scope="module")
def room(visitor: BrowserContext, address: str) -> Page:
    """The tab of that visitor; every test leaves it as it likes, and begins with `fresh`."""
    return opened(visitor.new_page(), f"{address}/")


def test_it_opens_with_a_digit_that_draws_itself(room: Page, visitor: BrowserContext, address: str) -> None:
    page = visitor.new_page()
    page.emulate_media(reduced_motion="no-preference")
    page.goto(f"{address}/?tab=yours")
    wait(page, f"d.model === '{MODEL}' && d.source === 'pad'")
    rest(page)
    assert int(page.get_attribute(CANVAS, "data-frame") or 0) > 10
    assert digit(shown(page)) == 3
    assert float(page.get_attribute(YOURS, "data-alike") or 0) > 0.8
    page.close()


def test_the_answer_follows_the_pen(room: Page) -> None:
    fresh(room)
    expect(room.get_by_test_id("yours-near")).to_contain_text(WORDS["near_nothing"][0])
    frames = int(room.get_attribute(CANVAS, "data-frame") or 0)
    draw(room, ONE)
    one = shown(room)
    assert digit(one) == 1
    assert int(room.get_attribute(CANVAS, "data-frame") or 0) > frames + 8
    expect(room.get_by_test_id("yours-near")).to_contain_text(re.compile(r"\d+ % alike\s+\d+\.\d dB"))
    room.click("#yours-clear")
    draw(room, SEVEN)
    assert digit(shown(room)) == 7
    assert np.abs(shown(room, SEEN) - shown(room)).mean() < 12
    room.click("#yours-undo")
    room.click("#yours-undo")
    rest(room)
    assert np.abs(shown(room) - one).mean() < 3, "undo brings back what was cleared"


def test_an_eraser_and_a_broader_pen(room: Page) -> None:
    fresh(room)
    set_value(room, "#yours-width", 4)
    draw(room, ONE)
    thin = shown(room, SEEN).sum()
    room.click("#yours-clear")
    set_value(room, "#yours-width", 16)
    draw(room, ONE)
    assert shown(room, SEEN).sum() > 1.2 * thin
    room.check("#yours-pen-eraser", force=True)
    draw(room, ((0.3, 0.2), (0.7, 0.2)))
    draw(room, ((0.3, 0.8), (0.7, 0.8)))
    draw(room, ONE)
    set_value(room, "#yours-width", 20)
    draw(room, ((0.5, 0.1), (0.5, 0.9)))
    assert shown(room, SEEN).sum() == 0


def test_by_keyboard_alone(room: Page) -> None:
    fresh(room)
    room.focus(PAD)
    for key in (*["ArrowUp"] * 7, "Space", *["ArrowDown"] * 14, "Space", "ArrowLeft"):
        room.keyboard.press(key)
    rest(room)
    assert digit(shown(room)) == 1
    room.keyboard.press("Backspace")
    rest(room)
    expect(room.get_by_test_id("yours-near")).to_contain_text(WORDS["near_nothing"][0])


# ---- given ----------------------------------------------------------------------------------------------------------


def test_a_file_is_ink_within_a_frame(room: Page) -> None:
    fresh(room)
    give(room, picture(scan()))
    wait(room, "d.source === 'picture'")
    set_value(room, "#yours-zoom", 0)
    room.focus(PAD)
    for _ in range(30):
        room.keyboard.press("ArrowLeft")
    rest(room)
    seen = shown(room, SEEN)
    assert digit(shown(room)) == 7
    assert seen[:3].max() == 0 and seen.max() > 200, "light ink on dark, in the middle"
    box = room.locator(PAD).bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    room.mouse.move(*middle)
    room.mouse.wheel(0, -400)
    rest(room)
    nearer = shown(room, SEEN)
    assert np.abs(nearer - seen).max() > 40
    assert int(room.input_value("#yours-zoom")) > 0
    room.mouse.down()
    room.mouse.move(middle[0] - 60, middle[1] - 40, steps=4)
    room.mouse.up()
    rest(room)
    assert np.abs(shown(room, SEEN) - nearer).max() > 40
    room.uncheck("#yours-framed")
    rest(room)
    assert shown(room, SEEN)[0].min() > 128, "as it is: paper is light"
    room.check("#yours-framed")


PASTE = """(bytes) => {
    const data = new DataTransfer();
    if (bytes) data.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_a_picture_is_pasted(room: Page) -> None:
    fresh(room)
    room.evaluate(PASTE, list(picture(scan().crop((0, 0, 160, 160)))))
    wait(room, "d.source === 'picture'")
    rest(room)
    assert digit(shown(room)) == 7
    room.evaluate(PASTE, None)
    expect(room.locator(NOTE)).to_contain_text(WORDS["trouble_no_paste"][0])


BAD = {
    "trouble_empty_file": b"",
    "trouble_no_picture": b"dear diary, this is a text",
    "trouble_svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "trouble_heic": b"\0\0\0\x18ftypheic\0\0\0\0",
    "trouble_tiny": picture(Image.new("L", (1, 1))),
    "trouble_damaged": picture(scan())[:120],
    "trouble_large": large_png(),
    "trouble_nothing": picture(Image.new("RGB", (64, 64), "white")),
}


def test_what_is_no_picture_is_told_and_what_was_there_stays(room: Page) -> None:
    fresh(room)
    draw(room, ONE)
    for key, content in BAD.items():
        room.evaluate("document.querySelector('#atelier-note')?.classList.remove('seen')")
        give(room, content, "any")
        sentence = WORDS[key][0].partition("{")[0]
        expect(room.locator(NOTE)).to_contain_text(sentence)
        wait(room, "d.source === 'pad'")
    assert digit(shown(room)) == 1


def test_odd_pictures_are_taken(room: Page) -> None:
    fresh(room)
    frames = [scan(), Image.new("L", (400, 200), 9)]
    for content in (
        picture(frames[0].convert("P"), "GIF", save_all=True, append_images=[frames[1].convert("P")], loop=0),
        picture(scan().convert("CMYK"), "JPEG"), picture(scan(600).convert("RGB"), "WEBP"),
    ):  # fmt: skip
        give(room, content)
        wait(room, "d.source === 'picture'")
        room.focus(PAD)
        for _ in range(30):
            room.keyboard.press("ArrowLeft")
        rest(room)
        assert digit(shown(room)) == 7
        fresh(room)


def test_a_large_photograph_is_made_smaller_while_it_is_read_or_refused(room: Page) -> None:
    fresh(room)
    draw(room, ONE)
    on_its_side = Image.Exif()
    on_its_side[0x0112] = 6  # to be turned to the right when it is shown
    content = picture(scan(2800).transpose(Image.Transpose.ROTATE_90), "JPEG", exif=on_its_side)
    decoder = room.evaluate_handle("() => { const own = ImageDecoder; window.ImageDecoder = undefined; return own; }")
    give(room, content)
    expect(room.locator(NOTE)).to_contain_text("This picture has 15.7 million pixels; 12.5 million are the most")
    room.evaluate("(own) => { window.ImageDecoder = own; }", decoder)
    give(room, content)
    expect(room.locator(NOTE)).to_contain_text("15.7 million pixels: it was made smaller while it was read")
    room.focus(PAD)
    for _ in range(30):
        room.keyboard.press("ArrowLeft")
    rest(room)
    assert digit(shown(room)) == 7


# ---- repaired -------------------------------------------------------------------------------------------------------


def test_a_hole_is_filled_and_the_rest_stays_as_it_was(room: Page) -> None:
    fresh(room)
    draw(room, SEVEN)
    before = shown(room, SEEN)
    room.check("#yours-kind-hole", force=True)
    room.click("#yours-clear")
    rest(room)
    draw(room, ((0.5, 0.45), (0.55, 0.6)))
    hidden = shown(room, SEEN) != before
    after = shown(room)
    assert 10 < hidden.sum() < 200
    assert (after[~hidden & (shown(room, SEEN) == before)] == before[~hidden]).all()
    assert digit(after) == 7
    # the slider lays what was before over it
    set_value(room, "#yours-wipe", 100)
    assert (shown(room) == shown(room, SEEN)).all()
    set_value(room, "#yours-wipe", 50)
    assert (shown(room)[:, :14] == shown(room, SEEN)[:, :14]).all()
    assert (shown(room)[:, 14:] == after[:, 14:]).all()
    set_value(room, "#yours-wipe", 0)


def test_half_a_digit_has_several_answers(room: Page) -> None:
    fresh(room)
    draw(room, SEVEN)
    room.check("#yours-kind-hole", force=True)
    set_value(room, "#yours-width", 20)
    draw(room, ((0.3, 0.7), (0.7, 0.7), (0.7, 0.9), (0.3, 0.9)))
    tiles = room.locator("[data-testid=yours-answers] button")
    expect(tiles.nth(1)).to_be_visible()
    first = shown(room)
    tiles.nth(1).click()
    assert np.abs(shown(room) - first).max() > 50
    expect(tiles.nth(1)).to_have_attribute("aria-pressed", "true")
    tiles.nth(0).click()
    assert (shown(room) == first).all()


def test_other_damages_are_repaired(room: Page) -> None:
    fresh(room)
    draw(room, SEVEN)
    whole = shown(room, SEEN)
    for kind in ("stains", "noise", "tiny4"):
        room.check(f"#yours-kind-{kind}", force=True)
        rest(room)
        damaged, repaired = np.abs(shown(room, SEEN) - whole).mean(), np.abs(shown(room) - whole).mean()
        assert repaired < damaged, kind
        assert digit(shown(room)) == 7, kind


# ---- carried on -----------------------------------------------------------------------------------------------------


def test_what_was_found_goes_on_in_other_tabs_and_as_a_file(room: Page, tmp_path: Path) -> None:
    fresh(room)
    draw(room, SEVEN)
    made = shown(room)
    with room.expect_download() as download:
        room.click("#yours-png")
    download.value.save_as(tmp_path / "own.png")
    content = (tmp_path / "own.png").read_bytes()
    note = json.loads(content.partition(b"gan-atelier\0\0\0\0\0")[2].partition(b"}")[0] + b"}")
    assert note["model"] == MODEL
    assert (np.asarray(Image.open(tmp_path / "own.png").convert("L"))[8::16, 8::16] == made).all()
    room.click("#yours-key")
    expect(room.locator(NOTE)).to_contain_text("1")
    room.click("#yours-explore")
    expect(room.locator("#tab-explore-button")).to_have_attribute("aria-selected", "true")
    room.wait_for_function(
        "(own) => document.querySelector('#explore-canvas').dataset.query?.includes(own)", arg=note["own"]
    )
    assert np.abs(shown(room, "#explore-canvas") - made).max() < 40
    assert np.abs(shown(room, "#explore-canvas") - made).mean() < 2
    room.click("#tab-interpolate-button")
    room.wait_for_selector("[data-testid=interpolate][data-ready=yes]")
    expect(room.locator(".film-picks summary")).to_contain_text("1")
    room.click("#tab-yours-button")
    rest(room)
    assert (shown(room) == made).all(), "the room is as it was left"


def test_easy_to_change_starts_from_a_picture_of_the_forgers_own(room: Page) -> None:
    fresh(room)
    draw(room, SEVEN)
    faithful = float(room.get_attribute(YOURS, "data-alike") or 0)
    room.check("#yours-way-easy", force=True)
    rest(room)
    assert digit(shown(room)) == 7
    assert 0.6 < float(room.get_attribute(YOURS, "data-alike") or 0) <= faithful + 0.02


# ---- where it cannot be ---------------------------------------------------------------------------------------------


def changed_models(change: dict[str, Any]) -> Any:
    """Answers the page's question for models with ones that say something else of themselves."""

    def answer(route: Route) -> None:
        response = route.fetch()
        listed = response.json()
        listed["models"] = [{**entry, **change} for entry in listed["models"]]
        route.fulfill(response=response, json=listed)

    return answer


@pytest.mark.parametrize(
    ("change", "query", "key"),
    [
        ({"encoder": False}, "", "trouble_none"), ({"macs": 1e9}, "", "trouble_limit"),
        ({}, "&engine=server", "trouble_engine"),
    ],
)  # fmt: skip
def test_a_sentence_says_why_there_is_no_room(
    page: Page, address: str, change: dict[str, Any], query: str, key: str
) -> None:
    page.route("**/explore/models*", changed_models(change))
    page.goto(f"{address}/?tab=yours{query}")
    wait(page, "d.ready === 'none'")
    expect(page.get_by_test_id("yours-note")).to_contain_text(WORDS[key][0].partition("{name}")[2] or WORDS[key][0])
    expect(page.locator(PAD)).to_be_hidden()


def test_without_a_camera_a_sentence_says_so(room: Page) -> None:
    fresh(room)
    room.click("#yours-camera")
    expect(room.locator(NOTE)).to_contain_text(WORDS["trouble_no_camera"][0])


# ---- for everybody --------------------------------------------------------------------------------------------------


def test_at_a_desk_and_on_a_phone_in_both_languages(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN", reduced_motion="reduce")
    page = opened(context.new_page(), f"{address}/", "__theme=light")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for kind in ("none", "hole"):
            page.check(f"#yours-kind-{kind}", force=True)
            rest(page)
            for dark in (False, True):
                assert page.evaluate("document.body.classList.contains('dark')") == dark
                assert page.evaluate(NO_SIDEWAYS), (width, kind)
                assert serious(page) == [], (width, kind, dark)
                page.click("[data-act=theme]")
                page.wait_for_timeout(300)
            assert page.evaluate(NAMELESS) == []
    left = {text: words for text in page.evaluate(SAID, "#tab-yours") if (words := foreign_words(text))}
    assert {text: words for text, words in left.items() if text not in shipped()} == {}
    context.close()


def test_without_a_host_it_is_the_same(chromium: Browser, tmp_path: Path) -> None:
    write_site(tmp_path / "site", [load_model(MODEL)])
    asked: list[str] = []
    with chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-US") as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        opened(page, (tmp_path / "site" / "index.html").as_uri())
        fresh(page)
        draw(page, SEVEN)
        assert digit(shown(page)) == 7
        page.click("#yours-explore")
        page.wait_for_function("document.querySelector('#explore-canvas').dataset.query?.includes('own=')")
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
