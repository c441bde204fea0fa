"""Pixels and images, grids and PNG."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from core_fixtures import seed
from gan.media.images import enlarge, grid, to_images, to_pixels, to_png


def test_every_pixel_value_survives_the_round_trip() -> None:
    pixels = torch.arange(256, dtype=torch.uint8).view(1, 16, 16, 1)
    images = to_images(pixels)
    assert images.shape == (1, 1, 16, 16)
    assert (images.min(), images.max()) == (-1, 1)
    assert torch.equal(to_pixels(images), pixels)


def test_layout() -> None:
    pixels = torch.randint(0, 256, (2, 4, 5, 3), dtype=torch.uint8, generator=seed())
    images = to_images(pixels)
    assert images.shape == (2, 3, 4, 5)
    torch.testing.assert_close(images[1, 2, 3, 4], pixels[1, 3, 4, 2] / 127.5 - 1)


def test_values_outside_are_clipped_and_halves_rounded() -> None:
    values = torch.tensor([-5.0, -1.0, 0.0, 1.0, 7.0]).view(1, 1, 1, 5)
    assert to_pixels(values).flatten().tolist() == [0, 0, 128, 255, 255]


def test_grid() -> None:
    tiles = torch.arange(5, dtype=torch.uint8).view(5, 1, 1, 1).expand(5, 2, 3, 1)
    sheet = grid(tiles, columns=2, pad=1)
    assert sheet.shape == (3 * 3 + 1, 2 * 4 + 1, 1)
    for i in range(5):
        top, left = i // 2 * 3 + 1, i % 2 * 4 + 1
        assert (sheet[top : top + 2, left : left + 3] == i).all()
    assert (sheet == 128).sum() == sheet.numel() - 5 * 6  # padding, and the sixth place
    assert torch.equal(grid(tiles[:1], columns=1, pad=0), tiles[0])


def test_enlarge() -> None:
    picture = torch.tensor([[1, 2], [3, 4]], dtype=torch.uint8)[..., None]
    assert enlarge(picture, 2)[..., 0].tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]


@pytest.mark.parametrize("channels", [1, 3])
def test_png(channels: int) -> None:
    picture = torch.randint(0, 256, (7, 9, channels), dtype=torch.uint8, generator=seed())
    with Image.open(io.BytesIO(to_png(picture, {"seeds": "42", "wort": "ein Bild 画"}))) as file:
        assert file.format == "PNG"
        assert file.info["seeds"] == "42"
        assert file.info["wort"] == "ein Bild 画"
        assert torch.equal(torch.from_numpy(np.asarray(file).copy()).view(7, 9, channels), picture)
