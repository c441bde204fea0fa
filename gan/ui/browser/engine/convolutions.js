// Where the numbers of a convolution lie. Each becomes products of packed matrices with the input itself, laid out with
// zeros around it: nothing is copied for each place of the kernel that sees it. With a stride of s a convolution down
// sees its input as s planes along each axis, every s-th value of it. A transposed one makes its output in s parts
// along each axis, every s-th value of it, and each part sees places of the kernel of its own.
import { fours, taps as tapsOf } from "./layers.js";

/** @import { Convolution } from "../core/safetensors.js" */
/** @import { Plot } from "./layout.js" */
/** @import { Part } from "./products.js" */

/**
 * A convolution along one axis.
 * @typedef {object} Axis
 * @property {number} side values of its input
 * @property {number} room values of a plane
 * @property {{ start: number, every: number }[]} planes which values of the input each has: every so many, from one on
 *   that may lie outside
 * @property {number} step from a value of a part of the output to the part's next
 * @property {{ first: number, count: number, taps: Tap[] }[]} parts of the output, by the first value that each has
 * @typedef {{ k: number, plane: number, at: number }} Tap a place of the kernel, and what it sees for the first value
 */

/**
 * Lines of a channel of the input, from `at` on and `line` numbers apart, that become lines of its planes, from
 * `behind` on.
 * @typedef {{ at: number, behind: number, stride: number, line: number, lines: number, n: number }} Copy
 */

/**
 * @typedef {object} Grid
 * @property {Copy[]} copies
 * @property {number} area numbers of a channel of the input
 * @property {number} wide numbers of a line of a plane
 * @property {number} channel numbers of a channel's planes
 * @property {number} size numbers of all planes
 * @property {number} raised where, behind their first one, the output lies before it is blurred; 0: it is not
 * @property {number} room numbers for all this
 * @property {number} depth of the deepest product
 * @property {(Part & { first: number })[]} parts of the output, by where each begins
 */

/** @type {Axis} */
const POINT = {
  side: 1,
  room: 1,
  planes: [{ start: 0, every: 1 }],
  step: 1,
  parts: [{ first: 0, count: 1, taps: [{ k: 0, plane: 0, at: 0 }] }],
};
const LANES = 4; // columns of a product that are neighbours
const MARGIN = 2; // by which a blur makes a side of a kernel longer

/**
 * The output value y sees the input value i with y = i stride - padding + k.
 * @param {Convolution} layer
 * @param {number} out values of its output
 * @returns {Axis}
 */
function up({ kernel, stride, padding, side }, out) {
  let low = 0, high = 0;
  const parts = Array.from({ length: Math.min(stride, out) }, (_, first) => {
    const count = Math.ceil((out - first) / stride), taps = [];
    let k = (first + padding) % stride, at = (first + padding - k) / stride;
    for (; k < kernel; k += stride, at--) {
      taps.push({ k, plane: 0, at });
      low = Math.min(low, at);
      high = Math.max(high, at + count - 1);
    }
    return { first, count, taps };
  });
  for (const { taps } of parts) for (const tap of taps) tap.at -= low;
  return { side, room: high - low + 1, planes: [{ start: low, every: 1 }], step: stride, parts };
}

/**
 * The output value y sees the input value i with i = y stride - padding + k.
 * @param {Convolution} layer
 * @param {number} out values of its output
 * @returns {Axis}
 */
function down({ kernel, stride, padding, side }, out) {
  const planes = Array.from({ length: Math.min(stride, kernel) }, (_, i) => ({ start: i - padding, every: stride }));
  const taps = Array.from({ length: kernel }, (_, k) => ({ k, plane: k % stride, at: Math.floor(k / stride) }));
  const room = out + Math.floor((kernel - 1) / stride);
  return { side, room, planes, step: 1, parts: [{ first: 0, count: out, taps }] };
}

/**
 * What of a plane lies within the input.
 * @param {Axis} axis
 * @param {Axis["planes"][number]} plane
 */
function within({ side, room }, { start, every }) {
  const first = Math.max(Math.ceil(-start / every), 0),
    end = Math.min(Math.floor((side - 1 - start) / every) + 1, room);
  return { first, n: end - first, from: start + first * every };
}

/**
 * @param {Axis} y
 * @param {Axis} x
 * @returns {Copy[]}
 */
function copiesOf(y, x) {
  const all = y.planes.flatMap((high, i) =>
    x.planes.map((wide, j) => {
      const top = within(y, high), left = within(x, wide), plane = i * x.planes.length + j;
      return {
        at: top.from * x.side + left.from,
        behind: (plane * y.room + top.first) * x.room + left.first,
        lines: top.n,
        n: left.n,
        stride: wide.every,
        line: high.every * x.side,
      };
    })
  );
  return all.filter(({ lines, n }) => lines > 0 && n > 0);
}

/**
 * [rows, columns] as products want it: of each four rows a column after the other; the last row fills up the last four.
 * @param {Float32Array} values
 * @param {number} rows
 * @param {number} step values from a row to the next
 * @param {ArrayLike<number>} columns where each begins
 */
export function packed(values, rows, step, columns) {
  const n = columns.length, result = new Float32Array(fours(rows) * n), last = (rows - 1) * step;
  for (let first = 0, at = 0; at < result.length; first += 4 * step) {
    const [r0, r1, r2, r3] = [0, 1, 2, 3].map((r) => Math.min(first + r * step, last));
    for (let q = 0; q < n; q++, at += 4) {
      const column = columns[q];
      result[at] = values[r0 + column];
      result[at + 1] = values[r1 + column];
      result[at + 2] = values[r2 + column];
      result[at + 3] = values[r3 + column];
    }
  }
  return result;
}

/**
 * A convolution laid out, its matrices in the plot.
 * @param {Convolution} layer
 * @param {Float32Array} kernels [in, out, k, k] of a transposed one, else [out, in, k, k]; before a blur
 * @param {Plot} plot
 * @returns {Grid}
 */
export function gridOf(layer, kernels, plot) {
  const transposed = layer.op === "conv_up", margin = transposed && layer.blur ? MARGIN : 0;
  const own = { ...layer, kernel: layer.kernel - margin, padding: layer.padding - margin };
  const { in: channels, out, line } = layer, high = layer.shape[1] + margin, plane = high * (line ? 1 : high);
  const along = (transposed ? up : down)(own, high), y = line ? POINT : along, x = along;
  const across = line ? 1 : own.kernel, each = tapsOf(own), area = y.room * x.room;
  const channel = y.planes.length * x.planes.length * area, size = channels * channel;
  const [row, column] = transposed ? [each, out * each] : [channels * each, each]; // in the kernels
  const whole = (/** @type {number[]} */ values) => plot.lay(new Float32Array(Int32Array.from(values).buffer));
  const parts = y.parts.flatMap((rows) =>
    x.parts.map((columns) => {
      const taps = [], places = [], spots = [], last = columns.count - LANES;
      for (let c = 0; c < channels; c++) {
        for (const t of rows.taps) {
          for (const u of columns.taps) {
            const from = (t.plane * x.planes.length + u.plane) * area + t.at * x.room + u.at;
            taps.push(4 * (c * channel + from));
            places.push(c * column + (line ? u.k : t.k * across + u.k));
          }
        }
      }
      for (let i = 0; i < rows.count; i++) {
        for (let from = 0; from < columns.count; from += LANES) {
          const j = Math.max(Math.min(from, last), 0);
          spots.push(4 * (i * x.room + j), 4 * (i * y.step * high + j * x.step));
        }
      }
      return {
        weight: plot.lay(packed(kernels, out, row, places)),
        taps: whole(taps),
        spots: whole(spots),
        m: out,
        k: taps.length,
        n: spots.length / 2,
        plane,
        step: x.step,
        lanes: Math.min(columns.count, LANES),
        first: rows.first * high + columns.first,
      };
    })
  );
  const depth = Math.max(...parts.map(({ k }) => k));
  const raised = margin && fours(size + LANES), room = raised ? raised + out * plane : size;
  return { copies: copiesOf(y, x), area: y.side * x.side, wide: x.room, channel, size, raised, room, depth, parts };
}
