"""The routes of films: what comes back is the file that the core writes, and junk gets one sentence."""

import asyncio
import json
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.testclient import TestClient

from core_fixtures import elsewhere, tiny_model
from gan.checkpoint import save_model
from gan.errors import ConfigError
from gan.export import FILMS, film, settings_of
from gan.history import keep, training_film
from gan.ui import film_routes, wire
from gan.ui.explore_routes import ExploreRoutes
from gan.ui.film_routes import AbandonedError, FilmRoutes, Order, file_name, lines, packed, written
from gan.ui.shelf import Shelf, stock
from gan.ui.wire import Answer, Place, Refused, Room, Turns

SETTINGS = {"film": {"model": "mnist-dcgan", "keys": [{"seed": 7}]}, "sha256": "ab" * 32}


def frames(count: int = 5, side: int = 8, channels: int = 1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(count)
    return torch.randint(0, 256, (count, side, side, channels), dtype=torch.uint8, generator=generator)


def order(pixels: torch.Tensor, **changes: Any) -> bytes:
    """A request's body."""
    count, height, width, channels = pixels.shape
    header = {
        "suffix": ".gif", "width": width, "height": height, "channels": channels, "frames": count, "fps": 12,
        "name": "my film", "settings": SETTINGS,
    }  # fmt: skip
    return packed(header | changes, pixels.numpy().tobytes())


@pytest.fixture(scope="module")
def routes() -> FilmRoutes:
    return FilmRoutes(stock([]))


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
    assert 10 <= len(told) <= film_routes.STEPS + 2


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
    huge = {"Content-Length": str(film_routes.MAX_PIXELS * 2)}
    trouble(http.post("/films/encode", content=b"", headers=huge), 413)
    trouble(http.post("/films/encode", content=iter([b"abc"])), 411)
    trouble(http.post("/films/encode", content=b"", headers={"Content-Length": "-5"}), 411)
    routes.room.held += film_routes.ROOM
    try:
        assert "busy" in trouble(http.post("/films/encode", content=order(frames())), 503)
    finally:
        routes.room.held -= film_routes.ROOM


@pytest.mark.parametrize(("width", "height"), [(4, 1024), (1024, 4), (5, 7), (449, 447)])
@pytest.mark.parametrize("suffix", FILMS)
def test_odd_shapes_are_encoded(http: TestClient, width: int, height: int, suffix: str) -> None:
    pixels = torch.zeros(2, height, width, 3, dtype=torch.uint8)
    told, content = answer(http.post("/films/encode", content=order(pixels, suffix=suffix)))
    assert "trouble" not in told[-1] and content


def test_what_breaks_in_the_encoder_is_one_sentence(monkeypatch: pytest.MonkeyPatch, http: TestClient) -> None:
    def refused(*given: Any) -> bytes:
        raise ConfigError("this film is too long")

    monkeypatch.setattr(film_routes, "film", refused)
    told, _ = answer(http.post("/films/encode", content=order(frames())))
    assert told[-1] == {"trouble": "This film is too long."}
    monkeypatch.setattr(film_routes, "film", lambda *given: 1 / 0)
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

    monkeypatch.setattr(film_routes, "film", slow)
    got: list[bytes] = []
    crowd = [
        threading.Thread(target=lambda: got.append(answer(http.post("/films/encode", content=order(frames())))[1]))
        for _ in range(7)
    ]
    [thread.start() for thread in crowd]
    [thread.join() for thread in crowd]
    assert got == [b"film"] * 7
    assert most == 2
    assert (routes.held, routes.turns.inside) == (0, 0)


# ---- visitors who leave, fall silent or do not read

SCOPE: dict[str, Any] = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "asgi": {}}


class Visitor:
    """One request as a server passes it on: it sends the `parts` of its body, and leaves when told."""

    def __init__(self, *parts: bytes, length: int, reads: bool = True) -> None:
        self.scope = SCOPE | {"headers": [(b"content-length", str(length).encode())]}
        self.parts, self.length, self.reads = list(parts), length, reads
        self.left = asyncio.Event()
        self.got: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        if self.parts:
            part = self.parts.pop(0)
            self.length -= len(part)
            return {"type": "http.request", "body": part, "more_body": self.length > 0}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.got.append(message)
        if not self.reads and len(self.got) > 3:
            await asyncio.Event().wait()

    async def asks(self, endpoint: Any) -> None:
        await (await endpoint(Request(self.scope, self.receive)))(self.scope, self.receive, self.send)


async def soon(condition: Callable[[], bool]) -> None:
    """Wait for what other threads and tasks do."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.002)


def test_silence_takes_no_room(monkeypatch: pytest.MonkeyPatch, routes: FilmRoutes) -> None:
    monkeypatch.setattr(wire, "LULL", 0.4)
    monkeypatch.setattr(wire, "COMING", 40)
    content = order(frames())

    async def scene() -> None:
        silent = [Visitor(content[:30], length=film_routes.MAX_PIXELS) for _ in range(8)]
        waiting = [asyncio.ensure_future(visitor.asks(routes.encode)) for visitor in silent]
        await soon(lambda: routes.held == 8 * 30)
        other = Visitor(content, length=len(content))
        await other.asks(routes.encode)
        assert len(other.got) > 3
        for done in waiting:
            with pytest.raises(Refused, match="did not arrive in time"):
                await done
        assert routes.held == 0

        class Slow(Visitor):
            async def receive(self) -> dict[str, Any]:
                await asyncio.sleep(0.05)
                return await super().receive()

        pieces = [content[i : i + 50] for i in range(0, len(content), 50)]
        assert len(pieces) * 0.05 > wire.LULL
        await Slow(*pieces, length=len(content)).asks(routes.encode)  # as long as it keeps coming

    elsewhere(scene())


def test_what_comes_is_counted_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film_routes, "ROOM", 1_000)
    routes = FilmRoutes(Shelf({}, {}))

    async def scene() -> None:
        first, second = (Visitor(b"a" * 600, length=900) for _ in range(2))
        waiting = asyncio.ensure_future(first.asks(routes.encode))
        await soon(lambda: routes.held == 600)
        with pytest.raises(Refused, match="busy"):
            await second.asks(routes.encode)
        assert routes.held == 600
        first.left.set()
        with pytest.raises(ClientDisconnect):
            await waiting
        assert routes.held == 0

    elsewhere(scene())


def test_the_room_is_held_until_the_answer_is_taken(monkeypatch: pytest.MonkeyPatch, run: Shelf) -> None:
    monkeypatch.setattr(film_routes, "film", lambda *given: b"f" * 500_000)
    monkeypatch.setattr(film_routes, "training_film", lambda *given: ([1], torch.zeros(1, 8, 8, 1, dtype=torch.uint8)))
    content, asked = order(frames()), json.dumps({"name": "run", "seeds": [1]}).encode()
    routes = FilmRoutes(run)

    async def scene() -> None:
        for endpoint, sent, held in ((routes.encode, content, 500_000), (routes.training, asked, 64)):
            for patience in (60.0, 0.05):
                monkeypatch.setattr(wire, "PATIENCE", patience)
                monkeypatch.setattr(wire, "TAKEN", 1e9)
                visitor = Visitor(sent, length=len(sent), reads=False)
                if endpoint == routes.training:
                    visitor.got += [{}, {}]
                taking = asyncio.ensure_future(visitor.asks(endpoint))
                if patience > 1:
                    await soon(lambda visitor=visitor: len(visitor.got) > 3)  # type: ignore[misc]
                    assert routes.held == held
                    visitor.left.set()
                await taking  # or its patience is over
                assert routes.held == 0
                assert visitor.got[-1].get("more_body"), "it was not taken to the end"

    elsewhere(scene())


def test_a_film_whose_visitor_left_is_never_begun() -> None:
    async def scene() -> None:
        turns, release, begun = Turns(1, 5, "busy"), threading.Event(), []
        first = turns.start(release.wait, 20)
        made, room = Order.of(order(frames())), Room(1_000, "busy")
        place = Place(room)
        place.enter()
        place.grow(500)
        work: Any = turns.start(lambda *given: begun.append(written(*given)), made, place, begun.append)

        def ended() -> None:
            made.pixels = None
            work.cancel()
            place.leave()

        visitor = Visitor(length=0)
        visitor.left.set()
        await Answer(lines(made, work, asyncio.Queue()), ended)(visitor.scope, visitor.receive, visitor.send)
        assert (made.pixels, room.held) == (None, 0)  # at once, though its turn has not come
        release.set()
        assert await first
        await turns.start(lambda: None)
        assert begun == []

    elsewhere(scene())


@pytest.mark.parametrize("suffix", [".mp4", ".gif", ".zip"])
def test_a_film_is_given_up_at_its_next_frame(suffix: str) -> None:
    made, room, told = Order.of(order(frames(50), suffix=suffix)), Room(10**6, "busy"), []
    place = Place(room)
    place.enter()
    place.grow(1_000)

    def heard(share: float) -> None:
        told.append(share)
        assert room.held == 1_000
        made.pixels = None  # as when the visitor leaves
        place.leave()
        assert room.held == 1_000, "the film in the making still holds it"

    with pytest.raises(AbandonedError):
        written(made, place, heard)
    assert (told, room.held) == ([0.02], 0)


def test_a_visitor_who_leaves_ends_the_film(monkeypatch: pytest.MonkeyPatch, routes: FilmRoutes) -> None:
    seen: list[float] = []

    def endless(pixels: Any, suffix: str, fps: float, settings: Any, columns: int, progress: Any) -> bytes:
        for share in range(1, 5_000):
            seen.append(share)
            progress(share / 5_000)
            time.sleep(0.002)
        return b"film"

    monkeypatch.setattr(film_routes, "film", endless)
    content = order(frames())

    async def scene() -> None:
        visitor = Visitor(content, length=len(content))
        making = asyncio.ensure_future(visitor.asks(routes.encode))
        await soon(lambda: bool(seen))
        visitor.left.set()
        await making
        await soon(lambda: routes.turns.inside == 0)
        assert routes.held == 0
        assert len(seen) < 2_000

    elsewhere(scene())


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
    routes.shelf.guests["guest"] = routes.shelf.load("digits-mlp")
    assert "moments" in trouble(http.post("/films/training", json={"name": "guest", "seeds": [1]}), 404)


@pytest.fixture
def run(tmp_path: Path) -> Shelf:
    """A shelf with one run that kept three moments."""
    model = tiny_model(name="run")
    save_model(model, tmp_path / "run" / "model")
    for nimg, seed in ((0, 1), (64, 2), (128, 3)):
        keep(tmp_path / "run", nimg, tiny_model(seed, seed=seed).G)
    return Shelf({"run": tmp_path / "run" / "model.safetensors"}, {})


@pytest.mark.parametrize("seeds", [[5], [5, 6, 7, 8]])
def test_a_training_film_is_header_and_pixels(run: Shelf, seeds: list[int]) -> None:
    with TestClient(Starlette(routes=[*FilmRoutes(run).routes(), *ExploreRoutes(run).routes()])) as client:
        assert client.get("/explore/models").json()["models"][0]["history"] is True
        content = client.post("/films/training", json={"name": "run", "seeds": seeds, "psi": 0.8}).content
    length = struct.unpack("<I", content[:4])[0]
    header = json.loads(content[4 : 4 + length])
    past = run.past("run")
    assert past is not None
    labels, pixels = training_film(run.load("run"), past, seeds, 0.8)
    count, height, width, channels = pixels.shape
    assert header == {"width": width, "height": height, "channels": channels, "frames": 3, "labels": [0, 64, 128]}
    assert labels == header["labels"] and count == 3
    np.testing.assert_array_equal(np.frombuffer(content[4 + length :], np.uint8), pixels.flatten().numpy())


def test_damaged_moments_do_not_name_this_machines_folders(run: Shelf, tmp_path: Path) -> None:
    for file in (tmp_path / "run" / "history").iterdir():
        file.write_bytes(file.read_bytes()[:100])
    with TestClient(Starlette(routes=FilmRoutes(run).routes())) as client:
        told = trouble(client.post("/films/training", json={"name": "run", "seeds": [1]}), 404)
    assert "damaged" in told and str(tmp_path) not in told


def test_a_training_film_has_a_limit(monkeypatch: pytest.MonkeyPatch, run: Shelf) -> None:
    monkeypatch.setattr(film_routes, "MAX_PIXELS", 3 * 2 * 64 * 2)
    with TestClient(Starlette(routes=FilmRoutes(run).routes())) as client:
        assert client.post("/films/training", json={"name": "run", "seeds": [1, 2]}).status_code == 200
        trouble(client.post("/films/training", json={"name": "run", "seeds": [1, 2, 3]}), 413)
