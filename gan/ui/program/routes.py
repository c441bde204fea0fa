"""The routes by which programs call the endpoints, in the protocol that gradio's own clients and its MCP server speak.

Gradio describes the endpoints; what it would do at a call is done here instead, so that a program is a visitor like any
other: it stands in the same queues, within the same memory, and what it asks for is forgotten.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from gradio.data_classes import FileData
from gradio.route_utils import get_root_url
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gan.errors import ConfigError
from gan.live.visitors import present_visitor, visiting
from gan.ui.program.answers import Answers
from gan.ui.program.calls import Call, Calls, all_calls, one_call
from gan.ui.program.endpoints import ENDPOINTS, Endpoints, unserved
from gan.ui.shell.catalogue import ModelCatalogue
from gan.ui.shell.limits import JobQueue, MemoryBudget
from gan.ui.shell.on_behalf import HEADER, told_visitor
from gan.ui.shell.requests import RequestError, errors_as_json, read_object
from gan.ui.shell.streams import TimedStream

API = "/gradio_api"
MAX_BODY = 64_000  # bytes of a call
MAX_SESSION = 100  # characters of its name
NO_CALL = "that call is not here, or no longer"


class ProgramRoutes:
    """The routes of one catalogue.

    Args:
        jobs, budgets: those of the page's own requests, by the kinds of ENDPOINTS.
        root_path: below which a reverse proxy shows the app.
    """

    def __init__(
        self, catalogue: ModelCatalogue, jobs: Mapping[str, JobQueue], budgets: Mapping[str, MemoryBudget],
        root_path: str = "",
    ) -> None:  # fmt: skip
        self.jobs, self.root_path = jobs, root_path
        self.answers, self.calls = Answers(), Calls()
        self.endpoints = Endpoints(catalogue, self.answers, budgets["pictures"], budgets["films"])

    def routes(self) -> list[Route]:
        """What the app serves beside gradio."""
        return [
            Route(f"{API}/queue/join", errors_as_json(self.join), methods=["POST"]),
            Route(f"{API}/queue/data", errors_as_json(self.data), methods=["GET"]),
            Route(f"{API}/call/v2/{{name}}", errors_as_json(self.call_named), methods=["POST"]),
            Route(f"{API}/call/v2/{{name}}/{{id}}", errors_as_json(self.result), methods=["GET"]),
            Route(f"{API}/call/{{name}}", errors_as_json(self.call), methods=["POST"]),
            Route(f"{API}/call/{{name}}/{{id}}", errors_as_json(self.result), methods=["GET"]),
            Route(f"{API}/cancel", errors_as_json(self.cancel), methods=["POST"]),
            Route(f"{API}/file={{path:path}}", errors_as_json(self.file), methods=["GET"]),
        ]

    async def join(self, request: Request) -> Response:
        """A call of gradio's clients, which hear of all calls of their session at once: {"event_id"}."""
        asked = await read_object(request, MAX_BODY)
        session = asked.get("session_hash")
        if not isinstance(session, str) or not 1 <= len(session) <= MAX_SESSION:
            raise ConfigError(f"a call names its session_hash, 1 to {MAX_SESSION} characters")
        number = asked.get("fn_index")
        if type(number) is not int or not 0 <= number < len(ENDPOINTS):
            raise RequestError(404, f"an endpoint has a number from 0 to {len(ENDPOINTS) - 1}, not {number!r:.40}")
        name, reader = list(ENDPOINTS)[number], present_visitor()
        with visiting(told_visitor(request.headers.get(HEADER, "")) or reader):
            return begun(self.begin(name, in_order(name, asked.get("data")), session, reader.name))

    async def call(self, request: Request) -> Response:
        """A call with its values in order, {"data": […]}: {"event_id"}, by which its result is fetched."""
        name = named(request)
        asked = await read_object(request, MAX_BODY)
        return begun(self.begin(name, in_order(name, asked.get("data"))))

    async def call_named(self, request: Request) -> Response:
        """A call with its values by name: {"event_id"}."""
        name = named(request)
        return begun(self.begin(name, by_name(name, await read_object(request, MAX_BODY))))

    def begin(
        self, name: str, values: dict[str, object], session: str = "", reader: str | None = None
    ) -> Call:  # fmt: skip
        """Put a call into its queue.

        Raises:
            RequestError: the queue is full.
        """
        job = self.jobs[ENDPOINTS[name]].submit(partial(getattr(self.endpoints, name), **values))
        return self.calls.add(job, session, reader)

    async def result(self, request: Request) -> Response:
        """The events of one call; whoever leaves before its end gives it up."""
        call = self.calls.known.get(request.path_params["id"])
        if call is None or call.session:
            raise RequestError(404, NO_CALL)
        return stream(one_call(self.calls, call, self.addressed(request)), partial(self.calls.forget, call))

    async def data(self, request: Request) -> Response:
        """The messages of all calls of a session; whoever leaves before their end gives them up."""
        session = request.query_params.get("session_hash", "")
        told: set[str] = set()

        def close() -> None:
            for call in self.calls.of_session(session):
                if call.id in told:
                    self.calls.forget(call)

        return stream(all_calls(self.calls, session, self.addressed(request), told), close)

    async def cancel(self, request: Request) -> Response:
        """Give up a call of {"session_hash", "event_id"}: one that has not begun is never done."""
        asked = await read_object(request, MAX_BODY)
        for call in self.calls.of_session(str(asked.get("session_hash"))):
            if call.id == asked.get("event_id"):
                self.calls.forget(call)
        return JSONResponse({"success": True})

    async def file(self, request: Request) -> Response:
        """A file that an endpoint made."""
        answer = self.answers.find(request.path_params["path"])
        headers = {
            "Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{answer.name}"',
            "Content-Length": str(len(answer.content)),
        }  # fmt: skip
        return TimedStream(
            self.answers.pieces(request.path_params["path"]), headers=headers, media_type=answer.media_type
        )

    def addressed(self, request: Request) -> Callable[[Any], Any]:
        """What completes the address of a file in an endpoint's value, which then is plain JSON."""
        # Gradio's MCP server asks from this machine, and completes the address as its own visitor sees it.
        through = request.headers.get("x-gradio-user") == "mcp"
        root = "" if through else get_root_url(request, request.url.path, self.root_path or None)

        def complete(value: Any) -> Any:
            if not isinstance(value, FileData):
                return value
            return value.model_copy(update={"url": f"{root}{API}/file={value.path}"}).model_dump()

        return complete


SIGNATURES = {name: inspect.signature(endpoint) for name, endpoint in unserved().items()}


def named(request: Request) -> str:
    """The endpoint of an address.

    Raises:
        RequestError: there is none of that name.
    """
    name = request.path_params["name"]
    if name not in ENDPOINTS:
        raise RequestError(404, f"there is no endpoint {name!r:.40}; there are {', '.join(ENDPOINTS)}")
    return str(name)


def in_order(name: str, values: object) -> dict[str, object]:
    """The values of a call by name, of a list in the order of the endpoint's parameters; the last may be left out.

    Raises:
        ConfigError: they are no list, or too many, or one that is needed is missing.
    """
    known = list(SIGNATURES[name].parameters)
    if not isinstance(values, list) or len(values) > len(known):
        raise ConfigError(f"the data of {name} are a list of at most {len(known)} values: {', '.join(known) or 'none'}")
    return by_name(name, dict(zip(known, values, strict=False)))


def by_name(name: str, values: dict[str, object]) -> dict[str, object]:
    """The values of a call, those left out aside.

    Raises:
        ConfigError: one is unknown, or one that is needed is missing.
    """
    known = SIGNATURES[name].parameters
    for other in values.keys() - known.keys():
        raise ConfigError(f"{name} has no value {other!r:.40}; it takes {', '.join(known) or 'none'}")
    for needed in (key for key, parameter in known.items() if parameter.default is inspect.Parameter.empty):
        if needed not in values:
            raise ConfigError(f"{name} needs {needed}")
    return values


def begun(call: Call) -> Response:
    """The answer to a call."""
    return JSONResponse({"event_id": call.id})


def stream(pieces: Any, close: Callable[[], None]) -> TimedStream:
    """The response of events as they come."""
    return TimedStream(pieces, close, {"Cache-Control": "no-store"}, "text/event-stream")
