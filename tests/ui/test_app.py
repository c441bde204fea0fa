"""The app's handlers as functions, its words, its table of tabs and its command line."""

import os
import re
import socket
from pathlib import Path

import gradio as gr
import pytest
from gradio.components.api_component import Api

from conftest import DIGITS, RING, ROOT
from gan.commands import serve
from gan.commands.parsing import answering
from gan.errors import ConfigError, ModelError, sentence
from gan.live.run_registry import RunRegistry
from gan.ui import app
from gan.ui.program.endpoints import ENDPOINTS
from gan.ui.shell.assets import modules, style_sheet
from gan.ui.shell.catalogue import ModelCatalogue, build_catalogue
from gan.ui.shell.host_names import is_loopback
from gan.ui.words import WORDS


@pytest.fixture(scope="module")
def catalogue(models: dict[str, Path]) -> ModelCatalogue:
    return build_catalogue([str(path) for path in models.values()])


# ---- the page


def test_the_table_of_tabs() -> None:
    assert list(app.TABS) == ["learn", "explore", "interpolate", "yours", "live"]
    for tab in app.TABS.values():
        assert tab.label in WORDS
        assert tab.words().keys() == {"en", "zh-CN"}


def test_a_page_asks_gradio_for_nothing() -> None:
    """What a visitor does runs in the visitor's browser or by the routes that bypass the queue.

    Gradio is told of what programs may ask for; its own queue, which would do it, is shut.
    """
    page = app.build(app.page_assets())
    *endpoints, own = page.fns.values()
    assert (own.fn, own.js, own.queue) == (None, app.OPEN_TAB, False)
    assert [(fn._id, fn.api_name) for fn in endpoints] == list(enumerate(ENDPOINTS))
    assert [event["backend_fn"] for event in page.get_config_file()["dependencies"]] == [True] * len(ENDPOINTS) + [
        False
    ]
    fresh = gr.Blocks().queue()._queue
    assert fresh.sleep_when_free < page._queue.sleep_when_free, "the queue is looked into all the time again"
    assert {type(block) for block in page.blocks.values()} <= {app.Atelier, gr.HTML, gr.Tabs, gr.Tab, Api}


def test_nothing_is_fetched_from_elsewhere(catalogue: ModelCatalogue) -> None:
    assets = app.page_assets()
    options = app.options(catalogue, RunRegistry(), assets)
    scripts = "".join([options["head"], assets.head(), *modules().values()]).replace("http://www.w3.org", "")
    scripts = scripts.replace("http://graphml.graphdrawing.org", "")  # names of languages, which nobody asks
    assert "http" not in scripts.replace("`https://arxiv.org/abs/", "")  # a paper, if one follows the link
    assert "url(http" not in style_sheet()
    assert "@import" not in style_sheet()
    assert not options["theme"]._stylesheets
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert not any(
        "fonts.g" in sheet for sheet in app.build(app.page_assets()).get_config_file().get("stylesheets", [])
    )


def test_the_catalogue(catalogue: ModelCatalogue, tmp_path: Path) -> None:
    assert catalogue.names[0] == DIGITS
    assert DIGITS in catalogue.pictures
    assert RING in catalogue.points
    with pytest.raises(ModelError, match="no model 'nobody'"):
        catalogue.load("nobody")
    with pytest.raises(ModelError):
        catalogue.load("../../etc/passwd")
    with pytest.raises(ModelError, match="no model"):
        build_catalogue([str(tmp_path / "nothing")])


# ---- mistakes


def test_a_mistake_is_said_as_a_sentence() -> None:
    assert sentence(ConfigError("psi must be a number, not nan")) == "Psi must be a number, not nan."
    assert sentence(ModelError("There is none.")) == "There is none."


def test_no_sentence_begins_with_the_name_of_a_model() -> None:
    """It would get a capital letter."""
    begins = re.compile(r'Error\((\d+, )?f?"\{(self\.)?model\.name\}')
    for path in (*(ROOT / "gan" / "ui").rglob("*.py"), ROOT / "gan/training/history.py", ROOT / "gan/models/model.py"):
        assert not begins.search(path.read_text()), path


# ---- the command line


def test_bad_models_and_ports_get_one_sentence(
    models: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve.signal, "signal", lambda *_: None)
    whole = (models[DIGITS] / "model.safetensors").read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "pickle.safetensors").write_bytes(b"\x80\x04\x95" + b"x" * 100)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        cases = [
            [str(tmp_path / "cut.safetensors")], [str(tmp_path / "pickle.safetensors")], [str(tmp_path / "nothing")],
            ["--port", "http"], ["--port", "99999"], ["--nonsense"],
            [str(models[DIGITS]), "--port", str(taken.getsockname()[1])],
        ]  # fmt: skip
        for args in cases:
            with pytest.raises(SystemExit) as left, answering():
                serve.main(args)
            out, err = capsys.readouterr()
            assert left.value.code == 2, (args, err)
            assert out == ""
            assert err.startswith("error: "), (args, err)
            assert err.count("\n") == 1, (args, err)
        assert "another program does" in err  # of the port that is taken, in our words and not in gradio's
        assert "GRADIO_SERVER_PORT" not in err


@pytest.mark.parametrize(("host", "alone"), [
    ("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("[::1]", True), ("localhost", True),
    ("0.0.0.0", False), ("::", False), ("", False), ("192.0.2.7", False), ("example.org", False),
])  # fmt: skip
def test_a_host_that_strangers_reach_is_told_so(host: str, alone: bool) -> None:
    assert is_loopback(host) is alone
    assert serve.OPEN_TO_ALL.count("\n") == 0 and "SECURITY.md" in serve.OPEN_TO_ALL
