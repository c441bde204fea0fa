"""The models that the page offers, by the name that people see; those in use stay in memory."""

import dataclasses
import logging
import os
import threading
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from gan.errors import ModelError
from gan.live.visitors import UNKNOWN, Visitor, heaviest
from gan.models import hub
from gan.models.checkpoint import MODEL, find_model, in_weights, load_model, model_of_bytes
from gan.models.container import WEIGHTS
from gan.models.model import Model, readable
from gan.training.history import folder_of
from gan.training.kept_films import Past, past_of

log = logging.getLogger(__name__)

# Shipped models in the order in which a visitor is offered them; others follow by name.
SHOWN_FIRST = (
    "faces-style-64", "mnist-style", "kanji-style-64", "fashion-style", "mnist-dcgan", "mnist-mlp", "fashion-dcgan",
    "digits-mlp",
)  # fmt: skip
Kind = Literal["pictures", "points", "repairs"]
MAX_LOADED_MODELS = 8
MAX_VISITOR_MODELS = 32


@dataclass(frozen=True)
class ModelCatalogue:
    """The models on offer, the best first.

    Attributes:
        pictures, points: name -> weights file.
        repairs: the same of models that repair pictures; they have no seeds, so only the room of one's own pictures
            offers them.
        visitor_models: the newest models of visitors' live runs; whoever knows an unguessable name may open its model.
        kept_by: whose each of them is. keeping: held while one is added.
    """

    pictures: dict[str, Path]
    points: dict[str, Path]
    visitor_models: dict[str, Model] = field(default_factory=dict)
    kept_by: dict[str, Visitor] = field(default_factory=dict)
    keeping: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    repairs: dict[str, Path] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Every name of a model with seeds but those of visitors' models; models of pictures come first."""
        return [*self.pictures, *self.points]

    def add_visitor_model(self, name: str, content: bytes, visitor: Visitor = UNKNOWN) -> None:
        """Add a visitor's model, a safetensors file with its card inside.

        When there are too many, the oldest of the visitor who keeps most goes.

        Raises:
            ModelError: the file is damaged.
        """
        model = model_of_bytes(name, content)
        with self.keeping:
            self.visitor_models[name], self.kept_by[name] = model, visitor
            while len(self.visitor_models) > MAX_VISITOR_MODELS:
                names = list(self.visitor_models)
                oldest = names[heaviest([self.kept_by.get(kept, UNKNOWN) for kept in names])]
                self.visitor_models.pop(oldest)
                self.kept_by.pop(oldest, None)

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
            return renamed(load_cached(path, modified_ns(path)), str(name))
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

    def past(self, name: object) -> Past:
        """What is kept of a model's training; nothing of a visitor's.

        Raises:
            ModelError: there is no such name here.
        """
        return "" if str(name) in self.visitor_models else past_of(self._path(name))

    def _path(self, name: object) -> Path:
        path = (self.pictures | self.points | self.repairs).get(str(name))
        if path is None:
            raise ModelError(f"there is no model {str(name)!r:.60} here; there are {', '.join(self.names)}")
        return path


def build_catalogue(named: Sequence[str]) -> ModelCatalogue:
    """The catalogue of the models named on the command line, then of those in `weights/`.

    Raises:
        ModelError: a model is missing or damaged, or there is none at all.
    """
    there = in_weights()
    ours = [name for name in SHOWN_FIRST if name in there] + [name for name in there if name not in SHOWN_FIRST]
    paths = files_of([*named, *ours])
    checked = [checked_kind(path) for path in paths]
    files: dict[Kind, dict[str, Path]] = {"pictures": {}, "points": {}, "repairs": {}}
    for path, name, (_, kind) in zip(paths, names_apart(paths, [name for name, _ in checked]), checked, strict=True):
        files[kind][name] = path
    if not files["pictures"] and not files["points"]:
        raise ModelError("there is no model to show: train one with train.py and name its folder")
    return ModelCatalogue(files["pictures"], files["points"], repairs=files["repairs"])


def files_of(named: Sequence[str]) -> list[Path]:
    """The files of the models named, whole paths, none twice.

    Raises:
        ModelError: there is no such model.
    """
    return list(dict.fromkeys(Path(os.path.abspath(find_model(name))) for name in named))


def checked_kind(path: Path) -> tuple[str, Kind]:
    """(what a page calls the model of a file, of which kind it is); the file is read whole, and nothing of it kept.

    Raises:
        ModelError: it is damaged.
    """
    model = load_model(path)
    return page_name(path, model), "repairs" if model.task else "pictures" if model.medium.alone else "points"


def models_apart(named: Sequence[str]) -> list[tuple[Path, Model]]:
    """(file, model) of the models named, none twice, each under a name of its own.

    Raises:
        ModelError: a model is missing or damaged.
    """
    paths = files_of(named)
    models = [load_model(path) for path in paths]
    names = names_apart(paths, [page_name(path, model) for path, model in zip(paths, models, strict=True)])
    return [(path, renamed(model, name)) for path, model, name in zip(paths, models, names, strict=True)]


def page_name(path: Path, model: Model) -> str:
    """What a page calls the model of a file: its name, and from the Hub with its commit, so that links are pinned."""
    on_hub = hub.of_file(path)
    return on_hub.pinned if on_hub else model.name


def renamed(model: Model, name: str) -> Model:
    """The model under another name; itself if it is its own."""
    return model if model.name == name else dataclasses.replace(model, name=name)


def names_apart(paths: Sequence[Path], names: Sequence[str]) -> list[str]:
    """A name for each of some models, no two alike: its own, or where others have it too with the folder that it is in.

    A shipped model keeps its name, as links know it by that.

    Args:
        paths: whole ones, of the models' files, none twice.
        names: what the models are called.
    """
    apart: list[str] = []
    for path, name in zip(paths, names, strict=True):
        rivals = [other for other, its in zip(paths, names, strict=True) if its == name and other != path]
        apart.append(name if not rivals or path.parent == WEIGHTS else f"{name} ({whereabouts(path, rivals)})")
    taken: set[str] = set()
    for i, name in enumerate(apart):  # a model may be called "a (b)" by itself
        number, free = 2, name
        while free in taken or free in apart[:i] + apart[i + 1 :]:
            free, number = f"{name} {number}", number + 1
        taken.add(free)
        apart[i] = free
    return apart


def whereabouts(path: Path, rivals: Sequence[Path]) -> str:
    """As few of the last folders that a model is in as tell it from its rivals."""

    def last(path: Path, count: int) -> str:
        home = path.parent.parent if path.stem == MODEL else path.parent
        return readable("/".join(home.parts[-count:]))

    apart = (n for n in range(1, len(path.parts)) if last(path, n) not in [last(rival, n) for rival in rivals])
    return last(path, next(apart, 1))


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


def forget_loaded() -> None:
    """Let go of the models in memory, which nobody may ask for again: whoever does has them read anew."""
    load_cached.cache_clear()
