"""The locked install: all that the app needs, each package by one version and by hashes, from nowhere in particular."""

import re
import subprocess

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from conftest import ROOT

LINES = re.sub(r"\\\n\s*", "", (ROOT / "constraints.txt").read_text()).splitlines()
PINS = [line for line in LINES if line and not line.startswith("#")]
HERE = {"python_full_version": "3.11.7", "python_version": "3.11", "sys_platform": "linux"}


def pinned(line: str) -> Requirement:
    """The package of a line, without its hashes."""
    return Requirement(line.partition(" --hash")[0].strip().rstrip(";"))


def test_every_package_is_one_version_by_its_hashes() -> None:
    assert len(PINS) > 60
    for line in PINS:
        assert re.fullmatch(r"==[\w.+]+", str(pinned(line).specifier)), line[:80]
        assert re.fullmatch(r"( ?--hash=sha256:[0-9a-f]{64})+", line[line.index("--hash") :].rstrip()), line[:80]
    assert "://" not in "\n".join(LINES), "no address of a registry"
    assert not [line for line in PINS if line.startswith("-")]


def test_all_that_the_app_needs_is_there_in_a_version_that_fits() -> None:
    versions = {canonicalize_name(pin.name): str(pin.specifier)[2:] for pin in map(pinned, PINS)}
    wanted = [Requirement(line) for line in (ROOT / "requirements.txt").read_text().split()]
    assert len(wanted) >= 8
    for requirement in wanted:
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), requirement
    once = [canonicalize_name(pin.name) for pin in map(pinned, PINS) if not pin.marker or pin.marker.evaluate(HERE)]
    assert len(once) == len(set(once))


def test_no_version_is_allowed_that_does_not_go_with_the_others() -> None:
    (hub,) = (line for line in (ROOT / "requirements.txt").read_text().split() if line.startswith("huggingface-hub"))
    assert not Requirement(hub).specifier.contains("1.16.0")  # it fails beside the Gradio that we begin with
    assert Requirement(hub).specifier.contains("1.16.1")


def test_make_matrix_takes_the_lowest_and_the_newest_versions() -> None:
    def told(target: str) -> str:
        return subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "--resolution lowest-direct" in told("matrix") and "--resolution highest" in told("matrix")
    assert ".matrix" not in told("test")


def test_make_setup_installs_it_if_told() -> None:
    def commands(*settings: str) -> str:
        told = ["make", "-n", "setup", "VENV=nowhere", *settings]
        return subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "--require-hashes --only-binary :all: -r constraints.txt" in commands("LOCKED=1")
    assert "-r requirements.txt" in commands()
    assert "hashes" not in commands()
