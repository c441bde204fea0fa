"""The models that the page offers, by the name that people see; those in use stay in memory."""

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

# Shipped models in the order in which a visitor is offered them; others follow by name.
SHOWN_FIRST = (
    "mnist-style", "kanji-style-64", "fashion-style", "faces-style-64", "mnist-dcgan", "mnist-mlp", "fashion-dcgan",
    "digits-mlp",
)  # fmt: skip
MAX_LOADED_MODELS = 8
MAX_VISITOR_MODELS = 32


@dataclass(frozen=True)
class ModelCatalogue:
    """The models on offer, the best first.

    Attributes:
        pictures, points: name -> weights file.
        visitor_models: the newest models of visitors' live runs; whoever knows an unguessable name may open its model.
    """

    pictures: dict[str, Path]
    points: dict[str, Path]
    visitor_models: dict[str, Model] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Every name but those of visitors' models; models of pictures come first."""
        return [*self.pictures, *self.points]

    def add_visitor_model(self, name: str, content: bytes) -> None:
        """Add a visitor's model, a safetensors file with its card inside; the oldest goes when there are too many.

        Raises:
            ModelError: the file is damaged.
        """
        self.visitor_models[name] = model_of_bytes(name, content)
        while len(self.visitor_models) > MAX_VISITOR_MODELS:
            self.visitor_models.pop(next(iter(self.visitor_models)), None)

    def load(self, name: object) -> Model:
        """The model of a name.

        Raises:
            ModelError: there is no such name here, or its file is damaged.
        """
        model = self.visitor_models.get(str(name))
        if model is not None:
            return model
        path = self._path(name)
        try:
            return load_cached(path, modified_ns(path))
        except ModelError as error:  # its sentence names a file of this machine
            log.warning("%s is in the catalogue and cannot be opened: %s", name, error)
            raise ModelError(f"the model {name} cannot be opened now") from error

    def version(self, name: object) -> Hashable:
        """A key that stays the same as long as a name means the same weights.

        Raises:
            ModelError: there is no such name here.
        """
        model = self.visitor_models.get(str(name))
        if model is not None:
            return str(name), id(model)
        path = self._path(name)
        return str(path), modified_ns(path)

    def snapshot_folder(self, name: object) -> Path | None:
        """The folder with the snapshots of a model's training; None for a visitor's model, which has none.

        Raises:
            ModelError: there is no such name here.
        """
        return None if str(name) in self.visitor_models else folder_of(self._path(name))

    def _path(self, name: object) -> Path:
        path = self.pictures.get(str(name)) or self.points.get(str(name))
        if path is None:
            raise ModelError(f"there is no model {str(name)!r:.60} here; there are {', '.join(self.names)}")
        return path


def build_catalogue(named: Sequence[str]) -> ModelCatalogue:
    """The catalogue of the models named on the command line, then of those in `weights/`.

    Raises:
        ModelError: a model is missing or damaged, or there is none at all.
    """
    names = [name for name in SHOWN_FIRST if name in shipped()]
    names += [name for name in shipped() if name not in names]
    pictures: dict[str, Path] = {}
    points: dict[str, Path] = {}
    for name in [*named, *names]:
        path = find_model(name)
        model = load_cached(path, path.stat().st_mtime_ns)
        files = pictures if model.medium.alone else points
        files.setdefault(model.name, path)
    if not pictures and not points:
        raise ModelError("there is no model to show: train one with train.py and name its folder")
    return ModelCatalogue(pictures, points)


def modified_ns(path: Path) -> int:
    """When a file was last modified, in nanoseconds; 0 if it has gone."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=MAX_LOADED_MODELS)
def load_cached(path: Path, modified: int) -> Model:
    """The model of a file; `modified`, its time of change, is part of the key so that a new file is read anew."""
    return load_model(path)
