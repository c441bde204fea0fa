"""Explore's list of models and their files: made once, kept by a tag, and nothing said of this machine."""

import asyncio
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core_fixtures import made_up, tiny, tiny_model
from explore_host import NAME, catalogue, http, render
from gan.data.stored import Stored
from gan.explore import portable, wire
from gan.models.checkpoint import find_model, load_model, model_bytes, save_model, shipped, shipped_repairs
from gan.models.encoders import kinds_there, load_encoder
from gan.models.model import Model
from gan.training.history import folder_of, snapshots
from gan.training.kept_films import film_path
from gan.training.runs import model_of
from gan.training.trainer import Trainer
from gan.ui.explore import routes as explore_routes
from gan.ui.explore.model_files import MODEL_FILES, ModelFile, summary
from gan.ui.explore.routes import ExploreRoutes
from gan.ui.shell.catalogue import SHOWN_FIRST, ModelCatalogue, build_catalogue
from gan.ui.shell.door import opening
from route_answers import rows, trouble

__all__ = ["catalogue", "http"]  # fixtures


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(NAME)


def test_every_model_is_listed_before_its_file_comes(http: TestClient) -> None:
    listing = http.get("/explore/models").json()
    assert listing["first"] == listing["models"][0]["name"] == SHOWN_FIRST[0]
    assert [entry["name"] for entry in listing["models"] if entry["task"]] == shipped_repairs()
    assert sorted(entry["name"] for entry in listing["models"] if not entry["task"]) == shipped()
    for entry in listing["models"]:
        model = load_model(entry["name"])
        assert (entry["kind"], entry["macs"]) == (model.medium.name, model.G.macs())
        assert entry["sha256"] == model.card["sha256"]
        assert (entry["critic"], entry["held"]) == (not model.task, model.card.get("critic_reals") == "held-out")
        assert (entry["task"], entry["data"], entry["shape"]) == (model.task, model.config.data, [*model.shape])
        assert entry["factor"] == (model.config.factor if model.task == "enlarge" else 1)
        path = find_model(entry["name"])
        kept = "film" if film_path(path).is_file() else ""
        assert entry["history"] == ("snapshots" if len(snapshots(folder_of(path))) > 1 else kept)
        assert entry["label"]
        assert [kind for kind in ("encoder", "repair") if entry[kind]] == [*kinds_there(model)]
    assert {entry["name"]: entry for entry in listing["models"]}["digits-mlp"]["reference"] is True


def test_a_file_is_what_portable_gives_and_is_asked_for_once(http: TestClient, model: Model) -> None:
    for part in ("generator", "critic"):
        answer = http.get("/explore/file", params={"name": NAME, "part": part})
        assert answer.content == getattr(portable, part)(model)
        again = {"If-None-Match": answer.headers["etag"]}
        kept = http.get("/explore/file", params={"name": NAME, "part": part}, headers=again)
        assert (kept.status_code, kept.content) == (304, b"")
        other = {"If-None-Match": '"of another file"'}
        assert http.get("/explore/file", params={"name": NAME, "part": part}, headers=other).status_code == 200
    encoder = load_encoder(model)
    assert encoder is not None
    answer = http.get("/explore/file", params={"name": NAME, "part": "encoder"})
    assert answer.content == portable.encoder(model, encoder)
    reference = http.get("/explore/file", params={"name": "digits-mlp", "part": "reference"})
    assert reference.content == portable.reference(load_model("digits-mlp"))


def test_a_generator_comes_compressed_and_in_the_order_that_is_asked_for(http: TestClient, model: Model) -> None:
    file = portable.generator(model)
    for order, content in (("", file), ("high", wire.split(file))):
        for accepted, encoding in (("gzip, br", "gzip"), ("identity", None)):
            params = {"name": NAME, "part": "generator", "order": order}
            answer = http.get("/explore/file", params=params, headers={"Accept-Encoding": accepted})
            assert answer.content == content  # the client unpacks it
            assert answer.headers.get("content-encoding") == encoding
            assert answer.headers["vary"] == "Accept-Encoding"
            assert answer.headers.get("x-atelier-bytes") == (str(len(content)) if order else None)
            sent = int(answer.headers["content-length"])
            assert sent == len(content) if encoding is None else sent < len(content)
    trouble(http.get("/explore/file", params={"name": NAME, "part": "generator", "order": "low"}), 400)
    critic = http.get("/explore/file", params={"name": NAME, "part": "critic", "order": "high"})
    assert critic.content == portable.critic(model)  # only a generator is drawn before it is all there


def test_a_file_is_made_once_for_a_crowd(monkeypatch: pytest.MonkeyPatch, catalogue: ModelCatalogue) -> None:
    built = []

    def slow(model: Model) -> bytes:
        built.append(model.name)
        time.sleep(0.2)
        return model.name.encode()

    monkeypatch.setitem(MODEL_FILES, "generator", ModelFile(slow, "{name}"))
    with TestClient(Starlette(routes=ExploreRoutes(catalogue).routes())) as client:
        answers: list[bytes] = []

        def ask(name: str) -> None:
            answers.append(client.get(f"/explore/file?name={name}&part=generator").content)

        crowd = [threading.Thread(target=ask, args=(name,)) for name in [NAME] * 8 + ["digits-mlp"] * 8]
        [thread.start() for thread in crowd]
        [thread.join() for thread in crowd]
    assert sorted(built) == ["digits-mlp", NAME]
    assert sorted(answers) == [b"digits-mlp"] * 8 + [NAME.encode()] * 8


def test_the_first_visitors_file_is_there_before_anybody_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_model(tiny_model(name="first"), tmp_path / "first")
    explore = ExploreRoutes(ModelCatalogue({"first": tmp_path / "first.safetensors"}, {}))
    monkeypatch.setattr(explore_routes, "PREPARE_AFTER", 0.0)
    lifespan = opening(explore.routes(), "", None, prepare=explore.prepare)
    with TestClient(Starlette(lifespan=lifespan)) as client, monkeypatch.context() as patch:
        end = time.monotonic() + 20
        while not (explore.files and explore.summaries) and time.monotonic() < end:
            time.sleep(0.02)
        patch.setattr(ExploreRoutes, "build", None)  # nothing more is packed
        patch.setattr(explore_routes, "summary", None)
        first = client.get("/explore/models").json()["first"]
        answer = client.get("/explore/file", params={"name": first, "part": "generator", "order": "high"})
    assert answer.content == wire.split(portable.generator(load_model(tmp_path / "first")))


def test_an_app_without_models_prepares_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(explore_routes, "PREPARE_AFTER", 0.0)
    with ThreadPoolExecutor() as pool:  # where no loop runs, as a browser's does in this thread
        pool.submit(asyncio.run, ExploreRoutes(ModelCatalogue({}, {})).prepare()).result()
    assert caplog.text == ""


def test_a_visitors_model_is_known_by_its_name_alone() -> None:
    catalogue = build_catalogue([])
    with TestClient(Starlette(routes=ExploreRoutes(catalogue).routes())) as client:
        for steps in (1, 2):  # the same name for another model: another file
            catalogue.add_visitor_model("live-secret", model_bytes(tiny_model(steps))[0])
            answer = client.get("/explore/file?name=live-secret&part=generator")
            assert answer.content == portable.generator(catalogue.visitor_models["live-secret"])
        names = [entry["name"] for entry in client.get("/explore/models").json()["models"]]
        assert "live-secret" not in names
        listing = client.get("/explore/models?also=live-secret&also=nobody&also=live-secret").json()
        assert [entry["name"] for entry in listing["models"]] == ["live-secret", *names]
        assert listing["first"] == SHOWN_FIRST[0]
        trouble(client.get("/explore/file?name=live-other&part=generator"), 404)


def test_a_model_that_has_gone_leaves_the_others(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    save_model(tiny_model(name="gone"), tmp_path / "gone")
    save_model(tiny_model(name="here"), tmp_path / "here")
    catalogue = ModelCatalogue({name: tmp_path / f"{name}.safetensors" for name in ("gone", "here")}, {})
    (tmp_path / "gone.safetensors").unlink()
    with TestClient(Starlette(routes=ExploreRoutes(catalogue).routes())) as client:
        listing = client.get("/explore/models").json()
        assert ([entry["name"] for entry in listing["models"]], listing["first"]) == (["here"], "here")
        message = trouble(client.get("/explore/file?name=gone&part=generator"), 404)
        assert message == "The model gone cannot be opened now."
        assert str(tmp_path / "gone") in caplog.text  # for the owner alone
        content = (tmp_path / "here.safetensors").read_bytes()
        for damage in (b"", content[:100], content[:-8] + b"damaged!"):
            (tmp_path / "gone.safetensors").write_bytes(damage)
            for part in MODEL_FILES:
                assert trouble(client.get(f"/explore/file?name=gone&part={part}"), 404) == message
            assert trouble(client.post("/explore/render?name=gone", content=b""), 404) == message
            assert len(client.get("/explore/models").json()["models"]) == 1
        save_model(tiny_model(5, name="here"), tmp_path / "here")  # as a run in progress does
        answer = client.get("/explore/file?name=here&part=generator")
        assert answer.content == portable.generator(load_model(tmp_path / "here"))


@pytest.mark.parametrize(("held", "said"), [(made_up(n=96), True), (None, False)])
def test_what_the_critic_is_ranked_among_is_said(held: Stored | None, said: bool) -> None:
    model = model_of(Trainer(tiny(), made_up()), "mine", 0.0, held)
    assert (summary(model, "mine")["critic"], summary(model, "mine")["held"]) == (True, said)


def test_what_a_model_lacks_is_said() -> None:
    catalogue = ModelCatalogue({}, {}, {"bare": replace(tiny_model(data="folder:/"), real_logits=torch.zeros(0))})
    with TestClient(Starlette(routes=ExploreRoutes(catalogue).routes())) as client:
        message = trouble(client.get("/explore/file?name=bare&part=critic"), 404)
        assert message == "The model bare came without its critic's opinions of real data."
        assert "real samples" in trouble(client.get("/explore/file?name=bare&part=reference"), 404)
        images = np.zeros(64, "<f4").tobytes()
        assert "critic" in trouble(client.post("/explore/render?name=bare&want=critic_rank", content=images), 404)
        listing = client.get("/explore/models?also=bare").json()
        assert [listing["models"][0][key] for key in ("critic", "reference")] == [False, False]


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
    catalogue = ModelCatalogue({name: tmp_path / f"{name}.safetensors" for name in ODD_CARDS}, {})
    with TestClient(Starlette(routes=ExploreRoutes(catalogue).routes())) as client:
        labels = {entry["name"]: entry["label"] for entry in client.get("/explore/models").json()["models"]}
        assert labels == {
            "label": "?", "long": "a" * 200, "null label": "digits", "list": "digits", "null": "digits",
            "infinite": model.card["data"]["label"],
        }  # fmt: skip
        for name in ODD_CARDS:
            assert client.get("/explore/file", params={"name": name, "part": "generator"}).status_code == 200


def test_more_models_than_summaries_are_cached(http: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when another thread drops a model's summary in the moment it is asked for."""
    monkeypatch.setattr(explore_routes, "MAX_CACHED_SUMMARIES", 0)
    assert len(http.get("/explore/models").json()["models"]) == len([*shipped(), *shipped_repairs()])


NAMES = ["", "nobody", "../weights/mnist-dcgan", "/etc/passwd", "weights/mnist-dcgan", "judge-mnist", "\0", "a" * 5_000]


@pytest.mark.parametrize("name", NAMES)
def test_only_names_in_the_catalogue_are_opened(http: TestClient, name: str) -> None:
    trouble(http.get("/explore/file", params={"name": name, "part": "generator"}), 404)
    trouble(render(http, rows(torch.zeros(64)), name=name), 404)
    trouble(http.get("/explore/file", params={"name": NAME, "part": name}), 400)
    assert http.get("/explore/models", params={"also": name}).status_code == 200


def test_answers_are_json_that_a_page_can_read(http: TestClient) -> None:
    text = http.get("/explore/models").text
    assert "NaN" not in text and json.loads(text)["models"]
