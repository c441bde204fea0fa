"""A generator's past: snapshots of G_ema in a run, for a film of its training.

`history/<nimg>.safetensors` beside the model, weights in half precision; written whole, like every file.
"""

import copy
import dataclasses
from pathlib import Path

import torch
from torch import Tensor

from gan.errors import ModelError, RunError
from gan.explore.render import FPS, render
from gan.files import write_whole
from gan.latents import z_from_seeds
from gan.media.images import grid
from gan.models.container import WEIGHTS, pack, read_bytes, unpack
from gan.models.latent_statistics import centred_w
from gan.models.model import Model
from gan.networks import Generator
from gan.numbers import digits

HISTORY = "history"
SNAPSHOTS = 24  # of a run, closer together at its beginning, where more happens
MAX_SNAPSHOTS = 200  # that a film shows
AVERAGED = 1_000  # latents for the mean w of a snapshot
MAX_TILES = 64  # pictures in each of its frames


def due(nimg: int, before: int, length: int, count: int) -> bool:
    """Whether a run of `length` samples should keep a snapshot at `nimg`, the last look at it having been at `before`.

    Snapshot i of n is due at (i / n)^2 of the run.
    """
    square = count**2
    return any(before * square < length * i**2 <= nimg * square for i in range(1, count + 1))


def keep(folder: Path, nimg: int, G: Generator) -> None:
    """Write G as it is at `nimg` into a run's folder.

    Raises:
        RunError: the disk refuses.
    """
    halves = {name: value.half() if value.is_floating_point() else value for name, value in G.state_dict().items()}
    write_whole(folder / HISTORY / f"{nimg:012d}.safetensors", pack(halves, {"nimg": nimg}))


def folder_of(path: Path) -> Path:
    """Where the past of a model lies whose weights are in `path`: in its run's folder; of a shipped one in weights."""
    return path.parent / HISTORY / path.stem if path.parent == WEIGHTS else path.parent / HISTORY


def snapshots(folder: Path) -> dict[int, Path]:
    """nimg -> file, in order; empty if nothing was kept."""
    files = {n: path for path in folder.glob("*.safetensors") if (n := digits(path.stem)) is not None}
    return dict(sorted(files.items()))


def training_film(
    model: Model, folder: Path, seeds: list[int], psi: float = 1.0, c: Tensor | None = None, fps: float = FPS
) -> tuple[list[int], Tensor]:
    """(nimg of each frame, uint8 [T, H, W, C]): the same latents through a run's snapshots; several seeds make a grid.

    Args:
        c: [N] the class of each seed, where the model knows classes.
        fps: frames a second, by which samples that move by themselves go on.

    Raises:
        RunError: a sample is not seen alone, fewer than two snapshots were kept, or too many seeds are asked for.
        ModelError: a snapshot is damaged or of another network.
    """
    kept = snapshots(folder)
    if not model.medium.alone:
        raise RunError(f"the model {model.name} makes {model.medium.noun}: watch their training in the Live tab")
    if len(kept) < 2:
        raise RunError(
            f"the model {model.name} came without moments of its training: train it with train.py to keep them"
        )
    if len(kept) > MAX_SNAPSHOTS:
        raise RunError(f"the model {model.name} has {len(kept)} moments of its training: a film shows {MAX_SNAPSHOTS}")
    if not 1 <= len(seeds) <= MAX_TILES:
        raise RunError(f"a frame has 1 to {MAX_TILES} pictures, not {len(seeds)}")
    z = z_from_seeds(seeds, model.G.z_dim)
    columns = max(1, round(len(seeds) ** 0.5))
    frames = []
    for number, path in enumerate(kept.values()):
        seconds = torch.full((len(seeds),), number / fps)
        pixels = model.medium.filmed(render(at(model, path), z, psi, c=c), model.traits, seconds)
        frames.append(grid(pixels, columns) if len(seeds) > 1 else pixels[0])
    return list(kept), torch.stack(frames)


def at(model: Model, path: Path) -> Model:
    """The model with its generator, and where layers follow a mapped w its mean, as in a file of its history.

    Raises:
        ModelError: the file is damaged or of another network.
    """
    tensors, _ = unpack(read_bytes(path), path)
    G = copy.deepcopy(model.G)
    try:
        G.load_state_dict({name: v.float() if v.is_floating_point() else v for name, v in tensors.items()})
    except RuntimeError as error:
        raise ModelError(f"{path} is of another network than {model.name}") from error
    if not all(value.isfinite().all() for value in tensors.values()):
        raise ModelError(f"{path} is damaged: a weight is not a finite number")
    w_avg = centred_w(G.eval(), AVERAGED)[1] if G.layered else model.w_avg
    return dataclasses.replace(model, G=G.requires_grad_(False), w_avg=w_avg)
