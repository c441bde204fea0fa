// The products that layers are made of, on the memory of one network: by WebAssembly, and the same in JavaScript.

/**
 * All but the sizes m, k and n are places in the memory, and strides, counted in numbers.
 * @typedef {object} Products
 * @property {Product} product c [m, n] = a [m, k] b [k, n] + bias [m], a's rows `stride` apart; `panel` is free to use
 * @property {(a: number, x: number, y: number, bias: number, m: number, k: number) => void} dots
 *   y [m] = a [m, k] x [k] + bias [m], k a multiple of 4
 * @property {(x: number, n: number) => void} leaky of n numbers those below 0 become a fifth of what they are
 */

/**
 * @callback Product
 * @param {number} a
 * @param {number} stride
 * @param {number} b
 * @param {number} c
 * @param {number} bias
 * @param {number} panel
 * @param {number} m
 * @param {number} k
 * @param {number} n
 * @returns {void}
 */

export const SLOPE = 0.2; // of every leaky layer

/**
 * Those of matmul.wat; they take places in numbers, its own exports places in bytes.
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Memory} memory
 * @returns {Products}
 */
export function fastProducts(module, memory) {
  const { exports } = new WebAssembly.Instance(module, { engine: { memory } });
  const { product, dots, leaky } = /** @type {Products} */ (exports);
  return {
    product: (a, stride, b, c, bias, panel, m, k, n) => {
      product(4 * a, 4 * stride, 4 * b, 4 * c, 4 * bias, 4 * panel, m, k, n);
    },
    dots: (a, x, y, bias, m, k) => dots(4 * a, 4 * x, 4 * y, 4 * bias, m, k),
    leaky: (x, n) => leaky(4 * x, n),
  };
}

/**
 * The same three in JavaScript; 2 rows and 4 columns at a time, which a matrix has room for.
 * @param {Float32Array} memory
 * @returns {Products}
 */
export function plainProducts(memory) {
  let columns = new Float64Array(0); // 4 of them, laid together as the numbers that are multiplied

  /** @type {Product} */
  function product(a, stride, b, c, bias, _panel, m, k, n) {
    if (columns.length < 4 * k) columns = new Float64Array(4 * k);
    const four = columns, end = 4 * k;
    for (let from = 0; from < n; from += 4) {
      const j = Math.max(Math.min(from, n - 4), 0);
      for (let q = 0, at = b + j; q < end; q += 4, at += n) {
        four[q] = memory[at];
        four[q + 1] = memory[at + 1];
        four[q + 2] = memory[at + 2];
        four[q + 3] = memory[at + 3];
      }
      for (let i = 0; i < m; i += 2) {
        const next = Math.min(i + 1, m - 1);
        let above = a + i * stride, below = a + next * stride;
        let s0 = memory[bias + i], s1 = s0, s2 = s0, s3 = s0, t0 = memory[bias + next], t1 = t0, t2 = t0, t3 = t0;
        for (let q = 0; q < end; q += 4, above++, below++) {
          const s = memory[above], t = memory[below];
          const x0 = four[q], x1 = four[q + 1], x2 = four[q + 2], x3 = four[q + 3];
          s0 += s * x0;
          s1 += s * x1;
          s2 += s * x2;
          s3 += s * x3;
          t0 += t * x0;
          t1 += t * x1;
          t2 += t * x2;
          t3 += t * x3;
        }
        let at = c + i * n + j;
        memory[at] = s0;
        memory[at + 1] = s1;
        memory[at + 2] = s2;
        memory[at + 3] = s3;
        at = c + next * n + j;
        memory[at] = t0;
        memory[at + 1] = t1;
        memory[at + 2] = t2;
        memory[at + 3] = t3;
      }
    }
  }

  /** @type {Products["dots"]} */
  function dots(a, x, y, bias, m, k) {
    for (let i = 0, at = a; i < m; i++) {
      let s0 = memory[bias + i], s1 = 0, s2 = 0, s3 = 0;
      for (let q = x; q < x + k; q += 4, at += 4) {
        s0 += memory[at] * memory[q];
        s1 += memory[at + 1] * memory[q + 1];
        s2 += memory[at + 2] * memory[q + 2];
        s3 += memory[at + 3] * memory[q + 3];
      }
      memory[y + i] = s0 + s1 + s2 + s3;
    }
  }

  /** @type {Products["leaky"]} */
  function leaky(x, n) {
    for (let i = x; i < x + n; i++) if (memory[i] < 0) memory[i] *= SLOPE;
  }

  return { product, dots, leaky };
}
