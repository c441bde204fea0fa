"""Files written whole or not at all: under a refusing disk, and under SIGKILL at each step; folders kept alone."""

import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core_fixtures import ROOT
from gan.errors import RunError
from gan.files import PART, alone, pasted, short_name, sweep, write_whole


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


@pytest.mark.parametrize("path", ["runs/mine", "my runs/it's", "$HOME/`x`; y", "-rf", "漢字", 'a\\b"c'])
def test_a_pasted_path_is_one_word_and_no_flag(path: str) -> None:
    words = shlex.split(f"app {pasted(Path(path))}")
    assert len(words) == 2
    assert os.path.normpath(words[1]) == path
    assert not words[1].startswith("-")
    assert pasted(Path("runs/mine")) == "runs/mine"


@pytest.mark.skipif(not shutil.which("bash"), reason="only a shell can say what it reads")
@pytest.mark.parametrize("path", ["a\x1b[2Jb", "-a\nb'c\\d", "é\x9b\u202e漢", "x\udcff"])
def test_what_no_terminal_may_show_can_be_pasted(path: str) -> None:
    text = pasted(Path(path))
    assert text.isprintable() and text.isascii()
    read = subprocess.run(["bash", "-c", f"printf %s {text}"], capture_output=True, check=True).stdout
    assert read.removeprefix(b"./") == os.fsencode(path)


@pytest.mark.parametrize(("name", "short"), [("abc", "abc"), ("漢字漢字", "漢字漢"), ("aé" * 5, "aéaéaéa"), ("", "")])
def test_a_name_is_cut_by_bytes_and_never_within_a_character(name: str, short: str) -> None:
    assert short_name(name, 10) == short


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


def test_the_old_content_gets_another_name(tmp_path: Path) -> None:
    path, keep = tmp_path / "a", tmp_path / "kept"
    for content in (b"one", b"two", b"three"):
        write_whole(path, content, keep)
    assert (path.read_bytes(), keep.read_bytes()) == (b"three", b"two")
    assert names(tmp_path) == ["a", "kept"]


@pytest.mark.parametrize(("step", "left"), [("fsync", {"a": b"new", "kept": b"old"}), ("replace", {"kept": b"new"})])
def test_a_disk_that_refuses_while_the_old_content_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, left: dict[str, bytes]
) -> None:
    """Before the first rename both stay; between the two the newer is under the other name."""
    write_whole(tmp_path / "a", b"old")
    write_whole(tmp_path / "a", b"new", tmp_path / "kept")
    real = os.replace

    def refuse(*args: Path) -> None:
        if step == "replace" and args[1] == tmp_path / "kept":
            return real(*args)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, refuse)
    with pytest.raises(RunError, match="No space left"):
        write_whole(tmp_path / "a", b"newest", tmp_path / "kept")
    assert {f.name: f.read_bytes() for f in tmp_path.iterdir()} == left


def test_a_disk_that_refuses_to_clean_up_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    for step in ("fsync", "unlink"):
        monkeypatch.setattr(os, step, refuse)
    with pytest.raises(RunError, match="Read-only"):
        write_whole(tmp_path / "a", b"one")
    assert len(names(tmp_path)) == 1
    sweep(tmp_path)  # without a word
    monkeypatch.undo()
    sweep(tmp_path)
    assert names(tmp_path) == []


def test_one_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "run"
    with alone(folder):
        assert folder.is_dir()
        with pytest.raises(RunError, match=f"another process trains in {folder}"), alone(folder):
            pass
        with alone(tmp_path):
            pass
    with alone(folder):
        pass
    assert names(folder) == []


def test_death_opens_the_door(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from gan.files import alone\nwith alone(Path(sys.argv[1])):\n"
    code += "    print('in', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(tmp_path)]
    holder = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout
    assert holder.stdout.readline() == b"in\n"
    with pytest.raises(RunError, match="another process"), alone(tmp_path):
        pass
    holder.kill()
    holder.communicate()
    with alone(tmp_path):
        pass


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=f"cannot write {tmp_path / 'file' / 'run'}"), alone(tmp_path / "file" / "run"):
        pass


def test_a_disk_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", refuse)
    with alone(tmp_path), alone(tmp_path):
        pass


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
