"""A test of a whole table fails where one of its entries does, and says which."""

import pytest

from each import each


def test_every_entry_is_looked_at_and_those_that_fail_are_named() -> None:
    seen = []

    @each(("a", "b"), [(1, 1), (1, 2), (3, 3), (3, 4)])
    def equal(a: int, b: int) -> None:
        seen.append((a, b))
        assert a == b

    with pytest.raises(ExceptionGroup, match="2 of 4 entries fail") as caught:
        equal()
    assert seen == [(1, 1), (1, 2), (3, 3), (3, 4)]
    assert [failure.__notes__ for failure in caught.value.exceptions] == [
        ["with a, b = (1, 2)"],
        ["with a, b = (3, 4)"],
    ]


@each("number", [1, 2])
def test_fixtures_are_given_to_every_entry(number: int, tmp_path: object) -> None:
    assert number
    assert tmp_path


def test_a_table_without_entries_is_no_test() -> None:
    with pytest.raises(AssertionError, match="without entries"):
        each("name", [])
