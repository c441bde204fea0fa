"""Drawing in the Yours tab: from the pen to the answer, and whether the answer is what was drawn.

`python -m bench.drawing [--digits 500]` needs Chromium, Playwright and MNIST. A pen moves over the pad of the page, and
it is measured when the answer stands on the canvas; the part of a frame that the screen then takes is not ours. For the
second table held-out digits are drawn anew by pens of eight kinds, from their middle lines; strokes, centring, encoder
and generator are the page's own, in its own JavaScript, and a judge says whether the answer is the digit. Prints tables
and, last, one JSON object.
"""

import argparse
import base64
import json
import statistics
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from playwright.sync_api import Browser, Page
from torch import Tensor

from bench.bars import judged
from bench.explore import quantile
from bench.invert import KINDS, handwriting_of, held_out, recognised
from bench.machine import command, machine
from bench.pages import chromium, serve
from bench.points import head
from gan.models.checkpoint import load_model
from gan.training.pen import middle_lines, moved

MODEL, PORT = "mnist-style", 7871
READY = "[data-testid=yours][data-ready=yes][data-phase=resting]"
TURNS, MOVES, SECONDS = 3, 60, 4.0
AT_ONCE = 50  # drawings that the page is given at once
SEED = 0
LATEST, RATE, FLOOR = 16.7, 60.0, 0.93  # milliseconds for 95 % of events, answers a second, share recognised
# Draws one piece of a stroke after another, and notes when the answer to each stands on the canvas.
PEN = """
async ([moves, seconds]) => {
  const pad = document.querySelector("#yours-pad"), canvas = document.querySelector("#yours-canvas");
  const box = pad.getBoundingClientRect(), times = [], noted = [];
  const send = (type, i) => {
    const t = i / 40, clientX = box.left + box.width * (0.5 + 0.3 * Math.sin(t));
    const clientY = box.top + box.height * (0.5 + 0.3 * Math.sin(1.7 * t));
    pad.dispatchEvent(new PointerEvent(type, { clientX, clientY, pointerId: 1, pointerType: "pen", pressure: 0.5 }));
  };
  pad.setPointerCapture = () => {}; // of a pen that no hand holds
  const watcher = new MutationObserver(() => noted.push(performance.now()));
  watcher.observe(canvas, { attributes: true, attributeFilter: ["data-frame"] });
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  let i = 0;
  send("pointerdown", i);
  await wait(100);
  for (let k = 0; k < moves; k++) {
    await wait(30 + Math.random() * 30);
    noted.length = 0;
    const begun = performance.now();
    send("pointermove", i++);
    while (!noted.length && performance.now() - begun < 3000) await wait(1);
    times.push((noted[0] ?? NaN) - begun);
  }
  noted.length = 0;
  const begun = performance.now();
  let events = 0;
  while (performance.now() - begun < 1000 * seconds) {
    await new Promise(requestAnimationFrame);
    send("pointermove", i++);
    events++;
  }
  const took = (performance.now() - begun) / 1000, answers = noted.length;
  send("pointerup", i);
  watcher.disconnect();
  return [times, answers / took, events / took];
}"""
# What the page makes of drawings: points [N][P][2] in parts of the side, and a radius for each drawing.
ANSWERS = """
async ([bundle, name, drawings, radii]) => {
  const { modules } = await import(bundle), { engine } = modules["page/engine.js"];
  const { sheetOf } = modules["core/strokes.js"], { framedStrokes, FRAMINGS, imageOfInk } = modules["core/centring.js"];
  const { again, guessed } = modules["yours/guessing.js"], { sheet } = modules["yours/room.js"].newDrawing();
  const model = await engine.model(name), [channels, side] = model.shape, answers = [];
  for (const [n, points] of drawings.entries()) {
    const strokes = points.map(([x, y]) => ({ dots: [[x, y, radii[n]]], erases: false }));
    const drawn = sheetOf(strokes, sheet.side), framing = FRAMINGS[model.data.name];
    const image = imageOfInk(framedStrokes(strokes, drawn, side, framing), channels);
    answers.push((await again(model, image, await guessed(model, image))).image);
  }
  const all = new Float32Array(answers.length * model.values);
  answers.forEach((answer, n) => all.set(answer, n * model.values));
  return modules["core/encoding.js"].encodeBytes(new Uint8Array(all.buffer));
}"""


def opened(browser: Browser, address: str) -> Page:
    """The tab with its digit drawn."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/?tab=yours&model={MODEL}")
    page.wait_for_selector(READY, timeout=60_000)
    return page


def pace(page: Page) -> dict[str, float]:
    """From an event of the pen to its answer, and how many answers a second a pen gets that never rests."""
    page.evaluate(PEN, [10, 0.5])  # the compiler gets warm
    times: list[float] = []
    rates: list[float] = []
    offered: list[float] = []
    for _ in range(TURNS):
        found, rate, events = page.evaluate(PEN, [MOVES, SECONDS])
        times += found
        rates.append(rate)
        offered.append(events)
        page.click("#yours-clear")
        page.wait_for_timeout(500)
    return {
        "p50": quantile(times, 0.5), "p95": quantile(times, 0.95), "answers": statistics.median(rates),
        "events": statistics.median(offered),
    }  # fmt: skip


def bundle_of(page: Page) -> str:
    """Where the tab's own modules come from."""
    sheet = page.eval_on_selector("link[rel=stylesheet][href*='atelier/']", "(link) => link.href")
    return f"{str(sheet).rpartition('/')[0]}/yours/index.js"


def parts(points: Tensor, mask: Tensor, radius: Tensor) -> Iterator[tuple[list[Any], list[float]]]:
    """Drawings for the page, some at a time: without the points that only fill a row."""
    for rows in torch.arange(len(points)).split(AT_ONCE):
        drawings = [(points[i][mask[i] > 0] + 0.5).tolist() for i in rows.tolist()]
        yield drawings, radius[rows].tolist()


def understood(page: Page, count: int) -> dict[str, float]:
    """Kind of pen -> the share of drawings whose answer the judge recognises."""
    model = load_model(MODEL)
    images, labels = held_out(model.config.data, model.shape[1], count)
    points, mask = middle_lines(images)
    generator = torch.Generator().manual_seed(SEED)
    shares: dict[str, float] = {}
    for kind in KINDS:
        writing = handwriting_of(kind, len(images), generator)
        answers: list[Tensor] = []
        for drawings, radii in parts(moved(points, writing, generator), mask, writing.radius):
            text = page.evaluate(ANSWERS, [bundle_of(page), MODEL, drawings, radii])
            values = np.frombuffer(base64.b64decode(text), np.float32).copy()
            answers.append(torch.from_numpy(values).view(-1, *model.shape))
        share = recognised(model, torch.cat(answers), labels)
        assert share is not None, "nobody judges digits"
        shares[kind] = share
    return shares


def table(results: dict[str, Any]) -> str:
    """Both tables, and whether the bars are met, as Markdown."""
    found = results["drawing"]
    pace, shares = found["pace"], found["recognised"]
    lines = [
        *head("pen to answer, p50", "p95", "answers a second", "events a second"),
        "| {p50:.1f} ms | {p95:.1f} ms | {answers:.0f} | {events:.0f} |".format(**pace), "",
        *head("pen", "answers recognised"), *(f"| {kind} | {share:.1%} |" for kind, share in shares.items()), "",
        judged("From the pen to the answer, ms, in 95 % of cases:", pace["p95"], LATEST, ".1f"),
        judged("Answers a second:", round(pace["answers"]), RATE, ".0f", True),
        judged("Answers recognised, mean of the pens:", shares["mean"], FLOOR, ".1%", True),
    ]  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.drawing", description=__doc__)
    parser.add_argument("--digits", type=int, default=500, help="held-out digits that are drawn by each pen")
    count = parser.parse_args().digits
    torch.set_num_threads(1)
    server = serve(PORT, {})
    try:
        with chromium() as browser:
            page = opened(browser, f"http://127.0.0.1:{PORT}")
            found = pace(page)
            shares = understood(page, count)
    finally:
        server.terminate()
        server.wait()
    shares["mean"] = statistics.mean(shares.values())
    row = {"model": MODEL, "digits": count, "seed": SEED, "pace": found, "recognised": shares}
    result = {"drawing": row, "command": command("drawing")} | machine()
    print(table(result))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
