"""The page's half of the host, `browser/page/app_host.js`, against the routes on a real server."""

import base64
import io
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlparse

import av
import numpy as np
import pytest
import torch
import uvicorn
from playwright.sync_api import Page
from starlette.applications import Starlette

from conftest import free_port
from core_fixtures import tiny_model
from gan.explore import portable
from gan.media.films import FILMS, film, settings_of
from gan.models.checkpoint import model_bytes
from gan.ui.explore.routes import ExploreRoutes
from gan.ui.interpolate import encoding
from gan.ui.interpolate.routes import FilmRoutes
from gan.ui.shell.catalogue import ModelCatalogue, build_catalogue
from js_page import SITE, load, serve_module

NAME = "digits-mlp"


@pytest.fixture(scope="module")
def catalogue() -> ModelCatalogue:
    catalogue = build_catalogue([])
    catalogue.add_visitor_model("live-secret", model_bytes(tiny_model())[0])
    return catalogue


@pytest.fixture(scope="module")
def films(catalogue: ModelCatalogue) -> FilmRoutes:
    return FilmRoutes(catalogue)


@pytest.fixture(scope="module")
def served(catalogue: ModelCatalogue, films: FilmRoutes) -> Iterator[str]:
    app = Starlette(routes=[*ExploreRoutes(catalogue).routes(), *films.routes()])
    server = uvicorn.Server(uvicorn.Config(app, port=free_port(), log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.config.port}/"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def host(page: Page, served: str) -> Page:
    """A page without any app around the host."""
    return with_host(page, served, served)


def with_host(page: Page, served: str, link: str, first: str = "") -> Page:
    page.route(f"{served}browser/**", lambda route: serve_module(route, urlparse(route.request.url).path[9:], {}))
    body = f"<!doctype html><html lang=en><script>{first}</script>"
    page.route(link, lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(link)
    load(page, ["page/host"], served)
    return page


def bytes_of(page: Page, code: str, *given: Any) -> bytes:
    """The bytes that an expression promises."""
    text = page.evaluate(
        f"""async (given) => {{
            const bytes = new Uint8Array(await ({code}));
            let text = "";
            for (const byte of bytes) text += String.fromCharCode(byte);
            return btoa(text);
        }}""",
        list(given),
    )
    return base64.b64decode(text)


def trouble(page: Page, code: str) -> str:
    """The sentence with which a promise fails."""
    told: str = page.evaluate(f"({code}).then(() => '', (error) => error.message)")
    assert told and not told[0].islower() and told[-1] in ".?"
    return told


def test_models_and_files(host: Page, catalogue: ModelCatalogue) -> None:
    asked: list[str] = []
    host.on("request", lambda r: asked.append(r.url))
    assert host.evaluate("lib.host.static") is False
    entries = host.evaluate("lib.host.models()")
    assert [entry["name"] for entry in entries if not entry["task"]] == catalogue.names
    assert [entry["name"] for entry in entries if entry["task"]] == [*catalogue.repairs]
    assert host.evaluate("lib.host.first") == catalogue.names[0]
    code = f"Promise.all([1, 2].map(() => lib.host.file('{NAME}', 'generator'))).then(([a]) => a)"
    assert bytes_of(host, code) == portable.generator(catalogue.load(NAME))
    host.evaluate("Promise.all([lib.host.models(), lib.host.models()])")
    assert len(asked) == 2  # whatever is asked for twice comes once
    assert "no model" in trouble(host, "lib.host.file('nobody', 'generator')")
    assert "a file is" in trouble(host, f"lib.host.file('{NAME}', 'weights')").lower()


def test_a_guests_model_comes_by_the_pages_link(page: Page, served: str) -> None:
    with_host(page, served, served + "?tab=explore&model=live-secret&beside=nobody")
    assert page.evaluate("lib.host.models().then((list) => list[0].name)") == "live-secret"


def test_pictures_of_the_host(host: Page, catalogue: ModelCatalogue) -> None:
    model = catalogue.load(NAME)
    w = torch.randn(3, model.G.w_dim, generator=torch.Generator().manual_seed(1))
    code = f"lib.host.render('{NAME}', 'pictures', Float32Array.from(given)).then((made) => made.buffer)"
    made = np.frombuffer(bytes_of(host, code, *w.flatten().tolist()), "<f4")
    np.testing.assert_allclose(made, model.G.synthesis(w).flatten().numpy(), atol=1e-5)
    code = f"lib.host.render('{NAME}', 'pictures', new Float32Array(3))"
    assert "rows of 16" in trouble(host, code)
    stopped = host.evaluate(
        f"""() => {{
            const stop = new AbortController();
            const made = lib.host.render('{NAME}', 'pictures', new Float32Array(16), {{ signal: stop.signal }});
            stop.abort();
            return made.then(() => "", (error) => error.name);
        }}"""
    )
    assert stopped == "AbortError"


FILM = """(() => {
    const about = { width: 8, height: 8, channels: 1, frames: 4, fps: 10, name: 'a', settings: { film: { psi: 0.5 } } };
    const pixels = Uint8Array.from({ length: 256 }, (_, i) => i);
    return lib.host.encode(SUFFIX, about, pixels, (share) => (window.told ??= []).push(share));
})()"""


def frames_of(content: bytes) -> np.ndarray:
    """The frames [T, H, W, 3] of an MP4, as whole numbers that can be taken from one another."""
    with av.open(io.BytesIO(content)) as opened:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in opened.decode(video=0)]).astype(int)


@pytest.mark.parametrize("suffix", FILMS)
def test_films_come_with_progress(host: Page, suffix: str) -> None:
    code = FILM.replace("SUFFIX", f"'{suffix}'")
    content = bytes_of(host, f"{code}.then((blob) => blob.arrayBuffer())")
    pixels = torch.arange(256, dtype=torch.uint8).view(4, 8, 8, 1)
    wanted = film(pixels, suffix, 10, {"film": {"psi": 0.5}})
    if suffix == ".mp4":  # two runs of the encoder may differ by a few bytes on a busy machine
        np.testing.assert_allclose(frames_of(content), frames_of(wanted), atol=3)
    else:
        assert content == wanted
    assert settings_of(content)["film"] == {"psi": 0.5}
    told = host.evaluate("window.told")
    assert told[0] == 0 and told[-1] == 1 and told == sorted(told)
    assert host.evaluate(f"{code}.then((blob) => blob.type)") == FILMS[suffix].media_type


def test_troubles_of_films_are_sentences(host: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "a film is" in trouble(host, FILM.replace("SUFFIX", "'.avi'")).lower()
    monkeypatch.setattr(encoding, "film", lambda *given: 1 / 0)
    assert "could not be written" in trouble(host, FILM.replace("SUFFIX", "'.gif'"))
    assert "moments" in trouble(host, "lib.host.training('mnist-mlp', { seeds: [1] })")
    host.context.set_offline(True)
    assert "cannot be reached" in trouble(host, f"lib.host.file('{NAME}', 'critic')")
    host.context.set_offline(False)
    assert host.evaluate(f"lib.host.file('{NAME}', 'critic').then((file) => file.byteLength)") > 0  # a later try


def test_a_page_that_closes_gives_its_place_back(
    host: Page, films: FilmRoutes, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    release = threading.Event()

    def slow(*given: Any) -> bytes:
        begun.append(1)
        release.wait(20)
        return b"film"

    monkeypatch.setattr(encoding, "film", slow)
    code = FILM.replace("SUFFIX", "'.gif'")
    host.evaluate(f"() => {{ for (let i = 0; i < 5; i++) {code}.catch(() => 0); }}")
    deadline = time.monotonic() + 10
    while (films.jobs.pending < 5 or len(begun) < 2) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (films.jobs.pending, len(begun)) == (5, 2)
    host.close()
    while films.jobs.pending > 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    release.set()
    while films.jobs.pending and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (films.jobs.pending, films.held, len(begun)) == (0, 0, 2)


def test_a_static_site_has_no_host(page: Page) -> None:
    site = "globalThis.atelierSite = { first: 'a', models: [{ name: 'a' }], files: {} };"
    with_host(page, SITE, SITE, site)
    names = ("static", "first", "render", "encode", "training")
    found = page.evaluate(f"[{', '.join(f'lib.host.{name}' for name in names)}]")
    assert found == [True, "a", None, None, None]
    assert page.evaluate("lib.host.models()") == [{"name": "a"}]
    assert "not in this folder" in trouble(page, "lib.host.file('a', 'reference')")
