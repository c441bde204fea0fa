"""What is short is shared fairly between visitors, whoever asks most."""

import time
from collections.abc import Sequence

import pytest

from gan.live import visitors
from gan.live.visitors import (
    UNKNOWN,
    Served,
    Visitor,
    Watchers,
    gives_way,
    heaviest,
    in_turn,
    present_visitor,
    visiting,
)

A, B, C = (Visitor("10.0.0.1", token) for token in "abc")  # three browsers of one address
FAR = Visitor("10.0.0.2", "far")
CROWD = [Visitor("10.0.0.1", f"browser {i}") for i in range(30)]


@pytest.mark.parametrize(("waiting", "holding", "order"), [
    ([A, A, B, A, C], [], [0, 2, 4, 1, 3]),
    ([A, B], [A], [1, 0]),
    ([A, A, A, B, B], [A, A, B], [3, 0, 4, 1, 2]),
    ([A, B, C, FAR], [], [0, 3, 1, 2]),  # of equals, the one whose address holds less
    ([A, FAR], [B, B], [1, 0]),
    ([*CROWD[8:], FAR], CROWD[:8], [22, *range(22)]),
    ([], [A], []),
])  # fmt: skip
def test_who_holds_least_is_next(waiting: Sequence[Visitor], holding: Sequence[Visitor], order: list[int]) -> None:
    assert in_turn(waiting, holding, Served()) == order


@pytest.mark.parametrize("crowd", [[A], CROWD], ids=["one browser", "thirty browsers of one address"])
def test_where_one_is_served_at_a_time_a_stranger_gets_every_second_turn(crowd: list[Visitor]) -> None:
    waiting, served, turns = [crowd[i % len(crowd)] for i in range(30)] + [FAR] * 3, Served(), []
    for _ in range(8):
        turns.append(waiting.pop(in_turn(waiting, [], served)[0]))
        served.note(turns[-1])
    assert [visitor == FAR for visitor in turns] == [False, True] * 3 + [False, False]


def test_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "REMEMBERED", 4)
    served = Served()
    for visitor in (A, B, C, FAR, A):
        served.note(visitor)
    assert len(served._last) == 4
    assert served.last(A.name) > served.last(FAR.name) > served.last("b") == 0


def test_the_turns_of_many_are_told_within_a_poll() -> None:
    waiting = [CROWD[i % 30] for i in range(200)]
    begun = time.process_time()
    for _ in range(20):
        assert len(in_turn(waiting, CROWD, Served())) == 200
    assert (time.process_time() - begun) / 20 < 0.01


def test_who_keeps_no_token_is_known_by_the_address() -> None:
    assert Visitor("10.0.0.1").name == Visitor("10.0.0.1").name != Visitor("10.0.0.2").name
    assert Visitor("10.0.0.1", "a").name == Visitor("10.0.0.2", "a").name  # a telephone that changed its network


def test_the_first_thing_of_whoever_holds_most_goes() -> None:
    assert heaviest([B, A, A, FAR]) == 1
    assert heaviest([FAR, A, B, C]) == 1  # as many each: the address that holds more
    assert heaviest([A]) == 0
    assert heaviest([A, A, B], [1, 1, 3]) == 2  # by what their things weigh


@pytest.mark.parametrize(("holding", "newcomer", "index"), [
    ([B, A, A], C, 1), ([A, A, C], C, None), ([A, B], C, None), ([A, A], A, None), ([], A, None), ([FAR] * 3, A, 0),
])  # fmt: skip
def test_nobody_makes_way_for_one_who_would_hold_as_many(
    holding: Sequence[Visitor], newcomer: Visitor, index: int | None
) -> None:
    assert gives_way(holding, newcomer) == index


def test_what_is_done_within_a_request_knows_whose_it_is() -> None:
    assert present_visitor() is UNKNOWN
    with visiting(A):
        assert present_visitor() == A
        with visiting(B):
            assert present_visitor() == B
        assert present_visitor() == A
    assert present_visitor() is UNKNOWN


def test_one_visitor_cannot_take_the_whole_audience() -> None:
    watchers = Watchers()
    let_in = [watchers.let_in(f"a{i}", A, i, most=200) for i in range(205)]
    assert let_in.count(True) == len(watchers) == 200
    assert watchers.let_in("b", B, 300, most=200)
    assert len(watchers) == 200
    assert "b" in watchers and "a0" not in watchers and "a1" in watchers
    watchers.clear()
    assert [watchers.let_in(visitor.name, visitor, 0, most=2) for visitor in (A, B, C)] == [True, True, False]
    assert list(watchers) == [A.name, B.name]
