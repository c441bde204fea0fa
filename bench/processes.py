"""What Linux says of processes: which ones a process has started, and how much memory they take."""

from pathlib import Path


def children(pid: int) -> list[int]:
    """The processes that one has started."""
    return [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]


def family(pid: int) -> list[int]:
    """A process and all below it, itself first."""
    return [pid, *(other for child in children(pid) for other in family(child))]


def kibibytes(pid: int, kind: str) -> int:
    """A process's memory of a kind.

    Args:
        kind: what lines of smaps_rollup begin with: "Pss:" divides what processes share among them, "Private_" leaves
            it out, "Anonymous:" leaves files out.
    """
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(kind))
