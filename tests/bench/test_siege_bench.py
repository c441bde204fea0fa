"""The siege and the full house: which routes are called, with what, and how figures are taken."""

import itertools
import random
import threading
from collections import Counter

import httpx
import pytest

from bench import siege
from bench.attacks.host import Peak, at_once, until
from bench.fuzz import LIKELY, Target, call, routes
from bench.load import WITHIN, p95, table


@pytest.fixture(scope="module")
def known() -> list[Target]:
    return routes()


def test_every_route_is_called_gradio_s_own_included(known: list[Target]) -> None:
    ours, theirs = ({target.path for target in known if target.ours is own} for own in (True, False))
    assert {"/live/act", "/live/file", "/explore/render", "/films/encode"} <= ours
    assert {"/", "/config", "/gradio_api/upload", "/gradio_api/queue/join", "/gradio_api/component_server"} <= theirs
    dice = random.Random(0)
    client, methods, called = httpx.Client(base_url="http://127.0.0.1:9"), set(), Counter[str]()
    for _ in range(7_000):  # so that each of ours comes a hundred times
        target, request = call(dice, known, LIKELY)
        methods.add(request["method"])
        called[target.path] += 1
        try:
            built = client.build_request(**request)
        except httpx.InvalidURL:
            continue
        assert built.url.host == "127.0.0.1", "a call may not leave this machine"
    assert len(methods) == 7
    assert set(called) == {target.path for target in known}
    assert min(called[path] for path in ours) > 50
    assert call(random.Random(1), known, LIKELY) == call(random.Random(1), known, LIKELY)


def test_calls_like_those_of_the_page_name_what_is_there(known: list[Target]) -> None:
    dice, acts = random.Random(0), [target for target in known if target.path == "/live/act"]
    requests = [call(dice, acts, LIKELY | {"id": ["a-run"]})[1] for _ in range(200)]
    sent = [request for request in requests if request["content"] and b"a-run" in request["content"]]
    assert len(sent) > 30
    assert sum(request["headers"].get("sec-fetch-site") == b"same-origin" for request in sent) > 30


ATTACKS = (
    "45 steps of a heavy run", "a set-up of heavy iterations", "100 uploads of 5 MB", "44 films of a run",
    "30 pasts of large networks", "60 set-ups at once", "a worker that does not listen", "work without end",
    "SIGTERM in an iteration", "SIGKILL in an iteration", "30 runs of one visitor", "205 watchers of one visitor",
    "32 models of one visitor", "half a body", "half a head", "60 MB of headers", "100 readers who take nothing",
    "100 bodies of 6 MB", "a page of another site",
    "control characters in names", "what answers tell a browser", "a path of 3,000 characters",
    "20,000 calls at random", "300 films that nobody fetches", "odd requests by MCP",
    "odd requests by MCP, a loud log",
)  # fmt: skip


def test_every_attack_says_what_it_came_to_before() -> None:
    assert tuple(siege.ATTACKS) == ATTACKS
    for attack in siege.ATTACKS.values():
        assert attack.before and attack.run.__doc__
    told = {"films": {"before": "dead", "now": {"worst": 1_200, "codes": [200, 404], "statuses": {}}, "held": False}}
    assert siege.table(told).splitlines()[-1] == "| films | dead | worst: 1,200; codes: 200, 404 | NO |"
    assert [siege.said(value) for value in ([], 0, False, True, float("inf"), "x")] == [
        "none", "0", "False", "True", "inf", "x",
    ]  # fmt: skip


def test_the_worst_is_kept_and_errors_are_results() -> None:
    values, over = itertools.chain([1.0, 5.0, 2.0], itertools.repeat(0.0)), threading.Event()

    def measure() -> float:
        value = next(values)
        if not value:
            over.set()
        return value

    with Peak(measure, 0.001) as peak:
        assert over.wait(5)
    assert peak.most == 5

    def act(i: int) -> int:
        if i == 1:
            raise httpx.ReadTimeout("late")
        return i

    first, late, last = at_once(3, act)
    assert (first, last) == (0, 2) and isinstance(late, httpx.ReadTimeout)
    assert until(lambda: False, 0.01) == float("inf")


def test_nineteen_of_twenty() -> None:
    assert p95([float(i) for i in range(1, 101)]) == 95
    assert p95([7.0]) == 7
    assert p95([float("inf"), *([1.0] * 19)]) == 1
    told = table({"figures": dict.fromkeys(WITHIN, 1_012), "before": {"figures": {"GET / (p95 ms)": float("inf")}}})
    assert "| GET / (p95 ms) | inf | 1,012 | 500 |" in told
    assert "| errors |  | 1,012 | 0 |" in told
