"""What Chromium makes of a film without a server: a zip of frames, a contact sheet, and the film as it plays."""

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import av
import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Browser, Page

from gan.explore.render import film_latents, pictures
from gan.media.films import film, settings_of
from gan.models.checkpoint import load_model
from gan.models.model import Model
from js_core import files_of
from js_film import MODULES, SEEDS, found, know, made, near, spec
from js_page import open_page

DIGITS = "digits-mlp"


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(DIGITS)


@pytest.fixture(scope="module")
def desk(chromium: Browser, model: Model) -> Iterator[Page]:
    """An empty page with what films are made of."""
    page = open_page(chromium.new_page(), files_of(model), modules=(*MODULES, "interpolate/encode"))
    know(page, {model.name: model})
    yield page
    page.close()


def alone(page: Page, what: str, given: dict[str, Any]) -> bytes:
    """A file that the page makes without a server."""
    made(page, given)
    text = page.evaluate(
        """async ([what, sha256]) => {
          const blob = await lib[what](reel, lib.filmSettings(reel.film, sha256), () => {});
          return base64(new Uint8Array(await blob.arrayBuffer()));
        }""",
        [what, "f" * 64],
    )
    return base64.b64decode(text)


def test_a_browser_alone_makes_what_the_host_makes(desk: Page, model: Model) -> None:
    given = spec(DIGITS, frames=3, turn="ping-pong")
    frames = torch.from_numpy(made(desk, given)["frames"].copy())
    near(frames.numpy(), pictures(model, film_latents(SEEDS, model.G.z_dim, 3, "slerp", "ping-pong")))
    settings = desk.evaluate("() => lib.filmSettings(reel.film, 'f'.repeat(64))")
    assert settings["film"]["keys"] == given["keys"]
    content = alone(desk, "zipOfFrames", given)
    with zipfile.ZipFile(io.BytesIO(content)) as folder, zipfile.ZipFile(io.BytesIO(film(frames, ".zip", 24))) as host:
        assert folder.testzip() is None
        assert folder.namelist() == host.namelist()
        assert all(info.file_size == info.compress_size == len(folder.read(info)) for info in folder.infolist())
        assert json.loads(folder.read("film.json")) == settings
        for name, frame in zip(folder.namelist()[1:], frames, strict=True):
            picture = np.asarray(Image.open(io.BytesIO(folder.read(name))).convert("RGB"))
            assert (picture == frame.numpy()).all()
    sheet = alone(desk, "contactSheet", given)
    wanted = Image.open(io.BytesIO(film(frames, ".png", 24))).convert("RGB")
    assert (np.asarray(Image.open(io.BytesIO(sheet)).convert("RGB")) == np.asarray(wanted)).all()
    for one in (content, sheet):
        assert found(desk, one) == settings == settings_of(one)


def test_a_browser_alone_records_the_film(desk: Page) -> None:
    given = spec(DIGITS, frames=4, fps=20)
    content = alone(desk, "recordedFilm", given)
    told = found(desk, content)
    assert told["film"]["keys"] == given["keys"]
    if content[4:8] == b"ftyp":  # an MP4: its index comes first, so that it plays while it loads
        assert content.index(b"moov") < min(content.index(b"mdat"), content.find(b"moof") % len(content))
    with av.open(io.BytesIO(content)) as container:
        shown = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    assert len(shown) >= 6
    assert {frame.shape for frame in shown} == {(448, 448)}
    # Each of its frames is one of the film's, through a codec.
    frames = made(desk, given)["frames"][..., 0]
    for frame in shown:
        small = frame.reshape(8, 56, 8, 56).mean((1, 3))
        assert min(np.abs(small - one).mean() for one in frames) < 8
