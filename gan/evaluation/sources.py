"""Which data a model is measured against, and whether there are enough of them."""

import dataclasses
import os
from pathlib import Path

from gan.data import sets
from gan.data.fingerprints import difference, fingerprint
from gan.data.sets import FOLDER, Data
from gan.data.stored import Stored
from gan.errors import DataError
from gan.models.checkpoint import MODEL
from gan.models.model import Model
from gan.training.run_data import kept_data
from gan.training.runs import CONFIG, read_config


def measured_against(model: Model, path: Path, data: str | None = None) -> Model:
    """The model of the file `path`, its config naming the data that its figures are to be of.

    A card names a folder and not where it lies. The run that left the model knows; of any other model somebody has to
    say it, as another folder of that name may lie here.

    Args:
        data: the data that somebody named; None: those that the model learnt from.

    Raises:
        DataError: nobody knows where the model's folder is, or it has gone.
        ConfigError: the data named are of another medium.
        RunError: the settings of the model's run are damaged.
    """
    own = model.config.data
    prefix = sets.path_of(own)
    if data is None and prefix in (FOLDER, sets.ZIP):
        name, folder, kind = own.removeprefix(prefix), path.parent, prefix.removesuffix(":")
        if path.stem != MODEL or not os.path.isfile(folder / CONFIG):
            raise DataError(
                f"{model.name} learnt from a {kind} called {name:.60}, and its card does not say where that is: name "
                f"it with --data {prefix}PATH"
            )
        data = read_config(folder).data
        if not os.path.exists(sets.located(data).removeprefix(prefix)):
            raise DataError(
                f"the {kind} {data.removeprefix(prefix)} that {model.name} learnt from is not there: name another "
                f"with --data {prefix}PATH"
            )
    config = dataclasses.replace(model.config, data=sets.located(data or own))
    return dataclasses.replace(model, config=config)


def changed_since(path: Path, data: Data) -> str:
    """How data differ from those that the run which left the file `path` learnt from; "" if not, or nobody knows.

    Raises:
        RunError: what the run wrote down is damaged.
    """
    then, now = kept_data(path.parent) if path.stem == MODEL else None, fingerprint(data)
    told = difference(then, now) if then and now else ""
    return f"the data are not those of the training: {told}" if told else ""


def check_enough(name: str, data: Data, least: int) -> None:
    """Raise a DataError unless a set, if its samples are stored, has so many that differ."""
    if not isinstance(data, Stored):
        return
    seen: set[bytes] = set()
    for row in data.rows:
        seen.add(row.numpy().tobytes())
        if len(seen) >= least:
            return
    what = f"the folder {name.removeprefix(FOLDER)}" if name.startswith(FOLDER) else f"the set {name}"
    count = f"{data.size:,} {data.medium.noun if data.size > 1 else data.medium.noun.removesuffix('s')}"
    same = f", and only {len(seen)} of them differ" if 1 < len(seen) < data.size else ""
    same = ", all of them the same" if len(seen) == 1 < data.size else same
    raise DataError(f"{what} holds {count}{same}: figures need {least} different ones at least")
