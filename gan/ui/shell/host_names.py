"""The names that this host goes by.

A page of another site may give its own name the address 127.0.0.1 once it is open (DNS rebinding): for the browser our
app is then a part of that site, which can read and steer it. The name in the request gives it away.
"""

import ipaddress
import re
from collections.abc import Iterable, Set
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gan.errors import ConfigError

ANY = "*"
LOCAL = ".localhost"  # no name server is asked for these
NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?", re.IGNORECASE)
HOST = re.compile(rf"({NAME.pattern}|\[[0-9a-f:.]+\])\.?(?::([0-9]{{1,5}}))?", re.IGNORECASE)
MAX_PORT = 65_535
DAMAGED = "The name of the host in this request is damaged."
UNKNOWN = "This host is not called {name}: its owner can allow the name with --allow-host."


def parse_names(flag: str, texts: Iterable[str]) -> frozenset[str]:
    """Host names in small letters; each text may hold several, with commas between them.

    Raises:
        ConfigError: one is neither a name, nor an address, nor "*".
    """
    names = [name for text in texts for part in text.split(",") if (name := part.strip().lower().rstrip("."))]
    for name in names:
        if name != ANY and not NAME.fullmatch(name) and not is_address(name):
            raise ConfigError(f"{flag} is the name of a host such as example.org, or * for any, not {name!r:.80}")
    return frozenset(names)


def host_names(listening: str, allowed: frozenset[str], root_path: str) -> frozenset[str] | None:
    """The names by which the app may be asked; None: any.

    Only whoever listens on this machine alone must be asked by its name: elsewhere nobody but the host knows the names.

    Args:
        listening: the name or address that the app listens on.
        allowed: names besides.
        root_path: as `parse_root_path` gives it; its name counts too.
    """
    if ANY in allowed or not (allowed or is_loopback(listening)):
        return None
    own = {"localhost", listening.strip("[]").lower(), urlsplit(root_path).hostname}
    return allowed | {name for name in own if name}


def public(names: Set[str] | None, root_path: str) -> frozenset[str]:
    """Those of `host_names` by which a proxy shows the app; another port of this machine is another site."""
    known = {*(names or ()), urlsplit(root_path).hostname or ""}
    return frozenset(name for name in known if name and name != "localhost" and not is_address(name))


def is_address(name: str) -> bool:
    """Whether a name is an IP address: no name server can be made to lie about it."""
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def is_loopback(name: str) -> bool:
    """Whether nobody on another machine can reach a name or an address to listen on."""
    bare = name.strip("[]").lower()
    return bare == "localhost" or (is_address(bare) and ipaddress.ip_address(bare).is_loopback)


def name_in(host: str) -> str:
    """The name or address in a Host header, without its port; "" if the header is damaged."""
    found = HOST.fullmatch(host)
    if not found or int(found[2] or 0) > MAX_PORT:
        return ""
    name = found[1].lower()
    return name if not name.startswith("[") or is_address(name) else ""


def is_known(name: str, names: Set[str]) -> bool:
    """Whether a name is one of this host's, or an address."""
    return name in names or name.endswith(LOCAL) or is_address(name)


class KnownHosts:
    """ASGI middleware: answers 421 to who calls this host by a name that is not its own, and 400 to no name at all.

    Args:
        names: as `host_names` gives them.
    """

    def __init__(self, app: ASGIApp, names: Set[str] | None) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything else through."""
        host = Headers(scope=scope).get("host") if scope["type"] == "http" else "localhost"
        name = name_in(host or "")
        if host is not None and not name:
            await JSONResponse({"trouble": DAMAGED}, 400)(scope, receive, send)
        elif self.names is not None and not is_known(name, self.names):
            await JSONResponse({"trouble": UNKNOWN.format(name=name[:80])}, 421)(scope, receive, send)
        else:
            await self.app(scope, receive, send)
