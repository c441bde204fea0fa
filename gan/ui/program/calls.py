"""What programs have asked for and not fetched yet: each call is a job of the host's queues, known by its id."""

import asyncio
import json
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from gan.errors import GanError, sentence
from gan.live.visitors import Visitor, heaviest, present_visitor

log = logging.getLogger(__name__)

MAX_CALLS = 512  # that are remembered
FETCH_SECONDS = 120.0  # in which a result is fetched once it is there
HEARTBEAT_SECONDS = 10.0  # between two signs of life to whoever waits
FAILED = "This could not be made."


@dataclass(eq=False)
class Call:
    """A call of an endpoint.

    Attributes:
        result: what it gives, or the error.
        session: of the program that waits for several calls at once; "" for one that waits for this alone.
        visitor: in whose name it was asked.
        reader: the name of whoever may fetch it as one of the session: who asked, be it in another's name.
        asked: when, in seconds of `time.monotonic`.
    """

    result: "asyncio.Future[Any]"
    session: str
    visitor: Visitor
    reader: str
    asked: float
    id: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def outcome(self) -> tuple[bool, Any]:
        """(whether all went well, the endpoint's value, or the sentence of the error), of a call that is done."""
        if self.result.cancelled():
            return False, FAILED
        error = self.result.exception()
        if error is None:
            return True, self.result.result()
        if isinstance(error, GanError):
            return False, sentence(error)
        log.error("a call was not answered", exc_info=error)
        return False, FAILED


@dataclass(eq=False)
class Calls:
    """The calls of all programs, by their ids; where there are too many, whoever has most loses the oldest."""

    clock: Callable[[], float] = time.monotonic
    known: dict[str, Call] = field(default_factory=dict)

    def add(self, result: "asyncio.Future[Any]", session: str = "", reader: str | None = None) -> Call:
        """Remember a call of whoever asks at present.

        Args:
            reader: who may fetch it, where that is somebody else.
        """
        visitor = present_visitor()
        call = Call(result, session, visitor, visitor.name if reader is None else reader, self.clock())
        self.known[call.id] = call
        latest = self.clock() - FETCH_SECONDS
        for old in [old for old in self.known.values() if old.result.done() and old.asked < latest]:
            self.forget(old)
        while len(self.known) > MAX_CALLS:
            others = [other for other in self.known.values() if other is not call]
            self.forget(others[heaviest([other.visitor for other in others])])
        return call

    def forget(self, call: Call) -> None:
        """Let a call go; one that has not begun is never done."""
        self.known.pop(call.id, None)
        if not call.result.cancel() and not call.result.cancelled():
            call.result.exception()  # it has been seen: nobody else will

    def of_session(self, session: str) -> list[Call]:
        """The calls that a program's session waits for, of whoever asks at present.

        Programs choose the names of their sessions: what another visitor has under the same name is none of these.
        """
        reader = present_visitor().name
        return [call for call in self.known.values() if session and (call.session, call.reader) == (session, reader)]


async def one_call(calls: Calls, call: Call, address: Callable[[Any], Any]) -> AsyncIterator[bytes]:
    """The events of one call, as gradio's `/call/NAME/ID` tells them.

    Args:
        address: completes the addresses of files in a value.
    """
    while not call.result.done():
        await asyncio.wait([call.result], timeout=HEARTBEAT_SECONDS)
        if not call.result.done():
            yield event("heartbeat", None)
    well, value = call.outcome
    calls.forget(call)
    yield event("complete", [address(value)]) if well else event("error", {"error": value})


async def all_calls(
    calls: Calls, session: str, address: Callable[[Any], Any], told: set[str]
) -> AsyncIterator[bytes]:  # fmt: skip
    """The messages of all calls of a session until none is left, as gradio's `/queue/data` tells them.

    Args:
        address: completes the addresses of files in a value.
        told: the ids of those that somebody was told of; others come when the session asks again.
    """
    while waited := calls.of_session(session):
        for call in waited:
            if call.id not in told:
                told.add(call.id)
                yield message("process_starts", call.id)
        done, _ = await asyncio.wait(
            [call.result for call in waited], timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if not done:
            yield message("heartbeat")
        for call in waited:
            if call.result.done():
                well, value = call.outcome
                calls.forget(call)
                output = {"data": [address(value)], "is_generating": False} if well else {"error": value}
                yield message("process_completed", call.id, output=output, success=well)
    yield message("close_stream")


def event(name: str, data: object) -> bytes:
    """A named event of a stream."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def message(kind: str, id: str | None = None, **values: object) -> bytes:
    """A message of gradio's protocol as an event of a stream."""
    return f"data: {json.dumps({'msg': kind, 'event_id': id, **values})}\n\n".encode()
