"""One script that runs before Gradio's own: the language switch's choice, and less work for a page at rest.

Gradio reads `navigator.language` and keeps `requestAnimationFrame` before it inserts what `launch(head=...)` gives, so
that comes too late.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gan.ui.shell.theme import BROWSER


class FirstScript:
    """ASGI middleware: puts `browser/page/first.js` first into the head of the page "/"."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.tag = f"<head><script>{(BROWSER / 'page' / 'first.js').read_text('utf-8')}</script>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through but the page itself."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = b""

        async def send_page(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            page = body.replace(b"<head>", self.tag, 1)
            headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
            await send({**start, "headers": [*headers, (b"content-length", str(len(page)).encode())]})
            await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, send_page)
