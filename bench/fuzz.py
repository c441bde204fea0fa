"""Calls at random to every route that the server knows, gradio's own included; `bench.siege` counts what they break."""

import asyncio
import json
import random
import re
from collections import Counter
from typing import Any
from urllib.parse import quote

import gradio as gr
import httpx
from starlette.routing import Route

from gan.live.run_registry import RunRegistry
from gan.ui.app import build, own_routes, page_assets
from gan.ui.shell.catalogue import build_catalogue

AT_ONCE = 16  # calls under way
PATIENCE = 5.0  # seconds for the beginning of an answer; some are streams without end
BUSY = 503  # our own word for a full queue, with its sentence
TEXTS = (
    "", "0", "-1", "1e309", "nan", "null", "x" * 3_000, "../../etc/passwd", "%00", "\u0000", "\u202e\u4e2d", "a b",
    "[]", "{}", "'\"><script>", "mnist-style", "generator", "model", "C:\\", "true", "9" * 400,
)  # fmt: skip
NAMES = (
    "name", "part", "want", "seed", "psi", "id", "what", "suffix", "lane", "query", "act", "moment", "setup", "resume",
    "fn_index", "session_hash", "event_id", "data", "upload_id", "path", "file", "url", "share", "also",
)  # fmt: skip
BODIES = (b"", b"[]", b"{}", b"null", b"\xff\xfe\x00", b"[" * 5_000, b'{"a":' * 500, b"\x00" * 20_000, b"1e999")
TYPES = ("application/json", "multipart/form-data; boundary=x", "multipart/form-data", "text/plain", "\u00e9", "")
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH")


def routes() -> list[tuple[str, list[str]]]:
    """(path, methods) of every route of the app, as it is served."""
    page, assets = build(page_assets()), page_assets()
    own = own_routes(build_catalogue([]), RunRegistry(), assets)
    gradio = gr.routes.App.create_app(page).routes
    flat = [inner for route in gradio for inner in getattr(getattr(route, "original_router", None), "routes", [route])]
    known = [(route.path, sorted(route.methods or ())) for route in [*own, *flat] if isinstance(route, Route)]
    return [*known, ("/", ["GET"]), ("/nothing/{path}", ["GET"])]


def text(dice: random.Random) -> str:
    """A value that somebody may put anywhere."""
    return dice.choice(TEXTS) if dice.random() < 0.9 else "".join(chr(dice.randrange(1, 0x2FF)) for _ in range(12))


def values(dice: random.Random) -> dict[str, Any]:
    """An object of a few values by names that mean something here or there."""
    odd: list[Any] = [None, True, -1, 10**30, 0.5, [], {}, [[1]], {"a": {}}]
    return {
        dice.choice(NAMES): dice.choice([text(dice), dice.choice(odd)]) for _ in range(dice.randrange(5))
    }  # fmt: skip


def call(dice: random.Random, known: list[tuple[str, list[str]]]) -> dict[str, Any]:
    """The arguments of a request to one of the routes."""
    path, methods = dice.choice(known)
    filled = re.sub(r"\{[^}]*\}", lambda _: quote(text(dice), safe="/"), path)
    query = {key: str(value) for key, value in values(dice).items()}
    body = dice.choice(BODIES) if dice.random() < 0.4 else json.dumps(values(dice)).encode()
    method = dice.choice(methods) if methods and dice.random() < 0.8 else dice.choice(METHODS)
    headers = {"content-type": dice.choice(TYPES).encode()} | ({"range": b"bytes=9-1"} if dice.random() < 0.1 else {})
    content = None if method in ("GET", "HEAD") else body
    return {"method": method, "url": filled or "/", "params": query, "content": content, "headers": headers}


async def fuzz(address: str, count: int, seed: int = 0) -> dict[str, Any]:
    """How many calls got which status, and the first that got a 5xx other than BUSY."""
    dice, known, statuses, worst = random.Random(seed), routes(), Counter[str](), list[str]()
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(client: httpx.AsyncClient, request: dict[str, Any]) -> None:
        async with limit:
            try:
                async with client.stream(**request) as answer:
                    statuses[str(answer.status_code)] += 1
                    if answer.status_code >= 500 and answer.status_code != BUSY:
                        worst.append(f"{answer.status_code} {request['method']} {request['url']}"[:160])
            except httpx.TimeoutException:
                statuses["no answer in time"] += 1
            except httpx.InvalidURL:
                statuses["not sent"] += 1
            except httpx.HTTPError as error:
                statuses[type(error).__name__] += 1

    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as client:
        for begun in range(0, count, 500):
            requests = [call(dice, known) for _ in range(min(500, count - begun))]
            await asyncio.gather(*(one(client, request) for request in requests))
    failed = sum(n for status, n in statuses.items() if status.startswith("5") and status != str(BUSY))
    return {"routes": len(known), "calls": count, "5xx": failed, "statuses": dict(statuses), "worst": worst[:10]}
