"""What a visit takes over the line: `python -m bench.traffic`; it needs Chromium and Playwright.

A browser opens the page in a fresh profile, stays until nothing more comes, and opens it again: *compressed* is what
came over the line, without the heads of answers, *as it is* what it became. Then a live run trains, whose page polls.
Prints tables and, last, one JSON object; writes bench/results/traffic.json.
"""

import argparse
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from bench.live import DATA, opened, press
from bench.machine import command, machine
from bench.pages import READY, chromium, serve
from gan.files import write_whole

RESULTS = Path(__file__).parent / "results" / "traffic.json"
SCREEN = {"width": 1280, "height": 900}
REST = 4_000  # milliseconds after the first picture, in which everything else comes that a page at rest asks for
# how a path begins -> what it is; the first that fits
KINDS = {
    "/explore/file": "the models' files", "/explore/": "the list of models", "/live/": "polls",
    "/atelier/": "our scripts and styles", "/gradio_api/": "Gradio's answers", "": "Gradio's files",
}  # fmt: skip
PAGE = "the page"
SUMS = ("requests", "heads", "body", "whole")


@dataclass
class Line:
    """What a page took over the line.

    Attributes:
        kinds: of each request, by its id.
        line: bytes of each answer as it came over the line, its head included; 0 out of the browser's cache.
        head: bytes of its head. whole: of the rest, unpacked.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    line: dict[str, float] = field(default_factory=dict)
    head: dict[str, float] = field(default_factory=dict)
    whole: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, page: Page) -> "Line":
        """What a page takes from now on."""
        own, speed = cls(), page.context.new_cdp_session(page)
        speed.send("Network.enable")
        speed.on("Network.requestWillBeSent", lambda event: own.asked(event["requestId"], event["request"]["url"]))
        speed.on("Network.responseReceived", lambda event: own.head.update({
            event["requestId"]: event["response"]["encodedDataLength"],
        }))  # fmt: skip
        speed.on("Network.dataReceived", lambda event: own.whole.update({event["requestId"]: event["dataLength"]}))
        speed.on("Network.loadingFinished", lambda event: own.line.update({
            event["requestId"]: event["encodedDataLength"],
        }))  # fmt: skip
        return own

    def asked(self, key: str, url: str) -> None:
        """A request begins."""
        if not url.startswith("http"):  # data: and blob:
            return
        path = urlsplit(url).path
        self.kinds[key] = PAGE if path == "/" else next(kind for start, kind in KINDS.items() if path.startswith(start))

    def rows(self) -> list[dict[str, Any]]:
        """Each kind: answers over the line, kB of their heads and bodies; kB unpacked, those out of the cache too."""
        found = []
        for kind in dict.fromkeys((PAGE, *KINDS.values())):
            mine = [key for key in self.line if self.kinds.get(key) == kind]
            line, whole = (sum(sizes[key] for key in mine) / 1000 for sizes in (self.line, self.whole))
            heads = sum(min(self.head.get(key, 0), self.line[key]) for key in mine) / 1000  # of cached ones none came
            row = {"requests": sum(self.line[key] > 0 for key in mine), "heads": heads, "body": line - heads}
            found += [{"kind": kind} | row | {"whole": whole}] if mine else []
        return found


def visit(context: BrowserContext, address: str) -> list[dict[str, Any]]:
    """The rows of one visit."""
    page = context.new_page()
    line = Line.of(page)
    page.goto(address)
    page.wait_for_selector(READY, timeout=60_000)
    page.wait_for_timeout(REST)
    page.close()
    return line.rows()


def polled(browser: Browser, address: str, data: str, seconds: float) -> dict[str, Any]:
    """A second of a live run with its page: polls, kB over the line and unpacked."""
    context = browser.new_context(viewport=SCREEN)
    page = opened(context, address, data)
    press(page, running=True)
    line = Line.of(page)
    page.wait_for_timeout(seconds * 1000)
    (row,) = [row for row in line.rows() if row["kind"] == KINDS["/live/"]]
    context.close()
    return {"data": data} | {key: row[key] / seconds for key in SUMS}


def summed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """All kinds together."""
    return {"kind": "together"} | {key: sum(row[key] for row in rows) for key in SUMS}


def sizes(row: dict[str, Any], digits: int) -> str:
    """A row's kB."""
    return " | ".join(f"{row[key]:,.{digits}f}" for key in ("body", "whole", "heads"))


def table(results: dict[str, Any]) -> str:
    """The results as Markdown."""
    lines = ["| visit | what | answers | kB compressed | kB as it is | kB of heads |", "|---|---|---|---|---|---|"]
    for visit, rows in results["visits"].items():
        lines += [f"| {visit} | {row['kind']} | {row['requests']} | {sizes(row, 0)} |" for row in [*rows, summed(rows)]]
    lines += [
        "",
        "| live run of | polls/s | kB/s compressed | kB/s as it is | kB/s of heads |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| `{row['data']}` | {row['requests']:.0f} | {sizes(row, 1)} |" for row in results["polls"]]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    p = argparse.ArgumentParser(prog="python -m bench.traffic", description=__doc__)
    p.add_argument("--seconds", type=float, default=8.0, help="of each live run (default 8)")
    p.add_argument("--port", type=int, default=7961)
    args = p.parse_args()
    server = serve(args.port, {})
    address = f"http://127.0.0.1:{args.port}"
    try:
        with chromium() as browser:
            context = browser.new_context(viewport=SCREEN)
            visits = {name: visit(context, address) for name in ("first", "second")}
            context.close()
            polls = [polled(browser, address, data, args.seconds) for data in DATA]
    finally:
        server.terminate()
        server.wait()
    results = {"command": command("traffic"), "visits": visits, "polls": polls, "seconds": args.seconds} | machine()
    print(table(results))
    write_whole(RESULTS, (json.dumps(results, indent=1) + "\n").encode())
    print(json.dumps(results))


if __name__ == "__main__":
    main()
