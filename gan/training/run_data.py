"""What a run learns from, as its folder remembers it: data that change between a stop and a resumption are told."""

import dataclasses
import json
import logging
from pathlib import Path

from gan.data.fingerprints import Fingerprint, difference, fingerprint
from gan.data.sets import Data
from gan.errors import RunError, reason
from gan.files import write_whole

log = logging.getLogger(__name__)

DATA = "data.json"
GO_ON = "--data-changed goes on with those of now"


def keep_data(folder: Path, data: Data) -> None:
    """Write down what a run learns from; nothing where every sample is drawn afresh.

    Raises:
        RunError: the disk refuses.
    """
    now = fingerprint(data)
    if now is not None:
        write_whole(folder / DATA, (json.dumps(dataclasses.asdict(now)) + "\n").encode())


def kept_data(folder: Path) -> Fingerprint | None:
    """What the run in a folder learnt from; None if nobody wrote it down.

    Raises:
        RunError: what was written down is damaged.
    """
    path = folder / DATA
    try:
        values = json.loads(path.read_text())
        return Fingerprint(int(values["count"]), tuple(values["shape"]), tuple(values["classes"]), values["digest"])
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RunError(f"cannot read {path}: {reason(error)}") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise RunError(f"{path} is damaged, so nobody knows whether the run's data changed; {GO_ON}") from error


def check_data(folder: Path, data: Data, classes_told: bool, changed: bool) -> None:
    """See to it that a run which is taken up again goes on with its own data, or with others on purpose.

    Args:
        classes_told: whether the networks are told the classes of the samples.
        changed: whether other data are meant; they are written down then.

    Raises:
        RunError: the data are others and not meant, or the networks cannot learn from them; or the disk refuses.
    """
    then, now = None, fingerprint(data)
    try:
        then = kept_data(folder)
    except RunError:
        if not changed:
            raise
    told = difference(then, now) if then and now else ""
    if then and now and told:
        what = f"the data of the run in {folder} changed: {told}"
        if then.shape != now.shape or (classes_told and len(then.classes) != len(now.classes)):
            raise RunError(f"{what}; its networks cannot learn from these, so put the others back or begin a new run")
        if not changed:
            raise RunError(f"{what}; put them back, or {GO_ON}")
        log.warning("%s; the run goes on with those of now", what)
    if told or then is None:
        keep_data(folder, data)
