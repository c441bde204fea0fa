"""A run that trains while somebody iterates over it: in a notebook the caller owns the loop."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from gan.data.sets import dataset, plain_name
from gan.models.model import Model
from gan.recipe.config import TrainConfig
from gan.training.beginning import remarks
from gan.training.loop_picture import cell, picture
from gan.training.runs import TICKS_A_RUN, Run, model_of
from gan.training.threads import threads
from gan.training.ticks import Tick
from gan.training.trainer import Trainer


class TrainingLoop:
    """A run in progress, iterated for its ticks; leave the loop to stop, iterate again to go on.

    No step is left half done: Ctrl-C ends the loop with a KeyboardInterrupt after the step under way. A run with a
    folder is saved on the way, at its end, and whenever the loop is left.

    Attributes:
        trainer: with the networks G, D and G_ema, the optimisers and nimg.
        config: the settings.
        folder: where the run is saved; None: nowhere.
        seen: the ticks so far; all but the last without their samples.
    """

    def __init__(self, started: Trainer | Run, every: int = 0, name: str = "run", shown: bool = True) -> None:
        """Nothing is trained yet.

        Args:
            started: a run that has been started or taken up again, or a trainer alone, of which nothing is saved.
            every: samples between two ticks; 0: a two-hundredth of the run.
            name: what a model of a trainer alone is called.
            shown: whether a notebook shows losses and samples in the cell while it trains.
        """
        self._run = started if isinstance(started, Run) else None
        self.trainer = started.trainer if isinstance(started, Run) else started
        self.config: TrainConfig = self.trainer.config
        self.folder: Path | None = self._run.folder if self._run else None
        self._every, self._name = every or max(self.config.nimg // TICKS_A_RUN, 1), name
        self.seen: list[Tick] = []
        self._shown = shown
        if self._run:
            self._run.every = self._every

    def __iter__(self) -> Iterator[Tick]:
        self.trainer.interrupted = False
        ticks = self._run.ticks() if self._run else self.trainer.ticks(self._every)
        show = cell(self) if self._shown else None
        try:
            while True:
                with whole_steps(self.trainer):
                    tick = next(ticks, None)
                if tick is None:
                    return
                self._note(tick)
                if show:
                    show(False)
                yield tick
        except (GeneratorExit, KeyboardInterrupt):
            if self._run and not sys.is_finalizing():  # an interpreter that ends has no modules left to save with
                self._run.stopped = True
                for _ in ticks:  # none comes any more, but all is saved
                    pass
                self._run.stopped = False
            raise
        finally:
            if show and not sys.is_finalizing():
                show(True)

    def _note(self, tick: Tick) -> None:
        """Keep a tick, and of the one before only its numbers."""
        if self.seen:
            self.seen[-1] = replace(self.seen[-1], samples=self.seen[-1].samples[:0])
        self.seen.append(tick)

    def __repr__(self) -> str:
        progress = f"{self.trainer.nimg:,} of {self.config.nimg:,} samples"
        return f"<run of {plain_name(self.config.data)}: {progress}>"

    def _repr_html_(self) -> str:
        data = self.trainer.data
        medium = dataset(self.config.data).medium
        traits = {"unit": data.unit} | dict(data.traits)
        return picture(self.seen, self.config.nimg, medium, traits, remarks(self.trainer))

    @property
    def finished(self) -> bool:
        """Whether the run has reached its length."""
        return self.trainer.nimg >= self.config.nimg

    def model(self) -> Model:
        """The averaged generator and the critic as they are now, with their card: a copy, on the CPU."""
        return self._run.model() if self._run else model_of(self.trainer, self._name, self.trainer.seconds)


@contextmanager
def whole_steps(trainer: Trainer) -> Iterator[None]:
    """Train in the block with the run's own number of threads; Ctrl-C comes after it, and the step ends first.

    Only the main thread hears Ctrl-C.
    """
    heard = threading.current_thread() is threading.main_thread()
    pressed: list[int] = []

    def note(number: int, _: object) -> None:
        pressed.append(number)
        trainer.interrupted = True

    before = signal.signal(signal.SIGINT, note) if heard else None
    try:
        with threads(trainer.config.threads):
            yield
    finally:
        if heard:
            signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt
