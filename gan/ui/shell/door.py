"""The door that every request passes before gradio sees it, and behind which our own routes lie.

Gradio puts its own middleware around any that an app brings. So this one is put around the whole when the server
starts, before it listens: what is refused never gets to gradio, and what is answered here owes it nothing.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence, Set
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp

from gan.ui.shell.gradio_reads import GradioReads
from gan.ui.shell.host_names import KnownHosts, public
from gan.ui.shell.long_address import LongAddress
from gan.ui.shell.loop_errors import LoopErrors
from gan.ui.shell.mcp_gate import McpGate, speaks_mcp
from gan.ui.shell.open_routes import OpenRoutes
from gan.ui.shell.response_headers import ResponseHeaders
from gan.ui.shell.root_path import RootPath
from gan.ui.shell.same_origin import SameOrigin
from gan.ui.shell.visitor_token import VisitorToken, shared_key

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def behind_door(
    app: ASGIApp, routes: Sequence[BaseRoute], root_path: str, names: Set[str] | None, proxies: int = 0
) -> ASGIApp:
    """An app with our routes before its own, and the door before both.

    Args:
        app: gradio's.
        routes: ours.
        root_path: below which a reverse proxy shows the app.
        names: by which the app may be asked, as `host_names` gives them.
        proxies: how many of the host's own a request comes through.
    """
    routes = [*routes, *(McpGate(app).routes() if speaks_mcp() else ())]
    # A router inside of an app leaves it to others to answer 405.
    inner: ASGIApp = ExceptionMiddleware(Router(routes, redirect_slashes=False, default=GradioReads(app)))
    inner = SameOrigin(VisitorToken(inner, root_path, proxies, shared_key(os.environ)), public(names, root_path))
    inner = RootPath(OpenRoutes(inner, routes), root_path)
    return ResponseHeaders(LongAddress(KnownHosts(inner, names)))


def opening(
    routes: Sequence[BaseRoute], root_path: str, names: Set[str] | None, proxies: int = 0,
    prepare: Callable[[], Coroutine[Any, Any, None]] | None = None,
) -> Lifespan:  # fmt: skip
    """What a Starlette app does as long as it serves: it stands behind the door.

    Args:
        prepare: what it does besides, from its start on; the end of the app ends it.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        assert app.middleware_stack is not None  # built when the server spoke to the app for the first time
        app.middleware_stack = behind_door(app.middleware_stack, routes, root_path, names, proxies)
        asyncio.get_running_loop().set_exception_handler(LoopErrors())
        preparing = asyncio.create_task(prepare()) if prepare else None
        yield
        if preparing:
            preparing.cancel()

    return lifespan
