"""The path below which a reverse proxy shows the app: read from a flag, and taken off requests that still carry it."""

import re
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from gan.errors import ConfigError

ROOT_PATH = re.compile(r"(https?://[^/\s?#]+)?(/[A-Za-z0-9._~-]+)*")


def parse_root_path(flag: str, text: str) -> str:
    """A root path such as `/gan`, or `https://example.org/gan`, without a slash at its end; "" for none.

    Raises:
        ConfigError: the text is neither.
    """
    bare = text.strip().rstrip("/")
    found = bare if not bare or bare.startswith(("/", "http://", "https://")) else f"/{bare}"
    if not ROOT_PATH.fullmatch(found) or {".", ".."} & set(found.split("/")):
        raise ConfigError(f"{flag} is a path such as /gan, or an address such as https://example.org/gan, not {text!r}")
    return found


class RootPath:
    """ASGI middleware: a request arrives alike, whether the proxy took the root path off it or left it on."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self.app = app
        self.path = urlsplit(root_path).path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the root path off; pass everything else through."""
        path = scope.get("path", "")
        if self.path and (path == self.path or path.startswith(f"{self.path}/")):
            raw = scope.get("raw_path") or path.encode()
            scope = {**scope, "path": path[len(self.path) :] or "/", "raw_path": raw[len(self.path) :] or b"/"}
        await self.app(scope, receive, send)
