"""The picture that Explore opens with, as the page itself carries it: seen before any script has run."""

import base64
import io
from collections.abc import Hashable, Iterator
from html import escape

import numpy as np
import torch
from PIL import Image

from gan.errors import ModelError
from gan.explore.views import View, picture
from gan.models.model import Model
from gan.ui.shell.catalogue import ModelCatalogue
from gan.ui.words import both, spoken

SHOWN_AS = {"faces-style-64": 46}  # of shipped models: a seed that is worth looking at from every side
MOST = 2_000  # characters of the picture's address
QUALITIES = range(96, 30, -1)  # of lossy WebP, tried in turn where a picture does not fit as it is


def opening_view(name: str, psi: float = View.psi) -> View:
    """What the page shows of its first model, at that model's psi, where a link asks for nothing else."""
    return View(name, SHOWN_AS.get(name, View.seed), psi=psi)


def drawn(model: Model) -> Image.Image:
    """The opening view's picture, as the engine draws it."""
    view = opening_view(model.name, model.psi)
    with torch.inference_mode():
        made = model.medium.preview(picture(model, view), model.traits)[0]
    pixels: np.ndarray = made.numpy()
    return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)


def packings(image: Image.Image) -> Iterator[tuple[str, bytes]]:
    """Ways to write a picture, those that keep every pixel first: (its kind, its bytes)."""

    def written(kind: str, **options: object) -> bytes:
        file = io.BytesIO()
        image.save(file, kind, **options)
        return file.getvalue()

    yield "png", written("PNG", optimize=True)
    yield "webp", written("WEBP", lossless=True, quality=100, method=6)
    for quality in QUALITIES:
        yield "webp", written("WEBP", quality=quality, method=6)


def data_address(image: Image.Image) -> str | None:
    """A picture as an address of at most MOST characters, as near to it as those allow; None: it does not fit."""
    for kind, content in packings(image):
        address = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
        if len(address) <= MOST:
            return address
    return None


def first_picture(model: Model) -> str:
    """The HTML of the picture's frame and caption; where no picture fits, an empty frame of its size."""
    view, image = opening_view(model.name, model.psi), drawn(model)
    address = data_address(image)
    side, size = f'style="--side: {image.width}px"', f'width="{image.width}" height="{image.height}"'
    words = spoken("explore.alt_one" if model.medium.alone else "explore.alt_points", model.medium.name)
    alt = tuple(text.format(model=view.model, seed=view.seed, psi=f"{view.psi:.2f}") for text in words)
    shown = (
        f'<img class="crisp explore-drawn" data-testid="explore-first-picture" src="{address}" {side} {size} '
        f'alt="{escape(alt[0])}" data-zh="{escape(alt[1])}">' if address else ""
    )  # fmt: skip
    return (
        f'<div class="explore-frame"><span class="explore-empty" {side}></span>{shown}'
        '<progress class="explore-fetching" max="1"></progress></div>'
        f"<figcaption>{both('explore.fetching', name=view.model)}</figcaption>"
    )


class FirstPicture:
    """The first picture's HTML of a catalogue's first model, made once for each version of that."""

    def __init__(self, catalogue: ModelCatalogue) -> None:
        self.catalogue = catalogue
        self.made: tuple[Hashable, str, str] | None = None

    def __call__(self) -> tuple[str, str]:
        """(the model's name, the HTML); both empty where there is no model that can be opened."""
        name = next(iter(self.catalogue.names), "")
        try:
            version = self.catalogue.version(name)
            if self.made is None or self.made[0] != version:
                model = self.catalogue.load(name)
                self.made = version, name, first_picture(model)
        except ModelError:
            return "", ""
        return self.made[1:]
