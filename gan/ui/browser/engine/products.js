// The arithmetic that layers are made of, on the memory of one network: by WebAssembly, and the same in JavaScript.

/**
 * A product's packed matrix A [m, k], and where B's columns lie and C's go: see matmul.wat. Places and sizes are
 * counted in numbers, but what lies at `taps` and at `spots` in bytes.
 * @typedef {object} Part
 * @property {number} weight
 * @property {number} taps [k]
 * @property {number} spots [n, 2]
 * @property {number} m
 * @property {number} k
 * @property {number} n
 * @property {number} plane from a row of C to the next
 * @property {number} step from a column of C to the next, within a spot
 * @property {number} lanes columns of each spot, at most 4
 */

/**
 * All but sizes, scales and slopes are places in the memory, counted in numbers; `slope`: what numbers below 0 are
 * multiplied by in the end.
 * @typedef {object} Products
 * @property {Product} product
 * @property {(a: number, x: number, y: number, bias: number, m: number, k: number, slope: number) => void} dots
 *   y [m] = A [m, k] x [k] + bias [m]
 * @property {Take} take
 * @property {(from: number, to: number, planes: number, side: number, slope: number) => void} blur planes
 *   [side + 2, side + 2] -> [side, side], by [1, 2, 1] / 4 along both sides
 * @property {(x: number, n: number) => void} tanh n numbers, and up to 3 behind them, become their hyperbolic tangent
 * @property {(gradient: number, made: number, sums: number, n: number, below: number, scale: number) => void} bend
 *   n gradients by what an activation `made`: each is multiplied by `below` where that is not above 0, and then by
 *   `scale`. At `sums` lie then the sum of gradient times made, and that of the gradients after `below`
 * @property {(gradient: number, given: number, n: number, style: number) => number} weigh n gradients are multiplied by
 *   `style`; the sum of what they were times n values at `given`
 */

/**
 * C [m, columns] = scales [m] (A B) + bias [m]; `panel` is free to use.
 * @callback Product
 * @param {Part} part
 * @param {number} b
 * @param {number} c
 * @param {number} scales [m]
 * @param {number} bias [m]
 * @param {number} panel
 * @param {number} slope
 * @returns {void}
 */

/**
 * Of each plane lines of n numbers, `stride` apart, become lines of numbers `step` apart, times the plane's scale.
 * @callback Take
 * @param {number} from
 * @param {number} to
 * @param {number} scales [planes]
 * @param {number} stride
 * @param {number} step
 * @param {number} fromLine from a line to the next
 * @param {number} toLine
 * @param {number} fromPlane from a plane to the next
 * @param {number} toPlane
 * @param {number} planes
 * @param {number} lines
 * @param {number} n
 * @returns {void}
 */

export const SLOPE = 0.2; // of every leaky layer
const APART = "253,230,1,32 253,228,1"; // f32x4.mul local.get ... f32x4.add
const FUSED = [253, 133, 2, 1, 1, 1]; // f32x4.relaxed_madd nop nop nop

/**
 * The products' bytes as this browser runs them fastest; null where it knows no products of four numbers at a time.
 *
 * Where it may multiply and add in one instruction, each such pair of the module becomes one of the same length.
 * @param {Uint8Array<ArrayBuffer>} bytes of matmul.wat
 */
export function suited(bytes) {
  if (!globalThis.WebAssembly?.validate(bytes)) return null;
  const fused = bytes.slice();
  for (let at = bytes.indexOf(230); at > 0; at = bytes.indexOf(230, at + 1)) {
    if (`${bytes.subarray(at - 1, at + 3)} ${bytes.subarray(at + 4, at + 7)}` === APART) {
      fused.set([32, bytes[at + 3], ...FUSED], at - 1);
    }
  }
  return WebAssembly.validate(fused) ? fused : bytes;
}

/**
 * Those of matmul.wat. A product of spots that are not 4 columns wide is one of JavaScript: it writes no more columns.
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Memory} memory
 * @returns {Products}
 */
export function fastProducts(module, memory) {
  const { exports } = new WebAssembly.Instance(module, { engine: { memory } });
  const plain = plainProducts(new Float32Array(memory.buffer));
  // one of them whose first so many arguments are counted in numbers here, there in bytes
  const fast = (/** @type {keyof Products} */ name, /** @type {number} */ places) => {
    const run = /** @type {(...given: number[]) => number} */ (exports[name]);
    return (/** @type {number[]} */ ...given) => run(...given.map((v, i) => (i < places ? 4 * v : v)));
  };
  const product = fast("product", 10);
  return {
    product: (part, b, c, scales, bias, panel, slope) => {
      const { weight, taps, spots, m, k, n, plane, step, lanes } = part;
      if (lanes < 4) plain.product(part, b, c, scales, bias, panel, slope);
      else product(weight, b, taps, spots, c, scales, bias, panel, plane, step, m, k, n, slope);
    },
    dots: fast("dots", 4),
    take: fast("take", 9),
    blur: fast("blur", 2),
    tanh: fast("tanh", 1),
    bend: fast("bend", 3),
    weigh: fast("weigh", 2),
  };
}

/**
 * The same in JavaScript.
 * @param {Float32Array} memory
 * @returns {Products}
 */
export function plainProducts(memory) {
  const whole = new Int32Array(memory.buffer);
  let columns = new Float64Array(0); // 4 of them, laid together as the numbers that are multiplied

  /** @type {Products["product"]} */
  function product({ weight, taps, spots, m, k, n, plane, step, lanes }, b, c, scales, bias, _panel, slope) {
    if (columns.length < 4 * k) columns = new Float64Array(4 * k);
    const four = columns, end = 4 * k;
    for (let spot = spots; spot < spots + 2 * n; spot += 2) {
      const from = b + whole[spot] / 4, to = c + whole[spot + 1] / 4;
      for (let q = 0; q < end; q += 4) {
        const at = from + whole[taps + q / 4] / 4;
        four[q] = memory[at];
        four[q + 1] = memory[at + 1];
        four[q + 2] = memory[at + 2];
        four[q + 3] = memory[at + 3];
      }
      for (let i = 0; i < m; i += 2) {
        let at = weight + (i >> 2) * end + (i & 3);
        let s0 = 0, s1 = 0, s2 = 0, s3 = 0, t0 = 0, t1 = 0, t2 = 0, t3 = 0;
        for (let q = 0; q < end; q += 4, at += 4) {
          const s = memory[at], t = memory[at + 1];
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
        const sums = [s0, s1, s2, s3, t0, t1, t2, t3];
        for (let j = 0; j < 8; j++) {
          const row = i + (j >> 2), lane = j & 3, v = memory[scales + row] * sums[j] + memory[bias + row];
          if (row < m && lane < lanes) memory[to + row * plane + lane * step] = v < 0 ? v * slope : v;
        }
      }
    }
  }

  /** @type {Products["dots"]} */
  function dots(a, x, y, bias, m, k, slope) {
    for (let i = 0; i < m; i += 4, a += 4 * k) {
      let s0 = memory[bias + i], s1 = memory[bias + i + 1], s2 = memory[bias + i + 2], s3 = memory[bias + i + 3];
      for (let q = 0, at = a; q < k; q++, at += 4) {
        const value = memory[x + q];
        s0 += value * memory[at];
        s1 += value * memory[at + 1];
        s2 += value * memory[at + 2];
        s3 += value * memory[at + 3];
      }
      [s0, s1, s2, s3].slice(0, m - i).forEach((s, r) => memory[y + i + r] = s < 0 ? s * slope : s);
    }
  }

  /** @type {Take} */
  function take(from, to, scales, stride, step, fromLine, toLine, fromPlane, toPlane, planes, lines, n) {
    for (let p = 0; p < planes; p++, from += fromPlane, to += toPlane) {
      const scale = memory[scales + p];
      for (let y = 0; y < lines; y++) {
        let at = to + y * toLine, value = from + y * fromLine;
        for (let i = 0; i < n; i++, at += step, value += stride) memory[at] = scale * memory[value];
      }
    }
  }

  /** @type {Products["blur"]} */
  function blur(from, to, planes, side, slope) {
    const line = side + 2;
    for (let p = 0; p < planes; p++, from += 2 * line) {
      for (let y = 0; y < side; y++, from += line) {
        for (let at = from; at < from + side; at++, to++) {
          let v = 0;
          for (let x = at; x < at + 3; x++) {
            v += (memory[x] + 2 * memory[x + line] + memory[x + 2 * line]) * (x === at + 1 ? 2 : 1);
          }
          memory[to] = v / (v < 0 ? 16 / slope : 16);
        }
      }
    }
  }

  /** @type {Products["tanh"]} */
  function tanh(x, n) { // faster than Math.tanh, and as good once it is rounded to float32
    for (let i = x; i < x + n; i++) memory[i] = 1 - 2 / (Math.exp(2 * memory[i]) + 1);
  }

  /** @type {Products["bend"]} */
  function bend(gradient, made, sums, n, below, scale) {
    let along = 0, sum = 0;
    for (let i = 0; i < n; i++) {
      const outer = memory[gradient + i], inner = memory[made + i] > 0 ? outer : below * outer;
      along += outer * memory[made + i];
      sum += inner;
      memory[gradient + i] = inner * scale;
    }
    memory[sums] = along;
    memory[sums + 1] = sum;
  }

  /** @type {Products["weigh"]} */
  function weigh(gradient, given, n, style) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      sum += memory[gradient + i] * memory[given + i];
      memory[gradient + i] *= style;
    }
    return sum;
  }

  return { product, dots, take, blur, tanh, bend, weigh };
}
