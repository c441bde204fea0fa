"""A run's resumable state on disk: one file, written whole, and the one before it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from gan.errors import DivergedError, ModelError, RunError, reason
from gan.files import write_whole
from gan.models.container import pack, unpack

STATE, PREVIOUS = "state.safetensors", "state.previous.safetensors"


def save_state(folder: Path, state: Mapping[str, Tensor], config: Mapping[str, Any]) -> None:
    """Write a run's resumable state: one file, so that it is never half old and half new. The last one is kept.

    Raises:
        DivergedError: a number of the state is not finite; nothing is written.
        RunError: the disk refuses; the last state stays.
    """
    for name, value in state.items():
        if value.is_floating_point() and not value.isfinite().all():
            raise DivergedError(f"the run diverged: {name} is no longer a finite number")
    write_whole(folder / STATE, pack(state, {"config": dict(config)}), keep=folder / PREVIOUS)


def states(folder: Path) -> list[Path]:
    """The saved states of a run, the newest first; empty if nothing was saved yet."""
    return [path for path in (folder / STATE, folder / PREVIOUS) if os.path.isfile(path)]


def read_state(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """(state, config) of one file of `states`.

    Raises:
        RunError: it is damaged.
    """
    try:
        tensors, metadata = unpack(path.read_bytes(), path)  # of any size: it is the run's own
        return tensors, dict(metadata["config"])
    except ModelError as error:
        raise RunError(f"the run in {path.parent} cannot be resumed: {error}") from error
    except OSError as error:
        raise RunError(f"the run in {path.parent} cannot be resumed: {path} cannot be read: {reason(error)}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(f"the run in {path.parent} cannot be resumed: {path} is not a run's state") from error
