"""What gradio gets to see of a request: it fails at much that it does not need, with a traceback at every visit."""

from starlette.types import ASGIApp, Receive, Scope, Send

from gan.ui.shell.host_names import name_in

# Without an origin gradio allows no other site to read its answers.
SEEN = frozenset({
    b"host", b"accept", b"accept-encoding", b"range", b"if-range", b"if-none-match", b"if-modified-since",
    b"x-forwarded-host", b"x-forwarded-proto",
})  # fmt: skip


def is_seen(name: bytes, value: bytes) -> bool:
    """Whether gradio may see a header: it builds its own address from the host that a proxy tells."""
    if name == b"x-forwarded-host":
        return bool(name_in(value.decode("latin-1").partition(",")[0].strip()))
    return name in SEEN


class GradioReads:
    """ASGI app: gradio's, asked for an address without its query, which only the browser reads."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what gradio needs."""
        if scope["type"] == "http":
            headers = [(name, value) for name, value in scope["headers"] if is_seen(name, value)]
            scope = {**scope, "query_string": b"", "headers": headers}
        await self.app(scope, receive, send)
