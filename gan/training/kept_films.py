"""Films of a training that are kept as samples: one small WebP in the place of a generator's snapshots.

A row of the picture is a moment of the run, a column a seed; a cell is one sample as its medium stores it, a byte a
value. Samples that are photographs or sounds are stored lossily, choices such as letters and notes as they are. The
file's note, as that of any film, says which moments, seeds and run they are of. `browser/core/kept_film.js` reads it.
"""

import io
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan.errors import GanError, ModelError, RunError
from gan.explore.render import FPS, classes_of, render
from gan.files import write_whole
from gan.latents import MAX_SEED, z_from_seeds
from gan.media.films import note_of, settings_of
from gan.media.images import grid
from gan.models.container import read_bytes
from gan.models.model import MAX_PSI, Model
from gan.models.start import samples_seen
from gan.numbers import check_whole
from gan.recipe.config import TrainConfig
from gan.recipe.presets import PRESETS
from gan.training.history import HISTORY, MAX_SNAPSHOTS, MAX_TILES, at, folder_of, snapshots

SUFFIX = ".webp"
SEEDS = range(16)  # that a film is kept of
MAX_FILM_BYTES = 3_000_000  # of its file
QUALITY = 75  # of WebP, where something may be lost
MAX_SIDE = 16_383  # pixels of a WebP's side
EXACT = ("choice", "sign")  # ends of G whose samples are no shades
UNREADABLE = (
    GanError, ArithmeticError, LookupError, TypeError, ValueError, OSError, SyntaxError, RuntimeError,
    Image.DecompressionBombError,
)  # what reading a damaged film may raise  # fmt: skip

Past = Literal["", "snapshots", "film"]  # what is kept of a model's training


@dataclass(frozen=True)
class KeptFilm:
    """The samples of some seeds at some moments of a run.

    Attributes:
        rows: uint8 [T, N, *row] the samples as their medium stores them.
        nimg: [T] the samples that each moment's generator had been trained on, ascending.
        seeds: [N].
        classes: [N] of each seed; empty where the model knows none.
        psi: truncation.
        config: of the run.
        preset: the name in PRESETS of its recipe, whatever the run's length; "" for one of somebody's own.
    """

    rows: Tensor
    nimg: tuple[int, ...]
    seeds: tuple[int, ...]
    classes: tuple[int, ...]
    psi: float
    config: TrainConfig
    preset: str

    @property
    def length(self) -> int:
        """The samples that its run had shown D at the last moment: all of them, unless it was stopped."""
        return self.nimg[-1]


def film_path(path: Path) -> Path:
    """Where the film of the training of the model in a .safetensors file lies."""
    return path.parent / HISTORY / f"{path.stem}{SUFFIX}"


def past_of(path: Path) -> Past:
    """What there is of the training of the model in a .safetensors file; of its snapshots any seed can be filmed."""
    if len(snapshots(folder_of(path))) > 1:
        return "snapshots"
    return "film" if film_path(path).is_file() else ""


# ---- making -----------------------------------------------------------------------------------------------------


def kept_film(model: Model, path: Path, psi: float | None = None) -> KeptFilm:
    """The film of SEEDS through the snapshots of a run.

    Args:
        path: of the model's weights in its run.
        psi: truncation; by default the one that the page shows the model with first.

    Raises:
        RunError: the run kept no snapshots, or too many, or its samples are not looked at one by one.
        ModelError: a snapshot is damaged or of another network.
    """
    kept = snapshots(folder_of(path))
    if not model.medium.alone or len(kept) < 2:
        raise RunError(f"{model.name} has no moments of its training that a film could be made of")
    if len(kept) > MAX_SNAPSHOTS:
        raise RunError(f"{model.name} has {len(kept)} moments of its training; a film shows at most {MAX_SNAPSHOTS}")
    psi, z, c = model.psi if psi is None else psi, z_from_seeds(SEEDS, model.G.z_dim), classes_of(model, SEEDS)
    rows = [model.medium.rows(render(at(model, file), z, psi, c=c), model.traits) for file in kept.values()]
    classes = () if c is None else tuple(c.tolist())
    recipe = recipe_of(model.config)
    return KeptFilm(torch.stack(rows), tuple(kept), tuple(SEEDS), classes, psi, model.config, recipe)


def recipe_of(config: TrainConfig) -> str:
    """The name of the preset that a config is, whatever its length; "" if it is none."""
    same = (name for name, preset in PRESETS.items() if replace(preset, nimg=config.nimg) == config)
    return next(same, "")


def film_bytes(film: KeptFilm) -> bytes:
    """The file of a film.

    Raises:
        RunError: it would be larger than MAX_FILM_BYTES, or the picture than a WebP can be.
    """
    sheet = laid(film.rows)
    if max(sheet.shape) > MAX_SIDE:
        raise RunError(f"a film of {len(film.nimg)} moments of samples of this size is larger than a WebP can be")
    note = {
        "nimg": list(film.nimg), "seeds": list(film.seeds), "classes": list(film.classes), "psi": film.psi,
        "channels": sheet.shape[-1], "preset": film.preset, "config": film.config.to_dict(),
    }  # fmt: skip
    options: dict[str, Any] = {"lossless": True} if film.config.end in EXACT else {"quality": QUALITY}
    array, file = sheet.numpy(), io.BytesIO()
    picture = Image.fromarray(array if array.shape[-1] == 3 else np.repeat(array, 3, 2))
    picture.save(file, "WEBP", method=6, xmp=note_of({"training": note}).encode(), **options)
    if file.tell() > MAX_FILM_BYTES:
        raise RunError(f"the film would take {file.tell() / 1e6:.1f} MB, more than {MAX_FILM_BYTES // 1_000_000}")
    return file.getvalue()


def save_film(film: KeptFilm, path: Path) -> None:
    """Write the file of a film.

    Raises:
        RunError: the disk refuses, or it would be too large.
    """
    write_whole(path, film_bytes(film))


def laid(rows: Tensor) -> Tensor:
    """[T * h, N * w, C] the cells [h, w, C] of rows [T, N, *row], C 1 or 3."""
    moments, seeds, *row = rows.shape
    height, width, channels = cell_of(row)
    cells = rows.reshape(moments, seeds, height, width, channels).transpose(1, 2)
    return cells.reshape(moments * height, seeds * width, channels)


def cell_of(row: list[int]) -> tuple[int, int, int]:
    """(height, width, channels) of the cell of a row: its last numbers lie side by side, all others below."""
    channels = row[-1] if row[-1] in (1, 3) and len(row) > 1 else 1
    places = math.prod(row) // channels
    width = row[-1] if channels == 1 and row[-1] != 1 else row[-2]
    return places // width, width, channels


# ---- reading ----------------------------------------------------------------------------------------------------


def read_film(model: Model, path: Path) -> KeptFilm:
    """The film in a file, for a model whose samples are of that form.

    Raises:
        ModelError: it is too large, damaged, or of other samples.
    """
    return read(model, path)[0]


def read(model: Model, path: Path) -> tuple[KeptFilm, bytes]:
    """(what `read_film` gives, the file's bytes)."""
    content = read_bytes(path, MAX_FILM_BYTES)
    try:
        return parsed(model, content), content
    except UNREADABLE as error:
        raise ModelError(f"{path} is no film of the training of {model.name}, or is damaged") from error


def parsed(model: Model, content: bytes) -> KeptFilm:
    """The film of a file's bytes; any of many errors where it is none."""
    note = settings_of(content)["training"]
    nimg, seeds, classes = (tuple(note[key]) for key in ("nimg", "seeds", "classes"))
    if not (2 <= len(nimg) <= MAX_SNAPSHOTS and 1 <= len(seeds) <= MAX_TILES):
        raise ValueError("too few or too many")
    counts = [check_whole("a moment", n, 0, 10**15) for n in nimg]
    if counts != sorted(set(counts)) or len(classes) not in (0, len(seeds)):
        raise ValueError("not in order")
    for seed in seeds:
        check_whole("a seed", seed, 0, MAX_SEED)
    for c in classes:
        check_whole("a class", c, 0, len(model.classes) - 1)
    row = list(model.medium.rows(torch.zeros(1, *model.shape), model.traits).shape[1:])
    height, width, channels = cell_of(row)
    with Image.open(io.BytesIO(content), formats=("WEBP",)) as picture:
        if picture.size != (len(seeds) * width, len(nimg) * height) or note["channels"] != channels:
            raise ValueError("of another size")
        sheet = torch.from_numpy(np.array(picture.convert("RGB")))[..., :channels]
    cells = sheet.reshape(len(nimg), height, len(seeds), width, channels).transpose(1, 2)
    psi = float(note["psi"])
    if not 0 <= psi <= MAX_PSI:
        raise ValueError("out of range")
    config = TrainConfig.from_dict(note["config"])
    rows = cells.reshape(len(nimg), len(seeds), *row)
    model.medium.tensors(rows.flatten(0, 1), model.traits)  # a note that no voice has is refused here
    return KeptFilm(rows, nimg, seeds, classes, psi, config, recipe_of(config))


def kept_bytes(model: Model) -> bytes | None:
    """The file of the film of a model's training, made of its snapshots where there are any; None if neither is there.

    Raises:
        ModelError: what is there is damaged or too large.
        RunError: it is too large to be made.
    """
    past = past_of(model.path) if model.path and model.medium.alone and not model.task else ""
    if model.path is None or not past:
        return None
    if past == "snapshots":
        return film_bytes(kept_film(model, model.path))
    return read(model, film_path(model.path))[1]


# ---- showing ----------------------------------------------------------------------------------------------------


def drawn(model: Model, film: KeptFilm, seeds: list[int] | None = None, fps: float = FPS) -> Tensor:
    """uint8 [T, H, W, C] what a film shows, several seeds in a grid.

    Args:
        seeds: some of those that it was kept of; by default all.
        fps: frames a second, by which samples that move by themselves go on.

    Raises:
        RunError: it was not kept of one of them.
    """
    seeds = list(film.seeds) if seeds is None else seeds
    if not seeds or not set(seeds) <= set(film.seeds):
        kept = f"{film.seeds[0]} to {film.seeds[-1]}"
        raise RunError(f"the film of {model.name}'s training was kept of the seeds {kept}, and of no others")
    places = [film.seeds.index(seed) for seed in seeds]
    frames = []
    for number, rows in enumerate(film.rows):
        samples = model.medium.tensors(rows[places], model.traits)
        pixels = model.medium.filmed(samples, model.traits, torch.full((len(seeds),), number / fps))
        frames.append(grid(pixels, max(1, round(len(seeds) ** 0.5))) if len(seeds) > 1 else pixels[0])
    return torch.stack(frames)


def about(film: KeptFilm, model: Model) -> str:
    """Which run a model's film is of, without a capital or an end; its twin is `aboutRun` of the page."""
    length, own = film.length, samples_seen(model)
    same = film.preset == model.name or film.config == replace(model.config, nimg=film.config.nimg)
    recipe = "of the same recipe" if same else f"of the recipe {film.preset}" if film.preset else "of another recipe"
    if abs(length - own) < film.config.batch:  # a run ends with a whole batch
        return f"a run {recipe}, as long as that of {model.name} itself: {length:,} samples"
    return f"a run {recipe}, {length:,} samples long, where {model.name} saw {own:,}"
