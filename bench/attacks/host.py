"""The app under attack, what is watched of it meanwhile, and how its visitors ask."""

import http.client
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.pages import serve_logged
from bench.processes import family, kibibytes

HEAVY = "?tab=live&data=mnist&batch=4096&d_steps=20&g_steps=20&g_layers=3&g_neurons=400&d_layers=3&d_neurons=400"
LARGE = "?tab=live&data=mnist&batch=8&g_layers=3&g_neurons=384&d_layers=3&d_neurons=384"  # 1.2 million weights
SMALL = "?tab=live&data=ring&batch=8&g_neurons=8&d_neurons=8"

Found = tuple[dict[str, Any], bool]  # figures by what they are, and whether the host held


@dataclass(frozen=True)
class Host:
    """The app under attack: its port, its process, its temporary folder and its log."""

    port: int
    process: "subprocess.Popen[bytes]"
    folder: Path
    log: Path

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def visitor(self) -> Iterator[httpx.Client]:
        """Somebody with a cookie."""
        with httpx.Client(base_url=self.address, timeout=60) as client:
            client.get("/")
            yield client

    def processes(self) -> list[int]:
        """The ids of its processes, its own first."""
        return family(self.process.pid)

    def memory(self) -> float:
        """Megabytes that the app itself has taken; what it shares with its workers are files and does not count."""
        return kibibytes(self.process.pid, "Anonymous:") / 1000

    def memory_at_rest(self) -> float:
        """The same once it has not changed by a megabyte within a second; of an app that has just started."""
        before = self.memory()
        for _ in range(20):
            time.sleep(1)
            last, before = before, self.memory()
            if abs(before - last) < 1:
                break
        return before

    def wait_for_page(self) -> float:
        """Seconds until the page is there; infinite if it does not come."""
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)  # httpx takes 0.1 s by itself
        try:
            connection.request("GET", "/")
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return float("inf")
        finally:
            connection.close()
        return time.perf_counter() - begun if answer.status == 200 else float("inf")


@dataclass(frozen=True)
class Attack:
    """An attack.

    Attributes:
        run: does it.
        before: what it came to before it was met.
        limits: in the environment of the app.
    """

    run: Callable[[Host], Found]
    before: str
    limits: Mapping[str, str] | None = None


class Peak:
    """Measures something all the while; `most` is the largest that it was."""

    def __init__(self, measure: Callable[[], float], pause: float = 0.2) -> None:
        self.measure, self.pause, self.most = measure, pause, 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(60)

    def _beat(self) -> None:
        while not self._over.wait(self.pause):
            self.most = max(self.most, self.measure())


def at_once(count: int, act: Callable[[int], Any], seconds: float = 90.0, threads: int = 0) -> list[Any]:
    """What so many acts came to, at the same time or a few at a time; an error of the connection is its own result."""

    def tried(i: int) -> Any:
        try:
            return act(i)
        except httpx.HTTPError as error:
            return error

    with ThreadPoolExecutor(threads or count) as pool:
        return list(pool.map(tried, range(count), timeout=seconds))


def until(condition: Callable[[], bool], seconds: float, pause: float = 0.05) -> float:
    """Seconds until something is so; infinite if it is not in time."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        if condition():
            return time.perf_counter() - begun
        time.sleep(pause)
    return float("inf")


def post(client: httpx.Client, route: str, **values: Any) -> dict[str, Any]:
    """The JSON that one of Live's routes answers."""
    found: dict[str, Any] = client.post(f"/live/{route}", json=values).json()
    return found


def opened(client: httpx.Client, query: str) -> str:
    """The id of a new run."""
    return str(post(client, "open", query=query).get("id"))


def polled(client: httpx.Client, id: str) -> dict[str, Any]:
    """What a page is told of its run."""
    return post(client, "poll", id=id, round=-1, number=-1, points=0, moments=-1)


def alive(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def hosted(port: int, limits: Mapping[str, str]) -> Iterator[Host]:
    """A fresh app, with some limits in its environment."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        folder, log = Path(home) / "temporary", Path(home) / "log"
        folder.mkdir()
        places = {"GRADIO_TEMP_DIR": str(folder), "TMPDIR": str(folder)}
        process = serve_logged(port, {**places, **limits}, log)
        try:
            yield Host(port, process, folder, log)
        finally:
            process.kill()
            process.wait()
