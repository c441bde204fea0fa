"""Picture files of every sort: what they hold, and the pixels that are made of it."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from core_fixtures import seed
from gan.errors import DataError
from gan.media.picture_files import AVIF, FORMATS, SUFFIXES, decode, pixels_of
from gan.media.values import Rule, common_scale
from odd_pictures import COLOURS, GREY_ALPHA, deep_png, deep_tiff


def half_and_half(height: int = 20, width: int = 20) -> np.ndarray:
    """Red on the left, blue on the right."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, : width // 2, 0] = 255
    picture[:, width // 2 :, 2] = 255
    return picture


def read(path: Path, resolution: int = 8, ground: int = 0) -> Tensor:
    decoded = decode(path)
    extent = decoded.extent
    scales = [common_scale([extent] if extent else [], whole) for whole in (True, False)]
    pixels, _ = pixels_of(decoded, resolution, Rule(*scales, ground))
    assert pixels.shape == (resolution, resolution, 3)
    assert pixels.dtype == torch.uint8
    return pixels


@pytest.mark.parametrize("suffix", ["png", "bmp", "gif", "tiff", "webp", "jpg", "jfif", "ppm", *["avif"] * AVIF])
def test_formats(tmp_path: Path, suffix: str) -> None:
    Image.fromarray(half_and_half()).save(tmp_path / f"a.{suffix}")
    pixels = read(tmp_path / f"a.{suffix}").float()
    far = 40 if suffix in ("webp", "jpg", "jfif", "avif") else 1
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


@pytest.mark.parametrize("suffix", ["tif", "png"])
def test_the_lower_bytes_of_colours_count(tmp_path: Path, suffix: str) -> None:
    """Of 16 bits a channel Pillow itself keeps the upper 8: all of these would be 3."""
    values = (768 + np.arange(192)).reshape(8, 8, 3).astype(np.uint16)
    content = deep_png(values, COLOURS) if suffix == "png" else deep_tiff(values)
    (tmp_path / f"a.{suffix}").write_bytes(content)
    assert np.array_equal(decode(tmp_path / f"a.{suffix}").content, values)


def test_32_bits_without_a_sign(tmp_path: Path) -> None:
    values = np.array([[0, 2**31], [2**31 + 1, 2**32 - 1]], np.uint32)
    (tmp_path / "a.tif").write_bytes(deep_tiff(values))
    assert np.array_equal(decode(tmp_path / "a.tif").content, values)


def test_half_a_transparency_of_16_bits(tmp_path: Path) -> None:
    values = np.dstack([np.full((8, 8), 40_000), np.tile([0, 65_535] * 4, (8, 1))]).astype(np.uint16)
    values[0, 0, 1] = 32_768
    (tmp_path / "a.png").write_bytes(deep_png(values, GREY_ALPHA))
    pixels = read(tmp_path / "a.png")
    assert pixels[0, 0].tolist() == [40_000 // 256 // 2] * 3
    assert pixels[1, 0].tolist() == [0] * 3
    assert pixels[0, 1].tolist() == [40_000 // 256] * 3


def test_the_first_of_several(tmp_path: Path) -> None:
    first, second = Image.fromarray(half_and_half()), Image.new("RGB", (20, 20))
    for suffix, more in (("gif", True), ("tif", True), ("webp", True), ("png", True), ("mpo", False)):
        first.save(tmp_path / f"a.{suffix}", save_all=True, append_images=[second])
        assert decode(tmp_path / f"a.{suffix}").several is more
        assert read(tmp_path / f"a.{suffix}")[0, 0, 0] > 200
        first.save(tmp_path / f"one.{suffix}")
        assert not decode(tmp_path / f"one.{suffix}").several
    cut = (tmp_path / "a.gif").read_bytes()
    (tmp_path / "a.gif").write_bytes(cut[:-30])
    assert read(tmp_path / "a.gif")[0, 0, 0] > 200


def test_a_format_has_its_suffixes() -> None:
    known = {suffix: name for suffix, name in Image.registered_extensions().items() if name in FORMATS}
    assert known.keys() - {".avifs"} == SUFFIXES


def test_one_bit(tmp_path: Path) -> None:
    Image.fromarray(np.full((9, 9), True)).save(tmp_path / "a.png")
    assert (read(tmp_path / "a.png") == 255).all()


def test_transparency_lies_on_the_ground(tmp_path: Path) -> None:
    picture = np.full((8, 8, 4), 200, np.uint8)
    picture[:, :4, 3], picture[:, 4:, 3] = 0, 255
    Image.fromarray(picture).save(tmp_path / "a.png")
    for ground in (0, 255):
        pixels = read(tmp_path / "a.png", ground=ground)
        assert (pixels[:, :4] == ground).all()
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
        read(path)
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
