"""Explore and Interpolate measured in Chromium: slider to picture, the first picture, films, the host's load.

`python -m bench.explore` needs Chromium and Playwright; `--phone` measures a slow phone alone, `--sounds` how soon a
sound is there. The peer is the plain Gradio way to do it, a `gr.Slider` whose event has the same model draw a
`gr.Image`; turns of both alternate. Prints tables and, last, JSON.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page

from bench import phone, sound
from bench.machine import machine
from bench.pages import MEASURE, OURS, READY, chromium, serve
from gan.models.checkpoint import load_model, shipped
from gan.ui.shell.catalogue import SHOWN_FIRST

MODELS = ("digits-mlp", "mnist-mlp", "mnist-dcgan", "fashion-dcgan")
LARGE = "digits-64"  # a network of 64 pixels: its speed does not depend on how long it was trained
ROUNDS, MOVES, DRAG = 3, 60, 4.0  # turns of each, slider events in a turn, seconds of a sustained drag
LOADS = 5
FILM, SIDE = 120, 64
VISITORS, WATCHED = 200, 12.0  # who have the page open, and the seconds for which the host's load is taken
PLAIN = """
import sys, torch, gradio as gr
from gan.models.checkpoint import load_model
from gan.explore.render import render
from gan.media.images import enlarge, to_pixels
from gan.latents import z_from_seeds
torch.set_num_threads(1)
model = load_model(sys.argv[1])
z = z_from_seeds([42], model.G.z_dim)
def draw(psi):
    return enlarge(to_pixels(render(model, z, psi))[0], 448 // model.shape[-1]).expand(-1, -1, 3).numpy()
with gr.Blocks() as page:
    slider = gr.Slider(0, 1.5, 1.0, step=0.01)
    picture = gr.Image(draw(1.0), elem_id="picture")
    slider.input(draw, slider, picture, show_progress="hidden", trigger_mode="always_last")
page.launch(server_port=int(sys.argv[3]), quiet=True, share=False)
"""
# A hand that never rests: an event in every frame; how many pictures a second come of it.
DRAGGING = """
async ([slider, target, signs, seconds]) => {
  const input = document.querySelector(slider);
  let count = 0, i = 0;
  const place = document.querySelector(target), picture = () => place.dataset.frame ?? place.querySelector("img")?.src;
  let last = picture();
  const watcher = new MutationObserver(() => { if (picture() !== last) { count += 1; last = picture(); } });
  const what = { attributes: true, attributeFilter: signs, subtree: true, childList: true };
  watcher.observe(place, what);
  const begun = performance.now();
  while (performance.now() - begun < seconds * 1000) {
    await new Promise(requestAnimationFrame);
    input.value = String(0.3 + ((i++ * 7) % 100) / 100);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const took = (performance.now() - begun) / 1000;
  watcher.disconnect();
  return [count / took, i / took];
}"""
THEIRS = ["input[type=range]", "#picture", ["src"]]
# Notes when the canvas is first drawn, in milliseconds after the page was asked for.
FIRST = f"""
(() => {{
  const look = () => {{
    if (document.querySelector("{READY}")) window.firstPicture = performance.now();
    else requestAnimationFrame(look);
  }};
  look();
}})();"""


def quantile(values: list[float], share: float) -> float:
    """The value that `share` of the others do not exceed."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def opened(browser: Browser, link: str, ready: str) -> Page:
    """A page that has drawn its first picture."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(FIRST)
    page.goto(link)
    page.wait_for_selector(ready, timeout=60_000)
    page.wait_for_timeout(1500)  # strips and neighbours of the first picture
    return page


def slider(browser: Browser, ours: str, theirs: str, model: str) -> dict[str, Any]:
    """{"ours", "plain"}: p50 and p95 in ms and pictures a second of a drag, turn by turn; and ours' requests."""
    asked: list[str] = []
    rows: dict[str, list[float]] = {"ours": [], "plain": []}
    rates: dict[str, list[float]] = {"ours": [], "plain": []}
    events: dict[str, list[float]] = {"ours": [], "plain": []}
    pages = {
        "ours": (opened(browser, f"{ours}/?tab=explore&model={model}&seed=42", READY), OURS),
        "plain": (opened(browser, theirs, "#picture img"), THEIRS),
    }
    pages["ours"][0].on("request", lambda request: asked.append(request.url))
    for turn in range(ROUNDS):
        for name in ("ours", "plain") if turn % 2 else ("plain", "ours"):
            page, (handle, target, signs) = pages[name]
            page.bring_to_front()
            page.evaluate(MEASURE, [handle, target, signs, 5])
            rows[name] += [t for t in page.evaluate(MEASURE, [handle, target, signs, MOVES]) if t == t]
            rate, offered = page.evaluate(DRAGGING, [handle, target, signs, DRAG])
            rates[name].append(rate)
            events[name].append(offered)
            page.wait_for_timeout(500)
    for page, _ in pages.values():
        page.close()
    result: dict[str, Any] = {
        name: {
            "p50": statistics.median(rows[name]), "p95": quantile(rows[name], 0.95),
            "pictures": statistics.median(rates[name]), "events": statistics.median(events[name]),
        }
        for name in pages
    }  # fmt: skip
    return result | {"requests": len(asked)}


def first_picture(browser: Browser, address: str) -> dict[str, float]:
    """Seconds from opening the page to its first picture, each time in a fresh profile."""
    times = []
    for _ in range(LOADS):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.add_init_script(FIRST)
        page.goto(address)
        page.wait_for_function("window.firstPicture", timeout=60_000)
        times.append(page.evaluate("window.firstPicture") / 1000)
        context.close()
    return {"median": statistics.median(times), "worst": max(times)}


def film(browser: Browser, address: str) -> dict[str, float]:
    """Seconds for the preview and for the MP4 of a film of FILM frames at SIDE pixels."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page.goto(f"{address}/?tab=interpolate&model={LARGE}&keys=1,2,3,4,5&frames={FILM // 5}&path=slerp&turn=loop")
    done = f"document.querySelector('[data-testid=interpolate-canvas]')?.dataset.frames === '{FILM}'"
    page.wait_for_function(done, timeout=60_000)
    previews, files = [], []
    for turn in range(LOADS):
        page.wait_for_timeout(1500)
        begun = page.evaluate("performance.now()")
        page.locator("#film-psi").evaluate(
            "(input, psi) => { input.value = psi; for (const name of ['input', 'change']) "
            "input.dispatchEvent(new Event(name, { bubbles: true })); }", str(0.5 + turn / 10),
        )  # fmt: skip
        page.wait_for_function("document.querySelector('[data-testid=interpolate-canvas]').dataset.frames < 120")
        page.wait_for_function(done, timeout=60_000)
        previews.append((page.evaluate("performance.now()") - begun) / 1000)
        started = time.perf_counter()
        with page.expect_download(timeout=60_000):
            page.click("#film-save-mp4")
        files.append(time.perf_counter() - started)
    page.close()
    return {"preview": statistics.median(previews), "mp4": statistics.median(files)}


# ---- the host ---------------------------------------------------------------------------------------------------


def seconds_of(process: int) -> float:
    """CPU seconds of a process so far, all its threads together."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100  # user and system, in hundredths


async def visit(address: str, stop: threading.Event) -> int:
    """VISITORS who open the page, take what a page takes, and stay; their number once all are there."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:

        async def one(number: int) -> None:
            for path in ("/", "/config", "/explore/models", f"/explore/file?name={MODELS[0]}&part=generator"):
                (await client.get(path)).raise_for_status()
            async with client.stream("GET", f"/gradio_api/heartbeat/visitor{number}") as answer:
                there.append(number)
                async for _ in answer.aiter_bytes():
                    if stop.is_set():
                        return

        there: list[int] = []
        tasks = [asyncio.create_task(one(number)) for number in range(VISITORS)]
        while len(there) < VISITORS:
            await asyncio.sleep(0.1)
        print("there", flush=True)
        await asyncio.sleep(3 * WATCHED + 60)
        for task in tasks:
            task.cancel()
        return len(there)


def load(browser: Browser, address: str, server: int) -> dict[str, float]:
    """The host's CPU seconds a second: with nobody there, with VISITORS who have the page open, and while two drag."""

    def taken() -> float:
        before, begun = seconds_of(server), time.perf_counter()
        time.sleep(WATCHED)
        return (seconds_of(server) - before) / (time.perf_counter() - begun)

    time.sleep(3)
    alone = taken()
    crowd = subprocess.Popen([sys.executable, "-m", "bench.explore", "--crowd", address], stdout=subprocess.PIPE)
    assert crowd.stdout is not None
    crowd.stdout.readline()
    time.sleep(5)
    still = taken()
    pages = [opened(browser, f"{address}/?tab=explore&model={name}", READY) for name in MODELS[:2]]
    drags = "(args) => { window.dragging = (" + DRAGGING + ")(args); }"
    time.sleep(3)
    for page in pages:
        page.evaluate(drags, [*OURS, 3 * WATCHED])
    dragged = taken()
    for page in pages:
        page.close()
    crowd.kill()
    crowd.wait()
    return {"alone": alone, "open": still, "dragging": dragged}


# ---- a slow phone -----------------------------------------------------------------------------------------------


def slow_phone(browser: Browser, address: str, folder: Path, port: int) -> list[dict[str, Any]]:
    """The first ten seconds of our page, of the plain one with the same model, and of a static one."""
    rows = [phone.opened(browser, address, phone.OURS)]
    (folder / "plain.py").write_text(PLAIN)
    peers = ((phone.PLAIN, str(folder / "plain.py"), [SHOWN_FIRST[0]]), (phone.STATIC, phone.write_static(folder), []))
    for what, program, models in peers:
        peer = serve(port, {"PYTHONPATH": "."}, models, [program])
        rows.append(phone.opened(browser, f"http://127.0.0.1:{port}", what))
        peer.terminate()
        peer.wait()
    return rows


def measure_phone(folder: Path, port: int) -> dict[str, Any]:
    """The slow phone alone."""
    server = serve(port, {})
    try:
        with chromium() as browser:
            rows = slow_phone(browser, f"http://127.0.0.1:{port}", folder, port + 1)
            return {"phone": rows, "phone_on": {"loads": phone.LOADS} | machine()}
    finally:
        server.terminate()
        server.wait()


def measure_sounds(port: int) -> dict[str, Any]:
    """The slider of a model of sounds alone."""
    server = serve(port, {})
    try:
        with chromium() as browser:
            return {"sounds": sound.dragged(browser, f"http://127.0.0.1:{port}")}
    finally:
        server.terminate()
        server.wait()


# ---- all of it --------------------------------------------------------------------------------------------------


def large(folder: Path) -> Path:
    """A model of SIDE pixels: the network that train.py gives such pictures."""
    flags = ["--data", "digits", "--network", "dcgan", "--resolution", str(SIDE), "--nimg", "256", "--moments", "0"]
    subprocess.run([sys.executable, "train.py", *flags, "--out", folder / LARGE], check=True, capture_output=True)
    return folder / LARGE


def measure(folder: Path, port: int, names: list[str]) -> dict[str, Any]:
    """Everything."""
    model = large(folder)
    sides = {name: load_model(model if name == LARGE else name).shape[-1] for name in names}
    (folder / "plain.py").write_text(PLAIN)
    server = serve(port, {}, [str(model)])
    address = f"http://127.0.0.1:{port}"
    try:
        with chromium() as browser:
            rows = {}
            for name in names:
                source = str(model) if name == LARGE else name
                peer = serve(port + 1, {"PYTHONPATH": "."}, [source], [str(folder / "plain.py")])
                rows[name] = slider(browser, address, f"http://127.0.0.1:{port + 1}", name) | {"side": sides[name]}
                peer.terminate()
                peer.wait()
            first = first_picture(browser, address)
            films = film(browser, address)
            host = load(browser, address, server.pid)
    finally:
        server.terminate()
        server.wait()
    alone = measure_phone(folder, port + 2) | measure_sounds(port + 5)
    return {"slider": rows, "first": first, "film": films, "host": host} | alone


def line(name: str, row: dict[str, Any]) -> str:
    """A row of the table."""
    ours, plain = row["ours"], row["plain"]
    return (
        f"| `{name}` | {row['side']} px | {ours['p50']:.1f} / {ours['p95']:.1f} | {ours['pictures']:.0f} | "
        f"{plain['p50']:.0f} / {plain['p95']:.0f} | {plain['pictures']:.0f} | {row['requests']} |"
    )


def sentences(result: dict[str, Any]) -> list[str]:
    """The other figures, a sentence each; docs/figures.md quotes them."""
    first, films, host = (result[key] for key in ("first", "film", "host"))
    return [
        f"The first picture is there after {first['median']:.1f} s, {first['worst']:.1f} s at worst.",
        f"A film of {FILM} frames at {SIDE} px is ready to play after {films['preview']:.1f} s; its MP4 takes "
        f"{films['mp4']:.1f} s.",
        f"The host's CPU is busy {host['alone']:.1%} of the time with nobody there, {host['open']:.1%} with {VISITORS} "
        f"pages open, {host['dragging']:.1%} while sliders are dragged.",
    ]


def main() -> None:
    """Measure and print."""
    p = argparse.ArgumentParser(prog="python -m bench.explore", description=__doc__)
    p.add_argument(
        "names", nargs="*", metavar="MODEL", help=f"of the sliders; default: all shipped of pictures and {LARGE}"
    )
    p.add_argument("--port", type=int, default=7911)
    p.add_argument("--phone", action="store_true", help="measure the first ten seconds on a slow phone alone")
    p.add_argument("--crowd", help=argparse.SUPPRESS)
    p.add_argument("--sounds", action="store_true", help="measure how soon a sound is ready while one drags alone")
    args = p.parse_args()
    if args.crowd:
        asyncio.run(visit(args.crowd, threading.Event()))
        return
    if args.sounds:
        result = measure_sounds(args.port)
        print(sound.sentence(result["sounds"]))
        print(json.dumps(result | machine()))
        return
    with tempfile.TemporaryDirectory() as folder:
        pictures = [name for name in shipped() if load_model(name).medium.sized]  # the plain way shows no others
        names = args.names or [*pictures, LARGE]
        result = measure_phone(Path(folder), args.port) if args.phone else measure(Path(folder), args.port, names)
    print(phone.HEAD)
    for row in result["phone"]:
        print(phone.line(row))
    if args.phone:
        print(json.dumps(result | machine()))
        return
    print(
        "| model | size | ours: ms, p50 / p95 | pictures/s | plain Gradio: ms | pictures/s | requests |\n"
        "|---|---|---|---|---|---|---|"
    )
    for name, row in result["slider"].items():
        print(line(name, row))
    print("\n".join([*sentences(result), sound.sentence(result["sounds"])]))
    print(json.dumps(result | {"rounds": ROUNDS, "moves": MOVES} | machine()))


if __name__ == "__main__":
    main()
