"""A class measured: a teacher's run with and without 100 followers, in turn, and whether all see the same, right bars.

`python -m bench.classroom` needs Chromium and Playwright: of the second class two are real pages, the others ask as a
page does, each with a cookie of its own, from a process beside this one. In a turn with the class everybody watches the
run, votes on the step that the teacher shows, some twice, and sees the bars once they are revealed. The real pages'
browser takes only what the host leaves of the cores. Prints a table and, last, JSON.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
from playwright.sync_api import Browser, Page

from bench.live import ENDLESS, PAUSE, Visitor, talking_to
from bench.machine import command, machine
from bench.pages import chromium, serve
from gan.live.classroom import ANSWERS, STEPS

FOLLOWERS, PAGES = 100, 2
RUN = "?tab=live&data=ring"
TIMEOUT = 60  # seconds
AWAY = 19  # how far below the host the real pages' browser stands when the system shares out its cores
SETTLE = 4.5  # seconds in which everybody has been told of what the teacher did
THINK = 1.0  # seconds between the last vote and the reveal, in which those who change theirs have done so
LEARN, VOTES = "[data-testid=learn]", "[data-testid=class-votes]"


def choice(follower: int, step: int) -> int:
    """The answer that a follower gives to a step: six of ten one, three the next, one the last."""
    return (step + (follower % 10 >= 6) + (follower % 10 == 9)) % ANSWERS


def expected(step: int) -> list[int]:
    """The bars of a step when everybody has voted."""
    votes = [choice(follower, step) for follower in range(FOLLOWERS)]
    return [votes.count(answer) for answer in range(ANSWERS)]


# ---- the class, in a process of its own -------------------------------------------------------------------------


@dataclass
class Member:
    """The teacher or a follower: a browser with a cookie of its own."""

    client: httpx.AsyncClient
    id: str = ""
    state: dict[str, Any] = field(default_factory=dict)
    polls: int = 0

    @classmethod
    async def arrive(cls, address: str) -> "Member":
        """Somebody who has loaded the page."""
        client = talking_to(address)
        (await client.get("/")).raise_for_status()
        return cls(client)

    async def post(self, route: str, **values: Any) -> dict[str, Any]:
        """The response of a route."""
        found: dict[str, Any] = (await self.client.post(f"/class/{route}", json={"id": self.id} | values)).json()
        assert "trouble" not in found, found
        self.id, self.state = found.get("id", self.id), found
        return found

    async def look(self, until: float) -> None:
        """Poll until a moment of the clock."""
        while time.perf_counter() < until:
            begun = time.perf_counter()
            every = (await self.post("poll"))["every"]
            self.polls += 1
            await asyncio.sleep(max(every / 1000 - (time.perf_counter() - begun), 0.005))


class Lesson:
    """A teacher, whose run the class watches, and the followers that are no pages."""

    def __init__(self, teacher: Member, owner: Visitor, followers: list[Member], watchers: list[Visitor]) -> None:
        self.teacher, self.owner, self.followers, self.watchers = teacher, owner, followers, watchers
        self.step = 0
        self.right = self.bars = 0  # bars that were looked at, and those that were right

    @classmethod
    async def begin(cls, address: str, count: int) -> "Lesson":
        """The teacher's run and class; followers come when they are called."""
        teacher = await Member.arrive(address)
        owner = Visitor(teacher.client, RUN)
        await owner.open()
        owner.watch = (await owner.act("share"))["watch"]
        code = (await teacher.post("open"))["code"]
        followers = [await Member.arrive(address) for _ in range(count)]
        watchers = [Visitor(follower.client, f"?tab=live&watch={owner.watch}") for follower in followers]
        for follower in followers:
            await follower.post("follow", code=code)
        await owner.act("start")
        await owner.look(time.perf_counter() + 2)
        return cls(teacher, owner, followers, watchers)

    async def turn(self, seconds: float, with_class: bool) -> tuple[float, float]:
        """(steps a second of the run, requests a second of the class)."""
        print(json.dumps({"with": with_class}), flush=True)
        if with_class:
            await asyncio.gather(*(watcher.open() for watcher in self.watchers))  # who is silent for long has left
            await self.owner.look(time.perf_counter() + PAUSE)
        asked, steps, begun = self._polls(), self.owner.steps, time.perf_counter()
        others = asyncio.gather(*self._members(begun + seconds)) if with_class else None
        await self.owner.look(begun + seconds)
        took = time.perf_counter() - begun
        rate = (self.owner.steps - steps) / took
        if others is not None:
            await others  # some wait for their next turn to ask
        requests = (self._polls() - asked) / took
        await self.owner.look(time.perf_counter() + PAUSE)
        return rate, requests

    def _polls(self) -> int:
        return sum(one.polls for one in (*self.followers, *self.watchers))

    def _members(self, until: float) -> list[Any]:
        watching = [watcher.look(until) for watcher in self.watchers]
        voting = [self._follow(i, until) for i in range(len(self.followers))]
        return [*watching, *voting, self._teach(until)]

    async def _teach(self, until: float) -> None:
        """Show the next step, reveal its votes when all have come, and look at them."""
        self.step = self.step % STEPS + 1
        await self.teacher.post("show", step=self.step, watch=self.owner.watch)
        print(json.dumps({"step": self.step}), flush=True)
        while (await self.teacher.post("poll"))["voted"] < FOLLOWERS and time.perf_counter() < until - SETTLE:
            await asyncio.sleep(self.teacher.state["every"] / 1000)
        await asyncio.sleep(THINK)
        await self.teacher.post("reveal")
        await self.teacher.look(until)
        self._judge(self.teacher)

    async def _follow(self, i: int, until: float) -> None:
        """Vote when the step is there, every fourth after another answer, and look at the bars."""
        follower = self.followers[i]
        voted = False
        while time.perf_counter() < until:
            state = await follower.post("poll")
            follower.polls += 1
            if state["step"] == self.step and not voted and state["bars"] is None:
                for answer in ([(choice(i, self.step) + 1) % ANSWERS] if i % 4 == 0 else []) + [choice(i, self.step)]:
                    await follower.post("vote", step=self.step, answer=answer)
                voted = True
            await asyncio.sleep(state["every"] / 1000)
        await follower.post("poll")
        self._judge(follower)

    def _judge(self, member: Member) -> None:
        self.bars += 1
        self.right += member.state["bars"] == expected(self.step)

    async def close(self) -> None:
        """End the run and the class."""
        await self.owner.act("pause")
        await self.teacher.post("end")
        for member in (self.teacher, *self.followers):
            await member.client.aclose()


async def crowd(address: str, turns: int, seconds: float, pages: int) -> dict[str, Any]:
    """The run's speed alone and with the class, in turn, and how many bars were right."""
    lesson = await Lesson.begin(address, FOLLOWERS - pages)
    print(json.dumps({"code": lesson.teacher.state["code"]}), flush=True)
    await asyncio.to_thread(sys.stdin.readline)  # the pages are there
    alone, taught, requests = [], [], []
    for _ in range(turns):
        alone.append((await lesson.turn(seconds, with_class=False))[0])
        rate, asked = await lesson.turn(seconds, with_class=True)
        taught.append(rate)
        requests.append(asked)
    await lesson.close()
    ratio = statistics.median(b / a for a, b in zip(alone, taught, strict=True))
    return {
        "alone": statistics.median(alone), "taught": statistics.median(taught), "ratio": ratio,
        "requests": statistics.median(requests), "bars": lesson.bars, "right": lesson.right,
    }  # fmt: skip


# ---- the pages ------------------------------------------------------------------------------------------------------


def join(browser: Browser, address: str, code: str) -> Page:
    """A page that follows the class."""
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{address}/?tab=learn&class={code}")
    page.wait_for_function(f"document.querySelector('{LEARN}')?.dataset.followers > 0", timeout=1000 * TIMEOUT)
    return page


def vote(page: Page, follower: int, step: int) -> None:
    """Vote on a step as soon as a page shows it."""
    page.wait_for_function(f"document.querySelector('{LEARN}').dataset.number === '{step}'", timeout=1000 * TIMEOUT)
    page.check(f"#class-answer-{choice(follower, step)}")


def bars(page: Page) -> list[int]:
    """The bars that a page shows once they are revealed."""
    page.wait_for_function(f"document.querySelector('{VOTES}').dataset.bars !== ''", timeout=1000 * TIMEOUT)
    return [int(count) for count in (page.get_attribute(VOTES, "data-bars") or "").split(",")]


def measure(address: str, turns: int, seconds: float, count: int) -> dict[str, Any]:
    """Everything, of an app that is there, with so many pages among the followers."""
    beside = [sys.executable, "-m", "bench.classroom", "--crowd", address, "--pages", str(count)]
    timing = ["--turns", str(turns), "--seconds", str(seconds)]
    pages: list[Page] = []
    shown = right = 0
    process = subprocess.Popen([*beside, *timing], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    os.nice(AWAY * bool(count))  # pupils' pages are drawn by machines of their own: here by what the host leaves
    with chromium() as browser, process:
        assert process.stdin is not None and process.stdout is not None
        for line in process.stdout:
            told = json.loads(line)
            if "code" in told:
                pages = [join(browser, address, told["code"]) for _ in range(count)]
                process.stdin.write("go\n")
                process.stdin.flush()
            elif "with" in told:
                for page in pages:
                    page.context.set_offline(not told["with"])
            elif "step" in told:
                for i, page in enumerate(pages):
                    vote(page, FOLLOWERS - count + i, told["step"])
                seen = [bars(page) for page in pages]
                shown, right = shown + len(seen), right + seen.count(expected(told["step"]))
    assert process.returncode == 0, "the class ended with an error"
    told["bars"], told["right"] = told["bars"] + shown, told["right"] + right
    return {**told, "pages": count}


HEAD = (
    "| followers | pages among them | steps/s alone | with the class | ratio | requests/s | bars right |\n"
    "|---|---|---|---|---|---|---|"
)


def line(row: dict[str, Any]) -> str:
    """A row of the table."""
    speeds = f"{row['alone']:.0f} | {row['taught']:.0f} | {row['ratio']:.2f}"
    return f"| {FOLLOWERS} | {row['pages']} | {speeds} | {row['requests']:.0f} | {row['right']} of {row['bars']} |"


def table(result: dict[str, Any]) -> str:
    """The classes for people."""
    return "\n".join([HEAD, *map(line, result["classes"])])


def main() -> None:
    """Measure and print."""
    p = argparse.ArgumentParser(prog="python -m bench.classroom", description=__doc__)
    p.add_argument("--turns", type=int, default=8)
    p.add_argument("--seconds", type=float, default=12.0, help="of each turn; a step of the lesson is a turn")
    p.add_argument("--port", type=int, default=7897)
    p.add_argument("--pages", type=int, nargs="+", default=[0, PAGES], help="of each class, how many are real pages")
    p.add_argument("--crowd", help=argparse.SUPPRESS)
    args = p.parse_args()
    if args.crowd:
        print(json.dumps(asyncio.run(crowd(args.crowd, args.turns, args.seconds, args.pages[0]))))
        return
    server = serve(args.port, ENDLESS)
    try:
        rows = [measure(f"http://127.0.0.1:{args.port}", args.turns, args.seconds, count) for count in args.pages]
    finally:
        server.terminate()
        server.wait()
    result = {"classes": rows, "turns": args.turns, "seconds": args.seconds, "command": command("classroom")}
    print(table(result))
    print(json.dumps(result | machine()))


if __name__ == "__main__":
    main()
