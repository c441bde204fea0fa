"""A training run on disk: its folder, what is written when, and how it is taken up again.

A folder holds config.json, model.safetensors, model.json, state.safetensors and the state before it, ticks.jsonl,
samples/<nimg>.png and, of pictures, data.json and history/<nimg>.safetensors. One process at a time writes there.
"""

import copy
import dataclasses
import datetime
import json
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan.data.sets import Data, dataset, located, public_name
from gan.data.stored import Stored
from gan.errors import ConfigError, DivergedError, GanError, RunError, reason
from gan.files import alone, pasted, sweep, write_whole
from gan.media.images import enlarge, grid, to_png
from gan.models import hub
from gan.models.checkpoint import MODEL, load_model, save_model
from gan.models.container import pack, unpack
from gan.models.latent_statistics import directions_shown, latent_statistics, quantiles
from gan.models.model import FORMAT, HELD_OUT, LEARNT, Model
from gan.models.start import CRITIC_WIDTHS
from gan.networks import ARCHITECTURES
from gan.recipe.config import TrainConfig, flag
from gan.training.held_out import HeldOut, keeps_apart
from gan.training.history import HISTORY, SNAPSHOTS, due, keep
from gan.training.run_data import check_data, keep_data
from gan.training.run_log import TICKS, json_bytes, read_log, tick_line
from gan.training.states import STATE, read_state, save_state, states
from gan.training.ticks import EvaluationReport, Tick
from gan.training.trainer import Trainer
from gan.training.world import ALONE, World
from gan.version import __version__

log = logging.getLogger(__name__)

CONFIG, SAMPLES = "config.json", "samples"
DAMAGED = "state.damaged.safetensors"
TICKS_A_RUN, GRIDS_A_RUN, GRID_COLUMNS = 200, 10, 8
REPAIR_COLUMNS = 9  # of a grid of repairs, three for each
MARKS = tuple(step * 10**power for power in range(3, 10) for step in (1, 2, 5))  # samples: with a tick and a grid each
SAVE_SHARE = 0.05  # of the time at most goes into saving
REALS_JUDGED = 2_000
LEFT_OPEN = {"threads": 0, "precision": "auto"}  # what is measured when a run begins


class Run:
    """A trainer and the folder it writes to; `start` or `resume`, then iterate `ticks`.

    Attributes:
        every: samples between two ticks.
        snapshots: of G that are kept for a film of the training, about; 0 for none.
        world: the processes that train it together; the first one alone reads and writes the folder.
        evaluated: asked at every tick how good the run is; None: nobody asked for that.
        held: data that the run never learns from, which its critic's opinions are ranked among; None: there are none.
    """

    def __init__(
        self, folder: Path, config: TrainConfig, data: Data, device: str = "cpu", snapshots: int = SNAPSHOTS,
        world: World = ALONE, held: Data | None = None,
    ) -> None:  # fmt: skip
        self.folder, self.config, self.data, self.snapshots, self.world = folder, config, data, snapshots, world
        self.held = held
        self.evaluated: Callable[[Tick], EvaluationReport | None] | None = None
        # What a state has been saved of goes on from there.
        start = load_model(config.start) if config.start and not states(folder) else None
        self.trainer = Trainer(config, data, device, start, world)
        looks = held is not None and keeps_apart(held, data) and not self.trainer.damaging
        self._held_out = HeldOut(self.trainer, held) if held is not None and looks else None
        self.every = max(config.nimg // TICKS_A_RUN, 1)
        self.seconds_before = 0.0
        self.stopped = False
        # nimg of the last line in the log, of the last sample grid, and of the last look at whether to keep a snapshot
        self._logged = self._shown = self._kept = -1

    def start(self) -> None:
        """Make the folder of a new run.

        Raises:
            RunError: the folder already holds one, or cannot be written.
        """
        self._together(self._begin)

    def resume(self, data_changed: bool = False) -> None:
        """Take the run up where its newest whole state left it; the log is cut back to that moment.

        A config of more samples than the folder's makes the run longer.

        Args:
            data_changed: whether to go on with data that are not those it began with.

        Raises:
            RunError: every state is damaged or of other settings, another process trains in the folder, or the data
                changed.
        """
        self._together(lambda: self._take_up(data_changed))

    def _together(self, act: Callable[[], None]) -> None:
        """`act` in the first process; the others take over the state that it has then."""

        def state() -> bytes:
            act()
            return pack(self.trainer.state(), {}) if self.world.size > 1 else b""

        packed = self.world.shared(state, self.trainer.device)
        if not self.world.first:
            self.trainer.restore(unpack(packed, self.folder)[0])

    def _begin(self) -> None:
        with alone(self.folder):
            if states(self.folder) or os.path.exists(self.folder / CONFIG):
                raise RunError(f"{self.folder} already holds a run: add --resume to go on, or name another --out")
            keep_data(self.folder, self.data)
            write_whole(self.folder / CONFIG, json_bytes(self.config.to_dict()))

    def _take_up(self, data_changed: bool) -> None:
        with alone(self.folder):
            for folder in (self.folder, self.folder / SAMPLES, self.folder / HISTORY):
                sweep(folder)
            if not states(self.folder):  # killed before its first save: from the start
                write_whole(self.folder / TICKS, b"")
                keep_data(self.folder, self.data)
                self._keep_length()
                return
            check_data(self.folder, self.data, self.trainer.conditional, data_changed)
            self._restore()
            self._keep_length()
            self._shown = self._kept = self.trainer.nimg
            kept = [line for line in read_log(self.folder) if line["nimg"] <= self.trainer.nimg]
            self.seconds_before = max((line["seconds"] for line in kept), default=0.0)
            self._logged = max((line["nimg"] for line in kept), default=-1)
            write_whole(self.folder / TICKS, b"".join(json_bytes(line) for line in kept))

    def _keep_length(self) -> None:
        """Write down that the run is longer now, if it is."""
        if read_config(self.folder) != self.config:
            write_whole(self.folder / CONFIG, json_bytes(self.config.to_dict()))

    def _restore(self) -> None:
        """Restore the newest state that can be; a damaged one makes way for it, under another name."""
        newest, trouble = self.folder / STATE, None
        for path in states(self.folder):
            try:
                state, config = read_state(path)
                if dataclasses.replace(TrainConfig.from_dict(config), nimg=self.config.nimg) != self.config:
                    raise RunError(f"the run in {self.folder} was made with other settings than its {CONFIG} says")
                self.trainer.restore(state)
            except GanError as error:
                trouble = trouble or error
                continue
            if path != newest:
                what = f"damaged (it is {DAMAGED} now)" if trouble else "missing"
                samples = f"{self.trainer.nimg:,} samples"
                log.warning("%s is %s: the run goes on from the state before it, at %s", newest, what, samples)
                if trouble:
                    move(newest, self.folder / DAMAGED)
                move(path, newest)
            return
        assert trouble
        raise trouble

    def ticks(self) -> Iterator[Tick]:
        """The run's ticks, each logged; state, model and sample grids are saved on the way and at the end.

        After `stop` (from a signal handler, say) one more tick comes, all is saved, and the iteration ends.

        Raises:
            DivergedError: nothing of the broken state is saved; the last good one stays.
            RunError: the disk refuses.
        """
        if not self.world.first:
            yield from self._followed()
            return
        with alone(self.folder):
            try:
                yield from self._ticks()
            except DivergedError as error:
                # Going on from the same state would lead to the same place.
                raise DivergedError(
                    f"{error}; {self.folder} keeps the last good state and model: --start {pasted(self.folder)} in the "
                    "command of a new run begins there with other settings"
                ) from error

    def _followed(self) -> Iterator[Tick]:
        """The ticks of a process that writes nothing."""
        for tick in self.trainer.ticks(self.every, MARKS):
            yield tick
            if self.trainer.halted:
                break

    def _ticks(self) -> Iterator[Tick]:
        saved_at, cost = time.monotonic(), 0.0
        for bare in self.trainer.ticks(self.every, MARKS):
            tick = self._looked(bare)
            self._log(tick)
            yield tick
            if not self.trainer.finite():
                continue  # the trainer raises next
            if self._filmed and due(tick.nimg, self._kept, self.config.nimg, self.snapshots):
                keep(self.folder, tick.nimg, self.trainer.G_ema)
            self._kept = tick.nimg
            if self.grid_due(tick.nimg):
                self._save_grid(tick)
                self._save_model()
            # Several processes stop after the same step, which the trainer sees to.
            if self.trainer.halted or (self.stopped and self.world.size == 1):
                break
            # Saving takes at most a twentieth of the time, however slow the disk.
            if time.monotonic() - saved_at > cost / SAVE_SHARE:
                begun = time.monotonic()
                save_state(self.folder, self.trainer.state(), self.config.to_dict())
                saved_at, cost = time.monotonic(), time.monotonic() - begun
        save_state(self.folder, self.trainer.state(), self.config.to_dict())
        self._save_model()

    def _looked(self, tick: Tick) -> Tick:
        """A tick with what was measured of the run, and with what is found on held-out samples.

        These are looked at where a sample grid is due, after the first step.
        """
        looks = self._held_out
        if self.evaluated:
            tick = dataclasses.replace(tick, evaluation=self.evaluated(tick))
        if looks is None:
            return tick
        report = None
        if tick.nimg and self.grid_due(tick.nimg) and self.trainer.finite():
            report = looks.look(self.seconds_before + self.trainer.seconds)
        return dataclasses.replace(tick, held_out=report, warning=tick.warning or looks.warning)

    def stop(self) -> None:
        """End the iteration of `ticks` after the step under way; safe to call from a signal handler."""
        self.stopped = self.trainer.interrupted = True

    @property
    def finished(self) -> bool:
        """Whether the run has reached its length."""
        return self.trainer.nimg >= self.config.nimg

    @property
    def _filmed(self) -> bool:
        """Whether a film of the training can be made: of samples that are seen alone, by their seeds."""
        return self.data.medium.alone and not self.trainer.damaging

    def model(self) -> Model:
        """The run's averaged generator and critic as a model with its card."""
        name = Path(os.path.abspath(self.folder)).name
        return model_of(self.trainer, name, self.seconds_before + self.trainer.seconds, self.held)

    def _save_model(self) -> None:
        save_model(self.model(), self.folder / MODEL)

    def grid_due(self, nimg: int) -> bool:
        """Whether `nimg` is the first tick at or after one of MARKS or a tenth of the run."""
        part = self.config.nimg / GRIDS_A_RUN
        marked = any(self._shown < mark <= nimg for mark in MARKS)
        return nimg >= self.config.nimg or marked or nimg // part > self._shown // part

    def _save_grid(self, tick: Tick) -> None:
        self._shown = tick.nimg
        if self.data.medium.alone:
            sheet = self.sheet(tick)
            png = to_png(enlarge(sheet, max(1, 256 // sheet.shape[0])))
            write_whole(self.folder / SAMPLES / f"{tick.nimg:010d}.png", png)

    def sheet(self, tick: Tick) -> Tensor:
        """A tick's samples as one picture, uint8 [H, W, C]."""
        columns = REPAIR_COLUMNS if tick.repair else GRID_COLUMNS
        return grid(self.data.medium.preview(tick.samples, self.data.traits), columns)

    def _log(self, tick: Tick) -> None:
        if tick.nimg <= self._logged:  # stopped or taken up again just at a tick: it is in the log already
            return
        self._logged = tick.nimg
        try:
            with (self.folder / TICKS).open("ab") as file:
                file.write(json_bytes(tick_line(tick, self.seconds_before)))
        except OSError as error:
            raise RunError(f"cannot write {self.folder / TICKS}: {reason(error)}") from error


def move(path: Path, to: Path) -> None:
    """Rename a file over another.

    Raises:
        RunError: the disk refuses.
    """
    try:
        os.replace(path, to)
    except OSError as error:
        raise RunError(f"cannot write {to}: {reason(error)}") from error


def read_config(folder: Path) -> TrainConfig:
    """The settings of the run in a folder.

    Raises:
        RunError: there is no run, or its settings are damaged.
    """
    path = folder / CONFIG
    if not os.path.isfile(path):  # unlike Path.is_file it takes a folder that may not be read for a no
        raise RunError(f"there is no run to resume in {folder}")
    try:
        return TrainConfig.from_dict(json.loads(path.read_text()))
    except OSError as error:
        raise RunError(f"cannot read {path}: {reason(error)}") from error
    except ConfigError as error:
        raise RunError(f"{path} is damaged: {error}") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise RunError(f"{path} is damaged: it is not the JSON of a run's settings") from error


def resumed_config(folder: Path, given: Mapping[str, Any], preset: TrainConfig | None = None) -> TrainConfig:
    """The settings of the run in a folder, which is to go on; what was left open and measured when it began is kept.

    Args:
        given: settings that are asked for by name; more samples than the run has make it longer.
        preset: where one is named, all of its settings are asked for, but those given.

    Raises:
        RunError: there is no run, or its settings are damaged.
        ConfigError: a setting that is asked for is not the run's; says how a new run can have it.
    """
    config = read_config(folder)
    wanted = {name: getattr(dataclasses.replace(config, **{name: value}), name) for name, value in given.items()}
    if preset is not None:
        wanted = dataclasses.asdict(dataclasses.replace(preset, **given))
    longer = int(wanted["nimg"]) if "nimg" in given else config.nimg
    if longer < config.nimg:
        raise ConfigError(f"--nimg makes a run that is resumed longer, not shorter: it has {config.nimg:,} already")
    for name, value in wanted.items():
        own = getattr(dataclasses.replace(config, nimg=longer), name)
        same = located(str(value)) == located(own) if name == "data" else value == own
        same = same or (name == "start" and hub.same(str(value), own))
        if not same and LEFT_OPEN.get(name) != value:
            raise ConfigError(f"{flag(name)} cannot change when a run is resumed{how_else(folder, config, name)}")
    return dataclasses.replace(config, nimg=longer)


def how_else(folder: Path, config: TrainConfig, name: str) -> str:
    """How another run can have a setting that a run cannot change; "" where its networks could not go on with it."""
    family = ARCHITECTURES[config.network]
    fixed = {setting for argument, setting in family.d_args.items() if argument not in CRITIC_WIDTHS}
    if name in {"network", "resolution", "condition", *family.g_args.values()} | fixed:
        return ""
    whole = "G" if name in family.d_args.values() else "networks"
    return f"; a new run begins with its {whole} by --start {pasted(folder)} and an --out of its own"


def model_of(trainer: Trainer, name: str, seconds: float, held: Data | None = None) -> Model:
    """A trainer's averaged generator and critic, on the CPU, with statistics and card.

    Args:
        held: data that it never learnt from. A critic knows what it learnt from by heart: on the small digits it likes
            4 % of these less than a fake and 45 % of those that it never saw.
    """
    config, data = trainer.config, trainer.data
    G = copy.deepcopy(trainer.G_ema).cpu().eval().requires_grad_(False)
    D = copy.deepcopy(trainer.D).cpu().eval().requires_grad_(False)
    unseen = held is not None and keeps_apart(held, data)
    judged = held if held is not None and unseen else data
    # The critic of repairs sees no picture alone, so that it has no opinion of one that could be ranked.
    count = 0 if trainer.damaging else REALS_JUDGED
    reals, c = judged.labelled(count, torch.Generator().manual_seed(0))
    reals, c = reals.cpu(), c.cpu() if trainer.conditional and c is not None else None
    classes = data.classes if trainer.conditional else ()
    info = dataset(config.data)
    source = public_name(config.data)  # a card may be published
    licence = (data.licence if isinstance(data, Stored) else "") or info.licence
    public = dataclasses.replace(config, data=source, start=hub.public_name(config.start))
    card = {
        "format": FORMAT, "name": name, "config": public.to_dict(), "shape": list(data.shape), "unit": data.unit,
        "architecture": trainer.architecture, "nimg": trainer.nimg,
        "data": {"name": source, "label": info.label, "source": info.source, "licence": licence},
        "classes": list(classes), "critic_reals": HELD_OUT if unseen else LEARNT, "quality": {},
        "versions": {"gan-atelier": __version__, "torch": torch.__version__},
        "seconds": round(seconds, 1), "made": datetime.date.today().isoformat(),
    }  # fmt: skip
    if trainer.nimg_before:
        card["nimg_before"] = trainer.nimg_before
    if trainer.taken.part:
        card["taken"] = trainer.taken._asdict()
    if trainer.damaging:
        card["task"] = config.task
    if isinstance(data, Stored) and data.traits:
        card["traits"] = dict(data.traits)
    statistics = latent_statistics(G, directions_shown(config.z_dim))
    return Model(
        name, G, D, config, tuple(data.shape), data.unit, real_logits=quantiles(D, reals, c), card=card,
        classes=classes, path=None, **statistics,
    )  # fmt: skip
