"""RunState: all that a live run is at one moment, from which it can go on exactly."""

from collections.abc import Mapping
from dataclasses import dataclass

from gan.live.observer import Figures
from gan.training.diagnosis import Observation


@dataclass(frozen=True)
class ContestantState:
    """One contestant of a run.

    Attributes:
        tensors: the trainer's state in safetensors; b"" of one that has diverged while its rival goes on.
        trained: how often D and G were updated, by "d" and "g".
        history: the last observations. figures: what the last one measured.
        frame: what one that has diverged showed last, a ContestantFrame; None of any other.
    """

    tensors: bytes
    trained: dict[str, int]
    history: tuple[Observation, ...]
    figures: Figures
    frame: Mapping[str, object] | None = None


@dataclass(frozen=True)
class RunState:
    """A run between two iterations.

    Attributes:
        steps: iterations and single steps made before it.
        seconds: of training.
        irregular: whether what led here was no plain iteration, so that training from an older state does not.
    """

    steps: int
    seconds: float
    irregular: bool
    contestants: tuple[ContestantState, ...]

    @property
    def tensors(self) -> tuple[bytes, ...]:
        """The state of each contestant's trainer."""
        return tuple(contestant.tensors for contestant in self.contestants)

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(map(len, self.tensors))
