"""A class: one vote each, bars that appear when the teacher reveals them, fair places, and silence that ends it."""

from typing import Any

import pytest

from gan.errors import ConfigError, RunError
from gan.live.classroom import (
    ANSWERS,
    AWAY,
    CODE_LENGTH,
    FOLLOWER_MOST_MS,
    FOLLOWER_MS,
    LETTERS,
    MEMORY,
    POLLS,
    STEPS,
    TEACHER_MS,
    ClassEnded,
    Classes,
    Classroom,
)
from gan.live.visitors import Visitor

SCHOOL = "10.0.0.1"
TEACHER, A, B, C = (Visitor(SCHOOL, token) for token in ("teacher", *"abc"))
PRIVATE = Visitor(SCHOOL)  # browsers that keep no cookie, all of one address
NOW = 1000.0


@pytest.fixture
def classes() -> Classes:
    return Classes(3, 4)


@pytest.fixture
def room(classes: Classes) -> Classroom:
    return classes.open(TEACHER, None, NOW)


def follow(room: Classroom, *visitors: Visitor, most: int = 1_000, now: float = NOW) -> list[str]:
    return [room.follow(visitor, None, now, most) for visitor in visitors]


def bars(room: Classroom, id: str) -> list[int] | None:
    return room.state(id, NOW, 0)["bars"]


# ---- votes


def test_votes_are_hidden_from_everybody_until_the_teacher_reveals_them(room: Classroom) -> None:
    a, b, c = follow(room, A, B, C)
    for id, answer in ((a, 2), (b, 0), (c, 2)):
        room.vote(id, 1, answer)
    for id in (room.id, a, b, c):
        assert (bars(room, id), room.state(id, NOW, 0)["voted"]) == (None, 3)
    room.reveal()
    assert [bars(room, id) for id in (room.id, a, b, c)] == [[1, 0, 2]] * 4


def test_the_last_vote_of_a_follower_counts_until_the_reveal(room: Classroom) -> None:
    (a,) = follow(room, A)
    for answer in (0, 1, 1, 2, 1):
        room.vote(a, 1, answer)
        assert (room.state(a, NOW, 0)["mine"], room.state(a, NOW, 0)["voted"]) == (answer, 1)
    room.reveal()
    with pytest.raises(RunError, match="no more are counted"):
        room.vote(a, 1, 2)
    assert (bars(room, a), room.state(a, NOW, 0)["mine"]) == ([0, 1, 0], 1)


def test_a_browser_with_two_pages_has_one_vote(room: Classroom) -> None:
    first, second = follow(room, A, A)
    assert first == second
    room.vote(first, 1, 0)
    room.vote(second, 1, 1)
    room.reveal()
    assert bars(room, first) == [0, 1, 0]


def test_a_browser_without_cookies_is_known_by_what_its_page_was_given(room: Classroom) -> None:
    first, other = follow(room, PRIVATE, PRIVATE)
    assert first != other
    assert room.follow(PRIVATE, first, NOW, 100) == first  # its page was loaded again
    for id in (first, other):
        room.vote(id, 1, 0)
    assert room.state(room.id, NOW, 0)["voted"] == 2


def test_each_step_has_votes_of_its_own_and_keeps_them(room: Classroom) -> None:
    a, b = follow(room, A, B)
    room.vote(a, 1, 0)
    room.reveal()
    room.show(2, "")
    assert (bars(room, a), room.state(a, NOW, 0)["mine"], room.state(a, NOW, 0)["voted"]) == (None, None, 0)
    room.vote(b, 2, 1)
    with pytest.raises(RunError, match="gone on to another step"):
        room.vote(a, 1, 1)
    room.show(1, "")
    assert (bars(room, b), room.state(a, NOW, 0)["mine"]) == ([1, 0, 0], 0)
    room.show(2, "")
    assert room.state(a, NOW, 0)["voted"] == 1


def test_what_was_revealed_stays_when_its_voters_leave(room: Classroom) -> None:
    (a,) = follow(room, A, most=1)
    room.vote(a, 1, 2)
    room.reveal()
    (b,) = follow(room, B, most=1, now=NOW + AWAY + 1)
    assert a not in room.followers
    room.reveal()
    assert (bars(room, b), room.state(b, NOW, 0)["voted"]) == ([0, 0, 1], 1)


@pytest.mark.parametrize("value", [-1, ANSWERS, STEPS + 1, 10**30, 1.0, True, None, "1", [1], {"a": 1}])
def test_only_steps_and_answers_that_there_are_count(room: Classroom, value: Any) -> None:
    (a,) = follow(room, A)
    with pytest.raises(ConfigError, match="answer must be a whole number from 0 to 2"):
        room.vote(a, 1, value)
    with pytest.raises(ConfigError, match="step must be a whole number from 1 to 8"):
        room.vote(a, value if value != ANSWERS else 0, 0)
    with pytest.raises(ConfigError, match="step must be a whole number from 1 to 8"):
        room.show(value if value != ANSWERS else 0, "")
    assert (room.step, room.state(a, NOW, 0)["voted"]) == (1, 0)


# ---- places


def test_nobody_fills_a_class_alone(room: Classroom) -> None:
    crowd = follow(room, *[PRIVATE] * 3, most=3)
    for id in crowd:
        room.vote(id, 1, 0)
    follow(room, A, B, most=3)
    tokens = sorted(follower.visitor.token for follower in room.followers.values())
    assert tokens == ["", "a", "b"]
    assert room.state(room.id, NOW, 0)["voted"] == 1  # votes go with the places
    with pytest.raises(RunError, match="3 people follow that class"):
        follow(room, PRIVATE, most=3)
    with pytest.raises(RunError, match="3 people follow that class"):
        follow(room, C, most=3)  # all have one place each


def test_a_silent_page_makes_room_and_one_that_asks_does_not(room: Classroom) -> None:
    a, b = follow(room, A, B, most=2)
    room.followers[b].last_poll = NOW + AWAY
    follow(room, C, most=2, now=NOW + AWAY + 1)
    assert (a in room.followers, b in room.followers) == (False, True)


def test_who_is_silent_is_not_counted_and_keeps_the_vote(room: Classroom) -> None:
    a, b = follow(room, A, B)
    room.vote(a, 1, 1)
    room.followers[b].last_poll = NOW + AWAY
    state = room.state(b, NOW + AWAY + 1, 0)
    assert (state["followers"], state["voted"]) == (1, 1)


def test_who_opens_many_classes_takes_none_of_anybody_else(classes: Classes, room: Classroom) -> None:
    many = [classes.open(A, None, NOW) for _ in range(2)]
    newcomer = classes.open(B, None, NOW)
    assert len(classes) == 3
    assert {r.code for r in (room, newcomer)} <= classes._classes.keys()
    assert sum(r.code in classes._classes for r in many) == 1
    with pytest.raises(RunError, match="all 3 places for classes"):
        classes.open(C, None, NOW)
    classes.state(newcomer.id, NOW + AWAY + 1)
    third = classes.open(C, None, NOW + AWAY + 1)
    assert {r.code for r in (newcomer, third)} <= classes._classes.keys()


# ---- coming and going


def test_a_code_is_short_and_says_nothing(classes: Classes) -> None:
    rooms = [classes.open(TEACHER, None, NOW) for _ in range(3)]
    for room in rooms:
        assert len(room.code) == CODE_LENGTH and set(room.code) <= set(LETTERS)
        assert room.code not in room.id
    assert len({room.code for room in rooms}) == 3
    assert len(LETTERS) ** CODE_LENGTH > 5e11


def test_a_code_is_found_however_it_is_typed(classes: Classes, room: Classroom) -> None:
    code = room.code
    for typed in (code, code.upper(), f" {code} ", f"{code[:4]}-{code[4:]}", f"{code[:4]} {code[4:]}"):
        assert classes.named(typed, NOW) is room
    for other in ("", "x", code[:-1], code + "2", " " * 10**6 + code, None, 7, [code], {"code": code}):
        with pytest.raises(RunError, match="no such class here"):
            classes.named(other, NOW)


def test_pages_are_told_apart_by_their_ids(classes: Classes, room: Classroom) -> None:
    (a,) = follow(room, A)
    assert classes.find(room.id, NOW) == (room, "teacher")
    assert classes.find(a, NOW) == (room, "follower")
    for other in (room.code, f"{room.code}.x", "", ".", None, 3, [room.id], "x" * 10**6):
        with pytest.raises(ClassEnded):
            classes.find(other, NOW)


def test_a_teacher_who_loads_the_page_again_has_the_same_class(classes: Classes, room: Classroom) -> None:
    assert classes.open(TEACHER, room.id, NOW) is room
    for resume in (None, "x", 7, [room.id], room.code):
        other = classes.open(TEACHER, resume, NOW)
        assert other is not room
        classes.end(other)


def test_the_class_hears_that_its_teacher_is_silent(classes: Classes, room: Classroom) -> None:
    (a,) = follow(room, A)
    assert not classes.state(a, NOW + AWAY)["away"]
    assert classes.state(a, NOW + AWAY + 0.1)["away"]
    classes.state(room.id, NOW + 20)
    assert not classes.state(a, NOW + 21)["away"]
    classes.leave(room.id, NOW + 22)
    assert classes.state(a, NOW + 22.1)["away"]
    classes.state(room.id, NOW + 23)  # a reload
    assert not classes.state(a, NOW + 23)["away"]


def test_a_class_is_forgotten_when_its_teacher_is_silent_for_long(classes: Classes, room: Classroom) -> None:
    (a,) = follow(room, A)
    assert classes.state(a, NOW + MEMORY)["away"]  # a follower does not keep it
    with pytest.raises(ClassEnded, match="this class has ended"):
        classes.state(a, NOW + MEMORY + 1)
    assert len(classes) == 0 and not classes._teachers


def test_a_class_that_ends_is_forgotten_at_once(classes: Classes, room: Classroom) -> None:
    (a,) = follow(room, A)
    classes.end(room)
    for id in (a, room.id):
        with pytest.raises(ClassEnded):
            classes.state(id, NOW)
    with pytest.raises(RunError, match="no such class"):
        classes.named(room.code, NOW)


def test_a_follower_who_closes_the_page_keeps_the_place(classes: Classes, room: Classroom) -> None:
    a, b = follow(room, A, B)
    classes.leave(a, NOW)
    assert classes.state(room.id, NOW + 1)["followers"] == 1
    assert room.follow(A, None, NOW + 1, 100) == a
    assert classes.state(b, NOW + 1)["followers"] == 2


def test_the_more_follow_the_more_seldom_each_asks() -> None:
    classes = Classes(2, 1_000)
    room, other = (classes.open(TEACHER, None, NOW) for _ in range(2))
    (a,) = follow(room, A)
    assert classes.state(a, NOW)["every"] == FOLLOWER_MS
    assert classes.state(room.id, NOW)["every"] == TEACHER_MS
    follow(other, *(Visitor(SCHOOL, f"browser {i}") for i in range(99)))
    assert classes.state(a, NOW)["every"] == 1000 * 100 // POLLS
    follow(other, *(Visitor(SCHOOL, f"another {i}") for i in range(400)))
    assert classes.state(a, NOW)["every"] == FOLLOWER_MOST_MS
