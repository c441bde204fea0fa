// Damage that is known: what is left of a picture [C, R, R] in [-1, 1], and what of it may be trusted; the twin of
// gan/explore/damage.py. What is drawn is drawn by a seed, so that the same settings give the same damage.
import { seeded } from "./draws.js";
import { luma } from "./luma.js";

/**
 * A damaged picture.
 * @typedef {object} Damaged
 * @property {Float32Array} picture [C, R, R] as it is seen: a small one with its pixels repeated, a grey one in every
 *   channel
 * @property {Float32Array} known [R, R], 1 where something is known and 0 where nothing is
 * @property {number[]} shape [C, R, R]
 * @property {boolean} certain whether what is known is exact: then it is kept as it is
 * @property {1 | 2 | 4} shrink how many pixels of a side became one, by their mean
 * @property {boolean} grey whether the colours are lost
 */

const BLANK = 0; // mid grey: what an encoder sees where nothing is known
// How many stains there are, and from what radius to what, of the side: a few for a brush to begin with, not those that
// gan/explore/damage.py measures by.
const STAINS = 4, STAIN = [0.07, 0.14];

/**
 * A picture of which everything is known.
 * @param {Float32Array} picture
 * @param {number[]} shape
 * @returns {Damaged}
 */
const whole = (picture, shape) => ({
  picture,
  known: new Float32Array(shape[1] * shape[2]).fill(1),
  shape,
  certain: true,
  shrink: 1,
  grey: false,
});

/**
 * A picture of which the parts that `hidden` covers are unknown.
 * @param {Float32Array} image
 * @param {number[]} shape
 * @param {Float32Array} hidden [R, R], 0 to 1: from a half on nothing is known of a pixel
 * @returns {Damaged}
 */
export function holed(image, shape, hidden) {
  const known = hidden.map((v) => Number(v < 0.5));
  return { ...whole(image.map((v, i) => (known[i % known.length] ? v : BLANK)), shape), known };
}

/**
 * With normal noise, clipped as a file clips it.
 * @param {Float32Array} image
 * @param {number[]} shape
 * @param {number} level its standard deviation in parts of the whole range
 * @param {number} seed
 * @returns {Damaged}
 */
export function noisy(image, shape, level, seed) {
  const errors = level ? seeded(seed, Math.max(image.length, 16)) : image;
  const picture = level ? image.map((v, i) => Math.min(Math.max(v + 2 * level * errors[i], -1), 1)) : image.slice();
  return { ...whole(picture, shape), certain: false };
}

/**
 * A share of the pixels black or white at random.
 * @param {Float32Array} image
 * @param {number[]} shape
 * @param {number} share
 * @param {number} seed
 * @returns {Damaged}
 */
export function salted(image, shape, share, seed) {
  const area = shape[1] * shape[2], draws = uniform(seed, area);
  const picture = image.map((v, i) => {
    const draw = draws[i % area];
    return draw < share / 2 ? -1 : draw < share ? 1 : v;
  });
  return { ...whole(picture, shape), certain: false };
}

/**
 * From 0 to 1: the shares of the normal distribution below draws of a seed.
 * @param {number} seed
 * @param {number} count
 */
const uniform = (seed, count) => seeded(seed, Math.max(count, 16)).map(below);

/**
 * The share of the normal distribution below x. Abramowitz and Stegun 1964, 7.1.26: right to 1e-7.
 * @param {number} x
 */
export function below(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x) * Math.SQRT1_2);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = series * Math.exp(-x * x / 2) / 2;
  return x < 0 ? tail : 1 - tail;
}

/**
 * Where stains lie: x, y and radius of each, in parts of the side.
 * @param {number} seed
 * @returns {[x: number, y: number, r: number][]}
 */
export function stainPlaces(seed) {
  const draws = uniform(seed, 3 * STAINS), [least, most] = STAIN;
  return Array.from({ length: STAINS }, (_, i) => [
    0.2 + 0.6 * draws[3 * i],
    0.2 + 0.6 * draws[3 * i + 1],
    least + (most - least) * draws[3 * i + 2],
  ]);
}

/**
 * At a fraction of its size.
 * @param {Float32Array} image
 * @param {number[]} shape whose sides are multiples of `times`
 * @param {2 | 4} times
 * @returns {Damaged}
 */
export function downscaled(image, shape, times) {
  return { ...whole(repeated(shrunk(image, shape, times), shape, times), shape), shrink: times };
}

/**
 * Without its colours.
 * @param {Float32Array} image
 * @param {number[]} shape
 * @returns {Damaged}
 */
export function greyed(image, shape) {
  const light = luma(image, shape);
  return { ...whole(Float32Array.from(image, (_, i) => light[i % light.length]), shape), grey: true };
}

// ---- what is compared -----------------------------------------------------------------------------------------------

/**
 * The mean of each block, [C, H / times, W / times].
 * @param {Float32Array} image
 * @param {number[]} shape [C, H, W]
 * @param {number} times
 */
export function shrunk(image, [channels, height, width], times) {
  if (times === 1) return image;
  const rows = height / times, columns = width / times, found = new Float32Array(channels * rows * columns);
  for (let c = 0, i = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      const row = (c * rows + Math.floor(y / times)) * columns;
      for (let x = 0; x < width; x++, i++) found[row + Math.floor(x / times)] += image[i] / (times * times);
    }
  }
  return found;
}

/**
 * Each pixel as a block, [C, H, W].
 * @param {Float32Array} small [C, H / times, W / times]
 * @param {number[]} shape [C, H, W]
 * @param {number} times
 */
export function repeated(small, [channels, height, width], times) {
  const rows = height / times, columns = width / times, found = new Float32Array(channels * height * width);
  for (let c = 0, i = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      const row = (c * rows + Math.floor(y / times)) * columns;
      for (let x = 0; x < width; x++, i++) found[i] = small[row + Math.floor(x / times)];
    }
  }
  return found;
}

/**
 * What an encoder for repair takes, [C + 1, R, R]: the picture, blank where nothing is known, and what is known.
 * @param {Damaged} damaged
 */
export function seenByEncoder({ picture, known }) {
  const seen = new Float32Array(picture.length + known.length);
  seen.set(picture.map((v, i) => (known[i % known.length] > 0 ? v : BLANK)));
  seen.set(known, picture.length);
  return seen;
}
