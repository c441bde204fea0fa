"""Lists of words: what can be one is read as it is written, and all that is left out is counted and told."""

from pathlib import Path

import pytest
import torch

from gan.data import sets
from gan.data.words import HELD_OUT_FROM, Words, load_words, read_list
from gan.errors import DataError
from gan.media.words import LONGEST, MOST_LETTERS, spelled


def listed(folder: Path, content: str | bytes, name: str = "list.txt") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_words_stand_as_they_are_written(tmp_path: Path) -> None:
    path = listed(tmp_path, "\ufeffNew York\r\n  Zürich \nGene\u0300ve\n")
    found = read_list(path)
    assert found.words == ("New York", "Zürich", "Genève")  # marks joined to their letters, one letter each
    assert found.alphabet == "".join(sorted(set("New YorkZürichGenève")))
    assert found.left_out == () and found.longest == 8
    data = sets.load(f"lines:{path}")
    assert isinstance(data, Words)
    assert data.shape == (len(found.alphabet) + 1, 9, 1)
    assert data.traits == {"alphabet": found.alphabet, "groups": [len(found.alphabet) + 1]}
    assert spelled(data.tensors(data.rows), data.traits) == list(found.words)
    assert data.report == (
        "3 words of 17 letters, the longest of 8; sheets and films on disk draw è, ü without marks or as boxes"
    )


def test_all_that_is_left_out_is_counted(tmp_path: Path) -> None:
    long = "a" * (LONGEST + 1)
    path = listed(tmp_path, f"ab\n\nba\nab\n{long}\nab\n   \nb\x00a\n{'b' * LONGEST}\n")
    found = read_list(path)
    assert found.words == ("ab", "ba", "b" * LONGEST)
    assert found.left_out == (
        "2 empty lines", f"1 word of more than {LONGEST} letters", "2 words that were there already",
        "1 word with other letters (?)",
    )  # fmt: skip
    assert load_words(path).report.endswith(f"left out: {', '.join(found.left_out)}")


def test_of_too_many_letters_those_count_that_the_most_words_have(tmp_path: Path) -> None:
    letters = [chr(0x4E00 + i) for i in range(MOST_LETTERS + 2)]
    common, rare = letters[:MOST_LETTERS], letters[MOST_LETTERS:]
    lines = [a + b for a, b in zip(common, [*common[1:], common[0]], strict=True)] + [
        common[0] + letter for letter in rare
    ]
    found = read_list(listed(tmp_path, "\n".join(lines)))
    assert found.alphabet == "".join(common) and len(found.words) == MOST_LETTERS
    assert found.left_out == (f"2 words with other letters ({rare[0]}, {rare[1]})",)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("one\n", "1 word that can be read, and two are needed"), ("", "0 words that can be read"),
        ("one\none\n\n", r"1 word that can be read \(1 empty line, 1 word that was there already\)"),
        (b"\xff\xfea\x00", "no text in UTF-8"),
    ],
)  # fmt: skip
def test_lists_that_cannot_be_learnt(tmp_path: Path, content: str | bytes, why: str) -> None:
    with pytest.raises(DataError, match=why) as caught:
        read_list(listed(tmp_path, content))
    assert "\n" not in str(caught.value)


def test_what_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="is a folder, no list"):
        sets.load(f"lines:{tmp_path}")
    with pytest.raises(DataError, match="does not exist"):
        sets.load(f"lines:{tmp_path / 'none.txt'}")
    with pytest.raises(DataError, match="the words are not at"):
        sets.load("names", tmp_path)
    monkeypatch.setattr("gan.data.words.LARGEST", 3)
    with pytest.raises(DataError, match="larger than"):
        read_list(listed(tmp_path, "ab\nba\n"))


def test_every_tenth_word_of_a_long_list_is_held_out(tmp_path: Path) -> None:
    lines = [f"{number:03d}" for number in range(HELD_OUT_FROM)]
    path = listed(tmp_path, "\n".join(lines))
    train, test = load_words(path), load_words(path, train=False)
    read = [spelled(part.tensors(part.rows), part.traits) for part in (train, test)]
    assert read == [[line for i, line in enumerate(lines) if i % 10 != 9], lines[9::10]]
    assert train.traits == test.traits and train.shape == test.shape
    assert "10 more held out for the test part" in train.report and test.report.endswith("the test part")
    short = listed(tmp_path, "\n".join(lines[:-1]))
    assert torch.equal(load_words(short).rows, load_words(short, train=False).rows)


def test_words_are_compared_with_all_that_were_learnt(tmp_path: Path) -> None:
    path = listed(tmp_path, "\n".join(f"{number:03d}" for number in range(200)))
    train, test = load_words(path), load_words(path, train=False)
    compared = train.compared(test, 5, seed=0)
    assert torch.equal(compared.train, train.tensors(train.rows))
    assert torch.equal(compared.test, test.tensors(test.rows))
