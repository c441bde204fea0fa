"""The past of a live run: thinned evenly, bounded in memory, and always leading back to where it says."""

import random
from itertools import pairwise

import pytest
import torch

from gan.errors import RunError
from gan.live import past as past_module
from gan.live.past import FEWEST_STATES, FRAMES, FRAMES_BYTES, STATES, STATES_BYTES, Past, PastFrame
from gan.live.run_state import ContestantState, RunState
from gan.live.setup import Setup

torch.set_num_threads(1)
SETUP = Setup.of({})


def frame(position: int, text: str = "{}") -> PastFrame:
    return PastFrame(position, position, text, SETUP)


def state(position: int, size: int = 1_000, irregular: bool = False) -> RunState:
    return RunState(position, 0.0, irregular, (ContestantState(bytes(size), {}, (), {}),))


@pytest.fixture
def past() -> Past:
    return Past()


def positions(past: Past) -> list[int]:
    return [m.steps for m in past.frames()]


@pytest.mark.parametrize("every", [1, 7, 20])
@pytest.mark.parametrize("pictures", [False, True])
def test_thinning_keeps_the_first_and_even_distances(past: Past, every: int, pictures: bool) -> None:
    text = "x" * (FRAMES_BYTES // 100)
    last = 0
    for position in range(0, 3_000 * every, every):
        past.keep_frame(frame(position, text if pictures else "{}"), pictures)
        assert len(past.frames()) <= (101 if pictures else FRAMES + 1)
        last = position
    kept = positions(past)
    gaps = {b - a for a, b in pairwise(kept)}
    assert kept[0] == 0
    assert max(gaps) == min(gaps)
    assert last - kept[-1] <= max(gaps)
    assert len(kept) > (100 if pictures else FRAMES) // 2 - 1


def test_frames_that_come_irregularly_are_still_spread_over_the_run(past: Past) -> None:
    dice, position = random.Random(0), 0
    for _ in range(5_000):
        position += dice.randrange(1, 60)
        past.keep_frame(frame(position), False)
    kept = positions(past)
    gaps = [b - a for a, b in pairwise(kept)]
    assert FRAMES // 2 - 1 <= len(kept) <= FRAMES
    assert max(gaps) <= 2 * sum(gaps) / len(gaps)
    assert position - kept[-1] <= max(gaps)


def test_every_single_step_of_a_short_run_is_kept(past: Past) -> None:
    for position in range(50):
        past.keep_frame(frame(position), False)
        past.keep_frame(frame(position), False)  # the same again, as a pause sends it
    assert positions(past) == [*range(50)]
    assert past.listed()["list"] == [(position, position) for position in range(50)]


def test_the_list_has_another_revision_whenever_it_changed(past: Past) -> None:
    seen = {(past.revision, tuple(past.listed()["list"]))}
    for position in range(0, 900, 2):
        past.keep_frame(frame(position), False)
        seen.add((past.revision, tuple(past.listed()["list"])))
    past.cut_after(past.find(past.listed()["list"][3][0]))
    seen.add((past.revision, tuple(past.listed()["list"])))
    assert len({revision for revision, _ in seen}) == len(seen)


def test_frames_of_pictures_stay_within_their_memory(past: Past) -> None:
    text = "x" * 40_000
    for position in range(500):
        past.keep_frame(frame(position, text), True)
        assert sum(len(m.text) for m in past.frames()) <= FRAMES_BYTES + len(text)
    huge = Past()
    for position in range(100):
        huge.keep_frame(frame(position, "x" * FRAMES_BYTES), True)
    assert 4 <= len(huge.frames()) <= 9  # a few there are always


@pytest.mark.parametrize(("size", "most"), [(1_000, STATES), (STATES_BYTES // 10, 10), (STATES_BYTES, FEWEST_STATES)])
@pytest.mark.parametrize("irregular", [0, 5, 1])
def test_states_are_bounded_and_spread(past: Past, size: int, most: int, irregular: int) -> None:
    for position in range(20, 20 * 301, 20):
        past.keep_state(state(position, size, bool(irregular) and position % irregular == 0))
        assert len(past.states) <= most
    kept = [s.steps for s in past.states]
    assert kept == sorted(kept)
    assert kept[-1] == 6_000  # where the run stands
    if not irregular:
        gaps = [b - a for a, b in zip([0, *kept], kept, strict=False)]
        assert max(gaps) <= 3 * 6_000 / most


def test_irregular_states_are_kept_longest(past: Past) -> None:
    past.keep_state(state(3, irregular=True))
    for position in range(20, 20_000, 20):
        past.keep_state(state(position))
    assert past.states[0].steps == 3


def test_a_frame_is_found_by_its_number_alone(past: Past) -> None:
    past.keep_frame(frame(1), False)
    past.keep_frame(frame(2), False)
    assert past.find(2).steps == 2
    for hostile in (3, -1, "2", None, True, [2], {"moment": 2}, 1e308):
        with pytest.raises(RunError, match="no longer kept"):
            past.find(hostile)


def test_the_way_back_begins_at_the_last_state_before(past: Past) -> None:
    for position in (0, 10, 20, 30):
        past.keep_frame(frame(position), False)
        past.keep_state(state(position + 5))
    found = [past.state_before(past.find(number)) for number in (0, 10, 20, 30)]
    assert [s and s.steps for s in found] == [None, 5, 15, 25]


def test_no_way_leads_over_an_act_that_was_no_plain_iteration(past: Past) -> None:
    """After a single step of D at 7, what comes later can only be reached from that state on."""
    past.keep_frame(frame(0), False)
    past.keep_state(state(5))
    past.keep_frame(frame(6), False)
    past.keep_state(state(7, irregular=True))
    past.keep_frame(frame(7), False)
    past.keep_frame(frame(9), False)
    assert [past.find(n).since for n in (0, 6, 7, 9)] == [0, 0, 7, 7]
    assert [s and s.steps for s in map(past.state_before, past.frames())] == [None, 5, 7, 7]
    past.states = [s for s in past.states if s.steps != 7]
    assert past.state_before(past.find(6)) is not None
    with pytest.raises(RunError, match="can be looked at, but the run cannot go on from there"):
        past.state_before(past.find(9))


def test_a_later_state_takes_the_place_of_one_at_the_same_step(past: Past) -> None:
    past.keep_state(state(5))
    past.keep_state(state(5, size=7, irregular=True))
    assert [s.size for s in past.states] == [7]


def test_going_back_forgets_what_came_after(past: Past) -> None:
    for position in range(0, 100, 10):
        past.keep_frame(frame(position), False)
        past.keep_state(state(position + 1, irregular=position == 60))
    revision = past.revision
    past.cut_after(past.find(40))
    assert positions(past) == [0, 10, 20, 30, 40]
    assert [s.steps for s in past.states] == [1, 11, 21, 31]
    assert past.revision > revision
    past.keep_frame(frame(90), False)
    assert past.find(90).since == 0, "the single step at 60 never happened"


def test_a_run_is_worth_some_megabytes_at_most() -> None:
    assert FRAMES_BYTES + STATES_BYTES <= 16_000_000
    assert past_module.FRAMES == 120


def test_a_past_that_makes_room_keeps_the_newest_and_says_what_is_lost(past: Past) -> None:
    for position in range(20):
        past.keep_frame(frame(position), False)
    for position in (5, 10, 15):
        past.keep_state(state(position))
    assert past.size == 3 * 1_000 + 20 * 2
    assert past.thin()
    assert [s.steps for s in past.states] == [5, 15]
    assert past.thin()
    assert [s.steps for s in past.states] == [15]
    assert past.state_before(frame(17)) is past.states[0]
    with pytest.raises(RunError, match="cannot go on from there"):
        past.state_before(frame(12))  # all the way from the beginning
    assert past.state_before(frame(0)) is None
    revision = past.revision
    while past.thin():
        pass
    assert positions(past) == [0, 4, 8, 12, 16]
    assert past.revision > revision
    assert (past.size, past.states) == (5 * 2, [])
