"""From a slider's move to the sound that is ready to be played, in Chromium: `python -m bench.explore --sounds`.

The sound is the one that the page makes while a control moves, with fewer rounds of Griffin-Lim than at rest, in a
worker; with *Sound while moving* on, it is played.
"""

import statistics
from collections.abc import Sequence

from playwright.sync_api import Browser

from bench.pages import READY

MODEL = "spoken-digits-style"
SLIDER = "#explore-psi"
PLACE = "[data-testid=explore] .sounds-sheet"  # whose data-dragging is set when a sound is there
ALONG = "[data-testid=explore] .sounds-along input"
FIRST, MOVES = 10, 200  # moves before those that count
MOST = 3_000  # milliseconds that one may take
BAR = 30  # milliseconds: what is heard so soon belongs to the hand
# One event of the slider after the other, each at a random moment of the frame: [milliseconds until the sound of the
# sample that it brought is there, those of them since the sample was], NaN where none came.
MEASURE = """
async ([slider, target, moves, most]) => {
  const input = document.querySelector(slider), place = document.querySelector(target), times = [];
  for (let i = 0; i < moves; i++) {
    await new Promise((next) => setTimeout(next, 60 + Math.random() * 30));
    let begun = 0;
    const made = new Promise((done) => {
      const watcher = new MutationObserver(() => {
        watcher.disconnect();
        done([performance.now() - begun, Number(place.dataset.dragging)]);
      });
      watcher.observe(place, { attributes: true, attributeFilter: ["data-dragging"] });
    });
    input.value = String(0.3 + ((i * 37) % 100) / 100);
    begun = performance.now();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    times.push(await Promise.race([made, new Promise((none) => setTimeout(none, most, [NaN, NaN]))]));
  }
  return times;
}"""


def dragged(browser: Browser, address: str) -> dict[str, float]:
    """`figures` of MOVES moves in a page that is opened for them."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/?tab=explore&model={MODEL}&seed=42")
    page.wait_for_selector(READY, timeout=60_000)
    page.check(ALONG)
    page.wait_for_timeout(1500)  # the sound at rest, and the strips below
    page.evaluate(MEASURE, [SLIDER, PLACE, FIRST, MOST])
    times = page.evaluate(MEASURE, [SLIDER, PLACE, MOVES, MOST])
    page.close()
    return figures(times)


def figures(times: Sequence[tuple[float, float]]) -> dict[str, float]:
    """What is told of moves of which each has MEASURE's two milliseconds.

    "p50" and "p95" are from the move to its sound, "making" the median of the sound alone, "in_time" the share of moves
    with a sound within BAR, "missing" how many had none.
    """
    there = sorted(time for time, _ in times if time == time)
    return {
        "p50": statistics.median(there), "p95": there[int(0.95 * len(there))], "moves": len(times),
        "making": statistics.median(making for time, making in times if time == time),
        "in_time": sum(time <= BAR for time in there) / len(times), "missing": len(times) - len(there),
    }  # fmt: skip


def sentence(row: dict[str, float]) -> str:
    """The figures as people read them."""
    return (
        f"While a slider of `{MODEL}` is dragged, the sound is ready {row['p50']:.1f} ms after the move, "
        f"{row['p95']:.1f} ms at the 95th percentile of {row['moves']:.0f} moves, {row['in_time']:.1%} of them within "
        f"{BAR} ms; {row['making']:.1f} ms of it make the sound of the spectrogram."
    )
