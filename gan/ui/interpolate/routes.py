"""The routes of films: pictures that a page has drawn become a file, and a run's snapshots become pictures."""

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gan.ui.interpolate.encoding import FilmJob, encode, progress_and_file
from gan.ui.interpolate.film_body import MAX_BODY_BYTES, MAX_PIXEL_BYTES, json_object, pack_frames
from gan.ui.interpolate.training import TrainingQuery, training_pixels
from gan.ui.shell.catalogue import ModelCatalogue
from gan.ui.shell.limits import JobQueue, MemoryBudget, Reservation
from gan.ui.shell.requests import RequestError, content_length, errors_as_json, read_body, while_connected
from gan.ui.shell.streams import TimedStream

MEMORY = 4 * MAX_PIXEL_BYTES  # bytes of all films: on their way here, waiting, in the making, on their way back
FILM_WORKERS, MAX_WAITING_FILMS = 2, 32  # films in the making, and those that may wait
MAX_TRAINING_BODY = 4_096  # bytes of a request for a training film
BUSY = "this machine is busy with other visitors' films; try again in a moment"


class FilmRoutes:
    """The routes of films of one catalogue's models."""

    def __init__(self, catalogue: ModelCatalogue) -> None:
        self.catalogue = catalogue
        self.jobs = JobQueue(FILM_WORKERS, MAX_WAITING_FILMS, BUSY)
        self.budget = MemoryBudget(MEMORY, BUSY, each=MEMORY // 2)

    @property
    def held(self) -> int:
        """Bytes that all films hold."""
        return self.budget.held

    def routes(self) -> list[Route]:
        """What the app serves beside gradio."""
        return [
            Route("/films/encode", errors_as_json(self.encode), methods=["POST"]),
            Route("/films/training", errors_as_json(self.training), methods=["POST"]),
        ]

    async def encode(self, request: Request) -> Response:
        """A film's file, after lines of JSON.

        {"share": of the frames done} comes as often as it changes; at the end either {"bytes", "type", "name"}, after
        which the file follows, or {"trouble": sentence}.
        """
        size = content_length(request)
        if size is None:
            raise RequestError(411, "a film is sent with its length")
        if size > MAX_BODY_BYTES:
            raise RequestError(413, f"a film's pixels take at most {MAX_PIXEL_BYTES:,} bytes: take fewer frames")
        if self.held + size > self.budget.limit:  # it would be refused on its way
            raise RequestError(503, BUSY)
        with Reservation(self.budget) as reservation:
            job = await run_in_threadpool(FilmJob.of, await read_body(request, size, reservation.grow))
            shares: asyncio.Queue[float | None] = asyncio.Queue()
            loop = asyncio.get_running_loop()

            def report(share: float) -> None:
                loop.call_soon_threadsafe(shares.put_nowait, share)

            file = self.jobs.submit(encode, job, reservation, report)
            file.add_done_callback(lambda _: shares.put_nowait(None))
            reservation.acquire()  # for the answer

        def close() -> None:
            job.pixels = None
            file.cancel()
            reservation.release()

        return TimedStream(progress_and_file(job, file, shares), close)

    async def training(self, request: Request) -> Response:
        """Latents through a run's training: header {width, height, channels, frames, labels}, then the pixels."""
        values = json_object("a request", await read_body(request, MAX_TRAINING_BODY))
        model = await run_in_threadpool(self.catalogue.load, values.get("name"))
        query = TrainingQuery.of(values, model)
        folder = self.catalogue.snapshot_folder(values.get("name"))
        with Reservation(self.budget) as reservation:
            film = self.jobs.submit(training_pixels, model, folder, query, reservation)
            labels, pixels = await while_connected(request, film)
            reservation.acquire()  # for the answer
        frames, height, width, channels = pixels.shape
        header = {"width": width, "height": height, "channels": channels, "frames": frames, "labels": labels}
        return TimedStream(pack_frames(header, pixels), reservation.release)
