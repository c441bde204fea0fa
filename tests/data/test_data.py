"""The data sets: shapes, statistics, and every way in which files can be wrong."""

import hashlib
import logging
import math
import os
import struct
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image

from core_fixtures import seed
from gan.data import readers
from gan.data.pictures import fit
from gan.data.points import Points
from gan.data.readers import data_folder
from gan.data.sets import DATASETS, at_hand, dataset, load
from gan.data.stored import Stored
from gan.errors import DataError
from gan.media import MEDIA
from gan.metrics.modes import mode_report
from idx_files import IDX, write_idx

EMBEDDED = [name for name, entry in DATASETS.items() if not entry.folder]


@pytest.mark.parametrize("name", DATASETS)
def test_entry_is_complete(name: str) -> None:
    entry = DATASETS[name]
    assert entry.medium is MEDIA[entry.medium.name]
    assert entry.medium.fits(entry.shape)
    assert entry.label
    assert entry.source
    assert entry.licence
    assert len(entry.shape) == (3 if entry.medium.alone else 1)


@pytest.mark.parametrize("name", EMBEDDED)
def test_samples(name: str) -> None:
    found = load(name)
    batch = found.sample(50, seed(3))
    assert found.medium is DATASETS[name].medium
    assert found.shape == DATASETS[name].shape
    assert batch.shape == (50, *found.shape)
    assert batch.dtype == torch.float32
    assert torch.equal(batch, load(name).sample(50, seed(3)))
    assert not torch.equal(batch, found.sample(50, seed(4)))
    if isinstance(found, Stored):
        assert batch.min() >= -1
        assert batch.max() <= 1
    else:
        # Networks see lengths of order one.
        assert 0.5 < (found.sample(2000, seed()) / found.unit).std() < 4


def test_ring_is_pacgans() -> None:
    ring = load("ring")
    assert isinstance(ring, Points)
    turns = [2 * math.pi * k / 8 for k in range(8)]
    expected = torch.tensor([[math.cos(a), math.sin(a)] for a in turns])
    torch.testing.assert_close(ring.centres, expected, rtol=0, atol=1e-6)
    assert ring.std == 0.01


def test_grid_is_pacgans() -> None:
    grid = load("grid")
    assert isinstance(grid, Points)
    expected = {(x, y) for x in (-4.0, -2.0, 0.0, 2.0, 4.0) for y in (-4.0, -2.0, 0.0, 2.0, 4.0)}
    assert {tuple(centre) for centre in grid.centres.tolist()} == expected
    assert grid.std == 0.05


@pytest.mark.parametrize("name", [n for n in EMBEDDED if n != "digits" and load(n).centres is not None])
def test_mixtures_are_equal_gaussians(name: str) -> None:
    found = load(name)
    n = 2000 * len(found.centres)
    points = found.sample(n, seed(1))
    _, nearest = torch.cdist(points, found.centres).min(1)
    counts = torch.bincount(nearest, minlength=len(found.centres))
    assert (counts.float() / 2000 - 1).abs().max() < 0.12
    offsets = points - found.centres[nearest]
    torch.testing.assert_close(offsets.std(0), torch.full((2,), found.std), rtol=0.06, atol=0)
    report = mode_report(points, found.centres, found.std)
    assert report.modes == report.fair == report.total
    assert report.high_quality == pytest.approx(1 - math.exp(-4.5), abs=0.008)


def test_curves_lie_where_they_should() -> None:
    radius = load("circle").sample(2000, seed()).norm(dim=1)
    assert abs(radius.mean().item() - 1) < 0.01
    assert abs(radius.std().item() - 0.03) < 0.005
    x, y = load("line").sample(2000, seed()).T
    assert (y - x / 2).std() < 0.05
    assert load("spiral").sample(2000, seed()).norm(dim=1).max() < 1.15
    assert set((load("moons").sample(500, seed())[:, 1] > 0).tolist()) == {True, False}


# Of rows and labels, as scikit-learn 1.9.1 gave them: what the shipped models learnt from.
SUMS = {
    True: "2424f4d9590895c2cfd5decc3fb5cd781c240518abbc0b7dc8ff12d4b2a0354c",
    False: "daba1c740297513cb8746e43d190835b317713a7e83a78335c99668cdc3f8cb0",
}


def test_digits_are_those_that_scikit_learn_gave() -> None:
    train, test = load("digits"), load("digits", train=False)
    assert (len(train.rows), len(test.rows)) == (1437, 360)
    for part, sum in zip((train, test), SUMS.values(), strict=True):
        assert hashlib.sha256(part.rows.numpy().tobytes() + part.labels.numpy().tobytes()).hexdigest() == sum
    assert train.classes == tuple("0123456789")
    assert set(test.labels.tolist()) == set(range(10))
    assert (train.rows.min(), train.rows.max()) == (0, 255)


def test_fit_pads_a_little_and_resamples_a_lot() -> None:
    pixels = torch.randint(0, 256, (3, 28, 28, 1), dtype=torch.uint8, generator=seed())
    assert fit(pixels, 0) is pixels
    assert fit(pixels, 28) is pixels
    padded = fit(pixels, 32)
    assert padded.shape == (3, 32, 32, 1)
    assert torch.equal(padded[:, 2:30, 2:30], pixels)
    assert padded.sum() == pixels.sum()
    for size in (14, 64):
        resized = fit(pixels, size)
        assert resized.shape == (3, size, size, 1)
        assert resized.dtype == torch.uint8
        assert abs(resized.float().mean() - pixels.float().mean()) < 3
    assert fit(load("digits").rows[:2], 11).shape == (2, 11, 11, 1)


@pytest.mark.parametrize(("name", "folder"), IDX.items())
def test_idx_files(tmp_path: Path, name: str, folder: str) -> None:
    pixels = write_idx(tmp_path, folder)
    train = load(name, tmp_path)
    assert isinstance(train, Stored)
    assert torch.equal(train.rows[..., 0], pixels)
    assert train.shape == (1, 28, 28)
    assert train.labels.tolist() == [i % 10 for i in range(12)]
    assert len(train.classes) == 10
    assert len(load(name, tmp_path, train=False).rows) == 5
    assert load(name, tmp_path, resolution=32).shape == (1, 32, 32)


@pytest.mark.parametrize("name", IDX)
def test_files_that_are_here_need_nothing_installed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Torchvision fetches what is not here; where it is missing too, a sentence says so."""
    monkeypatch.setitem(sys.modules, "torchvision", None)
    pixels = write_idx(tmp_path, IDX[name])
    assert torch.equal(load(name, tmp_path).rows[..., 0], pixels)
    (tmp_path / IDX[name] / "raw" / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match="pip install torchvision") as caught:
        load(name, tmp_path)
    assert str(tmp_path) in sentence(caught)


def test_digits_that_are_damaged_are_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "EXCERPTS", tmp_path)
    for content in (None, b"", b"PK\3\4 no zip"):
        if content is not None:
            (tmp_path / "digits.npz").write_bytes(content)
        with pytest.raises(DataError, match="missing or damaged"):
            load("digits")


def test_data_folder_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_idx(tmp_path, "MNIST")
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path))
    assert len(load("mnist").rows) == 12


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    from torchvision.datasets import MNIST

    def refuse(self: object) -> None:
        raise RuntimeError("Error downloading train-images-idx3-ubyte.gz")

    monkeypatch.setattr(MNIST, "download", refuse)


def sentence(caught: pytest.ExceptionInfo[DataError]) -> str:
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_missing_data_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        load("mnist", tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in sentence(caught)


@pytest.mark.usefixtures("no_network")
def test_neither_files_nor_network(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        load("mnist", tmp_path)
    assert str(tmp_path) in sentence(caught)
    assert "--data-dir" in sentence(caught)
    assert "Error downloading" not in sentence(caught)  # torchvision's words


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("damage", [b"", b"no IDX at all", struct.pack(">4I", 0x803, 12, 28, 28) + b"short"])
def test_damaged_idx(tmp_path: Path, damage: bytes) -> None:
    write_idx(tmp_path, "MNIST")
    (tmp_path / "MNIST" / "raw" / "train-images-idx3-ubyte").write_bytes(damage)
    with pytest.raises(DataError) as caught:
        load("mnist", tmp_path)
    assert str(tmp_path) in sentence(caught)


def save(path: Path, value: int | tuple[int, ...], mode: str = "L", size: tuple[int, int] = (16, 16)) -> None:
    path.parent.mkdir(exist_ok=True)
    Image.new(mode, size, value).save(path)


def test_folder_of_grey_pictures(tmp_path: Path) -> None:
    save(tmp_path / "a.png", 10)
    save(tmp_path / "b.jpg", 200, size=(31, 17))
    save(tmp_path / "c.PNG", 30, mode="P")
    found = load(f"folder:{tmp_path}", resolution=12)
    assert found.shape == (1, 12, 12)
    assert len(found.rows) == 3
    assert found.classes == ("",)
    assert found.labels.tolist() == [0, 0, 0]


def test_folder_of_grey_and_colour(tmp_path: Path) -> None:
    save(tmp_path / "a.png", 10)
    save(tmp_path / "b.png", (200, 10, 10), "RGB", (30, 50))
    save(tmp_path / "c.webp", (200, 10, 10, 128), "RGBA")
    found = load(f"folder:{tmp_path}")
    assert found.shape == (3, 32, 32)
    assert found.sample(4, seed()).shape == (4, 3, 32, 32)


def test_sub_folders_are_classes(tmp_path: Path) -> None:
    for name, value in (("cats", 10), ("dogs", 200)):
        for i in range(3):
            save(tmp_path / name / f"{i}.png", value + i)
    (tmp_path / "cats" / "deeper").mkdir()
    (tmp_path / ".thumbnails").mkdir()
    save(tmp_path / "cats" / "deeper" / "no.png", 1)
    save(tmp_path / ".thumbnails" / "no.png", 1)
    save(tmp_path / "cats" / "._a.png", 1)
    found = load(f"folder:{tmp_path}")
    assert found.classes == ("cats", "dogs")
    assert found.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.rows[:, 0, 0, 0].tolist() == [10, 11, 12, 200, 201, 202]


def test_a_bad_file_is_named_and_skipped(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    save(tmp_path / "good.png", 10)
    save(tmp_path / "well.png", 90)
    (tmp_path / "bad.png").write_text("no picture")
    (tmp_path / "notes.txt").write_text("not even asked for")
    with caplog.at_level(logging.WARNING):
        found = load(f"folder:{tmp_path}")
    assert len(found.rows) == 2
    (record,) = caplog.records
    assert "skipped" in record.getMessage()
    assert "bad.png" in record.getMessage()


def test_the_order_of_a_folder_does_not_depend_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(5):
        save(tmp_path / f"{i}.png", 10 * i)
    for way in (sorted, lambda names: sorted(names, reverse=True)):
        monkeypatch.setattr(os, "listdir", lambda folder, way=way: way(entry.name for entry in os.scandir(folder)))
        assert load(f"folder:{tmp_path}").rows[:, 0, 0, 0].tolist() == [0, 10, 20, 30, 40]


def test_empty_and_missing_folders(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere", "~nobody-of-that-name/pictures", "x" * 5000):
        with pytest.raises(DataError) as caught:
            load(f"folder:{folder}")
        assert str(folder) in sentence(caught)
    (tmp_path / "bad.png").write_text("no picture")
    with pytest.raises(DataError, match="no picture"):
        load(f"folder:{tmp_path}")


@pytest.mark.parametrize("name", ["", "nope", "folder:", "Digits", "folder"])
def test_unknown_set(name: str) -> None:
    with pytest.raises(DataError) as caught:
        dataset(name)
    assert "known are ring" in sentence(caught)


def test_the_data_folder_is_the_one_given_then_that_of_the_environment_then_data_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAN_DATA_DIR", "/somewhere")
    assert data_folder(tmp_path) == tmp_path
    assert data_folder() == Path("/somewhere")
    for unset in (lambda: monkeypatch.setenv("GAN_DATA_DIR", ""), lambda: monkeypatch.delenv("GAN_DATA_DIR")):
        unset()
        assert data_folder() == Path("data")


def test_data_here_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GAN_DATA_DIR", raising=False)
    monkeypatch.chdir(tmp_path)
    assert not at_hand("mnist")
    write_idx(tmp_path / "data", "MNIST")
    assert at_hand("mnist")
    assert len(load("mnist").rows) == 12


@pytest.mark.parametrize(("name", "mean"), [("mnist", 31.5), ("fashion-mnist", 72.9)])
def test_real_sets(name: str, mean: float) -> None:
    """The real sets where they are at hand; elsewhere a set of the same layout stands in for them, above."""
    print(f"{name}: {'read from' if at_hand(name) else 'not in'} {data_folder()}")
    if at_hand(name):
        train, test = load(name), load(name, train=False)
        assert (len(train.rows), len(test.rows)) == (60_000, 10_000)
        assert train.rows.float().mean().item() == pytest.approx(mean, abs=0.2)
        assert torch.bincount(train.labels).min() > 5_000


def test_real_folder() -> None:
    folder = data_folder() / "kanji"
    print(f"kanji: {'read from' if at_hand('kanji') else 'not at'} {folder}")
    if at_hand("kanji"):
        smallest = min((f for f in folder.iterdir() if f.is_dir()), key=lambda f: len(list(f.iterdir())))
        train, test = (load(f"folder:{smallest}", train=part, resolution=16) for part in (True, False))
        assert train.shape == (1, 16, 16)
        total = len(list(smallest.glob("*.png")))
        assert len(test.rows) == total // 10
        assert len(train.rows) + len(test.rows) == total


def test_only_files_are_read_from_a_folder(tmp_path: Path) -> None:
    Image.linear_gradient("L").save(tmp_path / "a.png")
    os.mkfifo(tmp_path / "b.png")  # opening it would wait for ever
    (tmp_path / "c.png").mkdir()
    assert len(load(f"folder:{tmp_path}", resolution=8).rows) == 1
