"""Zips of pictures: what they become, and what is refused."""

import io
import json
import stat
import zipfile
from pathlib import Path

import pytest
import torch

from core_fixtures import made_up
from gan.data import sets, unpacked, zips
from gan.data.folders import load_folder
from gan.data.stored import Stored
from gan.errors import DataError
from gan.media.images import to_png
from picture_folders import picture_folder

PNGS = [to_png(pixels) for pixels in made_up(12).rows]


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def load(path: Path) -> Stored:
    data = sets.load(f"zip:{path}", resolution=8)
    assert isinstance(data, Stored)
    return data


def test_a_zipped_folder_is_that_folder(tmp_path: Path) -> None:
    for of_class in ("cats", "dogs"):
        picture_folder(tmp_path / "pets" / of_class, 60, first=60 * (of_class == "dogs"))
    members = {
        str(file.relative_to(tmp_path)): file.read_bytes() for file in sorted((tmp_path / "pets").rglob("*.png"))
    }
    more = {
        "pets/readme.txt": b"x",
        "pets/cats/deep/a.png": PNGS[0],
        "__MACOSX/pets/._a.png": b"x",
        "pets/.b.png": b"x",
    }
    path = zipped(tmp_path / "pets.zip", members | more)
    for train in (True, False):
        unzipped, data = load_folder(tmp_path / "pets", 8, train), zips.load_zip(path, 8, train)
        assert torch.equal(data.rows, unzipped.rows)
        assert data.labels is not None
        assert unzipped.labels is not None
        assert torch.equal(data.labels, unzipped.labels)
        assert data.classes == ("cats", "dogs")
    report = load(path).report
    assert "108 pictures of 2 classes at 8 px, grey, 12 more held out" in report
    assert "left out: 1 file of other kinds (.txt), 1 picture in deeper folders" in report


def test_labels_of_stylegan3(tmp_path: Path) -> None:
    """Its folders are no classes, its labels are."""
    names = [f"{i // 3:05d}/img{i:08d}.png" for i in range(12)]
    pictures = dict(zip(names, PNGS, strict=True))
    labels = [[name, (3, 11)[i % 2]] for i, name in enumerate(names[:-1])]
    data = load(zipped(tmp_path / "a.zip", pictures | {"dataset.json": json.dumps({"labels": labels}).encode()}))
    assert data.classes == ("03", "11")
    assert data.labels is not None
    assert data.labels.tolist() == [0] * 6 + [1] * 5
    assert torch.equal(data.rows[6], made_up(12).rows[1])
    assert "left out: 1 picture without a label" in data.report
    data = load(zipped(tmp_path / "b.zip", pictures | {"dataset.json": b'{"labels": null}'}))
    assert (data.classes, data.size) == (("",), 12)


def member(name: str, mode: int = 0, content: bytes = PNGS[0]) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info, content


def test_what_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = {"a.png": PNGS[0]}
    note = "the dataset.json of the zip .*x.zip is not as stylegan3 writes it"
    for members, told in (
        ([member("../a.png")], r"names a file outside of itself, '../a.png'"),
        ([member("/etc/a.png")], "outside of itself"),
        ([member("C:/a.png")], "outside of itself"),
        ([member("x\\..\\a.png")], "outside of itself"),
        ([member("a.png", stat.S_IFLNK | 0o777, b"/etc/passwd")], "is no file but a link or a device"),
        ([member("a.txt")], r"holds no picture that can be read: 1 file of other kinds \(.txt\)"),
        ([member("a.png", content=b"no picture")], "holds no picture that can be read: 1 that cannot be read"),
        ([], "holds no picture that can be read: it is empty"),
        ([member("dataset.json", content=b"[1]"), member("a.png")], note),
        ([member("dataset.json", content=b'{"labels": [["a.png", 0.5]]}'), member("a.png")], note),
        ([member("dataset.json", content=b'{"labels": [["a.png", -1]]}'), member("a.png")], "from 0 to 9,999, not -1"),
        ([member("dataset.json", content=b"[" * 100_000), member("a.png")], note),
    ):
        path = tmp_path / "x.zip"
        with zipfile.ZipFile(path, "w") as file:
            for info, content in members:
                file.writestr(info, content)
        with pytest.raises(DataError, match=told):
            load(path)
    path = zipped(tmp_path / "x.zip", one)
    content = path.read_bytes()
    with pytest.raises(DataError, match=r"the zip .*gone.zip does not exist"):
        load(tmp_path / "gone.zip")
    for damaged in (content[:40], content.replace(b"IDAT", b"IDAX"), b""):
        (tmp_path / "y.zip").write_bytes(damaged)
        with pytest.raises(DataError, match=r"y.zip is damaged, or no zip"):
            load(tmp_path / "y.zip")
    with zipfile.ZipFile(tmp_path / "y.zip", "w", zipfile.ZIP_LZMA) as file:
        file.writestr("a.png", PNGS[0])
    squeezed = bytearray((tmp_path / "y.zip").read_bytes())
    squeezed[50] ^= 255
    (tmp_path / "y.zip").write_bytes(squeezed)
    with pytest.raises(DataError, match=r"y.zip is damaged, or no zip"):
        load(tmp_path / "y.zip")
    locked = bytearray(content)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[content.index(sign) + at] |= 1
    (tmp_path / "y.zip").write_bytes(locked)
    with pytest.raises(DataError, match="is locked with a password"):
        load(tmp_path / "y.zip")
    monkeypatch.setattr(unpacked, "MAX_BYTES", 10)
    with pytest.raises(DataError, match="unpacks to more than 10 bytes"):
        load(path)
    monkeypatch.setattr(unpacked, "MAX_BYTES", 10**9)
    monkeypatch.setattr(unpacked, "MAX_PICTURES", 0)
    with pytest.raises(DataError, match="holds more than 0 pictures"):
        load(path)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """Its size is asked for before anything is written, whatever the zip itself has."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bomb:
        for i in range(4):
            bomb.writestr(f"{i}.png", b"\0" * 1_000_000)
    content = bytearray(file.getvalue())
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        content[at + 24 : at + 28] = (0xF000_0000).to_bytes(4, "little")  # as large as a zip can say it is
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(DataError, match=r"unpacks to more than 16,000,000,000 bytes"):
        load(tmp_path / "x.zip")


def test_a_picture_that_would_fill_the_memory_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "MAX_PICTURE", 5_000)
    path = zipped(tmp_path / "x.zip", {"a.png": PNGS[0], "b.png": b"\0" * 5_001})
    with unpacked.layout("it") as out:
        zips.unpack(path, out)
        assert (out.count, out.note) == (1, "1 picture larger than 0.005 MB")


def test_models_name_a_zip_as_they_name_a_folder(tmp_path: Path) -> None:
    name = f"zip:{tmp_path / 'pets.zip'}"
    assert sets.public_name(name) == "zip:pets.zip"
    assert sets.plain_name(name) == "pets.zip"
    assert not sets.at_hand(name), "no visitor's request unpacks it"
