"""Interpolate as its tests use it: the film's link and frames, controls moved as by hand, files saved and opened."""

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from conftest import DIGITS, english
from gan.models.checkpoint import load_model
from gan.models.model import Model

SECTION, CANVAS, KEYS = (
    "[data-testid=interpolate]",
    "[data-testid=interpolate-canvas]",
    "[data-testid=interpolate-keys]",
)
READY = f"{SECTION}[data-ready=yes]"
FRAMES = 6  # a segment, of the films here
LINK = f"/?tab=interpolate&model={DIGITS}&seeds=1,7,42&frames={FRAMES}&fps=12&path=slerp&turn=loop&psi=1"


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


def open_file(page: Page, name: str, content: bytes) -> None:
    kind = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.set_input_files("#film-file", [kind])  # type: ignore[list-item]


def restore(page: Page) -> None:
    keys = [{"seed": seed} for seed in (1, 7, 42)]
    settings = {"gan-atelier": 1, "film": {"model": DIGITS, "keys": keys, "frames": FRAMES, "fps": 12}}
    open_file(page, "film.json", json.dumps(settings).encode())
    until(page, keys="1,7,42", frames=str(FRAMES), path=None, psi=None)


def saved(page: Page, suffix: str) -> tuple[str, bytes]:
    """(name, content) of a file that the page saves."""
    with page.expect_download() as download:
        page.click(f"#film-save-{suffix}")
    expect(page.locator(".film-saving")).to_contain_text("saved")
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def sentence(page: Page) -> str:
    """The sentence that answers a mistake; the next one is another."""
    note = page.locator("#atelier-note.trouble.seen")
    expect(note).to_be_visible()
    told = note.inner_text()
    page.evaluate("document.getElementById('atelier-note').classList.remove('seen')")
    return told


@pytest.fixture(scope="module")
def digits(models: dict[str, Path]) -> Model:
    return load_model(models[DIGITS])


@pytest.fixture(scope="module")
def opened(chromium: Browser, address: str) -> Iterator[Page]:
    """The tab, opened by a link of before; one page for all tests."""
    with english(chromium) as context:
        page = context.new_page()
        page.goto(address + LINK)
        page.wait_for_selector(READY, state="attached")
        yield page


@pytest.fixture
def tab(opened: Page) -> Page:
    """The same page with the film of LINK again, by *Open a film*."""
    restore(opened)
    return opened
