"""The shape of the browser half: imports run one way and name what is there, files stay small, risks have one place."""

import re
from pathlib import Path

import pytest

from each import each
from gan.ui.shell.assets import BROWSER, imported, modules
from old_browsers import ASKING, LACKING, OLDEST, used
from test_architecture import circle

# The floors, the ground first; a module imports from floors below its own, and from its own folder.
ROOMS = ("explore", "interpolate", "yours", "live")
FLOORS = (("core",), ("engine",), ("page",), ("media",), ROOMS, ("learn",), ("site",))
RANKS = {folder: rank for rank, floor in enumerate(FLOORS) for folder in floor}
TEXTS = modules()
FILES = sorted(BROWSER.rglob("*.js"))
FIRST_SCRIPTS = ("page/first.js", "site/first.js")  # what runs before all modules, and so imports nothing
MAY_KEEP = ("page/storage.js", *FIRST_SCRIPTS)

by_module = each("path", TEXTS)
by_file = each("file", FILES, lambda file: file.relative_to(BROWSER).as_posix())

STATEMENT = re.compile(r'^import (?:\{([^}]*)\} from )?"([^"]+)";$', re.MULTILINE)
DECLARED = re.compile(r"^export (?:async )?(?:function\*?|class) (\w+)", re.MULTILINE)
ASSIGNED = re.compile(r"^export (?:const|let) (.*)$", re.MULTILINE)
NESTED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
# Whatever makes markup, or code, of a text: a name that a stranger chose must not get there.
MARKUP = re.compile(
    r"""\b(?:innerHTML|outerHTML|insertAdjacentHTML|setHTML\w*|parseHTML\w*|document\.write(?:ln)?|srcdoc|DOMParser"""
    r"""|createContextualFragment|eval|new Function)\b|javascript:|\bset(?:Timeout|Interval)\(["'`]"""
)
MAY_MAKE_MARKUP: tuple[str, ...] = ()  # files, each with a reason; there is none
KEEPING = re.compile(r"""(?<!["'])\b(?:localStorage|sessionStorage|document\.cookie)\b""")


def folder(path: str) -> str:
    """The folder of a module in `browser/`."""
    return path.partition("/")[0]


def exports(text: str) -> set[str]:
    """What a module exports by name."""
    names = set(DECLARED.findall(text))
    for found in ASSIGNED.findall(text):
        bare = found
        while bare != (bare := NESTED.sub("", bare)):
            pass
        names |= set(re.findall(r"(?:^|, )(\w+) =(?!>)", bare))
    return names


def named_imports(path: str, text: str) -> list[tuple[str, str]]:
    """(module, name) of each name that a module imports; names are those that the other module exports."""
    lists = [names for names, _ in STATEMENT.findall(text)]
    pairs = zip(imported(path, text), lists, strict=True)
    return [(other, name.split()[0]) for other, names in pairs for name in names.split(",") if name.strip()]


def code(text: str) -> str:
    """A text without the lines that are comments alone."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(("//", "/*", "*")))


def goes_up(own: str, other: str) -> bool:
    """Whether a folder may not import from another: it stands above, or beside."""
    return own != other and RANKS[other] >= RANKS[own]


# ---- order ------------------------------------------------------------------------------------------------------


def test_every_folder_has_its_place() -> None:
    assert {path.name for path in BROWSER.iterdir() if path.is_dir()} == set(RANKS)
    assert {folder(path) for path in TEXTS} == set(RANKS)


@by_module
def test_no_import_goes_up_or_from_tab_to_tab(path: str) -> None:
    assert [other for other in imported(path, TEXTS[path]) if goes_up(folder(path), folder(other))] == []


@pytest.mark.parametrize(
    ("own", "other", "up"),
    [
        ("page", "core", False), ("core", "core", False), ("core", "page", True), ("explore", "live", True),
        ("site", "live", False), ("page", "site", True), ("learn", "live", False), ("live", "learn", True),
    ],
)  # fmt: skip
def test_what_goes_up(own: str, other: str, up: bool) -> None:
    assert goes_up(own, other) is up


def test_no_circle_among_files() -> None:
    assert circle({path: set(imported(path, text)) for path, text in TEXTS.items()}) == set()


def test_no_circle_among_folders() -> None:
    uses: dict[str, set[str]] = {name: set() for name in RANKS}
    for path, text in TEXTS.items():
        uses[folder(path)] |= {folder(other) for other in imported(path, text)} - {folder(path)}
    assert circle(uses) == set()


# ---- names ------------------------------------------------------------------------------------------------------


@by_module
def test_imports_have_one_form(path: str) -> None:
    """`import { names } from "./path.js";`, so that what is read here is all that a browser loads at once."""
    text = code(TEXTS[path])
    assert len(re.findall(r"^\s*import\b(?!\()", text, re.MULTILINE)) == len(imported(path, TEXTS[path]))
    assert not re.search(r"\bimport\(|\bimportScripts\(|^export (?:default\b|\*|\{)", text, re.MULTILINE)


@by_module
def test_what_is_imported_is_there(path: str) -> None:
    text = TEXTS[path]
    assert [other for other in imported(path, text) if other not in TEXTS] == []
    assert [(other, name) for other, name in named_imports(path, text) if name not in exports(TEXTS[other])] == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("export async function load(a, b = 1) {\n  const inner = 2;\n}", {"load"}),
        ("export const LEAST = 2, MOST = [1, 2];", {"LEAST", "MOST"}),
        ("export const name = (tab, model = tab.model, { a = 1 } = {}) => model;", {"name"}),
        ("export class Zip {}\nconst own = 1;\nexport let host = null;", {"Zip", "host"}),
        ("  export const indented = 1;", set()),
    ],
)
def test_what_a_module_exports(text: str, names: set[str]) -> None:
    assert exports(text) == names


def test_names_of_imports() -> None:
    text = 'import { a, b as c } from "./x.js";\nimport {\n  d,\n  e,\n} from "../core/y.js";\n'
    assert named_imports("page/z.js", text) == [
        ("page/x.js", "a"), ("page/x.js", "b"), ("core/y.js", "d"), ("core/y.js", "e"),
    ]  # fmt: skip


@pytest.mark.parametrize("path", FIRST_SCRIPTS)
def test_first_scripts_stand_alone(path: str) -> None:
    assert not re.search(r"^\s*(?:import|export)\b", (BROWSER / path).read_text("utf-8"), re.MULTILINE)


# ---- size and risks ---------------------------------------------------------------------------------------------


@by_file
def test_files_and_lines_are_short(file: Path) -> None:
    lines = file.read_text("utf-8").splitlines()
    assert len(lines) <= 400
    assert [number for number, line in enumerate(lines, 1) if len(line) > 120] == []


@by_file
def test_no_text_becomes_markup(file: Path) -> None:
    if file.relative_to(BROWSER).as_posix() not in MAY_MAKE_MARKUP:
        assert MARKUP.findall(code(file.read_text("utf-8"))) == []


@by_file
def test_what_a_browser_may_refuse_to_keep_has_one_place(file: Path) -> None:
    if file.relative_to(BROWSER).as_posix() not in MAY_KEEP:
        assert KEEPING.findall(code(file.read_text("utf-8"))) == []


def test_nothing_is_used_that_the_oldest_browsers_lack() -> None:
    found = {(path, name) for path, text in TEXTS.items() for name in used(code(text))}
    assert found == ASKING


@pytest.mark.parametrize("name", LACKING)
def test_what_is_lacking_is_too_new_for_one_of_the_oldest(name: str) -> None:
    first = dict(one.split() for one in LACKING[name].split(", "))
    assert first.keys() == OLDEST.keys()
    numbers = {browser: [int(part) for part in version.split(".")] for browser, version in first.items()}
    oldest = {browser: [int(part) for part in version.split(".")] for browser, version in OLDEST.items()}
    assert any(numbers[browser] > oldest[browser] or numbers[browser] == [0] for browser in OLDEST)


def test_uses_would_be_seen() -> None:
    text = 'make("div", { popover: "auto" }); box.ariaLabel; new OffscreenCanvas(1, 1); event.getCoalescedEvents?.()'
    assert used(text) == {
        "HTMLElement.prototype.popover", "Element.prototype.ariaLabel", "window.OffscreenCanvas",
        "PointerEvent.prototype.getCoalescedEvents",
    }  # fmt: skip
    assert used("Promise.withResolvers(); URL.parse(a)") == {"Promise.withResolvers", "URL.parse"}
    assert used('import { openBy } from "../page/popovers.js"; JSON.parse(text);') == set()


def test_risks_would_be_seen() -> None:
    assert MARKUP.findall("box.innerHTML = text; document.write(text);") == ["innerHTML", "document.write"]
    assert MARKUP.findall("new DOMParser(); box.setHTMLUnsafe(a); frame.srcdoc = b; eval(c); setTimeout('d');") == [
        "DOMParser", "setHTMLUnsafe", "srcdoc", "eval", "setTimeout('",
    ]  # fmt: skip
    assert KEEPING.findall("localStorage.getItem(a); window.sessionStorage; document.cookie = b;") == [
        "localStorage", "sessionStorage", "document.cookie",
    ]  # fmt: skip
    assert KEEPING.findall('keptText(KEY, "sessionStorage")') == []
    assert code("// localStorage\n/** innerHTML\n * innerHTML\n */\na * b;") == "a * b;"
