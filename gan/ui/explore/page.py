"""What the Explore tab's page is made of: the frame that `browser/explore/index.js` fills, and its words."""

from gan.ui.words import by_language, explore, views

# `data-word` names the word that the browser half writes into an element, `data-name` the one that names it to
# screen readers.
PAGE = """
<section class="atelier-view explore-view" data-testid="explore" data-ready="no" data-engine="" data-kind="pictures">
  <div class="explore-desk">
  <div class="explore-stage">
    <div class="explore-hero">
      <figure class="explore-first">
        <div class="explore-frame"><canvas id="explore-canvas" class="crisp" data-testid="explore-canvas" data-frame="0"
          role="img" width="1" height="1"></canvas><span class="explore-empty"></span></div>
        <figcaption></figcaption>
      </figure>
      <figure class="explore-second" hidden>
        <div class="explore-frame"><canvas class="crisp" data-testid="explore-canvas-beside" role="img" width="1"
          height="1"></canvas></div>
        <figcaption></figcaption>
      </figure>
    </div>
    <div class="explore-media" data-beside="explore-first" data-testid="explore-media" hidden></div>
    <section class="explore-media-beside" data-testid="explore-media-beside" hidden>
      <h3></h3><div data-beside="explore-second"></div>
    </section>
    <div class="explore-actions explore-history" role="group" data-name="history"></div>
    <div class="explore-actions explore-files" role="group" data-name="files"></div>
    <p class="explore-foot">
      <label><input type="checkbox" id="explore-smooth"> <span data-word="smooth"></span></label>
      <span class="explore-engine" data-testid="explore-engine"></span>
    </p>
  </div>
  <form class="explore-controls" data-name="controls" autocomplete="off"></form>
  <div class="explore-side"></div>
  </div>
  <div class="explore-kept"></div>
</section>
"""


def page_words() -> dict[str, dict[str, str]]:
    """The words that the browser half puts together itself, by language."""
    return by_language(explore.WORDS, views.WORDS)
