"""Train a GAN: `train --preset mnist-mlp --out runs/mine`, then open it in the app."""

import argparse
import dataclasses
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import torch
from tqdm import tqdm

from gan.commands.parsing import Parser, called, help_shown, log_plainly, say, whole
from gan.data import sets
from gan.errors import RunError, plain
from gan.files import pasted, short_name
from gan.models.checkpoint import pinned
from gan.recipe.config import TrainConfig, flag
from gan.recipe.config_files import read_settings
from gan.recipe.folders import folder_recipe, plan
from gan.recipe.presets import PRESETS, preset_for
from gan.recipe.tasks import TASK_FLAGS
from gan.training.beginning import remarks
from gan.training.history import MAX_SNAPSHOTS, SNAPSHOTS
from gan.training.reporters import REPORTERS, Reports, reporter_names
from gan.training.run_log import json_bytes, tick_line
from gan.training.runs import CONFIG, Run, resumed_config
from gan.training.threads import ThreadChoice
from gan.training.tuning import counts, seconds_needed, tuned
from gan.training.world import DEVICES, World, device_named, joined, local_device
from gan.version import __version__

RUNS = Path("runs")
SIGNALS = (signal.SIGINT, signal.SIGTERM)
LONGEST_NAME = 100  # bytes of a folder that is named after its data


def parser(everything: bool) -> argparse.ArgumentParser:
    """The command line; every setting of TrainConfig is a flag, the help shows the main ones or all."""
    p = Parser(
        prog=called("train"), usage=f"{called('train')} [--preset NAME] [settings] [--out runs/NAME] [--resume]",
        description="Train a GAN. Without arguments it trains small digits in a few seconds.",
        epilog=None if everything else "--help-all shows every setting, with its range.",
        allow_abbrev=False, add_help=False,
    )  # fmt: skip
    p.add_argument("--help", "-h", action="store_true", help="this page")
    p.add_argument("--help-all", action="store_true", help="every setting")
    p.add_argument("--version", action="version", version=f"gan-atelier {__version__}", help="print the version")
    p.add_argument(
        "--config", metavar="FILE", type=Path, help="settings from a .json or .yaml, such as a run's config.json"
    )
    p.add_argument("--preset", metavar="NAME", help=f"start from: {', '.join(PRESETS)}")
    for f in dataclasses.fields(TrainConfig):
        p.add_argument(flag(f.name), **argument(f, everything or f.metadata["main"]))
    p.add_argument("--data-dir", metavar="DIR", type=Path, help="where data sets lie or are downloaded to")
    p.add_argument("--out", metavar="DIR", type=Path, help="the run's folder; by default runs/PRESET-1, -2, …")
    p.add_argument(
        "--resume", metavar="DIR", nargs="?", type=Path, const=True, help="go on with the run in DIR, or in --out"
    )
    p.add_argument(
        "--data-changed", action="store_true", help="--resume: go on though the data are not those of the beginning"
    )
    p.add_argument(
        "--moments", metavar="N", type=whole("--moments", 0, MAX_SNAPSHOTS), default=SNAPSHOTS,
        help=f"snapshots of G kept for a film of the training, 0 to {MAX_SNAPSHOTS} (default {SNAPSHOTS})",
    )  # fmt: skip
    p.add_argument(
        "--log", metavar="NAME,…", type=reporter_names, default=(),
        help=f"report to these as well: {', '.join(REPORTERS)}",
    )  # fmt: skip
    p.add_argument(
        "--eval-every", metavar="N", type=whole("--eval-every", 0, 10**10), default=0,
        help="measure the run every N samples: Fréchet distance and coverage, or modes (default 0: never)",
    )  # fmt: skip
    p.add_argument("--device", default="auto", choices=DEVICES, help="auto: a GPU if there is one, except Apple's")
    return p


def argument(f: dataclasses.Field[Any], shown: bool) -> dict[str, Any]:
    """What argparse needs for one setting."""
    kind, meta = type(f.default), f.metadata
    text = meta["help"] + (f" [{meta['low']:.12g} to {meta['high']:.12g}]" if meta["low"] is not None else "")
    text += f": {', '.join(meta['choices'])}" if meta["choices"] else ""
    number = whole(flag(f.name), meta["low"], meta["high"])
    return {
        "dest": f.name, "default": None, "help": text if shown else argparse.SUPPRESS,
        "metavar": {int: "N", float: "X", tuple: "N,N,…", str: "NAME"}[kind],
        "type": {int: number, float: real, tuple: lambda text: numbers(text, number), str: str}[kind],
    }  # fmt: skip


def real(text: str) -> float:
    """A float of text such as 0.002 or 2e-3."""
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"must be a number, not {text!r:.60}") from error


def numbers(text: str, number: Callable[[str], int]) -> tuple[int, ...]:
    """(256, 512) of the text "256,512", each part read by `number`; () of an empty one."""
    return tuple(map(number, text.split(","))) if text.strip() else ()


def main(argv: Sequence[str] | None = None) -> None:
    """Parse, train, save; say how to go on."""
    argv = sys.argv[1:] if argv is None else argv
    if help_shown("train", argv, called("train")):
        return
    log_plainly("%(message)s")
    args = parser(everything=False).parse_args(argv)
    # In `joined` torch waits for the others outside Python: no handler would be heard.
    with joined(device_named(args.device)) as world:
        for number in SIGNALS:
            signal.signal(number, leave)
        train(args, world)


def train(args: argparse.Namespace, world: World) -> None:
    """The run that the arguments mean, from its beginning or its last save to its end or to a signal."""
    run, resumed = open_run(args, world)
    if world.first:
        for remark in remarks(run.trainer):
            say(remark)
    if args.threads == 0 and world.size == 1 and run.trainer.device.type == "cpu":
        run.trainer.thread_choice = ThreadChoice(run.config.threads, counts(torch.get_num_threads()))
    torch.set_num_threads(run.config.threads)
    measuring = None
    if args.eval_every and world.first:
        from gan.evaluation.while_training import WhileTraining  # with what it measures by, which few runs need

        measuring = WhileTraining(run, args.eval_every, args.data_dir)
    for number in SIGNALS:
        signal.signal(number, lambda *_: run.stop())
    if resumed:
        run.resume(args.data_changed)
    else:
        run.start()
    if measuring:
        measuring.last, run.evaluated = run.trainer.nimg, measuring.look
    reports = Reports(args.log if world.first else (), run.folder, run.config.to_dict(), run.trainer.nimg)
    try:
        follow(run, reports)
    finally:
        reports.close()
    if not world.first:
        return
    folder = pasted(run.folder)
    if run.finished:
        say(f"done: {run.folder}", f"  open it:   {called('app')} {folder}")
        if run.trainer.damaging:
            asked = TASK_FLAGS[run.config.task].format(factor=run.config.factor)
            say(f"  a repair:  {called('repair')} {folder} PICTURE {asked} --out repaired.png")
        else:
            say(f"  a grid:    {called('sample')} {folder} --seeds 0-63 --out grid.png")
    else:
        again = f"{called('train')} --resume {folder}"
        say(f"stopped and saved at {run.trainer.nimg:,} samples", f"  go on:     {again}")


def leave(number: int, _: object) -> NoReturn:
    """What a signal does before the run has begun: end the process with a sentence and the shell's status for it."""
    for again in SIGNALS:
        signal.signal(again, signal.SIG_IGN)  # one sentence, however often they ask
    os.write(2, b"stopped before the run began: nothing was written\n")  # print must not be called within a print
    sys.exit(128 + number)


def open_run(args: argparse.Namespace, world: World) -> tuple[Run, bool]:
    """(the run that the arguments mean, whether it is taken up again); the first process decides for all."""
    where = local_device(device_named(args.device))
    decision = json.loads(world.shared(lambda: json_bytes(decided(args)), torch.device(where)))
    config = TrainConfig.from_dict(decision["config"])
    read: list[sets.Data] = []

    def measured() -> bytes:
        read.append(read_data(config, args))
        if decision["given"] is None:
            return json_bytes(tuned(config, read[0], where).to_dict())
        suited = tuned(folder_recipe(decision["given"], read[0]), read[0], where)
        say(plan(suited, read[0], seconds_needed(suited, read[0], where) / world.size))
        return json_bytes(suited.to_dict())

    # What is left to be measured is, once for all of them, and written down with the rest. The first one also reads
    # the data before the others, as it may have to download them.
    decision["config"] = json.loads(world.shared(measured, torch.device(where)))
    pictures = read[0] if read else read_data(config, args)
    config = TrainConfig.from_dict(decision["config"])
    held = sets.held_out(config.data, args.data_dir, config.resolution) if world.first else None
    return Run(Path(decision["folder"]), config, pictures, where, args.moments, world, held), decision["resumed"]


def decided(args: argparse.Namespace) -> dict[str, Any]:
    """{"config", "folder", "resumed", "given"} that the arguments mean.

    "given" are the settings named, where the pictures of a folder decide the others; else None.
    """
    given = read_settings(args.config) if args.config else {}
    given |= {f.name: v for f in dataclasses.fields(TrainConfig) if (v := getattr(args, f.name)) is not None}
    if "data" in given:
        given["data"] = sets.located(given["data"])
    if args.resume:
        folder = args.out if args.resume is True else args.resume
        if folder is None:
            raise RunError("--resume needs the run's folder: --resume runs/NAME")
        if os.path.exists(folder / CONFIG) or args.resume is not True:
            preset = preset_for(args.preset, given) if args.preset else None
            config = resumed_config(folder, given, preset)
            return {"config": config.to_dict(), "folder": str(folder), "resumed": True, "given": None}
    if "start" in given:
        given["start"] = pinned(given["start"])
    if device_named(args.device) == "cuda":
        given.setdefault("precision", "auto")
    config = dataclasses.replace(preset_for(args.preset, given), **given)
    folder = args.out or free_folder(args.preset or folder_name(config.data))
    by_pictures = not args.preset and config.data.startswith(sets.OWN_PICTURES)
    return {
        "config": config.to_dict(), "folder": str(folder), "resumed": False, "given": given if by_pictures else None,
    }  # fmt: skip


def read_data(config: TrainConfig, args: argparse.Namespace) -> sets.Data:
    """The training part of the data."""
    return sets.load(config.data, args.data_dir, True, config.resolution)


def folder_name(source: str) -> str:
    """What the folder of a run on a data set is called."""
    return short_name(sets.plain_name(source), LONGEST_NAME)


def free_folder(name: str) -> Path:
    """The first of runs/NAME-1, runs/NAME-2, … that does not exist."""
    n = 1
    while (RUNS / f"{name}-{n}").exists():
        n += 1
    return RUNS / f"{name}-{n}"


def follow(run: Run, reports: Reports) -> None:
    """Iterate the run's ticks under a progress bar, and tell them; each new warning is printed once."""
    said = seen = measured = ""
    with tqdm(
        total=run.config.nimg, initial=run.trainer.nimg, unit="img", unit_scale=True, desc=plain(run.folder.name),
        mininterval=0.5, dynamic_ncols=True, disable=not run.world.first,
    ) as bar:  # fmt: skip
        for tick in run.ticks():
            bar.update(tick.nimg - bar.n)
            modes = f" modes {tick.modes.fair}/{tick.modes.total}" if tick.modes else ""
            repair = f" {tick.repair}" if tick.repair else ""
            seen = f" {tick.held_out}" if tick.held_out else seen
            measured = f" {tick.evaluation}" if tick.evaluation else measured
            bar.set_postfix_str(f"{tick.losses}{modes}{repair}{seen}{measured}", refresh=False)
            drawn = run.grid_due(tick.nimg) and run.data.medium.alone
            reports.note(tick_line(tick, run.seconds_before), run.sheet(tick) if drawn and run.world.first else None)
            if tick.warning and tick.warning != said and run.world.first:
                bar.write(f"warning at {tick.nimg:,} samples: {tick.warning}", file=sys.stderr)
            said = tick.warning
