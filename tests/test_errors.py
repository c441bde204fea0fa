"""Sentences are ours: no exception of Python's or of a library's is written into one, and what is behind goes to a log.

The rule is held over the source, with an explicit list of what a handler may do with a foreign exception.
"""

import ast
import errno
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core_fixtures import ROOT
from each import each
from gan import errors
from gan.commands import use
from gan.commands.parsing import PlainFormatter, answering
from gan.data.sets import load
from gan.errors import ConfigError, GanError, plain, reason, sentence
from gan.files import write_whole
from gan.media.films import note_of
from gan.media.picture_files import decode
from gan.models.checkpoint import load_model
from gan.models.container import WEIGHTS, pack, read_bytes, unpack
from gan.models.model import assemble
from gan.recipe.config import TrainConfig
from gan.training.runs import read_config
from gan.training.states import read_state
from gan.training.trainer import Trainer

SOURCES = [*sorted((ROOT / "gan").rglob("*.py")), ROOT / "train.py", ROOT / "app.py"]
OURS = {name for name, found in vars(errors).items() if isinstance(found, type) and issubclass(found, GanError)}
OURS |= {"RequestError", "AbandonedError"}  # of gan.ui
# What a handler may do with an exception that is not ours; anything else would be a way into a sentence.
ALLOWED_CALLS = {
    "reason",  # the system's word for an errno
    "status_of",  # the number of an answer of the Hub
    "isinstance", "log.debug", "log.info", "log.warning", "log.error", "log.exception",
}  # fmt: skip
# Handlers that keep a foreign exception for later, and why that is no sentence.
KEPT = {
    ("gan/training/world.py", "failed = error"),  # it is raised again as it is, once the others have been told
    ("gan/live/shared.py", "mine.set_exception(error)"),  # and so are these, for those who wait
    ("gan/ui/shell/limits.py", "job.result.set_exception(error)"),
}


def foreign(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches anything that is not ours."""
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return not {ast.unparse(kind).rpartition(".")[2] for kind in caught} <= OURS


def uses(tree: ast.AST, path: str) -> Iterator[str]:
    """Each use of a foreign exception in a file that is none of what a handler may do with it."""
    for handler in ast.walk(tree):
        if not isinstance(handler, ast.ExceptHandler) or not handler.name or not foreign(handler):
            continue
        free: set[ast.AST] = set()
        for node in ast.walk(handler):
            if isinstance(node, ast.Raise) and node.cause is not None:
                free.add(node.cause)
            elif isinstance(node, ast.Call) and (path, ast.unparse(node)) in KEPT:
                free |= set(node.args)
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in ALLOWED_CALLS:
                free |= {*node.args, *(keyword.value for keyword in node.keywords)}
            elif isinstance(node, ast.Assign) and (path, ast.unparse(node)) in KEPT:
                free.add(node.value)
        for node in ast.walk(handler):
            if isinstance(node, ast.Name) and node.id == handler.name and node not in free:
                yield f"{path}:{node.lineno}"


@each("path", SOURCES, lambda path: str(path.relative_to(ROOT)))
def test_no_foreign_exception_gets_into_a_sentence(path: Path) -> None:
    text, name = path.read_text(), path.relative_to(ROOT).as_posix()
    assert list(uses(ast.parse(text), name)) == []
    assert not [word for word in ("format_exc", "sys.exc_info") if word in text]


@pytest.mark.parametrize(
    "body",
    [
        'raise GanError(f"no: {error}") from error', 'raise GanError("no " + str(error)) from error',
        'raise GanError(f"no: {error.strerror}") from error', "trouble = error", "print(error)",
        'raise GanError("no: %s" % error.args[0]) from error', 'log.warning(f"{error}") or note(error)',
    ],
)  # fmt: skip
def test_the_rule_sees_what_it_forbids(body: str) -> None:
    for caught in ("OSError", "(RuntimeError, ConfigError)", "json.JSONDecodeError", "safetensors.SafetensorError"):
        assert list(uses(ast.parse(f"try:\n    act()\nexcept {caught} as error:\n    {body}\n"), "a.py"))


@pytest.mark.parametrize(
    "code",
    [
        'except OSError as error:\n    raise RunError(f"no: {reason(error)}") from error',
        'except ValueError as error:\n    log.warning("%s", error, exc_info=error)',
        'except (ConfigError, errors.DataError) as error:\n    raise RunError(f"no: {error}") from error',
        'except KeyError as error:\n    raise RunError("no") from error',
    ],
)
def test_the_rule_lets_through_what_is_right(code: str) -> None:
    assert list(uses(ast.parse(f"try:\n    act()\n{code}\n"), "a.py")) == []


def test_the_reason_is_the_systems_alone() -> None:
    assert reason(OSError(errno.ENOSPC, "a library's words", "/secret/path")) == os.strerror(errno.ENOSPC)
    assert reason(OSError("https://example.org/secret: no route")) == "the system refuses"
    try:
        Path("/no/such/place/at/all").read_text()
    except OSError as error:
        assert reason(error) == "No such file or directory"


def other_state(folder: Path) -> None:
    """The state of networks of another width is restored."""
    config = TrainConfig(data="ring", nimg=64, batch=8, z_dim=2, g_widths=(8,), d_widths=(8,))
    state = Trainer(replace(config, g_widths=(9,)), load("ring")).state()
    Trainer(config, load("ring")).restore(state)


def other_weights(folder: Path) -> None:
    """A layer of a model has another shape than its card says."""
    tensors, metadata = unpack((WEIGHTS / "digits-mlp.safetensors").read_bytes(), folder)
    name = next(
        name for name in sorted(tensors) if name.endswith("weight") and len(tensors[name]) != len(tensors[name].T)
    )
    assemble("mine", tensors | {name: tensors[name].T.contiguous()}, metadata["card"])


def bad_card(folder: Path) -> None:
    """A model's card is no JSON."""
    shutil.copy(WEIGHTS / "digits-mlp.safetensors", folder / "mine.safetensors")
    (folder / "mine.json").write_text("{no json")
    load_model(folder / "mine")


def cut_weights(folder: Path) -> None:
    """Weights are cut short."""
    unpack((WEIGHTS / "digits-mlp.safetensors").read_bytes()[:5_000], folder / "mine.safetensors")


def lost_weights(folder: Path) -> None:
    """Weights are gone."""
    read_bytes(folder / "mine.safetensors")


def bad_config(folder: Path) -> None:
    """A run's settings are no JSON."""
    (folder / "config.json").write_text("[1, 2")
    read_config(folder)


def bad_state(folder: Path) -> None:
    """A run's state is a file of something else."""
    (folder / "state.safetensors").write_bytes(pack({"a": torch.zeros(1)}, {}))
    read_state(folder / "state.safetensors")


def bad_quality(folder: Path) -> None:
    """The figures for a card are none."""
    (folder / "quality.json").write_text("nothing")
    use.main(["export", "digits-mlp", "--quality", str(folder / "quality.json"), "--out", str(folder / "mine")])


def bad_picture(folder: Path) -> None:
    """A picture is none."""
    (folder / "a.png").write_bytes(b"no picture")
    decode(folder / "a.png")


def no_folder(folder: Path) -> None:
    """A file is to lie below another file."""
    (folder / "file").write_text("a file")
    write_whole(folder / "file" / "below", b"")


def bad_settings(folder: Path) -> None:
    """The settings of a film are no JSON."""
    note_of({"a": {1, 2}})


CASES: tuple[Callable[[Path], None], ...] = (
    other_state, other_weights, bad_card, cut_weights, lost_weights, bad_config, bad_state, bad_quality, bad_picture,
    no_folder, bad_settings,
)  # fmt: skip


@pytest.mark.parametrize("act", CASES, ids=lambda act: act.__name__)
def test_a_library_is_not_quoted(act: Callable[[Path], None], tmp_path: Path) -> None:
    with pytest.raises(GanError) as caught:
        act(tmp_path)
    cause, said = caught.value.__cause__, str(caught.value)
    assert cause is not None, "the log would not tell what lies behind"
    assert not isinstance(cause, GanError)
    words = str(cause).splitlines() if not isinstance(cause, OSError) or not cause.errno else [str(cause)]
    assert words
    assert not [line for line in words if line.strip() and line.strip() in said]
    assert "\n" not in said
    assert not [word for word in ("Errno", "Traceback", "Error(", "state_dict", "Expecting") if word in said]


def test_what_lies_behind_goes_to_the_log(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        try:
            raise OSError("foreign words")
        except OSError as error:
            raise ConfigError("ours alone") from error

    with caplog.at_level(logging.DEBUG), pytest.raises(SystemExit) as ended, answering():
        fail()
    assert ended.value.code == 2
    assert capsys.readouterr().err == "error: ours alone\n"
    assert "foreign words" in caplog.text


# ---- nothing that moves a terminal's cursor


NASTY = "a\x1b[2Jb\nc\r\x07\x9b1m\u202ed\u2028\udcff"
PLAIN = r"a\x1b[2Jb\nc\r\x07\x9b1m\u202ed\u2028\udcff"


def test_a_terminal_is_shown_escapes() -> None:
    assert plain(NASTY) == PLAIN
    assert plain("漢字 · “né”, 100 % → ∞\u3000😀") == "漢字 · “né”, 100 % → ∞\u3000😀"
    assert sentence(ConfigError(f"no {NASTY}")) == f"No {PLAIN}."


def test_a_mistake_about_a_nasty_name_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), answering():
        raise ConfigError(f"no model {NASTY}")
    assert capsys.readouterr().err == f"error: no model {PLAIN}\n"


def test_a_log_line_about_a_nasty_name_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    record = logging.LogRecord("gan", logging.WARNING, "", 0, "%s is damaged", (NASTY,), None)
    assert PlainFormatter("%(levelname)s %(message)s").format(record) == f"WARNING {PLAIN} is damaged"
    with answering():
        assert logging.lastResort is not None
        logging.lastResort.handle(record)
    assert capsys.readouterr().err == f"{PLAIN} is damaged\n"


def test_what_a_library_logs_by_no_logger_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python gives it a handler of its own at once, which would print everything as it is."""
    monkeypatch.setattr(logging.root, "handlers", [])
    with answering():
        logging.warning("no tool %s", NASTY)
        logging.warning("x" * 9_000)
    first, second = capsys.readouterr().err.splitlines()
    assert first == f"no tool {PLAIN}"
    assert len(second) < 2_100


def test_a_command_about_a_nasty_name_says_plain_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A model's name and a file's may hold anything."""
    out = tmp_path / f"x{NASTY[:-1]}.safetensors"
    use.main(["export", "digits-mlp", "--out", str(out)])
    use.main(["sample", str(out), "--seeds", "1", "--out", str(tmp_path / "a\x1b.png")])
    said = capsys.readouterr().out
    assert r"x" + PLAIN[:-6] in said and r"a\x1b.png" in said
    assert all(line.isprintable() for line in said.splitlines())
    assert said.count("\n") == len(said.splitlines()) == 2


def test_only_one_function_prints() -> None:
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "print",
                "sys.stdout.write",
                "sys.stderr.write",
            ):
                found.append((path.relative_to(ROOT).as_posix(), ast.unparse(node)))
    assert found == [("gan/commands/parsing.py", "print(plain(line), file=file, flush=True)")]
