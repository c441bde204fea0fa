"""The lesson's page in the tests: what it says of itself, and an answer."""

from playwright.sync_api import Page

LEARN = "[data-testid=learn]"
CANVAS = "#learn-canvas"


def data(page: Page) -> dict[str, str]:
    """What the view says of itself."""
    found: dict[str, str] = page.evaluate(f"({{...document.querySelector('{LEARN}').dataset}})")
    return found


def wait(page: Page, condition: str) -> None:
    """Wait for a condition on `d`, the data attributes of the view."""
    page.wait_for_function(
        f"(() => {{ const d = document.querySelector('{LEARN}')?.dataset; return d && {condition}; }})()"
    )


def answer(page: Page, choice: int) -> None:
    page.check(f"#learn-answer-{choice}")
    page.click("#learn-show")
    wait(page, "d.phase === 'answered'")


def picture(page: Page) -> str:
    return str(page.evaluate(f"document.querySelector('{CANVAS}').toDataURL()"))
