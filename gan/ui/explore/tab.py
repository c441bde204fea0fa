"""The Explore tab: one picture of one generator, and every way to change it.

The page is one component: its browser half, `browser/explore/index.js`, makes the pictures too.
"""

import gradio as gr

from gan.ui.explore.page import PAGE
from gan.ui.shell.assets import Assets
from gan.ui.shell.frame import framed


def build(assets: Assets) -> None:
    """Lay the tab out."""
    gr.HTML(
        html_template=framed(PAGE), js_on_load=assets.mounting("explore"), apply_default_css=False,
        elem_id="explore",
    )  # fmt: skip
