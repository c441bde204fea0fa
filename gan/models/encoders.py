"""The encoders that lie beside a model: `NAME.encoder.safetensors`, and `NAME.repair.safetensors` for damaged pictures.

Each belongs to the very weights of one G, by their SHA-256. A stranger may have made the file: it is checked like any.
"""

import hashlib
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from gan.errors import ConfigError, ModelError
from gan.files import write_whole
from gan.models.container import header, header_size, pack, read_bytes, unpack
from gan.models.model import Model
from gan.networks import Generator
from gan.networks.encoder import MOST_WEIGHTS, Encoder, default_channels, default_width
from gan.networks.ws import ws_shape

Kind = Literal["encoder", "repair"]


@dataclass(frozen=True)
class EncoderKind:
    """What sets encoders of a kind apart.

    Attributes:
        maps: channels that it takes beside a picture's, for what is known of it.
        flag: with which `gan invert --train MODEL` trains one.
    """

    maps: int = 0
    flag: str = ""


KINDS: dict[Kind, EncoderKind] = {"encoder": EncoderKind(), "repair": EncoderKind(1, " --repair")}
FORMAT = "gan-atelier-encoder/1"
MAX_BYTES = 2_000_000  # of a file
FLOATS = ("w_mean", "w_sd")  # kept in 32 bits, all else in 16


def weights_sha256(G: Generator) -> str:
    """SHA-256 of a generator's weights: of their names, shapes and values as float32, little end first."""
    digest = hashlib.sha256()
    for name, value in sorted(G.state_dict().items()):
        digest.update(f"{name} {list(value.shape)}\n".encode())
        digest.update(value.detach().cpu().float().contiguous().numpy().astype("<f4").tobytes())
    return digest.hexdigest()


def input_shape(model: Model, kind: Kind) -> tuple[int, ...]:
    """What an encoder takes: a picture's shape, with the maps of its kind as channels."""
    channels, side, _ = model.shape
    return (channels + KINDS[kind].maps, side, side)


def new_encoder(model: Model, kind: Kind, generator: torch.Generator) -> Encoder:
    """An encoder for a model of pictures, with drawn weights and the statistics of its w.

    Raises:
        ConfigError: the model makes no pictures.
    """
    if not model.medium.inverted:
        raise ConfigError(f"{model.name} makes {model.medium.noun}, and only pictures and sounds become latents")
    shape, (num_ws, w_dim) = input_shape(model, kind), ws_shape(model.G)
    channels = default_channels(shape[1])
    width = default_width(shape, channels, num_ws * w_dim)
    encoder = Encoder(shape, num_ws, w_dim, channels, width, generator)
    encoder.w_mean, encoder.w_sd = model.w_spread
    return encoder


def encoder_path(path: Path, kind: Kind) -> Path:
    """Where the encoder of the model in a .safetensors file lies."""
    return path.with_name(f"{path.name.removesuffix('.safetensors')}.{kind}.safetensors")


def encoder_bytes(model: Model, encoder: Encoder, kind: Kind, training: dict[str, Any]) -> bytes:
    """The file of an encoder; `training` says how it came about."""
    tensors = {k: v.float() if k in FLOATS else v.half() for k, v in encoder.state_dict().items()}
    note = {
        "format": FORMAT, "kind": kind, "G": weights_sha256(model.G), "channels": list(encoder.channels),
        "width": encoder.width, "training": training,
    }  # fmt: skip
    return pack(tensors, note)


def save_encoder(model: Model, encoder: Encoder, kind: Kind, training: dict[str, Any], path: Path) -> Path:
    """Write an encoder beside the model in the .safetensors file `path`; returns its own file.

    Raises:
        RunError: the disk refuses.
        ModelError: it is larger than MAX_BYTES.
    """
    content, place = encoder_bytes(model, encoder, kind, training), encoder_path(path, kind)
    if len(content) > MAX_BYTES:
        raise ModelError(f"{place} would be larger than {MAX_BYTES // 1_000_000} MB: the latents of G are too many")
    write_whole(place, content)
    return place


def load_encoder(model: Model, kind: Kind = "encoder") -> Encoder | None:
    """The encoder beside a model's file, in `eval()`; None if there is none, or the model came from no file.

    Raises:
        ModelError: it is damaged, or belongs to other weights.
    """
    path = None if model.path is None else encoder_path(model.path, kind)
    if path is None or not os.path.isfile(path):  # unlike Path.is_file it takes a name that is too long for a no
        return None
    return encoder_of_bytes(model, read_bytes(path, MAX_BYTES), kind, path)


def kinds_there(model: Model) -> tuple[Kind, ...]:
    """The kinds of which a file lies beside a model that says it belongs to its weights; no more than that is read."""
    if model.path is None:
        return ()
    paths: dict[Kind, Path] = {kind: encoder_path(model.path, kind) for kind in KINDS}
    there = [kind for kind, path in paths.items() if os.path.isfile(path)]
    own = weights_sha256(model.G) if there else ""
    return tuple(kind for kind in there if named_in(paths[kind]) == own)


def copy_encoders(model: Model, path: Path) -> list[Path]:
    """Write the encoders that belong to a model beside its copy in the .safetensors file `path`; returns their files.

    Raises:
        RunError: the disk refuses.
        ModelError: one cannot be read.
    """
    copies = []
    for kind in kinds_there(model):
        assert model.path is not None
        copies.append(encoder_path(path, kind))
        write_whole(copies[-1], read_bytes(encoder_path(model.path, kind), MAX_BYTES))
    return copies


def named_in(path: Path) -> object:
    """The SHA-256 of a G's weights that an encoder's file names in its header; None where it names none."""
    return noted_in(path, "G")


def training_of(path: Path) -> object:
    """What an encoder's file says of how it came about."""
    return noted_in(path, "training")


def noted_in(path: Path, name: str) -> object:
    """What a file's note says under a name; None where it says nothing, or is no such file."""
    try:
        with path.open("rb") as file:
            first = file.read(8)
            _, note = header(first + file.read(min(header_size(first), MAX_BYTES)))
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    return note.get(name)


def encoder_of_bytes(model: Model, content: bytes, kind: Kind, path: Path) -> Encoder:
    """The encoder in a file's bytes; `path` is named in sentences.

    Raises:
        ModelError: it is damaged, of another kind, or belongs to other weights.
    """
    tensors, note = unpack(content, path)
    if note.get("format") != FORMAT or note.get("kind") != kind:
        raise ModelError(f"{path} is no {kind} file of this program")
    if note.get("G") != weights_sha256(model.G):
        raise ModelError(f"{path} belongs to other weights than {model.name}'s: train it anew")
    try:
        encoder = built(model, note, kind, tensors)
    except (ConfigError, KeyError, TypeError, ValueError, RuntimeError, OverflowError) as error:
        raise ModelError(f"{path} is damaged: what it says and its weights do not fit") from error
    return encoder


def built(model: Model, note: dict[str, Any], kind: Kind, tensors: dict[str, Tensor]) -> Encoder:
    """The network that a file describes, with its weights.

    Raises:
        ConfigError, KeyError, TypeError, ValueError or RuntimeError: they do not fit.
    """
    channels, width = note["channels"], note["width"]
    if list(default_channels(model.shape[1])) != channels or type(width) is not int or not 1 <= width <= MOST_WEIGHTS:
        raise ConfigError("its sizes are out of range")
    held = sum(value.numel() for value in tensors.values() if value.is_floating_point())
    if width * math.prod(ws_shape(model.G)) > held:  # before any memory is given to it
        raise ConfigError("it asks for a larger network than the file holds")
    encoder = Encoder(input_shape(model, kind), *ws_shape(model.G), channels, width, torch.Generator().manual_seed(0))
    if any(not value.is_floating_point() for value in tensors.values()):
        raise ConfigError("its weights are no floats")
    encoder.load_state_dict({name: value.float() for name, value in tensors.items()})
    if not all(value.isfinite().all() for value in encoder.state_dict().values()):
        raise ConfigError("a weight is not a finite number")
    if not (encoder.w_sd > 0).all():
        raise ConfigError("a standard deviation is not above 0")
    encoder.eval().requires_grad_(False)
    with torch.inference_mode():
        if not encoder(torch.ones(1, *encoder.shape)).isfinite().all():
            raise ConfigError("what it gives is no finite number")
    return encoder
