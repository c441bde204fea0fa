"""A run killed with SIGKILL at 20 random moments resumes every time and ends byte-equal to one never stopped.

Real processes get a real SIGKILL. They are forked from one that has torch imported (`nest.py`), so that each lives
long enough to train, and they save at every tick, so that some of the kills fall into the middle of a save
(`test_files.py` has one at each step of writing a file).
"""

import os
import random
import signal
import time
from pathlib import Path

from core_fixtures import Nest, nest

__all__ = ["nest"]  # a fixture

KILLS = 20
ARGV = ["--preset", "digits", "--nimg", 30_000, "--g-widths", "48,48", "--d-widths", "48,48"]


def weights(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "model.safetensors").read_bytes(), (folder / "state.safetensors").read_bytes()


def save_of(folder: Path) -> int:
    """A number that changes with every save: when it was written (an inode's number may come again)."""
    path = folder / "state.safetensors"
    return path.stat().st_mtime_ns if path.exists() else 0


def wait_for_a_save(folder: Path) -> float:
    """Wait until the run has saved once more; the moment."""
    before, until = save_of(folder), time.monotonic() + 60
    while save_of(folder) == before and time.monotonic() < until:
        time.sleep(0.002)
    return time.monotonic()


def test_killed_at_twenty_random_moments(nest: Nest, tmp_path: Path) -> None:
    never = tmp_path / "never"
    pid, begun = nest.start([*ARGV, "--out", never], save_always=True), time.monotonic()
    first_save = wait_for_a_save(never)
    ended = nest.wait(pid)
    assert ended.status == 0, ended.stderr
    starting, training = first_save - begun, time.monotonic() - first_save

    dice, folder, killed, halves, progress = random.Random(42), tmp_path / "killed-0", 0, 0, set()
    while killed < KILLS:
        pid = nest.start([*ARGV, "--out", folder, "--resume"], save_always=True)
        if killed % 4 == 0:  # at any moment from its birth on
            time.sleep(dice.uniform(0, starting))
        else:  # at any moment of its training
            wait_for_a_save(folder)
            time.sleep(dice.uniform(0, training / 12))
        os.kill(pid, signal.SIGKILL)  # the nest has not waited for it: the id is still its own
        ended = nest.wait(pid)
        if ended.status == 0:  # it was faster than the kill: another run takes its place
            assert weights(folder) == weights(never)
            folder = tmp_path / f"killed-{killed}"
            continue
        assert ended.status == -signal.SIGKILL, ended.stderr
        killed += 1
        halves += len(list(folder.rglob(".*.part")))
        progress.add(save_of(folder))
    print(f"{KILLS} kills, {halves} of them within a save, after {len(progress)} different saves")
    assert len(progress) >= KILLS // 2

    ended = nest.run([*ARGV, "--out", folder, "--resume"])
    assert ended.status == 0, ended.stderr
    assert weights(folder) == weights(never)
    assert list(folder.rglob(".*.part")) == []
    nimgs = [line.split(b",")[0] for line in (folder / "ticks.jsonl").read_bytes().splitlines()]
    assert nimgs == [line.split(b",")[0] for line in (never / "ticks.jsonl").read_bytes().splitlines()]
