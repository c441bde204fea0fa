"""A reader who takes nothing keeps a piece of an answer in memory, not all of it, and not for ever."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

from core_fixtures import elsewhere
from explore_host import NAME
from gan.live.run_registry import RunRegistry
from gan.ui.explore import routes as explore_routes
from gan.ui.explore.routes import ExploreRoutes
from gan.ui.live import routes as live_routes
from gan.ui.live.routes import LiveRoutes
from gan.ui.shell import streams
from gan.ui.shell.catalogue import ModelCatalogue, build_catalogue
from gan.ui.shell.streams import CHUNK_BYTES, timed_file

CONTENT = bytes(range(256)) * 4_000  # sixteen chunks, the last a part


async def never_leaves() -> dict[str, Any]:
    await asyncio.Event().wait()
    raise AssertionError


def taken(response: Response, chunks: int) -> list[dict[str, Any]]:
    """What a reader has been handed who takes so many chunks and then no more."""
    messages: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        messages.append(message)
        if len(messages) > chunks:
            await asyncio.Event().wait()

    elsewhere(response({"type": "http", "method": "GET"}, never_leaves, send))
    return messages


def test_a_file_is_handed_out_in_pieces_until_its_reader_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "SEND_TIMEOUT", 0.05)
    monkeypatch.setattr(streams, "SEND_RATE", 1e9)
    start, *bodies = taken(timed_file(CONTENT, {"ETag": '"x"'}), 3)
    assert start["type"] == "http.response.start"
    assert len(bodies) == 3
    assert b"".join(body["body"] for body in bodies) == CONTENT[: 3 * CHUNK_BYTES]


def test_others_come_in_between_the_pieces_and_a_reader_who_leaves_gets_no_more() -> None:
    """A server that takes every piece at once never suspends; it would go on writing to a connection that is closed."""
    sizes: list[int] = []
    left = asyncio.Event()

    async def send(message: Any) -> None:
        sizes.append(len(message.get("body", b"")))

    async def receive() -> dict[str, Any]:
        await left.wait()
        return {"type": "http.disconnect"}

    async def scene() -> None:
        sending = asyncio.ensure_future(timed_file(CONTENT, {})({"type": "http", "method": "GET"}, receive, send))
        while sum(sizes) < 3 * CHUNK_BYTES:
            await asyncio.sleep(0)
        left.set()
        await sending

    elsewhere(scene())
    assert 3 * CHUNK_BYTES <= sum(sizes) < 10 * CHUNK_BYTES


def test_a_file_is_whole_for_who_reads_it() -> None:
    answer = TestClient(timed_file(CONTENT, {"ETag": '"x"'}, "video/mp4")).get("/")
    assert answer.content == CONTENT
    assert answer.headers["content-length"] == str(len(CONTENT))
    assert (answer.headers["etag"], answer.headers["content-type"]) == ('"x"', "video/mp4")


def test_files_of_the_tabs_are_handed_out_in_pieces() -> None:
    """A model's file has megabytes: a thousand readers who take nothing would hold them all."""
    routes, sizes = ExploreRoutes(build_catalogue([])), list[int]()
    app = next(route for route in routes.routes() if route.path == "/explore/file")
    scope = {
        "type": "http", "method": "GET", "path": "/explore/file", "headers": [], "root_path": "",
        "query_string": f"name={NAME}&part=generator".encode(), "raw_path": b"/explore/file",
    }  # fmt: skip

    async def send(message: Any) -> None:
        sizes.append(len(message.get("body", b"")))

    elsewhere(app.handle(scope, never_leaves, send))
    assert sum(sizes) > 1_000_000
    assert max(sizes) <= CHUNK_BYTES


class Sender:
    """A request whose body comes in parts, of which the last is kept back until `go`."""

    def __init__(self, path: str, query: str, *parts: bytes) -> None:
        self.scope = {
            "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "headers": [], "root_path": "",
            "query_string": query.encode(),
        }  # fmt: skip
        self.parts, self.go, self.messages = [*parts], asyncio.Event(), list[Any]()

    async def receive(self) -> dict[str, Any]:
        if len(self.parts) > 1:
            return {"type": "http.request", "body": self.parts.pop(0), "more_body": True}
        await self.go.wait()
        part = self.parts.pop() if self.parts else None
        if part is None:
            return await never_leaves()
        return {"type": "http.request", "body": part, "more_body": False}

    async def send(self, message: Any) -> None:
        self.messages.append(message)


def test_rows_on_their_way_here_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of pixels have megabytes: hundreds of requests that keep sending would fill the memory."""
    monkeypatch.setattr(explore_routes, "MEMORY", 10_000)
    routes = ExploreRoutes(build_catalogue([]))
    app = next(route for route in routes.routes() if route.path == "/explore/render")
    row = bytes(4 * 64)

    async def scene() -> None:
        first, second, third = (
            Sender("/explore/render", f"name={NAME}", row * 8, *[row * 8] * extra, row) for extra in (1, 2, 0)
        )
        tasks = [asyncio.ensure_future(app.handle(one.scope, one.receive, one.send)) for one in (first, second)]
        while not second.messages or routes.budget.held < 16 * len(row):  # the second had one part too many
            await asyncio.sleep(0.01)
        assert second.messages[0]["status"] == 503
        assert routes.budget.held == 16 * len(row)
        tasks.append(asyncio.ensure_future(app.handle(third.scope, third.receive, third.send)))
        first.go.set()
        await tasks[0]
        assert first.messages[0]["status"] == 200
        third.go.set()
        await asyncio.gather(*tasks)
        assert routes.budget.held == 0

    elsewhere(scene())


def test_a_live_model_is_counted_until_it_is_read_and_a_film_that_is_shared_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_routes, "MEMORY", 2 * len(CONTENT))
    routes: Any = LiveRoutes(RunRegistry(), ModelCatalogue({}, {}))
    run = SimpleNamespace(setup={"data": "ring"}, steps=7)
    monkeypatch.setattr(routes, "_find", lambda query: (run, "owner"))

    async def content(*given: object) -> tuple[bytes, str, str]:
        return CONTENT, ".bin", "application/octet-stream"

    monkeypatch.setattr(routes, "content", content)
    app = next(route for route in routes.routes() if route.path == "/live/file")

    async def asked(what: str) -> Sender:
        one = Sender("/live/file", "", f'{{"what": "{what}"}}'.encode())
        one.go.set()
        await app.handle(one.scope, one.receive, one.send)
        return one

    async def scene() -> None:
        read = asyncio.Event()

        class Waiting(Sender):
            async def send(self, message: Any) -> None:
                await super().send(message)
                await read.wait()

        waiting = Waiting("/live/file", "", b'{"what": "model"}')
        waiting.go.set()
        taking = asyncio.ensure_future(app.handle(waiting.scope, waiting.receive, waiting.send))
        while not waiting.messages:
            await asyncio.sleep(0.01)
        assert routes.budget.held == len(CONTENT)
        assert (await asked("model")).messages[0]["status"] == 503
        assert (await asked("film")).messages[0]["status"] == 200
        read.set()
        await taking
        assert routes.budget.held == 0
        assert (await asked("model")).messages[0]["status"] == 200

    elsewhere(scene())
