"""Settings of speed that are measured on the machine at hand: threads and arithmetic."""

import dataclasses
import time
from itertools import product

import torch

from gan.data.sets import Data
from gan.recipe.config import TrainConfig
from gan.training.threads import TURNS, WORTH
from gan.training.trainer import Trainer

WARM, STEPS, SECONDS = 2, 3, 0.2  # of a candidate's turn: steps before the clock runs; at least so many, and so long


def tuned(config: TrainConfig, data: Data, device: str = "cpu") -> TrainConfig:
    """The config with `threads` 0 and `precision` "auto" replaced by what makes its steps fastest here and now.

    A second or two a candidate, in turns, so that what else the machine does disturbs all alike; other settings stay,
    and a config that leaves nothing open comes back as it is.
    """
    on_cpu = not device.startswith("cuda")
    threads = counts(torch.get_num_threads()) if config.threads == 0 and on_cpu else [max(config.threads, 1)]
    precisions = ["float32", "bf16"] if config.precision == "auto" else [config.precision]
    candidates = [
        dataclasses.replace(config, threads=count, precision=name)
        for count, name in product(threads, precisions)
    ]  # fmt: skip
    if len(candidates) == 1:
        return candidates[0]
    taken = [0.0] * len(candidates)
    for _ in range(TURNS):
        for number, candidate in enumerate(candidates):
            taken[number] += step_seconds(candidate, data, device)
    return chosen(list(zip(taken, candidates, strict=True)))


def counts(most: int) -> list[int]:
    """Numbers of threads worth trying, 1, 2, 4, … and `most`."""
    return sorted({1 << power for power in range(most.bit_length()) if 1 << power <= most} | {most})


def chosen(measured: list[tuple[float, TrainConfig]]) -> TrainConfig:
    """The first of (seconds a step, config) that no other beats by more than a factor of WORTH."""
    best = min(seconds for seconds, _ in measured)
    return next(config for seconds, config in measured if seconds <= best * WORTH)


def step_seconds(config: TrainConfig, data: Data, device: str = "cpu") -> float:
    """What a step takes beside whatever else the machine does: the mean of a few, on networks of their own."""
    trainer = Trainer(dataclasses.replace(config, start=""), data, device)
    for _ in range(WARM):
        trainer.step()
    taken: list[float] = []
    while len(taken) < STEPS or sum(taken) < SECONDS:
        synchronise(device)
        begun = time.perf_counter()
        trainer.step()
        synchronise(device)
        taken.append(time.perf_counter() - begun)
    return sum(taken) / len(taken)


def seconds_needed(config: TrainConfig, data: Data, device: str = "cpu") -> float:
    """About how long a run takes here in one process, if nothing else wants the machine: measured over a few steps."""
    return step_seconds(config, data, device) * config.nimg / (config.batch * config.d_steps)


def synchronise(device: str) -> None:
    """Wait until a GPU has done what it was told."""
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)
