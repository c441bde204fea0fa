"""Models and runs on disk: safetensors and JSON, written whole; no pickle.

A model is a pair, `<name>.safetensors` and `<name>.json` (the card). The weights carry a copy of the card, so a pair
whose second half was lost to a kill still opens. A run's folder holds the pair `model.*`, `state.safetensors` and, for
the day when a disk has damaged that one, the state before it.
"""

import dataclasses
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from gan.errors import ModelError, RunError
from gan.files import write_whole
from gan.models.container import CIRCUMSTANCES, JUDGE, MAX_CARD, WEIGHTS, pack, read_bytes, unpack
from gan.models.model import Model, assemble

MODEL = "model"


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
    label = Path(os.path.abspath(path)).parent.name if path.stem == MODEL else path.stem
    return dataclasses.replace(assemble(label, tensors, card | {"name": label}), path=path)


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
    raise ModelError(f"there is no model {text!r:.80}; shipped are {', '.join(in_weights()) or 'none'}")


def shipped() -> list[str]:
    """The names of the generators of seeds in `weights/`."""
    return [name for name in in_weights() if not repairs(WEIGHTS / f"{name}.json")]


def shipped_repairs() -> list[str]:
    """The names of the models in `weights/` that repair pictures."""
    return [name for name in in_weights() if repairs(WEIGHTS / f"{name}.json")]


def in_weights() -> list[str]:
    """The names of the models in `weights/`."""
    names = (p.stem for p in WEIGHTS.glob("*.safetensors") if p.with_suffix(".json").exists())
    return sorted(name for name in names if not name.startswith(JUDGE))


def repairs(card: Path) -> bool:
    """Whether a card names a task; a card that cannot be read does not."""
    try:
        return bool(parse_card(read_bytes(card, MAX_CARD).decode("utf-8", "replace"), card).get("task"))
    except ModelError:
        return False


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
        raise ModelError(f"the card of {path} is not JSON") from error
    if not isinstance(card, dict):
        raise ModelError(f"the card of {path} is not a JSON object")
    return card
