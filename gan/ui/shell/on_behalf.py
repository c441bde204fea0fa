"""In whose name gradio's MCP server calls the endpoints: it reaches the app as one more program of this machine.

It passes the headers of the request that it serves on. So this host puts the visitor among them, under a signature.
"""

import base64
import hashlib
import hmac
import json
import secrets

from gan.live.visitors import Visitor

HEADER = "x-atelier-visitor"
KEY = secrets.token_bytes(32)  # both ends are in this process


def signed(visitor: Visitor) -> str:
    """The header's value that names a visitor."""
    name = base64.urlsafe_b64encode(json.dumps(visitor).encode()).decode()
    return f"{name}.{signature(name)}"


def told_visitor(value: str) -> Visitor | None:
    """The visitor whom a header's value names; None if this host has not signed it."""
    name, _, mark = value.partition(".")
    if not hmac.compare_digest(mark.encode(), signature(name).encode()):
        return None
    return Visitor(*json.loads(base64.urlsafe_b64decode(name)))


def signature(name: str) -> str:
    """What only this process can put behind a name."""
    return hmac.new(KEY, name.encode(), hashlib.sha256).hexdigest()
