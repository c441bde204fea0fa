"""Films' files: what comes back is the file that the core writes, and junk gets one sentence."""

import json
import struct
import threading
import time
from typing import Any

import pytest
import torch
from starlette.testclient import TestClient

from film_requests import SETTINGS, film_body, frames, http, routes
from gan.errors import ConfigError
from gan.media.films import FILMS, film, settings_of
from gan.ui.interpolate import encoding
from gan.ui.interpolate.encoding import PROGRESS_LINES, file_name
from gan.ui.interpolate.film_body import MAX_PIXEL_BYTES
from gan.ui.interpolate.routes import MEMORY, FilmRoutes
from route_answers import trouble

__all__ = ["http", "routes"]  # fixtures


def lines_and_file(response: Any) -> tuple[list[dict[str, Any]], bytes]:
    """What the answer to a request for a film holds."""
    assert response.status_code == 200, response.content[:300]
    lines, rest = [], response.content
    while True:
        head, _, rest = rest.partition(b"\n")
        lines.append(json.loads(head))
        if "share" not in lines[-1]:
            return lines, rest


@pytest.mark.parametrize("suffix", FILMS)
@pytest.mark.parametrize("channels", [1, 3])
def test_the_file_is_the_cores(http: TestClient, routes: FilmRoutes, suffix: str, channels: int) -> None:
    pixels = frames(7, 9, channels)
    lines, content = lines_and_file(http.post("/films/encode", content=film_body(pixels, suffix=suffix, columns=3)))
    assert content == film(pixels, suffix, 12, SETTINGS, 3)
    assert settings_of(content) == {"gan-atelier": 1} | SETTINGS
    assert lines[-1] == {"bytes": len(content), "type": FILMS[suffix].media_type, "name": f"my-film{suffix}"}
    shares = [entry["share"] for entry in lines[:-1]]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    assert routes.held == 0


def test_progress_is_told_now_and_then(http: TestClient) -> None:
    lines, _ = lines_and_file(http.post("/films/encode", content=film_body(frames(200), suffix=".zip")))
    assert 10 <= len(lines) <= PROGRESS_LINES + 2


WRONG: dict[str, dict[str, Any]] = {
    "suffix": {"suffix": ".avi"}, "suffix is a list": {"suffix": [".gif"]}, "no suffix": {"suffix": None},
    "fewer frames": {"frames": 4}, "more frames": {"frames": 6}, "no frames": {"frames": 0},
    "frames true": {"frames": True}, "frames text": {"frames": "5"}, "frames huge": {"frames": 10**30},
    "frames real": {"frames": 5.0}, "width": {"width": 4},
    "width huge": {"width": 2_000_000}, "width below": {"width": -8},
    "thin": {"width": 1, "height": 64},
    "channels": {"channels": 2, "width": 4}, "four channels": {"channels": 4, "frames": 1},
    "fps zero": {"fps": 0}, "fps text": {"fps": "fast"}, "fps above": {"fps": 61}, "fps none": {"fps": None},
    "fps true": {"fps": True}, "columns": {"columns": -1}, "columns text": {"columns": "2"},
    "settings text": {"settings": "seed 7"}, "settings long": {"settings": {"a": "x" * 66_000}},
    "settings none": {"settings": None},
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_header_that_does_not_fit(http: TestClient, routes: FilmRoutes, case: str) -> None:
    trouble(http.post("/films/encode", content=film_body(frames(), **WRONG[case])))
    assert routes.held == 0


def body(header: bytes, length: int | None = None, pixels: bytes = b"\0" * 320) -> bytes:
    return struct.pack("<I", len(header) if length is None else length) + header + pixels


JUNK = {
    "empty": b"", "a byte": b"\1", "only a length": struct.pack("<I", 40), "no header": body(b"", pixels=b""),
    "truncated": film_body(frames())[:-1], "header cut": film_body(frames())[:30],
    "a byte too many": film_body(frames()) + b"\0",
    "length too long": body(b"{}", 2**32 - 1), "not JSON": body(b"\xff\xfe{}"), "a list": body(b"[]"),
    "nan": film_body(frames(), fps=float("nan")), "infinity": film_body(frames(), fps=float("inf")),
    "nan in settings": film_body(frames(), settings={"psi": float("nan")}),
    "deep": body(b'{"settings":' + b"[" * 60_000),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "text": b"frames=5&fps=25",
}  # fmt: skip


@pytest.mark.parametrize("case", JUNK)
def test_junk_gets_a_sentence(http: TestClient, routes: FilmRoutes, case: str) -> None:
    trouble(http.post("/films/encode", content=JUNK[case]))
    assert routes.held == 0


def test_too_much_is_refused_before_it_is_read(http: TestClient, routes: FilmRoutes) -> None:
    huge = {"Content-Length": str(MAX_PIXEL_BYTES * 2)}
    trouble(http.post("/films/encode", content=b"", headers=huge), 413)
    trouble(http.post("/films/encode", content=iter([b"abc"])), 411)
    trouble(http.post("/films/encode", content=b"", headers={"Content-Length": "-5"}), 411)
    routes.budget.held += MEMORY
    try:
        assert "busy" in trouble(http.post("/films/encode", content=film_body(frames())), 503)
    finally:
        routes.budget.held -= MEMORY


@pytest.mark.parametrize(("width", "height"), [(4, 1024), (1024, 4), (5, 7), (449, 447)])
@pytest.mark.parametrize("suffix", FILMS)
def test_odd_shapes_are_encoded(http: TestClient, width: int, height: int, suffix: str) -> None:
    pixels = torch.zeros(2, height, width, 3, dtype=torch.uint8)
    lines, content = lines_and_file(http.post("/films/encode", content=film_body(pixels, suffix=suffix)))
    assert "trouble" not in lines[-1] and content


def test_what_breaks_in_the_encoder_is_one_sentence(monkeypatch: pytest.MonkeyPatch, http: TestClient) -> None:
    def refused(*given: Any) -> bytes:
        raise ConfigError("this film is too long")

    monkeypatch.setattr(encoding, "film", refused)
    lines, _ = lines_and_file(http.post("/films/encode", content=film_body(frames())))
    assert lines[-1] == {"trouble": "This film is too long."}
    monkeypatch.setattr(encoding, "film", lambda *given: 1 / 0)
    lines, content = lines_and_file(http.post("/films/encode", content=film_body(frames())))
    assert lines[-1] == {"trouble": "This film could not be written."}
    assert content == b""


@pytest.mark.parametrize(
    ("name", "safe"),
    [("my film", "my-film"), ("../../etc/passwd", "etc-passwd"), ('a"; rm -rf "', "a-rm--rf"), ("数字", "film"),
     (None, "film"), ("a" * 500, "a" * 80), ("x\r\nSet-Cookie: a=b", "x-Set-Cookie-a-b"), (["a"], "a")],
)  # fmt: skip
def test_names_of_files_are_safe(name: object, safe: str) -> None:
    assert file_name(name, ".gif") == f"{safe}.gif"


def test_two_films_at_once_the_others_wait(
    monkeypatch: pytest.MonkeyPatch, http: TestClient, routes: FilmRoutes
) -> None:
    busy, most, lock = 0, 0, threading.Lock()

    def slow(*given: Any) -> bytes:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        time.sleep(0.1)
        with lock:
            busy -= 1
        return b"film"

    monkeypatch.setattr(encoding, "film", slow)
    files: list[bytes] = []

    def ask() -> None:
        files.append(lines_and_file(http.post("/films/encode", content=film_body(frames())))[1])

    crowd = [threading.Thread(target=ask) for _ in range(7)]
    [thread.start() for thread in crowd]
    [thread.join() for thread in crowd]
    assert files == [b"film"] * 7
    assert most == 2
    assert (routes.held, routes.jobs.pending) == (0, 0)
