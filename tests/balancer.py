"""A small balancer before several hosts: it chooses one in turn, by the visitor's cookie, or by the address."""

import zlib
from collections.abc import Sequence
from itertools import count
from typing import Literal

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

By = Literal["turn", "cookie", "address"]


class Balancer:
    """ASGI app: the hosts behind it, and by what one is chosen; `by` may change."""

    def __init__(self, hosts: Sequence[ASGIApp], by: By = "turn") -> None:
        self.hosts, self.by = hosts, by
        self._turns = count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; what a browser has of cookies, or where it asks from, is the same in each of its requests."""
        headers = Headers(scope=scope)
        known = {"cookie": headers.get("cookie", ""), "address": headers.get("x-forwarded-for", "")}
        number = next(self._turns) if self.by == "turn" else zlib.crc32(known[self.by].encode())
        await self.hosts[number % len(self.hosts)](scope, receive, send)
