"""The Learn tab: a lesson in eight steps, each with a prediction, an act of one's own and a run to play with.

The page is one component: its browser half is `browser/learn/index.js`; free runs use the routes of the Live tab.
"""

import gradio as gr

from gan.ui.learn.page import PAGE
from gan.ui.learn.steps import schema
from gan.ui.shell.assets import Assets
from gan.ui.shell.frame import framed


def build(assets: Assets) -> None:
    """Lay the tab out."""
    gr.HTML(
        html_template=framed(PAGE), js_on_load=assets.mounting("learn"), apply_default_css=False, schema=schema(),
        elem_id="learn",
    )  # fmt: skip
