"""Disks that fail: the n-th call of a process that writes, or a small real disk that can fill up or be read-only."""

import ctypes
import io
import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

PATCHED = ("open", "fsync", "chmod", "replace", "mkdir", "unlink")
NEW_MOUNTS, PRIVATE, REMOUNT = 0x20000, 0x44000, 0x20  # of unshare(2) and mount(2)


class Disk:
    """While it is entered, the n-th call of this process that writes into `folder` goes wrong.

    A write goes wrong when half of it is on the disk.

    Attributes:
        happened: whether there were as many calls.
    """

    def __init__(self, folder: Path, n: int, number: int = 0, lasting: bool = False) -> None:
        """Prepare a fault.

        Args:
            number: the error of the call, such as errno.ENOSPC; 0 kills the process instead.
            lasting: whether all later calls fail too.
        """
        self.folder, self.n, self.number, self.lasting, self.calls = str(folder), n, number, lasting, 0
        self.real: dict[Any, dict[str, Callable[..., Any]]] = {}

    def __enter__(self) -> "Disk":
        self.real = {os: {name: getattr(os, name) for name in (*PATCHED, "fdopen")}, io: {"open": io.open}}
        for name in PATCHED:
            setattr(os, name, self.failing(self.real[os][name]))
        os.fdopen = lambda *args, **options: Writer(self.real[os]["fdopen"](*args, **options), self)  # type: ignore[assignment]
        io.open = self.opened  # type: ignore[assignment]
        return self

    def __exit__(self, *_: object) -> None:
        for module, functions in self.real.items():
            for name, function in functions.items():
                setattr(module, name, function)

    @property
    def happened(self) -> bool:
        return self.calls >= self.n

    def due(self) -> bool:
        """Count a call; whether it must fail."""
        self.calls += 1
        return self.calls == self.n or (self.lasting and self.calls > self.n)

    def fail(self) -> None:
        if not self.number:
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(self.number, os.strerror(self.number))

    def failing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """A function of `os` that may fail; calls that concern another folder are not counted."""

        def call(what: Any, *args: Any, **options: Any) -> Any:
            if (isinstance(what, int) or str(what).startswith(self.folder)) and self.due():
                self.fail()
            return real(what, *args, **options)

        return call

    def opened(self, path: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
        """A file as `io.open` gives it; one that is written to may fail at any step."""
        if "r" in mode or not str(path).startswith(self.folder):
            return self.real[io]["open"](path, mode, *args, **options)
        if self.due():
            self.fail()
        return Writer(self.real[io]["open"](path, mode, *args, **options), self)


class Writer:
    """A file whose writes may fail."""

    def __init__(self, file: Any, disk: Disk) -> None:
        self.file, self.disk = file, disk

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self.file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def write(self, content: bytes) -> int:
        if self.disk.due():
            self.file.write(content[: len(content) // 2])
            self.file.flush()
            self.disk.fail()
        return int(self.file.write(content))


def small_disk(folder: Path, size: str) -> bool:
    """Put an empty disk of a size such as "600k" onto a folder, for this process and its children alone.

    False where that is not allowed; it takes Linux and its administrator.
    """
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        folder.mkdir(parents=True, exist_ok=True)
        return (
            libc.unshare(NEW_MOUNTS) == 0
            and libc.mount(b"none", b"/", None, PRIVATE, None) == 0
            and libc.mount(b"tmpfs", str(folder).encode(), b"tmpfs", 0, f"size={size}".encode()) == 0
        )
    except (OSError, AttributeError):
        return False


def mount_again(folder: Path, read_only: bool) -> bool:
    """Make a small disk read-only, or writable again; False while a file on it is being written."""
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.mount(b"tmpfs", str(folder).encode(), b"tmpfs", REMOUNT | read_only, None) == 0)
