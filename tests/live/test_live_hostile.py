"""The live tab's routes against whoever means no good: each request gets a sentence, and nobody else suffers."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.types import Message, Receive

from core_fixtures import elsewhere
from gan.live.run_registry import RunRegistry
from gan.live.setup import Setup
from gan.ui.shell import requests
from gan.ui.shell.assets import BROWSER
from live_site import SMALL, Site, trouble


@pytest.fixture(scope="module")
def site(open_registry: Callable[..., RunRegistry]) -> Site:
    return Site(open_registry(runs=8, watchers=2))


@pytest.fixture(scope="module")
def id(site: Site) -> str:
    return site.open()


@pytest.mark.parametrize("drawing", ["\ud800", "x" * 60_001, "A" * 60_000, "A", "é", "==", 5, [], {}])
@pytest.mark.parametrize("data", ["ring", "drawn"])
def test_a_damaged_drawing_is_refused_whatever_one_trains_on(site: Site, id: str, data: str, drawing: Any) -> None:
    body = json.dumps({"id": id, "act": "settle", "setup": {"data": data, "drawing": drawing}})
    assert "draw" in trouble(site.http.post("/live/act", content=body.encode()).json()).lower()
    assert site.poll(id)["setup"]["drawing"] == ""


def test_a_damaged_drawing_in_a_link_is_answered_with_the_usual_run(site: Site) -> None:
    told = json.loads(site.http.post("/live/open", content=b'{"query": "?data=ring&drawing=\\ud800"}').content)
    assert told["setup"] == Setup.of({}).to_json()
    assert "drawing" in told["shut"]


@pytest.mark.parametrize("name", [[], {}, [1], {"a": 1}, None, 5, True, "", "collapsed "])
def test_only_an_illness_can_be_fallen_ill_with(site: Site, id: str, name: Any) -> None:
    assert "an illness is one of" in trouble(site.act(id, "ill", name=name)).lower()


@pytest.mark.parametrize("lane", ["x", [], {}, 1e300, 1.5, None, True, -1, 2, "9"])
def test_only_a_lane_has_a_model(site: Site, id: str, lane: Any) -> None:
    assert "a lane is 0 or 1" in trouble(site.act(id, "keep", lane=lane)).lower()
    answer = site.http.post("/live/file", json={"id": id, "what": "model", "lane": lane})
    assert (answer.status_code, "lane is 0 or 1" in answer.text) == (404, True)


def test_a_damaged_poll_does_not_say_that_the_run_is_gone(site: Site) -> None:
    assert "gone" not in site.http.post("/live/poll", content=b"x").json()


def answer_to(site: Site, route: str, receive: Receive) -> tuple[int, bytes]:
    """Status and body of what a route answers to a request whose parts come as they come."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    app = site.http.app
    assert isinstance(app, Starlette)
    path = f"/live/{route}"
    scope = {"type": "http", "http_version": "1.1", "method": "POST", "path": path, "raw_path": path.encode(),
             "query_string": b"", "root_path": "", "headers": [], "server": ("x", 80), "scheme": "http"}  # fmt: skip
    elsewhere(app(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


@pytest.mark.parametrize("route", ["open", "poll", "act", "moment", "close"])
def test_a_request_that_breaks_off_is_no_error(site: Site, route: str) -> None:
    parts: list[Message] = [
        {"type": "http.request", "body": b'{"id": ', "more_body": True}, {"type": "http.disconnect"},
    ]  # fmt: skip

    async def receive() -> Message:
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    assert b"ended before its end" in answer_to(site, route, receive)[1]


def test_an_owners_id_is_in_no_address(site: Site, id: str) -> None:
    """Addresses stay in the logs of proxies and in histories."""
    assert site.http.get("/live/file", params={"id": id, "what": "curves"}).status_code == 405
    pages = [path.read_text("utf-8") for path in sorted(BROWSER.rglob("*.js"))]
    assert not [text for text in pages if re.search(r"(?<!\s)\bid=|\?id\b|URLSearchParams\(\{[^}]*\bid\b", text)]


@pytest.mark.parametrize("route", ["open", "poll", "act", "moment", "close", "file"])
def test_half_a_body_is_not_waited_for(site: Site, route: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "PROGRESS_TIMEOUT", 0.05)
    parts: list[Message] = [{"type": "http.request", "body": b'{"id": ', "more_body": True}]

    async def receive() -> Message:
        if not parts:
            await asyncio.sleep(5)
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    started = time.monotonic()
    status, body = answer_to(site, route, receive)
    assert time.monotonic() - started < 4
    assert status == 408
    assert b"did not arrive in time" in body


def test_many_who_open_and_never_come_back_throw_nobody_out(open_registry: Callable[..., RunRegistry]) -> None:
    site = Site(open_registry(pages=5))
    here = [site.open(f"{SMALL}&seed={seed}") for seed in range(3)]
    for id in here:
        assert site.poll(id)["state"] == "ready"
    for _ in range(20):
        site.open()
    assert [site.poll(id).get("state") for id in here] == ["ready"] * 3
    assert len(site.registry.runs) == 5
