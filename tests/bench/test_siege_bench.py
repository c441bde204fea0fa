"""The siege and the full house: which routes are called, with what, and how figures are taken."""

import random

import httpx

from bench import siege
from bench.fuzz import call, routes
from bench.load import WITHIN, p95, table


def test_every_route_is_called_gradio_s_own_included() -> None:
    known = routes()
    paths = {path for path, _ in known}
    assert {"/live/act", "/explore/render", "/films/encode", "/", "/config"} <= paths
    assert {"/gradio_api/upload", "/gradio_api/queue/join", "/gradio_api/component_server"} <= paths
    dice = random.Random(0)
    client, methods = httpx.Client(base_url="http://127.0.0.1:9"), set()
    for _ in range(3_000):
        request = call(dice, known)
        methods.add(request["method"])
        try:
            built = client.build_request(**request)
        except httpx.InvalidURL:
            continue
        assert built.url.host == "127.0.0.1", "a call may not leave this machine"
    assert len(methods) == 7
    assert call(random.Random(1), known) == call(random.Random(1), known)


def test_every_attack_says_what_it_came_to_before() -> None:
    assert len(siege.ATTACKS) == 12
    for attack in siege.ATTACKS.values():
        assert attack.before and attack.run.__doc__
    told = {"films": {"before": "dead", "now": {"worst": 2, "statuses": {}}, "held": False}}
    assert siege.table(told).splitlines()[-1] == "| films | dead | worst: 2 | NO |"


def test_nineteen_of_twenty() -> None:
    assert p95([float(i) for i in range(1, 101)]) == 95
    assert p95([7.0]) == 7
    assert p95([float("inf"), *([1.0] * 19)]) == 1
    told = table({"figures": dict.fromkeys(WITHIN, 12.4)})
    assert "| GET / (p95 ms) | 12 | 500 |" in told
