"""Live training measured: what a page costs it, how fair it is to many, what watchers cost, and what stays behind.

`python -m bench.live` needs Chromium and Playwright. The app is a process of its own, as for a visitor. Turns with and
without a page (or watchers) alternate, so that a busy machine disturbs both alike. Prints tables and, last, JSON.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page

from bench.leaks import leaks
from bench.machine import machine
from bench.pages import MEASURE, OURS, READY, chromium, serve

DATA = ("ring", "grid", "digits")
# Budgets that no turn uses up, and no run that ends because nobody asks after it.
ENDLESS = {"GAN_LIVE_SECONDS": "36000", "GAN_LIVE_STEPS": "100000000", "GAN_LIVE_HEARTBEAT": "3600"}
VISITORS, WATCHERS = 8, 100
ROUNDS = 3
KEPT_SECONDS = 2.0  # for which a client keeps a connection that it does not use; the app keeps it for five
PAUSE = 0.3  # seconds of polling between two turns, so that a turn begins with a fresh count of steps
LIVE = "[data-testid=live]"


# ---- one page ---------------------------------------------------------------------------------------------------


def opened(browser: Browser | BrowserContext, address: str, data: str) -> Page:
    """A page whose live tab shows `data`, not yet trained."""
    page = browser.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{address}/?tab=live&data={data}")
    page.wait_for_function(f"document.querySelector('{LIVE}')?.dataset.updates > 0", timeout=120_000)
    return page


def figures(page: Page) -> tuple[int, int]:
    """(steps, drawings)."""
    steps, updates = page.evaluate(
        f"(() => {{ const d = document.querySelector('{LIVE}').dataset; return [d.steps, d.updates]; }})()"
    )
    return int(steps), int(updates)


def press(page: Page, running: bool) -> float:
    """Start or pause; returns when, by the clock, once the page shows that it is so."""
    pressed = time.perf_counter()
    page.click("#live-play")
    wanted = str(running).lower()
    page.wait_for_function(f"document.querySelector('{LIVE}').dataset.running === '{wanted}'", timeout=60_000)
    return pressed


def streamed(page: Page, seconds: float) -> tuple[float, float]:
    """(steps, drawings) a second of a run that its page watches."""
    steps, updates = figures(page)
    begun = press(page, running=True)
    page.wait_for_timeout(seconds * 1000)
    more_updates = figures(page)[1]
    took = press(page, running=False) - begun
    page.wait_for_timeout(200)  # the frame of the last moment
    return (figures(page)[0] - steps) / took, (more_updates - updates) / took


class Silent:
    """The owner of a run in the same app who asks for nothing while it trains."""

    def __init__(self, address: str, data: str) -> None:
        self.client = httpx.Client(base_url=address, timeout=60)
        self.id = self.post("open", query=f"?tab=live&data={data}", resume=None)["id"]

    def post(self, route: str, **values: Any) -> dict[str, Any]:
        """The answer of a route."""
        found: dict[str, Any] = self.client.post(f"/live/{route}", json=values).json()
        return found

    def steps(self) -> int:
        """Made so far by the run at rest."""
        for _ in range(100):
            answer = self.post("poll", id=self.id, round=-1, number=-1, points=0, moments=-1)
            if answer["state"] != "running" and "frame" in answer:
                return int(answer["frame"]["steps"])
            time.sleep(0.02)
        raise RuntimeError(f"no frame of a run at rest: {answer['state']}")

    def turn(self, seconds: float) -> float:
        """Steps a second: training, measuring, the doctor; no frame is made."""
        steps, begun = self.steps(), time.perf_counter()
        self.post("act", id=self.id, act="start")
        time.sleep(seconds)
        ended = time.perf_counter()
        self.post("act", id=self.id, act="pause")
        time.sleep(0.2)
        return (self.steps() - steps) / (ended - begun)


def compare(browser: Browser, address: str, data: str, turns: int, seconds: float) -> dict[str, float]:
    """Medians over turns: two runs that are alike, one without a page and one with, as A B B A."""
    silent, page = Silent(address, data), opened(browser, address, data)
    silent.turn(1.0)
    streamed(page, 1.0)
    rows = []
    for turn in range(turns):
        if turn % 2:
            (live, updates), alone = streamed(page, seconds), silent.turn(seconds)
        else:
            alone, (live, updates) = silent.turn(seconds), streamed(page, seconds)
        rows.append((alone, live, updates, live / alone))
    page.close()
    silent.post("close", id=silent.id)
    medians = map(statistics.median, zip(*rows, strict=True))
    return dict(zip(("headless", "streamed", "updates", "ratio"), medians, strict=True))


# ---- many visitors and watchers: they ask as the page does, without a browser to draw ------------------------------


def talking_to(address: str) -> httpx.AsyncClient:
    """A client with cookies of its own.

    Without certificates, whose reading takes longer than a visit; and it lets go of an idle connection before the app
    does, for a question sent in that very moment would be lost.
    """
    return httpx.AsyncClient(
        base_url=address, timeout=60, verify=False, limits=httpx.Limits(keepalive_expiry=KEPT_SECONDS)
    )


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
        print("all train", flush=True)
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
    return statistics.median(page.evaluate(MEASURE, [*OURS, moves]))


def explore_beside(browser: Browser, address: str, seconds: float) -> tuple[dict[str, float], list[int]]:
    """(Explore's median milliseconds alone and beside VISITORS who train, their steps), in ROUNDS of both."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    page.wait_for_selector(READY, timeout=120_000)
    slide(page, 10)
    idle, busy, made = [], [], [0] * VISITORS
    for _ in range(ROUNDS):
        idle.append(slide(page, 40))
        crowded = subprocess.Popen(
            [sys.executable, "-m", "bench.live", "--crowd", address, "--seconds", str(seconds)], stdout=subprocess.PIPE
        )
        assert crowded.stdout is not None
        crowded.stdout.readline()  # until they train: their start is not what is asked for
        busy.append(slide(page, 40))
        output, _ = crowded.communicate()
        made = [sum(pair) for pair in zip(made, json.loads(output.splitlines()[-1]), strict=True)]
        page.wait_for_timeout(2000)
    page.close()
    alone, beside = statistics.median(idle), statistics.median(busy)
    return {"idle": alone, "busy": beside, "ratio": beside / alone}, made


# ---- all of it ----------------------------------------------------------------------------------------------------


def line(data: str, row: dict[str, float]) -> str:
    """A row of the table."""
    live = f"{row['streamed']:.0f} | {row['ratio']:.2f} | {row['updates']:.1f}"
    return f"| `{data}` | {row['headless']:.0f} | {live} |"


def sentences(result: dict[str, Any]) -> list[str]:
    """The other figures, a sentence each; docs/figures.md quotes them."""
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
    table: dict[str, dict[str, float]] = {}
    with chromium() as browser:
        for data in DATA:
            table[data] = compare(browser, address, data, turns, seconds)
        explore, made = explore_beside(browser, address, 10 * seconds)
    shares = [round(VISITORS * steps / sum(made), 3) for steps in made]
    timing = ["--seconds", str(seconds), "--turns", str(turns)]
    command = [sys.executable, "-m", "bench.live", "--audience", address, *timing]
    watch = json.loads(subprocess.run(command, capture_output=True, check=True).stdout.splitlines()[-1])
    return {"live": table, "shares": shares, "explore": explore, "watchers": watch}


def main() -> None:
    """Measure and print."""
    p = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    p.add_argument("--turns", type=int, default=20)
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
