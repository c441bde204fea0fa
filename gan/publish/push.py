"""A model put on the Hub under a name of its own."""

import hashlib
import json
import re

from gan.data.sets import dataset, path_of
from gan.errors import ConfigError
from gan.models.checkpoint import model_bytes
from gan.models.container import read_bytes
from gan.models.encoders import MAX_BYTES, encoder_path, kinds_there
from gan.models.hub import STEM, limits
from gan.models.model import Model
from gan.publish.card import THUMBNAIL, data_of, model_card, thumbnail
from gan.publish.repositories import README, Published, publish, repository

LICENCE = re.compile(r"[a-z0-9][a-z0-9.-]{1,59}")  # as the Hub names them


def why_ask(model: Model) -> str:
    """What somebody has to know before a model is published; "" where there is nothing."""
    info = dataset(model.config.data)
    if not info.research:
        return ""
    return f"{model.name} learnt from {info.label}, and {info.licence}"


def model_files(model: Model, stem: str, name: str) -> dict[str, bytes]:
    """A model and its encoders as files of a stem: file -> content.

    A model that was read from a file leaves as that very file, so that what it is stays what it was.

    Args:
        name: that its card gives it.
    """
    content = model_bytes(model)[0] if model.path is None else read_bytes(model.path)
    card = model.card | {"name": name, "sha256": hashlib.sha256(content).hexdigest()}
    text = json.dumps(card, indent=1, ensure_ascii=False) + "\n"
    files = {f"{stem}.safetensors": content, f"{stem}.json": text.encode("utf-8", "replace")}
    for kind in kinds_there(model):
        assert model.path is not None
        files[f"{stem}.{kind}.safetensors"] = read_bytes(encoder_path(model.path, kind), MAX_BYTES)
    return files


def files_of(model: Model, repo: str, endpoint: str, licence: str = "") -> dict[str, bytes]:
    """Every file of a model's repository."""
    files = model_files(model, STEM, repo.partition("/")[2])
    if (picture := thumbnail(model)) is not None:
        files[THUMBNAIL] = picture
    sizes = {name: len(file) for name, file in files.items()}
    return files | {README: model_card(model, repo, sizes, endpoint, licence).encode("utf-8", "replace")}


def check_licence(model: Model, licence: str) -> None:
    """Raise a ConfigError unless a licence is "" or one that only its owner can know: that of files of one's own."""
    if not licence:
        return
    if not path_of(model.config.data):
        raise ConfigError(f"the licence of {model.name} is that of its data: {data_of(model)['licence']}")
    if not LICENCE.fullmatch(licence):
        raise ConfigError(f"a licence is named as the Hub names it, such as cc0-1.0, not {licence!r:.40}")


def push(model: Model, name: str, private: bool = False, licence: str = "", agreed: bool = False) -> Published:
    """Put a model on the Hub, with its encoders, a card and a sheet of samples; nothing is sent twice.

    Args:
        name: user/name.
        private: for oneself alone.
        licence: the Hub's name of the one that the data are under, such as cc0-1.0, where this program does not know.
        agreed: yes to what `why_ask` says.

    Raises:
        ConfigError: it is no such name; the licence is known without being named; or the model is for research alone,
            and nobody agreed.
        HubError: the Hub cannot be reached or refuses.
    """
    from huggingface_hub import constants

    repo = repository(name)
    check_licence(model, licence)
    if (reason := why_ask(model)) and not agreed:
        raise ConfigError(f"{reason}: say that you agree to publish it (--yes, or agreed=True)")
    files = files_of(model, repo, constants.ENDPOINT, licence)
    ours = {THUMBNAIL, *limits(STEM)}
    return publish(repo, files, ours.__contains__, private=private, message=f"{model.name}, by GAN Atelier")
