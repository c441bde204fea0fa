"""What a host allows live runs; each limit is also an environment variable."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from gan.errors import ConfigError


@dataclass(frozen=True)
class Budget:
    """What one run may use: seconds of training, steps, and weights of its networks together."""

    seconds: float
    steps: int
    weights: int


@dataclass(frozen=True)
class LiveLimits:
    """What a host allows; each field is also an environment variable, e.g. GAN_LIVE_RUNS.

    Attributes:
        runs: training at the same moment; others stand in a queue.
        pages: runs kept in memory, training or not.
        seconds: of training, for each run.
        steps: of each run.
        weights: of a run's networks together.
        iteration: seconds that one iteration of a run may take, by an estimate of this machine's speed.
        acts: single steps, phases of slow motion, steps back and models at work at the same moment; others wait.
        past: bytes of what all runs keep of their pasts together.
        watchers: of one run; also those who follow one class.
        classes: that follow a lesson at the same moment.
        heartbeat: seconds without a poll after which a run stops.
        memory: seconds without a poll after which a run is forgotten.
        patience: seconds in which the process of a run that was told to stand still must listen, before it is ended.
    """

    runs: int = 8
    pages: int = 200
    seconds: float = 120.0
    steps: int = 200_000
    weights: int = 2_000_000
    iteration: float = 1.0
    acts: int = 4
    past: int = 1_000_000_000
    watchers: int = 200
    classes: int = 20
    heartbeat: float = 1.5
    memory: float = 60.0
    patience: float = 10.0

    @property
    def budget(self) -> Budget:
        """What each run may use."""
        return Budget(self.seconds, self.steps, self.weights)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """The limits with what the environment overrides.

        Raises:
            ConfigError: a value that is no positive number.
        """
        given: dict[str, Any] = {}
        for f in fields(cls):
            name = f"GAN_LIVE_{f.name.upper()}"
            if name in environment:
                given[f.name] = positive(name, environment[name], int if f.type is int else float)
        return cls(**given)


def positive(name: str, text: str, kind: Callable[[str], float]) -> float:
    """The positive number that `text` names."""
    try:
        value = kind(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise ConfigError(f"{name} must be a positive number, not {text!r:.60}")
    return value
