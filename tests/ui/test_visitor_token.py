"""Who a request is from: a signed token, else the address, which behind a proxy is told by the proxy alone."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from core_fixtures import elsewhere
from gan.live.visitors import Visitor, present_visitor
from gan.ui.shell.visitor_token import COOKIE, THROUGH_A_PROXY, VisitorToken, address, joined


async def who(request: Request) -> Response:
    """Asked in a thread, as the handlers are."""
    visitor = await run_in_threadpool(present_visitor)
    return PlainTextResponse(f"{visitor.address} {visitor.token}")


def site(**options: Any) -> VisitorToken:
    return VisitorToken(Starlette(routes=[Route("/", who), Route("/who", who)]), **options)


def told(client: TestClient, path: str = "/who", **headers: str) -> Visitor:
    host, _, token = client.get(path, headers=headers).text.partition(" ")
    return Visitor(host, token)


def test_the_page_gives_a_token_and_every_request_is_known_by_it() -> None:
    app = site()
    one, other = TestClient(app), TestClient(app)
    assert told(one) == told(other) == Visitor("testclient")
    assert COOKIE not in one.cookies, "only the page gives tokens"
    assert told(one, "/").token == ""
    first = one.cookies[COOKIE]
    assert told(one).token and told(one) == told(one, "/")
    assert one.cookies[COOKIE] == first, "a visitor keeps the token"
    told(other, "/")
    assert told(other).token not in ("", told(one).token)


def test_a_made_up_token_is_none() -> None:
    client = TestClient(site(key=b"k" * 32))
    told(client, "/")
    name, _, signature = client.cookies[COOKIE].partition(".")
    forged = [
        "x",
        f"{name}.",
        f"{'A' * 16}.{signature}",
        f"{name}.{'A' * 22}",
        f"{name}.{signature}x",
        ";;=,",
        "",
    ]
    client.cookies.clear()
    for value in forged:
        assert told(client, cookie=f"{COOKIE}={value}").token == "", value
    assert told(client, cookie=f"a=b; {COOKIE}={name}.{signature}").token == name
    assert told(TestClient(site(key=b"K" * 32)), cookie=f"{COOKIE}={name}.{signature}").token == ""


def test_the_cookie_is_no_script_s_and_goes_nowhere_else() -> None:
    def cookie(app: VisitorToken, **headers: str) -> list[str]:
        return TestClient(app).get("/", headers=headers).headers["set-cookie"].split("; ")[1:]

    assert cookie(site()) == ["Path=/", "HttpOnly", "SameSite=Lax"]
    partitioned = ["HttpOnly", "Secure", "SameSite=None", "Partitioned"]  # kept in a Space's frame too
    assert cookie(site(root_path="https://example.org/gan"), **{"x-forwarded-proto": "https"}) == [
        "Path=/gan", *partitioned,
    ]  # fmt: skip


FORWARDED = {b"x-forwarded-for": "6.6.6.6, 10.0.0.7, 10.0.0.8"}


@pytest.mark.parametrize(("client", "headers", "proxies", "expected"), [
    (("10.0.0.9", 40_000), {}, 0, "10.0.0.9"),
    (("10.0.0.9", 40_000), FORWARDED, 0, "10.0.0.9"),  # anybody may send this header
    (("6.6.6.6", 0), FORWARDED, 0, THROUGH_A_PROXY),  # the web server took it from there
    (("10.0.0.9", 40_000), FORWARDED, 1, "10.0.0.8"),
    (("6.6.6.6", 0), FORWARDED, 2, "10.0.0.7"),
    (("10.0.0.9", 40_000), FORWARDED, 4, THROUGH_A_PROXY),
    (("10.0.0.9", 40_000), {}, 1, THROUGH_A_PROXY),
    (None, {}, 0, THROUGH_A_PROXY),
])  # fmt: skip
def test_an_address_is_what_somebody_to_be_trusted_says(
    client: tuple[str, int] | None, headers: dict[bytes, str], proxies: int, expected: str
) -> None:
    assert address({"client": client}, headers, proxies) == expected


def test_what_every_proxy_says_in_a_line_of_its_own_counts() -> None:
    lines = [
        (b"X-Forwarded-For", b"6.6.6.6"), (b"x-forwarded-for", b"10.0.0.7"), (b"X-Forwarded-For", b"10.0.0.8"),
        (b"Cookie", b"a=b"), (b"cookie", b"c=d"),
    ]  # fmt: skip
    headers = joined(lines)
    assert headers == {b"x-forwarded-for": "6.6.6.6, 10.0.0.7, 10.0.0.8", b"cookie": "a=b; c=d"}
    assert address({"client": ("10.0.0.9", 40_000)}, headers, 2) == "10.0.0.7"


def test_a_socket_passes_through() -> None:
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    elsewhere(VisitorToken(app)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan"]
