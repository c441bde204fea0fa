"""What the browser tests of the live tab share: opening it, waiting for its run, and the run as it must be."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import BrowserContext, Page

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


def at_start(profile: BrowserContext, address: str) -> Page:
    """The live tab of a link that says nothing, with its run at the beginning: a page that is open, or a new one."""
    for page in profile.pages:
        if not page.url.startswith(f"{address}/?tab=live") or Setup.of(told(page)["setup"]) != Setup.of({}):
            continue
        page.emulate_media(reduced_motion="reduce")
        page.mouse.move(2, 2)
        if page.get_attribute(LIVE, "data-running") == "true":
            page.click("#live-play")
            wait(page, "d.running === 'false'")
        start_over(page)
        return page
    return opened(profile.new_page(), address)


def start_over(page: Page) -> None:
    """Begin the run of a page anew."""
    round = figure(page, "round")
    page.click("#live-reset")
    wait(page, f"+d.round === {round + 1} && +d.steps === 0")


@contextmanager
def unseen(page: Page) -> Iterator[None]:
    """Have a run train as while its visitor looks at another tab: nothing is drawn, and the page asks less often."""
    panel = f"document.querySelector('{LIVE}').closest('[role=tabpanel]').style"
    page.evaluate(f"{panel}.setProperty('display', 'none', 'important')")
    yield
    updates = figure(page, "updates")
    page.evaluate(f"{panel}.display = ''")
    wait(page, f"+d.updates > {updates}")


def wait(page: Page, condition: str, seconds: float = 60, of: str = LIVE) -> None:
    """Wait for a condition on `d`, the data attributes of the live view, or of the element of another selector.

    It is looked at when one of them changes; to ask in every frame of the screen would keep the browser busy.
    """
    page.wait_for_function(
        f"""new Promise((done) => {{
            const element = document.querySelector('{of}');
            const holds = () => {{ const d = element.dataset; return {condition}; }};
            if (holds()) return done(true);
            new MutationObserver((_, observer) => {{
                if (!holds()) return;
                observer.disconnect();
                done(true);
            }}).observe(element, {{ attributes: true }});
        }})""",
        timeout=seconds * 1000,
    )


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
    """Press a step's button, the first time with the mouse, and wait each time until the step is made."""
    steps = figure(page, "steps")
    page.click(button)
    wait(page, f"+d.steps === {steps + 1}")
    for made in range(1, times):
        pressed = f"document.querySelector('{button}')"
        wait(page, f"!{pressed}.disabled")
        page.evaluate(f"{pressed}.click()")
        wait(page, f"+d.steps === {steps + made + 1}")


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
