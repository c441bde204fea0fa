"""Canvases and the PNG files that Chromium makes of them: the core's pixels, as large as asked for, with settings."""

import base64
import io
import json
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Browser, Page

from gan.media.images import enlarge, to_pixels
from gan.media.points import scatter
from js_core import text
from js_page import open_page

SETTINGS = {"view": "tab=explore&seed=1", "name": "é 像素 \n"}
PICTURES = {"kind": "pictures", "shape": [1, 8, 8], "values": 64, "unit": 1}
POINTS = {"kind": "points", "shape": [2], "values": 2, "unit": 0.25}


@pytest.fixture(scope="module")
def empty(chromium: Browser) -> Iterator[Page]:
    """An empty page with the pictures alone."""
    page = chromium.new_page()
    yield open_page(page, {}, modules=("page/pictures",))
    page.close()


@pytest.mark.parametrize("model", [PICTURES, POINTS], ids=["pictures", "points"])
def test_a_canvas_becomes_a_png_with_its_settings(empty: Page, model: dict) -> None:
    values = torch.randn(64, generator=torch.Generator().manual_seed(3)) * 0.6
    found = empty.evaluate(
        "async ([model, values, settings]) => { const canvas = document.createElement('canvas');"
        "lib.drawPicture(canvas, model, back(values));"
        "const file = await lib.pngFile(canvas, 5, settings);"
        "return base64(new Uint8Array(await file.arrayBuffer())); }",
        [model, text(values), SETTINGS],
    )
    content = base64.b64decode(found)
    with Image.open(io.BytesIO(content)) as file:
        file.verify()  # every chunk's checksum
    with Image.open(io.BytesIO(content)) as file:
        assert json.loads(file.text["gan-atelier"]) == SETTINGS
        assert file.text["gan-atelier"].isascii()
        shown = torch.from_numpy(np.array(file.convert("RGB")))
    pixels = scatter(values.view(-1, 2), 1.5) if model is POINTS else to_pixels(values.view(1, 1, 8, 8))[0]
    assert torch.equal(shown, enlarge(pixels, 5).expand(-1, -1, 3))
