"""`--help` in English and Chinese, from pages that `python -m bench.help` wrote, so that nothing large is loaded."""

import os
import sys
from collections.abc import Mapping, Sequence
from importlib.resources import files

from gan.errors import ConfigError

ENGLISH, CHINESE = LANGUAGES = ("en", "zh-CN")
LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set decides
ASKS, ASKS_ALL = ("--help", "-h"), "--help-all"
PROGRAM = "gan-atelier"  # as which every page calls the program
LISTING = "COMMAND"  # the page of all commands


def of_environment(environment: Mapping[str, str]) -> str:
    """The language of the system."""
    told = next((environment[name] for name in LOCALE if environment.get(name)), "")
    return CHINESE if told.lower().startswith("zh") else ENGLISH


def asked(argv: Sequence[str], environment: Mapping[str, str]) -> tuple[str, str] | None:
    """("" or "-all" as the end of the page's name, its language) that arguments ask for; None if for none.

    Raises:
        ConfigError: --lang names another language.
    """
    before = list(argv[: argv.index("--")] if "--" in argv else argv)
    given = [after for word, after in zip(before, [*before[1:], ""], strict=False) if word == "--lang"]
    given += [word.partition("=")[2] for word in before if word.startswith("--lang=")]
    if given and given[-1] not in LANGUAGES:
        raise ConfigError(f"--lang is one of {', '.join(LANGUAGES)}, not {given[-1]!r:.60}")
    language = given[-1] if given else of_environment(environment)
    if ASKS_ALL in before:
        return "-all", language
    return ("", language) if any(word in ASKS for word in before) else None


def page(command: str, language: str, call: str) -> str:
    """The page of a command, which calls it as `call` does.

    Raises:
        ConfigError: what it is printed on cannot show the language.
    """
    place = files("gan.commands").joinpath("pages", f"{command}.{language}.txt")
    text = place.read_text(encoding="utf-8").replace(f"{PROGRAM} {command.removesuffix('-all')}", call)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError as error:
        raise ConfigError(
            f"this terminal cannot show {language}: set PYTHONIOENCODING=utf-8, or ask for --lang {ENGLISH}"
        ) from error
    return text


def page_asked_for(command: str, argv: Sequence[str], call: str) -> str | None:
    """The page of help that arguments ask for; None where they ask for none.

    Args:
        command: a name of COMMANDS, or LISTING.
        call: how this process calls it, such as `python train.py`.
    """
    wanted = asked(argv, os.environ)
    if wanted is None or (wanted[0] and command != "train"):
        return None
    return page(command + wanted[0], wanted[1], call)
