"""The Yours tab in the tests: what it says of itself, what its canvases show, and a hand that draws."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw
from playwright.sync_api import Page

from explore_desk import pixels
from gan.models.judges import load_judge

YOURS = "[data-testid=yours]"
PAD, CANVAS, SEEN = "#yours-pad", "#yours-canvas", "#yours-seen"
MODEL = "mnist-style"
ONE = ((0.5, 0.2), (0.5, 0.8))
SEVEN = ((0.3, 0.25), (0.7, 0.25), (0.6, 0.5), (0.45, 0.8))


def wait(page: Page, condition: str) -> None:
    """Wait for a condition on `d`, the data attributes of the view."""
    page.wait_for_function(
        f"(() => {{ const d = document.querySelector('{YOURS}')?.dataset; return d && {condition}; }})()"
    )


def rest(page: Page) -> None:
    """Wait until nothing follows any more: the page hears of a hand in its next frame, or in a later one."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    wait(page, "d.phase === 'resting'")


def opened(page: Page, address: str, query: str = "") -> Page:
    """The tab with something in it."""
    page.goto(f"{address}?tab=yours&model={MODEL}{query and '&' + query}")
    wait(page, "d.ready === 'yes'")
    rest(page)
    return page


def fresh(page: Page) -> None:
    """An empty pad, a pen, nothing damaged."""
    page.click("#tab-yours-button")
    page.check("#yours-kind-none", force=True)
    page.click("#yours-draw")
    page.check("#yours-pen-pen", force=True)
    page.check("#yours-way-faithful", force=True)
    page.click("#yours-clear")
    page.evaluate("document.querySelector('#atelier-note')?.classList.remove('seen')")
    rest(page)


def draw(page: Page, places: Sequence[tuple[float, float]]) -> None:
    """Draw a line through places, in parts of the pad, with the mouse."""
    page.locator(PAD).scroll_into_view_if_needed()
    box = page.locator(PAD).bounding_box()
    assert box is not None
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*at[0])
    page.mouse.down()
    for place in at[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()
    rest(page)


def shown(page: Page, canvas: str = CANVAS) -> np.ndarray:
    """What a canvas shows, [R, R] of 0 to 255."""
    return pixels(page, canvas)[..., 0]


def digit(picture: np.ndarray) -> int:
    """The digit that the judge takes it for."""
    judge = load_judge("mnist")
    assert judge is not None
    image = torch.from_numpy(picture.astype(np.float32))[None, None] / 127.5 - 1
    with torch.inference_mode():
        return int(judge(image).argmax())


def set_value(page: Page, control: str, value: float) -> None:
    """Move a slider as a hand does."""
    page.eval_on_selector(
        control, "(el, v) => { el.value = v; el.dispatchEvent(new Event('input', { bubbles: true })); }", value
    )


def picture(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The file of a picture."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def scan(side: int = 200) -> Image.Image:
    """A seven, dark on light, small and in the upper left."""
    image = Image.new("L", (2 * side, side), 235)
    lines = [(side * (0.1 + 0.5 * x), side * (0.1 + 0.5 * y)) for x, y in SEVEN]
    ImageDraw.Draw(image).line(lines, fill=30, width=side // 20, joint="curve")
    return image


def give(page: Page, content: bytes, name: str = "picture.png") -> None:
    page.set_input_files("#yours-file", {"name": name, "mimeType": "image/png", "buffer": content})


def large_png() -> bytes:
    """What a picture of 100 megapixels begins with."""
    small = picture(Image.new("L", (8, 8)))
    return small[:16] + (10_000).to_bytes(4, "big") * 2 + small[24:]
