"""What the Learn tab's page is made of: the frame that `browser/learn/index.js` fills, and its words."""

from gan.ui.words import by_language, learn, learn_class, learn_coda, learn_steps, live

# Words of the Live tab that its painters write, and its names of data, rules and layers: what these keys begin with.
PAINTED = (
    "noise_z", "fake", "real", "field", "learns", "waits", "forger", "critic", "loss", "gradients", "stage_", "diagram",
    "judgement", "steps", "layer_", "data_", "objective_",
)  # fmt: skip

# `data-word` names the word that the browser half writes into an element, `data-name` the one that names it to
# screen readers.
PAGE = """
<section class="atelier-view learn-view" data-testid="learn" data-step="" data-phase="" data-choice="" data-take=""
    data-moment="" data-stage="" data-act="" data-free="" data-class="" data-updates="0">
  <div class="class-desk" role="group" data-name="class_desk" hidden></div>
  <div class="learn-stage">
    <div class="learn-hero">
      <canvas id="learn-canvas" data-testid="learn-canvas" role="img"></canvas>
      <div class="learn-bar" role="group" data-name="bar">
        <button type="button" id="learn-play" data-word="bar_play"></button>
        <input type="range" id="learn-scrub" min="0" max="0" step="1" value="0" data-name="scrub">
        <output id="learn-moment" for="learn-scrub"></output>
      </div>
    </div>
    <p class="learn-legend"></p>
    <p class="learn-seen" data-testid="learn-seen"></p>
  </div>
  <div class="learn-column">
    <nav class="learn-steps" data-name="course"><ol></ol></nav>
    <article class="learn-step" aria-labelledby="learn-title"></article>
    <p class="learn-teach"><button type="button" class="learn-link" id="learn-teach" data-word="teach"></button></p>
  </div>
  <p class="learn-told visually-hidden" aria-live="polite"></p>
</section>
"""


def page_words() -> dict[str, dict[str, str]]:
    """The words that the browser half puts together itself, by language; some are the Live tab's."""
    painted = {key: pair for key, pair in live.WORDS.items() if key.startswith(PAINTED) and not key.endswith("_help")}
    return by_language(painted, learn.WORDS, learn_class.WORDS, learn_steps.WORDS, learn_coda.WORDS)
