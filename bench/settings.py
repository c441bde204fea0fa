"""Write docs/settings.md, every setting, objective, preset and data set, from the code: `python -m bench.settings`.

Nothing is trained here. Prints the page and, last, one JSON object.
"""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench.machine import machine
from gan.data.sets import DATASETS
from gan.files import write_whole
from gan.networks import ARCHITECTURES
from gan.networks.blur import BLURS
from gan.networks.ends import ENDS
from gan.networks.layers import INITS, NOISES, NORMS
from gan.recipe.augment import AUGMENTATIONS
from gan.recipe.config import FAKES, PRECISIONS, SCHEDULES, TrainConfig, flag
from gan.recipe.objectives import OBJECTIVES
from gan.recipe.optimizers import OPTIMIZERS
from gan.recipe.penalties import PENALTIES
from gan.recipe.presets import PRESETS
from gan.recipe.tasks import TASKS

FILE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
HEAD = """# Settings

This page is written from the code by `python -m bench.settings`. A test holds the two equal.

A setting is a field of `TrainConfig`. It is also a flag of `python train.py` and a key of a run's `config.json`.
Two runs with equal settings give equal weights on the same machine. [Training](train.md) shows how they are used.
A list of numbers is written with commas: `--g-widths 256,512`.

"""
# setting -> what its values mean
WORDS: dict[str, Mapping[str, str]] = {
    "network": {name: family.label for name, family in ARCHITECTURES.items()},
    "task": TASKS,
    "schedule": SCHEDULES,
    "optimizer": OPTIMIZERS,
    "fakes": FAKES,
    "penalty": PENALTIES,
    "noise": NOISES,
    "end": {name: end.help for name, end in ENDS.items()},
    "norm": NORMS,
    "blur": BLURS,
    "init": INITS,
    "augment": {name: (change.__doc__ or "").splitlines()[0] for name, change in AUGMENTATIONS.items()},
    "precision": PRECISIONS,
}


def table(columns: list[str], rows: Iterable[list[str]]) -> str:
    """A Markdown table."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (columns, ["---"] * len(columns), *rows))


def written(value: Any) -> str:
    """A value as the command line takes it."""
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def allowed(f: "dataclasses.Field[Any]") -> str:
    """What a setting may be: its range, or its names."""
    low, high, choices = (f.metadata[key] for key in ("low", "high", "choices"))
    if choices:
        return ", ".join(f"`{name}`" for name in choices)
    return "" if low is None else f"{low:.12g} to {high:.12g}"


def setting(f: "dataclasses.Field[Any]") -> list[str]:
    """A row on a setting."""
    default = written(f.default)
    return [f"`{flag(f.name)}`", f.metadata["help"], f"`{default}`" if default else "none", allowed(f)]


def command(preset: TrainConfig) -> str:
    """The flags that turn the defaults into a preset."""
    changed = [f for f in dataclasses.fields(TrainConfig) if getattr(preset, f.name) != f.default]
    return " ".join(f"{flag(f.name)} {written(getattr(preset, f.name))}" for f in changed)


def settings() -> list[str]:
    """The sections on the fields of TrainConfig and on what their names mean."""
    columns = ["flag", "what", "default", "allowed"]
    fields = dataclasses.fields(TrainConfig)
    main, others = ([f for f in fields if f.metadata["main"] is main] for main in (True, False))
    lines = ["## Main settings", table(columns, map(setting, main)), "## All other settings"]
    lines += [table(columns, map(setting, others)), "## What the names mean"]
    return [*lines, *(meaning(name, words) for name, words in WORDS.items())]


def meaning(name: str, words: Mapping[str, str]) -> str:
    """The names that a setting takes, a line each."""
    return "\n".join([f"`{flag(name)}`:", "", *(f"- `{key}`: {text}" for key, text in words.items())])


def tables() -> list[str]:
    """The sections on objectives, presets and data sets."""
    objectives = [
        [f"`{name}`", o.label, f"arXiv:{o.paper}", f"`{o.penalty}`", o.help] for name, o in OBJECTIVES.items()
    ]
    presets = [[f"`{name}`", f"`{command(preset)}`" if command(preset) else ""] for name, preset in PRESETS.items()]
    data = [[f"`{name}`", d.label, " × ".join(map(str, d.shape)), d.licence, d.source] for name, d in DATASETS.items()]
    return [
        "## Objectives", table(["name", "what it is", "paper", "its own penalty", "in a sentence"], objectives),
        "## Presets", "Each preset is the defaults with these flags.", table(["name", "flags"], presets),
        "## Data sets", table(["name", "what", "shape of a sample", "licence", "source"], data),
    ]  # fmt: skip


def page() -> str:
    """docs/settings.md."""
    return HEAD + "\n\n".join([*settings(), *tables()]) + "\n"


def main() -> None:
    """Write the page."""
    text = page()
    write_whole(FILE, text.encode())
    print(text)
    names = {"settings": len(dataclasses.fields(TrainConfig)), "objectives": len(OBJECTIVES)}
    print(json.dumps(names | {"presets": len(PRESETS), "data": len(DATASETS)} | machine()))


if __name__ == "__main__":
    main()
