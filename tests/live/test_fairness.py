"""One visitor who asks for everything leaves the others their part: places to train in, places in memory."""

import time
from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from conftest import until
from gan.live import run_registry
from gan.live.run_registry import RunRegistry
from gan.live.visitors import Visitor, visiting
from gan.ui.live.routes import LiveRoutes
from gan.ui.shell.catalogue import ModelCatalogue
from gan.ui.shell.visitor_token import VisitorToken
from live_site import SMALL
from registry_fixtures import opened as open_run

A, B, C = (Visitor("10.0.0.1", token) for token in "abc")
OpenRegistry = Callable[..., RunRegistry]


def test_beside_thirty_runs_of_one_visitor_another_trains_within_a_turn(
    open_registry: OpenRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_registry, "TURN_SECONDS", 0.5)
    registry = open_registry(runs=2)
    with visiting(A):
        many = [open_run(registry) for _ in range(30)]
    for run in many:
        run.start()
    assert [run.status for run in many] == ["running"] * 2 + ["queued"] * 28
    with visiting(B):
        one = open_run(registry)
    one.start()
    assert (one.visitor, one.status, registry.place(one)) == (B, "queued", 1)
    begun = time.monotonic()
    until(lambda: one.status == "running", seconds=5)
    assert time.monotonic() - begun < 0.5 + 5 * run_registry.TEND_SECONDS
    until(lambda: [run.status for run in many].count("queued") == 29)  # who made room waits again
    assert many[0].status == "queued" and registry.place(many[0]) == 29
    time.sleep(0.5 + 2 * run_registry.TEND_SECONDS)
    assert (one.status, many[1].status) == ("running", "running")  # one each: nobody has to make room
    for run in (one, *reversed(many)):  # those who wait first, or each would begin
        run.close()


def test_a_run_whose_owner_acts_holds_nobody_up(open_registry: OpenRegistry) -> None:
    registry = open_registry(runs=1)
    first, busy, waiting = (open_run(registry) for _ in range(3))
    for run in (first, busy, waiting):
        run.start()
    assert registry.place(busy) == 1
    with busy.lock:
        first.close()
        until(lambda: waiting.status == "running", seconds=5)
        assert (busy.status, registry.place(busy)) == ("queued", 1)
    for run in (busy, waiting):
        run.close()


def test_who_opens_many_pages_closes_none_of_anybody_else(open_registry: OpenRegistry) -> None:
    registry = open_registry(runs=1, pages=4)
    with visiting(B):
        theirs = open_run(registry)
    with visiting(A):
        many = [open_run(registry) for _ in range(9)]
    for run in (theirs, *many):
        run.last_poll, run.ever_polled = run.admitted_at, True
    assert registry.find(theirs.id) == (theirs, "owner")
    with visiting(C):
        third = open_run(registry)
    assert [registry.find(run.id) is not None for run in (theirs, third)] == [True, True]
    assert sum(registry.find(run.id) is not None for run in many) == 2
    theirs.last_poll -= 100  # its page has gone: it is missed least of all
    with visiting(A):
        open_run(registry)
    assert registry.find(theirs.id) is None


def test_the_page_s_token_says_whose_a_run_is_and_who_watches(open_registry: OpenRegistry) -> None:
    """Through the routes: whatever thread answers, it knows whose request it is."""
    registry = open_registry(runs=2, watchers=3)
    catalogue = ModelCatalogue({}, {})
    page = Route("/", lambda request: Response("page"))
    app = VisitorToken(Starlette(routes=[page, *LiveRoutes(registry, catalogue).routes()]))
    greedy, other = TestClient(app), TestClient(app)
    for client in (greedy, other):
        client.get("/")
    opened = {name: client.post("/live/open", json={"query": SMALL}).json() for name, client in
              {"greedy": greedy, "other": other}.items()}  # fmt: skip
    runs = {name: registry.find(told["id"])[0] for name, told in opened.items()}  # type: ignore[index]
    assert runs["greedy"].visitor.token != runs["other"].visitor.token
    assert all(run.visitor.token for run in runs.values())
    id = opened["greedy"]["id"]
    watch = greedy.post("/live/act", json={"id": id, "act": "share"}).json()["watch"]
    answers = [greedy.post("/live/open", json={"query": f"watch={watch}"}).json() for _ in range(5)]
    assert ["trouble" in answer for answer in answers] == [False] * 3 + [True] * 2
    assert other.post("/live/open", json={"query": f"watch={watch}"}).json()["role"] == "watcher"
    name = greedy.post("/live/act", json={"id": id, "act": "keep"}).json()["model"]
    assert catalogue.kept_by[name] == runs["greedy"].visitor
    for run in runs.values():
        run.close()
