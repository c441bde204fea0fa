"""The live tab: a GAN learns while one watches.

The page is one component: its browser half is `browser/live/index.js`, its other end `routes.py`.
"""

import gradio as gr

from gan.live.illness_presets import ILLNESS_PRESETS
from gan.live.setup import schema
from gan.ui.live.page import PAGE, page_words
from gan.ui.shell.theme import script


def build() -> None:
    """Lay the tab out."""
    gr.HTML(
        html_template=PAGE, js_on_load=script("live"), apply_default_css=False,
        words=page_words(), schema=schema(tuple(ILLNESS_PRESETS)), elem_id="live",
    )  # fmt: skip
