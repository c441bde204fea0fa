"""The live tab's own routes: small JSON answers, past gradio's queue, and the files of a run.

A poll is answered in the server's own loop from what is there already; whatever may wait goes to a thread.
Every answer to a mistake is {"trouble": sentence}.
"""

import json
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gan.errors import ConfigError, GanError, RunError, sentence
from gan.live.answers import answer, watching
from gan.live.film import KINDS, curves_csv, run_film
from gan.live.run import LiveRun
from gan.live.run_registry import RunRegistry
from gan.live.setup import GROUPS, Setup
from gan.ui.shell.catalogue import ModelCatalogue

MAX_BODY = 64_000  # bytes of a request; a drawing and every setting fit into a tenth of it
NOBODY = "that run is no longer here; open the tab again for a new one"
READ_ONLY = "you are watching: only its owner can steer this run"

Answer = dict[str, Any]
Values = dict[str, Any]


class LiveRoutes:
    """The routes of one registry; each handler takes the JSON of a request and gives that of the answer."""

    def __init__(self, registry: RunRegistry, catalogue: ModelCatalogue) -> None:
        self.registry, self.catalogue = registry, catalogue

    def routes(self) -> list[Route]:
        """What the app serves beside gradio."""
        posts = {"open": self.open, "act": self.act, "moment": self.moment, "close": self.close}
        made = [Route(f"/live/{name}", threaded(handler), methods=["POST"]) for name, handler in posts.items()]
        return [
            *made, Route("/live/poll", self.poll, methods=["POST"]), Route("/live/file", self.file, methods=["GET"]),
        ]  # fmt: skip

    # ---- pages --------------------------------------------------------------------------------------------------

    def open(self, asked: Values) -> Answer:
        """A run for a page: its own from before a reload, one to watch, or a new one that stands still."""
        query = asked.get("query") if isinstance(asked.get("query"), str) else ""
        pairs = dict(parse_qsl(str(query).removeprefix("?")[:8_000], keep_blank_values=True))
        if pairs.get("watch"):
            return self._watch(pairs["watch"])
        hide = [group for group in pairs.get("hide", "").split(",") if group in GROUPS]
        shut = None
        try:
            setup = Setup.from_query(str(query))
        except GanError as error:
            setup, shut = Setup.of({}), sentence(error)
        found = self.registry.find(asked.get("resume"))
        if found and found[1] == "owner" and (found[0].setup == setup or set(pairs) <= {"tab", "lang", "__theme"}):
            return self._page(found[0], found[0].id, "owner", hide, shut)
        try:
            run = self.registry.open(setup)
        except RunError:
            raise
        except GanError as error:  # the networks of the link are too large for this host
            run, shut = self.registry.open(Setup.of({})), sentence(error)
        return self._page(run, run.id, "owner", hide, shut)

    def _watch(self, watch: str) -> Answer:
        found = self.registry.find(f"{watch}.")
        if found is None:
            raise RunError("that run is not there to be watched, or no longer")
        run = found[0]
        most = self.registry.limits.watchers
        if watching(run, time.monotonic()) >= most:
            raise RunError(f"{most} people are watching that run, as many as this machine allows")
        who = f"{watch}.{secrets.token_urlsafe(9)}"
        run.watchers[who] = time.monotonic()
        return self._page(run, who, "watcher", [], None)

    def _page(self, run: LiveRun, id: str, role: str, hide: list[str], shut: str | None) -> Answer:
        return {"id": id, "role": role, "setup": run.setup.to_json(), "hide": hide, "shut": shut}

    def close(self, asked: Values) -> Answer:
        """A page has closed: its run falls asleep at once; a reload wakes it."""
        found = self.registry.find(asked.get("id"))
        if found and found[1] == "owner":
            found[0].seen = min(found[0].seen, time.monotonic() - self.registry.limits.heartbeat)
        elif found:
            found[0].watchers.pop(str(asked.get("id")), None)
        return {}

    async def poll(self, request: Request) -> Response:
        """What has changed since the page last asked."""
        try:
            asked = await read(request)
        except GanError as error:
            return JSONResponse({"trouble": sentence(error)})
        try:
            run, role = self._found(asked)
        except GanError as error:
            return JSONResponse({"trouble": sentence(error), "gone": True})
        return Response(answer(run, role, str(asked.get("id")), asked), media_type="application/json")

    def _found(self, asked: Values) -> tuple[LiveRun, str]:
        id = asked.get("id")
        found = self.registry.find(id)
        # A watcher's id must be one that was given out: nobody can fill the places with made-up ones.
        if found is None or (found[1] == "watcher" and id not in found[0].watchers):
            raise RunError(NOBODY)
        return found

    # ---- acts ---------------------------------------------------------------------------------------------------

    def act(self, asked: Values) -> Answer:
        """What the owner of a run does to it."""
        run, role = self._found(asked)
        if role != "owner":
            raise RunError(READ_ONLY)
        acts: dict[str, Callable[[], Any]] = {
            "start": run.start,
            "pause": run.pause,
            "reset": lambda: run.over_again(run.setup, run.illness, start=False),
            "step": lambda: run.step(asked.get("which", "both")),
            "slow": run.slow,
            "unslow": run.unslow,
            "settle": lambda: run.settle(Setup.of(chosen(asked))),
            "choose": lambda: run.choose(chosen(asked), str(asked.get("changed"))),
            "ill": lambda: run.fall_ill(asked.get("name")),
            "cure": run.cure,
            "branch": lambda: run.branch(asked.get("moment")),
        }
        name = asked.get("act")
        if name == "share":
            run.open_to_all = asked.get("on", True) is True
            return {"watch": run.watch}
        if name == "keep":
            return self._keep(run, lane_of(asked.get("lane", 0)))
        if not isinstance(name, str) or name not in acts:
            raise RunError(f"a run cannot {name!r:.40}; it knows {', '.join(acts)}, share, keep")
        acts[name]()
        return {"setup": run.setup.to_json(), "state": run.state}

    def _keep(self, run: LiveRun, lane: int) -> Answer:
        """The model of now, in the catalogue under a name that only this visitor knows."""
        name = f"live-{run.setup['data']}-{run.steps}-{secrets.token_urlsafe(9)}"
        self.catalogue.add_visitor_model(name, run.model(lane, name))
        return {"model": name}

    def moment(self, asked: Values) -> Answer:
        """A frame of the past."""
        run, _ = self._found(asked)
        moment = run.past.find(asked.get("moment"))
        return {"number": moment.number, "frame": json.loads(moment.text)}

    async def file(self, request: Request) -> Response:
        """A download: what=film, curves or model."""
        asked: Values = dict(request.query_params)
        try:
            run, _ = self._found(asked)
            content, suffix, kind = await run_in_threadpool(self.content, run, asked)
        except GanError as error:
            return Response(sentence(error), status_code=404, media_type="text/plain; charset=utf-8")
        name = f"live-{run.setup['data']}-{run.steps}{suffix}"
        return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    def content(self, run: LiveRun, asked: Values) -> tuple[bytes, str, str]:
        """(the bytes of a file, its suffix, its media type)."""
        what, suffix = asked.get("what"), str(asked.get("suffix", ""))
        if what == "film":
            if suffix not in KINDS:
                raise ConfigError(f"a run's film is {', '.join(KINDS)}, not {suffix!r:.20}")
            return run_film(run.past.moments(), run.scene, suffix), suffix, KINDS[suffix]
        if what == "curves":
            return curves_csv(run.curve(), run.scene).encode(), ".csv", "text/csv; charset=utf-8"
        if what == "model":
            return run.model(lane_of(asked.get("lane", "0")), "model"), ".safetensors", "application/octet-stream"
        raise ConfigError(f"a file is a film, curves or a model, not {what!r:.40}")


def lane_of(lane: object) -> int:
    """The number of a lane, which is text in an address; whether the run has it is the run's to say."""
    if isinstance(lane, bool) or not isinstance(lane, (int, str)) or str(lane) not in ("0", "1"):
        raise ConfigError(f"a lane is 0 or 1, not {lane!r:.40}")
    return int(lane)


def chosen(asked: Values) -> Values:
    """The settings by name that a request carries."""
    setup = asked.get("setup")
    if not isinstance(setup, dict):
        raise ConfigError("a set-up is an object of settings by name")
    return setup


async def read(request: Request) -> Values:
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
    except ClientDisconnect as error:  # nobody reads the answer
        raise ConfigError("the request ended before its end") from error
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ConfigError("a request is a JSON object") from error
    if not isinstance(asked, dict):
        raise ConfigError("a request is a JSON object")
    return asked


def threaded(handler: Callable[[Values], Answer]) -> Callable[[Request], Any]:
    """The endpoint of a handler: in a thread, a GanError as its sentence."""

    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await run_in_threadpool(handler, await read(request)))
        except GanError as error:
            return JSONResponse({"trouble": sentence(error)})

    return endpoint
