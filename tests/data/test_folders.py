"""Folders of pictures: every sort of file is read right, and what is left out is told."""

import logging
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import odd_pictures as odd
from gan.data.sets import load
from gan.data.stored import Stored
from gan.errors import DataError


def read(folder: Path, resolution: int = 16, train: bool = True) -> Stored:
    pictures = load(f"folder:{folder}", train=train, resolution=resolution)
    assert isinstance(pictures, Stored)
    return pictures


def refused(folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        read(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def left_out(folder: Path) -> str:
    """What the line on a folder says after "left out"."""
    return read(folder).report.partition("left out: ")[2]


def test_every_sort_of_file_is_read_right_and_all_is_told(tmp_path: Path) -> None:
    for name, files in odd.ALL.items():
        (tmp_path / name).mkdir()
        for file, entry in files.items():
            entry.write(tmp_path / name / file)
    litter(tmp_path)
    found = read(tmp_path)
    entries = [(name, file) for name, files in odd.ALL.items() for file in files]
    entries = [*entries, ("formats", "link.png")]
    ordered = sorted(entries, key=lambda entry: tmp_path / entry[0] / entry[1])
    assert len(ordered) >= 55
    assert found.classes == tuple(odd.ALL)
    assert [found.classes[label] for label in found.labels.tolist()] == [name for name, _ in ordered]
    for (name, file), pixels in zip(ordered, found.rows.numpy(), strict=True):
        entry = odd.ALL[name].get(file) or odd.FORMATS["grey.png"]
        off = np.abs(pixels.astype(int) - entry.seen).max()
        assert off <= entry.far, (name, file, off)
    assert found.report == (
        f"{len(ordered)} pictures of 4 classes at 16 px; whole numbers from 0 to 4,095 are black to white; "
        "floats from 0 to 1 are black to white; what is transparent in 12 is black; "
        "values that are no finite numbers, in 1, are black or white; of 4 files with several pictures the first; "
        "left out: 7 files of other kinds (.heic, no suffix, .npz and 2 more), 2 pictures in deeper folders, "
        "1 hidden picture, 2 names of pictures without a file (broken links, pipes), 6 that cannot be read, "
        "class broken (without a picture that can be read)"
    )


def litter(folder: Path) -> None:
    """What lies about in folders of pictures, besides those that can be read."""
    formats = folder / "formats"
    (formats / "link.png").symlink_to(formats / "grey.png")
    (formats / "gone.png").symlink_to(formats / "never was.png")
    os.mkfifo(formats / "pipe.png")
    for name in ("._grey.png", ".DS_Store", "Thumbs.db", "desktop.ini"):
        (formats / name).write_bytes(b"of the system")
    odd.grey().save(formats / ".hidden.png")
    for name in ("1.heic", "2.HEIC", "3.heic", "4.npz", "notes", "5.txt"):
        (formats / name).write_bytes(b"of another kind")
    with zipfile.ZipFile(folder / "all.zip", "w") as packed:
        packed.writestr("a.png", (formats / "grey.png").read_bytes())
    for deeper in ("deeper", "deeper/still"):
        (formats / deeper).mkdir()
        odd.grey().save(formats / deeper / "a.png")
    (folder / ".thumbnails").mkdir()
    odd.grey().save(folder / ".thumbnails" / "a.png")
    (folder / "broken").mkdir()
    (folder / "broken" / "empty.png").touch()
    (folder / "broken" / "text.png").write_text("no picture")
    (folder / "broken" / "cut.png").write_bytes((formats / "grey.png").read_bytes()[:60])
    Image.new("1", (7_000, 7_000)).save(folder / "broken" / "huge.png")
    (folder / "broken" / "64 bits.tif").write_bytes(odd.deep_tiff(odd.UNIT.astype(np.float64), sample_format=3))
    Image.fromarray(np.full((8, 8), np.nan, np.float32)).save(folder / "broken" / "none.tif")


def test_the_line_of_a_plain_folder(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("cats", "dogs"):
        (tmp_path / name / "deeper").mkdir(parents=True)
        for i in range(30):
            Image.linear_gradient("L").resize((20 + i, 20)).save(tmp_path / name / f"{i}.png")
            (tmp_path / name / f"{i}.heic").touch()
        for i in range(10):
            (tmp_path / name / "deeper" / f"{i}.png").touch()
    for i in range(3):
        (tmp_path / "cats" / f"bad {i}.png").touch()
    with caplog.at_level(logging.INFO, "gan"):
        report = read(tmp_path, 32).report
    assert report == (
        "60 pictures of 2 classes at 32 px, grey, centre-cropped; smaller than 32 px and enlarged: 60; "
        "left out: 60 files of other kinds (.heic), "
        "20 pictures in deeper folders, 3 that cannot be read"
    )
    assert caplog.records[-1].getMessage() == f"{tmp_path}: {report}"


def test_nothing_is_said_of_what_did_not_happen(tmp_path: Path) -> None:
    for i in range(100):
        Image.linear_gradient("L").convert("RGB").save(tmp_path / f"{i}.png")
    Image.new("RGB", (16, 16), (200, 10, 10)).save(tmp_path / "b.png")
    assert read(tmp_path).report == "91 pictures at 16 px, 10 more held out for the test part"
    assert read(tmp_path, train=False).report == "10 pictures at 16 px, grey, the test part"


def test_a_file_an_empty_folder_and_one_of_other_things(tmp_path: Path) -> None:
    assert refused(tmp_path).endswith("holds no picture that can be read: it is empty")
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    odd.grey().save(tmp_path / "deep" / "deeper" / "a.png")
    (tmp_path / "a.heic").touch()
    (tmp_path / "b.png").write_text("no picture")
    assert refused(tmp_path).endswith(
        "holds no picture that can be read: 1 file of other kinds (.heic), 1 picture in deeper folders, "
        "1 that cannot be read"
    )
    path = tmp_path / "deep" / "deeper" / "a.png"
    assert refused(path) == f"{path} is a file: name the folder that it lies in, folder:{path.parent}"


def test_folders_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    odd.grey().save(tmp_path / "a.png")
    names = os.listdir

    def guarded(folder: Path) -> list[str]:
        if folder.name == shut:
            raise PermissionError(13, "Permission denied", str(folder))
        return names(folder)

    monkeypatch.setattr(os, "listdir", guarded)
    shut = "closed"
    assert left_out(tmp_path) == "1 folder that may not be opened (closed)"
    shut = tmp_path.name
    assert refused(tmp_path) == f"the folder {tmp_path} may not be opened"


def test_names_that_would_break_a_line(tmp_path: Path) -> None:
    odd.grey().save(tmp_path / "a.png")
    for suffix in ("a\nb", "x" * 200, os.fsdecode(b"\xff\xfe")):
        (tmp_path / f"b.{suffix}").touch()
    out = left_out(tmp_path)
    out.encode()
    assert "\n" not in out
    assert len(out) < 120


def save_floats(folder: Path, low: float, high: float, count: int = 20) -> NDArray[np.float32]:
    """As many TIFFs of noise from low to high; the noise [count, 16, 16] in 0 to 1."""
    noise = np.random.default_rng(0).random((count, 16, 16), np.float32)
    for number, picture in enumerate(low + noise * np.float32(high - low)):
        Image.fromarray(picture.astype(np.float32)).save(folder / f"{number:02}.tif")
    return noise


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0, 1, "floats from 0 to 1"),
        (-1, 1, "floats from -1 to 1"),
        (0, 255, "floats from 0 to 255"),
        (0, 0.01, None),
        (-1000, 3000, None),
        (20_000, 40_000, None),
    ],
)
def test_floats_are_neither_black_nor_clipped(tmp_path: Path, low: float, high: float, told: str | None) -> None:
    noise = save_floats(tmp_path, low, high)
    found = read(tmp_path)
    assert np.abs(found.rows[..., 0].numpy() - 255 * noise).max() < 1.1
    assert re.search(f"{told or 'floats from .*'} are black to white", found.report)


def test_the_issues_own_twenty_floats(tmp_path: Path) -> None:
    for number in range(20):
        values = np.random.default_rng(number).random((40, 40)).astype("float32")
        Image.fromarray(values).save(tmp_path / f"{number}.tif")
    pixels = read(tmp_path, 40).rows.float()
    assert pixels.mean().item() == pytest.approx(127.5, abs=2)
    assert pixels.std().item() == pytest.approx(73.6, abs=2)


@pytest.mark.parametrize(
    ("top", "right", "told"),
    [
        (255, lambda v: v, "0 to 255"),
        (4_095, lambda v: v >> 4, "0 to 4,095"),
        (65_535, lambda v: v >> 8, "0 to 65,535"),
        (1, lambda v: v * 255, "0 to 1"),
        (9, lambda v: np.rint(v * 255 / 9), "0 to 9"),
    ],
)
@pytest.mark.parametrize("kind", [odd.GREYS, odd.COLOURS])
def test_whole_numbers_of_fewer_bits_than_their_type(
    tmp_path: Path, top: int, right: Callable[[NDArray[np.generic]], NDArray[np.generic]], told: str, kind: int
) -> None:
    values = np.random.default_rng(0).integers(0, top + 1, (20, 16, 16, 3 if kind else 1), np.uint16)
    for number, picture in enumerate(values):
        (tmp_path / f"{number:02}.png").write_bytes(odd.deep_png(picture, kind))
    found = read(tmp_path)
    assert np.array_equal(found.rows.numpy(), right(values))
    assert f"whole numbers from {told} are black to white" in found.report


def test_one_rule_for_a_whole_folder_and_for_both_parts(tmp_path: Path) -> None:
    """A file of few values is not stretched when others hold more, be it in the other part."""
    for number in range(100):
        level = 4_000 if number == 50 else 100
        Image.fromarray(np.linspace(0, level, 256).astype(np.uint16).reshape(16, 16)).save(
            tmp_path / f"{number:02}.png"
        )
    assert read(tmp_path).rows.amax((1, 2, 3)).unique().tolist() == [100 >> 4, 4_000 >> 4]
    assert read(tmp_path, train=False).rows.max() == 100 >> 4


def ink(level: int, strokes: slice = slice(6, 10)) -> Image.Image:
    """A stroke of one grey on nothing."""
    alpha = np.zeros((16, 16), np.uint8)
    alpha[:, strokes] = 255
    return odd.with_alpha(Image.new("L", (16, 16), level), alpha)


@pytest.mark.parametrize(("level", "ground", "name"), [(0, 255, "white"), (90, 255, "white"), (255, 0, "black")])
def test_ground_that_contrasts(tmp_path: Path, level: int, ground: int, name: str) -> None:
    for number in range(20):
        ink(level, slice(number % 8, number % 8 + 4)).save(tmp_path / f"{number:02}.png")
    found = read(tmp_path)
    assert set(found.rows.unique().tolist()) == {level, ground}
    assert f"what is transparent in 20 is {name}" in found.report


def test_one_ground_for_a_whole_folder(tmp_path: Path) -> None:
    for number in range(9):
        ink(10).save(tmp_path / f"{number}.png")
    ink(240).save(tmp_path / "z.png")
    assert (read(tmp_path).rows[:, :, 0] == 255).all()


def test_flat_pictures_are_an_error_that_says_so(tmp_path: Path) -> None:
    for number in range(3):
        Image.fromarray(np.eye(16, dtype=np.uint8)).save(tmp_path / f"{number}.png")
    assert refused(tmp_path) == (
        f"the pictures in the folder {tmp_path} are flat: every value that was read is from 0 to 1 of 255; "
        "dark: no value is above 1 of 255"
    )
    for number in range(3):
        Image.new("RGB", (16, 16), (128, 128, 128)).save(tmp_path / f"{number}.png")
    assert refused(tmp_path).endswith("every value that was read is 128 of 255")


def test_dark_pictures_are_told(tmp_path: Path) -> None:
    Image.fromarray(20 * np.eye(16, dtype=np.uint8)).save(tmp_path / "a.png")
    assert "dark: no value is above 20 of 255" in read(tmp_path).report


def save_classes(folder: Path, **counts: int) -> None:
    for name, count in counts.items():
        (folder / name).mkdir(exist_ok=True)
        for number in range(count):
            odd.grey().save(folder / name / f"{number:03}.png")


def test_a_class_without_a_picture_is_no_class(tmp_path: Path) -> None:
    save_classes(tmp_path, big=150, small=2, broken=0)
    (tmp_path / "broken" / "a.png").write_text("no picture")
    for train in (True, False):
        found = read(tmp_path, train=train)
        assert found.classes == ("big", "small")
        assert "class broken (without a picture that can be read)" in found.report
    assert read(tmp_path).labels.bincount().tolist() == [135, 2]


def test_a_class_that_is_held_out_whole_is_no_class(tmp_path: Path) -> None:
    """The only picture of `c` is the hundredth, that of `b` is the fiftieth."""
    save_classes(tmp_path, a=49, b=1, bb=49, c=1, d=12)
    train, test = read(tmp_path), read(tmp_path, train=False)
    assert train.classes == test.classes == ("a", "bb", "d")
    assert train.labels.bincount().tolist() == [45, 45, 11]
    assert test.labels.bincount().tolist() == [4, 4, 1]
    for found in (train, test):
        assert found.report.endswith("left out: classes b, c (wholly held out for the test part)")
    assert ", 9 more held out for the test part" in train.report
