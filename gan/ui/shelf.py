"""The models that the page offers, by the name people see; the ones in use stay in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gan.checkpoint import find_model, load_model, shipped
from gan.errors import ModelError
from gan.model import Model

# What a visitor meets first, if it is there.
FAVOURITES = ("mnist-dcgan", "mnist-mlp", "fashion-dcgan", "digits-mlp")
IN_MEMORY = 8


@dataclass(frozen=True)
class Shelf:
    """The models on offer, the best first.

    Attributes:
        pictures, points: name -> weights file.
    """

    pictures: dict[str, Path]
    points: dict[str, Path]

    @property
    def names(self) -> list[str]:
        """Every name, models of pictures first."""
        return [*self.pictures, *self.points]

    def load(self, name: object) -> Model:
        """The model of a name on this shelf.

        Raises:
            ModelError: no such name here, or its file is damaged.
        """
        path = self.pictures.get(str(name)) or self.points.get(str(name))
        if path is None:
            raise ModelError(f"there is no model {str(name)!r:.60} here; there are {', '.join(self.names)}")
        return opened(path, path.stat().st_mtime_ns if path.exists() else 0)


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
        place = pictures if model.kind == "pictures" else points
        place.setdefault(model.name, path)
    if not pictures and not points:
        raise ModelError("there is no model to show: train one with train.py and name its folder")
    return Shelf(pictures, points)


@lru_cache(maxsize=IN_MEMORY)
def opened(path: Path, changed: int) -> Model:
    """The model of a file; `changed`, its time of change, makes a new file a new entry."""
    return load_model(path)
