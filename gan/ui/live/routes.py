"""The live tab's own routes: small JSON responses, past gradio's queue, and the files of a run.

A poll is answered in the server's own loop from what is there already; whatever may wait goes to a thread.
The response to a mistake is {"trouble": sentence}.
"""

import json
import secrets
import time
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gan.errors import ConfigError, GanError, RunError, sentence
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
from gan.live.run_registry import RunRegistry
from gan.live.setup import GROUPS, Setup, data_found
from gan.live.visitors import present_visitor
from gan.ui.shell.catalogue import ModelCatalogue

MAX_BODY = 64_000  # bytes of a request; a drawing and every setting fit into a tenth of it
NOBODY = "that run is no longer here; open the tab again for a new one"
READ_ONLY = "you are watching: only its owner can steer this run"

Json = dict[str, object]  # an object from outside, of which nothing is known


class LiveRoutes:
    """The routes of one registry; each handler takes the JSON of a request and gives that of its response."""

    def __init__(self, registry: RunRegistry, catalogue: ModelCatalogue) -> None:
        self.registry, self.catalogue = registry, catalogue

    def routes(self) -> list[Route]:
        """What the app serves beside gradio."""
        posts: dict[str, Callable[[Json], PageResponse]] = {
            "open": self.open, "act": self.act, "moment": self.moment, "close": self.close,
        }  # fmt: skip
        return [
            *(Route(f"/live/{name}", threaded(handler), methods=["POST"]) for name, handler in posts.items()),
            Route("/live/poll", self.poll, methods=["POST"]), Route("/live/file", self.file, methods=["GET"]),
        ]  # fmt: skip

    # ---- pages --------------------------------------------------------------------------------------------------

    def open(self, request: Json) -> OpenResponse:
        """A run for a page: its own from before a reload, one to watch, or a new one that stands still."""
        query = request.get("query")
        query = query if isinstance(query, str) else ""
        pairs = dict(parse_qsl(query.removeprefix("?")[:8_000], keep_blank_values=True))
        if pairs.get("watch"):
            return self._watch(pairs["watch"])
        hide = [group for group in pairs.get("hide", "").split(",") if group in GROUPS]
        shut = None
        try:
            setup = Setup.from_query(query)
        except GanError as error:
            setup, shut = Setup.of({}), sentence(error)
        found = self.registry.find(request.get("resume"))
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
        if found is None:
            raise RunError("that run is not there to be watched, or no longer")
        run, _ = found
        most = self.registry.limits.watchers
        watcher, now = f"{watch}.{secrets.token_urlsafe(9)}", time.monotonic()
        watching(run, now)
        if not run.watchers.let_in(watcher, present_visitor(), now, most):
            raise RunError(f"{most} people are watching that run, as many as this machine allows")
        return opened(run, watcher, "watcher", [], None)

    def close(self, request: Json) -> CloseResponse:
        """A page has closed: its run falls asleep at once; a reload wakes it."""
        found = self.registry.find(request.get("id"))
        if found:
            run, role = found
            if role == "owner":
                run.last_poll = min(run.last_poll, time.monotonic() - self.registry.limits.heartbeat)
            else:
                run.watchers.pop(str(request.get("id")), None)
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
            return trouble(error, gone=True)
        return Response(poll_response(run, role, PollRequest.from_json(body)), media_type="application/json")

    def _find(self, request: Json) -> tuple[LiveRun, Role]:
        id = request.get("id")
        found = self.registry.find(id)
        # A watcher's id must be one that was given out: nobody can fill the places with made-up ones.
        if found is None or (found[1] == "watcher" and id not in found[0].watchers):
            raise RunError(NOBODY)
        return found

    # ---- acts ---------------------------------------------------------------------------------------------------

    def act(self, request: Json) -> ActResponse | ShareResponse | KeepResponse:
        """What the owner of a run does to it."""
        run, role = self._find(request)
        if role != "owner":
            raise RunError(READ_ONLY)
        name = request.get("act")
        if name == "share":
            run.open_to_all = request.get("on", True) is True
            return {"watch": run.watch}
        if name == "keep":
            return self._keep(run, lane_of(request.get("lane", 0)))
        if not isinstance(name, str) or name not in ACTS:
            raise RunError(f"a run cannot {name!r:.40}; it knows {', '.join(ACTS)}, share, keep")
        ACTS[name](run, request)
        return {"setup": run.setup.to_json(), "state": run.status}

    def _keep(self, run: LiveRun, lane: int) -> KeepResponse:
        """The model of now, in the catalogue under a name that only this visitor knows."""
        name = f"live-{run.setup['data']}-{run.steps}-{secrets.token_urlsafe(9)}"
        self.catalogue.add_visitor_model(name, run.model(lane, name), run.visitor)
        return {"model": name}

    def moment(self, request: Json) -> MomentResponse:
        """A frame of the past."""
        run, _ = self._find(request)
        frame = run.past.find(request.get("moment"))
        return {"number": frame.number, "frame": json.loads(frame.text)}

    async def file(self, request: Request) -> Response:
        """A download: what=film, curves or model."""
        query: Json = dict(request.query_params)
        try:
            run, _ = self._find(query)
            content, suffix, media_type = await run_in_threadpool(self.content, run, query)
        except GanError as error:
            return Response(sentence(error), status_code=404, media_type="text/plain; charset=utf-8")
        name = f"live-{run.setup['data']}-{run.steps}{suffix}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=media_type, headers=headers)

    def content(self, run: LiveRun, query: Json) -> tuple[bytes, str, str]:
        """(the bytes of a file, its suffix, its media type)."""
        what, suffix = query.get("what"), str(query.get("suffix", ""))
        if what == "film":
            if suffix not in MEDIA_TYPES:
                raise ConfigError(f"a run's film is {', '.join(MEDIA_TYPES)}, not {suffix!r:.20}")
            return run_film(run.past.frames(), run.scene, suffix), suffix, MEDIA_TYPES[suffix]
        if what == "curves":
            return curves_csv(run.curve(), run.scene).encode(), ".csv", "text/csv; charset=utf-8"
        if what == "model":
            return run.model(lane_of(query.get("lane", "0")), "model"), ".safetensors", "application/octet-stream"
        raise ConfigError(f"a file is a film, curves or a model, not {what!r:.40}")


# What an owner's page can ask of a run by name; "share" and "keep", which answer otherwise, stand in `LiveRoutes.act`.
ACTS: dict[str, Callable[[LiveRun, Json], None]] = {
    "start": lambda run, request: run.start(),
    "pause": lambda run, request: run.pause(),
    "reset": lambda run, request: run.restart(run.setup, run.illness, start=False),
    "step": lambda run, request: run.step(request.get("which", "both")),
    "slow": lambda run, request: run.next_phase(),
    "unslow": lambda run, request: run.finish_iteration(),
    "settle": lambda run, request: run.apply(Setup.of(chosen(request))),
    "choose": lambda run, request: run.choose(chosen(request), str(request.get("changed"))),
    "ill": lambda run, request: run.provoke(request.get("name")),
    "cure": lambda run, request: run.cure(lane_of(request.get("lane", 0))),
    "branch": lambda run, request: run.branch(request.get("moment")),
}


def opened(run: LiveRun, id: str, role: Role, hide: list[str], shut: str | None) -> OpenResponse:
    """The response to a page that has got a run."""
    return {
        "id": id, "role": role, "setup": run.setup.to_json(), "hide": hide, "shut": shut, "data": data_found(),
    }  # fmt: skip


def trouble(error: GanError, gone: bool = False) -> Response:
    """The response to a mistake."""
    response: TroubleResponse = {"trouble": sentence(error)}
    if gone:
        response["gone"] = True
    return JSONResponse(response)


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
    """The JSON object in a request's body.

    Raises:
        ConfigError: it is none, or too long.
    """
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > MAX_BODY:
                raise ConfigError(f"a request has at most {MAX_BODY:,} bytes")
    except ClientDisconnect as error:  # nobody reads the response
        raise ConfigError("the request ended before its end") from error
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ConfigError("a request is a JSON object") from error
    if not isinstance(content, dict):
        raise ConfigError("a request is a JSON object")
    return content


def threaded(handler: Callable[[Json], PageResponse]) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """The endpoint of a handler: in a thread, a GanError as its sentence."""

    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await run_in_threadpool(handler, await read(request)))
        except GanError as error:
            return trouble(error)

    return endpoint
