// The hero of clips: the loop, which plays until it is stilled, and its frames in a row. In Explore it plays over its
// picture, which stays below it as it is saved; in Interpolate, where the picture moves by itself, beside it.

import { fpsOf, frameOf, swingOf } from "../core/clips.js";
import { lineOf, sideOf } from "../core/media.js";
import { greyGif } from "../core/gif.js";
import { asciiJson } from "../core/png.js";
import { webpFilm } from "../core/webp.js";
import { make, put } from "../page/elements.js";
import { contextOf, showImage } from "../page/pictures.js";
import { pictureOf } from "./place.js";

/** @import { Model } from "../core/model.js" */
/** @import { Say } from "../core/words.js" */
/** @import { Hero, Saved } from "./place.js" */

const SCALE = 8; // pixels of a file for each of a frame's
const WEBP_TYPE = "image/webp", QUALITY = 0.9;

/**
 * The loop at work.
 * @typedef {object} Loop
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement | null} over the frame of the picture in whose place it plays; null: it stands beside
 * @property {HTMLElement} button
 * @property {HTMLElement} words
 * @property {HTMLElement} strip
 * @property {Say} say
 * @property {{ model: Model, clip: Float32Array } | null} shown
 * @property {boolean} playing
 * @property {number} frame
 * @property {ReturnType<typeof setTimeout> | undefined} timer undefined while none runs
 */

/** @type {Hero} */
export const CLIPS = {
  mount(place, say) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)");
    const over = /** @type {HTMLElement | null} */ (pictureOf(place)?.closest(".explore-frame") ?? null);
    const canvas = make("canvas", { class: "clip-loop crisp", role: "img", "aria-hidden": over ? "true" : null });
    const button = make("button", { type: "button", class: "clip-play" });
    const words = make("p", { class: "clip-words", role: "status" }), strip = make("ol", { class: "clip-strip" });
    /** @type {Loop} */
    const loop = {
      canvas,
      over,
      button,
      words,
      strip,
      say,
      shown: null,
      playing: !calm.matches,
      frame: 0,
      timer: undefined,
    };
    button.addEventListener("click", () => setPlaying(loop, !loop.playing));
    calm.addEventListener("change", () => {
      if (calm.matches) setPlaying(loop, false);
    });
    document.addEventListener("visibilitychange", () => run(loop));
    place.replaceChildren(
      make("figure", { class: "clip-hero" }, ...(over ? [] : [canvas]), make("figcaption", {}, words, button)),
      strip,
    );
    setPlaying(loop, loop.playing);
    return {
      show(model, clip, moving) {
        loop.shown = { model, clip };
        if (over && canvas.parentElement !== over) over.append(canvas);
        canvas.style.setProperty("--side", `${sideOf(model)}px`);
        paint(loop);
        if (!moving) tell(loop);
        run(loop);
      },
      sequence: () => {},
      stop() {
        rest(loop);
        if (over) canvas.remove();
      },
    };
  },
  files: () => (writesWebp() ? [GIF, WEBP] : [GIF]),
};

/** Sets it going, or still. @param {Loop} loop @param {boolean} on */
function setPlaying(loop, on) {
  loop.playing = on;
  put(loop.button, loop.say(on ? "media_clips_still" : "media_clips_play"));
  loop.button.dataset.playing = String(on);
  if (on) run(loop);
  else rest(loop);
}

/** @param {Loop} loop */
function rest(loop) {
  clearTimeout(loop.timer);
  loop.timer = undefined;
}

/** Goes on from frame to frame while it plays and can be seen. @param {Loop} loop */
function run(loop) {
  if (loop.timer || !loop.playing || !loop.shown || document.hidden || !loop.canvas.getClientRects().length) return;
  loop.timer = setTimeout(() => {
    loop.timer = undefined;
    loop.frame++;
    paint(loop);
    run(loop);
  }, 1000 / fpsOf(loop.shown.model));
}

/** The frame that is due. @param {Loop} loop */
function paint({ canvas, shown, strip, frame }) {
  if (!shown) return;
  const { model, clip } = shown, count = model.shape[0];
  showImage(canvas, frameOf(model, clip, frame));
  canvas.dataset.frame = String(frame % count);
  [...strip.children].forEach((item, i) => item.toggleAttribute("aria-current", i === frame % count));
}

/** Its frames in a row, and what it does in words. @param {Loop} loop */
function tell(loop) {
  const { canvas, words, strip, say, shown } = loop;
  if (!shown) return;
  const { model, clip } = shown, count = model.shape[0];
  if (strip.children.length !== count) {
    strip.replaceChildren(
      ...Array.from(
        { length: count },
        (_, i) =>
          make("li", {}, make("canvas", { role: "img", "aria-label": say("media_clips_frame", { n: i + 1, count }) })),
      ),
    );
  }
  strip.querySelectorAll("canvas").forEach((one, i) => showImage(one, frameOf(model, clip, i)));
  canvas.setAttribute("aria-label", lineOf(say, model, clip));
  put(words, say("media_clips_says", { ...swingOf(model, clip), count }));
  paint(loop);
}

// ---- files ------------------------------------------------------------------------------------------------------

/**
 * A frame of a clip on a canvas of its own, SCALE times as large.
 * @param {Model} model
 * @param {Float32Array} clip
 * @param {number} number
 */
function large(model, clip, number) {
  const [, height, width] = model.shape, small = make("canvas");
  showImage(small, frameOf(model, clip, number));
  const canvas = Object.assign(make("canvas"), { width: width * SCALE, height: height * SCALE });
  const g = contextOf(canvas);
  g.imageSmoothingEnabled = false;
  g.drawImage(small, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/**
 * All frames of a clip.
 * @template T
 * @param {Model} model
 * @param {Float32Array} clip
 * @param {(canvas: HTMLCanvasElement) => T} as
 */
const framesOf = (model, clip, as) =>
  Array.from({ length: model.shape[0] }, (_, number) => as(large(model, clip, number)));

/** The greys of a canvas. @param {HTMLCanvasElement} canvas */
const greysOf = (canvas) =>
  contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height).data.filter((_, i) => i % 4 === 0);

/** @param {HTMLCanvasElement} canvas */
async function webpOf(canvas) {
  /** @type {Blob} */
  const blob = await new Promise((done) => (
    canvas.toBlob((made) => done(/** @type {Blob} */ (made)), WEBP_TYPE, QUALITY)
  ));
  return new Uint8Array(await blob.arrayBuffer());
}

/** @param {Model} model */
const note = ({ name, sha256 }) => asciiJson({ "gan-atelier": 1, model: name, sha256 });

/** @param {Model} model */
const sizeOf = ({ shape: [, height, width] }) => /** @type {const} */ ([width * SCALE, height * SCALE]);

/** @type {Saved} */
const GIF = {
  suffix: ".gif",
  word: "media_clips_gif",
  many: false,
  make(model, [clip]) {
    const file = greyGif(framesOf(model, clip, greysOf), ...sizeOf(model), fpsOf(model), note(model));
    return Promise.resolve(new Blob([file], { type: "image/gif" }));
  },
};

/** @type {Saved} */
const WEBP = {
  suffix: ".webp",
  word: "media_clips_webp",
  many: false,
  async make(model, [clip]) {
    const stills = await Promise.all(framesOf(model, clip, webpOf));
    return new Blob([webpFilm(stills, ...sizeOf(model), fpsOf(model), note(model))], { type: WEBP_TYPE });
  },
};

// Some browsers write no WebP.
const writesWebp = () => make("canvas").toDataURL(WEBP_TYPE).startsWith(`data:${WEBP_TYPE}`);
