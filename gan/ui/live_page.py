"""What the live tab's page is made of: the frame that `browser/components/live.js` fills, its words, its fields."""

import gradio as gr

from gan.ui.words import CHINESE, ENGLISH, t
from gan.ui.words.live import WORDS

PAGE = """
<section class="live-view" data-testid="live" data-steps="0" data-nimg="0" data-modes="" data-running="false"
    data-updates="0">
  <div class="live-hero">
    <canvas data-testid="live-canvas" role="img"></canvas>
    <p class="live-legend"></p>
  </div>
  <p class="live-status" data-testid="live-status" role="status" aria-live="polite"></p>
  <div class="live-side">
    <dl class="live-figures"></dl>
    <figure><figcaption></figcaption><canvas class="live-losses" role="img"></canvas></figure>
    <figure><figcaption></figcaption><canvas class="live-judgement" role="img"></canvas></figure>
  </div>
  <p class="live-progress" aria-live="polite"></p>
</section>
"""


def page_words() -> dict[str, dict[str, str]]:
    """The words that the browser half puts together itself, by language."""
    own = {key.removeprefix("page_"): pair for key, pair in WORDS.items() if key.startswith("page_")}
    return {language: {key: pair[i] for key, pair in own.items()} for i, language in enumerate((ENGLISH, CHINESE))}


def typing(name: str, value: object) -> gr.Textbox:
    """A field for a number, typed as text so that 4e-3 and a slip of the hand both get a plain answer."""
    return gr.Textbox(
        str(value), label=t(f"live.{name}"), info=t(f"live.{name}_info"), max_lines=1, min_width=100,
        elem_id=f"live-{name.replace('_', '-')}",
    )  # fmt: skip
