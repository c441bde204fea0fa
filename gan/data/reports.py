"""The words for what was read of a folder and what was left out of it: one line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from torch import Tensor

from gan.data.listings import Listing
from gan.media.values import WHITE, Rule

NAMED = 3  # kinds or classes that a line names before it counts the rest
MAX_NAME = 20  # characters of each
DARK = 64  # of 256 levels


@dataclass(frozen=True)
class Outcome:
    """What became of the files of a folder.

    Attributes:
        pixels: uint8 [N, R, R, C] of the pictures read.
        part: what is said of those that are held back, if anything.
        cropped, enlarged, on_ground, several, not_finite: how many were cut to a square, were smaller than they are
            now, lie on a ground where they are transparent, are the first of several in their file, hold values that
            are no finite numbers.
    """

    rule: Rule
    pixels: Tensor
    classes: tuple[str, ...]
    part: str = ""
    cropped: int = 0
    enlarged: int = 0
    on_ground: int = 0
    several: int = 0
    not_finite: int = 0

    @property
    def lowest(self) -> int:
        """The lowest level, 0 to 255."""
        return int(self.pixels.min())

    @property
    def highest(self) -> int:
        """The highest level, 0 to 255."""
        return int(self.pixels.max())

    @property
    def line(self) -> str:
        """What was read, and how."""
        classes = "" if self.classes == ("",) else f" of {counted(len(self.classes), 'class', 'classes')}"
        count, resolution, _, channels = self.pixels.shape
        head = f"{counted(count, 'picture')}{classes} at {resolution} px"
        head += ", grey" * (channels == 1) + ", centre-cropped" * bool(self.cropped) + self.part
        return "; ".join([head, *self.notes])

    @property
    def spread(self) -> str:
        """Between which levels everything lies, and how the values were read."""
        span = f"from {self.lowest} to {self.highest}" if self.lowest < self.highest else str(self.lowest)
        return "; ".join([f"every value that was read is {span} of 255", *self.notes])

    @property
    def notes(self) -> list[str]:
        """How values were read where the files do not say it."""
        scales = [f"{scale} are black to white" for scale in (self.rule.whole, self.rule.real) if scale]
        ground = "white" if self.rule.ground == WHITE else "black"
        side = self.pixels.shape[1]
        pieces = [
            (self.enlarged, f"smaller than {side} px and enlarged: {self.enlarged:,}"),
            (self.on_ground, f"what is transparent in {self.on_ground:,} is {ground}"),
            (self.not_finite, f"values that are no finite numbers, in {self.not_finite:,}, are black or white"),
            (self.several, f"of {counted(self.several, 'file')} with several pictures the first"),
            (self.highest < DARK, f"dark: no value is above {self.highest} of 255"),
        ]
        return scales + [words for count, words in pieces if count]


def left_out(found: Listing, unreadable: int, dropped: Mapping[str, str], noun: str = "picture") -> str:
    """What has not been read of a folder; "" if all has.

    Args:
        unreadable: files that are such by their names only.
        dropped: class -> why there is no such class.
        noun: what is looked for.
    """
    kinds = [suffix or "no suffix" for suffix, _ in sorted(found.others.items(), key=lambda kind: (-kind[1], kind[0]))]
    at_least = "" if found.counted_all else "at least "
    pieces = [
        (found.others.total(), f"{counted(found.others.total(), 'file')} of other kinds ({some(kinds)})"),
        (found.deeper, f"{at_least}{counted(found.deeper, noun)} in deeper folders"),
        (found.hidden, counted(found.hidden, f"hidden {noun}")),
        (found.nothing, f"{counted(found.nothing, 'name')} of {noun}s without a file (broken links, pipes)"),
        (len(found.closed), f"{counted(len(found.closed), 'folder')} that may not be opened ({some(found.closed)})"),
        (unreadable, f"{unreadable:,} that cannot be read"),
    ]
    reasons = {why: [name for name, other in dropped.items() if other == why] for why in dropped.values()}
    classes = [f"{'classes' if len(names) > 1 else 'class'} {some(names)} ({why})" for why, names in reasons.items()]
    return ", ".join([words for count, words in pieces if count] + classes)


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number and its noun, such as "1,234 files"."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def some(names: Iterable[str]) -> str:
    """The first few names, such as ".heic, .txt, .json and 2 more", each cut and made fit to be printed."""
    every = [shown if len(shown) <= MAX_NAME else shown[: MAX_NAME - 1] + "…" for shown in map(printable, names)]
    more = f" and {len(every) - NAMED:,} more" if len(every) > NAMED else ""
    return ", ".join(every[:NAMED]) + more


def printable(name: str) -> str:
    """A name without what would break a line or cannot be written."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)
