"""The Explore tab: one picture of one generator, and every way to change it.

The page is one component: its browser half, `browser/explore/index.js`, makes the pictures too.
"""

import gradio as gr

from gan.ui.explore.page import PAGE, page_words
from gan.ui.shell.theme import script


def build() -> None:
    """Lay the tab out."""
    gr.HTML(
        html_template=PAGE, js_on_load=script("explore"), apply_default_css=False, words=page_words(),
        elem_id="explore",
    )  # fmt: skip
