"""What axe finds in a page that keeps people out."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# axe is read once in each page, and only what it found wrong leaves it: that is a third of the work of `Axe.run`.
READ = "'axe' in window"
LOOK = """async (place) => {
    const { violations } = await axe.run(place, { resultTypes: ["violations"] });
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes[0].target} ${nodes[0].html.slice(0, 160)}`);
}"""


def serious(page: Page, place: str = "html") -> list[str]:
    """axe's serious and critical faults in a place; a room takes it less time than the whole page."""
    if not page.evaluate(READ):
        page.evaluate(Axe().axe_script)
    found: list[str] = page.evaluate(LOOK, place)
    return found
