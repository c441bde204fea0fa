"""A reader who takes nothing keeps a piece of an answer in memory, not all of it, and not for ever."""

import asyncio
from typing import Any

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

from core_fixtures import elsewhere
from explore_host import NAME
from gan.ui.explore.routes import ExploreRoutes
from gan.ui.shell import streams
from gan.ui.shell.catalogue import build_catalogue
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
