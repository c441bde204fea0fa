"""Only our own page may change anything here: a page of another site can send requests to a visitor's own host.

Browsers tell where a request comes from, and ask before they send JSON or bytes to another site. They are not allowed
to. Programs that are no browsers tell nothing and are let in: nobody can make a visitor run one.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gan.ui.shell.open_routes import READS

BODIES = ("application/json", "application/octet-stream")  # a form of another site can send neither
FOREIGN = "This request comes from a page of another site."
PLAIN = "A request here carries application/json or application/octet-stream."


def is_same_origin(headers: Headers, names: frozenset[str]) -> bool:
    """Whether a request comes from our own page, or from no page at all.

    Args:
        headers: of the request; a page can set none of those that are looked at.
        names: of the host besides the one that it was called by, where a proxy changes that.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        told = urlsplit(origin)
    except ValueError:
        return False
    called = {headers.get("host", ""), headers.get("x-forwarded-host", "").partition(",")[0].strip()}
    return bool(told.hostname) and (told.netloc in called or told.hostname in names)


def content_kind(headers: Headers) -> str:
    """The media type of a request's body, without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


class SameOrigin:
    """ASGI middleware: refuses what another site's page would change.

    Args:
        names: of this host, beside the one that a request calls it by.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything else through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["method"] not in READS and not is_same_origin(headers, self.names):
            await JSONResponse({"trouble": FOREIGN}, 403)(scope, receive, send)
            return
        if scope["method"] == "POST" and content_kind(headers) not in BODIES:
            await JSONResponse({"trouble": PLAIN}, 415)(scope, receive, send)
            return
        await self.app(scope, receive, send)
