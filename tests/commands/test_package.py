"""The package: what its metadata say, what its wheel holds, and that it works in a folder of anybody's."""

import tomllib
from typing import Any

import pytest

from core_fixtures import ROOT


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
