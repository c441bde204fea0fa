"""A safetensors file of ours as bytes: tensors, JSON metadata and a checksum of both."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
from torch import Tensor

from gan.errors import ModelError, reason

PACKAGE = Path(__file__).resolve().parent.parent
# Installed, the weights lie inside the package; in a checkout, beside it.
WEIGHTS = PACKAGE / "weights" if (PACKAGE / "weights").is_dir() else PACKAGE.parent / "weights"
NOTE = "gan-atelier"  # the one metadata key of our files
CHECKSUM = "sha256"  # in our metadata
JUDGE = "judge-"  # how the classifiers in weights/ are named
MAX_BYTES = 200_000_000  # of a model that is opened
MAX_CARD = 1_000_000  # of its card, beside it or inside: as Python's objects one takes fifty times as much
# What a card says of one run's circumstances; left out of the weights, which are equal for equal configs.
CIRCUMSTANCES = ("name", "sha256", "seconds", "made")


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
        expected, older = metadata.get(CHECKSUM), metadata.get("tensors_sha256")
        sums = (
            checksum(content) if expected else None,
            # Files made before the checksum covered the header have one of the tensors alone.
            None if older is None else hashlib.sha256(tensor_bytes(content)).hexdigest(),
        )
    except (safetensors.SafetensorError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(f"{path} is not a whole safetensors file") from error
    if (expected, older) != sums:
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
    whole = hashlib.sha256(json.dumps([entries, metadata], sort_keys=True).encode())
    whole.update(tensor_bytes(content))
    return whole.hexdigest()


def header_size(content: bytes) -> int:
    """The length of a safetensors header: its first eight bytes."""
    return int.from_bytes(content[:8], "little")


def tensor_bytes(content: bytes) -> memoryview:
    """What follows the header of a safetensors file."""
    return memoryview(content)[8 + header_size(content) :]


def read_bytes(path: Path, most: int | None = None) -> bytes:
    """The content of a file of at most so many bytes, by default MAX_BYTES."""
    most = MAX_BYTES if most is None else most
    try:
        if path.stat().st_size > most:
            raise ModelError(f"{path} is larger than {most // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {reason(error)}") from error
