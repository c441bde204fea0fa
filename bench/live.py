"""Live training in the browser: its cost against the same run without a page, updates a second, and fairness.

`python -m bench.live` needs Chromium and Playwright. The page's server is a process of its own, as for a visitor;
headless and streamed turns alternate, so that a busy machine disturbs both alike.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request

import gradio as gr
import torch
from playwright.sync_api import Browser, Page, sync_playwright

import app
from bench.machine import machine
from gan.config import PRESETS
from gan.data import load
from gan.trainer import Trainer
from gan.ui import live_tab
from gan.ui.live_recipes import LIVE_DATA, Choices, live_config, recipe

LIVE = "[data-testid=live]"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def serve(port: int) -> None:
    """The live tab alone, until the process is ended."""
    torch.set_num_threads(1)
    with gr.Blocks(analytics_enabled=False) as page:
        live_tab.build()
    page.queue(default_concurrency_limit=16, api_open=False)
    page.launch(server_name="127.0.0.1", server_port=port, **app.options() | {"prevent_thread_lock": False})


def headless(trainer: Trainer, seconds: float) -> float:
    """Steps a second of a plain training loop."""
    steps, begun = 0, time.perf_counter()
    while (took := time.perf_counter() - begun) < seconds:
        trainer.step()
        steps += 1
    return steps / took


def opened(browser: Browser, address: str, data: str) -> Page:
    """A page whose live tab shows `data`, not yet trained."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    page.wait_for_function(f"document.querySelector('{LIVE}')?.dataset.updates > 0", timeout=120_000)
    page.locator("#live-data input").nth(LIVE_DATA.index(data)).click()
    page.wait_for_timeout(1000)
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
    lr = recipe(data, "relativistic").lr
    choices = Choices(data=data, lr=lr, lr_d=lr, batch=PRESETS[data].batch)
    trainer = Trainer(live_config(choices), load(data))
    headless(trainer, 1.0)
    rows = [(headless(trainer, seconds), *streamed(page, seconds)) for _ in range(turns)]
    plain, live, updates = (statistics.median(column) for column in zip(*rows, strict=True))
    ratio = statistics.median(row[1] / row[0] for row in rows)
    return {"headless": plain, "streamed": live, "ratio": ratio, "updates": updates}


def share(pages: list[Page], seconds: float) -> list[int]:
    """The steps that pages training at once make in the same seconds."""
    for page in pages:
        press(page, running=True)
    before = [figures(page)[1] for page in pages]
    pages[0].wait_for_timeout(seconds * 1000)
    made = [figures(page)[1] - steps for page, steps in zip(pages, before, strict=True)]
    for page in pages:
        press(page, running=False)
    return made


def measure(address: str, turns: int, seconds: float) -> tuple[dict[str, dict[str, float]], list[int]]:
    """(figures by data set, the steps of two pages at once)."""
    path = next((found for name in CHROMIUMS if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        table = {}
        for data in LIVE_DATA:
            page = opened(browser, address, data)
            table[data] = compare(page, data, turns, seconds)
            page.close()
        both = share([opened(browser, address, "ring") for _ in range(2)], 2 * seconds)
        browser.close()
    return table, both


def line(data: str, row: dict[str, float]) -> str:
    """A row of the table."""
    streamed = f"{row['streamed']:.0f} | {row['ratio']:.2f} | {row['updates']:.1f}"
    return f"| `{data}` | {row['headless']:.0f} | {streamed} |"


def main() -> None:
    p = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    p.add_argument("--turns", type=int, default=5)
    p.add_argument("--seconds", type=float, default=5.0, help="of each turn")
    p.add_argument("--port", type=int, default=7889)
    p.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    args = p.parse_args()
    if args.serve:
        serve(args.port)
        return
    torch.set_num_threads(1)
    address = f"http://127.0.0.1:{args.port}"
    server = subprocess.Popen([sys.executable, "-m", "bench.live", "--serve", "--port", str(args.port)])
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(address, timeout=5).close()
                break
            except OSError:
                time.sleep(0.5)
        table, both = measure(address, args.turns, args.seconds)
    finally:
        server.terminate()
        server.wait()
    print("| data | steps/s without a page | with a page | ratio | updates/s |\n|---|---|---|---|---|")
    for data, row in table.items():
        print(line(data, row))
    print(f"two pages at once: {both[0]} and {both[1]} steps, share {min(both) / max(both):.2f}")
    rounded = {data: {key: round(v, 3) for key, v in row.items()} for data, row in table.items()}
    print(json.dumps({"live": rounded, "two_pages": both, "turns": args.turns, "seconds": args.seconds} | machine()))


if __name__ == "__main__":
    main()
