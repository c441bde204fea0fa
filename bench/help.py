"""Write the pages of `--help`, in English and Chinese, from the options of the commands: `python -m bench.help`.

Nothing is trained here. Prints the files and, last, one JSON object.
"""

import argparse
import dataclasses
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.machine import machine
from gan.commands import data, own_pictures, program, publish, serve, train, use
from gan.commands.chinese import FRAME, MISSING, chinese, has_chinese
from gan.commands.help import CHINESE, ENGLISH, LISTING, PROGRAM
from gan.files import make_folder, write_whole
from gan.recipe.config import TrainConfig

FOLDER = Path(__file__).resolve().parent.parent / "gan" / "commands" / "pages"
WIDTH, INDENT = 100, 26  # columns of a page, and before the text of an option
SETTINGS = {f.name: f for f in dataclasses.fields(TrainConfig)}
# A space, a Chinese character with the signs that go with it, or a word.
PIECES = re.compile(r" |[（《]*[\u2e80-\u9fff][，。；：、）》！？”…]*|[^ \u2e80-\u9fff]+")
Say = Callable[[str], str]


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most so many columns: broken at spaces, and before Chinese characters that may begin a line."""
    lines, line = [], ""
    for piece in PIECES.findall(text):
        if line.strip() and columns(line + piece) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line or piece != " " else ""
    return [*lines, line.rstrip()]


def options(command: str) -> argparse.ArgumentParser:
    """The command line of a command, every setting of `train` among its options."""
    if command == "app":
        return serve.parser()
    if command == "data":
        return data.parser()
    if command.startswith("train"):
        return train.parser(everything=command == "train-all")
    return {**use.parsers(), **own_pictures.parsers(), **publish.parsers()}[command]


def framed(language: str) -> Say:
    """What a text of the frame is in a language."""
    return (lambda text: text) if language == ENGLISH else FRAME.__getitem__


def setting_of(action: argparse.Action, parser: argparse.ArgumentParser) -> dataclasses.Field[Any] | None:
    """The setting of a run that an option of `train` is."""
    return SETTINGS.get(action.dest) if parser.prog.endswith((" train", " train.py")) else None


def english(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    """The sentence of an option, without range and values where it is a setting; "" where it has none."""
    if action.help in (None, argparse.SUPPRESS):
        return ""
    setting = setting_of(action, parser)
    if action.dest == "help":
        return "this page"
    return setting.metadata["help"] if setting else parser._get_formatter()._expand_help(action)


def without_chinese() -> list[str]:
    """What a page would say, and has no Chinese yet."""
    texts = [command.about for command in program.COMMANDS.values()]
    for command in (*program.COMMANDS, "train-all"):
        parser = options(command)
        texts += [description(parser), parser.epilog or "", *(english(action, parser) for action in parser._actions)]
    return [text for text in dict.fromkeys(texts) if text and not has_chinese(text)]


def description(parser: argparse.ArgumentParser) -> str:
    """What a command is said to do, in its first paragraph."""
    return (parser.description or "").split("\n\n")[0].strip()


def said(action: argparse.Action, parser: argparse.ArgumentParser, language: str) -> str:
    """The sentence of an option in a language; of a setting, its range and its values stand behind it."""
    sentence, setting, frame = english(action, parser), setting_of(action, parser), framed(language)
    if language == ENGLISH and setting:
        return parser._get_formatter()._expand_help(action)
    if language == ENGLISH or not sentence:
        return sentence
    if setting is None:
        return chinese(sentence)
    meta = setting.metadata
    limits = (f"{meta[end]:.12g}" for end in ("low", "high"))
    behind = frame(" [{} to {}]").format(*limits) if meta["low"] is not None else ""
    return chinese(sentence) + behind + (frame(": ") + ", ".join(meta["choices"]) if meta["choices"] else "")


def called(action: argparse.Action) -> str:
    """An option as it is typed, or the name of an argument."""
    name = action.metavar if isinstance(action.metavar, str) else None
    if name is None and action.choices is not None:
        name = "{" + ",".join(map(str, action.choices)) + "}"
    if not action.option_strings:
        return name or action.dest.upper()
    flags = ", ".join(sorted(action.option_strings, key=len))
    if action.nargs == 0:
        return flags
    value = name or action.dest.upper()
    return f"{flags} [{value}]" if action.nargs == "?" else f"{flags} {value}"


def usage(parser: argparse.ArgumentParser, actions: list[argparse.Action], frame: Say) -> str:
    """How a command is called, with all that it needs."""
    if parser.usage:
        return frame("usage: ") + parser.usage.replace("[settings]", frame("[settings]"))
    needed = [called(action) for action in actions if action.option_strings and action.required]
    named = []
    for action in (a for a in actions if not a.option_strings):
        name = called(action)
        named.append({"*": f"[{name} …]", "+": f"{name} …"}.get(str(action.nargs), name))
    return frame("usage: ") + " ".join([parser.prog, frame("[options]"), *named, *needed])


def lines_of(actions: list[argparse.Action], parser: argparse.ArgumentParser, language: str) -> Iterator[str]:
    """The lines of some arguments."""
    for action in actions:
        head, text = f"  {called(action)}", said(action, parser, language)
        rest = wrapped(text, WIDTH - INDENT) if text else []
        if columns(head) > INDENT - 2 or not rest:
            yield from wrapped_head(head)
        else:
            yield head + " " * (INDENT - columns(head)) + rest.pop(0)
        yield from (" " * INDENT + line for line in rest)


def wrapped_head(head: str) -> list[str]:
    """A long option with many values, on as many lines as it takes."""
    if columns(head) <= WIDTH:
        return [head]
    cut = head.rindex(",", 0, WIDTH) + 1
    return [head[:cut], *wrapped_head(" " * 6 + head[cut:])]


def page(command: str, language: str) -> str:
    """The page of a command."""
    parser, frame = options(command), framed(language)
    say = (lambda text: text) if language == ENGLISH else chinese
    shown = [action for action in parser._actions if action.help != argparse.SUPPRESS]
    last = [action for action in shown if action.dest in ("help", "help_all", "lang")]
    shown = [action for action in shown if action not in last] + last
    blocks = [[usage(parser, shown, frame)], wrapped(say(description(parser)), WIDTH)]
    for named in (False, True):
        chosen = [action for action in shown if bool(action.option_strings) is named]
        blocks.append([*([frame("options:")] if named else []), *lines_of(chosen, parser, language)])
    if parser.epilog:
        blocks.append(wrapped(say(parser.epilog), WIDTH))
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def listing(language: str) -> str:
    """The page of all commands."""
    frame, say = framed(language), (lambda text: text) if language == ENGLISH else chinese
    call = f"{PROGRAM} {LISTING}"
    lines = [f"  {name:<10}{say(command.about)}" for name, command in program.COMMANDS.items()]
    more = say(f"{call} --help says more about one of them; --version says which version this is.")
    return "\n".join(
        [f"{frame('usage: ')}{call} …", "", say("Explore, morph and train GANs."), "", *lines, "", more, ""]
    )


def pages() -> dict[str, str]:
    """Every page by its file's name."""
    before, sys.argv = sys.argv, [PROGRAM]
    try:
        return {
            f"{command}.{language}.txt": listing(language) if command == LISTING else page(command, language)
            for command in (LISTING, *program.COMMANDS, "train-all") for language in (ENGLISH, CHINESE)
        }  # fmt: skip
    finally:
        sys.argv = before


def main() -> None:
    if missing := without_chinese():
        sys.exit("\n".join(map(MISSING.format, missing)))
    made = pages()
    make_folder(FOLDER)
    for stale in set(FOLDER.glob("*.txt")) - {FOLDER / name for name in made}:
        stale.unlink()
    for name, text in made.items():
        write_whole(FOLDER / name, text.encode())
        print(f"{name}: {text.count(chr(10))} lines")
    print(json.dumps({"pages": len(made), "machine": machine()}))


if __name__ == "__main__":
    main()
