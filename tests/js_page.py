"""An empty page with some of the app's plain JavaScript and files of models, without the app: ready in a moment."""

import base64
import struct
from collections.abc import Mapping, Sequence
from functools import cache
from urllib.parse import parse_qs, urlparse

import numpy as np
import torch
from playwright.sync_api import Page, Route
from torch import Tensor

from gan.explore import portable
from gan.models.model import Model
from gan.ui.shell.theme import BROWSER, engine_source

SITE = "http://atelier.test/"
ENGINE = ("page/wire", "core/safetensors", "core/latents", "engine/client", "core/painting")

# Numbers cross from the page as base64 of float32, and `models` come from the files that the test serves.
GROUND = """
window.atelier = {};
window.numbers = (values) => {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
};
window.back = (text) => new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
window.asked = [];
"""
HOST = """
{
  const shared = new Map();
  const fetched = async (name, part) => {
    asked.push(`${part} ${name}`);
    const answer = await fetch(`file?name=${encodeURIComponent(name)}&part=${part}`);
    if (answer.ok) return answer.arrayBuffer();
    shared.delete(`${part} ${name}`);
    throw new Error(`there is no ${part} of ${name}`);
  };
  atelier.host = {
    static: true, render: null,
    models: async () => (await fetch("models")).json(),
    file: (name, part) => {
      const key = `${part} ${name}`;
      if (!shared.has(key)) shared.set(key, fetched(name, part));
      return shared.get(key);
    },
  };
}
"""


@cache
def source() -> str:
    return engine_source()


def script(name: str) -> str:
    """The text of one file in `browser/`, and behind the wire what the engine's workers are made of."""
    text = (BROWSER / f"{name}.js").read_text("utf-8")
    return f"{text}\natelier.engineSource = {source()};" if name == "page/wire" else text


def files_of(model: Model) -> dict[tuple[str, str], bytes]:
    """A model's files for the browser by (name, part); its reference pictures are left out."""
    critic = portable.critic(model)
    files = {(model.name, "generator"): portable.generator(model)}
    return files | ({(model.name, "critic"): critic} if critic else {})


def open_page(
    page: Page, files: Mapping[tuple[str, str], bytes], query: str = "", scripts: Sequence[str] = ENGINE,
) -> Page:  # fmt: skip
    """The page with these scripts, whose host gives out `files` by (name, part)."""
    names = sorted({name for name, _ in files})

    def answer(route: Route) -> None:
        url = urlparse(route.request.url)
        asked = {key: values[0] for key, values in parse_qs(url.query).items()}
        if url.path == "/file":
            content = files.get((asked["name"], asked["part"]))
            route.fulfill(status=404 if content is None else 200, body=content or b"")
        elif url.path == "/models":
            route.fulfill(json=[{"name": name, "reference": (name, "reference") in files} for name in names])
        else:
            route.fulfill(content_type="text/html", body="<!doctype html><title>empty</title>")

    page.route(f"{SITE}**", answer)
    page.goto(f"{SITE}{query}")
    for text in (GROUND, *map(script, scripts), HOST):
        page.add_script_tag(content=text)
    return page


def tensor(text: str) -> Tensor:
    """The numbers of `numbers(...)` in the page."""
    return torch.from_numpy(np.frombuffer(base64.b64decode(text), np.float32).copy())


def text(values: Tensor) -> str:
    """What `back(...)` in the page makes numbers of again."""
    flat = values.detach().flatten().tolist()
    return base64.b64encode(struct.pack(f"<{len(flat)}f", *flat)).decode()
