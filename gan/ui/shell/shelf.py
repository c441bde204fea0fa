"""The models that the page offers, by the name people see; the ones in use stay in memory."""

import logging
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from gan.errors import ModelError
from gan.models.checkpoint import find_model, load_model, model_of_bytes, shipped
from gan.models.model import Model
from gan.training.history import folder_of

log = logging.getLogger(__name__)

# What a visitor meets first, if it is there.
FAVOURITES = (
    "mnist-style", "kanji-style-64", "fashion-style", "faces-style-64", "mnist-dcgan", "mnist-mlp", "fashion-dcgan",
    "digits-mlp",
)  # fmt: skip
IN_MEMORY = 8
GUESTS = 32  # models of visitors' own runs that are kept, the newest


@dataclass(frozen=True)
class Shelf:
    """The models on offer, the best first.

    Attributes:
        pictures, points: name -> weights file.
        guests: models that visitors' live runs left here; whoever knows the unguessable name may open one.
    """

    pictures: dict[str, Path]
    points: dict[str, Path]
    guests: dict[str, Model] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Every name, models of pictures first."""
        return [*self.pictures, *self.points]

    def keep(self, name: str, content: bytes) -> None:
        """Put a visitor's model, a safetensors file with its card inside, beside the others."""
        self.guests[name] = model_of_bytes(name, content)
        while len(self.guests) > GUESTS:
            self.guests.pop(next(iter(self.guests)), None)

    def load(self, name: object) -> Model:
        """The model of a name on this shelf.

        Raises:
            ModelError: no such name here, or its file is damaged.
        """
        guest = self.guests.get(str(name))
        if guest is not None:
            return guest
        path = self._path(name)
        try:
            return opened(path, changed(path))
        except ModelError as error:  # its sentence names a file of this machine
            log.warning("%s is on the shelf and cannot be opened: %s", name, error)
            raise ModelError(f"the model {name} cannot be opened now") from error

    def stamp(self, name: object) -> Hashable:
        """What stays the same as long as a name means the same weights.

        Raises:
            ModelError: no such name here.
        """
        guest = self.guests.get(str(name))
        if guest is not None:
            return str(name), id(guest)
        path = self._path(name)
        return str(path), changed(path)

    def past(self, name: object) -> Path | None:
        """The folder with the moments of a model's training; None for a guest's, which has none.

        Raises:
            ModelError: no such name here.
        """
        return None if str(name) in self.guests else folder_of(self._path(name))

    def _path(self, name: object) -> Path:
        path = self.pictures.get(str(name)) or self.points.get(str(name))
        if path is None:
            raise ModelError(f"there is no model {str(name)!r:.60} here; there are {', '.join(self.names)}")
        return path


def stock(named: Sequence[str]) -> Shelf:
    """The shelf of the models named on the command line and of those in `weights/`.

    Raises:
        ModelError: a named model is missing or damaged, or there is none at all.
    """
    names = [name for name in FAVOURITES if name in shipped()]
    names += [name for name in shipped() if name not in names]
    pictures: dict[str, Path] = {}
    points: dict[str, Path] = {}
    for name in [*named, *names]:
        path = find_model(name)
        model = opened(path, path.stat().st_mtime_ns)
        place = pictures if model.medium.alone else points
        place.setdefault(model.name, path)
    if not pictures and not points:
        raise ModelError("there is no model to show: train one with train.py and name its folder")
    return Shelf(pictures, points)


def changed(path: Path) -> int:
    """A file's time of change; 0 if it has gone."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=IN_MEMORY)
def opened(path: Path, changed: int) -> Model:
    """The model of a file; `changed`, its time of change, makes a new file a new entry."""
    return load_model(path)
