"""Files written whole or not at all: under a refusing disk, and under SIGKILL at each step of the way."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core_fixtures import ROOT
from gan.errors import RunError
from gan.files import PART, sweep, write_whole


def names(folder: Path) -> list[str]:
    return sorted(f.name for f in folder.iterdir())


def test_write(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "a.bin"
    write_whole(path, b"one")
    assert path.read_bytes() == b"one"
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert names(path.parent) == ["a.bin"]


def test_everyone_may_read_it(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"one")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    write_whole(tmp_path / "a", b"old")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, refuse)
    with pytest.raises(RunError) as caught:
        write_whole(tmp_path / "a", b"new")
    assert str(tmp_path / "a") in str(caught.value)
    assert "No space left on device" in str(caught.value)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_file_too_large_for_the_disk(tmp_path: Path) -> None:
    """No pretence: the kernel itself refuses after 4,096 bytes."""
    write_whole(tmp_path / "a", b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(RunError, match="cannot write"):
            write_whole(tmp_path / "a", bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_file_in_the_folders_place(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="cannot write"):
        write_whole(tmp_path / "file" / "a", b"one")
    (tmp_path / "folder").mkdir()
    with pytest.raises(RunError, match="cannot write"):
        write_whole(tmp_path / "folder", b"one")


def test_sweep_takes_orphans_alone(tmp_path: Path) -> None:
    for name in (f".a.123{PART}", "kept", f"kept{PART}", ".kept"):
        (tmp_path / name).touch()
    sweep(tmp_path)
    assert names(tmp_path) == [".kept", "kept", f"kept{PART}"]
    sweep(tmp_path / "nowhere")


DEATH = """
import os, signal, sys
from pathlib import Path
from gan import files
name, when = sys.argv[2], sys.argv[3]
real = getattr(os, name)
def dying(*args, **options):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*args, **options)
    os.kill(os.getpid(), signal.SIGKILL)
    return result
setattr(os, name, dying)
files.write_whole(Path(sys.argv[1]), b"new" * 1000)
"""


@pytest.mark.parametrize(("step", "when", "content"), [
    ("fdopen", "before", b"old"),
    ("fdopen", "after", b"old"),
    ("fsync", "before", b"old"),
    ("fsync", "after", b"old"),
    ("replace", "before", b"old"),
    ("replace", "after", b"new" * 1000),
])  # fmt: skip
def test_killed_at_each_step(tmp_path: Path, step: str, when: str, content: bytes) -> None:
    path = tmp_path / "a"
    write_whole(path, b"old")
    dead = subprocess.run([sys.executable, "-c", DEATH, path, step, when], cwd=ROOT, check=False)
    assert dead.returncode == -signal.SIGKILL
    assert path.read_bytes() == content
    sweep(tmp_path)
    assert names(tmp_path) == ["a"]
