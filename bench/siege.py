"""One visitor against the host: each attack by its name, with its figure before it was met and now.

`python -m bench.siege` starts the app for every attack anew, on this machine, and needs no browser; `--only NAME` tries
one. Prints a table and, last, JSON; the exit status is 1 if an attack got through.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.fuzz import fuzz
from bench.leaks import children, megabytes
from bench.machine import machine
from bench.pages import serve_logged

HEAVY = "?tab=live&data=mnist&batch=4096&d_steps=20&g_steps=20&g_layers=3&g_neurons=400&d_layers=3&d_neurons=400"
SMALL = "?tab=live&data=ring&batch=8&g_neurons=8&d_neurons=8"
CALLS = 20_000  # of the fuzz


@dataclass(frozen=True)
class Host:
    """The app under attack: where it answers, its process, its temporary folder and its log."""

    address: str
    process: "subprocess.Popen[bytes]"
    folder: Path
    log: Path

    def visitor(self) -> httpx.Client:
        """Somebody with a cookie."""
        client = httpx.Client(base_url=self.address, timeout=30)
        client.get("/")
        return client

    def memory(self) -> float:
        """Megabytes of the app and all of its processes."""
        return sum(map(megabytes, children(self.process.pid)))


@dataclass(frozen=True)
class Attack:
    """An attack.

    Attributes:
        run: does it; its figures by what they are, and whether the host held.
        before: what it came to before it was met.
    """

    run: Callable[[Host], tuple[dict[str, Any], bool]]
    before: str


class Pulse:
    """Asks for the page all the while; `worst` is the longest wait in seconds."""

    def __init__(self, address: str) -> None:
        self.address, self.worst = address, 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> "Pulse":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(60)

    def _beat(self) -> None:
        while not self._over.wait(0.2):
            begun = time.perf_counter()
            try:
                httpx.get(self.address, timeout=60).raise_for_status()
                self.worst = max(self.worst, time.perf_counter() - begun)
            except httpx.HTTPError:
                self.worst = float("inf")


def at_once(count: int, act: Callable[[int], Any], seconds: float = 30.0) -> list[Any]:
    """What so many acts at the same time came to; an error of the connection is its own result."""

    def tried(i: int) -> Any:
        try:
            return act(i)
        except httpx.HTTPError as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(tried, range(count), timeout=seconds + 60))


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


# ---- what takes the host from everybody -------------------------------------------------------------------------


def steps(host: Host) -> tuple[dict[str, Any], bool]:
    """45 single steps of one heavy run at once."""
    with host.visitor() as client, Pulse(host.address) as pulse:
        told = post(client, "open", query=HEAVY)
        at_once(45, lambda _: post(client, "act", id=told["id"], act="step"))
    return {"GET / (worst s)": round(pulse.worst, 2), "said of the set-up": told.get("shut")}, pulse.worst < 1


def uploads(host: Host) -> tuple[dict[str, Any], bool]:
    """100 files of 5 MB for gradio's upload route."""
    with host.visitor() as client:
        content = {"files": ("x.bin", b"\0" * 5_000_000)}
        codes = {client.post("/gradio_api/upload", files=content).status_code for _ in range(100)}
    left = sum(path.stat().st_size for path in host.folder.rglob("*") if path.is_file()) / 1e6
    return {"MB left on the disk": round(left, 1), "answers": sorted(codes)}, left < 1 and codes == {404}


def films(host: Host) -> tuple[dict[str, Any], bool]:
    """44 films of one run at once."""
    with host.visitor() as client:
        id = opened(client, SMALL)
        for _ in range(20):
            post(client, "act", id=id, act="step")
        before = host.memory()
        with Pulse(host.address) as pulse:
            file = {"id": id, "what": "film", "suffix": ".gif"}
            at_once(44, lambda _: client.post("/live/file", json=file).status_code)
            more = host.memory() - before
    return {"GET / (worst s)": round(pulse.worst, 2), "MB more": round(more)}, pulse.worst < 1 and more < 300


def looks(host: Host) -> tuple[dict[str, Any], bool]:
    """60 different set-ups opened at once."""
    most = 0
    with host.visitor() as client:
        before, over = len(children(host.process.pid)), threading.Event()

        def count() -> None:
            nonlocal most
            while not over.wait(0.02):
                most = max(most, len(children(host.process.pid)) - before)

        watching = threading.Thread(target=count)
        watching.start()
        at_once(60, lambda i: opened(client, f"?tab=live&data=ring&seed={i}"))
        over.set()
        watching.join()
    return {"processes at once": most}, most <= 2


def slow_bodies(host: Host) -> tuple[dict[str, Any], bool]:
    """Half a request that never goes on."""

    def halves() -> Iterator[bytes]:
        yield b'{"query": "'
        time.sleep(15)
        yield b'"}'

    begun = time.perf_counter()
    try:
        status = httpx.post(f"{host.address}/live/open", content=halves(), timeout=30).status_code
    except httpx.HTTPError:  # answered and closed before all was sent
        status = 0
    took = time.perf_counter() - begun
    return {"answer": status, "seconds": round(took, 1)}, took < 20 and status in (0, 408)


# ---- what takes it from some ------------------------------------------------------------------------------------


def crowding(host: Host) -> tuple[dict[str, Any], bool]:
    """30 runs of one visitor, then one of another."""
    with host.visitor() as greedy, host.visitor() as other:
        many = [opened(greedy, SMALL) for _ in range(30)]
        for id in many:
            post(greedy, "act", id=id, act="start")
        one, begun = opened(other, SMALL), time.perf_counter()
        post(other, "act", id=one, act="start")
        while polled(other, one)["state"] != "running" and time.perf_counter() - begun < 60:
            for id in many:
                polled(greedy, id)
        waited = time.perf_counter() - begun
    return {"seconds until the other trains": round(waited, 1)}, waited < 15


def audience(host: Host) -> tuple[dict[str, Any], bool]:
    """205 watchers of one visitor, then one of another."""
    with host.visitor() as greedy, host.visitor() as other:
        watch = post(greedy, "act", id=opened(greedy, SMALL), act="share")["watch"]
        for _ in range(205):
            post(greedy, "open", query=f"watch={watch}")
        role = post(other, "open", query=f"watch={watch}").get("role")
    return {"the other is": role or "kept out"}, role == "watcher"


def keeping(host: Host) -> tuple[dict[str, Any], bool]:
    """One model kept by a visitor, then 32 by another."""
    with host.visitor() as greedy, host.visitor() as other:
        name = post(other, "act", id=opened(other, SMALL), act="keep")["model"]
        id = opened(greedy, SMALL)
        for _ in range(32):
            post(greedy, "act", id=id, act="keep")
        status = other.get("/explore/file", params={"name": name, "part": "generator"}).status_code
    return {"the other's model": status}, status == 200


# ---- what comes from elsewhere ----------------------------------------------------------------------------------


def foreign_page(host: Host) -> tuple[dict[str, Any], bool]:
    """A page of another site that starts work, and another name for this address."""
    origin = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    answers = [
        httpx.post(f"{host.address}/live/open", content=b'{"query": ""}', headers={**origin, "content-type": kind})
        for kind in ("text/plain", "application/json")
    ]
    answers.append(httpx.get(host.address, headers={"host": "evil.example"}))
    reflected = [answer.headers.get("access-control-allow-origin") for answer in answers]
    codes = [answer.status_code for answer in answers]
    return {"answers": codes, "origins allowed": reflected}, all(code >= 400 for code in codes) and not any(reflected)


def long_path(host: Host) -> tuple[dict[str, Any], bool]:
    """A path of 3,000 characters."""
    status = httpx.get(f"{host.address}/{'a' * 3_000}").status_code
    return {"answer": status}, status == 414


def random_calls(host: Host) -> tuple[dict[str, Any], bool]:
    """Calls at random to every route."""
    found = asyncio.run(fuzz(host.address, CALLS))
    tracebacks = host.log.read_text(errors="replace").count("Traceback")
    return found | {"tracebacks": tracebacks}, found["5xx"] == 0 and tracebacks == 0


def ending(host: Host) -> tuple[dict[str, Any], bool]:
    """SIGTERM in the middle of a heavy iteration."""
    with host.visitor() as client:
        post(client, "act", id=opened(client, HEAVY), act="start")
        time.sleep(2)
        family, begun = children(host.process.pid), time.perf_counter()
        host.process.terminate()
        while any(alive(pid) for pid in family) and time.perf_counter() - begun < 60:
            host.process.poll()
            time.sleep(0.05)
    took = time.perf_counter() - begun
    return {"seconds until all are gone": round(took, 1)}, took < 8


def alive(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


ATTACKS: dict[str, Attack] = {
    "45 steps of a heavy run": Attack(steps, "GET / dead for 45 s to 4 minutes"),
    "100 uploads of 5 MB": Attack(uploads, "the disk filled"),
    "44 films of a run": Attack(films, "all 40 threads taken"),
    "60 set-ups at once": Attack(looks, "40 processes at once"),
    "half a request": Attack(slow_bodies, "no limit of time"),
    "30 runs of one visitor": Attack(crowding, "the other waited for all of them"),
    "205 watchers of one visitor": Attack(audience, "the other was kept out"),
    "32 models of one visitor": Attack(keeping, "the other's model was gone"),
    "a page of another site": Attack(foreign_page, "read a new owner's id"),
    "a path of 3,000 characters": Attack(long_path, "500 of gradio"),
    "20,000 calls at random": Attack(random_calls, "no 5xx in 21,000 calls of our own routes"),
    "the end in an iteration": Attack(ending, "160 s after an attack"),
}


@contextmanager
def hosted(port: int) -> Iterator[Host]:
    """A fresh app."""
    with tempfile.TemporaryDirectory() as home:
        folder, log = Path(home) / "temporary", Path(home) / "log"
        folder.mkdir()
        process = serve_logged(port, {"GRADIO_TEMP_DIR": str(folder), "TMPDIR": str(folder)}, log)
        try:
            yield Host(f"http://127.0.0.1:{port}", process, folder, log)
        finally:
            process.kill()
            process.wait()


def besiege(names: Sequence[str], port: int) -> dict[str, dict[str, Any]]:
    """Every attack of these names, each on an app of its own."""
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        begun = time.perf_counter()
        with hosted(port) as host:
            figures, held = ATTACKS[name].run(host)
        took = round(time.perf_counter() - begun, 1)
        found[name] = {"before": ATTACKS[name].before, "now": figures, "held": held, "seconds": took}
        print(f"{name}: {'held' if held else 'GOT THROUGH'} {figures}", file=sys.stderr, flush=True)
    return found


def table(attacks: dict[str, dict[str, Any]]) -> str:
    """For people."""
    rows = ["| attack | before | now | held |", "|---|---|---|---|"]
    for name, entry in attacks.items():
        now = "; ".join(f"{what}: {value}" for what, value in entry["now"].items() if what != "statuses")
        rows.append(f"| {name} | {entry['before']} | {now} | {'yes' if entry['held'] else 'NO'} |")
    return "\n".join(rows)


def main() -> None:
    """Attack and print."""
    p = argparse.ArgumentParser(prog="python -m bench.siege", description=__doc__)
    p.add_argument("--only", nargs="*", choices=[*ATTACKS], metavar="NAME", help=f"some of: {', '.join(ATTACKS)}")
    p.add_argument("--port", type=int, default=7891)
    args = p.parse_args()
    attacks = besiege(args.only or [*ATTACKS], args.port)
    print(table(attacks))
    print(json.dumps({"attacks": attacks, "seconds": sum(entry["seconds"] for entry in attacks.values())} | machine()))
    sys.exit(not all(entry["held"] for entry in attacks.values()))


if __name__ == "__main__":
    main()
