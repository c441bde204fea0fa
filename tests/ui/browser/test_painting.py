"""painting.js is gan/images.py to the last pixel; the PNG files that carry settings are read by Pillow."""

import base64
import io
import json
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from gan.explore.render import CLOUD
from gan.media.images import to_pixels
from gan.media.points import FAINT, mark, scatter
from js_core import JsCore, js_core, tensor, text

POINTS = {"kind": "points", "shape": [2], "values": 2, "unit": 0.25}
LIMIT = 6 * 0.25
# What an ImageData shows, opaque throughout.
SHOWN = """
globalThis.shown = ({ data, width, height }) => {
  if (data.some((v, i) => i % 4 === 3 && v !== 255)) throw new Error("a pixel can be seen through");
  return [height, width, numbers(data)];
}
"""


@pytest.fixture(scope="module")
def js() -> Iterator[JsCore]:
    with js_core(("core/painting", "core/png")) as core:
        core.evaluate(f"() => {{ {SHOWN} }}")
        yield core


def pixels(shown: list) -> Tensor:
    height, width, values = shown
    return tensor(values).reshape(height, width, 4)[..., :3].byte()


def drawn(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(3)) * 0.6


def test_pixels_round_as_torch_rounds(js: JsCore) -> None:
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
def test_pictures(js: JsCore, channels: int) -> None:
    images = drawn(2, channels, 9, 9)
    model = {"kind": "pictures", "shape": [channels, 9, 9], "values": channels * 81, "unit": 1}
    found = js.evaluate(
        "([model, images]) => [0, 1].map((n) => shown("
        "lib.imageOf(model, back(images).subarray(n * model.values, (n + 1) * model.values))))",
        [model, text(images)],
    )
    expected = to_pixels(images).expand(-1, -1, -1, 3)
    assert torch.equal(torch.stack([pixels(one) for one in found]), expected)


def test_points(js: JsCore) -> None:
    halves = ((torch.arange(0, 223) + 0.5) / 111 - 1) * LIMIT  # between two pixels
    points = torch.cat([drawn(CLOUD, 2), torch.stack([halves, -halves], 1)])  # some of them outside
    found = js.evaluate("([model, points]) => shown(lib.scatter(model, back(points)))", [POINTS, text(points)])
    assert torch.equal(pixels(found), scatter(points, LIMIT))


def test_a_film_of_points(js: JsCore) -> None:
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


def test_a_png_carries_its_settings(js: JsCore) -> None:
    shown = to_pixels(drawn(1, 3, 8, 8))[0].numpy()
    plain = io.BytesIO()
    Image.fromarray(shown).save(plain, "PNG")
    settings = {"view": "tab=explore&seed=1", "name": "é 像素 \n"}
    found = js.evaluate(
        """async ([file, settings]) => {
          const made = lib.withSettings(new Blob([bytesOf(file)]), settings);
          return [made.type, base64(new Uint8Array(await made.arrayBuffer()))];
        }""",
        [base64.b64encode(plain.getvalue()).decode(), settings],
    )
    assert found[0] == "image/png"
    content = base64.b64decode(found[1])
    with Image.open(io.BytesIO(content)) as file:
        file.verify()  # every chunk's checksum
    with Image.open(io.BytesIO(content)) as file:
        assert json.loads(file.text["gan-atelier"]) == settings
        assert file.text["gan-atelier"].isascii()
        assert (np.array(file) == shown).all()
