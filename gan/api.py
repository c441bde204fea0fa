"""What `import gan` offers: load a model, sample from it, morph between seeds, find and repair pictures, save, train.

A seed means the same picture here, on the command line and on the page. Every mistake is a GanError whose text is one
sentence; it names a setting as the command line spells it.
"""

import dataclasses
import os
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan.data import sets
from gan.errors import ConfigError, GanError, RunError
from gan.explore import invert as inversion
from gan.explore import repair as repairing
from gan.explore.arguments import (
    Classes,
    Seeds,
    check_images,
    check_inverted,
    class_numbers,
    damaged_picture,
    seed_numbers,
    whole,
)
from gan.explore.invert import MOST_STEPS, STEPS
from gan.explore.own_media import OWN_MEDIA
from gan.explore.own_pictures import checked_ws, film_of_ws, nearest_class, render_ws, truncated_ws, ws_of_seeds
from gan.explore.render import (
    FPS,
    NO_EDITS,
    PSI_LIMIT,
    Edits,
    film_latents,
    film_pictures,
    film_shares,
    in_range,
    render,
)
from gan.explore.repair import SHOWN, several
from gan.explore.samples import Film, Samples, film_of, samples_of
from gan.explore.translate import restored
from gan.files import write_whole
from gan.latents import z_from_seeds
from gan.media.films import film
from gan.media.images import to_pixels
from gan.models.checkpoint import load_model, pinned
from gan.models.encoders import load_encoder
from gan.models.model import Model, check_seeded
from gan.publish.push import push
from gan.recipe.config import TrainConfig, checked
from gan.recipe.folders import folder_recipe
from gan.recipe.presets import preset_for
from gan.training.loop import TrainingLoop
from gan.training.runs import CONFIG, Run, resumed_config
from gan.training.ticks import Tick
from gan.training.trainer import Trainer
from gan.training.tuning import tuned
from gan.training.world import device_named

__all__ = [
    "Edits", "Film", "GanError", "Model", "Samples", "Tick", "TrainConfig", "TrainingLoop", "interpolate", "invert",
    "load", "repair", "sample", "save", "train",
]  # fmt: skip


class LoadedModel(Model):
    """A model with what is asked of it most as a method."""

    def sample(self, seeds: Seeds, psi: float | None = None, c: Classes = None, *, cls: Classes = None) -> Samples:
        """Samples of seeds: words that can be printed, sounds with `wav()`, pictures that a notebook shows.

        Args:
            psi: truncation, 0 to 2; by default the one that the page shows first.
            c: as for `gan.sample`. cls: the same, by the word that other programs have for it.

        Raises:
            ConfigError: one of them is out of its range, or the model knows no such class.
        """
        psi = self.psi if psi is None else psi
        numbers = seed_numbers(seeds)
        asked = one_of(c, cls)
        return samples_of(self, sample(self, numbers, psi, asked), numbers, psi, class_numbers(self, numbers, asked))

    def interpolate(
        self, seeds: Seeds, frames: int = 30, path: str = "slerp", turn: str = "loop", psi: float | None = None,
        c: Classes = None, fps: float = FPS, *, cls: Classes = None,
    ) -> Film:  # fmt: skip
        """The film through seeds, to be saved as pictures, or as one sound, one piece of music or words.

        Args:
            frames, path, turn, c: as for `gan.interpolate`. cls: the same as c.
            psi: truncation, 0 to 2; by default the one that the page shows first.
            fps: frames a second, 1 to 60.

        Raises:
            ConfigError: one of them is out of its range, or the model knows no such class.
        """
        psi = self.psi if psi is None else psi
        numbers = seed_numbers(seeds)
        return film_of(self, numbers, frames, path, turn, psi, fps, class_numbers(self, numbers, one_of(c, cls)))

    def invert(self, picture: Tensor | str | Path, way: str = "faithful", steps: int = STEPS) -> Tensor:
        """Latents ws of a picture or a sound, see `gan.invert`; `gan.sample(model, ws=…)` makes it again.

        Args:
            picture: a file of it, or images as `gan.invert` takes them.

        Raises:
            DataError: the file cannot be read.
        """
        if not isinstance(picture, Tensor):
            check_inverted(self)
            picture = OWN_MEDIA[self.medium.name].read(self, Path(picture), False).image[None]
        return invert(self, picture, way, steps)

    def push(self, name: str, *, private: bool = False, licence: str = "", agreed: bool = False) -> str:
        """The address on the Hub under which the model is published, with a card and a sheet of samples.

        Args:
            name: user/name; the token of `hf auth login` says who you are.
            private: for yourself alone.
            licence: of your own data, as the Hub names it, such as cc0-1.0.
            agreed: yes to publishing what is for research alone.

        Raises:
            ConfigError: it is no such name, or nobody agreed.
            HubError: the Hub cannot be reached, or refuses.
        """
        return push(self, name, private, licence, agreed).url


class ModelLoop(TrainingLoop):
    """A run that is iterated, whose models have methods."""

    def model(self) -> LoadedModel:
        """The averaged generator and the critic as they are now, with their card: a copy, on the CPU."""
        return loaded(super().model())


def one_of(c: Classes, cls: Classes) -> Classes:
    """The classes that are asked for by either of two words; ConfigError where both are used."""
    if c is not None and cls is not None:
        raise ConfigError("c and cls are two words for the same: give one")
    return c if cls is None else cls


def load(name: str | Path) -> LoadedModel:
    """The model of a shipped name, a run's folder, the path of a .safetensors file, or of user/name on the Hub.

    Raises:
        ModelError: there is none, or it is damaged.
        HubError: it is not to be had from the Hub.
    """
    return loaded(load_model(name))


def loaded(model: Model) -> LoadedModel:
    """A model with its methods."""
    return LoadedModel(**{field.name: getattr(model, field.name) for field in dataclasses.fields(model)})


def sample(
    model: Model, seeds: Seeds | None = None, psi: float = 1.0, c: Classes = None, edits: Edits = NO_EDITS, *,
    ws: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """Images float32 [N, C, R, R] in [-1, 1], or points [N, 2] in the data's own units.

    Args:
        seeds: one, or N of them, each from 0 to 2^32 - 1.
        psi: truncation, 0 to 2; 1 keeps w, 0 gives w_avg.
        c: the class of all or of each, by number or name, where the model knows classes; by default each seed takes
            that of its number modulo their count, and each of ws the nearest.
        edits: directions to follow, coordinates of z to set, a second seed to mix in.
        ws: latents in the place of the seeds', [N, num_ws, w_dim], or [N, 1, w_dim] where the layers have no w of
            their own; psi pulls each towards the mean w of its class.

    Raises:
        ConfigError: one of them is out of its range, the model knows no such class, or there are both seeds and ws.
    """
    if ws is not None:
        if seeds is not None:
            raise ConfigError("sample takes seeds or ws, not both")
        ws = checked_ws(model, ws)
        return render_ws(model, ws, psi, edits, None if c is None else class_numbers(model, [0] * len(ws), c)).clone()
    numbers = seed_numbers(seeds)
    z = z_from_seeds(numbers, model.G.z_dim)
    # A clone, as autograd and changes in place refuse what was made in inference mode.
    return render(model, z, psi, edits, class_numbers(model, numbers, c)).clone()


def interpolate(
    model: Model, seeds: Seeds | None = None, frames: int = 30, path: str = "slerp", turn: str = "loop",
    psi: float = 1.0, c: Classes = None, *, ws: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """Pixels uint8 [T, H, W, C] of a film through seeds; of points, each frame marks one on a plot of many.

    Args:
        seeds: two or more; beside ws any number.
        frames: from each seed to the next, 1 to 240.
        path: slerp, lerp, spline or circle.
        turn: how it ends: loop (back to the first seed, T = frames N), ping-pong or once.
        psi, c: as for `sample`; c is of the seeds.
        ws: keys before those of the seeds, as for `sample`. The film then travels in w, through the numbers of all
            layers at once.

    Raises:
        ConfigError: one of them is out of its range, or the model knows no such class.
    """
    if ws is not None:
        ws = checked_ws(model, ws)
        in_range("psi", psi, PSI_LIMIT, low=0.0)
        own = nearest_class(model, ws)
        keys = truncated_ws(model, ws, psi, own)
        if seeds is not None:
            numbers = seed_numbers(seeds)
            told = class_numbers(model, numbers, c)
            keys = torch.cat([keys, ws_of_seeds(model, numbers, psi, told)])
            own = own if told is None else torch.cat([own, told])
        return film_of_ws(model, keys, frames, path, turn, own if model.classes else None).clone()
    numbers = seed_numbers(seeds)
    z = film_latents(numbers, model.G.z_dim, frames, path, turn)
    classes = class_numbers(model, numbers, c)
    shares = None if classes is None else film_shares(classes, len(model.classes), frames, path, turn)
    return film_pictures(model, z, psi, shares).clone()


def invert(model: Model, images: Tensor, way: str = "faithful", steps: int = STEPS) -> Tensor:
    """Latents ws [N, num_ws, w_dim] by which the model makes pictures like those given; of most models num_ws is 1.

    `model.G.synthesis(ws)` makes the pictures; where num_ws is 1, `model.G.synthesis(ws[:, 0])`.

    Args:
        images: float32 [N, C, R, R] in [-1, 1], in the model's shape.
        way: faithful, nearest to the pictures; or easy, easier to change afterwards.
        steps: of L-BFGS, 0 to 2,000; 0 is the guess of the model's encoder alone.

    Raises:
        ConfigError: one of them is out of its range.
        ModelError: the model's encoder is damaged, or another model's.
    """
    check_seeded(model)
    check_images(model, images)
    if way not in tuple(inversion.WAYS):
        raise ConfigError(f"way is {' or '.join(inversion.WAYS)}, not {way!r:.40}")
    return inversion.invert(model, images, load_encoder(model), way, whole(steps, "steps", MOST_STEPS))[0]


def repair(
    model: Model, image: Tensor, mask: Tensor | None = None, denoise: bool = False, enlarge: int = 1, answers: int = 1,
) -> Tensor:  # fmt: skip
    """Images float32 [K, C, R, R] in [-1, 1]: a damaged picture made whole, K at most `answers`, the likeliest first.

    Args:
        image: [C, R, R] in [-1, 1]; to be enlarged, [C, R / enlarge, R / enlarge].
        mask: [R, R], true or 1 where the picture is to be painted anew.
        denoise: take noise, or salt and pepper, away.
        enlarge: 2 or 4 for a picture that is so many times too small.
        answers: 1 to 4 different ones.

    Raises:
        ConfigError: one of them is out of its range, or not exactly one damage is named.
        ModelError: the model's encoder is damaged, or another model's.
    """
    if (mask is not None) + bool(denoise) + (enlarge != 1) != 1:
        raise ConfigError("name one damage: mask, denoise, or enlarge 2 or 4")
    most = whole(answers, "answers", SHOWN, 1)
    check_images(model, image[None], enlarge)
    if mask is not None and tuple(mask.shape) != model.shape[1:]:
        raise ConfigError(f"the mask is {model.shape[1:]} pixels, not {tuple(mask.shape)}")
    damaged = damaged_picture(image[None].float(), mask, denoise, enlarge)
    if model.task:
        if most > 1:
            raise ConfigError(f"{model.name} has one answer for a picture")
        return restored(model, damaged).clone()
    encoder = load_encoder(model, "repair")
    found = several(model, damaged, encoder, most) if most > 1 else repairing.repair(model, damaged, encoder)
    return found.images.clone()


def save(pictures: Tensor, path: str | Path, fps: float = 25.0) -> None:
    """Write images float32 [N, C, R, R] in [-1, 1] or pixels uint8 [N, H, W, C], C 1 or 3, into a file.

    Args:
        path: its ending says what becomes of them: .png all on one sheet, .mp4, .gif or .webp a film, .zip a PNG each.
        fps: frames a second of a film, 1 to 60.

    Raises:
        ConfigError: another ending or shape, or more than 2,000 pictures.
        RunError: the file cannot be written.
    """
    if pictures.dim() != 4:
        raise ConfigError(f"pictures are [N, C, R, R] or [N, H, W, C], not {list(pictures.shape)}")
    pixels = pictures if pictures.dtype == torch.uint8 else to_pixels(pictures.detach().cpu())
    write_whole(Path(path), film(pixels, Path(path).suffix, fps))


def train(
    preset: str | TrainConfig | None = None, *, out: str | Path | None = None, resume: bool = False,
    data_changed: bool = False, data_dir: str | Path | None = None, device: str = "auto", every: int = 0,
    shown: bool = True, **settings: Any,
) -> ModelLoop:  # fmt: skip
    """A run that trains while it is iterated: `for tick in train("digits", nimg=20_000): ...`.

    A notebook shows its losses and samples in the cell meanwhile; `.model()` is what it has learnt so far.

    Args:
        preset: a preset's name or a config to start from; by default what suits the data and network given, of
            pictures of your own also their number.
        out: the folder of the run, laid out as by train.py; by default nothing is written.
        resume: go on with the run in `out` if there is one; a larger nimg makes it longer.
        data_changed: go on although the data are not those that the run began with.
        data_dir: where data sets lie or are downloaded to.
        device: auto, cpu, cuda or mps.
        every: samples between two ticks; 0: a two-hundredth of the run.
        shown: whether a notebook shows the run while it trains.
        settings: of TrainConfig, by name, such as data="folder:PATH" or nimg=100_000.

    Raises:
        ConfigError: a setting is unknown, out of its range, does not fit the others, or is not the resumed run's.
        DataError: the data cannot be read.
        ModelError: the model to start from cannot be.
        RunError: the folder already holds a run that is not to be resumed, or cannot be written; or the data of the
            run that goes on changed.
    """
    given, where, every = checked_settings(settings), device_named(device), whole(every, "every")
    measured = {"precision": "auto"} if where == "cuda" and not isinstance(preset, TrainConfig) else {}
    folder = None if out is None else Path(out)
    if resume and folder is None:
        raise RunError("resume needs the run's folder: out=")
    if "data" in given:
        given["data"] = sets.located(given["data"])
    resumed = folder is not None and resume and os.path.exists(folder / CONFIG)
    if folder is not None and resumed:
        config = resumed_config(folder, given, None if preset is None else start_of(preset, given))
    else:
        if "start" in given:
            given["start"] = pinned(given["start"])
        config = dataclasses.replace(start_of(preset, given), **measured | given)
    data_dir = None if data_dir is None else Path(data_dir)
    data = sets.load(config.data, data_dir, True, config.resolution)
    if not resumed and preset is None and config.data.startswith(sets.OWN_PICTURES):
        config = folder_recipe(measured | given, data)
    config = tuned(config, data, where)
    if folder is None:
        name = preset if isinstance(preset, str) else sets.plain_name(config.data)
        start = load_model(config.start) if config.start else None
        return ModelLoop(Trainer(config, data, where, start), every, name, shown)
    run = Run(folder, config, data, where, held=sets.held_out(config.data, data_dir, config.resolution))
    if resumed:
        run.resume(data_changed)
    else:
        run.start()
    return ModelLoop(run, every, shown=shown)


def start_of(preset: str | TrainConfig | None, given: dict[str, Any]) -> TrainConfig:
    """The config that settings change: the one given, that of a name, or the one that suits data and network."""
    return preset if isinstance(preset, TrainConfig) else preset_for(preset, given)


def checked_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings in the types of their fields; ConfigError for one that is unknown or out of its range."""
    known = {f.name: f for f in dataclasses.fields(TrainConfig)}
    for name in settings.keys() - known.keys():
        raise ConfigError(f"unknown setting {name!r:.60}; those of gan.TrainConfig are known")
    return {name: checked(known[name], value) for name, value in settings.items()}
