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

from gan.ui.shell.bundles import bundle, in_order
from gan.ui.shell.frame import CURTAIN, UNFILLED

BROWSER = Path(__file__).parent.parent / "browser"
FIRST = "first.js"  # scripts of this name are no modules: they stand in the head of a page
STYLES = (
    "page/controls", "media/words", "media/sounds", "media/scores", "media/clips", "media/graphs", "explore/explore",
    "interpolate/interpolate", "live/live", "learn/learn", "learn/class", "yours/yours", "page/shell",
)  # fmt: skip
SHEET = "style.css"
WORKER = "engine/worker.js"  # runs by itself, so it comes with all that it imports
# A bundle has the name of its tab's first module, one folder deep, so that addresses relative to a module hold. That of
# Explore has what the first picture needs, and all that the tabs share with it.
EARLY = "explore/index.js"
# Module -> what is asked of it by name.
STARTS = {"explore/arrival.js": ("arriveEarly",), "explore/index.js": ("mount",), "page/shell.js": ("start",)}
KINDS = {
    ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".json": "application/json; charset=utf-8",
}  # fmt: skip
FOLDER = "atelier"  # of their addresses
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


def style_sheet(*names: str, frame: str = FRAME) -> str:
    """Some of STYLES as one sheet, all of them by default, without comments and with every selector in a frame."""
    text = "\n".join((BROWSER / f"{name}.css").read_text("utf-8") for name in names or STYLES)
    rules = RULE.sub(lambda rule: f"\n{all_inside(rule[1], frame)} {{{rule[2]}}}", COMMENT.sub("", text))
    return re.sub(r"\n\s*\n+", "\n", rules)


def all_inside(selectors: str, frame: str) -> str:
    """A rule's selectors, each inside a frame; those of what lies around it stay as they are."""
    return ", ".join(inside(selector, frame) for selector in SELECTOR.findall(selectors.strip()))


def inside(selector: str, frame: str) -> str:
    """One selector inside a frame."""
    selector = selector.strip()
    dark, _, rest = selector.partition(" ") if selector.startswith(".dark") else ("", "", selector)
    if not rest or rest.startswith(OUTSIDE):
        return selector
    return f"{dark} {frame} {rest}".lstrip()


# ---- bundles -----------------------------------------------------------------------------------------------------


def bundle_of(tab: str) -> str:
    """Where a tab's modules and words are."""
    return f"{tab}/index.js"


def bundles(words: Mapping[str, Words]) -> dict[str, str]:
    """Path -> text of all scripts of the app's page: what is early, the other tabs, the worker."""
    texts = {path: text for path, text in modules().items() if not path.startswith("site/")}
    texts |= {f"words/{tab}.js": words_module(table) for tab, table in words.items()}
    starts = {
        tab: {f"{tab}/index.js": ("mount",), f"words/{tab}.js": ("WORDS",)}
        for tab in words if tab != "explore" and f"{tab}/index.js" in texts
    }  # fmt: skip
    first = STARTS | ({"words/explore.js": ("WORDS",)} if "explore" in words else {})
    known = in_order(texts, first)
    found = {EARLY: bundle(texts, first), WORKER: bundle(texts, {WORKER: ()})}
    return found | {bundle_of(tab): bundle(texts, own, f"../{EARLY}", known) for tab, own in starts.items()}


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
        texts = bundles(words) | {SHEET: style_sheet(), **more}
        self.files = {path: Asset.of(path, text) for path, text in texts.items()}
        self.hash = hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:16]
        self.base = f"{FOLDER}/{self.hash}"  # relative to the page, which may lie below a path of its own

    def take(self, newer: "Assets") -> None:
        """Be those of a page that was built anew, for who goes on serving."""
        self.files, self.hash, self.base = newer.files, newer.hash, newer.base

    def route(self) -> Route:
        """Answers with any of the files, and with nothing else."""
        return Route(f"/{FOLDER}/{{hash}}/{{path:path}}", self.answer)

    async def answer(self, request: Request) -> Response:
        """One file."""
        asset = self.files.get(request.path_params["path"])
        if asset is None or request.path_params["hash"] != self.hash:
            return Response(status_code=404)
        headers = {"Cache-Control": FOR_GOOD, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.zipped, media_type=asset.kind, headers=headers | {"Content-Encoding": "gzip"})
        return Response(asset.content, media_type=asset.kind, headers=headers)

    # ---- what pages say of them ---------------------------------------------------------------------------------

    def head(self) -> str:
        """Tags for the head of the page: its style, the first tab's modules ahead of time, the first picture begun."""
        early = f'import {{ modules }} from "./{self.base}/{EARLY}"; modules["explore/arrival.js"].arriveEarly();'
        return "".join((
            '<link rel="icon" href="favicon.ico">',  # else a browser asks for the one at the root, above a path of ours
            f'<link rel="stylesheet" href="{self.base}/{SHEET}">',
            *(f'<link rel="modulepreload" href="{self.base}/{path}">' for path in (EARLY, WORKER)),
            f'<script type="module">{early}</script>',
        ))  # fmt: skip

    def start(self) -> str:
        """The script that puts the page's switches to work, once gradio has laid the page out."""
        script = f'import {{ modules }} from "./{self.base}/{EARLY}"; modules["page/shell.js"].start();'
        return f'<script type="module">{script}</script>'

    def mounting(self, tab: str) -> str:
        """What a tab's component runs: `element` and `props` are gradio's."""
        return (
            f'import(new URL("{self.base}/{bundle_of(tab)}", document.baseURI).href)\n'
            "  .then(({ modules }) => {\n"
            f'    const words = modules["words/{tab}.js"].WORDS;\n'
            f'    modules["{tab}/index.js"].mount(element, {{ words, schema: props.schema }});\n'
            "  })\n"
            "  .catch((error) => {\n"
            "    console.error(error);\n"
            f'    document.getElementById("{CURTAIN}")?.remove();\n'
            f'    element.querySelector(".{UNFILLED}").hidden = false;\n'
            "  });"
        )
