"""Folders that were read before: the same samples and the same sentences, and read again as soon as a file changes."""

import logging
import os
import threading
from pathlib import Path

import pytest
import torch
from PIL import Image

from gan.data import folders, kept_folders
from gan.data.folders import load_folder
from gan.data.stored import Stored


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept_folders, "LEAST", 4)
    monkeypatch.setenv(kept_folders.PLACE, str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    folder = tmp_path / "pets"
    for i in range(6):
        file = folder / ("cats" if i % 2 else "dogs") / f"{i}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (9, 8), (40 * i, 10, 200)).save(file)
    (folder / "cats" / "broken.png").write_bytes(b"no picture")
    return folder


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that are really read."""
    real, found = folders.read_folder, []

    def read(listing: object, path: Path, *rest: object) -> Stored:
        found.append(path)
        return real(listing, path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(folders, "read_folder", read)
    return found


def same(a: Stored, b: Stored) -> bool:
    assert a.labels is not None
    assert b.labels is not None
    told = (a.classes, a.report) == (b.classes, b.report)
    return told and torch.equal(a.rows, b.rows) and torch.equal(a.labels, b.labels)


def test_what_has_not_changed_is_not_read_again(
    pets: Path, reads: list[Path], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "gan.data")
    first, said = load_folder(pets, 8), [record.getMessage() for record in caplog.records]
    assert any("skipped" in line and "broken.png" in line for line in said)
    caplog.clear()
    again = load_folder(pets, 8)
    assert same(first, again)
    assert reads == [pets]
    *lines, last = [record.getMessage() for record in caplog.records]
    assert lines == said
    assert last.startswith("none of these files has changed since they were read on 2")
    assert torch.equal(load_folder(pets, 8, keep=False).rows, first.rows)
    load_folder(pets, 6)
    load_folder(pets, 8, train=False)
    assert len(reads) == 4  # of another size, of the other part, and one that is not kept


def test_what_is_kept_of_the_log_is_of_one_folder(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "gan.data")
    with kept_folders.heard() as lines:
        other = threading.Thread(target=kept_folders.log.info, args=("another folder",))
        other.start()
        other.join()
        kept_folders.log.warning("skipped: %s", "a.png")
    assert lines == [(logging.WARNING, "skipped: a.png")]
    assert caplog.messages == ["another folder", "skipped: a.png"]


def test_a_file_that_changes_is_seen(pets: Path, reads: list[Path]) -> None:
    first, file = load_folder(pets, 8), pets / "dogs" / "2.png"
    seen = file.stat()
    Image.new("RGB", (9, 8), (41, 10, 200)).save(file)
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))  # as tools do that keep the times of files
    assert not torch.equal(load_folder(pets, 8).rows, first.rows)
    (pets / "notes.txt").write_text("another file that is left out")
    assert "txt" in load_folder(pets, 8).report
    file.unlink()
    assert len(load_folder(pets, 8).rows) == 5
    assert len(reads) == 4


def test_damage_and_a_disk_that_refuses_cost_time_alone(
    pets: Path, place: Path, reads: list[Path], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "gan.data")
    first = load_folder(pets, 8)
    (kept,) = place.iterdir()
    kept.write_bytes(kept.read_bytes()[:200])
    assert same(load_folder(pets, 8), first)
    assert same(load_folder(pets, 8), first)
    assert len(reads) == 2
    kept.unlink()
    place.rmdir()
    place.write_bytes(b"a file where the folder should be")
    assert same(load_folder(pets, 8), first)
    assert any(line.startswith("the folder is read anew the next time") for line in caplog.messages)


def test_the_least_used_goes_first(pets: Path, place: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    for resolution in (8, 9):
        load_folder(pets, resolution)
    for kept, age in zip(sorted(place.iterdir(), key=lambda file: file.stat().st_size), (50, 100), strict=True):
        os.utime(kept, (1e9 - age, 1e9 - age))
    load_folder(pets, 9)  # the older is used once more
    monkeypatch.setattr(kept_folders, "MOST", sum(kept.stat().st_size for kept in place.iterdir()) + 100)
    load_folder(pets, 7)
    load_folder(pets, 9)
    assert len(reads) == 3
    load_folder(pets, 8)
    assert len(reads) == 4


def test_few_files_are_not_kept(pets: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_folders, "LEAST", 8)
    load_folder(pets, 8)
    assert not place.exists()
