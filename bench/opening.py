"""How soon the commands answer, and the page opens, and what that takes: `python -m bench.opening [--rounds 3]`.

Of each command the seconds on the clock and of the CPU, the least of some rounds: on a busy machine only the latter say
anything. Of the app also where they went, and the memory of app and fork server at rest: what they share counts once,
and what other programs of the machine share with them counts as theirs.
Prints tables and, last, one JSON object.
"""

import argparse
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.machine import machine
from bench.processes import children, kibibytes, of_files

COMMANDS = {
    "app.py --help": ["app.py", "--help"],
    "train.py --help": ["train.py", "--help"],
    "gan sample --help": ["-m", "gan", "sample", "--help"],
    "gan sample": ["-m", "gan", "sample", "mnist-style", "--seeds", "0-63", "--out", "{}/a.png"],
    "train.py --nimg 64": ["train.py", "--nimg", "64", "--out", "{}/run"],
    "import torch": ["-c", "import torch"],
}
RUNS = ("ring", "digits", "mnist")  # what live runs learn from
RUN_SECONDS = 6.0  # that each trains before its memory is looked at
REST_SECONDS = 12.0  # after which the fork server has read its data sets
MB = 1e6


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


def used(argv: list[str], folder: str) -> tuple[float, float]:
    """(seconds on the clock, of the CPU) of a command."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, *(word.format(folder) for word in argv)], check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, cpu


def commands(rounds: int) -> dict[str, dict[str, float]]:
    """The least of each command."""
    found = {}
    for name, argv in COMMANDS.items():
        tries = []
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                tries.append(used(argv, folder))
        found[name] = {"seconds": round(min(t[0] for t in tries), 2), "cpu": round(min(t[1] for t in tries), 2)}
    return found


def shares(pid: int) -> float:
    """MB of a process, what it shares divided among those who share it."""
    return kibibytes(pid, "Pss:") * 1024 / MB


def family_mb(pids: Sequence[int]) -> list[float]:
    """MB of each of some processes; what several have of a file counts as the first one's."""
    known: dict[str, int] = {}
    found = []
    for pid in pids:
        more = {name: size - known.get(name, 0) for name, size in of_files(pid).items() if size > known.get(name, 0)}
        known |= {name: known.get(name, 0) + size for name, size in more.items()}
        found.append((kibibytes(pid, "Pss_Anon:") + sum(more.values())) * 1024 / MB)
    return found


def cpu(pid: int) -> float:
    """CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def own(pid: int) -> float:
    """MB of a process that it shares with nobody; pages of a file are shared as soon as another run reads it."""
    return kibibytes(pid, "Private_Dirty:") * 1024 / MB


def training(address: str, fork_server: int) -> dict[str, int]:
    """MB that a live run's process has of its own while it trains, by what it learns from."""

    def post(route: str, **asked: Any) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{address}/live/{route}", json.dumps(asked).encode(), {"Content-Type": "application/json"}
        )
        answer: dict[str, Any] = json.load(urllib.request.urlopen(request, timeout=60))
        return answer

    found = {}
    for data in RUNS:
        before = set(children(fork_server))
        id = post("open", query=f"data={data}")["id"]
        post("act", id=id, act="start")
        end = time.monotonic() + RUN_SECONDS
        while time.monotonic() < end:
            post("poll", id=id, round=-1, number=-1, points=0, moments=-1)
            time.sleep(0.2)
        found[data] = round(max(map(own, set(children(fork_server)) - before)))
        post("close", id=id)
    return found


def first_visit(address: str) -> float:
    """Seconds in which a visitor has the first model's file, as the page asks for it: the models' lines, the file."""
    begun = time.perf_counter()
    with urllib.request.urlopen(f"{address}/explore/models", timeout=60) as answer:
        name = json.load(answer)["first"]
    asked = urllib.parse.urlencode({"name": name, "part": "generator", "order": "high"})
    request = urllib.request.Request(f"{address}/explore/file?{asked}", headers={"Accept-Encoding": "gzip"})
    urllib.request.urlopen(request, timeout=60).read()
    return time.perf_counter() - begun


@contextmanager
def opened() -> Iterator[tuple["subprocess.Popen[bytes]", str, int]]:
    """The app as a process from its start until its page has been read: (it, its address, bytes of the page)."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                page = urllib.request.urlopen(f"{address}/", timeout=60).read()
                break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit("the app ended at its start: see what python app.py says") from None
                time.sleep(0.02)
        yield process, address, len(page)
    finally:
        process.send_signal(signal.SIGTERM)  # nothing where it has ended
        process.wait(30)


def app() -> dict[str, Any]:
    """From `python app.py` to the page, to a first visitor's file, and what there is at rest."""
    with opened() as (_, address, _):
        at_once = first_visit(address)
    begun = time.perf_counter()
    with opened() as (process, address, size):
        seconds, spent = time.perf_counter() - begun, cpu(process.pid)
        time.sleep(REST_SECONDS)
        prepared = cpu(process.pid) - spent
        (fork_server,) = children(process.pid)
        both = family_mb([process.pid, fork_server])
        memory = {"app_mb": round(both[0]), "fork_server_mb": round(both[1])}
        return {
            "page_seconds": round(seconds, 2), "page_cpu": round(spent, 2), "page_bytes": size, **memory,
            "both_mb": sum(memory.values()), "fork_server_cpu": round(cpu(fork_server), 2),
            "prepared_cpu": round(prepared, 2), "file_at_once": round(at_once, 2),
            "file_prepared": round(first_visit(address), 3), "run_mb": training(address, fork_server),
        }  # fmt: skip


def stages() -> list[dict[str, Any]]:
    """What `gan.commands.serve` does before the page is there, one step after the other, in this process."""
    rows: list[dict[str, Any]] = []

    def reached(name: str) -> None:
        spent = os.times()
        total = spent.user + spent.system
        before = rows[-1]["until"] if rows else 0.0
        rows.append(
            {"stage": name, "cpu": round(total - before, 2), "until": round(total, 2), "mb": round(shares(os.getpid()))}
        )

    from gan.commands.process import quick_start

    reached("Python, the arguments")
    with quick_start():
        import torch  # noqa: F401

        reached("torch")
        from gan.live.run_registry import RunRegistry

        registry = RunRegistry()
        registry.fork_server.branch_off()
        reached("what trains; the fork server off")
        from gan.ui.no_stubs import keep_from_writing_stubs

        keep_from_writing_stubs()
        import gradio  # noqa: F401

        reached("gradio")
        from gan.ui.app import build, options
        from gan.ui.shell.catalogue import build_catalogue

        reached("the page's own modules")
    catalogue = build_catalogue([])
    reached("the models, all checked")
    page = build()
    reached("the page laid out")
    settings = options(catalogue, registry, page.assets)
    reached("the first picture")
    page.launch(server_port=free_port(), **settings)
    reached("the server")
    registry.close()
    page.close()
    return rows


def waits(found: dict[str, Any]) -> list[str]:
    """How long a first visitor waits, in lines; none for results from before that was measured."""
    if "file_at_once" not in found:
        return []
    return [
        "", f"A visitor who comes at once has the first model's file {found['file_at_once']:.1f} s after the page, one "
        f"who comes {REST_SECONDS:g} s later has it in {found['file_prepared'] * 1000:.0f} ms: the app has made it by "
        f"then, in {found['prepared_cpu']:.1f} CPU seconds.",
    ]  # fmt: skip


def table(result: dict[str, Any]) -> str:
    """The results as Markdown."""
    found = result["app"]
    lines = ["| command | seconds | CPU seconds |", "|---|---|---|"]
    lines += [f"| `{name}` | {one['seconds']:.2f} | {one['cpu']:.2f} |" for name, one in result["commands"].items()]
    lines += [f"| `app.py`, to the page | {found['page_seconds']:.2f} | {found['page_cpu']:.2f} |", ""]
    lines += ["| a start, stage by stage | CPU seconds | MB after it |", "|---|---|---|"]
    lines += [f"| {row['stage']} | {row['cpu']:.2f} | {row['mb']} |" for row in result["stages"]]
    lines += waits(found)
    lines += [
        "", f"At rest the app takes {found['app_mb']} MB and its fork server {found['fork_server_mb']} MB, "
        f"{found['both_mb']} MB together. A live run that trains takes of its own: "
        + ", ".join(f"{data} {size} MB" for data, size in found["run_mb"].items())
        + (", on all of MNIST" if result["mnist"] == "whole" else ", on an excerpt of MNIST")
        + f". While this was measured {result['load']} processes wanted to run.",
    ]  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--rounds", type=int, default=3, help="of each command, of which the least counts (default 3)")
    p.add_argument("--stages", action="store_true", help="the stages of a start alone, as JSON")
    args = p.parse_args()
    if args.stages:
        print(json.dumps(stages()), flush=True)
        os._exit(0)  # gradio's threads are nobody's business any more
    from gan.data.sets import found_here

    os.environ.setdefault("OMP_NUM_THREADS", "1")
    result: dict[str, Any] = {"command": "python -m bench.opening", "commands": commands(args.rounds), "app": app()}
    result["mnist"] = found_here("mnist")
    told = subprocess.run(
        [sys.executable, "-m", "bench.opening", "--stages"], check=True, capture_output=True, text=True
    ).stdout
    result |= {"stages": json.loads(told.splitlines()[-1]), "load": round(os.getloadavg()[0], 1)}
    print(table(result))
    print(json.dumps(result | machine()))


if __name__ == "__main__":
    main()
