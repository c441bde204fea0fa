"""An empty page with some of the browser half's modules and files of models, without the app: ready in a moment."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Page, Route

from gan.ui.shell.assets import BROWSER

SITE = "http://atelier.test/"
GROUND = Path(__file__).with_name("js_ground.js")
ENGINE = ("core/draws", "core/latents", "core/painting", "page/engine", "page/pictures")

# In the place of page/host.js: models come from the files that the test serves.
HOST = """
export const host = {
  static: true, render: null, worker: new URL("../engine/worker.js", import.meta.url).href,
  file: async (name, part) => {
    const answer = await fetch(`/file?name=${encodeURIComponent(name)}&part=${part}`);
    if (!answer.ok) throw new Error(`there is no ${part} of ${name}`);
    return answer.arrayBuffer();
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
    page.add_script_tag(path=GROUND)
    page.evaluate("(paths) => load(paths).then(() => {})", [f"{at}browser/{name}.js" for name in modules])


def open_page(
    page: Page, files: Mapping[tuple[str, str], bytes], query: str = "", modules: Sequence[str] = ENGINE
) -> Page:
    """The page with these modules, whose host gives out `files` by (name, part)."""

    def answer(route: Route) -> None:
        url = urlparse(route.request.url)
        asked = {key: values[0] for key, values in parse_qs(url.query).items()}
        if url.path.startswith("/browser/"):
            serve_module(route, url.path.removeprefix("/browser/"), {"page/host.js": HOST})
        elif url.path == "/file":
            content = files.get((asked["name"], asked["part"]))
            route.fulfill(status=404 if content is None else 200, body=content or b"")
        else:
            route.fulfill(content_type="text/html", body="<!doctype html><title>empty</title>")

    page.route(f"{SITE}**", answer)
    page.goto(f"{SITE}{query}")
    load(page, modules)
    return page
