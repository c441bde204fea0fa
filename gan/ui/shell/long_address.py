"""An address that is too long is answered with a sentence: gradio fails at it, with a traceback at every visit."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LONGEST = 60_000  # bytes after the question mark; links of films are long, but not so long
LONGEST_PATH = 1_000  # characters before it


class LongAddress:
    """ASGI middleware: answers 414 where an address asks for too much."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything else through."""
        trouble = scope["type"] == "http" and too_long(scope)
        if trouble:
            await JSONResponse({"trouble": trouble}, 414)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def too_long(scope: Scope) -> str:
    """The sentence about an address that is too long, or ""."""
    if len(scope["query_string"]) > LONGEST:
        return f"This address is too long: at most {LONGEST:,} characters may follow its question mark."
    if len(scope["path"]) > LONGEST_PATH:
        return f"This address is too long: its path has at most {LONGEST_PATH:,} characters."
    return ""
