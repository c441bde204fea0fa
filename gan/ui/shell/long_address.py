"""An address that is too long is answered with a sentence: gradio fails at it, with a traceback at every visit."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LONGEST = 60_000  # bytes after the question mark; links of films are long, but not so long


class LongAddress:
    """ASGI middleware: answers 414 where an address asks for too much."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything else through."""
        if scope["type"] != "http" or len(scope["query_string"]) <= LONGEST:
            await self.app(scope, receive, send)
            return
        content = {"trouble": f"This address is too long: at most {LONGEST:,} characters may follow its question mark."}
        await JSONResponse(content, 414)(scope, receive, send)
