"""`gan-atelier` and `python -m gan`: which commands there are, what they are called, and what they load."""

import subprocess
import sys

import pytest

from core_fixtures import ROOT
from gan.commands import own_pictures, program, publish, use
from gan.commands.parsing import called
from gan.commands.program import COMMANDS
from gan.errors import ConfigError
from gan.version import __version__

PROGRAMS = {
    "/usr/bin/gan-atelier": {name: f"gan-atelier {name}" for name in COMMANDS},
    "/somewhere/gan/__main__.py": {name: f"python -m gan {name}" for name in COMMANDS},
    "train.py": {"app": "python app.py", "train": "python train.py", "film": "python -m gan film"},
    "/somewhere/pytest/__main__.py": {"train": "python train.py", "sample": "python -m gan sample"},
}
NAMED = [(path, name, call) for path, calls in PROGRAMS.items() for name, call in calls.items()]


@pytest.mark.parametrize(("path", "name", "call"), NAMED)
def test_a_command_is_named_as_it_was_called(
    path: str, name: str, call: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [path, name])
    assert called(name) == call
    if path == "train.py" and name == "film":
        return  # nobody calls it so
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    program.main([name, "--help"])
    said = capsys.readouterr().out
    assert said.startswith(f"usage: {call} ")
    with pytest.raises(ConfigError) as caught:
        COMMANDS[name].run([name, "--nonsense"])
    assert str(caught.value).endswith(f"(see {call} --help)")


def test_every_command_has_its_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/gan-atelier"])
    program.main(["--help", "--lang", "en"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "usage: gan-atelier COMMAND …"
    for name, command in COMMANDS.items():
        assert f"  {name:<10}{command.about}" in lines
    program.main(["--version"])
    assert capsys.readouterr().out == f"gan-atelier {__version__}\n"


def test_every_use_of_a_model_is_a_command() -> None:
    assert {"app", "train", "data", *use.parsers(), *own_pictures.parsers(), *publish.parsers()} == COMMANDS.keys()


@pytest.mark.parametrize("argv", [[], ["nope"], ["--nope"], ["Sample"]])
def test_no_such_command(argv: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        program.main(argv)
    assert "app, train, sample" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not argv or repr(argv[0]) in str(caught.value)


def test_the_list_is_there_before_torch() -> None:
    code = "import sys; from gan.__main__ import main; main(); assert not {'torch', 'gradio'} & sys.modules.keys()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert "export" in done.stdout


def test_a_mistake_is_one_sentence_and_status_2() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gan", "nope"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: there is no command 'nope'")
    assert done.stderr.count("\n") == 1
