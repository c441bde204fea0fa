"""Models and runs on disk: safetensors and JSON, written whole; no pickle.

A model is a pair, `<name>.safetensors` and `<name>.json` (the card). The weights carry a copy of the card, so a pair
whose second half was lost to a kill still opens. A run's folder holds the pair `model.*`, `state.safetensors` and, for
the day when a disk has damaged that one, the state before it.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from gan.data.sets import FOLDER
from gan.errors import DivergedError, ModelError, RunError
from gan.files import write_whole
from gan.model import Model, assemble
from gan.networks.judge import Judge

WEIGHTS = Path(__file__).resolve().parent.parent / "weights"
MODEL, STATE, PREVIOUS = "model", "state.safetensors", "state.previous.safetensors"
NOTE = "gan-atelier"  # the one metadata key of our files
CHECKSUM = "sha256"  # in our metadata
JUDGE = "judge-"  # how the classifiers in weights/ are named
MAX_BYTES = 200_000_000  # of a model that is opened
MAX_CARD = 1_000_000  # of its card, beside it or inside: as Python's objects one takes fifty times as much
# What a card says of one run's circumstances; left out of the weights, which are equal for equal configs.
CIRCUMSTANCES = ("name", "sha256", "seconds", "made")


def save_model(model: Model, path: Path) -> None:
    """Write `<path>.safetensors` and `<path>.json`; a dot in the name is part of the name.

    Raises:
        RunError: the disk refuses, or the path names a folder.
    """
    if not path.name or path.name == "..":
        raise RunError(f"{path} is no name for a model; name it as in weights/mine")
    content, card = model_bytes(model)
    write_whole(path.with_name(f"{path.name}.safetensors"), content)
    text = (json.dumps(card, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")
    write_whole(path.with_name(f"{path.name}.json"), text)


def model_bytes(model: Model) -> tuple[bytes, dict[str, Any]]:
    """(a safetensors file that holds everything of a model, its card with that file's checksum)."""
    stats = {
        "w_avg": model.w_avg, "directions": model.directions, "sigmas": model.sigmas, "real_logits": model.real_logits,
    }  # fmt: skip
    tensors = {f"G.{k}": v for k, v in model.G.state_dict().items()}
    tensors |= {f"D.{k}": v for k, v in model.D.state_dict().items()}
    tensors |= {f"stats.{k}": v for k, v in stats.items()}
    lasting = {k: v for k, v in model.card.items() if k not in CIRCUMSTANCES}
    content = pack(tensors, {"card": lasting})
    return content, model.card | {"sha256": hashlib.sha256(content).hexdigest()}


def model_of_bytes(name: str, content: bytes) -> Model:
    """The model of a safetensors file that has its card inside.

    Raises:
        ModelError: it is damaged.
    """
    tensors, metadata = unpack(content, Path(name))
    return assemble(name, tensors, dict(metadata.get("card") or {}) | {"name": name})


def load_model(name: str | Path) -> Model:
    """The model of a name in `weights/`, a run's folder, or the path of a .safetensors file.

    Raises:
        ModelError: there is none, or it is damaged; names the file.
    """
    path = find_model(name)
    content = read_bytes(path)
    tensors, metadata = unpack(content, path)
    card = read_card(path.with_suffix(".json"), hashlib.sha256(content).hexdigest())
    if card is None:
        card = metadata.get("card")
        if not isinstance(card, dict):
            raise ModelError(f"{path} has no card beside it or inside it")
    label = path.parent.name if path.stem == MODEL else path.stem
    return assemble(label, tensors, card | {"name": label})


def find_model(name: str | Path) -> Path:
    """The .safetensors file that a name, a run's folder or a path means."""
    text = str(name)
    if not text or "\0" in text:
        raise ModelError("a model is named by a name in weights/, a run's folder or a path")
    path = Path(os.path.expanduser(text))
    candidates = [] if path.is_absolute() or ".." in path.parts else [WEIGHTS / f"{text}.safetensors"]
    if os.path.isdir(path):
        candidates.append(path / f"{MODEL}.safetensors")
    if path.suffix in (".safetensors", ".json"):
        candidates.append(path.with_suffix(".safetensors"))
    else:
        candidates.append(path.parent / f"{path.name}.safetensors")
    for candidate in candidates:
        if os.path.isfile(candidate):  # unlike Path.is_file it takes a name that is too long for a no
            return candidate
    raise ModelError(f"there is no model {text!r:.80}; shipped are {', '.join(shipped()) or 'none'}")


def shipped() -> list[str]:
    """The names of the generators in `weights/`."""
    names = (p.stem for p in WEIGHTS.glob("*.safetensors") if p.with_suffix(".json").exists())
    return sorted(name for name in names if not name.startswith(JUDGE))


def save_judge(name: str, judge: Judge, card: Mapping[str, Any]) -> None:
    """Write weights/judge-NAME.safetensors and .json."""
    path = WEIGHTS / f"{JUDGE}{name}"
    lasting = {k: v for k, v in card.items() if k not in CIRCUMSTANCES}
    write_whole(path.with_suffix(".safetensors"), pack(judge.state_dict(), {"card": lasting}))
    write_whole(path.with_suffix(".json"), (json.dumps(dict(card), indent=1) + "\n").encode())


def load_judge(name: str) -> Judge | None:
    """The classifier of the pictures of a data set, in `eval()`; None if none is shipped."""
    path = WEIGHTS / f"{JUDGE}{name}.safetensors"
    if FOLDER in name or not path.is_file():
        return None
    tensors, metadata = unpack(read_bytes(path), path)
    judge = Judge(len(metadata["card"]["classes"]), torch.Generator().manual_seed(0))
    judge.load_state_dict(tensors)
    return judge.eval().requires_grad_(False)


def save_state(folder: Path, state: Mapping[str, Tensor], config: Mapping[str, Any]) -> None:
    """Write a run's resumable state: one file, so that it is never half old and half new. The last one is kept.

    Raises:
        DivergedError: a number of the state is not finite; nothing is written.
        RunError: the disk refuses; the last state stays.
    """
    for name, value in state.items():
        if value.is_floating_point() and not value.isfinite().all():
            raise DivergedError(f"the run diverged: {name} is no longer a finite number")
    write_whole(folder / STATE, pack(state, {"config": dict(config)}), keep=folder / PREVIOUS)


def states(folder: Path) -> list[Path]:
    """The saved states of a run, the newest first; empty if nothing was saved yet."""
    return [path for path in (folder / STATE, folder / PREVIOUS) if os.path.isfile(path)]


def load_state(folder: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """(state, config) of a run: the newest that is whole.

    Raises:
        RunError: there is none in the folder, or all are damaged.
    """
    trouble = None
    for path in states(folder):
        try:
            return read_state(path)
        except RunError as error:
            trouble = trouble or error
    raise trouble or RunError(f"there is no run to resume in {folder}")


def read_state(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """(state, config) of one file of `states`.

    Raises:
        RunError: it is damaged.
    """
    try:
        tensors, metadata = unpack(path.read_bytes(), path)  # of any size: it is the run's own
        return tensors, dict(metadata["config"])
    except (OSError, ModelError, KeyError, TypeError, ValueError) as error:
        raise RunError(f"the run in {path.parent} cannot be resumed: {error}") from error


def pack(tensors: Mapping[str, Tensor], metadata: Mapping[str, Any]) -> bytes:
    """A safetensors file as bytes, with JSON `metadata` and a checksum of all that it says in its header.

    The metadata is one string: safetensors writes several in no fixed order, and equal runs give equal files.
    """
    whole = {k: v.detach().cpu().contiguous() for k, v in tensors.items()}
    bare = safetensors.torch.save(whole, {NOTE: json.dumps(dict(metadata))})
    return safetensors.torch.save(whole, {NOTE: json.dumps(dict(metadata) | {CHECKSUM: checksum(bare)})})


def unpack(content: bytes, path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """(tensors, metadata) of a safetensors file's bytes.

    Raises:
        ModelError: it is no safetensors file, cut short, or otherwise damaged; names `path`.
    """
    if header_size(content) > MAX_CARD:
        raise ModelError(f"{path} is not a whole safetensors file (a header of over {MAX_CARD // 1_000_000} MB)")
    try:
        tensors = safetensors.torch.load(content)
        _, metadata = header(content)
        told = metadata.get(CHECKSUM)
        sums = (checksum(content) if told else None, hashlib.sha256(tensor_bytes(content)).hexdigest())
    except (safetensors.SafetensorError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(f"{path} is not a whole safetensors file ({error})") from error
    # Files made before the checksum covered the header have one of the tensors alone.
    if (told, metadata.get("tensors_sha256", sums[1])) != sums:
        raise ModelError(f"{path} is damaged: its checksum is wrong")
    return tensors, metadata


def header(content: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what the header of a safetensors file says of its tensors, our metadata)."""
    entries = json.loads(content[8 : 8 + header_size(content)])
    return entries, json.loads((entries.pop("__metadata__", None) or {}).get(NOTE, "{}"))


def checksum(content: bytes) -> str:
    """SHA-256 of names, types, shapes, values and metadata in a safetensors file, without the checksum in it.

    A name or a setting that one turned bit made another is damage too.
    """
    entries, metadata = header(content)
    metadata.pop(CHECKSUM, None)
    said = json.dumps([entries, metadata], sort_keys=True).encode()
    return hashlib.sha256(said + tensor_bytes(content)).hexdigest()


def header_size(content: bytes) -> int:
    """The length of a safetensors header: its first eight bytes."""
    return int.from_bytes(content[:8], "little")


def tensor_bytes(content: bytes) -> bytes:
    """What follows the header of a safetensors file."""
    return content[8 + header_size(content) :]


def read_bytes(path: Path, most: int | None = None) -> bytes:
    """The content of a file of at most so many bytes, by default MAX_BYTES."""
    most = MAX_BYTES if most is None else most
    try:
        if path.stat().st_size > most:
            raise ModelError(f"{path} is larger than {most // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from error


def read_card(path: Path, sha256: str) -> dict[str, Any] | None:
    """The card in a JSON file if it belongs to weights of this sha256, else None."""
    if not path.is_file():
        return None
    card = parse_card(read_bytes(path, MAX_CARD).decode("utf-8", "replace"), path)
    return card if card.get("sha256") == sha256 else None


def parse_card(text: str, path: Path) -> dict[str, Any]:
    """The card in a JSON text."""
    try:
        card = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"the card of {path} is not JSON ({error})") from error
    if not isinstance(card, dict):
        raise ModelError(f"the card of {path} is not a JSON object")
    return card
