"""A `train.py` that is forked from this process: one of its own, which real signals reach, without importing again."""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from gan.commands import train
from gan.commands.parsing import answering
from gan.training import runs


def forked(argv: Sequence[object], stdout: Path, stderr: Path, share: float, first: Callable[[], object] = int) -> int:
    """The process id of a `train.py argv`, which ends with the exit status that `train.py` has.

    Args:
        stdout, stderr: the files it speaks into, begun anew; they may be the same.
        share: of its time that may go into saving.
        first: called in the new process before the training.
    """
    for words in (stdout, stderr):
        words.write_bytes(b"")
    signal.pthread_sigmask(signal.SIG_BLOCK, train.SIGNALS)  # none is heard before it means what it means to train.py
    pid = os.fork()
    if not pid:
        for number in train.SIGNALS:
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, train.SIGNALS)
    if pid:
        return pid
    status = 1
    try:
        for number, words in ((1, stdout), (2, stderr)):
            os.dup2(os.open(words, os.O_WRONLY | os.O_APPEND), number)
        runs.SAVE_SHARE = share
        first()
        with answering():
            train.main([str(a) for a in argv])
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def ended(pid: int) -> int:
    """Wait; the exit status, minus the signal's number if one ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
