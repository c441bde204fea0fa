"""Faults that a run meets within one process, and how each is counted; `bench.faults` has the others and the table."""

import errno
import logging
import math
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image

from bench.disk import Disk
from gan.data.sets import Data, load
from gan.errors import DivergedError, GanError, RunError
from gan.models.checkpoint import load_model
from gan.models.container import read_bytes, unpack
from gan.recipe.config import TrainConfig
from gan.training import runs
from gan.training.run_log import TICKS, read_log
from gan.training.runs import Run, read_config
from gan.training.states import PREVIOUS, STATE, read_state, states

ALWAYS = 1e9  # for runs.SAVE_SHARE: a save at every tick
PICTURES = TrainConfig(data="digits", nimg=6_400, batch=64, z_dim=4, g_widths=(16, 16), d_widths=(16, 16))


@dataclass
class Row:
    """How a kind of fault ended.

    Attributes:
        fault: its kind, in words.
        tries: how often it was made to happen.
        unreadable: after how many of them something in the folder could not be read.
        continued: how often the run went on, at once or when the fault was lifted.
        stopped: how often it first stopped with one sentence.
        sentence: one that was said.
    """

    fault: str
    tries: int = 0
    unreadable: int = 0
    continued: int = 0
    stopped: int = 0
    sentence: str = ""

    def look(self, folder: Path) -> None:
        """Count a try, and whether it left something that cannot be read."""
        self.tries += 1
        try:
            read_all(folder)
        except (GanError, OSError, ValueError, SyntaxError) as error:
            self.unreadable += 1
            self.sentence = f"UNREADABLE: {error}"

    def heard(self, words: str, folder: Path, called: str = "runs/NAME") -> None:
        """Count a stop with one sentence; several, or a traceback, are none. The table calls the folder something."""
        lines = [line for line in words.splitlines() if line.startswith("error: ")]
        if len(lines) == 1 and "Traceback" not in words:
            self.stopped += 1
            self.sentence = self.sentence or lines[0].removeprefix("error: ").replace(str(folder), called)


def read_all(folder: Path) -> None:
    """Read everything in a run's folder.

    Raises:
        GanError, OSError, ValueError, SyntaxError: something is not whole.
    """
    if (folder / runs.CONFIG).exists():
        read_config(folder)
    for path in states(folder):
        tensors, _ = read_state(path)
        if not all(value.isfinite().all() for value in tensors.values() if value.is_floating_point()):
            raise ValueError(f"{path} holds a number that is not finite")
    if (folder / "model.safetensors").exists():
        load_model(folder)
    for path in folder.glob("history/*.safetensors"):
        unpack(read_bytes(path), path)
    for path in folder.glob("samples/*.png"):
        with Image.open(path) as picture:
            picture.verify()
    log = folder / TICKS
    if log.exists() and len(log.read_bytes().splitlines()) > len(read_log(folder)) + 1:
        raise ValueError(f"{log}: more than its last line is torn")


def train_on(run: Run, ticks: int) -> None:
    """So many ticks of a run that saves at each."""
    share, runs.SAVE_SHARE = runs.SAVE_SHARE, ALWAYS
    try:
        for i, _ in enumerate(run.ticks(), 1):
            if i == ticks:
                run.stop()
    finally:
        runs.SAVE_SHARE = share


def prepared(folder: Path, data: Data, ticks: int = 9) -> Path:
    """A run of pictures that was stopped one tick before a sample sheet and a model are due."""
    run = Run(folder, PICTURES, data)
    run.start()
    train_on(run, ticks)
    return folder


def goes_on(folder: Path, data: Data) -> bool:
    """Whether a run can be taken up or begun, and makes a tick."""
    run = Run(folder, PICTURES, data)
    run.resume() if (folder / runs.CONFIG).exists() else run.start()
    before = run.trainer.nimg
    train_on(run, 1)
    return run.trainer.nimg >= before and bool(states(folder))


REFUSALS = {
    "the disk refuses one call (ENOSPC)": (errno.ENOSPC, False),
    "a full disk from the n-th call on (ENOSPC)": (errno.ENOSPC, True),
    "a read-only disk from the n-th call on (EROFS)": (errno.EROFS, True),
    "a disk that breaks at the n-th call (EIO)": (errno.EIO, True),
}


def refused(home: Path, count: int, dice: random.Random) -> list[Row]:
    """The n-th call to the disk fails, for every n of a start and of a run taken up; once, or from there on."""
    base = prepared(home / "base", load("digits"))
    numbers = range(1, count + 1)
    return [refused_calls(name, home, begun, numbers) for name in REFUSALS for begun in (None, base)]


def refused_calls(name: str, home: Path, base: Path | None, numbers: Sequence[int]) -> Row:
    """One of REFUSALS at these calls of a new run, or of one that `base` holds the beginning of."""
    row, data = Row(f"{name}, {'of a run taken up' if base else 'of a new run'}"), load("digits")
    for n in numbers:
        folder = home / "refused"
        if base:
            shutil.copytree(base, folder)
        if not refuse(row, folder, data, Disk(folder, n, *REFUSALS[name])):
            break
        shutil.rmtree(folder)
    return row


def refuse(row: Row, folder: Path, data: Data, disk: Disk) -> bool:
    """Train for two ticks on a failing disk, then on a good one; whether there was a call that could fail."""
    run, words = Run(folder, PICTURES, data), ""
    try:
        with disk:
            run.resume() if (folder / runs.CONFIG).exists() else run.start()
            train_on(run, 2)
    except RunError as error:
        words = f"error: {error}"
    if not disk.happened:
        shutil.rmtree(folder)
        return False
    row.look(folder)
    row.heard(words, folder)
    row.continued += goes_on(folder, data)
    return True


def poisoned(home: Path, count: int, dice: random.Random) -> Row:
    """A number of a network, of the average or of an optimiser becomes NaN or infinite after a random step."""
    data, row = load("digits"), Row("a number becomes NaN or infinite after a random step")
    for i in range(count):
        folder = home / f"poisoned-{i}"
        run = Run(folder, PICTURES, data)
        run.every = PICTURES.batch * dice.choice((1, 3))
        poison(run, dice.randrange(1, 12), dice)
        run.start()
        try:
            train_on(run, 30)
        except DivergedError as error:
            row.heard(f"error: {error}", folder)
        row.look(folder)
        row.continued += goes_on(folder, data)
        shutil.rmtree(folder)
    return row


def poison(run: Run, when: int, dice: random.Random) -> None:
    """Let a run's step number `when` leave one wrong number."""
    trainer, step, done = run.trainer, run.trainer.step, [0]

    def poisonous() -> None:
        step()
        done[0] += 1
        if done[0] == when:
            nets = [p for net in (trainer.G, trainer.D, trainer.G_ema) for p in net.parameters()]
            kept = {**trainer.opt_d.moments(), **{f"g.{key}": m for key, m in trainer.opt_g.moments().items()}}
            moments = [m for key, m in kept.items() if not key.endswith("step")]
            with torch.no_grad():
                values = dice.choice(dice.choice((nets, moments))).view(-1)
                values[dice.randrange(len(values))] = dice.choice((math.nan, math.inf, -math.inf))

    trainer.step = poisonous  # type: ignore[method-assign]


def damage(content: bytes, kind: int, dice: random.Random) -> bytes:
    """A file with one bit turned, in its header or anywhere; cut short; with a block of zeros; or emptied."""
    header, wrong = int.from_bytes(content[:8], "little"), bytearray(content)
    if kind < 2:
        wrong[dice.randrange(8 + header if kind == 0 else len(wrong))] ^= 1 << dice.randrange(8)
    elif kind == 2:
        del wrong[dice.randrange(len(wrong)) :]
    elif kind == 3:
        at = dice.randrange(len(wrong))
        wrong[at : at + 512] = bytes(len(wrong[at : at + 512]))
    else:
        wrong.clear()
    return bytes(wrong)


def damaged(home: Path, count: int, dice: random.Random) -> Row:
    """The newest state is damaged on the disk; what the run goes on from must be it, or the one before, to the bit."""
    data, row = load("digits"), Row("a state damaged on the disk")
    base = prepared(home / "whole", data)
    good = [read_state(base / name)[0] for name in (STATE, PREVIOUS)]
    heard: list[str] = []
    listener = logging.Handler()
    listener.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger(runs.__name__).addHandler(listener)
    for i in range(count):
        folder = home / f"damaged-{i}"
        shutil.copytree(base, folder)
        (folder / STATE).write_bytes(damage((folder / STATE).read_bytes(), i % 5, dice))
        run = Run(folder, PICTURES, data)
        row.tries += 1
        try:
            run.resume()
            now = run.trainer.state()
            if not any(now.keys() == s.keys() and all(torch.equal(now[k], v) for k, v in s.items()) for s in good):
                raise RunError(f"the run went on from another state than it had saved ({i})")
            train_on(run, 1)
            row.look(folder)
            row.tries -= 1
            row.continued += 1
        except RunError as error:
            row.unreadable += 1
            row.sentence = str(error)
        row.sentence = row.sentence or "".join(heard[:1]).replace(str(folder), "runs/NAME")
        shutil.rmtree(folder)
    logging.getLogger(runs.__name__).removeHandler(listener)
    return row


def torn(home: Path, count: int, dice: random.Random) -> Row:
    """The log's last line was cut by a kill."""
    data, row = load("digits"), Row("a log cut within a line")
    base = prepared(home / "log", data)
    for i in range(count):
        folder = home / f"torn-{i}"
        shutil.copytree(base, folder)
        log = folder / TICKS
        log.write_bytes(log.read_bytes()[: dice.randrange(log.stat().st_size)])
        row.look(folder)
        row.continued += goes_on(folder, data)
        row.unreadable += len(log.read_bytes().splitlines()) > len(read_log(folder))
        shutil.rmtree(folder)
    return row
