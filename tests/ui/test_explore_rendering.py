"""Renders for browsers that cannot run a model: what the core makes, junk refused, and visitors in order."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from starlette.applications import Starlette
from starlette.testclient import TestClient
from torch import Tensor

from explore_host import NAME, catalogue, http, render
from gan.data.sets import load
from gan.explore.render import Mix, critic_rank, features, synthesis
from gan.latents import z_from_seeds
from gan.media.pictures import PICTURES
from gan.models.checkpoint import load_model
from gan.models.model import Model
from gan.recipe.config import TrainConfig
from gan.training.runs import model_of
from gan.training.trainer import Trainer
from gan.ui.explore import routes as explore_routes
from gan.ui.explore.rendering import OUTPUTS, RenderQuery
from gan.ui.explore.routes import ExploreRoutes
from gan.ui.shell.catalogue import ModelCatalogue
from route_answers import floats, rows, trouble

__all__ = ["catalogue", "http"]  # fixtures


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(NAME)


def test_a_share_as_browsers_write_it(http: TestClient, model: Model) -> None:
    for share in ("0", "1", "0.25", "1e-7", ".5"):
        assert floats(render(http, rows(torch.zeros(2, 64)), stage=1, share=share)).size == 784


def test_pictures_features_and_ranks_are_the_cores(http: TestClient, model: Model) -> None:
    w = z_from_seeds(range(6), model.G.w_dim)
    values = floats(render(http, rows(w)))
    images = synthesis(model, w)
    np.testing.assert_allclose(values, images.flatten().numpy(), atol=1e-5)
    ranks = critic_rank(model, images)
    assert ranks is not None
    np.testing.assert_allclose(floats(render(http, rows(images), want="critic_rank")), ranks.numpy(), atol=1e-5)
    for stage in range(model.G.num_ws + 1):
        values = floats(render(http, rows(w[:1]), want="features", stage=stage))
        np.testing.assert_allclose(values, features(model, w[:1], stage).flatten().numpy(), atol=1e-5)


@pytest.mark.parametrize("stage", range(4))
def test_mixing_is_the_cores(http: TestClient, model: Model, stage: int) -> None:
    w = z_from_seeds(range(6), model.G.w_dim)
    mixed = synthesis(model, w[:3], w[3:], Mix(0, stage, 0.3))
    np.testing.assert_allclose(floats(render(http, rows(w), stage=stage, share=0.3)), mixed.flatten(), atol=1e-5)
    last = model.G.num_ws
    inside = floats(render(http, rows(w[0], w[3]), want="features", stage=last, at=stage, share=0.3))
    np.testing.assert_allclose(inside, mixed[0].flatten(), atol=1e-5)


def test_features_before_the_mixing_are_the_first_ones(http: TestClient, model: Model) -> None:
    w = z_from_seeds(range(2), model.G.w_dim)
    inside = floats(render(http, rows(w), want="features", stage=1, at=2, share=0.9))
    np.testing.assert_allclose(inside, features(model, w[:1], 1).flatten(), atol=1e-5)


JUNK: dict[str, tuple[bytes, dict[str, Any]]] = {
    "nothing": (b"", {}),
    "a byte short": (rows(torch.zeros(64))[:-1], {}),
    "another width": (rows(torch.zeros(63)), {}),
    "not a number": (rows(torch.full((64,), torch.nan)), {}),
    "infinite": (rows(torch.full((64,), torch.inf)), {}),
    "huge": (rows(torch.full((64,), 1e30)), {}),
    "too many": (rows(torch.zeros(PICTURES.most + 1, 64)), {}),
    "odd pair": (rows(torch.zeros(3, 64)), {"stage": 1}),
    "share nan": (rows(torch.zeros(2, 64)), {"stage": 1, "share": "nan"}),
    "share above": (rows(torch.zeros(2, 64)), {"stage": 1, "share": "1.01"}),
    "share in other digits": (rows(torch.zeros(2, 64)), {"stage": 1, "share": "\uff11"}),
    "share with a line": (rows(torch.zeros(2, 64)), {"stage": 1, "share": "0_1"}),
    "share with a blank": (rows(torch.zeros(2, 64)), {"stage": 1, "share": " 1"}),
    "share long": (rows(torch.zeros(2, 64)), {"stage": 1, "share": "0" * 5_000}),
    "share text": (rows(torch.zeros(2, 64)), {"stage": 1, "share": "half"}),
    "stage above": (rows(torch.zeros(2, 64)), {"stage": 6}),
    "stage below": (rows(torch.zeros(2, 64)), {"stage": -1}),
    "stage text": (rows(torch.zeros(2, 64)), {"stage": "²"}),
    "stage long": (rows(torch.zeros(2, 64)), {"stage": "9" * 5_000}),
    "mixed at the end": (rows(torch.zeros(2, 64)), {"stage": 4}),
    "another output": (rows(torch.zeros(64)), {"want": "weights"}),
    "features of two": (rows(torch.zeros(2, 64)), {"want": "features", "stage": 1}),
    "features of no stage": (rows(torch.zeros(64)), {"want": "features"}),
    "opinion of another size": (rows(torch.zeros(64)), {"want": "critic_rank"}),
}


@pytest.mark.parametrize("case", JUNK)
def test_junk_gets_a_sentence(http: TestClient, case: str) -> None:
    content, query = JUNK[case]
    trouble(render(http, content, **query), 400)


def test_a_body_without_end_is_cut_off(http: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(1_000):
            yield b"\0" * 64_000

    trouble(http.post("/explore/render", params={"name": NAME}, content=endless()), 413)
    trouble(render(http, b"\0" * (2 * PICTURES.most * 64 * 4 + 4)), 413)


def test_points_come_two_thousand_at_once() -> None:
    config = TrainConfig(data="ring", nimg=64, batch=8, z_dim=2, g_widths=(8,), d_widths=(8,))
    trainer = Trainer(config, load("ring"))
    trainer.step()
    points = model_of(trainer, "ring", 0.0)
    with TestClient(Starlette(routes=ExploreRoutes(ModelCatalogue({}, {}, {"ring": points})).routes())) as client:
        z = torch.randn(2_000, 2, generator=torch.Generator().manual_seed(1))
        values = floats(client.post("/explore/render?name=ring", content=rows(z)))
        np.testing.assert_allclose(values, points.G.synthesis(points.G.mapping(z)).flatten().numpy(), atol=1e-5)
        trouble(client.post("/explore/render?name=ring", content=rows(z, z[:1])), 400)
        trouble(client.get("/explore/file?name=ring&part=reference"), 404)


def test_no_more_than_two_are_drawn_at_once_and_the_queue_has_an_end(
    monkeypatch: pytest.MonkeyPatch, catalogue: ModelCatalogue
) -> None:
    monkeypatch.setattr(explore_routes, "MAX_WAITING_RENDERS", 3)
    busy, most, release = 0, 0, threading.Event()
    lock = threading.Lock()

    def slow(model: Model, rows: Tensor, query: RenderQuery) -> Tensor:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        release.wait(20)
        with lock:
            busy -= 1
        return torch.zeros(1)

    monkeypatch.setitem(OUTPUTS, "pictures", slow)
    with TestClient(Starlette(routes=ExploreRoutes(catalogue).routes())) as client:
        statuses: list[int] = []

        def ask() -> None:
            statuses.append(render(client, rows(torch.zeros(64))).status_code)

        crowd = [threading.Thread(target=ask) for _ in range(9)]
        [thread.start() for thread in crowd]
        deadline = time.monotonic() + 20
        while len(statuses) < 4 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert statuses == [503] * 4  # two at work, three wait
        assert client.get("/explore/models").status_code == 200  # nobody else is held up
        assert client.get("/explore/file", params={"name": NAME, "part": "generator"}).status_code == 200
        release.set()
        [thread.join() for thread in crowd]
    assert sorted(statuses) == [200] * 5 + [503] * 4
    assert most == 2
