"""What the browser tests of the live tab share: opening it, waiting for its run, and the run as it must be."""

import json
from typing import Any

from playwright.sync_api import Page

from gan.live.contestant import Contestant
from gan.live.setup import Setup

LIVE = "[data-testid=live]"
STATUS = "[data-testid=live-status]"
CANVAS = "[data-testid=live-canvas]"


def opened(page: Page, address: str, query: str = "", updates: bool = True) -> Page:
    """The live tab of a link, with its first picture and every group of controls unfolded."""
    page.goto(f"{address}/?tab=live{query and '&' + query}")
    page.locator(LIVE).wait_for(timeout=60_000)
    if updates:
        wait(page, "d.updates > 0")
    page.evaluate("document.querySelectorAll('.live-controls details').forEach((d) => { d.open = true; })")
    return page


def wait(page: Page, condition: str, seconds: float = 60) -> None:
    """Wait for a condition on `d`, the data attributes of the live view."""
    page.wait_for_function(f"(() => {{ const d = document.querySelector('{LIVE}').dataset; return {condition}; }})()",
                           timeout=seconds * 1000)  # fmt: skip


def figure(page: Page, name: str) -> int:
    return int(page.get_attribute(LIVE, f"data-{name}") or -1)


def still(page: Page) -> int:
    """The steps of a run that stands still."""
    wait(page, "!['running', 'asleep', 'working'].includes(d.state)")
    steps = figure(page, "steps")
    page.wait_for_timeout(500)
    assert figure(page, "steps") == steps
    return steps


def step(page: Page, times: int = 1, button: str = "#live-step") -> None:
    """Press a step's button, and wait each time until the step is made."""
    for _ in range(times):
        steps = figure(page, "steps")
        page.click(button)
        wait(page, f"+d.steps === {steps + 1}")


def told(page: Page) -> dict[str, Any]:
    """The whole answer of a poll, by the page's own id."""
    text = page.evaluate(
        """async () => {
            const id = sessionStorage.getItem('atelier-run');
            const asked = { id, round: -1 }, headers = { 'content-type': 'application/json' };
            const answer = await fetch('live/poll', { method: 'POST', headers, body: JSON.stringify(asked) });
            return answer.text();
        }"""
    )
    answer: dict[str, Any] = json.loads(text)
    return answer


def picture(page: Page, canvas: str = CANVAS) -> str:
    return str(page.evaluate(f"document.querySelector('{canvas}').toDataURL()"))


def lane_of(values: dict[str, Any], lane: int = 0) -> Contestant:
    """The run of a set-up, made by the core alone."""
    return Contestant(Setup.of(values).configs()[lane], 10**9)


def losses(answer: dict[str, Any], lane: int = 0) -> list[list[float | None]]:
    """[D's loss, G's loss] of every point of a run's curves."""
    return [point["lanes"][lane][:2] for point in answer["curve"]]


def expected(lane: Contestant, steps: int) -> list[list[float | None]]:
    """What `losses` must be after so many single iterations."""
    made = []
    for _ in range(steps):
        lane.act("both")
        made.append(lane.point()[:2])
    return made
