"""The class of the bench: what everybody votes, and what the table says of it."""

import pytest

from bench.classroom import FOLLOWERS, choice, expected, line
from gan.live.classroom import ANSWERS, STEPS


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_every_bar_is_told_apart(step: int) -> None:
    """A bar in the place of another, or one vote lost or doubled, is seen."""
    assert sum(expected(step)) == FOLLOWERS
    assert sorted(expected(step)) == [10, 30, 60]
    assert expected(step) != expected(step % STEPS + 1)
    assert {choice(follower, step) for follower in range(FOLLOWERS)} == set(range(ANSWERS))


def test_a_line_says_the_figures() -> None:
    row = {"pages": 2, "alone": 501.4, "taught": 468.2, "ratio": 0.934, "requests": 118.6, "bars": 404, "right": 403}
    assert line(row) == "| 100 | 2 | 501 | 468 | 0.93 | 119 | 403 of 404 |"
