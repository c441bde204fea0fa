"""docs/architecture.md and the other documents name files and functions that are there."""

import importlib
import re
from pathlib import Path

import pytest

from core_fixtures import ROOT

PAGES = [*(ROOT / "docs").glob("*.md"), ROOT / "CONTRIBUTING.md", ROOT / "README.md", ROOT / "README.zh-CN.md"]
ARCHITECTURE = ROOT / "docs" / "architecture.md"
FOLDERS = ("gan", "bench", "tests", "docs")
BY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def words(page: Path) -> str:
    """A page's text in one line, without its blocks of code."""
    return " ".join(re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL).split())


def quoted(text: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", text)


def paths(text: str) -> list[str]:
    """The files and folders of the project that a text names."""
    return [name for name in quoted(text) if re.fullmatch(rf"({'|'.join(FOLDERS)})/[\w./-]*", name)]


def files(text: str) -> list[str]:
    """The files of code that a text names without their folder."""
    return [name for name in quoted(text) if re.fullmatch(r"\w+\.(py|js|wat)", name)]


def dotted(text: str) -> list[str]:
    """The modules, and names in modules, that a text names: `gan.data.sets` or `gan.data.sets.load`."""
    return [name for name in quoted(text) if re.fullmatch(r"(gan|bench)(\.\w+)+", name)]


def placed(text: str) -> list[tuple[str, str]]:
    """(name, file) of each "`name` in `file`"."""
    return re.findall(r"`(\w+)` in `([\w./]+\.(?:py|js))`", text)


def resolve(name: str) -> object:
    """The module of a dotted name, or what it names in a module."""
    module, rest = name, []
    while True:
        try:
            found: object = importlib.import_module(module)
            break
        except ModuleNotFoundError:
            module, _, last = module.rpartition(".")
            rest.insert(0, last)
    for part in rest:
        found = getattr(found, part)
    return found


def defines(code: str, name: str) -> bool:
    """Whether Python or JavaScript defines a name: a function, a class, a constant, a method."""
    keyword = rf"\b(def|class|function\*?|const|let)\s+{name}\b"
    assigned = rf"^\s*(async )?{name}\b\s*(:|=(?!=)|\(.*\) {{$)"
    return re.search(f"{keyword}|{assigned}", code, re.MULTILINE) is not None


@BY_PAGE
def test_paths_are_there(page: Path) -> None:
    text = words(page)
    assert [path for path in paths(text) if not (ROOT / path).exists()] == []


@BY_PAGE
def test_dotted_names_are_there(page: Path) -> None:
    for name in dotted(words(page)):
        assert resolve(name) is not None


def test_names_stand_in_the_files_that_the_page_says() -> None:
    found = placed(words(ARCHITECTURE))
    assert len(found) > 50
    missing = [(name, path) for name, path in found if not defines((ROOT / path).read_text(), name)]
    assert missing == []


def test_files_without_a_folder_are_somewhere() -> None:
    there = {path.name for path in (*ROOT.iterdir(), *(ROOT / "gan").rglob("*"))}
    assert set(files(words(ARCHITECTURE))) <= there


def test_every_floor_is_on_the_page() -> None:
    folders = {path.parent.name for path in (ROOT / "gan").glob("*/__init__.py")}
    assert {f"gan/{name}/" for name in folders} <= set(paths(words(ARCHITECTURE)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see `gan/files.py` and `weights/mine`", ["gan/files.py"]),
        ("a route `live/act`, a folder `gan/live/`", ["gan/live/"]),
    ],
)
def test_what_is_a_path(text: str, found: list[str]) -> None:
    assert paths(text) == found


def test_what_is_missing_is_found() -> None:
    assert not defines("def slides(): ...\nx = slide\nslide(x);\nslide == x\n", "slide")
    assert defines("  async function slide(edit) {", "slide")
    assert defines("  slide(edit) {", "slide")
    assert defines("LAYERS = {", "LAYERS")
    with pytest.raises(AttributeError):
        resolve("gan.files.no_such_name")
