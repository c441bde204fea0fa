"""Limits that all visitors share: the queue of jobs and the budget of memory."""

import asyncio
import threading
import time
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request

from core_fixtures import elsewhere
from gan.ui.shell.limits import JobQueue, MemoryBudget, Reservation
from gan.ui.shell.requests import RequestError, while_connected


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
