"""Whole numbers from outside: what is read, what is refused, and the sentence."""

import re

import pytest

from gan.errors import ConfigError
from gan.numbers import check_whole, digits, parse_whole, shorthand


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("9" * 19, 10**19 - 1)])
def test_digits(text: str, number: int) -> None:
    assert digits(text) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1\n", "1_0", "1e3", "1.0", "²", "１", "٣", "9" * 20])
def test_other_text_is_no_digits(text: str) -> None:
    assert digits(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("600000", 600_000), ("600_000", 600_000), ("6e5", 600_000), ("0.6E+6", 600_000), (" 64.0 ", 64), ("-3", -3),
     ("+3", 3), ("9007199254740993", 9007199254740993)],
)  # fmt: skip
def test_shorthand(text: str, number: int) -> None:
    assert shorthand(text) == number


@pytest.mark.parametrize(
    "text", ["", "1.5", "1e-3", "1e400", "inf", "nan", "1__0", "_1", "1_", "0x10", "１", "6e", "e5"]
)
def test_other_text_is_no_shorthand(text: str) -> None:
    assert shorthand(text) is None


def test_the_range_and_its_ends() -> None:
    assert [parse_whole("n", text, 1, 3) for text in "123"] == [1, 2, 3]
    assert parse_whole("--nimg", "6e5", 1, 10**6, shorthand) == 600_000
    assert [check_whole("n", value, -1, 1) for value in (-1, 0, 1)] == [-1, 0, 1]


@pytest.mark.parametrize("text", ["0", "4", "x", "1e0", "9" * 5_000])
def test_text_out_of_range_gets_one_short_sentence(text: str) -> None:
    with pytest.raises(
        ConfigError, match=re.escape(f"--n must be a whole number from 1 to 3, not '{text[:50]}")
    ) as caught:
        parse_whole("--n", text, 1, 3)
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize("value", [0, 4, True, 2.0, "2", None, [2], 10**30])
def test_values_that_are_no_whole_numbers(value: object) -> None:
    with pytest.raises(ConfigError, match=r"^n must be a whole number from 1 to 3, not "):
        check_whole("n", value, 1, 3)
