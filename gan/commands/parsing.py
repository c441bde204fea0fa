"""How every command answers a mistake: one sentence on stderr and exit status 2."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from gan.errors import ConfigError, GanError
from gan.numbers import parse_whole, shorthand


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose complaint is one sentence, without the usage lines."""

    def error(self, message: str) -> NoReturn:
        """Raise the complaint as a ConfigError, for `answering`."""
        raise ConfigError(f"{message} (see {self.prog} --help)")


def whole(flag: str, low: int, high: int) -> Callable[[str], int]:
    """The `type=` of a flag that takes a whole number from `low` to `high`, such as 600000, 600_000 or 6e5.

    What it returns raises a ConfigError for any other text.
    """
    return lambda text: parse_whole(flag, text, low, high, shorthand)


@contextmanager
def answering() -> Iterator[None]:
    """Turn a GanError into its sentence and status 2; Ctrl-C into 130; anything else keeps its traceback."""
    try:
        yield
    except GanError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
