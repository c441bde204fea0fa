"""Explore's routes: which models there are, their files for the browser, and pictures for browsers that cannot.

While sliders move, only browsers without WebAssembly ask for anything here; see `gan.explore.portable`.
"""

import asyncio
import gzip
import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gan.errors import ConfigError, GanError, ModelError
from gan.explore import wire
from gan.media import MEDIA
from gan.memory import give_back
from gan.models.model import check_seeded
from gan.ui.explore.first_picture import opening_view
from gan.ui.explore.model_files import MODEL_FILES, summary
from gan.ui.explore.rendering import OUTPUTS, RenderQuery, read_rows, write_rows
from gan.ui.shell.catalogue import ModelCatalogue, forget_loaded
from gan.ui.shell.limits import JobQueue, MemoryBudget, Reservation
from gan.ui.shell.requests import RequestError, errors_as_json, read_body, while_connected
from gan.ui.shell.streams import timed_file

log = logging.getLogger(__name__)

RENDER_WORKERS, MAX_WAITING_RENDERS = 2, 64  # requests for pictures at work, and those that may wait
MAX_WAITING_BUILDS = 1_000  # files of models that may wait to be made
MAX_CACHED_FILES, MAX_CACHED_SUMMARIES = 24, 200
MAX_NAMED_VISITOR_MODELS = 8  # that one request for the list may name
MAX_BODY = 16_000_000  # bytes of a request
MEMORY = 256_000_000  # bytes of all requests for pictures: on their way here, waiting, on their way back
PREPARE_AFTER = 1.0  # seconds from the server's start, which its first page needs for itself
BUSY = "this machine is busy with other visitors' pictures; try again in a moment"

ORDERS: dict[str, Callable[[bytes], bytes]] = {"": bytes, "high": wire.split}  # of the bytes of a generator's file


@dataclass(frozen=True)
class Built:
    """A file, as it is and compressed, with a tag by which browsers keep it; no content: there is no such file."""

    content: bytes | None
    zipped: bytes
    tag: str

    @classmethod
    def of(cls, content: bytes | None) -> "Built":
        """The file of some bytes."""
        return cls(
            content, gzip.compress(content or b"", 6, mtime=0), f'"{hashlib.sha256(content or b"").hexdigest()}"'
        )


class ExploreRoutes:
    """The routes of one catalogue."""

    def __init__(self, catalogue: ModelCatalogue) -> None:
        self.catalogue = catalogue
        self.renders = JobQueue(RENDER_WORKERS, MAX_WAITING_RENDERS, BUSY)
        self.budget = MemoryBudget(MEMORY, BUSY, each=MEMORY // 2)
        # A queue for each kind of file: reading a data set must not hold up generators.
        self.builds = {part: JobQueue(1, MAX_WAITING_BUILDS, BUSY) for part in MODEL_FILES}
        self.files: OrderedDict[Hashable, Built] = OrderedDict()
        self.files_to_come: dict[Hashable, asyncio.Future[Built]] = {}
        self.summaries: dict[Hashable, dict[str, Any]] = {}
        self.summaries_lock = threading.Lock()

    def routes(self) -> list[Route]:
        """What the app serves beside gradio."""
        return [
            Route("/explore/models", errors_as_json(self.models), methods=["GET"]),
            Route("/explore/file", errors_as_json(self.file), methods=["GET"]),
            Route("/explore/render", errors_as_json(self.render), methods=["POST"]),
        ]

    async def prepare(self) -> None:
        """Make what the first visitor will ask for: the first model's generator, and the models' lines.

        A visitor who comes before it is there waits for the rest of it alone; so it is made like anybody's file. A
        thread of lower priority kept him waiting for 15 s where other programs took all cores.
        """
        await asyncio.sleep(PREPARE_AFTER)
        try:
            if first := next(iter(self.catalogue.names), ""):
                await self.built(first, "generator", "high")
            await run_in_threadpool(self.entries, [*self.catalogue.names, *self.catalogue.repairs])
        except GanError as error:  # whoever asks for it is told again
            log.warning("not all is prepared for the first visitor: %s", error)
        forget_loaded()
        await run_in_threadpool(give_back)

    # ---- models and their files ---------------------------------------------------------------------------------

    async def models(self, request: Request) -> Response:
        """{"models": their lines in the drop-down, "first": the name to begin with, "opening": its first link}.

        `also` names visitors' models.
        """
        also = request.query_params.getlist("also")[:MAX_NAMED_VISITOR_MODELS]
        theirs = [name for name in also if name in self.catalogue.visitor_models]
        names = [*dict.fromkeys(theirs), *self.catalogue.names, *self.catalogue.repairs]
        summaries = await run_in_threadpool(self.entries, names)
        visitors = self.catalogue.visitor_models
        ours = (entry for entry in summaries if entry["name"] not in visitors and not entry["task"])
        first = next(ours, None)
        content = {
            "models": summaries, "first": first["name"] if first else "",
            "opening": opening_view(first["name"], first["psi"]).query() if first else "",
        }  # fmt: skip
        return JSONResponse(content, headers={"Cache-Control": "no-cache"})

    def entries(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """The summaries of all these models that are still there."""
        return [entry for name in names if (entry := self.summary(name))]

    def summary(self, name: str) -> dict[str, Any] | None:
        """What the page says of a model before it has its file; None where that has gone since the app began."""
        try:
            version = self.catalogue.version(name)
            entry = self.summaries.get(version) or summary(self.catalogue.load(name), name)
            past = self.catalogue.past(name)
        except ModelError:
            return None
        with self.summaries_lock:  # several threads ask at once
            self.summaries[version] = entry
            while len(self.summaries) > MAX_CACHED_SUMMARIES:
                del self.summaries[next(iter(self.summaries))]
        return entry | {"history": past if MEDIA[entry["kind"]].alone else ""}

    async def file(self, request: Request) -> Response:
        """A model's generator, critic or reference pictures, with a tag by which browsers keep it."""
        name, part = request.query_params.get("name", ""), request.query_params.get("part", "")
        if part not in MODEL_FILES:
            raise ConfigError(f"a file is {', '.join(MODEL_FILES)}, not {part!r:.40}")
        order = request.query_params.get("order", "") if part == "generator" else ""
        if order not in ORDERS:
            raise ConfigError(f"a file has no order {order!r:.40}")
        built = await self.built(name, part, order)
        if built.content is None:
            raise RequestError(404, MODEL_FILES[part].missing.format(name=name))
        # Kept, and asked for again by its tag alone; a compressed answer does not tell how long its content is.
        headers = {"ETag": built.tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        headers |= {"X-Atelier-Bytes": str(len(built.content))} if order else {}
        if built.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        content = built.content
        if "gzip" in request.headers.get("accept-encoding", ""):
            content, headers = built.zipped, headers | {"Content-Encoding": "gzip"}
        return timed_file(content, headers)

    async def built(self, name: str, part: str, order: str = "") -> Built:
        """A file from memory; what is not there is made once for all who ask."""
        key = (self.catalogue.version(name), part, order)
        if key not in self.files:
            if key not in self.files_to_come:
                self.files_to_come[key] = self.builds[part].submit(self.build, name, part, order)
                self.files_to_come[key].add_done_callback(lambda _: self.files_to_come.pop(key, None))
            self.files[key] = await asyncio.shield(self.files_to_come[key])
            while len(self.files) > MAX_CACHED_FILES:
                self.files.popitem(last=False)
        self.files.move_to_end(key)
        return self.files[key]

    def build(self, name: str, part: str, order: str) -> Built:
        """Make a file."""
        content = MODEL_FILES[part].build(self.catalogue.load(name))
        return Built.of(None if content is None else ORDERS[order](content))

    # ---- pictures for browsers that cannot ----------------------------------------------------------------------

    async def render(self, request: Request) -> Response:
        """Rows of float32, little end first, for rows of float32; the address is a RenderQuery and the model's name."""
        model = await run_in_threadpool(self.catalogue.load, request.query_params.get("name", ""))
        check_seeded(model)
        query = RenderQuery.of(request.query_params, model)
        row_size = query.row_size(model)
        limit = 2 * model.medium.most * row_size * 4  # pairs of rows, to be mixed
        with Reservation(self.budget) as reservation:
            content = await read_body(request, min(limit, MAX_BODY), reservation.grow)

            def work() -> bytes:
                return write_rows(OUTPUTS[query.want](model, read_rows(content, row_size), query))

            result = await while_connected(request, self.renders.submit(work))
            reservation.resize(len(result))
            reservation.acquire()  # for the answer
        return timed_file(result, {"Cache-Control": "no-store"}, close=reservation.release)
