"""The pictures of docs/lesson.md, taken from the running app: `python -m bench.lesson` writes docs/lesson/*.png.

Each is a link opened in Chromium and a few buttons pressed; runs are stopped by their steps, not by the clock.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from bench.live import LIVE
from bench.machine import machine
from bench.pages import chromium, serve

DOCS = Path(__file__).resolve().parent.parent / "docs" / "lesson"
SIZE = {"width": 1280, "height": 900}
PORT = 7891


def wait(page: Page, condition: str) -> None:
    """Wait for a condition on `d`, the data attributes of the live view."""
    page.wait_for_function(
        f"(() => {{ const d = document.querySelector('{LIVE}')?.dataset; return d && {condition}; }})()",
        timeout=240_000,
    )


def train(page: Page, steps: int) -> None:
    """Train until so many steps are made, then stand still."""
    page.click("#live-play")
    wait(page, f"+d.steps >= {steps}")
    if page.get_attribute(LIVE, "data-running") == "true":
        page.click("#live-play")
    wait(page, "d.running === 'false'")


def game(page: Page) -> None:
    """Slow motion, at the moment when the critic has judged."""
    train(page, 300)
    for stage in range(3):
        page.click("#live-slow")
        wait(page, f"d.stage === '{stage}'")


def ring(page: Page) -> None:
    """All eight blobs found."""
    train(page, 3000)


def ill(page: Page) -> None:
    """A collapse, with what the doctor says."""
    page.click("#live-ill-collapsed")
    wait(page, "d.doctor === 'collapsed' && +d.steps > 600")
    page.click("#live-play")
    wait(page, "d.running === 'false'")


def cured(page: Page) -> None:
    """The same run with the doctor's one change."""
    ill(page)
    page.click("#live-cure")
    wait(page, "+d.steps > 3000 && d.doctor === 'healthy'")
    page.click("#live-play")
    wait(page, "d.running === 'false'")


def race(page: Page) -> None:
    """Two objectives on the same axes."""
    train(page, 2500)


def back(page: Page) -> None:
    """A moment of the past."""
    train(page, 2500)
    page.focus("#live-scrub")
    for _ in range(30):
        page.keyboard.press("ArrowLeft")
    wait(page, "d.moment !== ''")


def digits(page: Page) -> None:
    """Pictures, each with its nearest real neighbour."""
    train(page, 2500)


# name -> (the link, what is done there)
PICTURES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "1-game": ("data=two-gaussians&objective=non-saturating&seed=1", game),
    "2-ring": ("data=ring&seed=1", ring),
    "3-ill": ("data=grid&seed=1", ill),
    "4-cured": ("data=grid&seed=1", cured),
    "5-race": ("data=ring&objective=non-saturating&rival=relativistic&seed=1", race),
    "6-back": ("data=ring&seed=1", back),
    "7-digits": ("data=digits&seed=1", digits),
}


def main() -> None:
    """Take them all, or those named."""
    p = argparse.ArgumentParser(prog="python -m bench.lesson", description=__doc__)
    p.add_argument("names", nargs="*", choices=[[], *PICTURES], help="default: all")
    names = p.parse_args().names or list(PICTURES)
    DOCS.mkdir(parents=True, exist_ok=True)
    server = serve(PORT, {})
    try:
        with chromium() as browser:
            for name in names:
                link, do = PICTURES[name]
                page = browser.new_page(viewport=SIZE, locale="en-US")  # type: ignore[arg-type]
                page.goto(f"http://127.0.0.1:{PORT}/?tab=live&{link}")
                wait(page, "d.updates > 0")
                do(page)
                page.wait_for_timeout(500)
                page.screenshot(path=DOCS / f"{name}.png")
                page.close()
                print(DOCS / f"{name}.png", flush=True)
    finally:
        server.terminate()
        server.wait()
    print(json.dumps({"lesson": names} | machine()))


if __name__ == "__main__":
    main()
