"""What a command asks of the system for its own process."""

import platform
import resource
import subprocess
import sys

import pytest

from conftest import ROOT
from gan.commands import process

# Whether glibc maps a block of its own for so many bytes, which it then gives back: a flag in front of the block.
BLOCKS = """
import ctypes
from gan.commands.process import give_back_memory
c = ctypes.CDLL(None)
c.malloc.restype, c.malloc.argtypes, c.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
def mapped(size):
    place = c.malloc(size)
    flags = ctypes.c_size_t.from_address(place - ctypes.sizeof(ctypes.c_size_t)).value
    c.free(place)
    return bool(flags & 2)
mapped(16_000_000)
before = mapped(4_000_000)
give_back_memory()
print(before, mapped(12_000_000))  # more than is free already
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_large_blocks_are_given_back_after_larger_ones_have_come_and_gone() -> None:
    said = subprocess.run([sys.executable, "-c", BLOCKS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "True"]


def test_the_process_may_hold_more_connections() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1_024, before[1]))
        process.raise_file_limit()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert hard == before[1]
    assert soft == (process.MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, process.MOST_FILES))
