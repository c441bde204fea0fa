// Fourier transforms of short pieces of sound, two real ones at once: one is the real part, one the imaginary.

/**
 * @typedef {object} Fourier
 * @property {number} size of a piece, a power of two
 * @property {Float64Array} re
 * @property {Float64Array} im both [size]: what is transformed, in place
 * @property {(inverse: boolean) => void} run without a factor: there and back multiplies by `size`
 */

/**
 * Cooley and Tukey 1965, Mathematics of Computation 19(90), radix 2.
 * @param {number} size a power of two
 * @returns {Fourier}
 */
export function newFourier(size) {
  const re = new Float64Array(size), im = new Float64Array(size), half = size / 2;
  const cos = Float64Array.from({ length: half }, (_, i) => Math.cos(2 * Math.PI * i / size));
  const sin = Float64Array.from({ length: half }, (_, i) => Math.sin(2 * Math.PI * i / size));
  const turned = new Uint32Array(size); // every number with its bits in the other order
  for (let i = 1; i < size; i++) turned[i] = turned[i >> 1] >> 1 | (i & 1 ? half : 0);
  /** @param {boolean} inverse */
  const run = (inverse) => {
    for (let i = 0; i < size; i++) {
      const other = turned[i];
      if (other <= i) continue;
      const real = re[i], imaginary = im[i];
      re[i] = re[other];
      im[i] = im[other];
      re[other] = real;
      im[other] = imaginary;
    }
    const sign = inverse ? 1 : -1;
    for (let width = 1; width < size; width *= 2) {
      const step = half / width;
      for (let start = 0; start < size; start += 2 * width) {
        for (let k = 0, turn = 0; k < width; k++, turn += step) {
          const a = start + k, b = a + width, c = cos[turn], s = sign * sin[turn];
          const real = re[b] * c - im[b] * s, imaginary = re[b] * s + im[b] * c;
          re[b] = re[a] - real;
          im[b] = im[a] - imaginary;
          re[a] += real;
          im[a] += imaginary;
        }
      }
    }
  };
  return { size, re, im, run };
}
