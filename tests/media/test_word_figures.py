"""Figures of words against values worked out by hand, and against slower ways to the same."""

import math
import string
from collections import Counter

import numpy as np
import pytest
import torch

from gan.media.word_figures import (
    PRONOUNCEABLE,
    SMOOTHING,
    START,
    STOP,
    Learnt,
    Trigrams,
    divergence,
    edit_distances,
    grams,
)


def test_runs_of_letters_have_the_ends_of_words_among_them() -> None:
    assert grams(["aba"], 1) == Counter({"a": 2, "b": 1, STOP: 1})
    assert grams(["ab", "a"], 2) == Counter({f"{START}a": 2, "ab": 1, f"b{STOP}": 1, f"a{STOP}": 1})
    assert grams([""], 3) == Counter({f"{START}{START}{STOP}": 1})


def test_divergence_is_nought_of_equal_shares_and_a_bit_where_nothing_is_in_both() -> None:
    assert divergence(Counter(a=1, b=2), Counter(a=10, b=20)) == pytest.approx(0, abs=1e-12)
    assert divergence(Counter(a=3), Counter(b=7)) == pytest.approx(1)
    # Shares (1, 0) and (1/2, 1/2), their middle (3/4, 1/4).
    half = 0.5 * math.log2(0.5 / 0.75) + 0.5 * math.log2(0.5 / 0.25)
    by_hand = (math.log2(1 / 0.75) + half) / 2
    assert divergence(Counter(a=4), Counter(a=1, b=1)) == pytest.approx(by_hand)
    assert divergence(Counter(a=1, b=1), Counter(a=4)) == pytest.approx(by_hand)


def test_a_model_of_threes_counts_and_smooths() -> None:
    model = Trigrams(["ab", "ab", "ba"], "ab")
    first = (2 + SMOOTHING) / (3 + 3 * SMOOTHING)  # two of three words begin with a; a, b and the end could
    then, end = (1 * 2 + SMOOTHING) / (2 + 3 * SMOOTHING), (2 + SMOOTHING) / (2 + 3 * SMOOTHING)
    assert model.chance(f"{START}{START}a") == pytest.approx(first)
    nats, letters = model.surprise("ab")
    assert (nats, letters) == (pytest.approx(-math.log(first * then * end)), 3)
    assert model.perplexity(["ab"]) == pytest.approx((first * then * end) ** (-1 / 3))
    assert sum(model.chance(f"{START}a{letter}") for letter in ("a", "b", STOP)) == pytest.approx(1)
    assert math.isnan(model.perplexity([]))


def test_what_a_model_draws_has_its_runs_and_ends_in_time() -> None:
    words = ["anna", "hanna", "nana", "ana"] * 20
    model = Trigrams(words, "ahn")
    drawn = model.drawn(300, 5, torch.Generator().manual_seed(0))
    assert len(drawn) == 300 and all(1 <= len(word) <= 5 for word in drawn)
    assert drawn == model.drawn(300, 5, torch.Generator().manual_seed(0))
    assert divergence(grams(drawn, 2), grams(words, 2)) < 0.02


def test_figures_of_words() -> None:
    known = ["anna", "hanna", "nana", "ana"]
    learnt = Learnt(known, string.ascii_lowercase)
    model = learnt.model
    found = learnt.figures(["anna", "anna", "nanana", "hhhh", ""])
    assert found["unique"] == pytest.approx(4 / 5)
    assert found["novel"] == pytest.approx(2 / 5)  # an empty one is none
    assert found["pronounceable"] == pytest.approx(3 / 5)
    assert model.perplexity(["hhhh"]) > PRONOUNCEABLE > model.perplexity(["nanana"])
    assert found["perplexity"] == pytest.approx(model.perplexity(["anna", "anna", "nanana", "hhhh"]))
    assert learnt.plain(["anna", ""]) == {
        "unique": 1,
        "novel": 0,
        "perplexity": model.perplexity(["anna"]),
        "pronounceable": 0.5,
    }
    assert learnt.figures(known)["js3"] == pytest.approx(0, abs=1e-12)
    assert 0 < found["js1"] < found["js2"] < found["js3"] < 1


def levenshtein(a: str, b: str) -> int:
    """As it is defined."""
    if not a or not b:
        return len(a) + len(b)
    return min(levenshtein(a[1:], b) + 1, levenshtein(a, b[1:]) + 1, levenshtein(a[1:], b[1:]) + (a[0] != b[0]))


def test_edit_distances() -> None:
    words = ["kitten", "sitting", "mitten", "", "kit", "xxxxxxx", "tenkit"]
    rows = np.zeros((len(words), 7), np.uint8)
    for row, word in zip(rows, words, strict=True):
        row[: len(word)] = [ord(letter) - 96 for letter in word]
    for row, word in zip(rows, words, strict=True):
        assert edit_distances(row, rows).tolist() == [levenshtein(word, other) for other in words]
