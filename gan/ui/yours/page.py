"""What the Yours page is made of: the frame that `browser/yours/index.js` fills, and its words."""

from gan.ui.words import by_language, views, yours

# `data-word` names the word that the browser half writes into an element, `data-name` the one that names it to
# screen readers, `data-hint` the sentence on what a control does.
PAGE = """
<section class="atelier-view yours-view" data-testid="yours" data-ready="" data-source="" data-phase="" data-repair=""
    data-medium="" data-recording="" data-model="" data-engine="">
  <div class="yours-top">
    <label class="yours-model"><span data-word="model"></span> <select id="yours-model" data-hint="model_is"></select>
    </label>
    <div class="yours-sources" role="group" data-name="sources">
      <button type="button" id="yours-record" data-word="record" data-hint="record_is" aria-pressed="false"
        hidden></button>
      <button type="button" id="yours-draw" data-word="draw" data-hint="draw_is"></button>
      <button type="button" id="yours-open" data-word="open" data-hint="open_is"></button>
      <button type="button" id="yours-paste" data-word="paste" data-hint="paste_is"></button>
      <button type="button" id="yours-camera" data-word="camera" data-hint="camera_is"></button>
      <button type="button" id="yours-sample" data-word="sample" data-hint="sample_is"></button>
      <input type="file" id="yours-file" accept="image/*" data-name="open" hidden>
    </div>
    <p class="yours-private" data-word="private"></p>
  </div>
  <p class="yours-note" data-testid="yours-note" hidden></p>
  <div class="yours-desk">
    <div class="yours-given">
      <div class="yours-title"><h2 data-word="given"></h2></div>
      <div class="yours-frame">
        <canvas id="yours-pad" data-testid="yours-pad" tabindex="0" role="application" width="448"
          height="448"></canvas>
        <video class="yours-video" muted playsinline hidden></video>
      </div>
      <div class="yours-toolbar">
      <div class="yours-tools" data-of="pad" role="group" data-name="pad_tools">
        <div class="segments yours-pens" role="radiogroup" data-name="pens"></div>
        <label class="yours-width"><span data-word="width"></span>
          <input type="range" id="yours-width" min="2" max="20" step="1" value="9" data-name="width"
            data-hint="width_is"></label>
        <button type="button" id="yours-undo" data-name="undo" data-hint="undo_is">↶</button>
        <button type="button" id="yours-clear" data-word="clear" data-hint="clear_is"></button>
      </div>
      <div class="yours-tools" data-of="picture" role="group" data-name="picture_tools" hidden>
        <label class="yours-zoom"><span data-word="zoom"></span>
          <input type="range" id="yours-zoom" min="0" max="100" step="1" value="0" data-hint="zoom_is"></label>
        <label class="yours-check"><input type="checkbox" id="yours-framed" checked data-hint="framed_is">
          <span data-word="framed"></span></label>
      </div>
      <div class="yours-tools" data-of="camera" role="group" data-name="camera" hidden>
        <button type="button" id="yours-take" class="yours-main" data-word="take" data-hint="take_is"></button>
        <button type="button" id="yours-stop" data-word="stop" data-hint="stop_is"></button>
      </div>
      <div class="yours-tools" data-of="sound" role="group" data-name="sound_tools" hidden>
        <button type="button" id="yours-hear-given" data-word="hear_given" data-hint="hear_given_is"></button>
        <span class="yours-heard-given"></span>
      </div>
      </div>
      <p class="yours-help" data-testid="yours-help"></p>
    </div>
    <div class="yours-between">
      <p class="yours-near" data-testid="yours-near"><b></b><span class="yours-share"></span>
        <span class="yours-of"></span> <span class="yours-decibels"></span></p>
      <figure class="yours-seen"><canvas id="yours-seen" class="crisp" width="1" height="1" role="img"></canvas>
        <figcaption data-word="seen"></figcaption></figure>
      <div class="yours-ways">
        <div class="segments" role="radiogroup" data-name="ways"></div>
        <p class="yours-help yours-way-is"></p>
      </div>
    </div>
    <div class="yours-made">
      <div class="yours-title"><h2 data-word="made"></h2>
        <label class="yours-check"><input type="checkbox" id="yours-smooth" data-hint="smooth_is">
          <span data-word="smooth"></span></label></div>
      <div class="yours-frame">
        <canvas id="yours-canvas" class="crisp" data-testid="yours-canvas" data-frame="0" width="1" height="1"
          role="img"></canvas>
        <span class="yours-progress" aria-hidden="true"><i></i></span>
      </div>
      <div class="yours-heard" data-of-sounds hidden>
        <button type="button" id="yours-hear-made" data-word="hear_made" data-hint="hear_made_is"></button>
        <span class="yours-heard-made"></span>
      </div>
      <div class="yours-out" role="group" data-name="out">
        <button type="button" id="yours-explore" class="yours-main" data-word="explore" data-hint="explore_is"></button>
        <button type="button" id="yours-key" data-word="key" data-hint="key_is"></button>
        <button type="button" id="yours-png" data-word="png" data-hint="png_is"></button>
        <button type="button" id="yours-wav" data-word="wav" data-hint="wav_is" data-of-sounds hidden></button>
      </div>
      <label class="yours-wipe"><span data-word="after"></span>
        <input type="range" id="yours-wipe" min="0" max="100" step="1" value="0" data-name="wipe" data-hint="wipe_is">
        <span data-word="before"></span></label>
      <p class="yours-help yours-research"></p>
    </div>
  </div>
  <div class="yours-repair">
    <div class="yours-heading"><h2 data-word="repair"></h2><p class="yours-help" data-word="repair_is"></p></div>
    <div class="segments yours-kinds" role="radiogroup" data-name="kinds"></div>
    <div class="yours-damage" hidden>
      <div class="yours-settings">
        <p class="yours-help yours-kind-is"></p>
        <label class="yours-level"><span data-word="level"></span>
          <input type="range" id="yours-level" min="1" max="10" step="1" value="5" data-hint="level_is"></label>
        <div class="yours-row">
          <button type="button" id="yours-again" data-word="again" data-hint="again_is"></button>
          <label class="yours-check"><input type="checkbox" id="yours-already" data-hint="already_is">
            <span data-word="already"></span></label>
        </div>
      </div>
      <div class="yours-answers">
        <p class="yours-help" id="yours-answers-name" data-word="answers"></p>
        <div class="yours-tiles" role="group" aria-labelledby="yours-answers-name" data-testid="yours-answers"></div>
      </div>
    </div>
  </div>
  <p class="visually-hidden yours-told" aria-live="polite"></p>
</section>
"""


def page_words() -> dict[str, dict[str, str]]:
    """The words that the browser half puts together itself, by language."""
    return by_language(views.WORDS, yours.WORDS)
