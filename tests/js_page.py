"""An empty page with some of the browser half's modules and files of models, without the app: ready in a moment."""

import base64
import struct
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlparse

import numpy as np
import torch
from playwright.sync_api import Page, Route
from torch import Tensor

from gan.explore import portable
from gan.models.model import Model
from gan.ui.shell.assets import BROWSER

SITE = "http://atelier.test/"
ENGINE = ("core/draws", "core/latents", "core/painting", "page/engine", "page/pictures")

# Numbers cross from the page as base64 of float32. `lib` holds what the asked modules export.
GROUND = """
window.numbers = (values) => {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
};
window.back = (text) => new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
window.asked = [];
window.lib = {};
window.load = async (paths) => Object.assign(lib, ...await Promise.all(paths.map((path) => import(path))));
"""
# In the place of page/host.js: models come from the files that the test serves.
HOST = """
const shared = new Map();
const fetched = async (name, part) => {
  window.asked.push(`${part} ${name}`);
  const answer = await fetch(`/file?name=${encodeURIComponent(name)}&part=${part}`);
  if (answer.ok) return answer.arrayBuffer();
  shared.delete(`${part} ${name}`);
  throw new Error(`there is no ${part} of ${name}`);
};
export const host = {
  static: true, render: null, worker: new URL("../engine/worker.js", import.meta.url).href,
  models: async () => (await fetch("/models")).json(),
  file: (name, part) => {
    const key = `${part} ${name}`;
    if (!shared.has(key)) shared.set(key, fetched(name, part));
    return shared.get(key);
  },
};
"""


def serve_module(route: Route, path: str, replaced: Mapping[str, str]) -> None:
    """Answer with a file of `browser/`, or with what stands in its place."""
    found = BROWSER / path
    text = replaced.get(path) or (found.read_text("utf-8") if found.is_file() else None)
    route.fulfill(status=404 if text is None else 200, content_type="text/javascript", body=text or "")


def load(page: Page, modules: Sequence[str], at: str = SITE) -> None:
    """What modules export, by name, as `lib` of a page that serves them below /browser/."""
    page.add_script_tag(content=GROUND)
    page.evaluate("(paths) => load(paths).then(() => {})", [f"{at}browser/{name}.js" for name in modules])


def files_of(model: Model) -> dict[tuple[str, str], bytes]:
    """A model's files for the browser by (name, part); its reference pictures are left out."""
    critic = portable.critic(model)
    files = {(model.name, "generator"): portable.generator(model)}
    return files | ({(model.name, "critic"): critic} if critic else {})


def open_page(
    page: Page, files: Mapping[tuple[str, str], bytes], query: str = "", modules: Sequence[str] = ENGINE,
    host: str = HOST,
) -> Page:  # fmt: skip
    """The page with these modules, whose host gives out `files` by (name, part)."""
    names = sorted({name for name, _ in files})

    def answer(route: Route) -> None:
        url = urlparse(route.request.url)
        asked = {key: values[0] for key, values in parse_qs(url.query).items()}
        if url.path.startswith("/browser/"):
            serve_module(route, url.path.removeprefix("/browser/"), {"page/host.js": host})
        elif url.path == "/file":
            content = files.get((asked["name"], asked["part"]))
            route.fulfill(status=404 if content is None else 200, body=content or b"")
        elif url.path == "/models":
            route.fulfill(json=[{"name": name, "reference": (name, "reference") in files} for name in names])
        else:
            route.fulfill(content_type="text/html", body="<!doctype html><title>empty</title>")

    page.route(f"{SITE}**", answer)
    page.goto(f"{SITE}{query}")
    load(page, modules)
    return page


def tensor(text: str) -> Tensor:
    """The numbers of `numbers(...)` in the page."""
    return torch.from_numpy(np.frombuffer(base64.b64decode(text), np.float32).copy())


def text(values: Tensor) -> str:
    """What `back(...)` in the page makes numbers of again."""
    flat = values.detach().flatten().tolist()
    return base64.b64encode(struct.pack(f"<{len(flat)}f", *flat)).decode()
