"""The excerpts of MNIST and Fashion-MNIST that come with the program, and when a live run learns from them."""

import dataclasses
from pathlib import Path

import pytest
import torch

from gan.data import sets
from gan.data.excerpt import EACH, EXCERPTS, cut, excerpt, excerpt_path, joined
from gan.data.sets import DATASETS, at_hand, found_here, load_here
from gan.data.stored import Stored
from gan.errors import DataError
from idx_files import IDX, write_idx

NAMES = [name for name, entry in DATASETS.items() if entry.excerpt]
MOST_BYTES = 2_000_000  # of each


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any set's files, where a download fails the test."""
    from torchvision.datasets import MNIST

    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(MNIST, "download", lambda self: self._check_exists() or pytest.fail("a download began"))
    return tmp_path


def test_both_sets_have_one_and_together_they_are_small() -> None:
    assert list(IDX) == NAMES
    files = {path.name: path.stat().st_size for path in EXCERPTS.iterdir()}
    assert set(files) == {*(f"{name}.webp" for name in NAMES), "digits.npz", "LICENCES.md"}
    assert max(files.values()) <= MOST_BYTES


@pytest.mark.parametrize("name", NAMES)
def test_an_excerpt_is_5000_pictures_500_of_every_class(name: str) -> None:
    found = excerpt(name, DATASETS[name].excerpt)
    assert found.rows.shape == (5_000, 28, 28, 1)
    assert found.rows.dtype == torch.uint8
    assert found.shape == DATASETS[name].shape
    assert torch.bincount(found.labels).tolist() == [EACH] * 10
    assert len(found.rows.unique(dim=0)) > 4_990


@pytest.mark.parametrize("name", NAMES)
def test_its_classes_are_the_sets_own(name: str) -> None:
    from torchvision import datasets

    assert tuple(getattr(datasets, IDX[name]).classes) == DATASETS[name].excerpt


@pytest.mark.parametrize("name", NAMES)
def test_its_licence_lies_beside_it(name: str) -> None:
    sections = (EXCERPTS / "LICENCES.md").read_text().split("\n## ")
    (own,) = [section for section in sections if section.startswith(f"{name}.webp\n")]
    assert {"mnist": "Creative Commons Attribution-Share Alike 3.0", "fashion-mnist": "The MIT License"}[name] in own
    assert {"mnist": "Yann LeCun and Corinna Cortes hold the copyright", "fashion-mnist": "Zalando SE"}[name] in own
    assert "What was changed" in own


def test_the_licence_of_the_digits_lies_beside_them() -> None:
    own = (EXCERPTS / "LICENCES.md").read_text().partition("\n## digits.npz\n")[2]
    for words in ("Creative Commons Attribution 4.0", "E. Alpaydin and C. Kaynak", "What was changed"):
        assert words in own


@pytest.mark.parametrize("name", NAMES)
def test_its_pictures_are_training_pictures(name: str) -> None:
    """Where the set is at hand; of its copy the first 500 of each class."""
    print(f"{name}: {'compared with the set' if at_hand(name) else 'the set is not here'}")
    if at_hand(name):
        found, whole = excerpt(name, DATASETS[name].excerpt), sets.load(name)
        assert isinstance(whole, Stored)
        rows = torch.cat([(whole.labels == c).nonzero()[:EACH, 0] for c in range(10)])
        assert torch.equal(found.rows, whole.rows[rows])


def test_a_sheet_is_cut_as_it_was_joined() -> None:
    pixels = torch.randint(0, 256, (150, 28, 28, 1), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    assert torch.equal(cut(joined(pixels)), pixels)
    assert torch.equal(joined(pixels)[28:56, 28:56], pixels[51, ..., 0])


@pytest.mark.parametrize("name", NAMES)
def test_a_live_run_takes_it_where_the_files_are_missing(empty: Path, name: str) -> None:
    (empty / IDX[name] / "raw").mkdir(parents=True)  # as a failed download leaves it
    assert found_here(name) == "excerpt"
    assert load_here(name).size == 5_000
    (empty / IDX[name] / "raw").rmdir()
    (empty / IDX[name]).rmdir()
    write_idx(empty, IDX[name])
    assert found_here(name) == "whole"
    assert load_here(name).size == 12


def test_what_needs_no_files_is_whole_and_what_is_not_here_is_nothing(empty: Path) -> None:
    assert {found_here(name) for name in ("ring", "digits", "drawn", "drawn:AP8")} == {"whole"}
    for name in ("kanji", "cifar10"):
        assert found_here(name) == "nothing"
        with pytest.raises(DataError) as caught:
            load_here(name)
        assert str(caught.value) == f"the data of {name} are not on this machine"


def test_damage_is_a_sentence_without_a_path(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_idx(empty, "MNIST")
    (empty / "MNIST" / "raw" / "train-images-idx3-ubyte").write_bytes(b"short")
    with pytest.raises(DataError) as caught:
        load_here("mnist")
    assert str(caught.value) == "the data of mnist on this machine are damaged; its log says which"
    (empty / "fashion-mnist.webp").write_bytes(excerpt_path("fashion-mnist").read_bytes()[:5_000])
    monkeypatch.setattr("gan.data.excerpt.EXCERPTS", empty)
    with pytest.raises(DataError) as caught:
        load_here("fashion-mnist")
    assert str(empty) not in str(caught.value)
    (empty / "fashion-mnist.webp").unlink()
    assert found_here("fashion-mnist") == "nothing"


def test_training_never_takes_an_excerpt_in_silence(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for a set gets the set: `train.py` fetches it, or says that it cannot."""
    asked = []
    monkeypatch.setitem(
        DATASETS, "mnist", dataclasses.replace(DATASETS["mnist"], load=lambda *given: asked.append(given))
    )
    sets.load("mnist")
    assert asked == [(None, True, 0)]
