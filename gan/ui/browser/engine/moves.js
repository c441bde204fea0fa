// What the way back through a network does beside its products: by WebAssembly, and the same in JavaScript.
import { decodeBytes } from "../core/encoding.js";
import { gather, scatter } from "./layers.js";
import { PATCHES } from "./patches.js";

/** @import { ConvolutionDown, ConvolutionUp } from "./layers.js" */

/**
 * Of one picture. All but `layer`, n, `below`, `scale` and `style` are places in the memory, counted in numbers.
 * @typedef {object} Moves
 * @property {(layer: ConvolutionDown, from: number, to: number) => void} gather [in, r r] -> [in k k, R R]: under each
 *   output value the input values that it sees, 0 beyond the edges
 * @property {(layer: ConvolutionUp, from: number, to: number, bias: number, scales: number) => void} scatter
 *   [out k k, r r] -> [out, R R]: every input value's patch is added where it lies, by its channel's scale if there are
 *   any (0: there are none); and the bias
 * @property {(gradient: number, made: number, n: number, below: number, scale: number, sums: number) => void} bend
 *   n gradients by what an activation `made`: each is multiplied by `below` where that is not above 0, and then by
 *   `scale`. At `sums` lie then the sum of gradient times made, and that of the gradients after `below`
 * @property {(gradient: number, given: number, n: number, style: number) => number} weigh n gradients are multiplied by
 *   `style`; the sum of what they were times n values at `given`
 */

/**
 * What patches.wat exports; its places are in bytes.
 * @typedef {object} Exports
 * @property {(...sizes: number[]) => void} take
 * @property {(...sizes: number[]) => void} add
 * @property {Moves["bend"]} bend
 * @property {Moves["weigh"]} weigh
 */

/** @type {WebAssembly.Module | null} */
let module = null; // compiled once, when first something is fitted

/**
 * Those of patches.wat.
 * @param {WebAssembly.Memory} own
 * @param {Float32Array} memory the same
 * @returns {Moves}
 */
export function fastMoves(own, memory) {
  module ??= new WebAssembly.Module(decodeBytes(PATCHES));
  const { exports } = new WebAssembly.Instance(module, { engine: { memory: own } });
  const { take, add, bend, weigh } = /** @type {Exports & WebAssembly.Exports} */ (exports);

  /** @type {Moves["gather"]} */
  function gather({ kernel, stride, padding, side, in: channels, shape: [, high, wide] }, from, to) {
    for (let c = 0; c < channels; c++) {
      for (let y = -padding; y < kernel - padding; y++) {
        for (let x = -padding; x < kernel - padding; x++, to += high * wide) {
          const { first, end } = within(x, stride, wide, side);
          take(4 * (from + c * side * side), 4 * to, side, high, wide, stride, y, x, first, end);
        }
      }
    }
  }

  /** @type {Moves["scatter"]} */
  function scatter({ kernel, stride, padding, side, shape: [out, high, wide] }, from, to, bias, scales) {
    for (let o = 0; o < out; o++, to += high * wide) {
      memory.fill(memory[bias + o], to, to + high * wide);
      const scale = scales ? memory[scales + o] : 1;
      for (let y = -padding; y < kernel - padding; y++) {
        for (let x = -padding; x < kernel - padding; x++, from += side * side) {
          const { first, end } = within(x, stride, side, wide);
          add(4 * from, 4 * to, side, high, wide, stride, y, x, first, end, scale);
        }
      }
    }
  }

  return {
    gather,
    scatter,
    bend: (gradient, made, n, below, scale, sums) => bend(4 * gradient, 4 * made, n, below, scale, 4 * sums),
    weigh: (gradient, given, n, style) => weigh(4 * gradient, 4 * given, n, style),
  };
}

/**
 * Of `many` values the first, and the one after the last, whose place x + stride i lies within `size`.
 * @param {number} x
 * @param {number} stride
 * @param {number} many
 * @param {number} size
 */
function within(x, stride, many, size) {
  const first = Math.max(Math.ceil(-x / stride), 0), end = Math.min(Math.floor((size - 1 - x) / stride) + 1, many);
  return { first, end: Math.max(end, first) };
}

/**
 * The same in JavaScript.
 * @param {Float32Array} memory
 * @returns {Moves}
 */
export function plainMoves(memory) {
  return {
    gather: (layer, from, to) => gather(memory, layer, from, to, 1),
    scatter: (layer, from, to, bias, scales) => scatter(memory, layer, from, to, bias, 1, scales),
    bend: (gradient, made, n, below, scale, sums) => {
      let along = 0, sum = 0;
      for (let i = 0; i < n; i++) {
        const outer = memory[gradient + i], inner = memory[made + i] > 0 ? outer : below * outer;
        along += outer * memory[made + i];
        sum += inner;
        memory[gradient + i] = inner * scale;
      }
      memory[sums] = along;
      memory[sums + 1] = sum;
    },
    weigh: (gradient, given, n, style) => {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        sum += memory[gradient + i] * memory[given + i];
        memory[gradient + i] *= style;
      }
      return sum;
    },
  };
}
