"""The one address by which language models' programs speak MCP with gradio's server, where `mcp` is installed."""

import importlib.util
import json
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gan.errors import sentence
from gan.live.visitors import present_visitor
from gan.ui.shell.gradio_reads import is_seen
from gan.ui.shell.on_behalf import HEADER, signed
from gan.ui.shell.requests import RequestError, read_body

PATH = "/gradio_api/mcp"
MAX_BODY = 64_000  # bytes of a request
# Beside what gradio sees of any request.
SEEN = frozenset({b"content-type", b"mcp-protocol-version"})
# What gradio's server is asked for. Of the rest it calls an endpoint for a prompt, and puts pages into the log for what
# it does not know.
METHODS = frozenset({
    "initialize", "ping", "tools/list", "tools/call", "resources/list", "resources/templates/list", "prompts/list",
    "notifications/initialized", "notifications/cancelled",
})  # fmt: skip
MOST_NESTED = 200  # lists and objects of a request, so that none is nested deeper than any reader follows
NO_METHOD = -32601  # of JSON-RPC


def speaks_mcp() -> bool:
    """Whether this host can serve MCP."""
    return importlib.util.find_spec("mcp") is not None


class McpGate:
    """ASGI app: a request to gradio's MCP server, whose body is read before gradio hears of it.

    Args:
        app: gradio's.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def routes(self) -> list[Route]:
        """Where it lies. Sessions keep nothing here, so there is nothing to be read or deleted."""
        return [Route(path, self, methods=["POST"]) for path in (PATH, f"{PATH}/")]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        try:
            body = bytes(await read_body(Request(scope, receive), MAX_BODY))
        except RequestError as error:
            await JSONResponse({"trouble": sentence(error)}, error.status)(scope, receive, send)
            return
        except ClientDisconnect:  # nobody reads the answer
            return
        if (refused := refusal(body)) is not None:
            await refused(scope, receive, send)
            return
        parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return parts.pop() if parts else await receive()

        headers = [(name, value) for name, value in scope["headers"] if is_seen(name, value) or name in SEEN]
        headers.append((HEADER.encode(), signed(present_visitor()).encode()))
        passed = {**scope, "path": f"{PATH}/", "raw_path": f"{PATH}/".encode(), "query_string": b"", "headers": headers}
        await self.app(passed, replay, send)


def refusal(body: bytes) -> Response | None:
    """What answers a request that gradio's server must not see; None if it may."""
    try:
        asked: Any = json.loads(body) if body.count(b"[") + body.count(b"{") <= MOST_NESTED else None
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict) or not isinstance(asked.get("method"), str):
        return JSONResponse({"trouble": "A request here is a JSON object that names its method."}, 400)
    if asked["method"] in METHODS:
        return None
    if "id" not in asked:  # a notification, which nobody answers
        return Response(status_code=202)
    id = asked["id"] if type(asked["id"]) in (int, str) else None
    error = {"code": NO_METHOD, "message": "There is no such method here."}
    return JSONResponse({"jsonrpc": "2.0", "id": id, "error": error})
