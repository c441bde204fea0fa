"""What programs may ask of the host: the endpoints as functions, the protocol, and gradio's own client at an app."""

import io
import itertools
import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import pytest
import torch
from gradio_client import Client
from gradio_client.exceptions import AppError
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from conftest import free_port
from core_fixtures import elsewhere, tiny_model
from gan.errors import ConfigError, ModelError
from gan.explore.render import render
from gan.latents import z_from_seeds
from gan.live.run_registry import RunRegistry
from gan.live.visitors import Visitor, present_visitor
from gan.models.checkpoint import find_model, save_model
from gan.ui import app
from gan.ui.program.endpoints import MAX_FILM_FRAMES, Endpoints
from gan.ui.program.routes import ProgramRoutes
from gan.ui.shell.catalogue import ModelCatalogue, load_cached
from gan.ui.shell.limits import JobQueue, MemoryBudget
from gan.ui.shell.mcp_gate import refusal
from gan.ui.shell.on_behalf import HEADER, signed, told_visitor
from gan.ui.shell.requests import RequestError
from gan.ui.shell.visitor_token import COOKIE, VisitorToken

NAME = "tiny"


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> ModelCatalogue:
    """A run's folder with a log, as one that `app RUN` offers."""
    folder = tmp_path_factory.mktemp("runs") / NAME
    save_model(tiny_model(condition="class"), folder / "model")
    lines = [{"nimg": 8 * i, "seconds": 0.1 * i, "loss_d": 1.0 / (i + 1), "loss_g": 0.5} for i in range(2_500)]
    (folder / "ticks.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return ModelCatalogue({NAME: folder / "model.safetensors"}, {})


def routes_of(catalogue: ModelCatalogue, waiting: int = 8, memory: int = 10**8) -> ProgramRoutes:
    queue, budget = JobQueue(1, waiting, "busy"), MemoryBudget(memory, "the memory is taken")
    return ProgramRoutes(catalogue, {"pictures": queue, "films": queue}, {"pictures": budget, "films": budget})


@pytest.fixture
def routes(catalogue: ModelCatalogue) -> ProgramRoutes:
    return routes_of(catalogue)


@pytest.fixture
def http(routes: ProgramRoutes) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.routes())) as client:
        yield client


def content(endpoints: Endpoints, file: Any) -> bytes:
    return endpoints.answers.find(file.path).content


# ---- the endpoints


def test_samples_are_those_of_their_seeds(routes: ProgramRoutes, catalogue: ModelCatalogue) -> None:
    endpoints, model = routes.endpoints, catalogue.load(NAME)
    file = endpoints.sample(NAME, "3,5", psi=0.5, classes="2,0", file=".npz")
    held = np.load(io.BytesIO(content(endpoints, file)))
    told = render(model, z_from_seeds([3, 5], model.G.z_dim), 0.5, c=torch.tensor([2, 0]))
    assert np.array_equal(held["images"], told.numpy())
    assert held["classes"].tolist() == [2, 0]
    assert (file.orig_name, file.mime_type, file.size) == (
        f"{NAME}.npz",
        "application/zip",
        len(content(endpoints, file)),
    )
    sheet = Image.open(io.BytesIO(content(endpoints, endpoints.sample(NAME, "0-3", scale=4))))
    assert sheet.size == (4 * (2 * 8 + 3),) * 2, "with lines between"
    assert sheet.text["seeds"] == "0,1,2,3"  # type: ignore[attr-defined]
    picture = Image.open(io.BytesIO(content(endpoints, endpoints.view(f"http://x/?tab=explore&model={NAME}&seed=7"))))
    assert picture.size == (32, 32)
    assert f"model={NAME}" in picture.text["view"]  # type: ignore[attr-defined]


def test_what_holds_one_sample_is_a_zip_of_several() -> None:
    name = "graphs-mlp"
    endpoints = routes_of(ModelCatalogue({name: find_model(name)}, {})).endpoints
    file = endpoints.sample(name, "7,2", file=".json")
    assert (file.orig_name, file.mime_type) == (f"{name}.json.zip", "application/zip")
    assert zipfile.ZipFile(io.BytesIO(content(endpoints, file))).namelist() == ["seed-7.json", "seed-2.json"]
    assert endpoints.sample(name, "7", file=".json").orig_name == f"{name}.json"


def test_films(routes: ProgramRoutes) -> None:
    film = content(routes.endpoints, routes.endpoints.film(NAME, "1,2", frames=3, turn="once", file=".mp4"))
    with av.open(io.BytesIO(film)) as moving:
        assert sum(1 for _ in moving.decode(video=0)) == 4
    frames = content(routes.endpoints, routes.endpoints.film(NAME, "1,2", frames=3, file=".zip"))
    assert sum(name.endswith(".png") for name in zipfile.ZipFile(io.BytesIO(frames)).namelist()) == 6


def test_models_and_their_curves(routes: ProgramRoutes) -> None:
    (about,) = routes.endpoints.models()
    loaded = load_cached.cache_info().misses
    load_cached.cache_clear()
    assert routes.endpoints.models() == [about]
    assert load_cached.cache_info().misses == 0 < loaded, "a list unloads no models of others"
    assert about["name"] == NAME
    assert (about["shape"], about["classes"], about["makes"]) == ([1, 8, 8], ["one", "two", "three"], "pictures")
    assert about["licence"] == "CC BY 4.0"
    curve = routes.endpoints.train_curve(NAME)
    assert len(curve) <= 1_000
    assert curve[-1]["nimg"] == 8 * 2_499, "the last point is there"
    assert {b["nimg"] - a["nimg"] for a, b in itertools.pairwise(curve)} == {24}
    assert routes.endpoints.train_curve(NAME) is curve, "results that nobody fetches take no memory of their own"


def test_a_card_and_a_log_that_are_odd(tmp_path: Path) -> None:
    """A card of a stranger keeps no other model from being listed, and no path of this machine is told."""
    save_model(tiny_model(), tmp_path / "model")
    card = json.loads((tmp_path / "model.json").read_text()) | {"data": "x"}
    (tmp_path / "model.json").write_text(json.dumps(card))
    (tmp_path / "ticks.jsonl").mkdir()
    endpoints = routes_of(ModelCatalogue({NAME: tmp_path / "model.safetensors"}, {})).endpoints
    assert [about["name"] for about in endpoints.models()] == [NAME]
    with pytest.raises(RequestError, match="the log of this training cannot be read now"):
        endpoints.train_curve(NAME)


def test_what_cannot_be_is_answered_by_a_sentence(routes: ProgramRoutes, catalogue: ModelCatalogue) -> None:
    endpoints: Any = routes.endpoints
    save_model(tiny_model(), catalogue.pictures[NAME].parent.parent / "bare")
    bare = routes_of(
        ModelCatalogue({"bare": catalogue.pictures[NAME].parent.parent / "bare.safetensors"}, {})
    ).endpoints
    wrong = [
        (lambda: endpoints.sample("nothing"), ModelError, "there is no model 'nothing' here"),
        (lambda: endpoints.sample(["x"]), ConfigError, "model must be text"),
        (lambda: endpoints.sample("m" * 9_000), ConfigError, "model has at most 8,000 characters"),
        (lambda: endpoints.sample(NAME, "0-64"), ConfigError, "at most 64 are made at once"),
        (lambda: endpoints.sample(NAME, "-1"), ConfigError, "seeds are whole numbers"),
        (lambda: endpoints.sample(NAME, "0", psi=float("nan")), ConfigError, "psi must be a number from 0 to"),
        (lambda: endpoints.sample(NAME, "0", psi="1"), ConfigError, "psi must be a number"),
        (lambda: endpoints.sample(NAME, "0", scale=True), ConfigError, "scale must be a whole number from 1 to 16"),
        (lambda: endpoints.sample(NAME, "0", classes="3"), ConfigError, "class"),
        (lambda: endpoints.sample(NAME, "0", file=".exe"), ConfigError, "pictures are saved as .png, .npz"),
        (lambda: endpoints.film(NAME, "1"), ConfigError, "two seeds or more"),
        (lambda: endpoints.film(NAME, "1,2", frames=10**9), ConfigError, "frames for each segment must be"),
        (lambda: endpoints.film(NAME, "0-4000", frames=1), ConfigError, f"at most {MAX_FILM_FRAMES} frames"),
        (lambda: endpoints.film(NAME, "0-8", frames=70, turn="loop"), ConfigError, "this one would have 630"),
        (lambda: endpoints.film(NAME, "1,2", path="straight"), ConfigError, "a film goes by"),
        (lambda: endpoints.film(NAME, "1,2", fps=61.0), ConfigError, "frames a second must be"),
        (lambda: endpoints.view("seed=3"), ModelError, "there is no model ''"),
        (lambda: endpoints.view(f"model={NAME}&psi=x"), ConfigError, "psi must be a number"),
        (lambda: bare.train_curve("bare"), RequestError, "came without the log"),
        (lambda: routes_of(catalogue, memory=100).endpoints.sample(NAME), RequestError, "the memory is taken"),
    ]  # fmt: skip
    for ask, kind, told in wrong:
        with pytest.raises(kind) as caught:
            ask()
        assert told in str(caught.value)
    assert all(budget.held == 0 for budget in endpoints.budgets.values())


# ---- the protocol


def called(http: TestClient, name: str, body: dict[str, Any], version: str = "") -> tuple[str, Any]:
    """(the event, its data) that answer a call."""
    id = http.post(f"/gradio_api/call/{version}{name}", json=body).json()["event_id"]
    lines = http.get(f"/gradio_api/call/{version}{name}/{id}").text.strip().splitlines()
    return lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))


def test_calls_by_http(http: TestClient) -> None:
    """As gradio's documentation has them for curl."""
    event, (file,) = called(http, "sample", {"data": [NAME, "0-3"]})
    assert event == "complete"
    assert file["url"].startswith("http://testserver/gradio_api/file=atelier/")
    answer = http.get(file["url"])
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("image/png", "no-store")
    assert Image.open(io.BytesIO(answer.content)).size == (2 * (2 * 8 + 3),) * 2
    assert called(http, "sample", {"model": NAME, "scale": 1}, "v2/")[0] == "complete"
    event, told = called(http, "sample", {"data": [NAME, "0-64"]})
    assert (event, told) == ("error", {"error": "At most 64 are made at once."})


def test_what_the_protocol_refuses(http: TestClient, catalogue: ModelCatalogue) -> None:
    join = "/gradio_api/queue/join"
    for path, body, status, told in (
        ("/gradio_api/call/nothing", {"data": []}, 404, "There is no endpoint 'nothing'"),
        ("/gradio_api/call/sample", {"data": "x"}, 400, "The data of sample are a list of at most 6 values"),
        ("/gradio_api/call/models", {"data": [1]}, 400, "The data of models are a list of at most 0 values: none"),
        ("/gradio_api/call/sample", {"data": []}, 400, "Sample needs model"),
        ("/gradio_api/call/v2/sample", {"model": NAME, "self": 1}, 400, "Sample has no value 'self'"),
        (join, {"data": [], "fn_index": 5, "session_hash": "s"}, 404, "from 0 to 4, not 5"),
        (join, {"data": [], "fn_index": True, "session_hash": "s"}, 404, "not True"),
        (join, {"data": [], "fn_index": 0}, 400, "session_hash"),
        (join, {"data": [], "fn_index": 0, "session_hash": "s" * 101}, 400, "1 to 100 characters"),
        (join, [], 400, "a JSON object"),
        (join, {"x": "y" * 70_000}, 413, "at most 64,000 bytes"),
    ):
        answer = http.post(path, json=body)
        assert answer.status_code == status, path
        assert told in answer.json()["trouble"]
    assert http.get("/gradio_api/call/sample/0123").status_code == 404
    for path in ("/etc/passwd", "atelier/x/tiny.png", f"{catalogue.pictures[NAME]}"):
        assert http.get(f"/gradio_api/file={path}").json() == {
            "trouble": "That file is no longer here; ask for it again."
        }


def test_a_call_of_a_session_is_no_business_of_others(http: TestClient) -> None:
    id = http.post("/gradio_api/queue/join", json={"data": [], "fn_index": 0, "session_hash": "mine"}).json()[
        "event_id"
    ]
    assert http.get(f"/gradio_api/call/models/{id}").status_code == 404
    http.post("/gradio_api/cancel", json={"event_id": id, "session_hash": "theirs"})
    messages = http.get("/gradio_api/queue/data", params={"session_hash": "mine"}).text
    assert '"success": true' in messages
    assert http.get("/gradio_api/queue/data", params={"session_hash": "mine"}).text.count("data:") == 1, "told once"


def test_who_guesses_a_session_s_name_reads_nothing(routes: ProgramRoutes) -> None:
    """A program may call its session as another does: it hears of its own calls alone, and ends no other."""
    app = VisitorToken(Starlette(routes=routes.routes()))
    with TestClient(app) as mine, TestClient(app, client=("192.0.2.7", 5000)) as theirs:
        call = {"data": [], "fn_index": 0, "session_hash": "s"}
        id = mine.post("/gradio_api/queue/join", json=call).json()["event_id"]
        theirs.post("/gradio_api/cancel", json={"event_id": id, "session_hash": "s"})
        heard = theirs.get("/gradio_api/queue/data", params={"session_hash": "s"}).text
        assert (id in heard, heard.count("data:")) == (False, 1)
        assert f'"event_id": "{id}"' in mine.get("/gradio_api/queue/data", params={"session_hash": "s"}).text


def test_a_full_queue_says_so(catalogue: ModelCatalogue) -> None:
    full = routes_of(catalogue, waiting=0)
    with ThreadPoolExecutor(1) as pool, TestClient(Starlette(routes=full.routes())) as http:
        full.jobs["pictures"].working.append(object())  # type: ignore[arg-type]
        answer = pool.submit(http.post, "/gradio_api/call/models", json={"data": []}).result()
        assert (answer.status_code, answer.json()) == (503, {"trouble": "Busy."})
        full.jobs["pictures"].working.clear()


# ---- gradio's own client, at an app as it is served


@pytest.fixture(scope="module")
def address(catalogue: ModelCatalogue) -> Iterator[str]:
    assets = app.page_assets()
    page = app.build(assets)
    page.launch(server_name="127.0.0.1", server_port=free_port(), **app.options(catalogue, RunRegistry(), assets))
    yield page.local_url
    page.close()


def test_gradios_client(address: str, tmp_path: Path) -> None:
    client = Client(address, verbose=False, analytics_enabled=False, download_files=str(tmp_path))
    try:
        assert [model["name"] for model in client.predict(api_name="/models")] == [NAME]
        jobs = [client.submit(NAME, str(seed), file=".npz", api_name="/sample") for seed in (1, 2)]
        assert [np.load(job.result())["seeds"].tolist() for job in jobs] == [[1], [2]]
        with pytest.raises(AppError, match="There is no model 'x' here"):
            client.predict("x", api_name="/train_curve")
        known = client.view_api(return_format="dict")["named_endpoints"]
        assert list(known) == ["/models", "/sample", "/view", "/film", "/train_curve"]
        assert known["/sample"]["parameters"][1]["parameter_default"] == "0-15"
    finally:
        client.close()


def test_what_gradios_mcp_server_does_not_see() -> None:
    for body, status, told in (
        (b"[" * 60_000, 400, "names its method"),
        (b"{", 400, "names its method"),
        (b"[]", 400, "names its method"),
        (b'{"id": 1, "result": {}}', 400, "names its method"),
        (b'{"id": 1, "method": "prompts/get"}', 200, '"id":1,"error":{"code":-32601'),
        (b'{"id": [1], "method": "x"}', 200, '"id":null'),
        (b'{"method": "notifications/x"}', 202, ""),
        (b'{"method": "ping", "params": ' + b"[" * 150 + b"{" * 60 + b"}" * 60 + b"]" * 150 + b"}", 400, "method"),
    ):
        answer = refusal(body)
        assert answer is not None
        assert answer.status_code == status
        assert told in bytes(answer.body).decode()
    assert refusal(b'{"id": 1, "method": "tools/call", "params": {"name": "models"}}') is None


def test_mcp(address: str) -> None:
    """The endpoints are tools of language models' programs, where `mcp` is installed."""
    pytest.importorskip("mcp", reason="the extra mcp is not installed")
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def asked() -> tuple[list[str], Any, Any]:
        async with (
            streamable_http_client(f"{address}gradio_api/mcp") as (read, write, _),
            ClientSession(read, write) as s,
        ):
            await s.initialize()
            tools = [tool.name for tool in (await s.list_tools()).tools]
            return (
                tools,
                await s.call_tool("sample", {"model": NAME, "seeds": "1"}),
                await s.call_tool("sample", {"model": ""}),
            )

    tools, made, refused = elsewhere(asked())
    assert tools == ["models", "sample", "view", "film", "train_curve"]
    assert made.content[0].text.startswith(f"{address}gradio_api/file=atelier/")
    assert refused.isError
    assert "There is no model '' here" in refused.content[0].text


def test_who_asks_by_mcp_is_the_visitor(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gradio's server asks in its callers' names; nobody else can ask in the name of others."""
    pytest.importorskip("mcp", reason="the extra mcp is not installed")
    seen: list[Visitor] = []
    monkeypatch.setattr(Endpoints, "models", lambda _: seen.append(present_visitor()) or [])
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "models", "arguments": {}}}
    accept = {"accept": "application/json, text/event-stream"}
    forged = signed(Visitor("192.0.2.7"))[:-1] + "x"
    with httpx.Client(base_url=address) as one, httpx.Client(base_url=address) as other:
        one.get("/")
        for client in (one, other):
            assert client.post("/gradio_api/mcp", json=call, headers=accept).status_code == 200
        call = {"data": [], "fn_index": 0, "session_hash": "s"}
        other.post("/gradio_api/queue/join", json=call, headers={HEADER: forged})
        other.get("/gradio_api/queue/data", params={"session_hash": "s"})
        token = one.cookies[COOKIE].partition(".")[0]
    assert seen == [Visitor("127.0.0.1", token), Visitor("127.0.0.1"), Visitor("127.0.0.1")]
    assert told_visitor(forged) is None
