"""The app as a process of its own and a Chromium, for the benches that look at pages."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, Route, sync_playwright

from gan.ui.shell.assets import BROWSER

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
SITE = "http://atelier.test/"  # of `empty_page`, which no server answers for
SCRIPTS = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}

CANVAS, READY = "[data-testid=explore-canvas]", "[data-testid=explore-canvas]:not([data-frame='0'])"
OURS = ["#explore-psi", CANVAS, ["data-frame"]]
# One slider event after the other, each at a random moment of the frame, with the time until the picture is new.
MEASURE = """
async ([slider, target, signs, moves]) => {
  const input = document.querySelector(slider), times = [];
  const once = () => new Promise((done) => {
    const place = document.querySelector(target);
    const picture = () => place.dataset.frame ?? place.querySelector("img")?.src, last = picture();
    const watcher = new MutationObserver(async () => {
      if (!picture() || picture() === last) return;
      watcher.disconnect();
      await place.querySelector("img")?.decode().catch(() => {});
      done(performance.now());
    });
    watcher.observe(place, { attributes: true, attributeFilter: signs, subtree: true, childList: true });
  });
  for (let i = 0; i < moves; i++) {
    await new Promise((next) => setTimeout(next, 30 + Math.random() * 30));
    const painted = once();
    input.value = String(0.3 + ((i * 37) % 100) / 100);
    const begun = performance.now();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    times.push((await Promise.race([painted, new Promise((none) => setTimeout(none, 3000, NaN))])) - begun);
  }
  return times;
}"""


def serve_logged(port: int, limits: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """Like `serve`, with all that the app prints in a file."""
    with log.open("wb") as output:
        return serve(port, limits, output=output)


def serve(
    port: int,
    limits: Mapping[str, str],
    models: Sequence[str] = (),
    command: Sequence[str] = ("app.py",),
    output: BinaryIO | int = subprocess.DEVNULL,
) -> "subprocess.Popen[bytes]":
    """The app with some limits in its environment, or another command; returns when it answers."""
    server = subprocess.Popen(
        [sys.executable, *command, *models, "--port", str(port)], env={**os.environ, **limits},
        stdout=output, stderr=output,
    )  # fmt: skip
    for _ in range(240):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=5).close()
            return server
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("the app does not answer")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser."""
    path = next((found for name in CHROMIUMS if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def empty_page(
    browser: Browser, files: Mapping[str, bytes], folders: Mapping[str, Path] | None = None
) -> Iterator[Page]:
    """A page with nothing on it, for scripts alone.

    Args:
        files: what it finds at "/file?part=NAME", by name.
        folders: whose scripts it finds at "/NAME/PATH", by name; our own are always at "/browser/PATH".
    """
    places = {"browser": BROWSER} | dict(folders or {})

    def answer(route: Route) -> None:
        url = urlsplit(route.request.url)
        folder, _, path = url.path.strip("/").partition("/")
        if folder in places:
            script = places[folder] / path
            route.fulfill(content_type=SCRIPTS[script.suffix], body=script.read_bytes())
        elif folder == "file":
            route.fulfill(body=files[parse_qs(url.query)["part"][0]])
        else:
            route.fulfill(content_type="text/html", body="<!doctype html><title>empty</title>")

    page = browser.new_page()
    page.route(f"{SITE}**", answer)
    page.goto(SITE)
    yield page
    page.close()


def wait(page: Page, view: str, condition: str) -> None:
    """Wait for a condition on `d`, the data attributes of a tab's view."""
    page.wait_for_function(
        f"(() => {{ const d = document.querySelector('{view}')?.dataset; return d && {condition}; }})()",
        timeout=240_000,
    )
