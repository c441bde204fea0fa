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
        kind: what lines of smaps_rollup begin with: "Pss:" divides what processes share among them, "Pss_Anon:" does
            too and leaves files out, "Private_" leaves out what is shared.
    """
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(kind))


def of_files(pid: int) -> dict[str, int]:
    """File -> kibibytes of it that are mapped into a process's memory and are as the file is."""
    found: dict[str, int] = {}
    name = ""
    for line in Path(f"/proc/{pid}/smaps").read_text(errors="replace").splitlines():
        words = line.split(maxsplit=5)
        if not words[0].endswith(":"):
            name = words[5] if len(words) > 5 and words[5].startswith("/") else ""
        elif name and words[0] in ("Rss:", "Anonymous:"):
            found[name] = found.get(name, 0) + int(words[1]) * (1 if words[0] == "Rss:" else -1)
    return found
