"""What programs asked for is kept until they fetch it, and forgotten."""

import asyncio
import json

import pytest

from core_fixtures import elsewhere
from gan.live.visitors import Visitor, visiting
from gan.ui.program import answers, calls
from gan.ui.program.answers import Answers
from gan.ui.program.calls import Calls, all_calls
from gan.ui.shell.requests import RequestError


def test_files_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of whoever has most go first; and all of them after a while."""
    monkeypatch.setattr(answers, "KEPT_BYTES", 100)
    now = [0.0]
    kept = Answers(lambda: now[0])
    with visiting(Visitor("one")):
        ours = kept.keep(b"x" * 30, "a.png")
    with visiting(Visitor("two")):
        theirs = [kept.keep(b"x" * 30, f"{i}.png") for i in range(4)]
        with pytest.raises(RequestError, match="at most 100 bytes"):
            kept.keep(b"x" * 101, "b.png")
    assert kept.size == 90
    assert kept.find(ours.path).content == b"x" * 30
    for gone in theirs[:2]:
        with pytest.raises(RequestError, match="no longer here"):
            kept.find(gone.path)
    assert kept.find(theirs[3].path).name == "3.png"
    now[0] = answers.KEPT_SECONDS + 1
    with pytest.raises(RequestError, match="no longer here"):
        kept.find(ours.path)
    assert kept.size == 0


def test_whoever_holds_most_bytes_loses_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few large files take no place of many small ones, and one that would is refused."""
    monkeypatch.setattr(answers, "KEPT_BYTES", 100)
    kept = Answers()
    with visiting(Visitor("one")):
        ours = [kept.keep(b"x" * 5, f"{i}.png") for i in range(6)]
    with visiting(Visitor("two")):
        theirs = [kept.keep(b"x" * 60, f"{i}.png") for i in range(2)]
        with pytest.raises(RequestError, match="taken by those of others"):
            kept.keep(b"x" * 90, "b.png")
    assert all(kept.find(file.path) for file in ours)
    with pytest.raises(RequestError, match="no longer here"):
        kept.find(theirs[0].path)


def test_who_reads_slowly_holds_no_file_that_others_took_the_place_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "PIECE", 10)
    kept = Answers()

    async def read() -> None:
        file = kept.keep(bytes(range(25)), "a.png")
        assert b"".join([piece async for piece in kept.pieces(file.path)]) == bytes(range(25))
        pieces = kept.pieces(file.path)
        assert await anext(pieces) == bytes(range(10))
        del kept.kept[file.path]
        with pytest.raises(ConnectionAbortedError):
            await anext(pieces)

    elsewhere(read())


def test_calls_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "MAX_CALLS", 3)

    async def many() -> None:
        now, loop = [0.0], asyncio.get_running_loop()
        known = Calls(lambda: now[0])
        with visiting(Visitor("one")):
            ours = known.add(loop.create_future(), "s")
        with visiting(Visitor("two")):
            theirs = [known.add(loop.create_future()) for _ in range(4)]
        assert list(known.known.values()) == [ours, *theirs[2:]]
        assert theirs[0].result.cancelled(), "nobody makes what nobody can fetch"
        ours.result.set_result(1)
        now[0] = calls.FETCH_SECONDS + 1
        known.forget(theirs[3])
        known.add(loop.create_future())
        assert ours.id not in known.known, "fetched too late"

    elsewhere(many())


def test_a_call_that_came_while_a_stream_closed_waits_for_the_next() -> None:
    async def joined() -> None:
        known, loop = Calls(), asyncio.get_running_loop()
        first = known.add(loop.create_future(), "s")
        first.result.set_result(5)
        told: set[str] = set()
        pieces = [piece async for piece in all_calls(known, "s", lambda value: value, told)]
        kinds = [json.loads(piece.decode().removeprefix("data: "))["msg"] for piece in pieces]
        assert kinds == ["process_starts", "process_completed", "close_stream"]
        later = known.add(loop.create_future(), "s")
        assert told == {first.id}
        assert known.of_session("s") == [later]

    elsewhere(joined())
