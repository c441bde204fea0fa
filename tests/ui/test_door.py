"""The door of the running app: which addresses are open, to whom, and what every answer says.

Asked by HTTP as a stranger asks, at an app that is launched as `app.py` launches it.
"""

import asyncio
import errno
import itertools
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import gradio as gr
import httpx
import pytest
from starlette.datastructures import Headers
from starlette.routing import Route

from conftest import free_port
from each import each
from gan.commands import process
from gan.errors import ConfigError
from gan.live.run_registry import RunRegistry
from gan.ui import app
from gan.ui.shell.catalogue import ModelCatalogue
from gan.ui.shell.host_names import host_names, is_known, name_in, parse_names
from gan.ui.shell.long_address import LONGEST_PATH
from gan.ui.shell.loop_errors import LoopErrors
from gan.ui.shell.open_routes import GRADIO, gradio_is_open
from gan.ui.shell.requests import PROGRESS_TIMEOUT
from gan.ui.shell.response_headers import HEADERS
from gan.ui.shell.same_origin import is_same_origin

JSON = {"Content-Type": "application/json"}
ASSETS = app.page_assets()
OWN = {
    "/explore/models", "/explore/file", "/explore/render", "/films/encode", "/films/training", "/live/open",
    "/live/act", "/live/moment", "/live/close", "/live/poll", "/live/file",
    "/class/open", "/class/follow", "/class/poll", "/class/show", "/class/reveal", "/class/vote", "/class/leave",
    "/class/end",
    "/gradio_api/queue/join", "/gradio_api/call/sample", "/gradio_api/call/v2/sample", "/gradio_api/cancel",
}  # fmt: skip
SHUT = (
    "upload", "upload_progress", "stream/x", "stream/x/close", "process_recording", "component_server", "vibe-edit",
    "vibe-code", "undo-vibe-edit", "vibe-starter-queries", "run/x", "api/x", "run/sample", "api/sample", "proxy=http://x",
    "file/etc/passwd", "reset", "heartbeat/x", "mcp/sse", "mcp/messages", "mcp/schema", "mcp/http",
    "openapi.json", "runs", "dev/reload", "custom_component/a/client/b/c", "token", "user", "app_id", "deep_link",
)  # fmt: skip


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[gr.Blocks]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("gradio")))
        page, names = app.build(ASSETS), host_names("127.0.0.1", frozenset({"atelier.example.org"}), "")
        options = app.options(ModelCatalogue({}, {}), RunRegistry(), ASSETS, "", names)
        page.launch(server_name="127.0.0.1", server_port=free_port(), **options)
        yield page
        page.close()


@pytest.fixture(scope="module")
def http(page: gr.Blocks) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=page.local_url) as client:
        yield client


def trouble(response: httpx.Response, status: int) -> str:
    assert response.status_code == status, response.text[:200]
    return str(response.json()["trouble"])


# ---- which addresses there are


def routes_of(routes: list[object]) -> Iterator[str]:
    """The paths of all routes, those of routers inside of routers too."""
    for route in routes:
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        if inner is not None:
            yield from (getattr(route, "prefix", "") + path for path in routes_of(inner.routes))
        else:
            yield str(getattr(route, "path", ""))


def test_every_address_is_listed(page: gr.Blocks, http: httpx.Client) -> None:
    """A newer gradio may have more routes: none of them opens by itself."""
    known = set(routes_of(page.app.routes))
    assert {"/gradio_api/upload", "/gradio_api/queue/join", "/monitoring", "/assets/{path:path}"} <= known
    opened = {
        path for path in known if (response := http.get(re.sub(r"\{[^}]*\}", "x", path))).status_code != 404
        or "trouble" not in response.json()
    }  # fmt: skip
    for_programs = {"queue/join", "queue/data", "call/{api_name}", "cancel", "mcp"}  # the same addresses, and ours
    opened -= {f"/gradio_api/{name}" for name in for_programs}
    assert opened == GRADIO | {"/assets/{path:path}", "/static/{path:path}"}
    tabs = app.options(ModelCatalogue({}, {}), RunRegistry(), ASSETS)["app_kwargs"]
    assert "routes" not in tabs, "ours stand before gradio, not in it"
    for path in OWN:
        assert http.request("OPTIONS", path).status_code == 405


@each(("name", "method"), itertools.product(SHUT, ("GET", "POST", "PUT", "DELETE", "OPTIONS")))
def test_what_the_page_does_not_need_is_not_there(http: httpx.Client, name: str, method: str) -> None:
    assert "nothing at this address" in trouble(http.request(method, f"/gradio_api/{name}"), 404)


@pytest.mark.parametrize(
    "path", ["/login", "/logout", "/monitoring", "/svelte/x", "/docs", "/runs", "/assets", "/assets/.env", "/x"]
)
def test_nothing_else_is_there_either(http: httpx.Client, path: str) -> None:
    assert "nothing at this address" in trouble(http.get(path), 404)


def test_nobody_fills_the_disk(page: gr.Blocks, http: httpx.Client) -> None:
    folder = Path(page.app.uploaded_file_dir)
    for _ in range(100):
        sent = {"files": ("x.bin", b"x" * 5_000_000)}
        try:
            assert http.post("/gradio_api/upload", files=sent).status_code == 404
        except httpx.TransportError:
            continue  # the server has said no and hung up in the middle of it
    assert not [file for file in folder.rglob("*") if file.is_file()]


def test_gradio_can_only_be_read(http: httpx.Client) -> None:
    assert "only be read" in trouble(http.post("/", json={}), 405)


def test_all_that_the_page_names_is_open(page: gr.Blocks, http: httpx.Client) -> None:
    text = http.get("/").text
    named = {
        f"/{path.removeprefix('.').removeprefix('/')}"
        for path in re.findall(r'(?:src|href)="((?:\./)?[\w./-]+)"', text)
    }
    assert len(named) > 6
    assert {path for path in named if http.get(path).status_code != 200} == set()
    assert not [path for path in named if not path.startswith(f"/{ASSETS.base}/") and not gradio_is_open(path)]


# ---- addresses that gradio fails at


@pytest.mark.parametrize("path", [f"/{'a' * 3_000}", f"/assets/{'a' * 3_000}", f"/live/{'a' * LONGEST_PATH}"])
def test_a_long_path_gets_a_sentence(http: httpx.Client, path: str) -> None:
    assert "1,000 characters" in trouble(http.get(path), 414)
    assert http.post(path, json={}).status_code == 414


QUERIES = ("page=zzz", "page=%00", "page=../..", "deep_link=%00", f"deep_link={'a' * 300}", "deep_link=..%2f..")
ODD: list[dict[str, str]] = [
    {"X-Forwarded-Host": "[::"}, {"X-Forwarded-Host": "a b"}, {"X-Forwarded-Host": "a:99999"},
    {"X-Forwarded-Host": "a.example, b"}, {"X-Gradio-Server": "x["}, {"X-Forwarded-Proto": "zz"},
    {"Range": "bytes=5-1"}, {"Cookie": "=;;"},
]  # fmt: skip


@pytest.mark.parametrize(
    "path", [*sorted(GRADIO), f"/assets/{'b' * 100}/x", "/static/%2e%2e/x", "/assets/%00", "/static"]
)
def test_no_address_makes_gradio_fail(http: httpx.Client, path: str) -> None:
    for asked in [*(http.get(f"{path}?{query}") for query in QUERIES), *(http.get(path, headers=odd) for odd in ODD)]:
        assert asked.status_code < 500, (asked.request.url, asked.request.headers)


# ---- who may ask


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "localhost.evil.example"]
)
@pytest.mark.parametrize("path", ["/", "/explore/models", f"/{ASSETS.base}/style.css"])
def test_another_name_is_refused(http: httpx.Client, host: str, path: str) -> None:
    said = trouble(http.get(path, headers={"Host": host}), 421)
    assert said.startswith(f"This host is not called {name_in(host)}")
    assert "--allow-host" in said


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost:1", "[::1]:80", "192.168.1.2", "Atelier.Example.org.", "a.localhost"]
)
def test_its_own_names_are_let_in(http: httpx.Client, host: str) -> None:
    assert http.get("/explore/models", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["", "[::", "a b", "a@b", "a/b", "localhost:99999", "<script>", "[zz]"])
def test_a_damaged_name_is_refused(http: httpx.Client, host: str) -> None:
    assert "damaged" in trouble(http.get("/", headers={"Host": host}), 400)


@pytest.mark.parametrize(
    ("listening", "allowed", "root_path", "names"),
    [
        ("0.0.0.0", "", "", None), ("192.168.1.2", "", "https://a.org/gan", None), ("127.0.0.1", "*", "", None),
        ("127.0.0.1", "", "", {"localhost", "127.0.0.1"}), ("[::1]", "", "", {"localhost", "::1"}),
        ("localhost", "A.org, b.org.", "https://c.org/gan", {"localhost", "a.org", "b.org", "c.org"}),
        ("0.0.0.0", "a.org", "/gan", {"localhost", "0.0.0.0", "a.org"}),
    ],
)  # fmt: skip
def test_the_names_of_a_host(listening: str, allowed: str, root_path: str, names: set[str] | None) -> None:
    assert host_names(listening, parse_names("--allow-host", [allowed]), root_path) == names


@pytest.mark.parametrize("text", ["a b", "http://a.org", "a.org:80", "a..b", "-a", "ä.org", "a\n"[:2] + "b"])
def test_a_name_that_is_none_gets_a_sentence(text: str) -> None:
    with pytest.raises(ConfigError, match="--allow-host is the name of a host"):
        parse_names("--allow-host", [text])


def test_an_address_cannot_be_a_lie_of_a_name_server() -> None:
    assert [is_known(name, frozenset({"localhost"})) for name in ("10.0.0.1", "::1", "evil.example", "")] == [
        True, True, False, False,
    ]  # fmt: skip


FOREIGN: list[dict[str, str]] = [
    {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://["}, {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://localhost:1"}, {"Origin": "http://127.0.0.1"},
]  # fmt: skip


@each(("path", "headers"), itertools.product(sorted(OWN), FOREIGN))
def test_another_sites_page_changes_nothing(http: httpx.Client, path: str, headers: dict[str, str]) -> None:
    assert "another site" in trouble(http.post(path, headers=JSON | headers, content="{}"), 403)


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_sites_page_reads_nothing(http: httpx.Client, headers: dict[str, str]) -> None:
    """No answer allows it, not even gradio's; a browser that asks first is refused."""
    first = http.request("OPTIONS", "/live/open", headers=headers | {"Access-Control-Request-Method": "POST"})
    answers = [first, *(http.get(path, headers=headers) for path in ("/", "/config", "/theme.css", "/explore/models"))]
    assert first.status_code in (403, 405)
    assert not [name for answer in answers for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded"])
def test_a_form_is_no_request(http: httpx.Client, kind: str) -> None:
    for path in ("/live/open", "/live/close", "/films/training"):
        assert "application/json" in trouble(http.post(path, headers={"Content-Type": kind}, content="{}"), 415)


@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({}, True), ({"sec-fetch-site": "same-origin", "origin": "https://a.org", "host": "inner"}, True),
        ({"sec-fetch-site": "none"}, True), ({"origin": "https://a.org", "host": "a.org"}, True),
        ({"origin": "https://a.org", "host": "inner", "x-forwarded-host": "a.org, b"}, True),
        ({"origin": "http://a.org:81", "host": "a.org:82"}, False),
        ({"origin": "https://b.org", "host": "a.org"}, False),
        ({"origin": "https://known.org", "host": "inner"}, True), ({"origin": "https:", "host": ""}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://a.org", "host": "a.org"}, False),
    ],
)  # fmt: skip
def test_whose_request_it_is(headers: dict[str, str], same: bool) -> None:
    assert is_same_origin(Headers(headers), frozenset({"known.org", ""})) is same


# ---- what every answer says


@pytest.mark.parametrize(
    "path", ["/", "/theme.css", f"/{ASSETS.base}/style.css", "/explore/models", "/x", f"/{'a' * 3_000}"]
)
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_every_answer_carries_the_headers(http: httpx.Client, path: str, host: str) -> None:
    answer = http.get(path, headers={"Host": host})
    assert [answer.headers.get_list(name.decode()) for name, _ in HEADERS] == [[value.decode()] for _, value in HEADERS]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "object-src 'none'" in answer.headers["content-security-policy"]
    assert "frame" not in answer.headers["content-security-policy"]


def test_our_routes_do_not_pass_gradio(page: gr.Blocks) -> None:
    assert not [route for route in page.app.routes if isinstance(route, Route) and route.path in OWN]


# ---- many who are slow


def half_a_body(port: int) -> socket.socket:
    lines = (
        "POST /live/poll HTTP/1.1", "Host: localhost", "Content-Type: application/json", "Content-Length: 99", "", "{",
    )  # fmt: skip
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall("\r\n".join(lines).encode())
    return connection


def test_a_thousand_half_bodies_silence_nobody(page: gr.Blocks, http: httpx.Client) -> None:
    """The ones are told 408 in time, the others see the page meanwhile."""
    process.raise_file_limit()  # both ends are in this process
    slow = [half_a_body(page.server_port) for _ in range(1_060)]
    started = time.monotonic()
    assert http.get("/", timeout=PROGRESS_TIMEOUT).status_code == 200
    assert time.monotonic() - started < PROGRESS_TIMEOUT, "it was answered when they had gone"
    try:
        assert slow[-1].recv(100).startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - started < PROGRESS_TIMEOUT + 5
    finally:
        for connection in slow:
            connection.close()


def test_running_out_of_files_is_one_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    errors, now = LoopErrors(), [0.0]
    loop = SimpleNamespace(time=lambda: now[0], default_exception_handler=lambda context: seen.append(context))
    seen: list[object] = []
    refused = {"message": "socket.accept() out of system resource", "exception": OSError(errno.EMFILE, "x")}
    for now[0] in (0.0, 0.5, 59.0, 61.0):
        for _ in range(500):
            errors(cast("asyncio.AbstractEventLoop", loop), refused)
    assert [record.getMessage() for record in caplog.records] == [
        "socket.accept() out of system resource: Too many open files"
    ] * 2
    errors(cast("asyncio.AbstractEventLoop", loop), {"message": "reset", "exception": OSError(errno.ECONNRESET, "x")})
    assert len(caplog.records) == 3, "another kind is told"
    bug = {"message": "bug", "exception": ValueError("x")}
    errors(cast("asyncio.AbstractEventLoop", loop), bug)
    assert seen == [bug], "a mistake of ours keeps its traceback"
