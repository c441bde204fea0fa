"""The order in which a generator travels: nothing is lost, and half of it draws almost the same picture."""

import base64
from collections.abc import Iterator

import pytest
import safetensors.torch
import torch

from core_fixtures import tiny_model
from gan.explore import portable, wire
from gan.models.checkpoint import load_model
from gan.models.model import Model
from js_core import JsCore, js_core

FACES = "faces-style-64"


@pytest.fixture(scope="module")
def core() -> Iterator[JsCore]:
    with js_core(("core/wire",)) as core:
        yield core


@pytest.fixture(scope="module")
def faces() -> Model:
    return load_model(FACES)


@pytest.fixture(scope="module")
def file(faces: Model) -> bytes:
    return portable.generator(faces)


def joined(core: JsCore, content: bytes, got: int) -> bytes:
    """What the page makes of the first `got` bytes."""
    text = core.evaluate(
        """([text, got]) => {
            const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
            bytes.fill(77, got); // what has not come may not count
            const file = new Uint8Array(lib.joinedFile(bytes, got));
            let found = "";
            for (let i = 0; i < file.length; i += 30000) found += String.fromCharCode(...file.subarray(i, i + 30000));
            return btoa(found);
        }""",
        [base64.b64encode(content).decode(), got],
    )
    return base64.b64decode(text)


def needed(core: JsCore, content: bytes, got: int) -> float:
    """How much the page says is enough; -1: not known yet."""
    code = """([text, got]) => {
        const found = lib.enough(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)), got);
        return found === Infinity ? -1 : found;
    }"""
    return float(core.evaluate(code, [base64.b64encode(content).decode(), got]))


def test_the_page_puts_the_file_together_again(core: JsCore, file: bytes) -> None:
    for whole in (file, portable.generator(tiny_model())):
        content = wire.split(whole)
        assert len(content) == len(whole)
        assert joined(core, content, len(content)) == whole


def test_half_of_the_file_draws_almost_the_same_picture(core: JsCore, faces: Model, file: bytes) -> None:
    content = wire.split(file)
    enough = needed(core, content, len(content))
    assert enough < 0.56 * len(content)
    tensors = safetensors.torch.load(joined(core, content, int(enough)))
    whole = safetensors.torch.load(file)
    changed = {name for name, tensor in whole.items() if not torch.equal(tensor, tensors[name])}
    assert changed and all(wire.LAYER.fullmatch(name) for name in changed)  # its latents are exact
    shown = portable.samples(faces)
    with torch.inference_mode():
        ws = portable.crossed(faces.G, portable.entered(faces.G, tensors, shown.z, shown.c)).unbind(1)
        x = ws[0]
        for number, (layer, w) in enumerate(zip(faces.G.layers(), ws, strict=True)):
            x = portable.applied(layer, number, tensors, x, w)
    levels = (x - shown.images).abs() * 127.5
    assert levels.mean() < 0.6
    assert levels.max() < 15


def test_what_is_enough_is_known_with_the_header(core: JsCore, file: bytes) -> None:
    content = wire.split(file)
    header = 8 + int.from_bytes(content[:8], "little")
    assert [needed(core, content, got) for got in (0, 7, 8, header - 1)] == [-1] * 4
    assert needed(core, content, header) == needed(core, content, len(content)) > header
    plain = wire.split(safetensors.torch.save({"0.bias": torch.ones(3)}, {"atelier": "{}"}))
    assert needed(core, plain, len(plain)) == len(plain)  # nothing comes late where nothing is split
