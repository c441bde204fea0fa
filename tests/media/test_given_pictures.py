"""One picture that somebody gives: every sort of file, a size that is right, and a sentence for what cannot be."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core_fixtures import ROOT
from gan.errors import DataError
from gan.media import given_pictures
from gan.media.given_pictures import read_mask, read_picture

LIGHT = np.kron(np.array([[40, 90], [160, 220]], dtype=np.uint8), np.ones((64, 64), dtype=np.uint8))
QUARTERS = torch.tensor([[40, 90], [160, 220]], dtype=torch.uint8)
SIDE = 8


def corners(pixels: torch.Tensor) -> torch.Tensor:
    """The grey of the four quarters, [2, 2]."""
    return pixels.float().mean(2)[1::4, 1::4].round()


def saved(path: Path, picture: Image.Image, **settings: object) -> Path:
    picture.save(path, **settings)  # type: ignore[arg-type]
    return path


def many(path: Path) -> Path:
    frames = [Image.fromarray(LIGHT), Image.fromarray(255 - LIGHT)]
    return saved(path, frames[0], save_all=True, append_images=frames[1:])


def turned(path: Path) -> Path:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: to be turned by 90 degrees to the right
    return saved(path, Image.fromarray(np.rot90(LIGHT)), exif=exif)


SORTS = {
    "grey.png": lambda path: saved(path, Image.fromarray(LIGHT)),
    "colour.png": lambda path: saved(path, Image.fromarray(LIGHT).convert("RGB")),
    "palette.png": lambda path: saved(path, Image.fromarray(LIGHT).convert("P")),
    "large.png": lambda path: saved(path, Image.fromarray(LIGHT).resize((1_024, 1_024), 0)),
    "large palette.png": lambda path: saved(path, Image.fromarray(LIGHT).resize((1_024, 1_024), 0).convert("P")),
    "deep.tif": lambda path: saved(path, Image.fromarray(LIGHT.astype(np.int32) * 257)),
    "cmyk.jpg": lambda path: saved(path, Image.fromarray(LIGHT).convert("CMYK"), quality=95),
    "large cmyk.jpg": lambda path: saved(
        path, Image.fromarray(LIGHT).resize((1_024, 1_024), 0).convert("CMYK"), quality=95
    ),
    "turned.jpg": turned,
    "moving.gif": many,
    "film.webp": lambda path: saved(path, Image.fromarray(LIGHT).convert("RGB"), lossless=True),
}


@pytest.mark.parametrize("name", SORTS)
@pytest.mark.parametrize("channels", [1, 3])
def test_every_sort_of_file_shows_the_same(tmp_path: Path, name: str, channels: int) -> None:
    given = read_picture(SORTS[name](tmp_path / name), SIDE, channels)
    assert given.pixels.shape == (SIDE, SIDE, channels)
    assert (corners(given.pixels) - QUARTERS).abs().max() <= 4
    assert given.remarks == (("the first of its pictures",) if name == "moving.gif" else ())


def test_the_middle_square_of_others(tmp_path: Path) -> None:
    wide = np.concatenate([np.zeros((128, 50), np.uint8), LIGHT, np.zeros((128, 50), np.uint8)], 1)
    given = read_picture(saved(tmp_path / "wide.png", Image.fromarray(wide)), SIDE, 1)
    assert (corners(given.pixels) - QUARTERS).abs().max() <= 4
    assert given.remarks == ("its middle square",)


def test_a_smaller_picture_is_enlarged(tmp_path: Path) -> None:
    given = read_picture(saved(tmp_path / "small.png", Image.fromarray(LIGHT[::64, ::64])), SIDE, 1)
    assert given.pixels.shape == (SIDE, SIDE, 1)
    assert corners(given.pixels).flatten().diff().min() > 20


def test_what_shows_under_transparent_parts_contrasts(tmp_path: Path) -> None:
    ink = Image.fromarray(np.zeros((32, 32), np.uint8)).convert("RGBA")  # a black square on nothing
    ink.putalpha(Image.fromarray(np.pad(np.full((16, 16), 255, np.uint8), 8)))
    given = read_picture(saved(tmp_path / "ink.png", ink), SIDE, 1)
    assert given.pixels[0, 0, 0] == 255
    assert given.pixels[4, 4, 0] == 0


def test_black_for_white(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", Image.fromarray(LIGHT))
    assert torch.equal(read_picture(path, SIDE, 1, True).pixels, 255 - read_picture(path, SIDE, 1).pixels)


def test_a_colour_is_grey_by_its_luma(tmp_path: Path) -> None:
    halves = np.zeros((8, 8, 3), np.uint8)
    halves[:, :4, 1] = 255
    given = read_picture(saved(tmp_path / "green.png", Image.fromarray(halves)), SIDE, 1)
    assert given.pixels[0, 0, 0] == round(255 * 0.587)


REFUSED = {
    "text.png": (b"no picture at all", "is not a picture that can be read"),
    "empty.png": (b"", "is not a picture that can be read"),
    "phone.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), "is not a picture that can be read"),
    "cut.png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "is not a picture that can be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    content, said = REFUSED[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=f"{name} {said}$"):
        read_picture(tmp_path / name, SIDE, 1)


@pytest.mark.parametrize("size", [(1, 1), (300, 200)])
def test_a_picture_of_nothing_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    path = saved(tmp_path / "blank.png", Image.new("L", size, 77))
    with pytest.raises(DataError, match="shows nothing: its pixels are all alike"):
        read_picture(path, SIDE, 1)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.png"):
        read_picture(tmp_path / "gone.png", SIDE, 1)


MEASURED = """
import resource, sys
from pathlib import Path
from gan.errors import DataError
from gan.media.given_pictures import read_picture
first, *others = map(Path, sys.argv[1:])
read_picture(first, 64, 3)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in others:
    try:
        read_picture(path, 64, 3)
    except DataError as error:
        print(error)
    print(path.name, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes there")
def test_large_pictures_take_little_memory(tmp_path: Path) -> None:
    """A bomb, a photograph of 16 megapixels and the largest scan; a process of its own, whose peak only grows."""
    slope, side = Image.linear_gradient("L"), int(given_pictures.PLAIN**0.5)
    files = [
        saved(tmp_path / "small.jpg", Image.fromarray(LIGHT).convert("RGB")),
        saved(tmp_path / "bomb.png", Image.new("1", (10_000, 10_000))),
        saved(tmp_path / "photo.jpg", slope.resize((4_000, 4_000)).convert("RGB")),
        saved(tmp_path / "scan.png", slope.resize((side, side)).convert("RGB"), compress_level=1),
    ]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, files)], cwd=ROOT, capture_output=True, text=True, check=True,
        timeout=60,
    )  # fmt: skip
    refused, *taken = done.stdout.splitlines()
    assert refused.endswith("bomb.png has more than 40,000,000 pixels")
    assert [line.split()[0] for line in taken] == ["bomb.png", "photo.jpg", "scan.png"]
    assert max(float(line.split()[1]) for line in taken) < 50


def test_a_file_too_large_for_its_sort_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given_pictures, "PLAIN", 16_000)
    with pytest.raises(DataError, match=r"16,384 pixels, and of such a file at most 16,000 are read: make it smaller"):
        read_picture(saved(tmp_path / "a.png", Image.fromarray(LIGHT)), SIDE, 1)
    read_picture(saved(tmp_path / "a.jpg", Image.fromarray(LIGHT)), SIDE, 1)
    monkeypatch.setattr(given_pictures, "COPIED", 16_000)
    with pytest.raises(DataError, match="make it smaller"):
        read_picture(saved(tmp_path / "b.jpg", Image.fromarray(LIGHT), progressive=True), SIDE, 1)


def test_a_mask_marks_what_is_white_or_opaque(tmp_path: Path) -> None:
    marked = np.zeros((32, 32), np.uint8)
    marked[:, 16:] = 255
    expected = torch.ones(1, 1, SIDE, SIDE)
    expected[..., 4:] = 0
    assert torch.equal(read_mask(saved(tmp_path / "m.png", Image.fromarray(marked)), SIDE), expected)
    paint = Image.new("RGBA", (32, 32), (0, 0, 0, 0))
    paint.paste((200, 0, 0, 255), (16, 0, 32, 32))
    assert torch.equal(read_mask(saved(tmp_path / "p.png", paint), SIDE), expected)
    with pytest.raises(DataError, match="marks nothing"):
        read_mask(saved(tmp_path / "n.png", Image.new("L", (9, 9))), SIDE)
