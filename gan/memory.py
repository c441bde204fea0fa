"""Memory of this process that nobody needs any more, given back to the system; on Linux alone."""

import contextlib
import ctypes
import mmap
import re
import sys
from collections.abc import Iterable, Iterator

MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \S+ *(.*)")  # a mapping's first line in /proc/self/smaps
READ_ONLY = ("r--p", "r-xp")


def give_back() -> None:
    """Give back what was freed, and the pages of libraries that were read when they were linked.

    Whoever calls a function of theirs later finds it in the system's cache. Of torch's build for CUDA these are 150 MB
    that a process without a GPU never reads again.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(AttributeError, OSError):  # another C library; no /proc
        library = ctypes.CDLL(None)
        library.malloc_trim(0)
        with open("/proc/self/smaps", encoding="utf-8", errors="replace") as lines:
            found = list(unchanged_files(lines))
        for start, size in found:
            library.madvise(ctypes.c_void_p(start), ctypes.c_size_t(size), mmap.MADV_DONTNEED)


def unchanged_files(lines: Iterable[str]) -> Iterator[tuple[int, int]]:
    """(address, bytes) of the mappings in /proc/self/smaps that are as their files are, and are only read.

    Where a page was changed, as linking changes some, giving it back would lose that.
    """
    place = None
    for line in lines:
        if mapping := MAPPING.match(line):
            start, end = int(mapping[1], 16), int(mapping[2], 16)
            place = (start, end - start) if mapping[3] in READ_ONLY and mapping[4].startswith("/") else None
        elif place is not None and line.split() == ["Anonymous:", "0", "kB"]:
            yield place
