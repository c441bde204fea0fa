"""The page's QR codes are the very ones that another program makes."""

from collections.abc import Iterator

import pytest
import segno
from segno import encoder

from js_core import JsCore, JsError, js_core

MOST = 412  # bytes
LINK = "https://teach.example.org/gan/?tab=learn&class=k7m2p9qx"
LINKS = [
    "a", "http://127.0.0.1:7860/?tab=learn&class=abcdefgh", LINK, LINK + "&lang=zh-CN", "http://例子.test/?class=学一学",
    LINK + "&" + "x" * (200 - len(LINK) - 1),
]  # fmt: skip


@pytest.fixture(scope="module")
def core() -> Iterator[JsCore]:
    with js_core(("core/qr",)) as core:
        yield core


def ours(core: JsCore, text: str) -> list[list[int]]:
    found: list[list[int]] = core.evaluate("(text) => lib.qrMatrix(text).map((row) => [...row])", text)
    return found


def theirs(text: str, monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    # Segno adds eight zeros more where the data end with a codeword already; the standard (7.4.10) adds none.
    monkeypatch.setattr(
        encoder, "write_padding_bits", lambda buffer, version, length: buffer.extend([0] * (-length % 8))
    )
    code = segno.make(text, error="m", mode="byte", encoding="utf-8", boost_error=False, micro=False)
    return [list(row) for row in code.matrix]


@pytest.mark.parametrize("text", LINKS)
def test_a_link_has_the_same_code(core: JsCore, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ours(core, text) == theirs(text, monkeypatch)


def test_every_length_has_the_same_code(core: JsCore, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = set()
    for length in (*range(1, MOST, 9), MOST):
        text = "".join(chr(33 + (7 * i + 13 * length) % 90) for i in range(length))
        code = ours(core, text)
        assert code == theirs(text, monkeypatch), length
        sizes.add(len(code))
    assert sizes == {4 * version + 17 for version in range(1, 16)}


def test_a_text_that_is_too_long_has_none(core: JsCore) -> None:
    with pytest.raises(JsError, match="413 bytes are too many"):
        ours(core, "x" * (MOST + 1))
