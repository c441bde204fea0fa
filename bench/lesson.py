"""The pictures of docs/lesson.md, one of each step: `python -m bench.lesson` writes docs/lesson/*.png.

Each is a step of the page as a plain file, answered rightly; what then plays has come to its end.
"""

import argparse
import json
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from bench.machine import machine
from bench.pages import chromium, wait
from gan.models.checkpoint import load_model
from gan.ui.learn.steps import STEPS
from gan.ui.site import write_site

DOCS = Path(__file__).resolve().parent.parent / "docs" / "lesson"
SIZE = {"width": 1280, "height": 900}
LEARN = "[data-testid=learn]"
MODEL = "digits-mlp"
PICTURES = {f"{at}-{step.name}": step for at, step in enumerate(STEPS, 1)}


def answer(page: Page, choice: int) -> None:
    """Answer the step's question."""
    page.click(f"#learn-answer-{choice}")
    page.click("#learn-show")
    wait(page, LEARN, "d.phase === 'answered'")


def main() -> None:
    """Take them all, or those named."""
    p = argparse.ArgumentParser(prog="python -m bench.lesson", description=__doc__)
    p.add_argument("names", nargs="*", choices=[[], *PICTURES], help="default: all")
    names = p.parse_args().names or list(PICTURES)
    DOCS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        write_site(Path(folder), [load_model(MODEL)])
        # Without motion a stretch is at its end at once.
        context = browser.new_context(viewport=SIZE, locale="en-US", reduced_motion="reduce")  # type: ignore[arg-type]
        for name in names:
            page = context.new_page()
            page.goto(f"{Path(folder).as_uri()}/index.html?tab=learn&step={list(PICTURES).index(name) + 1}")
            wait(page, LEARN, "+d.updates > 0")
            answer(page, PICTURES[name].right)
            page.wait_for_timeout(500)
            page.screenshot(path=DOCS / f"{name}.png")
            page.close()
            print(DOCS / f"{name}.png", flush=True)
    print(json.dumps({"lesson": names} | machine()))


if __name__ == "__main__":
    main()
