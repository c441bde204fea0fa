// The blur of maps that a convolution doubled, folded into its kernels: a file has these as they were before, which are
// less than half as many numbers. The twin of gan/networks/blur.py.

const BINOMIAL = [0.25, 0.5, 0.25]; // along a side
const MARGIN = 2; // by which a side of a kernel grows

/**
 * Kernels, each convolved with BINOMIAL along both of its sides.
 * @param {Float32Array} values of n kernels, [n, side - MARGIN, side - MARGIN]
 * @param {number} side of a kernel as it becomes
 * @returns {Float32Array} [n, side, side]
 */
export function blurred(values, side) {
  const small = side - MARGIN, found = new Float32Array(values.length / small ** 2 * side ** 2);
  for (let kernel = 0, from = 0; from < values.length; kernel += side ** 2) {
    for (let y = 0; y < small; y++) {
      for (let x = 0; x < small; x++, from++) {
        for (let i = 0; i < BINOMIAL.length; i++) {
          for (let j = 0; j < BINOMIAL.length; j++) {
            found[kernel + (y + i) * side + x + j] += values[from] * BINOMIAL[i] * BINOMIAL[j];
          }
        }
      }
    }
  }
  return found;
}
