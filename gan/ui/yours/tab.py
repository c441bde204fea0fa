"""The Yours tab: a picture of one's own, drawn or given, and what a forger makes of it; damaged ones are repaired.

The page is one component: its browser half is `browser/yours/index.js`. It asks the host for models, and tells it
nothing of what it is given.
"""

import gradio as gr

from gan.ui.shell.assets import Assets
from gan.ui.shell.frame import framed
from gan.ui.yours.page import PAGE


def build(assets: Assets) -> None:
    """Lay the tab out."""
    gr.HTML(
        html_template=framed(PAGE), js_on_load=assets.mounting("yours"), apply_default_css=False, elem_id="yours",
    )  # fmt: skip
