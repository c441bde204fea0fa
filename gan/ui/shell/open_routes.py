"""Which addresses there are: our own routes, and of gradio's those that the page loads.

Gradio has routes by which anybody fills the disk, edits the app or sends it to other addresses. The page needs none of
them, and a newer gradio may bring more: so this lists what is open, not what is shut.
"""

import os
import re
from collections.abc import Sequence

from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

GRADIO = frozenset({
    "/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt",
    "/gradio_api/info",  # what programs can ask for
    "/gradio_api/startup-events",  # gradio asks itself when it starts; it does nothing a second time
})  # fmt: skip
RELOADS = "/gradio_api/dev/reload"  # what a page of `gradio app.py` follows, to be drawn anew
FILES = re.compile(r"/(?:assets|static)(?:/[A-Za-z0-9_@~-][A-Za-z0-9._@~-]{0,99}){1,8}")  # no name begins with a dot
READS = ("GET", "HEAD")
NOTHING = "There is nothing at this address."
ONLY_READ = "This address can only be read."


def gradio_is_open(path: str) -> bool:
    """Whether gradio may answer at a path, taken without its root path and percent signs."""
    if path == RELOADS:
        return bool(os.environ.get("GRADIO_WATCH_DIRS"))  # which `gradio app.py` sets
    return path in GRADIO or FILES.fullmatch(path) is not None


class OpenRoutes:
    """ASGI middleware: answers 404 where nothing is open, and 405 where gradio is asked to do more than read.

    Args:
        routes: ours.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self.app = app
        self.routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is open."""
        if scope["type"] != "http" or any(route.matches(scope)[0] is not Match.NONE for route in self.routes):
            await self.app(scope, receive, send)
        elif not gradio_is_open(scope["path"]):
            await JSONResponse({"trouble": NOTHING}, 404)(scope, receive, send)
        elif scope["method"] not in READS:
            await JSONResponse({"trouble": ONLY_READ}, 405, {"Allow": ", ".join(READS)})(scope, receive, send)
        else:
            await self.app(scope, receive, send)
