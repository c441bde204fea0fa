"""Samples of a model and films of them: tensors that know what they are to a person, and how they are saved."""

import base64
import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from gan.errors import ConfigError
from gan.explore.render import FPS, film_frames, film_latents, film_samples, film_shares
from gan.files import write_whole
from gan.media.films import FILMS, MAX_FRAMES, check_fps, film
from gan.media.images import enlarge, to_png
from gan.media.medium import FILM, Medium
from gan.models.model import Model

SHEET = 2  # how many times a sheet is enlarged
DAY = (1980, 1, 1, 0, 0, 0)  # of what is in a zip: equal samples give equal files


@dataclass(frozen=True)
class Samples:
    """What a model made, as tensors [N, *shape].

    `str` gives a line for each where the medium has words for them, and a notebook shows a sheet of all and plays them.

    Attributes:
        note: of how they were made; files carry it.
        seeds: the seed of each, where they come from seeds.
    """

    model: Model
    tensors: Tensor
    note: Mapping[str, str] = field(default_factory=dict)
    seeds: Sequence[int] = ()

    def __len__(self) -> int:
        return len(self.tensors)

    def __getitem__(self, number: int | slice) -> "Samples":
        """One sample, or some of them, noted as such; whole numbers below 0 count from the end."""
        if isinstance(number, int) and not -len(self) <= number < len(self):
            raise IndexError(number)
        part = number if isinstance(number, slice) else slice(number, number + 1 or None)
        seeds, classes = self.seeds[part], self.note.get("classes", "").split(",")
        note = dict(self.note)
        if seeds:
            note["seeds"] = ",".join(map(str, seeds))
        if "classes" in note and len(classes) == len(self):
            note["classes"] = ",".join(classes[part])
        return Samples(self.model, self.tensors[part], note, seeds)

    def __iter__(self) -> Iterator["Samples"]:
        return (self[number] for number in range(len(self)))

    def __str__(self) -> str:
        return "\n".join(self.says)

    def __repr__(self) -> str:
        return f"<{len(self)} {self.model.medium.noun} of {self.model.name}>"

    @property
    def says(self) -> list[str]:
        """Each in one line of words; "" where a picture says it all."""
        return self.model.medium.says(self.tensors, self.model.traits)

    @property
    def images(self) -> Tensor:
        """Of pictures, float32 [N, C, R, R] in [-1, 1]; ConfigError for what is no picture, whose `tensors` say it."""
        if self.model.medium.array != "images":
            raise ConfigError(f"{self.model.name} makes {self.model.medium.noun}: they are in .tensors, and .pixels")
        return self.tensors

    @property
    def pixels(self) -> Tensor:
        """What each looks like, uint8 [N, H, W, C]; one picture of all where it takes many to see anything."""
        return self.model.medium.preview(self.tensors, self.model.traits)

    def file(self, suffix: str, scale: int = SHEET) -> bytes:
        """A file: ".png" is a sheet of all, enlarged `scale` times, ".npz" the tensors; the medium knows the others.

        Raises:
            ConfigError: it has no such form.
        """
        medium, traits = self.model.medium, self.model.traits
        if suffix == ".png":
            return to_png(enlarge(medium.sheet(self.tensors, traits), scale), self.note)
        if suffix == ".npz":
            return npz({medium.array: self.tensors.numpy()})
        if medium.zipped(suffix, len(self)):
            return zipped({f"{name}{suffix}": one.file(suffix) for name, one in zip(self._names(), self, strict=True)})
        return medium.file(suffix, self.tensors, traits, self.note)

    def _names(self) -> list[str]:
        """What the files of a zip are called: as their seeds, or as their places where they have none."""
        if not self.seeds:
            return [f"{number:04d}" for number in range(len(self))]
        names, before = [], Counter[int]()
        for seed in self.seeds:
            before[seed] += 1
            names.append(f"seed-{seed}" + (f"-{before[seed]}" if before[seed] > 1 else ""))
        return names

    def save(self, path: str | Path) -> None:
        """Write a file, whole or not at all; its name's end says of which form. What holds one sample alone is written
        for each of several, as NAME.zip.
        """
        save(self, path)

    def path(self, path: Path) -> Path:
        """Where they are written when `path` was asked for: a zip of several files is called one."""
        zipped = self.model.medium.zipped(path.suffix, len(self))
        return path.with_name(f"{path.name}.zip") if zipped else path

    def wav(self) -> bytes:
        """Their sound as a WAV file, one after the other; ConfigError where nothing can be heard."""
        return self.file(".wav")

    def midi(self) -> bytes:
        """Their notes as a MIDI file, one after the other; ConfigError where there are none."""
        return self.file(".mid")

    def _repr_png_(self) -> bytes:
        return self.file(".png")

    def _repr_html_(self) -> str | None:
        """What a notebook shows and plays, where samples move or can be heard; None leaves it to the sheet alone."""
        medium = self.model.medium
        heard, moves = ".wav" in medium.files, medium.moving is not None
        if not (heard or moves):
            return None
        form = "gif" if moves else "png"
        parts = [f'<img src="data:image/{form};base64,{self._text(f".{form}")}" alt="">']
        if heard:
            parts.append(f'<audio controls src="data:audio/wav;base64,{self._text(".wav")}"></audio>')
        return "<br>".join([*parts, *map(escape, self.says)])

    def _text(self, suffix: str) -> str:
        return base64.b64encode(self.file(suffix)).decode()


def samples_of(
    model: Model, tensors: Tensor, seeds: Sequence[int], psi: float, c: Tensor | None = None, said: str = ""
) -> Samples:
    """Samples of seeds and of classes c [N], with the note that their files carry.

    Args:
        said: the seeds as somebody wrote them, such as "0-99"; by default one after the other.
    """
    note = {"model": model.name, "seeds": said or ",".join(map(str, seeds)), "psi": f"{psi:g}"}
    note |= {} if c is None else {"classes": ",".join(map(str, c.tolist()))}
    return Samples(model, tensors, note, seeds)


@dataclass(frozen=True)
class Film:
    """The way from seed to seed, as samples [T, *shape] in the order in which they are shown.

    `str` gives a line for each frame where the medium has words for them; a notebook plays the film.

    Attributes:
        psi: of the samples.
        fps: frames a second.
        settings: what the Interpolate tab restores from a file.
    """

    model: Model
    tensors: Tensor
    psi: float
    fps: float
    settings: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.tensors)

    def __str__(self) -> str:
        return str(self.samples)

    def __repr__(self) -> str:
        return f"<film of {self.model.name}, {len(self)} frames>"

    @property
    def samples(self) -> Samples:
        """What its frames show."""
        return Samples(self.model, self.tensors)

    @property
    def pixels(self) -> Tensor:
        """Its frames, uint8 [T, H, W, C]."""
        return film_frames(self.model, self.tensors, self.psi, self.fps)

    def file(self, suffix: str) -> bytes:
        """A file: of its pictures, or of what the medium makes of a film: words, one sound, one piece of music.

        Raises:
            ConfigError: films of this medium have no such form.
        """
        check_form(self.model.medium, suffix)
        if suffix in FILMS:
            return film(self.pixels, suffix, self.fps, self.settings)
        note = {"model": self.model.name, **self.settings}
        return self.model.medium.file(suffix, self.tensors, self.model.traits, note)

    def save(self, path: str | Path) -> None:
        """Write a file, whole or not at all; its name's end says of which form."""
        save(self, path)

    def _repr_html_(self) -> str:
        moving = base64.b64encode(self.file(".gif")).decode()
        shown = f'<img src="data:image/gif;base64,{moving}" alt="">'
        if ".wav" not in film_forms(self.model.medium):
            return shown
        sound = base64.b64encode(self.file(".wav")).decode()
        return f'{shown}<br><audio controls src="data:audio/wav;base64,{sound}"></audio>'


def film_of(
    model: Model, seeds: Sequence[int], frames: int = 30, path: str = "slerp", turn: str = "loop", psi: float = 1.0,
    fps: float = FPS, c: Tensor | None = None,
) -> Film:  # fmt: skip
    """The film through seeds.

    Args:
        frames: from each seed to the next.
        path, turn: keys of PATHS and TURNS.
        c: [K] the class of each seed, where the model knows any.

    Raises:
        ConfigError: one of them is out of its range, or the film would have more than MAX_FRAMES frames.
    """
    check_fps(fps)
    z = film_latents(seeds, model.G.z_dim, frames, path, turn)
    if len(z) > MAX_FRAMES:
        raise ConfigError(f"a film has at most {MAX_FRAMES} frames, this one would have {len(z)}")
    shares = None if c is None else film_shares(c, len(model.classes), frames, path, turn)
    keys = [{"seed": seed} if c is None else {"seed": seed, "c": int(c[i])} for i, seed in enumerate(seeds)]
    told = {"model": model.name, "psi": float(psi), "fps": float(fps), "keys": keys}
    told |= {"path": path, "turn": turn, "frames": frames}
    settings = {FILM: told, "sha256": model.card.get("sha256", "")}
    return Film(model, film_samples(model, z, psi, shares), psi, fps, settings)


def arrays(model: Model, seeds: Sequence[int], z: Tensor, samples: Tensor, c: Tensor | None = None) -> bytes:
    """An .npz file: seeds [N], z [N, z_dim], the samples [N, *shape] under their medium's name, and classes [N]."""
    parts: dict[str, Any] = {"seeds": np.array(seeds), "z": z.numpy(), model.medium.array: samples.numpy()}
    return npz(parts if c is None else parts | {"classes": c.numpy()})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, content in files.items():
            folder.writestr(zipfile.ZipInfo(name, DAY), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def npz(parts: Mapping[str, Any]) -> bytes:
    """An .npz file of arrays by name."""
    file = io.BytesIO()
    np.savez_compressed(file, **parts)
    return file.getvalue()


def film_forms(medium: Medium) -> tuple[str, ...]:
    """The suffixes of a film's files: those of pictures, and the medium's own for several samples."""
    return (*FILMS, *(suffix for suffix, form in medium.files.items() if form.many and suffix not in FILMS))


def check_form(medium: Medium, suffix: str) -> None:
    """Raise a ConfigError unless films of a medium have a form."""
    if suffix not in film_forms(medium):
        raise ConfigError(f"a film of {medium.noun} is saved as {', '.join(film_forms(medium))}, not {suffix!r:.20}")


def save(what: Samples | Film, path: str | Path) -> None:
    """Write a file, whole or not at all; its name's end says of which form."""
    path = Path(path)
    if not path.suffix:
        raise ConfigError(f"the name {path.name!r:.60} does not say which form of file it shall be")
    content = what.file(path.suffix)
    write_whole(what.path(path) if isinstance(what, Samples) else path, content)
