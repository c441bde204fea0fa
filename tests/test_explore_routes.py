"""Explore's routes: the models on offer, their files, pictures for browsers that cannot, and hostile requests."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.testclient import TestClient
from torch import Tensor

from core_fixtures import elsewhere, tiny_model
from gan import portable
from gan.checkpoint import find_model, load_model, model_bytes, save_model, shipped
from gan.config import TrainConfig
from gan.data import load
from gan.explore import Mix, features, opinion, synthesis
from gan.history import folder_of, moments
from gan.latents import z_from_seeds
from gan.model import Model
from gan.runs import model_of
from gan.trainer import Trainer
from gan.ui.explore import routes as explore_routes
from gan.ui.explore.routes import MOST_PICTURES, PARTS, ExploreRoutes
from gan.ui.shelf import FAVOURITES, Shelf, stock
from gan.ui.wire import Turns, unless_gone

NAME = "mnist-dcgan"


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return stock([])


@pytest.fixture(scope="module")
def http(shelf: Shelf) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=ExploreRoutes(shelf).routes())) as client:
        yield client


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(NAME)


def trouble(response: Any, status: int) -> str:
    """The sentence that answers a mistake."""
    assert response.status_code == status, response.content[:200]
    told = response.json()
    assert set(told) == {"trouble"}
    sentence = str(told["trouble"])
    assert not sentence[0].islower() and sentence[-1] == "." and len(sentence) < 400
    return sentence


def rows(*parts: Tensor) -> bytes:
    return torch.cat([part.flatten() for part in parts]).numpy().astype("<f4").tobytes()


def render(http: TestClient, content: bytes, **query: Any) -> Any:
    return http.post("/explore/render", params={"name": NAME} | query, content=content)


def floats(response: Any) -> np.ndarray:
    assert response.status_code == 200, response.content[:200]
    assert response.headers["content-type"] == "application/octet-stream"
    return np.frombuffer(response.content, "<f4")


# ---- models and files


def test_every_model_is_told_before_its_file_comes(http: TestClient) -> None:
    told = http.get("/explore/models").json()
    assert told["first"] == told["models"][0]["name"] == FAVOURITES[0]
    assert sorted(entry["name"] for entry in told["models"]) == shipped()
    for entry in told["models"]:
        model = load_model(entry["name"])
        assert (entry["kind"], entry["macs"]) == (model.kind, portable.macs(model))
        assert entry["sha256"] == model.card["sha256"]
        assert entry["critic"] is True
        assert entry["history"] is (len(moments(folder_of(find_model(entry["name"])))) > 1)
        assert entry["label"]
    assert {entry["name"]: entry for entry in told["models"]}["digits-mlp"]["reference"] is True


def test_a_file_is_what_portable_gives_and_is_asked_for_once(http: TestClient, model: Model) -> None:
    for part in ("generator", "critic"):
        answer = http.get("/explore/file", params={"name": NAME, "part": part})
        assert answer.content == getattr(portable, part)(model)
        again = {"If-None-Match": answer.headers["etag"]}
        kept = http.get("/explore/file", params={"name": NAME, "part": part}, headers=again)
        assert (kept.status_code, kept.content) == (304, b"")
        other = {"If-None-Match": '"of another file"'}
        assert http.get("/explore/file", params={"name": NAME, "part": part}, headers=other).status_code == 200
    reference = http.get("/explore/file", params={"name": "digits-mlp", "part": "reference"})
    assert reference.content == portable.reference(load_model("digits-mlp"))


def test_a_file_is_made_once_for_a_crowd(monkeypatch: pytest.MonkeyPatch, shelf: Shelf) -> None:
    made = []

    def slow(model: Model) -> bytes:
        made.append(model.name)
        time.sleep(0.2)
        return model.name.encode()

    monkeypatch.setitem(PARTS, "generator", (slow, "{name}"))
    with TestClient(Starlette(routes=ExploreRoutes(shelf).routes())) as client:
        answers: list[bytes] = []
        ask = lambda name: answers.append(client.get(f"/explore/file?name={name}&part=generator").content)  # noqa: E731
        crowd = [threading.Thread(target=ask, args=(name,)) for name in [NAME] * 8 + ["digits-mlp"] * 8]
        [thread.start() for thread in crowd]
        [thread.join() for thread in crowd]
    assert sorted(made) == ["digits-mlp", NAME]
    assert sorted(answers) == [b"digits-mlp"] * 8 + [NAME.encode()] * 8


def test_a_guests_model_is_known_by_its_name_alone() -> None:
    shelf = stock([])
    with TestClient(Starlette(routes=ExploreRoutes(shelf).routes())) as client:
        for steps in (1, 2):  # the same name for another model: another file
            shelf.keep("live-secret", model_bytes(tiny_model(steps))[0])
            answer = client.get("/explore/file?name=live-secret&part=generator")
            assert answer.content == portable.generator(shelf.guests["live-secret"])
        names = [entry["name"] for entry in client.get("/explore/models").json()["models"]]
        assert "live-secret" not in names
        told = client.get("/explore/models?also=live-secret&also=nobody&also=live-secret").json()
        assert [entry["name"] for entry in told["models"]] == ["live-secret", *names]
        assert told["first"] == FAVOURITES[0]
        trouble(client.get("/explore/file?name=live-other&part=generator"), 404)


def test_a_model_that_has_gone_leaves_the_others(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    save_model(tiny_model(name="gone"), tmp_path / "gone")
    save_model(tiny_model(name="here"), tmp_path / "here")
    shelf = Shelf({name: tmp_path / f"{name}.safetensors" for name in ("gone", "here")}, {})
    (tmp_path / "gone.safetensors").unlink()
    with TestClient(Starlette(routes=ExploreRoutes(shelf).routes())) as client:
        told = client.get("/explore/models").json()
        assert ([entry["name"] for entry in told["models"]], told["first"]) == (["here"], "here")
        told = trouble(client.get("/explore/file?name=gone&part=generator"), 404)
        assert told == "The model gone cannot be opened now."
        assert str(tmp_path / "gone") in caplog.text  # for the owner alone
        content = (tmp_path / "here.safetensors").read_bytes()
        for damage in (b"", content[:100], content[:-8] + b"damaged!"):
            (tmp_path / "gone.safetensors").write_bytes(damage)
            for part in PARTS:
                assert trouble(client.get(f"/explore/file?name=gone&part={part}"), 404) == told
            assert trouble(client.post("/explore/render?name=gone", content=b""), 404) == told
            assert len(client.get("/explore/models").json()["models"]) == 1
        save_model(tiny_model(5, name="here"), tmp_path / "here")  # as a run in progress does
        answer = client.get("/explore/file?name=here&part=generator")
        assert answer.content == portable.generator(load_model(tmp_path / "here"))


def test_what_a_model_lacks_is_said() -> None:
    shelf = Shelf({}, {}, {"bare": replace(tiny_model(data="folder:/"), real_logits=torch.zeros(0))})
    with TestClient(Starlette(routes=ExploreRoutes(shelf).routes())) as client:
        told = trouble(client.get("/explore/file?name=bare&part=critic"), 404)
        assert told == "The model bare came without its critic's opinions of real data."
        assert "real pictures" in trouble(client.get("/explore/file?name=bare&part=reference"), 404)
        images = np.zeros(64, "<f4").tobytes()
        assert "critic" in trouble(client.post("/explore/render?name=bare&want=critic_rank", content=images), 404)
        told = client.get("/explore/models?also=bare").json()
        assert [told["models"][0][key] for key in ("critic", "reference")] == [False, False]


ODD_CARDS: dict[str, dict[str, Any]] = {
    "label": {"data": {"label": "\ud800", "licence": "\udfff" * 3}}, "long": {"data": {"label": "a" * 10_000}},
    "null label": {"data": {"label": None}}, "list": {"data": [1]}, "null": {"data": None, "quality": None},
    "infinite": {"nimg": float("inf"), "quality": {"frechet": float("nan"), "deep": [float("-inf")]}},
}  # fmt: skip


def test_odd_cards_spoil_nothing(tmp_path: Path) -> None:
    model = tiny_model()
    for name, card in ODD_CARDS.items():
        save_model(replace(model, card=model.card | card), tmp_path / name)
        (tmp_path / f"{name}.json").unlink()  # the card inside counts
    shelf = Shelf({name: tmp_path / f"{name}.safetensors" for name in ODD_CARDS}, {})
    with TestClient(Starlette(routes=ExploreRoutes(shelf).routes())) as client:
        told = {entry["name"]: entry["label"] for entry in client.get("/explore/models").json()["models"]}
        assert told == {
            "label": "?", "long": "a" * 200, "null label": "digits", "list": "digits", "null": "digits",
            "infinite": model.card["data"]["label"],
        }  # fmt: skip
        for name in ODD_CARDS:
            assert client.get("/explore/file", params={"name": name, "part": "generator"}).status_code == 200


def test_more_models_than_facts_are_kept(http: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when another thread drops a model's facts in the moment they are asked for."""
    monkeypatch.setattr(explore_routes, "FACTS_KEPT", 0)
    assert len(http.get("/explore/models").json()["models"]) == len(shipped())


# ---- pictures for browsers that cannot


def test_a_share_as_browsers_write_it(http: TestClient, model: Model) -> None:
    for share in ("0", "1", "0.25", "1e-7", ".5"):
        assert floats(render(http, rows(torch.zeros(2, 64)), stage=1, share=share)).size == 784


def test_pictures_features_and_opinions_are_the_cores(http: TestClient, model: Model) -> None:
    w = z_from_seeds(range(6), model.G.w_dim)
    made = floats(render(http, rows(w)))
    images = synthesis(model, w)
    np.testing.assert_allclose(made, images.flatten().numpy(), atol=1e-5)
    marks = opinion(model, images)
    assert marks is not None
    np.testing.assert_allclose(floats(render(http, rows(images), want="critic_rank")), marks.numpy(), atol=1e-5)
    for stage in range(len(model.G.stages()) + 1):
        found = floats(render(http, rows(w[:1]), want="features", stage=stage))
        np.testing.assert_allclose(found, features(model, w[:1], stage).flatten().numpy(), atol=1e-5)


@pytest.mark.parametrize("stage", range(4))
def test_mixing_is_the_cores(http: TestClient, model: Model, stage: int) -> None:
    w = z_from_seeds(range(6), model.G.w_dim)
    mixed = synthesis(model, w[:3], w[3:], Mix(0, stage, 0.3))
    np.testing.assert_allclose(floats(render(http, rows(w), stage=stage, share=0.3)), mixed.flatten(), atol=1e-5)
    last = len(model.G.stages())
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
    "too many": (rows(torch.zeros(MOST_PICTURES + 1, 64)), {}),
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
    "another wish": (rows(torch.zeros(64)), {"want": "weights"}),
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
    trouble(render(http, b"\0" * (2 * MOST_PICTURES * 64 * 4 + 4)), 413)


NAMES = ["", "nobody", "../weights/mnist-dcgan", "/etc/passwd", "weights/mnist-dcgan", "judge-mnist", "\0", "a" * 5_000]


@pytest.mark.parametrize("name", NAMES)
def test_only_names_on_the_shelf_are_opened(http: TestClient, name: str) -> None:
    trouble(http.get("/explore/file", params={"name": name, "part": "generator"}), 404)
    trouble(render(http, rows(torch.zeros(64)), name=name), 404)
    trouble(http.get("/explore/file", params={"name": NAME, "part": name}), 400)
    assert http.get("/explore/models", params={"also": name}).status_code == 200


def test_points_come_two_thousand_at_once() -> None:
    config = TrainConfig(data="ring", nimg=64, batch=8, z_dim=2, g_widths=(8,), d_widths=(8,))
    trainer = Trainer(config, load("ring"))
    trainer.step()
    points = model_of(trainer, "ring", 0.0)
    with TestClient(Starlette(routes=ExploreRoutes(Shelf({}, {}, {"ring": points})).routes())) as client:
        z = torch.randn(2_000, 2, generator=torch.Generator().manual_seed(1))
        made = floats(client.post("/explore/render?name=ring", content=rows(z)))
        np.testing.assert_allclose(made, points.G.synthesis(points.G.mapping(z)).flatten().numpy(), atol=1e-5)
        trouble(client.post("/explore/render?name=ring", content=rows(z, z[:1])), 400)
        trouble(client.get("/explore/file?name=ring&part=reference"), 404)


# ---- many visitors


def test_no_more_than_two_are_drawn_at_once_and_the_queue_has_an_end(
    monkeypatch: pytest.MonkeyPatch, shelf: Shelf
) -> None:
    monkeypatch.setattr(explore_routes, "WAITING", 3)
    busy, most, release = 0, 0, threading.Event()
    lock = threading.Lock()

    def slow(model: Model, rows: Tensor, wish: explore_routes.Wish) -> Tensor:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        release.wait(20)
        with lock:
            busy -= 1
        return torch.zeros(1)

    monkeypatch.setitem(explore_routes.WANTS, "pictures", slow)
    with TestClient(Starlette(routes=ExploreRoutes(shelf).routes())) as client:
        statuses: list[int] = []
        ask = lambda: statuses.append(render(client, rows(torch.zeros(64))).status_code)  # noqa: E731
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


def test_who_leaves_before_the_turn_came_costs_nothing() -> None:
    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def scene() -> None:
        turns, release, done = Turns(1, 5, "busy"), threading.Event(), []
        first = turns.start(release.wait, 20)
        with pytest.raises(ClientDisconnect):
            await unless_gone(Request({"type": "http"}, gone), turns.start(done.append, 1))
        await asyncio.sleep(0.01)  # the loop hands the cancelling on
        release.set()
        assert await first
        assert await turns.start(done.append, 2) is None
        assert done == [2]
        deadline = time.monotonic() + 5
        while turns.inside and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        assert turns.inside == 0

    elsewhere(scene())


def test_answers_are_json_that_a_page_can_read(http: TestClient) -> None:
    text = http.get("/explore/models").text
    assert "NaN" not in text and json.loads(text)["models"]
