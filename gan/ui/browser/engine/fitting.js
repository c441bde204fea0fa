// Fitting ws to a picture: steps of L-BFGS on ws in standard deviations of w. Only what is known of the picture has a
// say. Zhu et al. 2016, arXiv:1609.03552, section 3.1. Its twin in Python is gan/explore/invert.py.
import { LUMA } from "../core/luma.js";
import { backward, forward } from "./backward.js";
import { ahead, begin, look } from "./descent.js";

/** @import { Pull } from "../core/repairing.js" */
/** @import { Descent } from "./descent.js" */
/** @import { Differentiable } from "./differentiable.js" */

/**
 * What is fitted, and how.
 * @typedef {object} Given
 * @property {Float32Array} ws the starts [starts, rows]
 * @property {Float32Array} target [C, H / shrink, W / shrink] row by row, in [-1, 1]; of one channel or of all where
 *   lumas are compared
 * @property {Float32Array} known how much each of its values weighs, 0 to 1; of one channel: that weighs for all
 * @property {1 | 2 | 4} shrink pictures are compared after the mean of each block of so many values a side
 * @property {boolean} grey whether they are compared by luma
 * @property {number} steps of L-BFGS
 * @property {Pull} pull
 */

/**
 * The mean and the standard deviation of w, [w_dim] each.
 * @typedef {{ mean: Float32Array, sd: Float32Array }} Spread
 */

/**
 * How far a fit has come.
 * @typedef {object} Progress
 * @property {number} step how many are done
 * @property {boolean} done whether all are
 * @property {Float32Array} u the starts [starts, rows], (w - mean) / sd
 * @property {Descent[]} descents where each start has come to; none before the first step
 * @property {Float32Array} errors [starts] theirs
 *
 * @typedef {{ ws: Float32Array, errors: Float32Array }} Fitted ws [starts, rows], and their errors: the mean squared
 *   difference on what is known
 */

// ---- the error ------------------------------------------------------------------------------------------------------

/**
 * The mean of each block of an image, or its luma, [c, H / shrink, W / shrink].
 * @param {Float32Array} image [C, H, W]
 * @param {number[]} shape
 * @param {number} shrink
 * @param {boolean} grey
 */
export function compared(image, [channels, height, width], shrink, grey) {
  const area = height / shrink * (width / shrink), one = grey || channels === 1;
  const seen = new Float32Array(one ? area : channels * area);
  everyValue(channels, height, width, shrink, grey, (value, to, weight) => {
    seen[to] += weight * image[value];
  });
  return seen;
}

/**
 * Calls `visit` with each value of an image, that of `compared` which it is part of, and its part.
 * @param {number} channels
 * @param {number} height
 * @param {number} width
 * @param {number} shrink
 * @param {boolean} grey
 * @param {(value: number, to: number, weight: number) => void} visit
 */
function everyValue(channels, height, width, shrink, grey, visit) {
  const lines = height / shrink, columns = width / shrink, luma = grey && channels > 1;
  for (let c = 0, value = 0; c < channels; c++) {
    const weight = (luma ? LUMA[c] : 1) / shrink ** 2, start = luma ? 0 : c * lines * columns;
    for (let y = 0; y < height; y++) {
      const line = start + Math.floor(y / shrink) * columns;
      for (let x = 0; x < width; x++, value++) visit(value, line + Math.floor(x / shrink), weight);
    }
  }
}

/**
 * How an image differs from the target.
 * @param {Float32Array} image [C, H, W] row by row
 * @param {number[]} shape
 * @param {Given} given
 * @returns {{ error: number, gradient: Float32Array }} the mean squared difference on what is known, and its gradient
 *   by the image
 */
export function difference(image, shape, { target, known, shrink, grey }) {
  const seen = compared(image, shape, shrink, grey), gradient = new Float32Array(image.length);
  let total = 0, error = 0;
  for (let i = 0; i < seen.length; i++) total += known[i % known.length];
  const share = 1 / Math.max(total, 1);
  for (let i = 0; i < seen.length; i++) {
    const far = seen[i] - target[i], weight = known[i % known.length] * share;
    error += weight * far * far;
    seen[i] = 2 * weight * far; // from here on the gradient by what is compared
  }
  everyValue(shape[0], shape[1], shape[2], shrink, grey, (value, from, weight) => {
    gradient[value] = weight * seen[from];
  });
  return { error, gradient };
}

// ---- a fit ----------------------------------------------------------------------------------------------------------

/**
 * What the pulls add to the loss; their gradient is added to one by u.
 * @param {Float32Array} gradient [rows]
 * @param {Float32Array} u [rows]
 * @param {Float32Array} from [rows] where it began
 * @param {number} width of one layer's
 * @param {Pull} pull
 */
export function addPulls(gradient, u, from, width, { layers, mean, start }) {
  const n = u.length, count = n / width;
  let loss = 0;
  for (let i = 0; i < width; i++) {
    let middle = 0;
    for (let at = i; at < n; at += width) middle += u[at] / count;
    for (let at = i; at < n; at += width) {
      const apart = u[at] - middle, gone = u[at] - from[at];
      loss += (mean * u[at] ** 2 + layers * apart ** 2 + start * gone ** 2) / n;
      gradient[at] += 2 / n * (mean * u[at] + layers * apart + start * gone);
    }
  }
  return loss;
}

/**
 * Numbers u in standard deviations of w as ws, which they become.
 * @param {Float32Array} u [any, rows]
 * @param {Spread} spread
 */
function asWs(u, { mean, sd }) {
  return u.map((v, i) => mean[i % mean.length] + sd[i % mean.length] * v);
}

/**
 * What is seen of one u [rows]: its error, its loss, and the gradient of that by u.
 * @param {Differentiable} network
 * @param {number[]} shape of an image
 * @param {Given} given
 * @param {Spread} spread
 * @param {Float32Array} u
 * @param {Float32Array} from [rows] where it began
 */
function seen(network, shape, given, spread, u, from) {
  const { error, gradient } = difference(forward(network, asWs(u, spread)), shape, given), { width } = network.net;
  const slope = backward(network, gradient).map((g, i) => g * spread.sd[i % width]);
  return { error, loss: error + addPulls(slope, u, from, width, given.pull), slope };
}

/**
 * A fit that has done no step yet.
 * @param {Given} given
 * @param {Spread} spread
 * @param {number} rows numbers of a start
 * @returns {Progress}
 */
export function begun({ ws }, { mean, sd }, rows) {
  const u = ws.map((v, i) => (v - mean[i % mean.length]) / sd[i % mean.length]);
  return { step: 0, done: false, u, descents: [], errors: new Float32Array(ws.length / rows).fill(Infinity) };
}

/**
 * Goes some steps on.
 * @param {Differentiable} network
 * @param {number[]} shape of an image
 * @param {Given} given
 * @param {Spread} spread
 * @param {Progress} progress which is changed
 * @param {number} count steps to go, at most
 */
export function advance(network, shape, given, spread, progress, count) {
  const { u, descents, errors } = progress, rows = network.net.start;
  const last = Math.min(progress.step + count, given.steps);
  const from = (/** @type {number} */ i) => u.subarray(i * rows, (i + 1) * rows);
  while (descents.length < errors.length) {
    const at = from(descents.length).slice();
    const { error, loss, slope } = seen(network, shape, given, spread, at, at);
    errors[descents.length] = error;
    descents.push(begin(at, loss, slope, rows / network.net.width));
  }
  for (; progress.step < last; progress.step++) {
    descents.forEach((descent, i) => {
      const { error, loss, slope } = seen(network, shape, given, spread, ahead(descent), from(i));
      if (look(descent, loss, slope)) errors[i] = error;
    });
  }
  progress.done = progress.step >= given.steps;
}

/**
 * The best that a fit saw so far.
 * @param {Progress} progress
 * @param {Spread} spread
 * @returns {Fitted}
 */
export function fitted({ u, descents, errors }, spread) {
  const best = u.slice();
  descents.forEach(({ at }, i) => best.set(at, i * at.length));
  return { ws: asWs(best, spread), errors };
}
