"""Calls at random to every route that the server knows, gradio's own included; `bench.siege` counts what they break.

Half of the calls are sent as our own page would send them, with values that mean something here and there: the others
seldom get past the door.
"""

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
from starlette.routing import Route

from gan.live.run_registry import RunRegistry
from gan.ui.live.routes import ACTS
from gan.ui.shell.catalogue import build_catalogue

CALLS = 20_000
AT_ONCE = 16  # calls under way
RUNS = 6  # live runs that calls may mean
PATIENCE = 5.0  # seconds for the beginning of an answer; some are streams without end
BUSY = 503  # our own word for a full queue, with its sentence
DOOR = (403, 405, 414, 415, 421)  # what a handler of ours never answers
TEXTS = (
    "", "0", "-1", "1e309", "nan", "null", "x" * 3_000, "../../etc/passwd", "%00", "\u0000", "\u202e\u4e2d", "a b",
    "[]", "{}", "'\"><script>", "mnist-style", "generator", "model", "C:\\", "true", "9" * 400,
)  # fmt: skip
NAMES = (
    "name", "part", "want", "seed", "psi", "id", "what", "suffix", "lane", "query", "act", "moment", "setup", "resume",
    "fn_index", "session_hash", "event_id", "data", "upload_id", "path", "file", "url", "share", "also", "which",
    "changed", "round", "number", "points", "moments", "hidden", "on", "seeds", "frames", "classes",
)  # fmt: skip
LIKELY: dict[str, Sequence[Any]] = {
    "act": [*ACTS, "share", "keep"], "what": ["film", "curves", "model"], "suffix": [".gif", ".mp4", ".webp"],
    "part": ["generator", "critic", "reference"], "want": ["images", "features", "logits"], "which": ["d", "g", "both"],
    "name": ["mnist-style", "digits-mlp", "collapsed", "diverged"], "lane": [0, 1, "0"], "moment": [1, 2, 0],
    "query": ["?data=ring&batch=8", "watch=x", "?data=digits", "?hide=doctor"], "changed": ["batch", "rival"],
    "setup": [{"batch": 16}, {"data": "grid"}, {"rival": "hinge"}, {"batch": -1}, {"drawing": "AAAA"}],
    "seeds": [[1, 2], [0] * 99], "classes": [[0], None],
}  # fmt: skip
BODIES = (b"", b"[]", b"{}", b"null", b"\xff\xfe\x00", b"[" * 5_000, b'{"a":' * 500, b"\x00" * 20_000, b"1e999")
TYPES = ("application/json", "multipart/form-data; boundary=x", "multipart/form-data", "text/plain", "\u00e9", "")
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH")


class Target(NamedTuple):
    """A route of the server."""

    path: str
    methods: list[str]
    ours: bool


def routes() -> list[Target]:
    """Every route of the app, as it is served."""
    import gradio as gr  # seconds to import, which whoever only prints results need not wait for

    from gan.ui.app import build, own_routes, page_assets
    from gan.ui.explore.routes import ExploreRoutes

    page, assets = build(page_assets()), page_assets()
    own = own_routes(ExploreRoutes(build_catalogue([])), RunRegistry(), assets)
    gradio = gr.routes.App.create_app(page).routes
    flat = [inner for route in gradio for inner in getattr(getattr(route, "original_router", None), "routes", [route])]
    known = [
        Target(route.path, sorted(route.methods or ()), ours)
        for ours, group in ((True, own), (False, flat))
        for route in group
        if isinstance(route, Route)
    ]
    return [*known, Target("/", ["GET"], False), Target("/nothing/{path}", ["GET"], False)]


def text(dice: random.Random) -> str:
    """A value that somebody may put anywhere."""
    return dice.choice(TEXTS) if dice.random() < 0.9 else "".join(chr(dice.randrange(1, 0x2FF)) for _ in range(12))


def value(dice: random.Random, name: str, likely: Mapping[str, Sequence[Any]]) -> Any:
    """One for a name: what it may mean, or anything."""
    if name in likely and dice.random() < 0.7:
        return dice.choice(likely[name])
    odd: list[Any] = [None, True, -1, 10**30, 0.5, [], {}, [[1]], {"a": {}}]
    return dice.choice([text(dice), dice.choice(odd)])


def values(dice: random.Random, likely: Mapping[str, Sequence[Any]], first: Sequence[str] = ()) -> dict[str, Any]:
    """An object of a few values by names that mean something here or there."""
    names = [*first, *(dice.choice(NAMES) for _ in range(dice.randrange(5)))]
    return {name: value(dice, name, likely) for name in names}


def call(dice: random.Random, known: Sequence[Target], likely: Mapping[str, Sequence[Any]]) -> tuple[Target, Any]:
    """One of the routes, and the arguments of a request to it."""
    as_page = dice.random() < 0.5
    target = dice.choice([route for route in known if route.ours] if as_page else known)
    filled = re.sub(r"\{[^}]*\}", lambda _: quote(text(dice), safe="/"), target.path)
    methods = [method for method in target.methods if method != "HEAD"]
    method = dice.choice(methods) if methods and dice.random() < 0.8 else dice.choice(METHODS)
    first = ("id", "act", "what", "suffix") if target.path.startswith("/live") else ("name", "part", "want")
    query = {key: str(content) for key, content in values(dice, likely, first if as_page else ()).items()}
    if dice.random() < (0.15 if as_page else 0.4):
        body = dice.choice(BODIES)
    else:
        body = json.dumps(values(dice, likely, first if as_page else ())).encode()
    headers = {"content-type": dice.choice(TYPES).encode()}
    if as_page:
        headers = {"content-type": b"application/json", "sec-fetch-site": b"same-origin"}
    if dice.random() < 0.1:
        headers["range"] = b"bytes=9-1"
    content = None if method in ("GET", "HEAD") else body
    return target, {"method": method, "url": filled or "/", "params": query, "content": content, "headers": headers}


async def runs(client: httpx.AsyncClient) -> list[str]:
    """The ids of some live runs."""
    query = {"query": "?tab=live&data=ring&batch=8&g_neurons=8&d_neurons=8"}
    return [(await client.post("/live/open", json=query)).json()["id"] for _ in range(RUNS)]


async def fuzz(address: str, count: int, seed: int = 0) -> dict[str, Any]:
    """How many calls got which status, how many came to a handler of ours, and the first 5xx other than BUSY."""
    dice, known, examples = random.Random(seed), routes(), list[str]()
    statuses, reached = Counter[str](), Counter[str](dict.fromkeys((t.path for t in known if t.ours), 0))
    gradio = Counter[str](dict.fromkeys((t.path for t in known if not t.ours), 0))
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(client: httpx.AsyncClient, target: Target, request: dict[str, Any]) -> None:
        async with limit:
            try:
                async with client.stream(**request) as answer:
                    statuses[str(answer.status_code)] += 1
                    if target.ours:
                        reached[target.path] += answer.status_code not in DOOR
                    else:
                        gradio[target.path] += 1
                    if answer.status_code >= 500 and answer.status_code != BUSY:
                        examples.append(f"{answer.status_code} {request['method']} {request['url']}"[:160])
            except httpx.TimeoutException:
                statuses["no answer in time"] += 1
            except httpx.InvalidURL:
                statuses["not sent"] += 1
            except httpx.HTTPError as error:
                statuses[type(error).__name__] += 1

    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as client:
        for begun in range(0, count, 500):
            likely = LIKELY | {"id": await runs(client)}  # a call may have taken the others away
            requests = [call(dice, known, likely) for _ in range(min(500, count - begun))]
            await asyncio.gather(*(one(client, target, request) for target, request in requests))
    failed = sum(n for status, n in statuses.items() if status.startswith("5") and status != str(BUSY))
    return {
        "calls": count, "5xx": failed, "routes of ours": len(reached), "fewest that reached one": min(reached.values()),
        "gradio's routes": len(gradio), "fewest that asked one": min(gradio.values()),
        "statuses": dict(statuses.most_common()), "reached": dict(reached), "examples": examples[:10],
    }  # fmt: skip
