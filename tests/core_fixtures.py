"""What the core's tests share: tiny runs, made-up pictures, and a nest that hatches `train.py` processes fast."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
import torch
from torch import Tensor

from gan.data.stored import Stored
from gan.models.model import Model
from gan.recipe.config import TrainConfig
from gan.training.runs import model_of
from gan.training.trainer import Trainer

ROOT = Path(__file__).resolve().parent.parent
T = TypeVar("T")

torch.set_num_threads(1)


def made_up(n: int = 64, resolution: int = 8, channels: int = 1) -> Stored:
    """Random pictures, the same every time."""
    shape = (n, resolution, resolution, channels)
    pixels = torch.randint(0, 256, shape, dtype=torch.uint8, generator=torch.Generator().manual_seed(9))
    return Stored(pixels, torch.arange(n) % 3, ("one", "two", "three"))


def tiny(**changes: object) -> TrainConfig:
    """A run of 8 x 8 pictures that takes milliseconds."""
    settings = {"data": "digits", "nimg": 640, "batch": 8, "z_dim": 4, "g_widths": (12, 16), "d_widths": (16, 12)}
    return TrainConfig.from_dict(settings | changes)


def seed(number: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(number)


def differing(a: Mapping[str, Tensor], b: Mapping[str, Tensor]) -> list[str]:
    """The names whose tensors are not equal to the last bit, or that only one side has."""
    return sorted(key for key in a.keys() | b.keys() if key not in a or key not in b or not torch.equal(a[key], b[key]))


def copied(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {key: value.clone() for key, value in state.items()}


def tiny_model(steps: int = 3, name: str = "tiny", **changes: object) -> Model:
    """A barely trained model of 8 x 8 pictures."""
    trainer = Trainer(tiny(**changes), made_up())
    for _ in range(steps):
        trainer.step()
    return model_of(trainer, name, 0.0)


@dataclass
class Ended:
    """A process that came to its end: exit status (minus the signal's number if killed) and what it said."""

    status: int
    stdout: str
    stderr: str


class Nest:
    """Starts `train.py` processes by forking one that has torch imported: 0.1 s each instead of 3."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.outputs = folder, {}
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "nest.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        )  # fmt: skip

    def _ask(self, order: Mapping[str, object]) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def start(
        self, argv: Sequence[object], save_always: bool = False, environment: Mapping[str, str] | None = None
    ) -> int:
        """The process id of a new `train.py argv`."""
        base = self.folder / f"output-{len(self.outputs)}"
        order = {
            "argv": [str(a) for a in argv], "save_always": save_always, "environment": dict(environment or {}),
            "stdout": f"{base}.out", "stderr": f"{base}.err",
        }  # fmt: skip
        pid = self._ask(order)
        self.outputs[pid] = base
        return pid

    def wait(self, pid: int) -> Ended:
        status = self._ask({"wait": pid})
        base = self.outputs[pid]
        return Ended(status, Path(f"{base}.out").read_text(), Path(f"{base}.err").read_text())

    def run(self, argv: Sequence[object]) -> Ended:
        return self.wait(self.start(argv))

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


@pytest.fixture(scope="module")
def nest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nest]:
    nest = Nest(tmp_path_factory.mktemp("nest"))
    yield nest
    nest.close()


def elsewhere(scene: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives, run in a thread of its own: in this one a loop of playwright's may be at work."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, scene).result()
