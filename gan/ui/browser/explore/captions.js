// What Explore says of its pictures: below them, to screen readers, in the address, and how fast they are drawn.

import { className, classWord } from "../core/classes.js";
import { lineOf, painterOf } from "../core/media.js";
import { viewQuery } from "../core/views.js";
import { showInAddress } from "../page/address_bar.js";
import { put } from "../page/elements.js";

/** @import { Model } from "../core/model.js" */
/** @import { View } from "../core/views.js" */
/** @import { Say } from "../core/words.js" */
/** @import { Page } from "./state.js" */

const TIMED = 9; // drawings whose middle time is told

const joined = (parts) => parts.filter(Boolean).join(" · ");
const ownClass = (say, model, view) =>
  model.classes.length && !view.own ? say("class_one", { name: classWord(className(model, view), say) }) : "";

/**
 * A picture in words, for who does not see it: the sample itself, where its medium can be said.
 * @param {Say} say
 * @param {Model} model
 * @param {View} view
 * @param {Float32Array | null} sample
 */
const alt = (say, model, view, sample) =>
  (sample && lineOf(say, model, sample)) ||
  say(view.own ? "alt_own" : model.classes.length ? "alt_class" : painterOf(model).cloud ? "alt_points" : "alt_one", {
    ...say.nouns(model.kind),
    model: model.name,
    seed: view.seed,
    psi: view.psi.toFixed(2),
    name: classWord(className(model, view), say),
  });

// The middle time of the last drawings; the others are forgotten.
function paceWord(say, how, times) {
  const some = times.splice(-TIMED).sort((a, b) => a - b), middle = some[some.length >> 1];
  times.splice(0, times.length, ...some);
  const ms = middle < 10 ? middle.toFixed(1) : String(Math.round(middle));
  return some.length > 2 ? say(`engine_${how}_ms`, { ms }) : say(`engine_${how}`);
}

/**
 * Tells of the picture that is shown.
 * @param {Page} page
 */
export function tell({ section, canvas, say, model, view, images, how, drawing, stroll }) {
  if (!stroll.walks) showInAddress("explore", viewQuery(view));
  const walk = view.walk.length ? say("steps", { n: view.walk.length }) : "";
  put(
    section.querySelector(".explore-first figcaption"),
    joined([
      model.name,
      ownClass(say, model, view),
      view.own ? say("own_one") : say("seed_n", { seed: view.seed }),
      `psi ${view.psi.toFixed(2)}`,
      walk,
    ]),
  );
  canvas.setAttribute("aria-label", alt(say, model, view, images));
  const pace = drawing.trouble ? `⚠ ${drawing.trouble}` : paceWord(say, how, drawing.times);
  put(section.querySelector(".explore-engine"), pace);
}

/**
 * Tells of the picture beside it.
 * @param {Page} page
 * @param {Model} model
 * @param {View} view
 * @param {string} word the key of how it belongs to the first one
 * @param {Float32Array} sample
 */
export function tellBeside({ section, say }, model, view, word, sample) {
  put(
    section.querySelector(".explore-second figcaption"),
    joined([model.name, ownClass(say, model, view), say(word, { seed: view.seed })]),
  );
  section.querySelector(".explore-second canvas").setAttribute("aria-label", alt(say, model, view, sample));
}
