"""A film of the Interpolate tab: what decides it, its frames, its stills and its file."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.explore import film_latents, pictures
from gan.export import MAX_FRAMES, film
from gan.latents import parse_seeds
from gan.model import Model
from gan.ui.views import PSI, within

MAX_KEYS = 24
FRAMES, FPS = (2, 120), (5, 60)  # what the sliders reach
PREVIEW = 120  # frames that the page plays before a film is made
STILLS = 12  # pictures in the strip, about


@dataclass(frozen=True)
class Film:
    """Everything that decides a film: keys, the way between them, how it ends, how fast it is."""

    model: str
    seeds: tuple[int, ...]
    path: str
    turn: str
    frames: int
    psi: float
    fps: float

    def latents(self, model: Model) -> Tensor:
        """[T, z_dim], one for each frame.

        Raises:
            ConfigError: there would be too many.
        """
        z = film_latents(self.seeds, model.G.z_dim, self.frames, self.path, self.turn)
        if len(z) > MAX_FRAMES:
            raise ConfigError(f"a film has at most {MAX_FRAMES:,} frames, not {len(z):,}: take fewer frames or seeds")
        return z

    def query(self) -> str:
        """The query string of a link to this film; `from_query` reads it back."""
        values = {"tab": "interpolate", "model": self.model, "seeds": ",".join(map(str, self.seeds)), "path": self.path}
        numbers = {"frames": f"{self.frames}", "psi": f"{self.psi:g}", "fps": f"{self.fps:g}"}
        return urlencode(values | {"turn": self.turn} | numbers)

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return f"{self.model}-" + "-".join(map(str, self.seeds[:6]))


def read_film(model: object, seeds: object, path: object, turn: object, *numbers: object) -> Film:
    """A film of what the controls say; `numbers` are frames a segment, psi and frames a second.

    Raises:
        ConfigError: a value is out of its range, or not two to 24 seeds.
    """
    frames, psi, fps = numbers
    keys = parse_seeds(str(seeds))
    if not 2 <= len(keys) <= MAX_KEYS:
        raise ConfigError(f"a film goes through 2 to {MAX_KEYS} seeds, not {len(keys)}")
    return Film(
        str(model), tuple(keys), str(path), str(turn), int(within("frames for each segment", frames, FRAMES)),
        within("psi", psi, PSI), within("frames a second", fps, FPS),
    )  # fmt: skip


def from_query(query: Mapping[str, str], default: Film) -> Film:
    """The film that a link means; `default` gives what it leaves out.

    Raises:
        ConfigError: a value is out of its range.
    """
    seeds = query.get("seeds", ",".join(map(str, default.seeds)))
    rest = [query.get(key, getattr(default, key)) for key in ("path", "turn", "frames", "psi", "fps")]
    return read_film(query.get("model", default.model), seeds, *rest)


def preview(model: Model, film: Film) -> tuple[Tensor, float]:
    """(uint8 [n, H, W, C], seconds): at most PREVIEW frames, evenly taken, and how long the film lasts."""
    z = film.latents(model)
    at = torch.linspace(0, len(z) - 1, min(len(z), PREVIEW)).round().long()
    return pictures(model, z[at], film.psi), len(z) / film.fps


def stills(model: Model, film: Film) -> list[tuple[int | None, Tensor]]:
    """The strip: (the seed where it is a key, else None; uint8 [H, W, C]), every key among them, one way only."""
    z = film.latents(model)
    segments = len(film.seeds) - (film.turn != "loop")
    each = max(1, min(film.frames, STILLS // segments))
    at = [k * film.frames + (j * film.frames) // each for k in range(segments) for j in range(each)]
    keys = {k * film.frames: seed for k, seed in enumerate(film.seeds)}
    if film.turn != "loop":
        at.append(segments * film.frames)
    shown = pictures(model, z[at], film.psi)
    return [(keys.get(i), picture) for i, picture in zip(at, shown, strict=True)]


def write_film(model: Model, spec: Film, suffix: str, cache: Path) -> Path:
    """Make the film and write it to a folder of its own in `cache`, which gradio empties after a while."""
    frames = pictures(model, spec.latents(model), spec.psi)
    settings = {"model": spec.model, "seeds": list(spec.seeds), "path": spec.path, "turn": spec.turn,
                "frames": spec.frames, "psi": spec.psi, "fps": spec.fps}  # fmt: skip
    folder = cache / secrets.token_hex(16)
    folder.mkdir(parents=True)
    file = folder / f"{spec.name}{suffix}"
    file.write_bytes(film(frames, suffix, spec.fps, settings))
    return file
