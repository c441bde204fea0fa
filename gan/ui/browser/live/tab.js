// The live tab as its modules hand it around: what the page knows of its run, and the parts that show it.

import { drawThumbs } from "./controls.js";
import { repaintView } from "./view.js";
import { keptText } from "../page/storage.js";

/**
 * What the page knows of its run. A number of -1 stands for what has not come yet.
 * @typedef {object} Shown
 * @property {string | null} id of the run; null before it is open and after it is gone
 * @property {string} role "owner" or "watcher"; "" before the run is open
 * @property {number} round how often the run has started over
 * @property {number} number of the newest frame
 * @property {number} moments revision of the list of moments
 * @property {unknown[]} curve points of the curves since the run began
 * @property {any} scene what all frames of a round have in common
 * @property {any} frame the newest
 * @property {any} past the frame of the moment that is looked at; null while one looks at the newest
 * @property {any[]} stages the frames of slow motion that were seen, the newest last; none while the run is not in it
 * @property {number} behind how many stages before the newest one looks at
 * @property {string} state of the run, as the server names it
 * @property {any} answer the newest of `live/poll`
 * @property {string[]} hide groups of controls that the link hides
 * @property {string[]} layers of the plane that are drawn
 *
 * @typedef {object} LiveTab
 * @property {Element} section that everything stands in
 * @property {(selector: string) => any} find an element of the section
 * @property {import("../core/words.js").Say} say
 * @property {Shown} shown
 * @property {any} view a View of view.js
 * @property {any} controls Controls of controls.js
 * @property {any} drawing of drawing_pad.js
 * @property {any} past of timeline.js
 * @property {any} branching of branching.js
 * @property {any} lesson of timeline.js
 * @property {boolean} displayed whether the section takes any room; to ask at every beat would lay the page out
 * @property {any} timer of the next question
 * @property {boolean} asking whether a question is on its way
 * @property {number} renewed when a run was asked for last, in milliseconds since the page was opened
 * @property {number} strayed runs that were on another host when they were asked for
 * @property {any} auto timer of the next stage of slow motion that goes on by itself; 0 where it does not
 * @property {number | null} wanted moment of the past that one wants to see
 * @property {boolean} looking whether a moment is on its way
 * @property {Promise<any>} queue what one does, one after the other
 */

/** What the browser keeps between visits, by its key there. */
export const KEPT = { run: "atelier-run", of: "atelier-run-of", layers: "atelier-layers" };
const LAYERS_AT_FIRST = ["real", "fake", "field"];

/** @returns {Shown} of a page that has not heard of its run yet */
const nothingShown = () => ({
  id: null,
  role: "",
  round: -1,
  number: -1,
  moments: -1,
  curve: [],
  scene: null,
  frame: null,
  past: null,
  stages: [],
  behind: 0,
  state: "",
  answer: null,
  hide: [],
  layers: keptText(KEPT.layers)?.split(" ") ?? LAYERS_AT_FIRST,
});

/**
 * A tab whose parts are still to be built.
 * @param {Element} section
 * @param {import("../core/words.js").Say} say
 * @returns {LiveTab}
 */
export const emptyTab = (section, say) => ({
  section,
  find: (selector) => section.querySelector(selector),
  say,
  shown: nothingShown(),
  view: null,
  controls: null,
  drawing: null,
  past: null,
  branching: null,
  lesson: null,
  displayed: section.getClientRects().length > 0,
  timer: 0,
  asking: false,
  renewed: -Infinity,
  strayed: 0,
  auto: 0,
  wanted: null,
  looking: false,
  queue: Promise.resolve(),
});

/** @param {LiveTab} tab */
export const isVisible = (tab) => document.visibilityState === "visible" && tab.displayed;

/** @param {LiveTab} tab */
export const isOwner = (tab) => tab.shown.role === "owner";

/**
 * Draws everything anew: after a change of the theme, the size, the layers or the moment that is looked at.
 * @param {LiveTab} tab
 */
export function repaint(tab) {
  if (!isVisible(tab) || !tab.shown.frame) return;
  repaintView(tab.view);
  tab.drawing.draw();
  drawThumbs(tab.controls, tab.view.colours);
}
