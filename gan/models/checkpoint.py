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

from gan.errors import HubError, ModelError, RunError
from gan.files import write_whole
from gan.huggingface import HUB
from gan.models import hub
from gan.models.container import CIRCUMSTANCES, JUDGE, MAX_CARD, WEIGHTS, pack, read_bytes, unpack
from gan.models.model import Model, assemble

MODEL = "model"
HALVES: dict[str, tuple[str, ...]] = {"all": ("G.", "D."), "critic": ("D.",)}  # the networks stored in 16 bits


def save_model(model: Model, path: Path, half: str | None = None) -> None:
    """Write `<path>.safetensors` and `<path>.json`; a dot in the name is part of the name.

    Args:
        half: a name in HALVES, whose weights are stored in 16 bits. What the file holds is the model from then on; of
            "critic" the samples stay what they are, to the last bit.

    Raises:
        RunError: the disk refuses, or the path names a folder.
    """
    if not path.name or path.name == "..":
        raise RunError(f"{path} is no name for a model; name it as in weights/mine")
    content, card = model_bytes(model, half)
    write_whole(path.with_name(f"{path.name}.safetensors"), content)
    text = (json.dumps(card, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")
    write_whole(path.with_name(f"{path.name}.json"), text)


def model_bytes(model: Model, half: str | None = None) -> tuple[bytes, dict[str, Any]]:
    """(a safetensors file that holds everything of a model, its card with that file's checksum).

    Args:
        half: a name in HALVES, whose weights are stored in 16 bits; who reads them computes in 32 as ever.
    """
    stats = {
        "w_avg": model.w_avg, "directions": model.directions, "sigmas": model.sigmas, "real_logits": model.real_logits,
    }  # fmt: skip
    tensors = {f"G.{k}": v for k, v in model.G.state_dict().items()}
    tensors |= {f"D.{k}": v for k, v in model.D.state_dict().items()}
    halved = HALVES[half] if half else ()
    tensors = {k: v.half() if k.startswith(halved) and v.is_floating_point() else v for k, v in tensors.items()}
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
    """The model of a name in `weights/`, a run's folder, the path of a .safetensors file, or `hub:user/name`.

    Raises:
        ModelError: there is none, or it is damaged; names the file.
        HubError: it is not to be had from the Hub.
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
    if (on_hub := hub.of_file(path)) is not None:
        label = on_hub.repo
    return dataclasses.replace(assemble(label, tensors, card | {"name": label}), path=path)


def find_model(name: str | Path) -> Path:
    """The .safetensors file that a name, a run's folder, a path or a name on the Hub means, fetched if need be.

    `user/name` without `hub:` means a model on the Hub where it is no path here, and there is no folder `user`.

    Raises:
        ModelError: there is none.
        HubError: it is not to be had from the Hub.
    """
    text = str(name)
    if not text or "\0" in text:
        raise ModelError("a model is named by a name in weights/, a run's folder or a path")
    on_hub = hub.parse(text)
    if text.startswith(HUB) and on_hub is not None:
        return hub.fetch(on_hub)
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
    if on_hub is None or path.suffix in (".safetensors", ".json") or os.path.isdir((WEIGHTS / text).parent):
        raise ModelError(f"there is no model {text!r:.80}; shipped are {', '.join(in_weights()) or 'none'}")
    if os.path.isdir(path.parent):  # a slip in a path shall tell no stranger what folders are called here
        raise ModelError(f"there is no model {text!r:.80} here; to ask the Hub for it, call it {on_hub}")
    try:
        return hub.fetch(on_hub)
    except HubError as error:
        raise HubError(f"there is no model {text!r:.80} here, and {error}") from error


def pinned(name: str) -> str:
    """The name of a model that means the same weights for good where the model is on the Hub; any other as it is.

    Raises:
        HubError: it is not to be had from the Hub.
    """
    on_hub = hub.of_file(find_model(name)) if name and hub.parse(name) else None
    return str(on_hub) if on_hub else name


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
