"""What a program can ask for: each method is an endpoint; its name, types and docstring are what programs read.

They run in threads. Whatever comes from outside is checked here, as a program may send any JSON.
"""

import logging
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, Literal

from gradio.data_classes import FileData

from gan.data.sets import dataset
from gan.errors import ConfigError, ModelError, RunError
from gan.explore.render import (
    MAX_SEGMENT,
    NO_EDITS,
    PSI_LIMIT,
    check_edits,
    classes_of,
    film_latents,
    film_pictures,
    in_range,
    render,
)
from gan.explore.samples import arrays, check_form, film_forms, film_of, samples_of
from gan.explore.views import from_query, picture
from gan.latents import parse_seeds, z_from_seeds
from gan.media.films import MAX_FPS
from gan.media.images import enlarge, to_png
from gan.models.model import Model, check_seeded, readable
from gan.numbers import check_whole
from gan.training.run_log import TICKS, read_log
from gan.ui.program.answers import Answers
from gan.ui.shell.catalogue import ModelCatalogue, modified_ns
from gan.ui.shell.limits import MemoryBudget, Reservation
from gan.ui.shell.requests import RequestError

log = logging.getLogger(__name__)

MAX_TEXT = 8_000  # characters of a text in a request
MAX_SCALE, MAX_SHEET = 16, 16_000_000  # times that a sheet is enlarged, and its values then
MAX_FILM_FRAMES = 600  # which the host draws itself, unlike those of the page
MAX_CURVE, CURVES = 1_000, 8  # points; curves that are remembered
CURVE = ("nimg", "seconds", "loss_d", "loss_g", "penalty", "p_real", "p_fake", "modes", "held_out", "evaluation")

Path = Literal["slerp", "lerp", "spline", "circle"]
Turn = Literal["loop", "ping-pong", "once"]


class Endpoints:
    """The endpoints of one catalogue.

    Args:
        answers: where the files that are made are kept.
        pictures, films: bytes that all requests of a kind may hold, those of the page among them.
    """

    def __init__(
        self, catalogue: ModelCatalogue, answers: Answers, pictures: MemoryBudget, films: MemoryBudget
    ) -> None:
        self.catalogue, self.answers = catalogue, answers
        self.budgets = {"pictures": pictures, "films": films}
        self.abouts: dict[str, tuple[Hashable, dict[str, Any]]] = {}  # what is said of a model, and of which weights

    def models(self) -> list[dict[str, Any]]:
        """The models on offer: for each its name, what it makes, the shape of a sample, its classes, its data with
        their licence, and the file suffixes that "sample" and "film" take for it.
        """
        return [about for name in self.catalogue.names if (about := self._about(name))]

    def sample(
        self, model: str, seeds: str = "0-15", psi: float = 1.0, classes: str = "", file: str = ".png", scale: int = 2
    ) -> FileData:
        """Samples of a model, one for each seed, as one file.

        Args:
            model: a name that "models" lists.
            seeds: such as 42, 1,7,42 or 0-15; a seed always means the same sample.
            psi: truncation from 0 to 2: 1 is none, 0 the mean sample.
            classes: the name or number of a class, or of one for each seed with commas; empty: a class for each seed.
            file: .png for a sheet, .npz for arrays of numbers, or another suffix that "models" lists for the model.
            scale: how many times a sheet is enlarged, 1 to 16.

        Returns:
            The file.
        """
        known = self._model(model)
        numbers = parse_seeds(text("seeds", seeds))
        if len(numbers) > known.medium.most:
            raise ConfigError(f"at most {known.medium.most:,} are made at once")
        psi = in_range("psi", psi, PSI_LIMIT, low=0.0)
        scale = check_whole("scale", scale, 1, MAX_SCALE)
        c = classes_of(known, numbers, text("classes", classes) or None)
        suffix = text("file", file)
        if suffix not in sample_forms(known):
            raise ConfigError(f"{known.medium.noun} are saved as {', '.join(sample_forms(known))}, not {suffix!r:.20}")
        z = z_from_seeds(numbers, known.G.z_dim)
        with Reservation(self.budgets["pictures"]) as reservation:
            one = known.medium.preview(render(known, z[:1], psi, c=None if c is None else c[:1]), known.traits)
            count = len(numbers) if known.medium.alone else 1
            if one[0].numel() * count * scale**2 > MAX_SHEET:
                raise ConfigError(f"a sheet has at most {MAX_SHEET:,} values: take fewer seeds or a smaller scale")
            reservation.grow(2 * one[0].numel() * count * scale**2 + 8 * len(numbers) * known.G.z_dim)
            tensors = render(known, z, psi, c=c)
            made = samples_of(known, tensors, numbers, psi, c)
            content = arrays(known, numbers, z, tensors, c) if suffix == ".npz" else made.file(suffix, scale)
            return self.answers.keep(content, made.path(FilePath(f"{file_name(known)}{suffix}")).name)

    def view(self, link: str, scale: int = 4) -> FileData:
        """The picture that a link to the Explore room shows, as a PNG file.

        Args:
            link: the address of the page, or what follows its question mark.
            scale: how many times the picture is enlarged, 1 to 16.

        Returns:
            The file.
        """
        view = from_query(text("link", link).rpartition("?")[2], "")
        known = self._model(view.model)
        scale = check_whole("scale", scale, 1, MAX_SCALE)
        with Reservation(self.budgets["pictures"]) as reservation:
            pixels = known.medium.preview(picture(known, view), known.traits)[0]
            reservation.grow(pixels.numel() * scale**2)
            content = to_png(enlarge(pixels, scale), {"view": replace(view, model=known.name).query()})
            return self.answers.keep(content, f"{file_name(known)}.png")

    def film(
        self, model: str, seeds: str = "1,7,42", frames: int = 30, path: Path = "slerp", turn: Turn = "loop",
        psi: float = 1.0, classes: str = "", fps: float = 25.0, file: str = ".mp4",
    ) -> FileData:  # fmt: skip
        """A film of a model from seed to seed, as one file; it has at most 600 frames.

        Args:
            model: a name that "models" lists.
            seeds: two or more, such as 1,7,42.
            frames: from each seed to the next, 1 to 240.
            path: the way between two seeds: slerp, lerp, spline or circle.
            turn: how it ends: loop (back to the first seed), ping-pong or once.
            psi: truncation from 0 to 2: 1 is none, 0 the mean sample.
            classes: as for "sample".
            fps: frames a second, 1 to 60.
            file: .mp4, .gif, .webp, .png (a contact sheet), .zip (all frames), or another suffix that "models" lists.

        Returns:
            The file.
        """
        known = self._model(model)
        numbers = parse_seeds(text("seeds", seeds))
        frames = check_whole("frames for each segment", frames, 1, MAX_SEGMENT)
        if (len(numbers) - 1) * frames > MAX_FILM_FRAMES:
            raise ConfigError(f"a film here has at most {MAX_FILM_FRAMES} frames, {len(numbers):,} seeds have more")
        suffix, path_named, turn_named = text("file", file), text("path", path), text("turn", turn)
        psi = in_range("psi", psi, PSI_LIMIT, low=0.0)
        fps = in_range("frames a second", fps, MAX_FPS, low=1.0)
        check_form(known.medium, suffix)
        check_edits(known, psi, NO_EDITS)
        z = film_latents(numbers, known.G.z_dim, frames, path_named, turn_named)
        if len(z) > MAX_FILM_FRAMES:
            raise ConfigError(f"a film here has at most {MAX_FILM_FRAMES} frames, this one would have {len(z):,}")
        c = classes_of(known, numbers, text("classes", classes) or None)
        with Reservation(self.budgets["films"]) as reservation:
            # Pixels are held twice while they are put together.
            reservation.grow(2 * len(z) * film_pictures(known, z[:1], psi).numel())
            made = film_of(known, numbers, frames, path_named, turn_named, psi, fps, c)
            return self.answers.keep(made.file(suffix), f"{file_name(known)}{suffix}")

    def train_curve(self, model: str) -> list[dict[str, Any]]:
        """The log of a model's training, where it came with one: losses and figures by samples seen.

        Args:
            model: a name that "models" lists.

        Returns:
            At most 1,000 points, evenly spread over the log, its last one among them.
        """
        known = self._model(model)
        folder = None if known.path is None else known.path.parent
        own = folder is not None and known.path is not None and known.path.stem == "model"
        points = curve_of(folder, modified_ns(folder / TICKS)) if own and folder is not None else []
        if not points:
            raise RequestError(404, f"the model {known.name} came without the log of its training")
        return points

    def _model(self, name: object) -> Model:
        """The model of a name; ConfigError for one without seeds."""
        model = self.catalogue.load(text("model", name))
        check_seeded(model)
        return model

    def _about(self, name: str) -> dict[str, Any] | None:
        """What is said of a model; None where its file has gone since the app began.

        It is remembered: there are more models than stay loaded, and whoever asks for all would unload those of others.
        """
        try:
            version = self.catalogue.version(name)
            if (known := self.abouts.get(name)) and known[0] == version:
                return known[1]
            model = self.catalogue.load(name)
        except ModelError:
            return None
        info = dataset(model.config.data)
        card = model.card.get("data")
        data: dict[str, Any] = card if isinstance(card, dict) else {}
        about = {
            "name": name, "makes": model.medium.noun, "shape": list(model.shape), "classes": list(model.classes),
            "data": readable(data.get("label", info.label)), "licence": readable(data.get("licence", info.licence)),
            "most": model.medium.most, "files": list(sample_forms(model)), "films": list(film_forms(model.medium)),
        }  # fmt: skip
        self.abouts[name] = version, about
        return about


# The endpoints in the order in which gradio numbers them, and which queue of the host does each.
ENDPOINTS: dict[str, Literal["pictures", "films"]] = {
    "models": "pictures", "sample": "pictures", "view": "pictures", "film": "films", "train_curve": "pictures",
}  # fmt: skip


def unserved() -> dict[str, Callable[..., Any]]:
    """The endpoints by name as gradio is told of them, before it is known which models there are."""
    nothing = MemoryBudget(0, "")
    endpoints = Endpoints(ModelCatalogue({}, {}), Answers(), nothing, nothing)
    return {name: getattr(endpoints, name) for name in ENDPOINTS}


@lru_cache(maxsize=CURVES)
def curve_of(folder: FilePath, modified: int) -> list[dict[str, Any]]:
    """The points of a run's log; `modified`, its time of change, is part of the key so that a longer one is read anew.

    All who ask share one list: results that nobody fetches take no memory of their own.

    Raises:
        RequestError: the log cannot be read.
    """
    try:
        lines = read_log(folder)
    except RunError as error:  # its sentence names a file of this machine
        log.warning("the log of a training cannot be read: %s", error)
        raise RequestError(503, "the log of this training cannot be read now") from error
    step = -(-len(lines) // MAX_CURVE)
    return [{key: line[key] for key in CURVE if key in line} for line in lines[::-1][::step][::-1]] if lines else []


def sample_forms(model: Model) -> tuple[str, ...]:
    """The suffixes of files that samples of a model can be saved in."""
    return tuple(dict.fromkeys((".png", ".npz", *model.medium.files)))


def file_name(model: Model) -> str:
    """What a file of a model is called, in ASCII, without its suffix."""
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in model.name)
    return name.strip("-")[:60] or "samples"


def text(name: str, value: object) -> str:
    """A text of a request.

    Raises:
        ConfigError: it is none, or too long.
    """
    if not isinstance(value, str):
        raise ConfigError(f"{name} must be text, not {value!r:.60}")
    if len(value) > MAX_TEXT:
        raise ConfigError(f"{name} has at most {MAX_TEXT:,} characters")
    return value
