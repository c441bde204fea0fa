"""What stands first in the head of the page: a script that runs before Gradio's own, then our modules and style.

Gradio reads `navigator.language` and keeps `requestAnimationFrame` before it inserts what `launch(head=...)` gives, so
that comes too late.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gan.ui.shell.assets import Assets, first_script


class FirstScript:
    """ASGI middleware: puts its script and the tags of our files first into the head of the page "/"."""

    def __init__(self, app: ASGIApp, assets: Assets) -> None:
        self.app = app
        self.tag = f"<head><script>{first_script('page')}</script>{assets.head()}".encode()

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
