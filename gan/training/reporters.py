"""What other programs draw of a run: TensorBoard, Trackio or Weights & Biases, each an extra of its own.

None of them can stop or slow a run: they are imported when a run asks for them, work in a thread of their own, and one
that fails is told once and left out from then on.
"""

import hashlib
import importlib
import logging
import math
import queue
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from torch import Tensor

from gan.errors import ConfigError

log = logging.getLogger(__name__)

PROJECT = "gan-atelier"
WAITING = 64  # ticks that may wait; beyond, they are left out
END_SECONDS = 20.0  # that a run waits at its end for what is still to be told


class Entry(NamedTuple):
    """What a reporter is told of a tick.

    Attributes:
        nimg: real samples shown to D so far.
        figures: finite numbers by names such as "modes/fair".
        sheet: of the samples, uint8 [H, W, C], where one is due.
    """

    nimg: int
    figures: dict[str, float]
    sheet: Tensor | None


class Reporter(Protocol):
    """Writes a run down for one program."""

    def note(self, entry: Entry) -> None:
        """Write down a tick."""

    def close(self) -> None:
        """Write the last of it."""


class TensorBoard:
    """Event files in the run's folder; `tensorboard --logdir runs` shows those of all runs."""

    def __init__(self, folder: Path, config: Mapping[str, Any], nimg: int) -> None:
        SummaryWriter = importlib.import_module("torch.utils.tensorboard").SummaryWriter
        # What a run that was taken up again had told beyond its last save is taken back.
        self.writer = SummaryWriter(str(folder / "tensorboard"), purge_step=nimg + 1 if nimg else None)
        self.writer.add_text("config", "\n".join(f"    {name}: {value}" for name, value in config.items()), nimg)

    def note(self, entry: Entry) -> None:
        """Write down a tick."""
        for name, value in entry.figures.items():
            self.writer.add_scalar(name, value, entry.nimg)
        if entry.sheet is not None:
            self.writer.add_image("samples", entry.sheet.numpy(), entry.nimg, dataformats="HWC")
        self.writer.flush()

    def close(self) -> None:
        """Write the last of it."""
        self.writer.close()


class WandbLike:
    """Weights & Biases, and Trackio, which has the same functions."""

    def __init__(self, module: str, folder: Path, config: Mapping[str, Any], **settings: Any) -> None:
        self.module = importlib.import_module(module)
        self.run = self.module.init(
            project=PROJECT, name=folder.absolute().name, config=dict(config), resume="allow", **settings
        )

    def note(self, entry: Entry) -> None:
        """Write down a tick."""
        values: dict[str, Any] = {"nimg": entry.nimg, **entry.figures}
        if entry.sheet is not None:
            pixels = entry.sheet.numpy()
            values["samples"] = self.module.Image(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
        self.run.log(values, step=entry.nimg)

    def close(self) -> None:
        """Write the last of it."""
        self.run.finish()


def trackio(folder: Path, config: Mapping[str, Any], nimg: int) -> Reporter:
    """Trackio: on this machine, `trackio show` opens it."""
    return WandbLike("trackio", folder, config)


def wandb(folder: Path, config: Mapping[str, Any], nimg: int) -> Reporter:
    """Weights & Biases; WANDB_MODE=offline keeps it on this machine. A run taken up again goes on under its id."""
    id = hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:16]
    return WandbLike("wandb", folder, config, dir=str(folder), id=id)


REPORTERS: dict[str, Callable[[Path, Mapping[str, Any], int], Reporter]] = {
    "tensorboard": TensorBoard, "trackio": trackio, "wandb": wandb,
}  # fmt: skip


def reporter_names(text: str) -> tuple[str, ...]:
    """The names in a text such as "tensorboard,wandb", none twice.

    Raises:
        ConfigError: one is not in REPORTERS.
    """
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in REPORTERS:
            raise ConfigError(f"--log takes {', '.join(REPORTERS)}, not {name!r:.40}")
    return names


class Reports:
    """All reporters of a run, in a thread of their own.

    Args:
        folder: of the run.
        config: its settings.
        nimg: where it stands.
    """

    def __init__(self, names: tuple[str, ...], folder: Path, config: Mapping[str, Any], nimg: int = 0) -> None:
        self._entries: queue.Queue[Entry | None] = queue.Queue(WAITING)
        self._begun = names, folder, dict(config), nimg
        self._full = False
        self._thread = threading.Thread(target=self._work, name="reports", daemon=True)
        if names:
            self._thread.start()

    def note(self, line: Mapping[str, Any], sheet: Tensor | None = None) -> None:
        """Tell a tick, as a line of the log has it; returns at once, whatever the reporters do."""
        if not self._thread.is_alive():
            return
        try:
            self._entries.put_nowait(Entry(int(line["nimg"]), figures_of(line), sheet))
        except queue.Full:
            if not self._full:
                log.warning("--log: what it tells does not keep up with the run, so some ticks are left out")
            self._full = True

    def close(self, seconds: float = END_SECONDS) -> None:
        """Let the reporters end, for so long at most."""
        if not self._thread.is_alive():
            return
        with suppress(queue.Full):
            self._entries.put(None, timeout=seconds)
        self._thread.join(seconds)
        if self._thread.is_alive():
            log.warning("--log: the last ticks were not written within %g s and are left out", seconds)

    def _work(self) -> None:
        names, folder, config, nimg = self._begun
        reporters = {name: made for name in names if (made := self._tried(name, REPORTERS[name], folder, config, nimg))}
        while (entry := self._entries.get()) is not None:
            for name, reporter in list(reporters.items()):
                if not self._tried(name, lambda reporter=reporter, entry=entry: reporter.note(entry) or True):
                    del reporters[name]
        for name, reporter in reporters.items():
            self._tried(name, reporter.close)

    def _tried(self, name: str, act: Callable[..., Any], *args: Any) -> Any:
        """What `act` gives; None, and a line of the log, where it fails in any way."""
        try:
            return act(*args)
        except ModuleNotFoundError:
            log.warning(
                '--log %s: its package is not installed (pip install "gan-atelier[%s]"); the run goes on', name, name
            )
        except BaseException as error:  # these packages raise SystemExit, too
            log.warning("--log %s failed and is left out from now on: the run goes on", name)
            log.debug("what lies behind it", exc_info=error)
        return None


def figures_of(line: Mapping[str, Any], before: str = "") -> dict[str, float]:
    """The finite numbers of a line of the log, those of its parts as "part/name"."""
    found: dict[str, float] = {}
    for name, value in line.items():
        if isinstance(value, Mapping):
            found |= figures_of(value, f"{before}{name}/")
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            found[f"{before}{name}"] = float(value)
    return found
