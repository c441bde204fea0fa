"""Visitors of the film routes who leave, fall silent or do not read: they hold no memory and their films end."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import torch
from starlette.requests import ClientDisconnect, Request

from core_fixtures import elsewhere
from film_requests import film_body, frames, one_run, routes
from gan.live import visitors
from gan.ui.interpolate import encoding, training
from gan.ui.interpolate import routes as film_routes
from gan.ui.interpolate.encoding import AbandonedError, FilmJob, encode, progress_and_file
from gan.ui.interpolate.film_body import MAX_PIXEL_BYTES
from gan.ui.interpolate.routes import FilmRoutes
from gan.ui.shell import requests, streams
from gan.ui.shell.catalogue import ModelCatalogue
from gan.ui.shell.limits import JobQueue, MemoryBudget, Reservation
from gan.ui.shell.requests import RequestError
from gan.ui.shell.streams import TimedStream

__all__ = ["one_run", "routes"]  # fixtures

SCOPE: dict[str, Any] = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "asgi": {}}


class Visitor:
    """One request as a server passes it on: it sends the `parts` of its body, and leaves when `left` is set."""

    def __init__(self, *parts: bytes, length: int, reads: bool = True) -> None:
        self.scope = SCOPE | {"headers": [(b"content-length", str(length).encode())]}
        self.parts, self.length, self.reads = list(parts), length, reads
        self.left = asyncio.Event()
        self.messages: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        if self.parts:
            part = self.parts.pop(0)
            self.length -= len(part)
            return {"type": "http.request", "body": part, "more_body": self.length > 0}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.messages.append(message)
        if not self.reads and len(self.messages) > 3:
            await asyncio.Event().wait()

    async def ask(self, endpoint: Any) -> None:
        with visitors.visiting(visitors.Visitor(f"address {id(self)}")):
            await (await endpoint(Request(self.scope, self.receive)))(self.scope, self.receive, self.send)


async def soon(condition: Callable[[], bool]) -> None:
    """Wait for what other threads and tasks do."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.002)


def test_silence_takes_no_memory(monkeypatch: pytest.MonkeyPatch, routes: FilmRoutes) -> None:
    monkeypatch.setattr(requests, "PROGRESS_TIMEOUT", 0.4)
    monkeypatch.setattr(requests, "PROGRESS_BYTES", 40)
    content = film_body(frames())

    async def scene() -> None:
        silent = [Visitor(content[:30], length=MAX_PIXEL_BYTES) for _ in range(8)]
        waiting = [asyncio.ensure_future(visitor.ask(routes.encode)) for visitor in silent]
        await soon(lambda: routes.held == 8 * 30)
        other = Visitor(content, length=len(content))
        await other.ask(routes.encode)
        assert len(other.messages) > 3
        for done in waiting:
            with pytest.raises(RequestError, match="did not arrive in time"):
                await done
        assert routes.held == 0

        class Slow(Visitor):
            async def receive(self) -> dict[str, Any]:
                await asyncio.sleep(0.05)
                return await super().receive()

        pieces = [content[i : i + 50] for i in range(0, len(content), 50)]
        assert len(pieces) * 0.05 > requests.PROGRESS_TIMEOUT
        await Slow(*pieces, length=len(content)).ask(routes.encode)  # as long as it keeps coming

    elsewhere(scene())


def test_what_comes_is_counted_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film_routes, "MEMORY", 1_000)
    routes = FilmRoutes(ModelCatalogue({}, {}))

    async def scene() -> None:
        first, second = (Visitor(b"a" * 500, length=900) for _ in range(2))
        waiting = asyncio.ensure_future(first.ask(routes.encode))
        await soon(lambda: routes.held == 500)
        with pytest.raises(RequestError, match="busy"):
            await second.ask(routes.encode)
        assert routes.held == 500
        first.left.set()
        with pytest.raises(ClientDisconnect):
            await waiting
        assert routes.held == 0

    elsewhere(scene())


def test_the_memory_is_held_until_the_answer_is_read(monkeypatch: pytest.MonkeyPatch, one_run: ModelCatalogue) -> None:
    monkeypatch.setattr(encoding, "film", lambda *given: b"f" * 500_000)
    monkeypatch.setattr(training, "training_film", lambda *given: ([1], torch.zeros(1, 8, 8, 1, dtype=torch.uint8)))
    content, query = film_body(frames()), json.dumps({"name": "run", "seeds": [1]}).encode()
    routes = FilmRoutes(one_run)

    async def scene() -> None:
        for endpoint, sent, held in ((routes.encode, content, 500_000), (routes.training, query, 64)):
            for patience in (60.0, 0.05):
                monkeypatch.setattr(streams, "SEND_TIMEOUT", patience)
                monkeypatch.setattr(streams, "SEND_RATE", 1e9)
                visitor = Visitor(sent, length=len(sent), reads=False)
                if endpoint == routes.training:
                    visitor.messages += [{}, {}]
                taking = asyncio.ensure_future(visitor.ask(endpoint))
                if patience > 1:
                    await soon(lambda visitor=visitor: len(visitor.messages) > 3)  # type: ignore[misc]
                    assert routes.held == held
                    visitor.left.set()
                await taking  # or its patience is over
                assert routes.held == 0
                assert visitor.messages[-1].get("more_body"), "it was not taken to the end"

    elsewhere(scene())


def test_a_film_whose_visitor_left_is_never_begun() -> None:
    async def scene() -> None:
        jobs, release, begun = JobQueue(1, 5, "busy"), threading.Event(), []
        first = jobs.submit(release.wait, 20)
        job, budget = FilmJob.of(film_body(frames())), MemoryBudget(1_000, "busy")
        reservation = Reservation(budget)
        reservation.acquire()
        reservation.grow(500)
        work: Any = jobs.submit(lambda *given: begun.append(encode(*given)), job, reservation, begun.append)

        def close() -> None:
            job.pixels = None
            work.cancel()
            reservation.release()

        visitor = Visitor(length=0)
        visitor.left.set()
        stream = TimedStream(progress_and_file(job, work, asyncio.Queue()), close)
        await stream(visitor.scope, visitor.receive, visitor.send)
        assert (job.pixels, budget.held) == (None, 0)  # at once, though its turn has not come
        release.set()
        assert await first
        await jobs.submit(lambda: None)
        assert begun == []

    elsewhere(scene())


@pytest.mark.parametrize("suffix", [".mp4", ".gif", ".zip"])
def test_a_film_is_given_up_at_its_next_frame(suffix: str) -> None:
    job, budget, shares = FilmJob.of(film_body(frames(50), suffix=suffix)), MemoryBudget(10**6, "busy"), []
    reservation = Reservation(budget)
    reservation.acquire()
    reservation.grow(1_000)

    def report(share: float) -> None:
        shares.append(share)
        assert budget.held == 1_000
        job.pixels = None  # as when the visitor leaves
        reservation.release()
        assert budget.held == 1_000, "the film in the making still holds it"

    with pytest.raises(AbandonedError):
        encode(job, reservation, report)
    assert (shares, budget.held) == ([0.02], 0)


def test_a_visitor_who_leaves_ends_the_film(monkeypatch: pytest.MonkeyPatch, routes: FilmRoutes) -> None:
    drawn: list[float] = []

    def endless(pixels: Any, suffix: str, fps: float, settings: Any, columns: int, progress: Any) -> bytes:
        for share in range(1, 5_000):
            drawn.append(share)
            progress(share / 5_000)
            time.sleep(0.002)
        return b"film"

    monkeypatch.setattr(encoding, "film", endless)
    content = film_body(frames())

    async def scene() -> None:
        visitor = Visitor(content, length=len(content))
        making = asyncio.ensure_future(visitor.ask(routes.encode))
        await soon(lambda: bool(drawn))
        visitor.left.set()
        await making
        await soon(lambda: routes.jobs.pending == 0)
        assert routes.held == 0
        assert len(drawn) < 2_000

    elsewhere(scene())
