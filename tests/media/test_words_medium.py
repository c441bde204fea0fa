"""Words as samples: letters there and back, what they look like, what is near, what is measured, what is saved."""

import numpy as np
import pytest
import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.media import MEDIA
from gan.media.lettering import BOX, INK, LARGEST, PAPER, SIDE, drawable, lettered, size_of
from gan.media.medium import Compare
from gan.media.words import NOTHING, WORDS, row_of, spelled, traits_of, valid

TRAITS = traits_of("abé")
ROWS = torch.tensor([[1, 2, 3, 0], [3, 0, 0, 0], [0, 0, 0, 0], [2, 0, 1, 0], [1, 1, 1, 1]], dtype=torch.uint8)


def words(*texts: str, length: int = 6) -> Tensor:
    """Samples of words of abé."""
    return WORDS.tensors(torch.tensor([row_of(text, "abé", length) for text in texts], dtype=torch.uint8), TRAITS)


def test_rows_become_choices_and_come_back() -> None:
    samples = WORDS.tensors(ROWS, TRAITS)
    assert samples.shape == (5, 4, 4, 1) and samples.dtype == torch.float32
    assert (samples.sum(1) == 1).all()
    assert samples[0, :, 1, 0].tolist() == [0, 0, 1, 0]
    assert torch.equal(WORDS.rows(samples, TRAITS), ROWS)
    assert torch.equal(WORDS.rows(samples * 3 - 1, TRAITS), ROWS)  # the largest of the channels


def test_a_word_ends_at_its_first_end() -> None:
    samples = WORDS.tensors(ROWS, TRAITS)
    assert spelled(samples, TRAITS) == ["abé", "é", "", "b", "aaa" + "a"]
    assert WORDS.says(samples, TRAITS) == ["abé", "é", NOTHING, "b", "aaaa"]
    # Valid are those that begin, end, and stay ended: the first two of five.
    assert valid(samples, TRAITS) == pytest.approx(2 / 5)


@pytest.mark.parametrize(
    ("shape", "traits"),
    [
        ((4, 4, 1), {}), ((4, 4, 1), {"alphabet": "ab", "groups": [4]}),
        ((4, 4, 1), {"alphabet": "aab", "groups": [4]}),
        ((4, 4, 1), {"alphabet": ["a", "b", "c"], "groups": [4]}), ((4, 4, 1), {"alphabet": "abc"}),
        ((4, 4, 1), {"alphabet": "abc", "groups": [2, 2]}),
    ],
)  # fmt: skip
def test_traits_of_a_stranger_must_go_with_the_shape(shape: tuple[int, ...], traits: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        WORDS.check(shape, traits)
    WORDS.check((4, 4, 1), TRAITS)


def test_which_shapes_words_have() -> None:
    assert MEDIA["words"] is WORDS
    assert all(WORDS.fits(shape) for shape in [(27, 16, 1), (2, 2, 1), (65, 25, 1)])
    assert not any(WORDS.fits(shape) for shape in [(2,), (1, 28, 28), (66, 16, 1), (27, 26, 1), (27, 16, 2), (1, 4, 1)])


def test_a_word_is_drawn_in_the_middle_as_wide_as_fits() -> None:
    short, long, empty, other = lettered(["ab", "ab" * 8, "", "ba"])
    assert short.shape == (SIDE, SIDE, 1)
    for picture in (short, long):
        dark = np.argwhere(picture.numpy()[..., 0] < (PAPER + INK) / 2)
        (top, left), (bottom, right) = dark.min(0), dark.max(0)
        assert abs((left + right) - SIDE) <= 6 and abs((top + bottom) - SIDE) <= 6
        assert left >= 8 and right < SIDE - 8
    assert right - left > 0.8 * SIDE
    assert (empty == PAPER).all()
    assert not torch.equal(short, other)
    assert size_of(0) == LARGEST > size_of(4.0) > size_of(40.0) >= 1


def test_letters_that_the_font_lacks_are_told_from_those_it_has() -> None:
    assert drawable("Genève-x") == "Geneve-x"
    assert drawable("一a") == f"{BOX}a"


def test_the_nearest_word_is_the_one_with_the_fewest_letters_to_change() -> None:
    which, far = WORDS.among(words("aba", "éé"), words("abb", "abab", "aba", "éb"), TRAITS)
    assert which.tolist() == [2, 3] and far.tolist() == [0, 1]


def test_what_is_measured_stands_beside_held_out_words_and_a_plain_model() -> None:
    learnt, held = words("ab", "aba", "abab", "ba", "bab", "baba"), words("ababa", "babab", length=6)
    fake = torch.cat(
        [words("ab", "aéé", "bababa"[:5]), WORDS.tensors(torch.tensor([[1, 0, 2, 0, 0, 0]]).byte(), TRAITS)]
    )
    found = WORDS.measured(Compare(learnt, held, fake, TRAITS, seed=3))
    assert set(found) == {f"{name}{part}" for name in WORDS.labels for part in ("", "_real", "_baseline")}
    assert found["valid"] == pytest.approx(3 / 4) and found["valid_real"] == found["valid_baseline"] == 1
    assert found["unique"] == 1 and found["novel"] == pytest.approx(3 / 4) and found["novel_real"] == 1
    assert found["js2"] > found["js2_real"] and found["perplexity"] > found["perplexity_real"]
    assert found == WORDS.measured(Compare(learnt, held, fake, TRAITS, seed=3))


def test_a_file_of_text_holds_a_word_a_line() -> None:
    samples = words("ab", "é", "", "ba")
    assert WORDS.file(".txt", samples, TRAITS, {}) == "ab\né\n\nba\n".encode()
    way = words("ab", "ab", "a", "ab")
    assert WORDS.file(".txt", way, TRAITS, {}) == b"ab\nab\na\nab\n"
    assert WORDS.file(".txt", way, TRAITS, {"film": {"fps": 25}}) == b"ab\na\nab\n"
    with pytest.raises(ConfigError, match="words are saved as"):
        WORDS.file(".wav", samples, TRAITS, {})
