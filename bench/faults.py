"""What faults do to a run: `python -m bench.faults [--kills 500] [--out FILE]`.

Every process is a `train.py` of its own, forked from this one, that saves at every tick. After each fault the run's
folder is read and the run taken up again. Prints a table and, last, one JSON object.
"""

import argparse
import json
import os
import random
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from bench.disk import Disk, mount_again, small_disk
from bench.forks import ended, forked
from bench.machine import command, machine
from bench.mishaps import ALWAYS, PICTURES, Row, damaged, poisoned, refused, torn
from gan.data.sets import load
from gan.training import runs
from gan.training.states import STATE
from gan.training.trainer import Trainer

KILLS = 500
USUAL = runs.SAVE_SHARE
NOBODY = 65534  # the user with no rights
TICK = 0.06  # seconds, about two ticks with their saves
SHORT = 6_000
SETTINGS = ["--data", "ring", "--g-widths", "16,16", "--d-widths", "16,16"]


# ---- processes ----------------------------------------------------------------------------------------------------


def start(argv: Sequence[object], words: Path, first: Callable[[], object] = int, share: float = ALWAYS) -> int:
    """The process id of a `train.py argv` that speaks into a file; it calls `first` before.

    Args:
        share: of its time that may go into saving; by default it saves at every tick.
    """
    return forked(argv, words, words, share, first)


def resume(folder: Path, nimg: int = 15_000) -> list[object]:
    """The arguments that begin a run or take it up."""
    return [*SETTINGS, "--nimg", nimg, "--out", folder, "--resume"]


def weights(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "model.safetensors").read_bytes(), (folder / STATE).read_bytes()


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.001)


def saved(folder: Path) -> int:
    """A number that changes with every save."""
    try:
        return (folder / STATE).stat().st_mtime_ns
    except OSError:
        return 0


def never_stopped(home: Path) -> tuple[tuple[bytes, bytes], float]:
    """(weights of a run that nothing happened to, seconds to its first save)."""
    begun, folder = time.monotonic(), home / "never"
    pid = start(resume(folder), home / "words", share=USUAL)
    wait_for(lambda: saved(folder) > 0)
    starting = time.monotonic() - begun
    assert ended(pid) == 0, (home / "words").read_text()
    return weights(folder), starting


def alive(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None


def killed(home: Path, count: int, dice: random.Random, signals: Sequence[int] = (signal.SIGKILL,)) -> Row:
    """Signals at random moments: from the birth on, between saves, and at the sight of a half-written file."""
    whole, starting = never_stopped(home)
    row, folder, halves, exact, said = Row(""), home / "run", 0, True, home / "words"
    while row.tries < count:
        number, before = signals[row.tries % len(signals)], saved(folder)
        pid = start(resume(folder), said)
        if row.tries % 5 == 0:
            time.sleep(dice.uniform(0, starting))
        else:
            while saved(folder) == before and alive(pid):
                time.sleep(0.001)
            time.sleep(dice.uniform(0, TICK))
            while row.tries % 5 > 2 and alive(pid) and not any(folder.glob(".*.part")):
                time.sleep(0.001)
            time.sleep(dice.uniform(0, 0.004))
        os.kill(pid, number)
        if number != signal.SIGKILL and dice.random() < 0.3:
            os.kill(pid, number)  # and once more
        status, words = ended(pid), said.read_text()
        if status == -number != -signal.SIGKILL and not words:
            continue  # still loading torch: such a signal ends it as it ends any program
        if "done:" in words:  # it was faster: another run takes its place
            exact &= weights(folder) == whole
            shutil.rmtree(folder)
            continue
        halves += any(folder.rglob(".*.part"))
        row.look(folder)
        told = [line for line in words.splitlines() if line.startswith("stopped")]
        row.stopped += len(told) == 1 and "Traceback" not in words
        row.sentence = told[0] if told else row.sentence
    names = " or ".join(signal.Signals(number).name for number in signals)
    row.fault = f"{names} at a random moment" + (f", {halves} of them within a save" if halves else "")
    assert ended(start(resume(folder), said, share=USUAL)) == 0, said.read_text()
    exact &= weights(folder) == whole and not any(folder.rglob(".*.part"))
    row.continued = row.tries if exact else 0
    return row


def killed_in_calls(home: Path, count: int, dice: random.Random) -> Row:
    """SIGKILL within the n-th call that writes, for n from 1 on, each time of the next process of the run."""
    row, folder, said = Row("SIGKILL within the n-th call to the disk"), home / "calls", home / "words"
    while row.tries < count:
        n = row.tries % 100 + 1
        if ended(start(resume(folder), said, Disk(folder, n).__enter__)) != -signal.SIGKILL:
            shutil.rmtree(folder)  # it had come to its end
            continue
        row.look(folder)
    row.continued = (
        row.tries if ended(start(resume(folder), said, share=USUAL)) == 0 and "done:" in said.read_text() else 0
    )
    return row


def signalled(home: Path, count: int, dice: random.Random) -> Row:
    """SIGTERM and SIGINT, some of them twice."""
    return killed(home, count, dice, (signal.SIGTERM, signal.SIGINT))


def crowded(home: Path, count: int, dice: random.Random) -> Row:
    """A second process wants to train in a folder."""
    row, folder = Row("a second process in the folder"), home / "crowded"
    for _ in range(count):
        first = start(resume(folder), home / "words")
        before = saved(folder)
        wait_for(lambda before=before: saved(folder) != before)  # type: ignore[misc]
        second = home / "second"
        stopped = ended(start(resume(folder), second)) == 2
        row.heard(second.read_text() if stopped else "", folder)
        row.continued += alive(first)
        os.kill(first, signal.SIGKILL)
        ended(first)
        row.look(folder)
    return row


def forbidden(home: Path, count: int, dice: random.Random) -> Row:
    """Another user's folder, which may not be written, or not even be read."""
    row, said = Row("another user's folder"), home / "words"
    home.chmod(0o755)
    for i in range(2 * count):
        folder = home / f"forbidden-{i}"
        assert ended(start(resume(folder, SHORT), said, share=USUAL)) == 0, said.read_text()
        folder.chmod((0o555, 0o000)[i % 2])
        # The administrator may do everything: the process becomes nobody.
        pid = start(resume(folder, SHORT), said, first=lambda: os.setuid(NOBODY) if os.geteuid() == 0 else None)
        row.heard(said.read_text() if ended(pid) == 2 else "", folder)
        folder.chmod(0o755)
        row.look(folder)
        row.continued += ended(start(resume(folder, SHORT), said, share=USUAL)) == 0
    return row


def real_disks(home: Path, count: int, dice: random.Random) -> list[Row]:
    """A real disk that fills up and is emptied, and one that becomes read-only and is written to again."""
    pid = os.fork()
    report = home / "report"
    if not pid:
        try:
            rows = [asdict(row) for row in on_small_disk(home, count, dice)]
            report.write_text(json.dumps(rows))
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    ended(pid)
    return [Row(**row) for row in json.loads(report.read_text())]


def on_small_disk(home: Path, count: int, dice: random.Random) -> list[Row]:
    """The rows of `real_disks`, in a process that may put a disk of its own somewhere; none where it may not."""
    disk, said = home / "disk", home / "words"
    if not small_disk(disk, "900k"):
        return []
    full, frozen = Row("a disk that is full"), Row("a disk that becomes read-only")
    for i in range(2 * count):
        row, folder = (full, frozen)[i % 2], disk / f"run-{i}"
        pid = start(resume(folder, SHORT), said)
        wait_for(lambda folder=folder: saved(folder) > 0)  # type: ignore[misc]
        time.sleep(dice.uniform(0, 0.3))
        if row is full:
            with suppress(OSError), (disk / "ballast").open("wb") as file:
                while True:
                    file.write(bytes(4096))
                    file.flush()
        else:
            wait_for(lambda: mount_again(disk, read_only=True))
        status = ended(pid)
        row.look(folder)
        row.heard(said.read_text() if status == 2 else "", folder)
        (disk / "ballast").unlink(missing_ok=True) if row is full else mount_again(disk, read_only=False)
        row.continued += ended(start(resume(folder, SHORT), said, share=USUAL)) == 0
        shutil.rmtree(folder)
    return [full, frozen]


def lost_data(home: Path, count: int, dice: random.Random) -> list[Row]:
    """The pictures vanish: while a run goes on, and before it is taken up again."""
    during, after = Row("the data vanishes in the run"), Row("the data vanishes before --resume")
    for i in range(count):
        pictures, folder, said = home / f"pictures-{i}", home / f"lost-{i}", home / "words"
        pictures.mkdir()
        for shade in range(4):
            Image.new("L", (8, 8), 60 * shade).save(pictures / f"{shade}.png")
        argv = [
            "--preset",
            "digits",
            "--data",
            f"folder:{pictures}",
            "--resolution",
            8,
            "--nimg",
            6400,
            "--out",
            folder,
        ]
        pid = start(argv, said)
        wait_for(lambda folder=folder: saved(folder) > 0)  # type: ignore[misc]
        pictures.rename(home / f"away-{i}")
        time.sleep(dice.uniform(0.05, 0.2))
        os.kill(pid, signal.SIGTERM)
        during.continued += ended(pid) == 0
        during.look(folder)
        stopped = ended(start(["--resume", folder], said)) == 2
        after.heard(said.read_text() if stopped else "", pictures, "PICTURES")
        after.look(folder)
        (home / f"away-{i}").rename(pictures)
        after.continued += ended(start(["--resume", folder], said, share=USUAL)) == 0
    return [during, after]


# ---- the table -----------------------------------------------------------------------------------------------------

# Of KILLS, how many of each.
TRIALS: dict[str, tuple[Callable[..., Row | list[Row]], float]] = {
    "kills": (killed, 0.8), "calls": (killed_in_calls, 0.2), "signals": (signalled, 0.2),
    "crowd": (crowded, 0.02), "rights": (forbidden, 0.01), "disks": (real_disks, 0.02), "data": (lost_data, 0.01),
    "refusals": (refused, 1.0), "poison": (poisoned, 0.2), "damage": (damaged, 0.4), "log": (torn, 0.1),
}  # fmt: skip


HEAD = """| fault | tries | unreadable | went on | stopped first, with one sentence | such as |
|---|--:|--:|--:|--:|---|"""


def table(results: dict[str, Any]) -> str:
    """The rows of a result as Markdown."""
    return "\n".join([HEAD, *map(line, results["faults"])])


def line(row: dict[str, Any]) -> str:
    """One row of the table."""
    figures = " | ".join(f"{row[key]:,}" for key in ("tries", "unreadable", "continued", "stopped"))
    return f"| {row['fault']} | {figures} | {row['sentence'].replace('|', '/')} |"


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--kills", type=int, default=KILLS, help="SIGKILLs; the other faults in proportion")
    p.add_argument("--only", nargs="*", default=list(TRIALS), choices=list(TRIALS))
    p.add_argument("--out", type=Path, help="write the JSON here too")
    args = p.parse_args()
    torch.set_num_threads(1)  # no thread may start before the forks
    Trainer(PICTURES, load("digits"))  # with what torch imports on first use
    print(HEAD)
    rows, begun = [], time.monotonic()
    for name in args.only:
        trial, share = TRIALS[name]
        with tempfile.TemporaryDirectory(prefix="faults-") as home:
            found = trial(Path(home), max(round(args.kills * share), 1), random.Random(name))
        for row in found if isinstance(found, list) else [found]:
            rows.append(asdict(row))
            print(line(rows[-1]), flush=True)
    results = {
        "command": command("faults"),
        "faults": rows,
        "kills": sum(row["tries"] for row in rows if row["fault"].startswith("SIGKILL")),
    }
    results |= {"unreadable": sum(row["unreadable"] for row in rows), "seconds": round(time.monotonic() - begun)}
    last = json.dumps(results | machine(), ensure_ascii=False)
    if args.out:
        args.out.write_text(last + "\n")
    print(last)


if __name__ == "__main__":
    main()
