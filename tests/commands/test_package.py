"""The package: what its metadata say, what its wheel holds, and that it works in a folder of anybody's."""

import ast
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PIL import Image

from core_fixtures import ROOT
from gan.models.container import WEIGHTS
from gan.version import __version__


def project() -> dict[str, Any]:
    """The [project] table of pyproject.toml."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert isinstance(table, dict)
    return table


def required(name: str) -> list[str]:
    """The packages that a requirements file names, without the files that it takes in."""
    lines = (ROOT / name).read_text().splitlines()
    return [line for line in lines if not line.startswith("-r ")]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("requirements.txt", project()["dependencies"]),
        ("requirements-inception.txt", project()["optional-dependencies"]["inception"]),
    ],
)
def test_the_requirements_are_the_packages_dependencies(name: str, told: list[str]) -> None:
    """A Space and `make app` read the files, pip reads the package."""
    assert required(name) == told


def imported(folder: str) -> set[str]:
    """The packages of others that the files of a folder import, by the first part of their names."""
    names: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(str(node.module).partition(".")[0])
    ours = {"gan", "bench", *(path.stem for path in (ROOT / "tests").rglob("*.py"))}
    return names - ours - sys.stdlib_module_names


# Three come with gradio, two with pytest, and the last with any notebook, outside of which it is not asked for.
WITH_OTHERS = {"starlette", "uvicorn", "gradio-client", "packaging", "pluggy", "ipython"}


@pytest.mark.parametrize("folder", ["gan", "bench", "tests"])
def test_what_is_imported_is_declared(folder: str) -> None:
    told = [
        *required("requirements.txt"),
        *(line for group in project()["optional-dependencies"].values() for line in group),
    ]
    told += required("requirements-dev.txt") if folder != "gan" else []
    declared = {canonicalize_name(Requirement(line).name) for line in told} | WITH_OTHERS
    known = packages_distributions()
    missing = {
        name for name in imported(folder) if not declared & {canonicalize_name(d) for d in known.get(name, [name])}
    }
    assert missing == set()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as pip builds it, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    called("pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (path,) = folder.glob("*.whl")
    return path


def called(*command: object, cwd: Path = ROOT) -> str:
    """What `python -m COMMAND` prints; it must end well."""
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)], cwd=cwd, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment with the wheel, which sees the other packages that are here."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    called("pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", "--no-compile", wheel)
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    inside = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
    Path(inside, "others.pth").write_text(sysconfig.get_path("purelib"))
    return python.parent


def ran(command: list[object], cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command of the installed package in a folder of somebody's, who has no data and no paths of ours."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(cwd)}
    return subprocess.run(
        [str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip


def test_the_wheel_holds_the_package_and_the_weights(wheel: Path) -> None:
    assert wheel.name == f"gan_atelier-{__version__}-py3-none-any.whl"
    assert wheel.stat().st_size < 80_000_000
    with zipfile.ZipFile(wheel) as content:
        names = set(content.namelist())
    expected = {f"gan/{path.relative_to(ROOT / 'gan').as_posix()}" for path in files(ROOT / "gan")}
    expected |= {f"gan/weights/{path.relative_to(WEIGHTS).as_posix()}" for path in files(WEIGHTS)}
    assert {"gan/py.typed", "gan/ui/browser/engine/matmul.wat", "gan/ui/words/explore.py"} < expected
    assert {name for name in names if not name.startswith(f"gan_atelier-{__version__}.dist-info/")} == expected


def files(folder: Path) -> list[Path]:
    """The files of a folder that Python has not made itself."""
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def test_the_program_works_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    done = ran([installed / "gan-atelier", "sample", "mnist-style", "--seeds", "0-8", "--out", "a.png"], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert Image.open(tmp_path / "a.png").size == (2 * (3 * 29 + 1), 2 * (3 * 29 + 1))
    wrong = ran([installed / "gan-atelier", "paint"], tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.endswith("(see gan-atelier --help)\n")


def test_the_python_of_the_readme_runs(installed: Path, tmp_path: Path) -> None:
    found = re.search(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert found
    (tmp_path / "notebook.py").write_text(found[1])
    done = ran([installed / "python", "notebook.py"], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
    made = [path for path in files(tmp_path) if path.suffix in (".png", ".mp4")]
    assert len(made) == found[1].count("gan.save(")
    assert all(path.stat().st_size > 1_000 for path in made)
