// How near a picture comes to another, as a number and as the key of a word.

const SPAN = 2; // from black to white
const MOST = 60; // decibels: more is told as this, as for equal pictures
// The least share for each word, the best first; below the last it is "far".
const WORDS = /** @type {const} */ ([["same", 0.98], ["very", 0.9], ["near", 0.75], ["rough", 0.5]]);

/**
 * The mean squared difference of what is known.
 * @param {Float32Array} a
 * @param {Float32Array} b
 * @param {Float32Array | null} known how much each number counts, 0 to 1; null: all alike
 */
export function squaredError(a, b, known = null) {
  let sum = 0, count = 0;
  for (let i = 0; i < a.length; i++) {
    const share = known ? known[i] : 1;
    sum += share * (a[i] - b[i]) ** 2;
    count += share;
  }
  return count ? sum / count : 0;
}

/**
 * The peak signal-to-noise ratio in decibels.
 * @param {number} error mean squared, of pictures in [-1, 1]
 */
export const decibels = (error) => Math.min(MOST, 10 * Math.log10(SPAN * SPAN / Math.max(error, 1e-12)));

/**
 * The share of a picture's own contrast that another has caught: 1 for equal pictures, 0 for one no nearer than an even
 * grey. A picture without contrast counts as an even one.
 * @param {Float32Array} picture
 * @param {number} error mean squared
 * @param {Float32Array | null} known
 */
export function alike(picture, error, known = null) {
  let sum = 0, count = 0;
  for (let i = 0; i < picture.length; i++) {
    const share = known ? known[i] : 1;
    sum += share * picture[i];
    count += share;
  }
  const even = new Float32Array(picture.length).fill(count ? sum / count : 0);
  const contrast = Math.max(squaredError(picture, even, known), 1e-3);
  return Math.min(Math.max(1 - error / contrast, 0), 1);
}

/**
 * The word for a share: "same", "very", "near", "rough" or "far".
 * @param {number} share of `alike`
 */
export const likenessWord = (share) => WORDS.find(([, least]) => share >= least)?.[0] ?? "far";
