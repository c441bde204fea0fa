"""What a supervisor or a balancer asks: whether this host answers, and how full it is."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gan.live.run_registry import RunRegistry
from gan.version import __version__

PATH = "/healthz"


def health_route(registry: RunRegistry) -> Route:
    """Answers 200 as long as the page can be served, and 503 when the app is ending; it says nothing of visitors."""

    async def health(_: Request) -> Response:
        ending = registry.closed
        places = {"training": registry.training(), "places": registry.limits.runs, "waiting": registry.waiting()}
        told = {"status": "ending" if ending else "ok", "version": __version__, "live": places}
        return JSONResponse(told, 503 if ending else 200, {"Cache-Control": "no-store"})

    return Route(PATH, health, methods=["GET"])
