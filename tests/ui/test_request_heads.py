"""Heads of requests on a real server: half of one ends, a whole one is answered, however often."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from conftest import free_port
from gan.ui.shell import request_heads
from gan.ui.shell.request_heads import LimitedHeads, limit_heads

SECONDS = 0.4
WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def answer(_: object) -> PlainTextResponse:
    return PlainTextResponse("here")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(request_heads, "HEAD_SECONDS", SECONDS)
        patch.setitem(uvicorn.config.HTTP_PROTOCOLS, "auto", "nothing")
        limit_heads()
        server = uvicorn.Server(
            uvicorn.Config(Starlette(routes=[Route("/", answer)]), port=free_port(), log_level="error")
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        assert server.config.http_protocol_class is LimitedHeads
        yield server.config.port
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def line(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        yield line


def is_closed(line: socket.socket, within: float) -> bool:
    """Whether the server closes a connection, without an answer, in so many seconds."""
    line.settimeout(within)
    try:
        return line.recv(1000) == b""
    except TimeoutError:
        return False


@pytest.mark.parametrize("sent", [b"", b"GET / HT", WHOLE[:-2]])
def test_half_a_head_is_not_waited_for(line: socket.socket, sent: bytes) -> None:
    line.sendall(sent)
    assert not is_closed(line, SECONDS / 2)
    assert is_closed(line, SECONDS * 3)


def test_a_head_that_drips_has_no_longer(line: socket.socket) -> None:
    begun = time.monotonic()
    while time.monotonic() < begun + 10 * SECONDS and not is_closed(line, SECONDS / 8):
        line.sendall(b"x")
    assert time.monotonic() - begun < 3 * SECONDS


def test_whole_heads_are_answered_one_after_the_other(line: socket.socket) -> None:
    for _ in range(5):
        line.sendall(WHOLE)
        told = b""
        while not told.endswith(b"here"):
            told += line.recv(1000)
        assert told.startswith(b"HTTP/1.1 200")
        time.sleep(SECONDS / 3)
    line.sendall(WHOLE[:9])
    assert is_closed(line, SECONDS * 3)


def test_a_head_is_64_kb_at_most(line: socket.socket) -> None:
    line.sendall(b"GET / HTTP/1.1\r\n" + b"x-long: " + b"a" * 200_000)
    assert line.recv(1000).startswith(b"HTTP/1.1 4")
