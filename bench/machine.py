"""What a figure was measured by and on."""

import datetime
import os
import platform
import shlex
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

# Options that name a place of one machine and decide no figure.
PLACES = ("--folder", "--out", "--sheet", "--sheets", "--data-dir", "--before", "--library")


def command(name: str, argv: Sequence[str] | None = None) -> str:
    """The command of the bench of a name as anybody may repeat it: with the arguments given, but for PLACES."""
    said, place = ["python", "-m", f"bench.{name}"], False
    for word in sys.argv[1:] if argv is None else argv:
        if place:
            place = False
        elif word.partition("=")[0] in PLACES:
            place = "=" not in word
        else:
            said.append(word)
    return shlex.join(said)


def machine() -> dict[str, Any]:
    """{"machine", "versions", "date"} for the last line of a bench."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        cpu = names[0] if names else cpu
    return {
        "machine": {"cpu": cpu, "cores": os.cpu_count(), "system": platform.system()},
        "versions": {"python": platform.python_version()} | {name: version(name) for name in ("torch", "gradio")},
        "date": datetime.date.today().isoformat(),
    }
