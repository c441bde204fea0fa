"""What `bench/faults.py` measures, in small: 50 kills, and a few of the faults that take processes of their own."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from bench import faults
from core_fixtures import ROOT

KILLS = 50
PROCESSES = ["kills", "calls", "signals", "crowd", "rights", "disks", "data"]


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    """The last line of the bench."""
    command = [sys.executable, "-m", "bench.faults", "--kills", str(KILLS), "--only", *PROCESSES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def row_of(result: dict[str, Any], start: str) -> dict[str, Any]:
    return next(row for row in result["faults"] if row["fault"].startswith(start))


def test_after_fifty_kills_all_is_read_and_the_run_goes_on(result: dict[str, Any]) -> None:
    """It ends with the very bytes of a run that was never killed."""
    assert result["kills"] == KILLS
    for fault in ("SIGKILL at a random moment", "SIGKILL within the n-th call"):
        row = row_of(result, fault)
        assert (row["unreadable"], row["continued"]) == (0, row["tries"]), row
    within = re.search(r"(\d+) of them within a save", row_of(result, "SIGKILL at")["fault"])
    assert within
    assert int(within[1]) >= 1  # on a fast disk few random moments fall within a save; the next row aims at them


@pytest.mark.parametrize(("fault", "said"), [
    ("SIGTERM or SIGINT", "stopped"),
    ("a second process", "another process trains in runs/NAME"),
    ("another user's folder", "Permission denied"),
    ("a disk that is full", "No space left on device"),
    ("a disk that becomes read-only", "Read-only file system"),
    ("the data vanishes before", "does not exist"),
])  # fmt: skip
def test_a_fault_stops_the_run_with_one_sentence_and_it_goes_on_later(
    result: dict[str, Any], fault: str, said: str
) -> None:
    if fault.startswith("a disk") and not any(row["fault"].startswith(fault) for row in result["faults"]):
        pytest.skip("only the administrator can make a disk")
    row = row_of(result, fault)
    assert row["tries"] == row["continued"] >= 1, row
    assert row["unreadable"] == 0, row
    assert row["stopped"] == row["tries"], row
    assert said in row["sentence"]


def test_data_that_vanishes_does_not_stop_a_run(result: dict[str, Any]) -> None:
    row = row_of(result, "the data vanishes in the run")
    assert (row["unreadable"], row["continued"], row["stopped"]) == (0, row["tries"], 0)


def test_the_table_has_a_line_for_every_fault(result: dict[str, Any]) -> None:
    lines = faults.table(result).splitlines()
    assert len(lines) == 2 + len(result["faults"])
    assert {line.count("|") for line in lines} == {7}
