"""A run's log, ticks.jsonl: one JSON object a tick."""

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

from gan.errors import RunError, reason
from gan.training.ticks import Tick

TICKS = "ticks.jsonl"
PARTS = ("samples", "modes", "repair", "held_out", "evaluation")  # of a tick that are no plain numbers


def tick_line(tick: Tick, seconds_before: float = 0.0) -> dict[str, Any]:
    """A tick as one JSON object, without its samples."""
    line = {f.name: getattr(tick, f.name) for f in dataclasses.fields(tick) if f.name not in PARTS}
    line["seconds"] = round(tick.seconds + seconds_before, 3)
    if tick.modes:
        line["modes"] = dataclasses.asdict(tick.modes)
    if tick.repair:
        line["repair"] = tick.repair._asdict()
    if tick.held_out:
        line |= tick.held_out._asdict()
    if tick.evaluation:
        line["evaluation"] = tick.evaluation._asdict()
    # JSON knows no NaN and no infinity.
    return {key: finite_json(value) for key, value in line.items()}


def finite_json(value: Any) -> Any:
    """The value with every float that is not finite replaced by None."""
    if isinstance(value, dict):
        return {key: finite_json(item) for key, item in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def read_log(folder: Path) -> list[dict[str, Any]]:
    """The lines of a run's log that are whole; one cut short by a kill, or damaged, is left out.

    Raises:
        RunError: the log cannot be read.
    """
    path = folder / TICKS
    try:
        texts = path.read_text(errors="replace").splitlines() if path.exists() else []
    except OSError as error:
        raise RunError(f"cannot read {path}: {reason(error)}") from error
    return [line for text in texts if (line := log_line(text))]


def log_line(text: str) -> dict[str, Any] | None:
    """The tick that a line of a log holds; None if it is no whole one."""
    try:
        line = json.loads(text)
        json.dumps(line, allow_nan=False)  # JSON knows no NaN and no infinity, whatever Python reads
        whole = isinstance(line, dict) and type(line["nimg"]) is int and math.isfinite(line["seconds"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    return line if whole else None


def json_bytes(value: Any) -> bytes:
    """One line of JSON."""
    return (json.dumps(value, allow_nan=False) + "\n").encode()
