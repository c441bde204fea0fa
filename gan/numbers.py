"""Whole numbers from outside: text in links and on the command line, values in JSON, and one sentence for all else."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NoReturn

from gan.errors import ConfigError

WHOLE = re.compile(r"[0-9]{1,19}")
SHORTHAND = re.compile(r"[+-]?[0-9]+(_[0-9]+)*(\.[0-9]+)?(e\+?[0-9]{1,2})?", re.IGNORECASE)


def digits(text: str) -> int | None:
    """The number that 1 to 19 ASCII digits write, as in links, addresses and file names; None for any other text."""
    return int(text) if WHOLE.fullmatch(text) else None


def shorthand(text: str) -> int | None:
    """The whole number that people type as 600000, 600_000, 6e5 or 0.6e6; None for any other text."""
    number = Decimal(text.strip()) if SHORTHAND.fullmatch(text.strip()) else None
    return None if number is None or number != number.to_integral_value() else int(number)


def parse_whole(name: str, text: str, low: int, high: int, read: Callable[[str], int | None] = digits) -> int:
    """The whole number that text writes.

    Args:
        name: what the sentence of a mistake begins with, such as `--seed`.
        low, high: both allowed.
        read: `digits`, or `shorthand` for what people type.

    Raises:
        ConfigError: the text is no whole number from `low` to `high`.
    """
    number = read(text)
    if number is None or not low <= number <= high:
        refuse(name, text, low, high)
    return number


def check_whole(name: str, value: object, low: int, high: int) -> int:
    """The value, if it is an int; text, floats and booleans are none.

    Raises:
        ConfigError: it is no int from `low` to `high`, both allowed.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        refuse(name, value, low, high)
    return value


def refuse(name: str, given: object, low: int, high: int) -> NoReturn:
    """Raise the ConfigError that says what is allowed and what was given."""
    raise ConfigError(f"{name} must be a whole number from {low} to {high}, not {given!r:.60}")
