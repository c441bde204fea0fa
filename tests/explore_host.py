"""What the tests of Explore's routes share: the catalogue of the shipped models, behind its routes."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gan.ui.explore.routes import ExploreRoutes
from gan.ui.shell.catalogue import ModelCatalogue, build_catalogue

NAME = "mnist-dcgan"


@pytest.fixture(scope="module")
def catalogue() -> ModelCatalogue:
    return build_catalogue([])


@pytest.fixture(scope="module")
def http(catalogue: ModelCatalogue) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=ExploreRoutes(catalogue).routes())) as client:
        yield client


def render(http: TestClient, content: bytes, **query: Any) -> Any:
    return http.post("/explore/render", params={"name": NAME} | query, content=content)
