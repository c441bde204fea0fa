"""The browser half as files: its ES modules, one style sheet and the words of each tab.

A page asks for them below a path that holds their hash, so a browser keeps them for good and never mixes two versions.
"""

import gzip
import hashlib
import json
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gan.ui.shell.frame import UNFILLED

BROWSER = Path(__file__).parent.parent / "browser"
FIRST = "first.js"  # scripts of this name are no modules: they stand in the head of a page
STYLES = (
    "page/controls", "explore/explore", "interpolate/interpolate", "live/live", "learn/learn", "learn/class",
    "page/shell",
)  # fmt: skip
SHEET = "style.css"
EARLY = ("explore/arrival.js", "engine/worker.js", "explore/index.js", "words/explore.js")
KINDS = {
    ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".json": "application/json; charset=utf-8",
}  # fmt: skip
FOR_GOOD = "public, max-age=31536000, immutable"

# Gradio puts its own version of this before every selector of an app, so its rules never outweigh ours.
FRAME = ".gradio-container.gradio-container .contain"
OUTSIDE = (":root", "html", "body", ".gradio-container")  # what selectors of things around the frame begin with
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
SELECTOR = re.compile(r"(?:[^,(]|\((?:[^()]|\([^()]*\))*\))+")  # up to the next comma that is in no parentheses

Words = Mapping[str, Mapping[str, str]]  # by language, then by key


def modules() -> dict[str, str]:
    """Path -> text of every ES module, the page's own and the static site's."""
    paths = (path for path in sorted(BROWSER.rglob("*.js")) if path.name != FIRST)
    return {path.relative_to(BROWSER).as_posix(): path.read_text("utf-8") for path in paths}


IMPORT = re.compile(r'^(?:import|export)\b[^;]*?\bfrom "(\.[^"]+)";$', re.MULTILINE)


def imported(path: str, text: str) -> list[str]:
    """The modules that one imports, by their paths in `browser/`."""
    return [posixpath.normpath(posixpath.join(posixpath.dirname(path), name)) for name in IMPORT.findall(text)]


def with_imports(path: str, text: str, named: Callable[[str], str]) -> str:
    """A module whose imports have other names; `named` gives that of a path in `browser/`."""
    names = iter(imported(path, text))
    return IMPORT.sub(lambda found: found[0].replace(f'"{found[1]}"', f'"{named(next(names))}"'), text)


def reached(texts: Mapping[str, str], *starts: str) -> list[str]:
    """Some modules and all that they import, in the order in which a browser would meet them."""
    found = dict.fromkeys(starts)
    waiting = list(starts)
    while waiting:
        path = waiting.pop(0)
        new = [name for name in imported(path, texts[path]) if name not in found]
        found |= dict.fromkeys(new)
        waiting += new
    return list(found)


def first_script(part: str) -> str:
    """The script that runs before all others: of the app ("page") or of a static site ("site")."""
    return (BROWSER / part / FIRST).read_text("utf-8")


def words_module(words: Words) -> str:
    """A module that holds a tab's words."""
    return f"export const WORDS = {json.dumps(words, ensure_ascii=False)};\n"


# ---- styles -----------------------------------------------------------------------------------------------------


def style_sheet(*names: str) -> str:
    """Some of STYLES as one sheet, all of them by default, without comments and with every selector in its frame."""
    text = "\n".join((BROWSER / f"{name}.css").read_text("utf-8") for name in names or STYLES)
    rules = RULE.sub(lambda rule: f"\n{framed(rule[1])} {{{rule[2]}}}", COMMENT.sub("", text))
    return re.sub(r"\n\s*\n+", "\n", rules)


def framed(selectors: str) -> str:
    """A rule's selectors, each inside FRAME; those of what lies around it stay as they are."""
    return ", ".join(map(inside, SELECTOR.findall(selectors.strip())))


def inside(selector: str) -> str:
    """One selector inside FRAME."""
    selector = selector.strip()
    dark, _, rest = selector.partition(" ") if selector.startswith(".dark") else ("", "", selector)
    if not rest or rest.startswith(OUTSIDE):
        return selector
    return f"{dark} {FRAME} {rest}".lstrip()


# ---- serving ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asset:
    """One file as it is sent: what it is, as it is and compressed."""

    kind: str
    content: bytes
    zipped: bytes

    @classmethod
    def of(cls, path: str, text: str) -> "Asset":
        """The file of a text, compressed once."""
        content = text.encode()
        return cls(KINDS[Path(path).suffix], content, gzip.compress(content, 9, mtime=0))


class Assets:
    """All files of the app's page.

    Args:
        words: of each tab.
        more: text of further files, by their paths.
    """

    def __init__(self, words: Mapping[str, Words], more: Mapping[str, str] = MappingProxyType({})) -> None:
        texts = {path: text for path, text in modules().items() if not path.startswith("site/")}
        texts |= {f"words/{tab}.js": words_module(table) for tab, table in words.items()}
        texts |= {SHEET: style_sheet(), **more}
        self.early = reached(texts, *EARLY)
        self.files = {path: Asset.of(path, text) for path, text in texts.items()}
        self.hash = hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:16]
        self.base = f"atelier/{self.hash}"  # relative to the page, which may lie below a path of its own

    def route(self) -> Route:
        """Answers with any of the files, and with nothing else."""
        return Route(f"/{self.base}/{{path:path}}", self.answer)

    async def answer(self, request: Request) -> Response:
        """One file."""
        asset = self.files.get(request.path_params["path"])
        if asset is None:
            return Response(status_code=404)
        headers = {"Cache-Control": FOR_GOOD, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.zipped, media_type=asset.kind, headers=headers | {"Content-Encoding": "gzip"})
        return Response(asset.content, media_type=asset.kind, headers=headers)

    # ---- what pages say of them ---------------------------------------------------------------------------------

    def head(self) -> str:
        """Tags for the head of the page: its style, the first tab's modules ahead of time, the first picture begun."""
        early = f'import {{ arriveEarly }} from "./{self.base}/explore/arrival.js"; arriveEarly();'
        return "".join((
            '<link rel="icon" href="favicon.ico">',  # else a browser asks for the one at the root, above a path of ours
            f'<link rel="stylesheet" href="{self.base}/{SHEET}">',
            *(f'<link rel="modulepreload" href="{self.base}/{path}">' for path in self.early),
            f'<script type="module">{early}</script>',
        ))  # fmt: skip

    def start(self) -> str:
        """The script that puts the page's switches to work, once gradio has laid the page out."""
        return f'<script type="module">import {{ start }} from "./{self.base}/page/shell.js"; start();</script>'

    def mounting(self, tab: str) -> str:
        """What a tab's component runs: `element` and `props` are gradio's."""
        return (
            f'const at = (path) => new URL("{self.base}/" + path, document.baseURI).href;\n'
            f'Promise.all([import(at("{tab}/index.js")), import(at("words/{tab}.js"))])\n'
            "  .then(([tab, { WORDS: words }]) => tab.mount(element, { words, schema: props.schema }))\n"
            f'  .catch((error) => {{ console.error(error); element.querySelector(".{UNFILLED}").hidden = false; }});'
        )
