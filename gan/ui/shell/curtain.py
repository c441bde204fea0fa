"""What the page shows before any script of it has run: the header, the names of the tabs, the first picture.

It stands in the page's own HTML with the few rules of style that it needs, and so it is there as soon as that. Its
parts have the classes of what comes in their place, which is why nothing moves then.
"""

import re
from collections.abc import Mapping

from gan.ui.shell.assets import BROWSER, COMMENT, RULE, style_sheet
from gan.ui.shell.frame import CURTAIN
from gan.ui.shell.header import header
from gan.ui.words import both

SHEETS = ("page/controls", "explore/explore", "page/shell")
CLASS = re.compile(r"[.#]([a-z][\w-]*)")
EMPTY = re.compile(r"@media[^{}]*\{\s*\}")
ANYWHERE = {"dark", "atelier-newcomer", CURTAIN}
SECTION = """<section class="atelier-view explore-view"><div class="explore-desk">
<div class="explore-stage"><div class="explore-hero"><figure class="explore-first">{first}</figure></div></div>
<div class="explore-controls"></div><div class="explore-side"></div>
</div></section>"""


def used(sheet: str, html: str) -> str:
    """The rules of a style sheet whose classes and ids all stand in some HTML."""
    there = {name for names in re.findall(r'(?:class|id)="([^"]*)"', html) for name in names.split()} | ANYWHERE
    kept = RULE.sub(lambda rule: rule[0] if set(CLASS.findall(rule[1])) <= there else "", sheet)
    return re.sub(r"\s*\n\s*", "\n", EMPTY.sub("", kept)).strip()


def parts(tabs: Mapping[str, str], opens: str, first: str) -> str:
    """The HTML itself.

    Args:
        tabs: the word on each.
        opens: the tab that is open.
        first: the first picture's frame and caption.
    """
    # What it unfolds is not needed yet.
    top = re.sub(r"</summary>.*?</details>", "</summary></details>", header(host=False), flags=re.DOTALL)
    names = "".join(
        f'<span class="curtain-{name}{" curtain-open" if name == opens else ""}">{both(word)}</span>'
        for name, word in tabs.items()
    )
    return (
        f'<div id="{CURTAIN}" aria-busy="true"><div class="curtain-main"><div inert>{top}</div>'
        f'<div class="curtain-tabs" aria-hidden="true">{names}</div>{SECTION.format(first=first)}</div></div>'
    )


def curtain(tabs: Mapping[str, str], opens: str, first: str) -> str:
    """Style and HTML, to stand first in the body of the page; see `parts`."""
    html = parts(tabs, opens, first)
    own = COMMENT.sub("", (BROWSER / "page" / "curtain.css").read_text("utf-8"))
    return f"<style>{used(style_sheet(*SHEETS, frame=f'#{CURTAIN}') + own, html)}</style>{html}"
