"""What a process gives back to the system: nothing that it has changed."""

import sys
from pathlib import Path

import pytest
import torch

from gan.memory import give_back, unchanged_files

SMAPS = """\
1000-3000 r-xp 00000000 fe:00 1      /usr/lib/a b.so
Rss:                   8 kB
Anonymous:             0 kB
3000-4000 r--p 00002000 fe:00 1      /usr/lib/linked.so
Anonymous:             4 kB
4000-5000 rw-p 00003000 fe:00 1      /usr/lib/data.so
Anonymous:             0 kB
5000-6000 r--s 00000000 fe:00 2      /dev/shared
Anonymous:             0 kB
6000-7000 r--p 00000000 00:00 0
Anonymous:             0 kB
7000-8000 r-xp 00000000 00:00 0      [vdso]
Anonymous:             0 kB
8000-8800 r--p 00000000 fe:00 3      /usr/lib/c.so (deleted)
Anonymous:             0 kB
"""


def test_only_what_is_as_its_file_is_goes() -> None:
    assert list(unchanged_files(SMAPS.splitlines(keepends=True))) == [(0x1000, 0x2000), (0x8000, 0x800)]


def of_files() -> int:
    """Kilobytes of files in this process's memory."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("RssFile:")))


@pytest.mark.skipif(sys.platform != "linux", reason="nothing happens elsewhere")
def test_libraries_go_and_come_back_when_they_are_called() -> None:
    expected, before = (torch.ones(64, 64) @ torch.ones(64, 64)).sum(), of_files()
    give_back()
    assert of_files() < before / 2
    assert (torch.ones(64, 64) @ torch.ones(64, 64)).sum() == expected
