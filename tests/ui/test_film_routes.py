"""The routes of films: what comes back is the file that the core writes, and junk gets one sentence."""

import json
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from starlette.applications import Starlette
from starlette.testclient import TestClient

from film_orders import SETTINGS, frames, one_run, order, routes
from gan.errors import ConfigError
from gan.media.films import FILMS, film, settings_of
from gan.training.history import training_film
from gan.ui.explore.routes import ExploreRoutes
from gan.ui.interpolate import encoding, training
from gan.ui.interpolate.encoding import PROGRESS_LINES, file_name
from gan.ui.interpolate.film_body import MAX_PIXEL_BYTES
from gan.ui.interpolate.routes import MEMORY, FilmRoutes
from gan.ui.shell.catalogue import ModelCatalogue

__all__ = ["one_run", "routes"]  # fixtures


@pytest.fixture(scope="module")
def http(routes: FilmRoutes) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.routes())) as client:
        yield client


def answer(response: Any) -> tuple[list[dict[str, Any]], bytes]:
    """(the lines, the file) of an answer."""
    assert response.status_code == 200, response.content[:300]
    told, rest = [], response.content
    while True:
        head, _, rest = rest.partition(b"\n")
        told.append(json.loads(head))
        if "share" not in told[-1]:
            return told, rest


def trouble(response: Any, status: int = 400) -> str:
    assert response.status_code == status, response.content[:200]
    told = response.json()
    assert set(told) == {"trouble"}
    sentence = str(told["trouble"])
    assert not sentence[0].islower() and sentence[-1] == "." and len(sentence) < 400
    return sentence


@pytest.mark.parametrize("suffix", FILMS)
@pytest.mark.parametrize("channels", [1, 3])
def test_the_file_is_the_cores(http: TestClient, routes: FilmRoutes, suffix: str, channels: int) -> None:
    pixels = frames(7, 9, channels)
    told, content = answer(http.post("/films/encode", content=order(pixels, suffix=suffix, columns=3)))
    assert content == film(pixels, suffix, 12, SETTINGS, 3)
    assert settings_of(content) == {"gan-atelier": 1} | SETTINGS
    assert told[-1] == {"bytes": len(content), "type": FILMS[suffix].kind, "name": f"my-film{suffix}"}
    shares = [entry["share"] for entry in told[:-1]]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    assert routes.held == 0


def test_progress_is_told_now_and_then(http: TestClient) -> None:
    told, _ = answer(http.post("/films/encode", content=order(frames(200), suffix=".zip")))
    assert 10 <= len(told) <= PROGRESS_LINES + 2


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
    trouble(http.post("/films/encode", content=order(frames(), **WRONG[case])))
    assert routes.held == 0


def body(header: bytes, length: int | None = None, pixels: bytes = b"\0" * 320) -> bytes:
    return struct.pack("<I", len(header) if length is None else length) + header + pixels


JUNK = {
    "empty": b"", "a byte": b"\1", "only a length": struct.pack("<I", 40), "no header": body(b"", pixels=b""),
    "truncated": order(frames())[:-1], "header cut": order(frames())[:30], "a byte too many": order(frames()) + b"\0",
    "length too long": body(b"{}", 2**32 - 1), "not JSON": body(b"\xff\xfe{}"), "a list": body(b"[]"),
    "nan": order(frames(), fps=float("nan")), "nan in settings": order(frames(), settings={"psi": float("nan")}),
    "infinity": order(frames(), fps=float("inf")), "deep": body(b'{"settings":' + b"[" * 60_000),
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
        assert "busy" in trouble(http.post("/films/encode", content=order(frames())), 503)
    finally:
        routes.budget.held -= MEMORY


@pytest.mark.parametrize(("width", "height"), [(4, 1024), (1024, 4), (5, 7), (449, 447)])
@pytest.mark.parametrize("suffix", FILMS)
def test_odd_shapes_are_encoded(http: TestClient, width: int, height: int, suffix: str) -> None:
    pixels = torch.zeros(2, height, width, 3, dtype=torch.uint8)
    told, content = answer(http.post("/films/encode", content=order(pixels, suffix=suffix)))
    assert "trouble" not in told[-1] and content


def test_what_breaks_in_the_encoder_is_one_sentence(monkeypatch: pytest.MonkeyPatch, http: TestClient) -> None:
    def refused(*given: Any) -> bytes:
        raise ConfigError("this film is too long")

    monkeypatch.setattr(encoding, "film", refused)
    told, _ = answer(http.post("/films/encode", content=order(frames())))
    assert told[-1] == {"trouble": "This film is too long."}
    monkeypatch.setattr(encoding, "film", lambda *given: 1 / 0)
    told, content = answer(http.post("/films/encode", content=order(frames())))
    assert told[-1] == {"trouble": "This film could not be written."}
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
    got: list[bytes] = []
    crowd = [
        threading.Thread(target=lambda: got.append(answer(http.post("/films/encode", content=order(frames())))[1]))
        for _ in range(7)
    ]
    [thread.start() for thread in crowd]
    [thread.join() for thread in crowd]
    assert got == [b"film"] * 7
    assert most == 2
    assert (routes.held, routes.jobs.pending) == (0, 0)


# ---- training films

WRONG_TRAINING: dict[str, Any] = {
    "a list": [], "no name": {"seeds": [1]}, "no such model": {"name": "nobody", "seeds": [1]},
    "no seeds": {"name": "mnist-mlp"}, "none": {"name": "mnist-mlp", "seeds": []},
    "too many": {"name": "mnist-mlp", "seeds": [1] * 17}, "negative": {"name": "mnist-mlp", "seeds": [-1]},
    "real": {"name": "mnist-mlp", "seeds": [1.5]}, "psi": {"name": "mnist-mlp", "seeds": [1], "psi": "a"},
    "psi above": {"name": "mnist-mlp", "seeds": [1], "psi": 9}, "path": {"name": "../weights/mnist-mlp", "seeds": [1]},
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_TRAINING)
def test_wrong_training_films(http: TestClient, case: str) -> None:
    response = http.post("/films/training", json=WRONG_TRAINING[case])
    trouble(response, 404 if case in ("no name", "no such model", "path") else 400)


@pytest.mark.parametrize("content", [b"", b"{", b"NaN", b'{"psi": NaN}', b"\xff", b"[" * 4_000])
def test_training_films_of_junk(http: TestClient, content: bytes) -> None:
    trouble(http.post("/films/training", content=content))


def test_a_model_without_moments_says_so(http: TestClient, routes: FilmRoutes) -> None:
    assert "moments" in trouble(http.post("/films/training", json={"name": "mnist-mlp", "seeds": [1, 7]}), 404)
    routes.catalogue.visitor_models["guest"] = routes.catalogue.load("digits-mlp")
    assert "moments" in trouble(http.post("/films/training", json={"name": "guest", "seeds": [1]}), 404)


@pytest.mark.parametrize("seeds", [[5], [5, 6, 7, 8]])
def test_a_training_film_is_header_and_pixels(one_run: ModelCatalogue, seeds: list[int]) -> None:
    with TestClient(Starlette(routes=[*FilmRoutes(one_run).routes(), *ExploreRoutes(one_run).routes()])) as client:
        assert client.get("/explore/models").json()["models"][0]["history"] is True
        content = client.post("/films/training", json={"name": "run", "seeds": seeds, "psi": 0.8}).content
    length = struct.unpack("<I", content[:4])[0]
    header = json.loads(content[4 : 4 + length])
    past = one_run.snapshot_folder("run")
    assert past is not None
    labels, pixels = training_film(one_run.load("run"), past, seeds, 0.8)
    count, height, width, channels = pixels.shape
    assert header == {"width": width, "height": height, "channels": channels, "frames": 3, "labels": [0, 64, 128]}
    assert labels == header["labels"] and count == 3
    np.testing.assert_array_equal(np.frombuffer(content[4 + length :], np.uint8), pixels.flatten().numpy())


def test_damaged_moments_do_not_name_this_machines_folders(one_run: ModelCatalogue, tmp_path: Path) -> None:
    for file in (tmp_path / "run" / "history").iterdir():
        file.write_bytes(file.read_bytes()[:100])
    with TestClient(Starlette(routes=FilmRoutes(one_run).routes())) as client:
        told = trouble(client.post("/films/training", json={"name": "run", "seeds": [1]}), 404)
    assert "damaged" in told and str(tmp_path) not in told


def test_a_training_film_has_a_limit(monkeypatch: pytest.MonkeyPatch, one_run: ModelCatalogue) -> None:
    monkeypatch.setattr(training, "MAX_FILM_BYTES", 3 * 2 * 64)
    with TestClient(Starlette(routes=FilmRoutes(one_run).routes())) as client:
        assert client.post("/films/training", json={"name": "run", "seeds": [1, 2]}).status_code == 200
        trouble(client.post("/films/training", json={"name": "run", "seeds": [1, 2, 3]}), 413)
