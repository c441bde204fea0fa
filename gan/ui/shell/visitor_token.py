"""Who asks: a browser is known by a signed token in a cookie, one that keeps none by its address.

The token says nothing but that this host gave it out. It is told with the page, and forgotten when the browser closes.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gan.errors import ConfigError
from gan.live.visitors import Visitor, visiting

COOKIE = "gan-atelier-visitor"
TOKEN = re.compile(r"([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22})")
LEAST_KEY = 16  # characters of the key that several hosts share
THROUGH_A_PROXY = "through a proxy"  # the address of those whose own one is not to be trusted


def shared_key(environment: Mapping[str, str]) -> bytes:
    """What hosts behind one address sign their tokens with, so that each knows those of the others; b"" if not told.

    Raises:
        ConfigError: it is too short to be kept secret.
    """
    told = environment.get("GAN_VISITOR_KEY", "")
    if told and len(told) < LEAST_KEY:
        raise ConfigError(f"GAN_VISITOR_KEY has at least {LEAST_KEY} characters, drawn by chance")
    return os.fsencode(told)  # whatever bytes the environment holds


class VisitorToken:
    """ASGI middleware: gives the page's visitors tokens, and says whose each request is.

    Args:
        root_path: below which a proxy shows the app; the cookie is for there.
        proxies: how many of our own proxies a request comes through; each adds an address to X-Forwarded-For.
        key: what tokens are signed with; unless told, it is new whenever the app starts.
    """

    def __init__(self, app: ASGIApp, root_path: str = "", proxies: int = 0, key: bytes = b"") -> None:
        self.app, self.proxies = app, proxies
        self.path = urlsplit(root_path).path or "/"
        self.key = key or secrets.token_bytes(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on in its visitor's name."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = joined(scope["headers"])
        token = self.valid(headers.get(b"cookie", ""))

        async def send_with_token(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = self.cookie(secure(scope, headers)).encode()
                message = {**message, "headers": [*message["headers"], (b"set-cookie", cookie)]}
            await send(message)

        new = not token and scope["method"] == "GET" and scope["path"] == "/"
        with visiting(Visitor(address(scope, headers, self.proxies), token)):
            await self.app(scope, receive, send_with_token if new else send)

    def cookie(self, secure: bool) -> str:
        """The header that gives a browser a new token; within another site's frame it is kept over https alone."""
        name = base64.urlsafe_b64encode(secrets.token_bytes(12)).decode()
        site = "Secure; SameSite=None; Partitioned" if secure else "SameSite=Lax"
        return f"{COOKIE}={name}.{self.signature(name)}; Path={self.path}; HttpOnly; {site}"

    def valid(self, header: str) -> str:
        """The token that a Cookie header carries; "" if it carries none of ours."""
        try:
            morsel = SimpleCookie(header).get(COOKIE)
        except CookieError:
            return ""
        found = TOKEN.fullmatch(morsel.value) if morsel else None
        return found[1] if found and hmac.compare_digest(found[2], self.signature(found[1])) else ""

    def signature(self, name: str) -> str:
        """What only this host can put behind a name."""
        digest = hmac.new(self.key, name.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def joined(lines: Iterable[tuple[bytes, bytes]]) -> dict[bytes, str]:
    """Headers by their names in small letters; of one in several lines, as each proxy may add its own, all in order."""
    found: dict[bytes, list[str]] = {}
    for name, value in lines:
        found.setdefault(name.lower(), []).append(value.decode("latin-1"))
    return {name: ("; " if name == b"cookie" else ", ").join(values) for name, values in found.items()}


def secure(scope: Scope, headers: dict[bytes, str]) -> bool:
    """Whether the browser speaks https, to us or to our proxy."""
    return scope.get("scheme") == "https" or headers.get(b"x-forwarded-proto", "").startswith("https")


def address(scope: Scope, headers: dict[bytes, str], proxies: int) -> str:
    """Where a request comes from.

    Without proxies of ours X-Forwarded-For says what the visitor likes: it is not believed. The web server believes it
    of proxies on this machine, and gives such an address the port 0.
    """
    host, port = scope.get("client") or ("", 0)
    if proxies:
        hops = [hop.strip() for hop in headers.get(b"x-forwarded-for", "").split(",") if hop.strip()]
        return hops[-proxies][:64] if len(hops) >= proxies else THROUGH_A_PROXY
    return str(host) if port else THROUGH_A_PROXY
