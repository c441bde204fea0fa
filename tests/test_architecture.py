"""The shape of the house: imports run one way, files stay small, nothing is pickled, nothing is global."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from core_fixtures import ROOT

# Each module may import from lines above its own, and from its own line.
LAYERS = [
    ["errors"],
    ["latents", "objectives", "optimizers", "penalties", "augment", "images", "modes", "means", "files", "world"],
    ["plane"],
    ["networks", "data"],
    ["config", "diagnosis", "ticks"],
    ["trainer", "metrics", "model", "statistics"],
    ["checkpoint", "explore", "export", "history", "portable", "tuning", "views"],
    ["runs", "evaluate", "cli", "inception"],
    ["live"],
    ["ui"],
    ["__main__"],
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
CORE = sorted((ROOT / "gan").rglob("*.py"))
SOURCES = [*CORE, ROOT / "train.py", *([ROOT / "app.py"] if (ROOT / "app.py").exists() else [])]
HEAVY = ("gradio", "matplotlib", "torchvision", "sklearn", "av", "pandas")

by_file = pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))


def part(path: Path) -> str:
    """The piece of the house that a file belongs to: a module or package of gan, or the script's name."""
    inside = path.relative_to(ROOT).parts
    return Path(inside[1]).stem if inside[0] == "gan" else path.stem


def imported(path: Path) -> list[str]:
    """Every module named by an import statement anywhere in a file."""
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name their whole path"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def parts_imported(path: Path) -> set[str]:
    """The pieces of gan that a file imports."""
    names = [name.split(".") for name in imported(path)]
    return {n[1] for n in names if n[0] == "gan" and len(n) > 1 and n[1] in LEVEL}


def test_every_module_has_its_place() -> None:
    found = {part(path) for path in CORE} - {"__init__"}
    assert found - set(LEVEL) == set()
    assert sum(map(len, LAYERS)) == len(LEVEL)


@by_file
def test_imports_run_one_way(path: Path) -> None:
    own = part(path)
    if own in LEVEL:
        for other in parts_imported(path) - {own}:
            assert LEVEL[other] <= LEVEL[own], f"{own} imports {other}"
    if own == "train":
        assert "ui" not in parts_imported(path)


def test_no_circles_within_a_line() -> None:
    """Modules of one line may use each other, but never in a circle."""
    uses: dict[str, set[str]] = {}
    for path in CORE:
        uses.setdefault(part(path), set()).update(parts_imported(path) - {part(path)})
    done: set[str] = set()
    while len(done) < len(uses):
        ready = {name for name, others in uses.items() if name not in done and others <= done}
        assert ready, f"a circle among {sorted(set(uses) - done)}"
        done |= ready


@by_file
def test_only_the_ui_imports_gradio(path: Path) -> None:
    if part(path) not in ("ui", "app"):
        assert not [name for name in imported(path) if name.split(".")[0] == "gradio"]


@by_file
def test_tabs_do_not_import_one_another(path: Path) -> None:
    """A tab is a folder of gan/ui that holds a tab.py."""
    tabs = {found.parent.name for found in (ROOT / "gan" / "ui").glob("*/tab.py")}
    own = path.parent.name
    if own in tabs and path.parent.parent.name == "ui":
        others = tuple(f"gan.ui.{name}." for name in tabs - {own})
        assert not [name for name in imported(path) if f"{name}.".startswith(others)]


@by_file
def test_line_budgets(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= (200 if path.name == "tab.py" else 400)


FORBIDDEN = {
    "torch.load", "torch.save", "torch.manual_seed", "torch.seed", "random.seed", "np.random.seed", "numpy.random.seed",
    "torch.cuda.manual_seed", "torch.cuda.manual_seed_all", "torch.random.manual_seed", "eval", "exec",
}  # fmt: skip


@by_file
def test_no_pickle_and_no_global_seed(path: Path) -> None:
    modules = {name.split(".")[0] for name in imported(path)}
    assert modules & {"pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"} == set()
    assert "random" not in modules or part(path) == "ui"  # a dice button may surprise, nothing else
    called = {ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)}
    assert called & FORBIDDEN == set()


@by_file
def test_draws_name_their_generator(path: Path) -> None:
    """torch.rand and its kin without `generator=` would draw from what all threads share."""
    draws = {"torch.rand", "torch.randn", "torch.randint", "torch.randperm", "torch.bernoulli", "torch.multinomial"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in draws:
            assert "generator" in {keyword.arg for keyword in node.keywords}, f"line {node.lineno}"


@by_file
def test_no_work_at_import(path: Path) -> None:
    """At the top of a module stand definitions: no loop, no `with`, no bare call."""
    for node in ast.parse(path.read_text()).body:
        guard = isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        define = (
            ast.Import,
            ast.ImportFrom,
            ast.Assign,
            ast.AnnAssign,
            ast.FunctionDef,
            ast.AsyncFunctionDef,
            ast.ClassDef,
        )
        assert guard or text or isinstance(node, define), f"line {node.lineno}"


@by_file
def test_everything_public_is_annotated(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.returns is not None, f"{node.name} says nothing of what it returns"


@by_file
def test_names_that_say_nothing_are_not_used(path: Path) -> None:
    assert path.stem not in ("utils", "helpers", "common", "misc", "base")
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            assert not node.name.endswith(("Manager", "Handler"))
            assert not node.name.startswith("Base")


@pytest.mark.parametrize("module", ["gan.trainer", "gan.runs", "gan.explore", "train", "gan.__main__"])
def test_what_an_import_does_not_load(module: str) -> None:
    code = f"import sys, {module}; print(*[m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
