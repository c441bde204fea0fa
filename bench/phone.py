"""The first ten seconds on a slow phone, as Chromium emulates it: 1.5 Mbit/s, 562 ms, a CPU four times slower, 360x780.

`python -m bench.explore --phone` measures this alone. Beside our page: the plain Gradio way to show the same model, and
a static page that weighs what a page with TensorFlow.js weighs, as GAN Lab is one. Each page is opened in fresh
profiles.
"""

import statistics
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Request

from bench.pages import CANVAS

LATENCY, DOWN, UP, SLOWER = 562, 1.5e6 / 8, 0.75e6 / 8, 4  # milliseconds, bytes a second both ways, times
SCREEN = {"width": 360, "height": 780}
LOADS, MOST = 3, 90_000  # loads of each page, and the milliseconds that one may take
# What is told of a page: its name, the slider, the picture, the one that may come first, and what changes with both.
OURS = ("GAN Atelier", "#explore-psi", CANVAS, "[data-testid=explore-first-picture]", "query")
PLAIN = ("plain Gradio, the same model", "input[type=range]", "#picture img", "#picture img", "src")
STATIC = ("a static page with TensorFlow.js", "#slider", "#canvas", "#canvas[data-frame]", "frame")
OWN = ("/atelier/", "/explore/")  # how addresses of ours begin, besides the page itself
# Notes when the first picture is seen, and when a slider first changes it: a hand tries ten times a second.
WATCH = """
([slider, target, first, sign]) => {
  const seen = window.seen = {}, now = () => performance.now();
  const state = () => {
    const place = document.querySelector(target);
    return sign === "src" ? place?.src : sign === "frame" ? place?.dataset.frame
      : new URLSearchParams(place?.dataset.query).get("psi");
  };
  const isThere = (place) => place?.getClientRects().length && place.complete !== false;
  let before = null, tried = 0, moves = 0;
  const look = () => {
    const place = document.querySelector(first);
    if (!seen.picture && isThere(place)) seen.picture = now();
    const input = document.querySelector(slider), is = state();
    if (before !== null && is !== before) seen.alive ??= now();
    if (seen.alive) return;
    if (input && seen.picture && is !== undefined && now() - tried > 100) {
      if (before === null) before = is;
      tried = now();
      input.value = String(0.4 + (moves++ % 20) / 40);
      for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
    }
    requestAnimationFrame(look);
  };
  look();
}"""
# TensorFlow.js takes 1.5 MB of script, 0.4 MB compressed; what draws with it and its pictures are not counted.
STATIC_SERVER = """
import gzip, http.server, random, sys
draw = "c.dataset.frame=1;s.oninput=()=>{c.dataset.frame=+c.dataset.frame+1;g.fillRect(9,9,+s.value*90,90)}"
page = ("<!doctype html><meta charset=utf-8><title>static</title><h1>GAN</h1><canvas id=canvas></canvas>"
        "<input id=slider type=range max=1 step=.01><script src=library.js></script>"
        f"<script>c=canvas;s=slider;g=c.getContext('2d');g.fillRect(9,9,90,90);{draw}</script>").encode()
code = ("window.sum=0;" + "".join(f"sum+={random.random()};" for _ in range(60_000))).encode()
zipped = gzip.compress(code)
class Files(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        script = self.path.endswith(".js")
        body = zipped if script else page
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if script else "text/html")
        if script:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[-1])), Files).serve_forever()
"""


def opened_once(browser: Browser, address: str, what: tuple[str, ...]) -> dict[str, float]:
    """One load: milliseconds to the first paint, the first picture and a slider that acts; bytes up to then."""
    context = browser.new_context(viewport=SCREEN, device_scale_factor=2, is_mobile=True, has_touch=True)
    page = context.new_page()
    speed = context.new_cdp_session(page)
    speed.send("Network.enable")
    line = {"offline": False, "latency": LATENCY, "downloadThroughput": DOWN, "uploadThroughput": UP}
    speed.send("Network.emulateNetworkConditions", line)
    speed.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    own: dict[str, bool] = {}
    sizes: dict[str, float] = {}
    speed.on("Network.requestWillBeSent", lambda event: own.update({
        event["requestId"]: any(part in event["request"]["url"] for part in OWN),
    }))  # fmt: skip
    speed.on("Network.dataReceived", lambda event: sizes.update({
        event["requestId"]: sizes.get(event["requestId"], 0) + event["encodedDataLength"],
    }))  # fmt: skip
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.add_init_script(f"({WATCH})({list(what[1:])})")
    page.goto(address, wait_until="commit", timeout=MOST)
    page.wait_for_function("window.seen?.alive", timeout=MOST)
    mine = sum(size for key, size in sizes.items() if own.get(key))
    result = {
        "paint": page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"),
        **page.evaluate("window.seen"), "ours": mine, "others": sum(sizes.values()) - mine, "requests": len(asked),
    }  # fmt: skip
    context.close()
    return result


def opened(browser: Browser, address: str, what: tuple[str, ...]) -> dict[str, Any]:
    """The middle of LOADS loads, in seconds and kB."""
    rows = [opened_once(browser, address, what) for _ in range(LOADS)]
    return {"page": what[0]} | {key: statistics.median(row[key] for row in rows) / 1000 for key in rows[0]}


def line(row: dict[str, Any]) -> str:
    """A row of the table."""
    own = f"{row['ours']:,.0f} / {row['others']:,.0f}" if row["ours"] else f"– / {row['others']:,.0f}"
    return (
        f"| {row['page']} | {row['paint']:.1f} | {row['picture']:.1f} | {row['alive']:.1f} | {own} | "
        f"{1000 * row['requests']:.0f} |"
    )


HEAD = (
    "| page | first paint, s | first picture, s | sliders alive, s | kB: ours / others | requests |\n"
    "|---|---|---|---|---|---|"
)


def write_static(folder: Path) -> str:
    """The program that serves the static page."""
    path = folder / "static.py"
    path.write_text(STATIC_SERVER)
    return str(path)
