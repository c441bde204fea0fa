"""Workers of live runs that train nothing: they do what a test says, so that it need not wait for a real one."""

import contextlib
import threading
from collections.abc import Callable
from multiprocessing import Pipe
from typing import Any

from gan.live.commands import Answer, Command, Leave, Open, Request
from gan.live.messages import Event
from gan.live.run import LiveRun
from gan.live.run_registry import RunRegistry
from gan.live.setup import Setup
from gan.live.worker_client import WorkerClient
from registry_fixtures import SMALL

Obey = Callable[[Command[object]], object]  # what a worker does with a command, and what it answers


def stub_worker(obey: Obey, receive: Callable[[Event], None], lost: Callable[[], None]) -> WorkerClient:
    """A client of a stub that is a thread of this process."""
    near, far = Pipe()

    def serve() -> None:
        with contextlib.suppress(EOFError, OSError):
            while not isinstance(message := far.recv(), Leave):
                assert isinstance(message, Request)
                far.send(Answer(message.number, obey(message.command)))
        far.close()

    threading.Thread(target=serve, daemon=True).start()
    return WorkerClient(near, receive, lost)


def stubbed(registry: RunRegistry, obey: Obey, **values: Any) -> LiveRun:
    """A run of the registry whose worker is a stub from now on; what it shows at first is real."""
    run = registry.open(Setup.of(SMALL | values))
    host: Any = StubHost(registry, obey)
    run.host = host
    return run


class StubHost:
    """The registry, but for its workers."""

    def __init__(self, registry: RunRegistry, obey: Obey) -> None:
        self.registry, self.obey = registry, obey

    def __getattr__(self, name: str) -> Any:
        return getattr(self.registry, name)

    def new_worker(self, receive: Callable[[Event], None], lost: Callable[[], None]) -> WorkerClient:
        obey = self.obey
        worker = stub_worker(lambda command: None if isinstance(command, Open) else obey(command), receive, lost)
        self.registry._workers.append(worker)
        return worker
