"""What the Interpolate page is made of: the frame that `browser/interpolate/index.js` fills, and its words."""

from gan.ui.words import by_language, interpolate, views

# `data-word` names the word that the browser half writes into an element, `data-name` the one that names it to
# screen readers.
PAGE = """
<section class="film-view atelier-view" data-testid="interpolate" data-ready="" data-engine="">
  <div class="film-keys">
    <div class="film-heading">
      <h2 data-word="keys"></h2><p class="film-help" id="film-keys-hint" data-word="keys_info"></p>
    </div>
    <div class="film-way">
      <ol class="film-list" data-testid="interpolate-keys" data-name="keys"></ol>
      <div class="film-add" role="group" data-name="add_tools">
        <input type="text" id="film-seed" inputmode="numeric" autocomplete="off" value="" data-name="seed">
        <button type="button" id="film-add" data-word="add"></button>
        <button type="button" id="film-dice" data-word="dice"></button>
      </div>
    </div>
    <div class="film-tools" role="group" data-name="key_tools">
      <span class="film-chosen" aria-live="polite"></span>
      <label class="film-kind" hidden><span data-word="class"></span> <select id="film-class"></select></label>
      <span class="film-help" id="film-class-why" data-word="class_own" hidden></span>
      <button type="button" id="film-earlier" data-word="earlier"></button>
      <button type="button" id="film-later" data-word="later"></button>
      <button type="button" id="film-another" data-word="another"></button>
      <button type="button" id="film-remove" data-word="remove"></button>
      <button type="button" id="film-explore" data-word="explore"></button>
      <span class="film-undoing">
        <button type="button" id="film-undo" data-name="undo" aria-disabled="true">↶</button>
        <button type="button" id="film-redo" data-name="redo" aria-disabled="true">↷</button>
      </span>
      <details class="film-picks"><summary data-word="picks"></summary><div class="film-shelf"></div></details>
    </div>
  </div>
  <div class="film-stage">
    <canvas class="film-hero crisp" width="1" height="1" data-testid="interpolate-canvas" data-frame="" data-frames="0"
      data-query="" role="img"></canvas>
    <div class="film-transport" role="group" data-name="preview">
      <button type="button" id="film-play" class="film-main"></button>
      <input type="range" id="film-scrub" min="0" max="1" step="1" value="0" data-name="scrub">
      <span class="film-clock"></span><span class="film-caption"></span>
    </div>
    <div class="film-media" data-beside="film-stage" data-testid="interpolate-media" hidden></div>
    <p class="film-plain film-help" hidden></p>
    <label class="film-smooth"><input type="checkbox" id="film-smooth"> <span data-word="smooth"></span></label>
    <p class="film-seeds film-help" data-word="training_seeds" hidden></p>
    <p class="film-run film-help" data-testid="interpolate-run"></p>
    <ol class="film-strip" data-testid="interpolate-strip" data-name="strip"></ol>
    <p class="film-server film-help" data-word="server" hidden></p>
  </div>
  <form class="film-controls" data-name="controls" autocomplete="off"></form>
  <div class="film-save">
    <h2 data-word="save"></h2>
    <div class="film-files"></div>
    <div class="film-row">
      <button type="button" id="film-link" data-word="link"></button>
      <button type="button" id="film-open" data-word="open"></button>
      <input type="file" id="film-file" accept=".mp4,.gif,.webp,.png,.zip,.webm,.json,.wav,.mid" hidden>
    </div>
    <progress max="1" value="0" data-name="progress" hidden></progress>
    <p class="film-saving film-help" role="status" aria-live="polite"></p>
    <p class="film-alone film-help" hidden></p>
    <p class="film-help" data-word="open_info"></p>
  </div>
</section>
"""


def page_words() -> dict[str, dict[str, str]]:
    """The words that the browser half puts together itself, by language."""
    return by_language(views.WORDS, interpolate.WORDS)
