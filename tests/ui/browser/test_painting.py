"""painting.js and pictures.js in Chromium is gan/images.py to the last pixel; its PNG files are read by Pillow."""

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Browser, Page
from torch import Tensor

from gan.explore.render import CLOUD
from gan.media.images import enlarge, to_pixels
from gan.media.points import FAINT, mark, scatter
from js_page import open_page, tensor, text

POINTS = {"kind": "points", "shape": [2], "values": 2, "unit": 0.25}
LIMIT = 6 * 0.25
# What a canvas or an ImageData shows, opaque throughout.
SHOWN = """
window.shown = ({ data, width, height }) => {
  if (data.some((v, i) => i % 4 === 3 && v !== 255)) throw new Error("a pixel can be seen through");
  return [height, width, numbers(data)];
};
window.onCanvas = (canvas) => shown(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height));
"""


@pytest.fixture(scope="module")
def js(chromium: Browser) -> Iterator[Page]:
    page = open_page(chromium.new_page(), {})
    page.add_script_tag(content=SHOWN)
    yield page
    page.close()


def pixels(shown: list) -> Tensor:
    height, width, values = shown
    return tensor(values).reshape(height, width, 4)[..., :3].byte()


def drawn(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(3)) * 0.6


def test_pixels_round_as_torch_rounds(js: Page) -> None:
    """Halves to even: every edge between two grey levels and its nearest neighbours, and values far outside."""
    edges = torch.arange(0, 256) / 127.5 - 1 + 0.5 / 127.5
    values = [
        edges,
        edges.nextafter(torch.tensor(9.0)),
        edges.nextafter(torch.tensor(-9.0)),
        torch.tensor([-7.0, 0, 7]),
    ]
    images = torch.cat(values)
    found = js.evaluate("(images) => [...lib.toPixels(back(images))]", text(images))
    assert found == to_pixels(images[None, None, None]).flatten().tolist()
    images = drawn(3, 2, 4, 4)  # [N, C, R, R] becomes [N, R, R, C]
    found = js.evaluate("(images) => [...lib.toPixels(back(images), [2, 4, 4])]", text(images))
    assert found == to_pixels(images).flatten().tolist()


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_on_a_canvas(js: Page, channels: int) -> None:
    images = drawn(2, channels, 9, 9)
    model = {"kind": "pictures", "shape": [channels, 9, 9], "values": channels * 81, "unit": 1}
    found = js.evaluate(
        "([model, images]) => { const canvas = document.createElement('canvas');"
        "lib.drawPicture(canvas, model, back(images)); return onCanvas(canvas); }",
        [model, text(images[0])],
    )
    expected = to_pixels(images).expand(-1, -1, -1, 3)
    assert torch.equal(pixels(found), expected[0])


def test_points(js: Page) -> None:
    halves = ((torch.arange(0, 223) + 0.5) / 111 - 1) * LIMIT  # between two pixels
    points = torch.cat([drawn(CLOUD, 2), torch.stack([halves, -halves], 1)])  # some of them outside
    found = js.evaluate(
        "([model, points]) => { const canvas = document.createElement('canvas');"
        "lib.drawPicture(canvas, model, back(points)); return onCanvas(canvas); }",
        [POINTS, text(points)],
    )
    assert torch.equal(pixels(found), scatter(points, LIMIT))


def test_a_film_of_points(js: Page) -> None:
    edge = torch.linspace(-LIMIT, LIMIT, 500)
    cloud = torch.cat([drawn(CLOUD, 2), torch.stack([edge, edge.new_full((500,), -LIMIT)], 1)])  # something to cover
    way = torch.tensor([[0.1, -0.2], [0.0, 0.0], [9.0, -9.0], [-1.4999, 1.5]])
    found = js.evaluate(
        """([model, way, cloud]) => {
          const behind = lib.scatter(model, back(cloud), lib.FAINT), places = back(way);
          const marked = (_, i) => {
            const picture = new ImageData(behind.data.slice(), behind.width);
            return shown(lib.mark(model, picture, places[2 * i], places[2 * i + 1]));
          };
          return Array.from({ length: places.length / 2 }, marked);
        }""",
        [POINTS, text(way), text(cloud)],
    )
    behind = scatter(cloud, LIMIT, FAINT)
    expected = torch.stack([mark(behind.clone(), point, LIMIT) for point in way])
    assert torch.equal(torch.stack([pixels(one) for one in found]), expected)


def test_a_png_carries_its_settings(js: Page, tmp_path: Path) -> None:
    images = drawn(1, 1, 8, 8)
    settings = {"view": "tab=explore&seed=1", "name": "é 像素 \n"}
    found = js.evaluate(
        "async ([images, settings]) => { const canvas = document.createElement('canvas');"
        "lib.drawPicture(canvas, { kind: 'pictures', shape: [1, 8, 8] }, back(images));"
        "const file = await lib.pngFile(canvas, 5, settings);"
        "return btoa(String.fromCharCode(...new Uint8Array(await file.arrayBuffer()))); }",
        [text(images), settings],
    )
    content = base64.b64decode(found)
    with Image.open(io.BytesIO(content)) as file:
        file.verify()  # every chunk's checksum
    with Image.open(io.BytesIO(content)) as file:
        assert json.loads(file.text["gan-atelier"]) == settings
        assert file.text["gan-atelier"].isascii()
        shown = torch.from_numpy(np.array(file.convert("RGB")))
    assert torch.equal(shown, enlarge(to_pixels(images)[0], 5).expand(-1, -1, 3))
