"""How good a run is while it trains: a few figures of `evaluate`, on few samples, between two steps."""

import logging
import time
from pathlib import Path
from typing import Any

from gan.data import sets
from gan.errors import ConfigError, GanError
from gan.evaluation.evaluate import FIGURES, MIN_JUDGED, Figures, Judged, fakes
from gan.evaluation.sources import check_enough
from gan.metrics.distances import NEIGHBOURS
from gan.training.runs import Run
from gan.training.ticks import EvaluationReport, Tick

log = logging.getLogger(__name__)

COUNT = 2_000  # samples; few enough for seconds, so that figures compare within a run, not with those of `evaluate`
QUICK = ("modes", "combinations", "frechet", "coverage")  # of FIGURES
SHOWN = ("fair", "modes", "total", "frechet", "coverage", "high_quality", "reverse_kl")


class WhileTraining:
    """Evaluates a run at the first tick at or after every so many samples, and at its end.

    No look changes how the run goes on, and its seconds are not the run's. Ask at every tick.

    Args:
        every: samples from one evaluation to the next.
        data_dir: where data sets lie.

    Raises:
        ConfigError: the run has nothing that could be measured so.
        DataError: its data cannot be read, or hold too few samples that differ.
    """

    def __init__(self, run: Run, every: int, data_dir: Path | None = None) -> None:
        config, info = run.config, sets.dataset(run.config.data)
        self.names = [name for name in info.figures or info.medium.figures if name in QUICK]
        if run.trainer.damaging or not self.names:
            raise ConfigError(
                f"--eval-every measures no {config.task} of {info.medium.noun}: there are no such figures"
            )
        self.run, self.every = run, every
        self.test = sets.load(config.data, data_dir, False, config.resolution)
        for part in (run.data, self.test):
            check_enough(config.data, part, NEIGHBOURS + 1)
        sizes = [part.size for part in (run.data, self.test) if part.size]
        self.count = max(MIN_JUDGED, min(COUNT, *sizes)) if sizes else COUNT
        self.last = run.trainer.nimg

    def look(self, tick: Tick) -> EvaluationReport | None:
        """What is measured at a tick; None where none is due, or it cannot be measured now."""
        due = tick.nimg // self.every > self.last // self.every or (tick.nimg > self.last and self.run.finished)
        if not due or not self.run.trainer.finite():
            return None
        self.last, begun = tick.nimg, time.perf_counter()
        try:
            figures = self.measured()
        except GanError as error:
            log.warning("--eval-every: nothing could be measured at %s samples: %s", f"{tick.nimg:,}", error)
            return None
        return EvaluationReport(self.count, round(time.perf_counter() - begun, 3), figures)

    def measured(self) -> dict[str, float]:
        """The quick figures of the averaged generator as it is now."""
        model = self.run.model()
        made, c = fakes(model, self.run.data, self.count, 0)
        judged = Judged(model, self.run.data, self.run.data.compared(self.test, self.count, 0), made, c)
        found: Figures = {}
        for name in self.names:
            found |= FIGURES[name](judged)
        return {name: number(found[name]) for name in SHOWN if name in found}


def number(value: Any) -> float:
    """A figure as a number; whole ones stay whole."""
    return value if isinstance(value, int) else round(float(value), 6)
