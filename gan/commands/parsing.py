"""What all commands share: how they are called, and one sentence on stderr and exit status 2 for every mistake."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TextIO

from gan.commands.help import ASKS, LANGUAGES, PROGRAM, page_asked_for
from gan.errors import ConfigError, GanError, plain
from gan.numbers import parse_whole, shorthand

log = logging.getLogger(__name__)
MODEL = "a name in weights/, a run's folder, a .safetensors file, or user/name[@revision] on the Hub"
SCRIPTS = {"app": "python app.py", "train": "python train.py"}  # the doors of a checkout


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose complaint is one sentence, without the usage lines, and whose help has two languages."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.add_argument(
            "--lang", choices=LANGUAGES,
            help=f"language of the help: {', '.join(LANGUAGES)}; what LANG says unless given",
        )  # fmt: skip

    def print_help(self, file: object = None) -> None:
        """Print the command's page; only an abbreviation such as --hel comes here, `help_shown` prints the others."""
        help_shown(self.prog.rpartition(" ")[2].removesuffix(".py"), [ASKS[0]], self.prog)

    def error(self, message: str) -> NoReturn:
        """Raise the complaint as a ConfigError, for `answering`."""
        raise ConfigError(f"{message} (see {self.prog} --help)")


def whole(flag: str, low: int, high: int) -> Callable[[str], int]:
    """The `type=` of a flag that takes a whole number from `low` to `high`, such as 600000, 600_000 or 6e5.

    What it returns raises a ConfigError for any other text.
    """
    return lambda text: parse_whole(flag, text, low, high, shorthand)


LONGEST_LINE = 2_000  # characters of the log: some libraries tell at length what a request of 300 bytes had wrong


class PlainFormatter(logging.Formatter):
    """Lines of the log as a terminal may show them; a traceback keeps its lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """One line."""
        line = plain(super().formatMessage(record))
        return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} …"


def log_plainly(style: str = logging.BASIC_FORMAT, level: int | str = logging.WARNING) -> None:
    """Print the log from a level on, unless it is printed already."""
    handler = logging.StreamHandler()
    handler.setFormatter(PlainFormatter(style))
    logging.basicConfig(handlers=[handler], level=level)


def say(*lines: str, file: TextIO | None = None) -> None:
    """Print lines, each as a terminal may show it; whatever a command says goes through here."""
    for line in lines:
        print(plain(line), file=file, flush=True)


def help_shown(command: str, argv: Sequence[str], call: str) -> bool:
    """Whether arguments asked for help, which then was printed; see `page_asked_for`."""
    text = page_asked_for(command, argv, call)
    say(*(text or "").splitlines())
    return text is not None


@contextmanager
def answering() -> Iterator[None]:
    """Turn a GanError into its sentence and status 2; Ctrl-C into 130; anything else keeps its traceback.

    With GAN_LOG=debug in the environment, what lies behind a sentence is printed too.
    """
    if os.environ.get("GAN_LOG", "").upper() in logging.getLevelNamesMapping():
        log_plainly(level=os.environ["GAN_LOG"].upper())
    elif logging.lastResort:
        logging.lastResort.setFormatter(PlainFormatter())
        # A library that logs by no logger of its own would put a handler there that shows a terminal everything.
        logging.basicConfig(handlers=[logging.lastResort])
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
