"""What all commands share: how they are called, and one sentence on stderr and exit status 2 for every mistake."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TextIO

from gan.errors import ConfigError, GanError, plain
from gan.numbers import parse_whole, shorthand

log = logging.getLogger(__name__)
PROGRAM = "gan-atelier"  # what an installed package is called by
SCRIPTS = {"app": "python app.py", "train": "python train.py"}  # the doors of a checkout


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


class PlainFormatter(logging.Formatter):
    """Lines of the log as a terminal may show them; a traceback keeps its lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """One line."""
        return plain(super().formatMessage(record))


def log_plainly(style: str = logging.BASIC_FORMAT, level: int | str = logging.WARNING) -> None:
    """Print the log from a level on, unless it is printed already."""
    handler = logging.StreamHandler()
    handler.setFormatter(PlainFormatter(style))
    logging.basicConfig(handlers=[handler], level=level)


def say(*lines: str, file: TextIO | None = None) -> None:
    """Print lines, each as a terminal may show it; whatever a command says goes through here."""
    for line in lines:
        print(plain(line), file=file, flush=True)


@contextmanager
def answering() -> Iterator[None]:
    """Turn a GanError into its sentence and status 2; Ctrl-C into 130; anything else keeps its traceback.

    With GAN_LOG=debug in the environment, what lies behind a sentence is printed too.
    """
    if os.environ.get("GAN_LOG", "").upper() in logging.getLevelNamesMapping():
        log_plainly(level=os.environ["GAN_LOG"].upper())
    elif logging.lastResort:
        logging.lastResort.setFormatter(PlainFormatter())
    try:
        yield
    except GanError as error:
        log.debug("what lies behind the sentence", exc_info=error)
        say(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def called(command: str) -> str:
    """How to call a command in the way that this process was called: `gan-atelier train`, `python -m gan train`.

    In a process of another name, such as train.py, app and train are called by their scripts.
    """
    program = Path(sys.argv[0])
    if program.stem == PROGRAM:
        return f"{PROGRAM} {command}"
    module = f"python -m gan {command}"
    return module if program.parts[-2:] == ("gan", "__main__.py") else SCRIPTS.get(command, module)
