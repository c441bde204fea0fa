"""The moving picture at the top of the README, of the running app: `python -m bench.tour` writes docs/tour.webp.

First a hand drags through the seed plane of Explore, then a live run learns a ring of eight blobs. Frames are taken by
what the page shows, a place of the hand or a number of steps, not by the clock.
"""

import argparse
import io
import json
import math
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from bench.live import LIVE
from bench.machine import machine
from bench.pages import CANVAS, READY, chromium, serve, wait
from gan.files import write_whole

FILE = Path(__file__).resolve().parent.parent / "docs" / "tour.webp"
SIZE, WIDTH = {"width": 1120, "height": 720}, 840  # of the window, and of the picture, in pixels
PORT = 7892
FRAME_MS, LAST_MS = 90, 1_500  # of a frame, and of the last one of a scene
MOST_BYTES = 1_500_000
EXPLORE, CELL, DRAGGED = "tab=explore&model=mnist-style&seed=42&c=3", "#explore-cell", 40
RING, STEPS, EVERY = "tab=live&data=ring&seed=1", 2_800, 80
Frame = tuple[Image.Image, int]  # a picture and how long it stands, in milliseconds


def shot(page: Page) -> Image.Image:
    """What the window shows now, as small as the README shows it."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)


def opened(browser: Browser, link: str) -> Page:
    """A tab of the app, in English and by daylight."""
    page = browser.new_page(viewport=SIZE, locale="en-US", color_scheme="light")  # type: ignore[arg-type]
    page.goto(f"http://127.0.0.1:{PORT}/?{link}")
    return page


def explore(browser: Browser) -> Iterator[Frame]:
    """A loop through the cell of the seed plane, from the first seed past two others and back."""
    page = opened(browser, EXPLORE)
    page.wait_for_selector(READY, timeout=60_000)
    page.wait_for_selector("[data-testid=explore][data-still=yes]", timeout=60_000)
    yield shot(page), 5 * FRAME_MS
    box = page.locator(CELL).bounding_box()
    assert box is not None
    for number in range(1, DRAGGED):
        turn = 2 * math.pi * number / DRAGGED
        x, y = ((1 - math.cos(angle)) / 2 for angle in (turn, 2 * turn))
        before = page.get_attribute(CANVAS, "data-frame")
        page.mouse.move(box["x"] + box["width"] * inside(x), box["y"] + box["height"] * inside(y))
        if number == 1:
            page.mouse.down()
        page.wait_for_function(
            "([canvas, before]) => document.querySelector(canvas).dataset.frame !== before", arg=[CANVAS, before]
        )
        yield shot(page), FRAME_MS
    page.close()


def inside(place: float) -> float:
    """Where a place of the cell, from 0 to 1, lies in its box: the seeds are the middles of the corner pictures."""
    return 0.1 + 0.8 * place


def live(browser: Browser) -> Iterator[Frame]:
    """A ring of eight blobs, from the first step until all are held."""
    page = opened(browser, RING)
    wait(page, LIVE, "d.updates > 0")
    yield shot(page), 5 * FRAME_MS
    page.click("#live-play")
    for steps in range(EVERY, STEPS, EVERY):
        wait(page, LIVE, f"+d.steps >= {steps}")
        yield shot(page), FRAME_MS
    page.click("#live-play")
    wait(page, LIVE, "d.running === 'false'")
    yield shot(page), LAST_MS
    page.close()


def animation(frames: list[Frame]) -> bytes:
    """The frames as a WebP that plays for ever."""
    file = io.BytesIO()
    (first, *others), times = zip(*frames, strict=True)
    first.save(
        file, "WEBP", save_all=True, append_images=others, duration=list(times), loop=0, quality=60, method=4,
        allow_mixed=True,
    )  # fmt: skip
    return file.getvalue()


def main() -> None:
    """Take both scenes and write the file."""
    argparse.ArgumentParser(prog="python -m bench.tour", description=__doc__).parse_args()
    server = serve(PORT, {})
    try:
        with chromium() as browser:
            frames = [*explore(browser), *live(browser)]
    finally:
        server.terminate()
        server.wait()
    content = animation(frames)
    if len(content) > MOST_BYTES:
        raise SystemExit(f"the picture has {len(content):,} bytes, at most {MOST_BYTES:,} are wanted")
    write_whole(FILE, content)
    seconds = sum(time for _, time in frames) / 1000
    print(f"{FILE}: {len(frames)} frames, {seconds:.1f} s, {len(content):,} bytes")
    print(json.dumps({"tour": {"frames": len(frames), "seconds": seconds, "bytes": len(content)}} | machine()))


if __name__ == "__main__":
    main()
