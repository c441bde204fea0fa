"""The live tab: a GAN learns while one watches.

The page is one component: its browser half is `browser/live/index.js`, its other end `routes.py`.
"""

import gradio as gr

from gan.live.illness_presets import ILLNESS_PRESETS
from gan.live.setup import schema
from gan.ui.live.page import PAGE
from gan.ui.shell.assets import Assets
from gan.ui.shell.frame import framed


def build(assets: Assets) -> None:
    """Lay the tab out."""
    gr.HTML(
        html_template=framed(PAGE), js_on_load=assets.mounting("live"), apply_default_css=False,
        schema=schema(tuple(ILLNESS_PRESETS)), elem_id="live",
    )  # fmt: skip
