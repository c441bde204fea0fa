"""What a user can do wrong. Each message is one sentence that names the thing, its range and what was given.

It is in our own words: the text of an exception of Python's or of a library is no part of it, and stands in the log.
"""

import os
import unicodedata


class GanError(Exception):
    """A mistake of the user's: the command line prints it and exits 2, the app shows it on the page."""


class ConfigError(GanError):
    """A setting is out of its range or does not fit the others."""


class DataError(GanError):
    """A data set, folder or file cannot be read."""


class ModelError(GanError):
    """A model on disk is missing, damaged or of another format."""


class HubError(GanError):
    """The Hub of Hugging Face cannot be reached, refuses, or lacks what is asked of it."""


class RunError(GanError):
    """A training run cannot be started, continued or saved."""


class DivergedError(RunError):
    """The weights of a run are no longer finite numbers."""


def reason(error: OSError) -> str:
    """Why the system refused, such as "No space left on device".

    Never the exception's own text: it may hold paths, or be a library's that derives from OSError.
    """
    return os.strerror(error.errno) if error.errno else "the system refuses"


def plain(text: str) -> str:
    """A text as a terminal may show it: what would move its cursor or turn its letters around is written as an escape.

    Names of files, models and classes come from strangers. A newline is escaped too: one text is one line.
    """
    return "".join(c if c.isprintable() or unicodedata.category(c) == "Zs" else escaped(c) for c in text)


def escaped(character: str) -> str:
    """A character as Python writes it, such as \\x1b."""
    return character.encode("unicode_escape").decode()


def sentence(error: GanError) -> str:
    """An error's message as a page shows it, a whole sentence.

    None that a page can meet begins with the name of a model or file, which has to keep its small letter.
    """
    text = plain(str(error))
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
