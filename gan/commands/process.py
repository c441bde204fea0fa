"""What a command asks of the system for its own process."""

import contextlib
import ctypes
import gc
import sys
from collections.abc import Iterator

MOST_FILES = 65_536
M_MMAP_THRESHOLD, LARGE_BLOCK = -3, 1_000_000  # of mallopt, and bytes


def raise_file_limit() -> None:
    """Let this process hold as many connections as the system allows; many systems begin with 1,024 files."""
    if sys.platform == "win32":
        return
    import resource  # POSIX alone has it

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def give_back_memory() -> None:
    """Let the system have large blocks back as soon as they are free.

    Once glibc has seen a few of them come and go it keeps them for good, in every thread: states and films of live runs
    would take several times what is left of them.
    """
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)


@contextlib.contextmanager
def quick_start() -> Iterator[None]:
    """Import within it what is large: nothing of that becomes garbage, so the collector need not look through it again
    and again, nor ever after.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
