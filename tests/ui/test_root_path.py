"""The path below which a proxy shows the app: read from a flag, and taken off what still carries it."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from gan.errors import ConfigError
from gan.ui.shell.root_path import RootPath, parse_root_path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ""), ("/", ""), ("/gan", "/gan"), ("gan", "/gan"), ("/gan/", "/gan"), ("/a/b.c_d~e-1/", "/a/b.c_d~e-1"),
        ("https://example.org/gan/", "https://example.org/gan"), ("http://example.org:8000", "http://example.org:8000"),
    ],
)  # fmt: skip
def test_a_root_path_is_read(text: str, path: str) -> None:
    assert parse_root_path("--root-path", text) == path


@pytest.mark.parametrize(
    "text", ["/a b", "/gan?x=1", "/gan#x", "//gan", "/../gan", "/gan/..", "ftp://a/gan", "/gän", "/a\nb"]
)
def test_another_text_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ConfigError, match=r"--root-path is a path such as /gan, .* not "):
        parse_root_path("--root-path", text)


@pytest.mark.parametrize("root_path", ["/gan", "https://example.org/gan"])
@pytest.mark.parametrize(
    ("asked", "arrives"),
    [
        ("/gan/", "/"), ("/gan", "/"), ("/gan/live/poll", "/live/poll"), ("/live/poll", "/live/poll"), ("/", "/"),
        ("/gander", "/gander"), ("/gan/a%20b", "/a b"),
    ],
)  # fmt: skip
def test_a_request_arrives_alike_with_the_path_or_without(root_path: str, asked: str, arrives: str) -> None:
    async def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{request.scope['path']} {request.scope['raw_path'].decode()}")

    app = Starlette(routes=[Route("/{path:path}", answer)], middleware=[Middleware(RootPath, root_path=root_path)])
    with TestClient(app) as http:
        assert http.get(asked).text == f"{arrives} {arrives.replace(' ', '%20')}"


def test_without_a_root_path_nothing_is_taken_off() -> None:
    async def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.scope["path"])

    app = Starlette(routes=[Route("/{path:path}", answer)], middleware=[Middleware(RootPath, root_path="")])
    with TestClient(app) as http:
        assert [http.get(path).text for path in ("/", "/gan/")] == ["/", "/gan/"]
