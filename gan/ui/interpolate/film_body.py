"""The form in which films travel: header and pixels as one body.

The length of a JSON header in four bytes, little end first; the header; the pixels uint8 [T, H, W, C].
"""

import json
import struct
from collections.abc import AsyncIterator
from typing import Any, NoReturn

from torch import Tensor

from gan.errors import ConfigError
from gan.media.films import MAX_SETTINGS

MAX_PIXEL_BYTES = 64_000_000
MAX_HEADER_BYTES = MAX_SETTINGS + 4_096
LENGTH_BYTES = 4
MAX_BODY_BYTES = LENGTH_BYTES + MAX_HEADER_BYTES + MAX_PIXEL_BYTES


def pack(header: dict[str, Any], pixels: bytes) -> bytes:
    """Header and pixels as one body."""
    text = json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text + pixels


async def pack_frames(header: dict[str, Any], pixels: Tensor) -> AsyncIterator[bytes]:
    """Header and pixels [T, H, W, C] as one body, a frame at a time."""
    yield pack(header, b"")
    for frame in pixels:
        yield frame.numpy().tobytes()


def unpack(content: bytes | bytearray) -> tuple[dict[str, Any], memoryview]:
    """(header, pixels) of a body.

    Raises:
        ConfigError: it is not of this form.
    """
    length = int.from_bytes(content[:LENGTH_BYTES], "little")
    if len(content) < LENGTH_BYTES or length > min(MAX_HEADER_BYTES, len(content) - LENGTH_BYTES):
        raise ConfigError("a film is the length of its header in four bytes, its header and its pixels")
    end = LENGTH_BYTES + length
    return json_object("the header of a film", content[LENGTH_BYTES:end]), memoryview(content)[end:]


def json_object(name: str, text: bytes | bytearray) -> dict[str, Any]:
    """The JSON object that a text holds; `name` says in a mistake's sentence what it should have been.

    Raises:
        ConfigError: the text is no JSON object, or has NaN or Infinity in it.
    """
    try:
        value = json.loads(text, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{name} is a JSON object") from error
    if not isinstance(value, dict):
        raise ConfigError(f"{name} is a JSON object")
    return value


def refuse_constant(constant: str) -> NoReturn:
    """Raise the ValueError that NaN and Infinity deserve: they are not JSON."""
    raise ValueError(constant)
