"""A full house: 200 visitors, of whom 8 train and 100 watch one run, and what a newcomer waits for meanwhile.

`python -m bench.load` needs no browser: visitors ask as the page does, each with a cookie of its own, from a process
beside this one. A newcomer asks for the page and for a model's file all the while. `--before FILE` puts what an older
version came to, its last line, beside it. Prints a table and, last, JSON.
"""

import argparse
import asyncio
import json
import math
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from bench.live import ENDLESS, Visitor, talking_to
from bench.machine import command, machine
from bench.pages import serve
from bench.processes import kibibytes

VISITORS, TRAINERS = 200, 8
SESSIONS = 1_000
MODEL = "/explore/file?name=mnist-style&part=generator"
PAUSE = 0.25  # seconds between two questions of the newcomer
WITHIN = {"GET / (p95 ms)": 500, "a model's file (p95 ms)": 500, "errors": 0, "MB of 1,000 sessions": 40}
SMALL = "?tab=live&data=ring&batch=16&g_neurons=16&d_neurons=16"


# ---- the crowd, in a process of its own -------------------------------------------------------------------------


async def arrive(address: str, query: str) -> Visitor:
    """Somebody who has loaded the page and a model, and whose Live tab is open."""
    client = talking_to(address)
    for path in ("/", "/explore/models", MODEL):
        (await client.get(path)).raise_for_status()
    visitor = Visitor(client, query)
    await visitor.open()
    return visitor


async def stay(visitor: Visitor, errors: list[str]) -> None:
    """Poll until cancelled; what goes wrong is counted, and the visitor stays."""
    while True:
        try:
            await visitor.look(math.inf)
        except (AssertionError, httpx.HTTPError, ValueError) as error:
            errors.append(f"{type(error).__name__}: {error}"[:120])
            await asyncio.sleep(1)


async def crowd(address: str, seconds: float, visitors: int) -> dict[str, Any]:
    """How many visitors came, asked how often, and what went wrong; half of them watch the first who trains."""
    errors: list[str] = []
    everybody: list[Visitor] = []
    staying: list[asyncio.Task[None]] = []

    async def come(query: str) -> Visitor:
        visitor = await arrive(address, query)
        everybody.append(visitor)
        staying.append(asyncio.create_task(stay(visitor, errors)))
        return visitor

    trainers = [await come(f"?tab=live&data=ring&seed={i}") for i in range(TRAINERS)]
    watch = (await trainers[0].act("share"))["watch"]
    for i in range(visitors - TRAINERS):
        await come(f"?tab=live&watch={watch}" if i < visitors // 2 else SMALL)
    for trainer in trainers:  # now, as nobody arrives in good time beside eight who train on two cores
        await trainer.act("start")
    print("all are there", flush=True)
    begun, asked = [visitor.steps for visitor in trainers], sum(visitor.polls for visitor in everybody)
    await asyncio.sleep(seconds)
    steps = [visitor.steps - before for visitor, before in zip(trainers, begun, strict=True)]
    polls = sum(visitor.polls for visitor in everybody) - asked
    for task in staying:
        task.cancel()
    await asyncio.gather(*staying, return_exceptions=True)
    for visitor in everybody:
        await visitor.client.aclose()
    return {"visitors": len(everybody), "polls": polls, "steps": steps, "errors": len(errors), "said": errors[:5]}


async def sessions(address: str, count: int) -> int:
    """So many visitors who load the page, open the Live tab, look once and leave; how many met an error."""
    failed = 0
    for _ in range(count):
        async with talking_to(address) as client:
            try:
                (await client.get("/")).raise_for_status()
                visitor = Visitor(client, SMALL)
                await visitor.open()
                await visitor.post("poll", id=visitor.id, **visitor.shown)
                await visitor.post("close", id=visitor.id)
            except (AssertionError, httpx.HTTPError, ValueError):
                failed += 1
    return failed


# ---- the newcomer -----------------------------------------------------------------------------------------------


def timed(client: httpx.Client, path: str) -> float:
    """Milliseconds until an answer is there whole; infinite if it is none."""
    begun = time.perf_counter()
    try:
        client.get(path).raise_for_status()
    except httpx.HTTPError:
        return float("inf")
    return 1000 * (time.perf_counter() - begun)


def newcomer(address: str, seconds: float) -> dict[str, list[float]]:
    """What a newcomer waits for, in turn, for so many seconds."""
    waits: dict[str, list[float]] = {"/": [], MODEL: []}
    until = time.perf_counter() + seconds
    with httpx.Client(base_url=address, timeout=60) as client:
        while time.perf_counter() < until:
            for path, times in waits.items():
                times.append(timed(client, path))
                time.sleep(PAUSE)
    return waits


def p95(times: list[float]) -> float:
    """The time that 19 of 20 do not exceed."""
    return sorted(times)[math.ceil(0.95 * len(times)) - 1]


def measure(address: str, server: int, seconds: float, count: int, visitors: int) -> dict[str, Any]:
    """Everything, of an app that is there."""
    memory = [kibibytes(server, "Pss:") / 1024]
    failed = asyncio.run(sessions(address, count))
    memory.append(kibibytes(server, "Pss:") / 1024)
    beside = [sys.executable, "-m", "bench.load", "--crowd", address, "--seconds", str(seconds)]
    beside += ["--visitors", str(visitors)]
    with subprocess.Popen(beside, stdout=subprocess.PIPE, text=True) as people:
        assert people.stdout is not None
        people.stdout.readline()
        waits = newcomer(address, seconds)
        memory.append(kibibytes(server, "Pss:") / 1024)
        told: dict[str, Any] = json.loads(people.stdout.readlines()[-1])
    found: dict[str, float] = {
        "GET / (p95 ms)": p95(waits["/"]), "GET / (median ms)": statistics.median(waits["/"]),
        "a model's file (p95 ms)": p95(waits[MODEL]), "a model's file (median ms)": statistics.median(waits[MODEL]),
        "errors": told["errors"] + failed + sum(wait == float("inf") for times in waits.values() for wait in times),
        "MB of 1,000 sessions": 1_000 * (memory[1] - memory[0]) / count,
        "MB of the app at first": memory[0], "MB of the app in the crowd": memory[2],
    }  # fmt: skip
    rounded = {name: value if math.isinf(value) else round(value) for name, value in found.items()}
    return {"figures": rounded, "crowd": told, "seconds": seconds, "sessions": count}


def table(result: dict[str, Any]) -> str:
    """The figures for people, each beside that of an older version and what it is meant to stay within."""
    before = result.get("before", {}).get("figures", {})
    rows = [
        f"| {name} | {f'{before[name]:,}' if name in before else ''} | {value:,} | {WITHIN.get(name, '')} |"
        for name, value in result["figures"].items()
    ]
    return "\n".join(["| figure | before | now | at most |", "|---|---|---|---|", *rows])


def main() -> None:
    """Measure and print."""
    p = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    p.add_argument("--visitors", type=int, default=VISITORS, help="of the crowd; half of them watch, 8 train")
    p.add_argument("--seconds", type=float, default=60.0, help="that the crowd stays")
    p.add_argument("--sessions", type=int, default=SESSIONS, help="visitors who come and go before")
    p.add_argument("--port", type=int, default=7890)
    p.add_argument("--before", type=Path, help="a file with the last line of this bench of an older version")
    p.add_argument("--crowd", help=argparse.SUPPRESS)
    args = p.parse_args()
    if args.crowd:
        print(json.dumps(asyncio.run(crowd(args.crowd, args.seconds, args.visitors))))
        return
    limits = {name: value for name, value in ENDLESS.items() if name != "GAN_LIVE_HEARTBEAT"}
    server = serve(args.port, limits)
    try:
        result = measure(f"http://127.0.0.1:{args.port}", server.pid, args.seconds, args.sessions, args.visitors)
    finally:
        server.terminate()
        server.wait()
    if args.before:
        result["before"] = json.loads(args.before.read_text().splitlines()[-1])
    print(table(result))
    print(json.dumps(result | {"command": command("load")} | machine()))


if __name__ == "__main__":
    main()
