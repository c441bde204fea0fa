"""Pixels and images, grids, PNG, and picture files of every sort."""

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from core_fixtures import seed
from gan.errors import DataError
from gan.media.images import enlarge, grid, read_picture, to_images, to_pixels, to_png


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


def half_and_half(height: int = 20, width: int = 20) -> np.ndarray:
    """Red on the left, blue on the right."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, : width // 2, 0] = 255
    picture[:, width // 2 :, 2] = 255
    return picture


def read(path: Path, resolution: int = 8) -> Tensor:
    pixels = read_picture(path, resolution)
    assert pixels.shape == (resolution, resolution, 3)
    assert pixels.dtype == torch.uint8
    return pixels


@pytest.mark.parametrize("suffix", ["png", "bmp", "gif", "tiff", "webp", "jpg"])
def test_formats(tmp_path: Path, suffix: str) -> None:
    Image.fromarray(half_and_half()).save(tmp_path / f"a.{suffix}")
    pixels = read(tmp_path / f"a.{suffix}").float()
    far = 40 if suffix in ("webp", "jpg") else 1
    torch.testing.assert_close(pixels[:, 0], torch.tensor([255.0, 0, 0]).expand(8, 3), atol=far, rtol=0)
    torch.testing.assert_close(pixels[:, 7], torch.tensor([0.0, 0, 255]).expand(8, 3), atol=far, rtol=0)


def test_same_size_is_exact(tmp_path: Path) -> None:
    Image.fromarray(half_and_half(8, 8)).save(tmp_path / "a.png")
    assert np.array_equal(read(tmp_path / "a.png").numpy(), half_and_half(8, 8))


def test_grey_gives_three_equal_channels(tmp_path: Path) -> None:
    Image.fromarray(np.full((9, 9), 77, np.uint8)).save(tmp_path / "a.png")
    assert (read(tmp_path / "a.png") == 77).all()


def test_sixteen_bits_are_scaled_not_clipped(tmp_path: Path) -> None:
    Image.fromarray(np.full((9, 9), 77 * 256 + 12, np.uint16)).save(tmp_path / "a.png")
    assert (read(tmp_path / "a.png") == 77).all()


def test_one_bit(tmp_path: Path) -> None:
    Image.fromarray(np.full((9, 9), True)).save(tmp_path / "a.png")
    assert (read(tmp_path / "a.png") == 255).all()


def test_transparency_lies_on_black(tmp_path: Path) -> None:
    picture = np.full((8, 8, 4), 200, np.uint8)
    picture[:, :4, 3], picture[:, 4:, 3] = 0, 255
    Image.fromarray(picture).save(tmp_path / "a.png")
    pixels = read(tmp_path / "a.png")
    assert (pixels[:, :4] == 0).all()
    assert (pixels[:, 4:] == 200).all()


def test_palette_with_a_transparent_entry(tmp_path: Path) -> None:
    picture = Image.new("P", (8, 8), 1)
    picture.putpalette([10, 20, 30, 250, 0, 0])
    picture.paste(0, (0, 0, 4, 8))
    picture.save(tmp_path / "opaque.png")
    picture.save(tmp_path / "seen-through.png", transparency=0)
    assert read(tmp_path / "opaque.png")[0, 0].tolist() == [10, 20, 30]
    assert read(tmp_path / "seen-through.png")[0, 0].tolist() == [0, 0, 0]
    assert read(tmp_path / "seen-through.png")[0, 7].tolist() == [250, 0, 0]


def test_the_middle_of_odd_sizes_is_kept(tmp_path: Path) -> None:
    wide = np.zeros((5, 31, 3), np.uint8)
    wide[:, 13:18] = 255
    Image.fromarray(wide).save(tmp_path / "wide.png")
    Image.fromarray(wide.transpose(1, 0, 2)).save(tmp_path / "tall.png")
    assert (read(tmp_path / "wide.png") > 200).all()  # the filter reaches a little over the edge
    assert (read(tmp_path / "tall.png") > 200).all()
    Image.fromarray(wide[:1, :1]).save(tmp_path / "dot.png")
    assert (read(tmp_path / "dot.png") == 0).all()


def test_turned_by_its_camera(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    Image.fromarray(half_and_half()).save(tmp_path / "a.png", exif=exif)
    pixels = read(tmp_path / "a.png")
    assert pixels[0, 4].tolist() == [255, 0, 0]  # what lay on the left is on top
    assert pixels[7, 4].tolist() == [0, 0, 255]


def refused(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_picture(path, 8)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_text_file_with_a_pictures_name(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("not a picture")
    refused(tmp_path / "a.png")


@pytest.mark.parametrize("kind", ["DDS", "EPS", "PCX"])
def test_only_the_promised_formats_are_opened(tmp_path: Path, kind: str) -> None:
    """Whatever the name says: of the rest some break in ways of their own, and one calls a program."""
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png", format=kind)
    refused(tmp_path / "a.png")


def test_an_empty_a_missing_and_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    refused(tmp_path / "a.png")
    refused(tmp_path / "gone.png")
    refused(tmp_path)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "gif"])
def test_cut_short(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    noise = torch.randint(0, 256, (64, 64, 3), dtype=torch.uint8, generator=seed()).numpy()
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    refused(path)


def test_any_damage_is_read_or_refused(tmp_path: Path) -> None:
    """No flipped byte leads to anything but a picture or a DataError."""
    path = tmp_path / "a.png"
    Image.fromarray(half_and_half()).save(path)
    content, generator = path.read_bytes(), np.random.default_rng(0)
    outcomes = set()
    for _ in range(200):
        damaged = bytearray(content)
        damaged[generator.integers(len(content))] ^= int(generator.integers(1, 256))
        path.write_bytes(damaged)
        try:
            outcomes.add(read(path).shape)
        except DataError:
            outcomes.add("refused")
    assert "refused" in outcomes


@pytest.mark.parametrize("side", [7_000, 20_000])
def test_a_bomb_is_not_decoded(tmp_path: Path, side: int) -> None:
    """A small file of 49 million pixels, and one that Pillow itself calls a bomb."""
    Image.new("1", (side, side)).save(tmp_path / "bomb.png")
    assert "pixels" in refused(tmp_path / "bomb.png")
