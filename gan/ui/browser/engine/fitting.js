// Fitting ws to a picture: steps of Adam on ws in standard deviations of w, of which only what is known of the picture
// has a say. Abdal et al. 2019, arXiv:1904.03189, section 3. Its twin in Python is gan/explore/invert.py.
import { backward, forward } from "./backward.js";

/** @import { Differentiable } from "./differentiable.js" */

/**
 * What keeps ws where the network makes sense, added to the error.
 * @typedef {object} Pull
 * @property {number} layers times the mean square of what each layer's w differs from the layers' mean, in standard
 *   deviations of w
 * @property {number} mean times the mean square of what they differ from the mean w
 */

/**
 * What is fitted, and how.
 * @typedef {object} Given
 * @property {Float32Array} ws the starts [starts, rows]
 * @property {Float32Array} target [C, H / shrink, W / shrink] row by row, in [-1, 1]; of one channel or of all where
 *   luminances are compared
 * @property {Float32Array} known how much each of its values weighs, 0 to 1; of one channel: that weighs for all
 * @property {1 | 2 | 4} shrink pictures are compared after the mean of each block of so many values a side
 * @property {boolean} grey whether they are compared by luminance
 * @property {number} steps of Adam
 * @property {number} lr its rate at first, in standard deviations of w
 * @property {Pull} pull
 */

/**
 * The mean and the standard deviation of w, [w_dim] each.
 * @typedef {{ mean: Float32Array, sd: Float32Array }} Spread
 */

/**
 * How far a fit has come: `step` steps are done, `u` is (w - mean) / sd, and `best` is that of the least error so far.
 * @typedef {object} Progress
 * @property {number} step
 * @property {boolean} done whether the last one was judged too
 * @property {Float32Array} u [starts, rows], as are the next three
 * @property {Float32Array} first moment of the gradient
 * @property {Float32Array} second moment of the gradient
 * @property {Float32Array} best
 * @property {Float32Array} errors [starts] of the best
 *
 * @typedef {{ ws: Float32Array, errors: Float32Array }} Fitted ws [starts, rows], and their errors: the mean squared
 *   difference on what is known
 */

const BETA1 = 0.9, BETA2 = 0.999, TINY = 1e-8;
const LUMINANCE = [0.299, 0.587, 0.114]; // of red, green and blue, ITU-R BT.601

// ---- the error ------------------------------------------------------------------------------------------------------

/**
 * The mean of each block of an image, or its luminance, [c, H / shrink, W / shrink].
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
  const lines = height / shrink, columns = width / shrink, luminance = grey && channels > 1;
  for (let c = 0, value = 0; c < channels; c++) {
    const weight = (luminance ? LUMINANCE[c] : 1) / shrink ** 2, start = luminance ? 0 : c * lines * columns;
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

// ---- Adam -----------------------------------------------------------------------------------------------------------

/**
 * Adds the gradient of the pulls to one by u.
 * @param {Float32Array} gradient [rows]
 * @param {Float32Array} u [rows]
 * @param {number} width of one layer's
 * @param {Pull} pull
 */
export function addPulls(gradient, u, width, { layers, mean }) {
  const n = u.length, count = n / width;
  for (let i = 0; i < width; i++) {
    let middle = 0;
    for (let at = i; at < n; at += width) middle += u[at] / count;
    for (let at = i; at < n; at += width) gradient[at] += 2 / n * (mean * u[at] + layers * (u[at] - middle));
  }
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
 * Step `number` of Adam, the first being 0, of one start; its rate falls to 0 along a cosine.
 *
 * Kingma and Ba 2015, arXiv:1412.6980, algorithm 1.
 * @param {Progress} progress
 * @param {number} at where its numbers begin
 * @param {Float32Array} gradient
 * @param {number} number
 * @param {Pick<Given, "steps" | "lr">} given
 */
function move({ u, first, second }, at, gradient, number, { steps, lr }) {
  const rate = lr * (1 + Math.cos(Math.PI * number / steps)) / 2;
  const one = 1 - BETA1 ** (number + 1), two = 1 - BETA2 ** (number + 1);
  for (let i = 0; i < gradient.length; i++) {
    const g = gradient[i], j = at + i;
    first[j] = BETA1 * first[j] + (1 - BETA1) * g;
    second[j] = BETA2 * second[j] + (1 - BETA2) * g * g;
    u[j] -= rate * (first[j] / one) / (Math.sqrt(second[j] / two) + TINY);
  }
}

// ---- a fit ----------------------------------------------------------------------------------------------------------

/**
 * A fit that has done no step yet.
 * @param {Given} given
 * @param {Spread} spread
 * @param {number} rows numbers of a start
 * @returns {Progress}
 */
export function begun({ ws }, { mean, sd }, rows) {
  const u = ws.map((v, i) => (v - mean[i % mean.length]) / sd[i % mean.length]), { length } = u;
  return {
    step: 0,
    done: false,
    u,
    first: new Float32Array(length),
    second: new Float32Array(length),
    best: u.slice(),
    errors: new Float32Array(length / rows).fill(Infinity),
  };
}

/**
 * Goes some steps on; after the last of all it judges where that led to.
 * @param {Differentiable} network
 * @param {number[]} shape of an image
 * @param {Given} given
 * @param {Spread} spread
 * @param {Progress} progress which is changed
 * @param {number} count steps to go, at most
 */
export function advance(network, shape, given, spread, progress, count) {
  const { u, best, errors } = progress, { start: rows, width } = network.net, last = progress.step + count;
  while (!progress.done) {
    const number = progress.step, over = number >= given.steps;
    if (!over && number >= last) return;
    for (let s = 0; s < errors.length; s++) {
      const own = u.subarray(s * rows, (s + 1) * rows), image = forward(network, asWs(own, spread));
      const { error, gradient } = difference(image, shape, given);
      if (error < errors[s]) {
        errors[s] = error;
        best.set(own, s * rows);
      }
      if (over) continue;
      const slope = backward(network, gradient);
      for (let i = 0; i < rows; i++) slope[i] *= spread.sd[i % width];
      addPulls(slope, own, width, given.pull);
      move(progress, s * rows, slope, number, given);
    }
    if (over) progress.done = true;
    else progress.step++;
  }
}

/**
 * The best that a fit saw so far.
 * @param {Progress} progress
 * @param {Spread} spread
 * @returns {Fitted}
 */
export const fitted = ({ best, errors }, spread) => ({ ws: asWs(best, spread), errors });
