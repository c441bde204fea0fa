"""Ids of live runs: nobody can guess one, and each begins with the mark of its host, which is new at every start.

By it one of several hosts behind one address knows that a run is another's, and can say so.
"""

import re
import secrets

from gan.errors import RunError

OWN, WATCH = 24, 18  # bytes by chance: of what its owner asks with, of what others may look with
# A mark of 8 characters and an id behind it; of a watcher, a part of his own behind both.
GIVEN_OUT = re.compile(r"[A-Za-z0-9_-]{8}(?:[A-Za-z0-9_-]{32}|[A-Za-z0-9_-]{24}(?:\.[A-Za-z0-9_-]{0,12})?)")


class ElsewhereError(RunError):
    """A live run is on another host, or was on this one before it was started anew."""


def new_mark() -> str:
    """8 characters."""
    return secrets.token_urlsafe(6)


def new_id(mark: str, size: int) -> str:
    """An id of so many bytes by chance behind a mark."""
    return mark + secrets.token_urlsafe(size)


def is_elsewhere(id: object, mark: str) -> bool:
    """Whether an id was given out by another host, or by this one before it was started anew."""
    return isinstance(id, str) and GIVEN_OUT.fullmatch(id) is not None and not id.startswith(mark)
