"""What is put into the page that Gradio writes: a script that runs before its own, our modules, and the curtain.

Gradio reads `navigator.language` and keeps `requestAnimationFrame` before it inserts what `launch(head=...)` gives, so
that comes too late. A style sheet in the head holds up everything that is seen, so all of them are made to come late;
the curtain covers what they are for.
"""

import gzip
import json
import re
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gan.ui.shell.assets import Assets, first_script

SHEET = re.compile(rb'<link rel="stylesheet"')
# Loaded like any other, in its order, but nothing that is seen waits for it.
LATE = b"""<link media="print" onload="this.media='all'" rel="stylesheet\""""
BODY = re.compile(rb"<body[^>]*>")
# What gradio names by an absolute address, which is not ours below a path of a proxy.
ABSOLUTE = re.compile(rb'(?<=href=")/(?=manifest\.json")')

CONFIG = b"window.gradio_config = "
# What endpoints take and give, which gradio's own page of them shows; ours has none.
INFO = re.compile(rb"(?<=window\.gradio_api_info = )\{.*?\}(?=;?\s*</script>)", re.DOTALL)
NO_INFO = b'{"named_endpoints":{},"unnamed_endpoints":{}}'
ENDPOINT = "api"  # what gradio calls the components that stand for what an endpoint takes and gives
LEVEL = 6  # of compression

First = Callable[[], tuple[str, str]]


def without_endpoints(page: bytes) -> bytes:
    """Gradio's page without what it says of the endpoints: programs ask elsewhere, and it is a third of the page."""
    page = INFO.sub(NO_INFO, page)
    before, mark, after = page.partition(CONFIG)
    if not mark:
        return page
    text = after.decode()
    config, end = json.JSONDecoder().raw_decode(text)
    theirs = {component["id"] for component in config["components"] if component["type"] == ENDPOINT}
    config["components"] = [part for part in config["components"] if part["id"] not in theirs]
    config["dependencies"] = [
        dependency for dependency in config["dependencies"]
        if not theirs & {*dependency["inputs"], *dependency["outputs"]}
    ]  # fmt: skip
    kept = {dependency["id"] for dependency in config["dependencies"]}
    for part in (config, *config.get("page", {}).values()):
        layout = part.get("layout") or {}
        layout["children"] = [child for child in layout.get("children", []) if child["id"] not in theirs]
    for part in config.get("page", {}).values():
        part["components"] = [number for number in part["components"] if number not in theirs]
        part["dependencies"] = [number for number in part["dependencies"] if number in kept]
    written = json.dumps(config, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")  # ends no script
    return before + mark + written.encode() + text[end:].encode()


class FirstScript:
    """ASGI middleware: puts them into the page "/".

    Args:
        first: gives the name of the model that the page opens with, and the HTML of the curtain.
    """

    def __init__(self, app: ASGIApp, assets: Assets, first: First) -> None:
        self.app = app
        self.assets = assets
        self.first = first

    def filled(self, page: bytes) -> bytes:
        """Gradio's page with ours in it."""
        model, curtain = self.first()
        told = json.dumps({"model": model}).replace("<", "\\u003c")
        script = f"globalThis.atelierFirst = {told};\n{first_script('page')}"
        head = f"<head><script>{script}</script>{self.assets.head()}".encode()
        page = SHEET.sub(LATE, ABSOLUTE.sub(b"", without_endpoints(page)).replace(b"<head>", head, 1))
        return BODY.sub(lambda body: body[0] + curtain.encode(), page, count=1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through but the page itself."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = b""
        zips = "gzip" in Headers(scope=scope).get("accept-encoding", "")  # gradio compresses its files, not its page

        async def send_page(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            page = await run_in_threadpool(self.filled, body)
            headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
            headers.append((b"vary", b"Accept-Encoding"))
            if zips:
                page = gzip.compress(page, LEVEL, mtime=0)
                headers.append((b"content-encoding", b"gzip"))
            await send({**start, "headers": [*headers, (b"content-length", str(len(page)).encode())]})
            await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, send_page)
