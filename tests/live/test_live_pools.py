"""What waits for live runs waits in threads of its own: the page answers, and so do the other runs."""

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message

from core_fixtures import elsewhere
from gan.live.commands import Command, Step
from gan.live.messages import Event
from gan.live.run_registry import INITIAL_FRAMES_AT_ONCE, RunRegistry
from gan.live.worker_client import WorkerClient
from gan.ui.live import routes
from live_site import SMALL, Site, trouble
from stub_workers import stubbed

OpenRegistry = Callable[..., RunRegistry]


def page(request: Any) -> PlainTextResponse:
    """As gradio's page: it is made in the threads that all share."""
    return PlainTextResponse("page")


class Busy:
    """A stub's work, which lasts until it is let go."""

    def __init__(self) -> None:
        self.go, self.steps = threading.Event(), 0

    def __call__(self, command: Command[object]) -> None:
        if isinstance(command, Step):
            self.steps += 1
            self.go.wait(20)


@pytest.fixture
def site(open_registry: OpenRegistry) -> Site:
    return Site(open_registry(pages=100))


@pytest.fixture
def busy() -> Iterator[Busy]:
    busy = Busy()
    yield busy
    busy.go.set()


def client_of(site: Site) -> httpx.AsyncClient:
    """A browser of a site that has a page too."""
    app = site.http.app
    assert isinstance(app, Starlette)
    whole = Starlette(routes=[Route("/", page), *app.routes])
    return httpx.AsyncClient(transport=httpx.ASGITransport(whole), base_url="http://site", timeout=30)


async def seconds(answer: Any) -> float:
    begun = time.perf_counter()
    assert (await answer).status_code == 200
    return time.perf_counter() - begun


def test_a_run_at_work_says_so_at_once_and_the_page_answers(site: Site, busy: Busy) -> None:
    run = stubbed(site.registry, busy)

    async def scene() -> None:
        async with client_of(site) as client:
            body = {"id": run.id, "act": "step"}
            steps = [asyncio.ensure_future(client.post("/live/act", json=body)) for _ in range(45)]
            await asyncio.sleep(0.3)
            assert await seconds(client.get("/")) < 1
            done, (first,) = await asyncio.wait(steps, timeout=1)
            assert len(done) == 44
            assert all("still at work" in trouble(answer.result().json()) for answer in done)
            busy.go.set()
            assert (await first).json()["state"] == "paused"
            assert (await client.post("/live/act", json=body)).json()["state"] == "paused"  # it is free again

    elsewhere(scene())
    assert busy.steps == 2


def test_many_runs_at_work_hold_up_neither_the_page_nor_other_acts(site: Site, busy: Busy) -> None:
    runs = [stubbed(site.registry, busy) for _ in range(45)]
    other = stubbed(site.registry, lambda command: None)

    async def scene() -> None:
        async with client_of(site) as client:
            acts = [client.post("/live/act", json={"id": run.id, "act": "step"}) for run in runs]
            steps = [asyncio.ensure_future(act) for act in acts]
            await asyncio.sleep(0.3)
            assert busy.steps == site.registry.limits.acts
            assert await seconds(client.get("/")) < 1
            assert await seconds(client.post("/live/open", json={"query": SMALL})) < 1
            for act in ("start", "pause", "reset"):
                assert await seconds(client.post("/live/act", json={"id": other.id, "act": act})) < 1
            busy.go.set()
            answers = await asyncio.gather(*steps)
            assert {answer.json()["state"] for answer in answers} == {"paused"}

    elsewhere(scene())


def test_an_act_whose_visitor_left_while_it_waited_is_dropped(site: Site, busy: Busy) -> None:
    runs = [stubbed(site.registry, busy) for _ in range(site.registry.limits.acts)]
    left, done = Busy(), Busy()
    left.go.set()
    done.go.set()
    gone, stays = stubbed(site.registry, left), stubbed(site.registry, done)

    async def leave() -> None:
        parts: list[Message] = [
            {"type": "http.request", "body": f'{{"id": "{gone.id}", "act": "step"}}'.encode(), "more_body": False},
            {"type": "http.disconnect"},
        ]
        scope = {"type": "http", "http_version": "1.1", "method": "POST", "path": "/live/act", "headers": [],
                 "raw_path": b"/live/act", "query_string": b"", "root_path": "", "server": ("x", 80),
                 "scheme": "http"}  # fmt: skip

        async def receive() -> Message:
            return parts.pop(0) if parts else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            pass

        await site.http.app(scope, receive, send)

    async def scene() -> None:
        async with client_of(site) as client:
            acts = [client.post("/live/act", json={"id": run.id, "act": "step"}) for run in runs]
            steps = [asyncio.ensure_future(act) for act in acts]
            await asyncio.sleep(0.2)
            await leave()
            last = asyncio.ensure_future(client.post("/live/act", json={"id": stays.id, "act": "step"}))
            await asyncio.sleep(0.1)
            busy.go.set()
            await asyncio.gather(last, *steps)

    elsewhere(scene())
    assert (left.steps, done.steps) == (0, 1)
    assert not gone.acting.locked()


# ---- films


def test_equal_films_are_made_once_and_few_at_a_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    made, at_work, most = [], itertools.count(), [0]
    now = set[int]()

    def film(past: Any, scene: Any, suffix: str) -> bytes:
        number = next(at_work)
        now.add(number)
        most[0] = max(most[0], len(now))
        time.sleep(0.2)
        now.remove(number)
        made.append(suffix)
        return suffix.encode()

    monkeypatch.setattr(routes, "run_film", film)
    runs = [site.open() for _ in range(3)]

    async def scene() -> None:
        async with client_of(site) as client:
            asked = [{"id": id, "what": "film", "suffix": ".gif"} for _ in range(15) for id in runs]
            films = [asyncio.ensure_future(client.post("/live/file", json=query)) for query in asked[:44]]
            await asyncio.sleep(0.05)
            assert await seconds(client.get("/")) < 1
            assert {answer.content for answer in await asyncio.gather(*films)} == {b".gif"}

    elsewhere(scene())
    assert (len(made), most[0]) == (3, 2)
    site.act(runs[0], "step")  # another past is another film
    assert site.http.post("/live/file", json={"id": runs[0], "what": "film", "suffix": ".gif"}).status_code == 200
    assert len(made) == 4


# ---- first frames


def test_many_new_set_ups_are_looked_at_in_turns(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    workers: list[WorkerClient] = []
    most = 0

    def new_worker(receive: Callable[[Event], None], lost: Callable[[], None]) -> WorkerClient:
        nonlocal most
        workers.append(RunRegistry.new_worker(site.registry, receive, lost))
        most = max(most, sum(not worker.ended.is_set() for worker in workers))
        return workers[-1]

    monkeypatch.setattr(site.registry, "new_worker", new_worker)

    async def scene() -> None:
        async with client_of(site) as client:
            usual = await client.post("/live/open", json={"query": SMALL})
            queries = [f"{SMALL}&seed={100 + seed}" for seed in range(30)]
            opening = [asyncio.ensure_future(client.post("/live/open", json={"query": query})) for query in queries]
            await asyncio.sleep(0.1)
            assert await seconds(client.post("/live/open", json={"query": SMALL})) < 1  # nobody waits for what is there
            answers = await asyncio.gather(*opening)
            assert len({answer.json()["id"] for answer in [usual, *answers]}) == 31

    elsewhere(scene())
    assert (len(workers), most) == (31, INITIAL_FRAMES_AT_ONCE)
