"""The data sets: shapes, statistics, and every way in which files can be wrong."""

import logging
import math
import os
import re
import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core_fixtures import seed
from gan.data.drawings import draw_points, drawn_name
from gan.data.pictures import Pictures, fit
from gan.data.points import Points
from gan.data.readers import data_folder
from gan.data.sets import DATASETS, at_hand, dataset, load
from gan.errors import DataError
from gan.media import MEDIA
from gan.metrics.modes import mode_report
from idx_files import IDX, write_idx

EMBEDDED = [name for name, entry in DATASETS.items() if not entry.medium.sized or name == "digits"]


@pytest.mark.parametrize("name", DATASETS)
def test_entry_is_complete(name: str) -> None:
    entry = DATASETS[name]
    assert entry.medium is MEDIA[entry.medium.name]
    assert entry.medium.fits(entry.shape)
    assert entry.label
    assert entry.source
    assert entry.licence
    assert len(entry.shape) == (3 if entry.medium.sized else 1)


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
    if isinstance(found, Pictures):
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


def test_digits_parts_are_disjoint_and_complete() -> None:
    from sklearn.datasets import load_digits

    train, test = load("digits"), load("digits", train=False)
    assert (len(train.pixels), len(test.pixels)) == (1437, 360)
    rows = np.concatenate([train.pixels.flatten(1).numpy(), test.pixels.flatten(1).numpy()])
    original = np.round(load_digits().data * 255 / 16).astype(np.uint8)
    assert sorted(map(bytes, rows)) == sorted(map(bytes, original))
    assert train.classes == tuple("0123456789")
    assert set(test.labels.tolist()) == set(range(10))
    assert (train.pixels.min(), train.pixels.max()) == (0, 255)


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
    assert fit(load("digits").pixels[:2], 11).shape == (2, 11, 11, 1)


@pytest.mark.parametrize(("name", "folder"), IDX.items())
def test_idx_files(tmp_path: Path, name: str, folder: str) -> None:
    pixels = write_idx(tmp_path, folder)
    train = load(name, tmp_path)
    assert isinstance(train, Pictures)
    assert torch.equal(train.pixels[..., 0], pixels)
    assert train.shape == (1, 28, 28)
    assert train.labels.tolist() == [i % 10 for i in range(12)]
    assert len(train.classes) == 10
    assert len(load(name, tmp_path, train=False).pixels) == 5
    assert load(name, tmp_path, resolution=32).shape == (1, 32, 32)


def test_data_folder_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_idx(tmp_path, "MNIST")
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path))
    assert len(load("mnist").pixels) == 12


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
    assert len(found.pixels) == 3
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
    assert found.pixels[:, 0, 0, 0].tolist() == [10, 11, 12, 200, 201, 202]


def test_a_bad_file_is_named_and_skipped(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    save(tmp_path / "good.png", 10)
    save(tmp_path / "well.png", 90)
    (tmp_path / "bad.png").write_text("no picture")
    (tmp_path / "notes.txt").write_text("not even asked for")
    with caplog.at_level(logging.WARNING):
        found = load(f"folder:{tmp_path}")
    assert len(found.pixels) == 2
    (record,) = caplog.records
    assert "skipped" in record.getMessage()
    assert "bad.png" in record.getMessage()


def test_the_order_of_a_folder_does_not_depend_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(5):
        save(tmp_path / f"{i}.png", 10 * i)
    for way in (sorted, lambda names: sorted(names, reverse=True)):
        monkeypatch.setattr(os, "listdir", lambda folder, way=way: way(entry.name for entry in os.scandir(folder)))
        assert load(f"folder:{tmp_path}").pixels[:, 0, 0, 0].tolist() == [0, 10, 20, 30, 40]


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
    assert len(load("mnist").pixels) == 12


@pytest.mark.parametrize(("name", "mean"), [("mnist", 31.5), ("fashion-mnist", 72.9)])
def test_real_sets(name: str, mean: float) -> None:
    """The real sets where they are at hand; elsewhere a set of the same layout stands in for them, above."""
    print(f"{name}: {'read from' if at_hand(name) else 'not in'} {data_folder()}")
    if at_hand(name):
        train, test = load(name), load(name, train=False)
        assert (len(train.pixels), len(test.pixels)) == (60_000, 10_000)
        assert train.pixels.float().mean().item() == pytest.approx(mean, abs=0.2)
        assert torch.bincount(train.labels).min() > 5_000


def test_real_folder() -> None:
    folder = data_folder() / "kanji"
    print(f"kanji: {'read from' if at_hand('kanji') else 'not at'} {folder}")
    if at_hand("kanji"):
        smallest = min((f for f in folder.iterdir() if f.is_dir()), key=lambda f: len(list(f.iterdir())))
        train, test = (load(f"folder:{smallest}", train=part, resolution=16) for part in (True, False))
        assert train.shape == (1, 16, 16)
        total = len(list(smallest.glob("*.png")))
        assert len(test.pixels) == total // 10
        assert len(train.pixels) + len(test.pixels) == total


def test_only_files_are_read_from_a_folder(tmp_path: Path) -> None:
    Image.linear_gradient("L").save(tmp_path / "a.png")
    os.mkfifo(tmp_path / "b.png")  # opening it would wait for ever
    (tmp_path / "c.png").mkdir()
    assert len(load(f"folder:{tmp_path}", resolution=8).pixels) == 1


def test_a_drawing_and_its_name() -> None:
    """Bytes x, y, x, y: 0 is -1, 255 is 1, y upwards."""
    assert drawn_name(torch.tensor([[-1.0, 1.0]])) == "drawn:AP8"
    assert draw_points("drawn:AP8").tolist() == [[-1, 1]]
    drawing = torch.rand(500, 2, generator=seed()) * 2 - 1
    again = draw_points(drawn_name(drawing))
    assert (again - drawing).abs().max() <= 1 / 255 + 1e-6
    assert drawn_name(again) == drawn_name(drawing)  # nothing is lost a second time
    assert drawn_name(3 * drawing) == drawn_name((3 * drawing).clamp(-1, 1))
    name = drawn_name(torch.rand(2_000, 2, generator=seed()))
    assert re.fullmatch(r"drawn:[A-Za-z0-9_-]+", name)
    assert draw_points(name).shape == (2_000, 2)


def test_samples_of_a_drawing_lie_at_its_points() -> None:
    drawing = torch.tensor([[-0.8, -0.4], [0.0, 0.6], [0.8, 0.2], [0.8, 0.2]])
    found = load(drawn_name(drawing))
    assert isinstance(found, Points)
    assert (found.centres, found.unit) == (None, 0.25)
    points = found.sample(8_000, seed())
    assert torch.equal(points, found.sample(8_000, seed()))
    distance, nearest = torch.cdist(points, drawing[:3]).min(1)
    assert torch.bincount(nearest) / 8_000 == pytest.approx([0.25, 0.25, 0.5], abs=0.02)
    assert distance.max() < 0.12
    offsets = points - drawing[nearest]
    assert offsets.std(0).tolist() == pytest.approx([0.02, 0.02], abs=0.002)
    assert offsets.mean(0).abs().max() < 0.005  # the name rounds to 1/255


def test_the_example_is_a_drawing_too() -> None:
    example = draw_points("drawn")
    assert example.abs().max() <= 1
    assert (draw_points(drawn_name(example)) - example).abs().max() < 0.01
    points = load("drawn").sample(2_000, seed())
    assert torch.cdist(points, example).min(1).values.max() < 0.12
    eyes = (points[:, 1] > 0.15) & (points.norm(dim=1) < 0.7)
    assert 0.05 < (points[eyes, 0] > 0).float().mean() < 0.95
    mouth = points[(points.norm(dim=1) < 0.7) & ~eyes]
    assert mouth[:, 1].max() < 0.0  # it smiles: the mouth's ends are above its middle
    assert mouth[mouth[:, 0].abs() > 0.4][:, 1].mean() > mouth[mouth[:, 0].abs() < 0.1][:, 1].mean()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("drawn:", "1 to 2,000 points, not 0"),
        ("drawn:AP8A", "no y"),
        ("drawn:A", "not base64"),
        ("drawn:AP 8", "not base64"),
        ("drawn:A/+8", "not base64"),
        ("drawn:é", "not base64"),
        ("drawn:" + "A" * 5336, "1 to 2,000 points, not 2,001"),
        ("drawn:" + "!" * 9000, "not base64"),
    ],
)
def test_damaged_drawings(name: str, said: str) -> None:
    for read in (dataset, load, draw_points):
        with pytest.raises(DataError) as caught:
            read(name)
        assert said in sentence(caught)
        assert len(str(caught.value)) < 150


def test_drawings_of_the_wrong_size_have_no_name() -> None:
    for count in (0, 2_001):
        with pytest.raises(DataError, match="1 to 2,000 points"):
            drawn_name(torch.zeros(count, 2))
