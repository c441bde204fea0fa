"""What live runs leave behind: `python -m bench.leaks` starts 200, abandons them, and counts before and after."""

import gc
import json
import os
import threading
import time
from typing import Any

from bench.machine import machine
from bench.processes import family, kibibytes
from gan.live.limits import LiveLimits
from gan.live.run import LiveRun
from gan.live.run_registry import RunRegistry
from gan.live.setup import Setup

RUNS, WARM, AT_ONCE = 200, 24, 8
SETTLED = 2.0  # seconds that ended processes are given to be gone


def counted() -> dict[str, float]:
    """Threads, open files, processes and memory of this process and its children."""
    gc.collect()
    pids = family(os.getpid())
    return {
        "threads": threading.active_count(), "files": len(os.listdir("/proc/self/fd")), "processes": len(pids),
        "memory": sum(kibibytes(pid, "Pss:") for pid in pids) / 1024,
    }  # fmt: skip


def abandon(registry: RunRegistry, runs: int) -> None:
    """Start runs, a few at once, and never ask after them."""
    left: list[LiveRun] = []
    for seed in range(runs):
        run = registry.open(Setup.of({"seed": seed}))
        run.start()
        left = [other for other in [*left, run] if registry.find(other.id)]
        while len(left) >= AT_ONCE:
            time.sleep(0.05)
            left = [other for other in left if registry.find(other.id)]
    while any(registry.find(run.id) for run in left):
        time.sleep(0.05)
    time.sleep(SETTLED)


def leaks(runs: int = RUNS) -> dict[str, Any]:
    """{"runs", and before and after for threads, files, processes and memory in MB}."""
    registry = RunRegistry(LiveLimits(heartbeat=0.3, memory=0.6))
    abandon(registry, WARM)  # what is made once and kept, is made now
    before = counted()
    abandon(registry, runs)
    after = counted()
    registry.close()
    return {"runs": runs} | {key: [round(before[key], 1), round(after[key], 1)] for key in before}


def main() -> None:
    """Count and print."""
    found = leaks()
    print(f"{'':12}{'before':>10}{'after':>10}")
    for key in ("threads", "files", "processes", "memory"):
        print(f"{key:12}{found[key][0]:10,.0f}{found[key][1]:10,.0f}")
    print(json.dumps({"leaks": found} | machine()))


if __name__ == "__main__":
    main()
