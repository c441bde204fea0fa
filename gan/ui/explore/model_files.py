"""What Explore hands out of a model: its line in the drop-down, and its files for the browser."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from gan.data.sets import DATASETS
from gan.data.sets import at_hand as data_at_hand
from gan.errors import GanError, ModelError
from gan.explore import portable
from gan.explore.translate import described
from gan.models.encoders import Kind, kinds_there, load_encoder
from gan.models.model import HELD_OUT, Model, readable
from gan.training.kept_films import kept_bytes

log = logging.getLogger(__name__)


def summary(model: Model, name: str) -> dict[str, Any]:
    """The model's line in the drop-down, as JSON values."""
    card = model.card.get("data")
    data: dict[str, Any] = card if isinstance(card, dict) else {}  # its texts are clean, see gan.models.model
    kinds = kinds_there(model)
    return {
        "name": name, "kind": model.medium.name, "label": readable(data.get("label") or model.config.data),
        "psi": model.psi, "macs": model.G.macs(), "sha256": readable(model.card.get("sha256", "")),
        "critic": bool(len(model.real_logits)),
        "held": model.card.get("critic_reals") == HELD_OUT, "reference": has_reference(model),
        "encoder": "encoder" in kinds, "repair": "repair" in kinds, "shape": list(model.shape),
        "data": readable(data.get("name") or ""), "task": model.task, "factor": described(model).get("factor", 1),
    }  # fmt: skip


def has_reference(model: Model) -> bool:
    """Whether real pictures of a model's data are handed out: never a folder's, which a card may name as it likes."""
    name = model.config.data
    return not model.task and model.medium.nearest and name in DATASETS and data_at_hand(name)


def reference(model: Model) -> bytes | None:
    """The file of a model's real pictures; None where they are not at hand."""
    return portable.reference(model) if has_reference(model) else None


def encoder(kind: Kind, model: Model) -> bytes | None:
    """The file of a model's encoder of a kind; None where there is none that can be used, which the log tells."""
    try:
        network = load_encoder(model, kind)
    except ModelError as error:
        log.warning("%s", error)
        return None
    return None if network is None else portable.encoder(model, network)


def training_film(model: Model) -> bytes | None:
    """The file of the film of a model's training; None for a model that came without one.

    Raises:
        ModelError: it is damaged or too large; the log tells which file that is.
    """
    try:
        return kept_bytes(model)
    except GanError as error:
        log.warning("no training film: %s", error)
        raise ModelError(f"the film of the model {model.name}'s training is damaged or too large") from error


@dataclass(frozen=True)
class ModelFile:
    """One kind of file.

    Attributes:
        build: its bytes; None for a model that has no such file.
        missing: the sentence for such a model; {name} is filled in.
    """

    build: Callable[[Model], bytes | None]
    missing: str


MODEL_FILES: dict[str, ModelFile] = {
    "generator": ModelFile(portable.generator, "the model {name} has no generator that a browser can run"),
    "critic": ModelFile(portable.critic, "the model {name} came without its critic's opinions of real data"),
    "reference": ModelFile(reference, "the real samples of the model {name} are not on this machine"),
    "encoder": ModelFile(partial(encoder, "encoder"), "the model {name} came without an encoder of pictures"),
    "repair": ModelFile(partial(encoder, "repair"), "the model {name} came without an encoder of damaged pictures"),
    "film": ModelFile(training_film, "the model {name} came without a film of its training"),
}
