"""The page that `gan.view` puts into a notebook, in a real Chromium: one output, and nothing is asked of anybody."""

import base64
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from gan.explore.render import pictures
from gan.latents import z_from_seeds
from gan.models.checkpoint import load_model
from gan.ui.notebook import MOST_BYTES, view

HERO = "[data-testid=explore-canvas]"
RED = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return btoa(Array.from(data.filter((_, i) => i % 4 === 0), (v) => String.fromCharCode(v)).join(""));
}"""


def test_a_cell_shows_the_page_of_a_model(page: Page, tmp_path: Path) -> None:
    model = load_model("digits-mlp")
    made = view(model)
    shown = made._repr_html_()
    assert len(shown) <= MOST_BYTES
    assert made.left_out == []
    notebook = tmp_path / "notebook.html"
    notebook.write_text(f"<!doctype html><body><p>In [1]</p>{shown}</body>", "utf-8")
    asked: list[str] = []
    troubles: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if not r.url.startswith(("data:", "blob:", "about:")) else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.emulate_media(reduced_motion="reduce")  # else the picture strolls until a hand touches anything
    page.goto(notebook.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("[data-testid=explore][data-ready=yes]").wait_for(timeout=40_000)
    found = np.frombuffer(base64.b64decode(frame.locator(HERO).evaluate(RED)), np.uint8).reshape(8, 8)
    wanted = pictures(model, z_from_seeds([42], model.G.z_dim), 1.0)[0, ..., 0].numpy()
    assert np.abs(found.astype(int) - wanted).max() <= 1
    frame.locator("#tab-learn-button").click()
    frame.locator("[data-testid=learn][data-phase=asked]").wait_for(timeout=20_000)
    assert asked == [notebook.as_uri()]
    assert troubles == []


def test_what_is_too_much_for_a_notebook_is_left_out_and_told() -> None:
    made = view(load_model("bach-seq"), height=400)
    assert made.left_out == ["the critic's opinion"]
    shown = made._repr_html_()
    assert "Without the critic&#x27;s opinion" in shown and 'height="400"' in shown
    assert len(shown) <= MOST_BYTES
    assert "left_out" not in shown
