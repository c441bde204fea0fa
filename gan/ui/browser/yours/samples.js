// Samples of a model, always the same ones: where an answer may start from.

import { everywhere, mapping } from "../core/latents.js";
import { seeded } from "../core/draws.js";

/** @import { Model } from "../core/model.js" */

/**
 * @typedef {object} Samples
 * @property {Float32Array[]} w each [w_dim]
 * @property {number[]} classes of each
 */

const SEED = 5e6, COUNT = 2000, PIECE = 50; // seeds from SEED on; how many are mapped before the page may breathe
const DRAWN = 64, NEAR = 16; // samples that are drawn to choose from, and of each class
const CLASSES = 6; // starts of other classes, at most
const OUTWARD = 1.4; // times a guess's distance from the mean w: samples lie further out than guesses do
const LARGE = 25e6; // multiply-adds of a picture: of larger ones half as many are drawn
/** @type {WeakMap<Model, Promise<Samples>>} not by name: two models may have one */
const known = new WeakMap();

/** Half of a number for large pictures. @param {Model} model @param {number} count */
const affordable = ({ macs }, count) => (macs > LARGE ? count / 2 : count);

const breath = () => new Promise((done) => setTimeout(done));

/** @param {Model} model @returns {Promise<Samples>} */
export function samplesOf(model) {
  const found = known.get(model) ?? mapped(model);
  known.set(model, found);
  return found;
}

/** @param {Model} model */
async function mapped(model) {
  const w = [], classes = [];
  for (let i = 0; i < COUNT; i++) {
    if (i % PIECE === 0) await breath();
    classes.push(i % Math.max(model.classes.length, 1));
    w.push(mapping(model, seeded(SEED + i, model.zDim), classes[i]));
  }
  return { w, classes };
}

/** One for each layer, side by side: [count, width]. @param {Model} model @param {Float32Array[]} list */
export function rowsOf(model, list) {
  const rows = new Float32Array(list.length * model.width);
  list.forEach((w, i) => rows.set(everywhere(model, w), i * model.width));
  return rows;
}

/** The mean over the layers. @param {Model} model @param {Float32Array} ws [width] */
function meanOf({ wDim, width }, ws) {
  const count = width / wDim;
  return Float32Array.from({ length: wDim }, (_, i) => {
    let sum = 0;
    for (let at = i; at < width; at += wDim) sum += ws[at];
    return sum / count;
  });
}

/**
 * A guess with one w for all layers, further out: a fit from there ends as near, and easier to change. Of a generator
 * whose layers follow one w it stays as it is. The twin of levelled in gan/explore/invert.py.
 * @param {Model} model
 * @param {Float32Array} ws [width]
 */
export function levelled(model, ws) {
  if (!model.layered) return ws;
  const { wAvg } = model, mean = (/** @type {number} */ i) => wAvg.reduce((sum, w) => sum + w[i], 0) / wAvg.length;
  return everywhere(model, meanOf(model, ws).map((v, i) => mean(i) + OUTWARD * (v - mean(i))));
}

/** Their numbers, those nearest to the mean of ws first. @param {Model} model @param {Samples} samples */
function nearestFirst(model, { w }, ws) {
  const middle = meanOf(model, ws);
  const far = w.map((one) => one.reduce((sum, v, i) => sum + (v - middle[i]) ** 2, 0));
  return far.map((_, i) => i).sort((a, b) => far[a] - far[b]);
}

/** Those of them that are drawn, to choose the nearest from. */
export const nearest = (model, samples, ws) => nearestFirst(model, samples, ws).slice(0, affordable(model, DRAWN));

/**
 * The numbers of samples of other kinds: of each class its nearest ones, of classes that lie nearest; without classes
 * those that lie nearest of all.
 * @param {Model} model
 * @param {Samples} samples
 * @param {Float32Array} ws
 */
export function candidates(model, samples, ws) {
  const order = nearestFirst(model, samples, ws);
  if (!model.classes.length) return [order.slice(0, affordable(model, DRAWN))];
  const asked = [...new Set(order.map((i) => samples.classes[i]))];
  return asked.map((c) => order.filter((i) => samples.classes[i] === c).slice(0, affordable(model, NEAR)));
}

/**
 * The best of each group by their errors, the best groups first; of a single group those that differ most from those
 * before them, among its better ones.
 * @param {Model} model
 * @param {Samples} samples
 * @param {number[][]} groups
 * @param {(i: number) => number} error
 */
export function startsOf(model, { w }, groups, error) {
  const most = affordable(model, CLASSES);
  const best = groups.map((group) => group.reduce((a, b) => (error(b) < error(a) ? b : a)));
  if (groups.length > 1) return best.sort((a, b) => error(a) - error(b)).slice(0, most);
  const good = [...groups[0]].sort((a, b) => error(a) - error(b)).slice(0, 3 * most), found = [good[0]];
  const far = (a, b) => w[a].reduce((sum, v, i) => sum + (v - w[b][i]) ** 2, 0);
  while (found.length < Math.min(most, good.length)) {
    const apart = good.map((i) => Math.min(...found.map((j) => far(i, j))));
    found.push(good[apart.indexOf(Math.max(...apart))]);
  }
  return found;
}
