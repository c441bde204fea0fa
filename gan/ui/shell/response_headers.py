"""What every answer tells a browser: take it for what it says it is, tell no other site of it, load no plug-ins.

Who may show the page in a frame is for the host to say: a Space is a frame of another site.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio's page has a <base>, of its own address: "none" would put an error into the console of every visitor.
POLICY = b"object-src 'none'; base-uri 'self'"
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", POLICY),
)
NAMES = {name for name, _ in HEADERS}


class ResponseHeaders:
    """ASGI middleware: puts HEADERS into every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [pair for pair in message.get("headers", ()) if pair[0].lower() not in NAMES]
                message = {**message, "headers": [*others, *HEADERS]}
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
