// The place beside a picture where a medium's hero stands; which medium has one, index.js says.

/** @import { Model } from "../core/model.js" */
/** @import { Say } from "../core/words.js" */

/**
 * @typedef {object} Way a film whose frames are all there
 * @property {Model} model
 * @property {Float32Array[]} samples of its frames
 * @property {number} fps
 * @property {(frame: number) => void} look shows a frame; the film does not go on by itself
 *
 * @typedef {object} Saved a form in which samples can be taken home, besides pictures
 * @property {string} suffix of the file, with its dot
 * @property {string} word the key of its label
 * @property {boolean} many whether the samples of a film make one too, one after the other
 * @property {boolean} [noted] whether a film's file carries its settings
 * @property {(model: Model, samples: Float32Array[], fps: number, note: string) => Promise<Blob>} make `note`: the
 *   settings of a film as JSON; "" where it is none
 *
 * @typedef {object} Showing what a mounted hero does
 * @property {(model: Model, sample: Float32Array, moving: boolean) => void} show the sample that is on the canvas;
 *   `moving` while others follow at once
 * @property {(way: Way | null) => void} [film] the film that can be heard from its beginning to its end; null: none can
 * @property {(model: Model, samples: Float32Array[], fps: number) => void} sequence a film begins to play: the samples
 *   of its frames from here to its end
 * @property {() => void} stop nothing plays on
 * @property {(model: Model, found: { sample: Float32Array, distance: number }[]) => void} [near] the real samples
 *   nearest to the one that was shown last, the nearest first; asked for when the hand rests
 * @property {(model: Model, share: number) => void} [ranked] the share of real samples that the critic likes less than
 *   that one
 *
 * @typedef {object} Hero
 * @property {(host: HTMLElement, say: Say) => Showing} mount builds what stands beside the picture
 * @property {(model: Model) => Saved[]} files what can be saved besides PNG
 */

export const STILL_FPS = 25; // what a form of many frames is given with a single sample

/** @typedef {ReturnType<typeof heroPlace>} HeroPlace */

/**
 * The picture that a hero's place stands beside.
 * @param {HTMLElement} place
 */
export function pictureOf(place) {
  const found = place.closest(".atelier-view")?.querySelector(`.${place.dataset.beside} canvas`);
  return /** @type {HTMLCanvasElement | null} */ (found ?? null);
}

/**
 * The hero of whatever model a room shows, in the room's place for it; the place is hidden where there is none.
 * @param {HTMLElement} place
 * @param {Say} say
 * @param {Record<string, Hero>} heroes
 */
export function heroPlace(place, say, heroes) {
  let kind = "";
  /** @type {Showing | null} */
  let showing = null;
  /** @type {Float32Array | null} */
  let still = null; // the sample that was shown at rest, and need not be again

  /** Stands ready for a model. @param {Model} model */
  function open(model) {
    showing?.stop();
    still = null;
    if (model.kind === kind) return;
    kind = model.kind;
    place.replaceChildren();
    place.hidden = !(kind in heroes);
    place.dataset.kind = kind;
    showing = heroes[kind]?.mount(place, say) ?? null;
  }

  /** The hero of a model, if there is one. @param {Model} model */
  function of(model) {
    if (model.kind !== kind) open(model);
    return showing;
  }

  return {
    open,
    stop() {
      showing?.stop();
      still = null; // what is seen again is shown again
    },
    has: (/** @type {Model} */ model) => model.kind in heroes,
    files: (/** @type {Model} */ model) => heroes[model.kind]?.files(model) ?? [],
    show: (/** @type {Model} */ model, /** @type {Float32Array} */ sample, /** @type {boolean} */ moving) => {
      if (!moving && sample === still) return;
      of(model)?.show(model, sample, moving);
      still = moving ? null : sample;
    },
    sequence: (/** @type {Model} */ model, /** @type {Float32Array[]} */ samples, /** @type {number} */ fps) =>
      of(model)?.sequence(model, samples, fps),
    film: (/** @type {Way | null} */ way) => (way ? of(way.model) : showing)?.film?.(way),
    /** What a hero of this model wants to know besides. @param {Model} model */
    asks: (model) => ({ near: of(model)?.near ?? null, ranked: of(model)?.ranked ?? null }),
  };
}
