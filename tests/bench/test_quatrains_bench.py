"""The bench of quatrains: what is counted, on poems made here."""

from pathlib import Path

import pytest
import torch

from bench.quatrains import CHARACTERS, DIMENSIONS, bigrams, by_chance, characters, judged, points_of, read
from gan.errors import DataError

FIRST, SECOND = "".join(map(chr, range(0x4E00, 0x4E14))), "".join(map(chr, range(0x4E10, 0x4E24)))


def test_a_list_of_poems_is_read_the_most_frequent_character_first(tmp_path: Path) -> None:
    file = tmp_path / "poems.txt"
    file.write_text(f"{FIRST}\n{SECOND}\n", "utf-8")
    known, rows = read(file)
    assert rows.shape == (2, CHARACTERS)
    assert ["".join(known[i] for i in row) for row in rows.tolist()] == [FIRST, SECOND]
    assert set(known[:4]) == set(FIRST) & set(SECOND)
    file.write_text("four\n", "utf-8")
    with pytest.raises(DataError, match="no list of poems of 20 characters"):
        read(file)
    with pytest.raises(DataError, match="cannot be read as text"):
        read(tmp_path / "none.txt")


def test_bigrams_end_with_their_lines() -> None:
    pairs = bigrams(torch.arange(20)[None], 20)[0]
    assert len(pairs) == 16
    assert 4 * 20 + 5 not in pairs.tolist()  # the fifth character and the sixth stand in two lines
    assert 3 * 20 + 4 in pairs.tolist()


def test_a_copy_is_known_and_its_reverse_is_not() -> None:
    train = torch.stack([torch.arange(20), torch.arange(20) + 20])
    same, turned = judged(train, train, 40), judged(train.flip(1), train, 40)
    assert (same["known_bigrams"], same["copied"], same["unique"], same["kinds"]) == (1, 1, 1, 40)
    assert (turned["known_bigrams"], turned["copied"]) == (0, 0)
    assert judged(train[:1].repeat(4, 1), train, 40)["unique"] == 0.25


def test_a_character_is_read_from_its_own_point() -> None:
    rows = torch.randint(60, (300, CHARACTERS), generator=torch.Generator().manual_seed(0))
    points = points_of(rows, 60)
    assert points.shape == (60, DIMENSIONS)
    samples = points[rows[:7]].transpose(1, 2)[..., None]
    even = torch.full((60,), 1 / 60)
    near = samples + 0.1 * torch.randn(samples.shape, generator=torch.Generator().manual_seed(1))
    assert torch.equal(characters(near, points, even), rows[:7])
    between = ((points[3] + points[8]) / 2)[None, :, None, None].expand(1, -1, CHARACTERS, 1)
    frequent = torch.where(torch.arange(60) == 8, 0.5, 1e-3)
    assert characters(between, points, frequent).unique().tolist() == [8]


def test_by_chance_the_frequent_come_often() -> None:
    train = torch.cat([torch.zeros(90, CHARACTERS), torch.ones(10, CHARACTERS)]).long()
    assert by_chance(train, 500, 0).double().mean().item() == pytest.approx(0.1, abs=0.01)
