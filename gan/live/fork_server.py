"""Processes for live runs, each forked from one that has torch loaded: a run begins in milliseconds.

The app forks one fork server off itself, before it loads gradio and while it has one thread, so that both share torch
in memory; one that has to be replaced is a new program. It takes a socket at a time and forks a child that serves it.
When the app ends, even killed, the fork server reads the end of its own socket and ends too. That wakes its children,
whatever they do, and those whose app is gone end; those of an app that has only lost its fork server live on.
"""

import contextlib
import ctypes
import gc
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from gan.errors import GanError, RunError
from gan.memory import give_back

# Data sets that are loaded beforehand: the first at once, each further one when nobody asks for a run for a while.
WARM = ("ring", "digits")
IDLE_SECONDS = 0.5
# Elsewhere torch does not survive a fork: a run is a thread there.
FORKS = sys.platform == "linux"
WAIT_SECONDS = 0.02  # between two looks whether a forked one has ended
CLOSE_SECONDS = 1.0  # in which a fork server that is told to end does so by itself
PR_SET_PDEATHSIG = 1  # of prctl: the signal that a process gets when its parent ends
FAREWELL_MS = 500  # within which an app that ends has closed all of its sockets


class Forked:
    """A child of this process without a program of its own, with what is needed here of `subprocess.Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._ended = False

    def poll(self) -> int | None:
        """None while it runs."""
        if not self._ended:
            with contextlib.suppress(ChildProcessError):  # somebody else has waited for it
                if os.waitpid(self.pid, os.WNOHANG)[0] == 0:
                    return None
            self._ended = True
        return 0

    def wait(self, timeout: float | None = None) -> None:
        """Return when it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not within so many seconds.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("the fork server", timeout or 0.0)
            time.sleep(WAIT_SECONDS)

    def kill(self) -> None:
        """End it at once."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


class ForkServer:
    """Where the processes of live runs come from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | Forked | None = None
        self._closed = False

    def branch_off(self) -> None:
        """Fork the fork server off this process, with which it then shares all that is loaded: 300 MB of torch alone.

        Only a process of one thread may do so that has never called backward, and has loaded neither gradio nor what
        changes torch on a ZeroGPU Space. In any other, and where processes are not forked, nothing happens, and `warm`
        starts a program as ever.
        """
        if not FORKS or threading.active_count() > 1 or {"gradio", "spaces"} & sys.modules.keys():
            return
        from gan.live import contestant, setup, worker_process  # noqa: F401  # what both need is loaded once

        gc.collect()
        gc.freeze()
        give_back()
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            try:
                ours.close()
                with open(os.devnull) as nothing:
                    os.dup2(nothing.fileno(), 0)
                run(theirs)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)
        theirs.close()
        self._socket, self._process = ours, Forked(pid)

    def warm(self) -> None:
        """Start the fork server if it is not there; returns at once.

        Raises:
            RunError: it was closed.
        """
        if not FORKS:
            return
        with self._lock:
            if self._closed:
                raise RunError("the app is ending")
            if self._process is not None and self._process.poll() is None:
                return
            ours, theirs = socket.socketpair()
            # Modules are found where this process finds them, -P, and not in the folder that it works in, where any
            # file may lie.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "gan.live.fork_server", str(theirs.fileno())], pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            theirs.close()
            self._socket = ours

    def fork(self) -> Connection:
        """The near end of a pipe to a new worker's process.

        Raises:
            RunError: the fork server was closed.
        """
        if not FORKS:
            from gan.live.worker_process import serve

            near, far = Pipe()
            threading.Thread(target=serve, args=(far,), name="live-worker", daemon=True).start()
            return near
        self.warm()
        near_socket, far_socket = socket.socketpair()
        with self._lock, far_socket:
            if self._socket is None:
                raise RunError("the app is ending")
            socket.send_fds(self._socket, [b"run"], [far_socket.fileno()])
        return Connection(near_socket.detach())

    def close(self) -> None:
        """End the fork server, for good."""
        with self._lock:
            self._closed = True
            if self._socket is not None:
                self._socket.close()
                self._socket = None
            if self._process is not None:
                try:
                    self._process.wait(CLOSE_SECONDS)
                except subprocess.TimeoutExpired:  # it loads something
                    self._process.kill()
                    self._process.wait()
                self._process = None


def run(own: socket.socket) -> None:
    """Fork a child for every socket that comes, until the app is gone."""
    import torch

    from gan.live.commands import Started
    from gan.live.worker_process import serve

    gc.enable()  # the app that this was forked off holds it back while it starts
    app = os.getppid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the app, which ends this by closing the socket
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are not waited for
    torch.set_num_threads(1)
    cold = list(WARM)
    warm(cold.pop(0))
    while True:
        while cold and not select.select([own], [], [], IDLE_SECONDS)[0]:
            warm(cold.pop(0))
        message, descriptors, _, _ = socket.recv_fds(own, 16, 1)
        if not message or os.getppid() != app:  # those that still wait for a child are gone with the app
            os._exit(0)  # at once: the frozen objects are nobody's business any more
        if os.fork() == 0:
            own.close()
            try:
                end_with_app(descriptors[0])
                conn = Connection(descriptors[0])
                conn.send(Started(os.getpid()))
                serve(conn)
            finally:
                os._exit(0)
        os.close(descriptors[0])


def end_with_app(descriptor: int) -> None:
    """Let this process end, in the middle of whatever it does, when its parent has ended and so has the app.

    Args:
        descriptor: of the socket whose other end the app holds.
    """

    def look(number: int, frame: object) -> None:
        hung_up = select.poll()
        hung_up.register(descriptor, 0)
        if hung_up.poll(FAREWELL_MS):
            os._exit(0)

    signal.signal(signal.SIGUSR1, look)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGUSR1)


def warm(data: str) -> None:
    """Load what every run on a data set needs, so that the children find it. Nothing here may call backward:
    torch's autograd does not survive a fork once it has been at work.
    """
    from gan.live.contestant import Contestant
    from gan.live.setup import Setup

    with contextlib.suppress(GanError):
        (config,) = Setup.of({"data": data}).configs()
        Contestant(config, sys.maxsize).observe(0)
    gc.freeze()  # the collector need not touch, and so copy, what all children share


if __name__ == "__main__":
    run(socket.socket(fileno=int(sys.argv[1])))
