"""The shape of the house: imports run one way, files stay small, nothing is pickled, nothing is global."""

import ast
import functools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core_fixtures import ROOT
from each import each

# The floors of the house, the ground first: a file may import from floors below its own, and from its own.
FLOORS = (
    "ground", "networks", "media", "data", "metrics", "recipe", "models", "explore", "training", "evaluation",
    "publish", "api", "live", "ui", "commands", "doors",
)  # fmt: skip
API = "api"  # the one floor that is a single file
GROUND = ("errors", "files", "huggingface", "latents", "memory", "numbers", "version")  # which anything may use
DOORS = ("__main__", "train", "app")  # what a terminal or a Space opens
CORE = sorted((ROOT / "gan").rglob("*.py"))
SOURCES = [*CORE, ROOT / "train.py", ROOT / "app.py"]
HEAVY = ("gradio", "matplotlib", "torchvision", "sklearn", "av", "pandas")

by_file = each("path", SOURCES, lambda path: str(path.relative_to(ROOT)))


def module(path: Path) -> str:
    """The dotted name of a file: `gan.data.sets`; a package's is that of its folder."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module(path) for path in SOURCES}


def floor(name: str) -> str:
    """The floor that a module of ours stands on; gan itself, which hands on the API, is a door."""
    parts = name.split(".")
    if name == "gan" or parts[0] in DOORS or parts[1] in DOORS:
        return "doors"
    return "ground" if parts[1] in GROUND else parts[1]


@functools.cache
def tree(path: Path) -> ast.Module:
    """A file as Python reads it; nobody changes it."""
    return ast.parse(path.read_text())


@functools.cache
def imported(path: Path) -> tuple[str, ...]:
    """Every name that an import statement anywhere in a file brings: `gan.data.sets.load`, `torch`."""
    names = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name their whole path"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(names)


def modules_imported(path: Path) -> set[str]:
    """The modules of ours that a file imports, itself left out."""
    found = {next((m for m in (name, name.rpartition(".")[0]) if m in MODULES), "") for name in imported(path)}
    return found - {"", module(path)}


def circle(uses: dict[str, set[str]]) -> set[str]:
    """Those of a graph that stand in a circle, or lean on one; empty where there is none."""
    left = {name: set(others) for name, others in uses.items()}
    while free := {name for name, others in left.items() if not others & left.keys()}:
        left = {name: others for name, others in left.items() if name not in free}
    return set(left)


def test_every_module_has_its_place() -> None:
    assert {floor(module(path)) for path in SOURCES} == set(FLOORS)
    folders = {path.name for path in (ROOT / "gan").iterdir() if (path / "__init__.py").exists()}
    assert folders == set(FLOORS) - {"ground", API, "doors"}


@by_file
def test_no_import_goes_up(path: Path) -> None:
    own = floor(module(path))
    for other in modules_imported(path):
        assert FLOORS.index(floor(other)) <= FLOORS.index(own), f"{own} imports {other}"


def test_no_circle_among_files() -> None:
    assert circle({module(path): modules_imported(path) for path in SOURCES}) == set()


def test_no_circle_among_folders() -> None:
    """The folders of `gan/ui` too: a tab may use the shell, the shell no tab."""
    uses: dict[str, set[str]] = {}
    for path in CORE:
        own = path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        others = {m if (ROOT / m.replace(".", "/")).is_dir() else m.rpartition(".")[0] for m in modules_imported(path)}
        uses.setdefault(own, set()).update(others - {own, "gan"})
    del uses["gan"]
    assert circle(uses) == set()


def test_a_circle_would_be_seen() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == set()
    assert circle({"a": {"b"}, "b": {"a"}, "c": {"a"}, "d": set()}) == {"a", "b", "c"}


@by_file
def test_only_the_ui_imports_gradio(path: Path) -> None:
    if floor(module(path)) != "ui":
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
    assert "random" not in modules or floor(module(path)) == "ui"  # a dice button may surprise, nothing else
    called = {ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}
    assert called & FORBIDDEN == set()


@by_file
def test_draws_name_their_generator(path: Path) -> None:
    """torch.rand and its kin without `generator=` would draw from what all threads share."""
    draws = {"torch.rand", "torch.randn", "torch.randint", "torch.randperm", "torch.bernoulli", "torch.multinomial"}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in draws:
            assert "generator" in {keyword.arg for keyword in node.keywords}, f"line {node.lineno}"


def top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements at the top of a module, those among them too that type checkers alone see, or do not see."""
    for node in body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield from (*node.body, *node.orelse)
        else:
            yield node


@by_file
def test_no_work_at_import(path: Path) -> None:
    """At the top of a module stand definitions: no loop, no `with`, no bare call."""
    for node in top_level(tree(path).body):
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
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.returns is not None, f"{node.name} says nothing of what it returns"


@by_file
def test_names_that_say_nothing_are_not_used(path: Path) -> None:
    assert path.stem not in ("utils", "helpers", "common", "misc", "base")
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef):
            assert not node.name.endswith(("Manager", "Handler"))
            assert not node.name.startswith("Base")


WITHOUT_HEAVY = (
    "gan.training.trainer", "gan.training.runs", "gan.explore.render", "gan.api", "train", "gan.commands.use",
)  # fmt: skip
LIGHT = ("gan", "gan.version", "gan.commands.program")  # the list of commands, and `import gan`, are there before torch


@functools.cache
def loaded() -> dict[str, list[str]]:
    """What a fresh process has loaded after each of these imports, in this order, and after a step of training."""
    code = f"""
import importlib, json, sys, gan
found = {{}}
for name in {(*LIGHT, *WITHOUT_HEAVY)}:
    importlib.import_module(name)
    found[name] = [other for other in {("torch", "numpy", *HEAVY)} if other in sys.modules]
from gan.data.sets import load
from gan.recipe.presets import PRESETS
gan.training.trainer.Trainer(PRESETS["ring"], load("ring")).step()
found["step"] = [other for other in ("torch", "torch._dynamo", "torch._inductor") if other in sys.modules]
print(json.dumps(found))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", WITHOUT_HEAVY)
def test_what_an_import_does_not_load(name: str) -> None:
    assert set(loaded()[name]) == {"torch", "numpy"}


@pytest.mark.parametrize("name", LIGHT)
def test_what_is_light(name: str) -> None:
    assert loaded()[name] == []


def test_training_loads_no_compiler() -> None:
    """It takes nearly as long as torch itself, and each optimiser of torch asks for it."""
    assert loaded()["step"] == ["torch"]
