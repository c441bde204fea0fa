"""Live training measured: what a page costs it, how fair it is to many, what watchers cost, and what stays behind.

`python -m bench.live` needs Chromium and Playwright. The app is a process of its own, as for a visitor. Turns with and
without a page (or watchers) alternate, so that a busy machine disturbs both alike. Prints tables and, last, JSON.
"""

import argparse
import asyncio
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from typing import Any

import httpx
import torch
from playwright.sync_api import Browser, Page, sync_playwright

from bench.leaks import leaks
from bench.machine import machine
from gan.live.setup import Setup
from gan.live.worker import Budget, Worker

DATA = ("ring", "grid", "digits")
ENDLESS = {"GAN_LIVE_SECONDS": "36000", "GAN_LIVE_STEPS": "100000000"}  # budgets that no turn uses up
VISITORS, WATCHERS = 8, 100
PAUSE = 0.3  # seconds of polling between two turns, so that a turn begins with a fresh count of steps
LIVE = "[data-testid=live]"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def serve(port: int, limits: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """The app with some limits in its environment; returns when it answers."""
    server = subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port)], env={**os.environ, **limits}, stdout=subprocess.DEVNULL
    )
    for _ in range(240):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=5).close()
            return server
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("the app does not answer")


# ---- one page ---------------------------------------------------------------------------------------------------


def headless(worker: Worker, seconds: float) -> float:
    """Steps a second of a run that no page asks for: training, measuring, the doctor; no frame is made."""
    steps, begun = worker.steps, time.perf_counter()
    while (took := time.perf_counter() - begun) < seconds:
        worker.work()
    return (worker.steps - steps) / took


def opened(browser: Browser, address: str, data: str) -> Page:
    """A page whose live tab shows `data`, not yet trained."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/?tab=live&data={data}")
    page.wait_for_function(f"document.querySelector('{LIVE}')?.dataset.updates > 0", timeout=120_000)
    return page


def figures(page: Page) -> tuple[float, int, int]:
    """(the page's clock in seconds, steps, drawings)."""
    now, steps, updates = page.evaluate(
        f"(() => {{ const d = document.querySelector('{LIVE}').dataset;"
        " return [performance.now(), d.steps, d.updates]; })()"
    )
    return now / 1000, int(steps), int(updates)


def press(page: Page, running: bool) -> None:
    """Start or pause, and wait until it is so."""
    page.click("#live-play")
    wanted = str(running).lower()
    page.wait_for_function(f"document.querySelector('{LIVE}').dataset.running === '{wanted}'", timeout=60_000)


def streamed(page: Page, seconds: float) -> tuple[float, float]:
    """(steps, drawings) a second while the page watches."""
    press(page, running=True)
    page.wait_for_timeout(500)
    begun, steps, updates = figures(page)
    page.wait_for_timeout(seconds * 1000)
    ended, more_steps, more_updates = figures(page)
    press(page, running=False)
    took = ended - begun
    return (more_steps - steps) / took, (more_updates - updates) / took


def compare(page: Page, data: str, turns: int, seconds: float) -> dict[str, float]:
    """Medians over alternating turns on one data set."""
    (config,) = Setup.of({"data": data}).configs()
    worker = Worker(lambda message: None)
    worker.open([config.to_dict()], Budget(math.inf, 10**12, 10**12), None, 0)
    worker.run()
    headless(worker, 1.0)
    rows = []
    for _ in range(turns):
        alone, (live, updates) = headless(worker, seconds), streamed(page, seconds)
        rows.append((alone, live, updates, live / alone))
    medians = map(statistics.median, zip(*rows, strict=True))
    return dict(zip(("headless", "streamed", "updates", "ratio"), medians, strict=True))


# ---- many visitors and watchers: they ask as the page does, without a browser to draw ------------------------------


class Visitor:
    """Somebody whose page polls as the server asks it to."""

    def __init__(self, client: httpx.AsyncClient, query: str) -> None:
        self.client, self.query = client, query
        self.id = self.watch = ""
        self.steps, self.polls = 0, 0
        self.shown: dict[str, Any] = {"round": -1, "number": -1, "points": 0, "moments": -1}

    async def post(self, route: str, **values: Any) -> dict[str, Any]:
        answer = await self.client.post(f"/live/{route}", json=values)
        found: dict[str, Any] = answer.json()
        assert "trouble" not in found or not found["trouble"], found
        return found

    async def open(self) -> None:
        self.id = (await self.post("open", query=self.query, resume=None))["id"]

    async def act(self, name: str, **values: Any) -> dict[str, Any]:
        return await self.post("act", id=self.id, act=name, **values)

    async def look(self, until: float) -> None:
        """Poll until a moment of the clock."""
        while time.perf_counter() < until:
            begun = time.perf_counter()
            answer = await self.post("poll", id=self.id, **self.shown)
            self.polls += 1
            self.shown["points"] += len(answer["curve"])
            if "moments" in answer:
                self.shown["moments"] = answer["moments"]["revision"]
            if "frame" in answer:
                self.shown |= {"round": answer["round"], "number": answer["number"]}
                self.steps = answer["frame"]["steps"]
            await asyncio.sleep(max(answer["every"] / 1000 - (time.perf_counter() - begun), 0.005))


async def crowd(address: str, seconds: float, page: Page | None = None) -> list[int]:
    """The steps that VISITORS who train at once make in the same seconds."""
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        visitors = [Visitor(client, f"?tab=live&data=ring&seed={i}") for i in range(VISITORS)]
        for visitor in visitors:
            await visitor.open()
            await visitor.act("start")
            await visitor.look(0)
        await asyncio.gather(*(v.look(time.perf_counter() + 3) for v in visitors))
        before = [v.steps for v in visitors]
        await asyncio.gather(*(v.look(time.perf_counter() + seconds) for v in visitors))
        made = [v.steps - b for v, b in zip(visitors, before, strict=True)]
        for visitor in visitors:
            await visitor.act("pause")
        return made


async def audience(address: str, turns: int, seconds: float) -> dict[str, float]:
    """Steps a second of one run alone and with WATCHERS, in turn."""
    limits = httpx.Limits(max_connections=WATCHERS + 5, max_keepalive_connections=WATCHERS + 5)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        owner = Visitor(client, "?tab=live&data=ring")
        await owner.open()
        watch = (await owner.act("share"))["watch"]
        watchers = [Visitor(client, f"?tab=live&watch={watch}") for _ in range(WATCHERS)]
        for watcher in watchers:
            await watcher.open()
        await owner.act("start")
        await owner.look(time.perf_counter() + 2)
        alone, watched, polls = [], [], []
        for _ in range(turns):
            for crowd_now, rates in (([], alone), (watchers, watched)):
                steps, asked, begun = owner.steps, sum(w.polls for w in watchers), time.perf_counter()
                others = asyncio.gather(*(w.look(begun + seconds) for w in crowd_now))
                await owner.look(begun + seconds)
                took = time.perf_counter() - begun
                rates.append((owner.steps - steps) / took)
                if crowd_now:
                    polls.append((sum(w.polls for w in watchers) - asked) / took)
                await others  # a watcher may be waiting for its next turn to ask
                await owner.look(time.perf_counter() + PAUSE)
        await owner.act("pause")
    ratio = statistics.median(w / a for w, a in zip(watched, alone, strict=True))
    return {"alone": statistics.median(alone), "watched": statistics.median(watched), "ratio": ratio,
            "polls": statistics.median(polls)}  # fmt: skip


def slide(page: Page, moves: int) -> float:
    """The median milliseconds from a move of Explore's psi to its new picture."""
    return float(
        page.evaluate(
            """async (moves) => {
        const slider = document.querySelector('#explore-psi input[type=range]');
        const stage = document.querySelector('#explore-stage'), took = [];
        for (let i = 0; i < moves; i++) {
            const before = stage.innerHTML, begun = performance.now();
            slider.value = 0.3 + 0.01 * (i % 50);
            slider.dispatchEvent(new Event('input', { bubbles: true }));
            while (stage.innerHTML === before && performance.now() - begun < 5000)
                await new Promise(requestAnimationFrame);
            took.push(performance.now() - begun);
        }
        took.sort((a, b) => a - b);
        return took[Math.floor(moves / 2)];
    }""",
            moves,
        )
    )


def explore_beside(browser: Browser, address: str, seconds: float) -> tuple[dict[str, float], list[int]]:
    """(Explore's median milliseconds alone and beside VISITORS who train, their steps)."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    page.wait_for_function("document.documentElement.dataset.ready === 'yes'", timeout=120_000)
    slide(page, 10)
    idle = slide(page, 40)
    crowded = subprocess.Popen(
        [sys.executable, "-m", "bench.live", "--crowd", address, "--seconds", str(seconds)], stdout=subprocess.PIPE
    )
    page.wait_for_timeout(6000)
    busy = slide(page, 40)
    output, _ = crowded.communicate()
    page.close()
    return {"idle": idle, "busy": busy, "ratio": busy / idle}, json.loads(output.splitlines()[-1])


# ---- all of it ----------------------------------------------------------------------------------------------------


def line(data: str, row: dict[str, float]) -> str:
    """A row of the table."""
    live = f"{row['streamed']:.0f} | {row['ratio']:.2f} | {row['updates']:.1f}"
    return f"| `{data}` | {row['headless']:.0f} | {live} |"


def sentences(result: dict[str, Any]) -> list[str]:
    """The other figures, a sentence each; the README quotes them."""
    shares, explore, watch, left = (result[key] for key in ("shares", "explore", "watchers", "leaks"))
    eighths = ", ".join(f"{share:.2f}" for share in shares)
    return [
        f"Eight visitors who train at once get {eighths} of an eighth each.",
        f"Explore answers a slider in {explore['idle']:.0f} ms alone and in {explore['busy']:.0f} ms beside them.",
        f"{WATCHERS} watchers leave a run {watch['ratio']:.0%} of its speed.",
        f"{left['runs']} runs started and abandoned: threads {left['threads'][0]} before and {left['threads'][1]} "
        f"after, "
        f"open files {left['files'][0]} and {left['files'][1]}, processes {left['processes'][0]} and "
        f"{left['processes'][1]}, memory {left['memory'][0]:.0f} and {left['memory'][1]:.0f} MB.",
    ]


def measure(address: str, turns: int, seconds: float) -> dict[str, Any]:
    """Everything that needs the app."""
    path = next((found for name in CHROMIUMS if (found := shutil.which(name))), None)
    table: dict[str, dict[str, float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for data in DATA:
            page = opened(browser, address, data)
            table[data] = compare(page, data, turns, seconds)
            page.close()
        explore, made = explore_beside(browser, address, 10 * seconds)
        browser.close()
    shares = [round(VISITORS * steps / sum(made), 3) for steps in made]
    command = [
        sys.executable,
        "-m",
        "bench.live",
        "--audience",
        address,
        "--seconds",
        str(seconds),
        "--turns",
        str(turns),
    ]
    watch = json.loads(subprocess.run(command, capture_output=True, check=True).stdout.splitlines()[-1])
    return {"live": table, "shares": shares, "explore": explore, "watchers": watch}


def main() -> None:
    """Measure and print."""
    p = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    p.add_argument("--turns", type=int, default=12)
    p.add_argument("--seconds", type=float, default=2.0, help="of each turn; short, for shared machines change speed")
    p.add_argument("--port", type=int, default=7889)
    p.add_argument("--crowd", help=argparse.SUPPRESS)
    p.add_argument("--audience", help=argparse.SUPPRESS)
    args = p.parse_args()
    if args.crowd:
        print(json.dumps(asyncio.run(crowd(args.crowd, args.seconds))))
        return
    if args.audience:
        print(json.dumps(asyncio.run(audience(args.audience, args.turns, args.seconds))))
        return
    torch.set_num_threads(1)
    server = serve(args.port, ENDLESS)
    try:
        result = measure(f"http://127.0.0.1:{args.port}", args.turns, args.seconds)
    finally:
        server.terminate()
        server.wait()
    result["leaks"] = leaks()
    print("| data | steps/s without a page | with a page | ratio | updates/s |\n|---|---|---|---|---|")
    for data, row in result["live"].items():
        print(line(data, row))
    print("\n".join(sentences(result)))
    print(json.dumps(result | {"turns": args.turns, "seconds": args.seconds} | machine()))


if __name__ == "__main__":
    main()
