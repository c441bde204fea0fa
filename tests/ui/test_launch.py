"""The page as others start it: by `launch()` alone, by gradio's own reloader, with a public address."""

import sys
import threading
from collections.abc import Iterator
from typing import Any

import gradio as gr
import httpx
import pytest
from gradio.cli.commands.reload import reload_thread

from conftest import free_port
from gan.commands import serve
from gan.ui import app
from gan.ui.shell.open_routes import RELOADS, gradio_is_open

PUBLIC = "abc123.gradio.live"


@pytest.fixture(scope="module")
def page() -> Iterator[app.Atelier]:
    """The page as a notebook opens it, in which nothing is said but where gradio is to listen."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gradio.networking.setup_tunnel", lambda **_: f"http://{PUBLIC}")
        patch.setenv("GRADIO_SHARE", "True")
        page = app.build()
        page.launch(server_port=free_port(), prevent_thread_lock=True, root_path="/gan")
    yield page
    page.close()


def asked(page: app.Atelier, path: str, **given: Any) -> httpx.Response:
    return httpx.request(given.pop("method", "GET"), f"{page.local_url.rstrip('/')}{path}", timeout=60, **given)


def test_launch_alone_shows_the_whole_page(page: app.Atelier) -> None:
    html = asked(page, "/").text
    assert f"./{page.assets.base}/explore/index.js" in html and "atelierFirst" in html
    assert asked(page, f"/{page.assets.base}/explore/index.js").status_code == 200
    assert asked(page, "/gan/explore/models").json()
    run = asked(page, "/live/open", method="POST", json={"query": "data=ring"}).json()
    assert run["shut"] is None
    config = asked(page, "/config").json()
    assert config["footer_links"] == [] and config["i18n_translations"]["zh-CN"]
    assert asked(page, "/gradio_api/upload").status_code == 404  # the door is there


def test_a_public_address_is_one_of_its_names(page: app.Atelier) -> None:
    assert page.share_url == f"https://{PUBLIC}"
    codes = {name: asked(page, "/", headers={"Host": name}).status_code for name in (PUBLIC, "evil.example.org")}
    assert codes == {PUBLIC: 200, "evil.example.org": 421}


def test_share_is_asked_for_by_a_flag_or_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [serve.parser().parse_args(argv).share for argv in ([], ["--share"])] == [False, True]
    monkeypatch.setenv("GRADIO_SHARE", "True")
    assert serve.parser().parse_args([]).share


def test_the_reloader_gets_a_page_and_what_serves_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """`gradio app.py` runs the script once more in a thread, in which no signal may be heard and nothing be opened."""
    monkeypatch.setattr(sys, "argv", ["app.py"])
    first = app.build()
    first.serving = {"gan.ui.app": app}
    door: dict[str, Any] = {"demo": first}
    assets, failed = first.assets, []
    monkeypatch.setattr(threading, "excepthook", failed.append)

    def reload() -> None:
        reload_thread.running_reload = True
        sys.modules.pop("gan.ui.app")
        serve.main(door=door)

    thread = threading.Thread(target=reload)
    thread.start()
    thread.join(60)
    assert not thread.is_alive() and failed == []
    page = door["demo"]
    assert page is not first and isinstance(page, gr.Blocks)
    assert page.assets is assets and sys.modules["gan.ui.app"] is app
    config = page.get_config_file()
    assert config["i18n_translations"]["zh-CN"] and config["footer_links"] == [] and not config["run_history"]


def test_only_the_reloader_opens_what_its_page_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not gradio_is_open(RELOADS)
    monkeypatch.setenv("GRADIO_WATCH_DIRS", "/somewhere")
    assert gradio_is_open(RELOADS)
