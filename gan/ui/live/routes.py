"""The live tab's own routes: small JSON responses, past gradio's queue, and the files of a run.

A poll is answered in the server's own loop from what is there already. Whatever may wait for a run goes to threads of
its own kind, so that neither the page nor another kind waits for it, and one act of a run at a time. The response to a
mistake is {"trouble": sentence}.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gan.errors import ConfigError, GanError, RunError, sentence
from gan.live.choices import choose, cure, provoke
from gan.live.film import MEDIA_TYPES, curves_csv, run_film
from gan.live.messages import (
    ActResponse,
    CloseResponse,
    KeepResponse,
    MomentResponse,
    OpenResponse,
    PageResponse,
    Role,
    ShareResponse,
    TroubleResponse,
)
from gan.live.poll import PollRequest, poll_response, watching
from gan.live.run import LiveRun
from gan.live.run_ids import ElsewhereError, is_elsewhere
from gan.live.run_registry import RunRegistry
from gan.live.setup import GROUPS, Setup, data_found
from gan.live.shared import Shared
from gan.live.visitors import present_visitor
from gan.ui.shell.catalogue import ModelCatalogue
from gan.ui.shell.limits import JobQueue, MemoryBudget, Reservation
from gan.ui.shell.requests import RequestError, read_object, while_connected
from gan.ui.shell.streams import timed_file, zipped_json

MAX_BODY = 64_000  # bytes of a request; a drawing and every setting fit into a tenth of it
ELSEWHERE = (
    "that run is on another host behind this address, or its host was started anew; several hosts must keep each "
    "visitor on one of them"
)
NOBODY = "that run is no longer here; open the tab again for a new one"
STILL_AT_WORK = "the run is still at work on what was asked before; try again in a moment"
BUSY = "this machine is busy with other visitors' runs; try again in a moment"
FILMS_BUSY = "this machine is busy with other visitors' films; try again in a moment"
QUICK_WORKERS, RENEWAL_WORKERS, FILM_WORKERS = 8, 4, 2
MAX_WAITING, MAX_WAITING_FILMS = 1_000, 64  # a class opens the page in the same second
KEPT_FILMS = 8
MEMORY = 256_000_000  # bytes of all models that are on their way to whoever asked
READ_ONLY = "you are watching: only its owner can steer this run"

Json = dict[str, object]  # an object from outside, of which nothing is known
P = ParamSpec("P")
R = TypeVar("R")


class LiveRoutes:
    """The routes of one registry; most handlers take a request and its JSON, and give the JSON of the response."""

    def __init__(self, registry: RunRegistry, catalogue: ModelCatalogue) -> None:
        self.registry, self.catalogue = registry, catalogue
        self.quick = JobQueue(QUICK_WORKERS, MAX_WAITING, BUSY)  # acts that wait for an iteration at most
        self.renewals = JobQueue(RENEWAL_WORKERS, MAX_WAITING, BUSY)  # those that may need new networks
        self.work = JobQueue(registry.limits.acts, MAX_WAITING, BUSY)  # those that train
        self.films = JobQueue(FILM_WORKERS, MAX_WAITING_FILMS, FILMS_BUSY)
        self.budget = MemoryBudget(MEMORY, BUSY, each=MEMORY // 2)
        self.kept_films: Shared[tuple[str, int, int, str], bytes] = Shared(FILM_WORKERS, KEPT_FILMS)

    def routes(self) -> list[Route]:
        """What the app serves beside gradio."""
        posts: dict[str, Callable[[Request], Coroutine[Any, Any, Response]]] = {
            "open": answering(self.open), "act": answering(self.act), "moment": answering(self.moment),
            "close": answering(self.close), "poll": self.poll,
        }  # fmt: skip
        return [
            *(Route(f"/live/{name}", endpoint, methods=["POST"]) for name, endpoint in posts.items()),
            Route("/live/file", self.file, methods=["POST"]),
        ]

    # ---- pages --------------------------------------------------------------------------------------------------

    async def open(self, request: Request, asked: Json) -> OpenResponse:
        """A run for a page: its own from before a reload, one to watch, or a new one that stands still."""
        query = asked.get("query")
        query = query if isinstance(query, str) else ""
        pairs = dict(parse_qsl(query.removeprefix("?")[:8_000], keep_blank_values=True))
        if pairs.get("watch"):
            return self._watch(pairs["watch"])
        setup, shut = await while_connected(request, self.quick.submit(requested, query))
        queue = self.quick if self.registry.has_initial_frame(setup) else self.renewals
        opening = queue.submit(self._open, pairs, setup, shut, asked.get("resume"))
        return await while_connected(request, opening)

    def _open(self, pairs: dict[str, str], setup: Setup, shut: str | None, resume: object) -> OpenResponse:
        hide = [group for group in pairs.get("hide", "").split(",") if group in GROUPS]
        found = self.registry.find(resume)
        if found and found[1] == "owner" and (found[0].setup == setup or set(pairs) <= {"tab", "lang", "__theme"}):
            return opened(found[0], found[0].id, "owner", hide, shut)
        try:
            run = self.registry.open(setup)
        except RunError:
            raise
        except GanError as error:  # the networks of the link are too large for this host
            run, shut = self.registry.open(Setup.of({})), sentence(error)
        return opened(run, run.id, "owner", hide, shut)

    def _watch(self, watch: str) -> OpenResponse:
        found = self.registry.find(f"{watch}.")
        if found is None and is_elsewhere(watch, self.registry.mark):
            raise ElsewhereError(ELSEWHERE)
        if found is None:
            raise RunError("that run is not there to be watched, or no longer")
        run, _ = found
        most = self.registry.limits.watchers
        watcher, now = f"{watch}.{secrets.token_urlsafe(9)}", time.monotonic()
        watching(run, now)
        if not run.watchers.let_in(watcher, present_visitor(), now, most):
            raise RunError(f"{most} people are watching that run, as many as this machine allows")
        return opened(run, watcher, "watcher", [], None)

    async def close(self, request: Request, asked: Json) -> CloseResponse:
        """A page has closed: its run falls asleep at once; a reload wakes it."""
        found = self.registry.find(asked.get("id"))
        if found:
            run, role = found
            if role == "owner":
                run.last_poll = min(run.last_poll, time.monotonic() - self.registry.limits.heartbeat)
            else:
                run.watchers.pop(str(asked.get("id")), None)
        return {}

    async def poll(self, request: Request) -> Response:
        """What has changed since the page last asked."""
        try:
            body = await read(request)
        except GanError as error:
            return trouble(error)
        try:
            run, role = self._find(body)
        except GanError as error:
            return trouble(error, gone=True, elsewhere=isinstance(error, ElsewhereError))
        return zipped_json(request, poll_response(run, role, PollRequest.from_json(body)))

    def _find(self, request: Json) -> tuple[LiveRun, Role]:
        id = request.get("id")
        found = self.registry.find(id)
        # A watcher's id must be one that was given out: nobody can fill the places with made-up ones.
        if found is None and is_elsewhere(id, self.registry.mark):
            raise ElsewhereError(ELSEWHERE)
        if found is None or (found[1] == "watcher" and id not in found[0].watchers):
            raise RunError(NOBODY)
        return found

    # ---- acts ---------------------------------------------------------------------------------------------------

    async def act(self, request: Request, asked: Json) -> ActResponse | ShareResponse | KeepResponse:
        """What the owner of a run does to it."""
        run, role = self._find(asked)
        if role != "owner":
            raise RunError(READ_ONLY)
        name = asked.get("act")
        if name == "share":
            run.open_to_all = asked.get("on", True) is True
            return {"watch": run.watch}
        if name == "keep":
            return await self._alone(request, run, self.work, self._keep, run, lane_of(asked.get("lane", 0)))
        if not isinstance(name, str) or name not in ACTS:
            raise RunError(f"a run cannot {name!r:.40}; it knows {', '.join(ACTS)}, share, keep")
        queue = self.quick if name in QUICK else self.work if name in WORK else self.renewals
        await self._alone(request, run, queue, ACTS[name], run, asked)
        return {"setup": run.setup.to_json(), "state": run.status}

    async def _alone(
        self, request: Request, run: LiveRun, queue: JobQueue, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """What an act on a run returns; one at a time, and dropped if its visitor leaves before it begins.

        Raises:
            RunError: another one waits or is under way.
        """
        if not run.acting.acquire(blocking=False):
            raise RunError(STILL_AT_WORK)
        try:
            job = queue.begin(work, *args, **kwargs)
        except RequestError:
            run.acting.release()
            raise
        job.add_done_callback(lambda _: run.acting.release())  # of the job, not of the visitor's wait for it
        return await while_connected(request, asyncio.wrap_future(job))

    def _keep(self, run: LiveRun, lane: int) -> KeepResponse:
        """The model of now, in the catalogue under a name that only this visitor knows."""
        name = f"live-{run.setup['data']}-{run.steps}-{secrets.token_urlsafe(9)}"
        self.catalogue.add_visitor_model(name, run.model(lane, name), run.visitor)
        return {"model": name}

    async def moment(self, request: Request, asked: Json) -> MomentResponse:
        """A frame of the past."""
        run, _ = self._find(asked)
        frame = run.past.find(asked.get("moment"))
        return {"number": frame.number, "frame": json.loads(frame.text)}

    async def file(self, request: Request) -> Response:
        """A download: what=film, curves or model. It is posted: an owner's id in an address would stay in logs."""
        try:
            query = await read(request)
            run, _ = self._find(query)
            with Reservation(self.budget) as reservation:
                content, suffix, media_type = await self.content(request, run, query)
                reservation.grow(len(content) if query.get("what") == "model" else 0)  # equal films are one
                reservation.acquire()  # for the answer
        except GanError as error:
            status = error.status if isinstance(error, RequestError) else 404
            return Response(sentence(error), status_code=status, media_type="text/plain; charset=utf-8")
        except ClientDisconnect:
            return unread()
        name = f"live-{run.setup['data']}-{run.steps}{suffix}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return timed_file(content, headers, media_type, close=reservation.release)

    async def content(self, request: Request, run: LiveRun, query: Json) -> tuple[bytes, str, str]:
        """(the bytes of a file, its suffix, its media type)."""
        what, suffix = query.get("what"), str(query.get("suffix", ""))
        if what == "film":
            if suffix not in MEDIA_TYPES:
                raise ConfigError(f"a run's film is {', '.join(MEDIA_TYPES)}, not {suffix!r:.20}")
            film = await while_connected(request, self.films.submit(self._film, run, suffix))
            return film, suffix, MEDIA_TYPES[suffix]
        if what == "curves":
            curves = await while_connected(request, self.quick.submit(curves_csv, run.curve(), run.scene))
            return curves.encode(), ".csv", "text/csv; charset=utf-8"
        if what == "model":
            lane = lane_of(query.get("lane", "0"))
            model = await self._alone(request, run, self.work, run.model, lane, "model")
            return model, ".safetensors", "application/octet-stream"
        raise ConfigError(f"a file is a film, curves or a model, not {what!r:.40}")

    def _film(self, run: LiveRun, suffix: str) -> bytes:
        """The film of a run's past; equal ones are made once."""
        key = (run.id, run.published.round, run.past.revision, suffix)
        return self.kept_films.get(key, lambda: run_film(run.past.frames(), run.scene, suffix))


# What an owner's page can ask of a run by name; "share" and "keep", which answer otherwise, stand in `LiveRoutes.act`.
ACTS: dict[str, Callable[[LiveRun, Json], None]] = {
    "start": lambda run, request: run.start(),
    "pause": lambda run, request: run.pause(),
    "reset": lambda run, request: run.restart(run.setup, run.illness, start=False),
    "step": lambda run, request: run.step(request.get("which", "both")),
    "slow": lambda run, request: run.next_phase(),
    "unslow": lambda run, request: run.finish_iteration(),
    "settle": lambda run, request: run.apply(Setup.of(chosen(request))),
    "choose": lambda run, request: choose(run, chosen(request), str(request.get("changed"))),
    "ill": lambda run, request: provoke(run, request.get("name")),
    "cure": lambda run, request: cure(run, lane_of(request.get("lane", 0))),
    "branch": lambda run, request: run.branch(request.get("moment")),
}
QUICK, WORK = ("start", "pause"), ("step", "slow", "unslow", "branch")  # where they wait; the others are renewals


def requested(query: str) -> tuple[Setup, str | None]:
    """(the set-up of a link, None), or the usual one and what is wrong with the link."""
    try:
        return Setup.from_query(query), None
    except GanError as error:
        return Setup.of({}), sentence(error)


def opened(run: LiveRun, id: str, role: Role, hide: list[str], shut: str | None) -> OpenResponse:
    """The response to a page that has got a run."""
    return {
        "id": id, "role": role, "setup": run.setup.to_json(), "hide": hide, "shut": shut, "data": data_found(),
    }  # fmt: skip


def trouble(error: GanError, gone: bool = False, elsewhere: bool = False) -> Response:
    """The response to a mistake."""
    response: TroubleResponse = {"trouble": sentence(error)}
    if gone:
        response["gone"] = True
    if elsewhere:
        response["elsewhere"] = True
    return JSONResponse(response, error.status if isinstance(error, RequestError) else 200)


def lane_of(lane: object) -> int:
    """The number of a lane, which is text in an address; whether the run has it is the run's to say."""
    if isinstance(lane, bool) or not isinstance(lane, (int, str)) or str(lane) not in ("0", "1"):
        raise ConfigError(f"a lane is 0 or 1, not {lane!r:.40}")
    return int(lane)


def chosen(request: Json) -> Json:
    """The settings by name that a request carries."""
    setup = request.get("setup")
    if not isinstance(setup, dict):
        raise ConfigError("a set-up is an object of settings by name")
    return setup


async def read(request: Request) -> Json:
    """The JSON object in a request's body, as `read_object` reads it."""
    return await read_object(request, MAX_BODY)


def answering(
    handler: Callable[[Request, Json], Coroutine[Any, Any, PageResponse]],
) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """The endpoint of a handler of a request and the JSON in it: a GanError as its sentence."""

    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await handler(request, await read(request)))
        except GanError as error:
            return trouble(error)
        except ClientDisconnect:
            return unread()

    return endpoint


def unread() -> Response:
    """The response that nobody reads, as its visitor has left."""
    return Response(status_code=400)
