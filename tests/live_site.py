"""A registry behind its routes, as the tests of the live tab see it."""

from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from conftest import until
from gan.live.run import LiveRun
from gan.live.run_registry import RunRegistry
from gan.ui.live.routes import LiveRoutes
from gan.ui.shell.catalogue import ModelCatalogue

Reply = dict[str, Any]
SMALL = "tab=live&batch=8&g_neurons=8&d_neurons=8"


class Site:
    """A registry behind its routes, as a browser sees it."""

    def __init__(self, registry: RunRegistry) -> None:
        self.registry, self.catalogue = registry, ModelCatalogue({}, {})
        self.http = TestClient(Starlette(routes=LiveRoutes(registry, self.catalogue).routes()))

    def post(self, route: str, **request: Any) -> Reply:
        response = self.http.post(f"/live/{route}", json=request)
        assert response.status_code == 200
        content: Reply = response.json()
        return content

    def open(self, query: str = SMALL, **request: Any) -> str:
        return str(self.post("open", query=query, **request)["id"])

    def act(self, id: str, act: str, **request: Any) -> Reply:
        return self.post("act", id=id, act=act, **request)

    def poll(self, id: str, **request: Any) -> Reply:
        return self.post("poll", id=id, **({"round": -1, "number": -1, "points": 0, "moments": -1} | request))

    def run(self, id: str) -> LiveRun:
        found = self.registry.find(id)
        assert found is not None
        return found[0]

    def train(self, id: str, steps: int) -> Reply:
        self.act(id, "start")
        until(lambda: self.poll(id)["curve"] != [] and self.run(id).steps >= steps)
        self.act(id, "pause")
        return self.poll(id)


def trouble(reply: Reply) -> str:
    assert set(reply) <= {"trouble", "gone"}, reply
    sentence = str(reply["trouble"])
    assert not sentence[0].islower()
    assert sentence[-1] == "."
    assert len(sentence) < 400
    return sentence
