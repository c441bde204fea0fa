"""The Interpolate tab: a film that morphs from picture to picture, to watch at once and to take home.

The page is one component: its browser half is `browser/interpolate/index.js`.
"""

import gradio as gr

from gan.ui.interpolate.page import PAGE
from gan.ui.shell.assets import Assets
from gan.ui.shell.frame import framed


def build(assets: Assets) -> None:
    """Lay the tab out."""
    gr.HTML(
        html_template=framed(PAGE), js_on_load=assets.mounting("interpolate"), apply_default_css=False,
        elem_id="interpolate",
    )  # fmt: skip
