"""Limits that all visitors share: the queue of jobs and the budget of memory."""

import asyncio
import threading
import time
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request

from core_fixtures import elsewhere
from gan.live.visitors import Visitor, visiting
from gan.ui.shell.limits import JobQueue, MemoryBudget, Reservation
from gan.ui.shell.requests import RequestError, while_connected

A, B = Visitor("10.0.0.1", "a"), Visitor("10.0.0.1", "b")


def test_who_leaves_before_the_turn_came_costs_nothing() -> None:
    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def scene() -> None:
        jobs, release, done = JobQueue(1, 5, "busy"), threading.Event(), []
        first = jobs.submit(release.wait, 20)
        with pytest.raises(ClientDisconnect):
            await while_connected(Request({"type": "http"}, gone), jobs.submit(done.append, 1))
        await asyncio.sleep(0.01)  # the loop hands the cancelling on
        release.set()
        assert await first
        assert await jobs.submit(done.append, 2) is None
        assert done == [2]
        deadline = time.monotonic() + 5
        while jobs.pending and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        assert jobs.pending == 0

    elsewhere(scene())


def test_a_full_queue_refuses() -> None:
    async def scene() -> None:
        jobs, release = JobQueue(1, 1, "busy"), threading.Event()
        results = [jobs.submit(release.wait, 20) for _ in range(2)]
        with pytest.raises(RequestError, match="busy") as refused:
            jobs.submit(release.wait, 20)
        assert refused.value.status == 503
        release.set()
        assert await asyncio.gather(*results) == [True, True]

    elsewhere(scene())


def test_jobs_take_turns_between_visitors() -> None:
    async def scene() -> None:
        jobs, release, done = JobQueue(1, 20, "busy"), threading.Event(), []
        with visiting(A):
            first = jobs.submit(release.wait, 20)
            many = [jobs.submit(done.append, f"a{i}") for i in range(8)]
        with visiting(B):
            others = [jobs.submit(done.append, f"b{i}") for i in range(2)]
        release.set()
        await asyncio.gather(first, *many, *others)
        assert done[:5] == ["b0", "a0", "b1", "a1", "a2"]
        assert len(done) == 10
        assert jobs.pending == 0

    elsewhere(scene())


def test_a_queue_that_one_visitor_filled_has_room_for_another() -> None:
    async def scene() -> None:
        jobs, release, done = JobQueue(1, 4, "busy"), threading.Event(), []
        with visiting(A):
            many = [jobs.submit(release.wait, 20), *(jobs.submit(done.append, f"a{i}") for i in range(4))]
            with pytest.raises(RequestError, match="busy"):
                jobs.submit(done.append, "a4")
        with visiting(B):
            theirs = jobs.submit(done.append, "b")
        release.set()
        ends = await asyncio.gather(*many, theirs, return_exceptions=True)
        refused = [end for end in ends if isinstance(end, RequestError)]
        assert [(i, end.status) for i, end in enumerate(ends) if isinstance(end, RequestError)] == [(4, 503)]
        assert len(refused) == 1 and done == ["b", "a0", "a1", "a2"]

    elsewhere(scene())


def test_what_a_job_raises_reaches_whoever_asked() -> None:
    async def scene() -> None:
        jobs = JobQueue(1, 1, "busy")
        with pytest.raises(ZeroDivisionError):
            await jobs.submit(lambda: 1 / 0)
        assert await jobs.submit(lambda: 7) == 7
        assert jobs.pending == 0

    elsewhere(scene())


def test_one_visitor_cannot_hold_all_memory() -> None:
    budget = MemoryBudget(100, "busy", each=50)
    with visiting(A):
        first, second = Reservation(budget), Reservation(budget)
    with visiting(B):
        theirs = Reservation(budget)
    with first, second, theirs:
        first.grow(40)
        with pytest.raises(RequestError, match="busy"):
            second.grow(11)
        second.grow(10)
        theirs.grow(50)
        assert budget.held == 100
    assert budget.held == 0 and not budget.held_by


def test_the_last_user_of_a_reservation_gives_it_back() -> None:
    budget = MemoryBudget(100, "busy")
    with Reservation(budget) as first, Reservation(budget) as second:
        first.grow(60)
        with pytest.raises(RequestError, match="busy"):
            second.grow(41)
        second.grow(40)
        assert budget.held == 100
        first.acquire()  # for the answer
        second.resize(70)  # what is there already is not refused
        assert budget.held == 130
    assert budget.held == 60
    first.release()
    assert budget.held == 0
