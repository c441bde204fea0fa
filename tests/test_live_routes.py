"""The live tab's routes: each act, who may do it, what comes down as a file, and what hostile requests get."""

import csv
import io
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import pytest
import torch
from PIL import Image

from core_fixtures import differing
from gan.explore.render import render
from gan.latents import z_from_seeds
from gan.live.illness_presets import ILLNESS_PRESETS
from gan.live.messages import CURVE_COLUMNS
from gan.live.poll import HIDDEN_MS, OWNER_MS, STILL_MS, WATCH_POLLS, WATCHER_MOST_MS, WATCHER_MS
from gan.live.recipes import LIVE_DATA
from gan.live.run_registry import RunRegistry
from gan.live.setup import CONTROLS, Setup
from gan.models.checkpoint import model_of_bytes
from gan.ui.live.routes import MAX_BODY
from gan.ui.shell.catalogue import MAX_VISITOR_MODELS, ModelCatalogue
from idx_files import write_idx
from live_site import SMALL, Site, trouble

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def site(open_registry: Callable[..., RunRegistry]) -> Site:
    # The keeper shall not forget a run in mid-test whose page has said that it closed.
    return Site(open_registry(runs=8, watchers=2, memory=600.0))


@pytest.fixture
def id(site: Site) -> Iterator[str]:
    """A small run that stands still."""
    opened = site.open()
    yield opened
    site.run(opened).close()


# ---- opening


def test_a_page_opens_a_run_of_its_own(site: Site) -> None:
    told = site.post("open", query="?tab=live&data=grid&lr=2e-3&hide=data,run,passwords", resume=None, words="en")
    assert (told["role"], told["shut"], told["hide"]) == ("owner", None, ["data", "run"])
    assert told["setup"] == Setup.of({"data": "grid", "lr": 2e-3}).to_json()
    assert site.open("?tab=live&data=grid&lr=2e-3") != told["id"]
    answer = site.poll(told["id"])
    assert (answer["state"], answer["role"], answer["place"]) == ("ready", "owner", 0)
    assert (answer["left"], answer["steps_left"]) == (120, 200_000)
    assert answer["query"] == "tab=live&data=grid&objective=relativistic&lr=0.002&seed=0"
    assert answer["scene"]["kind"] == "points"
    assert answer["frame"]["steps"] == 0
    assert answer["moments"]["list"] == [[answer["number"], 0]]


def test_a_reload_finds_its_run_again(site: Site, id: str) -> None:
    site.act(id, "step")
    for query in (SMALL, "?" + SMALL, "", "?tab=live", "?tab=live&lang=zh&__theme=dark"):
        assert site.post("open", query=query, resume=id)["id"] == id
    assert site.poll(id)["frame"]["steps"] == 1
    assert site.open("data=moons", resume=id) != id  # a link to another set-up
    for resume in ("nobody", None, 7, [id], {"id": id}):
        assert site.open(SMALL, resume=resume) != id


def test_a_page_is_told_what_the_host_has_of_each_set_before_anybody_clicks(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path))
    told = site.post("open", query=SMALL)["data"]
    assert told.keys() == set(LIVE_DATA)
    excerpts = {name: entry for name, entry in told.items() if entry["found"] != "whole"}
    nothing = {name: {"found": "nothing", "count": 0} for name in ("names", "spoken-digits", "bach")}
    pictures = ("mnist", "fashion-mnist", "swinging-digits")
    assert excerpts == {name: {"found": "excerpt", "count": 5_000} for name in pictures} | nothing
    write_idx(tmp_path, "MNIST")  # it is fetched while the app runs
    told = site.post("open", query=SMALL)["data"]
    assert told["mnist"]["found"] == told["swinging-digits"]["found"] == "whole"
    monkeypatch.setattr("gan.data.excerpt.EXCERPTS", tmp_path)
    assert site.post("open", query=SMALL)["data"]["fashion-mnist"]["found"] == "nothing"


DAMAGED = {
    "data=nothing": "--data is one of ring", "lr=abc": "--lr must be a number", "data=drawn&drawing=A": "is damaged",
    "d_steps=1e9": "--d-steps must be a whole number", "lr=" + "1" * 9_000: "the link is too long",
    "start=/etc/passwd": "--start is one of",
}  # fmt: skip


@pytest.mark.parametrize(("query", "sentence"), DAMAGED.items())
def test_a_damaged_link_opens_the_default_and_says_so(site: Site, query: str, sentence: str) -> None:
    told = site.post("open", query="?tab=live&" + query)
    assert sentence.lower() in told["shut"].lower()
    assert told["setup"] == Setup.of({}).to_json()
    assert site.act(told["id"], "step")["state"] == "paused"


def test_a_link_to_networks_that_are_too_large_opens_the_default(open_registry: Callable[..., RunRegistry]) -> None:
    site = Site(open_registry(weights=60_000))
    told = site.post("open", query="g_neurons=500&d_neurons=500")
    assert "this machine allows 60,000" in told["shut"]
    assert told["setup"] == Setup.of({}).to_json()
    refused = site.act(told["id"], "settle", setup=told["setup"] | {"g_neurons": 500})
    assert "this machine allows" in trouble(refused)


@pytest.mark.parametrize("query", [None, 5, ["a"], {"a": 1}, "\x00", "a" * 9_000, "%ff%fe&==&&", "data=ring&data=grid"])
def test_hostile_queries_open_something(site: Site, query: Any) -> None:
    assert site.poll(site.post("open", query=query)["id"])["state"] == "ready"


# ---- polls


def test_polls_bring_only_what_is_new(site: Site, id: str) -> None:
    first = site.poll(id)
    assert {"scene", "frame", "moments", "number"} <= first.keys()
    known = {"round": first["round"], "number": first["number"], "moments": first["moments"]["revision"]}
    again = site.poll(id, **known)
    assert not {"scene", "frame", "moments", "number"} & again.keys()
    site.act(id, "step")
    site.act(id, "step")
    answer = site.poll(id, **known | {"points": 1})
    assert [point["steps"] for point in answer["curve"]] == [2]
    assert "scene" not in answer
    assert [steps for _, steps in answer["moments"]["list"]] == [0, 1, 2]
    assert [point["steps"] for point in site.poll(id, points=1, round=-1)["curve"]] == [1, 2]  # of another round


def test_a_poll_is_compressed_for_whoever_takes_that(site: Site, id: str) -> None:
    asked = {"id": id, "round": -1, "number": -1, "points": 0, "moments": -1}
    sizes = {}
    for coding in ("gzip", "identity"):
        with site.http.stream("POST", "/live/poll", json=asked, headers={"Accept-Encoding": coding}) as answer:
            assert answer.headers.get("content-encoding", "identity") == coding
            sizes[coding] = len(b"".join(answer.iter_raw()))
    assert sizes["gzip"] < 0.85 * sizes["identity"]


@pytest.mark.parametrize("hostile", ["x", None, -5, 1e300, True, [1], {"a": 1}, 10**30])
def test_hostile_numbers_in_a_poll_do_no_harm(site: Site, id: str, hostile: Any) -> None:
    answer = site.poll(id, round=hostile, number=hostile, points=hostile, moments=hostile, hidden=hostile)
    assert answer["state"] == "ready"
    assert answer["curve"] == []


def test_the_server_says_how_soon_to_ask_again(site: Site, id: str) -> None:
    assert site.poll(id)["every"] == STILL_MS
    site.act(id, "start")
    assert site.poll(id)["every"] == OWNER_MS
    assert site.poll(id, hidden=True)["every"] == HIDDEN_MS
    run, watch = site.run(id), site.act(id, "share")["watch"]
    watcher = site.post("open", query=f"?watch={watch}")["id"]
    assert site.poll(watcher)["every"] == WATCHER_MS
    run.watchers |= dict.fromkeys(map(str, range(100)), run.last_poll)
    assert site.poll(watcher)["every"] == 1000 * 101 // WATCH_POLLS
    run.watchers |= dict.fromkeys(map(str, range(1_000)), run.last_poll)
    assert site.poll(watcher)["every"] == WATCHER_MOST_MS


# ---- acts


def test_every_act_of_a_run(site: Site, id: str) -> None:
    assert site.act(id, "start")["state"] == "running"
    assert site.act(id, "pause")["state"] == "paused"
    steps = site.poll(id)["frame"]["steps"]
    for which, trained in (("both", (1, 1)), ("d", (2, 1)), ("g", (2, 2))):
        assert site.act(id, "step", which=which)["state"] == "paused"
        frame = site.poll(id)["frame"]
        assert (frame["trained_d"] - steps, frame["trained_g"] - steps) == trained
    assert site.act(id, "slow")["state"] == "slow"
    assert site.poll(id)["frame"]["stage"]["index"] == 0
    assert site.act(id, "unslow")["state"] == "paused"
    assert site.act(id, "reset")["state"] == "ready"
    assert site.poll(id)["frame"]["steps"] == 0


def test_settle_and_choose(site: Site, id: str) -> None:
    site.act(id, "step")
    told = site.act(id, "settle", setup=site.poll(id)["setup"] | {"lr": "1e-3"})
    assert (told["setup"]["lr"], site.poll(id)["frame"]["steps"]) == (1e-3, 1)
    told = site.act(id, "choose", setup=told["setup"] | {"objective": "hinge"}, changed="objective")
    assert told["setup"]["lr"] == Setup.of({"objective": "hinge"})["lr"]
    assert (told["setup"]["g_neurons"], told["state"]) == (8, "ready")
    for data in ("digits", "drawn", "ring"):
        told = site.act(id, "choose", setup=told["setup"] | {"data": data}, changed="data")
        assert told["setup"] == Setup.of({"data": data, "objective": "hinge"}).to_json()
        assert site.act(id, "settle", setup=told["setup"])["setup"] == told["setup"]
    site.act(id, "choose", setup=told["setup"] | {"rival": "minimax"}, changed="rival")
    assert len(site.poll(id)["scene"]["lanes"]) == 2


@pytest.mark.parametrize("setup", [None, 3, [], "x", {"data": {}}, {"seed": -1}])
@pytest.mark.parametrize("act", ["settle", "choose"])
def test_a_bad_set_up_is_refused_and_the_run_stays(site: Site, id: str, act: str, setup: Any) -> None:
    before = site.poll(id)["setup"]
    trouble(site.act(id, act, setup=setup, changed="data"))
    for also in ({"x": 1}, {"lr": None}, {"lr": []}):
        trouble(site.act(id, "settle", setup=also))
    assert site.poll(id)["setup"] == before


def test_branch_and_moment(site: Site, id: str) -> None:
    for _ in range(3):
        site.act(id, "step")
    moments = site.poll(id)["moments"]["list"]
    past = site.post("moment", id=id, moment=moments[1][0])
    assert (past["number"], past["frame"]["steps"]) == (moments[1][0], 1)
    assert site.act(id, "branch", moment=moments[1][0])["state"] == "paused"
    answer = site.poll(id)
    assert answer["frame"] == past["frame"]
    assert answer["moments"]["list"] == moments[:2]
    for hostile in (None, "1", -3, [], 10**9):
        assert "no longer kept" in trouble(site.post("moment", id=id, moment=hostile))
        assert "no longer kept" in trouble(site.act(id, "branch", moment=hostile))


@pytest.mark.parametrize("name", ILLNESS_PRESETS)
def test_an_illness_is_a_run_of_its_preset(site: Site, id: str, name: str) -> None:
    site.act(id, "settle", setup=site.poll(id)["setup"] | {"seed": 4})
    told = site.act(id, "ill", name=name)
    preset = ILLNESS_PRESETS[name]
    chosen = {"data": preset.data, "objective": preset.objective, "seed": 4} | preset.settings
    assert told["setup"] == Setup.of(chosen).to_json()
    answer = site.poll(id)
    assert (answer["state"], answer["scene"]["illness"]) == ("running", name)
    assert preset.settings.keys() <= CONTROLS.keys()


def test_there_is_nothing_to_cure_in_a_run_that_has_not_begun(site: Site, id: str) -> None:
    assert "nothing to cure" in trouble(site.act(id, "cure"))
    assert "an illness is one of" in trouble(site.act(id, "ill", name="flu")).lower()


def test_the_doctors_cure_starts_over_and_trains(site: Site, id: str) -> None:
    sick = site.run(id).setup
    change = {"lr": 1e-3, "x": 1}
    site.run(id).diagnoses = [
        {"name": "collapsed", "values": {}, "cure": "rate", "change": change, "before": {"lr": sick["lr"], "x": 0}}
    ]
    assert "nothing to cure" in trouble(site.act(id, "cure", lane=1))
    told = site.act(id, "cure")
    assert (told["setup"]["lr"], told["setup"]["g_neurons"], told["state"]) == (1e-3, 8, "running")
    cured, beside = site.run(id).configs  # the sick run trains on beside the cured one
    assert beside == sick.configs()[0]
    assert cured.lr == 1e-3
    site.run(id).diagnoses = [{"name": "healthy", "change": {}}, {"name": "collapsed", "change": {"lr": 1e-4}}]
    assert "the cured one trains beside it" in trouble(site.act(id, "cure", lane=1))


@pytest.mark.parametrize("act", [None, "", "close", "__init__", "keeper", 5, ["start"], {"act": "start"}])
def test_what_a_run_cannot_do(site: Site, id: str, act: Any) -> None:
    assert "a run cannot" in trouble(site.act(id, act)).lower()


def test_a_closed_page_is_silent_at_once(site: Site, id: str) -> None:
    run, before, silence = site.run(id), site.run(id).last_poll, site.registry.limits.heartbeat
    for _ in range(3):  # however often it says so: it is not forgotten the sooner
        assert site.http.post("/live/close", content=json.dumps({"id": id}).encode()).json() == {}
        assert before - silence <= run.last_poll <= time.monotonic() - silence
    site.poll(id)
    assert run.last_poll >= before


# ---- who may do what


def test_a_watcher_sees_everything_and_steers_nothing(site: Site, id: str) -> None:
    run = site.run(id)
    assert "not there to be watched" in trouble(site.post("open", query=f"?watch={run.watch}"))
    watch = site.act(id, "share")["watch"]
    told = site.post("open", query=f"?tab=live&watch={watch}")
    watcher = told["id"]
    assert (told["role"], told["setup"]) == ("watcher", run.setup.to_json())
    site.act(id, "step")
    answer = site.poll(watcher)
    assert (answer["role"], answer["frame"]) == ("watcher", site.poll(id)["frame"])
    assert site.poll(id)["watchers"] == 1
    for act in ("start", "pause", "reset", "step", "slow", "settle", "branch", "share", "keep", "ill", "cure", "x"):
        assert "you are watching" in trouble(site.act(watcher, act)).lower()
    assert (run.steps, run.status) == (1, "paused")
    assert id not in json.dumps(answer)
    before = run.last_poll  # a watcher keeps no run awake, nor ends it
    site.poll(watcher)
    site.post("close", id=watcher)
    assert run.last_poll == before
    assert site.poll(id)["watchers"] == 0
    site.act(id, "share", on=False)
    assert site.poll(watcher)["gone"]


def test_an_audience_has_its_limit(site: Site, id: str) -> None:
    watch = site.act(id, "share")["watch"]
    for _ in range(2):
        site.poll(site.open(f"?watch={watch}"))
    assert "2 people are watching" in trouble(site.post("open", query=f"?watch={watch}"))
    for who in range(50):
        assert site.poll(f"{watch}.{who}")["gone"]  # ids that nobody was given
    assert len(site.run(id).watchers) == 2


@pytest.mark.parametrize("hostile", ["", None, 0, True, [], {}, "x" * 5_000, "../../etc", "a.b", "."])
def test_a_foreign_id_gets_nothing(site: Site, hostile: Any) -> None:
    assert site.poll(hostile)["gone"]
    for told in (site.act(hostile, "start"), site.post("moment", id=hostile, moment=0)):
        assert "no longer here" in trouble(told)
    assert site.http.post("/live/file", json={"id": hostile, "what": "model"}).status_code == 404


@pytest.mark.parametrize("route", ["open", "poll", "act", "moment", "close"])
@pytest.mark.parametrize("body", [b"", b"x", b"\xff\xfe", b"[]", b"1", b'"a"', b"[" * 60_000, b"{}" + b" " * MAX_BODY])
def test_garbage_gets_a_sentence(site: Site, route: str, body: bytes) -> None:
    response = site.http.post(f"/live/{route}", content=body)
    assert response.status_code == (413 if len(body) > MAX_BODY else 200)
    assert "a request" in trouble(response.json()).lower()
    assert site.http.get(f"/live/{route}").status_code == 405


# ---- files


def got(site: Site, id: str, **asked: Any) -> tuple[bytes, str]:
    response = site.http.post("/live/file", json={"id": id} | asked)
    assert response.status_code == 200, response.text
    kept = response.headers["content-disposition"]
    assert kept.startswith('attachment; filename="live-ring-')
    return response.content, response.headers["content-type"]


def test_the_files_of_a_run(site: Site, id: str) -> None:
    answer = site.train(id, 40)
    content, kind = got(site, id, what="film", suffix=".mp4")
    assert kind == "video/mp4"
    with av.open(io.BytesIO(content)) as container:
        frames = sum(1 for _ in container.decode(video=0))
    assert frames >= len(answer["moments"]["list"])
    content, kind = got(site, id, what="film", suffix=".gif")
    assert (kind, Image.open(io.BytesIO(content)).size) == ("image/gif", (448, 448))
    content, kind = got(site, id, what="curves")
    rows = list(csv.reader(io.StringIO(content.decode())))
    assert rows[0] == ["steps", "images", *CURVE_COLUMNS]
    assert [[float(cell) if cell else None for cell in row] for row in rows[1:]] == [
        [point["steps"], point["nimg"], *point["lanes"][0]] for point in answer["curve"]
    ]
    assert kind.startswith("text/csv")


def test_the_model_of_now_can_be_kept_opened_and_drawn(site: Site) -> None:
    id = site.open(SMALL + "&rival=hinge")
    for _ in range(2):
        site.act(id, "step")
    for lane, objective in enumerate(("relativistic", "hinge")):
        content, _ = got(site, id, what="model", lane=lane)
        downloaded = model_of_bytes("mine", content)
        assert downloaded.card["config"]["objective"] == objective
        name = site.act(id, "keep", lane=lane)["model"]
        kept = site.catalogue.load(name)
        assert not differing(dict(kept.G.state_dict()), dict(downloaded.G.state_dict()))
        assert render(kept, z_from_seeds([1, 2], kept.G.z_dim)).shape == (2, 2)
        assert name in site.catalogue.visitor_models
        assert name not in site.catalogue.names
    for lane in (2, -1):
        assert f"a lane is 0 or 1, not {lane}" in trouble(site.act(id, "keep", lane=lane)).lower()


def test_the_catalogue_keeps_the_newest_visitor_models(site: Site, id: str) -> None:
    content, _ = got(site, id, what="model")
    catalogue = ModelCatalogue({}, {})
    for number in range(MAX_VISITOR_MODELS + 3):
        catalogue.add_visitor_model(f"guest-{number}", content)
    assert list(catalogue.visitor_models) == [f"guest-{number}" for number in range(3, MAX_VISITOR_MODELS + 3)]


ASKED: list[tuple[dict[str, str], str]] = [
    ({}, "a film, curves or a model"), ({"what": "passwd"}, "a film, curves or a model"),
    ({"what": "film"}, "film is .mp4"), ({"what": "film", "suffix": "/../x"}, "film is .mp4"),
    ({"what": "film", "suffix": ".mp4"}, "nothing to film yet"), ({"what": "model", "lane": "7"}, "lane is 0 or 1"),
    ({"what": "model", "lane": "1"}, "no lane 1"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "sentence"), ASKED)
def test_a_file_that_is_not_there(site: Site, id: str, asked: dict[str, str], sentence: str) -> None:
    response = site.http.post("/live/file", json={"id": id} | asked)
    assert response.status_code == 404
    assert sentence in response.text
    assert response.headers["content-type"].startswith("text/plain")
