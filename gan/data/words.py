"""Lists of words: a word a line, read as rows of letters; what cannot be one is counted and told."""

import logging
import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from gan.data.points import Compared
from gan.data.readers import data_folder
from gan.data.reports import counted, some
from gan.data.stored import Stored
from gan.errors import DataError
from gan.media.lettering import drawable
from gan.media.words import LONGEST, MOST_LETTERS, WORDS, row_of, traits_of

log = logging.getLogger(__name__)
LARGEST = 50_000_000  # bytes of a list
HELD_OUT_FROM = 100  # words of which every tenth is the test part; of fewer, both parts are all of them
NOUNS = ("word", "words")


@dataclass(frozen=True)
class WordList:
    """What a list holds.

    Attributes:
        words: all different, in the list's order.
        alphabet: their letters, in the order of Unicode.
        left_out: what was left out and why, a few words each.
    """

    words: tuple[str, ...]
    alphabet: str
    left_out: tuple[str, ...]

    @property
    def longest(self) -> int:
        """Letters of the longest word."""
        return max(map(len, self.words))


@dataclass(frozen=True)
class Words(Stored):
    """A list of words as rows of letters."""

    def compared(self, other: Stored, count: int, seed: int) -> Compared:
        """All words of both parts: a word is new only beside all that were learnt."""
        return Compared(self.tensors(self.rows), self.tensors(other.rows), None)


def load_words(path: Path, train: bool = True) -> Words:
    """The words of a list, or the test part of them: of HELD_OUT_FROM words or more every tenth.

    Raises:
        DataError: the list cannot be read, or holds no two words that differ.
    """
    found = read_list(path)
    learnt, held = parts(found.words)
    chosen = learnt if train else held
    length = found.longest + 1  # an end behind every word
    rows = torch.tensor([row_of(word, found.alphabet, length) for word in chosen], dtype=torch.uint8)
    report = said(found, chosen, 0 if held == learnt else len(held), train)
    log.info("%s: %s", path, report)
    return Words(rows, report=report, medium=WORDS, traits=traits_of(found.alphabet))


def named_list(folder: str, name: str) -> Callable[[Path | None, bool, int], Words]:
    """A reader for the list `name` in the folder `folder` of a data folder."""

    def read(data_dir: Path | None, train: bool, resolution: int) -> Words:
        path = data_folder(data_dir) / folder / name
        if not os.path.isfile(path):
            raise DataError(f"the words are not at {path}; put them there or name another --data-dir")
        return load_words(path, train)

    return read


def parts(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """(the training part of a list, the test part)."""
    if len(words) < HELD_OUT_FROM:
        return list(words), list(words)
    return [word for number, word in enumerate(words) if number % 10 != 9], list(words[9::10])


def read_list(path: Path) -> WordList:
    """What a file of a word a line holds; words stand as they are written, without spaces around them.

    Of more than MOST_LETTERS letters those count that the most words have.

    Raises:
        DataError: the file is missing, too large or no text in UTF-8, or holds no two words that differ.
    """
    lines = text_of(path).split("\n")
    lines = lines[:-1] if not lines[-1] else lines
    written = [unicodedata.normalize("NFC", line.strip()) for line in lines]
    filled = [word for word in written if word]
    short = [word for word in filled if len(word) <= LONGEST]
    different = list(dict.fromkeys(short))
    letters = Counter(letter for word in different for letter in set(word) if letter.isprintable())
    kept = sorted(letters, key=lambda letter: (-letters[letter], letter))[:MOST_LETTERS]
    words = [word for word in different if set(word) <= set(kept)]
    others = Counter(letter for word in different for letter in set(word) - set(kept))
    strange = f"with other letters ({some(letter for letter, _ in others.most_common())})"
    pieces: tuple[tuple[int, str, str], ...] = (
        (len(written) - len(filled), "empty line", "empty lines"),
        (len(filled) - len(short), f"word of more than {LONGEST} letters", f"words of more than {LONGEST} letters"),
        (len(short) - len(different), "word that was there already", "words that were there already"),
        (len(different) - len(words), f"word {strange}", f"words {strange}"),
    )
    left_out = tuple(counted(*piece) for piece in pieces if piece[0])
    if len(words) < 2:
        why = f" ({', '.join(left_out)})" if left_out else ""
        raise DataError(
            f"{path} holds {counted(len(words), *NOUNS)} that can be read{why}, and two are needed at least"
        )
    return WordList(tuple(words), "".join(sorted(set().union(*words))), left_out)


def text_of(path: Path) -> str:
    """The text of a list."""
    if not os.path.isfile(path):
        raise DataError(
            f"the list {path} does not exist" if not os.path.isdir(path) else f"{path} is a folder, no list"
        )
    try:
        if os.path.getsize(path) > LARGEST:
            raise DataError(f"the list {path} is larger than {LARGEST // 10**6} MB")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no text in UTF-8") from error
    except OSError as error:
        raise DataError(f"the list {path} cannot be read") from error


def said(found: WordList, chosen: Sequence[str], held: int, train: bool) -> str:
    """What was read of a list, and what was not: one line."""
    head = f"{counted(len(chosen), *NOUNS)} of {counted(len(found.alphabet), 'letter')}, the longest of {found.longest}"
    if held:
        head += f", {held:,} more held out for the test part" if train else ", the test part"
    marked = [letter for letter in found.alphabet if drawable(letter) != letter]
    return "; ".join(
        [head]
        + ([f"left out: {', '.join(found.left_out)}"] if found.left_out else [])
        + ([f"sheets and films on disk draw {some(marked)} without marks or as boxes"] if marked else [])
    )
