"""The picture that comes with the page: small, the right one, and nothing around it that the page does not use."""

import base64
import gzip
import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from core_fixtures import tiny_model
from gan.explore.views import View, from_query, picture
from gan.models.checkpoint import load_model, save_model, shipped
from gan.models.model import Model
from gan.ui import app
from gan.ui.explore.first_picture import MOST, SHOWN_AS, FirstPicture, data_address, drawn, first_picture, opening_view
from gan.ui.explore.routes import ExploreRoutes
from gan.ui.shell.catalogue import SHOWN_FIRST, ModelCatalogue, build_catalogue
from gan.ui.shell.curtain import used
from gan.ui.shell.first_script import FirstScript

MEAN, WORST = 2.5, 24  # grey levels by which a picture that does not fit as it is may differ


def shown(address: str) -> np.ndarray:
    """The pixels of a picture's address."""
    return np.array(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("RGB"), np.int16)


def core(model: Model, view: View) -> np.ndarray:
    """What the engine draws, [H, W, 3]."""
    made = model.medium.preview(picture(model, view), model.traits)[0]
    return made.expand(*made.shape[:2], 3).numpy().astype(np.int16)


@pytest.mark.parametrize("name", shipped())
def test_the_first_picture_is_what_the_engine_draws(name: str) -> None:
    model = load_model(name)
    address = data_address(drawn(model))
    assert address is not None and len(address) <= MOST
    view = opening_view(name, model.psi)
    away = np.abs(shown(address) - core(model, view))
    if model.medium.sized and model.shape[0] == 1:
        assert away.max() == 0
    elif model.medium.sized:
        assert away.mean() < MEAN and away.max() < WORST
    else:  # thin lines and grain suffer most from being so short
        assert away.mean() < 2 * MEAN


def test_a_picture_that_does_not_fit_leaves_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    assert data_address(Image.fromarray(noise)) is None
    monkeypatch.setattr("gan.ui.explore.first_picture.MOST", 10)
    html = first_picture(tiny_model())
    assert "<img" not in html and "explore-empty" in html


def test_the_page_opens_with_a_model_in_colour() -> None:
    model = load_model(SHOWN_FIRST[0])
    assert model.shape[0] == 3
    assert SHOWN_AS.keys() <= set(shipped())
    assert 0 < model.psi < 1
    view = opening_view(model.name, model.psi)
    assert view == View(model.name, SHOWN_AS[model.name], psi=model.psi)
    assert opening_view("mine") == View("mine")
    assert from_query(view.query(), "") == view


def test_the_picture_follows_its_model(tmp_path: Path) -> None:
    save_model(tiny_model(name="mine"), tmp_path / "mine")
    first = FirstPicture(ModelCatalogue({"mine": tmp_path / "mine.safetensors"}, {}))
    name, html = first()
    assert (name, html) == ("mine", first()[1])
    save_model(tiny_model(9, name="mine"), tmp_path / "mine")  # as a run in progress does
    assert first()[1] != html
    (tmp_path / "mine.safetensors").unlink()
    assert first() == ("", "")
    assert FirstPicture(ModelCatalogue({}, {}))() == ("", "")


def test_the_list_says_what_the_page_opens_with() -> None:
    with TestClient(Starlette(routes=ExploreRoutes(build_catalogue([])).routes())) as client:
        told = client.get("/explore/models").json()
    first = next(entry for entry in told["models"] if entry["name"] == told["first"])
    assert told["opening"] == opening_view(first["name"], load_model(first["name"]).psi).query()


# ---- the page around it


def gradios(_: object) -> HTMLResponse:
    links = '<link rel="stylesheet" href="a.css"><link rel="manifest" href="/manifest.json">'
    return HTMLResponse(f'<html><head><title>x</title>{links}</head><body class="b"><p>it')


@pytest.fixture(scope="module")
def page() -> str:
    first = app.curtains(FirstPicture(build_catalogue([])))
    middleware = [Middleware(FirstScript, assets=app.page_assets(), first=first)]
    with TestClient(Starlette(routes=[Route("/", gradios)], middleware=middleware)) as client:
        plain = client.get("/", headers={"Accept-Encoding": "identity"})
        zipped = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert plain.text == zipped.text
    assert (plain.headers.get("content-encoding"), zipped.headers["content-encoding"]) == (None, "gzip")
    assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"]) == len(plain.content)
    assert plain.headers["vary"] == zipped.headers["vary"] == "Accept-Encoding"
    return plain.text


def test_the_curtain_stands_first_in_the_body(page: str) -> None:
    assert re.search(r'<body class="b"><style>[^<]*</style><div id="atelier-curtain"', page)
    assert page.count('data-testid="explore-first-picture"') == 1
    assert len(gzip.compress(re.search(r"<style>.*</section></div></div>", page, re.DOTALL)[0].encode())) < 7_000  # type: ignore[index]


def test_no_address_of_gradios_leaves_the_path_of_a_proxy(page: str) -> None:
    assert '<link rel="manifest" href="manifest.json">' in page
    assert 'href="/' not in page


def test_no_style_sheet_holds_up_what_is_seen(page: str) -> None:
    links = re.findall(r'<link[^>]*rel="stylesheet"[^>]*>', page)
    assert len(links) == 2
    assert all('media="print" onload="this.media=' in link for link in links)
    assert ["atelier/" in link for link in links] == [True, False]  # ours, then gradio's, as ever


def test_only_rules_that_are_used_come_along() -> None:
    sheet = (
        ".a { x: 1 } .a .b { y: 2 }\n@media (w) {\n.c { z: 3 }\n}\n@media (v) { #d.a { z: 4 } .e { } }\nhtml p { u: 5 }"
    )
    made = used(sheet, '<p id="d" class="a f">')
    assert " ".join(made.split()) == ".a { x: 1 } @media (v) { #d.a { z: 4 } } html p { u: 5 }"


def test_a_name_cannot_leave_its_place() -> None:
    odd = '</script><img src=x onerror="alert(1)">'
    middleware = [Middleware(FirstScript, assets=app.page_assets(), first=lambda: (odd, ""))]
    with TestClient(Starlette(routes=[Route("/", gradios)], middleware=middleware)) as client:
        assert odd not in client.get("/").text
    assert "<img src=x" not in first_picture(tiny_model(name=odd))
