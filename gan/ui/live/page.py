"""What the live tab's page is made of: the frame that `browser/live/index.js` fills, and its words."""

from gan.ui.words import by_language
from gan.ui.words.live import WORDS

# `data-word` names the word that the browser half writes into an element, `data-name` the one that names it to
# screen readers.
PAGE = """
<section class="atelier-view live-view" data-testid="live" data-steps="0" data-nimg="0" data-modes="" data-state=""
    data-running="false" data-updates="0" data-round="-1" data-role="" data-place="0" data-doctor="" data-stage=""
    data-trained-d="0" data-trained-g="0" data-moment="" data-figure="" data-query="">
  <div class="live-transport" role="group" data-name="transport">
    <button type="button" id="live-play" class="live-main" data-word="start"></button>
    <span class="live-steps" role="group" data-name="steps_group">
      <button type="button" id="live-step" data-word="step"></button>
      <button type="button" id="live-step-d" data-word="step_d"></button>
      <button type="button" id="live-step-g" data-word="step_g"></button>
    </span>
    <button type="button" id="live-back" data-word="back" hidden></button>
    <button type="button" id="live-slow" data-word="slow"></button>
    <button type="button" id="live-auto" data-word="auto" aria-pressed="false" hidden></button>
    <button type="button" id="live-unslow" data-word="unslow" hidden></button>
    <button type="button" id="live-reset" data-word="reset"></button>
    <dl class="live-pace"></dl>
  </div>
  <div class="live-said">
    <p class="live-status" data-testid="live-status" role="status" aria-live="polite"></p>
    <p class="live-banner" hidden></p>
  </div>
  <form class="live-controls" data-name="controls" autocomplete="off"></form>
  <div class="live-stage">
    <div class="live-hero">
      <figure><figcaption></figcaption><canvas data-testid="live-canvas" role="img"></canvas></figure>
      <figure hidden><figcaption></figcaption><canvas data-testid="live-canvas-1" role="img"></canvas></figure>
      <div class="live-pad" hidden></div>
    </div>
    <p class="live-legend"></p>
    <div class="live-layers" role="group" data-name="layers"></div>
  </div>
  <div class="live-side">
    <div class="live-slowly" hidden>
      <h2></h2>
      <canvas class="live-diagram" data-testid="live-diagram" role="img"></canvas>
      <p class="live-caption" data-testid="live-caption" aria-live="polite"></p>
      <ol class="live-dots" aria-hidden="true"></ol>
    </div>
    <div class="live-charts">
      <figure><figcaption></figcaption><canvas class="live-losses" role="img"></canvas></figure>
      <figure><figcaption></figcaption><canvas class="live-judgement" role="img"></canvas></figure>
      <figure><figcaption></figcaption><canvas class="live-key-figure" role="img"></canvas></figure>
    </div>
    <dl class="live-figures" data-testid="live-figures"></dl>
    <div class="live-doctor" data-testid="live-doctor"></div>
    <details class="live-all"><summary data-word="all_figures"></summary><dl class="live-figures"></dl></details>
  </div>
  <div class="live-time">
    <div class="live-scrub"></div>
    <div class="live-tools" role="group" data-name="tools"></div>
  </div>
  <p class="live-progress visually-hidden" aria-live="polite"></p>
</section>
"""


def page_words() -> dict[str, dict[str, str]]:
    """The words that the browser half puts together itself, by language."""
    return by_language(WORDS)
