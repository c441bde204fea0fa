"""Two hosts behind one address: the live tab works where each visitor stays on one, and else says what is wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from balancer import Balancer, By
from conftest import until
from gan.errors import ConfigError
from gan.live.run_ids import OWN, WATCH, is_elsewhere, new_id, new_mark
from gan.live.run_registry import RunRegistry
from gan.live.visitors import present_visitor
from gan.ui.live.routes import ELSEWHERE, LiveRoutes
from gan.ui.shell.catalogue import ModelCatalogue
from gan.ui.shell.door import behind_door
from gan.ui.shell.health import health_route
from gan.ui.shell.visitor_token import COOKIE, shared_key
from gan.ui.words.host import HOST
from live_site import SMALL, trouble

KEY = "drawn by chance, not this"
OpenRegistry = Callable[..., RunRegistry]


@pytest.fixture(scope="module")
def registries(open_registry: OpenRegistry) -> list[RunRegistry]:
    return [open_registry(), open_registry()]


@pytest.fixture(scope="module")
def balancer(registries: list[RunRegistry]) -> Balancer:
    """Two hosts that share a key, each behind its own door."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_VISITOR_KEY", KEY)
        hosts = []
        for registry in registries:

            async def whoami(request: Any) -> PlainTextResponse:
                return PlainTextResponse(present_visitor().token)

            routes = LiveRoutes(registry, ModelCatalogue({}, {})).routes()
            page = Starlette(routes=[Route("/", whoami)])
            hosts.append(behind_door(page, [health_route(registry), *routes], "", None, 1))
    return Balancer(hosts)


def post(http: TestClient, route: str, **request: Any) -> dict[str, Any]:
    answer: dict[str, Any] = http.post(f"/live/{route}", json=request).json()
    return answer


def poll(http: TestClient, id: str) -> dict[str, Any]:
    return post(http, "poll", id=id, round=-1, number=-1, points=0, moments=-1)


@pytest.mark.parametrize("by", ["cookie", "address"])
def test_a_visitor_who_stays_on_one_host_trains_and_is_watched(balancer: Balancer, by: By) -> None:
    balancer.by = by
    http = TestClient(balancer, headers={"X-Forwarded-For": "192.0.2.7"})
    http.get("/")
    id = post(http, "open", query=SMALL)["id"]
    post(http, "act", id=id, act="start")
    until(lambda: poll(http, id)["curve"] != [])
    watch = post(http, "act", id=id, act="share")["watch"]
    assert post(http, "open", query=f"?watch={watch}")["role"] == "watcher"
    post(http, "act", id=id, act="pause")


def test_hosts_that_share_a_key_know_each_others_visitors(balancer: Balancer) -> None:
    balancer.by = "turn"
    http = TestClient(balancer)
    http.get("/")
    token = http.cookies[COOKIE].partition(".")[0]
    assert [http.get("/").text for _ in range(2)] == [token, token]
    with pytest.raises(ConfigError, match="at least 16 characters"):
        shared_key({"GAN_VISITOR_KEY": "short"})
    assert shared_key({}) == b""
    assert shared_key({"GAN_VISITOR_KEY": "\udcff" * 16}) == b"\xff" * 16, "whatever bytes the environment holds"


def test_a_visitor_who_is_sent_to_and_fro_is_told_why(balancer: Balancer) -> None:
    balancer.by = "turn"
    http = TestClient(balancer)
    id = post(http, "open", query=SMALL)["id"]
    answers = [poll(http, id), poll(http, id)]
    assert [answer.get("elsewhere") for answer in answers] == [True, None]
    assert answers[0]["gone"] and "on another host behind this address" in answers[0]["trouble"]
    assert "keep each visitor on one" in trouble({"trouble": post(http, "act", id=id, act="start")["trouble"]})
    watch = post(http, "act", id=id, act="share")  # every second request comes to the run's own host
    assert "another host" in post(http, "open", query=f"?watch={watch['watch']}")["trouble"]
    assert ELSEWHERE in HOST


def test_each_host_says_how_it_is(balancer: Balancer, registries: list[RunRegistry]) -> None:
    balancer.by = "turn"
    http = TestClient(balancer)
    for registry in registries:
        answer = http.get("/healthz")
        places = {"training": registry.training(), "places": registry.limits.runs, "waiting": 0}
        assert (answer.status_code, answer.json()["status"], answer.json()["live"]) == (200, "ok", places)
    assert http.post("/healthz", json={}).status_code == 405
    ending = RunRegistry()
    ending.close()
    http = TestClient(Starlette(routes=[health_route(ending)]))
    assert http.get("/healthz").status_code == 503


def test_only_ids_that_a_host_gave_out_are_elsewhere() -> None:
    mine, other = new_mark(), new_mark()
    for size in (OWN, WATCH):
        assert not is_elsewhere(new_id(mine, size), mine) and is_elsewhere(new_id(other, size), mine)
    assert is_elsewhere(f"{new_id(other, WATCH)}.{'a' * 12}", mine)
    for foreign in (None, 7, [], "", "x" * 5_000, "../../etc", "a.b", f"{new_id(other, OWN)}\n"):
        assert not is_elsewhere(foreign, mine), foreign
