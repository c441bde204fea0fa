"""The routes of a class: small JSON responses from what is there already, all in the server's own loop.

The response to a mistake is {"trouble": sentence}, with "gone" where the class is no longer here.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gan.errors import GanError, RunError, sentence
from gan.live.classroom import MEMORY, ClassEnded, Classes, Classroom
from gan.live.run_registry import RunRegistry
from gan.live.visitors import present_visitor
from gan.ui.shell.requests import RequestError, read_object

MAX_BODY = 2_000  # bytes of a request
ONLY_TEACHER = "you are following: only the teacher can do that"
ONLY_FOLLOWERS = "a class votes, its teacher does not"

Json = dict[str, object]  # an object from outside, of which nothing is known
Handler = Callable[[Json, float], Mapping[str, object]]  # of a request and the time in seconds
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class ClassRoutes:
    """The routes of a host's classes; `registry` has the runs that they watch."""

    def __init__(self, registry: RunRegistry) -> None:
        self.registry = registry
        self.classes = Classes(registry.limits.classes, registry.limits.watchers)
        self._timer: asyncio.TimerHandle | None = None  # of the next look for silent teachers

    def routes(self) -> list[Route]:
        """What the app serves beside gradio."""
        handlers: dict[str, Handler] = {
            "open": self.open, "follow": self.follow, "poll": self.poll, "show": self.show,
            "reveal": self.reveal, "vote": self.vote, "leave": self.leave, "end": self.end,
        }  # fmt: skip
        endpoints = {name: self._endpoint(handler) for name, handler in handlers.items()}
        return [Route(f"/class/{name}", endpoint, methods=["POST"]) for name, endpoint in endpoints.items()]

    def _endpoint(self, handler: Handler) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            try:
                return JSONResponse(handler(await read_object(request, MAX_BODY), time.monotonic()))
            except GanError as error:
                gone = {"gone": True} if isinstance(error, ClassEnded) else {}
                status = error.status if isinstance(error, RequestError) else 200
                return JSONResponse({"trouble": sentence(error)} | gone, status)

        return endpoint

    # ---- pages --------------------------------------------------------------------------------------------------

    def open(self, asked: Json, now: float) -> Mapping[str, object]:
        """A class for a teacher's page: its own from before a reload, or a new one."""
        room = self.classes.open(present_visitor(), asked.get("resume"), now)
        self._forget_later()
        return {"id": room.id, **self.classes.state(room.id, now)}

    def _forget_later(self) -> None:
        """Forget silent classes after a while, though nobody asks after any."""
        if self._timer is None and len(self.classes):
            self._timer = asyncio.get_running_loop().call_later(MEMORY, self._forget)

    def _forget(self) -> None:
        self._timer = None
        self.classes.forget_silent(time.monotonic())
        self._forget_later()

    def follow(self, asked: Json, now: float) -> Mapping[str, object]:
        """A place in a class for somebody with its code: one for each browser."""
        room = self.classes.named(asked.get("code"), now)
        id = room.follow(present_visitor(), asked.get("resume"), now, self.classes.followers)
        return {"id": id, **self.classes.state(id, now)}

    def poll(self, asked: Json, now: float) -> Mapping[str, object]:
        """What is shown now."""
        return self.classes.state(asked.get("id"), now)

    def leave(self, asked: Json, now: float) -> Mapping[str, object]:
        """A page has closed; a reload finds its place again."""
        self.classes.leave(asked.get("id"), now)
        return {}

    # ---- acts ---------------------------------------------------------------------------------------------------

    def show(self, asked: Json, now: float) -> Mapping[str, object]:
        """The teacher shows a step, and a run of his that the class may watch."""
        room, watch = self._taught(asked, now), asked.get("watch") or ""
        if watch and not self._may_watch(watch):
            raise RunError("that run is not there to be watched, or no longer")
        room.show(asked.get("step"), str(watch))
        return self.classes.state(room.id, now)

    def _may_watch(self, watch: object) -> bool:
        found = self.registry.find(f"{watch}.") if isinstance(watch, str) else None
        return found is not None and found[1] == "watcher"

    def reveal(self, asked: Json, now: float) -> Mapping[str, object]:
        """The teacher shows the votes to everybody."""
        room = self._taught(asked, now)
        room.reveal()
        return self.classes.state(room.id, now)

    def vote(self, asked: Json, now: float) -> Mapping[str, object]:
        """A follower votes on the step that is shown."""
        id = asked.get("id")
        room, role = self.classes.find(id, now)
        if role != "follower":
            raise RunError(ONLY_FOLLOWERS)
        room.vote(str(id), asked.get("step"), asked.get("answer"))
        return self.classes.state(id, now)

    def end(self, asked: Json, now: float) -> Mapping[str, object]:
        """The teacher ends the class."""
        self.classes.end(self._taught(asked, now))
        return {}

    def _taught(self, asked: Json, now: float) -> Classroom:
        room, role = self.classes.find(asked.get("id"), now)
        if role != "teacher":
            raise RunError(ONLY_TEACHER)
        return room
