// What is fitted to a damaged picture, and what is kept of it; the twin of gan/explore/repair.py. All of one picture.
import { below, repeated, shrunk } from "./damage.js";
import { luma } from "./luma.js";

/** @import { Damaged } from "./damage.js" */

/**
 * What keeps ws where G makes sense, added to the error: times the mean square of what each layer's w differs from
 * their mean, of what they differ from the mean w, and from where they began, in standard deviations.
 * @typedef {{ layers: number, mean: number, start: number }} Pull
 *
 * @typedef {object} Task
 * @property {Float32Array} target what the picture shall be like, after it was shrunk and made grey
 * @property {Float32Array} known as many: how much each counts, 0 to 1
 * @property {Pull} pull
 * @property {number} steps
 */

/** @type {Pull} */
export const FREE = { layers: 0, mean: 0, start: 0 };
// Of a hole the encoder's guess knows more than a fit to its rim: few steps near it, and a say where nothing is known.
const NEAR_GUESS = { ...FREE, start: 1 }, FEW_STEPS = 8, GUESSED = 0.1;
// Of a picture that is known everywhere, but shrunk or without its colours.
const SMALL = { ...FREE, start: 0.02 }, SMALL_STEPS = 18;
const CAREFUL = { layers: 0.01, mean: 0.003, start: 0 }, STRONG = { layers: 0.05, mean: 0.015, start: 0 };
export const STEPS = 25; // of a fit to a picture that is whole
const WEAK_STEPS = 26; // for no noise
const STRONG_NOISE = 0.5, STRONG_STEPS = 4; // longer, or freer, and it is the noise that is fitted
const EXTREME = 0.9; // beyond it a value may be salt or pepper, and clipping halves the square of noise
export const FIRST_STEPS = 3; // of a fit that only says what is noise
const NEAR_BY = 0.4, FAR = 1.4; // from a guess; by what lies between them and beyond, kinds of noise are told apart
const OUTLIER = 0.8; // from a guess: there salt and pepper begin
const WITHIN = [1.5, 0.02]; // an answer counts if its error is at most this times the least, and this more
const ALIKE = 0.2; // root mean square, where nothing is known, below which two answers are one

// ---- noise ---------------------------------------------------------------------------------------------------------

/**
 * The mean of a value with normal noise of a deviation, after clipping to [-1, 1].
 * @param {number} value
 * @param {number} sd
 */
function clippedMean(value, sd) {
  const low = (-1 - value) / sd, high = (1 - value) / sd;
  const under = below(low), over = below(-high);
  const density = (Math.exp(-low * low / 2) - Math.exp(-high * high / 2)) / Math.sqrt(2 * Math.PI);
  return over - under + value * (1 - over - under) + sd * density;
}

/**
 * The deviation of the noise in a picture, by a guess of what is under it; and 1 for each value but outliers. Salt and
 * pepper lie far from the guess or not at all, noise of a normal kind lies more often between. Of a picture of the
 * former kind what is far, and white or black, has no say: a grey was not made by it.
 * @param {Float32Array} picture
 * @param {Float32Array} guess
 */
function noiseOf(picture, guess) {
  const rest = picture.map((v, i) => Math.abs(v - guess[i]));
  let far = 0, between = 0, square = 0, count = 0;
  for (const v of rest) {
    if (v > FAR) far += 1;
    else if (v > NEAR_BY) between += 1;
  }
  const inside = rest.map((v, i) => Number(far <= between || v <= OUTLIER || Math.abs(picture[i]) <= EXTREME));
  for (let i = 0; i < rest.length; i++) {
    square += rest[i] ** 2 * inside[i];
    count += inside[i] * (Math.abs(guess[i]) > EXTREME ? 0.5 : 1); // beside an end half of the noise is clipped away
  }
  return { sd: Math.max(Math.sqrt(square / Math.max(count, 1)), 1e-3), inside };
}

// ---- the task ------------------------------------------------------------------------------------------------------

/**
 * What of an image is held against a target: the mean of each block, its luma.
 * @param {Float32Array} image
 * @param {Damaged} damaged
 */
export function compared(image, { shape, shrink, grey }) {
  const [channels, height, width] = shape, small = shrunk(image, shape, shrink);
  return grey ? luma(small, [channels, height / shrink, width / shrink]) : small;
}

/**
 * How much each value that is compared counts.
 * @param {Damaged} damaged
 */
export function counted({ shape, known, shrink, grey }) {
  const [channels, height, width] = shape, map = shrunk(known, [1, height, width], shrink);
  return Float32Array.from({ length: map.length * (grey ? 1 : channels) }, (_, i) => map[i % map.length]);
}

/**
 * What is fitted to a damaged picture. Of a hole a guess says more than what lies around it, if it was learnt. Where
 * values are uncertain, what clipping adds to noise is taken off them, outliers have no say, and the stronger the noise
 * the stronger the pull.
 * @param {Damaged} damaged
 * @param {Float32Array} guess [C, R, R] an encoder's
 * @param {boolean} learnt by one for repair
 * @returns {Task}
 */
export function taskOf(damaged, guess, learnt) {
  const known = counted(damaged), target = compared(damaged.picture, damaged);
  if (damaged.certain && (damaged.shrink > 1 || damaged.grey)) {
    return { target, known, pull: SMALL, steps: SMALL_STEPS };
  }
  if (damaged.certain && !learnt) return { target, known, pull: CAREFUL, steps: SMALL_STEPS };
  if (damaged.certain) {
    return {
      target: target.map((v, i) => (known[i] > 0 ? v : guess[i])),
      known: known.map((v) => v + GUESSED * (1 - v)),
      pull: NEAR_GUESS,
      steps: FEW_STEPS,
    };
  }
  const { sd, inside } = noiseOf(damaged.picture, guess), strength = Math.min(1, sd / 2 / STRONG_NOISE);
  const between = (/** @type {number} */ low, /** @type {number} */ high) => low ** (1 - strength) * high ** strength;
  return {
    target: damaged.picture.map((v, i) => v - (clippedMean(guess[i], sd) - guess[i])),
    known: known.map((v, i) => v * inside[i]),
    pull: { layers: between(CAREFUL.layers, STRONG.layers), mean: between(CAREFUL.mean, STRONG.mean), start: 0 },
    steps: Math.round(WEAK_STEPS - (WEAK_STEPS - STRONG_STEPS) * strength),
  };
}

/**
 * The same for starts that nobody guessed: no guess has a say, and they may go further.
 * @param {Damaged} damaged
 * @param {Task} task
 * @returns {Task}
 */
export const taskOfOthers = (damaged, task) =>
  damaged.certain ? { ...task, known: counted(damaged), pull: SMALL } : task;

/**
 * What was made of a damaged picture, with what is known for certain as it was given.
 * @param {Damaged} damaged
 * @param {Float32Array} made [C, R, R]
 */
export function keptOf(damaged, made) {
  const { picture, known, shape, shrink } = damaged;
  if (!damaged.certain) return made;
  const cut = (/** @type {number} */ v) => Math.min(Math.max(v, -1), 1);
  if (damaged.grey) {
    const rest = luma(picture, shape), own = luma(made, shape), area = own.length;
    return made.map((v, i) => cut(v + rest[i % area] - own[i % area]));
  }
  if (shrink > 1) {
    const own = shrunk(made, shape, shrink);
    const rest = repeated(shrunk(picture, shape, shrink).map((v, i) => v - own[i]), shape, shrink);
    return made.map((v, i) => cut(v + rest[i]));
  }
  return made.map((v, i) => (known[i % known.length] > 0 ? picture[i] : v));
}

// ---- several answers -----------------------------------------------------------------------------------------------

/**
 * The mean squared difference of two answers where nothing is known; without a hole, everywhere.
 * @param {Damaged} damaged
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
export function differenceOf({ known }, a, b) {
  const holes = known.some((v) => v < 1);
  let square = 0, count = 0;
  for (let i = 0; i < a.length; i++) {
    const free = holes ? 1 - known[i % known.length] : 1;
    square += free * (a[i] - b[i]) ** 2;
    count += free;
  }
  return square / count;
}

/**
 * The numbers of the answers that are shown: the first one, and each the furthest from those before it, of all that are
 * not much worse than the best; no two are alike.
 * @param {Damaged} damaged
 * @param {Float32Array[]} images
 * @param {number[]} errors
 * @param {number} most
 */
export function chosen(damaged, images, errors, most) {
  const bound = WITHIN[0] * Math.min(...errors) + WITHIN[1];
  const left = images.map((_, i) => i).filter((i) => errors[i] <= bound), found = left.splice(0, 1);
  while (left.length && found.length < most) {
    const far = left.map((i) => Math.min(...found.map((j) => differenceOf(damaged, images[i], images[j]))));
    const furthest = Math.max(...far);
    if (furthest <= ALIKE ** 2) break;
    found.push(...left.splice(far.indexOf(furthest), 1));
  }
  return found;
}
