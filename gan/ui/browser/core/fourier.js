// Fourier transforms of short pieces of sound, two real ones at once: one is the real part, one the imaginary.

/**
 * @typedef {object} Fourier
 * @property {number} size of a piece, a power of two
 * @property {Float64Array} re
 * @property {Float64Array} im both [size]: what is transformed, in place
 * @property {(inverse: boolean) => void} run without a factor: there and back multiplies by `size`
 */

/**
 * Cooley and Tukey 1965, Mathematics of Computation 19(90): radix 4, and once 2 where `size` is no power of four.
 * @param {number} size a power of two
 * @returns {Fourier}
 */
export function newFourier(size) {
  const re = new Float64Array(size), im = new Float64Array(size), half = size / 2;
  const cos = Float64Array.from({ length: size }, (_, i) => Math.cos(2 * Math.PI * i / size));
  const sin = Float64Array.from({ length: size }, (_, i) => -Math.sin(2 * Math.PI * i / size));
  const turned = new Uint32Array(size); // every number with its bits in the other order
  for (let i = 1; i < size; i++) turned[i] = turned[i >> 1] >> 1 | (i & 1 ? half : 0);

  /** @param {Float64Array} x real @param {Float64Array} y imaginary */
  function transform(x, y) {
    for (let a = 0; a < size; a++) {
      const b = turned[a], p = x[a], q = y[a];
      if (b <= a) continue;
      x[a] = x[b];
      y[a] = y[b];
      x[b] = p;
      y[b] = q;
    }
    let width = 1;
    if (Math.log2(size) % 2) {
      for (let a = 0, b = 1; b < size; a += 2, b += 2) {
        const p = x[b], q = y[b];
        x[b] = x[a] - p;
        y[b] = y[a] - q;
        x[a] += p;
        y[a] += q;
      }
      width = 2;
    }
    for (; width < size; width *= 4) {
      for (let k = 0; k < width; k++) {
        const turn = k * size / (4 * width), c1 = cos[turn], s1 = sin[turn];
        const c2 = cos[2 * turn], s2 = sin[2 * turn], c3 = cos[3 * turn], s3 = sin[3 * turn];
        for (let a = k; a < size; a += 4 * width) {
          const b = a + width, c = b + width, d = c + width;
          const bx = x[b] * c2 - y[b] * s2, by = x[b] * s2 + y[b] * c2;
          const cx = x[c] * c1 - y[c] * s1, cy = x[c] * s1 + y[c] * c1;
          const dx = x[d] * c3 - y[d] * s3, dy = x[d] * s3 + y[d] * c3;
          const px = x[a] + bx, py = y[a] + by, qx = x[a] - bx, qy = y[a] - by;
          const ux = cx + dx, uy = cy + dy, vx = cx - dx, vy = cy - dy;
          x[a] = px + ux;
          y[a] = py + uy;
          x[b] = qx + vy;
          y[b] = qy - vx;
          x[c] = px - ux;
          y[c] = py - uy;
          x[d] = qx - vy;
          y[d] = qy + vx;
        }
      }
    }
  }
  // Backwards is forwards with both parts changed for one another.
  return { size, re, im, run: (inverse) => inverse ? transform(im, re) : transform(re, im) };
}
