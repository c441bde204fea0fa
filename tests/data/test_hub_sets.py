"""Data sets of the Hub, at a stub of it: pictures, zips and parquet, their licence, and what is refused."""

import importlib.util
import io
import json
import socket
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from huggingface_hub import constants

from core_fixtures import made_up, tiny
from gan.data import hub_files, hub_sets, parquet, sets, unpacked
from gan.data.hub_files import UNSTATED, HubFolder
from gan.data.stored import Stored
from gan.errors import DataError
from gan.media.images import to_png
from gan.training.runs import model_of
from gan.training.trainer import Trainer
from hub_stub import Hub, Repository, hub

__all__ = ["hub"]
PNGS = [to_png(pixels) for pixels in made_up(24).rows]
ROWS = made_up(24).rows
extra = pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="the extra parquet is not installed")


def add(hub: Hub, name: str, files: dict[str, bytes]) -> Repository:
    """A data set on the Hub; a second time the next commit of it."""
    return hub.add(name, files, "dataset")


def load(name: str) -> Stored:
    data = sets.load(name, resolution=8)
    assert isinstance(data, Stored)
    return data


def table(labels: list[int | None] | None, names: list[str] | None, first: int = 0) -> bytes:
    """A parquet file as the Hub has them: pictures from `first` on, their labels and what the numbers are called."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    count = 4 if labels is None else len(labels)
    rows = [{"bytes": PNGS[first + i], "path": f"{i}.png"} for i in range(count)]
    columns: dict[str, Any] = {"image": pa.array(rows, pa.struct([("bytes", pa.binary()), ("path", pa.string())]))}
    if labels is not None:
        columns["label"] = pa.array(labels, pa.int64())
    made = pa.table(columns)
    if names is not None:
        features = {"image": {"_type": "Image"}, "label": {"names": names, "_type": "ClassLabel"}}
        made = made.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    file = io.BytesIO()
    pq.write_table(made, file)
    return file.getvalue()


def test_folders_of_pictures(hub: Hub) -> None:
    """The licence of the card goes into the model's, and only what is read is fetched."""
    pets = add(hub, "me/pets", {
        **{f"data/train/{name}/{i}.png": PNGS[i + 4 * (name == "dogs")] for name in ("cats", "dogs") for i in range(4)},
        "data/test/cats/9.png": PNGS[9], "README.md": b"---\nlicense: cc-by-4.0\n---\n",
        "script.py": b"raise SystemExit",
    })  # fmt: skip
    pets.card, pets.tags = {"license": "cc-by-4.0"}, {"v1": pets.head}
    data = load("hub:me/pets@v1")
    assert (data.classes, data.size, data.licence) == (("cats", "dogs"), 8, "cc-by-4.0")
    assert torch.equal(data.rows, ROWS[:8])
    assert data.report.endswith("left out: only what is called train was taken; licence: cc-by-4.0")
    assert not {"script.py", "9.png"} & set(hub.downloads)
    card = model_of(Trainer(tiny(data="hub:me/pets@v1"), data), "pets", 0.0).card
    assert card["data"] == {
        "name": "hub:me/pets@v1", "label": "Pictures of me/pets", "licence": "cc-by-4.0",
        "source": "https://huggingface.co/datasets/me/pets",
    }  # fmt: skip
    assert card["config"]["data"] == "hub:me/pets@v1"


def test_without_the_hub_what_is_here_is_read(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = b"---\nlicense: mit\n---\n"
    add(hub, "me/few", {f"train/{i}.png": PNGS[i] for i in range(4)} | {"test/9.png": PNGS[9], "README.md": card})
    online = load("hub:me/few")
    assert online.licence == UNSTATED, "what the Hub says counts"
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    offline = load("hub:me/few")
    assert torch.equal(offline.rows, online.rows)
    assert offline.licence == UNSTATED, "still what the Hub said"
    assert offline.report == online.report
    (listing,) = (tmp_path / "hub-cache").rglob("gan-atelier/*.json")
    listing.write_text("[]")
    by_card = load("hub:me/few")
    assert (by_card.size, by_card.licence) == (4, "mit"), "as of a copy that another program has downloaded"
    with pytest.raises(DataError, match=r"me/other is not to be had: the Hub at http://127.0.0.1:9 cannot be reached"):
        load("hub:me/other")


def test_a_download_that_broke_off_is_not_taken_for_all(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of four pictures three come: without the Hub the set is refused, and with it again it is completed."""
    pictures = {f"train/{i}.png": PNGS[i] for i in range(4)}
    few = add(hub, "me/few", pictures | {"b/0.png": PNGS[5]})
    few.broken = {"train/2.png"}
    with pytest.raises(DataError, match="me/few"):
        load("hub:me/few/train")
    told = r"hub:me/few/train is here only in part, as its download broke off: \d of 4 files did not come, and the"
    with monkeypatch.context() as offline:
        offline.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
        with pytest.raises(DataError, match=told):
            load("hub:me/few/train")
    few.broken = set()
    assert load("hub:me/few/train").size == 4
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    assert load("hub:me/few/train").size == 4, "what nobody asked for is not missing"


def test_a_zip(hub: Hub) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a.png", PNGS[0])
    add(hub, "me/zipped", {"pictures.zip": file.getvalue()}).card = {"license": "other", "license_name": "ours"}
    assert (load("hub:me/zipped").size, load("hub:me/zipped").licence) == (1, "ours")
    add(hub, "me/zipped", {"pictures.zip": file.getvalue(), "more.zip": b"x"})
    with pytest.raises(DataError, match="hub:me/zipped holds 2 zips, and none is named"):
        load("hub:me/zipped")


@extra
def test_parquet(hub: Hub) -> None:
    add(hub, "me/table", {
        "data/train-00000-of-00002.parquet": table([1, 0, 1], ["cat", "dog/wolf"]),
        "data/train-00001-of-00002.parquet": table([0, -1], ["cat", "dog/wolf"], first=3),
        "data/test-00000-of-00001.parquet": table([0], ["cat", "dog/wolf"], first=9),
    })  # fmt: skip
    data = load("hub:me/table")
    assert data.classes == ("cat", "dog_wolf")
    assert torch.equal(data.rows, ROWS[[1, 3, 0, 2]])
    assert "1 picture without a label, " not in data.report
    assert "1 picture without a label" in data.report
    add(hub, "me/numbers", {"a.parquet": table([2, 10, 2], None)})
    assert load("hub:me/numbers").classes == ("02", "10")
    add(hub, "me/plain", {"x/a.parquet": table(None, None), "y/b.parquet": table([0, 1], None, first=6)})
    with pytest.raises(DataError, match="hub:me/plain holds several sets: name one, as hub:me/plain/FOLDER of x, y"):
        load("hub:me/plain")
    assert (load("hub:me/plain/x").classes, load("hub:me/plain/x").size) == (("",), 4)


@extra
def test_parquet_that_is_none(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(pa.table({"text": ["a"]}), file)
    whole = table([0, 1], None)
    for content, told in (
        (b"PAR1", "hub:me/bad is damaged, or no parquet of pictures"),
        (whole[:50] + b"\0" * 40 + whole[90:], "hub:me/bad is damaged, or no parquet|cannot be read"),
        (file.getvalue(), "hub:me/bad has no column of pictures; it has text"),
    ):
        add(hub, "me/bad", {"a.parquet": content})
        with pytest.raises(DataError, match=told):
            load("hub:me/bad")
    find: Any = importlib.util.find_spec
    monkeypatch.setattr(parquet.importlib.util, "find_spec", lambda name: None if name == "pyarrow" else find(name))
    with pytest.raises(DataError, match="hub:me/bad is parquet, which pyarrow reads: pip install"):
        load("hub:me/bad")


@extra
def test_pictures_of_parquet_are_held_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of a kilobyte may say of every row that it is one and the same picture of many megabytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    picture, file = bytes(1_000_000), tmp_path / "a.parquet"
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 64, pa.int32()), pa.array([picture, b"x"]))
    pq.write_table(pa.table({"image": column}), file, compression="zstd", store_schema=False)
    assert file.stat().st_size < 10_000
    before = pa.default_memory_pool().max_memory()
    with unpacked.layout("it") as out:
        parquet.lay_out([file], out)
        assert out.count == 64
    assert pa.default_memory_pool().max_memory() - before < 16_000_000
    monkeypatch.setattr(unpacked, "MAX_PICTURE", 999_999)
    with unpacked.layout("it") as out:
        parquet.lay_out([file], out)
        assert (out.count, out.note) == (0, "64 pictures larger than 0.999999 MB")


def test_what_is_refused(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, file in {"gated": "a.png", "text": "a.txt", "bad": "a.png"}.items():
        add(hub, f"me/{name}", {file: b"x"}).gated = name == "gated"
    for name, told in (
        ("hub:me", "a data set on the Hub is named as in hub:user/name"),
        ("hub:../../etc", "a data set on the Hub is named"),
        ("hub:me/a/../b", "a data set on the Hub is named"),
        ("hub:" + "a/" * 5_000 + "b", "a data set on the Hub is named"),
        ("hub:me/gone", "there is no data set me/gone on the Hub, or it is private"),
        ("hub:me/gated", "data set me/gated is given only to those whom its owner lets have it"),
        ("hub:me/text@v9", "data set me/text on the Hub has no such revision"),
        ("hub:me/text", "hub:me/text holds no pictures, no parquet and no zip"),
        ("hub:me/bad", "hub:me/bad holds no picture that can be read: 1 that cannot be read"),
    ):
        with pytest.raises(DataError, match=told):
            load(name)
    monkeypatch.setattr(hub_sets, "MAX_BYTES", 0)
    hub.asked.clear()
    with pytest.raises(DataError, match="hub:me/bad has 1 files of 1 bytes: at most"):
        load("hub:me/bad")
    assert hub.downloads == [], "nothing is fetched before it is known how much it is"


def test_a_hub_that_says_nothing_is_not_waited_for(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_files, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(DataError, match="cannot be reached"):
            load("hub:me/pets")


def test_names() -> None:
    assert HubFolder.of("me/a.b/in/it@refs/pr/1") == HubFolder("me/a.b", "in/it", "refs/pr/1")
    name = "hub:me/pets/train@v1"
    assert (sets.public_name(name), sets.plain_name(name), sets.located(name)) == (name, "pets", name)
    assert not sets.at_hand(name), "no visitor's request downloads it"
